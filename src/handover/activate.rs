//! Activate: a lease that begins where another host's ended (H7), or goes back unused (H8, H9).

use super::{
    Activated, Alarm, Decline, Effect, Message, Plan, Record, Refusal, Release, Sealed, State,
    States, Tail,
    prepare::{fits, not_the_target},
    start::attest,
};
use crate::{
    HostId, Nonce, OrderId, Session,
    evidence::{Approved, FromHost},
    lease::{End, Lease, Promise, Released, Term},
    order::{Move, Order, declined as declined_order},
};
use alloc::vec::Vec;

pub(super) fn activate(
    states: &States<'_>,
    order: &Approved<Order>,
    release: &FromHost<Release>,
) -> Result<Sealed, Refusal> {
    let (here, id, message) = (states.host, order.id(), release.message());
    if message.order != id {
        return Err(Refusal::OtherOrder { got: message.order, wanted: id });
    }
    let mut plan = Plan::default();
    let mut leases = Vec::new();
    for (part, end) in brought(order.document(), here, message)? {
        let state = states.find(part.identity)?;
        if let Some(lease) = state.record.lease(id) {
            leases.push((part.identity, lease.from.clone()));
            continue; // we have it: say so again
        }
        let given =
            Given { order: id, term: part.term, from: message.host, session: message.session };
        let mut next = State::clone(state);
        fits(&state.record, part)?;
        receive(&mut plan, &mut next.record, &given, end)?;
        if let Some(lease) = next.record.lease(id) {
            leases.push((part.identity, lease.from.clone()));
        }
        attest(&mut plan, &next);
        plan.put(&state.record, next.record);
    }
    let session = states.session;
    let activated = Activated { order: id, host: here, session, leases };
    plan.effects.insert(0, Effect::Send(Message::Activated(activated)));
    Ok(plan.seal())
}

/// The moves that bring something to this host, each with what the source said of it.
fn brought<'a>(
    order: &'a Order,
    here: HostId,
    release: &'a Release,
) -> Result<Vec<(&'a Move, &'a End)>, Refusal> {
    let mut brought = Vec::new();
    let mut sender = None;
    for part in order.received_by(here) {
        if part.from != release.host {
            sender = Some(part.from);
            continue; // another source's part: its own release brings it
        }
        let said = release.ends.binary_search_by(|end| end.identity.cmp(&part.identity));
        let end = said.ok().and_then(|found| release.ends.get(found));
        let end = end.ok_or(Refusal::NotConcerned { identity: part.identity })?;
        if end.to != here {
            return Err(Refusal::NotForThisHost { named: end.to, here });
        }
        brought.push((part, end));
    }
    match (brought.is_empty(), sender) {
        (false, _) => Ok(brought),
        (true, Some(wanted)) => Err(Refusal::OtherSender { got: release.host, wanted }),
        (true, None) => Err(not_the_target(order, here)),
    }
}

/// Who gives a lease, under what.
struct Given {
    order: OrderId,
    term: Term,
    from: HostId,
    session: Session,
}

fn receive(plan: &mut Plan, record: &mut Record, given: &Given, end: &End) -> Result<(), Refusal> {
    let prepared = record.prepared.get(&given.order).copied();
    if given.term <= record.seen && !prepared.is_some_and(|prepared| prepared.again) {
        return Err(Refusal::StaleTerm { order: given.term, seen: record.seen });
    }
    let prepared = prepared.ok_or(Refusal::NotPrepared)?;
    if prepared.nonce != end.nonce {
        return Err(Refusal::OtherPromise);
    }
    let (got, wanted) = (end.until.count(), record.marks.count());
    if got != wanted || end.floors.count() != wanted || end.marks.count() != wanted {
        return Err(Refusal::WrongLanes { got, wanted });
    }
    record.hear(given.from, given.session)?;
    drop_older(plan, record);
    let mut lease = record.opened(given.order, given.term, end.until.clone(), end.floors.clone());
    lease.resend = end.until.map(|lane, from| {
        let mark = end.marks.get(lane).copied().flatten()?;
        (mark.position.next() == Some(*from)).then_some((mark.position, mark.digest?))
    });
    lease.sources = Vec::from([(given.from, given.session)]);
    lease.promise = Some(Promise { nonce: prepared.nonce, giver: given.from, back: end.back });
    record.leases.push(lease);
    record.seen = record.seen.max(given.term);
    record.prepared.remove(&given.order);
    record.prune();
    Ok(())
}

/// An older lease that still runs on proves that this record went back in time (R10); one that
/// no witness recorded must not survive a newer one.
pub(super) fn drop_older(plan: &mut Plan, record: &mut Record) {
    let kept = record.clone();
    if kept.leases.iter().any(|lease| kept.is_open(lease) && lease.attested) {
        record.alarms.insert(Alarm::RolledBack);
        plan.effects.push(Effect::Alarm(record.identity, Alarm::RolledBack));
    }
    record.leases.retain(|lease| !kept.is_open(lease) && lease.attested);
}

