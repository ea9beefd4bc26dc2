//! A handover costs one sync for each step, for one identity as for thousands in one order.

use crate::fixture::{Pair, Plain, message};
use brainswap::order::At;

/// The syncs of prepare, release and activate.
fn cost(identities: usize) -> [u64; 3] {
    let (pair, source, target) = Pair::new(identities);
    let order = pair.order(&At::Now);
    let before = (source.syncs(), target.syncs());
    let ready = target.prepare(&order).expect("ready");
    let prepared = target.syncs();
    let release = source.release(&order, &ready).expect("released");
    let released = source.syncs();
    target.activate(&order, &release).expect("activated");
    for id in &pair.ids {
        assert!(source.sign(*id, &Plain, &message(9, 1)).is_err());
    }
    [prepared - before.1, released - before.0, target.syncs() - prepared]
}

#[test]
fn one_identity_costs_one_sync_a_step() {
    assert_eq!(cost(1), [1, 1, 1]);
}

#[test]
fn two_hundred_identities_in_one_order_cost_the_same() {
    assert_eq!(cost(200), [1, 1, 1]);
}

#[test]
fn repeating_a_step_costs_nothing() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    target.activate(&order, &release).expect("activated");
    let before = (source.syncs(), target.syncs());
    target.prepare(&order).expect("said again");
    source.release(&order, &ready).expect("said again");
    target.activate(&order, &release).expect("said again");
    assert_eq!((source.syncs(), target.syncs()), before);
}

#[test]
fn a_signature_costs_one_sync_and_the_same_again_none() {
    let (pair, source, _target) = Pair::new(1);
    let before = source.syncs();
    source.sign(pair.ids[0], &Plain, &message(1, 1)).expect("signs");
    assert_eq!(source.syncs(), before + 1);
    source.sign(pair.ids[0], &Plain, &message(1, 1)).expect("again");
    assert_eq!(source.syncs(), before + 1);
    source.sign(pair.ids[0], &Plain, &message(1, 2)).expect_err("refused");
    assert_eq!(source.syncs(), before + 1);
}
