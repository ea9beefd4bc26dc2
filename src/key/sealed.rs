//! Sealed key: a secret at rest, that only a passphrase or a recipient's identity opens.

use super::{
    KeyError, KeyKind, Recipient, RecipientIdentity, SecretKey,
    container::{Container, Content, MAX_CONTAINER, Sealing, damaged},
    passphrase_seal::{Argon2Params, PassphraseSeal},
    recipient,
};
use crate::PublicKey;
use alloc::vec::Vec;
use core::fmt;
use secrecy::{SecretSlice, SecretString};
use zeroize::Zeroizing;

/// The most bytes that a sealed key may have; more are not read.
pub const MAX_SEALED: usize = MAX_CONTAINER;

/// A secret key at rest; its public key and how it is sealed can be read without opening it.
///
/// The bytes are described in `docs/wire/sealed-key.md`. Everything in them is authenticated: by
/// AES-GCM as associated data, or by being repeated inside the age file. A checksum tells damage
/// from a wrong passphrase. After opening, the public key is derived anew and compared.
pub struct SealedKey {
    container: Container,
    public: PublicKey,
}

/// How a key is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealMethod {
    /// Argon2id with these costs, and AES-256-GCM.
    Passphrase(Argon2Params),
    /// To age recipients. The file does not tell which (C2SP age.md).
    Recipients,
}

/// Why a key was not sealed, read or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealedError {
    /// The bytes are something else.
    #[error("not a sealed key: it does not begin with \"BSKEY\"")]
    Foreign,
    /// It is a sealed key, of another version.
    #[error("the sealed key has version {got}; version {needed} is read")]
    Version {
        /// What came.
        got: u8,
        /// What is read.
        needed: u8,
    },
    /// More bytes than a sealed key may have.
    #[error("the sealed key has {got} bytes; at most {most} are read")]
    TooLarge {
        /// What came.
        got: usize,
        /// What is read at most.
        most: usize,
    },
    /// The bytes are cut off or changed.
    #[error("the sealed key is damaged: {part} is wrong")]
    Damaged {
        /// Where it shows.
        part: &'static str,
    },
    /// The costs of Argon2id are outside what is accepted.
    #[error("{got} {what} for Argon2id; {least} to {most} are accepted")]
    Parameters {
        /// Which cost.
        what: &'static str,
        /// What came.
        got: u32,
        /// The least accepted.
        least: u32,
        /// The most accepted.
        most: u32,
    },
    /// The key is sealed by the other method.
    #[error("the key is sealed by {got}, not by {asked}")]
    OtherMethod {
        /// How it is sealed.
        got: &'static str,
        /// How it was to be opened.
        asked: &'static str,
    },
    /// The container holds something else than this call opens.
    #[error("the file holds {got}, not {needed}")]
    OtherContent {
        /// What it holds.
        got: &'static str,
        /// What was asked for.
        needed: &'static str,
    },
    /// The passphrase is not the one the key was sealed with, or the file was altered.
    #[error("the passphrase does not open the key")]
    WrongPassphrase,
    /// No key is sealed with an empty passphrase.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The key is not sealed to this recipient, or the file was altered.
    #[error("the key is not sealed to {recipient}")]
    NotForThisRecipient {
        /// Whose identity was tried.
        recipient: Recipient,
    },
    /// None, or too many recipients.
    #[error("{got} recipients; 1 to {most} are accepted")]
    Recipients {
        /// How many were given.
        got: usize,
        /// How many are accepted at most.
        most: usize,
    },
    /// Inside is the secret of another public key than outside.
    #[error("the sealed secret belongs to {derived}, not to {stated}")]
    OtherKey {
        /// The public key of the secret inside.
        derived: PublicKey,
        /// The public key outside.
        stated: PublicKey,
    },
    /// There is not the memory that Argon2id needs.
    #[error("no {kib} KiB of memory for Argon2id")]
    NoMemory {
        /// What it needs.
        kib: u32,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

impl SealedError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "sealed.foreign",
            Self::Version { .. } => "sealed.version",
            Self::TooLarge { .. } => "sealed.too_large",
            Self::Damaged { .. } => "sealed.damaged",
            Self::Parameters { .. } => "sealed.parameters",
            Self::OtherMethod { .. } => "sealed.other_method",
            Self::OtherContent { .. } => "sealed.other_content",
            Self::WrongPassphrase => "sealed.wrong_passphrase",
            Self::EmptyPassphrase => "sealed.empty_passphrase",
            Self::NotForThisRecipient { .. } => "sealed.not_for_this_recipient",
            Self::Recipients { .. } => "sealed.recipients",
            Self::OtherKey { .. } => "sealed.other_key",
            Self::NoMemory { .. } => "sealed.no_memory",
            Self::NoRandomness => "sealed.no_randomness",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Foreign | Self::OtherContent { .. } => "check which file was named",
            Self::Version { .. } => "open it with a release that reads this version",
            Self::TooLarge { .. } | Self::Damaged { .. } => {
                "keep the file, and fetch another copy of the sealed key"
            }
            Self::Parameters { .. } => "seal the key again with costs inside the limits",
            Self::OtherMethod { .. } => "open it by the method that it is sealed by",
            Self::WrongPassphrase => "try the passphrase again; the file stays as it is",
            Self::EmptyPassphrase => "choose a passphrase",
            Self::NotForThisRecipient { .. } => {
                "open it on the host whose recipient it was sealed to, or have it sealed again"
            }
            Self::Recipients { .. } => {
                "seal to at least one recipient, and in several files to more"
            }
            Self::OtherKey { .. } => {
                "do not use the file; compare both keys with the genesis document"
            }
            Self::NoMemory { .. } => "free memory, or open the key on a larger machine",
            Self::NoRandomness => "nothing was made; try again once the system has started up",
        }
    }
}

