//! "A permission may change itself and what is below it; an action needs its link, or `active`."

use crate::{authority, level, name};
use brainswap::authority::{
    Account, Accounts, Action, Actor, Approvals, Change, Level, MAX_WAIT, Minimum, Name,
    NotAuthorized, NotChanged, UNLINKABLE, WeightedAuthority,
};

fn key(key: u8) -> WeightedAuthority<u8> {
    authority(1, &[(key, 1)], &[], &[])
}

/// `alice` with owner (key 1), active (2), ops below active (3), claim below ops (4); and `bob`.
fn world() -> Accounts<u8> {
    let mut world = Accounts::new();
    world.insert(alice(), Account::new(key(1), key(2)).unwrap());
    world.insert("bob".parse().unwrap(), Account::new(key(5), key(6)).unwrap());
    for (permission, parent, number) in [("ops", "active", 3), ("claim", "ops", 4)] {
        world.change(&update(permission, parent, key(number)), &[level("alice@active")]).unwrap();
    }
    world
}

fn alice() -> Actor {
    "alice".parse().unwrap()
}

fn update(permission: &str, parent: &str, authority: WeightedAuthority<u8>) -> Change<u8> {
    let (permission, parent) = (name(permission), name(parent));
    Change::UpdateAuth { account: alice(), permission, parent, authority }
}

fn delete(permission: &str) -> Change<u8> {
    Change::DeleteAuth { account: alice(), permission: name(permission) }
}

fn link(code: &str, action: &str, requirement: &str) -> Change<u8> {
    let (code, action) = (name(code), name(action));
    Change::LinkAuth { account: alice(), code, action, requirement: name(requirement) }
}

fn unlink(code: &str, action: &str) -> Change<u8> {
    Change::UnlinkAuth { account: alice(), code: name(code), action: name(action) }
}

fn call(code: &str, action: &str) -> Action<u8> {
    Action::Call { code: name(code), action: name(action) }
}

fn refused(change: &Change<u8>, by: &str) -> NotChanged {
    let mut world = world();
    let before = world.clone();
    let refused = world.change(change, &[level(by)]).unwrap_err();
    assert_eq!(world, before, "a refusal changed something");
    assert!(!refused.advice().is_empty());
    refused
}

#[test]
fn a_change_that_breaks_a_rule_is_refused_with_its_code_and_leaves_no_trace() {
    let unknown_key = authority(1, &[], &[("carol@active", 1)], &[]);
    let unknown_level = authority(1, &[], &[("bob@ops", 1)], &[]);
    let unsorted = authority(1, &[(2, 1), (1, 1)], &[], &[]);
    let long = authority(1, &[(1, 1)], &[], &[(MAX_WAIT + 1, 1)]);
    for (change, by, code) in [
        (update("", "active", key(9)), "alice@owner", "permission.reserved"),
        (update("eosio.any", "active", key(9)), "alice@owner", "permission.reserved"),
        (update("ops", "ops", key(9)), "alice@owner", "permission.parent"),
        (update("ops", "owner", key(9)), "alice@owner", "permission.parent"),
        (update("ops", "", key(9)), "alice@owner", "permission.parent"),
        (update("owner", "active", key(9)), "alice@owner", "permission.parent"),
        (update("active", "ops", key(9)), "alice@owner", "permission.parent"),
        (update("new", "none", key(9)), "alice@owner", "permission.unknown"),
        (update("new", "active", unknown_key), "alice@owner", "authority.unknown_permission"),
        (update("new", "active", unknown_level), "alice@owner", "authority.unknown_permission"),
        (update("new", "active", unsorted), "alice@owner", "authority.unsorted"),
        (update("new", "active", long), "alice@owner", "authority.long_wait"),
        (update("new", "active", key(9)), "alice@ops", "permission.irrelevant"),
        (update("ops", "active", key(9)), "alice@claim", "permission.irrelevant"),
        (update("ops", "active", key(9)), "bob@owner", "permission.irrelevant"),
        (update("ops", "active", key(9)), "alice@none", "permission.unknown"),
        (delete("owner"), "alice@owner", "permission.root"),
        (delete("active"), "alice@owner", "permission.root"),
        (delete("none"), "alice@owner", "permission.unknown"),
        (delete("ops"), "alice@active", "permission.has_child"),
        (delete("claim"), "bob@owner", "permission.irrelevant"),
        (link("eosio", "updateauth", "ops"), "alice@owner", "link.unlinkable"),
        (link("eosio", "claimrewards", ""), "alice@owner", "permission.reserved"),
        (link("eosio", "claimrewards", "none"), "alice@owner", "permission.unknown"),
        (link("eosio", "claimrewards", "claim"), "alice@claim", "permission.irrelevant"),
        (unlink("eosio", "claimrewards"), "alice@owner", "link.unknown"),
    ] {
        let refused = refused(&change, by);
        assert_eq!(refused.code(), code, "{change:?} by {by}: {refused}");
    }
}

