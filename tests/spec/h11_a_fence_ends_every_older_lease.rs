//! H11, H12, AP1. A fence opens an epoch: every covered host obeys or is gone, then its host begins.

use crate::world::{Host, approved, at, fence, genesis, hand_over, message, messages, swap, term};
use brainswap::{
    IdentityId, Lanes, Position,
    approver::{self, Assertion, Memory, NotApprovable},
    evidence::{Approved, FromHost},
    handover::{Alarm, FenceAck, Input, Message, Refusal},
    order::{At, Fence},
};

fn three() -> (Host, Host, Host, IdentityId) {
    let (mut a, mut b, mut c) = (Host::new(1), Host::new(2), Host::new(3));
    let genesis = approved(&genesis(50, &a, &[&a, &b, &c]));
    let id = a.adopt(&genesis);
    b.adopt(&genesis);
    c.adopt(&genesis);
    (a, b, c, id)
}

fn obey(host: &mut Host, fence: &Approved<Fence>) -> Result<FromHost<FenceAck>, Refusal> {
    let id = fence.document().identity;
    match messages(host.feed(&[id], &Input::Fence(fence.clone()))?).as_slice() {
        [Message::FenceAck(ack)] => Ok(host.key.says(ack)),
        other => panic!("expected an acknowledgement, got {other:?}"),
    }
}

fn take(
    host: &mut Host,
    fence: &Approved<Fence>,
    acks: &[FromHost<FenceAck>],
) -> Result<(), Refusal> {
    let id = fence.document().identity;
    let input = Input::Acks { fence: fence.clone(), acks: acks.to_vec() };
    host.feed(&[id], &input).map(|_| ())
}

#[test]
fn the_host_that_a_fence_names_begins_after_everything_that_others_held() {
    let (mut a, mut b, mut c, id) = three();
    a.sign(id, &message(7, 1)).expect("signs");
    let order = approved(&fence(id, 2, &c, 3, &[&a, &b, &c]));
    let acks = [obey(&mut a, &order).expect("obeys"), obey(&mut b, &order).expect("obeys")];
    take(&mut c, &order, &acks).expect("takes over");
    assert!(a.sign(id, &message(8, 1)).is_err(), "the old holder has ended");
    assert!(c.sign(id, &message(7, 3)).is_err(), "below its beginning");
    c.sign(id, &message(8, 3)).expect("the new holder");
}

#[test]
fn without_every_acknowledgement_nobody_takes_over() {
    let (mut a, b, mut c, id) = three();
    let order = approved(&fence(id, 2, &c, 3, &[&a, &b, &c]));
    let acks = [obey(&mut a, &order).expect("obeys")];
    let host = b.id();
    assert_eq!(take(&mut c, &order, &acks), Err(Refusal::NotAcknowledged { host }));
}

#[test]
fn a_gone_host_need_not_acknowledge_and_ends_at_once_if_it_lives() {
    let (mut a, mut b, mut c, id) = three();
    let mut document = fence(id, 2, &c, 9, &[&a, &b, &c]);
    document.gone = vec![a.id()];
    let order = approved(&document);
    let acks = [obey(&mut b, &order).expect("obeys")];
    take(&mut c, &order, &acks).expect("takes over");
    obey(&mut a, &order).expect("the host lives, and obeys");
    assert!(a.record(id).alarms.contains(&Alarm::DeclaredGone));
    assert!(a.sign(id, &message(1, 1)).is_err());
    assert!(c.sign(id, &message(8, 3)).is_err());
    c.sign(id, &message(9, 3)).expect("from the named position");
}

/// B1: a release that was under way when the fence came must not bring a second holder.
#[test]
fn a_planned_move_of_the_older_epoch_comes_to_nothing() {
    let (mut a, mut b, mut c, id) = three();
    let planned = swap(id, &a, &b, At::Now);
    let ready = b.ready(&planned).expect("ready");
    let release = a.release(&planned, &[ready]).expect("released");
    let order = approved(&fence(id, 2, &c, 3, &[&a, &b, &c]));
    let acks = [obey(&mut a, &order).expect("obeys"), obey(&mut b, &order).expect("obeys")];
    take(&mut c, &order, &acks).expect("takes over");
    assert_eq!(b.activate(&planned, &release), Err(Refusal::OtherEpoch { order: 1, here: 2 }));
    assert!(b.record(id).prepared.is_empty(), "its promise is void");
    assert!(b.sign(id, &message(5, 2)).is_err());
}

/// B10, B11: the hosts themselves refuse a fence that forgets one of them.
#[test]
fn a_fence_that_does_not_cover_the_roster_is_refused() {
    let (mut a, b, c, id) = three();
    let order = approved(&fence(id, 2, &c, 3, &[&a, &c]));
    let host = b.id();
    assert_eq!(obey(&mut a, &order).map(|_| ()), Err(Refusal::NotCovered { host }));
}

/// B7: an epoch may skip numbers, and never goes back.
#[test]
fn an_older_epoch_is_refused_and_another_fence_of_the_same_as_well() {
    let (mut a, b, c, id) = three();
    let newer = approved(&fence(id, 5, &c, 3, &[&a, &b, &c]));
    obey(&mut a, &newer).expect("obeys");
    let older = approved(&fence(id, 4, &b, 3, &[&a, &b, &c]));
    let refusal = Refusal::OtherEpoch { order: 4, here: 5 };
    assert_eq!(obey(&mut a, &older).map(|_| ()), Err(refusal));
    let rival = approved(&fence(id, 5, &b, 3, &[&a, &b, &c]));
    assert_eq!(obey(&mut a, &rival).map(|_| ()), Err(Refusal::OtherFence { epoch: 5 }));
    let again = obey(&mut a, &newer).expect("the same again is acknowledged again");
    assert_eq!(again.message().order, newer.id());
}

