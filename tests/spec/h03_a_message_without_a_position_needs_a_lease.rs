//! H3, for messages that have no position: no mark is put, and who holds nothing signs none.

use crate::world::{Host, at, hand_over, message, pair, swap};
use brainswap::{
    IdentityId, Signable,
    handover::{Effect, Input, Refusal, Run},
    order::At,
};

fn reveal() -> Signable {
    Signable::Message(b"a reveal".to_vec())
}

/// Signs it; says that nothing changed, and that what was cleared has no intent.
fn sign(host: &mut Host, id: IdentityId) -> Result<(), Refusal> {
    let before = host.states.clone();
    let effects = host.feed(&[id], &Input::SignUnplaced(reveal()))?;
    let [Effect::Sign(cleared)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((cleared.intent(), cleared.signable()), (None, &reveal()));
    assert_eq!(cleared.identity(), id);
    assert_eq!(before, host.states);
    Ok(())
}

#[test]
fn the_holder_signs_it_as_often_as_it_is_asked_and_puts_no_mark() {
    let (mut source, mut target, id) = pair();
    sign(&mut source, id).expect("it holds");
    source.sign(id, &message(7, 1)).expect("a message with a position");
    sign(&mut source, id).expect("it still holds");
    sign(&mut source, id).expect("again");
    assert_eq!(sign(&mut target, id), Err(Refusal::NothingLeft));
    assert_eq!(Refusal::NothingLeft.code(), "lease.nothing_left");
}

#[test]
fn after_a_release_the_target_signs_it_and_the_source_does_not() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("released");
    assert_eq!(sign(&mut source, id), Err(Refusal::NothingLeft));
    assert_eq!(sign(&mut target, id), Err(Refusal::NothingLeft), "not before it activates");
    target.activate(&order, &release).expect("activated");
    sign(&mut target, id).expect("it holds");
    assert_eq!(sign(&mut source, id), Err(Refusal::NothingLeft));
}

/// Up to a scheduled end the source still proposes, so it still reveals.
#[test]
fn up_to_its_end_a_source_signs_it_and_after_its_last_word_it_does_not() {
    let (mut source, mut target, id) = pair();
    let order = hand_over(id, &mut source, &mut target, At::Position(at(5)));
    sign(&mut source, id).expect("positions up to 4 are its own");
    sign(&mut target, id).expect("its own begin at 5");
    source.feed(&[id], &Input::Close(order)).expect("closed");
    assert_eq!(sign(&mut source, id), Err(Refusal::NothingLeft));
}

#[test]
fn a_process_that_may_not_act_signs_it_neither() {
    let (mut source, _, id) = pair();
    source.states.get_mut(&id).expect("known").run = Run::STOPPED;
    assert_eq!(sign(&mut source, id), Err(Refusal::AwaitsHead));
}
