//! Finalizer safety: may a finalizer vote for a block, and may the vote be strong.
//!
//! It is the rule of Savanna (nodeos: `finalizer::decide_vote`), as a pure function of what a
//! finalizer remembers and of the block's ancestors. A strong vote says: on another branch I have
//! voted for nothing since the block that this one claims a quorum for. A weak vote does not.
//!
//! **What must survive, and what need not.** [`FinalizerSafety`] is the whole memory. The mark of
//! [`EosFinalizer`](super::EosFinalizer) keeps two numbers of it: the slot of the last vote and the
//! slot of the lock. They are enough to go on from, without ever breaking the rule
//! ([`FinalizerSafety::after`]): the ids that are lost count as those of blocks that nothing
//! extends. Then a vote waits for a quorum above the lost lock, which is a matter of two blocks,
//! and is weak until there is one from after the last vote.

use super::{BlockRef, Slot, Vote};
use crate::{Position, watermark::Mark};
use alloc::vec::Vec;

/// What a finalizer remembers of its votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinalizerSafety {
    /// The last block voted for, or [`BlockRef::NONE`].
    pub last_vote: BlockRef,
    /// The block that every vote must extend, unless it claims a later quorum.
    pub lock: BlockRef,
    /// The slot of the last vote on another branch than the last one, if that matters; else 0.
    pub other_branch_latest: Slot,
}

/// A block that a finalizer may vote for, with what its header state tells of its branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The block.
    pub block: BlockRef,
    /// The blocks before it, from the last final one or an earlier one up to its parent.
    pub ancestors: Vec<BlockRef>,
    /// The number of the ancestor for which it claims a quorum.
    pub claimed: u32,
}

/// A vote, why it is safe, and what the finalizer remembers once it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The vote.
    pub vote: Vote,
    /// Why it is safe.
    pub because: Because,
    /// The memory after the vote.
    pub next: FinalizerSafety,
}

/// Why a vote is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The block claims a quorum for a block after the lock.
    LaterQuorum,
    /// The block extends the lock.
    ExtendsLock,
}

/// Why there is no vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoVote {
    /// A vote for this slot or a later one was given.
    #[error("the block is of slot {asked:?}, and the last vote was for {last:?}")]
    NotLater {
        /// The block's slot.
        asked: Slot,
        /// The last vote's slot.
        last: Slot,
    },
    /// The block neither extends the lock nor claims a quorum after it.
    #[error("the block claims a quorum of {claimed:?} and does not extend the lock, {lock:?}")]
    NotSafe {
        /// The slot for which it claims a quorum.
        claimed: Slot,
        /// The slot of the lock.
        lock: Slot,
    },
    /// There is no lock to compare with.
    #[error("the finalizer has no lock")]
    NoLock,
    /// The ancestors are not a branch that leads to the block.
    #[error("the blocks before block {number} are no branch that leads to it")]
    NotABranch {
        /// The block's number.
        number: u32,
    },
}

impl NoVote {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotLater { .. } => "vote.not_later",
            Self::NotSafe { .. } => "vote.not_safe",
            Self::NoLock => "vote.no_lock",
            Self::NotABranch { .. } => "vote.not_a_branch",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotLater { .. } => "do nothing: that slot is over",
            Self::NotSafe { .. } => "wait: a later block with a quorum can be voted for",
            Self::NoLock => "begin from the last irreversible block, or from an imported history",
            Self::NotABranch { .. } => "check what reads the node's block states",
        }
    }
}

impl FinalizerSafety {
    /// A key that has never voted anywhere, from the last irreversible block.
    #[must_use]
    pub const fn new(irreversible: BlockRef) -> Self {
        Self { last_vote: BlockRef::NONE, lock: irreversible, other_branch_latest: Slot::new(0) }
    }

    /// What can be relied on when the mark is all there is: after a crash, a restored disk, or a
    /// handover, where the mark is that of the lease's beginning.
    #[must_use]
    pub fn after(mark: &Mark) -> Self {
        let last = slot_of(mark.position);
        Self {
            last_vote: BlockRef::unknown(last),
            lock: BlockRef::unknown(locked(mark)),
            other_branch_latest: last,
        }
    }

