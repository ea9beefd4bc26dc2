//! Hosts on memory journals, one or many identities between them, and a chain that is easy to read.

use brainswap::{
    Digest, Host, HostCard, IdentityId, Intent, Lane, Lanes, OrderId, Position, Reading, Signable,
    adapters::{MemoryJournal, MemoryMedium},
    authority::KeyWeight,
    charter::Permissions,
    document::{Document, Envelope},
    handover::Policy,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    key::{HostKey, KeyKind, SecretKey},
    lease::Term,
    order::{At, Move, Order},
    ports::{Chain, LaneRule, NotRead},
};
use std::sync::Arc;

/// Messages are `height (8 bytes, big-endian) || content`, on the network `1`.
pub(crate) struct Plain;

impl Chain for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn network_id(&self) -> Option<&str> {
        Some("1")
    }

    fn lanes(&self) -> &'static [LaneRule] {
        &[LaneRule { name: "block", floored: false }]
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let short = NotRead { chain: "plain", reason: "shorter than a height".into() };
        let height = message.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)).ok_or(short)?;
        let (lane, position) = (Lane::FIRST, Position::at_height(height));
        let intent = Intent { lane, position, floor: 0, digest: Digest::of(message) };
        Ok(Reading { intent, signable: Signable::Message(message.to_vec()) })
    }

    fn last_signable(&self, head: u64) -> Lanes<Position> {
        Lanes::from(vec![Position::at_height(head + 1)])
    }
}

pub(crate) fn message(height: u64, content: u8) -> Vec<u8> {
    let mut bytes = height.to_be_bytes().to_vec();
    bytes.push(content);
    bytes
}

/// A host that can be stopped and started: its key, its medium.
pub(crate) struct Machine {
    pub(crate) key: Arc<HostKey>,
    pub(crate) medium: MemoryMedium,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let key = HostKey::generate().expect("random bytes");
        Self { key: Arc::new(key), medium: MemoryMedium::new() }
    }

    pub(crate) fn create(&self) -> Host {
        let journal = self.medium.create().expect("an empty medium");
        Host::create(Box::new(journal), Box::new(self.key.clone())).expect("a new host")
    }

    pub(crate) fn open(&self) -> Result<Host, brainswap::Error> {
        let (journal, entries) = self.medium.open().expect("the medium is free");
        let journal: Box<MemoryJournal> = Box::new(journal);
        Host::open(journal, entries, Box::new(self.key.clone()), Policy::Disk)
    }

    pub(crate) fn card(&self) -> HostCard {
        self.key.card("test")
    }
}

/// Two hosts that know the same identities, all held by the first.
pub(crate) struct Pair {
    pub(crate) machines: [Machine; 2],
    pub(crate) approver: SecretKey,
    pub(crate) ids: Vec<IdentityId>,
    pub(crate) keys: Vec<Arc<SecretKey>>,
}

impl Pair {
    pub(crate) fn new(identities: usize) -> (Self, Host, Host) {
        let machines = [Machine::new(), Machine::new()];
        let hosts = [machines[0].create(), machines[1].create()];
        let approver = SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
        let mut pair = Self { machines, approver, ids: vec![], keys: vec![] };
        for _ in 0..identities {
            let key = Arc::new(SecretKey::generate(KeyKind::Ed25519).expect("random bytes"));
            let genesis = pair.approved(&pair.genesis(&key));
            let id = hosts[0].adopt(&genesis).expect("adopted");
            hosts[1].adopt(&genesis).expect("adopted");
            pair.ids.push(id);
            pair.keys.push(key);
        }
        let [source, target] = hosts;
        pair.load(&source);
        pair.load(&target);
        (pair, source, target)
    }

    pub(crate) fn load(&self, host: &Host) {
        for (id, key) in self.ids.iter().zip(&self.keys) {
            host.load_key(*id, key.clone()).expect("its own key");
        }
    }

    pub(crate) fn genesis(&self, key: &SecretKey) -> Genesis {
        let mut roster = self.machines.iter().map(Machine::card).collect::<Vec<_>>();
        roster.sort_by_key(|card| card.host);
        Genesis {
            network: Network { chain: "plain".into(), id: "1".into() },
            public_key: key.public_key(),
            lanes: vec![LaneSpec { name: "block".into(), floored: false }],
            from: Lanes::from(vec![Position::START]),
            history: History::NewKey,
            to: self.machines[0].key.host_id(),
            epoch: Epoch {
                roster,
                limit: Lanes::from(vec![Position::END]),
                witnesses: vec![],
                mode: Mode::Direct,
            },
            permissions: Permissions::flat(
                1,
                vec![KeyWeight { key: self.approver.public_key(), weight: 1 }],
            ),
        }
    }

    pub(crate) fn approved<T: Document>(&self, document: &T) -> Envelope {
        let mut envelope = Envelope::of(document).expect("JSON");
        self.approver.sign_document(&mut envelope);
        envelope
    }

    /// The plan that moves all identities from the first host to the second, right after genesis.
    pub(crate) fn plan(&self, at: &At) -> Order {
        let part = |id: &IdentityId| Move {
            identity: *id,
            charter: OrderId::from(*id),
            base: OrderId::from(*id),
            term: Term { epoch: 1, number: 1 },
            from: self.machines[0].key.host_id(),
            to: self.machines[1].key.host_id(),
            at: at.clone(),
            expires: None,
        };
        let mut moves: Vec<Move> = self.ids.iter().map(part).collect();
        moves.sort_by_key(|part| part.identity);
        Order { moves, note: String::new() }
    }

    pub(crate) fn order(&self, at: &At) -> Envelope {
        self.approved(&self.plan(at))
    }
}
