//! Authority: whose approval a decision needs, and whether it is there.

mod act;
mod authorization;
mod change;
mod evaluate;
mod level;
mod links;
mod name;
mod permission;
mod remedy;
mod tree;
mod validity;

pub use self::{
    act::Act,
    authorization::{Action, NotAuthorized},
    change::{Change, MAX_WAIT, NotChanged},
    evaluate::{Approvals, Evaluator, Lack, Missing, Unsatisfied},
    level::{Actor, Level},
    links::{Links, Minimum, UNLINKABLE, is_unlinkable},
    name::{Name, NotAName},
    permission::{
        Account, Accounts, KeyWeight, LevelWeight, Lookup, Permission, WaitWeight,
        WeightedAuthority,
    },
    remedy::Remedy,
    tree::NotATree,
    validity::{List, MAX_AUTHORITY_JSON, MAX_DEPTH, MAX_ENTRIES, NotAnAuthority, NotSound},
};

use crate::PublicKey;
use alloc::{collections::BTreeSet, vec::Vec};

/// The answer of an authority: what it gathered, what it needs, and what could add to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decision {
    /// What was asked.
    pub act: Act,
    /// The permission that was satisfied, or the least that has to be.
    pub permission: Name,
    /// The weight of those who approved.
    pub gathered: u64,
    /// The weight that is needed.
    pub needed: u64,
    /// Keys that have not approved yet, and count.
    pub missing: Vec<PublicKey>,
    /// Those of them whose approval alone would complete it.
    pub completed_by: Vec<PublicKey>,
    /// The seconds, from when the plan was first known, after which nobody else need approve.
    pub matures_at: Option<u32>,
}

impl Decision {
    /// Whether the approvals suffice.
    #[must_use]
    pub const fn is_satisfied(&self) -> bool {
        self.gathered >= self.needed
    }
}

/// Decides from the keys whose signatures under a document are good, and the time it was known.
///
/// 1. The same keys and time always give the same decision; a further key, or more time, never
///    takes weight away.
/// 2. Two satisfied decisions about [`Act::Fence`] share at least one key.
///
/// [`Charter`](crate::charter::Charter) is the one of this crate.
pub trait Authority {
    /// Weighs these keys for this act, after so many seconds.
    fn decide(&self, act: Act, signers: &BTreeSet<PublicKey>, waited: u32) -> Decision;
}
