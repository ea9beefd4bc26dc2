//! R1. Leases of one identity never overlap; a successor starts where its predecessor ends.

use crate::world::{at, hand_over, message, pair, swap};
use brainswap::{Position, handover::Refusal, order::At};

#[test]
fn before_a_release_the_target_signs_nothing() {
    let (source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    target.ready(&order).expect("ready");
    let asked = Position::at_height(1);
    assert_eq!(target.sign(id, &message(1, 1)), Err(Refusal::NoLease { asked }));
}

#[test]
fn after_a_release_now_the_source_signs_nothing_new_and_the_target_goes_on() {
    let (mut source, mut target, id) = pair();
    source.sign(id, &message(7, 1)).expect("the holder signs");
    hand_over(id, &mut source, &mut target, At::Now);
    let (asked, until) = (Position::at_height(8), Position::new(7, 0, 1));
    let from = Position::START;
    assert_eq!(source.sign(id, &message(8, 1)), Err(Refusal::OutsideLease { asked, from, until }));
    let (asked, from, until) = (Position::at_height(7), until, Position::END);
    assert_eq!(target.sign(id, &message(7, 2)), Err(Refusal::OutsideLease { asked, from, until }));
    target.sign(id, &message(8, 2)).expect("the new holder signs");
}

#[test]
fn a_scheduled_swap_misses_no_position_and_shares_none() {
    let (mut source, mut target, id) = pair();
    hand_over(id, &mut source, &mut target, At::Position(at(5)));
    for height in 0..10 {
        let by_source = source.sign(id, &message(height, 1)).is_ok();
        let by_target = target.sign(id, &message(height, 2)).is_ok();
        assert_eq!((by_source, by_target), (height < 5, height >= 5), "height {height}");
    }
}

#[test]
fn an_identity_comes_back_and_goes_again() {
    let (mut source, mut target, id) = pair();
    for round in 0..5 {
        source.sign(id, &message(round * 2, 1)).expect("the first host holds it");
        hand_over(id, &mut source, &mut target, At::Now);
        target.sign(id, &message(round * 2 + 1, 2)).expect("the second host holds it");
        hand_over(id, &mut target, &mut source, At::Now);
    }
    assert!(source.record(id).leases.len() <= 3 && target.record(id).leases.len() <= 3);
}

/// Finding A3: a lease that comes back early leaves the scheduled one below it usable.
#[test]
fn a_scheduled_lease_handed_back_early_loses_no_position() {
    let (mut source, mut target, id) = pair();
    hand_over(id, &mut source, &mut target, At::Position(at(5)));
    hand_over(id, &mut target, &mut source, At::Now);
    for height in 0..10 {
        source.sign(id, &message(height, 1)).expect("both leases are the source's");
    }
}
