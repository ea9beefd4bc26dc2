//! H10. An order that was withdrawn is never released under; one that was released stays.

use crate::world::{approved, at, pair, swap};
use brainswap::{
    Position,
    handover::{Input, Refusal},
    order::{At, Void},
};

#[test]
fn after_it_is_withdrawn_nothing_is_released_under_it() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let void = approved(&Void { order: order.id(), identities: vec![id] });
    source.feed(&[id], &Input::Void(void)).expect("withdrawn");
    assert_eq!(
        source.release(&order, &[ready]).map(|_| ()),
        Err(Refusal::Void { order: order.id() })
    );
    // The same plan would be the same order: another one is another order.
    crate::world::hand_over(id, &mut source, &mut target, At::Position(at(3)));
}

#[test]
fn after_the_release_it_is_too_late() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Position(at(5)));
    let ready = target.ready(&order).expect("ready");
    source.release(&order, &[ready]).expect("released");
    let void = approved(&Void { order: order.id(), identities: vec![id] });
    let refusal = Refusal::AlreadyReleased { under: order.id(), until: Position::at_height(5) };
    assert_eq!(source.feed(&[id], &Input::Void(void)).map(|_| ()), Err(refusal));
}
