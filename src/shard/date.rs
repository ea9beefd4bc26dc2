//! Date: a day, as people write it on paper.

use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A day of the Gregorian calendar in UTC, from 1970-01-01 to 9999-12-31; as text `YYYY-MM-DD`.
///
/// Shards live for years, and an offline machine's clock is set by hand: a day is what a receipt
/// can honestly state. The crate reads no clock for it; `today` is always an argument.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

/// A text or number that is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day: expected \"YYYY-MM-DD\", from 1970-01-01 to 9999-12-31")]
pub struct NotADate;

/// 9999-12-31.
const LAST: u32 = 2_932_896;

impl Date {
    /// The day with this number, counted from 1970-01-01.
    ///
    /// # Errors
    ///
    /// [`NotADate`] if it is after 9999-12-31.
    pub const fn from_days(days: u32) -> Result<Self, NotADate> {
        if days > LAST { Err(NotADate) } else { Ok(Self(days)) }
    }

    /// The day of a number of seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    ///
    /// # Errors
    ///
    /// [`NotADate`] if it is after 9999-12-31.
    pub fn from_unix_seconds(seconds: u64) -> Result<Self, NotADate> {
        u32::try_from(seconds / 86_400).map_err(|_| NotADate).and_then(Self::from_days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.0
    }

    /// Days from an earlier day to this one; `None` if the other is later.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> Option<u32> {
        self.0.checked_sub(earlier.0)
    }

    /// Year, month and day. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    const fn civil(self) -> (u32, u32, u32) {
        let shifted = self.0 + 719_468; // days since 0000-03-01
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        (era * 400 + year + (month <= 2) as u32, month, day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>());
        let mut part = || parts.next().and_then(Result::ok).ok_or(NotADate);
        let (year, month, day) = (part()?, part()?, part()?);
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day)
        {
            return Err(NotADate);
        }
        let (year, from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let of_year = (153 * from_march + 2) / 5 + day - 1;
        let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year;
        let date = Self::from_days(days.checked_sub(719_468).ok_or(NotADate)?)?;
        // What would be written another way is no day: the 30th of February, or a missing zero.
        if alloc::format!("{date}") == text { Ok(date) } else { Err(NotADate) }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
