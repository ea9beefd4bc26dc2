//! "10,000 random authorities and approval sets: we agree with a model that is as plain as can be."
//!
//! The model knows texts and copies everything. It looks for the next entry by trying all weights
//! from the top, and hands what it knows from call to call.

use crate::{Chance, level};
use brainswap::authority::{
    Approvals, Evaluator, KeyWeight, LevelWeight, Lookup as _, WaitWeight, WeightedAuthority,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone)]
struct Rule {
    threshold: u32,
    keys: Vec<(u8, u16)>,
    levels: Vec<(String, u16)>,
    waits: Vec<(u32, u16)>,
}

struct Model {
    rules: BTreeMap<String, Rule>,
    keys: BTreeSet<u8>,
    waited: u32,
    limit: u8,
}

/// The keys used, and of each permission whether it counts; none while it is looked at.
#[derive(Clone)]
struct Notes {
    used: BTreeSet<u8>,
    counts: BTreeMap<String, Option<bool>>,
}

impl Model {
    fn satisfied(&self, rule: &Rule, depth: u8, before: Notes) -> (bool, Notes) {
        let mut notes = before.clone();
        let mut sum = 0;
        for weight in (0..=MAX_WEIGHT).rev() {
            for (seconds, _) in rule.waits.iter().filter(|wait| wait.1 == weight) {
                if *seconds <= self.waited {
                    sum += u32::from(weight);
                }
                if sum >= rule.threshold {
                    return (true, notes);
                }
            }
            for (key, _) in rule.keys.iter().filter(|key| key.1 == weight) {
                if self.keys.contains(key) {
                    notes.used.insert(*key);
                    sum += u32::from(weight);
                }
                if sum >= rule.threshold {
                    return (true, notes);
                }
            }
            for (level, _) in rule.levels.iter().filter(|level| level.1 == weight) {
                let counts;
                (counts, notes) = self.counts(level, depth, notes);
                if counts {
                    sum += u32::from(weight);
                }
                if sum >= rule.threshold {
                    return (true, notes);
                }
            }
        }
        (false, Notes { used: before.used, counts: notes.counts })
    }

    fn counts(&self, level: &str, depth: u8, notes: Notes) -> (bool, Notes) {
        let all_of_actor = format!("{}@", level.split('@').next().unwrap());
        for known in [level, &all_of_actor] {
            if let Some(counts) = notes.counts.get(known) {
                return (*counts == Some(true), notes);
            }
        }
        let Some(rule) = self.rules.get(level).filter(|_| depth < self.limit) else {
            return (false, notes);
        };
        let mut looking = notes;
        looking.counts.insert(level.to_owned(), None);
        let (counts, mut notes) = self.satisfied(rule, depth + 1, looking);
        notes.counts.insert(level.to_owned(), Some(counts));
        (counts, notes)
    }
}

const MAX_WEIGHT: u16 = 4;
const KEYS: u64 = 6;
const LEVELS: [&str; 8] =
    ["a@active", "a@owner", "b@active", "b@x", "c@active", "c@owner", "d@active", "d@x"];

#[test]
fn ten_thousand_random_worlds_are_weighed_as_the_model_weighs_them() {
    let mut chance = Chance(3);
    let (mut satisfied, mut missed, mut partly_used) = (0, 0, 0);
    for round in 0..10_000 {
        let mut rules: BTreeMap<_, _> =
            LEVELS.iter().map(|text| ((*text).to_owned(), rule(&mut chance))).collect();
        rules.retain(|_, _| !chance.one_in(9));
        let keys: BTreeSet<_> = (0..KEYS as u8).filter(|_| chance.one_in(2)).collect();
        let given: BTreeSet<_> = LEVELS
            .iter()
            .copied()
            .chain(["b@", "d@"])
            .filter(|_| chance.one_in(12))
            .map(String::from)
            .collect();
        let waited = chance.below(4) as u32 * 10;
        let limit = chance.below(7) as u8;
        let model = Model { rules: rules.clone(), keys: keys.clone(), waited, limit };
        let notes = Notes {
            used: BTreeSet::new(),
            counts: given.iter().map(|level| (level.clone(), Some(true))).collect(),
        };

        let lookup: BTreeMap<_, _> =
            rules.iter().map(|(text, rule)| (level(text), weighted(rule))).collect();
        let levels = given.iter().map(|text| level(text)).collect();
        let approvals = Approvals { keys: keys.clone(), levels, waited };

        let top = rule(&mut chance);
        let (expected, after) = model.satisfied(&top, 0, notes.clone());
        let mut evaluator = Evaluator::new(&lookup, &approvals).with_depth_limit(limit);
        let answer = evaluator.authority(&weighted(&top));
        assert_eq!(answer.is_ok(), expected, "round {round}");
        assert_eq!(evaluator.used(), after.used, "round {round}");
        assert_eq!(evaluator.unused(), &keys - &after.used, "round {round}");

        // Keys stay used from one question to the next; what is known of permissions does not.
        let asked = LEVELS[chance.below(8) as usize];
        let next = Notes { used: after.used, counts: notes.counts };
        let (expected_level, after) = model.counts(asked, 0, next);
        assert_eq!(evaluator.level(&level(asked)).is_ok(), expected_level, "round {round}");
        assert_eq!(evaluator.used(), after.used, "round {round}");

        satisfied += usize::from(expected);
        missed += usize::from(!expected && lookup.authority_of(&level(asked)).is_some());
        partly_used += usize::from(expected && !evaluator.used().is_empty() && after.used != keys);
    }
    assert!(
        satisfied > 2_000 && missed > 2_000 && partly_used > 1_000,
        "the worlds say too little"
    );
}

fn rule(chance: &mut Chance) -> Rule {
    let mut weight = || chance.below(u64::from(MAX_WEIGHT) + 1) as u16;
    let mut keys: Vec<_> = (0..KEYS as u8).map(|key| (key, weight())).collect();
    let mut levels: Vec<_> = LEVELS.iter().map(|text| ((*text).to_owned(), weight())).collect();
    let mut waits: Vec<_> = [10, 20, 30].iter().map(|seconds| (*seconds, weight())).collect();
    keys.retain(|_| chance.one_in(3));
    levels.retain(|_| chance.one_in(4));
    waits.retain(|_| chance.one_in(6));
    Rule { threshold: 1 + chance.below(7) as u32, keys, levels, waits }
}

fn weighted(rule: &Rule) -> WeightedAuthority<u8> {
    WeightedAuthority {
        threshold: rule.threshold,
        keys: rule.keys.iter().map(|&(key, weight)| KeyWeight { key, weight }).collect(),
        accounts: rule
            .levels
            .iter()
            .map(|(text, weight)| LevelWeight { permission: level(text), weight: *weight })
            .collect(),
        waits: rule
            .waits
            .iter()
            .map(|&(wait_sec, weight)| WaitWeight { wait_sec, weight })
            .collect(),
    }
}
