//! Start: a new process, what it rests on, and the witnesses that must know it (H1, H2).

use super::{
    Alarm, Answer, Attest, Attested, Effect, Message, Plan, Prepared, Refusal, Run, Sealed, State,
    States,
};
use crate::{
    HostId, Lanes, Nonce, OrderId, Position, Session,
    evidence::FromHost,
    lease::{Lease, Term},
    watermark::Mark,
};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// What a process start rests on, besides the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Policy {
    /// The journal alone: this disk is never restored from an older copy.
    Disk,
    /// After an unclean stop, everything that the chain's head allows is considered signed.
    Skip,
}

pub(super) fn start(
    states: &States<'_>,
    session: Session,
    clean: bool,
    policy: Policy,
) -> Result<Sealed, Refusal> {
    let mut plan = Plan::default();
    for state in states.all {
        let awaits_head = policy == Policy::Skip && !clean;
        let run = Run::started(session, policy, awaits_head);
        if !awaits_head && !state.record.witnesses.is_empty() {
            attest(&mut plan, &State { record: state.record.clone(), run: run.clone() });
        }
        plan.run(state, run);
    }
    Ok(plan.seal())
}

pub(super) fn head(states: &States<'_>, signable: &Lanes<Position>) -> Result<Sealed, Refusal> {
    let mut plan = Plan::default();
    for state in states.all {
        let mut next = State::clone(state);
        let wanted = next.record.marks.count();
        if signable.count() != wanted {
            return Err(Refusal::WrongLanes { got: signable.count(), wanted });
        }
        for (lane, position) in signable.iter() {
            let floored = next.record.floored.get(lane) == Some(&true);
            let floor = if floored { highest_floor(position.next()) } else { 0 };
            let skipped = Mark::considered(*position, floor);
            if next.record.mark(lane).is_none_or(|mark| mark.position < *position) {
                next.record.raise(lane, skipped); // one mark for Sign, Release, FenceAck alike
            }
        }
        next.run.awaits_head = false;
        attest(&mut plan, &next);
        plan.put(&state.record, next.record);
        plan.run(state, next.run);
    }
    Ok(plan.seal())
}

/// The highest floor that a message below an end can carry: a source is below its target.
pub(super) fn highest_floor(end: Option<Position>) -> u64 {
    let top = end.and_then(Position::previous).map_or(u64::MAX, Position::height);
    top.saturating_sub(1)
}

/// Asks the witnesses, if there are any.
pub(super) fn attest(plan: &mut Plan, state: &State) {
    if let Some(question) = state.question() {
        plan.send(Message::Attest(question));
    }
}

impl State {
    /// What this process asks the witnesses, if there are any and it may ask: the same again
    /// whenever it is asked for, until its lease changes.
    #[must_use]
    pub fn question(&self) -> Option<Attest> {
        let record = &self.record;
        if record.witnesses.is_empty() || self.run.awaits_head {
            return None;
        }
        let newest = record.newest();
        Some(Attest {
            identity: record.identity,
            host: record.host,
            session: self.run.session,
            birth: record.birth,
            term: newest.map_or(Term { epoch: 0, number: 0 }, |lease| lease.term),
            lease: newest.map(|lease| lease.id),
            sources: newest.map_or_else(Vec::new, |lease| lease.sources.clone()),
        })
    }
}

pub(super) fn attested(
    states: &States<'_>,
    answer: &FromHost<Attested>,
) -> Result<Sealed, Refusal> {
    let message = answer.message();
    let state = states.find(message.identity)?;
    let witness = message.host;
    if !state.record.witnesses.contains(&witness) {
        return Err(Refusal::NotOnRoster { host: witness });
    }
    if message.asker != states.host {
        return Err(Refusal::NotForThisHost { named: message.asker, here: states.host });
    }
    let known = state.run.session;
    if message.session != known {
        return Err(Refusal::OldSession { host: states.host, got: message.session, known });
    }
    let mut plan = Plan::default();
    let mut next = State::clone(state);
    let newest = next.record.newest().map(|lease| lease.id);
    if message.lease != newest {
        // An answer about an earlier lease proves nothing about this one.
        return Ok(plan.seal());
    }
    match message.answer {
        Answer::Recorded => record_lease(&mut next, witness, newest),
        Answer::Superseded(term) => supersede(&mut plan, &mut next, witness, term),
        Answer::Stale(_) => drop_stale(&mut next),
    }
    if next.record.newest().map(|lease| lease.id) != newest {
        attest(&mut plan, &next);
    }
    plan.put(&state.record, next.record);
    plan.run(state, next.run);
    Ok(plan.seal())
}

fn record_lease(next: &mut State, witness: HostId, newest: Option<OrderId>) {
    next.run.recorded.insert((witness, newest));
    if next.is_newest_recorded()
        && let Some(id) = newest
        && let Some(lease) = next.record.lease_mut(id)
    {
        lease.attested = true;
    }
}

fn supersede(plan: &mut Plan, next: &mut State, witness: HostId, term: Term) {
    if next.record.newest().is_some_and(|lease| lease.term == term) {
        // Another lease of the very same term: this one never counts as known.
        return;
    }
    next.record.seen = next.record.seen.max(term);
    let open = |lease: &Lease, record: &super::Record| record.is_open(lease) && lease.term < term;
    let record = next.record.clone();
    if record.leases.iter().any(|lease| open(lease, &record)) {
        next.record.leases.retain(|lease| !open(lease, &record));
        next.record.alarms.insert(Alarm::Superseded);
        plan.effects.push(Effect::Alarm(record.identity, Alarm::Superseded));
    }
    if term.epoch > next.record.epoch.0 {
        end_segments(plan, next);
    }
    let newest = next.record.newest().map(|lease| lease.id);
    next.run.superseded.insert((witness, newest));
}

/// A lease of a newer epoch exists, so this host obeyed that epoch's fence, and its record went
/// back: what the fence cut off its ended leases may be another's by now.
fn end_segments(plan: &mut Plan, next: &mut State) {
    let marks = next.record.marks.clone();
    let mut cut = false;
    for lease in next.record.leases.iter_mut().filter(|lease| lease.has_room(&marks)) {
        let earliest = lease.earliest_end(&marks);
        lease.end_at(&earliest);
        cut = true;
    }
    if cut {
        next.record.alarms.insert(Alarm::Superseded);
        plan.effects.push(Effect::Alarm(next.record.identity, Alarm::Superseded));
    }
}

/// The newest lease rests on the word of an earlier process: it goes, and may be given again.
fn drop_stale(next: &mut State) {
    let open = |lease: &&Lease| !lease.attested && lease.released.is_none(); // R4: an end is final
    let Some(lease) = next.record.newest().filter(open).cloned() else { return };
    next.record.leases.retain(|other| other.id != lease.id);
    let nonce = lease.promise.map_or(Nonce::from_bits(0), |promise| promise.nonce);
    let prepared = Prepared { nonce, term: lease.term, again: true };
    next.record.prepared.insert(lease.id, prepared);
    next.run.recorded.clear();
    next.run.superseded.clear();
}
