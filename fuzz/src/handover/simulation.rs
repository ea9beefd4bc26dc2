//! Simulation: the hosts' states, everything ever sent and signed, and the invariants over them.

use super::world::{HOSTS, World, from_host, lane};
use brainswap::{
    Digest, HostId, IdentityId, Intent, Lane, Lanes, Nonce, OrderId, Position, Reading, Session,
    Signable,
    evidence::{Approved, FromHost},
    handover::{
        Attest, Attested, Change, Decline, Durable, Effect, FenceAck, Input, Message, Policy,
        Ready, Record, Refusal, Release, Run, State, Tail, step,
    },
    lease::{End, Lease},
    order::{Fence, Order, Void},
    ports::Seq,
    witness,
};
use std::collections::{BTreeMap, BTreeSet};

/// How often each act was seen: a body that never gets anywhere finds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Tally {
    pub signed: u32,
    pub released: u32,
    pub activated: u32,
    pub declined: u32,
    pub taken_back: u32,
    pub closed: u32,
    pub tails: u32,
    pub voided: u32,
    pub fenced: u32,
    pub taken_over: u32,
    pub crashed: u32,
    pub restored: u32,
    pub attested: u32,
    pub refused: u32,
}

/// What people approved.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "there are few, and they are looked at often")]
pub(super) enum Paper {
    Order(Approved<Order>),
    Void(Approved<Void>),
    Fence(Approved<Fence>),
}

/// What hosts sent. It stays on the network for ever.
#[derive(Clone)]
pub(super) enum Sent {
    Ready(FromHost<Ready>),
    Release(FromHost<Release>),
    Decline(FromHost<Decline>),
    Tail(FromHost<Tail>),
    Ack(FromHost<FenceAck>),
    Attest(FromHost<Attest>),
    Attested(FromHost<Attested>),
}

pub(super) struct Machine {
    /// One for each identity, in the order of the ids.
    pub(super) states: [State; 2],
    /// An older copy of the disk, and what the host had signed then.
    pub(super) copy: Option<([Record; 2], Session, usize)>,
    pub(super) session: Session,
    /// Declared gone: it never runs again.
    pub(super) gone: bool,
    /// It went back in time.
    pub(super) restored: bool,
    /// Every position it signed, for each identity.
    pub(super) signed: [Vec<Position>; 2],
}

pub(super) struct Simulation {
    pub(super) world: &'static World,
    pub(super) machines: [Machine; HOSTS],
    memories: [witness::Memory; 2],
    pub(super) papers: Vec<Paper>,
    pub(super) net: Vec<Sent>,
    known: BTreeSet<Message>,
    promised: BTreeMap<(OrderId, HostId), Nonce>,
    said: BTreeMap<(OrderId, HostId, &'static str, IdentityId), End>,
    /// I1: what was signed at every position, with its floor.
    pub(super) signed: BTreeMap<(usize, Position), (Digest, u64)>,
    random: u128,
    pub(super) tally: Tally,
}

impl Simulation {
    pub(super) fn new(world: &'static World) -> Self {
        let machine = |number: usize| {
            let state = |identity: usize| State {
                record: Record::genesis(
                    world.host(number),
                    &world.identities[identity],
                    brainswap::Nonce::from_bits(1),
                ),
                run: Run::STOPPED,
            };
            Machine {
                states: [state(0), state(1)],
                copy: None,
                session: Session::NONE,
                gone: false,
                restored: false,
                signed: [Vec::new(), Vec::new()],
            }
        };
        let mut simulation = Self {
            world,
            machines: [machine(0), machine(1), machine(2)],
            memories: [witness::Memory::EMPTY, witness::Memory::EMPTY],
            papers: Vec::new(),
            net: Vec::new(),
            known: BTreeSet::new(),
            promised: BTreeMap::new(),
            said: BTreeMap::new(),
            signed: BTreeMap::new(),
            random: 0,
            tally: Tally::default(),
        };
        for host in 0..HOSTS {
            simulation.start(host, true);
            simulation.settle(host);
        }
        simulation
    }

    pub(super) fn draw(&mut self) -> u128 {
        self.random += 1;
        self.random
    }

