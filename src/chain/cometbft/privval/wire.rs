//! Wire: the protobuf messages of the remote signer, `tendermint/privval/types.proto` (0.34 to
//! 0.40) and `cometbft/privval/v1/types.proto`, with the vote and proposal that they carry.

use super::super::wire::{CanonicalBlockId, WireTimestamp};
use alloc::{string::String, vec::Vec};

/// `Message`: the one that is asked or answered.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Outer {
    #[prost(oneof = "Sum", tags = "1, 2, 3, 4, 5, 6, 7, 8")]
    pub(super) sum: Option<Sum>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Sum {
    #[prost(message, tag = "1")]
    PubKeyRequest(PubKeyRequest),
    #[prost(message, tag = "2")]
    PubKeyResponse(PubKeyResponse),
    #[prost(message, tag = "3")]
    SignVoteRequest(SignVoteRequest),
    #[prost(message, tag = "4")]
    SignedVoteResponse(SignedVoteResponse),
    #[prost(message, tag = "5")]
    SignProposalRequest(SignProposalRequest),
    #[prost(message, tag = "6")]
    SignedProposalResponse(SignedProposalResponse),
    #[prost(message, tag = "7")]
    PingRequest(Empty),
    #[prost(message, tag = "8")]
    PingResponse(Empty),
}

/// `PingRequest`, `PingResponse`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(super) struct Empty {}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct PubKeyRequest {
    #[prost(string, tag = "1")]
    pub(super) chain_id: String,
}

/// Both forms: 0.34 has the key in field 1, which is always written; 1.0 in fields 3 and 4.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct PubKeyResponse {
    #[prost(message, optional, tag = "1")]
    pub(super) pub_key: Option<PubKey>,
    #[prost(message, optional, tag = "2")]
    pub(super) error: Option<RemoteSignerError>,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) pub_key_bytes: Vec<u8>,
    #[prost(string, tag = "4")]
    pub(super) pub_key_type: String,
}

/// `tendermint.crypto.PublicKey`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct PubKey {
    #[prost(oneof = "PubKeySum", tags = "1, 2")]
    pub(super) sum: Option<PubKeySum>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum PubKeySum {
    #[prost(bytes, tag = "1")]
    Ed25519(Vec<u8>),
    #[prost(bytes, tag = "2")]
    Secp256k1(Vec<u8>),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct SignVoteRequest {
    #[prost(message, optional, tag = "1")]
    pub(super) vote: Option<Vote>,
    #[prost(string, tag = "2")]
    pub(super) chain_id: String,
    /// 1.0 and later.
    #[prost(bool, tag = "3")]
    pub(super) skip_extension_signing: bool,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct SignedVoteResponse {
    #[prost(message, required, tag = "1")]
    pub(super) vote: Vote,
    #[prost(message, optional, tag = "2")]
    pub(super) error: Option<RemoteSignerError>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct SignProposalRequest {
    #[prost(message, optional, tag = "1")]
    pub(super) proposal: Option<Proposal>,
    #[prost(string, tag = "2")]
    pub(super) chain_id: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct SignedProposalResponse {
    #[prost(message, required, tag = "1")]
    pub(super) proposal: Proposal,
    #[prost(message, optional, tag = "2")]
    pub(super) error: Option<RemoteSignerError>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct RemoteSignerError {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
    #[prost(string, tag = "2")]
    pub(super) description: String,
}

/// `tendermint.types.Vote`; fields 9 and 10 from 0.38 on.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Vote {
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(int64, tag = "2")]
    pub(super) height: i64,
    #[prost(int32, tag = "3")]
    pub(super) round: i32,
    /// `BlockID` has the fields of the canonical one. Written even when it is empty, as is the
    /// timestamp (`nullable = false` in Go).
    #[prost(message, required, tag = "4")]
    pub(super) block_id: CanonicalBlockId,
    #[prost(message, required, tag = "5")]
    pub(super) timestamp: WireTimestamp,
    #[prost(bytes = "vec", tag = "6")]
    pub(super) validator_address: Vec<u8>,
    #[prost(int32, tag = "7")]
    pub(super) validator_index: i32,
    #[prost(bytes = "vec", tag = "8")]
    pub(super) signature: Vec<u8>,
    #[prost(bytes = "vec", tag = "9")]
    pub(super) extension: Vec<u8>,
    #[prost(bytes = "vec", tag = "10")]
    pub(super) extension_signature: Vec<u8>,
}

/// `tendermint.types.Proposal`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Proposal {
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(int64, tag = "2")]
    pub(super) height: i64,
    #[prost(int32, tag = "3")]
    pub(super) round: i32,
    #[prost(int32, tag = "4")]
    pub(super) pol_round: i32,
    #[prost(message, required, tag = "5")]
    pub(super) block_id: CanonicalBlockId,
    #[prost(message, required, tag = "6")]
    pub(super) timestamp: WireTimestamp,
    #[prost(bytes = "vec", tag = "7")]
    pub(super) signature: Vec<u8>,
}
