//! Block root: a legacy chain's Merkle root over the ids of all its blocks, kept up block by block.

use super::BlockId;
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};

/// The nodes of the tree that are still needed, from the leaves up; the last one is the root.
///
/// nodeos gives it as `blockroot_merkle`. A pair is hashed as `sha256(left || right)`, with the
/// first bit of `left` cleared and that of `right` set; a node without a right one is its own.
/// Source: Antelope `incremental_merkle_legacy.hpp`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BlockRoot {
    active: Vec<[u8; 32]>,
    count: u64,
}

impl BlockRoot {
    /// The tree with these active nodes over so many blocks; `None` if their number is wrong.
    #[must_use]
    pub fn new(active: Vec<[u8; 32]>, count: u32) -> Option<Self> {
        let root = Self { active, count: u64::from(count) };
        (root.active.len() == active_nodes(root.count)).then_some(root)
    }

    /// How many blocks it is over.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The root; 32 zeros over no block.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.active.last().copied().unwrap_or_default()
    }

    /// Adds the next block: on a chain, the one with the number `count() + 1`.
    pub fn append(&mut self, id: BlockId) {
        let depth = depth_of(self.count + 1);
        let mut next = Vec::with_capacity(self.active.len() + 1);
        let mut before = self.active.iter().copied();
        let mut top = *id.as_bytes();
        let mut index = self.count;
        let mut partial = false;
        for _ in 0..depth {
            if index & 1 == 0 {
                // A left node: it is needed again unless what lies below it may still change.
                if !partial {
                    next.push(top);
                }
                top = pair(top, top);
                partial = true;
            } else {
                let left = before.next().unwrap_or_default();
                if partial {
                    next.push(left);
                }
                top = pair(left, top);
            }
            index >>= 1;
        }
        next.push(top);
        self.active = next;
        self.count += 1;
    }
}

/// How many levels lie above the leaves of a tree over so many.
fn depth_of(count: u64) -> u32 {
    count.checked_next_power_of_two().map_or(64, u64::trailing_zeros)
}

/// One node for each complete subtree, and the root unless it is the only one of them.
fn active_nodes(count: u64) -> usize {
    let subtrees = count.count_ones();
    (subtrees + u32::from(subtrees > 1)) as usize
}

fn pair(mut left: [u8; 32], mut right: [u8; 32]) -> [u8; 32] {
    left[0] &= 0x7f;
    right[0] |= 0x80;
    Sha256::new().chain_update(left).chain_update(right).finalize().into()
}
