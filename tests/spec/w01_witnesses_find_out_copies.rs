//! H1, H2, W1. With witnesses, a process acts only after a majority knows it and its newest lease.

use crate::world::{Host, approved, genesis, hand_over, message, messages, swap};
use brainswap::{
    IdentityId, Lanes, Position,
    evidence::FromHost,
    handover::{Alarm, Answer, Attest, Attested, Input, Message, Policy, Refusal},
    order::At,
    witness::{self, Memory},
};

struct Witness {
    host: Host,
    memory: Memory,
}

impl Witness {
    fn answer(&mut self, question: &FromHost<Attest>) -> Option<FromHost<Attested>> {
        let (memory, said) = witness::step(&self.memory, self.host.id(), question)?;
        self.memory = memory;
        Some(self.host.key.says(&said))
    }
}

struct Scene {
    source: Host,
    target: Host,
    id: IdentityId,
    witnesses: Vec<Witness>,
}

fn scene() -> Scene {
    let (mut source, mut target) = (Host::new(1), Host::new(2));
    let mut witnesses: Vec<Witness> =
        [11, 12, 13].map(|seed| Witness { host: Host::new(seed), memory: Memory::EMPTY }).into();
    witnesses.sort_by_key(|witness| witness.host.id());
    let mut document = genesis(50, &source, &[&source, &target]);
    document.epoch.witnesses = witnesses.iter().map(|witness| witness.host.id()).collect();
    let document = approved(&document);
    let id = source.adopt(&document);
    target.adopt(&document);
    Scene { source, target, id, witnesses }
}

/// Asks these witnesses until they have nothing new to say.
fn attest(host: &mut Host, id: IdentityId, witnesses: &mut [Witness]) {
    for _ in 0..4 {
        let input = Input::Start { session: host.session, clean: true, policy: Policy::Disk };
        let said =
            messages(host.sealed(&[id], &input).expect("asks").open_unchanged().expect("ask"));
        let Some(Message::Attest(question)) = said.first() else { panic!("{said:?}") };
        let question = host.key.says(question);
        for witness in witnesses.iter_mut() {
            if let Some(answer) = witness.answer(&question) {
                host.feed(&[id], &Input::Attested(answer)).expect("taken");
            }
        }
    }
}

#[test]
fn a_process_that_no_majority_knows_signs_nothing() {
    let mut scene = scene();
    let refusal = Refusal::NotProven { recorded: 0, needed: 2 };
    assert_eq!(scene.source.sign(scene.id, &message(1, 1)), Err(refusal));
    attest(&mut scene.source, scene.id, &mut scene.witnesses[..1]);
    let refusal = Refusal::NotProven { recorded: 1, needed: 2 };
    assert_eq!(scene.source.sign(scene.id, &message(1, 1)), Err(refusal));
    attest(&mut scene.source, scene.id, &mut scene.witnesses[..2]);
    scene.source.sign(scene.id, &message(1, 1)).expect("a majority knows it");
}

#[test]
fn every_start_and_every_lease_is_attested_anew() {
    let mut scene = scene();
    attest(&mut scene.source, scene.id, &mut scene.witnesses);
    attest(&mut scene.target, scene.id, &mut scene.witnesses);
    scene.source.restart();
    assert!(scene.source.sign(scene.id, &message(1, 1)).is_err());
    attest(&mut scene.source, scene.id, &mut scene.witnesses);
    hand_over(scene.id, &mut scene.source, &mut scene.target, At::Now);
    assert!(scene.target.sign(scene.id, &message(2, 2)).is_err(), "the new lease is not known");
    attest(&mut scene.target, scene.id, &mut scene.witnesses);
    scene.target.sign(scene.id, &message(2, 2)).expect("now it is");
}

#[test]
fn a_process_that_no_majority_knows_releases_nothing_and_obeys_no_fence() {
    let Scene { mut source, mut target, id, mut witnesses } = scene();
    attest(&mut target, id, &mut witnesses);
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let refusal = Refusal::NotProven { recorded: 0, needed: 2 };
    assert_eq!(source.release(&order, &[ready]).map(|_| ()), Err(refusal.clone()));
    let fence = approved(&crate::world::fence(id, 2, &target, 3, &[&source, &target]));
    assert_eq!(source.feed(&[id], &Input::Fence(fence)).map(|_| ()), Err(refusal));
}

