//! "A node key file of Besu is one line of 64 digits, and of the key that was stated."

use crate::*;
use brainswap::key::NodeKeyError;

fn import(file: &[u8]) -> Result<SecretKey, NodeKeyError> {
    SecretKey::import_node_key(&SecretSlice::from(file.to_vec()), &public(SECP256K1_PUBLIC))
}

#[test]
fn a_line_of_digits_with_or_without_0x_and_a_newline_is_imported() {
    for (before, after) in [("", ""), ("0x", ""), ("0x", "\n"), ("", "\n"), ("", "\r\n")] {
        let key = import(format!("{before}{SECP256K1_SECRET}{after}").as_bytes()).unwrap();
        assert_eq!(key.public_key(), public(SECP256K1_PUBLIC));
        assert_signs(&key);
    }
}

#[test]
fn anything_else_is_no_node_key() {
    for file in [
        String::new(),
        "0x".to_owned(),
        format!("{SECP256K1_SECRET}\n\n"),
        format!("{SECP256K1_SECRET}\n{SECP256K1_SECRET}"),
        format!(" {SECP256K1_SECRET}"),
        format!("0x0x{}", &SECP256K1_SECRET[..62]),
        format!("0x0x{}", &SECP256K1_SECRET[..60]),
        format!("0X{SECP256K1_SECRET}"),
        format!("{SECP256K1_SECRET}0"),
        SECP256K1_SECRET[..63].to_owned(),
        SECP256K1_SECRET.replacen('1', "g", 1),
    ] {
        let error = import(file.as_bytes()).unwrap_err();
        assert_eq!(error, NodeKeyError::Form, "{file:?}");
        assert_eq!(error.code(), "node_key.form");
    }
}

#[test]
fn the_key_of_another_validator_or_no_scalar_is_refused() {
    let other = import("02".repeat(32).as_bytes()).unwrap_err();
    assert_eq!(other.code(), "key.mismatch");
    let zero = import("00".repeat(32).as_bytes()).unwrap_err();
    assert_eq!(zero.code(), "key.scalar");
}
