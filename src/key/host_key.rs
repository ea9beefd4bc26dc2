//! Host key: what a host signs its documents with, and what opens the keys that are sealed to it.

use super::{
    Argon2Params, KeyError, KeyKind, Recipient, RecipientIdentity, SealedError, SecretKey,
    container::{Container, Content, MAX_CONTAINER, Sealing, damaged},
    private_file::{self, PrivateFileError},
    sealed::{open_passphrase, other_method, seal_passphrase},
};
use crate::{
    HostCard, HostId, PublicKey,
    document::Envelope,
    ports::{HostSigner, SignFailed},
};
use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt, str};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The keys of one host: an Ed25519 key and an age identity.
///
/// They are made on the host and stay there. On disk they lie in a file that only its owner can
/// read, with or without a passphrase; the bytes are described in `docs/wire/sealed-key.md`.
///
/// ```compile_fail,E0277
/// fn needs<T: Clone>() {}
/// needs::<brainswap::key::HostKey>();
/// ```
pub struct HostKey {
    key: SecretKey,
    id: HostId,
    identity: RecipientIdentity,
}

/// Why there is no host key, or no file of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostKeyError {
    /// There is no file of this name.
    #[error("there is no key file at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a file of this name already; it was left as it is.
    #[error("there is a file at {} already", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// The group or others have rights to the file.
    #[error(
        "the host key at {} has mode {mode:03o}; it may have no rights for group and others",
        path.display()
    )]
    Permissions {
        /// Where.
        path: PathBuf,
        /// The mode's lowest nine bits.
        mode: u32,
    },
    /// The file could not be read or written.
    #[error("the host key at {} could not be read or written: {kind}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system said.
        kind: ErrorKind,
    },
    /// The file is sealed, and was to be opened without a passphrase, or the other way round; or
    /// its bytes are wrong.
    #[error("the host key at {} was not opened: {error}", path.display())]
    Sealed {
        /// Where.
        path: PathBuf,
        /// Why.
        error: SealedError,
    },
}

impl HostKeyError {
    /// A stable code for machines; for a sealed file's error, that error's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "host_key.missing",
            Self::Exists { .. } => "host_key.exists",
            Self::Permissions { .. } => "host_key.permissions",
            Self::Io { .. } => "host_key.io",
            Self::Sealed { error, .. } => error.code(),
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Missing { .. } => {
                "check the path; a key that documents name cannot be replaced by a new one"
            }
            Self::Exists { .. } => "open the file that is there, or choose another path",
            Self::Permissions { .. } => {
                "take the rights away with chmod 600; if others read the file, replace the host"
            }
            Self::Io { .. } => "check the disk and the directory's rights, then try again",
            Self::Sealed { error, .. } => error.advice(),
        }
    }
}

