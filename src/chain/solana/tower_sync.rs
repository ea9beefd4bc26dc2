//! Tower sync: a vote's content, the tower with the block that it stands on.

use super::{
    bytes::{Bytes, put_option, put_varint},
    refuse,
    tower::{Lockout, MAX_LOCKOUTS, Tower},
};
use crate::{Digest, ports::NotRead};
use alloc::{string::ToString as _, vec::Vec};

/// What stands for "no root".
const NO_ROOT: u64 = u64::MAX;

/// A tower, and the block that it votes for (vote program, `TowerSync`).
///
/// ```text
/// root 8 | count 1 | (slot's distance from the one before, varint | confirmations 1)*
///        | bank hash 32 | 0, or 1 and time 8 | block id 32
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TowerSync {
    tower: Tower,
    /// The hash of the bank of the last slot.
    pub hash: [u8; 32],
    /// When, in seconds since 1970, if it is told.
    pub timestamp: Option<i64>,
    /// The id of the block of the last slot.
    pub block_id: [u8; 32],
}

impl TowerSync {
    /// A vote for the block with this hash and id, which is that of the tower's last slot.
    #[must_use]
    pub const fn new(
        tower: Tower,
        hash: [u8; 32],
        timestamp: Option<i64>,
        block_id: [u8; 32],
    ) -> Self {
        Self { tower, hash, timestamp, block_id }
    }

    /// The tower.
    #[must_use]
    pub const fn tower(&self) -> &Tower {
        &self.tower
    }

    /// The compact bytes, as instructions and tower files have them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = put_compact(&self.tower);
        bytes.extend(self.hash);
        put_option(&mut bytes, self.timestamp.map(i64::to_le_bytes));
        bytes.extend(self.block_id);
        bytes
    }

    /// What two votes for one slot are compared by: everything but the time.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let still = Self { timestamp: None, ..self.clone() };
        Digest::of(&still.to_bytes())
    }

    /// Reads the compact bytes from where they begin.
    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        let tower = take_compact(bytes)?;
        let mut rest = || {
            let hash = bytes.array()?;
            let timestamp = bytes.option(Bytes::i64)?;
            Some((hash, timestamp, bytes.array()?))
        };
        let (hash, timestamp, block_id) = rest().ok_or_else(cut_short)?;
        Ok(Self { tower, hash, timestamp, block_id })
    }
}

/// The root and the votes in their compact form.
pub(super) fn put_compact(tower: &Tower) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    bytes.extend(tower.root().unwrap_or(NO_ROOT).to_le_bytes());
    bytes.push(tower.votes().len() as u8); // at most 31
    let mut before = tower.root().unwrap_or(0);
    for vote in tower.votes() {
        put_varint(&mut bytes, vote.slot.saturating_sub(before));
        bytes.push(vote.confirmations as u8); // at most 31
        before = vote.slot;
    }
    bytes
}

/// Reads the root and the votes from their compact form.
pub(super) fn take_compact(bytes: &mut Bytes<'_>) -> Result<Tower, NotRead> {
    let root = bytes.u64().ok_or_else(cut_short)?;
    let root = (root != NO_ROOT).then_some(root);
    let count = usize::from(bytes.byte().ok_or_else(cut_short)?);
    if count > MAX_LOCKOUTS {
        return Err(refuse("the tower has more than 31 votes"));
    }
    let mut votes = Vec::with_capacity(count);
    let mut before = root.unwrap_or(0);
    for _ in 0..count {
        let distance = bytes.varint().ok_or_else(|| refuse("a slot is not a shortest varint"))?;
        let slot = before.checked_add(distance);
        let slot = slot.ok_or_else(|| refuse("a slot is above 64 bits"))?;
        let confirmations = u32::from(bytes.byte().ok_or_else(cut_short)?);
        votes.push(Lockout { slot, confirmations });
        before = slot;
    }
    Tower::new(votes, root).map_err(|error| refuse(error.to_string()))
}

pub(super) fn cut_short() -> NotRead {
    refuse("it is cut short, or says of a value neither that it is there nor that it is not")
}
