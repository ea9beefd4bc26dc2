//! Keypair: the file that holds a secret key, a JSON list of 64 bytes.

use super::address::Address;
use crate::PublicKey;
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use ed25519_dalek::SigningKey;
use secrecy::SecretSlice;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The largest file that is read, in bytes.
const MAX_FILE: usize = 1024;

/// A secret key as a keypair file has it: the seed, and its public key.
///
/// It can be neither copied, compared nor serialised, and is overwritten on drop.
pub struct SolanaKeypair(Box<SigningKey>);

/// The signing key overwrites itself.
impl ZeroizeOnDrop for SolanaKeypair {}

/// Why a file is no keypair. It never shows a byte of it (R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAKeypair {
    /// It is not a list of 64 bytes.
    #[error("the file is not a JSON list of 64 numbers from 0 to 255")]
    Form,
    /// The second half is not the public key of the first.
    #[error("the public key in the file is not that of its secret")]
    Mismatch,
}

impl NotAKeypair {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "solana.keypair_form",
            Self::Mismatch => "solana.keypair_mismatch",
        }
    }
}

impl SolanaKeypair {
    /// Reads a keypair file.
    ///
    /// # Errors
    ///
    /// [`NotAKeypair`].
    pub fn from_json(json: &[u8]) -> Result<Self, NotAKeypair> {
        let bytes = numbers(json).ok_or(NotAKeypair::Form)?;
        let (seed, public) = bytes.split_first_chunk::<32>().ok_or(NotAKeypair::Form)?;
        let key = Box::new(SigningKey::from_bytes(seed));
        if key.verifying_key().as_bytes() == public {
            Ok(Self(key))
        } else {
            Err(NotAKeypair::Mismatch)
        }
    }

    /// The public key; it may be shown.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::Ed25519(self.0.verifying_key().to_bytes())
    }

    /// The same as an address.
    #[must_use]
    pub fn address(&self) -> Address {
        Address::from_bytes(self.0.verifying_key().to_bytes())
    }

    /// The seed, to import it elsewhere.
    #[must_use]
    pub fn to_seed(&self) -> SecretSlice<u8> {
        SecretSlice::from(Vec::from(self.0.as_bytes().as_slice()))
    }
}

/// Only what may be shown: the public key (R9).
impl fmt::Debug for SolanaKeypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SolanaKeypair").field("address", &self.address()).finish_non_exhaustive()
    }
}

/// 64 numbers in brackets. Read here, because a JSON reader keeps copies that it does not erase.
fn numbers(json: &[u8]) -> Option<Zeroizing<[u8; 64]>> {
    if json.len() > MAX_FILE {
        return None;
    }
    let inside = json.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?;
    let mut bytes = Zeroizing::new([0; 64]);
    let mut parts = inside.split(|byte| *byte == b',');
    for byte in bytes.iter_mut() {
        let digits = core::str::from_utf8(parts.next()?.trim_ascii()).ok()?;
        let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
        *byte = if is_number { digits.parse().ok()? } else { return None };
    }
    parts.next().is_none().then_some(bytes)
}
