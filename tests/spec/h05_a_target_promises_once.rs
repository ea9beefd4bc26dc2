//! H5. A target promises under an order it may receive under, with one nonce for ever.

use crate::world::{Host, approved, hand_over, message, pair, part, swap, term};
use brainswap::{
    IdentityId, OrderId, Position,
    handover::{Input, Message, Refusal},
    order::{At, Order},
};
use std::collections::BTreeSet;

fn one(
    id: IdentityId,
    change: impl FnOnce(&mut brainswap::order::Move),
) -> (Host, Result<Vec<Message>, Refusal>) {
    let (source, mut target, own) = pair();
    assert_eq!(id, own);
    let mut part = part(id, &source, &target, At::Now);
    change(&mut part);
    let order = approved(&Order { moves: vec![part], note: String::new() });
    let said = target.prepare(&order);
    (target, said)
}

/// Finding A1: a second nonce for one order would strand the release that answers the first.
#[test]
fn the_same_order_again_gives_the_same_promise_even_after_a_restart() {
    let (source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let first = target.ready(&order).expect("ready");
    target.restart();
    let again = target.ready(&order).expect("ready again");
    assert_eq!(first.message().nonce, again.message().nonce);
}

/// Finding A2: two orders for one target are two promises.
#[test]
fn a_second_order_leaves_the_first_promise_alive() {
    let (mut source, mut target, id) = pair();
    let first = swap(id, &source, &target, At::Now);
    let second = swap(id, &source, &target, At::Position(crate::world::at(9)));
    let ready = target.ready(&first).expect("ready");
    target.ready(&second).expect("ready for the second as well");
    let release = source.release(&first, &[ready]).expect("released under the first");
    target.activate(&first, &release).expect("the first promise stands");
}

#[test]
fn after_it_has_received_it_says_so_instead_of_promising_again() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    target.activate(&order, &release).expect("activate");
    let said = target.prepare(&order).expect("asked again");
    assert!(matches!(said.as_slice(), [Message::Activated(_)]), "{said:?}");
}

#[test]
fn an_order_for_another_host_is_refused() {
    let (mut source, target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let refusal = Refusal::NotForThisHost { named: target.id(), here: source.id() };
    assert_eq!(source.prepare(&order), Err(refusal));
}

#[test]
fn an_identity_without_its_key_is_refused() {
    let (source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let input = Input::Order { order, nonce: target.nonce(), keys: BTreeSet::new() };
    let refusal = target.feed(&[id], &input).map(|_| ());
    assert_eq!(refusal, Err(Refusal::KeyMissing { identity: id }));
}

#[test]
fn an_identity_that_is_unknown_here_is_refused() {
    let (source, target, id) = pair();
    let mut stranger = Host::new(9);
    let order = swap(id, &source, &target, At::Now);
    let unknown = IdentityId::from_bytes([0; 32]);
    assert_eq!(stranger.prepare(&order), Err(Refusal::UnknownIdentity { identity: unknown }));
}

#[test]
fn a_host_off_the_roster_is_refused() {
    let (_, _, id) = pair();
    let stranger = Host::new(9).id();
    let (_, said) = one(id, |part| part.from = stranger);
    assert_eq!(said, Err(Refusal::NotOnRoster { host: stranger }));
}

#[test]
fn a_term_that_was_seen_is_refused() {
    let (_, _, id) = pair();
    let (_, said) = one(id, |part| part.term = term(1, 0));
    assert_eq!(said, Err(Refusal::StaleTerm { order: term(1, 0), seen: term(1, 0) }));
}

#[test]
fn another_epoch_is_refused() {
    let (_, _, id) = pair();
    let (_, said) = one(id, |part| part.term = term(2, 1));
    assert_eq!(said, Err(Refusal::OtherEpoch { order: 2, here: 1 }));
}

#[test]
fn another_charter_head_is_refused() {
    let (_, _, id) = pair();
    let other = OrderId::from_bytes([7; 32]);
    let (_, said) = one(id, |part| part.charter = other);
    assert_eq!(said, Err(Refusal::OtherCharter { order: other, here: id.into() }));
}

#[test]
fn an_order_without_a_position_for_each_lane_is_refused() {
    let (_, _, id) = pair();
    let (_, said) = one(id, |part| {
        part.at = At::Position(brainswap::Lanes::from(vec![Position::START; 2]));
    });
    assert_eq!(said, Err(Refusal::WrongLanes { got: 2, wanted: 1 }));
}

#[test]
fn an_order_that_the_target_knows_to_be_expired_is_refused() {
    let (mut source, mut target, id) = pair();
    source.sign(id, &message(3, 1)).expect("signs");
    hand_over(id, &mut source, &mut target, At::Now);
    target.sign(id, &message(9, 1)).expect("signs");
    hand_over(id, &mut target, &mut source, At::Now);
    let mut part = part(id, &source, &target, At::Now);
    part.expires = Some(crate::world::at(9));
    let order = approved(&Order { moves: vec![part], note: String::new() });
    let (expires, last) = (Position::at_height(9), Position::at_height(9));
    assert_eq!(target.prepare(&order), Err(Refusal::Expired { expires, last }));
}
