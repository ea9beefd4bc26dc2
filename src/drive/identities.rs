//! Identities: what a host takes up, and the keys it is given for them.

use super::{Cause, Error, Host, Slot, entry, lock, nonce};
use crate::{
    IdentityId,
    charter::Log,
    document::Envelope,
    handover::{Change, Input, Policy, Record, Refusal, Run, State},
    identity::Genesis,
    ports::{Entry, EntryKey, Signer},
};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use std::sync::{Mutex, PoisonError, RwLock};

impl Host {
    /// Takes up an identity from its genesis document, as its first holder or as a standby.
    ///
    /// # Errors
    ///
    /// [`Error`]: not approved, not on the roster, known already, or the same key as another.
    pub fn adopt(&self, genesis: &Envelope) -> Result<IdentityId, Error> {
        self.alive()?;
        let fail = |cause: Cause| Error::new(cause, None);
        let log = Log::begin(genesis).map_err(|error| fail(error.into()))?;
        let approved = log.genesis().clone();
        let document = approved.document().clone();
        let id = IdentityId::from(approved.id());
        let here = self.id();
        if !document.epoch.roster.iter().any(|card| card.host == here) {
            return Err(fail(Refusal::NotOnRoster { host: here }.into()));
        }
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if slots.contains_key(&id) {
            return Err(fail(Cause::Known { identity: id }));
        }
        let same = |slot: &Slot| {
            slot.genesis.public_key == document.public_key
                && slot.genesis.network == document.network
        };
        if let Some((other, _)) = slots.iter().find(|(_, slot)| same(slot)) {
            return Err(fail(Cause::SameKey { other: *other }));
        }
        let record = Record::genesis(here, &approved, nonce()?);
        let mut entries =
            entry::entries(&[Change::Record(Box::new(record.clone()))]).map_err(fail)?;
        entries.push(entry::order(approved.id(), genesis));
        self.commit(&entries)?;
        let state = Mutex::new(State { record, run: Run::STOPPED });
        let slot = Arc::new(Slot {
            genesis: document,
            log: RwLock::new(log),
            state,
            key: RwLock::new(None),
        });
        lock(&self.orders).insert(approved.id(), genesis.clone());
        {
            let mut guards = [lock(&slot.state)];
            let session = self.session;
            let input = Input::Start { session, clean: true, policy: Policy::Disk };
            self.advance(&mut guards, &input, Vec::new())?;
        }
        slots.insert(id, slot);
        Ok(id)
    }

    /// Gives the host an identity's key. It is refused if it is not the identity's.
    ///
    /// # Errors
    ///
    /// [`Cause::OtherKey`], or an unknown identity.
    pub fn load_key(&self, id: IdentityId, key: Arc<dyn Signer>) -> Result<(), Error> {
        let slot = self.slot(id)?;
        let (given, wanted) = (key.public_key(), slot.genesis.public_key);
        if given != wanted {
            return Err(Error::new(Cause::OtherKey { given, wanted }, None));
        }
        *slot.key.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
        Ok(())
    }

    /// Keeps an identity's sealed key in the journal. What the bytes are is the caller's affair.
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown identity, or the journal.
    pub fn keep_sealed_key(&self, id: IdentityId, sealed: &[u8]) -> Result<(), Error> {
        self.alive()?;
        self.slot(id)?;
        self.commit(&[Entry { key: EntryKey::Key(id), value: sealed.to_vec() }])?;
        lock(&self.sealed_keys).insert(id, sealed.to_vec());
        Ok(())
    }

    /// The sealed key that the journal keeps of an identity.
    #[must_use]
    pub fn sealed_key(&self, id: IdentityId) -> Option<Vec<u8>> {
        lock(&self.sealed_keys).get(&id).cloned()
    }

    /// The genesis document of an identity.
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown identity.
    pub fn genesis(&self, id: IdentityId) -> Result<Genesis, Error> {
        Ok(self.slot(id)?.genesis.clone())
    }
}
