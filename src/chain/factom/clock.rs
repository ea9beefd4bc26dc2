//! Clock: where a node stands in its ten minutes, and the height that a change can still meet.

use super::vm::MINUTES;

/// The first wait that is too long, in minutes: what was checked would be too old by then.
pub const MAX_WAIT: u32 = 60;

/// What a node's control panel says of the block in work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock {
    /// The height of the block after the one in work.
    pub next_height: u32,
    /// The minute of the block in work, 0 to 9.
    pub minute: u8,
}

impl Clock {
    /// The `ChangeAcksHeight` for a file that is written now: the next block, or in minute 9 the
    /// one after it, because the file is read once, when its block begins.
    ///
    /// `None` if there is no such block, or no such minute.
    #[must_use]
    pub const fn change_height(self) -> Option<u32> {
        if self.minute >= MINUTES {
            return None;
        }
        let late = if self.minute == MINUTES - 1 { 1 } else { 0 };
        self.next_height.checked_add(late)
    }

    /// The minutes until the block of this height begins; `None` if it has begun.
    #[must_use]
    pub fn minutes_until(self, height: u32) -> Option<u32> {
        let blocks = height.checked_sub(self.next_height)?.checked_add(1)?;
        blocks.checked_mul(u32::from(MINUTES))?.checked_sub(u32::from(self.minute))
    }
}
