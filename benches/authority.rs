//! Authority: what it costs to decide, besides the signature checks.

use brainswap::{
    PublicKey,
    authority::{
        Approvals, Evaluator, KeyWeight, Level, LevelWeight, MAX_DEPTH, Name, Remedy,
        WeightedAuthority,
    },
};
use divan::{Bencher, black_box};
use std::collections::BTreeMap;

type World = BTreeMap<Level, WeightedAuthority>;

/// Keys in all six authorities together.
const KEYS: [usize; 2] = [100, 600];

fn main() {
    divan::main();
}

/// Every key approves, down to the last authority.
#[divan::bench(name = "evaluate/six-deep/satisfied", args = KEYS)]
fn satisfied(bencher: Bencher<'_, '_>, keys: usize) {
    let (world, top) = six_deep(keys);
    let approvals = Approvals::of_keys(keys_of(&world));
    bencher.bench_local(|| {
        let mut evaluator = Evaluator::new(&world, black_box(&approvals));
        assert!(evaluator.level(&top).is_ok());
        assert!(evaluator.unused().is_empty());
    });
}

/// The last key of the last authority has not approved: everything is tried, and written down.
#[divan::bench(name = "evaluate/six-deep/one-missing", args = KEYS)]
fn one_missing(bencher: Bencher<'_, '_>, keys: usize) {
    let (world, top) = six_deep(keys);
    let approvals = Approvals::of_keys(keys_of(&world).skip(1));
    bencher.bench_local(|| Evaluator::new(&world, black_box(&approvals)).level(&top).is_err());
}

/// Nobody has approved.
#[divan::bench(name = "evaluate/six-deep/all-missing", args = KEYS)]
fn all_missing(bencher: Bencher<'_, '_>, keys: usize) {
    let (world, top) = six_deep(keys);
    let approvals = Approvals::of_keys([]);
    bencher.bench_local(|| Evaluator::new(&world, black_box(&approvals)).level(&top).is_err());
}

/// Whose approval would complete it: one evaluation for each key that is missing.
#[divan::bench(name = "remedy/six-deep/one-missing", args = KEYS)]
fn remedy(bencher: Bencher<'_, '_>, keys: usize) {
    let (world, top) = six_deep(keys);
    let approvals = Approvals::of_keys(keys_of(&world).skip(1));
    bencher.bench_local(|| Remedy::find(&top, &world, black_box(&approvals), MAX_DEPTH));
}

/// Six authorities, each of which needs all its keys and the next.
fn six_deep(keys: usize) -> (World, Level) {
    let level = |at: u64| Level::of_account(Name::from_u64(at << 59), Name::ACTIVE);
    let each = (keys / 6) as u64;
    let world = (1..=6).map(|at| {
        let rest = if at == 6 { keys as u64 - 5 * each } else { each };
        let keys: Vec<_> = (0..rest).map(|key| entry(at * 1000 + key)).collect();
        let next = LevelWeight { permission: level(at + 1), weight: 1 };
        let accounts = if at == 6 { vec![] } else { vec![next] };
        let threshold = (keys.len() + accounts.len()) as u32;
        (level(at), WeightedAuthority { threshold, keys, accounts, waits: vec![] })
    });
    (world.collect(), level(1))
}

fn entry(number: u64) -> KeyWeight {
    let mut point = [2; 33];
    point[25..].copy_from_slice(&number.to_be_bytes());
    KeyWeight { key: PublicKey::Secp256k1(point), weight: 1 }
}

fn keys_of(world: &World) -> impl Iterator<Item = PublicKey> {
    world.values().rev().flat_map(|authority| &authority.keys).map(|entry| entry.key)
}
