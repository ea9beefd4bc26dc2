//! Drive: a host that carries out what the rules decide. Commits first, then signs and answers.

mod entry;
mod error;
mod moves;
mod right;

pub use error::{Cause, Error, Family};
pub use right::{AfterRelease, Held, Limited, Released, Right, RightOf};

use crate::{
    HostId, IdentityId, Lanes, Nonce, OrderId, Position, Session, Signature,
    document::Envelope,
    evidence::{FromHost, Signed},
    handover::{
        Attest, Attested, Change, Durable, Effect, Input, Message, Policy, Record, Refusal, Run,
        Sealed, Standing, State, step,
    },
    identity::Genesis,
    ports::{Chain, Entry, EntryKey, HostSigner, Journal, JournalError, Signer},
    witness,
};
use alloc::{boxed::Box, collections::BTreeMap, sync::Arc, vec::Vec};
use core::sync::atomic::{AtomicBool, Ordering};
use entry::{Facts, HostFacts};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// A running host: the identities it knows, its journal, its keys.
///
/// Every method takes `&self` and may be called from any thread. Calls for one identity wait for
/// each other; calls for different identities share the journal's syncs.
pub struct Host {
    signer: Box<dyn HostSigner>,
    journal: Box<dyn Journal>,
    session: Session,
    slots: RwLock<BTreeMap<IdentityId, Arc<Slot>>>,
    orders: Mutex<BTreeMap<OrderId, Envelope>>,
    sealed_keys: Mutex<BTreeMap<IdentityId, Vec<u8>>>,
    witnessing: Mutex<BTreeMap<IdentityId, witness::Memory>>,
    dead: AtomicBool,
}

/// One identity on this host.
struct Slot {
    genesis: Genesis,
    state: Mutex<State>,
    key: RwLock<Option<Arc<dyn Signer>>>,
}