    /// H1: a new process. Only one that went back in time is sure to be taken for unclean.
    pub(super) fn start(&mut self, host: usize, clean: bool) {
        let nonce = self.draw();
        let machine = &mut self.machines[host];
        machine.session = machine.session.next(nonce).expect("few starts");
        let session = machine.session;
        for state in &mut machine.states {
            state.run = Run::STOPPED;
        }
        let start = Input::Start { session, clean, policy: Policy::Skip };
        self.advance(host, &[0, 1], &start).expect("a start is never refused");
        self.tally.crashed += 1;
    }

    /// H2: asks the witness about everything, and hears its answers.
    pub(super) fn settle(&mut self, host: usize) {
        for identity in 0..2 {
            let state = &self.machines[host].states[identity];
            if !self.world.setup.witnessed || state.run.awaits_head {
                continue;
            }
            let session = self.machines[host].session;
            let ask = Input::Start { session, clean: true, policy: Policy::Disk };
            let sealed = step(&[state], &ask).expect("a start is never refused");
            let effects = sealed.open_unchanged().expect("a question changes nothing durable");
            for effect in effects {
                if let Effect::Send(Message::Attest(attest)) = effect {
                    let attest = from_host(&self.world.hosts[host], &attest);
                    if let Some(answer) = self.ask(&attest) {
                        // A refusal is an answer too: the tally counts the rest.
                        self.deliver_answer(host, &answer);
                    }
                }
            }
        }
    }

    /// W1: the witness's answer, if it gives one.
    pub(super) fn ask(&mut self, attest: &FromHost<Attest>) -> Option<FromHost<Attested>> {
        let asked = attest.message().identity;
        let number = (0..2).find(|number| self.world.identity(*number) == asked)?;
        let witness = super::world::host_id(&self.world.witness);
        let (next, answer) = witness::step(&self.memories[number], witness, attest)?;
        assert!(next.seen >= self.memories[number].seen, "the witness went back");
        self.memories[number] = next;
        let answer = from_host(&self.world.witness, &answer);
        self.net.push(Sent::Attested(answer.clone()));
        Some(answer)
    }

    pub(super) fn deliver_answer(&mut self, host: usize, answer: &FromHost<Attested>) {
        let number = (0..2).find(|n| self.world.identity(*n) == answer.message().identity);
        let Some(number) = number else { return };
        match self.advance(host, &[number], &Input::Attested(answer.clone())) {
            Ok(()) => self.tally.attested += 1,
            Err(_) => self.tally.refused += 1,
        }
    }

    /// H3: asks for a signature.
    pub(super) fn sign(&mut self, host: usize, identity: usize, position: Position, kind: u8) {
        // A chain's source lies below its target, and its digest covers both.
        let floor = match self.world.setup.floored {
            true => u64::from(kind >> 1).checked_rem(position.height()).unwrap_or(0),
            false => 0,
        };
        let content = [&position.bits().to_be_bytes()[..], &floor.to_be_bytes(), &[kind & 1]];
        let digest = Digest::of(&content.concat());
        let intent = Intent { lane: Lane::FIRST, position, floor, digest };
        let signable = Signable::Prehash(*digest.as_bytes());
        let input = Input::Sign(Reading { intent, signable });
        self.carry_out(host, &[identity], &input, false);
    }

    /// One step: durable, then its effects, unless the power goes in between.
    pub(super) fn carry_out(&mut self, host: usize, which: &[usize], input: &Input, lost: bool) {
        if self.machines[host].gone {
            return;
        }
        let mut unheard = (self.net.len(), self.known.clone());
        match self.advance(host, which, input) {
            Ok(()) => self.count(input),
            Err(_) => self.tally.refused += 1,
        }
        if lost && !matches!(input, Input::Sign(_)) {
            self.net.truncate(unheard.0);
            std::mem::swap(&mut self.known, &mut unheard.1);
            self.start(host, !self.machines[host].restored);
        }
    }

