//! Moves that were interrupted: R1, R4, R8. A step that fails leaves one signer, or a way back.

use crate::{
    at, at_height, code,
    fixture::{Machine, Pair},
    loaded,
    network::Network,
};
use brainswap::{
    Lanes, Position,
    adapters::{Failure, MemoryMedium},
    evidence::FromHost,
    handover::Activated,
    key::{KeyKind, SecretKey},
    order::{At, Void},
};
use std::sync::Arc;

/// Factom, 2019-08-23: a swap planned for a height failed half-way, leader and replacement both
/// signed block 206920, and the network stopped. A target that restarts stays armed, and signs
/// neither before the height nor without the source's release.
#[test]
fn t01_a_target_that_restarts_before_the_height_signs_only_from_it_and_only_after_a_release() {
    let (pair, source, target) = Pair::new(1);
    let (network, order) = (Network::of(&pair), pair.order(&at(206_920)));
    let restarted = |host| {
        drop(host);
        loaded(&pair, pair.machines[1].open().expect("opens"))
    };
    target.prepare(&order).expect("ready");
    let target = restarted(target);
    for height in [206_919, 206_920, 206_921] {
        assert_eq!(network.sign(&target, height, 2), Err("lease.none"));
    }
    let ready = target.prepare(&order).expect("still armed");
    let release = source.release(&order, &ready).expect("released");
    let target = restarted(target);
    assert_eq!(network.sign(&target, 206_920, 2), Err("lease.none"), "released, not received");
    target.activate(&order, &release).expect("activated");
    let target = restarted(target);
    assert_eq!(network.sign(&target, 206_919, 2), Err("lease.outside"));
    assert_eq!(network.sign(&source, 206_919, 1), Ok(()));
    assert_eq!(network.sign(&source, 206_920, 1), Err("lease.outside"));
    assert_eq!(network.sign(&target, 206_920, 2), Ok(()));
    assert_eq!(network.heights(), [206_919, 206_920]);
    network.assert_never_two();
}

/// Factom, 2019-08-23, and LeapDAO, 2019-06-17: the old host was not there when the change of hands
/// came, returned hours later, and signed. It finds its end on its own disk and refuses.
#[test]
fn t02_a_source_that_sleeps_through_the_height_refuses_everything_from_it_on() {
    let (pair, source, target) = Pair::new(1);
    let (network, order) = (Network::of(&pair), pair.order(&at(10)));
    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    assert_eq!(network.sign(&source, 5, 1), Ok(()));
    drop(source);
    target.activate(&order, &release).expect("activated");
    for height in 10..20 {
        assert_eq!(network.sign(&target, height, 2), Ok(()));
    }
    for _ in 0..3 {
        let source = loaded(&pair, pair.machines[0].open().expect("returns"));
        let standing = source.standing(pair.ids[0]).expect("known");
        assert_eq!((standing.holds, standing.until), (false, Some(at_height(10))));
        for height in 10..22 {
            assert_eq!(network.sign(&source, height, 1), Err("lease.outside"));
        }
    }
    network.assert_never_two();
}

/// solana-validator-failover, documented limit: the link drops after the target was told to go.
/// Whether it did or not, the source does not come back by itself; a resume finds out which it was.
#[test]
fn t10_a_link_lost_at_the_activation_leaves_the_source_ended_and_a_resume_tells_what_happened() {
    for arrived in [true, false] {
        let (pair, source, target) = Pair::new(1);
        let (network, order) = (Network::of(&pair), pair.order(&At::Now));
        assert_eq!(network.sign(&source, 5, 1), Ok(()));
        let ready = target.prepare(&order).expect("ready");
        let release = source.release(&order, &ready).expect("released");
        if arrived {
            target.activate(&order, &release).expect("activated; the answer is lost");
        }
        // All that the source knows: its right is over, and whose it is if that host took it.
        let standing = source.standing(pair.ids[0]).expect("known");
        assert!(!standing.signs);
        assert_eq!(standing.released_to, Some(pair.machines[1].key.host_id()));
        assert!(standing.says.contains("signs from there, or declines; `resume`"));
        assert_eq!(network.sign(&source, 6, 1), Err("lease.outside"));
        assert_eq!(code(source.take_back(&order, &release)), "document.other_kind");
        let void = Void { order: order.id(), identities: pair.ids.clone() };
        assert_eq!(code(source.void(&pair.approved(&void))), "release.already");
        // The resume asks the target first: it has it, or is still ready.
        let said = target.prepare(&order).expect("says again").remove(0);
        assert_eq!(FromHost::<Activated>::verify(&said).is_ok(), arrived);
        let again = source.release(&order, &[]).expect("said again");
        let answer = target.activate(&order, &again).expect("activated").remove(0);
        let activated = FromHost::<Activated>::verify(&answer).expect("by the target");
        let after_5 = Position::at_height(5).next().expect("there is one");
        assert_eq!(activated.message().leases, [(pair.ids[0], Lanes::from(vec![after_5]))]);
        assert_eq!(network.sign(&target, 6, 2), Ok(()));
        network.assert_never_two();
    }
}