impl HostKey {
    /// New keys from the operating system's generator.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let key = SecretKey::generate(KeyKind::Ed25519)?;
        let identity = RecipientIdentity::generate().map_err(|_| KeyError::NoRandomness)?;
        Self::of(key, identity).ok_or(KeyError::NoRandomness)
    }

    /// What others must know of this host.
    #[must_use]
    pub fn card(&self, name: impl Into<String>) -> HostCard {
        HostCard { name: name.into(), host: self.id, recipient: self.recipient().to_string() }
    }

    /// The host's name in rules: its public key.
    #[must_use]
    pub const fn host_id(&self) -> HostId {
        self.id
    }

    /// The public key that the host's documents verify under.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }

    /// Whom keys for this host are sealed to.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        self.identity.recipient()
    }

    /// What opens the keys that are sealed to this host.
    #[must_use]
    pub const fn identity(&self) -> &RecipientIdentity {
        &self.identity
    }

    /// Signs a document as this host.
    pub fn sign_document(&self, envelope: &mut Envelope) {
        self.key.sign_document(envelope);
    }

    /// The Ed25519 key for TLS with raw public keys (RFC 7250), in DER: PKCS#8 version 2, as in
    /// RFC 8410, section 10.3, without attributes.
    ///
    /// This is the secret itself: give it to the TLS library and to nothing else.
    #[must_use]
    pub fn pkcs8_der(&self) -> SecretSlice<u8> {
        // SEQUENCE, version 1, AlgorithmIdentifier 1.3.101.112, OCTET STRING of OCTET STRING
        const BEFORE_SECRET: [u8; 16] =
            [0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        const BEFORE_PUBLIC: [u8; 3] = [0x81, 0x21, 0]; // [1] IMPLICIT BIT STRING, no unused bits
        let mut der = Vec::with_capacity(83); // exactly: the box takes it over without a copy
        der.extend_from_slice(&BEFORE_SECRET);
        der.extend_from_slice(self.key.expose_for_sealing().as_ref());
        der.extend_from_slice(&BEFORE_PUBLIC);
        der.extend_from_slice(self.id.as_bytes());
        SecretSlice::from(der)
    }

    /// Writes the keys to a new file of mode 0600, not sealed: for starts with nobody there.
    ///
    /// # Errors
    ///
    /// [`HostKeyError::Exists`], [`HostKeyError::Io`].
    pub fn create(&self, path: impl AsRef<Path>) -> Result<(), HostKeyError> {
        let container = Container {
            content: Content::Host,
            public: self.outside(),
            sealing: Sealing::Open,
            body: self.inside(),
        };
        write(path.as_ref(), &container)
    }

    /// Writes the keys to a new file of mode 0600, sealed by a passphrase.
    ///
    /// # Errors
    ///
    /// [`HostKeyError::Exists`], [`HostKeyError::Io`], [`HostKeyError::Sealed`].
    pub fn create_sealed(
        &self,
        path: impl AsRef<Path>,
        passphrase: &SecretString,
        params: Argon2Params,
    ) -> Result<(), HostKeyError> {
        let path = path.as_ref();
        let inside = self.inside();
        let container = seal_passphrase(Content::Host, self.outside(), passphrase, params, &inside)
            .map_err(|error| HostKeyError::Sealed { path: path.into(), error })?;
        write(path, &container)
    }

    /// Reads a file that is not sealed.
    ///
    /// # Errors
    ///
    /// [`HostKeyError`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, HostKeyError> {
        Self::read(path.as_ref(), |container| match container.sealing {
            Sealing::Open => Ok(container.body.clone()),
            Sealing::Passphrase(_) | Sealing::Recipients => {
                Err(other_method(&container.sealing, "nothing but the file's mode"))
            }
        })
    }

    /// Reads a file that is sealed by a passphrase.
    ///
    /// # Errors
    ///
    /// [`HostKeyError`].
    pub fn open_sealed(
        path: impl AsRef<Path>,
        passphrase: &SecretString,
    ) -> Result<Self, HostKeyError> {
        Self::read(path.as_ref(), |container| open_passphrase(container, passphrase))
    }

    fn read(
        path: &Path,
        open: impl FnOnce(&Container) -> Result<Zeroizing<Vec<u8>>, SealedError>,
    ) -> Result<Self, HostKeyError> {
        let bytes = private_file::read(path, MAX_CONTAINER).map_err(|error| at(path, error))?;
        Container::from_bytes(&bytes)
            .and_then(|container| match container.content {
                Content::Host => Self::from_parts(&container.public, &open(&container)?),
                Content::Ed25519 | Content::Secp256k1 | Content::P256 | Content::Bls12381 => {
                    Err(SealedError::OtherContent { got: "a key", needed: "a host key" })
                }
            })
            .map_err(|error| HostKeyError::Sealed { path: path.into(), error })
    }

    fn of(key: SecretKey, identity: RecipientIdentity) -> Option<Self> {
        match key.public_key() {
            PublicKey::Ed25519(bytes) => {
                Some(Self { key, id: HostId::from_bytes(bytes), identity })
            }
            PublicKey::Secp256k1(_)
            | PublicKey::P256(_)
            | PublicKey::Bls12381(_)
            | PublicKey::SkEd25519(_)
            | PublicKey::SkP256(_) => None,
        }
    }

    /// The public part: the Ed25519 public key, then the recipient's text.
    fn outside(&self) -> Vec<u8> {
        let mut outside = self.id.as_bytes().to_vec();
        outside.extend_from_slice(self.recipient().to_string().as_bytes());
        outside
    }

    /// The secret part: the Ed25519 seed, then the identity's text.
    fn inside(&self) -> Zeroizing<Vec<u8>> {
        let seed = self.key.expose_for_sealing();
        let identity = self.identity.expose_for_sealing();
        let identity = identity.expose_secret().as_bytes();
        let mut inside = Zeroizing::new(Vec::with_capacity(seed.len() + identity.len()));
        inside.extend_from_slice(seed.as_ref());
        inside.extend_from_slice(identity);
        inside
    }

    fn from_parts(outside: &[u8], inside: &[u8]) -> Result<Self, SealedError> {
        let (public, recipient) = outside.split_first_chunk().ok_or(damaged("the public key"))?;
        let (seed, identity) = inside.split_first_chunk::<32>().ok_or(damaged("the secret"))?;
        let key = SecretKey::import(
            KeyKind::Ed25519,
            &SecretSlice::from(seed.to_vec()),
            &PublicKey::Ed25519(*public),
        )
        .map_err(|_| damaged("the public key"))?;
        let identity = str::from_utf8(identity).map_err(|_| damaged("the secret"))?;
        let identity = RecipientIdentity::from_text(&SecretString::from(identity))
            .map_err(|_| damaged("the secret"))?;
        if identity.recipient().to_string().as_bytes() != recipient {
            return Err(damaged("the recipient"));
        }
        Self::of(key, identity).ok_or(damaged("the public key"))
    }
}

impl HostSigner for HostKey {
    fn host(&self) -> HostId {
        self.id
    }

    fn sign_document(&self, envelope: &mut Envelope) -> Result<(), SignFailed> {
        self.key.sign_document(envelope);
        Ok(())
    }
}

/// Only the public key and the recipient (R9).
impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostKey")
            .field("public_key", &self.public_key())
            .field("recipient", &self.recipient())
            .finish_non_exhaustive()
    }
}

fn write(path: &Path, container: &Container) -> Result<(), HostKeyError> {
    private_file::create(path, &container.to_bytes()).map_err(|error| at(path, error))
}

fn at(path: &Path, error: PrivateFileError) -> HostKeyError {
    let path = path.into();
    match error {
        PrivateFileError::Missing => HostKeyError::Missing { path },
        PrivateFileError::Exists => HostKeyError::Exists { path },
        PrivateFileError::Permissions(mode) => HostKeyError::Permissions { path, mode },
        PrivateFileError::Io(kind) => HostKeyError::Io { path, kind },
        PrivateFileError::TooLong => {
            let error = SealedError::TooLarge { got: MAX_CONTAINER + 1, most: MAX_CONTAINER };
            HostKeyError::Sealed { path, error }
        }
    }
}
