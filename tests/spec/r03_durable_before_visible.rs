//! R3. No signature, ready or release leaves before the state that makes it safe is durable.

use crate::world::{message, pair, swap};
use brainswap::{
    handover::{Change, Durable, Input, NotReread},
    order::At,
    ports::Seq,
};

#[test]
fn a_new_position_must_be_committed_before_it_is_signed() {
    let (host, _, id) = pair();
    let sealed = host.sealed(&[id], &Input::Sign(message(1, 1))).expect("allowed");
    assert!(matches!(sealed.changes(), [Change::Mark(..)]));
    let sealed = sealed.open_unchanged().expect_err("there is a mark to commit");
    assert_eq!(sealed.open(&Durable::after_barrier(Seq::new(1))).map(|e| e.len()), Ok(1));
}

#[test]
fn a_release_must_be_read_back_before_it_leaves() {
    let (mut source, mut target, id) = pair();
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let input = Input::Readies { order, readies: vec![ready], back: source.nonce() };
    let sealed = source.sealed(&[id], &input).expect("allowed");
    assert!(sealed.needs_reread());
    let opened = sealed.open(&Durable::after_barrier(Seq::new(1)));
    assert_eq!(opened.map(|_| ()), Err(NotReread));
}

#[test]
fn a_repeated_message_needs_no_commit() {
    let (mut host, _, id) = pair();
    host.sign(id, &message(1, 1)).expect("first");
    let sealed = host.sealed(&[id], &Input::Sign(message(1, 1))).expect("allowed");
    assert!(sealed.is_unchanged());
    assert_eq!(sealed.open_unchanged().map(|effects| effects.len()).ok(), Some(1));
}