impl SealedKey {
    /// Seals a key by a passphrase, with a fresh salt and nonce.
    ///
    /// # Errors
    ///
    /// [`SealedError::EmptyPassphrase`], [`SealedError::NoMemory`], [`SealedError::NoRandomness`].
    pub fn seal_with_passphrase(
        key: &SecretKey,
        passphrase: &SecretString,
        params: Argon2Params,
    ) -> Result<Self, SealedError> {
        let secret = key.expose_for_sealing();
        let (content, public) = outside_of(key);
        let container = seal_passphrase(content, public, passphrase, params, secret.as_ref())?;
        Ok(Self { container, public: key.public_key() })
    }

    /// Seals a key to 1 to 16 recipients; the identity of any one of them opens it.
    ///
    /// # Errors
    ///
    /// [`SealedError::Recipients`], [`SealedError::NoRandomness`].
    pub fn seal_to_recipients(
        key: &SecretKey,
        recipients: &[Recipient],
    ) -> Result<Self, SealedError> {
        let (content, public) = outside_of(key);
        let header = Container::header(content, &public, &Sealing::Recipients);
        let secret = key.expose_for_sealing();
        let mut inside = Zeroizing::new(Vec::with_capacity(header.len() + secret.len()));
        inside.extend_from_slice(&header); // age authenticates only what is inside
        inside.extend_from_slice(secret.as_ref());
        let body = Zeroizing::new(recipient::seal(recipients, &inside)?);
        let container = Container { content, public, sealing: Sealing::Recipients, body };
        Ok(Self { container, public: key.public_key() })
    }

    /// Opens a key that is sealed by a passphrase.
    ///
    /// # Errors
    ///
    /// [`SealedError::WrongPassphrase`], [`SealedError::OtherMethod`], [`SealedError::OtherKey`],
    /// [`SealedError::NoMemory`].
    pub fn open_with_passphrase(
        &self,
        passphrase: &SecretString,
    ) -> Result<SecretKey, SealedError> {
        self.secret_key(&open_passphrase(&self.container, passphrase)?)
    }

    /// Opens a key that is sealed to this identity's recipient.
    ///
    /// # Errors
    ///
    /// [`SealedError::NotForThisRecipient`], [`SealedError::OtherMethod`],
    /// [`SealedError::OtherKey`], [`SealedError::Damaged`].
    pub fn open_with_identity(
        &self,
        identity: &RecipientIdentity,
    ) -> Result<SecretKey, SealedError> {
        let Container { content, public, sealing, body } = &self.container;
        if *sealing != Sealing::Recipients {
            return Err(other_method(sealing, "recipients"));
        }
        let inside = identity.open(body)?;
        let header = Container::header(*content, public, sealing);
        let secret = inside
            .strip_prefix(header.as_slice())
            .ok_or(damaged("the header repeated inside the age file"))?;
        self.secret_key(secret)
    }

