//! `besu/`: messages, headers and node keys of QBFT and IBFT 2.0.

mod headers;
mod messages;
mod node_keys;

use crate::{fields::text, suite::Suite};
use brainswap::{
    PublicKey,
    chain::besu::{BesuError, Protocol},
};
use k256::ecdsa::SigningKey;
use serde_json::Value;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "bft_header_hashing.json" => headers::hashing,
        "extra_data.json" => headers::extra_data,
        "ibft2_messages.json" | "qbft_messages.json" => messages::messages,
        "node_keys.json" => node_keys::node_keys,
        _ => return None,
    })
}

fn protocol(row: &Value) -> Result<Protocol, String> {
    match text(row, "kind")? {
        "qbft" => Ok(Protocol::Qbft),
        "ibft2" => Ok(Protocol::Ibft2),
        other => Err(format!("{other} is no protocol")),
    }
}

fn key_of(digits: &str) -> Result<SigningKey, String> {
    let digits = digits.trim_start_matches("0x");
    let bytes = const_hex::decode(format!("{digits:0>64}")).map_err(|error| error.to_string())?;
    SigningKey::from_slice(&bytes).map_err(|error| error.to_string())
}

fn public_of(key: &SigningKey) -> Result<PublicKey, String> {
    let point = key.verifying_key().to_sec1_point(true);
    point.as_bytes().try_into().map(PublicKey::Secp256k1).map_err(|_| "no point".to_owned())
}

/// `r || s || v`, as the crate's own keys make it.
fn signed(key: &SigningKey, hash: &[u8; 32]) -> Result<[u8; 65], String> {
    let (signature, id) = key.sign_prehash_recoverable(hash);
    let seal = [signature.to_bytes().as_slice(), &[id.to_byte()]].concat();
    seal.try_into().map_err(|_| "the seal has another length".to_owned())
}

fn said(error: BesuError) -> String {
    error.to_string()
}