/// B12: a fence cuts a scheduled lease that has not begun; nothing is lost to an empty one.
#[test]
fn a_fence_cuts_scheduled_leases_to_what_was_signed() {
    let (mut a, mut b, mut c, id) = three();
    hand_over(id, &mut a, &mut b, At::Position(at(30)));
    let mut document = fence(id, 2, &c, 3, &[&a, &b, &c]);
    document.gone = vec![a.id()];
    let order = approved(&document);
    let acks = [obey(&mut b, &order).expect("obeys")];
    take(&mut c, &order, &acks).expect("takes over");
    c.sign(id, &message(3, 3)).expect("from the named position, not from 30");
    assert!(b.sign(id, &message(30, 2)).is_err());
}

/// B4: fencing back to an earlier holder lowers none of its marks.
#[test]
fn a_host_that_takes_over_again_keeps_its_own_marks() {
    let (mut a, mut b, mut c, id) = three();
    a.sign(id, &message(9, 1)).expect("signs");
    let order = approved(&fence(id, 2, &a, 3, &[&a, &b, &c]));
    let acks = [obey(&mut b, &order).expect("obeys"), obey(&mut c, &order).expect("obeys")];
    take(&mut a, &order, &acks).expect("takes over");
    let from = a.record(id).lease(order.id()).map(|lease| lease.from.clone());
    assert_eq!(from, Some(Lanes::from(vec![Position::new(9, 0, 1)])));
    assert!(a.sign(id, &message(9, 2)).is_err());
    a.sign(id, &message(10, 2)).expect("from after its own mark");
}

/// B5: with a limit on the whole epoch, a fence beyond it needs nobody's word.
#[test]
fn beyond_the_limit_of_the_old_epoch_no_acknowledgement_is_needed() {
    let (mut a, mut b) = (Host::new(1), Host::new(2));
    let mut document = genesis(50, &a, &[&a, &b]);
    document.epoch.limit = at(20);
    let genesis = approved(&document);
    let id = a.adopt(&genesis);
    b.adopt(&genesis);
    let mut early = fence(id, 2, &b, 19, &[&a, &b]);
    early.covers = vec![];
    let host = a.id().min(b.id());
    assert_eq!(take(&mut b, &approved(&early), &[]), Err(Refusal::NotCovered { host }));
    let mut late = fence(id, 2, &b, 20, &[&a, &b]);
    late.covers = vec![];
    take(&mut b, &approved(&late), &[]).expect("beyond the limit");
    a.sign(id, &message(19, 1)).expect("the old holder, up to its limit");
    assert!(a.sign(id, &message(20, 1)).is_err());
    b.sign(id, &message(20, 2)).expect("the new holder");
}

#[test]
fn in_the_new_epoch_planned_moves_go_on() {
    let (mut a, mut b, mut c, id) = three();
    let order = approved(&fence(id, 2, &c, 3, &[&a, &b, &c]));
    let acks = [obey(&mut a, &order).expect("obeys"), obey(&mut b, &order).expect("obeys")];
    take(&mut c, &order, &acks).expect("takes over");
    hand_over(id, &mut c, &mut a, At::Position(at(8)));
    assert_eq!(a.record(id).seen, term(2, 1));
    a.sign(id, &message(8, 1)).expect("signs");
}

#[test]
fn an_approver_approves_no_fence_that_could_meet_one_it_approved() {
    let (a, b, c, id) = three();
    let document = genesis(50, &a, &[&a, &b, &c]);
    let memory = Memory::genesis(&approved(&document));
    let first = fence(id, 4, &b, 3, &[&a, &b, &c]);
    let first_id = approved(&first).id();
    let nothing = Assertion::default();
    let memory =
        approver::approve_fence(&memory, id, (&first, first_id), &nothing).expect("approves");
    approver::approve_fence(&memory, id, (&first, first_id), &nothing)
        .expect("the identical order again");
    let rival = fence(id, 3, &c, 3, &[&a, &b, &c]);
    assert_eq!(
        approver::approve_fence(&memory, id, (&rival, approved(&rival).id()), &nothing),
        Err(NotApprovable::EpochNotAbove { got: 3, highest: 4 })
    );
    let narrow = fence(id, 5, &c, 3, &[&a, &c]);
    let host = b.id();
    assert_eq!(
        approver::approve_fence(&memory, id, (&narrow, approved(&narrow).id()), &nothing),
        Err(NotApprovable::NotCovered { host })
    );
}

#[test]
fn an_approver_declares_nobody_gone_whom_it_does_not_and_no_position_too_low() {
    let (a, b, c, id) = three();
    let memory = Memory::genesis(&approved(&genesis(50, &a, &[&a, &b, &c])));
    let mut document = fence(id, 2, &b, 9, &[&a, &b, &c]);
    document.gone = vec![a.id()];
    let order_id = approved(&document).id();
    let judge = |gone: Vec<_>, signed: Option<u64>| {
        let signed = signed.map(|height| Lanes::from(vec![Position::at_height(height)]));
        approver::approve_fence(&memory, id, (&document, order_id), &Assertion { gone, signed })
            .map(|_| ())
    };
    let host = a.id();
    assert_eq!(judge(vec![], Some(8)), Err(NotApprovable::NotAsserted { host }));
    let (at, signed) = (Position::at_height(9), Position::at_height(9));
    assert_eq!(judge(vec![host], Some(9)), Err(NotApprovable::TooLow { at, signed }));
    assert!(judge(vec![host], None).is_err(), "nothing known is not nothing signed");
    assert_eq!(judge(vec![host], Some(8)), Ok(()));
}
