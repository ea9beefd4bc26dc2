//! Handover: one function that advances an identity on a host, and returns every effect in order.
//!
//! Nothing here reads a clock, a disk, a network or a random number: those come in with the
//! [`Input`], and go out as the [`Change`]s and [`Effect`]s of a [`Sealed`]. The names H1 to H12
//! are those of `docs/protocol.md`, section 5.4.
//!
//! ```text
//!  target   Order ----> Ready           H5   the key is here, the promise is durable
//!  source   Readies --> Release         H6   the end is durable and read back, for ever
//!  target   Release --> Activated       H7   a lease from that end on
//!           Decline --> Declined        H8   the same way back, with nothing signed
//!  source   Close ----> Tail            H9   the last marks of a scheduled end
//! ```

mod activate;
mod fence;
mod message;
mod plans;
mod prepare;
mod record;
mod refusal;
mod release;
mod sealed;
mod sign;
mod standing;
mod start;

pub use message::{
    Activated, Answer, Attest, Attested, Decline, FenceAck, Message, Ready, Release, Tail,
};
pub use plans::MAX_PLANS;
pub use record::{Alarm, Prepared, Record, Run, Sighting, State};
pub use refusal::Refusal;
pub use sealed::{Change, Durable, Effect, NotReread, Sealed};
pub use standing::{Gap, Standing};
pub use start::Policy;

use crate::{
    HostId, IdentityId, Lanes, Nonce, OrderId, Position, Reading, Session, Signable,
    charter::NextHead,
    evidence::{Approved, FromHost},
    order::{Fence, Order, Veto, Void},
};
use alloc::{boxed::Box, collections::BTreeSet, vec::Vec};

/// Everything that can happen to an identity on a host.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Input {
    /// H1: a process starts. Whatever ran before is over.
    Start {
        /// The new session, number and nonce drawn after the start.
        session: Session,
        /// Whether the process before it stopped cleanly.
        clean: bool,
        /// What a start rests on.
        policy: Policy,
    },
    /// H1: a fresh head of the chain, and the highest positions that can have been signed by it.
    Head(Lanes<Position>),
    /// H2: a witness answers.
    Attested(FromHost<Attested>),
    /// H3, H4: a message is to be signed.
    Sign(Reading),
    /// H3: a message that has no position is to be signed.
    SignUnplaced(Signable),
    /// H5: an order reaches its target.
    Order {
        /// The order.
        order: Approved<Order>,
        /// Random; used only for a promise that was not given before.
        nonce: Nonce,
        /// The identities whose keys are loaded, each checked against its public key.
        keys: BTreeSet<IdentityId>,
    },
    /// H6: every target of an order is ready; this host gives under it.
    Readies {
        /// The order.
        order: Approved<Order>,
        /// One promise of each target.
        readies: Vec<FromHost<Ready>>,
        /// Random, for the way back.
        back: Nonce,
    },
    /// H7: a source has released.
    Released {
        /// The order.
        order: Approved<Order>,
        /// The source's end.
        release: FromHost<Release>,
    },
    /// H8: this host, a target, hands back what was released to it.
    Decline {
        /// The order.
        order: Approved<Order>,
        /// The source's end, unless this host has activated already.
        release: FromHost<Release>,
    },
    /// H8: a target has declined; this host, the source, takes the identity back.
    Declined {
        /// The order.
        order: Approved<Order>,
        /// The target's refusal.
        decline: FromHost<Decline>,
    },
    /// H9: this host will sign no more under leases that it released by this order.
    Close(OrderId),
    /// H9: a source's last word.
    Tail(FromHost<Tail>),
    /// H10: an order is withdrawn.
    Void(Approved<Void>),
    /// A plan that waits is known from now on.
    Sight {
        /// The order, fence or amendment.
        plan: OrderId,
        /// Now, by this host's clock, in seconds since 1970.
        now: u64,
    },
    /// The waiting of a plan counts for nothing any more.
    Veto(Approved<Veto>),
    /// The charter has a new head.
    Amend(NextHead),
    /// Two amendments follow one head.
    Forked(IdentityId),
    /// H11: a fence reaches a host of the roster.
    Fence(Approved<Fence>),
    /// H12: the host that a fence names takes over.
    Acks {
        /// The fence.
        fence: Approved<Fence>,
        /// The acknowledgements of every other covered host that is not gone.
        acks: Vec<FromHost<FenceAck>>,
    },
}

