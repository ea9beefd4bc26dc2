//! Tower: the votes that lock a validator, and the rule that an unexpired one is not given up.

use alloc::vec::Vec;

/// The most votes in a tower: the next one roots the first.
pub const MAX_LOCKOUTS: usize = 31;

/// A vote, and how many votes stand on it, itself included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lockout {
    /// The slot that was voted for.
    pub slot: u64,
    /// 1 to [`MAX_LOCKOUTS`].
    pub confirmations: u32,
}

impl Lockout {
    /// For how many slots it locks: 2 to the power of its confirmations.
    #[must_use]
    pub fn length(&self) -> u64 {
        1_u64.checked_shl(self.confirmations).unwrap_or(u64::MAX)
    }

    /// The last slot at which no vote on another fork is allowed.
    #[must_use]
    pub fn last_locked_slot(&self) -> u64 {
        self.slot.saturating_add(self.length())
    }

    /// Whether it still locks a vote for this slot.
    #[must_use]
    pub fn locks(&self, slot: u64) -> bool {
        self.last_locked_slot() >= slot
    }
}

/// The votes of a validator, the oldest first, above its root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tower {
    votes: Vec<Lockout>,
    root: Option<u64>,
}

/// Why votes are no tower (vote program, `check_and_filter`, `process_new_vote_state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotATower {
    /// More votes than a tower has.
    #[error("a tower has at most {MAX_LOCKOUTS} votes; this one has {got}")]
    TooMany {
        /// How many came.
        got: usize,
    },
    /// A count of confirmations that no vote has.
    #[error("slot {slot} has {got} confirmations, not 1 to {MAX_LOCKOUTS}")]
    Confirmations {
        /// Which vote.
        slot: u64,
        /// What it has.
        got: u32,
    },
    /// Slots do not rise, or confirmations do not fall.
    #[error("slot {slot} stands after slot {before}, or has as many confirmations")]
    Order {
        /// Which vote.
        slot: u64,
        /// The one before it.
        before: u64,
    },
    /// A vote that its successor has outlived.
    #[error("slot {slot} is past {locked}, up to where the vote before it locks")]
    Expired {
        /// Which vote.
        slot: u64,
        /// Up to where the one before it locks.
        locked: u64,
    },
    /// A vote at the root or below.
    #[error("slot {slot} is not above the root {root}")]
    BelowRoot {
        /// Which vote.
        slot: u64,
        /// The root.
        root: u64,
    },
}

/// Why a tower may not follow another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LockoutRefusal {
    /// The vote is not after the last one.
    #[error("slot {asked} is not after {last}, the last slot voted for")]
    NotLater {
        /// What was asked.
        asked: u64,
        /// The last one.
        last: u64,
    },
    /// The tower votes for nothing.
    #[error("the tower holds no vote")]
    Empty,
    /// The root goes back.
    #[error("the root {asked:?} is below {last:?}, the last one")]
    RootBack {
        /// What was asked.
        asked: Option<u64>,
        /// The last one.
        last: Option<u64>,
    },
    /// A vote that still locks is missing.
    #[error("the vote for slot {slot} locks up to {locked}, and a vote for {asked} gives it up")]
    LockedOut {
        /// The vote that is missing.
        slot: u64,
        /// Up to where it locks.
        locked: u64,
        /// What was asked.
        asked: u64,
    },
    /// A vote has lost confirmations.
    #[error("the vote for slot {slot} has {asked} confirmations, fewer than {last}")]
    ConfirmationsBack {
        /// Which vote.
        slot: u64,
        /// What was asked.
        asked: u32,
        /// What it had.
        last: u32,
    },
}

impl NotATower {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "solana.too_many_votes",
            Self::Confirmations { .. } => "solana.confirmations",
            Self::Order { .. } => "solana.vote_order",
            Self::Expired { .. } => "solana.expired_vote",
            Self::BelowRoot { .. } => "solana.below_root",
        }
    }
}

impl LockoutRefusal {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotLater { .. } => "solana.not_later",
            Self::Empty => "solana.empty_tower",
            Self::RootBack { .. } => "solana.root_back",
            Self::LockedOut { .. } => "solana.locked_out",
            Self::ConfirmationsBack { .. } => "solana.confirmations_back",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotLater { .. } => "do nothing: that slot is over",
            Self::Empty => "check the tower that the node started with",
            Self::RootBack { .. } | Self::LockedOut { .. } | Self::ConfirmationsBack { .. } => {
                "stop the node: it votes on an older tower than the last one; give it that one"
            }
        }
    }
}

