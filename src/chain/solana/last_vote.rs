//! Last vote: the vote that a tower file keeps, in one of the four forms that votes have had.

use super::{
    bytes::{Bytes, put_option},
    tower::{Lockout, MAX_LOCKOUTS, NotATower, Tower},
    tower_sync::{TowerSync, put_compact, take_compact},
};
use alloc::vec::Vec;

/// The last vote in a tower file (`VoteTransaction`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LastVote {
    /// The slots since the vote before.
    Slots {
        /// The slots, the last one last.
        slots: Vec<u64>,
        /// The hash of the bank of the last one.
        hash: [u8; 32],
        /// When, in seconds since 1970.
        timestamp: Option<i64>,
    },
    /// A tower without a block id; whether in the compact form.
    Update {
        /// The tower.
        tower: Tower,
        /// The hash of the bank of the last slot.
        hash: [u8; 32],
        /// When, in seconds since 1970.
        timestamp: Option<i64>,
        /// The compact form.
        compact: bool,
    },
    /// A tower with a block id.
    TowerSync(TowerSync),
}

const SLOTS: u32 = 0;
const UPDATE: u32 = 1;
const COMPACT_UPDATE: u32 = 2;
const TOWER_SYNC: u32 = 3;

impl LastVote {
    /// The last slot voted for.
    #[must_use]
    pub fn last_slot(&self) -> Option<u64> {
        match self {
            Self::Slots { slots, .. } => slots.last().copied(),
            Self::Update { tower, .. } => tower.last_slot(),
            Self::TowerSync(sync) => sync.tower().last_slot(),
        }
    }

    /// The number of the form in 4 bytes, and the vote.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Slots { slots, hash, timestamp } => {
                let mut bytes = Vec::from(SLOTS.to_le_bytes());
                bytes.extend((slots.len() as u64).to_le_bytes());
                bytes.extend(slots.iter().flat_map(|slot| slot.to_le_bytes()));
                put_end(&mut bytes, hash, *timestamp);
                bytes
            }
            Self::Update { tower, hash, timestamp, compact: false } => {
                let mut bytes = Vec::from(UPDATE.to_le_bytes());
                put_votes(&mut bytes, tower);
                put_end(&mut bytes, hash, *timestamp);
                bytes
            }
            Self::Update { tower, hash, timestamp, compact: true } => {
                let mut bytes = Vec::from(COMPACT_UPDATE.to_le_bytes());
                bytes.extend(put_compact(tower));
                put_end(&mut bytes, hash, *timestamp);
                bytes
            }
            Self::TowerSync(sync) => {
                let mut bytes = Vec::from(TOWER_SYNC.to_le_bytes());
                bytes.extend(sync.to_bytes());
                bytes
            }
        }
    }

    pub(super) fn take(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(match bytes.u32()? {
            SLOTS => {
                let slots = bytes.list(MAX_LOCKOUTS, Bytes::u64)?;
                let (hash, timestamp) = take_end(bytes)?;
                Self::Slots { slots, hash, timestamp }
            }
            UPDATE => {
                let tower = take_votes(bytes)?.ok()?;
                let (hash, timestamp) = take_end(bytes)?;
                Self::Update { tower, hash, timestamp, compact: false }
            }
            COMPACT_UPDATE => {
                let tower = take_compact(bytes).ok()?;
                let (hash, timestamp) = take_end(bytes)?;
                Self::Update { tower, hash, timestamp, compact: true }
            }
            TOWER_SYNC => Self::TowerSync(TowerSync::take(bytes).ok()?),
            _ => return None,
        })
    }
}

/// Votes of 12 bytes behind their number, and the root.
pub(super) fn take_votes(bytes: &mut Bytes<'_>) -> Option<Result<Tower, NotATower>> {
    let votes = bytes.list(MAX_LOCKOUTS, |bytes| {
        Some(Lockout { slot: bytes.u64()?, confirmations: bytes.u32()? })
    })?;
    let root = bytes.option(Bytes::u64)?;
    Some(Tower::new(votes, root))
}

fn put_votes(bytes: &mut Vec<u8>, tower: &Tower) {
    bytes.extend((tower.votes().len() as u64).to_le_bytes());
    for vote in tower.votes() {
        bytes.extend(vote.slot.to_le_bytes());
        bytes.extend(vote.confirmations.to_le_bytes());
    }
    put_option(bytes, tower.root().map(u64::to_le_bytes));
}

fn take_end(bytes: &mut Bytes<'_>) -> Option<([u8; 32], Option<i64>)> {
    Some((bytes.array()?, bytes.option(Bytes::i64)?))
}

fn put_end(bytes: &mut Vec<u8>, hash: &[u8; 32], timestamp: Option<i64>) {
    bytes.extend(hash);
    put_option(bytes, timestamp.map(i64::to_le_bytes));
}
