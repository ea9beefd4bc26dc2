//! Approver: what a person's key may approve, from what it approved before (AP1).

use crate::{
    HostId, IdentityId, Lanes, OrderId, Position, charter::Amendment, evidence::Approved,
    identity::Genesis, lease::Term, order::Fence,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// What an approver keeps of one identity. It must be durable before the approval leaves (R3).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// The highest epoch approved, and by which order.
    pub highest: Option<(u64, OrderId)>,
    /// Every host of every roster approved.
    pub rosters: BTreeSet<HostId>,
    /// The amendments approved, by the head that they follow: the newest of each.
    pub amendments: BTreeMap<OrderId, OrderId>,
}

impl Memory {
    /// What an approver knows that has approved the genesis document alone.
    #[must_use]
    pub fn genesis(genesis: &Approved<Genesis>) -> Self {
        let highest = Some((Term::FIRST.epoch, genesis.id()));
        let rosters = genesis.document().epoch.hosts().into_iter().collect();
        Self { highest, rosters, amendments: BTreeMap::new() }
    }
}

/// What the approver itself asserts, beyond what the order says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assertion {
    /// Hosts that will never run again.
    pub gone: Vec<HostId>,
    /// The highest position that any of them can have signed, in each lane.
    pub signed: Option<Lanes<Position>>,
}

/// Why an approver refuses a fence or an amendment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotApprovable {
    /// Another amendment of the same head was approved, and this one does not replace it.
    #[error("amendment {approved} of the same head was approved; this one does not replace it")]
    Conflict {
        /// The one approved.
        approved: OrderId,
    },
    /// The order is about another identity.
    #[error("the fence is about identity {got:?}, not {wanted:?}")]
    OtherIdentity {
        /// Which.
        got: IdentityId,
        /// Which was meant.
        wanted: IdentityId,
    },
    /// The epoch is not above what was approved.
    #[error("epoch {got} is not above {highest}, which was approved already")]
    EpochNotAbove {
        /// The order's.
        got: u64,
        /// The highest approved.
        highest: u64,
    },
    /// A host of an approved roster is not covered.
    #[error("the fence does not cover {host:?}, which was approved to hold")]
    NotCovered {
        /// Which.
        host: HostId,
    },
    /// The order declares gone what the approver does not.
    #[error("the fence declares {host:?} gone, and you do not")]
    NotAsserted {
        /// Which.
        host: HostId,
    },
    /// The position is not above everything signed.
    #[error("the fence begins at {at}; a gone host can have signed {signed}")]
    TooLow {
        /// Where it begins.
        at: Position,
        /// What may have been signed.
        signed: Position,
    },
}

impl NotApprovable {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "approver.conflict",
            Self::OtherIdentity { .. } => "approver.other_identity",
            Self::EpochNotAbove { .. } => "approver.epoch_not_above",
            Self::NotCovered { .. } => "approver.not_covered",
            Self::NotAsserted { .. } => "approver.not_asserted",
            Self::TooLow { .. } => "approver.too_low",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => {
                "let the first one be carried out, or ask for one that names it as replaced"
            }
            Self::OtherIdentity { .. } => "choose the record of the identity that it is about",
            Self::EpochNotAbove { .. } => "ask for a fence of a later epoch",
            Self::NotCovered { .. } => "ask for a fence that covers every host of the roster",
            Self::NotAsserted { .. } => "approve only if you have seen yourself that it is gone",
            Self::TooLow { .. } => "ask for a fence that begins above everything signed",
        }
    }
}

/// Rule AP1: what the approver's record is after approving, if it may.
///
/// # Errors
///
/// [`NotApprovable`]; the memory stays as it is.
pub fn approve_fence(
    memory: &Memory,
    identity: IdentityId,
    fence: (&Fence, OrderId),
    assertion: &Assertion,
) -> Result<Memory, NotApprovable> {
    let (fence, id) = fence;
    if fence.identity != identity {
        return Err(NotApprovable::OtherIdentity { got: fence.identity, wanted: identity });
    }
    if let Some((highest, approved)) = memory.highest
        && fence.number <= highest
        && id != approved
    {
        return Err(NotApprovable::EpochNotAbove { got: fence.number, highest });
    }
    if let Some(host) = memory.rosters.iter().find(|host| !fence.covers.contains(host))
        && memory.highest.is_none_or(|(_, approved)| approved != id)
    {
        return Err(NotApprovable::NotCovered { host: *host });
    }
    if let Some(host) = fence.gone.iter().find(|host| !assertion.gone.contains(host)) {
        return Err(NotApprovable::NotAsserted { host: *host });
    }
    if !fence.gone.is_empty() {
        for (lane, at) in fence.at.iter() {
            let signed = assertion.signed.as_ref().and_then(|signed| signed.get(lane));
            let signed = signed.copied().unwrap_or(Position::END);
            if *at <= signed {
                return Err(NotApprovable::TooLow { at: *at, signed });
            }
        }
    }
    let mut next = memory.clone();
    next.highest = Some((fence.number, id));
    next.rosters.extend(fence.epoch.hosts());
    Ok(next)
}

/// What the approver's record is after approving an amendment, if it may: two amendments of one
/// head are never both approved, unless the later one says that it replaces the earlier one. A
/// charter that forks all the same is found out by whoever sees both.
///
/// # Errors
///
/// [`NotApprovable::Conflict`]; the memory stays as it is.
pub fn approve_amendment(
    memory: &Memory,
    amendment: (&Amendment, OrderId),
) -> Result<Memory, NotApprovable> {
    let (amendment, id) = amendment;
    match memory.amendments.get(&amendment.previous) {
        Some(approved) if *approved != id && !amendment.replaces.contains(approved) => {
            Err(NotApprovable::Conflict { approved: *approved })
        }
        Some(_) | None => {
            let mut next = memory.clone();
            next.amendments.insert(amendment.previous, id);
            Ok(next)
        }
    }
}
