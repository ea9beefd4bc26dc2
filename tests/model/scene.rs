//! Scene: three hosts, one identity, a few approved orders; worlds, and what can happen in them.

use crate::world::{Host, approved, fence, genesis, order, part, term};
use brainswap::{
    IdentityId, Lane, Lanes, Nonce, OrderId, Position,
    evidence::{Approved, FromHost, HostDocument},
    handover::{Change, Durable, Effect, FenceAck, Input, Message, State, step},
    order::{self, Fence, Order, declined},
    ports::Seq,
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

/// The most positions that a scene has.
const POSITIONS: usize = 5;

/// Where the first order changes hands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Now,
    Position(u64),
}

/// What the world is at one moment. States and messages are numbers; the scene knows what they are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    states: [u32; 3],
    wire: BTreeSet<u32>,
    /// Which digests left, at each position.
    signed: [u8; POSITIONS],
    /// Which host signed first, at each position: 0 for nobody.
    by: [u8; POSITIONS],
    destroyed: bool,
}

/// Hosts S, T, U; orders; and everything that was met so far, numbered.
pub(crate) struct Scene {
    hosts: [Host; 3],
    identity: IdentityId,
    planned: Vec<Approved<Order>>,
    fence: Option<Approved<Fence>>,
    positions: u64,
    may_decline: bool,
    may_destroy: bool,
    forgets: bool,
    met: RefCell<Met>,
}

/// A message, as its receiver's next input.
type Delivery = (usize, Rc<Input>);

/// What a step leads to: the next state and what was said, or nothing new.
type Outcome = Option<(u32, Vec<u32>, Vec<(u64, u8)>)>;

#[derive(Default)]
struct Met {
    states: Vec<State>,
    state_ids: HashMap<State, u32>,
    messages: Vec<Message>,
    message_ids: HashMap<Message, u32>,
    deliveries: HashMap<u32, Vec<Delivery>>,
    acks: HashMap<u32, FromHost<FenceAck>>,
    outcomes: HashMap<(usize, u32, usize), Outcome>,
}

impl Scene {
    fn new() -> Self {
        let mut hosts = [Host::new(1), Host::new(2), Host::new(3)];
        let [s, t, u] = &hosts;
        let document = approved(&genesis(50, s, &[s, t, u]));
        for host in &mut hosts {
            host.adopt(&document);
        }
        let identity = document.id().into();
        Self {
            hosts,
            identity,
            planned: Vec::new(),
            fence: None,
            positions: POSITIONS as u64,
            may_decline: false,
            may_destroy: false,
            forgets: false,
            met: RefCell::default(),
        }
    }

    /// O1: S to T. O2, its rival: S to U. O3: T back to S.
    pub(crate) fn planned(at: At) -> Self {
        let mut scene = Self::new();
        let first = scene.plan(0, 1, at, scene.identity.into(), 1);
        let rival = scene.plan(0, 2, At::Now, scene.identity.into(), 1);
        let back = scene.plan(1, 0, At::Now, first.id(), 2);
        scene.planned = vec![first, rival, back];
        scene
    }

    /// O1: S to T, which may decline; and a way back for what it kept.
    pub(crate) fn declined(at: At) -> Self {
        let mut scene = Self::new();
        let first = scene.plan(0, 1, at, scene.identity.into(), 1);
        let again = scene.plan(0, 1, At::Now, declined(first.id()), 3);
        scene.planned = vec![first, again];
        scene.may_decline = true;
        scene
    }

    /// O1: S to T. A fence to U from position 1; nobody is gone.
    pub(crate) fn fenced() -> Self {
        let mut scene = Self::new();
        scene.positions = 3;
        scene.planned = vec![scene.plan(0, 1, At::Now, scene.identity.into(), 1)];
        let [s, t, u] = &scene.hosts;
        scene.fence = Some(approved(&fence(scene.identity, 2, u, 1, &[s, t, u])));
        scene
    }

    /// The same, and S may be destroyed; the fence says so, and is given only if that is true.
    pub(crate) fn destroyed() -> Self {
        let mut scene = Self::fenced();
        let [s, t, u] = &scene.hosts;
        let mut document = fence(scene.identity, 2, u, 2, &[s, t, u]);
        document.gone = vec![s.id()];
        scene.fence = Some(approved(&document));
        scene.may_destroy = true;
        scene
    }

