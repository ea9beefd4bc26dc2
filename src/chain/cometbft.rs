//! CometBFT: votes and proposals of the networks that run Tendermint consensus.
//!
//! A validator signs the canonical form of a vote or proposal, in protobuf, with its length in
//! front (CometBFT `spec/core/encoding`, "Canonical types", and `spec/consensus/signing`).

mod message;
mod wire;

pub use message::{BlockId, MAX_CHAIN_ID, Message, Proposal, Timestamp, Vote, VoteKind};

use crate::{
    Intent, Lane, Lanes, Position, Reading, Signable,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, format, string::String, vec};

/// The name of the network's rules in the genesis document.
const NAME: &str = "cometbft";

/// Reads the sign bytes of votes and proposals of one CometBFT chain.
///
/// One lane, `consensus`, by height, round and step (proposal 1, prevote 2, precommit 3). The
/// digest leaves out the timestamp: two messages that differ in nothing else are no evidence, and
/// a validator that crashed makes the second. Vote extensions and raw bytes are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CometBft {
    chain_id: String,
}

impl CometBft {
    /// A reader of the messages of the chain with this id.
    ///
    /// An id that is empty, or longer than [`MAX_CHAIN_ID`], is no chain's: every message is
    /// refused.
    #[must_use]
    pub fn new(chain_id: impl Into<String>) -> Self {
        Self { chain_id: chain_id.into() }
    }

    /// The chain whose messages are read.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.chain_id
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
        &[LaneRule { name: "consensus", floored: false }]
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let (parsed, chain_id) = Message::from_sign_bytes(message)?;
        if chain_id != self.chain_id {
            let wanted = &self.chain_id;
            return Err(refuse(format!("it is for chain {chain_id:?} instead of {wanted:?}")));
        }
        Ok(Reading {
            intent: Intent {
                lane: Lane::FIRST,
                position: parsed.position()?,
                floor: 0,
                digest: parsed.digest(&chain_id),
            },
            signable: Signable::Message(message.to_vec()),
        })
    }

    fn last_signable(&self, head: u64) -> Lanes<Position> {
        Lanes::from(vec![Position::new(head.saturating_add(1), u32::MAX, message::PRECOMMIT_STEP)])
    }
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}
