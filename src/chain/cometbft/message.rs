//! Message: a vote or a proposal, and its canonical sign bytes.

use super::{
    refuse,
    wire::{
        CanonicalBlockId, CanonicalPartSetHeader, CanonicalProposal, CanonicalVote, WireTimestamp,
    },
};
use crate::{Digest, Position, PublicKey, ports::NotRead};
use alloc::{format, string::String, vec::Vec};
use prost::Message as _;
use ripemd::{Digest as _, Ripemd160};

/// The most bytes of a chain id (CometBFT `types/genesis.go`, `MaxChainIDLen`).
pub const MAX_CHAIN_ID: usize = 50;

/// The step of a proposal, the first of a round (`privval/file.go`).
pub(super) const PROPOSAL_STEP: u32 = 1;
/// The step of a prevote.
pub(super) const PREVOTE_STEP: u32 = 2;
/// The step of a precommit, the last of a round.
pub(super) const PRECOMMIT_STEP: u32 = 3;

/// `SignedMsgType` of a prevote.
const PREVOTE: i32 = 1;
/// `SignedMsgType` of a precommit.
const PRECOMMIT: i32 = 2;
/// `SignedMsgType` of a proposal.
pub(super) const PROPOSAL: i32 = 32;
/// 0001-01-01, the zero time of Go and the first that a protobuf timestamp can hold.
pub(super) const FIRST_SECOND: i64 = -62_135_596_800;
/// 9999-12-31, the last day that a protobuf timestamp can hold, in its last second.
const LAST_SECOND: i64 = 253_402_300_799;

/// A message that a validator signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A prevote or a precommit.
    Vote(Vote),
    /// A proposal.
    Proposal(Proposal),
}

/// A vote, for a block or for nil. A value may be one that no validator signs, such as height 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Prevote or precommit.
    pub kind: VoteKind,
    /// The height; a signed one is above 0.
    pub height: i64,
    /// The round; a signed one is not below 0.
    pub round: i32,
    /// The block; `None` is a vote for nil.
    pub block_id: Option<BlockId>,
    /// When it was made.
    pub timestamp: Timestamp,
}

/// Which of the two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteKind {
    /// The first, step 2.
    Prevote,
    /// The second, step 3.
    Precommit,
}

/// A proposal of a block. A value may be one that no validator signs, such as height 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The height; a signed one is above 0.
    pub height: i64,
    /// The round; a signed one is not below 0.
    pub round: i32,
    /// The proof-of-lock round, or -1 for none.
    pub pol_round: i32,
    /// The block.
    pub block_id: BlockId,
    /// When it was made.
    pub timestamp: Timestamp,
}

/// Names a block: its hash, and the parts it travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockId {
    /// The hash of the block.
    pub hash: [u8; 32],
    /// How many parts; above 0.
    pub parts_total: u32,
    /// The Merkle root of the parts.
    pub parts_hash: [u8; 32],
}

/// A time, as protobuf has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds of that second, 0 to 999,999,999.
    pub nanos: i32,
}

impl VoteKind {
    /// The kind with this `SignedMsgType`.
    pub(super) fn from_type(number: i32) -> Result<Self, NotRead> {
        match number {
            PREVOTE => Ok(Self::Prevote),
            PRECOMMIT => Ok(Self::Precommit),
            _ => Err(refuse(OTHER_TYPE)),
        }
    }

    /// The `SignedMsgType`.
    pub(super) const fn to_type(self) -> i32 {
        match self {
            Self::Prevote => PREVOTE,
            Self::Precommit => PRECOMMIT,
        }
    }

    /// The step of a vote of this kind.
    const fn step(self) -> u32 {
        match self {
            Self::Prevote => PREVOTE_STEP,
            Self::Precommit => PRECOMMIT_STEP,
        }
    }
}

impl Vote {
    /// Whether an extension goes with it: a precommit for a block.
    #[must_use]
    pub const fn is_extended(&self) -> bool {
        matches!(self.kind, VoteKind::Precommit) && self.block_id.is_some()
    }

    /// The canonical bytes that the key signs: the length as a varint, then `CanonicalVote`.
    #[must_use]
    pub fn sign_bytes(&self, chain_id: &str) -> Vec<u8> {
        self.to_wire(chain_id).encode_length_delimited_to_vec()
    }

    fn to_wire(self, chain_id: &str) -> CanonicalVote {
        CanonicalVote {
            kind: self.kind.to_type(),
            height: self.height,
            round: i64::from(self.round),
            block_id: self.block_id.map(BlockId::to_wire),
            timestamp: Some(self.timestamp.to_wire()),
            chain_id: chain_id.into(),
        }
    }
}