/// Hole R5: what no majority recorded is neither used nor passed on.
#[test]
fn a_lease_that_no_majority_recorded_is_neither_signed_under_nor_released() {
    let Scene { mut source, mut target, id, mut witnesses } = scene();
    attest(&mut source, id, &mut witnesses);
    attest(&mut target, id, &mut witnesses);
    hand_over(id, &mut source, &mut target, At::Now);
    // A majority knows the process, and a newer lease than this one: that attests nothing.
    let state = target.states.get_mut(&id).expect("known");
    let lease = state.record.newest().map(|lease| lease.id);
    for witness in &witnesses {
        state.run.superseded.insert((witness.host.id(), lease));
    }
    assert_eq!(state.may_act(), Ok(()));
    let refusal = Refusal::NotProven { recorded: 0, needed: 2 };
    assert_eq!(target.sign(id, &message(5, 2)), Err(refusal));
    let back = swap(id, &target, &source, At::Now);
    let ready = source.ready(&back).expect("ready");
    let refusal = Refusal::NotProven { recorded: 3, needed: 2 };
    assert_eq!(target.release(&back, &[ready]).map(|_| ()), Err(refusal));
}

/// Section 3: a source restored to before its release would sign again; the witnesses know better.
#[test]
fn a_source_restored_to_before_its_release_drops_its_lease_with_an_alarm() {
    let Scene { mut source, mut target, id, mut witnesses } = scene();
    attest(&mut source, id, &mut witnesses);
    attest(&mut target, id, &mut witnesses);
    let backup = source.states.clone();
    hand_over(id, &mut source, &mut target, At::Now);
    attest(&mut target, id, &mut witnesses);
    source.states = backup;
    source.restart();
    attest(&mut source, id, &mut witnesses);
    assert!(source.record(id).alarms.contains(&Alarm::Superseded));
    assert!(source.record(id).leases.is_empty());
    assert!(source.sign(id, &message(1, 1)).is_err());
    hand_over(id, &mut target, &mut source, At::Now);
    attest(&mut source, id, &mut witnesses);
    source.sign(id, &message(5, 1)).expect("with a new lease it is a host like any other");
}

/// Hole R3: restored to before its release, and started before the target attests.
#[test]
fn a_release_from_before_a_restart_that_witnesses_know_of_is_dropped_and_asked_for_again() {
    let Scene { mut source, mut target, id, mut witnesses } = scene();
    attest(&mut source, id, &mut witnesses);
    attest(&mut target, id, &mut witnesses);
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let backup = source.states.clone();
    let release = source.release(&order, std::slice::from_ref(&ready)).expect("released");
    source.states = backup;
    source.restart();
    attest(&mut source, id, &mut witnesses);
    source.sign(id, &message(9, 1)).expect("the restored source signs on");
    target.activate(&order, &release).expect("the old release arrives");
    attest(&mut target, id, &mut witnesses);
    assert!(target.record(id).lease(order.id()).is_none(), "it rests on a process that is over");
    assert!(target.sign(id, &message(9, 2)).is_err());
    let again = source.release(&order, &[ready]).expect("released by the newest process");
    target.activate(&order, &again).expect("the same order is accepted again");
    attest(&mut target, id, &mut witnesses);
    assert!(target.sign(id, &message(9, 2)).is_err(), "below the true end");
    target.sign(id, &message(10, 2)).expect("from the true end on");
}

/// A source restored in between releases twice, to two targets, for one term. Each target finds
/// witnesses that recorded the other's lease: those must not count for its own.
#[test]
fn of_two_leases_of_one_term_at_most_one_is_ever_attested() {
    let (mut s, mut t, mut u) = (Host::new(1), Host::new(2), Host::new(3));
    let mut witnesses: Vec<Witness> =
        [11, 12, 13].map(|seed| Witness { host: Host::new(seed), memory: Memory::EMPTY }).into();
    witnesses.sort_by_key(|witness| witness.host.id());
    let mut document = genesis(50, &s, &[&s, &t, &u]);
    document.epoch.witnesses = witnesses.iter().map(|witness| witness.host.id()).collect();
    let document = approved(&document);
    let id = s.adopt(&document);
    t.adopt(&document);
    u.adopt(&document);
    attest(&mut s, id, &mut witnesses);
    let (to_t, to_u) = (swap(id, &s, &t, At::Now), swap(id, &s, &u, At::Now));
    let (from_t, from_u) = (t.ready(&to_t).expect("t"), u.ready(&to_u).expect("u"));
    let backup = s.states.clone();
    let first = s.release(&to_t, &[from_t]).expect("released to t");
    t.activate(&to_t, &first).expect("t takes it");
    attest(&mut t, id, &mut witnesses[..1]); // and reaches one witness
    s.states = backup;
    s.restart();
    attest(&mut s, id, &mut witnesses[1..]); // the other two know nothing of it
    let second = s.release(&to_u, &[from_u]).expect("released again, to u");
    u.activate(&to_u, &second).expect("u takes it");
    attest(&mut u, id, &mut witnesses);
    attest(&mut t, id, &mut witnesses);
    attest(&mut u, id, &mut witnesses);
    attest(&mut t, id, &mut witnesses[..1]);
    u.sign(id, &message(5, 3)).expect("a majority recorded u's lease");
    assert!(t.sign(id, &message(5, 2)).is_err(), "and only that one");
}

