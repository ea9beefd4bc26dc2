//! Messages: what hosts say to each other during a handover. Each is a signed document.

use crate::{
    HostId, IdentityId, Lanes, Nonce, OrderId, Position, Session,
    document::Document,
    evidence::HostDocument,
    lease::{End, Term},
    watermark::Mark,
};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

macro_rules! host_document {
    ($name:ident, $kind:literal) => {
        impl Document for $name {
            const KIND: &'static str = $kind;
        }

        impl HostDocument for $name {
            fn host(&self) -> HostId {
                self.host
            }
        }
    };
}

/// "I have the key, I am durable, I cannot sign yet."
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// Under which order.
    pub order: OrderId,
    /// The target.
    pub host: HostId,
    /// Its process start.
    pub session: Session,
    /// Ties the release to this promise; the same for ever, for one order.
    pub nonce: Nonce,
    /// What the target gives away under the same order, kept for it.
    pub locks: Vec<IdentityId>,
}
host_document!(Ready, "ready");

/// "My right ends here, on disk, read back, for ever."
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Under which order.
    pub order: OrderId,
    /// The source.
    pub host: HostId,
    /// Its process start.
    pub session: Session,
    /// One end for each identity that the source gives away under the order.
    pub ends: Vec<End>,
}
host_document!(Release, "release");

/// "I will not hold it": a lease that ends where it began, back to the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// The order that is declined.
    pub order: OrderId,
    /// The target that declines.
    pub host: HostId,
    /// Its process start.
    pub session: Session,
    /// One end for each identity that goes back.
    pub ends: Vec<End>,
}
host_document!(Decline, "decline");

/// "I will sign no more below the end": the final marks, which free the target's floors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tail {
    /// Under which order.
    pub order: OrderId,
    /// The source.
    pub host: HostId,
    /// Its process start.
    pub session: Session,
    /// The final marks of each identity.
    pub marks: Vec<(IdentityId, Lanes<Option<Mark>>)>,
}
host_document!(Tail, "tail");

/// "Mine begins here." Information only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activated {
    /// Under which order.
    pub order: OrderId,
    /// The new holder.
    pub host: HostId,
    /// Its process start.
    pub session: Session,
    /// Where each lease begins.
    pub leases: Vec<(IdentityId, Lanes<Position>)>,
}
host_document!(Activated, "activated");

/// "I obey the fence; what I ever held ended here."
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FenceAck {
    /// The fence.
    pub order: OrderId,
    /// The host that obeys.
    pub host: HostId,
    /// Its process start.
    pub session: Session,
    /// The highest end of its older leases, where they are not empty.
    pub ended: Lanes<Position>,
    /// What it had signed.
    pub marks: Lanes<Option<Mark>>,
}
host_document!(FenceAck, "fence-ack");

/// "This is my newest lease, and I am this process": asked of witnesses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// Which identity.
    pub identity: IdentityId,
    /// Who asks.
    pub host: HostId,
    /// Its process start.
    pub session: Session,
    /// When its record was made: a record that was made anew has forgotten what it signed.
    pub birth: Nonce,
    /// The term of its newest lease, or the highest it has seen.
    pub term: Term,
    /// Its newest lease, if it ever had one.
    pub lease: Option<OrderId>,
    /// The sessions that the lease rests on.
    pub sources: Vec<(HostId, Session)>,
}
host_document!(Attest, "attest");

/// What a witness answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answer {
    /// Recorded.
    Recorded,
    /// A newer lease is known, with this term.
    Superseded(Term),
    /// The lease rests on the word of this host's earlier process.
    Stale(HostId),
}

/// A witness's answer, signed by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attested {
    /// Which identity.
    pub identity: IdentityId,
    /// The witness.
    pub host: HostId,
    /// Whom it answers.
    pub asker: HostId,
    /// Which process of the asker.
    pub session: Session,
    /// Which lease it was asked about.
    pub lease: Option<OrderId>,
    /// The answer.
    pub answer: Answer,
}
host_document!(Attested, "attested");

/// Any message that a host sends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Message {
    /// A target's promise.
    Ready(Ready),
    /// A source's end.
    Release(Release),
    /// A target's refusal, with the identity going back.
    Decline(Decline),
    /// A source's last word.
    Tail(Tail),
    /// A target's beginning.
    Activated(Activated),
    /// A host's obedience to a fence.
    FenceAck(FenceAck),
    /// A question to witnesses.
    Attest(Attest),
    /// A witness's answer.
    Attested(Attested),
}
