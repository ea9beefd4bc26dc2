//! Signature: SSHSIG, version 1, and the bytes that its key signs.
//!
//! ```text
//! "SSHSIG"  u32 1  string key  string "brainswap"  string ""  string hash  string signature
//!
//! key        string kind,  string key of 32 bytes                   [string "ssh:"]
//!        or  string kind,  string "nistp256",  string 04 || x || y  [string "ssh:"]
//! signature  string kind,  string r || s of 64 bytes                [u8 flags, u32 counter]
//!        or  string kind,  string (mpint r, mpint s)                [u8 flags, u32 counter]
//! ```
//!
//! A `string` is `u32 length || bytes`, all numbers are big-endian, what stands in brackets is of
//! FIDO keys. Every signature has one encoding: what differs from it is refused.

use super::{
    APPLICATION, NAMESPACE, NotOpenSsh, check_length,
    key::{check_kind, from_key_data},
    refusal::shown,
};
use crate::{BadSignature, PublicKey};
use alloc::{string::String, vec, vec::Vec};
use sha2::{Digest as _, Sha256};
use ssh_encoding::{Decode, DecodePem as _, Encode as _, Reader, pem::PemLabel};
use ssh_key::{Error, HashAlg, Mpint, SshSig, public::KeyData};

const MAGIC: &[u8] = b"SSHSIG";

/// The flag that says that somebody touched the device (FIDO U2F, "user presence").
const PRESENT: u8 = 1;

/// The length of `r || s`, in bytes.
const CURVE: usize = 64;

/// The length of flags and counter, in bytes.
const TOUCH: usize = 5;

/// A signature that OpenSSH made in the namespace [`NAMESPACE`], over SHA-256 or SHA-512.
///
/// Its form is checked when it is read; [`verify`](Self::verify) says whether it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshSignature {
    key: PublicKey,
    written_key: KeyData,
    hash: HashAlg,
    curve: [u8; CURVE],
    touch: Option<Touch>,
}

/// What a FIDO device adds to what it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Touch {
    flags: u8,
    counter: u32,
}

impl SshSignature {
    /// Reads the text that begins with `-----BEGIN SSH SIGNATURE-----`.
    ///
    /// OpenSSH gives either of the two `s` that fit, and a document carries the low one: a high
    /// one is replaced, which everybody can do and which makes no other signature of it.
    ///
    /// # Errors
    ///
    /// [`NotOpenSsh`].
    pub fn from_armor(text: &str) -> Result<Self, NotOpenSsh> {
        check_length(text.len())?;
        let bytes = Armored::decode_pem(text.trim()).map_err(|_| NotOpenSsh::NotASignature)?.0;
        let mut signature = Self::from_bytes(&bytes)?;
        if is_ecdsa(&signature.key) {
            let curve = p256::ecdsa::Signature::from_slice(&signature.curve)
                .map_err(|_| NotOpenSsh::NotASignature)?;
            signature.curve = curve.normalize_s().to_bytes().into();
        }
        Ok(signature)
    }

    /// Reads the bytes of a signature, as a document carries them.
    ///
    /// # Errors
    ///
    /// [`NotOpenSsh`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotOpenSsh> {
        check_length(bytes.len())?;
        // For a length that lies it takes up to 1 MiB, and gives it back with its refusal.
        let read = SshSig::decode(&mut &*bytes);
        if read.is_err() {
            check_named_kind(bytes)?;
        }
        let signature = Self::from_read(&read?)?;
        if signature.to_bytes() != bytes {
            return Err(NotOpenSsh::NotASignature);
        }
        if signature.touch.is_some_and(|touch| touch.flags & PRESENT == 0) {
            return Err(NotOpenSsh::NotPresent);
        }
        Ok(signature)
    }

    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let kind = self.written_key.algorithm();
        let mut signature = Vec::new();
        put(&mut signature, kind.as_str().as_bytes());
        if is_ecdsa(&self.key) {
            let mut numbers = Vec::new();
            for number in self.curve.chunks_exact(CURVE / 2) {
                put(&mut numbers, &minimal(number));
            }
            put(&mut signature, &numbers);
        } else {
            put(&mut signature, &self.curve);
        }
        if let Some(touch) = self.touch {
            signature.extend_from_slice(&touch.to_bytes());
        }
        let mut key = Vec::new();
        let written = self.written_key.encode(&mut key);
        debug_assert!(written.is_ok(), "what was read can be written");
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&SshSig::VERSION.to_be_bytes());
        put(&mut bytes, &key);
        put(&mut bytes, NAMESPACE.as_bytes());
        put(&mut bytes, b"");
        put(&mut bytes, self.hash.as_str().as_bytes());
        put(&mut bytes, &signature);
        bytes
    }

    /// The key that it says it is of.
    #[must_use]
    pub const fn key(&self) -> PublicKey {
        self.key
    }

    /// Checks it over a message: for a document, what
    /// [`Envelope::signed_bytes`](crate::document::Envelope::signed_bytes) gives.
    ///
    /// # Errors
    ///
    /// [`BadSignature`].
    pub fn verify(&self, message: &[u8]) -> Result<(), BadSignature> {
        let signed =
            SshSig::signed_data(NAMESPACE, self.hash, message).map_err(|_| BadSignature)?;
        let (key, signed) = match (self.key, self.touch) {
            (PublicKey::SkEd25519(key), Some(touch)) => {
                (PublicKey::Ed25519(key), touch.signed(&signed))
            }
            (PublicKey::SkP256(point), Some(touch)) => {
                (PublicKey::P256(point), touch.signed(&signed))
            }
            (key, None) => (key, signed),
            (_, Some(_)) => return Err(BadSignature),
        };
        key.verify(&signed, &self.curve)
    }

    fn from_read(read: &SshSig) -> Result<Self, NotOpenSsh> {
        if read.version() != SshSig::VERSION {
            return Err(NotOpenSsh::Version { got: read.version() });
        }
        let key = from_key_data(read.public_key())?;
        if read.namespace() != NAMESPACE {
            return Err(NotOpenSsh::Namespace { got: shown(read.namespace()) });
        }
        if !read.reserved().is_empty() {
            return Err(NotOpenSsh::Reserved);
        }
        if read.algorithm() != read.public_key().algorithm() {
            return Err(NotOpenSsh::Algorithm);
        }
        let bytes = read.signature_bytes();
        let (bytes, touch) = if matches!(key, PublicKey::SkEd25519(_) | PublicKey::SkP256(_)) {
            let (bytes, touch) = bytes.split_last_chunk().ok_or(NotOpenSsh::NotASignature)?;
            (bytes, Some(Touch::from_bytes(*touch)))
        } else {
            (bytes, None)
        };
        let curve = if is_ecdsa(&key) {
            numbers(bytes)?
        } else {
            bytes.try_into().map_err(|_| NotOpenSsh::NotASignature)?
        };
        let (written_key, hash) = (read.public_key().clone(), read.hash_alg());
        Ok(Self { key, written_key, hash, curve, touch })
    }
}

