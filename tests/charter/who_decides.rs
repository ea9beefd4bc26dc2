//! "Swap between enrolled hosts needs active; fence and rotation need owner; signer decides nothing."

use crate::world::*;
use brainswap::{
    PublicKey,
    authority::{Act, Authority as _, Decision as Answer, Name},
    charter::{ActionLink, Decision, Permissions},
};
use std::collections::BTreeSet;

const ACTS: [Act; 13] = [
    Act::Genesis,
    Act::Swap,
    Act::Void,
    Act::Fence,
    Act::EnrolHost,
    Act::RemoveHost,
    Act::RotateSigner,
    Act::SetStandby,
    Act::DealShards,
    Act::RefreshShards,
    Act::ReshareShards,
    Act::Unseal,
    Act::Claim,
];

fn keys(people: &[u8]) -> BTreeSet<PublicKey> {
    people.iter().map(|number| public(*number)).collect()
}

fn weigh(permissions: &Permissions, act: Act, people: &[u8]) -> Answer {
    permissions.to_tree().unwrap().decide(act, &keys(people), 0)
}

fn decides(act: Act, people: &[u8]) -> bool {
    weigh(&permissions(), act, people).is_satisfied()
}

/// The acts that these people decide.
fn decided_by(people: &[u8]) -> Vec<Act> {
    ACTS.into_iter().filter(|act| decides(*act, people)).collect()
}

#[test]
fn an_operator_may_swap_and_nothing_else() {
    assert_eq!(decided_by(&[OPERATOR]), [Act::Swap]);
    let charter = charter();
    for (act, decision) in every_decision() {
        assert_eq!(amended(&charter, decision, &[OPERATOR]), Err("authority.unapproved"), "{act}");
    }
}

#[test]
fn an_operator_can_not_pass_the_swap_on_nor_change_its_own_keys() {
    let charter = charter();
    let more = permission("operator", "active", authority(1, &[OPERATOR, 22], &[], &[]));
    let below = permission("below", "operator", authority(1, &[OPERATOR], &[], &[]));
    for decision in [
        Decision::SetPermission(below),
        Decision::LinkAction { action: name("swap"), permission: name("claim") },
        Decision::UnlinkAction { action: name("swap") },
        Decision::SetPermission(more),
    ] {
        let refused = amended(&charter, decision.clone(), &[OPERATOR]);
        assert_eq!(refused, Err("authority.unapproved"), "{decision:?}");
        after(&charter, decision, &ACTIVES[..2]);
    }
}

#[test]
fn active_decides_what_moves_nothing_to_a_new_place() {
    let acts = [Act::Swap, Act::Void, Act::RemoveHost, Act::RefreshShards, Act::Claim];
    assert_eq!(decided_by(&ACTIVES[..2]), acts);
    assert_eq!(decided_by(&ACTIVES[..1]), [], "one of the two that are needed");
}

#[test]
fn owner_decides_everything_being_above_all() {
    assert_eq!(decided_by(&OWNERS[..3]), ACTS);
    assert_eq!(decided_by(&OWNERS[..2]), []);
}

#[test]
fn the_keys_of_signer_decide_nothing_whatever_is_linked() {
    assert_eq!(decided_by(&[SIGNER_KEY]), []);
    let charter = charter();
    for (act, decision) in every_decision() {
        let refused = amended(&charter, decision, &[SIGNER_KEY]);
        assert_eq!(refused, Err("authority.unapproved"), "{act}");
    }
    let own = permission("signer", "active", authority(1, &[SIGNER_KEY, 32], &[], &[]));
    let change = Decision::SetPermission(own);
    assert_eq!(amended(&charter, change, &[SIGNER_KEY]), Err("authority.unapproved"));
}

#[test]
fn claim_is_decided_by_its_permission_where_there_is_one_and_by_active_otherwise() {
    assert_eq!(decided_by(&[CLAIMER]), [Act::Claim]);
    let mut without = permissions();
    without.permissions.retain(|permission| permission.name != name("claim"));
    assert!(!weigh(&without, Act::Claim, &[CLAIMER]).is_satisfied());
    assert!(weigh(&without, Act::Claim, &ACTIVES[..2]).is_satisfied());
}

#[test]
fn a_wildcard_link_gives_away_what_active_decides_and_nothing_of_the_owners() {
    let mut wild = permissions();
    wild.links = vec![ActionLink { action: Name::EMPTY, permission: name("operator") }];
    let given = ACTS.into_iter().filter(|act| weigh(&wild, *act, &[OPERATOR]).is_satisfied());
    let given: Vec<Act> = given.collect();
    assert_eq!(given, [Act::Swap, Act::Void, Act::RemoveHost, Act::RefreshShards]);
}

#[test]
fn fencing_rotation_and_unsealing_can_be_given_to_nobody() {
    let charter = charter();
    for act in ["fence", "rotatesigner", "unseal", "genesis", "changeperm", "linkaction", "other"] {
        let link = Decision::LinkAction { action: name(act), permission: name("active") };
        assert_eq!(amended(&charter, link, &OWNERS), Err("link.unlinkable"), "{act}");
    }
}

#[test]
fn the_answer_says_what_is_there_who_is_missing_and_who_would_complete_it() {
    let answer = weigh(&permissions(), Act::Void, &ACTIVES[..1]);
    assert_eq!((answer.gathered, answer.needed), (1, 2));
    assert_eq!(answer.permission, name("active"));
    let others = keys(&ACTIVES[1..]);
    assert_eq!(answer.missing, others.iter().copied().collect::<Vec<_>>());
    assert_eq!(answer.completed_by, answer.missing);
    assert_eq!(answer.matures_at, None);
    let nobody = weigh(&permissions(), Act::Void, &[]);
    assert_eq!((nobody.missing.len(), nobody.completed_by.len()), (3, 0));
}

#[test]
fn people_behind_a_permission_count_once_as_the_permission_says() {
    let mut nested = permissions();
    let (a, b) = (authority(1, &[51, 52], &[], &[]), authority(2, &[53, 54], &[], &[]));
    nested.permissions.extend([permission("alice", "owner", a), permission("bob", "owner", b)]);
    nested.permissions.retain(|permission| permission.name != name("active"));
    let both = authority(2, &[], &["alice", "bob"], &[]);
    nested.permissions.push(permission("active", "owner", both));
    nested.permissions.sort();
    for (people, satisfied) in [
        (&[51, 52][..], false),
        (&[51, 53], false),
        (&[51, 53, 54], true),
        (&[52, 53, 54], true),
        (&[53, 54], false),
    ] {
        assert_eq!(weigh(&nested, Act::Void, people).is_satisfied(), satisfied, "{people:?}");
    }
}

#[test]
fn a_wait_counts_when_it_is_over_and_the_answer_says_when() {
    let mut slow = permissions();
    let waits = authority(2, &ACTIVES, &[], &[3_600]);
    slow.permissions.retain(|permission| permission.name != name("active"));
    slow.permissions.push(permission("active", "owner", waits));
    slow.permissions.sort();
    let tree = slow.to_tree().unwrap();
    let one = keys(&ACTIVES[..1]);
    let answer = tree.decide(Act::Void, &one, 3_599);
    assert_eq!((answer.is_satisfied(), answer.matures_at), (false, Some(3_600)));
    assert!(tree.decide(Act::Void, &one, 3_600).is_satisfied());
    assert!(!tree.decide(Act::Void, &keys(&[]), u32::MAX).is_satisfied(), "nobody approved");
}
