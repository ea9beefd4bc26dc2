//! Refusal: why the handover's rules said no, and the safe next step. Nothing changed.

use crate::{
    HostId, IdentityId, OrderId, Position, Session, lease::Term, watermark::WatermarkRefusal,
};

/// Why a rule said no. Nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The watermark refuses (R2).
    #[error(transparent)]
    Watermark(#[from] WatermarkRefusal),
    /// No lease of this host covers the position (R1).
    #[error("this host holds no lease at position {asked}; its newest covers {from} to {until}")]
    OutsideLease {
        /// What was asked.
        asked: Position,
        /// Where the newest lease begins.
        from: Position,
        /// Where it ends.
        until: Position,
    },
    /// This host has no lease at all (R1).
    #[error("this host holds no lease; position {asked} was asked")]
    NoLease {
        /// What was asked.
        asked: Position,
    },
    /// No lease of this host has anything left to sign (R1).
    #[error("this host holds no lease with anything left to sign")]
    NothingLeft,
    /// The floor lies outside what the lease allows.
    #[error("floor {asked} lies outside the lease, which allows {low} to {high}")]
    FloorOutsideLease {
        /// What was asked.
        asked: u64,
        /// The lowest allowed.
        low: u64,
        /// The highest allowed.
        high: u64,
    },
    /// The lane does not exist.
    #[error("the identity has no lane {lane}")]
    NoSuchLane {
        /// Which.
        lane: u8,
    },
    /// A majority of witnesses must know this process first (H2).
    #[error("{recorded} of {needed} witnesses have recorded this process")]
    NotProven {
        /// How many have.
        recorded: usize,
        /// How many must.
        needed: usize,
    },
    /// A fresh head of the chain must be seen first (H1).
    #[error("after an unclean stop, nothing is signed before a fresh head of the chain is seen")]
    AwaitsHead,
    /// The record is another host's.
    #[error("the record belongs to another host than {wanted:?}")]
    OtherHost {
        /// Who must own it.
        wanted: HostId,
    },
    /// The document names no identity that this host has a part in.
    #[error("the document gives this host nothing to do with identity {identity:?}")]
    NotConcerned {
        /// Which.
        identity: IdentityId,
    },
    /// The document names another host as its part.
    #[error("the order names another host: {named:?}, this is {here:?}")]
    NotForThisHost {
        /// Whom it names.
        named: HostId,
        /// Who this is.
        here: HostId,
    },
    /// The identity is unknown here.
    #[error("identity {identity:?} is unknown on this host")]
    UnknownIdentity {
        /// Which.
        identity: IdentityId,
    },
    /// The order was made under another head of the charter.
    #[error("the order was made under charter head {order:?}; it is {here:?}")]
    OtherCharter {
        /// The order's.
        order: OrderId,
        /// This host's.
        here: OrderId,
    },
    /// The host is not on the roster.
    #[error("host {host:?} is not on the roster of the epoch")]
    NotOnRoster {
        /// Which.
        host: HostId,
    },
    /// The charter does not let the host receive the identity.
    #[error("host {host:?} is not enrolled in the charter")]
    NotEnrolled {
        /// Which.
        host: HostId,
    },
    /// More plans wait here than are kept.
    #[error("{got} plans wait on this host already")]
    TooManyPlans {
        /// How many.
        got: usize,
    },
    /// The identity's key is not loaded here.
    #[error("the key of identity {identity:?} is not loaded on this host")]
    KeyMissing {
        /// Which.
        identity: IdentityId,
    },
    /// A lease of this term, or a later one, is known already.
    #[error("term {order} is not above {seen}, the highest that this host has seen")]
    StaleTerm {
        /// The order's.
        order: Term,
        /// The highest seen.
        seen: Term,
    },
    /// The term does not follow the lease's.
    #[error("the order has term {order}; the lease that it ends would be followed by {wanted}")]
    WrongTerm {
        /// The order's.
        order: Term,
        /// What follows.
        wanted: Term,
    },
    /// The order belongs to an epoch that is not the one obeyed.
    #[error("the order belongs to epoch {order}; this host obeys epoch {here}")]
    OtherEpoch {
        /// The order's.
        order: u64,
        /// This host's.
        here: u64,
    },
    /// The lease that the order ends is not one of this host's.
    #[error("this host has no lease {base:?}")]
    UnknownLease {
        /// The lease that the order names.
        base: OrderId,
    },
    /// The lease ended already, under another order (R4).
    #[error("the lease ended at {until} under order {under:?}")]
    AlreadyReleased {
        /// Under which order.
        under: OrderId,
        /// Where.
        until: Position,
    },
    /// The lease was ended by a fence (R4).
    #[error("the lease was ended at {until}")]
    Ended {
        /// Where.
        until: Position,
    },
    /// The lease is kept for another order.
    #[error("the lease is kept for order {order:?}")]
    Locked {
        /// Which.
        order: OrderId,
    },
    /// The order was withdrawn.
    #[error("order {order:?} was withdrawn")]
    Void {
        /// Which.
        order: OrderId,
    },
    /// The order's last position has passed.
    #[error("the order expires at position {expires}; {last} has been signed")]
    Expired {
        /// Where.
        expires: Position,
        /// The last position signed.
        last: Position,
    },
    /// The named position has passed.
    #[error("the order names position {asked}; the earliest possible is {earliest}")]
    PositionPassed {
        /// What the order names.
        asked: Position,
        /// The earliest that is left.
        earliest: Position,
    },
    /// The position lies beyond the epoch's limit.
    #[error("position {asked} lies at or beyond the lease's end {limit}")]
    BeyondLimit {
        /// What the order comes to.
        asked: Position,
        /// The limit.
        limit: Position,
    },
    /// The order does not name one position for each lane.
    #[error("the order names {got} positions; the identity has {wanted} lanes")]
    WrongLanes {
        /// How many it names.
        got: usize,
        /// How many lanes there are.
        wanted: usize,
    },
    /// A target has not promised yet.
    #[error("host {host:?} is not ready")]
    NotReady {
        /// Which.
        host: HostId,
    },
    /// The message answers another order.
    #[error("the message answers order {got:?}, not {wanted:?}")]
    OtherOrder {
        /// What it answers.
        got: OrderId,
        /// What was given.
        wanted: OrderId,
    },
    /// The message comes from another host than the order says.
    #[error("the message comes from {got:?}; the order says {wanted:?}")]
    OtherSender {
        /// From whom it comes.
        got: HostId,
        /// From whom it must come.
        wanted: HostId,
    },
    /// The release does not answer a promise of this host.
    #[error("the release answers no promise of this host")]
    NotPrepared,
    /// The release answers another promise.
    #[error("the release answers an earlier promise of this host, which is no longer known")]
    OtherPromise,
    /// The message comes from an earlier process of its host.
    #[error("the message comes from session {got} of {host:?}; session {known} is known")]
    OldSession {
        /// Whose.
        host: HostId,
        /// Which session it comes from.
        got: Session,
        /// The newest known.
        known: Session,
    },
    /// Two processes of one host share a session number.
    #[error("two processes of {host:?} use session number {}", .got.number)]
    CopiedHost {
        /// Which host.
        host: HostId,
        /// The session that came.
        got: Session,
        /// The session that is known.
        known: Session,
    },
    /// The lease cannot be handed back: it is not open.
    #[error("the lease under this order cannot be declined: it is not open on this host")]
    NothingToDecline,
    /// The fence does not cover every host that may hold.
    #[error("the fence does not cover {host:?}, which may hold the identity")]
    NotCovered {
        /// Which.
        host: HostId,
    },
    /// Another fence opened this epoch.
    #[error("epoch {epoch} was opened by another order")]
    OtherFence {
        /// Which epoch.
        epoch: u64,
    },
    /// A host has not acknowledged the fence.
    #[error("host {host:?} has not acknowledged the fence")]
    NotAcknowledged {
        /// Which.
        host: HostId,
    },
    /// The counter has no next value.
    #[error("a counter has reached its end")]
    Exhausted,
}

