//! Adapters: implementations of the ports. One file, one feature each.

#[cfg(feature = "file-journal")]
mod file_journal;
#[cfg(feature = "std")]
mod machine;
#[cfg(feature = "std")]
mod memory_journal;
#[cfg(all(feature = "std", feature = "shards"))]
mod shard_folder;

#[cfg(feature = "file-journal")]
pub use file_journal::{AnchorState, Binding, FileJournal, JournalOptions};
#[cfg(feature = "std")]
pub use machine::Machine;
#[cfg(feature = "std")]
pub use memory_journal::{Failure, MemoryJournal, MemoryMedium};
#[cfg(all(feature = "std", feature = "shards"))]
pub use shard_folder::ShardFolder;
