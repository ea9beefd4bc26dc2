//! Any choice of shares that is enough brings the secret back.

use super::*;
use brainswap::key::{KeyKind, SecretKey};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

#[test]
fn every_smallest_choice_brings_the_key_back() {
    let Dealt { vault, generation, shares } = dealt();
    let pairs = [[1, 2], [1, 3], [2, 3]];
    let mut choices = 0;
    for locations in pairs {
        for first in pairs {
            for second in pairs {
                let wanted: BTreeSet<_> = [(locations[0], first), (locations[1], second)]
                    .iter()
                    .flat_map(|(location, pair)| pair.map(|at| Seat::new(*location, at).unwrap()))
                    .collect();
                let chosen = shares.iter().filter(|share| wanted.contains(&share.seat()));
                assert!(restores(&generation, &vault, chosen), "{wanted:?}");
                choices += 1;
            }
        }
    }
    assert_eq!(choices, 27);
}

#[test]
fn the_order_does_not_matter_and_more_than_enough_is_fine() {
    let Dealt { vault, generation, shares } = dealt();
    assert!(restores(&generation, &vault, shares.iter().rev()));
    let some = of(&shares, &["3.3", "1.2", "3.1", "1.1", "2.2"]);
    assert!(restores(&generation, &vault, some));
}

#[test]
fn keys_of_every_kind_and_bytes_come_back() {
    for kind in [KeyKind::Ed25519, KeyKind::Secp256k1, KeyKind::P256, KeyKind::Bls12381] {
        let key = SecretKey::generate(kind).unwrap();
        let made = deal(&Secret::of_key(&key), &plan(), about(), entropy(3)).unwrap();
        let restored = combined(&made.generation, &made.vault, &made.shares).unwrap();
        assert_eq!(restored.into_key().unwrap().public_key(), key.public_key());
    }
    for length in [1, 31, 4096] {
        let secret = Secret::of_bytes(Zeroizing::new(vec![7; length])).unwrap();
        let made = deal(&secret, &plan(), about(), entropy(3)).unwrap();
        let restored = combined(&made.generation, &made.vault, &made.shares).unwrap();
        assert_eq!(*restored.into_bytes().unwrap(), vec![7; length]);
    }
    for length in [0, 4097] {
        let refused = Secret::of_bytes(Zeroizing::new(vec![7; length])).err();
        assert_eq!(refused, Some(NotASecret { got: length }));
    }
}

#[test]
fn plans_of_other_shapes_work() {
    for (needed, locations) in [
        (1, vec![(1, 1)]),
        (1, vec![(1, 3), (2, 2)]),
        (2, vec![(1, 2), (3, 3)]),
        (3, vec![(2, 3), (2, 3), (2, 3), (2, 3), (2, 3)]),
        (6, vec![(1, 1); 6]),
    ] {
        let plan = plan_of(needed, &locations);
        let Dealt { vault, generation, shares } = dealt_by(&plan, 9);
        assert_eq!(shares.len(), plan.seats().count());
        assert!(restores(&generation, &vault, &shares), "{plan:?}");
    }
}

#[test]
fn a_dealing_is_the_same_for_the_same_entropy_and_another_for_other() {
    let (one, two, other) = (dealt(), dealt(), dealt_by(&plan(), 2));
    assert_eq!(one.generation.id(), two.generation.id());
    assert_eq!(one.vault.to_bytes(), two.vault.to_bytes());
    assert_eq!(one.shares[4].to_bytes(), two.shares[4].to_bytes());
    assert_ne!(one.generation.set(), other.generation.set());
    assert_ne!(one.generation.key_commitment(), other.generation.key_commitment());
    assert_ne!(one.shares[4].to_bytes()[NUMBER], other.shares[4].to_bytes()[NUMBER]);
}

