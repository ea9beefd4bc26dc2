//! World: the fixed keys, hosts and identities that a sequence runs with.

use brainswap::{
    HostCard, HostId, IdentityId, Lanes, OrderId, Position, PublicKey, Signature,
    authority::KeyWeight,
    charter::{PermissionTree, Permissions},
    document::{Document, Envelope},
    evidence::{Approvable, Approved, FromHost, HostDocument, Signed},
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::sync::OnceLock;

/// How many hosts may hold.
pub(super) const HOSTS: usize = 3;

/// What differs between worlds, by the bits of a sequence's first byte.
#[derive(Clone, Copy)]
pub(super) struct Setup {
    /// Messages carry a floor that may not fall.
    pub(super) floored: bool,
    /// Epochs have a limit.
    pub(super) limited: bool,
    /// A witness watches, and one host may go back in time.
    pub(super) witnessed: bool,
}

pub(super) struct World {
    pub(super) setup: Setup,
    /// In the order of their ids.
    pub(super) hosts: [SigningKey; HOSTS],
    pub(super) witness: SigningKey,
    /// In the order of their ids.
    pub(super) identities: [Approved<Genesis>; 2],
    approver: SigningKey,
    permissions: PermissionTree,
}

impl World {
    pub(super) fn get(setup: u8) -> &'static Self {
        static WORLDS: [OnceLock<World>; 16] = [const { OnceLock::new() }; 16];
        let number = usize::from(setup % 16);
        WORLDS[number].get_or_init(|| Self::new(number))
    }

    fn new(number: usize) -> Self {
        let bit = |bit: usize| number >> bit & 1 == 1;
        let setup = Setup { floored: bit(0), limited: bit(1), witnessed: bit(2) };
        let mut hosts: [SigningKey; HOSTS] = [1, 2, 3].map(key);
        hosts.sort_by_key(host_id);
        let (witness, approver) = (key(4), key(5));
        let permissions =
            Permissions::flat(1, vec![KeyWeight { key: public(&approver), weight: 1 }]);
        let tree = permissions.to_tree().expect("the permissions are valid");
        let holders = if bit(3) { [0, 1] } else { [0, 0] };
        let genesis = |identity: usize| {
            let limit = if setup.limited { Position::at_height(5) } else { Position::END };
            let document = Genesis {
                network: Network { chain: "fuzz".into(), id: "1".into() },
                public_key: public(&key(10 + identity as u8)),
                lanes: vec![LaneSpec { name: "block".into(), floored: setup.floored }],
                from: lane(Position::at_height(1)),
                history: History::NewKey,
                to: host_id(&hosts[holders[identity]]),
                epoch: epoch(&hosts, &witness, setup, limit),
                permissions: permissions.clone(),
            };
            approved(&approver, &tree, &document)
        };
        let mut identities = [genesis(0), genesis(1)];
        identities.sort_by_key(|genesis| genesis.id());
        Self { setup, witness, identities, permissions: tree, approver, hosts }
    }

    pub(super) fn identity(&self, number: usize) -> IdentityId {
        self.identities[number].id().into()
    }

    pub(super) fn charter(&self, number: usize) -> OrderId {
        self.identities[number].id()
    }

    pub(super) fn host(&self, number: usize) -> HostId {
        host_id(&self.hosts[number])
    }

    /// An epoch with the same hosts and another limit.
    pub(super) fn epoch(&self, limit: Position) -> Epoch {
        epoch(&self.hosts, &self.witness, self.setup, limit)
    }

    /// A document as the approver signs it; `None` if its form is refused.
    pub(super) fn approve<T: Approvable>(&self, document: &T) -> Option<Approved<T>> {
        let signed = Signed::verify(&sign(&self.approver, document)).ok()?;
        Some(signed.approve([(&self.permissions as _, 0)]).expect("the approver suffices"))
    }
}

/// A message as its host signs it.
pub(super) fn from_host<T: HostDocument>(key: &SigningKey, message: &T) -> FromHost<T> {
    FromHost::verify(&sign(key, message)).expect("the host signs in its own name")
}

pub(super) fn host_id(key: &SigningKey) -> HostId {
    HostId::from_bytes(key.verifying_key().to_bytes())
}

/// Every identity here has one lane.
pub(super) fn lane<T>(value: T) -> Lanes<T> {
    Lanes::from(vec![value])
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::Ed25519(key.verifying_key().to_bytes())
}

fn epoch(hosts: &[SigningKey], witness: &SigningKey, setup: Setup, limit: Position) -> Epoch {
    let card = |key| HostCard { name: "host".into(), host: host_id(key), recipient: "none".into() };
    Epoch {
        roster: hosts.iter().map(card).collect(),
        limit: lane(limit),
        witnesses: if setup.witnessed { vec![host_id(witness)] } else { Vec::new() },
        mode: Mode::Direct,
    }
}

fn sign<T: Document>(key: &SigningKey, document: &T) -> Envelope {
    let mut envelope = Envelope::of(document).expect("a document is JSON");
    let signature = key.sign(&envelope.signed_bytes()).to_bytes();
    envelope.add_signature(public(key), &Signature::Ed25519(signature));
    envelope
}

fn approved(key: &SigningKey, tree: &PermissionTree, genesis: &Genesis) -> Approved<Genesis> {
    let signed = Signed::verify(&sign(key, genesis)).expect("the genesis document is valid");
    signed.approve([(tree as _, 0)]).expect("the approver suffices")
}