/// solana-validator-failover #9, Solana Validator Switch #10: the target could not be activated (a
/// bad argument), and both nodes stayed passive. What can fail there fails in `prepare`, and a
/// source that has no promise ends nothing.
#[test]
fn t11_a_target_that_cannot_take_over_is_found_out_before_the_source_ends_anything() {
    let (pair, source, _) = Pair::new(1);
    let network = Network::of(&pair);
    let order = pair.order(&At::Now);
    let standby = &pair.machines[1];

    assert_eq!(code(Machine::new().create().prepare(&order)), "order.not_for_this_host");
    let reinstalled = Machine { key: standby.key.clone(), medium: MemoryMedium::new() };
    assert_eq!(code(reinstalled.create().prepare(&order)), "order.unknown_identity");
    let target = standby.open().expect("opens");
    assert_eq!(code(target.prepare(&order)), "order.key_missing");
    let other = SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    assert_eq!(code(target.load_key(pair.ids[0], Arc::new(other))), "key.mismatch");
    assert_eq!(code(target.prepare(&order)), "order.key_missing");
    pair.load(&target);
    standby.medium.fail_commit(1, Failure::Before);
    assert_eq!(code(target.prepare(&order)), "journal.io");

    let refused = source.release(&order, &[]).expect_err("nobody is ready");
    assert_eq!((refused.code(), refused.is_anyone_signing()), ("release.not_ready", Some(true)));
    for height in 1..4 {
        assert_eq!(network.sign(&source, height, 1), Ok(()));
    }
    assert!(source.standing(pair.ids[0]).expect("known").holds);
    network.assert_never_two();
}

/// Solana Validator Switch #13: a step hung for ten minutes and nobody voted. Deadlines are
/// positions: before the release the source never stopped; after it the target hands back what it
/// cannot use; and where it is silent the source says why it may not return.
#[test]
fn t12_a_step_past_its_deadline_gives_the_identity_back_or_says_why_not() {
    // The promise comes too late: the order has expired, the source goes on.
    let (pair, source, target) = Pair::new(1);
    let network = Network::of(&pair);
    let mut plan = pair.plan(&At::Now);
    plan.moves[0].expires = Some(at_height(10));
    let order = pair.approved(&plan);
    let ready = target.prepare(&order).expect("ready");
    assert_eq!(network.sign(&source, 10, 1), Ok(()));
    assert_eq!(code(source.release(&order, &ready)), "release.expired");
    assert_eq!(network.sign(&source, 11, 1), Ok(()));

    // The target has the release and cannot use it: the very next height is the source's again.
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    assert_eq!(network.sign(&source, 12, 1), Err("lease.outside"));
    let decline = target.decline(&order, &release).expect("declined");
    source.take_back(&order, &decline).expect("back");
    assert_eq!(network.sign(&source, 12, 1), Ok(()));
    target.activate(&order, &release).expect("late, and of no effect");
    assert_eq!(network.sign(&target, 12, 2), Err("lease.outside"));
    assert_eq!(network.sign(&target, 13, 2), Err("lease.outside"));
    network.assert_never_two();

    // The target is silent: nobody signs, and the source says whose turn it is.
    let (pair, source, target) = Pair::new(1);
    let network = Network::of(&pair);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    source.release(&order, &ready).expect("released");
    drop(target);
    let (named, standing) =
        (pair.machines[1].key.host_id().short(), source.standing(pair.ids[0]).expect("known"));
    assert!(standing.says.contains(&named), "{}", standing.says);
    assert_eq!(network.sign(&source, 1, 1), Err("lease.outside"));
    network.assert_never_two();
}
