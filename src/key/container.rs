//! Container: the bytes of a sealed key. The table is in `docs/wire/sealed-key.md`.

use super::{
    passphrase_seal::{Argon2Params, NONCE_LENGTH, PassphraseSeal, SALT_LENGTH},
    sealed::SealedError,
};
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The most bytes that are read. 16 recipients need about 3,000.
pub(super) const MAX_CONTAINER: usize = 16 * 1024;

const MAGIC: &[u8; 5] = b"BSKEY";
const VERSION: u8 = 1;
const CHECKSUM_LENGTH: usize = 32;

/// What is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A 32-byte Ed25519 seed.
    Ed25519,
    /// A 32-byte secp256k1 scalar.
    Secp256k1,
    /// A host's keys.
    Host,
    /// A 32-byte P-256 scalar.
    P256,
    /// A 32-byte BLS12-381 scalar.
    Bls12381,
}

/// How it is sealed, with what is needed to open it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sealing {
    /// Not at all: a host key in a file that only its owner can read.
    Open,
    /// By a passphrase.
    Passphrase(PassphraseSeal),
    /// To age recipients.
    Recipients,
}

/// A sealed key, in its parts.
pub(super) struct Container {
    /// What is inside.
    pub(super) content: Content,
    /// The public part, in the form that the content prescribes.
    pub(super) public: Vec<u8>,
    /// How it is sealed.
    pub(super) sealing: Sealing,
    /// What is sealed. Overwritten on drop, since it is a secret if the sealing is `Open`.
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl Container {
    /// Everything before the body: authenticated together with it.
    pub(super) fn header(content: Content, public: &[u8], sealing: &Sealing) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.push(match content {
            Content::Ed25519 => 1,
            Content::Secp256k1 => 2,
            Content::Host => 3,
            Content::P256 => 4,
            Content::Bls12381 => 5,
        });
        bytes.push(match sealing {
            Sealing::Open => 0,
            Sealing::Passphrase(_) => 1,
            Sealing::Recipients => 2,
        });
        put(&mut bytes, public);
        let mut parameters = Vec::new();
        if let Sealing::Passphrase(seal) = sealing {
            parameters.extend_from_slice(&seal.params.memory_kib().to_be_bytes());
            parameters.extend_from_slice(&seal.params.passes().to_be_bytes());
            parameters.extend_from_slice(&seal.params.lanes().to_be_bytes());
            put(&mut parameters, &seal.salt);
            put(&mut parameters, &seal.nonce);
        }
        put(&mut bytes, &parameters);
        bytes
    }

    /// The container's bytes; overwritten on drop, for the same reason as the body.
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let header = Self::header(self.content, &self.public, &self.sealing);
        let length = header.len() + 2 + self.body.len() + CHECKSUM_LENGTH;
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.extend_from_slice(&header);
        put(&mut bytes, &self.body);
        let checksum = Sha256::digest(bytes.as_slice());
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads a container: its form, not its truth.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        if bytes.len() > MAX_CONTAINER {
            return Err(SealedError::TooLarge { got: bytes.len(), most: MAX_CONTAINER });
        }
        // R5: cut off, foreign, of another version and damaged are told apart.
        let Some(after_magic) = bytes.strip_prefix(MAGIC) else {
            let cut = MAGIC.starts_with(bytes);
            return Err(if cut { damaged("the magic") } else { SealedError::Foreign });
        };
        match after_magic.first() {
            Some(&VERSION) => {}
            Some(&got) => return Err(SealedError::Version { got, needed: VERSION }),
            None => return Err(damaged("the version")),
        }
        let (checked, checksum) = bytes.split_last_chunk().ok_or(damaged("the checksum"))?;
        if *checksum != <[u8; CHECKSUM_LENGTH]>::from(Sha256::digest(checked)) {
            return Err(damaged("the checksum"));
        }
        let mut rest = checked.get(MAGIC.len() + 1..).ok_or(damaged("the version"))?;
        let content = match take_array(&mut rest) {
            Some([1]) => Content::Ed25519,
            Some([2]) => Content::Secp256k1,
            Some([3]) => Content::Host,
            Some([4]) => Content::P256,
            Some([5]) => Content::Bls12381,
            _ => return Err(damaged("the content")),
        };
        let method = take_array(&mut rest).ok_or(damaged("the method"))?;
        let public = take(&mut rest).ok_or(damaged("the public key"))?;
        let parameters = take(&mut rest).ok_or(damaged("the parameters"))?;
        let sealing = match (method, content) {
            ([0], Content::Host) if parameters.is_empty() => Sealing::Open,
            ([1], _) => Sealing::Passphrase(read_passphrase_seal(parameters)?),
            ([2], _) if parameters.is_empty() => Sealing::Recipients,
            _ => return Err(damaged("the method")),
        };
        let body = take(&mut rest).ok_or(damaged("the body"))?;
        if !rest.is_empty() {
            return Err(damaged("the end"));
        }
        let body = Zeroizing::new(body.to_vec());
        Ok(Self { content, public: public.to_vec(), sealing, body })
    }
}

fn read_passphrase_seal(parameters: &[u8]) -> Result<PassphraseSeal, SealedError> {
    let ([memory_kib, passes, lanes], salt, nonce) =
        passphrase_fields(parameters).ok_or(damaged("the parameters"))?;
    Ok(PassphraseSeal { params: Argon2Params::new(memory_kib, passes, lanes)?, salt, nonce })
}

fn passphrase_fields(mut rest: &[u8]) -> Option<([u32; 3], [u8; SALT_LENGTH], [u8; NONCE_LENGTH])> {
    let costs = [take_array(&mut rest)?, take_array(&mut rest)?, take_array(&mut rest)?];
    let salt = take(&mut rest)?.try_into().ok()?;
    let nonce = take(&mut rest)?.try_into().ok()?;
    rest.is_empty().then_some((costs.map(u32::from_be_bytes), salt, nonce))
}

/// Appends a field with its length, two bytes, big-endian. No field is longer than a container.
fn put(bytes: &mut Vec<u8>, field: &[u8]) {
    let length = u16::try_from(field.len()).unwrap_or(u16::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(field);
}

fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u16::from_be_bytes(take_array(rest)?);
    rest.split_off(..usize::from(length))
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (array, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*array)
}

pub(super) const fn damaged(part: &'static str) -> SealedError {
    SealedError::Damaged { part }
}
