//! Refusal: why an amendment is not taken up.

use super::NotPermissions;
use crate::{
    HostId, IdentityId, OrderId,
    document::{DocumentError, Envelope},
    evidence::NotEvidence,
};
use alloc::boxed::Box;

/// Why an amendment is not taken up. The charter stays what it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAmended {
    /// It cannot be believed, its form is wrong, or the approvals do not suffice.
    #[error(transparent)]
    Evidence(#[from] NotEvidence),
    /// It is about another identity.
    #[error("the amendment is about identity {got:?}, the charter is of {wanted:?}")]
    OtherIdentity {
        /// The amendment's.
        got: IdentityId,
        /// The charter's.
        wanted: IdentityId,
    },
    /// It follows another head.
    #[error("the amendment follows {previous:?}; the head is {head:?}")]
    OtherHead {
        /// The head it names.
        previous: OrderId,
        /// The charter's.
        head: OrderId,
    },
    /// It names another place in the charter.
    #[error("the amendment has number {got}; the next one is {wanted}")]
    OtherNumber {
        /// The amendment's.
        got: u64,
        /// What follows.
        wanted: u64,
    },
    /// Two valid amendments follow one head: somebody approved both.
    #[error("two approved amendments follow head {head:?}: {} and {}", .ours.id(), .theirs.id())]
    Fork {
        /// The head that both follow.
        head: OrderId,
        /// The one that was taken up here.
        ours: Box<Envelope>,
        /// The other one.
        theirs: Box<Envelope>,
    },
    /// The permissions would not hold together.
    #[error(transparent)]
    Permissions(#[from] NotPermissions),
    /// The host is enrolled already.
    #[error("host {host:?} is enrolled already")]
    HostKnown {
        /// Which.
        host: HostId,
    },
    /// The host is not enrolled.
    #[error("host {host:?} is not enrolled")]
    HostUnknown {
        /// Which.
        host: HostId,
    },
    /// No more hosts can be enrolled.
    #[error("{got} hosts are enrolled; 64 are the most")]
    TooManyHosts {
        /// How many there are.
        got: usize,
    },
    /// The policy for standbys is not valid.
    #[error("the standby policy is not valid: {0}")]
    Standby(&'static str),
    /// The generation of shards does not rise.
    #[error("shards of generation {got} do not follow generation {known}")]
    OldGeneration {
        /// The amendment's.
        got: u32,
        /// The newest known.
        known: u32,
    },
}

impl NotAmended {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Evidence(error) => error.code(),
            Self::OtherIdentity { .. } => "charter.other_identity",
            Self::OtherHead { .. } => "charter.other_head",
            Self::OtherNumber { .. } => "charter.other_number",
            Self::Fork { .. } => "charter.fork",
            Self::Permissions(error) => error.code(),
            Self::HostKnown { .. } => "charter.host_known",
            Self::HostUnknown { .. } => "charter.host_unknown",
            Self::TooManyHosts { .. } => "charter.too_many_hosts",
            Self::Standby(_) => "charter.standby",
            Self::OldGeneration { .. } => "charter.old_generation",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Evidence(_) => "gather the approvals that are missing, under the unchanged plan",
            Self::OtherIdentity { .. } => "give it to the hosts of the identity that it names",
            Self::OtherHead { .. } | Self::OtherNumber { .. } => {
                "give the amendments in their order, or make the plan again from the newest head"
            }
            Self::Fork { .. } => {
                "stop: keep both files, and ask everybody whose signature stands under both"
            }
            Self::Permissions(error) => error.advice(),
            Self::HostKnown { .. } => "nothing is left to do, or remove the host first",
            Self::HostUnknown { .. } => "enrol the host first",
            Self::TooManyHosts { .. } => "remove a host first",
            Self::Standby(_) => "compare the policy with `docs/charter.md`",
            Self::OldGeneration { .. } => "name the generation that was dealt last, plus one",
        }
    }
}

impl From<DocumentError> for NotAmended {
    fn from(error: DocumentError) -> Self {
        Self::Evidence(error.into())
    }
}
