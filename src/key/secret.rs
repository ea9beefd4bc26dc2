//! Secret: the signing key of each kind, where it lies and what it does.

use super::{KeyError, KeyKind, SECRET_LENGTH};
use crate::{PublicKey, Signable, Signature, ports::SignFailed, public_key::is_canonical};
use alloc::{borrow::Cow, boxed::Box};
use ecdsa::{RecoveryId, hazmat::sign_prehashed_rfc6979, signature::hazmat::PrehashSigner as _};
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};
#[cfg(any(
    feature = "bls-keystore",
    feature = "cometbft",
    feature = "sealed",
    feature = "shards",
    feature = "web3-keystore"
))]
use zeroize::Zeroizing;

/// A signing key, in one place on the heap. Each overwrites itself on drop.
pub(super) enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Secp256k1(Box<k256::ecdsa::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    #[cfg(feature = "bls")]
    Bls12381(Box<blst::min_pk::SecretKey>),
}

impl Secret {
    /// The key with this secret, and its public key.
    pub(super) fn from_bytes(
        kind: KeyKind,
        bytes: &[u8; SECRET_LENGTH],
    ) -> Result<(Self, PublicKey), KeyError> {
        let scalar = KeyError::Scalar { kind };
        match kind {
            KeyKind::Ed25519 => {
                let key = Box::new(ed25519_dalek::SigningKey::from_bytes(bytes));
                let public = PublicKey::Ed25519(key.verifying_key().to_bytes());
                Ok((Self::Ed25519(key), public))
            }
            KeyKind::Secp256k1 => {
                let key = k256::ecdsa::SigningKey::from_slice(bytes).map(Box::new);
                let key = key.map_err(|_| scalar)?;
                let point = key.verifying_key().to_sec1_point(true);
                let public = point.as_bytes().try_into().map_err(|_| scalar)?;
                Ok((Self::Secp256k1(key), PublicKey::Secp256k1(public)))
            }
            KeyKind::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(bytes).map(Box::new);
                let key = key.map_err(|_| scalar)?;
                let point = key.verifying_key().to_sec1_point(true);
                let public = point.as_bytes().try_into().map_err(|_| scalar)?;
                Ok((Self::P256(key), PublicKey::P256(public)))
            }
            #[cfg(feature = "bls")]
            KeyKind::Bls12381 => {
                let key = blst::min_pk::SecretKey::from_bytes(bytes).map(Box::new);
                let key = key.map_err(|_| scalar)?;
                let public = key.sk_to_pk().to_bytes();
                Ok((Self::Bls12381(key), PublicKey::Bls12381(public)))
            }
            #[cfg(not(feature = "bls"))]
            KeyKind::Bls12381 => Err(KeyError::Unsupported { kind, feature: "bls" }),
        }
    }

    pub(super) const fn kind(&self) -> KeyKind {
        match self {
            Self::Ed25519(_) => KeyKind::Ed25519,
            Self::Secp256k1(_) => KeyKind::Secp256k1,
            Self::P256(_) => KeyKind::P256,
            #[cfg(feature = "bls")]
            Self::Bls12381(_) => KeyKind::Bls12381,
        }
    }

    /// The 32 bytes that [`Secret::from_bytes`] takes.
    #[cfg(any(
        feature = "bls-keystore",
        feature = "cometbft",
        feature = "sealed",
        feature = "shards",
        feature = "web3-keystore"
    ))]
    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; SECRET_LENGTH]> {
        Zeroizing::new(match self {
            Self::Ed25519(key) => *key.as_bytes(),
            Self::Secp256k1(key) => key.to_bytes().into(),
            Self::P256(key) => key.to_bytes().into(),
            #[cfg(feature = "bls")]
            Self::Bls12381(key) => key.to_bytes(),
        })
    }

    /// Signs the bytes of a document.
    pub(super) fn sign_document(&self, bytes: &[u8]) -> Signature {
        match self {
            Self::Ed25519(key) => Signature::Ed25519(key.sign(bytes).to_bytes()),
            Self::Secp256k1(key) => {
                Signature::Secp256k1(recoverable(key, &Sha256::digest(bytes).into()))
            }
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(bytes);
                Signature::P256(signature.normalize_s().to_bytes().into())
            }
            #[cfg(feature = "bls")]
            Self::Bls12381(key) => {
                let tag = crate::public_key::DOCUMENT_TAG;
                Signature::Bls12381(key.sign(bytes, tag, &[]).to_bytes())
            }
        }
    }

    #[cfg(all(feature = "bls", feature = "eos"))]
    pub(super) fn prove_possession(&self, own_key: &[u8]) -> Option<Signature> {
        match self {
            Self::Bls12381(key) => {
                let tag = crate::public_key::PROOF_TAG;
                Some(Signature::Bls12381(key.sign(own_key, tag, &[]).to_bytes()))
            }
            Self::Ed25519(_) | Self::Secp256k1(_) | Self::P256(_) => None,
        }
    }

    /// Signs a network's message.
    pub(super) fn sign(&self, signable: &Signable) -> Result<Signature, SignFailed> {
        match (self, signable) {
            (Self::Ed25519(key), Signable::Message(message)) => {
                Ok(Signature::Ed25519(key.sign(message).to_bytes()))
            }
            (Self::Secp256k1(key), Signable::Prehash(digest)) => {
                let bytes = recoverable(key, digest);
                match bytes.last() {
                    Some(0 | 1) => Ok(Signature::Secp256k1(bytes)),
                    _ => Err(failed("the signature has no recovery value of 0 or 1")),
                }
            }
            (Self::Secp256k1(key), Signable::CanonicalPrehash(digest)) => canonical(key, digest)
                .map(Signature::Secp256k1)
                .ok_or_else(|| failed("no nonce gave a canonical signature")),
            (Self::P256(key), Signable::Prehash(digest)) => {
                let signature: p256::ecdsa::Signature =
                    key.sign_prehash(digest).map_err(|_| failed("the digest cannot be signed"))?;
                Ok(Signature::P256(signature.normalize_s().to_bytes().into()))
            }
            #[cfg(feature = "bls")]
            (Self::Bls12381(key), Signable::Bls { message, suite }) => {
                Ok(Signature::Bls12381(key.sign(message, suite.tag(), &[]).to_bytes()))
            }
            (_, Signable::Message(_)) => {
                Err(failed("the network signs the message itself, and this kind of key does not"))
            }
            (_, Signable::Prehash(_)) => {
                Err(failed("the network signs a 32-byte hash, and this kind of key does not"))
            }
            (_, Signable::CanonicalPrehash(_)) => {
                Err(failed("the network signs with secp256k1, and this key is of another kind"))
            }
            (_, Signable::Bls { .. }) => {
                Err(failed("the network signs with BLS, and this key is of another kind"))
            }
        }
    }
}