    fn advance(&mut self, host: usize, which: &[usize], input: &Input) -> Result<(), Refusal> {
        let states: Vec<&State> =
            which.iter().map(|number| &self.machines[host].states[*number]).collect();
        let sealed = step(&states, input)?;
        let before = self.machines[host].states.clone();
        for change in sealed.changes().to_vec() {
            self.apply(host, change);
        }
        let seq = Seq::new(1);
        let durable = match sealed.needs_reread() {
            true => Durable::after_reread(seq),
            false => Durable::after_barrier(seq),
        };
        for effect in sealed.open(&durable).expect("the commit was read back") {
            match effect {
                Effect::Send(message) => self.send(host, message),
                Effect::Sign(cleared) => {
                    let identity = cleared.identity();
                    let intent = cleared.intent().expect("every message here has a position");
                    self.signature(host, &before, identity, intent);
                }
                _ => {}
            }
        }
        self.check_leases();
        Ok(())
    }

    fn apply(&mut self, host: usize, change: Change) {
        let id = match &change {
            Change::Record(record) => record.identity,
            Change::Mark(id, ..) | Change::Run(id, _) => *id,
        };
        let number = (0..2).find(|number| self.world.identity(*number) == id).expect("of a known");
        let state = &mut self.machines[host].states[number];
        let old = state.record.clone();
        match change {
            Change::Record(record) => state.record = *record,
            Change::Mark(_, lane, mark) => state.record.raise(lane, mark),
            Change::Run(_, run) => state.run = run,
        }
        never_goes_back(&old, &state.record);
    }

    fn send(&mut self, host: usize, message: Message) {
        let (order, kind, ends) = match &message {
            Message::Ready(ready) => {
                let key = (ready.order, self.world.host(host));
                let first = *self.promised.entry(key).or_insert(ready.nonce);
                let forgot = self.machines[host].restored;
                assert!(forgot || first == ready.nonce, "one promise has two nonces");
                (ready.order, "ready", [].as_slice())
            }
            Message::Release(release) => (release.order, "release", release.ends.as_slice()),
            Message::Decline(decline) => (decline.order, "decline", decline.ends.as_slice()),
            _ => (self.world.charter(0), "nothing", [].as_slice()),
        };
        for end in ends.iter().filter(|_| !self.machines[host].restored) {
            let key = (order, self.world.host(host), kind, end.identity);
            let first = self.said.entry(key).or_insert_with(|| end.clone());
            assert_eq!(first, end, "R4: a {kind} was said again otherwise");
        }
        if !self.known.insert(message.clone()) {
            return; // it is on the network already
        }
        let key = &self.world.hosts[host];
        let sent = match message {
            Message::Ready(message) => Sent::Ready(from_host(key, &message)),
            Message::Release(message) => Sent::Release(from_host(key, &message)),
            Message::Decline(message) => Sent::Decline(from_host(key, &message)),
            Message::Tail(message) => Sent::Tail(from_host(key, &message)),
            Message::FenceAck(message) => Sent::Ack(from_host(key, &message)),
            Message::Attest(message) => Sent::Attest(from_host(key, &message)),
            Message::Activated(_) => return, // information only: no host reads it
            other => panic!("a host sent what only a witness sends: {other:?}"),
        };
        self.net.push(sent);
    }

    /// I1, I4, I10: a signature left.
    fn signature(
        &mut self,
        host: usize,
        before: &[State; 2],
        identity: IdentityId,
        intent: &Intent,
    ) {
        let number = (0..2).find(|number| self.world.identity(*number) == identity).expect("known");
        let position = intent.position;
        let leases = &before[number].record.leases;
        assert!(
            leases.iter().any(|lease| lease.covers(intent) || lease.resends(intent)),
            "I4: {position} was signed outside every lease"
        );
        let (digest, floor) = (intent.digest, intent.floor);
        let first = *self.signed.entry((number, position)).or_insert((digest, floor));
        assert_eq!(first.0, digest, "I1: position {position} was signed twice");
        if self.world.setup.floored {
            for ((_, other), (_, its)) in self.signed.iter().filter(|(key, _)| key.0 == number) {
                let surrounds =
                    (*other > position && *its < floor) || (*other < position && *its > floor);
                assert!(!surrounds, "I10: {other} with {its}, {position} with {floor}");
            }
        }
        self.machines[host].signed[number].push(position);
        self.tally.signed += 1;
    }

