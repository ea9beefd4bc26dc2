//! Start: a host begins on an empty journal, or goes on from what its journal held; and it stops.

use super::{
    Cause, Error, Guard, Host, Slot,
    entry::{self, Facts, HostFacts},
    lock, random,
};
use crate::{
    Session,
    handover::{Input, Policy, Refusal, Run, State},
    ports::{Entry, HostSigner, Journal},
};
use alloc::{boxed::Box, collections::BTreeMap, sync::Arc, vec::Vec};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

impl Host {
    /// Starts a brand new host on an empty journal. It knows no identity.
    ///
    /// # Errors
    ///
    /// [`Error`], of the journal.
    pub fn create(journal: Box<dyn Journal>, signer: Box<dyn HostSigner>) -> Result<Self, Error> {
        Self::start(journal, Facts::default(), signer, Policy::Disk)
    }

    /// Starts a host again, from what its journal held when it was opened.
    ///
    /// Every start is a new [`Session`]. What the start rests on is the [`Policy`].
    ///
    /// # Errors
    ///
    /// [`Error`]: the journal holds what cannot be read, or another host's records.
    pub fn open(
        journal: Box<dyn Journal>,
        entries: Vec<Entry>,
        signer: Box<dyn HostSigner>,
        policy: Policy,
    ) -> Result<Self, Error> {
        let facts = Facts::read(entries).map_err(|cause| Error::new(cause, None))?;
        if facts.host.is_none() {
            // R5: a journal without its host's facts lost something.
            return Err(Error::new(Cause::Unreadable { what: "host" }, None));
        }
        Self::start(journal, facts, signer, policy)
    }

    fn start(
        journal: Box<dyn Journal>,
        facts: Facts,
        signer: Box<dyn HostSigner>,
        policy: Policy,
    ) -> Result<Self, Error> {
        let fail = |cause: Cause| Error::new(cause, None);
        let before = facts.host.unwrap_or(HostFacts { session: Session::NONE, clean: true });
        let session = before.session.next(random()?);
        let session = session.ok_or(Refusal::Exhausted).map_err(|refusal| fail(refusal.into()))?;
        let mut facts = facts;
        let forgotten = facts.forget_orders();
        let mut slots = BTreeMap::new();
        for (id, record) in core::mem::take(&mut facts.records) {
            if record.host != signer.host() {
                let (journal, here) = (record.host, signer.host());
                return Err(fail(Cause::OtherHost { journal, here }));
            }
            let log = facts.charter(&record).map_err(fail)?;
            let genesis = log.genesis().document().clone();
            let state = Mutex::new(State { record, run: Run::STOPPED });
            let (log, key) = (RwLock::new(log), RwLock::new(None));
            slots.insert(id, Arc::new(Slot { genesis, log, state, key }));
        }
        // R3: the session is durable before anything is said in its name.
        let mut started =
            Vec::from([entry::host(&HostFacts { session, clean: false }).map_err(fail)?]);
        started.extend(forgotten.iter().map(|id| entry::forget(*id)));
        journal.commit(&started).map_err(|error| fail(error.into()))?;
        let host = Self {
            signer,
            journal,
            session,
            slots: RwLock::new(slots),
            orders: Mutex::new(facts.orders),
            sealed_keys: Mutex::new(facts.keys),
            witnessing: Mutex::new(facts.witness),
            now: AtomicU64::new(0),
            dead: AtomicBool::new(false),
        };
        for slot in host.all_slots() {
            let mut guards = [lock(&slot.state)];
            let input = Input::Start { session, clean: before.clean, policy };
            host.advance(&mut guards, &input, Vec::new())?;
        }
        Ok(host)
    }

    /// Notes that the process stops, so that the next start can tell. Nothing is signed after.
    ///
    /// # Errors
    ///
    /// [`Error`], of the journal: the next start takes the stop for an unclean one.
    pub fn stop(self) -> Result<(), Error> {
        self.dead.store(true, Ordering::SeqCst);
        let slots = self.all_slots();
        let guards: Vec<Guard<'_>> = slots.iter().map(|slot| lock(&slot.state)).collect();
        // A process that was never allowed to act cannot say that what it found was all there was.
        let clean = guards.iter().all(|state| state.may_act().is_ok());
        let facts = HostFacts { session: self.session, clean };
        let stopped = entry::host(&facts).map_err(|cause| Error::new(cause, None))?;
        self.journal.commit(&[stopped]).map_err(|error| Error::new(error, Some(false)))?;
        drop(guards);
        Ok(())
    }
}
