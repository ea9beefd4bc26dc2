//! Position: where a message stands in consensus, and the lanes that run side by side.

use alloc::{string::String, vec::Vec};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Where a message stands in consensus: a total order of 128 bits.
///
/// Bits 127..64 are the height (or slot), 63..32 the round, 31..0 the step. As text it is
/// `height`, `height/round/step`, or `open` for [`Position::END`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u128);

impl Position {
    /// The lowest position.
    pub const START: Self = Self(0);
    /// Above every position that can be signed; as the end of a lease it means "no end yet".
    pub const END: Self = Self(u128::MAX);

    /// The position of a height (or slot), round and step.
    #[must_use]
    pub const fn new(height: u64, round: u32, step: u32) -> Self {
        Self(((height as u128) << 64) | ((round as u128) << 32) | step as u128)
    }

    /// The first position of a height (or slot).
    #[must_use]
    pub const fn at_height(height: u64) -> Self {
        Self::new(height, 0, 0)
    }

    /// The position with these 128 bits.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// The 128 bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// The height, or the slot.
    #[must_use]
    pub const fn height(self) -> u64 {
        (self.0 >> 64) as u64
    }

    /// The round within the height.
    #[must_use]
    pub const fn round(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The step within the round.
    #[must_use]
    pub const fn step(self) -> u32 {
        self.0 as u32
    }

    /// The next position; [`Position::END`] has none, and none leads to it.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        if self.0 >= u128::MAX - 1 { None } else { Some(Self(self.0 + 1)) }
    }

    /// The position before this one, if there is one.
    #[must_use]
    pub const fn previous(self) -> Option<Self> {
        match self.0.checked_sub(1) {
            Some(bits) => Some(Self(bits)),
            None => None,
        }
    }

    /// Whether a lease that ends here has no end yet.
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.0 == Self::END.0
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_open() {
            f.write_str("open")
        } else if self.0 as u64 == 0 {
            write!(f, "{}", self.height())
        } else {
            write!(f, "{}/{}/{}", self.height(), self.round(), self.step())
        }
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a position: expected \"height\", \"height/round/step\" or \"open\"")]
pub struct NotAPosition;

impl FromStr for Position {
    type Err = NotAPosition;

    /// Reads exactly what [`fmt::Display`] writes: one text for each position.
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let mut parts = text.split('/');
        let mut next = || parts.next();
        let position = match (next(), next(), next(), next()) {
            (Some("open"), None, None, None) => Self::END,
            (Some(h), None, None, None) => Self::at_height(h.parse().map_err(|_| NotAPosition)?),
            (Some(h), Some(r), Some(s), None) => Self::new(
                h.parse().map_err(|_| NotAPosition)?,
                r.parse().map_err(|_| NotAPosition)?,
                s.parse().map_err(|_| NotAPosition)?,
            ),
            _ => return Err(NotAPosition),
        };
        if alloc::format!("{position}") == text { Ok(position) } else { Err(NotAPosition) }
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// One independent sequence of positions of an identity, by its number in the genesis document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lane(u8);

impl Lane {
    /// The first lane; networks with one sequence have only this one.
    pub const FIRST: Self = Self(0);

    /// The lane with this number, from 0.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number, from 0.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lane {}", self.0)
    }
}

/// One value for each lane of an identity, in the order of the genesis document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lanes<T>(Vec<T>);

impl<T> Lanes<T> {
    /// One value for each lane, by the lane.
    pub fn from_fn(count: usize, mut value: impl FnMut(Lane) -> T) -> Self {
        Self((0..count.min(256)).map(|number| value(Lane(number as u8))).collect())
    }

    /// How many lanes there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The value of a lane; `None` if the identity has no such lane.
    #[must_use]
    pub fn get(&self, lane: Lane) -> Option<&T> {
        self.0.get(usize::from(lane.0))
    }

    /// The value of a lane, to change it.
    pub fn get_mut(&mut self, lane: Lane) -> Option<&mut T> {
        self.0.get_mut(usize::from(lane.0))
    }

    /// Every lane with its value.
    pub fn iter(&self) -> impl Iterator<Item = (Lane, &T)> {
        self.0.iter().enumerate().map(|(number, value)| (Lane(number as u8), value))
    }

    /// A value for each lane, made from these.
    pub fn map<U>(&self, mut f: impl FnMut(Lane, &T) -> U) -> Lanes<U> {
        Lanes(self.iter().map(|(lane, value)| f(lane, value)).collect())
    }

    /// A value for each lane, made from two of the same identity; `None` if the counts differ.
    pub fn zip<U, V>(&self, other: &Lanes<U>, mut f: impl FnMut(&T, &U) -> V) -> Option<Lanes<V>> {
        if self.count() != other.count() {
            return None;
        }
        Some(Lanes(self.0.iter().zip(&other.0).map(|(a, b)| f(a, b)).collect()))
    }
}

impl<T> From<Vec<T>> for Lanes<T> {
    /// More than 256 values are cut: a lane's number is one byte.
    fn from(mut values: Vec<T>) -> Self {
        values.truncate(256);
        Self(values)
    }
}

impl fmt::Display for Lanes<Position> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, position) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str(", ")?;
            }
            fmt::Display::fmt(position, f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn each_position_has_one_text_and_other_texts_are_refused() {
        for (position, text) in [
            (Position::START, "0"),
            (Position::at_height(24_118_907), "24118907"),
            (Position::new(7, 1, 3), "7/1/3"),
            (Position::new(7, 0, 3), "7/0/3"),
            (Position::END, "open"),
        ] {
            assert_eq!(position.to_string(), text);
            assert_eq!(text.parse(), Ok(position));
        }
        for text in ["", "7/0/0", "07", "+7", "7/1", "7/1/3/0", "7/-1/0", "18446744073709551616"] {
            assert_eq!(text.parse::<Position>(), Err(NotAPosition), "{text}");
        }
    }

    #[test]
    fn no_position_leads_to_the_end() {
        assert_eq!(Position::from_bits(u128::MAX - 1).next(), None);
        assert_eq!(Position::END.next(), None);
        assert_eq!(Position::new(7, 0, u32::MAX).next(), Some(Position::new(7, 1, 0)));
    }
}
