//! Conformance: suites that an implementor of a port runs against its own.
//!
//! A suite panics on the first promise that is not kept, and names it.

mod journal;
#[cfg(feature = "shards")]
mod sharing;

pub use journal::{JournalMaker, journal};
#[cfg(feature = "shards")]
pub use sharing::SharingGroup;