    /// The same, but nothing below what a mark says: a file may be older than the mark.
    #[must_use]
    pub fn raised_to(self, mark: &Mark) -> Self {
        let known = Self::after(mark);
        let mut raised = self;
        if known.last_vote.slot > self.last_vote.slot {
            raised.last_vote = known.last_vote;
            raised.other_branch_latest = known.other_branch_latest;
        }
        if known.lock.slot > self.lock.slot || self.lock.is_none() {
            raised.lock = known.lock;
        }
        raised
    }

    /// The mark to begin with when this is a key's whole history; `None` if it says nothing.
    ///
    /// Without a vote, everything up to the lock counts as voted for.
    #[must_use]
    pub fn to_mark(&self) -> Option<Mark> {
        if self.lock.is_none() && self.last_vote.is_none() {
            return None;
        }
        let last = self.last_vote.slot.max(self.lock.slot).max(self.other_branch_latest);
        let position = Position::at_height(u64::from(last.number()));
        Some(Mark::considered(position, u64::from(self.lock.slot.number())))
    }

    /// Decides on a vote. It may be signed once the mark says so; only then is
    /// [`Decision::next`] what the finalizer remembers.
    ///
    /// # Errors
    ///
    /// [`NoVote`].
    pub fn decide(&self, candidate: &Candidate) -> Result<Decision, NoVote> {
        let (block, last) = (&candidate.block, self.last_vote.slot);
        if !self.last_vote.is_none() && block.slot <= last {
            return Err(NoVote::NotLater { asked: block.slot, last });
        }
        let claimed = candidate.checked_claim()?;
        if self.lock.is_none() {
            return Err(NoVote::NoLock);
        }
        let because = if claimed.slot > self.lock.slot {
            Because::LaterQuorum
        } else if candidate.extends(&self.lock) {
            Because::ExtendsLock
        } else {
            return Err(NoVote::NotSafe { claimed: claimed.slot, lock: self.lock.slot });
        };
        let same_branch = candidate.extends(&self.last_vote);
        let strong =
            last <= claimed.slot || (same_branch && self.other_branch_latest <= claimed.slot);
        let mut next = Self { last_vote: *block, ..*self };
        if strong {
            next.other_branch_latest = Slot::new(0);
            if because == Because::LaterQuorum {
                next.lock = claimed;
            }
        } else if !same_branch {
            next.other_branch_latest = last;
        }
        let vote = Vote { strong, block: *block, lock: next.lock.slot };
        Ok(Decision { vote, because, next })
    }
}

impl Candidate {
    /// Whether the block has this one before it.
    #[must_use]
    pub fn extends(&self, block: &BlockRef) -> bool {
        self.ancestor(block.id.number()).is_some_and(|ancestor| ancestor.id == block.id)
    }

    fn ancestor(&self, number: u32) -> Option<&BlockRef> {
        let first = self.ancestors.first()?.id.number();
        self.ancestors.get(usize::try_from(number.checked_sub(first)?).ok()?)
    }

    /// The block for which a quorum is claimed, once numbers and slots are those of a branch.
    fn checked_claim(&self) -> Result<BlockRef, NoVote> {
        let number = self.block.id.number();
        let not_a_branch = NoVote::NotABranch { number };
        let after = self.ancestors.iter().skip(1).chain([&self.block]);
        let follows = |(before, after): (&BlockRef, &BlockRef)| {
            before.id.number().checked_add(1) == Some(after.id.number()) && before.slot < after.slot
        };
        if !self.ancestors.iter().zip(after).all(follows) {
            return Err(not_a_branch);
        }
        self.ancestor(self.claimed).copied().ok_or(not_a_branch)
    }
}

/// The slot of a position; one that no slot reaches is the last.
fn slot_of(position: Position) -> Slot {
    Slot::new(u32::try_from(position.height()).unwrap_or(u32::MAX))
}

/// The slot of the lock, as a mark has it.
fn locked(mark: &Mark) -> Slot {
    Slot::new(u32::try_from(mark.floor).unwrap_or(u32::MAX))
}
