//! Besu: the messages of QBFT and IBFT 2.0, the proof-of-authority protocols of Besu.
//!
//! A validator signs a Keccak-256, always. What a chain reads here are the bytes that are hashed:
//! of a message its type and payload, of a commit seal the block's header. Besu's `SecurityModule`
//! hands over the hash alone, and a hash is no message: see [`DigestOnly`].
//!
//! | message | QBFT | IBFT 2.0 |
//! |---|---|---|
//! | proposal, prepare, commit, round change | `RLP([type, payload])`, types 18 to 21 | type (one byte, 0 to 3), then `RLP(payload)` |
//! | commit seal | the header in RLP, its extra data with the round and an empty list of seals | the header in RLP, its extra data with the round and no list of seals |
//!
//! Layouts after Besu 26.8, `consensus/qbft-core`, `consensus/ibft` and `consensus/common`.

mod digest_only;
mod error;
mod extra_data;
mod header;
mod kind;
mod message;
mod proposal;
mod round_change;
mod signed;
mod view;
mod votes;

pub use digest_only::{DigestOnly, MAX_ROUNDS, MAX_SEEN, Window};
pub use error::BesuError;
pub use extra_data::{ExtraData, Form, Vote};
pub use header::Header;
pub use kind::Kind;
pub use message::{MAX_MESSAGE, Message};
pub use proposal::{Encoding, Proposal};
pub use round_change::{Certificate, Prepared};
pub use signed::Signed;
pub use view::{MAX_ROUND, View};
pub use votes::{At, MAX_ANSWER, Rotation, ValidatorVote, VoteCalls, VoteError};

use crate::{
    Intent, Lanes, Position, Reading, Signable,
    chain::address::keccak,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::string::ToString as _;

/// One of the two protocols. A validator set runs one of them; their messages differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// QBFT (`qbft` in the genesis file of Besu).
    Qbft,
    /// IBFT 2.0 (`ibft2` in the genesis file of Besu).
    Ibft2,
}

impl Protocol {
    /// The name in the genesis document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qbft => "qbft",
            Self::Ibft2 => "ibft2",
        }
    }
}

/// Reads the messages of one of Besu's protocols, as they are before they are hashed.
///
/// A lane for each type of message, because Besu asks for the commit seal and the commit of a round
/// before the prepare. The position is the height and the round. The digest is the block's hash for
/// a prepare, a commit and a commit seal: a commit that carries another seal of the same block is
/// the same message. Of a proposal and a round change it is the hash that is signed; a proposal in
/// the encoding before Besu 26.1 has the digest that it has in the one since.
///
/// A message does not say which network it is of: one key may not validate on two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Besu {
    protocol: Protocol,
}

impl Besu {
    /// A reader of the messages of this protocol.
    #[must_use]
    pub const fn new(protocol: Protocol) -> Self {
        Self { protocol }
    }

    /// The protocol whose messages are read.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }
}

impl Chain for Besu {
    fn name(&self) -> &'static str {
        self.protocol.name()
    }

    /// None: a message carries no chain id.
    fn network_id(&self) -> Option<&str> {
        None
    }

    fn lanes(&self) -> &'static [LaneRule] {
        &[
            LaneRule { name: "proposal", floored: false },
            LaneRule { name: "prepare", floored: false },
            LaneRule { name: "commit", floored: false },
            LaneRule { name: "commit-seal", floored: false },
            LaneRule { name: "round-change", floored: false },
        ]
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let parsed = Message::from_preimage(self.protocol, message).map_err(|error| NotRead {
            chain: self.protocol.name(),
            reason: error.to_string().into(),
        })?;
        let hash = keccak(message); // it is what the message is written as
        Ok(Reading {
            intent: Intent {
                lane: parsed.kind().lane(),
                position: parsed.view().position(),
                floor: 0,
                digest: parsed.digest_with(hash),
            },
            signable: Signable::Prehash(hash),
        })
    }

    /// Besu signs for the block after the head, and for no other, in whatever round.
    fn last_signable(&self, head: u64) -> Lanes<Position> {
        let last = Position::new(head.saturating_add(1), MAX_ROUND, 0);
        Lanes::from_fn(self.lanes().len(), |_| last)
    }
}
