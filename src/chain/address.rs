//! Address: the last 20 bytes of the Keccak-256 of a secp256k1 point, as Ethereum names accounts.

use crate::PublicKey;
use k256::ecdsa::VerifyingKey;
use sha3::{Digest as _, Keccak256};

/// The bytes of an address.
pub(crate) const ADDRESS: usize = 20;

/// The address of a secp256k1 key. `None` for a key of another kind, or one that is no point.
#[must_use]
pub fn address_of(key: &PublicKey) -> Option<[u8; ADDRESS]> {
    let PublicKey::Secp256k1(bytes) = key else { return None };
    address(&VerifyingKey::from_sec1_bytes(bytes).ok()?)
}

/// The address of whoever made `r || s || v` over a 32-byte hash, if `v` is 0 or 1.
#[cfg(any(feature = "besu", feature = "clique"))]
pub(crate) fn signer_of(hash: &[u8; 32], signature: &[u8; 65]) -> Option<[u8; ADDRESS]> {
    use k256::ecdsa::{RecoveryId, Signature};
    let [compact @ .., v @ (0 | 1)] = signature else { return None };
    let signature = Signature::from_slice(compact).ok()?;
    let id = RecoveryId::from_byte(*v)?;
    address(&VerifyingKey::recover_from_prehash(hash, &signature, id).ok()?)
}

/// Keccak-256, the hash of Ethereum: SHA-3 as it was submitted, with another padding.
pub(crate) fn keccak(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

fn address(key: &VerifyingKey) -> Option<[u8; ADDRESS]> {
    let point = key.to_sec1_point(false);
    let (_, coordinates) = point.as_bytes().split_first()?;
    keccak(coordinates).last_chunk().copied()
}
