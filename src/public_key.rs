//! Public key: who signed, in the two kinds that identities, hosts and approvers use.

use crate::digest::from_lower_hex;
use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// A public key, with its kind; as text `ed25519:<hex>` or `secp256k1:<hex>` (compressed).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicKey {
    /// RFC 8032, 32 bytes.
    Ed25519([u8; 32]),
    /// SEC 1 compressed point, 33 bytes.
    Secp256k1([u8; 33]),
}

/// Why a text, or its bytes, is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAPublicKey {
    /// The text has another form.
    #[error(
        "not a public key: expected \"ed25519:\" and 64 or \"secp256k1:\" and 66 hexadecimal digits"
    )]
    Text,
    /// The bytes are not a usable point of the curve.
    #[error("not a public key: the bytes are not a usable point of the curve")]
    Point,
}

/// A signature did not match its key and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match the key and the bytes")]
pub struct BadSignature;

/// A signature, in the form its kind of key makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// RFC 8032, 64 bytes.
    Ed25519([u8; 64]),
    /// `r || s || v`, 65 bytes: low s, and `v` (0 or 1) to recover the public key.
    Secp256k1([u8; 65]),
}

impl Signature {
    /// The bytes, as networks carry them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(bytes) => bytes,
            Self::Secp256k1(bytes) => bytes,
        }
    }
}

impl PublicKey {
    /// The key with these bytes, if they are a point that can be used.
    pub fn checked(self) -> Result<Self, NotAPublicKey> {
        let usable = match &self {
            Self::Ed25519(bytes) => {
                ed25519_dalek::VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak())
            }
            Self::Secp256k1(bytes) => k256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).is_ok(),
        };
        if usable { Ok(self) } else { Err(NotAPublicKey::Point) }
    }

    /// Checks a signature over a message: Ed25519 strictly, secp256k1 over its SHA-256 with low s.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match self {
            Self::Ed25519(bytes) => {
                let key =
                    ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| BadSignature)?;
                let signature =
                    ed25519_dalek::Signature::from_slice(signature).map_err(|_| BadSignature)?;
                key.verify_strict(message, &signature).map_err(|_| BadSignature)
            }
            Self::Secp256k1(_) => self.verify_prehash(&Sha256::digest(message).into(), signature),
        }
    }

    /// Checks a secp256k1 signature (`r || s`, or with `v`) over a digest made elsewhere.
    pub fn verify_prehash(&self, digest: &[u8; 32], signature: &[u8]) -> Result<(), BadSignature> {
        use k256::ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier as _};
        let Self::Secp256k1(bytes) = self else { return Err(BadSignature) };
        let compact = match signature.len() {
            64 => signature,
            65 => signature.split_last().map(|(_, rest)| rest).ok_or(BadSignature)?,
            _ => return Err(BadSignature),
        };
        let signature = Signature::from_slice(compact).map_err(|_| BadSignature)?;
        if signature.normalize_s() != signature {
            return Err(BadSignature); // one signature, one form
        }
        let key = VerifyingKey::from_sec1_bytes(bytes).map_err(|_| BadSignature)?;
        key.verify_prehash(digest, &signature).map_err(|_| BadSignature)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ed25519(bytes) => write!(f, "ed25519:{}", const_hex::encode(bytes)),
            Self::Secp256k1(bytes) => write!(f, "secp256k1:{}", const_hex::encode(bytes)),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = NotAPublicKey;

    fn from_str(text: &str) -> Result<Self, NotAPublicKey> {
        let key = match text.split_once(':') {
            Some(("ed25519", hex)) => from_lower_hex(hex).map(Self::Ed25519),
            Some(("secp256k1", hex)) => from_lower_hex(hex).map(Self::Secp256k1),
            _ => None,
        };
        key.ok_or(NotAPublicKey::Text)?.checked()
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
