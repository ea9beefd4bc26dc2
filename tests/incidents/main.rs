//! Real accidents, replayed: R1, R2. Never two conflicting signatures; and what happens instead.
//!
//! `docs/incidents.md` has the table. T15, T17 and T18 need parts that are not built yet.

#![allow(clippy::disallowed_methods, reason = "these tests put older and damaged files in place")]

#[path = "../host/fixture.rs"]
mod fixture;
mod network;
mod place;
mod witnesses;

mod cadence;
mod copies;
mod history;
mod moves;
mod people;
mod secrets;
mod writes;

use brainswap::{
    Error, Host, Lanes, Position,
    document::Envelope,
    identity::Genesis,
    key::{KeyKind, SecretKey},
    order::At,
};
use fixture::{Machine, Pair};
use std::sync::Arc;

/// An identity whose genesis document is not the usual one; no host has taken it up yet.
fn identity(change: impl FnOnce(&mut Genesis)) -> (Pair, Envelope) {
    let key = || SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    identity_of(key(), change)
}

fn identity_of(key: SecretKey, change: impl FnOnce(&mut Genesis)) -> (Pair, Envelope) {
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
fn adopted(pair: &Pair, genesis: &Envelope, host: Host) -> Host {
    host.adopt(genesis).expect("adopted");
    pair.load(&host);
    host
}

/// Has a host that was started again hold the key again.
fn loaded(pair: &Pair, host: Host) -> Host {
    pair.load(&host);
    host
}

fn at_height(height: u64) -> Lanes<Position> {
    Lanes::from(vec![Position::at_height(height)])
}

/// A change of hands at a height.
fn at(height: u64) -> At {
    At::Position(at_height(height))
}

/// The code of a refusal.
fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("refused").code()
}
