//! History that is missing, cut, older, pruned or poisoned: R2, R5.

use crate::{
    adopted, at_height,
    fixture::{Pair, Plain},
    identity, loaded,
    network::Network,
    place::Place,
    witnesses::Witnesses,
};
use brainswap::{
    Host, HostCard,
    handover::Policy,
    identity::{Epoch, Mode},
    order::Fence,
    ports::Chain as _,
};
use std::fs;

/// Staked.us, 2021-02-02 (75 validators): the history was not kept, restarts signed twice.
/// Persistence Core-1, 2022-11-06: snapshots restored without the sign state. tmkms: a missing
/// state file becomes a fresh one at height 0. Absence is never zero: each is refused with its own
/// code, and the way out is a fence to a new host, not an override.
#[test]
fn t05_a_missing_empty_cut_or_older_history_is_refused_each_with_its_code_and_a_fence_repairs() {
    let (pair, genesis) = identity(|_| {});
    let (network, place) = (Network::of(&pair), Place::anchored(&pair.machines[0]));
    let host = adopted(&pair, &genesis, place.create().expect("created"));
    for height in 1..=10 {
        assert_eq!(network.sign(&host, height, 1), Ok(()));
    }
    let older = place.snapshot();
    for height in 11..=20 {
        assert_eq!(network.sign(&host, height, 1), Ok(()));
    }
    drop(host);
    let newest = place.snapshot();

    let refused = |bytes: Option<&[u8]>| {
        match bytes {
            Some(bytes) => place.put_back(bytes),
            None => fs::remove_file(place.file()).expect("removed"),
        }
        place.open().expect_err("refused")
    };
    assert_eq!(refused(None), "journal.missing");
    assert_eq!(place.create().expect_err("the anchor knows better"), "journal.exists");
    assert_eq!(refused(Some(b"")), "journal.truncated");
    assert_eq!(refused(Some(&newest[..newest.len() - 512])), "journal.truncated");
    assert_eq!(refused(Some(&older)), "journal.older");
    let mut damaged = newest.clone();
    damaged[1_024] ^= 1;
    assert_eq!(refused(Some(&damaged)), "journal.corrupt");

    // The repair: the first host is gone, the second begins above all that it can have signed.
    let place = Place::of(&pair.machines[1]);
    let second = adopted(&pair, &genesis, place.create().expect("created"));
    let fence = Fence {
        identity: pair.ids[0],
        charter: pair.ids[0].into(),
        number: 2,
        to: second.id(),
        at: at_height(22),
        covers: sorted(&[pair.machines[0].card(), pair.machines[1].card()]),
        gone: vec![pair.machines[0].key.host_id()],
        evidence: "its journal is damaged; it will not be started again; the head is 20".into(),
        epoch: Epoch {
            roster: vec![pair.machines[1].card()],
            limit: second.genesis(pair.ids[0]).expect("known").epoch.limit,
            witnesses: vec![],
            mode: Mode::Direct,
        },
    };
    second.take_over(&pair.approved(&fence), &[]).expect("taken over");
    assert_eq!(network.sign(&second, 21, 2), Err("lease.outside"));
    assert_eq!(network.sign(&second, 22, 2), Ok(()));
    network.assert_never_two();
}

fn sorted(cards: &[HostCard]) -> Vec<brainswap::HostId> {
    let mut hosts: Vec<_> = cards.iter().map(|card| card.host).collect();
    hosts.sort();
    hosts
}