impl Proposal {
    /// The canonical bytes that the key signs: the length as a varint, then `CanonicalProposal`.
    #[must_use]
    pub fn sign_bytes(&self, chain_id: &str) -> Vec<u8> {
        self.to_wire(chain_id).encode_length_delimited_to_vec()
    }

    fn to_wire(self, chain_id: &str) -> CanonicalProposal {
        CanonicalProposal {
            kind: PROPOSAL,
            height: self.height,
            round: i64::from(self.round),
            pol_round: i64::from(self.pol_round),
            block_id: Some(self.block_id.to_wire()),
            timestamp: Some(self.timestamp.to_wire()),
            chain_id: chain_id.into(),
        }
    }
}

/// The address of a validator: of an Ed25519 key the first 20 bytes of its SHA-256, of a secp256k1
/// key the RIPEMD-160 of its SHA-256 (`spec/core/encoding`, "Addresses"). Other kinds have none
/// here.
#[must_use]
pub fn address_of(key: &PublicKey) -> Option<[u8; 20]> {
    if let PublicKey::Ed25519(key) = key {
        Digest::of(key).as_bytes().first_chunk().copied()
    } else if let PublicKey::Secp256k1(key) = key {
        Some(Ripemd160::digest(Digest::of(key).as_bytes()).into())
    } else {
        None
    }
}

impl Message {
    /// The same message, made at another time.
    ///
    /// The two have one digest, and the watermark lets both be signed. CometBFT's own signer
    /// answers a vote that it signed before with the earlier time and signature; who wants to do
    /// the same signs the message with the earlier time again, which gives the earlier signature.
    #[must_use]
    pub const fn with_timestamp(self, timestamp: Timestamp) -> Self {
        match self {
            Self::Vote(vote) => Self::Vote(Vote { timestamp, ..vote }),
            Self::Proposal(proposal) => Self::Proposal(Proposal { timestamp, ..proposal }),
        }
    }

    /// Reads canonical sign bytes. Returns the message and its chain id.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly those that [`sign_bytes`](Self::sign_bytes) makes
    /// of a message that a validator signs (`spec/consensus/signing`).
    pub fn from_sign_bytes(bytes: &[u8]) -> Result<(Self, String), NotRead> {
        let body = body_of(bytes)?;
        let not_protobuf = |_| refuse("the bytes are not the protobuf message of their type");
        // The type comes first, with tag 1; other signed bytes of CometBFT begin otherwise.
        let (message, chain_id) = match body {
            [0x08, 1 | 2, ..] => {
                let wire = CanonicalVote::decode(body).map_err(not_protobuf)?;
                (Self::Vote(read_vote(&wire)?), wire.chain_id)
            }
            [0x08, 32, ..] => {
                let wire = CanonicalProposal::decode(body).map_err(not_protobuf)?;
                (Self::Proposal(read_proposal(&wire)?), wire.chain_id)
            }
            _ => return Err(refuse(OTHER_TYPE)),
        };
        message.position()?;
        check_chain_id(&chain_id)?;
        if message.sign_bytes(&chain_id) != bytes {
            return Err(refuse("the encoding is not the canonical one"));
        }
        Ok((message, chain_id))
    }

    /// The canonical bytes that the key signs.
    #[must_use]
    pub fn sign_bytes(&self, chain_id: &str) -> Vec<u8> {
        match self {
            Self::Vote(vote) => vote.sign_bytes(chain_id),
            Self::Proposal(proposal) => proposal.sign_bytes(chain_id),
        }
    }

    /// The height, round and step: proposal 1, prevote 2, precommit 3 (`privval/file.go`).
    ///
    /// # Errors
    ///
    /// [`NotRead`] if the height is not above 0, or the round is below 0.
    pub fn position(&self) -> Result<Position, NotRead> {
        match self {
            Self::Proposal(proposal) => position_of(proposal.height, proposal.round, PROPOSAL_STEP),
            Self::Vote(vote) => position_of(vote.height, vote.round, vote.kind.step()),
        }
    }

    /// The SHA-256 of the canonical message without its timestamp and length: everything that
    /// could be held against the validator, and nothing else.
    #[must_use]
    pub fn digest(&self, chain_id: &str) -> Digest {
        let bytes = match self {
            Self::Vote(vote) => {
                CanonicalVote { timestamp: None, ..vote.to_wire(chain_id) }.encode_to_vec()
            }
            Self::Proposal(proposal) => {
                CanonicalProposal { timestamp: None, ..proposal.to_wire(chain_id) }.encode_to_vec()
            }
        };
        Digest::of(&bytes)
    }
}

