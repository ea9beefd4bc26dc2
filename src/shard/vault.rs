//! Vault: the sealed secret. It is public, and never changes while shares of it live.

use super::{
    manifest::{SUITE, SetId},
    scalar::{Commitment, SecretScalar},
    secret::{MAX_SECRET, Secret},
    share::{NotRead, begin, take},
};
use crate::{Digest, PublicKey};
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use alloc::{format, string::String, vec::Vec};
use core::fmt;
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The most bytes of a vault.
pub const MAX_VAULT: usize = 8192;

const MAGIC: &[u8; 5] = b"BSVLT";
const VERSION: u8 = 1;
const TAG_LENGTH: usize = 16;

/// A secret sealed under a random number, which the shares bring back.
///
/// ```text
/// key  = HKDF-SHA256(ikm = number, 32 bytes little-endian, salt,
///                    info = "brainswap/shards/v1/aes-256-gcm" || suite || set)
/// body = AES-256-GCM(key, nonce 0, secret, aad = everything before the body)
/// ```
///
/// A key is used for one salt and so for one message: the nonce may be zero. AES-GCM does not
/// commit to its key; the commitment to the number does, and it is compared before anything is
/// opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Vault {
    set: SetId,
    salt: [u8; 32],
    public_key: Option<PublicKey>,
    commitment: Commitment,
    body: Vec<u8>,
}

impl Vault {
    pub(super) fn seal(
        set: SetId,
        salt: [u8; 32],
        key: &SecretScalar,
        secret: &Secret,
    ) -> Option<Self> {
        let commitment = Commitment::of(&key.commitment());
        let public_key = secret.public_key();
        let mut vault = Self { set, salt, public_key, commitment, body: Vec::new() };
        // With the room made first, no copy of the secret is left behind.
        let mut body = Zeroizing::new(Vec::with_capacity(secret.expose().len() + TAG_LENGTH));
        body.extend_from_slice(secret.expose());
        vault.cipher(key)?.encrypt_in_place(&[0; 12].into(), &vault.header(), &mut *body).ok()?;
        vault.body = core::mem::take(&mut *body);
        Some(vault)
    }

    /// The secret; the number was compared with the commitment before. `None` if the body is not
    /// what was sealed.
    pub(super) fn open(&self, key: &SecretScalar) -> Option<Zeroizing<Vec<u8>>> {
        let mut body = Zeroizing::new(self.body.clone());
        self.cipher(key)?.decrypt_in_place(&[0; 12].into(), &self.header(), &mut *body).ok()?;
        Some(body)
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> SetId {
        self.set
    }

    /// The public key of the secret; `None` for bytes that have none.
    #[must_use]
    pub const fn public_key(&self) -> Option<PublicKey> {
        self.public_key
    }

    /// The commitment to the number that opens it.
    #[must_use]
    pub const fn commitment(&self) -> Commitment {
        self.commitment
    }

    /// The digest of the vault's bytes, as manifests state it.
    #[must_use]
    pub fn id(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    /// The vault's bytes.
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 5 | `BSVLT` |
    /// | 1, 1 | version 1, suite 1 |
    /// | 16, 32 | set, salt |
    /// | 1, n | the length of the public key's text, and the text; 0 for none |
    /// | 32 | commitment to the number |
    /// | 2, n | the length of the body, big-endian, and the body with its tag of 16 bytes |
    /// | 32 | SHA-256 of everything before |
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header();
        let length = u16::try_from(self.body.len()).unwrap_or(u16::MAX); // a secret has 4096 at most
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&self.body);
        let checksum: [u8; 32] = Sha256::digest(&bytes).into();
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads a vault: its form, not its truth.
    ///
    /// # Errors
    ///
    /// [`NotRead`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let damaged = |part| NotRead::Damaged { what: "vault", part };
        if bytes.len() > MAX_VAULT {
            return Err(damaged("the length"));
        }
        begin("vault", MAGIC, VERSION, bytes)?;
        let (checked, checksum) = bytes.split_last_chunk().ok_or(damaged("the length"))?;
        if *checksum != <[u8; 32]>::from(Sha256::digest(checked)) {
            return Err(damaged("the checksum"));
        }
        let mut rest = begin("vault", MAGIC, VERSION, checked)?;
        let set = SetId::from_bytes(take(&mut rest).ok_or(damaged("the set"))?);
        let salt = take(&mut rest).ok_or(damaged("the salt"))?;
        let [length] = take(&mut rest).ok_or(damaged("the public key"))?;
        let text = rest.split_off(..usize::from(length)).ok_or(damaged("the public key"))?;
        let public_key = match text {
            [] => None,
            text => core::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok())
                .map(Some)
                .ok_or(damaged("the public key"))?,
        };
        let commitment = Commitment::from_bytes(take(&mut rest).ok_or(damaged("the commitment"))?);
        commitment.point().ok_or(damaged("the commitment"))?;
        let length = take(&mut rest).map(u16::from_be_bytes).ok_or(damaged("the body"))?;
        let is_sealed = (1 + TAG_LENGTH..=MAX_SECRET + TAG_LENGTH).contains(&rest.len());
        if rest.len() != usize::from(length) || !is_sealed {
            return Err(damaged("the body"));
        }
        Ok(Self { set, salt, public_key, commitment, body: rest.to_vec() })
    }

    /// Everything before the body: authenticated together with it.
    fn header(&self) -> Vec<u8> {
        let public_key = self.public_key.map_or_else(String::new, |key| format!("{key}"));
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[VERSION, SUITE]);
        bytes.extend_from_slice(self.set.as_bytes());
        bytes.extend_from_slice(&self.salt);
        bytes.push(u8::try_from(public_key.len()).unwrap_or(u8::MAX)); // 106 at most
        bytes.extend_from_slice(public_key.as_bytes());
        bytes.extend_from_slice(self.commitment.as_bytes());
        bytes
    }

    fn cipher(&self, key: &SecretScalar) -> Option<Aes256Gcm> {
        let info = [b"brainswap/shards/v1/aes-256-gcm".as_slice(), &[SUITE], self.set.as_bytes()];
        let mut derived = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(&self.salt), key.to_bytes().as_slice())
            .expand_multi_info(&info, derived.as_mut())
            .ok()?;
        Aes256Gcm::new_from_slice(derived.as_slice()).ok()
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("set", &self.set)
            .field("public_key", &self.public_key)
            .finish_non_exhaustive()
    }
}
