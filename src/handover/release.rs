//! Release: the source's right ends, once and for ever (H6), its last word (H9), and withdrawal (H10).

use super::{
    Message, Plan, Prepared, Ready, Record, Refusal, Release, Sealed, State, States, Tail,
    prepare::{can_give, fits, made_here, not_expired},
    start::highest_floor,
};
use crate::{
    HostId, Lane, Lanes, Nonce, OrderId, Position,
    evidence::{Approved, FromHost},
    lease::{End, Lease, Released},
    order::{At, Move, Order, Void, declined},
    watermark::Mark,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

pub(super) fn release(
    states: &States<'_>,
    order: &Approved<Order>,
    readies: &[FromHost<Ready>],
    back: Nonce,
) -> Result<Sealed, Refusal> {
    let (here, id, document) = (states.host, order.id(), order.document());
    let mut plan = Plan::default();
    let mut ends = Vec::new();
    let mut promises = None;
    for part in document.given_by(here) {
        let state = states.find(part.identity)?;
        let lease = state.record.lease(part.base);
        let said = lease.and_then(|lease| lease.released.as_ref()).filter(|said| said.order == id);
        if let Some(said) = said {
            ends.push(said.end.clone()); // what was said once is said again, on no condition
            continue;
        }
        let promises = match &promises {
            Some(promises) => promises,
            None => promises.insert(all_ready(here, order, readies)?),
        };
        let ready = promises.get(&part.to).ok_or(Refusal::NotReady { host: part.to })?;
        let mut new = state.record.clone();
        for ready in promises.values() {
            new.hear(ready.host, ready.session)?;
        }
        if document.received_by(here).next().is_some() && new.lock != Some(id) {
            return Err(Refusal::NotReady { host: here }); // an exchange: our own promise locks
        }
        ends.push(end_lease(state, &mut new, part, id, ready.nonce, back)?);
        plan.put(&state.record, new);
    }
    if ends.is_empty() {
        return Err(match document.moves.first() {
            Some(part) => Refusal::NotForThisHost { named: part.from, here },
            None => Refusal::NotReady { host: here },
        });
    }
    plan.reread = true; // R3: the receipt exists only after the end was read back from the medium
    plan.send(Message::Release(Release { order: id, host: here, session: states.session, ends }));
    Ok(plan.seal())
}

/// The promises of every other target, each under this order, and each keeping for it what that
/// target gives in exchange.
fn all_ready<'a>(
    here: HostId,
    order: &Approved<Order>,
    readies: &'a [FromHost<Ready>],
) -> Result<BTreeMap<HostId, &'a Ready>, Refusal> {
    let (id, document) = (order.id(), order.document());
    let mut promises = BTreeMap::new();
    for ready in readies.iter().map(FromHost::message) {
        if ready.order != id {
            return Err(Refusal::OtherOrder { got: ready.order, wanted: id });
        }
        promises.insert(ready.host, ready);
    }
    let targets: BTreeSet<HostId> = document.moves.iter().map(|part| part.to).collect();
    for target in targets.into_iter().filter(|target| *target != here) {
        let ready = promises.get(&target).ok_or(Refusal::NotReady { host: target })?;
        let mut gifts = document.given_by(target);
        if !gifts.all(|gift| ready.locks.binary_search(&gift.identity).is_ok()) {
            return Err(Refusal::NotReady { host: target });
        }
    }
    Ok(promises)
}

fn end_lease(
    state: &State,
    new: &mut Record,
    part: &Move,
    id: OrderId,
    nonce: Nonce,
    back: Nonce,
) -> Result<End, Refusal> {
    state.may_act()?;
    let record = &state.record;
    made_here(record, part)?;
    fits(record, part)?;
    can_give(record, part, id)?;
    let lease = record.lease(part.base).ok_or(Refusal::UnknownLease { base: part.base })?;
    if !lease.attested {
        let (recorded, needed) = state.witnessed();
        return Err(Refusal::NotProven { recorded, needed });
    }
    let wanted = lease.term.next().ok_or(Refusal::Exhausted)?;
    if part.term != wanted {
        return Err(Refusal::WrongTerm { order: part.term, wanted });
    }
    not_expired(record, part)?;
    let until = end_of(record, lease, &part.at)?;
    let floors = floors_after(record, lease, &part.at, &until);
    let end = End {
        identity: part.identity,
        to: part.to,
        nonce,
        until: until.clone(),
        marks: record.marks.clone(),
        floors: floors.clone(),
        back,
    };
    let floored = new.floored.clone();
    if let Some(lease) = new.lease_mut(part.base) {
        lease.end_at(&until); // R4
        lease.caps = lease.caps.map(|lane, cap| match (floored.get(lane), floors.get(lane)) {
            (Some(true), Some(floor)) => (*cap).min(*floor), // we stay at or below the target
            _ => *cap,
        });
        lease.released = Some(Released { order: id, end: end.clone() });
    }
    new.lock = None;
    let returning =
        Prepared { nonce: back, term: wanted.next().ok_or(Refusal::Exhausted)?, again: false };
    new.prepared.insert(declined(id), returning); // H8: the way back is open from here on
    Ok(end)
}

