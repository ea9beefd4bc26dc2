//! R7, R9: a key is the one it was said to be, and opens for whom it was sealed to alone.

mod bls_derivation;
mod bls_keystore;
mod host_key;
mod import;
mod node_key;
mod passphrase;
mod sealed;
mod sealed_bytes;
mod web3_keystore;

use brainswap::{
    PublicKey,
    document::Document,
    key::{Argon2Params, KeyKind, Recipient, RecipientIdentity, SealedKey, SecretKey},
};
use secrecy::{SecretSlice, SecretString};

/// RFC 8032, section 7.1, TEST 2.
const ED25519_SECRET: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const ED25519_PUBLIC: &str =
    "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
/// The scalar 1, whose public key is the generator (SEC 2, section 2.4.1).
const SECP256K1_SECRET: &str = "0000000000000000000000000000000000000000000000000000000000000001";
const SECP256K1_PUBLIC: &str =
    "secp256k1:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Note {
    text: String,
}

impl Document for Note {
    const KIND: &'static str = "note";
}

fn public(text: &str) -> PublicKey {
    text.parse().unwrap()
}

fn secret(hex: &str) -> SecretSlice<u8> {
    SecretSlice::from(const_hex::decode(hex).unwrap())
}

fn ed25519() -> SecretKey {
    SecretKey::import(KeyKind::Ed25519, &secret(ED25519_SECRET), &public(ED25519_PUBLIC)).unwrap()
}

fn secp256k1() -> SecretKey {
    SecretKey::import(KeyKind::Secp256k1, &secret(SECP256K1_SECRET), &public(SECP256K1_PUBLIC))
        .unwrap()
}

fn passphrase() -> SecretString {
    SecretString::from("correct horse battery staple")
}

/// The least cost, so that thousands of tries take a second.
fn cheap() -> Argon2Params {
    Argon2Params::new(8, 1, 1).unwrap()
}

fn by_passphrase(key: &SecretKey) -> SealedKey {
    SealedKey::seal_with_passphrase(key, &passphrase(), cheap()).unwrap()
}

fn to_recipients(key: &SecretKey, identities: &[&RecipientIdentity]) -> SealedKey {
    let recipients: Vec<Recipient> =
        identities.iter().map(|identity| identity.recipient()).collect();
    SealedKey::seal_to_recipients(key, &recipients).unwrap()
}

/// The bytes with the checksum that fits them, as who alters a file on purpose would leave it.
fn with_new_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    use sha2::Digest as _;
    let end = bytes.len() - 32;
    let checksum = sha2::Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

/// The secret is in working order: what it signs verifies under the public key.
fn assert_signs(key: &SecretKey) {
    let mut envelope =
        brainswap::document::Envelope::of(&Note { text: "tea at four".into() }).unwrap();
    key.sign_document(&mut envelope);
    let verified = envelope.verify_from::<Note>(key.public_key()).unwrap();
    assert_eq!(verified.document().text, "tea at four");
}
