//! Key file: `priv_validator_key.json`, in which CometBFT's own signer keeps its key.
//!
//! `address` is 20 bytes in upper-case hexadecimal; keys are `{type, value}` with the value in
//! base64: 32 bytes of an Ed25519 public key, 64 of its secret (seed, then public key); 33 of a
//! compressed secp256k1 point, 32 of its scalar (CometBFT `privval/file.go`, `crypto`).

use super::address_of;
use crate::{
    PublicKey,
    key::{KeyError, KeyKind, SecretKey},
};
use alloc::{format, string::String};
use base64ct::{Base64, Encoding as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

const ED25519: [&str; 2] = ["tendermint/PubKeyEd25519", "tendermint/PrivKeyEd25519"];
const SECP256K1: [&str; 2] = ["tendermint/PubKeySecp256k1", "tendermint/PrivKeySecp256k1"];

/// Why a key file gives no key. No text of the file is part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The bytes are not a key file.
    #[error("not a priv_validator_key.json")]
    NotAKeyFile,
    /// The types are not those of one kind of key that is known here.
    #[error("the key is neither Ed25519 nor secp256k1")]
    OtherKind,
    /// The address belongs to another public key.
    #[error("the address in the file is not {needed}, that of its public key")]
    OtherAddress {
        /// The address of the public key.
        needed: String,
    },
    /// The secret is none, or belongs to another public key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl KeyFileError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAKeyFile => "cometbft.not_a_key_file",
            Self::OtherKind => "cometbft.key_kind",
            Self::OtherAddress { .. } => "cometbft.key_address",
            Self::Key(error) => error.code(),
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotAKeyFile | Self::OtherKind => {
                "nothing was imported; check that the file is a validator's key file"
            }
            Self::OtherAddress { .. } => {
                "nothing was imported; the file was changed: take the one that the node uses"
            }
            Self::Key(error) => error.advice(),
        }
    }
}

/// Takes over the key of a `priv_validator_key.json`, given as its bytes.
///
/// The node must be stopped for good, and its copy of the file removed: the key has no marks here
/// before its state is taken over ([`CometBft::import`](super::CometBft::import); R7).
///
/// # Errors
///
/// [`KeyFileError`]; unlike the node, which derives both anew, this also refuses a file whose
/// public key or address are not those of its secret.
pub fn import_key(file: &SecretSlice<u8>) -> Result<SecretKey, KeyFileError> {
    let file: KeyFile<'_> =
        serde_json::from_slice(file.expose_secret()).map_err(|_| KeyFileError::NotAKeyFile)?;
    let (kind, public) = match [file.pub_key.kind, file.priv_key.kind] {
        ED25519 => (KeyKind::Ed25519, PublicKey::Ed25519(*exactly(file.pub_key.value)?)),
        SECP256K1 => (KeyKind::Secp256k1, PublicKey::Secp256k1(*exactly(file.pub_key.value)?)),
        _ => return Err(KeyFileError::OtherKind),
    };
    let needed = address_of(&public).map(const_hex::encode_upper).unwrap_or_default();
    if file.address != needed {
        return Err(KeyFileError::OtherAddress { needed });
    }
    let secret: SecretSlice<u8> = if kind == KeyKind::Ed25519 {
        let both: Zeroizing<[u8; 64]> = exactly(file.priv_key.value)?;
        let (seed, stated) = both.split_at(32);
        if public != PublicKey::Ed25519(*stated.first_chunk().ok_or(KeyFileError::NotAKeyFile)?) {
            return Err(KeyFileError::NotAKeyFile);
        }
        seed.to_vec().into()
    } else {
        exactly::<32>(file.priv_key.value)?.to_vec().into()
    };
    Ok(SecretKey::import(kind, &secret, &public)?)
}

/// The `priv_validator_key.json` of a key, in the form that the node writes.
///
/// It is the secret in clear, for an operator who goes back to a signer of the node: only after
/// the identity's last lease has ended, and together with the state that
/// [`CometBft::export`](super::CometBft::export) writes.
///
/// # Errors
///
/// [`KeyFileError::OtherKind`] for a key of a kind that has no such file here.
pub fn export_key(key: &SecretKey) -> Result<SecretString, KeyFileError> {
    let (public, secret) = (key.public_key(), key.expose_for_sealing());
    let address = address_of(&public).ok_or(KeyFileError::OtherKind)?;
    let address = const_hex::encode_upper(address);
    let (types, public, secret) = if let PublicKey::Ed25519(public) = &public {
        let mut both = Zeroizing::new([0; 64]);
        let (seed, stated) = both.split_at_mut(32);
        seed.copy_from_slice(secret.as_slice());
        stated.copy_from_slice(public);
        (ED25519, Base64::encode_string(public), in_base64(both.as_slice()))
    } else if let PublicKey::Secp256k1(public) = &public {
        (SECP256K1, Base64::encode_string(public), in_base64(secret.as_slice()))
    } else {
        return Err(KeyFileError::OtherKind);
    };
    let [public_type, secret_type] = types;
    let head = format!(
        "{{\n  \"address\": \"{address}\",\n  \"pub_key\": {{\n    \"type\": \"{public_type}\",\n    \
         \"value\": \"{public}\"\n  }},\n  \"priv_key\": {{\n    \"type\": \"{secret_type}\",\n    \
         \"value\": \""
    );
    // Made in one piece of its exact size: no copy is left behind by growing.
    Ok(SecretString::from([head.as_str(), secret.as_str(), "\"\n  }\n}"].concat()))
}

fn in_base64(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(Base64::encode_string(bytes))
}

/// So many bytes of base64, and no other number.
fn exactly<const N: usize>(text: &str) -> Result<Zeroizing<[u8; N]>, KeyFileError> {
    let mut bytes = Zeroizing::new([0; N]);
    match Base64::decode(text, bytes.as_mut_slice()) {
        Ok(decoded) if decoded.len() == N => Ok(bytes),
        _ => Err(KeyFileError::NotAKeyFile),
    }
}

/// Borrowed from the file, so that no secret is copied; texts with escapes are refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile<'a> {
    address: &'a str,
    #[serde(borrow)]
    pub_key: Typed<'a>,
    #[serde(borrow)]
    priv_key: Typed<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    value: &'a str,
}
