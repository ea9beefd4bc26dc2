//! Key: a secret that signs, and never shows (R9).

#[cfg(feature = "bls")]
mod bls_derivation;
#[cfg(feature = "bls-keystore")]
mod bls_keystore;
#[cfg(feature = "sealed")]
mod container;
#[cfg(feature = "sealed")]
mod host_key;
#[cfg(any(feature = "bls-keystore", feature = "web3-keystore"))]
mod kdf;
#[cfg(any(feature = "bls-keystore", feature = "web3-keystore"))]
mod keystore;
#[cfg(feature = "besu")]
mod node_key;
#[cfg(feature = "sealed")]
mod passphrase;
#[cfg(feature = "sealed")]
mod passphrase_seal;
#[cfg(feature = "sealed")]
mod private_file;
#[cfg(feature = "sealed")]
mod process;
#[cfg(feature = "sealed")]
mod recipient;
#[cfg(feature = "sealed")]
mod sealed;
mod secret;
#[cfg(feature = "web3-keystore")]
mod web3_keystore;

#[cfg(feature = "bls")]
pub use self::bls_derivation::{BlsPath, MAX_BLS_SEED, NotABlsPath, SeedError};
#[cfg(feature = "bls-keystore")]
pub use self::bls_keystore::{BlsKeystore, BlsKeystoreError, MAX_BLS_KEYSTORE};
#[cfg(any(feature = "bls-keystore", feature = "web3-keystore"))]
pub use self::kdf::{KdfCost, KdfError};
#[cfg(feature = "besu")]
pub use self::node_key::NodeKeyError;
#[cfg(feature = "web3-keystore")]
pub use self::web3_keystore::{MAX_WEB3_KEYSTORE, Web3Keystore, Web3KeystoreError};
#[cfg(feature = "sealed")]
pub use self::{
    host_key::{HostKey, HostKeyError},
    passphrase::{MAX_PASSPHRASE, Passphrase, PassphraseError},
    passphrase_seal::Argon2Params,
    process::{Hardening, harden},
    recipient::{MAX_RECIPIENTS, NotARecipient, Recipient, RecipientIdentity},
    sealed::{MAX_SEALED, SealMethod, SealedError, SealedKey},
};

use self::secret::Secret;
use crate::{
    Cleared, PublicKey, Signature,
    document::Envelope,
    ports::{SignFailed, Signer},
};
use core::fmt;
use secrecy::{ExposeSecret as _, SecretSlice};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The length of a secret of any kind, in bytes.
const SECRET_LENGTH: usize = 32;

/// Draws of 32 random bytes before a scalar is given up. One draw fails with at most 55% (BLS).
const SCALAR_DRAWS: usize = 256;

/// The kinds of keys that identities, hosts and approvers use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// RFC 8032; the secret is the 32-byte seed.
    Ed25519,
    /// SEC 2 secp256k1; the secret is the scalar, 32 bytes, big-endian.
    Secp256k1,
    /// NIST P-256; the secret is the scalar, 32 bytes, big-endian.
    P256,
    /// BLS12-381 with keys in G1; the secret is the scalar, 32 bytes, big-endian.
    Bls12381,
}

impl KeyKind {
    /// The kind of a public key; none for a FIDO key, whose secret never leaves its device.
    #[must_use]
    pub const fn of(key: &PublicKey) -> Option<Self> {
        match key {
            PublicKey::Ed25519(_) => Some(Self::Ed25519),
            PublicKey::Secp256k1(_) => Some(Self::Secp256k1),
            PublicKey::P256(_) => Some(Self::P256),
            PublicKey::Bls12381(_) => Some(Self::Bls12381),
            PublicKey::SkEd25519(_) | PublicKey::SkP256(_) => None,
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "ed25519",
            Self::Secp256k1 => "secp256k1",
            Self::P256 => "p256",
            Self::Bls12381 => "bls12-381",
        })
    }
}

/// A secret that signs.
///
/// The secret lies in one place on the heap, which a move of this value does not copy, and is
/// overwritten on drop. That is as far as safe code reaches: while a key is made or signs, the
/// compiler and the curve arithmetic may leave parts of it on the stack or in registers, and the
/// operating system may write memory to a swap file. See [`harden`] for what the process can add.
///
/// It can be neither copied, compared nor serialised:
///
/// ```compile_fail,E0277
/// fn needs<T: Clone>() {}
/// needs::<brainswap::key::SecretKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn needs<T: serde::Serialize>() {}
/// needs::<brainswap::key::SecretKey>();
/// ```
///
/// ```compile_fail,E0277
/// fn needs<T: PartialEq>() {}
/// needs::<brainswap::key::SecretKey>();
/// ```
///
/// [`harden`]: crate::key::harden
pub struct SecretKey {
    secret: Secret,
    public: PublicKey,
}

