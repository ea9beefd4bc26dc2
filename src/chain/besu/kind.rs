//! Kind: the types of messages, and their numbers.

use super::{BesuError, Protocol};
use crate::Lane;

/// The types of messages, in the order of their lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A block, proposed for a round.
    Proposal,
    /// "I hold the proposal for valid."
    Prepare,
    /// "I have seen a quorum of prepares."
    Commit,
    /// The seal that a commit carries and that the block keeps.
    CommitSeal,
    /// "The round has taken too long": for the round that begins.
    RoundChange,
}

impl Kind {
    /// The lane of the type.
    #[must_use]
    pub const fn lane(self) -> Lane {
        Lane::new(match self {
            Self::Proposal => 0,
            Self::Prepare => 1,
            Self::Commit => 2,
            Self::CommitSeal => 3,
            Self::RoundChange => 4,
        })
    }

    /// The number of the type in a protocol; a commit seal is no message of its own.
    #[must_use]
    pub const fn code(self, protocol: Protocol) -> Option<u8> {
        let first = match protocol {
            Protocol::Qbft => 0x12,
            Protocol::Ibft2 => 0,
        };
        match self {
            Self::Proposal => Some(first),
            Self::Prepare => Some(first + 1),
            Self::Commit => Some(first + 2),
            Self::RoundChange => Some(first + 3),
            Self::CommitSeal => None,
        }
    }

    /// The type with this number.
    pub(super) fn of_code(protocol: Protocol, code: u8) -> Result<Self, BesuError> {
        let kinds = [Self::Proposal, Self::Prepare, Self::Commit, Self::RoundChange];
        let found = kinds.into_iter().find(|kind| kind.code(protocol) == Some(code));
        found.ok_or(BesuError::Type { got: code })
    }
}
