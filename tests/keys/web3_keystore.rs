//! "Web3 Secret Storage v3 opens to the key it was made of, for the right password alone."

use crate::*;
use brainswap::key::{KdfCost, KdfError, KeyError, Web3Keystore, Web3KeystoreError};
use serde_json::{Value, json};

/// Published with geth: `accounts/keystore/testdata/very-light-scrypt.json`. Its password is empty.
const GETH: &str = r#"{"address":"45dea0fb0bba44f4fcf290bba71fd57d7117cbb8","crypto":{
    "cipher":"aes-128-ctr",
    "ciphertext":"b87781948a1befd247bff51ef4063f716cf6c2d3481163e9a8f42e1f9bb74145",
    "cipherparams":{"iv":"dc4926b48a105133d2f16b96833abf1e"},"kdf":"scrypt",
    "kdfparams":{"dklen":32,"n":2,"p":1,"r":8,
    "salt":"004244bbdc51cadda545b1cfa43cff9ed2ae88e08c61f1479dbb45410722f8f0"},
    "mac":"39990c1684557447940d4c69e06b1b82b2aceacb43f284df65c956daf3046b85"},
    "id":"ce541d8d-c79b-40f8-9f8c-20f59616faba","version":3}"#;
const GETH_SECRET: &str = "33ff86a4a29a842eedd42a84f569d945c771857d4ddb639de730a547f08030c3";

#[test]
fn a_keystore_of_geth_opens_to_its_key() {
    let keystore = read(&geth());
    let key = keystore.open(&SecretString::from(""), &public_of(GETH_SECRET)).unwrap();
    assert_eq!(key.public_key(), public_of(GETH_SECRET));
    assert_eq!(const_hex::encode(keystore.address().unwrap()), geth()["address"]);
    assert_eq!(keystore.cost(), KdfCost::scrypt(2, 8, 1).unwrap());
    assert_signs(&key);
}

#[test]
fn what_is_written_has_the_fields_and_the_order_of_geth() {
    let written = read(&geth()).to_json();
    assert_eq!(written, GETH.split_whitespace().collect::<String>());
}

#[test]
fn a_key_that_is_sealed_opens_for_its_password_alone() {
    for cost in [cheap_scrypt(), KdfCost::pbkdf2(2).unwrap()] {
        let sealed = Web3Keystore::seal(&secp256k1(), &passphrase(), cost).unwrap();
        let read = Web3Keystore::from_json(sealed.to_json().as_bytes()).unwrap();
        assert_eq!((&read, read.cost()), (&sealed, cost));
        assert_signs(&read.open(&passphrase(), &public(SECP256K1_PUBLIC)).unwrap());
        let wrong = read.open(&SecretString::from("wrong"), &public(SECP256K1_PUBLIC));
        assert_eq!(wrong.unwrap_err(), Web3KeystoreError::WrongPassword);
    }
}

#[test]
fn each_seal_has_a_salt_a_counter_block_and_a_uuid_of_its_own() {
    let seal = || Web3Keystore::seal(&secp256k1(), &passphrase(), cheap_scrypt()).unwrap();
    let [a, b]: [Value; 2] =
        [seal(), seal()].map(|one| serde_json::from_str(&one.to_json()).unwrap());
    for pointer in
        ["/crypto/kdfparams/salt", "/crypto/cipherparams/iv", "/crypto/ciphertext", "/id"]
    {
        assert_ne!(a.pointer(pointer).unwrap(), b.pointer(pointer).unwrap(), "{pointer}");
    }
    assert_eq!(a["address"], b["address"]);
    let id = a["id"].as_str().unwrap();
    let parts: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12]);
    assert_eq!(&id[14..15], "4", "a UUID of version 4");
    assert!("89ab".contains(&id[19..20]), "of the variant of RFC 9562");
}

