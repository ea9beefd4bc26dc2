//! Adapters: implementations of the ports. One file, one feature each.

#[cfg(feature = "file-journal")]
mod file_journal;
#[cfg(feature = "std")]
mod machine;
#[cfg(feature = "std")]
mod memory_journal;
