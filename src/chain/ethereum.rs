//! Ethereum: blocks and attestations of the beacon chain, and every other duty's signing root.
//!
//! A validator's key signs 32 bytes, the signing root: the hash tree root of the message, mixed
//! with a domain of its type, fork and network (consensus-specs, `compute_signing_root`). This
//! chain reads the request that a validator client sends to a remote signer, computes the root
//! itself, and never trusts the one that came.

mod attestation;
mod block;
mod domain;
mod duty;
mod interchange;
mod payload;
mod request;
mod ssz;
mod text;

pub use self::{
    duty::Duty,
    interchange::{Interchange, InterchangeError, MAX_INTERCHANGE},
    request::{MAX_REQUEST, SignRequest},
};

use crate::{
    BlsSuite, Lane, Lanes, Position, Reading, Signable,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, format, string::String, vec, vec::Vec};
use core::num::NonZeroU64;

/// The name of the network's rules in the genesis document.
const NAME: &str = "ethereum";

/// The slots of an epoch on Ethereum and its test networks.
const SLOTS_PER_EPOCH: NonZeroU64 = NonZeroU64::new(32).expect("it is not 0");

/// Reads the sign requests of one beacon chain.
///
/// A message is the body of `POST /api/v1/eth2/sign/{pubkey}` of the remote signing API, in JSON.
/// Two lanes: `block` by slot, and `attestation` by target epoch, with the source epoch as floor.
/// Both marks rise only, so no two blocks of one slot are signed, and no two attestations that
/// are a double vote or of which one surrounds the other. Duties that no rule of the network
/// punishes have no position: [`Chain::read`] refuses them, [`Chain::read_unplaced`] reads those
/// that a node may ask for, and [`Ethereum::request`] every one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ethereum {
    network_id: String,
    genesis_validators_root: [u8; 32],
    genesis_fork_version: [u8; 4],
    slots_per_epoch: NonZeroU64,
}

impl Ethereum {
    /// Blocks, by slot.
    pub const BLOCK: Lane = Lane::new(0);
    /// Attestations, by target epoch.
    pub const ATTESTATION: Lane = Lane::new(1);

    /// A reader of the requests of the network with this genesis validators root.
    ///
    /// It has 32 slots in an epoch, and the genesis fork version `0x00000000` of Ethereum itself.
    #[must_use]
    pub fn new(genesis_validators_root: [u8; 32]) -> Self {
        Self {
            network_id: const_hex::encode_prefixed(genesis_validators_root),
            genesis_validators_root,
            genesis_fork_version: [0; 4],
            slots_per_epoch: SLOTS_PER_EPOCH,
        }
    }

    /// The same, for a network with other epochs (Gnosis: 16 slots).
    #[must_use]
    pub const fn with_slots_per_epoch(mut self, slots: NonZeroU64) -> Self {
        self.slots_per_epoch = slots;
        self
    }

    /// The same, for a network with another genesis fork version: a validator registration is
    /// signed for it, and its request does not say it.
    #[must_use]
    pub const fn with_genesis_fork_version(mut self, version: [u8; 4]) -> Self {
        self.genesis_fork_version = version;
        self
    }

    /// The network's genesis validators root.
    #[must_use]
    pub const fn genesis_validators_root(&self) -> [u8; 32] {
        self.genesis_validators_root
    }

    /// Reads any sign request of the network, those without a position included.
    ///
    /// # Errors
    ///
    /// [`NotRead`]: not one request of a known type and of this network, or its signing root is
    /// another one than it says.
    pub fn request(&self, json: &[u8]) -> Result<SignRequest, NotRead> {
        request::read(self, json)
    }

    const fn epoch_of(&self, slot: u64) -> u64 {
        slot / self.slots_per_epoch.get()
    }
}

impl Chain for Ethereum {
    fn name(&self) -> &'static str {
        NAME
    }

    /// The genesis validators root: `0x` and 64 lower-case hexadecimal digits.
    fn network_id(&self) -> Option<&str> {
        Some(&self.network_id)
    }

    fn lanes(&self) -> &'static [LaneRule] {
        &[
            LaneRule { name: "block", floored: false },
            LaneRule { name: "attestation", floored: true },
        ]
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let request = self.request(message)?;
        let signing_root = request.signing_root();
        Ok(Reading {
            intent: request.duty().intent(signing_root)?,
            signable: signable(signing_root),
        })
    }

    /// RANDAO reveals, selection proofs, aggregates, sync committee messages and validator
    /// registrations. To leave, or to deposit, is for people to decide: a voluntary exit and a
    /// deposit are refused.
    fn read_unplaced(&self, message: &[u8]) -> Result<Signable, NotRead> {
        let request = self.request(message)?;
        match request.duty() {
            duty @ (Duty::Block { .. } | Duty::Attestation { .. }) => {
                Err(refuse(format!("{duty} has a position")))
            }
            duty @ (Duty::VoluntaryExit | Duty::Deposit) => {
                Err(refuse(format!("{duty} is for people to decide, not for a node")))
            }
            Duty::RandaoReveal
            | Duty::AggregationSlot
            | Duty::AggregateAndProof
            | Duty::SyncCommitteeMessage
            | Duty::SyncCommitteeSelectionProof
            | Duty::SyncCommitteeContributionAndProof
            | Duty::ValidatorRegistration => Ok(signable(request.signing_root())),
        }
    }

    /// The head is a slot: the highest one seen, or the current one if the clock is ahead of it.
    fn last_signable(&self, head: u64) -> Lanes<Position> {
        let next = head.saturating_add(1);
        Lanes::from(vec![Position::at_height(next), Position::at_height(self.epoch_of(next))])
    }
}

fn signable(signing_root: [u8; 32]) -> Signable {
    Signable::Bls { message: Vec::from(signing_root), suite: BlsSuite::ProofOfPossession }
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}
