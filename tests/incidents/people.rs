//! People: what is fenced without evidence, and what was changed after it was approved. R6.

use crate::{at_height, code, fixture::Pair, identity, loaded, network::Network};
use base64ct::{Base64, Encoding as _};
use brainswap::{
    Host, HostId,
    authority::KeyWeight,
    charter::Permissions,
    document::Envelope,
    evidence::NotEvidence,
    handover::Alarm,
    key::{KeyKind, SecretKey},
    order::{At, Fence, Order},
};

/// Solana Validator Switch #6 and #12: the emergency takeover refused where it was needed, and went
/// ahead where nothing proved that the old node had stopped. Without an acknowledgement or approved
/// evidence that the old host is gone there is no takeover; with it there is one, on record.
#[test]
fn t13_an_unreachable_source_is_fenced_only_on_approved_evidence_which_is_kept() {
    let (pair, source, target) = Pair::new(1);
    let network = Network::of(&pair);
    assert_eq!(network.sign(&source, 5, 1), Ok(()));

    let bare = fence(&pair, &target, 2, &[]);
    assert_eq!(code(target.take_over(&pair.approved(&bare), &[])), "fence.not_acknowledged");
    let gone = fence(&pair, &target, 3, &[source.id()]);
    let unapproved = Envelope::of(&gone).expect("JSON");
    assert_eq!(code(target.take_over(&unapproved, &[])), "authority.unapproved");
    let mut forgetful = gone.clone();
    (forgetful.covers, forgetful.gone) = (vec![target.id()], vec![]);
    assert_eq!(code(target.take_over(&pair.approved(&forgetful), &[])), "fence.not_covered");
    assert_eq!(network.sign(&target, 20, 2), Err("lease.none"));

    let approved = pair.approved(&gone);
    target.take_over(&approved, &[]).expect("taken over");
    assert_eq!(network.sign(&target, 19, 2), Err("lease.outside"));
    assert_eq!(network.sign(&target, 20, 2), Ok(()));
    drop(target);
    let target = loaded(&pair, pair.machines[1].open().expect("opens"));
    assert_eq!(target.order(approved.id()), Some(approved.clone()), "on record");
    assert!(String::from_utf8_lossy(approved.payload()).contains("power is cut"));

    // It was not gone after all: once the fence reaches it, it ends, and says what is wrong.
    source.obey(&approved).expect("obeys");
    assert_eq!(network.sign(&source, 6, 1), Err("lease.outside"));
    let standing = source.standing(pair.ids[0]).expect("known");
    assert_eq!(standing.alarms, [Alarm::DeclaredGone]);
    network.assert_never_two();
}

/// The same with the source reachable again in time: its acknowledgement is enough, and says where
/// the takeover begins.
#[test]
fn t13_a_source_that_acknowledges_needs_no_evidence() {
    let (pair, source, target) = Pair::new(1);
    let network = Network::of(&pair);
    assert_eq!(network.sign(&source, 30, 1), Ok(()));
    let fence = pair.approved(&fence(&pair, &target, 2, &[]));
    let ack = source.obey(&fence).expect("obeys");
    assert_eq!(network.sign(&source, 31, 1), Err("lease.outside"));
    target.take_over(&fence, &[ack]).expect("taken over");
    assert_eq!(network.sign(&target, 30, 2), Err("lease.outside"));
    assert_eq!(network.sign(&target, 31, 2), Ok(()));
    network.assert_never_two();
}

fn fence(pair: &Pair, to: &Host, number: u64, gone: &[HostId]) -> Fence {
    let epoch = to.genesis(pair.ids[0]).expect("known").epoch;
    Fence {
        identity: pair.ids[0],
        charter: pair.ids[0].into(),
        number,
        to: to.id(),
        at: at_height(20),
        covers: epoch.hosts(),
        gone: gone.to_vec(),
        evidence: "its power is cut; the head is 18".into(),
        epoch,
    }
}

/// Vault #844 and eosio.contracts #87: the parameters were replaced between review and submission,
/// and the approvals counted for the new ones. An approval covers the exact bytes of the plan.
#[test]
fn t16_a_plan_that_is_changed_after_two_approvals_has_none() {
    let keys = [(); 3].map(|()| SecretKey::generate(KeyKind::Ed25519).expect("random bytes"));
    let (pair, mut genesis) = identity(|genesis| genesis.permissions = two_of(&keys));
    keys[..2].iter().for_each(|key| key.sign_document(&mut genesis));
    let [source, target] = [0, 1].map(|which: usize| pair.machines[which].create());
    for host in [&source, &target] {
        host.adopt(&genesis).expect("adopted");
        pair.load(host);
    }
    let network = Network::of(&pair);
    let plan = pair.plan(&At::Now);
    let reviewed = signed_by(&keys[..2], &plan);
    let mut changed = plan.clone();
    changed.moves[0].expires = Some(at_height(u64::MAX));
    let commits = || pair.machines.each_ref().map(|machine| machine.medium.commits().len());
    let before = commits();

    let swapped = with_payload_of(&reviewed, &changed);
    assert_eq!(code(target.prepare(&swapped)), "document.bad_signature");
    assert_eq!(code(source.release(&swapped, &[])), "document.bad_signature");
    let mut own = signed_by(&keys[2..], &changed);
    assert_eq!(own.merge(&reviewed).expect_err("another plan").code(), "document.malformed");
    let refused = target.prepare(&own).expect_err("one approval");
    let brainswap::Cause::Document(NotEvidence::Unapproved(decision)) = refused.cause() else {
        panic!("{refused:?}");
    };
    assert_eq!((decision.gathered, decision.needed), (1, 2));
    assert_eq!(commits(), before, "nothing was written");
    assert_eq!(network.sign(&source, 1, 1), Ok(()));

    let ready = target.prepare(&reviewed).expect("what was reviewed");
    let release = source.release(&reviewed, &ready).expect("released");
    target.activate(&reviewed, &release).expect("activated");
    assert_eq!(network.sign(&target, 2, 2), Ok(()));
    network.assert_never_two();
}

fn two_of(keys: &[SecretKey]) -> Permissions {
    let approver = |key: &SecretKey| KeyWeight { key: key.public_key(), weight: 1 };
    Permissions::flat(2, keys.iter().map(approver).collect())
}

fn signed_by(keys: &[SecretKey], order: &Order) -> Envelope {
    let mut envelope = Envelope::of(order).expect("JSON");
    keys.iter().for_each(|key| key.sign_document(&mut envelope));
    envelope
}

/// The signatures under one plan, put under another.
fn with_payload_of(signed: &Envelope, other: &Order) -> Envelope {
    let mut wire: serde_json::Value = serde_json::from_str(&signed.to_json()).expect("JSON");
    let other = Envelope::of(other).expect("JSON");
    wire["payload"] = Base64::encode_string(other.payload()).into();
    Envelope::from_json(wire.to_string().as_bytes()).expect("an envelope")
}
