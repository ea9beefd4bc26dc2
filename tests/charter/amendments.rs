//! "The hash-chained log of decisions of one identity; replaying it is a pure function."

use crate::world::*;
use brainswap::{
    IdentityId, OrderId,
    authority::Name,
    charter::{Added, Amendment, Decision, Log, Standby},
    document::Envelope,
};

fn log() -> Log {
    Log::begin(&signed(&genesis(permissions()), &OWNERS[..3])).unwrap()
}

fn add(log: &mut Log, decision: Decision, people: &[u8]) -> Result<Envelope, &'static str> {
    let amendment = signed(&following(log.newest(), decision), people);
    match log.add(&amendment, 0) {
        Ok(Added::New(_)) => Ok(amendment),
        Ok(Added::Known) => panic!("it was there"),
        Err(error) => Err(error.code()),
    }
}

#[test]
fn a_genesis_needs_its_owner() {
    let genesis = genesis(permissions());
    for people in [&OWNERS[..2], &ACTIVES[..], &[]] {
        let refused = Log::begin(&signed(&genesis, people)).unwrap_err();
        assert_eq!(refused.code(), "authority.unapproved");
    }
    let log = log();
    assert_eq!(log.newest().number(), 0);
    assert_eq!(IdentityId::from(log.newest().head()), log.newest().identity());
}

#[test]
fn every_decision_is_taken_up_by_its_people_and_by_nobody_below_them() {
    for (act, decision) in every_decision() {
        let charter = charter();
        let owners = after(&charter, decision.clone(), &OWNERS[..3]);
        assert_eq!(owners.number(), 1, "{act}");
        assert_ne!(owners.head(), charter.head());
        let refused = amended(&charter, decision, &OWNERS[..2]);
        assert_eq!(refused, Err("authority.unapproved"), "{act}");
    }
}

#[test]
fn a_replay_gives_the_charter_that_was_built_step_by_step() {
    let mut built = log();
    let mut documents = vec![];
    let decisions = [
        Decision::EnrolHost { card: card(103) },
        Decision::SetPermission(permission("duty", "active", authority(1, &[71, 72], &[], &[]))),
        Decision::LinkAction { action: name("void"), permission: name("duty") },
        Decision::SetStandby { policy: Some(standby(&[101, 103])) },
        Decision::DealShards(shards(1)),
        Decision::RefreshShards(shards(2)),
        Decision::RemoveHost { host: host(102) },
        Decision::DeletePermission { name: name("claim") },
    ];
    for decision in decisions {
        documents.push(add(&mut built, decision, &OWNERS).unwrap());
    }
    let genesis = signed(&genesis(permissions()), &OWNERS[..3]);
    let replayed = Log::replay(&genesis, &documents).unwrap();
    assert_eq!(replayed, built);
    let newest = replayed.newest();
    let mut enrolled = vec![host(101), host(103)];
    enrolled.sort();
    assert_eq!(newest.hosts().map(|card| card.host).collect::<Vec<_>>(), enrolled);
    assert_eq!(newest.standby(), Some(&standby(&[101, 103])));
    assert_eq!(newest.shards(), Some(shards(2)));
    assert_eq!(newest.number(), 8);
    assert_eq!(replayed.documents().count(), 9);
    assert_eq!(replayed.at(documents[0].id()).unwrap().number(), 1);
    for left_out in 0..documents.len() - 1 {
        let mut some = documents.clone();
        some.remove(left_out);
        let refused = Log::replay(&genesis, &some).unwrap_err();
        assert_eq!(refused.code(), "charter.other_head", "without {left_out}");
    }
}

