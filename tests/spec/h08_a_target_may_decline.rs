//! H8. A target may hand back what was released to it: the same way back, with nothing signed.

use crate::world::{Host, message, messages, pair, swap};
use brainswap::{
    IdentityId,
    evidence::{Approved, FromHost},
    handover::{Decline, Input, Message, Refusal, Release},
    order::{At, Order},
};

fn decline(
    target: &mut Host,
    id: IdentityId,
    order: &Approved<Order>,
    release: &FromHost<Release>,
) -> Result<FromHost<Decline>, Refusal> {
    let input = Input::Decline { order: order.clone(), release: release.clone() };
    match messages(target.feed(&[id], &input)?).as_slice() {
        [Message::Decline(decline)] => Ok(target.key.says(decline)),
        other => panic!("expected a decline, got {other:?}"),
    }
}

fn take_back(
    source: &mut Host,
    id: IdentityId,
    order: &Approved<Order>,
    decline: &FromHost<Decline>,
) -> Result<(), Refusal> {
    let input = Input::Declined { order: order.clone(), decline: decline.clone() };
    source.feed(&[id], &input).map(|_| ())
}

fn released() -> (Host, Host, IdentityId, Approved<Order>, FromHost<Release>) {
    let (mut source, mut target, id) = pair();
    source.sign(id, &message(3, 1)).expect("signs");
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("release");
    (source, target, id, order, release)
}

#[test]
fn a_declined_identity_is_home_and_misses_nothing() {
    let (mut source, mut target, id, order, release) = released();
    let declined = decline(&mut target, id, &order, &release).expect("declined");
    assert!(target.sign(id, &message(4, 2)).is_err());
    take_back(&mut source, id, &order, &declined).expect("home");
    source.sign(id, &message(4, 1)).expect("the source goes on where it ended");
}

#[test]
fn a_decline_is_repeatable_and_so_is_taking_back() {
    let (mut source, mut target, id, order, release) = released();
    let first = decline(&mut target, id, &order, &release).expect("declined");
    target.restart();
    let again = decline(&mut target, id, &order, &release).expect("declined again");
    assert_eq!(first.message().ends, again.message().ends);
    take_back(&mut source, id, &order, &again).expect("home");
    take_back(&mut source, id, &order, &again).expect("home, said twice");
    assert_eq!(source.record(id).leases.iter().filter(|lease| lease.released.is_none()).count(), 1);
}

#[test]
fn what_was_declined_cannot_be_activated_with_use() {
    let (_, mut target, id, order, release) = released();
    decline(&mut target, id, &order, &release).expect("declined");
    target.activate(&order, &release).expect("it says where its lease began, and ended");
    assert!(target.sign(id, &message(4, 2)).is_err());
}

#[test]
fn a_target_that_has_signed_hands_back_from_after_its_last_signature() {
    let (mut source, mut target, id, order, release) = released();
    target.activate(&order, &release).expect("activate");
    target.sign(id, &message(5, 2)).expect("signs");
    let declined = decline(&mut target, id, &order, &release).expect("declined");
    take_back(&mut source, id, &order, &declined).expect("home");
    assert!(source.sign(id, &message(4, 1)).is_err() && source.sign(id, &message(5, 1)).is_err());
    source.sign(id, &message(6, 1)).expect("from after the target's last");
}

#[test]
fn a_source_restored_to_before_its_release_takes_nothing_back() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let backup = source.states.clone();
    let release = source.release(&order, &[ready]).expect("release");
    let declined = decline(&mut target, id, &order, &release).expect("declined");
    source.states = backup;
    assert_eq!(take_back(&mut source, id, &order, &declined), Err(Refusal::NotPrepared));
}

/// H4: under a lease that is empty, not even the predecessor's last message is sent again.
#[test]
fn who_declined_does_not_send_the_source_s_last_message_again() {
    let (_, mut target, id, order, release) = released();
    decline(&mut target, id, &order, &release).expect("declined");
    assert!(target.sign(id, &message(3, 1)).is_err());
}

#[test]
fn after_a_decline_the_next_swap_works_as_the_first() {
    let (mut source, mut target, id, order, release) = released();
    let declined = decline(&mut target, id, &order, &release).expect("declined");
    take_back(&mut source, id, &order, &declined).expect("home");
    crate::world::hand_over(id, &mut source, &mut target, At::Now);
    target.sign(id, &message(4, 2)).expect("the target holds it now");
    assert!(source.sign(id, &message(5, 1)).is_err());
}

#[test]
fn what_moved_on_to_another_order_cannot_be_declined() {
    let (mut source, mut target, id, order, release) = released();
    target.activate(&order, &release).expect("activate");
    crate::world::hand_over(id, &mut target, &mut source, At::Now);
    let refusal = decline(&mut target, id, &order, &release).map(|_| ());
    assert_eq!(refusal, Err(Refusal::NothingToDecline));
}

#[test]
fn a_decline_from_a_host_that_was_not_the_target_is_refused() {
    let (mut source, mut target, id, order, release) = released();
    let declined = decline(&mut target, id, &order, &release).expect("declined");
    let stranger = Host::new(9);
    let mut forged = declined.message().clone();
    forged.host = stranger.id();
    let forged = stranger.key.says(&forged);
    let refusal = Refusal::OtherSender { got: stranger.id(), wanted: target.id() };
    assert_eq!(take_back(&mut source, id, &order, &forged), Err(refusal));
}
