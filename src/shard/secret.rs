//! Secret: what is sealed and dealt, with the public key it must have.

use crate::PublicKey;
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// The most bytes of a secret.
pub const MAX_SECRET: usize = 4096;

/// What is to be sealed: a key's secret or any bytes. It is never shared itself; a random number
/// that opens it is.
pub struct Secret {
    public_key: Option<PublicKey>,
    bytes: Zeroizing<Vec<u8>>,
}

/// Why there is nothing to seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret has {got} bytes; 1 to {MAX_SECRET} are accepted")]
pub struct NotASecret {
    /// How many came.
    pub got: usize,
}

impl Secret {
    /// A key: an Ed25519 seed, or a scalar of secp256k1, P-256 or BLS12-381. Its public key is
    /// written down beside it and compared when it is brought back.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn of_key(key: &crate::key::SecretKey) -> Self {
        let secret = key.expose_for_sealing();
        let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len()));
        bytes.extend_from_slice(secret.as_slice());
        Self { public_key: Some(key.public_key()), bytes }
    }

    /// Bytes that no public key belongs to: a mnemonic, a password, a keystore.
    ///
    /// # Errors
    ///
    /// [`NotASecret`]: none, or more than 4096.
    pub fn of_bytes(bytes: Zeroizing<Vec<u8>>) -> Result<Self, NotASecret> {
        if bytes.is_empty() || bytes.len() > MAX_SECRET {
            return Err(NotASecret { got: bytes.len() });
        }
        Ok(Self { public_key: None, bytes })
    }

    /// The public key; `None` for bytes that have none.
    #[must_use]
    pub const fn public_key(&self) -> Option<PublicKey> {
        self.public_key
    }

    pub(super) fn expose(&self) -> &[u8] {
        &self.bytes
    }
}