/// Where the lease ends: right after the last position signed, or at the one that is named.
fn end_of(record: &Record, lease: &Lease, at: &At) -> Result<Lanes<Position>, Refusal> {
    let earliest = lease.earliest_end(&record.marks);
    let until = match at {
        At::Now => earliest,
        At::Position(named) => {
            for (lane, earliest) in earliest.iter() {
                let asked = named.get(lane).copied().unwrap_or(Position::START);
                if asked < *earliest {
                    return Err(Refusal::PositionPassed { asked, earliest: *earliest });
                }
            }
            named.clone()
        }
    };
    for (lane, asked) in until.iter() {
        let limit = lease.until.get(lane).copied().unwrap_or(Position::START);
        if *asked >= limit {
            return Err(Refusal::BeyondLimit { asked: *asked, limit });
        }
    }
    Ok(until)
}

/// The lowest floors for the target: exact if we are done, conservative if we go on until the end.
fn floors_after(record: &Record, lease: &Lease, at: &At, until: &Lanes<Position>) -> Lanes<u64> {
    until.map(|lane, end| {
        let signed = floor_of(record, lease, lane);
        match at {
            At::Position(_) if record.floored.get(lane) == Some(&true) => {
                signed.max(highest_floor(Some(*end)))
            }
            At::Position(_) | At::Now => signed,
        }
    })
}

/// The highest floor signed here, or before: a lease that was not used passes on what it received.
fn floor_of(record: &Record, lease: &Lease, lane: Lane) -> u64 {
    let received = lease.floors.get(lane).copied().unwrap_or(0);
    record.mark(lane).map_or(received, |mark| mark.floor.max(received))
}

pub(super) fn close(states: &States<'_>, id: OrderId) -> Result<Sealed, Refusal> {
    let mut plan = Plan::default();
    let mut marks = Vec::new();
    for state in states.all {
        let old = &state.record;
        let under = |lease: &&Lease| lease.released.as_ref().is_some_and(|said| said.order == id);
        let Some(lease) = old.leases.iter().find(under) else { continue };
        let earliest = lease.earliest_end(&old.marks);
        let mut new = old.clone();
        if let Some(lease) = new.lease_mut(lease.id) {
            lease.end_at(&earliest);
        }
        let last = old.marks.map(|lane, mark| {
            let floor = floor_of(old, lease, lane);
            let before = || lease.from.get(lane).and_then(|from| from.previous());
            let mark = mark.or_else(|| (floor > 0).then(before)?.map(|at| Mark::considered(at, 0)));
            mark.map(|mark| Mark { floor, ..mark })
        });
        marks.push((old.identity, last));
        plan.put(old, new);
    }
    if marks.is_empty() {
        return Err(Refusal::UnknownLease { base: id });
    }
    let tail = Tail { order: id, host: states.host, session: states.session, marks };
    plan.send(Message::Tail(tail));
    Ok(plan.seal())
}

pub(super) fn void(states: &States<'_>, void: &Approved<Void>) -> Result<Sealed, Refusal> {
    let id = void.document().order;
    let mut plan = Plan::default();
    for identity in &void.document().identities {
        let old = &states.find(*identity)?.record;
        let said = old.leases.iter().filter_map(|lease| lease.released.as_ref());
        if let Some(said) = said.into_iter().find(|said| said.order == id) {
            let until = super::prepare::highest(&said.end.until);
            return Err(Refusal::AlreadyReleased { under: id, until });
        }
        let mut new = old.clone();
        new.void.insert(id);
        if new.lock == Some(id) {
            new.lock = None; // giving only: what we were to receive we still accept
        }
        plan.put(old, new);
    }
    Ok(plan.seal())
}
