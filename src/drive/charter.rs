//! Charter: amendments, plans that wait, and vetoes, as a host takes them in.

use super::{
    Cause, Error, Guard, Host, Slot,
    approval::{signed, waited},
    entry, lock,
};
use crate::{
    IdentityId,
    authority::{Act, Authority, Decision},
    charter::{Added, Amendment, Charter, NotAmended},
    document::{Document, Envelope},
    evidence::{Approvable, NotEvidence, Signed},
    handover::{Input, Refusal},
    order::{Fence, Order, Veto},
};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::sync::atomic::Ordering;
use std::sync::PoisonError;

impl Host {
    /// Tells the host the time, in seconds since 1970. Only waits are counted by it: a plan that
    /// waits ripens while the time that is told goes on, and never before it was told.
    ///
    /// A time that goes back lengthens waits; one that jumps ahead shortens them.
    pub fn time_is(&self, seconds: u64) {
        self.now.store(seconds, Ordering::SeqCst);
    }

    /// What holds for an identity at the newest head of its charter.
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown identity.
    pub fn charter(&self, id: IdentityId) -> Result<Arc<Charter>, Error> {
        Ok(self.slot(id)?.newest())
    }

    /// Every document of an identity's charter, the genesis first: what another host, or an
    /// auditor, replays.
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown identity.
    pub fn charter_documents(&self, id: IdentityId) -> Result<Vec<Envelope>, Error> {
        let slot = self.slot(id)?;
        let log = slot.log.read().unwrap_or_else(PoisonError::into_inner);
        Ok(log.documents().cloned().collect())
    }

    /// Takes an amendment up as the newest head of its identity's charter. Orders and fences that
    /// were made under an earlier head can not be begun here from then on. Taking up what was
    /// taken up before changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed. [`NotAmended::Fork`] raises an alarm that stays.
    pub fn amend(&self, amendment: &Envelope) -> Result<(), Error> {
        self.alive()?;
        let signed = signed::<Amendment>(amendment)?;
        let (id, identity) = (signed.id(), signed.document().identity);
        let slot = self.slot(identity)?;
        let now = self.now.load(Ordering::SeqCst);
        let mut guards = [lock(&slot.state)];
        let [state] = &guards;
        let waited = waited(&state.record, id, now);
        // Under the state's lock, so that record and log move together.
        let mut log = slot.log.read().unwrap_or_else(PoisonError::into_inner).clone();
        let amended = match log.add(amendment, waited) {
            Ok(Added::Known) => return Ok(()),
            Ok(Added::New(amended)) => amended,
            Err(NotAmended::Evidence(NotEvidence::Unapproved(decision)))
                if decision.matures_at.is_some() =>
            {
                drop(guards);
                return Err(self.wait_for(id, amendment, &[slot], decision)?);
            }
            Err(error) => {
                if let NotAmended::Fork { theirs, .. } = &error {
                    let kept = self.keeping(id, theirs);
                    self.advance(&mut guards, &Input::Forked(identity), kept)?;
                    lock(&self.orders).insert(id, (**theirs).clone());
                }
                return Err(Error::new(error, None));
            }
        };
        let kept = Vec::from([entry::order(id, amendment)]);
        self.advance(&mut guards, &Input::Amend(amended.step), kept)?;
        *slot.log.write().unwrap_or_else(PoisonError::into_inner) = log;
        lock(&self.orders).insert(id, amendment.clone());
        Ok(())
    }

    /// Makes a plan known here: an order, a fence or an amendment. Its wait, if it has one, begins
    /// now. The answer says, for each identity that is known here, what the plan has and lacks.
    ///
    /// # Errors
    ///
    /// [`Error`]: nobody whose approval counts has signed it, or it is no plan.
    pub fn propose(&self, plan: &Envelope) -> Result<Vec<Decision>, Error> {
        self.alive()?;
        match plan.kind() {
            Some(Order::KIND) => self.consider(plan, &signed::<Order>(plan)?),
            Some(Fence::KIND) => self.consider(plan, &signed::<Fence>(plan)?),
            _ => self.consider(plan, &signed::<Amendment>(plan)?),
        }
    }

    fn consider<T: Approvable>(
        &self,
        plan: &Envelope,
        signed: &Signed<T>,
    ) -> Result<Vec<Decision>, Error> {
        let slots = self.known_slots(&signed.document().identities())?;
        let weigh = |slot: &Arc<Slot>| self.weigh(slot, signed);
        let decisions = slots.iter().map(weigh).collect::<Result<Vec<_>, _>>()?;
        let waits = decisions.iter().find(|decision| decision.matures_at.is_some());
        if let Some(waits) = waits {
            self.wait_for(signed.id(), plan, &slots, Box::new(waits.clone()))?;
        }
        Ok(decisions)
    }

    /// Vetoes a plan: its waiting counts for nothing here any more. Whoever could have approved
    /// the plan, had the wait been over, may do so, and whoever stands above them.
    ///
    /// # Errors
    ///
    /// [`Error`]: not approved, or the plan does not wait here.
    pub fn veto(&self, veto: &Envelope) -> Result<(), Error> {
        self.alive()?;
        let signed = signed::<Veto>(veto)?;
        let id = signed.document().plan;
        let unknown = || Error::new(Cause::UnknownPlan { plan: id }, None);
        let act = act_of(&self.order(id).ok_or_else(unknown)?)?;
        let slots = self.known_slots(&signed.document().identities)?;
        let charters: Vec<Arc<Charter>> = slots.iter().map(|slot| slot.newest()).collect();
        let judges = charters.iter().map(|charter| (&**charter as &dyn Authority, u32::MAX));
        let approved = signed.approve_as(act, judges).map_err(|error| Error::new(error, None))?;
        let mut guards: Vec<Guard<'_>> = slots.iter().map(|slot| lock(&slot.state)).collect();
        self.advance(&mut guards, &Input::Veto(approved), Vec::new())?;
        Ok(())
    }

    /// What the charter says of a plan's signatures now.
    fn weigh<T: Approvable>(&self, slot: &Slot, signed: &Signed<T>) -> Result<Decision, Error> {
        let now = self.now.load(Ordering::SeqCst);
        let (charter, waited) = slot.judge(signed.document(), signed.id(), now)?;
        Ok(charter.decide(signed.document().act(), signed.signers(), waited))
    }

    /// Those of these identities that this host knows, in order; one at least.
    fn known_slots(&self, identities: &[IdentityId]) -> Result<Vec<Arc<Slot>>, Error> {
        let known: Vec<_> = identities.iter().filter_map(|id| self.slot(*id).ok()).collect();
        let identity = identities.first().copied().unwrap_or(IdentityId::from_bytes([0; 32]));
        let nothing = Refusal::UnknownIdentity { identity };
        if known.is_empty() { Err(Error::new(nothing, None)) } else { Ok(known) }
    }
}

/// What a plan that is kept here decides.
fn act_of(plan: &Envelope) -> Result<Act, Error> {
    match plan.kind() {
        Some(Order::KIND) => Ok(signed::<Order>(plan)?.document().act()),
        Some(Fence::KIND) => Ok(signed::<Fence>(plan)?.document().act()),
        _ => Ok(signed::<Amendment>(plan)?.document().act()),
    }
}
