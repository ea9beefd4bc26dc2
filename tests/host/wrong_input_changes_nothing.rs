//! Wrong input is refused with its own code, and nothing changes: not a byte on the medium.

use crate::fixture::{Machine, Pair, Plain, message};
use brainswap::{
    Error, Family, Host, HostId, IdentityId, Lanes, OrderId, Position, Reading,
    document::Envelope,
    key::{KeyKind, SecretKey},
    lease::Term,
    order::{At, Order},
    ports::{Chain, LaneRule, NotRead},
};
use std::sync::Arc;

/// The same messages, on another network.
struct Elsewhere;

impl Chain for Elsewhere {
    fn name(&self) -> &'static str {
        Plain.name()
    }

    fn network_id(&self) -> Option<&str> {
        Some("2")
    }

    fn lanes(&self) -> &'static [LaneRule] {
        Plain.lanes()
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        Plain.read(message)
    }

    fn last_signable(&self, head: u64) -> Lanes<Position> {
        Plain.last_signable(head)
    }
}

/// Runs something that must be refused, and checks that both hosts' media stay as they are.
fn refused(pair: &Pair, act: impl FnOnce() -> Result<(), Error>) -> &'static str {
    let media = || pair.machines.iter().map(|machine| machine.medium.commits()).collect::<Vec<_>>();
    let before = media();
    let error = act().expect_err("refused");
    assert_ne!(error.family(), Family::OutcomeUnknown);
    assert!(!error.advice().is_empty());
    assert_eq!(before, media(), "{error}");
    error.code()
}

fn ok<T>(result: Result<T, Error>) -> Result<(), Error> {
    result.map(|_| ())
}

#[test]
fn an_order_without_approval_is_refused_by_both_hosts() {
    let (pair, source, target) = Pair::new(1);
    let plan = pair.plan(&At::Now);
    let bare = Envelope::of(&plan).expect("JSON");
    assert_eq!(refused(&pair, || ok(target.prepare(&bare))), "authority.unapproved");
    assert_eq!(refused(&pair, || ok(source.release(&bare, &[]))), "authority.unapproved");
    let stranger = SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    let mut forged = bare.clone();
    stranger.sign_document(&mut forged);
    assert_eq!(refused(&pair, || ok(target.prepare(&forged))), "authority.unapproved");
}

#[test]
fn orders_that_do_not_fit_are_refused_with_what_does_not_fit() {
    let (pair, _source, target) = Pair::new(1);
    let spoiled = |change: fn(&mut Order)| {
        let mut plan = pair.plan(&At::Now);
        change(&mut plan);
        let order = pair.approved(&plan);
        refused(&pair, || ok(target.prepare(&order)))
    };
    let other_id = |order: &mut Order| order.moves[0].identity = IdentityId::from_bytes([1; 32]);
    assert_eq!(spoiled(other_id), "order.unknown_identity");
    let other_to = |order: &mut Order| order.moves[0].to = HostId::from_bytes([1; 32]);
    assert_eq!(spoiled(other_to), "order.not_for_this_host");
    let other_from = |order: &mut Order| order.moves[0].from = HostId::from_bytes([1; 32]);
    assert_eq!(spoiled(other_from), "order.not_on_roster");
    let old = |order: &mut Order| order.moves[0].term = Term { epoch: 1, number: 0 };
    assert_eq!(spoiled(old), "order.stale_term");
    let epoch = |order: &mut Order| order.moves[0].term = Term { epoch: 2, number: 1 };
    assert_eq!(spoiled(epoch), "order.other_epoch");
    let charter = |order: &mut Order| order.moves[0].charter = OrderId::from_bytes([1; 32]);
    assert_eq!(spoiled(charter), "order.other_charter");
    let empty = |order: &mut Order| order.moves.clear();
    assert_eq!(spoiled(empty), "document.form");
    let itself = |order: &mut Order| order.moves[0].from = order.moves[0].to;
    assert_eq!(spoiled(itself), "document.form");
}

