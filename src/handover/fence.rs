//! Fence: a new epoch without the old holder's release (H11), and taking over in it (H12).

use super::{
    Activated, Alarm, Effect, FenceAck, Message, Plan, Record, Refusal, Sealed, State, States,
    activate::drop_older, start::attest,
};
use crate::{
    Lanes, Position,
    evidence::{Approved, FromHost},
    lease::Lease,
    order::Fence,
};
use alloc::vec::Vec;

pub(super) fn obey(states: &States<'_>, fence: &Approved<Fence>) -> Result<Sealed, Refusal> {
    let state = states.find(fence.document().identity)?;
    state.may_act()?;
    let mut plan = Plan::default();
    let mut new = state.record.clone();
    enter_epoch(&mut plan, &mut new, fence)?;
    let ack = FenceAck {
        order: fence.id(),
        host: states.host,
        session: states.session,
        ended: ended(&new, fence.document().number),
        marks: new.marks.clone(),
    };
    plan.put(&state.record, new);
    plan.reread = true; // R3: it ends leases, like a release
    plan.send(Message::FenceAck(ack));
    Ok(plan.seal())
}

/// H11: this host's older leases end, and nothing of an older epoch counts from here on.
fn enter_epoch(
    plan: &mut Plan,
    record: &mut Record,
    fence: &Approved<Fence>,
) -> Result<(), Refusal> {
    let (id, document) = (fence.id(), fence.document());
    let (number, opened_by) = record.epoch;
    let wanted = record.marks.count();
    if document.at.count() != wanted {
        return Err(Refusal::WrongLanes { got: document.at.count(), wanted });
    }
    if document.number == number {
        // The same fence again is obeyed already; another one for this epoch never is.
        return if opened_by == id { Ok(()) } else { Err(Refusal::OtherFence { epoch: number }) };
    }
    if document.charter != record.charter {
        return Err(Refusal::OtherCharter { order: document.charter, here: record.charter });
    }
    if document.number < number || document.number < record.seen.epoch {
        return Err(Refusal::OtherEpoch { order: document.number, here: record.epoch.0 });
    }
    covers_all(record, document)?;
    let stranger = document.epoch.roster.iter().find(|card| !record.enrolled.contains(&card.host));
    if let Some(card) = stranger {
        return Err(Refusal::NotEnrolled { host: card.host });
    }
    let gone = document.gone.contains(&record.host);
    if gone {
        record.alarms.insert(Alarm::DeclaredGone);
        plan.effects.push(Effect::Alarm(record.identity, Alarm::DeclaredGone));
    }
    let marks = record.marks.clone();
    for lease in &mut record.leases {
        let earliest = lease.earliest_end(&marks);
        // A host declared gone ends at once: nobody counts on it up to P.
        let at = |lane, end: &Position| match document.at.get(lane) {
            Some(at) if !gone => (*end).max(*at),
            _ => *end,
        };
        let end = earliest.map(at);
        lease.end_at(&end);
    }
    record.enter(document.number, id, &document.epoch);
    record.lock = None;
    record.prepared.retain(|_, prepared| prepared.term.epoch >= document.number);
    Ok(())
}

/// B10: the hosts themselves check that no host that may hold is forgotten.
fn covers_all(record: &Record, fence: &Fence) -> Result<(), Refusal> {
    if fence.covers.is_empty() && beyond(&fence.at, &record.limit) {
        return Ok(()); // B5: every lease of the old epoch ends below the fence anyway
    }
    match record.roster.iter().find(|host| !fence.covers.contains(host)) {
        Some(host) => Err(Refusal::NotCovered { host: *host }),
        None => Ok(()),
    }
}

/// Whether positions lie at or beyond a limit that is set, in every lane.
fn beyond(at: &Lanes<Position>, limit: &Lanes<Position>) -> bool {
    limit.iter().all(|(lane, limit)| !limit.is_open() && at.get(lane).is_some_and(|at| at >= limit))
}