#[test]
fn a_changed_ciphertext_mac_salt_or_cost_does_not_open() {
    for (pointer, value) in [
        ("/crypto/ciphertext", json!("00".repeat(32))),
        ("/crypto/ciphertext", json!("b87781948a")),
        ("/crypto/mac", json!("00".repeat(32))),
        ("/crypto/kdfparams/salt", json!("00".repeat(32))),
        ("/crypto/kdfparams/n", json!(4)),
    ] {
        let changed = read(&with(pointer, value));
        let opened = changed.open(&SecretString::from(""), &public_of(GETH_SECRET));
        assert_eq!(opened.unwrap_err(), Web3KeystoreError::WrongPassword, "{pointer}");
    }
}

/// The MAC of the format does not cover the counter block.
#[test]
fn a_changed_counter_block_gives_another_key_which_is_refused() {
    let changed = read(&with("/crypto/cipherparams/iv", json!("00".repeat(16))));
    let error = changed.open(&SecretString::from(""), &public_of(GETH_SECRET)).unwrap_err();
    assert!(matches!(error, Web3KeystoreError::Key(KeyError::OtherKey { .. })), "{error}");
    assert_eq!(error.code(), "key.mismatch");
}

#[test]
fn a_key_that_is_not_the_stated_one_or_not_of_the_stated_address_is_refused() {
    let error = read(&geth()).open(&SecretString::from(""), &public(SECP256K1_PUBLIC)).unwrap_err();
    assert_eq!(error.code(), "key.mismatch");
    let changed = read(&with("/address", json!("00".repeat(20))));
    let error = changed.open(&SecretString::from(""), &public_of(GETH_SECRET)).unwrap_err();
    assert_eq!(error.code(), "web3_keystore.other_address");
    assert_eq!(
        error.to_string(),
        "the secret belongs to address 45dea0fb0bba44f4fcf290bba71fd57d7117cbb8, \
         not to 0000000000000000000000000000000000000000"
    );
}

#[test]
fn a_file_without_an_address_or_id_or_with_another_spelling_is_read() {
    let mut bare = geth();
    for field in ["address", "id"] {
        bare.as_object_mut().unwrap().remove(field);
    }
    bare["note"] = json!("a field of another tool");
    let crypto = bare["crypto"].take();
    bare.as_object_mut().unwrap().remove("crypto");
    bare["Crypto"] = crypto;
    bare["Crypto"]["mac"] = json!(bare["Crypto"]["mac"].as_str().unwrap().to_uppercase());
    let keystore = read(&bare);
    assert_eq!(keystore.address(), None);
    assert!(keystore.open(&SecretString::from(""), &public_of(GETH_SECRET)).is_ok());
    assert!(!keystore.to_json().contains("note"));
}

#[test]
fn costs_outside_the_limits_are_refused_before_they_are_paid() {
    for (pointer, value, what) in [
        ("/crypto/kdfparams/n", json!(1), "n"),
        ("/crypto/kdfparams/n", json!(1_u64 << 21), "n"),
        ("/crypto/kdfparams/r", json!(0), "r"),
        ("/crypto/kdfparams/r", json!(17), "r"),
        ("/crypto/kdfparams/p", json!(0), "p"),
        ("/crypto/kdfparams/p", json!(u64::MAX), "p"),
        ("/crypto/kdfparams/dklen", json!(64), "dklen"),
        ("/crypto/kdfparams/salt", json!(""), "a salt of bytes"),
        ("/crypto/kdfparams/salt", json!("00".repeat(65)), "a salt of bytes"),
    ] {
        match refused(&with(pointer, value)) {
            Web3KeystoreError::Kdf(KdfError::Outside { what: got, .. }) => assert_eq!(got, what),
            other => panic!("{pointer}: {other}"),
        }
    }
    let not_a_power = refused(&with("/crypto/kdfparams/n", json!(3)));
    assert_eq!(not_a_power, Web3KeystoreError::Kdf(KdfError::NotAPowerOfTwo { got: 3 }));
    assert_eq!(KdfCost::scrypt(1 << 20, 9, 1).unwrap_err().code(), "kdf.outside");
    assert_eq!(KdfCost::scrypt(1 << 18, 8, 9).unwrap_err().code(), "kdf.outside");
    for rounds in [0, 1 << 25] {
        assert_eq!(KdfCost::pbkdf2(rounds).unwrap_err().code(), "kdf.outside");
    }
    assert_eq!(KdfCost::scrypt(1 << 18, 8, 1), Ok(KdfCost::STANDARD));
    assert_eq!(KdfCost::scrypt(1 << 12, 8, 6), Ok(KdfCost::LIGHT));
}

