//! Prepare: a target promises room for a lease that it does not have yet (H5).

use super::{Activated, Message, Plan, Prepared, Ready, Record, Refusal, Sealed, States};
use crate::{
    HostId, IdentityId, Lanes, Nonce, OrderId, Position,
    evidence::Approved,
    order::{At, Move, Order},
};
use alloc::{collections::BTreeSet, vec::Vec};

pub(super) fn prepare(
    states: &States<'_>,
    order: &Approved<Order>,
    nonce: Nonce,
    keys: &BTreeSet<IdentityId>,
) -> Result<Sealed, Refusal> {
    let (here, id, document) = (states.host, order.id(), order.document());
    let mut plan = Plan::default();
    // The promise under one order has one nonce, for ever: a second one could never be answered.
    let nonce = document
        .received_by(here)
        .filter_map(|part| states.find(part.identity).ok()?.record.prepared.get(&id))
        .map(|prepared| prepared.nonce)
        .next()
        .unwrap_or(nonce);
    let (mut promised, mut newly) = (false, false);
    let mut held = Vec::new();
    for part in document.received_by(here) {
        let old = &states.find(part.identity)?.record;
        if let Some(lease) = old.lease(id) {
            held.push((part.identity, lease.from.clone()));
            continue;
        }
        if !old.prepared.contains_key(&id) {
            made_here(old, part)?;
        }
        may_receive(old, part, id)?;
        if !keys.contains(&part.identity) {
            return Err(Refusal::KeyMissing { identity: part.identity });
        }
        let mut new = old.clone();
        newly |= !old.prepared.contains_key(&id);
        new.prepared.entry(id).or_insert(Prepared { nonce, term: part.term, again: false });
        plan.put(old, new);
        promised = true;
    }
    if !promised && held.is_empty() {
        return Err(not_the_target(document, here));
    }
    let locks = if promised { lock_gifts(&mut plan, states, order, newly)? } else { Vec::new() };
    let session = states.session;
    if promised {
        plan.send(Message::Ready(Ready { order: id, host: here, session, nonce, locks }));
    }
    if !held.is_empty() {
        plan.send(Message::Activated(Activated { order: id, host: here, session, leases: held }));
    }
    Ok(plan.seal())
}

/// What must hold at the target, when it promises and again when it receives.
pub(super) fn may_receive(record: &Record, part: &Move, order: OrderId) -> Result<(), Refusal> {
    fits(record, part)?;
    let again = record.prepared.get(&order).is_some_and(|prepared| prepared.again);
    if part.term <= record.seen && !again {
        return Err(Refusal::StaleTerm { order: part.term, seen: record.seen });
    }
    not_expired(record, part)
}

/// What is checked before a promise and before a release: that the order was made under the
/// charter's newest head, and that the charter still lets the target receive.
///
/// Not after: what was released must be taken up or go back, whatever was decided since (R8).
pub(super) fn made_here(record: &Record, part: &Move) -> Result<(), Refusal> {
    if part.charter != record.charter {
        return Err(Refusal::OtherCharter { order: part.charter, here: record.charter });
    }
    if !record.enrolled.contains(&part.to) {
        return Err(Refusal::NotEnrolled { host: part.to });
    }
    Ok(())
}

/// What source and target always check alike: epoch, roster, lanes.
pub(super) fn fits(record: &Record, part: &Move) -> Result<(), Refusal> {
    if part.term.epoch != record.epoch.0 {
        return Err(Refusal::OtherEpoch { order: part.term.epoch, here: record.epoch.0 });
    }
    if let Some(host) = [part.from, part.to].into_iter().find(|host| !record.roster.contains(host))
    {
        return Err(Refusal::NotOnRoster { host });
    }
    let wanted = record.marks.count();
    let named = match &part.at {
        At::Now => None,
        At::Position(positions) => Some(positions),
    };
    for positions in named.into_iter().chain(&part.expires) {
        if positions.count() != wanted {
            return Err(Refusal::WrongLanes { got: positions.count(), wanted });
        }
    }
    Ok(())
}

/// Expiry is a position: nothing at or beyond it may have been signed.
pub(super) fn not_expired(record: &Record, part: &Move) -> Result<(), Refusal> {
    let Some(expires) = &part.expires else { return Ok(()) };
    for (lane, expires) in expires.iter() {
        if let Some(mark) = record.mark(lane)
            && mark.position >= *expires
        {
            return Err(Refusal::Expired { expires: *expires, last: mark.position });
        }
    }
    Ok(())
}

/// In an exchange the target keeps what it gives for this order alone; the source will need it.
fn lock_gifts(
    plan: &mut Plan,
    states: &States<'_>,
    order: &Approved<Order>,
    newly: bool,
) -> Result<Vec<IdentityId>, Refusal> {
    let id = order.id();
    let mut locks = Vec::new();
    for part in order.document().given_by(states.host) {
        let old = &states.find(part.identity)?.record;
        if newly {
            made_here(old, part)?;
        }
        fits(old, part)?;
        let lease = old.lease(part.base).ok_or(Refusal::UnknownLease { base: part.base })?;
        if old.void.contains(&id) && !newly {
            continue; // withdrawn is the giving only: what was promised room is still taken
        }
        locks.push(part.identity);
        if lease.released.as_ref().is_some_and(|released| released.order == id) {
            continue;
        }
        can_give(old, part, id)?;
        let mut new = old.clone();
        new.lock = Some(id);
        plan.put(old, new);
    }
    Ok(locks)
}

/// Whether the lease that a move ends is open, and kept for no other order.
pub(super) fn can_give(record: &Record, part: &Move, order: OrderId) -> Result<(), Refusal> {
    let lease = record.lease(part.base).ok_or(Refusal::UnknownLease { base: part.base })?;
    let until = highest(&lease.until);
    if let Some(released) = &lease.released {
        return Err(Refusal::AlreadyReleased { under: released.order, until });
    }
    if record.void.contains(&order) {
        return Err(Refusal::Void { order });
    }
    if !record.is_open(lease) {
        return Err(Refusal::Ended { until });
    }
    match record.lock {
        Some(other) if other != order => Err(Refusal::Locked { order: other }),
        Some(_) | None => Ok(()),
    }
}

/// The highest of the lanes' positions, for a message.
pub(super) fn highest(positions: &Lanes<Position>) -> Position {
    positions.iter().map(|(_, position)| *position).max().unwrap_or(Position::START)
}

/// No move of the order brings anything to this host.
pub(super) fn not_the_target(order: &Order, here: HostId) -> Refusal {
    match order.moves.first() {
        Some(part) => Refusal::NotForThisHost { named: part.to, here },
        None => Refusal::NotConcerned { identity: IdentityId::from_bytes([0; 32]) },
    }
}
