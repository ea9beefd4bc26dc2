//! H6 and R4. A lease ends once, under one order, where it is said; the end never moves up.

use crate::world::{Host, approved, at, hand_over, message, order, pair, part, swap, term};
use brainswap::{
    OrderId, Position,
    handover::Refusal,
    order::{At, Move, Order},
};

/// A ready target, and an order that a test may spoil before the source sees it.
fn spoiled(change: impl FnOnce(&mut Move)) -> (Host, Refusal) {
    let (mut source, mut target, id) = pair();
    source.sign(id, &message(4, 1)).expect("signs");
    let mut part = part(id, &source, &target, At::Now);
    change(&mut part);
    let order = approved(&Order { moves: vec![part], note: String::new() });
    let ready = target.ready(&order).expect("the target does not see what is wrong");
    let before = source.states.clone();
    let refusal = source.release(&order, &[ready]).expect_err("refused");
    assert_eq!(before, source.states, "a refusal changes nothing");
    source.sign(id, &message(5, 1)).expect("the source goes on signing");
    (source, refusal)
}

/// What the charter decided on a host since an order was made.
fn decided_since(
    host: &mut Host,
    id: brainswap::IdentityId,
    change: impl FnOnce(&mut brainswap::handover::Record),
) {
    let state = host.states.get_mut(&id).expect("known");
    state.record.charter = OrderId::from_bytes([7; 32]);
    change(&mut state.record);
}

#[test]
fn an_order_of_an_earlier_head_of_the_charter_is_not_released() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    decided_since(&mut source, id, |_| {});
    let (made, here) = (id.into(), OrderId::from_bytes([7; 32]));
    let refusal = Refusal::OtherCharter { order: made, here };
    assert_eq!(source.release(&order, &[ready]).map(|_| ()), Err(refusal));
    source.sign(id, &message(4, 1)).expect("the source goes on signing");
}

#[test]
fn nothing_is_released_to_a_host_that_is_not_enrolled() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let host = target.id();
    let state = source.states.get_mut(&id).expect("known");
    state.record.enrolled.retain(|enrolled| *enrolled != host);
    assert_eq!(source.release(&order, &[ready]).map(|_| ()), Err(Refusal::NotEnrolled { host }));
}

#[test]
fn what_was_released_is_taken_up_and_said_again_whatever_the_charter_decided_since() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, core::slice::from_ref(&ready)).expect("released");
    decided_since(&mut source, id, |record| record.enrolled.clear());
    decided_since(&mut target, id, |record| record.enrolled.clear());
    let again = source.release(&order, &[ready]).expect("said again");
    assert_eq!(again.message(), release.message());
    target.activate(&order, &release).expect("taken up");
    target.sign(id, &message(4, 1)).expect("signs");
}

#[test]
fn without_the_target_s_promise_nothing_is_released() {
    let (mut source, target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let host = target.id();
    assert_eq!(source.release(&order, &[]).map(|_| ()), Err(Refusal::NotReady { host }));
}

#[test]
fn a_promise_under_another_order_releases_nothing() {
    let (mut source, mut target, id) = pair();
    let one = swap(id, &source, &target, At::Now);
    let two = swap(id, &source, &target, At::Position(at(9)));
    let ready = target.ready(&two).expect("ready");
    let refusal = Refusal::OtherOrder { got: two.id(), wanted: one.id() };
    assert_eq!(source.release(&one, &[ready]).map(|_| ()), Err(refusal));
}

#[test]
fn a_release_is_said_again_word_for_word_also_after_a_restart() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let first = source.release(&order, &[ready]).expect("released");
    source.restart();
    let again = source.release(&order, &[]).expect("said again, on no condition");
    assert_eq!(first.message().ends, again.message().ends);
}

#[test]
fn a_released_lease_is_not_released_under_another_order() {
    let (mut source, mut target, id) = pair();
    let mut third = Host::new(3);
    third.states = target.states.clone();
    let first = swap(id, &source, &target, At::Position(at(9)));
    let second = swap(id, &source, &target, At::Position(at(5)));
    let readies = [target.ready(&first).expect("ready"), target.ready(&second).expect("ready")];
    source.release(&first, &readies[..1]).expect("released");
    let (under, until) = (first.id(), Position::at_height(9));
    assert_eq!(
        source.release(&second, &readies[1..]).map(|_| ()),
        Err(Refusal::AlreadyReleased { under, until })
    );
}