/// The highest end of the leases older than an epoch, where they are not empty.
fn ended(record: &Record, epoch: u64) -> Lanes<Position> {
    record.marks.map(|lane, _| {
        let older = record.leases.iter().filter(|lease| lease.term.epoch < epoch);
        let ends = older.filter_map(|lease: &Lease| {
            let (from, until) = (lease.from.get(lane)?, lease.until.get(lane)?);
            (from < until).then_some(*until)
        });
        ends.max().unwrap_or(Position::START)
    })
}

pub(super) fn take(
    states: &States<'_>,
    fence: &Approved<Fence>,
    acks: &[FromHost<FenceAck>],
) -> Result<Sealed, Refusal> {
    let (id, document) = (fence.id(), fence.document());
    let state = states.find(document.identity)?;
    let here = states.host;
    if document.to != here {
        return Err(Refusal::NotForThisHost { named: document.to, here });
    }
    let mut plan = Plan::default();
    let mut next = State::clone(state);
    if next.record.lease(id).is_none() {
        state.may_act()?;
        let mut from = document.at.clone();
        let mut sources = Vec::new();
        enter_epoch(&mut plan, &mut next.record, fence)?;
        if document.term() <= next.record.seen
            && !next.record.prepared.get(&id).is_some_and(|prepared| prepared.again)
        {
            let (order, seen) = (document.term(), next.record.seen);
            return Err(Refusal::StaleTerm { order, seen });
        }
        for host in document.covers.iter().filter(|host| **host != here) {
            if document.gone.contains(host) {
                continue;
            }
            let of = acks.iter().map(FromHost::message).find(|ack| ack.host == *host);
            let ack = of.ok_or(Refusal::NotAcknowledged { host: *host })?;
            if ack.order != id {
                return Err(Refusal::OtherOrder { got: ack.order, wanted: id });
            }
            next.record.hear(*host, ack.session)?;
            from = highest(&from, &ack.ended)?;
            sources.push((*host, ack.session));
        }
        let own = ended(&next.record, document.number);
        from = highest(&from, &own)?;
        drop_older(&mut plan, &mut next.record);
        let floors = from.map(|lane, from| floor_from(&next.record, lane, *from));
        let mut lease = next.record.opened(id, document.term(), from, floors);
        lease.sources = sources;
        if lease.is_empty() {
            let asked = document.at.iter().map(|(_, at)| *at).max().unwrap_or(Position::END);
            let limit = lease.until.iter().map(|(_, at)| *at).max().unwrap_or(Position::END);
            return Err(Refusal::BeyondLimit { asked, limit });
        }
        next.record.leases.push(lease);
        next.record.seen = next.record.seen.max(document.term());
        next.record.prepared.remove(&id);
        next.record.prune();
        attest(&mut plan, &next);
    }
    let from = next.record.lease(id).map(|lease| lease.from.clone());
    let leases = from.into_iter().map(|from| (document.identity, from)).collect();
    let activated = Activated { order: id, host: here, session: states.session, leases };
    plan.effects.insert(0, Effect::Send(Message::Activated(activated)));
    plan.put(&state.record, next.record);
    Ok(plan.seal())
}

fn highest(a: &Lanes<Position>, b: &Lanes<Position>) -> Result<Lanes<Position>, Refusal> {
    let (got, wanted) = (b.count(), a.count());
    a.zip(b, |a, b| *a.max(b)).ok_or(Refusal::WrongLanes { got, wanted })
}

/// Without a release nothing exact is known of floors: whatever fits below the start is assumed.
fn floor_from(record: &Record, lane: crate::Lane, from: Position) -> u64 {
    let own = record.mark(lane).map_or(0, |mark| mark.floor);
    if record.floored.get(lane) == Some(&true) {
        own.max(super::start::highest_floor(Some(from)))
    } else {
        own
    }
}
