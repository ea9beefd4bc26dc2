//! Drive: a host that carries out what the rules decide. Commits first, then signs and answers.

mod approval;
mod charter;
mod commit;
mod entry;
mod error;
mod identities;
mod moves;
mod right;
mod start;

pub use error::{Cause, Error, Family};
pub use right::{AfterRelease, Held, Limited, Released, Right, RightOf};

use crate::{
    HostId, IdentityId, Lanes, Nonce, OrderId, Position, Session, Signature,
    charter::Log,
    document::Envelope,
    evidence::FromHost,
    handover::{Attest, Attested, Effect, Input, Message, Refusal, Standing, State},
    identity::Genesis,
    ports::{Chain, HostSigner, Journal, Signer},
    witness,
};
use alloc::{boxed::Box, collections::BTreeMap, sync::Arc, vec::Vec};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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
    /// The time as it was told last, in seconds since 1970; 0 before.
    now: AtomicU64,
    dead: AtomicBool,
}

/// One identity on this host.
struct Slot {
    genesis: Genesis,
    log: RwLock<Log>,
    state: Mutex<State>,
    key: RwLock<Option<Arc<dyn Signer>>>,
}

type Guard<'a> = MutexGuard<'a, State>;

impl Host {
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
        let slot = self.slot_on(id, chain)?;
        let reading = chain.read(message).map_err(|error| Error::new(error, None))?;
        self.put_to_key(&slot, id, &Input::Sign(reading))
    }

    /// Signs a message that has no position, such as a RANDAO reveal of Ethereum: it needs a lease
    /// with something left to sign, and puts no mark.
    ///
    /// # Errors
    ///
    /// [`Error`]: refused; nothing changed.
    pub fn sign_unplaced(
        &self,
        id: IdentityId,
        chain: &dyn Chain,
        message: &[u8],
    ) -> Result<Signature, Error> {
        let slot = self.slot_on(id, chain)?;
        let signable = chain.read_unplaced(message).map_err(|error| Error::new(error, None))?;
        self.put_to_key(&slot, id, &Input::SignUnplaced(signable))
    }

    /// The identity, if its network is the chain's.
    fn slot_on(&self, id: IdentityId, chain: &dyn Chain) -> Result<Arc<Slot>, Error> {
        self.alive()?;
        let slot = self.slot(id)?;
        if slot.genesis.network.chain != chain.name() {
            let (given, wanted) = (chain.name(), slot.genesis.network.chain.clone());
            return Err(Error::new(Cause::OtherChain { given, wanted }, None));
        }
        let network = &slot.genesis.network.id;
        if let Some(given) = chain.network_id()
            && given != network
        {
            let (given, wanted) = (given.into(), network.clone());
            return Err(Error::new(Cause::OtherNetwork { given, wanted }, None));
        }
        Ok(slot)
    }

    /// Steps, makes durable, and lets the key sign what comes out.
    fn put_to_key(&self, slot: &Slot, id: IdentityId, input: &Input) -> Result<Signature, Error> {
        let key = slot.key.read().unwrap_or_else(PoisonError::into_inner).clone();
        let missing = Refusal::KeyMissing { identity: id };
        let key = key.ok_or_else(|| Error::new(missing, Some(false)))?;
        let mut guards = [lock(&slot.state)];
        let effects = self.advance(&mut guards, input, Vec::new())?;
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
    /// signed. Needed after an unclean stop under [`Policy::Skip`](crate::handover::Policy::Skip).
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
