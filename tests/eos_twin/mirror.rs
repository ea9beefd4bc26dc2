//! What a mirror plans makes the account on the chain the one that is wanted, and is allowed.

use super::*;
use brainswap::{
    IdentityId, PublicKey,
    authority::{
        Account, Accounts, Actor, Change, Level, LevelWeight, MAX_DEPTH, NotAnAuthority, Permission,
    },
    charter::{NamedPermission, PermissionTree, Permissions, SELF, SIGNER},
    eos::{Mirror, NotMirrored, account_on_chain, charter_on_chain, on_chain},
};
use std::collections::BTreeMap;

const BP: &str = "producer1111";

type Tree<'a> = (&'a [(&'a str, &'a str, &'a [usize])], &'a [(&'a str, &'a str, &'a str)]);

/// Permissions with their parents and keys, and links.
fn account((permissions, links): Tree<'_>) -> Account<EosPublicKey> {
    let permissions = permissions.iter().map(|(permission, parent, keys)| {
        (name(permission), Permission { parent: name(parent), authority: one_of(keys) })
    });
    let links = links.iter().map(|(code, action, to)| (name(code), name(action), name(to)));
    Account::of_tree(permissions, links).unwrap()
}

/// Makes the changes as the chain does, one after the other, with the permission declared.
fn applied(mirror: &Mirror, found: &Account<EosPublicKey>) -> Account<EosPublicKey> {
    let mut accounts = Accounts::new();
    accounts.insert(name(BP).into(), found.clone());
    let declared: Level = mirror.declared().into();
    for change in mirror.changes() {
        accounts.change(change, &[declared]).unwrap_or_else(|refused| {
            panic!("{change:?} by {declared}: {refused}");
        });
    }
    accounts.get(name(BP).into()).unwrap().clone()
}

/// The plan, what it changes one by one, and whether it does what it should.
fn planned(found: Tree<'_>, wanted: Tree<'_>) -> (String, Vec<String>) {
    let (found, wanted) = (account(found), account(wanted));
    let mirror = Mirror::plan(name(BP), &found, &wanted);
    assert_eq!(applied(&mirror, &found), wanted);
    let again = Mirror::plan(name(BP), &wanted, &wanted);
    assert!(again.is_done() && again.to_actions().unwrap().is_empty());
    let changes = mirror.changes().iter().map(|change| match change {
        Change::UpdateAuth { permission, .. } => format!("update {permission}"),
        Change::DeleteAuth { permission, .. } => format!("delete {permission}"),
        Change::LinkAuth { action, requirement, .. } => format!("link {action} {requirement}"),
        Change::UnlinkAuth { action, .. } => format!("unlink {action}"),
    });
    (mirror.declared().to_string(), changes.collect())
}

const PLAIN: Tree<'_> = (&[("owner", "", &[0]), ("active", "owner", &[1])], &[]);

#[test]
fn a_claim_key_is_a_permission_and_a_link_by_active() {
    let claim: Tree<'_> = (
        &[("owner", "", &[0]), ("active", "owner", &[1]), ("claim", "active", &[2])],
        &[("eosio", "claimrewards", "claim")],
    );
    let (declared, changes) = planned(PLAIN, claim);
    assert_eq!(declared, "producer1111@active");
    assert_eq!(changes, ["update claim", "link claimrewards claim"]);
    let (declared, changes) = planned(claim, PLAIN);
    assert_eq!(declared, "producer1111@active");
    assert_eq!(changes, ["unlink claimrewards", "delete claim"]);
    let actions = Mirror::plan(name(BP), &account(PLAIN), &account(claim)).to_actions().unwrap();
    let expected = SystemAction::LinkAuth {
        account: name(BP),
        code: Name::EOSIO,
        action: name("claimrewards"),
        requirement: name("claim"),
    };
    assert_eq!(SystemAction::of_action(&actions[1]), Ok(expected));
    assert_eq!(actions[1].authorization, [level("producer1111@active")]);
}

#[test]
fn owner_is_declared_only_where_active_is_not_enough() {
    let other_active: Tree<'_> = (&[("owner", "", &[0]), ("active", "owner", &[2])], &[]);
    let other_owner: Tree<'_> = (&[("owner", "", &[2]), ("active", "owner", &[1])], &[]);
    let beside: Tree<'_> = (
        &[("owner", "", &[0]), ("active", "owner", &[1]), ("beside", "owner", &[2])],
        &[("eosio", "", "beside")],
    );
    assert_eq!(planned(PLAIN, other_active).0, "producer1111@active");
    assert_eq!(planned(PLAIN, other_owner).0, "producer1111@owner");
    assert_eq!(planned(PLAIN, beside).0, "producer1111@owner");
    assert_eq!(planned(beside, PLAIN).0, "producer1111@owner");
}

#[test]
fn a_permission_that_moves_goes_with_all_below_it_and_is_made_again() {
    let found: Tree<'_> = (
        &[
            ("owner", "", &[0]),
            ("active", "owner", &[1]),
            ("ops", "active", &[2]),
            ("vote", "ops", &[2]),
            ("claim", "vote", &[1]),
        ],
        &[("eosio", "claimrewards", "claim"), ("eosio", "voteproducer", "vote")],
    );
    let wanted: Tree<'_> = (
        &[
            ("owner", "", &[0]),
            ("active", "owner", &[1]),
            ("ops", "active", &[2]),
            ("vote", "active", &[2]),
            ("claim", "vote", &[1]),
        ],
        &[("eosio", "claimrewards", "claim")],
    );
    let (declared, changes) = planned(found, wanted);
    assert_eq!(declared, "producer1111@active");
    assert_eq!(
        changes,
        [
            "unlink claimrewards",
            "unlink voteproducer",
            "delete claim",
            "delete vote",
            "update vote",
            "update claim",
            "link claimrewards claim",
        ]
    );
}

