//! R2. In a lane, a position is signed at most once; positions and floors never go back.

use crate::world::{Host, approved, genesis, message, pair, reading};
use brainswap::{
    Lane, Lanes, Position,
    handover::Refusal,
    identity::LaneSpec,
    watermark::{Mark, WatermarkRefusal},
};
use proptest::prelude::*;

#[test]
fn another_message_at_a_signed_position_is_refused() {
    let (mut host, _, id) = pair();
    host.sign(id, &message(7, 1)).expect("first");
    let at = Position::at_height(7);
    assert_eq!(
        host.sign(id, &message(7, 2)),
        Err(Refusal::Watermark(WatermarkRefusal::Conflict { at }))
    );
}

#[test]
fn the_same_message_is_signed_again_and_changes_nothing() {
    let (mut host, _, id) = pair();
    host.sign(id, &message(7, 1)).expect("first");
    let before = host.states.clone();
    host.sign(id, &message(7, 1)).expect("again");
    assert_eq!(before, host.states);
}

#[test]
fn a_position_below_the_mark_is_refused() {
    let (mut host, _, id) = pair();
    host.sign(id, &message(7, 1)).expect("first");
    let (asked, last) = (Position::at_height(6), Position::at_height(7));
    assert_eq!(
        host.sign(id, &message(6, 1)),
        Err(Refusal::Watermark(WatermarkRefusal::Below { asked, last }))
    );
}

#[test]
fn a_position_considered_signed_is_refused_whatever_the_message() {
    let mark = Mark::considered(Position::at_height(7), 0);
    let intent = message(7, 1).intent;
    let at = intent.position;
    assert_eq!(
        brainswap::watermark::check(Some(&mark), &intent),
        Err(WatermarkRefusal::Conflict { at })
    );
}

#[test]
fn the_end_of_all_positions_is_never_signed() {
    let (mut host, _, id) = pair();
    let asked = Position::from_bits(u128::MAX - 1);
    assert_eq!(
        host.sign(id, &reading(Lane::FIRST, asked, 0, 1)),
        Err(Refusal::Watermark(WatermarkRefusal::NotSignable { asked }))
    );
}

#[test]
fn a_lane_that_the_identity_does_not_have_is_refused() {
    let (mut host, _, id) = pair();
    let other = reading(Lane::new(1), Position::at_height(1), 0, 1);
    assert_eq!(host.sign(id, &other), Err(Refusal::NoSuchLane { lane: 1 }));
}

#[test]
fn lanes_do_not_hold_each_other_back() {
    let mut host = Host::new(1);
    let mut document = genesis(50, &host, &[&host]);
    document.lanes.push(LaneSpec { name: "votes".into(), floored: true });
    document.from = Lanes::from(vec![Position::START; 2]);
    document.epoch.limit = Lanes::from(vec![Position::END; 2]);
    let id = host.adopt(&approved(&document));
    host.sign(id, &reading(Lane::FIRST, Position::at_height(9), 0, 1)).expect("lane 0");
    host.sign(id, &reading(Lane::new(1), Position::at_height(3), 2, 1)).expect("lane 1");
    assert_eq!(
        host.sign(id, &reading(Lane::new(1), Position::at_height(4), 1, 1)),
        Err(Refusal::Watermark(WatermarkRefusal::FloorBack { asked: 1, last: 2 }))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is asked in whatever order: one digest at each position, and no way back.
    #[test]
    fn no_sequence_of_requests_signs_two_messages_at_one_position(
        asked in prop::collection::vec((0u64..6, 0u8..3), 1..60)
    ) {
        let (mut host, _, id) = pair();
        let mut signed = std::collections::BTreeMap::new();
        let mut last = 0;
        for (height, content) in asked {
            if host.sign(id, &message(height, content)).is_ok() {
                prop_assert!(height >= last);
                last = height;
                prop_assert_eq!(*signed.entry(height).or_insert(content), content);
            }
        }
    }
}
