//! "The heaviest entry first; at one weight waits, keys, permissions; until the threshold."

use crate::{authority, level};
use brainswap::authority::{
    Approvals, Evaluator, Lack, Level, Missing, Remedy, Unsatisfied, WeightedAuthority,
};
use std::collections::{BTreeMap, BTreeSet};

type World = BTreeMap<Level, WeightedAuthority<u8>>;

fn world(entries: impl IntoIterator<Item = (&'static str, WeightedAuthority<u8>)>) -> World {
    entries.into_iter().map(|(text, authority)| (level(text), authority)).collect()
}

fn set<const N: usize>(keys: [u8; N]) -> BTreeSet<u8> {
    keys.into()
}

#[test]
fn evaluation_stops_at_the_threshold_and_what_it_did_not_reach_is_unused() {
    let nowhere = World::new();
    let approvals = Approvals { waited: 60, ..Approvals::of_keys([1, 2, 3]) };
    let mut evaluator = Evaluator::new(&nowhere, &approvals);
    let rule = authority(4, &[(1, 1), (2, 2), (3, 1)], &[], &[(60, 1)]);
    assert_eq!(evaluator.authority(&rule), Ok(()));
    assert_eq!(evaluator.used(), set([1, 2]));
    assert_eq!(evaluator.unused(), set([3]));
}

#[test]
fn keys_of_an_authority_that_is_not_satisfied_are_not_used() {
    let world = world([("bob@active", authority(2, &[(1, 1), (2, 1)], &[], &[]))]);
    let approvals = Approvals::of_keys([1, 3]);
    let mut evaluator = Evaluator::new(&world, &approvals);
    let rule = authority(1, &[(3, 1)], &[("bob@active", 2)], &[]);
    assert_eq!(evaluator.authority(&rule), Ok(()));
    assert_eq!(evaluator.used(), set([3]));
    assert_eq!(evaluator.unused(), set([1]));
}

#[test]
fn a_key_used_before_stays_used_when_a_later_authority_fails_with_it() {
    let world = world([("bob@active", authority(2, &[(1, 1), (2, 1)], &[], &[]))]);
    let approvals = Approvals::of_keys([1]);
    let mut evaluator = Evaluator::new(&world, &approvals);
    assert_eq!(evaluator.authority(&authority(1, &[(1, 1)], &[], &[])), Ok(()));
    assert!(evaluator.level(&level("bob@active")).is_err());
    assert_eq!(evaluator.used(), set([1]));
}

#[test]
fn permissions_are_evaluated_six_deep_and_the_seventh_has_no_weight() {
    let chain = |length: usize| -> World {
        let next = |at: usize| format!("a{}@active", char::from(b'a' + at as u8));
        (0..length)
            .map(|at| {
                let next_level = next(at + 1);
                let rule = if at + 1 == length {
                    authority(1, &[(1, 1)], &[], &[])
                } else {
                    authority(1, &[], &[(&next_level, 1)], &[])
                };
                (level(&next(at)), rule)
            })
            .collect()
    };
    let approvals = Approvals::of_keys([1]);
    assert_eq!(Evaluator::new(&chain(6), &approvals).level(&level("aa@active")), Ok(()));
    let deep = chain(7);
    let mut answer = Evaluator::new(&deep, &approvals).level(&level("aa@active")).unwrap_err();
    for _ in 0..6 {
        let Unsatisfied::Missing(missing) = answer else { panic!("{answer:?}") };
        let Some(Lack::Level { why, .. }) = missing.lacking.into_iter().next() else { panic!() };
        answer = why;
    }
    assert_eq!(answer, Unsatisfied::TooDeep);
    let mut evaluator = Evaluator::new(&deep, &approvals).with_depth_limit(7);
    assert_eq!(evaluator.level(&level("aa@active")), Ok(()));
}

#[test]
fn a_permission_that_needs_itself_or_does_not_exist_has_no_weight() {
    let world = world([
        ("a@active", authority(1, &[], &[("b@active", 1)], &[])),
        ("b@active", authority(1, &[(9, 1)], &[("a@active", 2), ("none@active", 1)], &[])),
    ]);
    let nobody = Approvals::of_keys([]);
    let answer = Evaluator::new(&world, &nobody).level(&level("a@active")).unwrap_err();
    let lack = |text, weight, why| Lack::Level { level: level(text), weight, why };
    let b = Missing {
        gathered: 0,
        needed: 1,
        lacking: vec![
            lack("a@active", 2, Unsatisfied::Circular),
            Lack::Key { key: 9, weight: 1 },
            lack("none@active", 1, Unsatisfied::Unknown),
        ],
    };
    let a = Missing {
        gathered: 0,
        needed: 1,
        lacking: vec![lack("b@active", 1, Unsatisfied::Missing(Box::new(b)))],
    };
    assert_eq!(answer, Unsatisfied::Missing(Box::new(a)));
    let nine = Approvals::of_keys([9]);
    assert_eq!(Evaluator::new(&world, &nine).level(&level("a@active")), Ok(()));
}

#[test]
fn a_permission_given_counts_without_its_keys_and_the_empty_one_for_all_of_its_actor() {
    let world = World::new();
    let rule = authority(2, &[], &[("bob@active", 1), ("eve@active", 1)], &[]);
    let levels = [level("bob@active"), level("eve@")].into();
    let approvals = Approvals { levels, ..Approvals::of_keys([]) };
    assert_eq!(Evaluator::new(&world, &approvals).authority(&rule), Ok(()));
    let levels = [level("bob@active"), level("eve@owner")].into();
    let approvals = Approvals { levels, ..Approvals::of_keys([]) };
    let missing = Evaluator::new(&world, &approvals).authority(&rule).unwrap_err();
    assert_eq!((missing.gathered, missing.needed), (1, 2));
}

#[test]
fn the_answer_names_the_weights_whose_approval_would_complete_it_and_when_a_wait_does() {
    let world = world([
        (
            "a@active",
            authority(5, &[(1, 2), (2, 3), (3, 1)], &[("b@owner", 2)], &[(60, 1), (90, 3)]),
        ),
        ("b@owner", authority(2, &[(4, 1), (5, 1)], &[], &[])),
    ]);
    let approvals = Approvals::of_keys([1, 4]);
    let a = level("a@active");
    let answer = Evaluator::new(&world, &approvals).level(&a).unwrap_err();
    let Unsatisfied::Missing(missing) = &answer else { panic!("{answer:?}") };
    assert_eq!((missing.gathered, missing.needed), (2, 5));
    assert_eq!(missing.lacking.len(), 5);
    let remedy = Remedy::find(&a, &world, &approvals, 6);
    assert_eq!(remedy, Remedy { keys: set([2]), matures_at: Some(90) });
    let approvals = Approvals { waited: 60, ..Approvals::of_keys([1, 4]) };
    let remedy = Remedy::find(&a, &world, &approvals, 6);
    assert_eq!(remedy, Remedy { keys: set([2, 5]), matures_at: Some(90) });
    let approvals = Approvals::of_keys([]);
    let remedy = Remedy::find(&level("b@owner"), &world, &approvals, 6);
    assert_eq!(remedy, Remedy { keys: set([]), matures_at: None });
}

/// What nodeos does there is followed, and accounts where it can happen are refused
/// (`Accounts::check_sound`).
#[test]
fn beyond_the_depth_limit_one_more_key_can_take_weight_away() {
    let world = world([
        ("a@x", authority(1, &[(1, 1)], &[("p@x", 1)], &[])),
        ("b@x", authority(1, &[], &[("c@x", 1)], &[])),
        ("c@x", authority(1, &[], &[("p@x", 1)], &[])),
        ("p@x", authority(1, &[(2, 1)], &[], &[])),
    ]);
    let rule = authority(3, &[], &[("a@x", 2), ("b@x", 1)], &[]);
    let weigh = |keys: &[u8]| {
        let approvals = Approvals::of_keys(keys.iter().copied());
        Evaluator::new(&world, &approvals).with_depth_limit(2).authority(&rule).is_ok()
    };
    assert!(weigh(&[2]));
    assert!(!weigh(&[1, 2]));
}
