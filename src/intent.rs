//! Intent: what a message asks to be signed, read from its bytes by a chain.

use crate::{Digest, Lane, Position};
use alloc::vec::Vec;

/// What a message asks to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Intent {
    /// The sequence the message belongs to.
    pub lane: Lane,
    /// Where it stands in that sequence.
    pub position: Position,
    /// The second dimension, which may not go back either (Ethereum: source epoch); 0 if none.
    pub floor: u64,
    /// Equal digests are the same message.
    pub digest: Digest,
}

/// What the key is put to, once the rules have agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signable {
    /// The message itself (Ed25519).
    Message(Vec<u8>),
    /// A 32-byte hash made by the network's own function (secp256k1 over Keccak-256).
    Prehash([u8; 32]),
    /// The same, where the network takes no signature but one whose `r` and `s` DER writes in 32
    /// bytes each (secp256k1 on EOS: `is_canonical`). Nonces are tried until one gives such.
    CanonicalPrehash([u8; 32]),
    /// The message, hashed to G2 of BLS12-381 in the network's ciphersuite.
    Bls {
        /// The bytes that are hashed to the curve.
        message: Vec<u8>,
        /// How.
        suite: BlsSuite,
    },
}

/// How a network's BLS signatures are told apart from those of other uses of the key
/// (draft-irtf-cfrg-bls-signature-05, section 4.2), keys in G1 and signatures in G2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlsSuite {
    /// The basic scheme: finalizers of Antelope.
    Basic,
    /// The proof-of-possession scheme: validators of Ethereum.
    ProofOfPossession,
}

impl BlsSuite {
    /// The domain separation tag.
    #[must_use]
    pub const fn tag(self) -> &'static [u8] {
        match self {
            Self::Basic => b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_",
            Self::ProofOfPossession => b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_",
        }
    }
}

/// A message as a chain reads it: the intent for the rules, the bytes for the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// For the rules.
    pub intent: Intent,
    /// For the key.
    pub signable: Signable,
}