#[test]
fn files_of_another_form_are_refused_with_what_is_wrong() {
    for (pointer, value, code) in [
        ("/version", json!(4), "web3_keystore.version"),
        ("/version", json!("3"), "web3_keystore.malformed"),
        ("/crypto/cipher", json!("aes-128-cbc"), "web3_keystore.cipher"),
        ("/crypto/ciphertext", json!(""), "web3_keystore.malformed"),
        ("/crypto/ciphertext", json!("00".repeat(33)), "web3_keystore.malformed"),
        ("/crypto/cipherparams/iv", json!("00"), "web3_keystore.malformed"),
        ("/crypto/mac", json!("0"), "web3_keystore.malformed"),
        ("/crypto/kdf", json!("argon2id"), "kdf.function"),
        ("/crypto/kdf", json!("pbkdf2"), "kdf.malformed"),
        ("/crypto/kdfparams", json!({}), "kdf.malformed"),
        ("/address", json!("00"), "web3_keystore.malformed"),
        ("/id", json!("x".repeat(65)), "web3_keystore.malformed"),
    ] {
        assert_eq!(refused(&with(pointer, value)).code(), code, "{pointer}");
    }
    let prf = json!({"c": 1, "dklen": 32, "prf": "hmac-sha512", "salt": "00"});
    let mut sha512 = with("/crypto/kdf", json!("pbkdf2"));
    sha512["crypto"]["kdfparams"] = prf;
    assert_eq!(refused(&sha512).code(), "kdf.malformed");
    let long = Web3Keystore::from_json(&vec![b' '; 16 * 1024 + 1]).unwrap_err();
    assert_eq!(long.code(), "web3_keystore.too_large");
    assert_eq!(Web3Keystore::from_json(b"{").unwrap_err().code(), "web3_keystore.malformed");
}

#[test]
fn no_keystore_is_made_with_an_empty_password_or_of_a_key_without_address() {
    let empty = Web3Keystore::seal(&secp256k1(), &SecretString::from(""), cheap_scrypt());
    assert_eq!(empty.unwrap_err().code(), "web3_keystore.empty_password");
    let kind = Web3Keystore::seal(&ed25519(), &passphrase(), cheap_scrypt()).unwrap_err();
    assert_eq!(kind, Web3KeystoreError::Kind { kind: KeyKind::Ed25519 });
}

#[test]
fn nothing_but_the_address_and_the_costs_is_shown() {
    let keystore = read(&geth());
    let shown = format!("{keystore:?}");
    assert!(shown.contains("45dea0fb"), "{shown}");
    for hidden in ["b8778194", "39990c16", "dc4926b4"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

fn cheap_scrypt() -> KdfCost {
    KdfCost::scrypt(2, 1, 1).unwrap()
}

fn geth() -> Value {
    serde_json::from_str(GETH).unwrap()
}

/// The file with another value in one place.
fn with(pointer: &str, value: Value) -> Value {
    let mut file = geth();
    *file.pointer_mut(pointer).unwrap() = value;
    file
}

fn read(file: &Value) -> Web3Keystore {
    Web3Keystore::from_json(file.to_string().as_bytes()).unwrap()
}

fn refused(file: &Value) -> Web3KeystoreError {
    Web3Keystore::from_json(file.to_string().as_bytes()).unwrap_err()
}

fn public_of(hex: &str) -> PublicKey {
    let key = k256::ecdsa::SigningKey::from_slice(&const_hex::decode(hex).unwrap()).unwrap();
    PublicKey::Secp256k1(key.verifying_key().to_sec1_point(true).as_bytes().try_into().unwrap())
}
