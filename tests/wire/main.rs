//! "Every format is written down in docs/wire.md and frozen by a test": a change shows as a diff.
//!
//! `BRAINSWAP_WRITE_WIRE=1 cargo test --test wire` writes the files anew, for a format that is
//! meant to change; `docs/wire.md` and the changelog change with it.

mod documents;
mod records;

use brainswap::{
    Digest, HostCard, HostId, IdentityId, Lanes, Nonce, OrderId, Position, PublicKey, Session,
    Signature,
    document::{Document, Envelope},
    watermark::Mark,
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::{env, fs, path::PathBuf};

/// Compares with the file of version 1, byte for byte; or writes it, when that is asked for.
#[expect(clippy::disallowed_methods, reason = "a test's own files need no durability")]
fn frozen(name: &str, now: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/wire/v1").join(name);
    if env::var_os("BRAINSWAP_WRITE_WIRE").is_some() {
        fs::write(&path, now).unwrap();
    }
    let then = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(now, then, "the bytes of {name} changed");
}

/// Freezes a document: its id, its payload, and the envelope with one signature.
fn frozen_document<T: Document>(document: &T, key: &SigningKey) {
    frozen_document_as(T::KIND, document, key);
}

/// The same, for a document that has more than one sample.
fn frozen_document_as<T: Document>(name: &str, document: &T, key: &SigningKey) {
    let mut envelope = Envelope::of(document).unwrap();
    let payload = String::from_utf8(envelope.payload().to_vec()).unwrap();
    let signature = key.sign(&envelope.signed_bytes()).to_bytes();
    envelope.add_signature(public(key), &Signature::Ed25519(signature));
    let text = format!("{}\n{payload}\n{}\n", envelope.id(), envelope.to_json());
    frozen(&format!("{name}.txt"), &text);
    let read = Envelope::from_json(envelope.to_json().as_bytes()).unwrap();
    assert_eq!(read.verify::<T>().unwrap().id(), envelope.id());
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::Ed25519(key.verifying_key().to_bytes())
}

fn host(seed: u8) -> HostId {
    HostId::from_bytes(key(seed).verifying_key().to_bytes())
}

fn card(name: &str, seed: u8) -> HostCard {
    let recipient = format!("age1-of-{name}");
    HostCard { name: name.into(), host: host(seed), recipient }
}

fn identity(byte: u8) -> IdentityId {
    IdentityId::from_bytes([byte; 32])
}

fn order(byte: u8) -> OrderId {
    OrderId::from_bytes([byte; 32])
}

fn nonce(bits: u128) -> Nonce {
    Nonce::from_bits(bits)
}

fn session(number: u64) -> Session {
    Session { number, nonce: 0xabc }
}

fn one<T>(value: T) -> Lanes<T> {
    Lanes::from(vec![value])
}

fn mark(height: u64) -> Mark {
    Mark {
        position: Position::new(height, 1, 2),
        digest: Some(Digest::from_bytes([0xd1; 32])),
        floor: 5,
    }
}
