//! Clique: block headers of the proof-of-authority networks of EIP-225.
//!
//! A signer is handed the header without its seal, in RLP: the bytes that geth sends as the data
//! of `account_signData` with the type `application/x-clique-header`. The key is put to their
//! Keccak-256, the seal hash.

mod clef;
mod header;
mod header_error;

pub use super::address::address_of;
pub use clef::{ClefAsked, ClefCall, ClefError, MAX_CLEF_CALL};
pub use header::Header;
pub use header_error::HeaderError;

use crate::{
    Digest, HostId, Intent, Lane, Lanes, Position, Reading, Signable,
    chain::address::keccak,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, string::ToString as _, vec};

/// The name of the network's rules in the genesis document.
const NAME: &str = "clique";

/// Reads block headers of Clique networks.
///
/// One lane, `block`, whose height is the block's number. A header does not say which network it
/// is of: one key may not seal on two Clique networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clique {
    policy: Policy,
}

/// What may be signed at one block number.
///
/// Under each of them numbers never go back, and two hosts never seal one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// One header for each number, whatever its parent.
    ///
    /// Two headers of one number are then never both sealed. The price is liveness: geth up to
    /// 1.13 asks for a seal again whenever it rebuilds the block (`--miner.recommit`) or its
    /// parent was replaced, and publishes only the last header it asked for. The later requests
    /// are refused, so the number can be lost to this signer, and a network of one or two signers
    /// stands still. A recommit interval longer than the block period makes that rare.
    OnePerNumber,
    /// Any number of headers at the last number that was sealed, by the host that sealed it.
    ///
    /// What geth up to 1.13 asks for is sealed: the block rebuilt, and the same number on another
    /// parent. The digest covers this host and the number instead of the header, so that another
    /// host, to which the lease went, cannot seal this host's last number again: it begins above.
    ///
    /// The price is safety on this host: whoever reaches its signer has as many headers sealed at
    /// the last number as they like, on any parent, and after a release too, until the lease is
    /// closed. They make forks, as with a geth that holds its key itself.
    GethCompatible {
        /// The id of the host on which this chain reads: each host gives its own.
        host: HostId,
    },
}

impl Clique {
    /// A reader with this policy.
    #[must_use]
    pub const fn new(policy: Policy) -> Self {
        Self { policy }
    }

    /// What may be signed at one block number.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }
}

impl Chain for Clique {
    fn name(&self) -> &'static str {
        NAME
    }

    /// None: a header carries no chain id.
    fn network_id(&self) -> Option<&str> {
        None
    }

    fn lanes(&self) -> &'static [LaneRule] {
        &[LaneRule { name: "block", floored: false }]
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let header = Header::from_rlp(message).map_err(|error| refuse(error.to_string()))?;
        if header.seal().is_some() {
            return Err(refuse("the header is sealed already"));
        }
        if header.number() == 0 {
            return Err(refuse("the genesis block is never sealed"));
        }
        let seal_hash = header.seal_hash();
        let digest = match self.policy {
            Policy::OnePerNumber => seal_hash,
            Policy::GethCompatible { host } => number_of(host, header.number()),
        };
        Ok(Reading {
            intent: Intent {
                lane: Lane::FIRST,
                position: Position::at_height(header.number()),
                floor: 0,
                digest: Digest::from_bytes(digest),
            },
            signable: Signable::Prehash(seal_hash),
        })
    }

    fn last_signable(&self, head: u64) -> Lanes<Position> {
        Lanes::from(vec![Position::at_height(head.saturating_add(1))])
    }
}

/// What stands for every header that a host seals at a number.
fn number_of(host: HostId, number: u64) -> [u8; 32] {
    let parts: [&[u8]; 3] = [b"clique number", host.as_bytes(), &number.to_be_bytes()];
    keccak(&parts.concat())
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}