pub(super) fn decline(
    states: &States<'_>,
    order: &Approved<Order>,
    release: &FromHost<Release>,
) -> Result<Sealed, Refusal> {
    let (here, id, message) = (states.host, order.id(), release.message());
    if message.order != id {
        return Err(Refusal::OtherOrder { got: message.order, wanted: id });
    }
    let back_order = declined_order(id);
    let mut plan = Plan::default();
    let mut ends = Vec::new();
    for (part, end) in brought(order.document(), here, message)? {
        let state = states.find(part.identity)?;
        let mut record = state.record.clone();
        if record.lease(id).is_none() {
            let given =
                Given { order: id, term: part.term, from: message.host, session: message.session };
            fits(&record, part)?;
            receive(&mut plan, &mut record, &given, end)?;
        }
        ends.push(hand_back(&mut record, id, back_order)?);
        plan.put(&state.record, record);
    }
    plan.reread = true; // R3: it ends a lease, like a release
    let decline = Decline { order: id, host: here, session: states.session, ends };
    plan.send(Message::Decline(decline));
    Ok(plan.seal())
}

/// Ends the lease right after what was signed under it, and says where.
fn hand_back(record: &mut Record, id: OrderId, back_order: OrderId) -> Result<End, Refusal> {
    let lease = record.lease(id).ok_or(Refusal::NothingToDecline)?;
    if let Some(said) = lease.released.as_ref().filter(|said| said.order == back_order) {
        return Ok(said.end.clone());
    }
    let promise = lease.promise.filter(|_| record.is_open(lease) && record.lock.is_none());
    let promise = promise.ok_or(Refusal::NothingToDecline)?;
    let until = lease.earliest_end(&record.marks);
    let floors = record.marks.map(|lane, mark| {
        let received = lease.floors.get(lane).copied().unwrap_or(0);
        received.max(mark.map_or(0, |mark| mark.floor))
    });
    let end = End {
        identity: record.identity,
        to: promise.giver,
        nonce: promise.back,
        marks: record.marks.clone(),
        back: Nonce::from_bits(0), // the way back has no way back: a new order does that
        until,
        floors,
    };
    let lease = record.lease_mut(id).ok_or(Refusal::NothingToDecline)?;
    lease.end_at(&end.until); // R4
    lease.released = Some(Released { order: back_order, end: end.clone() });
    Ok(end)
}

pub(super) fn declined(
    states: &States<'_>,
    order: &Approved<Order>,
    decline: &FromHost<Decline>,
) -> Result<Sealed, Refusal> {
    let (here, message) = (states.host, decline.message());
    if message.order != order.id() {
        return Err(Refusal::OtherOrder { got: message.order, wanted: order.id() });
    }
    let id = declined_order(order.id());
    let mut plan = Plan::default();
    let mut leases = Vec::new();
    for end in message.ends.iter().filter(|end| end.to == here) {
        let part = order.document().given_by(here).find(|part| part.identity == end.identity);
        let part = part.ok_or(Refusal::NotConcerned { identity: end.identity })?;
        if part.to != message.host {
            return Err(Refusal::OtherSender { got: message.host, wanted: part.to });
        }
        let state = states.find(part.identity)?;
        if let Some(lease) = state.record.lease(id) {
            leases.push((part.identity, lease.from.clone()));
            continue;
        }
        fits(&state.record, part)?;
        let term = part.term.next().ok_or(Refusal::Exhausted)?;
        let given = Given { order: id, term, from: message.host, session: message.session };
        let mut next = State::clone(state);
        receive(&mut plan, &mut next.record, &given, end)?;
        if let Some(lease) = next.record.lease(id) {
            leases.push((part.identity, lease.from.clone()));
        }
        attest(&mut plan, &next);
        plan.put(&state.record, next.record);
    }
    if leases.is_empty() {
        return Err(Refusal::NotForThisHost { named: message.host, here });
    }
    let activated = Activated { order: id, host: here, session: states.session, leases };
    plan.effects.insert(0, Effect::Send(Message::Activated(activated)));
    Ok(plan.seal())
}

pub(super) fn tail(states: &States<'_>, tail: &FromHost<Tail>) -> Result<Sealed, Refusal> {
    let message = tail.message();
    let mut plan = Plan::default();
    for (identity, marks) in &message.marks {
        let Ok(state) = states.find(*identity) else { continue };
        let old = &state.record;
        let mut new = old.clone();
        let own = old.marks.clone();
        let Some(lease) = new.lease_mut(message.order) else {
            return Err(Refusal::UnknownLease { base: message.order });
        };
        let giver = lease.promise.map(|promise| promise.giver);
        if giver != Some(message.host) {
            let wanted = giver.unwrap_or(states.host);
            return Err(Refusal::OtherSender { got: message.host, wanted });
        }
        if marks.count() != own.count() {
            return Err(Refusal::WrongLanes { got: marks.count(), wanted: own.count() });
        }
        apply_tail(lease, &own, marks);
        new.hear(message.host, message.session)?;
        plan.put(old, new);
    }
    Ok(plan.seal())
}

/// The exact floors replace the conservative ones; the last message may be sent again.
fn apply_tail(
    lease: &mut Lease,
    own: &crate::Lanes<Option<crate::watermark::Mark>>,
    tail: &crate::Lanes<Option<crate::watermark::Mark>>,
) {
    let floor = |marks: &crate::Lanes<Option<crate::watermark::Mark>>, lane| {
        marks.get(lane).copied().flatten().map_or(0, |mark| mark.floor)
    };
    lease.floors = lease.floors.map(|lane, _| floor(own, lane).max(floor(tail, lane)));
    let from = lease.from.clone();
    lease.resend = lease.resend.map(|lane, old| {
        let last = tail.get(lane).copied().flatten();
        let follows =
            |mark: &crate::watermark::Mark| mark.position.next() == from.get(lane).copied();
        last.filter(follows).and_then(|mark| Some((mark.position, mark.digest?))).or(*old)
    });
}
