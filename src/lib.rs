//! Moves a validator's identity between machines without ever signing twice.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

// -- words: plain data --
mod digest;
pub mod document;
mod host;
pub mod identity;
mod intent;
pub mod order;
mod position;
mod public_key;

// -- rules: pure functions --
pub mod approver;
pub mod authority;
mod cleared;
pub mod evidence;
pub mod handover;
pub mod lease;
pub mod watermark;
pub mod witness;

// -- chains: bytes in, intent out --
pub mod chain;

// -- keys: secrets stay here --
#[cfg(feature = "std")]
pub mod key;

// -- ports: the traits that tools implement --
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod ports;

// -- drive: carries out what the rules decide --
#[cfg(feature = "std")]
mod drive;

// -- adapters: one file, one feature each --
pub mod adapters;

pub use crate::cleared::Cleared;
pub use crate::digest::{Digest, HostId, IdentityId, NotADigest, OrderId};
#[cfg(feature = "std")]
pub use crate::drive::{
    AfterRelease, Cause, Error, Family, Held, Host, Limited, Released, Right, RightOf,
};
pub use crate::host::{HostCard, Nonce, Session};
pub use crate::intent::{Intent, Reading, Signable};
pub use crate::position::{Lane, Lanes, NotAPosition, Position};
pub use crate::public_key::{BadSignature, NotAPublicKey, PublicKey, Signature};