const OTHER_TYPE: &str = "the type is neither prevote (1), precommit (2) nor proposal (32)";

/// What follows the length prefix, if it is as long as the prefix says.
pub(super) fn body_of(bytes: &[u8]) -> Result<&[u8], NotRead> {
    let mut body = bytes;
    let length = prost::decode_length_delimiter(&mut body)
        .map_err(|_| refuse("the length prefix is missing or is no varint"))?;
    if length != body.len() {
        let got = body.len();
        return Err(refuse(format!("the length prefix is {length}, and {got} bytes follow")));
    }
    Ok(body)
}

pub(super) fn check_chain_id(chain_id: &str) -> Result<(), NotRead> {
    match chain_id.len() {
        0 => Err(refuse("the chain id is empty")),
        1..=MAX_CHAIN_ID => Ok(()),
        got => Err(refuse(format!("the chain id has {got} bytes; at most {MAX_CHAIN_ID} are"))),
    }
}

pub(super) fn position_of(height: i64, round: i32, step: u32) -> Result<Position, NotRead> {
    match (u64::try_from(height), u32::try_from(round)) {
        (Err(_) | Ok(0), _) => Err(refuse(format!("the height is {height}, not above 0"))),
        (_, Err(_)) => Err(refuse(format!("the round is {round}, not 0 to {}", i32::MAX))),
        (Ok(height), Ok(round)) => Ok(Position::new(height, round, step)),
    }
}

fn read_vote(wire: &CanonicalVote) -> Result<Vote, NotRead> {
    Ok(Vote {
        kind: VoteKind::from_type(wire.kind)?,
        height: wire.height,
        round: read_round(wire.round)?,
        block_id: wire.block_id.as_ref().map(read_block_id).transpose()?,
        timestamp: read_timestamp(wire.timestamp)?,
    })
}

fn read_proposal(wire: &CanonicalProposal) -> Result<Proposal, NotRead> {
    let block_id = wire.block_id.as_ref().ok_or_else(|| refuse("a proposal has no block id"))?;
    Ok(Proposal {
        height: wire.height,
        round: read_round(wire.round)?,
        pol_round: i32::try_from(wire.pol_round).ok().filter(|round| *round >= -1).ok_or_else(
            || refuse(format!("the pol_round is {}, not -1 to {}", wire.pol_round, i32::MAX)),
        )?,
        block_id: read_block_id(block_id)?,
        timestamp: read_timestamp(wire.timestamp)?,
    })
}

/// Canonical rounds have 64 bits; a node's have 32, signed.
pub(super) fn read_round(round: i64) -> Result<i32, NotRead> {
    i32::try_from(round).map_err(|_| refuse(format!("the round is {round}, not 0 to {}", i32::MAX)))
}

pub(super) fn read_block_id(wire: &CanonicalBlockId) -> Result<BlockId, NotRead> {
    let parts = &wire.part_set_header;
    if parts.total == 0 {
        return Err(refuse("the block id has 0 parts"));
    }
    Ok(BlockId {
        hash: read_hash("block hash", &wire.hash)?,
        parts_total: parts.total,
        parts_hash: read_hash("parts hash", &parts.hash)?,
    })
}

fn read_hash(what: &str, bytes: &[u8]) -> Result<[u8; 32], NotRead> {
    bytes
        .try_into()
        .map_err(|_| refuse(format!("the {what} has {} bytes instead of 32", bytes.len())))
}

pub(super) fn read_timestamp(wire: Option<WireTimestamp>) -> Result<Timestamp, NotRead> {
    let WireTimestamp { seconds, nanos } =
        wire.ok_or_else(|| refuse("the timestamp is missing"))?;
    let is_time =
        (FIRST_SECOND..=LAST_SECOND).contains(&seconds) && (0..1_000_000_000).contains(&nanos);
    if !is_time {
        let reason = format!("the timestamp of {seconds} s and {nanos} ns is not a time");
        return Err(refuse(reason));
    }
    Ok(Timestamp { seconds, nanos })
}

impl BlockId {
    pub(super) fn to_wire(self) -> CanonicalBlockId {
        CanonicalBlockId {
            hash: self.hash.to_vec(),
            part_set_header: CanonicalPartSetHeader {
                total: self.parts_total,
                hash: self.parts_hash.to_vec(),
            },
        }
    }
}

impl Timestamp {
    pub(super) const fn to_wire(self) -> WireTimestamp {
        WireTimestamp { seconds: self.seconds, nanos: self.nanos }
    }
}