/// As above, and this is the limit: where no anchor and no witness knows of the lost history, a
/// person who creates the host anew and adopts the genesis document again begins at nothing.
#[test]
fn t05_a_host_created_anew_without_anchor_or_witnesses_is_not_found_out() {
    let (pair, genesis) = identity(|_| {});
    let (network, place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    let host = adopted(&pair, &genesis, place.create().expect("created"));
    assert_eq!(network.sign(&host, 5, 1), Ok(()));
    drop(host);
    fs::remove_file(place.file()).expect("removed");
    assert_eq!(place.open().expect_err("refused"), "journal.missing");
    let host = adopted(&pair, &genesis, place.create().expect("a deliberate act"));
    assert_eq!(network.sign(&host, 5, 2), Ok(()));
    assert_eq!(network.conflicts(), [5], "not defended: docs/incidents.md");
}

/// As above with witnesses: they know when a host's record was made, and answer none that was made
/// anew, however often it starts. It comes back only as a new host, under a fence.
#[test]
fn t05_witnesses_never_answer_a_host_created_anew() {
    let witnesses = Witnesses::new();
    let (pair, genesis) = identity(|genesis| genesis.epoch.witnesses = witnesses.ids());
    let (network, place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    let host = adopted(&pair, &genesis, place.create().expect("created"));
    witnesses.answer(&host);
    assert_eq!(network.sign(&host, 5, 1), Ok(()));
    drop(host);
    fs::remove_file(place.file()).expect("removed");
    let mut host = adopted(&pair, &genesis, place.create().expect("a deliberate act"));
    for _ in 0..4 {
        assert_eq!(witnesses.answer(&host), 0);
        assert_eq!(network.sign(&host, 5, 2), Err("start.not_proven"));
        drop(host);
        host = loaded(&pair, place.open().expect("opens"));
    }
    network.assert_never_two();
}

/// As above: the holder itself is put back to an older state. Witnesses know leases, not marks:
/// what was signed since is lost to them. A fresh head under the policy `skip`, or an anchor, is
/// what helps.
#[test]
fn t05_an_older_history_of_the_holder_needs_a_fresh_head_or_an_anchor_witnesses_do_not_see_it() {
    let put_back = |policy| {
        let witnesses = Witnesses::new();
        let (pair, genesis) = identity(|genesis| genesis.epoch.witnesses = witnesses.ids());
        let (network, mut place) = (Network::of(&pair), Place::of(&pair.machines[0]));
        place.policy = policy;
        let host = adopted(&pair, &genesis, place.create().expect("created"));
        witnesses.answer(&host);
        assert_eq!(network.sign(&host, 5, 1), Ok(()));
        let older = place.snapshot();
        assert_eq!(network.sign(&host, 6, 1), Ok(()));
        drop(host);
        place.put_back(&older);
        let host = loaded(&pair, place.open().expect("opens"));
        (witnesses, pair.ids[0], network, host)
    };
    let (witnesses, id, network, host) = put_back(Policy::Skip);
    assert_eq!(witnesses.answer(&host), 0, "it does not even ask before it has seen a head");
    host.saw_head(id, &Plain.last_signable(6)).expect("seen");
    witnesses.answer(&host);
    assert_eq!(network.sign(&host, 6, 2), Err("watermark.below"));
    assert_eq!(network.sign(&host, 8, 2), Ok(()));
    network.assert_never_two();

    let (witnesses, _, network, host) = put_back(Policy::Disk);
    witnesses.answer(&host);
    assert_eq!(network.sign(&host, 6, 2), Ok(()));
    assert_eq!(network.conflicts(), [6], "not defended: docs/incidents.md");
}

/// Blockscape on the Cosmos Hub, 2020-05-20: a pair kept a bounded list of what it had signed; a
/// lagging node asked for a height that had fallen out of the list. A mark is a floor, not a list.
#[test]
fn t06_a_lagging_request_below_a_pruned_history_is_refused() {
    let (pair, genesis) = identity(|_| {});
    let (network, mut place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    place.options.limit = 16 << 10;
    let host = adopted(&pair, &genesis, place.create().expect("created"));
    for height in 1..=100 {
        assert_eq!(network.sign(&host, height, 1), Ok(()));
    }
    drop(host);
    assert!(place.snapshot().len() <= 16 << 10, "100 marks of a sector each were rewritten");
    let host = loaded(&pair, place.open().expect("opens"));
    for height in [1, 3, 50, 99] {
        assert_eq!(network.sign(&host, height, 2), Err("watermark.below"));
        assert_eq!(network.sign(&host, height, 1), Err("watermark.below"));
    }
    assert_eq!(network.sign(&host, 100, 2), Err("watermark.conflict"));
    assert_eq!(network.sign(&host, 100, 1), Ok(()), "the very same message");
    assert_eq!(network.sign(&host, 101, 2), Ok(()));
    network.assert_never_two();
}

/// Medalla, 2020-08-14: clocks jumped, clients signed far ahead, and what was due later conflicted.
/// Beyond the limit of the epoch nothing is signed and the mark stays. Within it a jump is
/// followed: that costs the heights between, and never a second message.
#[test]
fn t14_a_jump_beyond_the_limit_of_the_epoch_is_refused_and_does_not_poison_the_mark() {
    let (pair, genesis) = identity(|genesis| genesis.epoch.limit = at_height(1_000));
    let (network, place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    let host = adopted(&pair, &genesis, place.create().expect("created"));
    assert_eq!(network.sign(&host, 5, 1), Ok(()));
    let before = host.standing(pair.ids[0]).expect("known").marks;
    for height in [1_000, 1_000_000, u64::MAX] {
        assert_eq!(network.sign(&host, height, 1), Err("lease.outside"));
    }
    assert_eq!(host.standing(pair.ids[0]).expect("known").marks, before);
    assert_eq!(network.sign(&host, 6, 1), Ok(()));

    assert_eq!(network.sign(&host, 900, 1), Ok(()), "nothing here knows the head");
    assert_eq!(network.sign(&host, 7, 2), Err("watermark.below"));
    assert_eq!(network.sign(&host, 900, 2), Err("watermark.conflict"));
    network.assert_never_two();
}

/// Kusama, era 7126 (referendum 459): after downtime a node voted from a stale view. Under the
/// policy `skip` an unclean stop is followed by nothing before a fresh head, and by nothing that
/// the head allows to have been signed. How fresh the head is, nothing here can know.
#[test]
fn t14_after_an_unclean_stop_nothing_is_signed_before_a_head_nor_below_it() {
    let (pair, source, _) = Pair::new(1);
    let network = Network::of(&pair);
    assert_eq!(network.sign(&source, 5, 1), Ok(()));
    drop(source);
    let (journal, entries) = pair.machines[0].medium.open().expect("free");
    let key = Box::new(pair.machines[0].key.clone());
    let host = Host::open(Box::new(journal), entries, key, Policy::Skip).expect("opens");
    let host = loaded(&pair, host);
    assert_eq!(network.sign(&host, 6, 2), Err("start.awaits_head"));
    host.saw_head(pair.ids[0], &Plain.last_signable(10)).expect("seen");
    assert_eq!(network.sign(&host, 6, 2), Err("watermark.below"));
    assert_eq!(network.sign(&host, 11, 2), Err("watermark.conflict"), "11 may have been signed");
    assert_eq!(network.sign(&host, 12, 2), Ok(()));
    network.assert_never_two();
}
