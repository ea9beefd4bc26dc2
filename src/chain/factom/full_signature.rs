//! Full signature: a server's key with its signature.

use super::bytes::Bytes;
use crate::{BadSignature, PublicKey, ports::NotRead};
use alloc::vec::Vec;

/// A server's key and its signature: 96 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FullSignature {
    /// The Ed25519 key.
    pub public_key: [u8; 32],
    /// The signature.
    pub signature: [u8; 64],
}

impl FullSignature {
    /// Checks that the key in it has signed these bytes. Whose key it is, the network knows.
    ///
    /// # Errors
    ///
    /// [`BadSignature`].
    pub fn verify(&self, message: &[u8]) -> Result<(), BadSignature> {
        PublicKey::Ed25519(self.public_key).verify(message, &self.signature)
    }

    /// The 96 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.public_key.as_slice(), self.signature.as_slice()].concat()
    }

    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        Ok(Self { public_key: bytes.array()?, signature: bytes.array()? })
    }
}