#[test]
fn documents_in_the_wrong_place_are_refused() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    assert_eq!(refused(&pair, || ok(target.activate(&order, &ready[0]))), "document.other_kind");
    assert_eq!(refused(&pair, || ok(source.release(&ready[0], &[]))), "document.other_kind");
    assert_eq!(refused(&pair, || ok(source.release(&order, &[]))), "release.not_ready");
    assert_eq!(refused(&pair, || ok(source.prepare(&order))), "order.not_for_this_host");
    assert_eq!(refused(&pair, || ok(target.obey(&order))), "document.other_kind");
}

#[test]
fn a_message_that_its_host_did_not_sign_is_refused() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready").remove(0);
    let forged: brainswap::handover::Ready =
        serde_json::from_slice(ready.payload()).expect("a ready");
    let mut forged = Envelope::of(&forged).expect("JSON");
    pair.approver.sign_document(&mut forged);
    assert_eq!(refused(&pair, || ok(source.release(&order, &[forged]))), "document.not_signed");
}

#[test]
fn a_key_that_is_not_the_identity_s_is_refused() {
    let (pair, source, _target) = Pair::new(1);
    let other = Arc::new(SecretKey::generate(KeyKind::Ed25519).expect("random bytes"));
    assert_eq!(refused(&pair, || source.load_key(pair.ids[0], other)), "key.mismatch");
}

#[test]
fn without_its_key_a_host_neither_signs_nor_promises() {
    let (pair, source, target) = Pair::new(1);
    drop((source, target));
    let source = pair.machines[0].open().expect("opens");
    let target = pair.machines[1].open().expect("opens");
    let sign = || ok(source.sign(pair.ids[0], &Plain, &message(1, 1)));
    assert_eq!(refused(&pair, sign), "order.key_missing");
    let order = pair.order(&At::Now);
    assert_eq!(refused(&pair, || ok(target.prepare(&order))), "order.key_missing");
}

#[test]
fn an_identity_is_adopted_once_and_its_key_under_one_identity() {
    let (pair, source, _target) = Pair::new(1);
    let genesis = pair.approved(&pair.genesis(&pair.keys[0]));
    assert_eq!(refused(&pair, || ok(source.adopt(&genesis))), "identity.known");
    let mut other = pair.genesis(&pair.keys[0]);
    other.from = brainswap::Lanes::from(vec![brainswap::Position::at_height(9)]);
    let other = pair.approved(&other);
    assert_eq!(refused(&pair, || ok(source.adopt(&other))), "identity.same_key");
    let bare = Envelope::of(&pair.genesis(&pair.keys[0])).expect("JSON");
    assert_eq!(refused(&pair, || ok(source.adopt(&bare))), "authority.unapproved");
    let stranger: Host = Machine::new().create();
    assert_eq!(stranger.adopt(&genesis).expect_err("refused").code(), "order.not_on_roster");
}

#[test]
fn bytes_that_the_chain_does_not_read_and_other_chains_are_refused() {
    let (pair, source, _target) = Pair::new(1);
    let id = pair.ids[0];
    assert_eq!(refused(&pair, || ok(source.sign(id, &Plain, b"short"))), "chain.not_read");
    let clique = brainswap::chain::Clique::new(brainswap::chain::Policy::OnePerNumber);
    assert_eq!(refused(&pair, || ok(source.sign(id, &clique, b"short"))), "chain.other");
    assert_eq!(
        refused(&pair, || ok(source.sign(id, &Elsewhere, &message(1, 1)))),
        "chain.other_network"
    );
    let unknown = IdentityId::from_bytes([1; 32]);
    let sign = || ok(source.sign(unknown, &Plain, &message(1, 1)));
    assert_eq!(refused(&pair, sign), "order.unknown_identity");
}

#[test]
fn an_error_says_whether_this_host_signs_all_the_same() {
    let (pair, source, target) = Pair::new(1);
    let id = pair.ids[0];
    source.sign(id, &Plain, &message(5, 1)).expect("signs");
    let conflict = source.sign(id, &Plain, &message(5, 2)).expect_err("refused");
    assert_eq!(conflict.is_anyone_signing(), Some(true));
    let idle = target.sign(id, &Plain, &message(6, 2)).expect_err("refused");
    assert_eq!((idle.code(), idle.is_anyone_signing()), ("lease.none", Some(false)));
}
