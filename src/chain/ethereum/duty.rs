//! Duty: what a validator is asked to sign, and where that stands.

use super::{Ethereum, refuse};
use crate::{Digest, Intent, Position, ports::NotRead};
use alloc::format;
use core::fmt;

/// What a validator is asked to sign. Blocks and attestations can be held against it; the others
/// can not, so they have no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Duty {
    /// A block: slashed if another block of the same slot is signed.
    Block {
        /// Its slot.
        slot: u64,
    },
    /// An attestation: slashed if another one has the same target (double vote), or surrounds it
    /// or is surrounded by it.
    Attestation {
        /// The source checkpoint's epoch.
        source: u64,
        /// The target checkpoint's epoch.
        target: u64,
    },
    /// The reveal that a block carries: one value for each epoch.
    RandaoReveal,
    /// The proof of being an aggregator: one value for each slot.
    AggregationSlot,
    /// An aggregate of other validators' attestations.
    AggregateAndProof,
    /// A vote of the sync committee for a block root.
    SyncCommitteeMessage,
    /// The proof of being an aggregator of the sync committee.
    SyncCommitteeSelectionProof,
    /// An aggregate of the sync committee's votes.
    SyncCommitteeContributionAndProof,
    /// Where the builder of a block pays its fees to.
    ValidatorRegistration,
    /// The validator leaves, and cannot come back.
    VoluntaryExit,
    /// Who may withdraw the stake.
    Deposit,
}

impl Duty {
    /// Whether two different signatures of the kind can cost the stake.
    #[must_use]
    pub const fn is_slashable(self) -> bool {
        matches!(self, Self::Block { .. } | Self::Attestation { .. })
    }

    /// The intent of a message with this signing root, for the rules.
    ///
    /// # Errors
    ///
    /// [`NotRead`]: the duty has no position, or an attestation's source is not below its target
    /// (both may be epoch 0).
    pub fn intent(self, signing_root: [u8; 32]) -> Result<Intent, NotRead> {
        let digest = Digest::from_bytes(signing_root);
        match self {
            Self::Block { slot } => Ok(Intent {
                lane: Ethereum::BLOCK,
                position: Position::at_height(slot),
                floor: 0,
                digest,
            }),
            Self::Attestation { source, target } if source < target || (source | target) == 0 => {
                Ok(Intent {
                    lane: Ethereum::ATTESTATION,
                    position: Position::at_height(target),
                    floor: source,
                    digest,
                })
            }
            Self::Attestation { source, target } => {
                Err(refuse(format!("its source epoch {source} is not below its target {target}")))
            }
            Self::RandaoReveal
            | Self::AggregationSlot
            | Self::AggregateAndProof
            | Self::SyncCommitteeMessage
            | Self::SyncCommitteeSelectionProof
            | Self::SyncCommitteeContributionAndProof
            | Self::ValidatorRegistration
            | Self::VoluntaryExit
            | Self::Deposit => Err(refuse(format!("{self} has no position"))),
        }
    }
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block { .. } => "a block",
            Self::Attestation { .. } => "an attestation",
            Self::RandaoReveal => "a RANDAO reveal",
            Self::AggregationSlot => "a selection proof",
            Self::AggregateAndProof => "an aggregate",
            Self::SyncCommitteeMessage => "a sync committee message",
            Self::SyncCommitteeSelectionProof => "a sync committee selection proof",
            Self::SyncCommitteeContributionAndProof => "a sync committee contribution",
            Self::ValidatorRegistration => "a validator registration",
            Self::VoluntaryExit => "a voluntary exit",
            Self::Deposit => "a deposit",
        })
    }
}
