//! H9 and section 3.1. A scheduled target starts with conservative floors; the tail frees them.

use crate::world::{Host, approved, genesis, hand_over, messages, reading};
use brainswap::{
    IdentityId, Lane, OrderId, Position,
    evidence::FromHost,
    handover::{Input, Message, Refusal, Tail},
    order::At,
};

/// Attestations: position = target epoch, floor = source epoch.
fn vote(source: u64, target: u64, content: u8) -> brainswap::Reading {
    reading(Lane::FIRST, Position::at_height(target), source, content)
}

fn voters() -> (Host, Host, IdentityId) {
    let (mut source, mut target) = (Host::new(1), Host::new(2));
    let mut document = genesis(50, &source, &[&source, &target]);
    document.lanes[0].floored = true;
    let document = approved(&document);
    let id = source.adopt(&document);
    target.adopt(&document);
    (source, target, id)
}

fn close(source: &mut Host, id: IdentityId, order: OrderId) -> FromHost<Tail> {
    let said = messages(source.feed(&[id], &Input::Close(order)).expect("closed"));
    let [Message::Tail(tail)] = said.as_slice() else { panic!("{said:?}") };
    source.key.says(tail)
}

/// Model finding: with the source's floor at release, source and target could surround.
#[test]
fn before_the_tail_no_pair_of_votes_surrounds() {
    let (mut source, mut target, id) = voters();
    source.sign(id, &vote(0, 1, 1)).expect("votes");
    hand_over(id, &mut source, &mut target, At::Position(crate::world::at(5)));
    source.sign(id, &vote(3, 4, 1)).expect("the source votes up to its end");
    let refusal = target.sign(id, &vote(0, 5, 2));
    assert_eq!(refusal, Err(Refusal::FloorOutsideLease { asked: 0, low: 3, high: u64::MAX }));
    target.sign(id, &vote(3, 5, 2)).expect("at or above the highest source that was possible");
}

#[test]
fn the_source_never_votes_above_the_floor_it_left_to_the_target() {
    let (mut source, mut target, id) = voters();
    hand_over(id, &mut source, &mut target, At::Position(crate::world::at(5)));
    let refusal = source.sign(id, &vote(4, 4, 1));
    assert_eq!(refusal, Err(Refusal::FloorOutsideLease { asked: 4, low: 0, high: 3 }));
}

/// Justification stuck at 0, nothing skipped: reachable only with the tail.
#[test]
fn after_the_tail_the_exact_floor_holds() {
    let (mut source, mut target, id) = voters();
    source.sign(id, &vote(0, 4, 1)).expect("votes");
    let order = hand_over(id, &mut source, &mut target, At::Position(crate::world::at(5)));
    let tail = close(&mut source, id, order);
    target.feed(&[id], &Input::Tail(tail)).expect("taken");
    target.sign(id, &vote(0, 5, 2)).expect("the floor is the source's own");
}

#[test]
fn after_its_tail_the_source_signs_no_more() {
    let (mut source, mut target, id) = voters();
    source.sign(id, &vote(0, 2, 1)).expect("votes");
    let order = hand_over(id, &mut source, &mut target, At::Position(crate::world::at(5)));
    let tail = close(&mut source, id, order);
    assert!(source.sign(id, &vote(0, 3, 1)).is_err());
    assert_eq!(tail, close(&mut source, id, order), "and says the same again");
}

#[test]
fn a_tail_from_another_host_is_refused() {
    let (mut source, mut target, id) = voters();
    let order = hand_over(id, &mut source, &mut target, At::Position(crate::world::at(5)));
    let tail = close(&mut source, id, order);
    let stranger = Host::new(9);
    let mut forged = tail.message().clone();
    forged.host = stranger.id();
    let input = Input::Tail(stranger.key.says(&forged));
    let refusal = Refusal::OtherSender { got: stranger.id(), wanted: source.id() };
    assert_eq!(target.feed(&[id], &input).map(|_| ()), Err(refusal));
}

/// Who signed nothing passes on what it was given, not less.
#[test]
fn a_lease_that_was_not_used_passes_its_floors_on() {
    let (mut source, mut target, id) = voters();
    source.sign(id, &vote(0, 1, 1)).expect("votes");
    hand_over(id, &mut source, &mut target, At::Position(crate::world::at(5)));
    let back = hand_over(id, &mut target, &mut source, At::Now);
    let floors = source.record(id).lease(back).map(|lease| lease.floors.clone());
    assert_eq!(floors, Some(brainswap::Lanes::from(vec![3])));
}

#[test]
fn a_release_now_gives_the_exact_floor_at_once() {
    let (mut source, mut target, id) = voters();
    source.sign(id, &vote(2, 4, 1)).expect("votes");
    hand_over(id, &mut source, &mut target, At::Now);
    assert!(target.sign(id, &vote(1, 5, 2)).is_err());
    target.sign(id, &vote(2, 5, 2)).expect("the source's floor, not more");
}
