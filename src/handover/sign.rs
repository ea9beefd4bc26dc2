//! Sign: a message within a lease, above the mark (H3, H4); or under a lease alone.

use super::{Change, Effect, Record, Refusal, Sealed, State};
use crate::{
    Cleared, Intent, Reading, Signable,
    watermark::{self, Verdict},
};
use alloc::vec;

pub(super) fn sign(state: &State, reading: &Reading) -> Result<Sealed, Refusal> {
    state.may_act()?;
    let (record, intent) = (&state.record, &reading.intent);
    if record.marks.get(intent.lane).is_none() {
        return Err(Refusal::NoSuchLane { lane: intent.lane.number() });
    }
    let allowed = record.leases.iter().filter(|lease| lease.attested).any(|lease| {
        // H4: the predecessor's last message, byte for byte, may be sent again by its successor.
        lease.covers(intent) || (lease.resends(intent) && !lease.is_empty())
    });
    if !allowed {
        return Err(outside(record, intent));
    }
    // R2, for both: above the mark, or the same message at the mark.
    let changes = match watermark::check(record.mark(intent.lane), intent)? {
        Verdict::Advance(mark) => {
            vec![Change::Mark(record.identity, intent.lane, mark)]
        }
        Verdict::Again => vec![],
    };
    let cleared = Cleared::new(record.identity, *intent, reading.signable.clone());
    Ok(Sealed::new(changes, vec![Effect::Sign(cleared)], false))
}

/// H3, for a message without a position: nothing can be held against the validator for it, so
/// there is no mark. Who has nothing left to sign under its leases signs this neither.
pub(super) fn sign_unplaced(state: &State, signable: &Signable) -> Result<Sealed, Refusal> {
    state.may_act()?;
    let record = &state.record;
    let mut leases = record.leases.iter();
    if !leases.any(|lease| lease.attested && lease.has_room(&record.marks)) {
        return Err(Refusal::NothingLeft);
    }
    let cleared = Cleared::unplaced(record.identity, signable.clone());
    Ok(Sealed::new(vec![], vec![Effect::Sign(cleared)], false))
}

fn outside(record: &Record, intent: &Intent) -> Refusal {
    let asked = intent.position;
    let lane = intent.lane;
    let Some(lease) = record.newest() else { return Refusal::NoLease { asked } };
    let (from, until) = (lease.from.get(lane).copied(), lease.until.get(lane).copied());
    let (Some(from), Some(until)) = (from, until) else { return Refusal::NoLease { asked } };
    if (from..until).contains(&asked) {
        if !lease.attested {
            return Refusal::NotProven { recorded: 0, needed: record.witnesses.len() / 2 + 1 };
        }
        let low = lease.floors.get(lane).copied().unwrap_or(0);
        let high = lease.caps.get(lane).copied().unwrap_or(u64::MAX);
        return Refusal::FloorOutsideLease { asked: intent.floor, low, high };
    }
    Refusal::OutsideLease { asked, from, until }
}