/// Every signing key overwrites itself; the bounds are checked by a test.
impl ZeroizeOnDrop for SecretKey {}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
    /// The secret has another length than its kind prescribes.
    #[error("the {kind} secret has {got} bytes; {needed} are needed")]
    Length {
        /// The kind asked for.
        kind: KeyKind,
        /// What came.
        got: usize,
        /// What the kind needs.
        needed: usize,
    },
    /// The scalar is zero, or not below the order of the curve (SEC 1, section 3.2.1).
    #[error("the {kind} secret is zero or not below the order of the curve")]
    Scalar {
        /// The kind asked for.
        kind: KeyKind,
    },
    /// This build makes no keys of the kind.
    #[error("this build makes no {kind} keys: it was made without the feature \"{feature}\"")]
    Unsupported {
        /// The kind asked for.
        kind: KeyKind,
        /// What it needs.
        feature: &'static str,
    },
    /// The secret belongs to another public key than the one stated.
    #[error("the secret belongs to {derived}, not to {stated}")]
    OtherKey {
        /// The public key of the secret that came.
        derived: PublicKey,
        /// The public key that it was said to belong to.
        stated: PublicKey,
    },
}

impl KeyError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRandomness => "key.no_randomness",
            Self::Length { .. } => "key.length",
            Self::Scalar { .. } => "key.scalar",
            Self::Unsupported { .. } => "key.unsupported",
            Self::OtherKey { .. } => "key.mismatch",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NoRandomness => "nothing was made; try again once the system has started up",
            Self::Length { .. } | Self::Scalar { .. } => {
                "nothing was imported; check that the file is a raw secret of this kind"
            }
            Self::Unsupported { .. } => "nothing was made; use a build with that feature",
            Self::OtherKey { .. } => {
                "nothing was imported; compare both keys with the identity's genesis document"
            }
        }
    }
}

impl SecretKey {
    /// A new key from the operating system's generator.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`].
    pub fn generate(kind: KeyKind) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; SECRET_LENGTH]);
        for _ in 0..SCALAR_DRAWS {
            getrandom::fill(bytes.as_mut()).map_err(|_| KeyError::NoRandomness)?;
            match Self::from_bytes(kind, &bytes) {
                Err(KeyError::Scalar { .. }) => {} // drawn above the order: draw again
                done => return done,
            }
        }
        Err(KeyError::NoRandomness)
    }

    /// Takes over a secret that exists already, for the public key that it is said to have.
    ///
    /// The secret is an Ed25519 seed or a big-endian scalar, 32 bytes. An imported
    /// key has no marks: it signs only after its history is reconciled (R7).
    ///
    /// # Errors
    ///
    /// [`KeyError`]: wrong length, no scalar, or the secret of another public key.
    pub fn import(
        kind: KeyKind,
        secret: &SecretSlice<u8>,
        stated: &PublicKey,
    ) -> Result<Self, KeyError> {
        let bytes = secret.expose_secret();
        let bytes = bytes.try_into().map_err(|_| KeyError::Length {
            kind,
            got: bytes.len(),
            needed: SECRET_LENGTH,
        })?;
        let key = Self::from_bytes(kind, bytes)?;
        if key.public == *stated {
            Ok(key)
        } else {
            Err(KeyError::OtherKey { derived: key.public, stated: *stated })
        }
    }

    /// The public key; it may be shown.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.public
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.secret.kind()
    }

    /// Signs a document: the bytes of [`Envelope::signed_bytes`], which no network's message can
    /// equal, so this needs no clearance.
    ///
    /// Ed25519 as in RFC 8032; secp256k1 and P-256 as ECDSA over SHA-256, deterministic (RFC
    /// 6979), low s; BLS under a domain separation tag that no network uses.
    pub fn sign_document(&self, envelope: &mut Envelope) {
        let signature = self.secret.sign_document(&envelope.signed_bytes());
        envelope.add_signature(self.public, &signature);
    }

    /// The secret's 32 bytes, for sealing and for a network's own key file; for nothing else.
    #[cfg(any(
        feature = "bls-keystore",
        feature = "cometbft",
        feature = "sealed",
        feature = "shards",
        feature = "web3-keystore"
    ))]
    pub(crate) fn expose_for_sealing(&self) -> Zeroizing<[u8; SECRET_LENGTH]> {
        self.secret.to_bytes()
    }

    /// Signs a form of the own public key, and so proves that the secret is known; `None` if the
    /// key is of another kind than BLS. Its domain separation tag is that of no network's messages.
    #[cfg(all(feature = "bls", feature = "eos"))]
    pub(crate) fn prove_possession(&self, own_key: &[u8]) -> Option<Signature> {
        self.secret.prove_possession(own_key)
    }

    pub(crate) fn from_bytes(kind: KeyKind, bytes: &[u8; SECRET_LENGTH]) -> Result<Self, KeyError> {
        let (secret, public) = Secret::from_bytes(kind, bytes)?;
        Ok(Self { secret, public })
    }
}

/// Ed25519 signs a [`Signable::Message`], secp256k1 and P-256 a [`Signable::Prehash`], BLS a
/// [`Signable::Bls`].
///
/// [`Signable::Message`]: crate::Signable::Message
/// [`Signable::Prehash`]: crate::Signable::Prehash
/// [`Signable::Bls`]: crate::Signable::Bls
impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, cleared: Cleared) -> Result<Signature, SignFailed> {
        self.secret.sign(cleared.signable())
    }
}

/// Only what may be shown: kind and public key (R9).
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey")
            .field("kind", &self.kind())
            .field("public_key", &self.public)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
