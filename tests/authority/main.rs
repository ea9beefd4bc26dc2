//! "Permissions in a tree, weighted authorities, waits and links, exactly as nodeos evaluates them."

mod changes_and_links;
mod eos_texts;
mod evaluation;
mod naive_model;
mod names;
mod sound_accounts;
mod validity;

use brainswap::authority::{KeyWeight, Level, LevelWeight, Name, WaitWeight, WeightedAuthority};

/// An authority over keys that are small numbers.
fn authority(
    threshold: u32,
    keys: &[(u8, u16)],
    levels: &[(&str, u16)],
    waits: &[(u32, u16)],
) -> WeightedAuthority<u8> {
    WeightedAuthority {
        threshold,
        keys: keys.iter().map(|&(key, weight)| KeyWeight { key, weight }).collect(),
        accounts: levels
            .iter()
            .map(|&(text, weight)| LevelWeight { permission: level(text), weight })
            .collect(),
        waits: waits.iter().map(|&(wait_sec, weight)| WaitWeight { wait_sec, weight }).collect(),
    }
}

/// `actor@permission`.
fn level(text: &str) -> Level {
    let (actor, permission) = text.split_once('@').unwrap();
    Level { actor: actor.parse().unwrap(), permission: name(permission) }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}