impl Touch {
    const fn from_bytes([flags, counter @ ..]: [u8; TOUCH]) -> Self {
        Self { flags, counter: u32::from_be_bytes(counter) }
    }

    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![self.flags];
        bytes.extend_from_slice(&self.counter.to_be_bytes());
        bytes
    }

    /// What the device signs: its application, flags, counter, and the message, hashed.
    fn signed(self, message: &[u8]) -> Vec<u8> {
        let mut bytes = Sha256::digest(APPLICATION).to_vec();
        bytes.extend_from_slice(&self.to_bytes());
        bytes.extend_from_slice(&Sha256::digest(message));
        bytes
    }
}

/// What stands between the lines of a text.
struct Armored(Vec<u8>);

impl Decode for Armored {
    type Error = ssh_encoding::Error;

    fn decode(reader: &mut impl Reader) -> ssh_encoding::Result<Self> {
        let mut bytes = vec![0; reader.remaining_len()]; // of a text that is at hand, and short
        reader.read(&mut bytes)?;
        Ok(Self(bytes))
    }
}

impl PemLabel for Armored {
    const PEM_LABEL: &'static str = SshSig::PEM_LABEL;
}

/// Refuses a signature by the kind of its key alone, where `ssh-key` could not read on.
fn check_named_kind(bytes: &[u8]) -> Result<(), NotOpenSsh> {
    let before = MAGIC.len() + 4 + 4; // the magic, the version, the key's length
    match bytes.split_at_checked(before) {
        Some((head, mut key)) if head.starts_with(MAGIC) => match String::decode(&mut key) {
            Ok(name) => check_kind(&name),
            Err(_) => Ok(()), // no name: no signature at all
        },
        _ => Ok(()),
    }
}

const fn is_ecdsa(key: &PublicKey) -> bool {
    matches!(key, PublicKey::P256(_) | PublicKey::SkP256(_))
}

/// `r || s` of two positive numbers of at most 32 bytes each.
fn numbers(mut bytes: &[u8]) -> Result<[u8; CURVE], NotOpenSsh> {
    let mut both = [0; CURVE];
    for half in both.chunks_exact_mut(CURVE / 2) {
        let number = Mpint::decode(&mut bytes)?;
        let number = number.as_positive_bytes().ok_or(NotOpenSsh::NotASignature)?;
        let start = half.len().checked_sub(number.len()).ok_or(NotOpenSsh::NotASignature)?;
        for (to, from) in half.iter_mut().skip(start).zip(number) {
            *to = *from;
        }
    }
    Ok(both)
}

/// A positive number without zeros that could be left out, and with one where it would look
/// negative (RFC 4251, `mpint`).
fn minimal(number: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
    if bytes.first().is_some_and(|byte| *byte >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

/// Appends a `string`. None here is longer than [`MAX_OPENSSH`](super::MAX_OPENSSH).
fn put(bytes: &mut Vec<u8>, string: &[u8]) {
    let length = u32::try_from(string.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(string);
}

/// What `ssh-key` says of bytes that it does not read.
impl From<Error> for NotOpenSsh {
    #[expect(clippy::wildcard_enum_match_arm, reason = "of the others, none says more")]
    fn from(error: Error) -> Self {
        match error {
            Error::Version { number } => Self::Version { got: number },
            Error::Namespace => Self::Namespace { got: shown("") },
            Error::AlgorithmUnknown | Error::Encoding(ssh_encoding::Error::Label(_)) => {
                Self::Algorithm
            }
            Error::Ecdsa(_) => Self::Point,
            _ => Self::NotASignature,
        }
    }
}
