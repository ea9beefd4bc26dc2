//! CometBFT: proposals, votes and vote extensions of the networks that run Tendermint consensus.
//!
//! A validator signs the canonical form of each, in protobuf, with its length in front (CometBFT
//! `spec/core/encoding`, "Canonical types", and `spec/consensus/signing`; the same from 0.34 on).

mod extension;
#[cfg(feature = "std")]
mod key_file;
mod message;
pub mod privval;
#[cfg(feature = "secret-connection")]
pub mod secret_connection;
mod state;
mod wire;

pub use extension::{MAX_EXTENSION, VoteExtension};
#[cfg(feature = "std")]
pub use key_file::{KeyFileError, export_key, import_key};
pub use message::{
    BlockId, MAX_CHAIN_ID, Message, Proposal, Timestamp, Vote, VoteKind, address_of,
};
pub use state::{MAX_STATE, StateError, StateFormat};

use crate::{
    Digest, Intent, Lane, Lanes, Position, Reading, Signable,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, format, string::String};

/// The name of the network's rules in the genesis document.
const NAME: &str = "cometbft";

/// The lane of proposals, prevotes and precommits.
const CONSENSUS: Lane = Lane::FIRST;
/// The lane of vote extensions.
const EXTENSION: Lane = Lane::new(1);

const LANES: [LaneRule; 2] = [
    LaneRule { name: "consensus", floored: false },
    LaneRule { name: "extension", floored: false },
];

/// Reads the sign bytes of one CometBFT chain.
///
/// One lane, `consensus`, by height, round and step (proposal 1, prevote 2, precommit 3). The
/// digest leaves out the timestamp: two messages that differ in nothing else are no evidence, and
/// a validator that crashed makes the second. Raw bytes are refused.
///
/// On a chain with vote extensions a second lane, `extension`: see
/// [`with_extensions`](Self::with_extensions).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CometBft {
    chain_id: String,
    extensions: bool,
    prehashed: bool,
}

impl CometBft {
    /// A reader of the votes and proposals of the chain with this id.
    ///
    /// An id that is empty, or longer than [`MAX_CHAIN_ID`], is no chain's: every message is
    /// refused.
    #[must_use]
    pub fn new(chain_id: impl Into<String>) -> Self {
        Self { chain_id: chain_id.into(), extensions: false, prehashed: false }
    }

    /// Reads vote extensions too (0.38 and later), in a lane of their own.
    ///
    /// An extension stands at the position of its precommit; its content is not part of its
    /// digest. So another extension for the last precommit may be signed, as CometBFT's own signer
    /// does after a crash, and one for an earlier precommit may not. An identity has the lanes of
    /// its genesis document for good: choose this where the chain has extensions, or may get them.
    #[must_use]
    pub fn with_extensions(mut self) -> Self {
        self.extensions = true;
        self
    }

    /// For a validator whose key is secp256k1: the key is put to the SHA-256 of the bytes, and the
    /// node takes the first 64 bytes of the signature. Without this it is Ed25519.
    #[must_use]
    pub fn with_secp256k1(mut self) -> Self {
        self.prehashed = true;
        self
    }

    /// The chain whose messages are read.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// Lane, position and digest of the bytes.
    fn intent(&self, bytes: &[u8]) -> Result<Intent, NotRead> {
        let (lane, position, digest) = if VoteExtension::begins(bytes) {
            let (extension, chain_id) = VoteExtension::from_sign_bytes(bytes)?;
            self.check_chain(&chain_id)?;
            if !self.extensions {
                return Err(refuse("it is a vote extension, and there is no lane for them"));
            }
            (EXTENSION, extension.position()?, extension.digest(&chain_id))
        } else {
            let (message, chain_id) = Message::from_sign_bytes(bytes)?;
            self.check_chain(&chain_id)?;
            (CONSENSUS, message.position()?, message.digest(&chain_id))
        };
        Ok(Intent { lane, position, floor: 0, digest })
    }

    fn check_chain(&self, chain_id: &str) -> Result<(), NotRead> {
        let wanted = &self.chain_id;
        if chain_id == wanted {
            Ok(())
        } else {
            Err(refuse(format!("it is for chain {chain_id:?} instead of {wanted:?}")))
        }
    }

    /// How many lanes there are.
    const fn lane_count(&self) -> usize {
        if self.extensions { 2 } else { 1 }
    }
}

impl Chain for CometBft {
    fn name(&self) -> &'static str {
        NAME
    }

    fn network_id(&self) -> Option<&str> {
        Some(&self.chain_id)
    }

    fn lanes(&self) -> &'static [LaneRule] {
        LANES.get(..self.lane_count()).unwrap_or(&LANES)
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let intent = self.intent(message)?;
        let signable = if self.prehashed {
            Signable::Prehash(*Digest::of(message).as_bytes())
        } else {
            Signable::Message(message.to_vec())
        };
        Ok(Reading { intent, signable })
    }

    fn last_signable(&self, head: u64) -> Lanes<Position> {
        let last = Position::new(head.saturating_add(1), u32::MAX, message::PRECOMMIT_STEP);
        Lanes::from_fn(self.lane_count(), |_| last)
    }
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}