#[test]
fn a_change_is_authorised_by_exactly_one_permission() {
    for declared in [vec![], vec![level("alice@owner"), level("alice@active")]] {
        let got = declared.len();
        let change = update("new", "active", key(9));
        assert_eq!(world().change(&change, &declared), Err(NotChanged::NotOne { got }));
    }
}

#[test]
fn a_permission_may_give_itself_another_authority_and_so_lock_itself_out() {
    let mut world = world();
    world.change(&update("claim", "ops", key(9)), &[level("alice@claim")]).unwrap();
    let claim = world.permission(&level("alice@claim")).unwrap();
    assert_eq!(claim.authority, key(9));
}

#[test]
fn only_names_that_begin_with_eosio_and_a_dot_are_reserved() {
    for permission in ["eosio", "eosiox", "eosi.o"] {
        let change = update(permission, "active", key(9));
        assert_eq!(world().change(&change, &[level("alice@active")]), Ok(()), "{permission}");
    }
}

#[test]
fn a_permission_that_a_link_leads_to_is_not_deleted() {
    let mut world = world();
    let active = [level("alice@active")];
    world.change(&link("eosio", "claimrewards", "claim"), &active).unwrap();
    let linked = NotChanged::StillLinked { permission: name("claim"), code: Name::EOSIO };
    assert_eq!(world.change(&delete("claim"), &active), Err(linked));
    world.change(&unlink("eosio", "claimrewards"), &active).unwrap();
    assert_eq!(world.change(&delete("claim"), &active), Ok(()));
    assert_eq!(world.permission(&level("alice@claim")), None);
}

#[test]
fn an_action_needs_its_exact_link_then_the_wildcard_then_active() {
    let mut world = world();
    let owner = [level("alice@owner")];
    let minimum = |world: &Accounts<u8>, action: &str| {
        world.get(alice()).unwrap().links().minimum(Name::EOSIO, name(action))
    };
    assert_eq!(minimum(&world, "claimrewards"), Minimum::Permission(Name::ACTIVE));
    world.change(&link("eosio", "", "ops"), &owner).unwrap();
    assert_eq!(minimum(&world, "claimrewards"), Minimum::Permission(name("ops")));
    world.change(&link("eosio", "claimrewards", "claim"), &owner).unwrap();
    assert_eq!(minimum(&world, "claimrewards"), Minimum::Permission(name("claim")));
    assert_eq!(minimum(&world, "voteproducer"), Minimum::Permission(name("ops")));
    world.change(&link("eosio", "claimrewards", "eosio.any"), &owner).unwrap();
    assert_eq!(minimum(&world, "claimrewards"), Minimum::Any);
    let other = world.get(alice()).unwrap().links().minimum(name("other"), name("claimrewards"));
    assert_eq!(other, Minimum::Permission(Name::ACTIVE));
    // A wildcard is no link of the action itself.
    let none = NotChanged::NoLink { code: Name::EOSIO, action: name("voteproducer") };
    assert_eq!(world.change(&unlink("eosio", "voteproducer"), &owner), Err(none));
    let same = NotChanged::SameLink { requirement: name("ops") };
    assert_eq!(world.change(&link("eosio", "", "ops"), &owner), Err(same));
}

