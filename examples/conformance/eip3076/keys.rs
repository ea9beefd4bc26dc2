//! Keys of validators: derived from a seed (EIP-2333), and under a password (EIP-2335).

use crate::{
    fields::{bytes, list, name_of, text},
    suite::{Outcome, Report, equal},
};
use brainswap::{
    PublicKey,
    key::{BlsKeystore, BlsPath, KeyKind, SecretKey},
};
use secrecy::{SecretSlice, SecretString};
use serde_json::Value;

pub fn derivation(json: &Value, report: &mut Report) {
    report.not_checked.push("mnemonic");
    for (at, row) in list(json, "vectors").iter().enumerate() {
        report.case(format!("case {at} master"), || derived(row, "m", text(row, "master_SK")?));
        report.case(format!("case {at} child"), || {
            let index = row["child_index"].as_u64().ok_or("there is no \"child_index\"")?;
            derived(row, &format!("m/{index}"), text(row, "child_SK")?)
        });
    }
    let row = &json["erc2334_signing_key"];
    if !row.is_null() {
        report.case("signing key", || {
            derived(row, text(row, "path")?, text(row, "sk")?)?;
            let public = derive(row, text(row, "path")?)?.public_key();
            equal("public key", &public, &public_key(&bytes(row, "pubkey")?)?)
        });
    }
}

/// The key at a path from the row's seed is the one with this secret, in decimal digits.
fn derived(row: &Value, path: &str, secret: &str) -> Outcome {
    let public = derive(row, path)?.public_key();
    let secret = SecretSlice::from(big_endian(secret)?);
    let key = SecretKey::import(KeyKind::Bls12381, &secret, &public);
    key.map(drop).map_err(|error| error.to_string())
}

fn derive(row: &Value, path: &str) -> Result<SecretKey, String> {
    let path: BlsPath = path.parse().map_err(|error| format!("{error}"))?;
    let seed = SecretSlice::from(bytes(row, "seed")?);
    SecretKey::derive_bls(&seed, &path).map_err(|error| error.to_string())
}

/// 32 bytes from decimal digits.
fn big_endian(digits: &str) -> Result<Vec<u8>, String> {
    let mut number = vec![0_u8; 32];
    for digit in digits.chars() {
        let mut carry = digit.to_digit(10).ok_or("a secret has other than decimal digits")?;
        for byte in number.iter_mut().rev() {
            carry += u32::from(*byte) * 10;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return Err("a secret has more than 32 bytes".into());
        }
    }
    Ok(number)
}

pub fn keystores(json: &Value, report: &mut Report) {
    report.not_checked.push("decryption_key");
    for (at, row) in list(json, "vectors").iter().enumerate() {
        report.case(name_of(row, "keystore", at), || keystore(row));
    }
}

fn keystore(row: &Value) -> Outcome {
    let file = &row["keystore"];
    let keystore = BlsKeystore::from_json(file.to_string().as_bytes());
    let keystore = keystore.map_err(|error| error.to_string())?;
    let again = BlsKeystore::from_json(keystore.to_json().as_bytes());
    equal("what is written", &again, &Ok(keystore.clone()))?;
    equal("path", &keystore.path(), &text(file, "path")?)?;
    let public = public_key(&bytes(file, "pubkey")?)?;
    equal("public key of the file", &keystore.public_key(), &Some(public))?;
    let encoded = String::from_utf8(bytes(row, "password_encoded_hex")?);
    let encoded = encoded.map_err(|error| error.to_string())?;
    for password in [text(row, "password")?, &encoded] {
        let key = keystore.open(&SecretString::from(password), &public);
        let key = key.map_err(|error| error.to_string())?;
        equal("public key", &key.public_key(), &public)?;
    }
    let secret = SecretSlice::from(bytes(row, "secret")?);
    let key = SecretKey::import(KeyKind::Bls12381, &secret, &public);
    key.map(drop).map_err(|error| error.to_string())
}

fn public_key(bytes: &[u8]) -> Result<PublicKey, String> {
    let key = bytes.try_into().map(PublicKey::Bls12381);
    key.map_err(|_| "a public key has another length than 48 bytes".into())
}
