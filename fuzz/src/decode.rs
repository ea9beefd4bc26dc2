//! Decode: bytes from outside. What is read is written again, and gives the same bytes or value.

use brainswap::{
    IdentityId, OrderId, Position, PublicKey, Signable,
    chain::{Clique, Policy, clique::Header},
    charter::Amendment,
    document::{Approval, Document, Envelope},
    evidence::{Approvable, FromHost, HostDocument, Signed},
    handover::{Activated, Attest, Attested, Decline, FenceAck, Ready, Release, Tail},
    identity::Genesis,
    lease::Term,
    openssh::{SshSignature, public_key},
    order::{Fence, Order, Veto, Void},
    ports::Chain as _,
};
use std::{fmt, str::FromStr};

/// An envelope that parses is written as it was read, and no kind of document makes it panic.
pub fn envelope_decode(data: &[u8]) {
    let Ok(envelope) = Envelope::from_json(data) else { return };
    let json = envelope.to_json();
    let again = Envelope::from_json(json.as_bytes()).expect("what was written can be read");
    assert_eq!(again, envelope);
    assert_eq!(again.to_json(), json);
    assert_eq!(again.id(), envelope.id());
    approvable::<Genesis>(&envelope);
    approvable::<Order>(&envelope);
    approvable::<Void>(&envelope);
    approvable::<Fence>(&envelope);
    approvable::<Amendment>(&envelope);
    approvable::<Veto>(&envelope);
    message::<Ready>(&envelope);
    message::<Release>(&envelope);
    message::<Decline>(&envelope);
    message::<Tail>(&envelope);
    message::<Activated>(&envelope);
    message::<FenceAck>(&envelope);
    message::<Attest>(&envelope);
    message::<Attested>(&envelope);
}

fn approvable<T: Approvable + PartialEq + fmt::Debug>(envelope: &Envelope) {
    if let Ok(signed) = Signed::<T>::verify(envelope) {
        assert_eq!(signed.id(), envelope.id());
    }
    document::<T>(envelope);
}

fn message<T: HostDocument + PartialEq + fmt::Debug>(envelope: &Envelope) {
    if let Ok(from) = FromHost::<T>::verify(envelope) {
        let key = PublicKey::Ed25519(*from.message().host().as_bytes());
        let verified = envelope.verify_from::<T>(key).expect("the host has signed it");
        assert_eq!(verified.document(), from.message());
    }
    document::<T>(envelope);
}

/// A document that verifies is read again as itself from what it is written as.
fn document<T: Document + PartialEq + fmt::Debug>(envelope: &Envelope) {
    let Ok(verified) = envelope.verify::<T>() else { return };
    let written = Envelope::of(verified.document()).expect("what was read can be written");
    let again = written.verify::<T>().expect("what was written can be read");
    assert_eq!(again.document(), verified.document());
    assert!(again.signers().is_empty());
}

/// A signature or a key of OpenSSH that is read is written as it was read, or as its one encoding.
pub fn openssh_decode(data: &[u8]) {
    if let Ok(signature) = SshSignature::from_bytes(data) {
        assert_eq!(signature.to_bytes(), data, "one signature, one encoding");
        assert!(signature.verify(b"another message").is_err());
        key_text(signature.key());
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(signature) = SshSignature::from_armor(text) {
        let again = SshSignature::from_bytes(&signature.to_bytes()).expect("it was just read");
        assert_eq!(again, signature);
        key_text(signature.key());
    }
    if let Ok(key) = public_key(text) {
        key_text(key);
    }
}

fn key_text(key: PublicKey) {
    assert_eq!(key.to_string().parse::<PublicKey>(), Ok(key));
}

/// A header that is read is written as the same bytes, and is sealed by its number and seal hash.
pub fn clique_read(data: &[u8]) {
    let header = Header::from_rlp(data);
    if let Ok(header) = &header {
        assert_eq!(header.to_rlp(), data, "one header, one encoding");
    }
    let Ok(reading) = Clique::new(Policy::OnePerNumber).read(data) else { return };
    let header = header.expect("what the chain reads is a header");
    assert!(header.seal().is_none() && header.number() > 0);
    assert_eq!(header.unsealed(), data);
    assert_eq!(reading.signable, Signable::Prehash(header.seal_hash()));
    assert_eq!(*reading.intent.digest.as_bytes(), header.seal_hash());
    assert_eq!(reading.intent.position, Position::at_height(header.number()));
}

/// A text that is read is written as the same text; so for every text form of a document.
pub fn position_parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(position) = text.parse::<Position>() {
        assert_eq!(Position::from_bits(position.bits()), position);
        assert!(position.next().is_none_or(|next| next > position && !next.is_open()));
    }
    one_text::<Position>(text);
    one_text::<Term>(text);
    one_text::<OrderId>(text);
    one_text::<IdentityId>(text);
    one_text::<PublicKey>(text);
    one_text::<Approval>(text);
}

fn one_text<T: FromStr + fmt::Display>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string(), text, "one value, one text");
    }
}
