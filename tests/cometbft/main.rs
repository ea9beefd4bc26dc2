//! "Two messages that could be held against the validator together have different digests." (Chain, 2)

mod any_bytes;
mod extensions;
mod key_files;
mod never_twice;
mod privval;
mod published;
mod refused;
mod secret_connection;
mod states;

use brainswap::{
    Lane, Lanes, Position, Reading, Signable,
    chain::{
        CometBft,
        cometbft::{BlockId, MAX_CHAIN_ID, Message, Proposal, Timestamp, Vote, VoteKind},
    },
    ports::{Chain as _, LaneRule, NotRead},
    watermark::{Verdict, WatermarkRefusal, check},
};
use proptest::prelude::*;
use serde_json::Value;
use std::{collections::BTreeSet, env, fs, path::PathBuf};

const CHAIN: &str = "test_chain_id";
const OTHER_TYPE: &str = "the type is neither prevote (1), precommit (2) nor proposal (32)";
const NOT_CANONICAL: &str = "the encoding is not the canonical one";
const NOT_EXTENSION: &str = "the encoding is not the canonical one of a vote extension";
const NOT_PROTOBUF: &str = "the bytes are not the protobuf message of their type";

const BLOCK: BlockId = BlockId { hash: [0xaa; 32], parts_total: 5, parts_hash: [0xbb; 32] };
const VOTE: Vote = Vote {
    kind: VoteKind::Precommit,
    height: 10,
    round: 1,
    block_id: Some(BLOCK),
    timestamp: Timestamp { seconds: 1_700_000_000, nanos: 7 },
};
const PROPOSAL: Proposal = Proposal {
    height: 10,
    round: 1,
    pol_round: -1,
    block_id: BLOCK,
    timestamp: Timestamp { seconds: 1_700_000_000, nanos: 7 },
};

#[test]
fn the_steps_of_a_round_are_proposal_prevote_precommit() {
    let prevote = Vote { kind: VoteKind::Prevote, ..VOTE };
    for (bytes, step) in [
        (PROPOSAL.sign_bytes(CHAIN), 1),
        (prevote.sign_bytes(CHAIN), 2),
        (VOTE.sign_bytes(CHAIN), 3),
    ] {
        let reading = read(&bytes).unwrap();
        assert_eq!(reading.intent.position, Position::new(10, 1, step));
        assert_eq!(reading.signable, Signable::Message(bytes));
    }
    let highest = Vote { height: i64::MAX, round: i32::MAX, ..VOTE };
    let position = read(&highest.sign_bytes(CHAIN)).unwrap().intent.position;
    assert_eq!(position, Position::new(i64::MAX as u64, i32::MAX as u32, 3));
}

#[test]
fn votes_and_proposals_that_differ_only_by_timestamp_have_one_digest() {
    let timestamp = Timestamp { seconds: 1_700_000_001, nanos: 0 };
    let later = Vote { timestamp, ..VOTE };
    assert_eq!(digest(&VOTE.sign_bytes(CHAIN)), digest(&later.sign_bytes(CHAIN)));
    assert_ne!(VOTE.sign_bytes(CHAIN), later.sign_bytes(CHAIN));
    let later = Proposal { timestamp, ..PROPOSAL };
    assert_eq!(digest(&PROPOSAL.sign_bytes(CHAIN)), digest(&later.sign_bytes(CHAIN)));
    assert_ne!(PROPOSAL.sign_bytes(CHAIN), later.sign_bytes(CHAIN));
}

