//! Block signing authority: the keys that sign a producer's blocks; no permission of its account.

use super::{
    EosPublicKey, NotEosBytes,
    authority::{put_key_weights, read_key_weights},
    bytes::{Reader, put_varuint, whole},
};
use crate::authority::KeyWeight;
use alloc::{collections::BTreeSet, vec, vec::Vec};

/// The bytes of a packed authority that are read at most; the largest that fits a transaction is
/// far smaller.
const MAX_PACKED: usize = super::MAX_TRANSACTION;

/// Who signs a producer's blocks (Antelope: `block_signing_authority_v0`).
///
/// Packed: `0 || threshold: u32 || keys`; the first byte is the only alternative there is. The
/// keys stand in any order, each once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockSigningAuthority {
    /// The weight that the signatures under one block need, from 1.
    pub threshold: u32,
    /// The keys and what they count.
    pub keys: Vec<KeyWeight<EosPublicKey>>,
}

/// Why nobody can sign blocks by this authority, or the chain refuses it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotABlockSigner {
    /// Nothing would be needed.
    #[error("the threshold is 0")]
    ZeroThreshold,
    /// A key is there twice.
    #[error("key {key} is there twice")]
    Double {
        /// Which.
        key: EosPublicKey,
    },
    /// All together cannot reach the threshold.
    #[error("the threshold is {threshold}, and all keys together weigh {total}")]
    Unreachable {
        /// What is needed.
        threshold: u64,
        /// What there is.
        total: u64,
    },
    /// A WebAuthn key signs for a person at a browser, and no block.
    #[error("key {key} is a WebAuthn key, which signs no blocks")]
    WebAuthn {
        /// Which.
        key: EosPublicKey,
    },
}

impl NotABlockSigner {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ZeroThreshold => "block_signing.zero_threshold",
            Self::Double { .. } => "block_signing.double",
            Self::Unreachable { .. } => "block_signing.unreachable",
            Self::WebAuthn { .. } => "block_signing.webauthn",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::ZeroThreshold | Self::Unreachable { .. } => {
                "set the threshold to a weight that the keys reach together"
            }
            Self::Double { .. } => "name each key once",
            Self::WebAuthn { .. } => "use a K1 or R1 key",
        }
    }
}

impl BlockSigningAuthority {
    /// One key alone: what `regproducer` makes of its key.
    #[must_use]
    pub fn of_key(key: EosPublicKey) -> Self {
        Self { threshold: 1, keys: vec![KeyWeight { key, weight: 1 }] }
    }

    /// The key, if this is what `regproducer` makes of it.
    #[must_use]
    pub fn sole_key(&self) -> Option<&EosPublicKey> {
        match self.keys.as_slice() {
            [KeyWeight { key, weight: 1 }] if self.threshold == 1 => Some(key),
            _ => None,
        }
    }

    /// Checks the rules of the system contract, and that no key is a WebAuthn key.
    ///
    /// # Errors
    ///
    /// [`NotABlockSigner`], the first rule broken.
    pub fn check(&self) -> Result<(), NotABlockSigner> {
        if self.threshold == 0 {
            return Err(NotABlockSigner::ZeroThreshold);
        }
        let mut seen = BTreeSet::new();
        for KeyWeight { key, .. } in &self.keys {
            if matches!(key, EosPublicKey::WebAuthn(_)) {
                return Err(NotABlockSigner::WebAuthn { key: key.clone() });
            }
            if !seen.insert(key) {
                return Err(NotABlockSigner::Double { key: key.clone() });
            }
        }
        let (threshold, total) = (u64::from(self.threshold), self.total());
        if total < threshold {
            return Err(NotABlockSigner::Unreachable { threshold, total });
        }
        Ok(())
    }

    /// Whether two sets of keys without a common key could sign one block each.
    #[must_use]
    pub fn can_be_split(&self) -> bool {
        u64::from(self.threshold).saturating_mul(2) <= self.total()
    }

    /// Whether signatures by these keys make a block the producer's: each key is one of these,
    /// none is there twice, and their weights reach the threshold (nodeos: `verify_signee`).
    #[must_use]
    pub fn is_met_by(&self, signers: &[EosPublicKey]) -> bool {
        let mut seen = BTreeSet::new();
        let mut weight = 0_u64;
        for signer in signers {
            let Some(entry) = self.keys.iter().find(|entry| entry.key == *signer) else {
                return false;
            };
            if !seen.insert(signer) {
                return false;
            }
            weight += u64::from(entry.weight);
        }
        self.threshold > 0 && weight >= u64::from(self.threshold)
    }

    /// The weight of all keys together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.keys.iter().map(|entry| u64::from(entry.weight)).sum()
    }

    /// Packs the authority.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        self.pack_into(&mut packed);
        packed
    }

    /// Unpacks an authority that these bytes hold and nothing else; it may still not be valid.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes`].
    pub fn unpack(bytes: &[u8]) -> Result<Self, NotEosBytes> {
        whole(bytes, MAX_PACKED, Self::read)
    }

    pub(crate) fn pack_into(&self, packed: &mut Vec<u8>) {
        put_varuint(packed, 0);
        packed.extend_from_slice(&self.threshold.to_le_bytes());
        put_key_weights(packed, &self.keys);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        match reader.varuint()? {
            0 => Ok(Self { threshold: reader.u32()?, keys: read_key_weights(reader)? }),
            kind => Err(NotEosBytes::Alternative { what: "block signing authority", kind }),
        }
    }
}
