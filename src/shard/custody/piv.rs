//! PIV: shards for keys in a slot of a YubiKey, in the format of `age-plugin-yubikey`.
//!
//! ```text
//! recipient  bech32("age1yubikey", compressed P-256 point, 33 bytes)
//! stanza     -> piv-p256 base64(tag) base64(epk)      body: 32 bytes
//! tag        SHA-256(point)[..4]
//! key        HKDF-SHA256(ikm = x of ECDH, salt = epk || point, info = "piv-p256")
//! body       ChaCha20-Poly1305(key, nonce 0, file key)
//! ```
//!
//! Source: `age-plugin-yubikey` 0.5.1, stanza `piv-p256`.

use age::{DecryptError, EncryptError};
use age_core::{
    format::{FileKey, Stanza},
    primitives::{aead_decrypt, aead_encrypt, hkdf},
};
use alloc::{boxed::Box, string::String, vec, vec::Vec};
use base64ct::{Base64Unpadded, Encoding as _};
use bech32::{Bech32, Hrp};
use core::{fmt, str::FromStr};
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToSec1Point as _};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use std::{collections::HashSet, sync::Mutex};
use zeroize::Zeroizing;

const TAG: &str = "piv-p256";
const HRP: Hrp = Hrp::parse_unchecked("age1yubikey");
const FILE_KEY: usize = 16;
const POINT: usize = 33;

/// A P-256 key that a device keeps: the slot of a YubiKey, or a stand-in for tests.
///
/// 1. [`ecdh`](Self::ecdh) and [`public_key`](Self::public_key) are of one key.
/// 2. Nothing that it returns says anything of the key besides.
pub trait PivDevice: Send + Sync {
    /// The public key: a SEC 1 compressed point, 33 bytes.
    ///
    /// # Errors
    ///
    /// [`PivFailed`].
    fn public_key(&self) -> Result<[u8; 33], PivFailed>;

    /// The x-coordinate of the shared point, for a SEC 1 compressed point of the other side. The
    /// device may ask for a PIN or a touch.
    ///
    /// # Errors
    ///
    /// [`PivFailed`].
    fn ecdh(&self, other: &[u8; 33]) -> Result<Zeroizing<[u8; 32]>, PivFailed>;
}

/// A device did not do its part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the device failed: {reason}")]
pub struct PivFailed {
    /// Why, in the device's words; no secret.
    pub reason: String,
}

impl PivFailed {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "custody.device"
    }
}

/// The public side of a slot.
#[derive(Clone)]
pub(super) struct PivRecipient(PublicKey);

impl FromStr for PivRecipient {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (hrp, bytes) = bech32::decode(text).map_err(|_| ())?;
        let recipient = PublicKey::from_sec1_bytes(&bytes).map(Self).map_err(|_| ())?;
        // Also refuses bech32m, upper case and uncompressed points.
        if hrp == HRP && alloc::format!("{recipient}") == text { Ok(recipient) } else { Err(()) }
    }
}

impl fmt::Display for PivRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode::<Bech32>(HRP, &compressed(&self.0)).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl age::Recipient for PivRecipient {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let ephemeral = random_key()?;
        let shared = diffie_hellman(ephemeral.to_nonzero_scalar(), self.0.as_affine());
        let (epk, point) = (compressed(&ephemeral.public_key()), compressed(&self.0));
        let shared = Zeroizing::new(<[u8; 32]>::from(*shared.raw_secret_bytes()));
        let key = wrapping_key(&shared, &epk, &point);
        let body = aead_encrypt(&key, file_key.expose_secret());
        let args = vec![base64(&tag_of(&point)), base64(&epk)];
        Ok((vec![Stanza { tag: String::from(TAG), args, body }], HashSet::new()))
    }
}

/// The secret side, which a device keeps.
pub(super) struct PivIdentity {
    device: Box<dyn PivDevice>,
    failed: Mutex<Option<PivFailed>>,
}

impl PivIdentity {
    pub(super) fn new(device: Box<dyn PivDevice>) -> Self {
        Self { device, failed: Mutex::new(None) }
    }

    /// What the device said last, if it failed.
    pub(super) fn failed(&self) -> Option<PivFailed> {
        self.failed.lock().ok()?.clone()
    }

    fn note(&self, failed: PivFailed) -> DecryptError {
        if let Ok(mut last) = self.failed.lock() {
            *last = Some(failed);
        }
        DecryptError::KeyDecryptionFailed
    }

    fn unwrap(&self, epk: &[u8; POINT], body: &[u8]) -> Result<Option<FileKey>, DecryptError> {
        let point = self.device.public_key().map_err(|failed| self.note(failed))?;
        let shared = self.device.ecdh(epk).map_err(|failed| self.note(failed))?;
        let key = wrapping_key(&shared, epk, &point);
        let opened = aead_decrypt(&key, FILE_KEY, body).map(Zeroizing::new);
        // The tag has 4 bytes only: it may be another's stanza.
        let Ok(opened) = opened else { return Ok(None) };
        let bytes: [u8; FILE_KEY] =
            opened.as_slice().try_into().map_err(|_| DecryptError::DecryptionFailed)?;
        Ok(Some(FileKey::new(Box::new(bytes))))
    }
}

impl age::Identity for PivIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != TAG {
            return None;
        }
        let wrong = || Some(Err(DecryptError::InvalidHeader));
        let [tag, epk] = stanza.args.as_slice() else { return wrong() };
        let (Some(tag), Some(epk)) = (from_base64::<4>(tag), from_base64::<POINT>(epk)) else {
            return wrong();
        };
        let is_point =
            matches!(epk.first(), Some(2 | 3)) && PublicKey::from_sec1_bytes(&epk).is_ok();
        if !is_point || stanza.body.len() != FILE_KEY + 16 {
            return wrong();
        }
        let point = match self.device.public_key() {
            Ok(point) => point,
            Err(failed) => return Some(Err(self.note(failed))),
        };
        if tag != tag_of(&point) {
            return None;
        }
        self.unwrap(&epk, &stanza.body).transpose()
    }
}

/// One draw in 2^32 is not below the order; 8 draws that are not are no random bytes.
fn random_key() -> Result<SecretKey, EncryptError> {
    let mut bytes = Zeroizing::new([0; 32]);
    for _ in 0..8 {
        getrandom::fill(bytes.as_mut()).map_err(|_| no_randomness())?;
        if let Ok(key) = SecretKey::from_slice(bytes.as_slice()) {
            return Ok(key);
        }
    }
    Err(no_randomness())
}

fn no_randomness() -> EncryptError {
    EncryptError::Io(std::io::Error::other("the operating system gave no random bytes"))
}

fn wrapping_key(shared: &[u8; 32], epk: &[u8; POINT], point: &[u8; POINT]) -> Zeroizing<[u8; 32]> {
    let salt = [epk.as_slice(), point].concat();
    Zeroizing::new(hkdf(&salt, TAG.as_bytes(), shared))
}

fn tag_of(point: &[u8; POINT]) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::digest(point).into();
    digest.first_chunk().copied().unwrap_or_default()
}

fn compressed(key: &PublicKey) -> [u8; POINT] {
    let mut bytes = [0; POINT];
    for (to, from) in bytes.iter_mut().zip(key.to_sec1_point(true).as_bytes()) {
        *to = *from;
    }
    bytes
}

fn base64(bytes: &[u8]) -> String {
    Base64Unpadded::encode_string(bytes)
}

fn from_base64<const N: usize>(text: &str) -> Option<[u8; N]> {
    Base64Unpadded::decode_vec(text).ok()?.try_into().ok()
}
