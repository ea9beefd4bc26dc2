//! View: the height and the round that a message is of.

use super::{BesuError, Protocol};
use crate::{
    Position,
    chain::rlp::{Fields, push},
};
use alloc::vec::Vec;
use alloy_rlp::Encodable as _;

/// The highest round: Besu counts rounds in a Java `int`.
pub const MAX_ROUND: u32 = i32::MAX as u32;

/// The highest height: Besu counts blocks in a Java `long`.
const MAX_HEIGHT: u64 = i64::MAX as u64;

/// Where a message stands: the height of its block, and the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View {
    height: u64,
    round: u32,
}

impl View {
    /// The view of a height and round.
    ///
    /// # Errors
    ///
    /// [`BesuError::Height`] unless the height is 1 to 2^63 - 1, [`BesuError::Round`] if the round
    /// is above [`MAX_ROUND`].
    pub fn new(height: u64, round: u32) -> Result<Self, BesuError> {
        Ok(Self { height: checked_height(height)?, round: checked_round(round)? })
    }

    /// The height: the number of the block that is decided.
    #[must_use]
    pub const fn height(self) -> u64 {
        self.height
    }

    /// The round within the height, from 0.
    #[must_use]
    pub const fn round(self) -> u32 {
        self.round
    }

    /// The same height in another round.
    pub(super) const fn in_round(self, round: u32) -> Self {
        Self { round, ..self }
    }

    /// The position in a lane.
    #[must_use]
    pub const fn position(self) -> Position {
        Position::new(self.height, self.round, 0)
    }
}

pub(super) const fn checked_height(height: u64) -> Result<u64, BesuError> {
    match height {
        1..=MAX_HEIGHT => Ok(height),
        got => Err(BesuError::Height { got }),
    }
}

pub(super) const fn checked_round(round: u32) -> Result<u32, BesuError> {
    match round {
        0..=MAX_ROUND => Ok(round),
        got => Err(BesuError::Round { got }),
    }
}

pub(super) fn read_view(protocol: Protocol, fields: &mut Fields<'_>) -> Result<View, BesuError> {
    match protocol {
        Protocol::Qbft => {
            let height = fields.integer("height", u64::BITS)?;
            View::new(height, fields.integer("round", u32::BITS)?)
        }
        Protocol::Ibft2 => {
            let height = u64::from_be_bytes(fields.fixed("height")?);
            View::new(height, u32::from_be_bytes(fields.fixed("round")?))
        }
    }
}

pub(super) fn write_view(protocol: Protocol, view: View, fields: &mut Vec<u8>) {
    match protocol {
        Protocol::Qbft => {
            view.height.encode(fields);
            view.round.encode(fields);
        }
        Protocol::Ibft2 => {
            push(fields, &view.height.to_be_bytes());
            push(fields, &view.round.to_be_bytes());
        }
    }
}