#[test]
fn an_amendment_of_another_identity_head_or_number_is_refused() {
    let mut log = log();
    let good = following(log.newest(), Decision::EnrolHost { card: card(103) });
    let other = OrderId::from_bytes([9; 32]);
    for (amendment, code) in [
        (Amendment { identity: other.into(), ..good.clone() }, "charter.other_identity"),
        (Amendment { previous: other, ..good.clone() }, "charter.other_head"),
        (Amendment { number: 2, ..good.clone() }, "charter.other_number"),
        (Amendment { number: 0, ..good.clone() }, "document.form"),
        (Amendment { replaces: vec![other, other], ..good.clone() }, "document.form"),
    ] {
        let before = log.clone();
        assert_eq!(log.add(&signed(&amendment, &OWNERS), 0).unwrap_err().code(), code);
        assert_eq!(log, before);
    }
    assert_eq!(log.add(&signed(&good, &OWNERS), 0).map(|_| ()), Ok(()));
}

#[test]
fn what_was_taken_up_is_known_when_it_comes_again() {
    let mut log = log();
    let first = add(&mut log, Decision::EnrolHost { card: card(103) }, &OWNERS).unwrap();
    add(&mut log, Decision::EnrolHost { card: card(104) }, &OWNERS).unwrap();
    let before = log.clone();
    assert_eq!(log.add(&first, 0), Ok(Added::Known));
    assert_eq!(log, before);
}

#[test]
fn a_change_takes_effect_for_the_next_amendment_and_not_for_itself() {
    let (mut log, new) = (log(), [71, 72, 73]);
    let replaced = permission("owner", "", authority(2, &new, &[], &[]));
    let change = Decision::SetPermission(replaced);
    assert_eq!(add(&mut log, change.clone(), &new), Err("authority.unapproved"));
    add(&mut log, change, &OWNERS).unwrap();
    let next = Decision::EnrolHost { card: card(103) };
    assert_eq!(add(&mut log, next.clone(), &OWNERS), Err("authority.unapproved"));
    add(&mut log, next, &new).unwrap();
}

#[test]
fn a_change_that_would_break_the_charter_is_refused_though_all_approve_it() {
    let charter = charter();
    let set = |of: &str, parent: &str, authority| {
        Decision::SetPermission(permission(of, parent, authority))
    };
    for (decision, code) in [
        (set("owner", "", authority(2, &OWNERS, &[], &[])), "authority.not_intersecting"),
        (set("operator", "owner", authority(1, &[21], &[], &[])), "permission.parent"),
        (set("active", "owner", authority(1, &[11], &["signer"], &[])), "permission.signer"),
        (set("new", "nobody", authority(1, &[11], &[], &[])), "permission.unknown"),
        (Decision::DeletePermission { name: Name::OWNER }, "permission.root"),
        (Decision::DeletePermission { name: name("operator") }, "permission.still_linked"),
        (Decision::DeletePermission { name: name("nobody") }, "permission.unknown"),
        (Decision::UnlinkAction { action: name("claim") }, "link.unknown"),
        (Decision::EnrolHost { card: card(101) }, "charter.host_known"),
        (Decision::RemoveHost { host: host(103) }, "charter.host_unknown"),
        (Decision::SetStandby { policy: Some(standby(&[103])) }, "charter.host_unknown"),
        (Decision::SetStandby { policy: Some(standby(&[101, 101])) }, "charter.standby"),
        (Decision::SetStandby { policy: Some(standby(&[])) }, "charter.standby"),
        (Decision::DealShards(shards(0)), "charter.old_generation"),
    ] {
        assert_eq!(amended(&charter, decision.clone(), &OWNERS), Err(code), "{decision:?}");
    }
}

#[test]
fn a_generation_of_shards_follows_the_one_before() {
    let dealt = after(&charter(), Decision::DealShards(shards(1)), &OWNERS);
    let dealt = after(&dealt, Decision::RefreshShards(shards(2)), &ACTIVES);
    for decision in [Decision::ReshareShards(shards(2)), Decision::DealShards(shards(1))] {
        assert_eq!(amended(&dealt, decision, &OWNERS), Err("charter.old_generation"));
    }
    assert_eq!(dealt.shards(), Some(shards(2)));
}

fn standby(hosts: &[u8]) -> Standby {
    let hosts = hosts.iter().map(|number| host(*number)).collect();
    Standby { hosts, stride: 16, wait_sec: 20, confirmed: false }
}
