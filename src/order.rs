//! Order: the plan of a move, as approvers sign it.

use crate::{
    HostId, IdentityId, Lanes, OrderId, Position, document::Document, identity::Epoch, lease::Term,
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The most identities that one order moves.
pub const MAX_MOVES: usize = 16_384;

/// Where the old lease ends and the new one begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum At {
    /// Right after the last position the source has signed.
    Now,
    /// At this position, in each lane.
    Position(Lanes<Position>),
}

/// One identity's part in an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// Which identity.
    pub identity: IdentityId,
    /// Head of the identity's charter that the order was made under.
    pub charter: OrderId,
    /// The lease that ends: the order that created it.
    pub base: OrderId,
    /// The term of the new lease: the base's, with the number one higher.
    pub term: Term,
    /// The host that holds it.
    pub from: HostId,
    /// The host that is to hold it.
    pub to: HostId,
    /// Where the change happens.
    pub at: At,
    /// The source releases only while it has not signed up to here; `null` for never.
    pub expires: Option<Lanes<Position>>,
}

/// A planned move of one identity, of thousands, or an exchange of two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The moves, in the order of their identities, each identity once.
    pub moves: Vec<Move>,
    /// For people; it is approved with the rest. Two orders with the same plan are one order: a
    /// plan that was withdrawn comes back only with another note.
    pub note: String,
}

/// The withdrawal of an order, while no source has released under it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The order that is withdrawn.
    pub order: OrderId,
    /// The identities it moves, in order, each once.
    pub identities: Vec<IdentityId>,
}

/// The waiting of a plan counts for nothing any more: it needs its approvals without it.
///
/// Whoever could have approved the plan, waiting included, can veto it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// The order, fence or amendment.
    pub plan: OrderId,
    /// The identities that it is about, in order, each once.
    pub identities: Vec<IdentityId>,
}

/// Taking over without a release, from a named position, in a new epoch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fence {
    /// Which identity.
    pub identity: IdentityId,
    /// Head of the identity's charter that the order was made under.
    pub charter: OrderId,
    /// The new epoch's number: higher than any before.
    pub number: u64,
    /// The host that is to hold the identity.
    pub to: HostId,
    /// The first position that it may sign, in each lane, or later ones if a host says so.
    pub at: Lanes<Position>,
    /// Every host that may hold the identity now: each acknowledges, or is gone.
    pub covers: Vec<HostId>,
    /// Those of them that will never run again; the approvers assert it.
    pub gone: Vec<HostId>,
    /// What the assertion rests on, for people.
    pub evidence: String,
    /// What holds in the new epoch.
    pub epoch: Epoch,
}

impl Document for Order {
    const KIND: &'static str = "order";
}

impl Document for Void {
    const KIND: &'static str = "void";
}

impl Document for Veto {
    const KIND: &'static str = "veto";
}

impl Document for Fence {
    const KIND: &'static str = "fence";
}

/// Why an order's form is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnOrder {
    /// No move, or too many.
    #[error("an order has 1 to {MAX_MOVES} moves; this one has {got}")]
    Count {
        /// How many it has.
        got: usize,
    },
    /// Identities out of order, or one twice.
    #[error("the moves are not in the order of their identities, each once")]
    Unsorted,
    /// A move from a host to itself.
    #[error("host {host:?} is to hand over to itself")]
    ToItself {
        /// Which.
        host: HostId,
    },
    /// A host list of a fence is out of order, or a gone host is not covered.
    #[error("covered and gone hosts must be in order, each once, and the gone ones covered")]
    Cover,
    /// The host that takes over is declared gone.
    #[error("host {host:?} is to take over, and is declared gone")]
    ToGone {
        /// Which.
        host: HostId,
    },
    /// The epoch of a fence is not valid.
    #[error("the new epoch is not valid: roster, limit and witnesses must fit the identity")]
    Epoch,
}

impl Order {
    /// Checks the form: what can be seen without any host's record.
    ///
    /// # Errors
    ///
    /// [`NotAnOrder`].
    pub fn check(&self) -> Result<(), NotAnOrder> {
        if self.moves.is_empty() || self.moves.len() > MAX_MOVES {
            return Err(NotAnOrder::Count { got: self.moves.len() });
        }
        if !self.moves.is_sorted_by(|a, b| a.identity < b.identity) {
            return Err(NotAnOrder::Unsorted);
        }
        match self.moves.iter().find(|part| part.from == part.to) {
            Some(part) => Err(NotAnOrder::ToItself { host: part.from }),
            None => Ok(()),
        }
    }

    /// The moves that give an identity away from this host.
    pub fn given_by(&self, host: HostId) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(move |part| part.from == host)
    }

    /// The moves that bring an identity to this host.
    pub fn received_by(&self, host: HostId) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(move |part| part.to == host)
    }
}

impl Void {
    /// Checks the form.
    ///
    /// # Errors
    ///
    /// [`NotAnOrder`].
    pub fn check(&self) -> Result<(), NotAnOrder> {
        check_identities(&self.identities)
    }
}

impl Veto {
    /// Checks the form.
    ///
    /// # Errors
    ///
    /// [`NotAnOrder`].
    pub fn check(&self) -> Result<(), NotAnOrder> {
        check_identities(&self.identities)
    }
}

fn check_identities(identities: &[IdentityId]) -> Result<(), NotAnOrder> {
    if identities.is_empty() || identities.len() > MAX_MOVES {
        return Err(NotAnOrder::Count { got: identities.len() });
    }
    if identities.is_sorted_by(|a, b| a < b) { Ok(()) } else { Err(NotAnOrder::Unsorted) }
}

impl Fence {
    /// Checks the form.
    ///
    /// # Errors
    ///
    /// [`NotAnOrder`].
    pub fn check(&self) -> Result<(), NotAnOrder> {
        let sorted = |hosts: &[HostId]| hosts.is_sorted_by(|a, b| a < b);
        let covered = self.gone.iter().all(|host| self.covers.contains(host));
        if !sorted(&self.covers) || !sorted(&self.gone) || !covered {
            return Err(NotAnOrder::Cover);
        }
        if self.gone.contains(&self.to) {
            return Err(NotAnOrder::ToGone { host: self.to });
        }
        self.epoch.check(self.to, &self.at).map_err(|_| NotAnOrder::Epoch)
    }

    /// The term of the lease that the fence creates.
    #[must_use]
    pub const fn term(&self) -> Term {
        Term { epoch: self.number, number: 0 }
    }
}

/// The order that a declined order turns into: the same move, back to where it came from.
///
/// Whoever approved the order approved this too: the target may hand the identity back, unused.
#[must_use]
pub fn declined(order: OrderId) -> OrderId {
    let mut hasher = Sha256::new();
    hasher.update(b"brainswap decline v1\0");
    hasher.update(order.as_bytes());
    OrderId::from_bytes(hasher.finalize().into())
}