    /// The public key that the sealed secret is said to have. Opening proves it.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.public
    }

    /// How it is sealed.
    #[must_use]
    pub const fn method(&self) -> SealMethod {
        match &self.container.sealing {
            Sealing::Passphrase(seal) => SealMethod::Passphrase(seal.params),
            Sealing::Recipients | Sealing::Open => SealMethod::Recipients,
        }
    }

    /// The age file inside, which any age tool opens: the header again, then the secret's 32 bytes.
    #[must_use]
    pub fn age_file(&self) -> Option<&[u8]> {
        (self.container.sealing == Sealing::Recipients).then_some(self.container.body.as_slice())
    }

    /// The bytes of the sealed key.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.container.to_bytes().to_vec()
    }

    /// Reads a sealed key: its form, not its truth.
    ///
    /// # Errors
    ///
    /// [`SealedError`]: foreign, of another version, too large, damaged, with costs outside the
    /// limits, or a host key.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let container = Container::from_bytes(bytes)?;
        let public = container.public.as_slice();
        let public = match container.content {
            Content::Ed25519 => public.try_into().map(PublicKey::Ed25519),
            Content::Secp256k1 => public.try_into().map(PublicKey::Secp256k1),
            Content::P256 => public.try_into().map(PublicKey::P256),
            Content::Bls12381 => public.try_into().map(PublicKey::Bls12381),
            Content::Host => {
                return Err(SealedError::OtherContent { got: "a host key", needed: "a key" });
            }
        };
        let public = public.map_err(|_| damaged("the public key"))?;
        let public = public.checked().map_err(|_| damaged("the public key"))?;
        Ok(Self { container, public })
    }

    fn secret_key(&self, secret: &[u8]) -> Result<SecretKey, SealedError> {
        let secret = SecretSlice::from(secret.to_vec());
        let kind = KeyKind::of(&self.public).ok_or(damaged("the public key"))?;
        SecretKey::import(kind, &secret, &self.public).map_err(|error| match error {
            KeyError::OtherKey { derived, stated } => SealedError::OtherKey { derived, stated },
            KeyError::Length { .. }
            | KeyError::Scalar { .. }
            | KeyError::Unsupported { .. }
            | KeyError::NoRandomness => damaged("the secret"),
        })
    }
}

/// The public key and the method.
impl fmt::Debug for SealedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedKey")
            .field("public_key", &self.public)
            .field("method", &self.method())
            .finish_non_exhaustive()
    }
}

pub(super) fn seal_passphrase(
    content: Content,
    public: Vec<u8>,
    passphrase: &SecretString,
    params: Argon2Params,
    secret: &[u8],
) -> Result<Container, SealedError> {
    let seal = PassphraseSeal::fresh(params)?;
    let sealing = Sealing::Passphrase(seal.clone());
    let header = Container::header(content, &public, &sealing);
    let body = Zeroizing::new(seal.seal(passphrase, &header, secret)?);
    Ok(Container { content, public, sealing, body })
}

pub(super) fn open_passphrase(
    container: &Container,
    passphrase: &SecretString,
) -> Result<Zeroizing<Vec<u8>>, SealedError> {
    let Container { content, public, sealing, body } = container;
    let Sealing::Passphrase(seal) = sealing else {
        return Err(other_method(sealing, "a passphrase"));
    };
    seal.open(passphrase, &Container::header(*content, public, sealing), body)
}

pub(super) const fn other_method(sealing: &Sealing, asked: &'static str) -> SealedError {
    let got = match sealing {
        Sealing::Open => "nothing but the file's mode",
        Sealing::Passphrase(_) => "a passphrase",
        Sealing::Recipients => "recipients",
    };
    SealedError::OtherMethod { got, asked }
}

fn outside_of(key: &SecretKey) -> (Content, Vec<u8>) {
    let content = match key.kind() {
        KeyKind::Ed25519 => Content::Ed25519,
        KeyKind::Secp256k1 => Content::Secp256k1,
        KeyKind::P256 => Content::P256,
        KeyKind::Bls12381 => Content::Bls12381,
    };
    (content, key.public_key().as_bytes().to_vec())
}
