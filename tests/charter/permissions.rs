//! "Authorities that decide about fencing have intersecting quorums, refused otherwise"; and
//! whatever else permissions must keep before they may decide.

use crate::world::*;
use brainswap::{
    PublicKey,
    authority::{Act, Actor, Authority as _, KeyWeight, Level, Name, WeightedAuthority},
    charter::{ActionLink, MAX_PERMISSIONS, NamedPermission, NotPermissions, Permissions},
};
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeSet;

fn refusal(change: impl FnOnce(&mut Permissions)) -> NotPermissions {
    let mut permissions = permissions();
    change(&mut permissions);
    let refused = permissions.to_tree().unwrap_err();
    assert!(!refused.advice().is_empty());
    refused
}

fn set(permissions: &mut Permissions, of: &str, authority: WeightedAuthority) {
    let found = permissions.permissions.iter_mut().find(|found| found.name == name(of));
    found.unwrap().authority = authority;
}

fn put(permissions: &mut Permissions, permission: NamedPermission) {
    permissions.permissions.push(permission);
    permissions.permissions.sort();
}

#[test]
fn an_owner_of_half_the_weight_or_less_is_refused() {
    for (threshold, keys) in [(1, &[1, 2][..]), (2, &[1, 2, 3, 4]), (2, &[1, 2, 3, 4, 5])] {
        let refused = refusal(|all| set(all, "owner", authority(threshold, keys, &[], &[])));
        assert_eq!(refused.code(), "authority.not_intersecting", "{threshold} of {keys:?}");
    }
    for (threshold, keys) in [(1, &[1][..]), (2, &[1, 2]), (2, &[1, 2, 3]), (3, &[1, 2, 3, 4])] {
        let mut fits = permissions();
        set(&mut fits, "owner", authority(threshold, keys, &[], &[]));
        fits.to_tree().unwrap();
    }
}

#[test]
fn a_permission_that_owner_refers_to_must_intersect_too() {
    let refused = refusal(|all| {
        put(all, permission("alice", "owner", authority(1, &[51, 52], &[], &[])));
        set(all, "owner", authority(2, &[1], &["alice"], &[]));
    });
    let alice =
        NotPermissions::NotIntersecting { permission: name("alice"), threshold: 1, total: 2 };
    assert_eq!(refused, alice);
}

#[test]
fn an_owner_that_waiting_helps_is_refused() {
    let refused = refusal(|all| set(all, "owner", authority(2, &[1, 2], &[], &[60])));
    assert_eq!(refused.code(), "authority.wait_for_fence");
}

#[test]
fn a_permission_that_waiting_alone_satisfies_is_refused() {
    let refused = refusal(|all| set(all, "active", authority(1, &ACTIVES, &[], &[60])));
    let alone = NotPermissions::OpensAlone { permission: Name::ACTIVE, seconds: 60 };
    assert_eq!((refused.code(), refused), ("authority.opens_alone", alone));
}

#[test]
fn what_does_not_hang_together_is_refused_with_its_own_code() {
    type Change = fn(&mut Permissions);
    let cases: [(&str, Change); 16] = [
        ("permission.unsorted", |all| all.permissions.reverse()),
        ("permission.unsorted", |all| all.permissions.push(all.permissions[4].clone())),
        ("permission.unknown", |all| all.permissions.retain(|one| one.name != Name::OWNER)),
        ("permission.unknown", |all| all.permissions.retain(|one| one.name != Name::ACTIVE)),
        ("permission.parent", |all| all.permissions[0].parent = name("claim")),
        ("permission.parent", |all| all.permissions[1].parent = name("nobody")),
        ("permission.parent", |all| all.permissions[1].parent = Name::EMPTY),
        ("permission.parent", |all| {
            put(all, permission("below", "signer", authority(1, &[9], &[], &[])));
        }),
        ("permission.reserved", |all| {
            put(all, permission("eosio.x", "active", authority(1, &[9], &[], &[])));
        }),
        ("permission.signer", |all| set(all, "active", authority(1, &[11], &["signer"], &[]))),
        ("permission.foreign", |all| {
            let mut foreign = authority(1, &[11], &["claim"], &[]);
            foreign.accounts[0].permission.actor = Actor::Account(name("alice"));
            set(all, "active", foreign);
        }),
        ("authority.unknown_permission", |all| {
            set(all, "active", authority(1, &[11], &["nobody"], &[]));
        }),
        ("authority.circular", |all| {
            set(all, "active", authority(1, &[11], &["operator"], &[]));
            set(all, "operator", authority(1, &[11], &["active"], &[]));
        }),
        ("authority.unreachable", |all| set(all, "active", authority(4, &ACTIVES, &[], &[]))),
        ("link.no_permission", |all| all.links[0].permission = name("signer")),
        ("link.unlinkable", |all| all.links[0].action = name("fence")),
    ];
    for (code, change) in cases {
        assert_eq!(refusal(change).code(), code);
    }
    let refused =
        refusal(|all| all.links.push(ActionLink { permission: name("no"), ..all.links[0] }));
    assert_eq!(refused.code(), "permission.unsorted");
}

