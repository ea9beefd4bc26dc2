//! "A keystore of EIP-2335 opens to the key it was made of, for the right password alone."

use crate::*;
use brainswap::key::{
    BlsKeystore, BlsKeystoreError, KdfCost, KdfError, KeyError, MAX_BLS_KEYSTORE,
};
use serde_json::{Value, json};

/// EIP-2335, test case "PBKDF2".
const PUBLISHED: &str = r#"{"crypto":{
    "kdf":{"function":"pbkdf2","params":{"dklen":32,"c":262144,"prf":"hmac-sha256",
    "salt":"d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"},"message":""},
    "checksum":{"function":"sha256","params":{},
    "message":"8a9f5d9912ed7e75ea794bc5a89bca5f193721d30868ade6f73043c6ea6febf1"},
    "cipher":{"function":"aes-128-ctr","params":{"iv":"264daa3f303d7259501c93d997d84fe6"},
    "message":"cee03fde2af33149775b7223e7845e4fb2c8ae1792e5f99fe9ecf474cc8c16ad"}},
    "description":"This is a test keystore that uses PBKDF2 to secure the secret.",
    "pubkey":"9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae4040902382ae2910c15e2b420d07",
    "path":"m/12381/60/0/0","uuid":"64625def-3331-4eea-ab6f-782f3ed16a83","version":4}"#;
const PUBLIC: &str = "bls12-381:9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae\
                      4040902382ae2910c15e2b420d07";
const SECRET: &str = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
/// "testpassword" in mathematical letters, and a key.
const PASSWORD: &str = "\u{1d531}\u{1d522}\u{1d530}\u{1d531}\u{1d52d}\u{1d51e}\u{1d530}\u{1d530}\
                        \u{1d534}\u{1d52c}\u{1d52f}\u{1d521}\u{1f511}";

fn published() -> Value {
    serde_json::from_str(PUBLISHED).unwrap()
}

fn read(file: &Value) -> Result<BlsKeystore, BlsKeystoreError> {
    BlsKeystore::from_json(file.to_string().as_bytes())
}

fn bls() -> SecretKey {
    SecretKey::import(KeyKind::Bls12381, &secret(SECRET), &public(PUBLIC)).unwrap()
}

fn cheap() -> KdfCost {
    KdfCost::scrypt(2, 1, 1).unwrap()
}

/// The published key in a keystore that costs nothing, and its file.
fn sealed(password: &str) -> (BlsKeystore, Value) {
    let keystore =
        BlsKeystore::seal(&bls(), &SecretString::from(password), "m/12381/3600/0/0/0", cheap());
    let keystore = keystore.unwrap();
    let file = serde_json::from_str(&keystore.to_json()).unwrap();
    (keystore, file)
}

fn open(keystore: &BlsKeystore, password: &str) -> Result<SecretKey, BlsKeystoreError> {
    keystore.open(&SecretString::from(password), &public(PUBLIC))
}

#[test]
fn the_published_keystore_opens_by_its_password_in_any_normal_form() {
    let keystore = read(&published()).unwrap();
    assert_eq!(keystore.public_key(), Some(public(PUBLIC)));
    assert_eq!(
        (keystore.path(), keystore.cost()),
        ("m/12381/60/0/0", KdfCost::pbkdf2(262_144).unwrap())
    );
    for password in [PASSWORD, "testpassword\u{1f511}", "test\u{7}pass\u{7f}word\u{9f}\u{1f511}\n"]
    {
        assert_signs(&open(&keystore, password).unwrap());
    }
    let error = open(&keystore, "testpassword").unwrap_err();
    assert_eq!(
        (error.code(), error),
        ("bls_keystore.wrong_password", BlsKeystoreError::WrongPassword)
    );
}

#[test]
fn what_was_sealed_opens_by_its_password_alone_and_is_read_as_written() {
    let (keystore, file) = sealed("tr\u{e8}s s\u{fb}r");
    assert_eq!(read(&file), Ok(keystore.clone()));
    assert_eq!(open(&keystore, "tre\u{300}s su\u{302}r").unwrap().public_key(), public(PUBLIC));
    assert_eq!(open(&keystore, "tres sur").unwrap_err(), BlsKeystoreError::WrongPassword);
    assert_eq!((&file["version"], &file["path"]), (&json!(4), &json!("m/12381/3600/0/0/0")));
    assert_eq!(file["crypto"]["kdf"]["message"], "");
    let (other, _) = sealed("tr\u{e8}s s\u{fb}r");
    assert_ne!(keystore, other, "salt, iv and uuid are fresh");
}

#[test]
fn a_keystore_of_another_key_is_refused_before_its_password_is_tried() {
    let keystore = read(&published()).unwrap();
    let derived = public(PUBLIC);
    let stated = SecretKey::generate(KeyKind::Bls12381).unwrap().public_key();
    let error = keystore.open(&SecretString::from("wrong"), &stated).unwrap_err();
    assert_eq!(error, BlsKeystoreError::Key(KeyError::OtherKey { derived, stated }));
    assert_eq!(error.code(), "key.mismatch");
}

