//! "Without circles, gaps and too long chains one more key never takes weight away."

use crate::{Chance, authority, level, name};
use brainswap::authority::{
    Account, Accounts, Approvals, Change, Evaluator, KeyWeight, Level, LevelWeight, Lookup as _,
    MAX_DEPTH, Name, NotSound, Remedy, WaitWeight, WeightedAuthority,
};
use std::collections::BTreeSet;

fn accounts(entries: &[(&str, WeightedAuthority<u8>, WeightedAuthority<u8>)]) -> Accounts<u8> {
    let mut accounts = Accounts::new();
    for (actor, owner, active) in entries {
        let account = Account::new(owner.clone(), active.clone()).unwrap();
        accounts.insert(actor.parse().unwrap(), account);
    }
    accounts
}

fn key(key: u8) -> WeightedAuthority<u8> {
    authority(1, &[(key, 1)], &[], &[])
}

fn to(text: &str) -> WeightedAuthority<u8> {
    authority(1, &[], &[(text, 1)], &[])
}

#[test]
fn a_circle_of_references_is_refused_however_long() {
    let own = accounts(&[("a", key(1), to("a@active"))]);
    let refused = own.check_sound(MAX_DEPTH).unwrap_err();
    assert_eq!(refused, NotSound::Circular { level: level("a@active") });
    assert_eq!(refused.code(), "authority.circular");

    let length = 20;
    let actor = |at: usize| format!("a{}", char::from(b'a' + (at % length) as u8));
    let ring: Vec<_> = (0..length)
        .map(|at| (actor(at), key(1), to(&format!("{}@active", actor(at + 1)))))
        .collect();
    let ring: Vec<_> = ring.iter().map(|(a, o, n)| (a.as_str(), o.clone(), n.clone())).collect();
    let mut world = accounts(&ring);
    // Who leads into the ring is not in it.
    let outside = Account::new(key(1), to("aa@active")).unwrap();
    world.insert("a".parse().unwrap(), outside);
    let Err(NotSound::Circular { level: found }) = world.check_sound(MAX_DEPTH) else { panic!() };
    assert_ne!(found, level("a@active"));
    assert_eq!(found.permission, Name::ACTIVE);
}

#[test]
fn references_seven_deep_are_refused_and_six_deep_are_taken() {
    let chain = |length: usize| {
        let actor = |at: usize| format!("a{}", char::from(b'a' + at as u8));
        let mut accounts = Accounts::new();
        for at in 0..length {
            let next = format!("{}@active", actor(at + 1));
            let active = if at + 1 == length { key(1) } else { to(&next) };
            accounts.insert(actor(at).parse().unwrap(), Account::new(key(1), active).unwrap());
        }
        accounts
    };
    assert_eq!(chain(6).check_sound(MAX_DEPTH), Ok(()));
    let refused = chain(7).check_sound(MAX_DEPTH).unwrap_err();
    let deep = NotSound::TooDeep { level: level("aa@active"), depth: 7, limit: 6 };
    assert_eq!(refused, deep);
    assert_eq!(refused.code(), "authority.too_deep");
    assert_eq!(chain(7).check_sound(7), Ok(()));
}

#[test]
fn a_reference_to_nobody_is_refused_and_one_to_a_contract_itself_is_taken() {
    let world = accounts(&[("a", key(1), to("a@none"))]);
    let refused = world.check_sound(MAX_DEPTH).unwrap_err();
    let unknown = NotSound::Unknown { by: level("a@active"), level: level("a@none") };
    assert_eq!((refused, refused.code()), (unknown, "authority.unknown_permission"));
    let code = accounts(&[("a", key(1), to("a@eosio.code"))]);
    assert_eq!(code.check_sound(MAX_DEPTH), Ok(()));
}

/// Order, depth and memory do not matter there: a permission is its weights and no more.
fn by_definition(world: &Accounts<u8>, level: &Level, approvals: &Approvals<u8>) -> bool {
    let rule = world.authority_of(level).unwrap();
    let keys = rule.keys.iter().filter(|entry| approvals.keys.contains(&entry.key));
    let levels =
        rule.accounts.iter().filter(|entry| by_definition(world, &entry.permission, approvals));
    let waits = rule.waits.iter().filter(|wait| wait.wait_sec <= approvals.waited);
    let weights = keys.map(|entry| entry.weight);
    let weights = weights.chain(levels.map(|entry| entry.weight));
    let weights = weights.chain(waits.map(|wait| wait.weight));
    weights.map(u32::from).sum::<u32>() >= rule.threshold
}

