//! Convert: from the protobuf messages to what they mean, and back.

use super::{
    super::{
        BlockId, Proposal, Timestamp, Vote, VoteKind,
        message::{FIRST_SECOND, read_block_id, read_timestamp},
        refuse,
        wire::CanonicalBlockId,
    },
    Dialect, NodeProposal, NodeVote, RemoteSignerError, wire,
};
use crate::{PublicKey, ports::NotRead};
use alloc::vec::Vec;

/// The type name of Ed25519 keys in 1.0 (`crypto/ed25519`, `KeyType`).
const ED25519: &str = "ed25519";
/// The type name of secp256k1 keys in 1.0 (`crypto/secp256k1`, `KeyType`).
const SECP256K1: &str = "secp256k1";

pub(super) fn key_from_wire(key: Option<wire::PubKey>) -> Result<PublicKey, NotRead> {
    match key.and_then(|key| key.sum) {
        Some(wire::PubKeySum::Ed25519(bytes)) => key_from_bytes(ED25519, &bytes),
        Some(wire::PubKeySum::Secp256k1(bytes)) => key_from_bytes(SECP256K1, &bytes),
        None => Err(refuse("the answer has no key of a known kind")),
    }
}

pub(super) fn key_from_bytes(kind: &str, bytes: &[u8]) -> Result<PublicKey, NotRead> {
    let key = match kind {
        ED25519 => bytes.try_into().ok().map(PublicKey::Ed25519),
        SECP256K1 => bytes.try_into().ok().map(PublicKey::Secp256k1),
        _ => None,
    };
    key.ok_or_else(|| refuse("the answer has no key of a known kind"))
}

/// A key of another kind is answered as an error: the node has no place for it.
pub(super) fn key_to_wire(
    dialect: Dialect,
    answer: &Result<PublicKey, RemoteSignerError>,
) -> wire::PubKeyResponse {
    let mut error = answer.as_ref().err().map(RemoteSignerError::to_wire);
    let (kind, bytes, sum) = if let Ok(PublicKey::Ed25519(key)) = answer {
        (ED25519, key.to_vec(), Some(wire::PubKeySum::Ed25519(key.to_vec())))
    } else if let Ok(PublicKey::Secp256k1(key)) = answer {
        (SECP256K1, key.to_vec(), Some(wire::PubKeySum::Secp256k1(key.to_vec())))
    } else {
        let description = "the key is of a kind that is not known here".into();
        error.get_or_insert(wire::RemoteSignerError { code: 0, description });
        ("", Vec::new(), None)
    };
    match dialect {
        Dialect::V0_34 => {
            let pub_key = Some(wire::PubKey { sum });
            wire::PubKeyResponse { pub_key, error, ..wire::PubKeyResponse::default() }
        }
        Dialect::V1 => wire::PubKeyResponse {
            pub_key: None,
            error,
            pub_key_bytes: bytes,
            pub_key_type: kind.into(),
        },
    }
}

impl RemoteSignerError {
    pub(super) fn from_wire(wire: wire::RemoteSignerError) -> Self {
        Self { code: wire.code, description: wire.description }
    }

    pub(super) fn to_wire(&self) -> wire::RemoteSignerError {
        wire::RemoteSignerError { code: self.code, description: self.description.clone() }
    }
}

impl NodeVote {
    pub(super) fn from_wire(wire: wire::Vote) -> Result<Self, NotRead> {
        Ok(Self {
            vote: Vote {
                kind: VoteKind::from_type(wire.kind)?,
                height: wire.height,
                round: wire.round,
                block_id: block_from_wire(&wire.block_id)?,
                timestamp: read_timestamp(Some(wire.timestamp))?,
            },
            validator_address: wire.validator_address,
            validator_index: wire.validator_index,
            signature: wire.signature,
            extension: wire.extension,
            extension_signature: wire.extension_signature,
        })
    }

    pub(super) fn to_wire(&self) -> wire::Vote {
        let vote = &self.vote;
        wire::Vote {
            kind: vote.kind.to_type(),
            height: vote.height,
            round: vote.round,
            block_id: vote.block_id.map(BlockId::to_wire).unwrap_or_default(),
            timestamp: vote.timestamp.to_wire(),
            validator_address: self.validator_address.clone(),
            validator_index: self.validator_index,
            signature: self.signature.clone(),
            extension: self.extension.clone(),
            extension_signature: self.extension_signature.clone(),
        }
    }
}

impl NodeProposal {
    pub(super) fn from_wire(wire: wire::Proposal) -> Result<Self, NotRead> {
        let block_id = block_from_wire(&wire.block_id)?;
        Ok(Self {
            kind: wire.kind,
            proposal: Proposal {
                height: wire.height,
                round: wire.round,
                pol_round: wire.pol_round,
                block_id: block_id.ok_or_else(|| refuse("a proposal has no block id"))?,
                timestamp: read_timestamp(Some(wire.timestamp))?,
            },
            signature: wire.signature,
        })
    }

    pub(super) fn to_wire(&self) -> wire::Proposal {
        let proposal = &self.proposal;
        wire::Proposal {
            kind: self.kind,
            height: proposal.height,
            round: proposal.round,
            pol_round: proposal.pol_round,
            block_id: proposal.block_id.to_wire(),
            timestamp: proposal.timestamp.to_wire(),
            signature: self.signature.clone(),
        }
    }
}

/// A node writes the block id of a vote for nil as an empty one.
fn block_from_wire(wire: &CanonicalBlockId) -> Result<Option<BlockId>, NotRead> {
    if *wire == CanonicalBlockId::default() { Ok(None) } else { read_block_id(wire).map(Some) }
}

/// Go's zero time, which stands where there is no vote or proposal.
const NO_TIME: Timestamp = Timestamp { seconds: FIRST_SECOND, nanos: 0 };

pub(super) fn no_vote() -> wire::Vote {
    wire::Vote { timestamp: NO_TIME.to_wire(), ..wire::Vote::default() }
}

pub(super) fn no_proposal() -> wire::Proposal {
    wire::Proposal { timestamp: NO_TIME.to_wire(), ..wire::Proposal::default() }
}
