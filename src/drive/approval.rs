//! Approval: whether a plan's signatures suffice here, now, by every identity's charter.

use super::{Cause, Error, Guard, Host, Slot, lock};
use crate::{
    OrderId,
    authority::{Authority, Decision},
    charter::Charter,
    document::Envelope,
    evidence::{Approvable, Approved, NotEvidence, Signed},
    handover::{Input, Record, Refusal, Sighting},
    lease::Lease,
};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::sync::atomic::Ordering;
use std::sync::PoisonError;

pub(super) fn signed<T: Approvable>(envelope: &Envelope) -> Result<Signed<T>, Error> {
    Signed::verify(envelope).map_err(|error: NotEvidence| Error::new(error, None))
}

impl Host {
    /// Every identity that the document is about must have approved it, under the head that it
    /// names. A plan that needs nothing but time is known here from now on.
    pub(super) fn approve<T: Approvable>(
        &self,
        signed: Signed<T>,
        envelope: &Envelope,
        slots: &[Arc<Slot>],
    ) -> Result<Approved<T>, Error> {
        let now = self.now.load(Ordering::SeqCst);
        let (id, document) = (signed.id(), signed.document());
        let judges = slots.iter().map(|slot| slot.judge(document, id, now));
        let charters = judges.collect::<Result<Vec<_>, _>>()?;
        let authorities =
            charters.iter().map(|(charter, waited)| (&**charter as &dyn Authority, *waited));
        match signed.approve(authorities) {
            Ok(approved) => Ok(approved),
            Err(NotEvidence::Unapproved(decision)) if decision.matures_at.is_some() => {
                Err(self.wait_for(id, envelope, slots, decision)?)
            }
            Err(error) => Err(Error::new(error, None)),
        }
    }

    /// Notes a plan that waits, and says since when.
    pub(super) fn wait_for(
        &self,
        id: OrderId,
        envelope: &Envelope,
        slots: &[Arc<Slot>],
        decision: Box<Decision>,
    ) -> Result<Error, Error> {
        let now = self.now.load(Ordering::SeqCst);
        if now == 0 {
            return Err(Error::new(Cause::NoTime, None));
        }
        let mut guards: Vec<Guard<'_>> = slots.iter().map(|slot| lock(&slot.state)).collect();
        let kept = self.keeping(id, envelope);
        self.advance(&mut guards, &Input::Sight { plan: id, now }, kept)?;
        lock(&self.orders).entry(id).or_insert_with(|| envelope.clone());
        let waited = guards.iter().map(|state| waited(&state.record, id, now)).min();
        let waited = waited.unwrap_or_default();
        Ok(Error::new(Cause::Waiting { decision, waited }, None))
    }
}

impl Slot {
    /// The charter that a plan was made under, and for how long the plan was known here. A plan of
    /// an earlier head is not begun; one that was begun is carried on.
    pub(super) fn judge<T: Approvable>(
        &self,
        document: &T,
        id: OrderId,
        now: u64,
    ) -> Result<(Arc<Charter>, u32), Error> {
        let state = lock(&self.state);
        let record = &state.record;
        let head = document.head(record.identity).unwrap_or(record.charter);
        let log = self.log.read().unwrap_or_else(PoisonError::into_inner);
        let begun = head == record.charter || acted_on(record, id);
        let charter = log.at(head).filter(|_| begun).cloned();
        let other = Refusal::OtherCharter { order: head, here: record.charter };
        let charter = charter.ok_or_else(|| Error::new(other, Some(state.may_sign())))?;
        Ok((charter, waited(record, id, now)))
    }

    /// The charter at its newest head.
    pub(super) fn newest(&self) -> Arc<Charter> {
        self.log.read().unwrap_or_else(PoisonError::into_inner).newest().clone()
    }
}

/// Whether this host has done something under a plan, so that it must be carried on (R8).
fn acted_on(record: &Record, plan: OrderId) -> bool {
    let released = |lease: &Lease| lease.released.as_ref().is_some_and(|said| said.order == plan);
    record.prepared.contains_key(&plan)
        || record.epoch.1 == plan
        || record.leases.iter().any(|lease| lease.id == plan || released(lease))
}

/// For how long a plan was known here, as far as it counts. What this host has acted on was
/// approved when it did: it is not weighed by time again.
pub(super) fn waited(record: &Record, plan: OrderId, now: u64) -> u32 {
    if acted_on(record, plan) {
        return u32::MAX;
    }
    record.plans.get(&plan).map_or(0, |sighting: &Sighting| sighting.waited(now))
}
