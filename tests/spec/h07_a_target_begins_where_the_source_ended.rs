//! H7. A release makes a lease at its target, once, and only the one that was promised room.

use crate::world::{Host, at, hand_over, message, messages, pair, swap, term};
use brainswap::{
    Nonce, Position,
    handover::{Alarm, Effect, Input, Message, Refusal},
    order::At,
};

#[test]
fn a_release_delivered_twice_makes_one_lease_and_two_answers() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    let first = target.activate(&order, &release).expect("first");
    let states = target.states.clone();
    let second = target.activate(&order, &release).expect("second");
    assert_eq!((first, states), (second, target.states));
}

/// Section 3: what the nonce is for. A target restored to before its promise takes nothing.
#[test]
fn a_target_that_lost_its_promise_takes_nothing() {
    let (mut source, mut target, id) = pair();
    let backup = target.states.clone();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    target.states = backup;
    assert_eq!(target.activate(&order, &release), Err(Refusal::NotPrepared));
    target.ready(&order).expect("a new promise, with a new nonce");
    assert_eq!(target.activate(&order, &release), Err(Refusal::OtherPromise));
}

#[test]
fn a_release_of_another_order_is_refused() {
    let (mut source, mut target, id) = pair();
    let one = swap(id, &source, &target, At::Position(at(5)));
    let two = swap(id, &source, &target, At::Position(at(9)));
    let readies = [target.ready(&one).expect("ready"), target.ready(&two).expect("ready")];
    let release = source.release(&one, &readies[..1]).expect("release");
    let refusal = Refusal::OtherOrder { got: one.id(), wanted: two.id() };
    assert_eq!(target.activate(&two, &release), Err(refusal));
}

#[test]
fn a_release_signed_by_another_host_is_refused() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    let stranger = Host::new(9);
    let mut forged = release.message().clone();
    forged.host = stranger.id();
    let forged = stranger.key.says(&forged);
    let refusal = Refusal::OtherSender { got: stranger.id(), wanted: source.id() };
    assert_eq!(target.activate(&order, &forged), Err(refusal));
}

#[test]
fn an_old_release_replayed_after_the_identity_came_and_went_is_refused() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    target.activate(&order, &release).expect("activate");
    for _ in 0..3 {
        hand_over(id, &mut target, &mut source, At::Now);
        hand_over(id, &mut source, &mut target, At::Now);
    }
    let seen = target.record(id).seen;
    assert_eq!(
        target.activate(&order, &release),
        Err(Refusal::StaleTerm { order: term(1, 1), seen })
    );
}

#[test]
fn a_release_from_an_earlier_process_of_the_source_is_refused_and_a_repeat_is_taken() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let old = source.release(&order, &[ready]).expect("release");
    source.restart();
    let new = source.release(&order, &[]).expect("again");
    let record = &mut target.states.get_mut(&id).expect("known").record;
    record.peers.insert(source.id(), source.session);
    let (host, got, known) = (source.id(), old.message().session, source.session);
    assert_eq!(target.activate(&order, &old), Err(Refusal::OldSession { host, got, known }));
    target.activate(&order, &new).expect("the newest process's word is taken");
}

#[test]
fn two_processes_with_one_session_number_are_a_copy() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    let mut copy = source.session;
    copy.nonce += 1;
    let record = &mut target.states.get_mut(&id).expect("known").record;
    record.peers.insert(source.id(), copy);
    let (host, got) = (source.id(), source.session);
    assert_eq!(
        target.activate(&order, &release),
        Err(Refusal::CopiedHost { host, got, known: copy })
    );
}

/// Hole R4: an older lease that is still open when a newer one comes proves a rollback.
#[test]
fn an_older_open_lease_is_dropped_with_an_alarm_when_a_newer_one_comes() {
    let (mut source, mut target, id) = pair();
    let backup = source.states.clone();
    hand_over(id, &mut source, &mut target, At::Now);
    source.states = backup; // the disk of the source goes back in time
    let order = swap(id, &target, &source, At::Now);
    let ready = source.ready(&order).expect("ready");
    let release = target.release(&order, &[ready]).expect("release");
    let input = Input::Released { order: order.clone(), release };
    let effects = source.feed(&[id], &input).expect("activate");
    let alarmed = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Alarm(which, Alarm::RolledBack) if *which == id));
    assert!(alarmed, "{effects:?}");
    assert_eq!(source.record(id).leases.len(), 1);
}

/// H4: the predecessor's last message may be sent again by the successor, and only exactly it.
#[test]
fn the_last_message_of_the_source_may_be_sent_again_by_the_target() {
    let (mut source, mut target, id) = pair();
    source.sign(id, &message(7, 1)).expect("the source's last");
    hand_over(id, &mut source, &mut target, At::Now);
    assert!(target.sign(id, &message(7, 2)).is_err());
    target.sign(id, &message(7, 1)).expect("the same message");
    target.sign(id, &message(8, 2)).expect("and on");
    assert!(target.sign(id, &message(7, 1)).is_err(), "but never back");
}

#[test]
fn a_message_that_is_not_right_below_the_beginning_is_not_sent_again() {
    let (mut source, mut target, id) = pair();
    source.sign(id, &message(3, 1)).expect("the source's last");
    hand_over(id, &mut source, &mut target, At::Position(at(5)));
    let refusal = target.sign(id, &message(3, 1));
    let (asked, from, until) = (Position::at_height(3), Position::at_height(5), Position::END);
    assert_eq!(refusal, Err(Refusal::OutsideLease { asked, from, until }));
}

#[test]
fn a_nonce_that_was_not_given_is_refused() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    let mut other = release.message().clone();
    other.ends[0].nonce = Nonce::from_bits(0);
    let other = source.key.says(&other);
    assert_eq!(target.activate(&order, &other), Err(Refusal::OtherPromise));
}

#[test]
fn the_answer_says_where_the_lease_begins() {
    let (mut source, mut target, id) = pair();
    source.sign(id, &message(7, 1)).expect("signs");
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    let input = Input::Released { order, release };
    let said = messages(target.feed(&[id], &input).expect("activate"));
    let [Message::Activated(said)] = said.as_slice() else { panic!("{said:?}") };
    let from: Vec<_> =
        said.leases.iter().map(|(_, from)| from.get(brainswap::Lane::FIRST)).collect();
    assert_eq!(from, [Some(&Position::new(7, 0, 1))]);
}
