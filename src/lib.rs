//! Moves a validator's identity between machines without ever signing twice.
//!
//! A validator signs with one key. Two signatures at one position lose its stake or halt its
//! network; none loses its duty. brainswap holds the identity on a host, puts a durable mark
//! before every signature, lets a quorum decide where the identity goes, and moves it.
//!
//! It opens no socket and starts no thread: you carry documents between hosts in any way you
//! like, and call these from your own threads.
//!
//! # The idea
//!
//! A right to sign is a lease over *positions*, not over time: `[from, until)` in the chain's own
//! coordinate. Leases of one identity never overlap, so two hosts cannot sign one position,
//! whatever the clocks, the network or the crashes do.
//!
//! ```text
//!    target.prepare(order)  ->  ready       "I have the key, I am durable, I cannot sign yet"
//!    source.release(ready)  ->  release     "my right ends at position E, on disk, for ever"
//!    target.activate(release)               "mine begins at E"
//! ```
//!
//! # The smallest handover
//!
//! `examples/handover.rs` is a whole one in a hundred lines; in short:
//!
//! ```no_run
//! # #[cfg(feature = "std")]
//! # fn main() -> Result<(), brainswap::Error> {
//! # use brainswap::{Host, document::Envelope};
//! # let (source, target, order): (Host, Host, Envelope) = unimplemented!();
//! let ready = target.prepare(&order)?;
//! let release = source.release(&order, &ready)?;
//! let activated = target.activate(&order, &release)?;
//! # Ok(()) }
//! # #[cfg(not(feature = "std"))]
//! # fn main() {}
//! ```
//!
//! # The guarantees
//!
//! - **R1** one signer per position: leases never overlap.
//! - **R2** one message per position: positions and floors never go back.
//! - **R3** durable before visible: nothing leaves before the state that makes it safe is on disk.
//! - **R4** an end is final, whatever happens later.
//! - **R5** absence is never zero: missing, empty, truncated, older or foreign state is refused.
//! - **R6** only what was reviewed: an approval covers the exact bytes of the whole plan.
//! - **R7** a key without its history does not sign.
//! - **R8** never two; none only as long as it must be: every state says what is safe next.
//! - **R9** secrets never show.
//! - **R10** a host is one machine, as far as that can be detected.
//!
//! `docs/design.md` explains them, `docs/protocol.md` specifies the handover, and
//! `docs/threat-model.md` says what cannot be defended.
//!
//! # Where to look
//!
//! | question | place |
//! |---|---|
//! | embed a signer | [`Host`], [`ports`] |
//! | which rule refused, and what now | [`Error`], [`handover::Refusal`] |
//! | the rules themselves, pure | [`handover::step`], [`watermark`], [`lease`] |
//! | what is signed and sent | [`document`], [`order`], [`identity`] |
//! | keep records | [`adapters`], [`ports::Journal`], [`conformance`] |
//! | keep a key in several places | [`shard`] |
//! | read a network's messages | [`chain`], [`ports::Chain`] |
//!
//! # Features
//!
//! `std` (default) brings the [`Host`] and the keys; without it the crate is `no_std` with `alloc`:
//! words, rules, chains. `besu`, `clique`, `cometbft`, `ethereum`, `factom`, `solana`: one network
//! each. `bls`: keys and signatures on BLS12-381. `eos`: keys, signatures and authorities in the
//! texts and bytes of EOS / Antelope, and its blocks; with `bls` the votes of its finalizers.
//! `secret-connection`: the channel of a CometBFT node. `openssh`: approvals made with `ssh-keygen`,
//! FIDO keys too. `file-journal`: a durable journal in one file. `sealed`: keys at rest.
//! `web3-keystore`, `bls-keystore`: keys of Ethereum accounts and of its validators under a
//! password. `shards`: secrets in several places; with `sealed` also the age files of their
//! custodians. `age-ssh`: custodians with SSH keys. `conformance`: suites for implementors.
//! A feature adds API; none changes or switches off a check.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub, clippy::wildcard_enum_match_arm)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

// -- words: plain data --
mod digest;
pub mod document;
mod host;
pub mod identity;
mod intent;
#[cfg(feature = "openssh")]
pub mod openssh;
pub mod order;
mod position;
mod public_key;
mod seq;

// -- rules: pure functions --
pub mod approver;
pub mod authority;
pub mod charter;
mod cleared;
pub mod evidence;
pub mod handover;
pub mod lease;
#[cfg(feature = "shards")]
pub mod shard;
pub mod watermark;
pub mod witness;

// -- chains: bytes in, intent out --
pub mod chain;

// -- keys: secrets stay here --
#[cfg(feature = "eos")]
pub mod eos;
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
pub use crate::intent::{BlsSuite, Intent, Reading, Signable};
pub use crate::position::{Lane, Lanes, NotAPosition, Position};
pub use crate::public_key::{BadSignature, NotAPublicKey, PublicKey, Signature};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
