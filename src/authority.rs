//! Authority: whose approval a decision needs, and whether it is there.

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
use serde::{Deserialize, Serialize};

/// What is being decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Act {
    /// An identity begins: its genesis document.
    Genesis,
    /// A planned move between hosts of the roster.
    Swap,
    /// An order is withdrawn before the source has released.
    Void,
    /// Taking over without a release. Two such decisions must share an approver.
    Fence,
}

/// The answer of an authority: what it gathered, what it needs, and who could add to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decision {
    /// The weight of those who approved.
    pub gathered: u64,
    /// The weight that is needed.
    pub needed: u64,
    /// Keys that have not approved yet, and count.
    pub missing: Vec<PublicKey>,
}

impl Decision {
    /// Whether the approvals suffice.
    #[must_use]
    pub const fn is_satisfied(&self) -> bool {
        self.gathered >= self.needed
    }
}

/// Decides from the keys whose signatures under a document are good.
///
/// 1. The same keys always give the same decision; a further key never takes weight away.
/// 2. Two satisfied decisions about [`Act::Fence`] share at least one key.
pub trait Authority {
    /// Weighs these keys for this act.
    fn decide(&self, act: Act, signers: &BTreeSet<PublicKey>) -> Decision;
}

/// One approver: a key and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approver {
    /// The key.
    pub key: PublicKey,
    /// Its weight, from 1.
    pub weight: u16,
}

/// A flat weighted threshold: any approvers whose weights reach it.
///
/// [`Act::Genesis`] and [`Act::Fence`] need more than half of all weight, if that is more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The weight needed, from 1.
    pub threshold: u32,
    /// The approvers, in the order of their keys, each once; at most 64.
    pub approvers: Vec<Approver>,
}

/// Why a threshold is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAThreshold {
    /// Keys out of order, or one twice.
    #[error("the approvers are not in the order of their keys, each once")]
    Unsorted,
    /// A weight, or the threshold, is 0.
    #[error("a weight or the threshold is 0")]
    Zero,
    /// All together cannot reach it.
    #[error("the threshold is {threshold}, and all approvers together weigh {total}")]
    Unreachable {
        /// What is needed.
        threshold: u64,
        /// What there is.
        total: u64,
    },
    /// More approvers than are read.
    #[error("{got} approvers; at most 64 are read")]
    TooMany {
        /// How many came.
        got: usize,
    },
}

impl Threshold {
    /// Checks the rules that a threshold must keep before it may decide anything.
    ///
    /// # Errors
    ///
    /// [`NotAThreshold`].
    pub fn check(&self) -> Result<(), NotAThreshold> {
        if self.approvers.len() > 64 {
            return Err(NotAThreshold::TooMany { got: self.approvers.len() });
        }
        if !self.approvers.is_sorted_by(|a, b| a.key < b.key) {
            return Err(NotAThreshold::Unsorted);
        }
        if self.threshold == 0 || self.approvers.iter().any(|approver| approver.weight == 0) {
            return Err(NotAThreshold::Zero);
        }
        let (threshold, total) = (u64::from(self.threshold), self.total());
        if total < threshold {
            return Err(NotAThreshold::Unreachable { threshold, total });
        }
        Ok(())
    }

    fn total(&self) -> u64 {
        self.approvers.iter().map(|approver| u64::from(approver.weight)).sum()
    }
}

impl Authority for Threshold {
    fn decide(&self, act: Act, signers: &BTreeSet<PublicKey>) -> Decision {
        let gathered = self
            .approvers
            .iter()
            .filter(|approver| signers.contains(&approver.key))
            .map(|approver| u64::from(approver.weight))
            .sum();
        let needed = match act {
            // AP1: 2w > total, so that two quorums intersect.
            Act::Genesis | Act::Fence => u64::from(self.threshold).max(self.total() / 2 + 1),
            Act::Swap | Act::Void => u64::from(self.threshold),
        };
        let missing = self
            .approvers
            .iter()
            .filter(|approver| !signers.contains(&approver.key))
            .map(|approver| approver.key)
            .collect();
        Decision { gathered, needed, missing }
    }
}