/// The checksum does not cover the pubkey: the secret itself is compared.
#[test]
fn a_secret_that_does_not_match_the_stated_key_is_refused() {
    let (_, file) = sealed("password");
    let stated = SecretKey::generate(KeyKind::Bls12381).unwrap().public_key();
    let mut changed = [file.clone(), file];
    changed[0]["pubkey"] = json!(stated.to_string().replace("bls12-381:", ""));
    changed[1].as_object_mut().unwrap().remove("pubkey");
    for file in changed {
        let error =
            read(&file).unwrap().open(&SecretString::from("password"), &stated).unwrap_err();
        let derived = public(PUBLIC);
        assert_eq!(error, BlsKeystoreError::Key(KeyError::OtherKey { derived, stated }));
    }
}

#[test]
fn a_changed_ciphertext_iv_salt_or_checksum_gives_no_key() {
    let (_, file) = sealed("password");
    for (place, length) in [
        ("/crypto/cipher/message", 32),
        ("/crypto/cipher/params/iv", 16),
        ("/crypto/kdf/params/salt", 32),
        ("/crypto/checksum/message", 32),
    ] {
        let mut changed = file.clone();
        *changed.pointer_mut(place).unwrap() = json!("07".repeat(length));
        let error = open(&read(&changed).unwrap(), "password").unwrap_err();
        let altered = error == BlsKeystoreError::WrongPassword
            || matches!(error, BlsKeystoreError::Key(_)) && place.ends_with("iv");
        assert!(altered, "{place}: {error}");
    }
}

#[test]
fn other_forms_are_refused_with_their_part() {
    let malformed = |part| BlsKeystoreError::Malformed { part };
    for (place, value, error) in [
        ("/version", json!(3), BlsKeystoreError::Version { got: 3 }),
        ("/version", json!("4"), malformed("the version")),
        ("/crypto/cipher/function", json!("aes-256-ctr"), BlsKeystoreError::Cipher),
        ("/crypto/cipher/message", json!("00"), malformed("the ciphertext")),
        ("/crypto/cipher/params", json!({}), malformed("the iv")),
        ("/crypto/cipher/params/iv", json!("00"), malformed("the iv")),
        ("/crypto/checksum/function", json!("sha512"), BlsKeystoreError::Checksum),
        ("/crypto/checksum/params", json!({ "x": 1 }), BlsKeystoreError::Checksum),
        ("/crypto/checksum/message", json!("zz"), malformed("the checksum")),
        ("/crypto/kdf/message", json!("00"), malformed("the message of the kdf")),
        ("/crypto/kdf/function", json!("argon2"), BlsKeystoreError::Kdf(KdfError::Function)),
        ("/crypto/kdf/params/prf", json!("hmac-sha1"), BlsKeystoreError::Kdf(KdfError::Malformed)),
        ("/crypto/kdf", json!(null), malformed("a field")),
        ("/pubkey", json!("00"), malformed("the pubkey")),
        ("/path", json!(null), malformed("a field")),
        ("/path", json!("1".repeat(256)), malformed("the path")),
        ("/uuid", json!("1".repeat(256)), malformed("the uuid")),
    ] {
        let mut changed = published();
        *changed.pointer_mut(place).unwrap() = value;
        assert_eq!(read(&changed), Err(error), "{place}");
    }
    let long = vec![b' '; MAX_BLS_KEYSTORE + 1];
    assert_eq!(BlsKeystore::from_json(&long), Err(BlsKeystoreError::TooLarge { got: long.len() }));
    for bytes in [&b""[..], b"{", b"[]", b"null", b"\xff"] {
        assert!(BlsKeystore::from_json(bytes).is_err());
    }
}

#[test]
fn costs_beyond_the_limits_are_not_paid() {
    for (place, value, what) in [
        ("/crypto/kdf/params/c", json!(u64::from(KdfCost::MAX_ROUNDS) + 1), "rounds"),
        ("/crypto/kdf/params/c", json!(0), "rounds"),
        ("/crypto/kdf/params/dklen", json!(64), "dklen"),
    ] {
        let mut changed = published();
        *changed.pointer_mut(place).unwrap() = value;
        let Err(BlsKeystoreError::Kdf(KdfError::Outside { what: got, .. })) = read(&changed) else {
            panic!("{place}");
        };
        assert_eq!(got, what);
    }
}

#[test]
fn only_a_bls_key_under_a_password_is_sealed() {
    let refused = |key: &SecretKey, password: &str, path: &str| {
        BlsKeystore::seal(key, &SecretString::from(password), path, cheap()).unwrap_err()
    };
    for empty in ["", "\n", "\u{7f}\u{80}"] {
        assert_eq!(refused(&bls(), empty, ""), BlsKeystoreError::EmptyPassword);
    }
    let kind = KeyKind::Secp256k1;
    assert_eq!(refused(&secp256k1(), "password", ""), BlsKeystoreError::Kind { kind });
    let long = BlsKeystoreError::Malformed { part: "the path" };
    assert_eq!(refused(&bls(), "password", &"1".repeat(256)), long);
}

#[test]
fn a_keystore_shows_no_more_than_its_public_key_path_and_costs() {
    let (keystore, file) = sealed("password");
    let shown = format!("{keystore:?}");
    assert!(shown.contains(&PUBLIC[10..]) && shown.contains("m/12381/3600/0/0/0"));
    for place in ["/crypto/cipher/message", "/crypto/checksum/message", "/crypto/kdf/params/salt"] {
        assert!(!shown.contains(file.pointer(place).unwrap().as_str().unwrap()), "{place}");
    }
}