#[test]
fn a_share_is_read_from_exactly_its_bytes() {
    let Dealt { vault, shares, .. } = dealt();
    for share in &shares {
        let bytes = share.to_bytes();
        assert_eq!(bytes.len(), SHARE_LENGTH);
        assert_eq!(again(share).to_bytes(), bytes);
        for end in 0..bytes.len() {
            assert!(Share::from_bytes(&bytes[..end]).is_err());
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(Share::from_bytes(&longer).is_err());
    }
    let bytes = vault.to_bytes();
    assert_eq!(Vault::from_bytes(&bytes).unwrap(), vault);
    assert!((0..bytes.len()).all(|end| Vault::from_bytes(&bytes[..end]).is_err()));
}

#[test]
fn a_plan_that_breaks_a_rule_is_refused_by_its_code() {
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan();
        change(&mut plan);
        plan.check().map_err(|error| error.code())
    };
    assert_eq!(refused(&|_| {}), Ok(()));
    assert_eq!(refused(&|plan| plan.threshold = 0), Err("plan.threshold"));
    assert_eq!(refused(&|plan| plan.threshold = 4), Err("plan.threshold"));
    assert_eq!(refused(&|plan| plan.locations.clear()), Err("plan.count"));
    assert_eq!(refused(&|plan| plan.locations[1].threshold = 4), Err("plan.threshold"));
    assert_eq!(refused(&|plan| plan.locations[1].custodians.clear()), Err("plan.count"));
    assert_eq!(refused(&|plan| plan.locations[1].name.clear()), Err("plan.name"));
    assert_eq!(refused(&|plan| plan.locations[1].name = "O\nslo".into()), Err("plan.name"));
    assert_eq!(refused(&|plan| plan.locations[1].name = "Oslo".into()), Err("plan.same_name"));
    let same_key = |plan: &mut Plan| {
        plan.locations[1].custodians[0].key = plan.locations[0].custodians[0].key;
    };
    assert_eq!(refused(&same_key), Err("plan.same_key"));
    let same_recipient = |plan: &mut Plan| {
        let recipients = plan.locations[0].custodians[0].recipients.clone();
        plan.locations[2].custodians[1].recipients = recipients;
    };
    assert_eq!(refused(&same_recipient), Err("plan.same_recipient"));
    for recipients in [vec!["ssh-rsa AAAA".to_owned()], vec![PASSPHRASE.into(), "age1".into()]] {
        let change = |plan: &mut Plan| {
            plan.locations[0].custodians[0].recipients.clone_from(&recipients);
        };
        assert_eq!(refused(&change), Err("plan.recipient"));
    }
}

#[test]
fn a_plan_warns_of_what_a_person_should_have_decided() {
    let warnings = |needed, locations: &[(u8, u8)]| plan_of(needed, locations).warnings();
    assert_eq!(warnings(2, &[(2, 3), (2, 3), (2, 3)]), []);
    assert_eq!(
        warnings(2, &[(2, 2), (1, 2)]),
        [
            Warning::EveryLocationNeeded,
            Warning::EveryCustodianNeeded { location: 1 },
            Warning::Copies { location: 2 },
        ]
    );
    assert_eq!(warnings(1, &[(2, 3), (2, 3)]), [Warning::OneLocationSuffices]);
}

#[test]
fn a_missing_share_is_named_by_the_seats_that_could_come() {
    let Dealt { vault, generation, shares } = dealt();
    let refused = combined(&generation, &vault, of(&shares, &["1.1", "1.2", "2.3"])).unwrap_err();
    let third = [seat("3.1"), seat("3.2"), seat("3.3")].to_vec();
    assert_eq!(
        refused,
        NotCombined::Missing(Missing {
            locations: 1,
            custodians: vec![(2, 1, vec![seat("2.1"), seat("2.2")]), (3, 2, third)],
        })
    );
}

#[test]
fn days_are_those_of_the_calendar() {
    for (text, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-20", 20_777)] {
        assert_eq!(date(text).days(), days);
        assert_eq!(Date::from_days(days).unwrap().to_string(), text);
    }
    assert_eq!(Date::from_unix_seconds(1_795_132_800).unwrap().to_string(), "2026-11-20");
    assert_eq!(date("9999-12-31").days() + 1, Date::from_days(2_932_896).unwrap().days() + 1);
    assert!(Date::from_days(2_932_897).is_err());
    for text in
        ["", "2026-02-29", "2026-1-1", "1969-12-31", "2026-13-01", "+026-01-01", "2026-01-01 "]
    {
        assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
    }
}
