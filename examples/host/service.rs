//! Service: a request in, an answer out. Every call of [`brainswap::Host`] is made here.

use super::{
    failure::{ErrorObject, Family},
    peers::Peers,
    request::{Answer, Bytes, Counters, Dsse, Reply, Request, Status},
};
use brainswap::{
    Host, HostCard, HostId, IdentityId, OrderId, Session,
    chain::{Clique, CometBft, Policy},
    charter::Amendment,
    document::{Document as _, Envelope},
    evidence::FromHost,
    handover::Attest,
    identity::{Genesis, Network},
    key::{HostKey, Recipient, SealedKey},
    order::Veto,
    ports::Chain,
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// A running host with its keys, as the channel and the node's socket use it.
pub struct Service {
    host: RwLock<Option<Host>>,
    key: Arc<HostKey>,
    card: HostCard,
    session: Session,
    peers: Peers,
    chains: RwLock<BTreeMap<IdentityId, Arc<dyn Chain>>>,
    loaded: RwLock<BTreeMap<IdentityId, brainswap::PublicKey>>,
    signatures: AtomicU64,
    refusals: AtomicU64,
    dead: AtomicBool,
    /// Somebody must ask the witnesses: a lease or a process is new.
    pub ask_witnesses: AtomicBool,
}

impl Service {
    /// Takes over a host that was opened, and loads the keys that its journal keeps.
    ///
    /// # Errors
    ///
    /// A kept key cannot be opened with this host key, or is not the identity's.
    pub fn new(
        host: Host,
        key: Arc<HostKey>,
        card: HostCard,
        peers: Peers,
    ) -> Result<Self, ErrorObject> {
        let session = host.session();
        let service = Self {
            host: RwLock::new(Some(host)),
            key,
            card,
            session,
            peers,
            chains: RwLock::default(),
            loaded: RwLock::default(),
            signatures: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            dead: AtomicBool::new(false),
            ask_witnesses: AtomicBool::new(true),
        };
        service.with(|host| {
            for said in host.status() {
                if let Some(sealed) = host.sealed_key(said.identity) {
                    service.load(host, said.identity, &sealed)?;
                }
            }
            Ok(())
        })?;
        Ok(service)
    }

    /// Which host this is.
    pub const fn id(&self) -> HostId {
        self.card.host
    }

    /// Which process this is.
    pub const fn session(&self) -> Session {
        self.session
    }

    /// Whether this host talks to that one at all.
    pub fn accepts(&self, host: HostId) -> bool {
        host == self.id() || self.peers.find(host).is_some()
    }

    /// Answers what a host asked whose key was proven.
    pub fn answer(&self, from: HostId, request: Request) -> Reply {
        match self.allow(from, &request).and_then(|()| self.with(|host| self.act(host, request))) {
            Ok(answer) => Reply::Ok(answer),
            Err(error) => Reply::Error(error),
        }
    }

    /// Signs a message for the local node, if the rules agree.
    ///
    /// # Errors
    ///
    /// What the host refused.
    pub fn sign(&self, identity: IdentityId, message: &[u8]) -> Result<Vec<u8>, ErrorObject> {
        let signed = self.with(|host| {
            let chain = self.chain(host, identity)?;
            let signature = host.sign(identity, &*chain, message)?;
            Ok(signature.as_bytes().to_vec())
        });
        let counter = if signed.is_ok() { &self.signatures } else { &self.refusals };
        counter.fetch_add(1, Ordering::Relaxed);
        signed
    }

    /// Questions for the witnesses of every identity that has any.
    ///
    /// # Errors
    ///
    /// Of the host.
    pub fn questions(&self) -> Result<Vec<Envelope>, ErrorObject> {
        self.with(|host| Ok(host.attestations()?))
    }

    /// Whom a question about an identity is for.
    ///
    /// # Errors
    ///
    /// Of the host.
    pub fn witnesses_of(&self, question: &Envelope) -> Result<Vec<HostId>, ErrorObject> {
        let question = FromHost::<Attest>::verify(question).map_err(|error| {
            ErrorObject::misuse(error.code(), &error, "compare the versions of both programs")
        })?;
        let identity = question.message().identity;
        self.with(|host| Ok(host.genesis(identity)?.epoch.witnesses))
    }

    /// Takes in a witness's answer.
    ///
    /// # Errors
    ///
    /// Of the host.
    pub fn attested(&self, answer: &Envelope) -> Result<(), ErrorObject> {
        let further = self.with(|host| Ok(host.attested(answer)?))?;
        if !further.is_empty() {
            self.ask_witnesses.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Notes a clean stop. Whoever is being answered is answered first; nothing is after.
    ///
    /// # Errors
    ///
    /// The journal: the next start takes the stop for an unclean one.
    pub fn stop(&self) -> Result<(), ErrorObject> {
        let host = self.host.write().unwrap_or_else(PoisonError::into_inner).take();
        host.map_or(Ok(()), |host| Ok(host.stop()?))
    }

    fn with<T>(&self, act: impl FnOnce(&Host) -> Result<T, ErrorObject>) -> Result<T, ErrorObject> {
        let host = self.host.read().unwrap_or_else(PoisonError::into_inner);
        let stopping = || {
            let advice = "start the host again, and ask again";
            ErrorObject::refusal("host.stopping", "the host is stopping", advice).retry()
        };
        if self.dead.load(Ordering::SeqCst) {
            // Its memory may differ from its disk: not even a status may be believed.
            let message = "an earlier call ended with an unknown outcome";
            let advice = "stop this process and start it again: it reads what is durable";
            return Err(ErrorObject::unknown("host.dead", message, advice));
        }
        let done = act(host.as_ref().ok_or_else(stopping)?);
        if done.as_ref().is_err_and(|error| error.family == Family::OutcomeUnknown) {
            self.dead.store(true, Ordering::SeqCst);
        }
        done
    }

    fn allow(&self, from: HostId, request: &Request) -> Result<(), ErrorObject> {
        let operator = from == self.id() || self.peers.find(from).is_some_and(|peer| peer.operator);
        if operator || request.is_open_to_peers() {
            return Ok(());
        }
        Err(ErrorObject::refusal(
            "channel.not_an_operator",
            format_args!(
                "host {} may ask {}, and is no operator here",
                from.short(),
                self.card.name
            ),
            "command this host from itself, or from a host that it knows as an operator",
        ))
    }

    fn act(&self, host: &Host, request: Request) -> Result<Answer, ErrorObject> {
        let documents = |made: Vec<Envelope>| {
            self.ask_witnesses.store(true, Ordering::SeqCst);
            Answer::Documents(made.into_iter().map(Dsse).collect())
        };
        let one = |made: Envelope| Answer::Document(Dsse(made));
        let all = |given: Vec<Dsse>| given.into_iter().map(|given| given.0).collect::<Vec<_>>();
        // Waits are counted by it, and nothing else.
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        host.time_is(since.map_or(0, |since| since.as_secs()));
        Ok(match request {
            Request::Decide { document } => {
                let document = document.0;
                match document.kind() {
                    Some(Amendment::KIND) => host.amend(&document)?,
                    Some(Veto::KIND) => host.veto(&document)?,
                    _ => host.propose(&document).map(drop)?,
                }
                Answer::Done {}
            }
            Request::Charter { identity } => {
                let documents = host.charter_documents(identity)?;
                Answer::Documents(documents.into_iter().map(Dsse).collect())
            }
            Request::Status {} => Answer::Status(self.status(host)),
            Request::Genesis { identity } => one(kept(host, identity.into())?),
            Request::Order { id } => one(kept(host, id)?),
            Request::Adopt { document } => {
                let identity = host.adopt(&document.0)?;
                self.ask_witnesses.store(true, Ordering::SeqCst);
                Answer::Identity(identity)
            }
            Request::Prepare { order } => documents(host.prepare(&order.0)?),
            Request::Release { order, readies } => one(host.release(&order.0, &all(readies))?),
            Request::Activate { order, release } => documents(host.activate(&order.0, &release.0)?),
            Request::Decline { order, release } => one(host.decline(&order.0, &release.0)?),
            Request::TakeBack { order, decline } => {
                documents(host.take_back(&order.0, &decline.0)?)
            }
            Request::Close { order } => one(host.close(order)?),
            Request::Tail { tail } => host.take_tail(&tail.0).map(|()| Answer::Done {})?,
            Request::Void { void } => host.void(&void.0).map(|()| Answer::Done {})?,
            Request::Obey { fence } => one(host.obey(&fence.0)?),
            Request::TakeOver { fence, acks } => documents(host.take_over(&fence.0, &all(acks))?),
            Request::Attestations {} => documents(host.attestations()?),
            Request::Attested { answer } => documents(host.attested(&answer.0)?),
            Request::Witness { question } => {
                let said = host.witness(&question.0)?;
                Answer::Documents(said.into_iter().map(Dsse).collect())
            }
            Request::ExportKey { identity, recipient } => {
                Answer::Key { sealed: Bytes(self.export_key(host, identity, &recipient)?) }
            }
            Request::ImportKey { identity, sealed } => {
                self.import_key(host, identity, &sealed.0)?;
                Answer::Done {}
            }
            Request::Counters {} => Answer::Counters(Counters {
                syncs: host.syncs(),
                signatures: self.signatures.load(Ordering::Relaxed),
                refusals: self.refusals.load(Ordering::Relaxed),
            }),
        })
    }

    fn status(&self, host: &Host) -> Status {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        Status {
            host: self.id(),
            name: self.card.name.clone(),
            session: self.session,
            identities: host.status(),
            keys: loaded.iter().map(|(identity, key)| (*identity, *key)).collect(),
        }
    }

    /// Only to a host of the roster: whoever asks, the key reaches nobody else.
    fn export_key(
        &self,
        host: &Host,
        identity: IdentityId,
        recipient: &str,
    ) -> Result<Vec<u8>, ErrorObject> {
        let genesis: Genesis = host.genesis(identity)?;
        let roster = host.standing(identity)?.roster;
        let card = genesis.epoch.roster.iter().find(|card| card.recipient == recipient);
        let card = card.filter(|card| roster.contains(&card.host)).ok_or_else(|| {
            ErrorObject::refusal(
                "key.not_a_roster_host",
                format_args!("no host of the roster has recipient {recipient}"),
                "provision to a host that the identity's genesis document names",
            )
        })?;
        let to: Recipient =
            card.recipient.parse().map_err(|error: brainswap::key::NotARecipient| {
                ErrorObject::refusal(error.code(), error, "check the card in the genesis document")
            })?;
        let sealed = host.sealed_key(identity).ok_or_else(|| missing(identity))?;
        let key = SealedKey::from_bytes(&sealed)?.open_with_identity(self.key.identity())?;
        Ok(SealedKey::seal_to_recipients(&key, &[to])?.to_bytes())
    }

    /// Opened, compared with the identity's public key, and kept sealed to this host alone.
    fn import_key(
        &self,
        host: &Host,
        identity: IdentityId,
        sealed: &[u8],
    ) -> Result<(), ErrorObject> {
        let genesis = host.genesis(identity)?;
        let key = SealedKey::from_bytes(sealed)?.open_with_identity(self.key.identity())?;
        if key.public_key() != genesis.public_key {
            return Err(brainswap::key::KeyError::OtherKey {
                derived: key.public_key(),
                stated: genesis.public_key,
            }
            .into());
        }
        let own = SealedKey::seal_to_recipients(&key, &[self.key.recipient()])?.to_bytes();
        host.keep_sealed_key(identity, &own)?;
        self.load(host, identity, &own)
    }

    fn load(&self, host: &Host, identity: IdentityId, sealed: &[u8]) -> Result<(), ErrorObject> {
        let key = SealedKey::from_bytes(sealed)?.open_with_identity(self.key.identity())?;
        let public = key.public_key();
        host.load_key(identity, Arc::new(key))?;
        self.loaded.write().unwrap_or_else(PoisonError::into_inner).insert(identity, public);
        Ok(())
    }

    fn chain(&self, host: &Host, identity: IdentityId) -> Result<Arc<dyn Chain>, ErrorObject> {
        let known = self.chains.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(chain) = known.get(&identity) {
            return Ok(chain.clone());
        }
        drop(known);
        let chain = chain_of(&host.genesis(identity)?.network)?;
        let mut known = self.chains.write().unwrap_or_else(PoisonError::into_inner);
        Ok(known.entry(identity).or_insert(chain).clone())
    }
}

/// What reads the messages of a network.
///
/// # Errors
///
/// `chain.unknown`: this program reads other networks.
pub fn chain_of(network: &Network) -> Result<Arc<dyn Chain>, ErrorObject> {
    match network.chain.as_str() {
        "clique" => Ok(Arc::new(Clique::new(Policy::OnePerNumber))),
        "cometbft" => Ok(Arc::new(CometBft::new(network.id.as_str()))),
        other => Err(ErrorObject::misuse(
            "chain.unknown",
            format_args!("chain {other:?} is not read here; clique and cometbft are"),
            "use a program that was built with this chain",
        )),
    }
}

fn kept(host: &Host, id: OrderId) -> Result<Envelope, ErrorObject> {
    host.order(id).ok_or_else(|| {
        ErrorObject::refusal(
            "order.not_kept",
            format_args!("document {id} was not accepted on this host"),
            "ask the other host, or give the document itself",
        )
    })
}

fn missing(identity: IdentityId) -> ErrorObject {
    ErrorObject::refusal(
        "order.key_missing",
        format_args!("the key of identity {} is not on this host", identity.short()),
        "provision it from the host that has it",
    )
}
