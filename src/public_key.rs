//! Public key: who signed, in the kinds that identities, hosts and approvers use.

mod bls;
mod ecdsa;

#[cfg(all(feature = "std", feature = "bls"))]
pub(crate) use bls::DOCUMENT_TAG;
#[cfg(all(feature = "bls", feature = "eos"))]
pub(crate) use bls::PROOF_TAG;
#[cfg(any(feature = "std", feature = "eos"))]
#[cfg(any(feature = "std", feature = "eos"))]
pub(crate) use ecdsa::is_canonical;

use crate::{BlsSuite, digest::from_lower_hex};
use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// A public key, with its kind; as text the kind, a colon and lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PublicKey {
    /// `ed25519:`, RFC 8032, 32 bytes.
    Ed25519([u8; 32]),
    /// `secp256k1:`, SEC 1 compressed point, 33 bytes.
    Secp256k1([u8; 33]),
    /// `p256:`, SEC 1 compressed point on NIST P-256, 33 bytes.
    P256([u8; 33]),
    /// `bls12-381:`, compressed point of G1, 48 bytes. Usable with the feature `bls` alone.
    Bls12381([u8; 48]),
    /// `sk-ed25519:`, 32 bytes: Ed25519 in a FIDO device, for OpenSSH's application `ssh:`.
    SkEd25519([u8; 32]),
    /// `sk-p256:`, SEC 1 compressed point, 33 bytes: P-256 in a FIDO device, as above.
    SkP256([u8; 33]),
}

/// Why a text, or its bytes, is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAPublicKey {
    /// The text has another form.
    #[error(
        "not a public key: expected \"ed25519:\", \"secp256k1:\", \"p256:\", \"bls12-381:\", \
         \"sk-ed25519:\" or \"sk-p256:\" and 64, 66, 66, 96, 64 or 66 hexadecimal digits"
    )]
    Text,
    /// The bytes are not a usable point of the curve.
    #[error("not a public key: the bytes are not a usable point of the curve")]
    Point,
    /// This build cannot check keys of the kind.
    #[error("this build knows no {kind} keys: it was made without the feature \"{feature}\"")]
    Unsupported {
        /// The kind.
        kind: &'static str,
        /// What it needs.
        feature: &'static str,
    },
}

/// A signature did not match its key and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match the key and the bytes")]
pub struct BadSignature;

/// A signature, in the form its kind of key makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signature {
    /// RFC 8032, 64 bytes.
    Ed25519([u8; 64]),
    /// `r || s || v`, 65 bytes: low s, and `v` (0 or 1) to recover the public key.
    Secp256k1([u8; 65]),
    /// `r || s`, 64 bytes: low s.
    P256([u8; 64]),
    /// Compressed point of G2, 96 bytes.
    Bls12381([u8; 96]),
}

impl Signature {
    /// The bytes, as networks carry them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(bytes) | Self::P256(bytes) => bytes,
            Self::Secp256k1(bytes) => bytes,
            Self::Bls12381(bytes) => bytes,
        }
    }

    /// The bytes, as documents carry them: without what only helps to find the public key.
    #[must_use]
    pub fn without_recovery(&self) -> &[u8] {
        match self {
            Self::Secp256k1([compact @ .., _]) => compact,
            Self::Ed25519(_) | Self::P256(_) | Self::Bls12381(_) => self.as_bytes(),
        }
    }
}

impl PublicKey {
    /// The key with these bytes, if they are a point that can be used.
    pub fn checked(self) -> Result<Self, NotAPublicKey> {
        let usable = match &self {
            Self::Ed25519(bytes) | Self::SkEd25519(bytes) => {
                ed25519_dalek::VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak())
            }
            Self::Secp256k1(bytes) => ecdsa::is_point::<k256::Secp256k1>(bytes),
            Self::P256(bytes) | Self::SkP256(bytes) => ecdsa::is_point::<p256::NistP256>(bytes),
            Self::Bls12381(bytes) => bls::is_point(bytes)?,
        };
        if usable { Ok(self) } else { Err(NotAPublicKey::Point) }
    }

    /// The bytes, without the kind.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(bytes) | Self::SkEd25519(bytes) => bytes,
            Self::Secp256k1(bytes) | Self::P256(bytes) | Self::SkP256(bytes) => bytes,
            Self::Bls12381(bytes) => bytes,
        }
    }

    /// Checks a signature over a document: Ed25519 strictly; secp256k1 and P-256 over the
    /// document's SHA-256, with low s; BLS under a domain separation tag of documents. A FIDO key
    /// signs through OpenSSH alone, with `SshSignature`: none of these is good.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match self {
            Self::Ed25519(bytes) => {
                let key =
                    ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| BadSignature)?;
                let signature =
                    ed25519_dalek::Signature::from_slice(signature).map_err(|_| BadSignature)?;
                key.verify_strict(message, &signature).map_err(|_| BadSignature)
            }
            Self::Secp256k1(_) | Self::P256(_) => {
                self.verify_prehash(&Sha256::digest(message).into(), signature)
            }
            Self::Bls12381(bytes) => bls::verify(bytes, message, bls::DOCUMENT_TAG, signature),
            Self::SkEd25519(_) | Self::SkP256(_) => Err(BadSignature),
        }
    }

    /// Checks an ECDSA signature (`r || s`, or with `v`) with low s over a digest made elsewhere.
    pub fn verify_prehash(&self, digest: &[u8; 32], signature: &[u8]) -> Result<(), BadSignature> {
        let compact = match signature.len() {
            64 => signature,
            65 => signature.split_last().map(|(_, rest)| rest).ok_or(BadSignature)?,
            _ => return Err(BadSignature),
        };
        match self {
            Self::Secp256k1(bytes) => ecdsa::verify::<k256::Secp256k1>(bytes, digest, compact),
            Self::P256(bytes) => ecdsa::verify::<p256::NistP256>(bytes, digest, compact),
            Self::Ed25519(_) | Self::Bls12381(_) | Self::SkEd25519(_) | Self::SkP256(_) => {
                Err(BadSignature)
            }
        }
    }

    /// Checks a BLS signature over a network's message. Without the feature `bls` none is good.
    pub fn verify_bls(
        &self,
        message: &[u8],
        suite: BlsSuite,
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        match self {
            Self::Bls12381(bytes) => bls::verify(bytes, message, suite.tag(), signature),
            Self::Ed25519(_)
            | Self::Secp256k1(_)
            | Self::P256(_)
            | Self::SkEd25519(_)
            | Self::SkP256(_) => Err(BadSignature),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Ed25519(_) => "ed25519",
            Self::Secp256k1(_) => "secp256k1",
            Self::P256(_) => "p256",
            Self::Bls12381(_) => "bls12-381",
            Self::SkEd25519(_) => "sk-ed25519",
            Self::SkP256(_) => "sk-p256",
        };
        write!(f, "{kind}:{}", const_hex::encode(self.as_bytes()))
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
            Some(("p256", hex)) => from_lower_hex(hex).map(Self::P256),
            Some(("bls12-381", hex)) => from_lower_hex(hex).map(Self::Bls12381),
            Some(("sk-ed25519", hex)) => from_lower_hex(hex).map(Self::SkEd25519),
            Some(("sk-p256", hex)) => from_lower_hex(hex).map(Self::SkP256),
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
