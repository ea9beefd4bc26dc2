//! Copies of a host: an image, a snapshot. R10: as far as it can be detected.

use crate::{
    adopted, fixture::Pair, identity, loaded, network::Network, place::Place, witnesses::Witnesses,
};
use brainswap::{
    Host,
    adapters::Machine as Fingerprint,
    document::Envelope,
    handover::{Alarm, Gap},
    key::HostKey,
    lease::Term,
    order::{At, Order},
};
use std::sync::Arc;

/// Polkadot, early mainnet: a second node was built from a disk image of the first, keys included.
/// The journal names its host and its machine; a copy of the disk alone opens nowhere else.
#[test]
fn t07_a_disk_image_booted_on_another_machine_or_by_another_host_is_refused() {
    let (pair, genesis) = identity(|_| {});
    let (network, place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    let host = adopted(&pair, &genesis, place.create().expect("created"));
    assert_eq!(network.sign(&host, 5, 1), Ok(()));
    let mut image = place.booted_from_image();
    image.fingerprint = Fingerprint::from_texts(Some("fedcba9876543210"), None);
    assert_eq!(image.open().expect_err("refused"), "journal.foreign_machine");
    let mut image = place.booted_from_image();
    image.key = Arc::new(HostKey::generate().expect("random bytes"));
    assert_eq!(image.open().expect_err("refused"), "journal.foreign_host");
    assert_eq!(network.sign(&host, 6, 1), Ok(()), "the original signs on");
    network.assert_never_two();
}

/// The same, where the image takes the machine's own identifiers along: of two machines that boot
/// from it, the witnesses answer the first one alone.
#[test]
fn t07_of_two_machines_booted_from_one_image_witnesses_answer_only_one() {
    let witnesses = Witnesses::new();
    let (pair, genesis) = identity(|genesis| genesis.epoch.witnesses = witnesses.ids());
    let (network, place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    let host = adopted(&pair, &genesis, place.create().expect("created"));
    witnesses.answer(&host);
    assert_eq!(network.sign(&host, 5, 1), Ok(()));
    drop(host);
    let image = place.booted_from_image();
    let (first, second) = (place.open().expect("opens"), image.open().expect("opens: the same"));
    let (first, second) = (loaded(&pair, first), loaded(&pair, second));
    assert!(witnesses.answer(&first) > 0);
    assert_eq!(witnesses.answer(&second), 0);
    for height in 6..9 {
        assert_eq!(network.sign(&first, height, 1), Ok(()));
        assert_eq!(network.sign(&second, height, 2), Err("start.not_proven"));
    }
    network.assert_never_two();
}

/// The same, and this is the limit: while the original runs on, its image is a newer process of it.
/// It is found out when the original starts again, and that is too late.
#[test]
fn t07_an_image_of_a_running_machine_signs_beside_it_until_the_original_starts_again() {
    let witnesses = Witnesses::new();
    let (pair, genesis) = identity(|genesis| genesis.epoch.witnesses = witnesses.ids());
    let (network, place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    let original = adopted(&pair, &genesis, place.create().expect("created"));
    witnesses.answer(&original);
    let image = place.booted_from_image();
    let image = loaded(&pair, image.open().expect("opens: the same host, machine and journal"));
    witnesses.answer(&image);
    assert_eq!(network.sign(&original, 5, 1), Ok(()));
    assert_eq!(network.sign(&image, 5, 2), Ok(()));
    assert_eq!(network.conflicts(), [5], "not defended: docs/incidents.md");
    drop(original);
    let original = loaded(&pair, place.open().expect("opens"));
    assert_eq!(witnesses.answer(&original), 0);
    assert_eq!(network.sign(&original, 6, 1), Err("start.not_proven"));
}

/// A pair on real disks, of which the first host has released, and was then put back to a snapshot
/// from before. The target holds from height 6 on and has signed it.
struct PutBack {
    pair: Pair,
    network: Network,
    place: Place,
    target: Host,
    order: Envelope,
}

fn put_back(witnesses: Option<&Witnesses>, is_anchored: bool) -> PutBack {
    let ids = witnesses.map_or(vec![], Witnesses::ids);
    let (pair, genesis) = identity(|genesis| genesis.epoch.witnesses = ids);
    let network = Network::of(&pair);
    let place = if is_anchored { Place::anchored } else { Place::of };
    let (place, other) = (place(&pair.machines[0]), Place::of(&pair.machines[1]));
    let source = adopted(&pair, &genesis, place.create().expect("created"));
    let target = adopted(&pair, &genesis, other.create().expect("created"));
    let attest = |host: &Host| witnesses.map_or(0, |witnesses| witnesses.answer(host));
    attest(&source);
    attest(&target);
    assert_eq!(network.sign(&source, 5, 1), Ok(()));
    let snapshot = place.snapshot();
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    target.activate(&order, &release).expect("activated");
    attest(&target);
    assert_eq!(network.sign(&target, 6, 2), Ok(()));
    drop(source);
    place.put_back(&snapshot);
    PutBack { pair, network, place, target, order }
}

/// Lighthouse #2322, 2021-04: the old client "returned from the dead" at a boot after the move.
/// LeapDAO, 2019-06-17: the same. With an anchor elsewhere an older disk does not even start.
#[test]
fn t08_a_host_put_back_to_before_its_release_does_not_start_where_an_anchor_knows() {
    let PutBack { network, place, target, .. } = put_back(None, true);
    assert_eq!(place.open().expect_err("refused"), "journal.older");
    assert_eq!(network.sign(&target, 7, 2), Ok(()));
    network.assert_never_two();
}

/// The same with witnesses: the host starts, signs nothing before it has asked, and learns that its
/// lease is over.
#[test]
fn t08_a_host_put_back_to_before_its_release_learns_from_witnesses_that_it_is_over() {
    let witnesses = Witnesses::new();
    let PutBack { pair, network, place, target, .. } = put_back(Some(&witnesses), false);
    let source = loaded(&pair, place.open().expect("opens"));
    assert!(source.standing(pair.ids[0]).expect("known").holds, "as far as its disk knows");
    assert_eq!(network.sign(&source, 6, 1), Err("start.not_proven"));
    assert!(witnesses.answer(&source) > 0);
    assert_eq!(network.sign(&source, 6, 1), Err("lease.none"));
    let standing = source.standing(pair.ids[0]).expect("known");
    assert_eq!((standing.holds, standing.alarms), (false, vec![Alarm::Superseded]));
    assert_eq!(network.sign(&target, 7, 2), Ok(()));
    network.assert_never_two();
}

/// The same with neither, and this is the limit: the host believes its disk and signs. Its standing
/// had said so all along; the next move finds out, which is too late.
#[test]
fn t08_a_host_put_back_to_before_its_release_signs_twice_without_anchor_and_witnesses() {
    let PutBack { pair, network, place, target, order } = put_back(None, false);
    let source = loaded(&pair, place.open().expect("opens"));
    let standing = source.standing(pair.ids[0]).expect("known");
    assert_eq!(standing.gaps, [Gap::NoWitnesses, Gap::TrustedDisk]);
    assert_eq!(network.sign(&source, 6, 1), Ok(()));
    assert_eq!(network.conflicts(), [6], "not defended: docs/incidents.md");

    let back = pair.approved(&back(&pair, &order));
    let ready = source.prepare(&back).expect("ready");
    let release = target.release(&back, &ready).expect("released");
    source.activate(&back, &release).expect("activated");
    let standing = source.standing(pair.ids[0]).expect("known");
    assert_eq!(standing.alarms, [Alarm::RolledBack]);
}

/// The plan that moves the identity home again.
fn back(pair: &Pair, order: &Envelope) -> Order {
    let mut plan = pair.plan(&At::Now);
    let part = &mut plan.moves[0];
    (part.from, part.to) = (part.to, part.from);
    part.base = order.id();
    part.term = Term { epoch: 1, number: 2 };
    plan
}
