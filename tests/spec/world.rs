//! A small world for the rules: hosts as records, keys with fixed seeds, no disk and no network.

use brainswap::{
    Digest, HostCard, HostId, IdentityId, Intent, Lane, Lanes, Nonce, OrderId, Position, PublicKey,
    Reading, Session, Signable, Signature,
    authority::{Authority, KeyWeight},
    charter::{PermissionTree, Permissions},
    document::{Document, Envelope},
    evidence::{Approvable, Approved, FromHost, HostDocument, Signed},
    handover::{
        Change, Durable, Effect, Input, Message, Policy, Ready, Record, Refusal, Release, Run,
        Sealed, State, step,
    },
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    lease::Term,
    order::{At, Fence, Move, Order},
    ports::Seq,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::collections::{BTreeMap, BTreeSet};

/// An Ed25519 key from a one-byte seed, for hosts and approvers.
pub struct Key(SigningKey);

impl Key {
    pub fn new(seed: u8) -> Self {
        Self(SigningKey::from_bytes(&[seed; 32]))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey::Ed25519(self.0.verifying_key().to_bytes())
    }

    pub fn host(&self) -> HostId {
        HostId::from_bytes(self.0.verifying_key().to_bytes())
    }

    pub fn sign(&self, envelope: &mut Envelope) {
        let signature = self.0.sign(&envelope.signed_bytes());
        envelope.add_signature(self.public(), &Signature::Ed25519(signature.to_bytes()));
    }

    pub fn signed<T: Document>(&self, document: &T) -> Envelope {
        let mut envelope = Envelope::of(document).expect("a test document is JSON");
        self.sign(&mut envelope);
        envelope
    }

    pub fn says<T: HostDocument>(&self, message: &T) -> FromHost<T> {
        FromHost::verify(&self.signed(message)).expect("the host signed it")
    }
}

/// Three approvers of weight 1, two of whom suffice.
pub fn approvers() -> Vec<Key> {
    let mut keys: Vec<Key> = [101, 102, 103].map(Key::new).into();
    keys.sort_by_key(Key::public);
    keys
}

pub fn permissions() -> Permissions {
    let approvers = approvers().into_iter().map(|key| KeyWeight { key: key.public(), weight: 1 });
    Permissions::flat(2, approvers.collect())
}

pub fn tree() -> PermissionTree {
    permissions().to_tree().expect("valid permissions")
}

/// A document that two of the three approvers signed.
pub fn approved<T: Approvable>(document: &T) -> Approved<T> {
    let mut envelope = Envelope::of(document).expect("a test document is JSON");
    for key in approvers().iter().take(2) {
        key.sign(&mut envelope);
    }
    let signed = Signed::verify(&envelope).expect("the form is right");
    signed.approve([(&tree() as &dyn Authority, 0)]).expect("two of three approved")
}

/// What an identity begins with, to be changed by a test before it is approved.
pub fn genesis(seed: u8, to: &Host, roster: &[&Host]) -> Genesis {
    let mut cards: Vec<HostCard> = roster.iter().map(|host| host.card()).collect();
    cards.sort_by_key(|card| card.host);
    Genesis {
        network: Network { chain: "test".into(), id: "1".into() },
        public_key: Key::new(seed).public(),
        lanes: vec![LaneSpec { name: "block".into(), floored: false }],
        from: at(0),
        history: History::NewKey,
        to: to.id(),
        epoch: Epoch {
            roster: cards,
            limit: Lanes::from(vec![Position::END]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
        permissions: permissions(),
    }
}

/// One lane's position at a height.
pub fn at(height: u64) -> Lanes<Position> {
    Lanes::from(vec![Position::at_height(height)])
}

/// A message at a height, told apart from others there by its content.
pub fn message(height: u64, content: u8) -> Reading {
    reading(Lane::FIRST, Position::at_height(height), 0, content)
}

pub fn reading(lane: Lane, position: Position, floor: u64, content: u8) -> Reading {
    let digest = Digest::of(&[content]);
    let intent = Intent { lane, position, floor, digest };
    Reading { intent, signable: Signable::Message(vec![content]) }
}

/// One host: its key and its states. What a step changes is "durable" as soon as it returns.
pub struct Host {
    pub key: Key,
    pub states: BTreeMap<IdentityId, State>,
    pub session: Session,
    nonces: u128,
}

impl Host {
    pub fn new(seed: u8) -> Self {
        let session = Session { number: 1, nonce: u128::from(seed) };
        let nonces = u128::from(seed) << 64;
        Self { key: Key::new(seed), states: BTreeMap::new(), session, nonces }
    }

    pub fn id(&self) -> HostId {
        self.key.host()
    }

    pub fn card(&self) -> HostCard {
        let name = format!("host-{}", self.id().short());
        HostCard { name, host: self.id(), recipient: String::new() }
    }

    pub fn adopt(&mut self, genesis: &Approved<Genesis>) -> IdentityId {
        let birth = self.nonce();
        let record = Record::genesis(self.id(), genesis, birth);
        let id = record.identity;
        self.states.insert(id, State { record, run: Run::STOPPED });
        self.start(id);
        id
    }

    /// A new process of this host, on the same records.
    pub fn restart(&mut self) {
        let number = self.session.number + 1;
        self.session = Session { number, nonce: self.session.nonce };
        for id in self.states.keys().copied().collect::<Vec<_>>() {
            self.start(id);
        }
    }

    fn start(&mut self, id: IdentityId) {
        let input = Input::Start { session: self.session, clean: true, policy: Policy::Disk };
        self.feed(&[id], &input).expect("a start is never refused");
    }

    pub fn nonce(&mut self) -> Nonce {
        self.nonces += 1;
        Nonce::from_bits(self.nonces)
    }

    pub fn record(&self, id: IdentityId) -> &Record {
        &self.states[&id].record
    }

    pub fn sealed(&self, ids: &[IdentityId], input: &Input) -> Result<Sealed, Refusal> {
        let mut ids = ids.to_vec();
        ids.sort();
        let states: Vec<&State> = ids.iter().filter_map(|id| self.states.get(id)).collect();
        step(&states, input)
    }

    /// Steps, makes durable, and lets the effects out.
    pub fn feed(&mut self, ids: &[IdentityId], input: &Input) -> Result<Vec<Effect>, Refusal> {
        let before = self.states.clone();
        let sealed = self.sealed(ids, input).inspect_err(|_| assert_eq!(before, self.states))?;
        for change in sealed.changes() {
            match change.clone() {
                Change::Record(record) => {
                    let id = record.identity;
                    self.states.get_mut(&id).expect("known").record = *record;
                }
                Change::Mark(id, lane, mark) => {
                    self.states.get_mut(&id).expect("known").record.raise(lane, mark);
                }
                Change::Run(id, run) => self.states.get_mut(&id).expect("known").run = run,
            }
        }
        Ok(sealed.open(&Durable::after_reread(Seq::new(1))).expect("read back"))
    }

    /// Signs a message; says whether a signature was let out.
    pub fn sign(&mut self, id: IdentityId, reading: &Reading) -> Result<(), Refusal> {
        let effects = self.feed(&[id], &Input::Sign(reading.clone()))?;
        assert!(matches!(effects.as_slice(), [Effect::Sign(_)]), "{effects:?}");
        Ok(())
    }

    pub fn prepare(&mut self, order: &Approved<Order>) -> Result<Vec<Message>, Refusal> {
        let here = self.id();
        let parts = order.document().moves.iter();
        let ids: Vec<_> = parts
            .filter(|part| part.to == here || part.from == here)
            .map(|part| part.identity)
            .collect();
        let keys: BTreeSet<IdentityId> = self.states.keys().copied().collect();
        let input = Input::Order { order: order.clone(), nonce: self.nonce(), keys };
        Ok(messages(self.feed(&ids, &input)?))
    }

    pub fn ready(&mut self, order: &Approved<Order>) -> Result<FromHost<Ready>, Refusal> {
        match self.prepare(order)?.as_slice() {
            [Message::Ready(ready)] => Ok(self.key.says(ready)),
            other => panic!("expected a ready, got {other:?}"),
        }
    }

    pub fn release(
        &mut self,
        order: &Approved<Order>,
        readies: &[FromHost<Ready>],
    ) -> Result<FromHost<Release>, Refusal> {
        let ids: Vec<_> = order.document().given_by(self.id()).map(|part| part.identity).collect();
        let back = self.nonce();
        let input = Input::Readies { order: order.clone(), readies: readies.to_vec(), back };
        match messages(self.feed(&ids, &input)?).as_slice() {
            [Message::Release(release)] => Ok(self.key.says(release)),
            other => panic!("expected a release, got {other:?}"),
        }
    }

    pub fn activate(
        &mut self,
        order: &Approved<Order>,
        release: &FromHost<Release>,
    ) -> Result<Vec<Message>, Refusal> {
        let ids: Vec<_> =
            order.document().received_by(self.id()).map(|part| part.identity).collect();
        let input = Input::Released { order: order.clone(), release: release.clone() };
        Ok(messages(self.feed(&ids, &input)?))
    }
}

pub fn messages(effects: Vec<Effect>) -> Vec<Message> {
    let said = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send(message) => Some(message),
        _ => None,
    });
    said.collect()
}

/// Two hosts, one identity, the first host holding it.
pub fn pair() -> (Host, Host, IdentityId) {
    let (mut source, mut target) = (Host::new(1), Host::new(2));
    let genesis = approved(&genesis(50, &source, &[&source, &target]));
    let id = source.adopt(&genesis);
    target.adopt(&genesis);
    (source, target, id)
}

/// A move of one identity from its holder, made from the holder's record.
pub fn part(id: IdentityId, from: &Host, to: &Host, at: At) -> Move {
    let lease = from.record(id).newest().expect("the source has a lease");
    Move {
        identity: id,
        charter: from.record(id).charter,
        base: lease.id,
        term: lease.term.next().expect("a next term"),
        from: from.id(),
        to: to.id(),
        at,
        expires: None,
    }
}

pub fn order(mut moves: Vec<Move>) -> Approved<Order> {
    moves.sort_by_key(|part| part.identity);
    approved(&Order { moves, note: String::new() })
}

/// The order that moves one identity.
pub fn swap(id: IdentityId, from: &Host, to: &Host, at: At) -> Approved<Order> {
    order(vec![part(id, from, to, at)])
}

/// The whole handover, every message delivered once.
pub fn hand_over(id: IdentityId, from: &mut Host, to: &mut Host, at: At) -> OrderId {
    let order = swap(id, from, to, at);
    let ready = to.ready(&order).expect("the target is ready");
    let release = from.release(&order, &[ready]).expect("the source releases");
    to.activate(&order, &release).expect("the target takes over");
    order.id()
}

/// A fence to a host, over a roster, with nobody gone.
pub fn fence(id: IdentityId, epoch: u64, to: &Host, from: u64, roster: &[&Host]) -> Fence {
    let mut cards: Vec<HostCard> = roster.iter().map(|host| host.card()).collect();
    cards.sort_by_key(|card| card.host);
    Fence {
        identity: id,
        charter: to.record(id).charter,
        number: epoch,
        to: to.id(),
        at: at(from),
        covers: cards.iter().map(|card| card.host).collect(),
        gone: vec![],
        evidence: "a test".into(),
        epoch: Epoch {
            roster: cards,
            limit: Lanes::from(vec![Position::END]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
    }
}

pub fn term(epoch: u64, number: u64) -> Term {
    Term { epoch, number }
}
