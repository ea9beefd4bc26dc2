//! Plans: what waits for approvals or for time, what was vetoed, and the charter's next head.

use super::{Alarm, Effect, Plan, Refusal, Sealed, Sighting, States};
use crate::{IdentityId, OrderId, charter::NextHead, evidence::Approved, order::Veto};

/// The most plans of one identity that a host keeps waiting.
pub const MAX_PLANS: usize = 64;

/// A wait is counted from here on, by this host alone.
pub(super) fn sight(states: &States<'_>, plan: OrderId, now: u64) -> Result<Sealed, Refusal> {
    note(states, states.all.iter().map(|state| state.record.identity), plan, |known| {
        known.unwrap_or(Sighting { at: now, vetoed: false })
    })
}

/// A vetoed plan may still be approved in full: only its waiting is over.
pub(super) fn veto(states: &States<'_>, veto: &Approved<Veto>) -> Result<Sealed, Refusal> {
    let document = veto.document();
    let here = states.all.iter().map(|state| state.record.identity);
    let concerned = here.filter(|identity| document.identities.contains(identity));
    note(states, concerned, document.plan, |known| {
        let at = known.map_or(0, |known| known.at);
        Sighting { at, vetoed: true }
    })
}

fn note(
    states: &States<'_>,
    identities: impl Iterator<Item = IdentityId>,
    plan: OrderId,
    sighting: impl Fn(Option<Sighting>) -> Sighting,
) -> Result<Sealed, Refusal> {
    let mut noted = Plan::default();
    for identity in identities {
        let old = &states.find(identity)?.record;
        let known = old.plans.get(&plan).copied();
        if known.is_none() && old.plans.len() >= MAX_PLANS {
            return Err(Refusal::TooManyPlans { got: old.plans.len() });
        }
        let mut new = old.clone();
        new.plans.insert(plan, sighting(known));
        noted.put(old, new);
    }
    Ok(noted.seal())
}

/// Plans that were made under the old head can not be begun any more; they are forgotten.
pub(super) fn amend(states: &States<'_>, next: &NextHead) -> Result<Sealed, Refusal> {
    let old = &states.find(next.identity)?.record;
    let mut plan = Plan::default();
    if old.charter == next.head {
        return Ok(plan.seal());
    }
    if old.charter != next.previous {
        return Err(Refusal::OtherCharter { order: next.previous, here: old.charter });
    }
    let mut new = old.clone();
    new.charter = next.head;
    new.enrolled.clone_from(&next.enrolled);
    new.plans.clear();
    plan.put(old, new);
    Ok(plan.seal())
}

pub(super) fn forked(states: &States<'_>, identity: IdentityId) -> Result<Sealed, Refusal> {
    let old = &states.find(identity)?.record;
    let mut plan = Plan::default();
    let mut new = old.clone();
    if new.alarms.insert(Alarm::Forked) {
        plan.effects.push(Effect::Alarm(identity, Alarm::Forked));
    }
    plan.put(old, new);
    Ok(plan.seal())
}
