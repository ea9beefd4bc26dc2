//! Produced: how far a producer has come, and what it may make and confirm after that.

use super::{Header, Slot};
use crate::{Position, watermark::Mark};

/// Slots in a producer's turn.
pub const SLOTS_PER_TURN: u32 = 12;

/// The number and the slot of a block.
///
/// A block may follow if it is higher in both: the rule of EOSIO's block vault, and of nodeos's own
/// watermark. As a mark, the slot is the position; the floor holds the number in its high 32 bits
/// and below it how many slots are left until 2068, so that a later slot at the same number counts
/// as a step back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Produced {
    /// The block's number; 0 if only the slot is known.
    pub number: u32,
    /// The block's slot.
    pub slot: Slot,
}

impl Produced {
    /// What a header says.
    #[must_use]
    pub fn of(header: &Header) -> Option<Self> {
        header.number().map(|number| Self { number, slot: header.slot })
    }

    /// What a mark says.
    #[must_use]
    pub fn from_mark(mark: &Mark) -> Self {
        let slot = u32::try_from(mark.position.height()).unwrap_or(u32::MAX);
        Self { number: (mark.floor >> 32) as u32, slot: Slot::new(slot) }
    }

    /// The mark to begin with when this block is the last that was signed.
    #[must_use]
    pub const fn to_mark(self) -> Mark {
        Mark::considered(self.position(), self.floor())
    }

    /// The position: the slot.
    #[must_use]
    pub const fn position(self) -> Position {
        Position::at_height(self.slot.number() as u64)
    }

    /// The second dimension: the number, and the slots that are left.
    #[must_use]
    pub const fn floor(self) -> u64 {
        (self.number as u64) << 32 | (u32::MAX - self.slot.number()) as u64
    }

    /// Whether this is higher in both number and slot: then it may follow.
    #[must_use]
    pub fn follows(self, last: Self) -> bool {
        self.number > last.number && self.slot > last.slot
    }

    /// How many blocks a legacy block on this head may confirm, as nodeos counts before it takes
    /// off those that are irreversible: none if nothing is known. `None` if it may not be made.
    #[must_use]
    pub fn blocks_to_confirm(last: Option<Self>, head: u32, slot: Slot) -> Option<u16> {
        let Some(last) = last else { return Some(0) };
        let next = Self { number: head.checked_add(1)?, slot };
        let known = if last.number == 0 { head } else { last.number };
        let count = u16::try_from(head.saturating_sub(known)).unwrap_or(u16::MAX);
        next.follows(last).then_some(count)
    }

    /// Whether every block that a later one confirms, and that one itself, come after this: a
    /// legacy chain refuses a block that confirms what its producer has signed before.
    #[must_use]
    pub fn allows(self, number: u32, confirmed: u16) -> bool {
        number.checked_sub(u32::from(confirmed)).is_some_and(|first| first > self.number)
    }
}

/// Whose turn a slot is: the index of the producer in a schedule of this size, and which of the
/// turn's slots it is; `None` without producers.
#[must_use]
pub fn turn_of(slot: Slot, producers: u32) -> Option<(u32, u32)> {
    let round = producers.checked_mul(SLOTS_PER_TURN)?;
    let index = slot.number().checked_rem(round)? / SLOTS_PER_TURN;
    Some((index, slot.number() % SLOTS_PER_TURN))
}
