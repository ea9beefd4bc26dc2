//! Ports: the traits that tools implement. Few methods, numbered promises, `&self`, object safe.

mod chain;
mod journal;
mod signer;

pub use crate::seq::Seq;
pub use chain::{Chain, LaneRule, NotRead};
pub use journal::{Entry, EntryKey, Journal, JournalError};
pub use signer::{HostSigner, SignFailed, Signer};