    /// S loses its marks whenever it is asked anything: the bug that the checker must see.
    pub(crate) fn forgetful(mut self) -> Self {
        self.forgets = true;
        self
    }

    fn plan(&self, from: usize, to: usize, at: At, base: OrderId, n: u64) -> Approved<Order> {
        let at = match at {
            At::Now => order::At::Now,
            At::Position(height) => order::At::Position(crate::world::at(height)),
        };
        let mut made = part(self.identity, &self.hosts[0], &self.hosts[to], at);
        made.from = self.hosts[from].id();
        made.base = base;
        made.term = term(1, n);
        order(vec![made])
    }

    pub(crate) fn first(&self) -> World {
        let states = [0, 1, 2]
            .map(|host: usize| self.number_state(self.hosts[host].states[&self.identity].clone()));
        World {
            states,
            wire: BTreeSet::new(),
            signed: [0; POSITIONS],
            by: [0; POSITIONS],
            destroyed: false,
        }
    }

    /// Every world that one action leads to.
    pub(crate) fn next(&self, world: &World) -> Vec<World> {
        let mut next = Vec::new();
        for host in 0..3 {
            if world.destroyed && host == 0 {
                continue;
            }
            for (number, input) in self.inputs(world, host) {
                if let Some(after) = self.act(world, host, number, &input) {
                    next.push(after);
                }
            }
        }
        if self.may_destroy && !world.destroyed {
            next.push(World { destroyed: true, ..world.clone() });
        }
        if !world.wire.is_empty() {
            next.push(World { wire: BTreeSet::new(), ..world.clone() });
        }
        next
    }

    /// What can reach a host now. Inputs that are equal have equal numbers.
    fn inputs(&self, world: &World, host: usize) -> Vec<(usize, Rc<Input>)> {
        let mut inputs = Vec::new();
        for height in 0..self.positions {
            for content in 0..2 {
                let number = (height * 2 + u64::from(content)) as usize;
                let message = crate::world::message(height, content);
                inputs.push((number, Rc::new(Input::Sign(message))));
            }
        }
        for (which, order) in self.planned.iter().enumerate() {
            if order.document().received_by(self.hosts[host].id()).next().is_some() {
                let nonce = Nonce::from_bits((host * 16 + which) as u128);
                let keys = BTreeSet::from([self.identity]);
                let input = Input::Order { order: order.clone(), nonce, keys };
                inputs.push((100 + which, Rc::new(input)));
            }
        }
        for (which, order) in self.planned.iter().enumerate() {
            if order.document().given_by(self.hosts[host].id()).next().is_some() {
                // What was released is said again whenever it is asked for.
                let back = Nonce::from_bits(0);
                let input = Input::Readies { order: order.clone(), readies: vec![], back };
                inputs.push((400 + which, Rc::new(input)));
            }
        }
        for message in &world.wire {
            for (at, (to, input)) in self.deliveries(*message).iter().enumerate() {
                if *to == host {
                    inputs.push((1_000 + *message as usize * 4 + at, input.clone()));
                }
            }
        }
        inputs.extend(self.fence_inputs(world, host));
        inputs
    }

    fn fence_inputs(&self, world: &World, host: usize) -> Vec<(usize, Rc<Input>)> {
        let Some(fence) = &self.fence else { return Vec::new() };
        // Operators are truthful: the fence is given out only if what it says of S is true.
        let gone = !fence.document().gone.is_empty();
        if gone && (!world.destroyed || self.signed_by_gone(world)) {
            return Vec::new();
        }
        let mut inputs = vec![(200, Rc::new(Input::Fence(fence.clone())))];
        if fence.document().to == self.hosts[host].id() {
            let met = self.met.borrow();
            // The newest word of each host: an older one says the same, or less.
            let heard = world.wire.iter().filter_map(|id| Some((*id, met.acks.get(id)?)));
            let acks: BTreeMap<_, _> =
                heard.map(|(id, ack)| (ack.message().host, (id, ack.clone()))).collect();
            let number = acks.values().fold(1, |number, (id, _)| number * 4_096 + *id as usize);
            let acks = acks.into_values().map(|(_, ack)| ack).collect();
            let input = Input::Acks { fence: fence.clone(), acks };
            inputs.push(((1 << 40) + number, Rc::new(input)));
        }
        inputs
    }