    /// I2, I7: usable leases of living hosts do not meet, and one at most is open.
    fn check_leases(&self) {
        for number in 0..2 {
            let mut usable: Vec<(usize, &Lease, Lanes<Position>)> = Vec::new();
            let mut open = 0;
            for (host, machine) in self.machines.iter().enumerate().filter(|(_, m)| !m.gone) {
                let state = &machine.states[number];
                if self.world.setup.witnessed && state.may_act().is_err() {
                    continue;
                }
                let record = &state.record;
                for lease in record.leases.iter().filter(|lease| lease.attested) {
                    open += usize::from(record.is_open(lease));
                    // Below its mark a host that went back can sign nothing: that part is over.
                    let from = match machine.restored {
                        true => lease.earliest_end(&record.marks),
                        false => lease.from.clone(),
                    };
                    usable.push((host, lease, from));
                }
            }
            // A limited epoch ends at its limit, seen or not: its last lease stays open.
            assert!(open <= 1 || self.world.setup.limited, "I7: {open} hosts hold");
            for (host, lease, from) in &usable {
                for (other, theirs, begins) in usable.iter().filter(|(other, ..)| other > host) {
                    let later = from.zip(begins, |a, b| *a.max(b)).expect("the same lanes");
                    let sooner = lease.until.zip(&theirs.until, |a, b| *a.min(b));
                    let sooner = sooner.expect("the same lanes");
                    let meet = later.zip(&sooner, |later, sooner| later < sooner);
                    let meet = meet.expect("the same lanes").iter().any(|(_, meet)| *meet);
                    assert!(!meet, "I2: hosts {host} and {other}: {lease:?} meets {theirs:?}");
                }
            }
        }
    }

    /// The disk as it was is put back, and a process starts on it.
    pub(super) fn restore(&mut self, host: usize) {
        let Some((records, session, _)) = self.machines[host].copy.clone() else { return };
        let machine = &mut self.machines[host];
        machine.restored = true;
        machine.session = session;
        for (state, record) in machine.states.iter_mut().zip(records) {
            state.record = record;
        }
        self.tally.restored += 1;
        self.start(host, false);
    }

    /// A fresh head of the chain: everything that was signed by anyone is in it.
    pub(super) fn see_head(&mut self, host: usize) {
        for number in 0..2 {
            let last = self.signed.keys().filter(|(identity, _)| *identity == number).max();
            let head = last.map_or(Position::START, |(_, position)| *position);
            let input = Input::Head(lane(head));
            self.carry_out(host, &[number], &input, false);
        }
    }

    fn count(&mut self, input: &Input) {
        let count = match input {
            Input::Readies { .. } => &mut self.tally.released,
            Input::Released { .. } => &mut self.tally.activated,
            Input::Decline { .. } => &mut self.tally.declined,
            Input::Declined { .. } => &mut self.tally.taken_back,
            Input::Close(_) => &mut self.tally.closed,
            Input::Tail(_) => &mut self.tally.tails,
            Input::Void(_) => &mut self.tally.voided,
            Input::Fence(_) => &mut self.tally.fenced,
            Input::Acks { .. } => &mut self.tally.taken_over,
            _ => return,
        };
        *count += 1;
    }
}

/// I3: marks, terms, epochs and releases never go back; ends never rise.
fn never_goes_back(old: &Record, new: &Record) {
    assert!(old.seen <= new.seen, "I3: the highest term fell");
    assert!(old.epoch.0 <= new.epoch.0, "I3: the epoch fell");
    for (lane, mark) in old.marks.iter() {
        let now = new.mark(lane);
        let rises = mark.is_none_or(|mark| {
            now.is_some_and(|now| now.position >= mark.position && now.floor >= mark.floor)
        });
        assert!(rises, "I3: the mark fell from {mark:?} to {now:?}");
    }
    for lease in &old.leases {
        let Some(now) = new.lease(lease.id) else { continue };
        let falls = lease.until.zip(&now.until, |old, new| new <= old).expect("the same lanes");
        assert!(falls.iter().all(|(_, falls)| *falls), "I3: an end rose: {lease:?} to {now:?}");
        assert!(lease.released.is_none() || lease.released == now.released, "I3: another release");
        assert_eq!((lease.term, &lease.from), (now.term, &now.from), "a lease changed");
    }
}