/// Advances, together, the identities of one host that an input concerns.
///
/// `states` holds the state of each of them, in the order of their ids, each once. A [`Refusal`]
/// leaves all of them as they were: of an order that moves thousands, all moves happen or none.
///
/// # Errors
///
/// [`Refusal`].
pub fn step(states: &[&State], input: &Input) -> Result<Sealed, Refusal> {
    let states = States::new(states)?;
    match input {
        Input::Start { session, clean, policy } => start::start(&states, *session, *clean, *policy),
        Input::Head(positions) => start::head(&states, positions),
        Input::Attested(answer) => start::attested(&states, answer),
        Input::Sign(reading) => sign::sign(states.only()?, reading),
        Input::SignUnplaced(signable) => sign::sign_unplaced(states.only()?, signable),
        Input::Order { order, nonce, keys } => prepare::prepare(&states, order, *nonce, keys),
        Input::Readies { order, readies, back } => release::release(&states, order, readies, *back),
        Input::Released { order, release } => activate::activate(&states, order, release),
        Input::Decline { order, release } => activate::decline(&states, order, release),
        Input::Declined { order, decline } => activate::declined(&states, order, decline),
        Input::Close(order) => release::close(&states, *order),
        Input::Tail(tail) => activate::tail(&states, tail),
        Input::Void(void) => release::void(&states, void),
        Input::Sight { plan, now } => plans::sight(&states, *plan, *now),
        Input::Veto(veto) => plans::veto(&states, veto),
        Input::Amend(next) => plans::amend(&states, next),
        Input::Forked(identity) => plans::forked(&states, *identity),
        Input::Fence(fence) => fence::obey(&states, fence),
        Input::Acks { fence, acks } => fence::take(&states, fence, acks),
    }
}

/// The states that one step works on, found by identity.
struct States<'a> {
    all: &'a [&'a State],
    host: HostId,
    session: Session,
}

impl<'a> States<'a> {
    fn new(all: &'a [&'a State]) -> Result<Self, Refusal> {
        let first = all
            .first()
            .ok_or(Refusal::UnknownIdentity { identity: IdentityId::from_bytes([0; 32]) })?;
        let host = first.record.host;
        if all.iter().any(|state| state.record.host != host) {
            return Err(Refusal::OtherHost { wanted: host });
        }
        Ok(Self { all, host, session: first.run.session })
    }

    fn find(&self, identity: IdentityId) -> Result<&'a State, Refusal> {
        self.all
            .binary_search_by(|state| state.record.identity.cmp(&identity))
            .ok()
            .and_then(|found| self.all.get(found).copied())
            .ok_or(Refusal::UnknownIdentity { identity })
    }

    fn only(&self) -> Result<&'a State, Refusal> {
        match self.all {
            [state] => Ok(state),
            _ => Err(Refusal::NotConcerned { identity: IdentityId::from_bytes([0; 32]) }),
        }
    }
}

/// What a step gathers before it is sealed.
#[derive(Default)]
struct Plan {
    changes: Vec<Change>,
    effects: Vec<Effect>,
    reread: bool,
}

impl Plan {
    /// Keeps a record if it differs from what it was.
    fn put(&mut self, old: &Record, new: Record) {
        if *old != new {
            debug_assert!(never_goes_back(old, &new), "I3: {old:?} -> {new:?}");
            self.changes.push(Change::Record(Box::new(new)));
        }
    }

    fn run(&mut self, old: &State, new: Run) {
        if old.run != new {
            self.changes.push(Change::Run(old.record.identity, new));
        }
    }

    fn send(&mut self, message: Message) {
        self.effects.push(Effect::Send(message));
    }

    fn seal(self) -> Sealed {
        Sealed::new(self.changes, self.effects, self.reread)
    }
}

/// Invariant I3: marks, terms and epochs never fall, ends never rise, a release never changes.
fn never_goes_back(old: &Record, new: &Record) -> bool {
    let marks = old.marks.iter().all(|(lane, mark)| {
        let new = new.marks.get(lane).copied().flatten();
        match (mark, new) {
            (None, _) => true,
            (Some(old), Some(new)) => old.position <= new.position && old.floor <= new.floor,
            (Some(_), None) => false,
        }
    });
    let leases = old.leases.iter().all(|lease| match new.lease(lease.id) {
        None => true,
        Some(kept) => {
            let falls = lease.until.zip(&kept.until, |old, new| new <= old);
            let final_end = lease.released.is_none() || lease.released == kept.released;
            final_end && falls.is_some_and(|falls| falls.iter().all(|(_, falls)| *falls))
        }
    });
    marks && leases && old.seen <= new.seen && old.epoch.0 <= new.epoch.0
}