/// `r || s || v`: nonce by RFC 6979 with SHA-256, low s, `v` adjusted to it.
fn recoverable(key: &k256::ecdsa::SigningKey, digest: &[u8; 32]) -> [u8; 65] {
    let (signature, recovery) = key.sign_prehash_recoverable(digest);
    with_recovery(&signature.to_bytes().into(), recovery)
}

/// Nonces that are tried for a canonical signature: about every second one gives one.
const CANONICAL_ATTEMPTS: u32 = 512;

/// `r || s || v`, both numbers below 2^255: RFC 6979 with the number of the attempt as extra data
/// from the second on.
fn canonical(key: &k256::ecdsa::SigningKey, digest: &[u8; 32]) -> Option<[u8; 65]> {
    (0..CANONICAL_ATTEMPTS).find_map(|attempt| {
        let number = attempt.to_be_bytes();
        let extra: &[u8] = if attempt == 0 { &[] } else { &number };
        let scalar = key.as_nonzero_scalar();
        let (signature, recovery) =
            sign_prehashed_rfc6979::<k256::Secp256k1, Sha256>(scalar, digest, extra);
        let compact = signature.to_bytes().into();
        let usable = is_canonical(&compact) && !recovery.is_x_reduced();
        usable.then(|| with_recovery(&compact, recovery))
    })
}

/// `r || s || v`.
fn with_recovery(compact: &[u8; 64], recovery: RecoveryId) -> [u8; 65] {
    let mut bytes = [recovery.to_byte(); 65];
    for (to, from) in bytes.iter_mut().zip(compact) {
        *to = *from;
    }
    bytes
}

const fn failed(reason: &'static str) -> SignFailed {
    SignFailed { reason: Cow::Borrowed(reason) }
}