#[test]
fn a_link_is_changed_by_whoever_the_action_needed_before() {
    let mut world = world();
    let claim = [level("alice@claim")];
    world.change(&link("eosio", "claimrewards", "claim"), &[level("alice@active")]).unwrap();
    assert_eq!(world.change(&link("eosio", "claimrewards", "ops"), &claim), Ok(()));
    let refused = world.change(&link("eosio", "claimrewards", "claim"), &claim).unwrap_err();
    assert_eq!(refused.code(), "permission.irrelevant");
}

fn authorize(
    actions: &[(Action<u8>, Vec<Level>)],
    keys: &[u8],
    waited: u32,
) -> Result<(), NotAuthorized<u8>> {
    let approvals = Approvals { waited, ..Approvals::of_keys(keys.iter().copied()) };
    world().authorize(actions, &approvals)
}

#[test]
fn approvals_must_satisfy_every_permission_declared_and_none_may_be_left_over() {
    let actions = [
        (call("eosio", "regproducer"), vec![level("alice@active")]),
        (Action::Change(update("claim", "ops", key(9))), vec![level("alice@ops")]),
    ];
    assert_eq!(authorize(&actions, &[2, 3], 0), Ok(()));
    let refused = authorize(&actions, &[2], 0).unwrap_err();
    assert_eq!(refused.code(), "authority.unsatisfied");
    let NotAuthorized::Unsatisfied { level: which, .. } = refused else { panic!() };
    assert_eq!(which, level("alice@ops"));
    let refused = authorize(&actions, &[1, 2, 3], 0).unwrap_err();
    assert_eq!(
        (refused.code(), &refused),
        ("authority.unused", &NotAuthorized::Unused { unused: vec![1] })
    );
}

#[test]
fn the_owners_keys_do_not_act_for_active_unless_owner_is_declared() {
    let by = |who: &str| [(call("eosio", "regproducer"), vec![level(who)])];
    assert_eq!(authorize(&by("alice@owner"), &[1], 0), Ok(()));
    let refused = authorize(&by("alice@active"), &[1], 0).unwrap_err();
    assert_eq!(refused.code(), "authority.unsatisfied");
    let refused = authorize(&by("alice@ops"), &[3], 0).unwrap_err();
    assert_eq!(refused.code(), "permission.irrelevant");
    let refused = authorize(&by("carol@active"), &[3], 0).unwrap_err();
    assert_eq!(refused.code(), "permission.unknown");
}

#[test]
fn changing_permissions_is_no_call() {
    for action in UNLINKABLE {
        let action = Action::Call { code: Name::EOSIO, action };
        let refused = authorize(&[(action, vec![level("alice@owner")])], &[1], 0).unwrap_err();
        assert_eq!(refused.code(), "link.unlinkable");
    }
}

#[test]
fn a_delay_of_the_most_there_can_be_counts_as_endless() {
    let mut world = world();
    let slow = authority(2, &[(7, 1)], &[], &[(MAX_WAIT - 1, 1)]);
    world.change(&update("slow", "active", slow), &[level("alice@active")]).unwrap();
    let more = Account::new(key(1), authority(1, &[], &[], &[(MAX_WAIT + 10, 1)])).unwrap();
    world.insert("late".parse().unwrap(), more);
    let ask = |who: &str, keys: &[u8], waited| {
        let change = Action::Change(Change::UpdateAuth {
            account: level(who).actor,
            permission: level(who).permission,
            parent: Name::ACTIVE,
            authority: key(9),
        });
        let approvals = Approvals { waited, ..Approvals::of_keys(keys.iter().copied()) };
        world.authorize(&[(change, vec![level(who)])], &approvals).map_err(|error| error.code())
    };
    assert_eq!(ask("alice@slow", &[7], MAX_WAIT - 2), Err("authority.unsatisfied"));
    assert_eq!(ask("alice@slow", &[7], MAX_WAIT - 1), Ok(()));
    assert_eq!(ask("late@active", &[], MAX_WAIT - 1), Err("authority.unsatisfied"));
    assert_eq!(ask("late@active", &[], MAX_WAIT), Ok(()));
}
