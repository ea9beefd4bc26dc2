//! Extension: what the application adds to a precommit for a block, and its own sign bytes.

use super::{
    message::{PRECOMMIT_STEP, body_of, check_chain_id, position_of, read_round},
    refuse,
    wire::CanonicalVoteExtension,
};
use crate::{Digest, Position, ports::NotRead};
use alloc::{format, string::String, vec::Vec};
use prost::Message as _;

/// The most bytes of a vote extension (CometBFT `types/vote.go`, `MaxVoteExtensionSize`).
pub const MAX_EXTENSION: usize = 1024 * 1024;

/// A vote extension (ABCI 2.0, CometBFT 0.38 and later), signed apart from the vote that it goes
/// with. A value may be one that no validator signs, such as height 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteExtension {
    /// The height of the precommit; a signed one is above 0.
    pub height: i64,
    /// The round of the precommit; a signed one is not below 0.
    pub round: i32,
    /// What the application adds, at most [`MAX_EXTENSION`] bytes. Empty ones are signed too.
    pub extension: Vec<u8>,
}

impl VoteExtension {
    /// The canonical bytes that the key signs: the length as a varint, then
    /// `CanonicalVoteExtension`.
    #[must_use]
    pub fn sign_bytes(&self, chain_id: &str) -> Vec<u8> {
        self.to_wire(chain_id, self.extension.clone()).encode_length_delimited_to_vec()
    }

    /// Reads canonical sign bytes. Returns the extension and its chain id.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly those that [`sign_bytes`](Self::sign_bytes) makes
    /// of an extension that a validator signs.
    pub fn from_sign_bytes(bytes: &[u8]) -> Result<(Self, String), NotRead> {
        let wire = CanonicalVoteExtension::decode(body_of(bytes)?)
            .map_err(|_| refuse("the bytes are no vote extension"))?;
        if wire.encode_length_delimited_to_vec() != bytes {
            return Err(refuse("the encoding is not the canonical one of a vote extension"));
        }
        let CanonicalVoteExtension { extension, height, round, chain_id } = wire;
        if extension.len() > MAX_EXTENSION {
            let got = extension.len();
            let reason = format!("the extension has {got} bytes; at most {MAX_EXTENSION} are");
            return Err(refuse(reason));
        }
        let read = Self { height, round: read_round(round)?, extension };
        read.position()?;
        check_chain_id(&chain_id)?;
        Ok((read, chain_id))
    }

    /// Whether these bytes begin as an extension does; votes and proposals begin with their type.
    pub(super) fn begins(bytes: &[u8]) -> bool {
        // Tag 1 with the extension, or tag 2 with the height where the extension is empty.
        body_of(bytes).is_ok_and(|body| matches!(body, [0x0a | 0x11, ..]))
    }

    /// The position of the precommit that it goes with: an end between two positions then gives
    /// both to one host, or none.
    ///
    /// # Errors
    ///
    /// [`NotRead`] if the height is not above 0, or the round is below 0.
    pub fn position(&self) -> Result<Position, NotRead> {
        position_of(self.height, self.round, PRECOMMIT_STEP)
    }

    /// The SHA-256 of the canonical message without the extension itself: height, round and chain
    /// id. Nothing on a chain is held against two extensions of one precommit, and an application
    /// that is asked again after a crash may give another.
    #[must_use]
    pub fn digest(&self, chain_id: &str) -> Digest {
        Digest::of(&self.to_wire(chain_id, Vec::new()).encode_to_vec())
    }

    fn to_wire(&self, chain_id: &str, extension: Vec<u8>) -> CanonicalVoteExtension {
        CanonicalVoteExtension {
            extension,
            height: self.height,
            round: i64::from(self.round),
            chain_id: chain_id.into(),
        }
    }
}