#[test]
fn a_restart_does_not_move_an_end_up() {
    let (mut source, mut target, id) = pair();
    hand_over(id, &mut source, &mut target, At::Position(at(5)));
    source.restart();
    source.sign(id, &message(4, 1)).expect("below the end");
    assert!(source.sign(id, &message(5, 1)).is_err());
}

/// Finding A6: a term that does not follow would be released here and refused there.
#[test]
fn a_term_that_does_not_follow_is_refused_before_anything_ends() {
    let (_, refusal) = spoiled(|part| part.term = term(1, 2));
    assert_eq!(refusal, Refusal::WrongTerm { order: term(1, 2), wanted: term(1, 1) });
}

#[test]
fn a_lease_that_is_not_this_host_s_is_refused() {
    let base = OrderId::from_bytes([9; 32]);
    let (_, refusal) = spoiled(|part| part.base = base);
    assert_eq!(refusal, Refusal::UnknownLease { base });
}

#[test]
fn a_position_that_has_passed_is_refused() {
    let (_, refusal) = spoiled(|part| part.at = At::Position(at(4)));
    let (asked, earliest) = (Position::at_height(4), Position::new(4, 0, 1));
    assert_eq!(refusal, Refusal::PositionPassed { asked, earliest });
}

#[test]
fn a_position_at_or_beyond_the_limit_of_the_epoch_is_refused() {
    let (mut source, mut target) = (Host::new(1), Host::new(2));
    let mut document = crate::world::genesis(50, &source, &[&source, &target]);
    document.epoch.limit = at(20);
    let genesis = approved(&document);
    let id = source.adopt(&genesis);
    target.adopt(&genesis);
    let order = swap(id, &source, &target, At::Position(at(20)));
    let ready = target.ready(&order).expect("ready");
    let (asked, limit) = (Position::at_height(20), Position::at_height(20));
    assert_eq!(
        source.release(&order, &[ready]).map(|_| ()),
        Err(Refusal::BeyondLimit { asked, limit })
    );
}

#[test]
fn an_expired_order_is_refused() {
    let (_, refusal) = spoiled(|part| part.expires = Some(at(4)));
    let (expires, last) = (Position::at_height(4), Position::at_height(4));
    assert_eq!(refusal, Refusal::Expired { expires, last });
}

#[test]
fn an_order_of_another_identity_is_refused() {
    let (mut source, mut target, _) = pair();
    let other = approved(&crate::world::genesis(51, &source, &[&source, &target]));
    let other_id = source.adopt(&other);
    target.adopt(&other);
    let (mut lone, _, _) = pair();
    let order = order(vec![part(other_id, &source, &target, At::Now)]);
    let ready = target.ready(&order).expect("ready");
    let identity = brainswap::IdentityId::from_bytes([0; 32]);
    assert_eq!(
        lone.release(&order, &[ready]).map(|_| ()),
        Err(Refusal::UnknownIdentity { identity })
    );
}

#[test]
fn a_promise_from_an_earlier_process_of_the_target_is_refused() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let old = target.ready(&order).expect("ready");
    target.restart();
    let new = target.ready(&order).expect("ready");
    // The newer process is heard through a swap of another identity.
    let other = approved(&crate::world::genesis(51, &source, &[&source, &target]));
    let other_id = source.adopt(&other);
    target.adopt(&other);
    let record = &mut source.states.get_mut(&id).expect("known").record;
    record.peers.insert(target.id(), new.message().session);
    let (host, got, known) = (target.id(), old.message().session, new.message().session);
    assert_ne!(other_id, id);
    assert_eq!(
        source.release(&order, &[old]).map(|_| ()),
        Err(Refusal::OldSession { host, got, known })
    );
    source.release(&order, &[new]).expect("the newest process's promise counts");
}