    /// Whether S signed at or above the position that the fence names.
    fn signed_by_gone(&self, world: &World) -> bool {
        let fence = self.fence.as_ref().and_then(|fence| fence.document().at.get(Lane::FIRST));
        let at = fence.map_or(0, |at| at.height() as usize);
        world.by.iter().skip(at).any(|by| *by == 1)
    }

    fn act(&self, world: &World, host: usize, number: usize, input: &Input) -> Option<World> {
        let before = world.states[host];
        let key = (host, before, number);
        let known = self.met.borrow().outcomes.get(&key).cloned();
        let outcome = known.unwrap_or_else(|| {
            let outcome = self.step(before, input);
            self.met.borrow_mut().outcomes.insert(key, outcome.clone());
            outcome
        });
        let (state, said, signed) = outcome?;
        let mut next = world.clone();
        next.states[host] = state;
        next.wire.extend(said);
        for (height, content) in signed {
            let at = height as usize;
            if next.signed[at] == 0 {
                next.by[at] = host as u8 + 1;
            }
            next.signed[at] |= 1 << content;
        }
        (next != *world).then_some(next)
    }

    /// The shipped step, with what it lets out numbered.
    fn step(&self, before: u32, input: &Input) -> Outcome {
        let mut state = self.met.borrow().states[before as usize].clone();
        if self.forgets && state.record.host == self.hosts[0].id() {
            state.record.marks = Lanes::from(vec![None]);
        }
        let sealed = step(&[&state], input).ok()?;
        for change in sealed.changes() {
            match change.clone() {
                Change::Record(record) => state.record = *record,
                Change::Mark(_, lane, mark) => state.record.raise(lane, mark),
                Change::Run(_, run) => state.run = run,
            }
        }
        let mut said = Vec::new();
        let mut signed = Vec::new();
        for effect in sealed.open(&Durable::after_reread(Seq::new(1))).expect("read back") {
            match effect {
                Effect::Send(Message::Activated(_)) => {} // information only
                Effect::Send(message) => said.push(self.number_message(message)),
                Effect::Sign(cleared) => {
                    let intent = cleared.intent().expect("it has a position");
                    let one = crate::world::message(intent.position.height(), 1).intent.digest;
                    signed.push((intent.position.height(), u8::from(intent.digest == one)));
                }
                _ => {}
            }
        }
        Some((self.number_state(state), said, signed))
    }

    /// Whom a message reaches, and as what.
    fn deliveries(&self, id: u32) -> Vec<Delivery> {
        if let Some(known) = self.met.borrow().deliveries.get(&id) {
            return known.clone();
        }
        let message = self.met.borrow().messages[id as usize].clone();
        let made = self.deliver(&message);
        self.met.borrow_mut().deliveries.insert(id, made.clone());
        made
    }

    fn deliver(&self, message: &Message) -> Vec<Delivery> {
        let of = |id: OrderId| self.planned.iter().find(|order| order.id() == id).cloned();
        let at = |id| self.hosts.iter().position(|host| host.id() == id).expect("a host");
        let mut made = Vec::new();
        match message {
            Message::Ready(ready) => {
                let order = of(ready.order).expect("an order");
                let source = at(order.document().moves[0].from);
                let back = Nonce::from_bits(u128::from(ready.order.as_bytes()[0]) + 1_000);
                let readies = vec![self.says(ready)];
                made.push((source, Rc::new(Input::Readies { order, readies, back })));
            }
            Message::Release(release) => {
                let order = of(release.order).expect("an order");
                let target = at(order.document().moves[0].to);
                let release = self.says(release);
                if self.may_decline && order.id() == self.planned[0].id() {
                    let (order, release) = (order.clone(), release.clone());
                    made.push((target, Rc::new(Input::Decline { order, release })));
                }
                made.push((target, Rc::new(Input::Released { order, release })));
            }
            Message::Decline(decline) => {
                let order = of(decline.order).expect("an order");
                let source = at(order.document().moves[0].from);
                let decline = self.says(decline);
                made.push((source, Rc::new(Input::Declined { order, decline })));
            }
            _ => {}
        }
        made
    }

