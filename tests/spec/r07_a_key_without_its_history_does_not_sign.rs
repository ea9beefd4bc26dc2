//! R7. A key that has signed before begins above everything that it can have signed, floors included.

use crate::world::{Host, approved, at, genesis, hand_over, reading};
use brainswap::{
    Digest, IdentityId, Lane, Lanes, Position, Reading,
    handover::Refusal,
    identity::{Genesis, History, LaneSpec, NotAGenesis},
    order::At,
    watermark::{Mark, WatermarkRefusal},
};
use proptest::prelude::*;

/// Attestations: position = target epoch, floor = source epoch.
fn vote(source: u64, target: u64, content: u8) -> Reading {
    reading(Lane::FIRST, Position::at_height(target), source, content)
}

/// One lane with floors, whose first lease begins at epoch 10.
fn voting_from_10(host: &Host, roster: &[&Host], history: History) -> Genesis {
    let mut document = genesis(50, host, roster);
    document.lanes = vec![LaneSpec { name: "attestation".into(), floored: true }];
    document.from = at(10);
    document.history = history;
    document
}

fn voter(history: History) -> (Host, IdentityId) {
    let mut host = Host::new(1);
    let document = voting_from_10(&host, &[&host], history);
    let id = host.adopt(&approved(&document));
    (host, id)
}

fn imported(mark: Option<Mark>) -> History {
    History::Imported { marks: Lanes::from(vec![mark]) }
}

fn marked(source: u64, target: u64) -> Mark {
    let digest = Some(Digest::of(b"imported"));
    Mark { position: Position::at_height(target), digest, floor: source }
}

fn floor_refused(asked: u64, low: u64) -> Result<(), Refusal> {
    Err(Refusal::FloorOutsideLease { asked, low, high: u64::MAX })
}

#[test]
fn a_key_that_may_have_signed_below_begins_with_the_highest_floor_possible_there() {
    let (mut host, id) = voter(History::SignedBelow);
    assert_eq!(host.sign(id, &vote(7, 10, 1)), floor_refused(7, 8), "it would surround (8, 9)");
    host.sign(id, &vote(8, 10, 1)).expect("nothing below 10 has a higher source");
}

#[test]
fn an_imported_mark_gives_the_exact_floor() {
    let (mut host, id) = voter(imported(Some(marked(5, 7))));
    assert_eq!(host.record(id).marks, Lanes::from(vec![Some(marked(5, 7))]));
    assert_eq!(host.sign(id, &vote(4, 10, 1)), floor_refused(4, 5));
    host.sign(id, &vote(5, 10, 1)).expect("the imported floor, not more");
}

#[test]
fn a_lane_that_the_imported_history_does_not_mention_may_have_signed_anything_below() {
    let (mut host, id) = voter(imported(None));
    assert_eq!(host.sign(id, &vote(7, 10, 1)), floor_refused(7, 8));
    let last = at(10).get(Lane::FIRST).and_then(|from| from.previous());
    assert_eq!(host.record(id).marks, Lanes::from(vec![last.map(|at| Mark::considered(at, 8))]));
}

#[test]
fn a_new_key_begins_with_no_floor() {
    let (mut host, id) = voter(History::NewKey);
    host.sign(id, &vote(0, 10, 1)).expect("there is no earlier vote");
}

#[test]
fn between_the_imported_mark_and_the_first_lease_nothing_is_signed() {
    let (mut host, id) = voter(imported(Some(marked(5, 7))));
    let from = Position::at_height(10);
    for target in 6..10 {
        let asked = Position::at_height(target);
        let refused = Err(Refusal::OutsideLease { asked, from, until: Position::END });
        assert_eq!(host.sign(id, &vote(5, target, 1)), refused);
    }
}

#[test]
fn a_lane_without_floors_assumes_none() {
    let mut host = Host::new(1);
    let mut document = genesis(50, &host, &[&host]);
    (document.from, document.history) = (at(10), History::SignedBelow);
    let id = host.adopt(&approved(&document));
    host.sign(id, &reading(Lane::FIRST, Position::at_height(10), 0, 1)).expect("no floor");
}

/// The history goes with the identity, whoever takes it and whether it signed or not.
#[test]
fn the_first_floors_are_passed_on_by_a_holder_that_signed_nothing() {
    for history in [History::SignedBelow, imported(Some(marked(8, 9)))] {
        let (mut source, mut target) = (Host::new(1), Host::new(2));
        let document = approved(&voting_from_10(&source, &[&source, &target], history));
        let id = source.adopt(&document);
        target.adopt(&document);
        hand_over(id, &mut source, &mut target, At::Now);
        assert_eq!(target.sign(id, &vote(7, 11, 1)), floor_refused(7, 8));
        target.sign(id, &vote(8, 11, 1)).expect("at the floor");
        let below = target.sign(id, &vote(7, 12, 1));
        assert!(below.is_err(), "{below:?}");
    }
}

#[test]
fn an_imported_mark_must_lie_below_the_first_lease() {
    let host = Host::new(1);
    for target in [10, 11, u64::MAX] {
        let document = voting_from_10(&host, &[&host], imported(Some(marked(5, target))));
        let (lane, from) = (Lane::FIRST, Position::at_height(10));
        let mark = Position::at_height(target);
        assert_eq!(document.check(), Err(NotAGenesis::NotAboveHistory { lane, from, mark }));
    }
    let document = voting_from_10(&host, &[&host], imported(Some(marked(5, 9))));
    assert_eq!(document.check(), Ok(()));
}

#[test]
fn imported_marks_must_fit_the_lanes() {
    let host = Host::new(1);
    let two = History::Imported { marks: Lanes::from(vec![None, None]) };
    assert_eq!(voting_from_10(&host, &[&host], two).check(), Err(NotAGenesis::Lanes));
    let mut document = voting_from_10(&host, &[&host], imported(Some(marked(5, 9))));
    document.lanes[0].floored = false;
    let lane = Lane::FIRST;
    assert_eq!(document.check(), Err(NotAGenesis::NoFloors { lane, floor: 5 }));
}

#[test]
fn a_mark_whose_floor_would_go_back_is_refused_above_the_first_lease_too() {
    let (mut host, id) = voter(imported(Some(marked(5, 7))));
    host.sign(id, &vote(9, 10, 1)).expect("above");
    let refusal = Refusal::Watermark(WatermarkRefusal::FloorBack { asked: 5, last: 9 });
    assert_eq!(host.sign(id, &vote(5, 11, 1)), Err(refusal));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever was voted before, below the first lease: no later vote surrounds it, or is
    /// surrounded by it.
    #[test]
    fn no_vote_of_the_first_lease_surrounds_one_from_before(
        before in (0u64..9).prop_flat_map(|source| (Just(source), source + 1..10)),
        asked in prop::collection::vec((0u64..16, 1u64..16), 1..24),
        exact in any::<bool>(),
    ) {
        let (source, target) = before;
        let exactly = imported(Some(marked(source, target)));
        let history = if exact { exactly } else { History::SignedBelow };
        let (mut host, id) = voter(history);
        for (s, t) in asked.into_iter().filter(|(s, t)| s < t) {
            if host.sign(id, &vote(s, t, 1)).is_ok() {
                prop_assert!(t > target && s >= source, "({s}, {t}) after ({source}, {target})");
            }
        }
    }
}
