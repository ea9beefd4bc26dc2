//! Wire: the canonical protobuf messages of CometBFT, `tendermint/types/canonical.proto`.

use alloc::{string::String, vec::Vec};

/// `CanonicalVote`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct CanonicalVote {
    /// 1 prevote, 2 precommit.
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(sfixed64, tag = "2")]
    pub(super) height: i64,
    #[prost(sfixed64, tag = "3")]
    pub(super) round: i64,
    /// Absent in a vote for nil.
    #[prost(message, optional, tag = "4")]
    pub(super) block_id: Option<CanonicalBlockId>,
    /// Always written; absent only in what the digest is made of.
    #[prost(message, optional, tag = "5")]
    pub(super) timestamp: Option<WireTimestamp>,
    #[prost(string, tag = "6")]
    pub(super) chain_id: String,
}

/// `CanonicalProposal`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct CanonicalProposal {
    /// 32.
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(sfixed64, tag = "2")]
    pub(super) height: i64,
    #[prost(sfixed64, tag = "3")]
    pub(super) round: i64,
    /// -1 if there is no proof-of-lock round.
    #[prost(int64, tag = "4")]
    pub(super) pol_round: i64,
    #[prost(message, optional, tag = "5")]
    pub(super) block_id: Option<CanonicalBlockId>,
    /// Always written; absent only in what the digest is made of.
    #[prost(message, optional, tag = "6")]
    pub(super) timestamp: Option<WireTimestamp>,
    #[prost(string, tag = "7")]
    pub(super) chain_id: String,
}

/// `CanonicalVoteExtension`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct CanonicalVoteExtension {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) extension: Vec<u8>,
    #[prost(sfixed64, tag = "2")]
    pub(super) height: i64,
    #[prost(sfixed64, tag = "3")]
    pub(super) round: i64,
    #[prost(string, tag = "4")]
    pub(super) chain_id: String,
}

/// `CanonicalBlockID`; the default is the one of a vote for nil.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct CanonicalBlockId {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) hash: Vec<u8>,
    /// Written even when it is empty (`nullable = false` in Go).
    #[prost(message, required, tag = "2")]
    pub(super) part_set_header: CanonicalPartSetHeader,
}

/// `CanonicalPartSetHeader`.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct CanonicalPartSetHeader {
    #[prost(uint32, tag = "1")]
    pub(super) total: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) hash: Vec<u8>,
}

/// `google.protobuf.Timestamp`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(super) struct WireTimestamp {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}