#[test]
fn a_new_permission_comes_after_the_new_ones_that_it_refers_to() {
    let wanted = {
        let mut permissions: Vec<_> = account(PLAIN)
            .permissions()
            .map(|(name, permission)| (name, permission.clone()))
            .collect();
        let refers = |to: &str| {
            let permission = level(to).into();
            let accounts = vec![LevelWeight { permission, weight: 1 }];
            WeightedAuthority { threshold: 1, keys: vec![], accounts, waits: vec![] }
        };
        let below = |authority| Permission { parent: Name::ACTIVE, authority };
        permissions.push((name("a"), below(refers("producer1111@b"))));
        permissions.push((name("b"), below(one_of(&[2]))));
        permissions[0].1.authority = refers("producer1111@a");
        Account::of_tree(permissions, []).unwrap()
    };
    let found = account(PLAIN);
    let mirror = Mirror::plan(name(BP), &found, &wanted);
    assert_eq!(applied(&mirror, &found), wanted);
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

fn random(chance: &mut Chance) -> Account<EosPublicKey> {
    let mut tree = vec![("owner", ""), ("active", "owner")];
    for permission in ["a", "b", "c", "d"] {
        if chance.below(3) > 0 {
            let parent = match chance.below(8) {
                0 => "owner",
                _ => tree[1 + chance.below(tree.len() - 1)].0,
            };
            tree.push((permission, parent));
        }
    }
    let mut links = vec![];
    for (code, action) in [("eosio", ""), ("eosio", "claimrewards"), ("x", "y"), ("x", "z")] {
        if chance.below(2) == 0 {
            let to = if chance.below(9) == 0 {
                "eosio.any"
            } else {
                tree[1 + chance.below(tree.len() - 1)].0
            };
            links.push((name(code), name(action), name(to)));
        }
    }
    let permissions: Vec<_> = tree
        .iter()
        .map(|(permission, parent)| {
            let authority = one_of(&[chance.below(3)]);
            (name(permission), Permission { parent: name(parent), authority })
        })
        .collect();
    Account::of_tree(permissions, links).unwrap()
}

#[test]
fn a_thousand_pairs_of_accounts_become_equal_and_nothing_is_done_twice() {
    let mut chance = Chance(7);
    let (mut by_active, mut by_owner, mut changes) = (0, 0, 0);
    for round in 0..1_000 {
        let (found, wanted) = (random(&mut chance), random(&mut chance));
        let mirror = Mirror::plan(name(BP), &found, &wanted);
        let after = applied(&mirror, &found);
        assert_eq!(after, wanted, "round {round}");
        assert!(Mirror::plan(name(BP), &after, &wanted).is_done(), "round {round}");
        changes += mirror.changes().len();
        match mirror.declared().permission {
            Name::ACTIVE => by_active += 1,
            _ => by_owner += 1,
        }
    }
    assert!(by_active > 100 && by_owner > 100 && changes > 4_000, "the pairs say too little");
}

#[test]
fn an_authority_of_identities_and_k1_keys_is_said_with_accounts() {
    let ids = [9, 1].map(|byte| IdentityId::from_bytes([byte; 32]));
    let names = BTreeMap::from([(ids[0].into(), name("aa")), (ids[1].into(), name("zz"))]);
    let entry = |actor: Actor| LevelWeight {
        permission: Level { actor, permission: Name::ACTIVE },
        weight: 1,
    };
    let k1 = secret().public_key().to_public_key().unwrap();
    let mut here = WeightedAuthority {
        threshold: 2,
        keys: vec![KeyWeight { key: k1, weight: 1 }],
        accounts: vec![entry(name("mm").into()), entry(ids[1].into()), entry(ids[0].into())],
        waits: vec![],
    };
    assert_eq!(here.check(), Ok(()));
    let there = on_chain(Name::ACTIVE, &here, &names).unwrap();
    let actors: Vec<_> =
        there.accounts.iter().map(|entry| entry.permission.actor.to_string()).collect();
    assert_eq!(actors, ["aa", "mm", "zz"]);
    assert_eq!(there.keys[0].key, *secret().public_key());

    let refused = on_chain(Name::ACTIVE, &here, &BTreeMap::new()).unwrap_err();
    assert_eq!(refused, NotMirrored::NoAccount { identity: ids[1] });
    assert_eq!(refused.code(), "mirror.no_account");
    let both = BTreeMap::from([(ids[0].into(), name("mm")), (ids[1].into(), name("zz"))]);
    let refused = on_chain(Name::ACTIVE, &here, &both).unwrap_err();
    assert_eq!(refused.code(), "authority.double");
    assert!(matches!(
        refused,
        NotMirrored::Authority { error: NotAnAuthority::Double { at: 1, .. }, .. }
    ));

    let ed25519 = PublicKey::Ed25519([1; 32]);
    here.keys.insert(0, KeyWeight { key: ed25519, weight: 1 });
    let refused = on_chain(Name::ACTIVE, &here, &names).unwrap_err();
    assert_eq!(refused, NotMirrored::KeyKind { permission: Name::ACTIVE, key: ed25519 });
    assert_eq!(refused.code(), "mirror.key_kind");
}

#[test]
fn an_identity_s_permissions_become_an_account_s() {
    let k1 = secret().public_key().to_public_key().unwrap();
    let identity = IdentityId::from_bytes([3; 32]);
    let mut here = Accounts::new();
    let rule = WeightedAuthority::of_key(k1);
    here.insert(identity.into(), Account::new(rule.clone(), rule.clone()).unwrap());
    let active = Level { actor: identity.into(), permission: Name::ACTIVE };
    let create = Change::UpdateAuth {
        account: identity.into(),
        permission: name("claim"),
        parent: Name::ACTIVE,
        authority: WeightedAuthority {
            threshold: 1,
            keys: vec![],
            accounts: vec![LevelWeight { permission: active, weight: 1 }],
            waits: vec![],
        },
    };
    let link = Change::LinkAuth {
        account: identity.into(),
        code: Name::EOSIO,
        action: name("claimrewards"),
        requirement: name("claim"),
    };
    for change in [create, link] {
        here.change(&change, &[active]).unwrap();
    }
    assert_eq!(here.check_sound(MAX_DEPTH), Ok(()));
    let names = BTreeMap::from([(identity.into(), name(BP))]);
    let wanted = account_on_chain(here.get(identity.into()).unwrap(), &names).unwrap();
    let claim = &wanted.get(name("claim")).unwrap().authority;
    assert_eq!(claim.accounts[0].permission, level("producer1111@active").into());
    let found = Account::new(one_of(&[0]), one_of(&[1])).unwrap();
    let mirror = Mirror::plan(name(BP), &found, &wanted);
    assert_eq!(applied(&mirror, &found), wanted);
}

/// A charter of two people and a finance key, whose hosts have a key of their own.
fn charter(finance: PublicKey) -> PermissionTree {
    let people = [secret().public_key(), &key(1)].map(|key| key.to_public_key().unwrap());
    let mut permissions =
        Permissions::flat(2, people.map(|key| KeyWeight { key, weight: 1 }).into());
    let active = Level { actor: SELF.into(), permission: Name::ACTIVE };
    let rule = WeightedAuthority {
        threshold: 1,
        keys: vec![KeyWeight { key: finance, weight: 1 }],
        accounts: vec![LevelWeight { permission: active, weight: 1 }],
        waits: vec![],
    };
    let below = |name, authority| NamedPermission { name, parent: Name::ACTIVE, authority };
    let hosts = WeightedAuthority::of_key(PublicKey::Ed25519([
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07,
        0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07,
        0x51, 0x1a,
    ]));
    permissions.permissions.insert(1, below(name("claim"), rule));
    permissions.permissions.push(below(SIGNER, hosts));
    permissions.to_tree().unwrap()
}

#[test]
fn a_charter_s_twin_lets_the_same_people_claim_and_rotate() {
    let finance = key(2).to_public_key().unwrap();
    let bp = name(BP);
    let kept = (name("eosio.token"), name("transfer"), Name::ACTIVE);
    let wanted = charter_on_chain(&charter(finance), bp, &[kept]).unwrap();
    let names: Vec<_> = wanted.permissions().map(|(name, _)| name).collect();
    assert_eq!(names, ["active", "claim", "owner"].map(name), "the hosts' keys are no permission");
    let claim = &wanted.get(name("claim")).unwrap().authority;
    assert_eq!(claim.accounts[0].permission, level("producer1111@active").into());

    let found = Account::new(one_of(&[0]), one_of(&[1])).unwrap();
    let mirror = Mirror::plan(bp, &found, &wanted);
    assert_eq!(mirror.declared(), level("producer1111@owner"));
    assert_eq!(applied(&mirror, &found), wanted);

    let mut accounts = Accounts::new();
    accounts.insert(bp.into(), wanted);
    let may = |action: &str, permission: &str| {
        let call = brainswap::authority::Action::Call { code: Name::EOSIO, action: name(action) };
        accounts.may_do(&call, &[level(&format!("{BP}@{permission}")).into()]).is_ok()
    };
    assert!(may("claimrewards", "claim") && may("claimrewards", "active"));
    for action in ["regproducer", "regproducer2", "regfinkey", "actfinkey"] {
        assert!(
            may(action, "owner") && !may(action, "active") && !may(action, "claim"),
            "{action}"
        );
    }
    assert!(may("voteproducer", "active") && !may("voteproducer", "claim"));
    let transfer = accounts.get(bp.into()).unwrap().links().exact(kept.0, kept.1);
    assert_eq!(transfer, Some(Name::ACTIVE));
}

#[test]
fn a_charter_with_a_key_that_the_chain_does_not_have_has_no_twin() {
    let ed25519 = PublicKey::Ed25519([1; 32]);
    let refused = charter_on_chain(&charter(ed25519), name(BP), &[]).unwrap_err();
    assert_eq!(refused, NotMirrored::KeyKind { permission: name("claim"), key: ed25519 });
    let twice = (Name::EOSIO, name("claimrewards"), Name::ACTIVE);
    let finance = key(2).to_public_key().unwrap();
    let refused = charter_on_chain(&charter(finance), name(BP), &[twice]).unwrap_err();
    assert_eq!(refused.code(), "account.link");
}
