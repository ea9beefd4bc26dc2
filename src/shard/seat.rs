//! Seat: the place of one share, by location and custodian.

use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The most locations of a set, and the most custodians of a location.
pub const MAX_SEATS: u8 = 32;

/// The place of one share: which location, and which of its custodians, both from 1 to 32.
///
/// As text `location.custodian`: `2.1` is the first custodian of the second location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    location: u8,
    custodian: u8,
}

/// A text, or a pair of numbers, that is not a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a seat: expected two numbers from 1 to 32, as in \"2.1\"")]
pub struct NotASeat;

impl Seat {
    /// The seat with these numbers.
    ///
    /// # Errors
    ///
    /// [`NotASeat`] if one is not from 1 to 32.
    pub const fn new(location: u8, custodian: u8) -> Result<Self, NotASeat> {
        if location == 0 || location > MAX_SEATS || custodian == 0 || custodian > MAX_SEATS {
            return Err(NotASeat);
        }
        Ok(Self { location, custodian })
    }

    /// The number of the location, from 1.
    #[must_use]
    pub const fn location(self) -> u8 {
        self.location
    }

    /// The number of the custodian in the location, from 1.
    #[must_use]
    pub const fn custodian(self) -> u8 {
        self.custodian
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.location, self.custodian)
    }
}

impl FromStr for Seat {
    type Err = NotASeat;

    fn from_str(text: &str) -> Result<Self, NotASeat> {
        let (location, custodian) = text.split_once('.').ok_or(NotASeat)?;
        let number = |text: &str| text.parse().map_err(|_| NotASeat);
        let seat = Self::new(number(location)?, number(custodian)?)?;
        if alloc::format!("{seat}") == text { Ok(seat) } else { Err(NotASeat) }
    }
}

impl Serialize for Seat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