#[test]
fn a_chain_of_references_seven_deep_is_refused_and_six_deep_is_taken() {
    let deep = |depth: u8| {
        let mut all = permissions();
        for at in 1..depth {
            let next = format!("p{}", char::from(b'a' + at));
            let to: &[&str] = if at + 1 < depth { &[next.as_str()] } else { &[] };
            let of = format!("p{}", char::from(b'a' + at - 1));
            put(&mut all, permission(&of, "active", authority(1, &[60 + at], to, &[])));
        }
        set(&mut all, "active", authority(1, &[11], &["pa"], &[]));
        all.to_tree().map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(deep(6), Ok(()));
    assert_eq!(deep(7), Err("authority.too_deep"));
}

#[test]
fn more_than_64_permissions_or_entries_are_refused() {
    let many: Vec<u8> = (0..=u8::try_from(MAX_PERMISSIONS).unwrap()).collect();
    let refused = refusal(|all| set(all, "active", authority(1, &many, &[], &[])));
    assert_eq!(refused, NotPermissions::TooMany { got: 65 });
    let refused = refusal(|all| {
        for at in 0..60_u8 {
            let of = format!("p{}{}", char::from(b'a' + at / 10), char::from(b'a' + at % 10));
            put(all, permission(&of, "active", authority(1, &[9], &[], &[])));
        }
    });
    assert_eq!(refused, NotPermissions::TooMany { got: 65 });
}

/// Any owner over keys and two groups, each with its own weights.
fn owners() -> impl Strategy<Value = Permissions> {
    let weights = || vec(0_u16..4, 4);
    (weights(), weights(), weights(), 1_u32..12, 1_u32..8, 1_u32..8).prop_map(
        |(own, first, second, threshold, first_needs, second_needs)| {
            let weighted = |threshold, base: u8, weights: &[u16], groups: &[&str]| {
                let numbers: Vec<u8> = (base..).take(4).collect();
                let mut made = authority(threshold, &numbers, groups, &[]);
                for (entry, weight) in made.keys.iter_mut().zip(weights) {
                    entry.weight = *weight;
                }
                made
            };
            let mut all = permissions();
            put(&mut all, permission("first", "owner", weighted(first_needs, 61, &first, &[])));
            put(&mut all, permission("second", "owner", weighted(second_needs, 71, &second, &[])));
            set(&mut all, "owner", weighted(threshold, 1, &own, &["first", "second"]));
            all
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn two_decisions_about_fencing_share_a_key(
        all in owners(),
        one in any::<u16>(),
        other in any::<u16>(),
    ) {
        let Ok(tree) = all.to_tree() else { return Ok(()) };
        let people: Vec<u8> = [1, 61, 71].into_iter().flat_map(|base| base..base + 4).collect();
        let chosen = |bits: u16| -> BTreeSet<PublicKey> {
            let all = people.iter().enumerate();
            all.filter(|(at, _)| bits >> at & 1 == 1).map(|(_, number)| public(*number)).collect()
        };
        let (one, other) = (chosen(one), chosen(other));
        let both = [&one, &other].map(|keys| tree.decide(Act::Fence, keys, 0).is_satisfied());
        prop_assert!(both != [true, true] || one.intersection(&other).next().is_some());
        // The complement of a quorum is none: the sharpest pair there is.
        let everybody = chosen(u16::MAX);
        let rest: BTreeSet<_> = everybody.difference(&one).copied().collect();
        prop_assert!(!(both[0] && tree.decide(Act::Fence, &rest, 0).is_satisfied()));
    }

    #[test]
    fn a_further_key_or_more_time_never_takes_a_decision_away(
        threshold in 1_u32..5,
        some in any::<u8>(),
        more in any::<u8>(),
        waited in 0_u32..200,
    ) {
        let mut all = permissions();
        set(&mut all, "active", authority(threshold, &[11, 12, 13, 14], &["operator"], &[50, 90]));
        let Ok(tree) = all.to_tree() else { return Ok(()) };
        let people = [11, 12, 13, 14, OPERATOR];
        let chosen = |bits: u8| -> BTreeSet<PublicKey> {
            let all = people.iter().enumerate();
            all.filter(|(at, _)| bits >> at & 1 == 1).map(|(_, number)| public(*number)).collect()
        };
        if tree.decide(Act::Void, &chosen(some), waited).is_satisfied() {
            prop_assert!(tree.decide(Act::Void, &chosen(some | more), waited + 7).is_satisfied());
        }
    }
}

#[test]
fn the_same_people_for_everything_decide_about_fences_by_more_than_half() {
    let keys = [1, 2, 3, 4].map(|number| KeyWeight { key: public(number), weight: 1 });
    let tree = Permissions::flat(1, keys.into()).to_tree().unwrap();
    let needed = |act| tree.decide(act, &BTreeSet::new(), 0).needed;
    assert_eq!((needed(Act::Swap), needed(Act::Fence), needed(Act::Genesis)), (1, 3, 3));
    let level = Level::of_account(brainswap::charter::SELF, Name::OWNER);
    assert!(tree.accounts().permission(&level).is_some());
}