#[test]
fn messages_that_differ_in_anything_else_have_different_digests() {
    let hash = BlockId { hash: [0xac; 32], ..BLOCK };
    let total = BlockId { parts_total: 6, ..BLOCK };
    let parts = BlockId { parts_hash: [0xbc; 32], ..BLOCK };
    let messages = [
        Message::Vote(VOTE),
        Message::Vote(Vote { kind: VoteKind::Prevote, ..VOTE }),
        Message::Vote(Vote { height: 11, ..VOTE }),
        Message::Vote(Vote { round: 2, ..VOTE }),
        Message::Vote(Vote { round: 0, ..VOTE }),
        Message::Vote(Vote { block_id: None, ..VOTE }),
        Message::Vote(Vote { block_id: Some(hash), ..VOTE }),
        Message::Vote(Vote { block_id: Some(total), ..VOTE }),
        Message::Vote(Vote { block_id: Some(parts), ..VOTE }),
        Message::Proposal(PROPOSAL),
        Message::Proposal(Proposal { height: 11, ..PROPOSAL }),
        Message::Proposal(Proposal { round: 2, ..PROPOSAL }),
        Message::Proposal(Proposal { pol_round: 0, ..PROPOSAL }),
        Message::Proposal(Proposal { pol_round: 1, ..PROPOSAL }),
        Message::Proposal(Proposal { block_id: hash, ..PROPOSAL }),
        Message::Proposal(Proposal { block_id: total, ..PROPOSAL }),
        Message::Proposal(Proposal { block_id: parts, ..PROPOSAL }),
    ];
    let mut digests = BTreeSet::new();
    for message in &messages {
        digests.insert(digest(&message.sign_bytes(CHAIN)));
        let other = CometBft::new("other").read(&message.sign_bytes("other")).unwrap();
        digests.insert(other.intent.digest);
    }
    assert_eq!(digests.len(), 2 * messages.len());
}

#[test]
fn there_is_one_lane_and_at_a_head_the_next_height_can_be_signed_to_its_last_precommit() {
    let chain = CometBft::new(CHAIN);
    assert_eq!((chain.name(), chain.chain_id()), ("cometbft", CHAIN));
    assert_eq!(chain.lanes(), [LaneRule { name: "consensus", floored: false }]);
    for (head, height) in [(0, 1), (41, 42), (u64::MAX, u64::MAX)] {
        let last = Position::new(height, u32::MAX, 3);
        assert_eq!(chain.last_signable(head), Lanes::from(vec![last]));
        assert!(last.next().is_some());
    }
}

prop_compose! {
    fn any_message()(
        kind in 0..3,
        height in 1_i64..,
        round in 0_i32..,
        pol_round in -1_i32..,
        block in prop::option::of((any::<[u8; 32]>(), 1_u32.., any::<[u8; 32]>())),
        seconds in -62_135_596_800_i64..253_402_300_800,
        nanos in 0..1_000_000_000,
    ) -> Message {
        let block_id =
            block.map(|(hash, parts_total, parts_hash)| BlockId { hash, parts_total, parts_hash });
        let timestamp = Timestamp { seconds, nanos };
        let kind = match kind {
            0 => VoteKind::Prevote,
            1 => VoteKind::Precommit,
            _ => {
                let block_id = block_id.unwrap_or(BLOCK);
                return Message::Proposal(Proposal { height, round, pol_round, block_id, timestamp });
            }
        };
        Message::Vote(Vote { kind, height, round, block_id, timestamp })
    }
}

/// What must hold whatever the bytes: refused, or read as exactly these bytes. Says which.
fn holds_for_any_bytes(bytes: &[u8]) -> bool {
    let (message, chain_id) = match Message::from_sign_bytes(bytes) {
        Ok(parsed) => parsed,
        Err(refused) => {
            assert_eq!((refused.chain, refused.code()), ("cometbft", "chain.not_read"));
            assert!(read(bytes).is_err());
            return false;
        }
    };
    assert_eq!(message.sign_bytes(&chain_id), bytes);
    let reading = CometBft::new(chain_id.as_str()).read(bytes).unwrap();
    assert_eq!(Ok(reading.intent.position), message.position());
    assert!((1..=i64::MAX as u64).contains(&reading.intent.position.height()));
    assert!((1..=3).contains(&reading.intent.position.step()));
    assert_eq!(reading.signable, Signable::Message(bytes.to_vec()));
    assert_eq!(read(bytes).is_ok(), chain_id == CHAIN);
    true
}

fn read(bytes: &[u8]) -> Result<Reading, NotRead> {
    CometBft::new(CHAIN).read(bytes)
}