/// A witness's answer about a host's newest lease, whatever it rests on.
fn says(witness: &Witness, host: &Host, id: IdentityId, answer: Answer) -> Input {
    let lease = host.record(id).newest().map(|lease| lease.id);
    let (asker, session) = (host.id(), host.session);
    let said = Attested { identity: id, host: witness.host.id(), asker, session, lease, answer };
    Input::Attested(witness.host.key.says(&said))
}

/// R4: what was handed back stays handed back, also if a witness finds its source stale.
#[test]
fn a_declined_lease_is_not_dropped_as_stale() {
    let Scene { mut source, mut target, id, mut witnesses } = scene();
    attest(&mut source, id, &mut witnesses);
    let order = swap(id, &source, &target, At::Now);
    let ready = target.ready(&order).expect("ready");
    let release = source.release(&order, &[ready]).expect("released");
    let input = Input::Decline { order: order.clone(), release: release.clone() };
    target.feed(&[id], &input).expect("declined");
    let stale = says(&witnesses[0], &target, id, Answer::Stale(source.id()));
    target.feed(&[id], &stale).expect("heard");
    let kept = target.record(id).lease(order.id()).expect("the tombstone");
    assert!(kept.released.is_some() && kept.is_empty());
}

/// A restored host whose record does not know of a fence that cut what it has left to sign.
#[test]
fn a_newer_epoch_ends_everything_that_a_restored_host_has_left() {
    let Scene { mut source, mut target, id, mut witnesses } = scene();
    attest(&mut source, id, &mut witnesses);
    hand_over(id, &mut source, &mut target, At::Position(crate::world::at(9)));
    source.sign(id, &message(3, 1)).expect("up to its end");
    let newer = Answer::Superseded(crate::world::term(2, 0));
    let input = says(&witnesses[0], &source, id, newer);
    source.feed(&[id], &input).expect("heard");
    assert!(source.sign(id, &message(4, 1)).is_err());
    assert!(source.record(id).alarms.contains(&Alarm::Superseded));
}

#[test]
fn a_copy_with_the_same_session_number_gets_no_answer() {
    let mut scene = scene();
    attest(&mut scene.source, scene.id, &mut scene.witnesses);
    let mut copy = Host::new(1);
    copy.states = scene.source.states.clone();
    copy.session.nonce += 1;
    let input = Input::Start { session: copy.session, clean: true, policy: Policy::Disk };
    let effects = copy.feed(&[scene.id], &input).expect("starts");
    let said = messages(effects);
    let Some(Message::Attest(question)) = said.first() else { panic!("{said:?}") };
    let question = copy.key.says(question);
    assert!(scene.witnesses.iter_mut().all(|witness| witness.answer(&question).is_none()));
}

#[test]
fn after_an_unclean_stop_the_skip_policy_waits_for_the_head_and_burns_what_it_allows() {
    let (mut source, _, id) = crate::world::pair();
    source.session.number += 1;
    let input = Input::Start { session: source.session, clean: false, policy: Policy::Skip };
    source.feed(&[id], &input).expect("starts");
    assert_eq!(source.sign(id, &message(3, 1)), Err(Refusal::AwaitsHead));
    let head = Lanes::from(vec![Position::at_height(6)]);
    source.feed(&[id], &Input::Head(head)).expect("the head is 5: 6 may have been signed");
    assert!(source.sign(id, &message(6, 1)).is_err());
    source.sign(id, &message(7, 1)).expect("above everything that was possible");
}

/// Hole R1: the skip is one mark for signing and for releasing alike.
#[test]
fn a_release_after_a_skip_begins_above_the_skip() {
    let (mut source, mut target, id) = crate::world::pair();
    let head = Lanes::from(vec![Position::at_height(6)]);
    source.feed(&[id], &Input::Head(head)).expect("seen");
    hand_over(id, &mut source, &mut target, At::Now);
    assert!(target.sign(id, &message(6, 2)).is_err());
    target.sign(id, &message(7, 2)).expect("above the skip");
}
