//! "No two votes that were let be signed are for one slot, or break a lockout."
//!
//! The oracle is deliberately naive: it knows the tree of blocks, keeps every signed vote with the
//! lock it had then, and compares every pair.

use super::*;
use brainswap::{
    Intent,
    watermark::{Mark, Verdict, check},
};
use std::collections::BTreeMap;

const HISTORIES: u64 = 100_000;

/// Blocks of a few forks: each slot has a parent.
struct Blocks(BTreeMap<u64, u64>);

impl Blocks {
    fn is_ancestor(&self, old: u64, new: u64) -> bool {
        let mut at = new;
        while at > old {
            at = self.0[&at];
        }
        at == old
    }

    /// The slots that lead to a block, itself included.
    fn branch(&self, tip: u64) -> Vec<u64> {
        let mut branch = vec![tip];
        while let Some(parent) = self.0.get(branch.last().unwrap()).filter(|slot| **slot > 0) {
            branch.push(*parent);
        }
        branch.reverse();
        branch
    }
}

/// A node that votes as TowerBFT prescribes, on whatever tower it was started with.
#[derive(Clone)]
struct Node {
    tower: Tower,
}

impl Node {
    /// Votes for a block, unless its own tower locks it out.
    fn votes(&mut self, blocks: &Blocks, slot: u64) -> bool {
        let mut next = self.tower.clone();
        if next.vote(slot).is_err() {
            return false;
        }
        let is_on_branch = |old: u64| blocks.is_ancestor(old, slot);
        let kept = next.votes().iter().all(|vote| is_on_branch(vote.slot));
        if kept {
            self.tower = next;
        }
        kept
    }
}

/// A signed vote breaks one before it if that one, as it then stood, still locks its slot, and is
/// no ancestor of it.
fn breaks(blocks: &Blocks, before: &Tower, after: u64) -> bool {
    let locks = |slot: u64, confirmations: u32| slot + (1 << confirmations) >= after;
    before
        .votes()
        .iter()
        .any(|vote| locks(vote.slot, vote.confirmations) && !blocks.is_ancestor(vote.slot, after))
}

#[test]
fn a_hundred_thousand_histories_of_two_nodes_break_no_lockout() {
    let (mut broken_asked, mut signed_at_all) = (0_u64, 0_u64);
    for seed in 0..HISTORIES {
        let mut random = Random(seed);
        let blocks = blocks(&mut random);
        let slots: Vec<u64> = blocks.0.keys().copied().collect();
        // The second node was started with the first one's tower of some time ago.
        let mut nodes = [Node { tower: tower(&[]) }, Node { tower: tower(&[]) }];
        let (mut asked, mut signed): (Vec<Tower>, Vec<Tower>) = (vec![], vec![]);
        for slot in slots {
            let who = random.below(5);
            if who == 0 {
                nodes[1] = nodes[0].clone();
            }
            let node = &mut nodes[usize::from(who > 2)];
            if !node.votes(&blocks, slot) {
                continue;
            }
            let next = node.tower.clone();
            if signed.last().is_none_or(|last| last.allows(&next).is_ok()) {
                signed.push(next.clone());
            }
            asked.push(next);
        }
        let is_broken = |towers: &[Tower]| {
            towers.iter().enumerate().any(|(at, after)| {
                let slot = after.last_slot().unwrap();
                towers[..at].iter().any(|before| breaks(&blocks, before, slot))
            })
        };
        broken_asked += u64::from(is_broken(&asked));
        signed_at_all += signed.len() as u64;
        assert!(!is_broken(&signed), "seed {seed}: {signed:?}");
    }
    // The histories are such that a signer without the last tower would break many.
    assert!(broken_asked > HISTORIES / 20, "{broken_asked}");
    assert!(signed_at_all > 3 * HISTORIES, "{signed_at_all}");
}

#[test]
fn a_hundred_thousand_histories_of_votes_hold_no_two_for_one_slot() {
    let pool = pool();
    let mut doubles_asked = 0_u64;
    for seed in 0..HISTORIES {
        let mut random = Random(seed);
        let mut mark: Option<Mark> = None;
        let (mut asked, mut signed) = (vec![], vec![]);
        for _ in 0..10 {
            let (slot, block, intent) = &pool[random.below(pool.len() as u64) as usize];
            asked.push((*slot, *block));
            match check(mark.as_ref(), intent) {
                Ok(Verdict::Advance(advanced)) => {
                    mark = Some(advanced);
                    signed.push((*slot, *block));
                }
                Ok(Verdict::Again) => signed.push((*slot, *block)),
                Err(_) => {}
            }
        }
        let has_double = |votes: &[(u64, u8)]| {
            votes.iter().any(|a| votes.iter().any(|b| a.0 == b.0 && a.1 != b.1))
        };
        doubles_asked += u64::from(has_double(&asked));
        assert!(!has_double(&signed), "seed {seed}: {signed:?}");
        assert!(signed.is_sorted_by_key(|(slot, _)| *slot), "seed {seed}: {signed:?}");
    }
    assert!(doubles_asked > HISTORIES / 2, "{doubles_asked}");
}

#[test]
fn no_vote_of_an_honest_node_is_refused_switches_and_resends_included() {
    let mut switches = 0;
    for seed in 0..5_000 {
        let mut random = Random(seed);
        let blocks = blocks(&mut random);
        let mut node = Node { tower: tower(&[]) };
        let mut last: Option<Tower> = None;
        for slot in blocks.0.keys() {
            if random.below(4) == 0 || !node.votes(&blocks, *slot) {
                continue;
            }
            if let Some(last) = &last {
                assert_eq!(last.allows(&node.tower), Ok(()), "seed {seed}");
                assert_eq!(node.tower.allows(&node.tower), Ok(()), "sent again");
                switches += u32::from(!blocks.branch(*slot).contains(&last.last_slot().unwrap()));
            }
            last = Some(node.tower.clone());
        }
    }
    assert!(switches > 1_000, "{switches}");
}

/// About twenty blocks on up to three forks.
fn blocks(random: &mut Random) -> Blocks {
    let mut parents = BTreeMap::new();
    let mut tips = vec![0_u64];
    let mut slot = 0;
    for _ in 0..18 {
        slot += 1 + random.below(3) / 2 * random.below(6);
        let at = random.below(tips.len() as u64) as usize;
        parents.insert(slot, tips[at]);
        if tips.len() < 3 && random.below(4) == 0 {
            tips.push(slot);
        } else {
            tips[at] = slot;
        }
    }
    Blocks(parents)
}

/// Votes for a few slots, each for one of two blocks, with two times.
fn pool() -> Vec<(u64, u8, Intent)> {
    let mut pool = vec![];
    for slot in 1..6 {
        for block in 0..2 {
            for time in 0..2 {
                let mut vote = vote(&[slot]);
                vote.sync.hash = [block; 32];
                vote.sync.timestamp = Some(time);
                vote.blockhash = [time as u8; 32];
                pool.push((slot, block, read(&vote.to_message()).unwrap().intent));
            }
        }
    }
    pool
}

/// splitmix64: a seed means the same history for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % count
    }
}
