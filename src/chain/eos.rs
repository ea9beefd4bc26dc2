//! EOS: blocks of producers and votes of finalizers, on EOS and other Antelope chains.
//!
//! A producer and a finalizer have a key each, so each is an identity of its own:
//!
//! | | [`EosProducer`] | `EosFinalizer` (feature `bls` too) |
//! |---|---|---|
//! | what is read | [`BlockToSign`]: the header and what a legacy signature covers beside it | `Vote`: the block and the lock |
//! | key | K1 | BLS12-381 |
//! | position | the block's slot | the block's slot |
//! | floor | the block's number | the slot of the lock |
//!
//! nodeos asks a wallet to sign a bare digest, from which neither can be read: [`SignDigest`].

mod block;
mod block_root;
#[cfg(feature = "bls")]
mod finalizer_safety;
mod header;
mod keosd;
mod produced;
mod provider;
#[cfg(feature = "bls")]
mod safety_dat;
mod schedule;
mod slot;
mod vault;
#[cfg(feature = "bls")]
mod vote;

pub use self::{
    block::{BlockToSign, LegacyContext},
    block_root::BlockRoot,
    header::{BlockId, Extension, Header, MAX_EXTENSION, NewProducers, NotABlockId},
    keosd::{
        MAX_BODY, NotAWalletBody, SIGN_DIGEST_PATH, SignDigest, WALLET_EXCEPTIONS, WalletError,
        WalletErrorCause, WalletErrorDetail, signature_from_body, signature_to_body,
    },
    produced::{Produced, SLOTS_PER_TURN, turn_of},
    provider::{KeySource, NotAProvider, SignatureProvider, WalletUrl},
    schedule::ProducerSchedule,
    slot::{NotASlot, Slot},
    vault::{BlockVault, VaultRefusal},
};
#[cfg(feature = "bls")]
pub use self::{
    finalizer_safety::{Because, Candidate, Decision, FinalizerSafety, NoVote},
    safety_dat::{MAX_FINALIZERS, NotASafetyDat, SafetyDat},
    vote::{BlockRef, EosFinalizer, Vote},
};

use crate::{
    Lanes, Position, Reading,
    authority::Name,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, format, vec};

/// The name of the producers' rules in the genesis document.
const NAME: &str = "eos-producer";

/// Slots by which a node may be ahead of the clock: nodeos takes no block that is 7 s early.
const AHEAD: u64 = 14;

/// Reads the blocks of one producer, before Savanna and in it.
///
/// One lane, `block`, by the slot. Slot and number must both advance (see [`Produced`]). The
/// number may not fall on one host, nor across a handover now; across a scheduled one and a fence
/// it is the slot alone that keeps the hosts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EosProducer {
    producer: Name,
}

impl EosProducer {
    /// A reader of the blocks of this producer.
    #[must_use]
    pub const fn new(producer: Name) -> Self {
        Self { producer }
    }

    /// Whose blocks are read.
    #[must_use]
    pub const fn producer(&self) -> Name {
        self.producer
    }
}

impl Chain for EosProducer {
    fn name(&self) -> &'static str {
        NAME
    }

    /// None: a header carries no chain id.
    fn network_id(&self) -> Option<&str> {
        None
    }

    /// The floor is not bounded by the position, so the lane is not declared as floored.
    fn lanes(&self) -> &'static [LaneRule] {
        &[LaneRule { name: "block", floored: false }]
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let block = BlockToSign::from_bytes(message)?;
        let (got, wanted) = (block.header().producer, self.producer);
        if got != wanted {
            return Err(refuse(format!("the block is of {got} instead of {wanted}")));
        }
        Ok(block.reading())
    }

    /// The head is the slot of the clock, not of the chain's last block: a chain that stands still
    /// says nothing about what was signed since.
    fn last_signable(&self, head: u64) -> Lanes<Position> {
        Lanes::from(vec![last_signable(head)])
    }
}

/// What any node may have asked for by this slot of the clock.
fn last_signable(slot: u64) -> Position {
    Position::at_height(slot.saturating_add(AHEAD))
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}
