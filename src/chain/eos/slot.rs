//! Slot: when a block is due, in half seconds since 2000-01-01T00:00:00Z.

use core::{fmt, str::FromStr};

/// The slot of a block: one producer may make one block in it.
///
/// Packed: 4 bytes, little-endian. As text it is the time that nodeos prints, such as
/// `2018-07-30T02:40:36.000`. Source: Antelope `block_timestamp.hpp`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

/// A text that is not the time of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a slot: expected a time such as 2018-07-30T02:40:36.500, in half seconds since 2000")]
pub struct NotASlot;

/// 2000-01-01T00:00:00Z, in milliseconds since 1970.
const FIRST_MS: u64 = 946_684_800_000;
const SLOT_MS: u64 = 500;
const DAY_MS: u64 = 86_400_000;

impl Slot {
    /// The slot with this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The slot of a time in milliseconds since 1970; `None` before 2000 and after 2068.
    #[must_use]
    pub fn at_unix_ms(time: u64) -> Option<Self> {
        u32::try_from(time.checked_sub(FIRST_MS)? / SLOT_MS).ok().map(Self)
    }

    /// When it begins, in milliseconds since 1970.
    #[must_use]
    pub const fn unix_ms(self) -> u64 {
        FIRST_MS + self.0 as u64 * SLOT_MS
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, time) = (self.unix_ms() / DAY_MS, self.unix_ms() % DAY_MS);
        let (year, month, day) = date_of(days);
        let (hours, minutes) = (time / 3_600_000, time / 60_000 % 60);
        let (seconds, millis) = (time / 1_000 % 60, time % 1_000);
        write!(f, "{year}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "slot {}", self.0)
    }
}

impl FromStr for Slot {
    type Err = NotASlot;

    /// Reads exactly what [`fmt::Display`] writes: one text for each slot.
    fn from_str(text: &str) -> Result<Self, NotASlot> {
        let number = |from: usize, to: usize| -> Result<u64, NotASlot> {
            text.get(from..to).and_then(|digits| digits.parse().ok()).ok_or(NotASlot)
        };
        let days = days_to(number(0, 4)?, number(5, 7)?, number(8, 10)?).ok_or(NotASlot)?;
        let minutes = number(11, 13)? * 60 + number(14, 16)?;
        let millis = (minutes * 60 + number(17, 19)?) * 1_000 + number(20, 23)?;
        let slot = Self::at_unix_ms(days * DAY_MS + millis).ok_or(NotASlot)?;
        if alloc::format!("{slot}") == text { Ok(slot) } else { Err(NotASlot) }
    }
}

// The calendar, with years that begin in March, so that the day that is sometimes there is the
// last one; 400 years have 146,097 days.

/// The days from 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: u64 = 719_468;

/// Year, month and day, of days since 1970.
const fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + DAYS_TO_1970;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1_460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let next_year = month_from_march / 10;
    (era * 400 + year_of_era + next_year, month_from_march + 3 - 12 * next_year, day)
}

/// Days since 1970, of a date from then on.
fn days_to(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month < 3 { year.checked_sub(1)? } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(DAYS_TO_1970)
}
