//! Not rotated: why a rotation does not go on, and what is safe then.

use super::super::{EosPublicKey, NotABlockSigner, NotEosBytes};
use crate::{
    authority::{Name, NotAuthorized},
    chain::eos::Slot,
};

/// Why a rotation does not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRotated {
    /// Nobody could sign, or the chain would refuse it.
    #[error(transparent)]
    Signer(#[from] NotABlockSigner),
    /// A key that signs before the rotation and after it.
    #[error("key {key} would sign before the rotation and after it")]
    SharedKey {
        /// Which.
        key: EosPublicKey,
    },
    /// Two hosts could each sign a block at one slot.
    #[error("the threshold is {threshold} of {total}: two hosts could sign one slot")]
    Split {
        /// What one block needs.
        threshold: u64,
        /// What there is.
        total: u64,
    },
    /// The new key can act for the account: who takes the host takes the account.
    #[error("key {key} is a key of \"{permission}\"")]
    Powerful {
        /// Which.
        key: EosPublicKey,
        /// A permission that has it.
        permission: Name,
    },
    /// The account is not known.
    #[error("the permissions of {name} are not known")]
    NoAccount {
        /// Which.
        name: Name,
    },
    /// The permission may not register the producer.
    #[error(transparent)]
    NotAuthorized(#[from] NotAuthorized<EosPublicKey>),
    /// Only the producer's own permissions register it.
    #[error("{declared} cannot register {producer}")]
    NotTheProducer {
        /// The producer.
        producer: Name,
        /// Whose permission was declared.
        declared: Name,
    },
    /// `regproducer` takes one key.
    #[error("the new authority is more than one key")]
    ManyKeys,
    /// The action has no bytes.
    #[error(transparent)]
    Bytes(#[from] NotEosBytes),
    /// What the chain tells is not what was planned.
    #[error("the producer's blocks are signed by something else than planned")]
    OtherAuthority,
    /// The block with the new key is not irreversible yet.
    #[error("block {activated} is not irreversible; {irreversible} is")]
    NotFinal {
        /// The number of the block with the new key.
        activated: u32,
        /// The last irreversible one's.
        irreversible: u32,
    },
    /// Another block became irreversible at that number.
    #[error("block {number} was forked out")]
    ForkedOut {
        /// Its number.
        number: u32,
    },
    /// Two blocks that cannot be on one chain: the later one has no later slot.
    #[error("block {later} is of {got}; a block before it is of {slot}")]
    SlotBack {
        /// The number of the later block.
        later: u32,
        /// Its slot.
        got: Slot,
        /// The earlier one's.
        slot: Slot,
    },
    /// The old host has no end yet.
    #[error("the old host's lease has no end")]
    NoEnd,
}

impl NotRotated {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Signer(error) => error.code(),
            Self::SharedKey { .. } => "rotation.shared_key",
            Self::Split { .. } => "rotation.split",
            Self::Powerful { .. } => "rotation.powerful_key",
            Self::NoAccount { .. } => "rotation.no_account",
            Self::NotAuthorized(error) => error.code(),
            Self::NotTheProducer { .. } => "rotation.not_the_producer",
            Self::ManyKeys => "rotation.many_keys",
            Self::Bytes(error) => error.code(),
            Self::OtherAuthority => "rotation.other_authority",
            Self::NotFinal { .. } => "rotation.not_final",
            Self::ForkedOut { .. } => "rotation.forked_out",
            Self::SlotBack { .. } => "rotation.slot_back",
            Self::NoEnd => "rotation.no_end",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Signer(error) => error.advice(),
            Self::SharedKey { .. } => "make a new key on the new host; to move a key, hand it over",
            Self::Split { .. } => "raise the threshold above half, or name one key",
            Self::Powerful { .. } => "make a key on the new host that no permission names",
            Self::NoAccount { .. } => "read the account's permissions from a node",
            Self::NotAuthorized(error) => error.advice(),
            Self::NotTheProducer { .. } => "declare a permission of the producer's own account",
            Self::ManyKeys => "register with `regproducer2`",
            Self::Bytes(error) => error.advice(),
            Self::OtherAuthority => {
                "keep the new host waiting, and look at what the chain has for the producer"
            }
            Self::NotFinal { .. } => "keep the new host waiting, and ask the node again",
            Self::ForkedOut { .. } => {
                "keep the new host waiting until a block with the new key is seen again"
            }
            Self::SlotBack { .. } => "take both blocks from one node, and ask again",
            Self::NoEnd => "end the old host's lease first",
        }
    }
}
