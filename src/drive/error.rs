//! Error: refusal, misuse, or outcome unknown; what failed, and the safe next step.

use crate::{
    HostId, IdentityId, OrderId, PublicKey,
    authority::Decision,
    charter::NotAmended,
    evidence::NotEvidence,
    handover::Refusal,
    ports::{JournalError, NotRead, SignFailed},
};
use alloc::boxed::Box;
use core::fmt;

/// Which of the three kinds a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// A rule said no. Nothing changed.
    Refusal,
    /// The call cannot succeed as it is made. Nothing changed.
    Misuse,
    /// What is durable is unknown. This [`Host`](crate::Host) does nothing more; open it again.
    OutcomeUnknown,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// A rule of the handover.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A document that cannot be accepted.
    #[error(transparent)]
    Document(#[from] NotEvidence),
    /// An amendment that the charter does not take up.
    #[error(transparent)]
    Charter(Box<NotAmended>),
    /// The approvals suffice once the plan has been known for long enough.
    #[error(
        "approved with weight {}, {} is needed; waiting completes it, and {waited} s of it are over",
        .decision.gathered, .decision.needed
    )]
    Waiting {
        /// What is there and what lacks.
        decision: Box<Decision>,
        /// How long the plan has been known, in seconds.
        waited: u32,
    },
    /// A plan waits, and the host was never told the time.
    #[error("the plan must wait, and this host was not told the time")]
    NoTime,
    /// The plan that is vetoed does not wait here.
    #[error("plan {plan:?} does not wait on this host")]
    UnknownPlan {
        /// Which.
        plan: OrderId,
    },
    /// Bytes that the chain does not read.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The key.
    #[error(transparent)]
    Key(#[from] SignFailed),
    /// The journal holds something that this version does not understand.
    #[error("the journal holds an entry that cannot be read: {what}")]
    Unreadable {
        /// Which kind of entry.
        what: &'static str,
    },
    /// The journal belongs to another host key.
    #[error("the journal belongs to host {journal:?}; the key given is that of {here:?}")]
    OtherHost {
        /// Whose records these are.
        journal: HostId,
        /// Whose key was given.
        here: HostId,
    },
    /// The identity is here already.
    #[error("identity {identity:?} is known on this host already")]
    Known {
        /// Which.
        identity: IdentityId,
    },
    /// Another identity here has the same key on the same network.
    #[error("identity {other:?} on this host has the same key on the same network")]
    SameKey {
        /// Which other.
        other: IdentityId,
    },
    /// The key given is not the identity's.
    #[error("the key given is {given}; the identity's is {wanted}")]
    OtherKey {
        /// The one given.
        given: PublicKey,
        /// The identity's.
        wanted: PublicKey,
    },
    /// The message was read by another network's chain.
    #[error("the identity is on {wanted}; the chain given reads {given}")]
    OtherChain {
        /// The chain given.
        given: &'static str,
        /// The identity's.
        wanted: alloc::string::String,
    },
    /// The chain reads another network of its kind.
    #[error("the identity is on network {wanted:?}; the chain given reads {given:?}")]
    OtherNetwork {
        /// The network that is read.
        given: alloc::string::String,
        /// The identity's.
        wanted: alloc::string::String,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
    /// An earlier call ended in an unknown outcome.
    #[error("an earlier call ended with an unknown outcome")]
    Dead,
}

impl From<NotAmended> for Cause {
    fn from(error: NotAmended) -> Self {
        if let NotAmended::Evidence(error) = error {
            Self::Document(error)
        } else {
            Self::Charter(Box::new(error))
        }
    }
}

/// A failed call: why, and whether this host is signing all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    cause: Box<Cause>,
    signing: Option<bool>,
}

impl Error {
    pub(super) fn new(cause: impl Into<Cause>, signing: Option<bool>) -> Self {
        Self { cause: Box::new(cause.into()), signing }
    }