impl Tower {
    /// A tower of these votes.
    ///
    /// # Errors
    ///
    /// [`NotATower`]: the vote program would refuse it.
    pub fn new(votes: Vec<Lockout>, root: Option<u64>) -> Result<Self, NotATower> {
        if votes.len() > MAX_LOCKOUTS {
            return Err(NotATower::TooMany { got: votes.len() });
        }
        let mut before: Option<&Lockout> = None;
        for vote in &votes {
            let slot = vote.slot;
            if vote.confirmations == 0 || vote.confirmations as usize > MAX_LOCKOUTS {
                return Err(NotATower::Confirmations { slot, got: vote.confirmations });
            }
            // A root of 0 is the genesis block, which may have been voted for.
            if let Some(root) = root.filter(|root| *root != 0 && slot <= *root) {
                return Err(NotATower::BelowRoot { slot, root });
            }
            if let Some(before) = before {
                if slot <= before.slot || vote.confirmations >= before.confirmations {
                    return Err(NotATower::Order { slot, before: before.slot });
                }
                if !before.locks(slot) {
                    return Err(NotATower::Expired { slot, locked: before.last_locked_slot() });
                }
            }
            before = Some(vote);
        }
        Ok(Self { votes, root })
    }

    /// The votes, the oldest first.
    #[must_use]
    pub fn votes(&self) -> &[Lockout] {
        &self.votes
    }

    /// The highest slot that is decided for good.
    #[must_use]
    pub const fn root(&self) -> Option<u64> {
        self.root
    }

    /// The last slot voted for.
    #[must_use]
    pub fn last_slot(&self) -> Option<u64> {
        self.votes.last().map(|vote| vote.slot)
    }

    /// Votes for a slot, as a node does: expired votes at the top are dropped, the vote is added,
    /// those that it confirms lock for longer, and of 32 the first becomes the root.
    ///
    /// # Errors
    ///
    /// [`LockoutRefusal::NotLater`]; nothing changed.
    pub fn vote(&mut self, slot: u64) -> Result<(), LockoutRefusal> {
        if let Some(last) = self.last_slot().filter(|last| slot <= *last) {
            return Err(LockoutRefusal::NotLater { asked: slot, last });
        }
        while self.votes.last().is_some_and(|vote| !vote.locks(slot)) {
            self.votes.pop();
        }
        if self.votes.len() == MAX_LOCKOUTS {
            self.root = Some(self.votes.remove(0).slot);
        }
        self.votes.push(Lockout { slot, confirmations: 1 });
        let count = self.votes.len();
        for (at, vote) in self.votes.iter_mut().enumerate() {
            // A vote gains a confirmation only once as many stand on it as it has.
            if count > at + vote.confirmations as usize {
                vote.confirmations += 1;
            }
        }
        Ok(())
    }

    /// Whether a vote with this next tower keeps what the last one, this tower, has locked.
    ///
    /// The same tower may be signed again. A later one keeps every vote that still locks its slot,
    /// with no fewer confirmations, unless its root is past it; its root never falls.
    ///
    /// What it cannot see: whether the slots in a tower lie on one fork. A node that names an
    /// ancestor which is none is believed.
    ///
    /// # Errors
    ///
    /// [`LockoutRefusal`]: with both signed, the second breaks the lockout of the first, or could.
    pub fn allows(&self, next: &Self) -> Result<(), LockoutRefusal> {
        if self == next && !next.votes.is_empty() {
            return Ok(());
        }
        let asked = next.last_slot().ok_or(LockoutRefusal::Empty)?;
        if let Some(last) = self.last_slot().filter(|last| asked <= *last) {
            return Err(LockoutRefusal::NotLater { asked, last });
        }
        if next.root < self.root {
            return Err(LockoutRefusal::RootBack { asked: next.root, last: self.root });
        }
        for vote in &self.votes {
            let (slot, last) = (vote.slot, vote.confirmations);
            match next.votes.iter().find(|kept| kept.slot == slot) {
                Some(kept) if kept.confirmations < last => {
                    let asked = kept.confirmations;
                    return Err(LockoutRefusal::ConfirmationsBack { slot, asked, last });
                }
                Some(_) => {}
                None if next.root.is_some_and(|root| slot <= root) => {}
                None if vote.locks(asked) => {
                    let locked = vote.last_locked_slot();
                    return Err(LockoutRefusal::LockedOut { slot, locked, asked });
                }
                None => {}
            }
        }
        Ok(())
    }
}