impl Refusal {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Watermark(refusal) => refusal.code(),
            Self::OutsideLease { .. } => "lease.outside",
            Self::NoLease { .. } => "lease.none",
            Self::NothingLeft => "lease.nothing_left",
            Self::FloorOutsideLease { .. } => "lease.floor",
            Self::NoSuchLane { .. } => "lease.no_such_lane",
            Self::NotProven { .. } => "start.not_proven",
            Self::AwaitsHead => "start.awaits_head",
            Self::OtherHost { .. } => "order.other_host",
            Self::NotConcerned { .. } => "order.not_concerned",
            Self::NotForThisHost { .. } => "order.not_for_this_host",
            Self::UnknownIdentity { .. } => "order.unknown_identity",
            Self::OtherCharter { .. } => "order.other_charter",
            Self::NotOnRoster { .. } => "order.not_on_roster",
            Self::NotEnrolled { .. } => "order.not_enrolled",
            Self::TooManyPlans { .. } => "plan.too_many",
            Self::KeyMissing { .. } => "order.key_missing",
            Self::StaleTerm { .. } => "order.stale_term",
            Self::WrongTerm { .. } => "order.wrong_term",
            Self::OtherEpoch { .. } => "order.other_epoch",
            Self::UnknownLease { .. } => "order.unknown_lease",
            Self::AlreadyReleased { .. } => "release.already",
            Self::Ended { .. } => "release.ended",
            Self::Locked { .. } => "release.locked",
            Self::Void { .. } => "release.void",
            Self::Expired { .. } => "release.expired",
            Self::PositionPassed { .. } => "release.position_passed",
            Self::BeyondLimit { .. } => "release.beyond_limit",
            Self::WrongLanes { .. } => "order.wrong_lanes",
            Self::NotReady { .. } => "release.not_ready",
            Self::OtherOrder { .. } => "message.other_order",
            Self::OtherSender { .. } => "message.other_sender",
            Self::NotPrepared => "activate.not_prepared",
            Self::OtherPromise => "activate.other_promise",
            Self::OldSession { .. } => "message.old_session",
            Self::CopiedHost { .. } => "message.copied_host",
            Self::NothingToDecline => "decline.nothing",
            Self::NotCovered { .. } => "fence.not_covered",
            Self::OtherFence { .. } => "fence.other",
            Self::NotAcknowledged { .. } => "fence.not_acknowledged",
            Self::Exhausted => "counter.exhausted",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Watermark(refusal) => refusal.advice(),
            Self::OutsideLease { .. } | Self::NoLease { .. } | Self::NothingLeft => {
                "do nothing: another host signs here, or will; `status` says which"
            }
            Self::FloorOutsideLease { .. } => {
                "wait: the chain catches up, or the source's tail comes"
            }
            Self::NoSuchLane { .. } => "check which chain the identity was created for",
            Self::NotProven { .. } => "bring a majority of the witnesses back",
            Self::AwaitsHead => "connect this host to a synced node",
            Self::OtherHost { .. } | Self::NotForThisHost { .. } | Self::NotConcerned { .. } => {
                "give the document to the host that it names"
            }
            Self::UnknownIdentity { .. } => "adopt the identity on this host first",
            Self::OtherCharter { .. } => {
                "give both hosts every amendment, or make the plan again from the newest head"
            }
            Self::NotEnrolled { .. } => "choose an enrolled host, or enrol it first",
            Self::TooManyPlans { .. } => "amend the charter, or void plans: old ones go with it",
            Self::NotOnRoster { .. } => "choose a host of the roster",
            Self::KeyMissing { .. } => "provision the key to this host first",
            Self::StaleTerm { .. } | Self::WrongTerm { .. } | Self::UnknownLease { .. } => {
                "ask both hosts for `status`: the order is older than the lease that is held now"
            }
            Self::OtherEpoch { .. } => "give this host the fence order of the newer epoch",
            Self::AlreadyReleased { .. } => "resume the order that it was released under",
            Self::Ended { .. } => "do nothing: the lease is over",
            Self::Locked { .. } => "resume or withdraw the order that it is kept for",
            Self::Void { .. } => "make a new order",
            Self::Expired { .. } | Self::PositionPassed { .. } | Self::BeyondLimit { .. } => {
                "make a new order for a later position; the source goes on signing"
            }
            Self::WrongLanes { .. } => "make the order again for this identity",
            Self::NotReady { .. } => "prepare the target first; the source goes on signing",
            Self::OtherOrder { .. } | Self::OtherSender { .. } => {
                "resume: the hosts send the right document again"
            }
            Self::NotPrepared | Self::OtherPromise => {
                "this host lost its promise: bring the newest journal back, or fence"
            }
            Self::OldSession { .. } => "resume: the host sends it again from its newest process",
            Self::CopiedHost { .. } => "stop one of the two copies before anything else",
            Self::NothingToDecline => "use a new order to bring the identity home",
            Self::NotCovered { .. } => "make the fence again from the newest roster",
            Self::OtherFence { .. } => "make a fence for a later epoch",
            Self::NotAcknowledged { .. } => {
                "give that host the fence, or approve a later one that declares it gone"
            }
            Self::Exhausted => "rotate the identity's key",
        }
    }

    /// Whether the same input may succeed later without any change to it.
    #[must_use]
    pub const fn is_safe_to_retry(&self) -> bool {
        matches!(
            self,
            Self::NotProven { .. }
                | Self::AwaitsHead
                | Self::NotReady { .. }
                | Self::NotAcknowledged { .. }
                | Self::KeyMissing { .. }
                | Self::UnknownIdentity { .. }
                | Self::FloorOutsideLease { .. }
        )
    }
}