fn refusal(bytes: &[u8]) -> String {
    reason_of(&CometBft::new(CHAIN), bytes)
}

fn reason_of(chain: &CometBft, bytes: &[u8]) -> String {
    let refused = chain.read(bytes).unwrap_err();
    assert_eq!(refused.chain, "cometbft");
    refused.reason.into_owned()
}

fn digest(bytes: &[u8]) -> brainswap::Digest {
    let (message, chain_id) = Message::from_sign_bytes(bytes).unwrap();
    let reading = CometBft::new(chain_id.as_str()).read(bytes).unwrap();
    assert_eq!(reading.intent.digest, message.digest(&chain_id));
    reading.intent.digest
}

fn at_zero(message: Message) -> Message {
    message.with_timestamp(Timestamp { seconds: 0, nanos: 0 })
}

/// A 64-bit field: its tag, then its value in little-endian.
fn fixed(tag: u8, value: i64) -> Vec<u8> {
    [&[tag][..], &value.to_le_bytes()].concat()
}

fn chain_field() -> Vec<u8> {
    [&[0x32, CHAIN.len() as u8][..], CHAIN.as_bytes()].concat()
}

/// The end of a vote for nil: a timestamp of one second, and the chain id.
fn nil_tail() -> Vec<u8> {
    [&[0x2a, 2, 0x08, 1][..], &chain_field()].concat()
}

fn vote_with(tag: u8, block_id: &[u8]) -> Vec<u8> {
    let block_id = delimited(block_id);
    delimited(&[&[0x08, 1][..], &fixed(0x11, 10), &[tag], &block_id, &nil_tail()].concat())
}

/// The length as a varint, then the bytes; written apart from the crate's.
fn delimited(bytes: &[u8]) -> Vec<u8> {
    let mut length = bytes.len();
    let mut delimited = Vec::new();
    while length >= 0x80 {
        delimited.push(length as u8 | 0x80);
        length >>= 7;
    }
    delimited.push(length as u8);
    delimited.extend(bytes);
    delimited
}

/// The message that a row of the vectors describes.
fn message_of(row: &Value) -> Message {
    let height = row["height"].as_i64().unwrap();
    let round = row["round"].as_i64().unwrap() as i32;
    let timestamp = Timestamp {
        seconds: row["timestamp"]["seconds"].as_i64().unwrap(),
        nanos: row["timestamp"]["nanos"].as_i64().unwrap() as i32,
    };
    let block_id = (!row["block_id"].is_null()).then(|| BlockId {
        hash: hex_of(&row["block_id"], "hash").try_into().unwrap(),
        parts_total: row["block_id"]["parts_total"].as_u64().unwrap() as u32,
        parts_hash: hex_of(&row["block_id"], "parts_hash").try_into().unwrap(),
    });
    let kind = match row["type"].as_u64().unwrap() {
        1 => VoteKind::Prevote,
        2 => VoteKind::Precommit,
        32 => {
            let pol_round = row["pol_round"].as_i64().unwrap() as i32;
            let block_id = block_id.unwrap();
            return Message::Proposal(Proposal { height, round, pol_round, block_id, timestamp });
        }
        other => panic!("type {other}"),
    };
    Message::Vote(Vote { kind, height, round, block_id, timestamp })
}

fn hex(text: &str) -> Vec<u8> {
    const_hex::decode(text).unwrap()
}

fn hex_of(row: &Value, field: &str) -> Vec<u8> {
    hex(row[field].as_str().unwrap())
}

/// A file of published vectors, or `None` (said aloud) where they are not at hand.
fn vectors(file: &str) -> Option<Value> {
    let folder = env::var_os("BRAINSWAP_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        PathBuf::from,
    );
    match fs::read(folder.join(file)) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(error) => {
            let required = env::var_os("BRAINSWAP_REQUIRE_VECTORS").is_some_and(|set| set == "1");
            assert!(!required, "{file} is required: {error}");
            eprintln!("skipped: {file} is not at hand");
            None
        }
    }
}