    /// Why.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Which kind of failure.
    #[must_use]
    pub fn family(&self) -> Family {
        match &*self.cause {
            Cause::Journal(error) if !error.is_refusal() => Family::OutcomeUnknown,
            Cause::Dead => Family::OutcomeUnknown,
            Cause::Refused(_)
            | Cause::Document(_)
            | Cause::Charter(_)
            | Cause::Waiting { .. }
            | Cause::UnknownPlan { .. }
            | Cause::Journal(_)
            | Cause::NotRead(_) => Family::Refusal,
            Cause::Key(_)
            | Cause::Unreadable { .. }
            | Cause::OtherHost { .. }
            | Cause::Known { .. }
            | Cause::SameKey { .. }
            | Cause::OtherKey { .. }
            | Cause::OtherChain { .. }
            | Cause::OtherNetwork { .. }
            | Cause::NoTime
            | Cause::NoRandomness => Family::Misuse,
        }
    }

    /// A stable code for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &*self.cause {
            Cause::Refused(refusal) => refusal.code(),
            Cause::Document(error) => error.code(),
            Cause::Charter(error) => error.code(),
            Cause::Waiting { .. } => "authority.waiting",
            Cause::NoTime => "host.no_time",
            Cause::UnknownPlan { .. } => "plan.unknown",
            Cause::NotRead(error) => error.code(),
            Cause::Journal(error) => error.code(),
            Cause::Key(_) => "key.failed",
            Cause::Unreadable { .. } => "host.unreadable",
            Cause::OtherHost { .. } => "host.other",
            Cause::Known { .. } => "identity.known",
            Cause::SameKey { .. } => "identity.same_key",
            Cause::OtherKey { .. } => "key.mismatch",
            Cause::OtherChain { .. } => "chain.other",
            Cause::OtherNetwork { .. } => "chain.other_network",
            Cause::NoRandomness => "host.no_randomness",
            Cause::Dead => "host.dead",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match &*self.cause {
            Cause::Refused(refusal) => refusal.advice(),
            Cause::Document(NotEvidence::Unapproved(_)) => "collect the missing approvals",
            Cause::Charter(error) => error.advice(),
            Cause::Waiting { .. } => "ask again later, or collect more approvals",
            Cause::NoTime => "tell the host the time",
            Cause::UnknownPlan { .. } => "do nothing: a plan that waits nowhere cannot ripen",
            Cause::Document(_) => "ask for the document again; nothing of this one was used",
            Cause::NotRead(_) => "check what was sent to be signed; nothing was",
            Cause::Journal(error) => error.advice(),
            Cause::Key(_) => "check the key or its device; the position may be asked again",
            Cause::Unreadable { .. } => "start the version of this program that wrote the journal",
            Cause::OtherHost { .. } => "start with the host key that the journal belongs to",
            Cause::Known { .. } => "do nothing: it is there",
            Cause::SameKey { .. } => "keep to the identity that is there: one key, one identity",
            Cause::OtherKey { .. } => "find the key that belongs to the identity",
            Cause::OtherChain { .. } | Cause::OtherNetwork { .. } => {
                "ask the identity's own network's signer"
            }
            Cause::NoRandomness => "look at the operating system's random device",
            Cause::Dead => "stop this process and start it again: it reads what is durable",
        }
    }

    /// Whether this host may be signing for the identity all the same; `None` if it cannot know.
    #[must_use]
    pub fn is_anyone_signing(&self) -> Option<bool> {
        match self.family() {
            Family::Refusal | Family::Misuse => self.signing,
            Family::OutcomeUnknown => None,
        }
    }

    /// Whether the same call may succeed later, and can do no harm.
    #[must_use]
    pub fn is_safe_to_retry(&self) -> bool {
        match &*self.cause {
            Cause::Refused(refusal) => refusal.is_safe_to_retry(),
            Cause::Document(NotEvidence::Unapproved(_)) => true,
            Cause::Key(_) | Cause::NoRandomness | Cause::Waiting { .. } | Cause::NoTime => true,
            Cause::Document(_)
            | Cause::Charter(_)
            | Cause::UnknownPlan { .. }
            | Cause::NotRead(_)
            | Cause::Journal(_)
            | Cause::Unreadable { .. }
            | Cause::OtherHost { .. }
            | Cause::Known { .. }
            | Cause::SameKey { .. }
            | Cause::OtherKey { .. }
            | Cause::OtherChain { .. }
            | Cause::OtherNetwork { .. }
            | Cause::Dead => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.cause, f)
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&*self.cause)
    }
}
