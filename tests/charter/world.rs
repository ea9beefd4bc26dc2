//! People, a genesis with a tree of permissions, and amendments that they sign.

use brainswap::{
    Digest, HostCard, HostId, IdentityId, Lanes, OrderId, Position, PublicKey, Signature,
    authority::{KeyWeight, Level, LevelWeight, Name, WaitWeight, WeightedAuthority},
    charter::{
        ActionLink, Amendment, Charter, Decision, NamedPermission, Permissions, SELF, ShardSet,
    },
    document::{Document, Envelope},
    evidence::Signed,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::sync::LazyLock;

/// Who can be named in a test. Their keys are made of their numbers.
pub(crate) const OWNERS: [u8; 5] = [1, 2, 3, 4, 5];
pub(crate) const ACTIVES: [u8; 3] = [11, 12, 13];
pub(crate) const OPERATOR: u8 = 21;
pub(crate) const SIGNER_KEY: u8 = 31;
pub(crate) const CLAIMER: u8 = 41;

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

pub(crate) fn public(number: u8) -> PublicKey {
    static PUBLIC: LazyLock<Vec<PublicKey>> = LazyLock::new(|| {
        let all = (0..=u8::MAX).map(|number| key(number).verifying_key().to_bytes());
        all.map(PublicKey::Ed25519).collect()
    });
    PUBLIC[usize::from(number)]
}

pub(crate) fn host(number: u8) -> HostId {
    HostId::from_bytes(key(number).verifying_key().to_bytes())
}

pub(crate) fn card(number: u8) -> HostCard {
    HostCard { name: format!("host-{number}"), host: host(number), recipient: "age1".into() }
}

/// An authority over keys, permissions of the identity itself, and waits; each weighs 1.
pub(crate) fn authority(
    threshold: u32,
    keys: &[u8],
    own: &[&str],
    waits: &[u32],
) -> WeightedAuthority {
    let mut keys: Vec<_> =
        keys.iter().map(|number| KeyWeight { key: public(*number), weight: 1 }).collect();
    keys.sort();
    let level = |text: &&str| Level::of_account(SELF, name(text));
    let accounts = own.iter().map(|text| LevelWeight { permission: level(text), weight: 1 });
    let waits = waits.iter().map(|wait_sec| WaitWeight { wait_sec: *wait_sec, weight: 1 });
    WeightedAuthority { threshold, keys, accounts: accounts.collect(), waits: waits.collect() }
}

pub(crate) fn permission(of: &str, parent: &str, authority: WeightedAuthority) -> NamedPermission {
    NamedPermission { name: name(of), parent: name(parent), authority }
}

/// 3 of 5 owners; 2 of 3 actives; an operator who may swap; the hosts' signer; who may claim.
pub(crate) fn permissions() -> Permissions {
    let mut permissions = vec![
        permission("owner", "", authority(3, &OWNERS, &[], &[])),
        permission("active", "owner", authority(2, &ACTIVES, &[], &[])),
        permission("operator", "active", authority(1, &[OPERATOR], &[], &[])),
        permission("signer", "active", authority(1, &[SIGNER_KEY], &[], &[])),
        permission("claim", "active", authority(1, &[CLAIMER], &[], &[])),
    ];
    permissions.sort();
    let links = vec![ActionLink { action: name("swap"), permission: name("operator") }];
    Permissions { permissions, links }
}

pub(crate) fn genesis(permissions: Permissions) -> Genesis {
    let mut roster = vec![card(101), card(102)];
    roster.sort_by_key(|card| card.host);
    Genesis {
        network: Network { chain: "test".into(), id: "1".into() },
        public_key: public(100),
        lanes: vec![LaneSpec { name: "block".into(), floored: false }],
        from: Lanes::from(vec![Position::START]),
        history: History::NewKey,
        to: host(101),
        epoch: Epoch {
            roster,
            limit: Lanes::from(vec![Position::END]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
        permissions,
    }
}

/// A document that these people signed.
pub(crate) fn signed<T: Document>(document: &T, people: &[u8]) -> Envelope {
    let mut envelope = Envelope::of(document).unwrap();
    for number in people {
        let signature = key(*number).sign(&envelope.signed_bytes()).to_bytes();
        envelope.add_signature(public(*number), &Signature::Ed25519(signature));
    }
    envelope
}

/// The charter that an identity begins with.
pub(crate) fn charter() -> Charter {
    let genesis = genesis(permissions());
    let id = Envelope::of(&genesis).unwrap().id();
    Charter::begin(&genesis, id).unwrap()
}

/// What follows a charter's head.
pub(crate) fn following(charter: &Charter, decision: Decision) -> Amendment {
    Amendment {
        identity: charter.identity(),
        previous: charter.head(),
        number: charter.number() + 1,
        replaces: vec![],
        decision,
        note: String::new(),
    }
}

/// The charter after a decision that these people approve.
pub(crate) fn after(charter: &Charter, decision: Decision, people: &[u8]) -> Charter {
    amended(charter, decision, people).unwrap()
}

/// The charter after a decision, or the code of the refusal.
pub(crate) fn amended(
    charter: &Charter,
    decision: Decision,
    people: &[u8],
) -> Result<Charter, &'static str> {
    let amendment = signed(&following(charter, decision), people);
    let signed = Signed::verify(&amendment).map_err(|error| error.code())?;
    let amended = charter.amend(signed, 0);
    amended.map(|amended| amended.charter).map_err(|error| {
        assert!(!error.advice().is_empty());
        error.code()
    })
}

pub(crate) fn shards(generation: u32) -> ShardSet {
    ShardSet { set: Digest::of(&generation.to_be_bytes()), generation }
}

/// One decision of every kind, with its act's name.
pub(crate) fn every_decision() -> Vec<(&'static str, Decision)> {
    vec![
        (
            "changeperm",
            Decision::SetPermission(permission("new", "active", authority(1, &[9], &[], &[]))),
        ),
        ("changeperm", Decision::DeletePermission { name: name("claim") }),
        (
            "linkaction",
            Decision::LinkAction { action: name("removehost"), permission: name("operator") },
        ),
        ("linkaction", Decision::UnlinkAction { action: name("swap") }),
        ("enrolhost", Decision::EnrolHost { card: card(103) }),
        ("removehost", Decision::RemoveHost { host: host(102) }),
        (
            "rotatesigner",
            Decision::RotateSigner {
                public_key: public(7),
                successor: IdentityId::from(OrderId::from_bytes([7; 32])),
            },
        ),
        ("setstandby", Decision::SetStandby { policy: None }),
        ("dealshards", Decision::DealShards(shards(1))),
        ("refreshshard", Decision::RefreshShards(shards(1))),
        ("reshareshard", Decision::ReshareShards(shards(1))),
        ("claim", Decision::Claim { transaction: Digest::of(b"a transaction") }),
    ]
}
