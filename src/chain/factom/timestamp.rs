//! Timestamp: a moment, as messages carry it.

use super::bytes::Bytes;
use crate::ports::NotRead;

/// A moment, in milliseconds since 1970, of 48 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp([u8; 6]);

impl Timestamp {
    pub(super) const ZERO: Self = Self([0; 6]);

    /// The moment after so many milliseconds; `None` from 2^48 on.
    #[must_use]
    pub fn from_millis(millis: u64) -> Option<Self> {
        match millis.to_be_bytes() {
            [0, 0, rest @ ..] => Some(Self(rest)),
            _ => None,
        }
    }

    /// The milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> u64 {
        let [a, b, c, d, e, f] = self.0;
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }

    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        bytes.array().map(Self)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 6] {
        &self.0
    }
}
