//! Cast: an identity, and hosts that take it up.

use crate::fixture::{Machine, Pair};
use brainswap::{
    Host,
    document::Envelope,
    identity::Genesis,
    key::{KeyKind, SecretKey},
};
use std::sync::Arc;

/// An identity whose genesis document is not the usual one; no host has taken it up yet.
pub(crate) fn identity(change: impl FnOnce(&mut Genesis)) -> (Pair, Envelope) {
    let key = || SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    identity_of(key(), change)
}

pub(crate) fn identity_of(key: SecretKey, change: impl FnOnce(&mut Genesis)) -> (Pair, Envelope) {
    let approver = SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    let machines = [Machine::new(), Machine::new()];
    let mut pair = Pair { machines, approver, ids: vec![], keys: vec![] };
    let mut genesis = pair.genesis(&key);
    change(&mut genesis);
    let genesis = pair.approved(&genesis);
    pair.ids.push(genesis.id().into());
    pair.keys.push(Arc::new(key));
    (pair, genesis)
}

/// Has a host take the identity up, with its key.
pub(crate) fn adopted(pair: &Pair, genesis: &Envelope, host: Host) -> Host {
    host.adopt(genesis).expect("adopted");
    pair.load(&host);
    host
}

/// Has a host that was started again hold the key again.
pub(crate) fn loaded(pair: &Pair, host: Host) -> Host {
    pair.load(&host);
    host
}