type Guard<'a> = MutexGuard<'a, State>;

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
        for (id, record) in facts.records {
            if record.host != signer.host() {
                let (journal, here) = (record.host, signer.host());
                return Err(fail(Cause::OtherHost { journal, here }));
            }
            let genesis = facts.orders.get(&id.into()).and_then(|order| order.verify().ok());
            let genesis: Genesis = match genesis {
                Some(verified) => verified.into_parts().0,
                None => return Err(fail(Cause::Unreadable { what: "genesis" })),
            };
            let state = Mutex::new(State { record, run: Run::STOPPED });
            slots.insert(id, Arc::new(Slot { genesis, state, key: RwLock::new(None) }));
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
        let facts = HostFacts { session: self.session, clean: true };
        let stopped = entry::host(&facts).map_err(|cause| Error::new(cause, None))?;
        self.journal.commit(&[stopped]).map_err(|error| Error::new(error, Some(false)))?;
        drop(guards);
        Ok(())
    }

    /// This host.
    #[must_use]
    pub fn id(&self) -> HostId {
        self.signer.host()
    }

    /// This process.
    #[must_use]
    pub const fn session(&self) -> Session {
        self.session
    }

    /// How many times the medium was told to make something durable, in this process.
    #[must_use]
    pub fn syncs(&self) -> u64 {
        self.journal.syncs()
    }

    /// Takes up an identity from its genesis document, as its first holder or as a standby.
    ///
    /// # Errors
    ///
    /// [`Error`]: not approved, not on the roster, known already, or the same key as another.
    pub fn adopt(&self, genesis: &Envelope) -> Result<IdentityId, Error> {
        self.alive()?;
        let fail = |cause: Cause| Error::new(cause, None);
        let signed = Signed::<Genesis>::verify(genesis).map_err(|error| fail(error.into()))?;
        let approvers = signed.document().approvers.clone();
        let approved = signed
            .approve([&approvers as &dyn crate::authority::Authority])
            .map_err(|error| fail(error.into()))?;
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
        let record = Record::genesis(here, &approved);
        let mut entries =
            entry::entries(&[Change::Record(Box::new(record.clone()))]).map_err(fail)?;
        entries.push(entry::order(approved.id(), genesis));
        self.commit(&entries)?;
        let state = Mutex::new(State { record, run: Run::STOPPED });
        let slot = Arc::new(Slot { genesis: document, state, key: RwLock::new(None) });
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

    /// Signs a message, if the rules agree, after its mark is durable.
    ///
    /// # Errors
    ///
    /// [`Error`]: refused and nothing changed; or, with [`Family::OutcomeUnknown`], no signature
    /// was made and this host does nothing more.
    pub fn sign(
        &self,
        id: IdentityId,
        chain: &dyn Chain,
        message: &[u8],
    ) -> Result<Signature, Error> {
        self.alive()?;
        let slot = self.slot(id)?;
        if slot.genesis.network.chain != chain.name() {
            let (given, wanted) = (chain.name(), slot.genesis.network.chain.clone());
            return Err(Error::new(Cause::OtherChain { given, wanted }, None));
        }
        let reading = chain.read(message).map_err(|error| Error::new(error, None))?;
        let key = slot.key.read().unwrap_or_else(PoisonError::into_inner).clone();
        let missing = Refusal::KeyMissing { identity: id };
        let key = key.ok_or_else(|| Error::new(missing, Some(false)))?;
        let mut guards = [lock(&slot.state)];
        let effects = self.advance(&mut guards, &Input::Sign(reading), Vec::new())?;
        drop(guards);
        let cleared = effects.into_iter().find_map(|effect| match effect {
            Effect::Sign(cleared) => Some(cleared),
            Effect::Send(_) | Effect::Alarm(..) => None,
        });
        let cleared = cleared.ok_or_else(|| Error::new(Cause::Dead, None))?;
        key.sign(cleared).map_err(|error| Error::new(error, Some(true)))
    }

    /// What this host's record says of an identity.
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown identity.
    pub fn standing(&self, id: IdentityId) -> Result<Standing, Error> {
        Ok(lock(&self.slot(id)?.state).standing())
    }

    /// What this host's records say of every identity.
    #[must_use]
    pub fn status(&self) -> Vec<Standing> {
        self.all_slots().iter().map(|slot| lock(&slot.state).standing()).collect()
    }

    /// An order, fence or genesis document that this host has accepted, to resume it from.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<Envelope> {
        lock(&self.orders).get(&id).cloned()
    }

    /// A fresh head of the chain was seen: what can have been signed up to it is considered
    /// signed. Needed after an unclean stop under [`Policy::Skip`].
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn saw_head(
        &self,
        id: IdentityId,
        last_signable: &Lanes<Position>,
    ) -> Result<Vec<Envelope>, Error> {
        self.tell(id, &Input::Head(last_signable.clone()))
    }

    /// Questions for the witnesses about every identity that has any; to be sent to all of them.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn attestations(&self) -> Result<Vec<Envelope>, Error> {
        self.alive()?;
        let asked = self.all_slots();
        let questions = asked.iter().filter_map(|slot| lock(&slot.state).question());
        questions.map(|question| self.document(Message::Attest(question))).collect()
    }

    /// A witness's answer.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn attested(&self, answer: &Envelope) -> Result<Vec<Envelope>, Error> {
        let answer =
            FromHost::<Attested>::verify(answer).map_err(|error| Error::new(error, None))?;
        self.tell(answer.message().identity, &Input::Attested(answer))
    }

    /// Answers, as a witness, a host's question. `None`: an earlier process or a copy asks.
    ///
    /// # Errors
    ///
    /// [`Error`]: not a question, or the journal.
    pub fn witness(&self, question: &Envelope) -> Result<Option<Envelope>, Error> {
        self.alive()?;
        let question =
            FromHost::<Attest>::verify(question).map_err(|error| Error::new(error, None))?;
        let mut all = lock(&self.witnessing);
        let id = question.message().identity;
        let memory = all.get(&id).cloned().unwrap_or(witness::Memory::EMPTY);
        let Some((next, said)) = witness::step(&memory, self.id(), &question) else {
            return Ok(None);
        };
        if next != memory {
            let kept = entry::witness(id, &next).map_err(|cause| Error::new(cause, None))?;
            self.commit(&[kept])?; // R3
            all.insert(id, next);
        }
        Ok(Some(self.document(Message::Attested(said))?))
    }

    /// One input for one identity; what it says comes back signed.
    fn tell(&self, id: IdentityId, input: &Input) -> Result<Vec<Envelope>, Error> {
        self.alive()?;
        let slot = self.slot(id)?;
        let mut guards = [lock(&slot.state)];
        let effects = self.advance(&mut guards, input, Vec::new())?;
        drop(guards);
        self.documents(effects)
    }

    /// Steps the states under these guards, makes the outcome durable, and only then lets it out.
    fn advance(
        &self,
        guards: &mut [Guard<'_>],
        input: &Input,
        mut also: Vec<Entry>,
    ) -> Result<Vec<Effect>, Error> {
        let states: Vec<&State> = guards.iter().map(|guard| &**guard).collect();
        let signing = match states.as_slice() {
            [state] => Some(state.may_sign()),
            _ => None,
        };
        let sealed = step(&states, input).map_err(|refusal| Error::new(refusal, signing))?;
        let changes = sealed.changes().to_vec();
        let effects = match sealed.open_unchanged() {
            Ok(effects) => effects,
            Err(sealed) => {
                also.extend(entry::entries(&changes).map_err(|cause| Error::new(cause, signing))?);
                self.make_durable(sealed, &also)?
            }
        };
        for change in changes {
            apply(guards, change);
        }
        Ok(effects)
    }

    fn make_durable(&self, sealed: Sealed, entries: &[Entry]) -> Result<Vec<Effect>, Error> {
        let seq = self.commit(entries)?;
        let durable = if sealed.needs_reread() {
            let found = self.journal.reread(seq).map_err(|error| self.die(error))?;
            if found != entries {
                return Err(self.die(JournalError::Unreadable { seq: seq.get() }));
            }
            Durable::after_reread(seq)
        } else {
            Durable::after_barrier(seq)
        };
        sealed.open(&durable).map_err(|_| self.die(JournalError::Unreadable { seq: seq.get() }))
    }

    fn commit(&self, entries: &[Entry]) -> Result<crate::ports::Seq, Error> {
        self.journal.commit(entries).map_err(|error| {
            if error.is_refusal() { Error::new(error, None) } else { self.die(error) }
        })
    }

    /// After an unknown outcome, memory may differ from the disk: only opening again tells.
    fn die(&self, error: JournalError) -> Error {
        self.dead.store(true, Ordering::SeqCst);
        Error::new(error, None)
    }

    fn alive(&self) -> Result<(), Error> {
        if self.dead.load(Ordering::SeqCst) { Err(Error::new(Cause::Dead, None)) } else { Ok(()) }
    }

    fn slot(&self, id: IdentityId) -> Result<Arc<Slot>, Error> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let unknown = Refusal::UnknownIdentity { identity: id };
        slots.get(&id).cloned().ok_or_else(|| Error::new(unknown, Some(false)))
    }

    /// Every identity, in the order of the ids: locks are always taken in this order.
    fn all_slots(&self) -> Vec<Arc<Slot>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.values().cloned().collect()
    }

    fn documents(&self, effects: Vec<Effect>) -> Result<Vec<Envelope>, Error> {
        let mut documents = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(message) => documents.push(self.document(message)?),
                Effect::Sign(_) | Effect::Alarm(..) => {}
            }
        }
        Ok(documents)
    }

    /// A message as a document, signed with the host key.
    fn document(&self, message: Message) -> Result<Envelope, Error> {
        let envelope = match &message {
            Message::Ready(document) => Envelope::of(document),
            Message::Release(document) => Envelope::of(document),
            Message::Decline(document) => Envelope::of(document),
            Message::Tail(document) => Envelope::of(document),
            Message::Activated(document) => Envelope::of(document),
            Message::FenceAck(document) => Envelope::of(document),
            Message::Attest(document) => Envelope::of(document),
            Message::Attested(document) => Envelope::of(document),
        };
        let cause = |error| Error::new(crate::evidence::NotEvidence::from(error), None);
        let mut envelope = envelope.map_err(cause)?;
        let signed = self.signer.sign_document(&mut envelope);
        signed.map_err(|error| Error::new(error, None))?;
        Ok(envelope)
    }
}

impl core::fmt::Debug for Host {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let identities = self.all_slots().len();
        f.debug_struct("Host")
            .field("id", &self.id())
            .field("session", &self.session)
            .field("identities", &identities)
            .finish_non_exhaustive()
    }
}

/// Puts a durable change into memory.
fn apply(guards: &mut [Guard<'_>], change: Change) {
    let id = match &change {
        Change::Record(record) => record.identity,
        Change::Mark(id, ..) | Change::Run(id, _) => *id,
    };
    let found = guards.binary_search_by(|guard| guard.record.identity.cmp(&id));
    let Some(state) = found.ok().and_then(|found| guards.get_mut(found)) else { return };
    match change {
        Change::Record(record) => state.record = *record,
        Change::Mark(_, lane, mark) => state.record.raise(lane, mark),
        Change::Run(_, run) => state.run = run,
    }
}

/// A lock whose holder panicked guards a state that was durable before: it is used on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn random() -> Result<u128, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::new(Cause::NoRandomness, None))?;
    Ok(u128::from_be_bytes(bytes))
}

fn nonce() -> Result<Nonce, Error> {
    random().map(Nonce::from_bits)
}
