//! A key file gives the key that all of it is about, and shows none of its secret.

use brainswap::{
    chain::cometbft::{KeyFileError, address_of, export_key, import_key},
    key::{KeyKind, SecretKey},
};
use secrecy::ExposeSecret as _;

/// CometBFT's `GenPrivKeyFromSecret("it's a secret")`, as `privval/msgs_test.go` uses it.
const FILE: &str = r#"{
  "address": "DC52D5CF8DFD1793D71038B342A29B01AD8A5D63",
  "pub_key": {
    "type": "tendermint/PubKeyEd25519",
    "value": "VWpDbxIY0wlC7+eYQg9R3JtqMRuSnFeCV0V9BcX88jA="
  },
  "priv_key": {
    "type": "tendermint/PrivKeyEd25519",
    "value": "nYNNP8rE7iVTa3DhU3b+u2l4YatXNAXYuJKQQX/RYHBVakNvEhjTCULv55hCD1Hcm2oxG5KcV4JXRX0FxfzyMA=="
  }
}"#;
const SEED: &str = "9d834d3fcac4ee25536b70e15376febb697861ab573405d8b89290417fd16070";

#[test]
fn a_key_file_is_imported_and_written_byte_for_byte() {
    let key = import(FILE).unwrap();
    assert_eq!(
        key.public_key().to_string(),
        "ed25519:556a436f1218d30942efe798420f51dc9b6a311b929c578257457d05c5fcf230"
    );
    assert_eq!(export_key(&key).unwrap().expose_secret(), FILE);
    let address = const_hex::encode_upper(address_of(&key.public_key()).unwrap());
    assert_eq!(address, "DC52D5CF8DFD1793D71038B342A29B01AD8A5D63");
}

#[test]
fn a_secp256k1_key_and_no_other_kind_has_a_file_too() {
    let key = SecretKey::generate(KeyKind::Secp256k1).unwrap();
    let file = export_key(&key).unwrap();
    assert_eq!(import(file.expose_secret()).unwrap().public_key(), key.public_key());
    let other = SecretKey::generate(KeyKind::P256).unwrap();
    assert_eq!(export_key(&other).err(), Some(KeyFileError::OtherKind));
    assert_eq!(address_of(&other.public_key()), None);
}

#[test]
fn a_file_whose_parts_are_of_different_keys_is_refused() {
    let other_seed = FILE.replace(
        "nYNNP8rE7iVTa3DhU3b+u2l4YatXNAXYuJKQQX",
        "oYNNP8rE7iVTa3DhU3b+u2l4YatXNAXYuJKQQX",
    );
    assert_eq!(code(&other_seed), "key.mismatch");
    let other_public = FILE.replace("VWpDbxIY", "WWpDbxIY");
    assert_eq!(code(&other_public), "cometbft.key_address");
    let other_half = FILE.replace("BVakNvEhjT", "CVakNvEhjT");
    assert_eq!(code(&other_half), "cometbft.not_a_key_file");
    let other_address = FILE.replace("DC52", "DC53");
    assert_eq!(code(&other_address), "cometbft.key_address");
    let lower_case = FILE.replace("DC52D5CF8DFD", "dc52d5cf8dfd");
    assert_eq!(code(&lower_case), "cometbft.key_address");
}

#[test]
fn other_kinds_and_other_forms_are_refused() {
    let bls = FILE.replace("tendermint/PubKeyEd25519", "cometbft/PubKeyBls12_381");
    assert_eq!(code(&bls), "cometbft.key_kind");
    let mixed = FILE.replace("tendermint/PrivKeyEd25519", "tendermint/PrivKeySecp256k1");
    assert_eq!(code(&mixed), "cometbft.key_kind");
    for file in [
        String::new(),
        "{}".into(),
        FILE.replace("\"priv_key\"", "\"private\""),
        FILE.replace("fzyMA==", "fzyMA"),
        FILE.replace("fzyMA==", "fzyM"),
        FILE.replace("nYNN", "n\\u0059NN"),
        format!("{FILE}{FILE}"),
        FILE[..FILE.len() - 1].to_owned(),
    ] {
        assert_eq!(code(&file), "cometbft.not_a_key_file", "{}", file.len());
    }
}

#[test]
fn no_text_of_a_key_or_a_refusal_shows_the_secret() {
    let key = import(FILE).unwrap();
    let exported = export_key(&key).unwrap();
    let cut = import(&FILE[..FILE.len() - 1]).unwrap_err();
    let wrong = import(&FILE.replace("nYNN", "oYNN")).unwrap_err();
    for text in [
        format!("{key:?}"),
        format!("{exported:?}"),
        format!("{cut:?} {cut} {}", cut.advice()),
        format!("{wrong:?} {wrong} {}", wrong.advice()),
    ] {
        for secret in [SEED, "nYNNP8rE", "oYNNP8rE"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

fn import(file: &str) -> Result<SecretKey, KeyFileError> {
    import_key(&file.as_bytes().to_vec().into())
}

fn code(file: &str) -> &'static str {
    import(file).unwrap_err().code()
}