    fn says<T: HostDocument>(&self, message: &T) -> FromHost<T> {
        let host = self.hosts.iter().find(|host| host.id() == message.host()).expect("a host");
        host.key.says(message)
    }

    fn number_state(&self, state: State) -> u32 {
        let mut met = self.met.borrow_mut();
        if let Some(known) = met.state_ids.get(&state) {
            return *known;
        }
        let id = met.states.len() as u32;
        met.states.push(state.clone());
        met.state_ids.insert(state, id);
        id
    }

    fn number_message(&self, message: Message) -> u32 {
        let mut met = self.met.borrow_mut();
        if let Some(known) = met.message_ids.get(&message) {
            return *known;
        }
        let id = met.messages.len() as u32;
        if let Message::FenceAck(ack) = &message {
            met.acks.insert(id, self.says(ack));
        }
        met.messages.push(message.clone());
        met.message_ids.insert(message, id);
        id
    }

    /// What must never be.
    pub(crate) fn broken(&self, world: &World) -> Option<&'static str> {
        if world.signed.contains(&3) {
            return Some("a position has two digests");
        }
        let met = self.met.borrow();
        let spans: Vec<Vec<(Position, Position)>> = (0..3)
            .map(|host| {
                let record = &met.states[world.states[host] as usize].record;
                let last = record.mark(Lane::FIRST).and_then(|mark| mark.position.next());
                let span = |lease: &brainswap::lease::Lease| {
                    let from = *lease.from.get(Lane::FIRST)?;
                    let mut until = *lease.until.get(Lane::FIRST)?;
                    if world.destroyed && host == 0 {
                        until = until.min(last.unwrap_or(Position::START)); // it signs no more
                    }
                    (from < until).then_some((from, until))
                };
                record.leases.iter().filter(|lease| lease.attested).filter_map(span).collect()
            })
            .collect();
        let overlap = |a: &(Position, Position), b: &(Position, Position)| a.0 < b.1 && b.0 < a.1;
        let pairs = [(0, 1), (0, 2), (1, 2)];
        let shared = pairs.iter().any(|(one, other)| {
            spans[*one].iter().any(|a| spans[*other].iter().any(|b| overlap(a, b)))
        });
        shared.then_some("two hosts have a lease of one position")
    }

    /// Whether a living host has a lease without an end, or only a later fence can bring one: what
    /// this scene's fence says of the destroyed host is not true.
    pub(crate) fn is_held(&self, world: &World) -> bool {
        if world.destroyed && self.signed_by_gone(world) {
            return true;
        }
        let met = self.met.borrow();
        let alive = (0..3).filter(|host| !(world.destroyed && *host == 0));
        let mut records = alive.map(|host| &met.states[world.states[host] as usize].record);
        records.any(|record| record.holding().is_some())
    }

    /// What should be seen somewhere.
    pub(crate) fn shows(&self, world: &World) -> Vec<&'static str> {
        let met = self.met.borrow();
        let record = |host: usize| &met.states[world.states[host] as usize].record;
        let used = |host: usize, id: OrderId| {
            let held = record(host).lease(id);
            let last = record(host).mark(Lane::FIRST).map(|mark| mark.position);
            held.is_some_and(|lease| last >= lease.from.get(Lane::FIRST).copied() && last.is_some())
        };
        let mut shows = Vec::new();
        let orders: Vec<OrderId> = self.planned.iter().map(Approved::id).collect();
        if used(1, orders[0]) {
            shows.push("the swap completed");
        }
        if orders.len() > 2 && used(0, orders[2]) {
            shows.push("it came back");
        }
        if used(0, declined(orders[0])) {
            shows.push("it was declined and is home");
        }
        if world.by == [1, 1, 2, 2, 2] && used(1, orders[0]) {
            shows.push("every position was signed, each by its holder");
        }
        if self.fence.as_ref().is_some_and(|fence| used(2, fence.id())) {
            shows.push("the fence's host signed");
        }
        shows
    }
}