#[test]
fn ten_thousand_sound_worlds_are_weighed_by_definition_and_more_keys_never_harm() {
    const LINE: [&str; 6] = ["a@active", "a@owner", "b@active", "b@owner", "c@active", "c@owner"];
    let mut chance = Chance(4);
    let (mut satisfied, mut remedies, mut matured) = (0, 0, 0);
    for round in 0..10_000 {
        // Each permission refers to later ones only.
        let rules: Vec<_> =
            (0..LINE.len()).map(|at| random(&mut chance, &LINE[at + 1..])).collect();
        let world = accounts(&[
            ("a", rules[1].clone(), rules[0].clone()),
            ("b", rules[3].clone(), rules[2].clone()),
            ("c", rules[5].clone(), rules[4].clone()),
        ]);
        assert_eq!(world.check_sound(MAX_DEPTH), Ok(()), "round {round}");
        let keys: Vec<u8> = (0..6).filter(|_| chance.one_in(3)).collect();
        let approvals =
            Approvals { waited: chance.below(3) as u32 * 10, ..Approvals::of_keys(keys) };
        let asked = level("a@active");
        let weigh = |approvals: &Approvals<u8>| Evaluator::new(&world, approvals).level(&asked);
        let answer = weigh(&approvals);
        assert_eq!(answer.is_ok(), by_definition(&world, &asked, &approvals), "round {round}");

        let completing: BTreeSet<u8> = (0..6)
            .filter(|key| {
                let mut more = approvals.clone();
                more.keys.insert(*key) && by_definition(&world, &asked, &more)
            })
            .collect();
        if answer.is_ok() {
            satisfied += 1;
            let others = (0..6).filter(|key| !approvals.keys.contains(key)).count();
            assert_eq!(completing.len(), others, "round {round}: a key did harm");
            continue;
        }
        let remedy = Remedy::find(&asked, &world, &approvals, MAX_DEPTH);
        assert_eq!(remedy.keys, completing, "round {round}");
        let matures_at = (0..=30).find(|&waited| {
            by_definition(&world, &asked, &Approvals { waited, ..approvals.clone() })
        });
        assert_eq!(remedy.matures_at, matures_at, "round {round}");
        remedies += completing.len();
        matured += usize::from(matures_at.is_some());
    }
    assert!(satisfied > 2_000 && remedies > 2_000 && matured > 500, "the worlds say too little");
}

fn random(chance: &mut Chance, later: &[&str]) -> WeightedAuthority<u8> {
    let mut weight = || 1 + chance.below(3) as u16;
    let mut keys: Vec<_> = (0..6).map(|key| KeyWeight { key, weight: weight() }).collect();
    let mut accounts: Vec<_> = later
        .iter()
        .map(|text| LevelWeight { permission: level(text), weight: weight() })
        .collect();
    let mut waits: Vec<_> =
        [10, 20, 30].map(|wait_sec| WaitWeight { wait_sec, weight: weight() }).into();
    keys.retain(|entry| entry.key == 0 || chance.one_in(3));
    accounts.retain(|_| chance.one_in(2));
    waits.retain(|_| chance.one_in(8));
    let mut rule = WeightedAuthority { threshold: 1, keys, accounts, waits };
    rule.threshold += chance.below(rule.total().min(6)) as u32;
    rule
}

#[test]
fn a_permission_satisfies_itself_and_those_below_it_and_no_other() {
    let mut world = accounts(&[("a", key(1), key(2))]);
    let account = "a".parse().unwrap();
    for (permission, parent) in [("ops", "active"), ("claim", "ops"), ("vote", "active")] {
        let (permission, parent) = (name(permission), name(parent));
        let change = Change::UpdateAuth { account, permission, parent, authority: key(3) };
        world.change(&change, &[level("a@owner")]).unwrap();
    }
    let account = world.get(account).unwrap();
    let satisfies = |held, needed| account.satisfies(name(held), name(needed));
    for needed in ["owner", "active", "ops", "claim", "vote"] {
        assert!(satisfies("owner", needed) && satisfies(needed, needed), "{needed}");
    }
    assert!(satisfies("active", "claim") && satisfies("ops", "claim"));
    assert!(!satisfies("claim", "ops") && !satisfies("ops", "vote") && !satisfies("vote", "claim"));
    assert!(
        !satisfies("none", "claim") && !satisfies("owner", "none") && !satisfies("none", "none")
    );
    let line: Vec<_> = account.line(name("claim")).collect();
    assert_eq!(line, ["claim", "ops", "active", "owner"].map(name));
}
