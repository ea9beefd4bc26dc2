//! "Two messages that could be held against the validator together have different digests." (Chain, 2)

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
fn every_published_row_of_sign_bytes_is_made_and_read_or_refused_with_its_reason() {
    let Some(file) = vectors("cometbft/sign_bytes.json") else { return };
    let rows = |kind: &str| file[kind].as_array().unwrap().clone();
    let (votes, proposals, extensions) =
        (rows("votes"), rows("proposals"), rows("vote_extensions"));
    assert_eq!((votes.len(), proposals.len(), extensions.len()), (6, 3, 3));
    let mut read_rows = 0;
    for row in votes.iter().chain(&proposals).chain(&extensions) {
        let name = row["name"].as_str().unwrap();
        let chain_id = row["chain_id"].as_str().unwrap();
        let bytes = hex_of(row, "sign_bytes");
        let refused = match name {
            "prevote h1 r1" => Some("the chain id is empty"),
            "proposal with empty hash, non-zero part set header" => {
                Some("the block hash has 0 bytes instead of 32")
            }
            "proposal without block id" => Some("a proposal has no block id"),
            _ if row["type"] == 0 || row["kind"] == "vote_extension" => Some(OTHER_TYPE),
            _ => None,
        };
        if let Some(reason) = refused {
            assert_eq!(reason_of(&CometBft::new(chain_id), &bytes), reason, "{name}");
            continue;
        }
        let message = message_of(row);
        assert_eq!(message.sign_bytes(chain_id), bytes, "{name}");
        assert_eq!(Message::from_sign_bytes(&bytes), Ok((message, chain_id.into())), "{name}");
        let reading = CometBft::new(chain_id).read(&bytes).unwrap();
        let height = row["height"].as_u64().unwrap();
        let round = row["round"].as_u64().unwrap() as u32;
        let step = if row["kind"] == "proposal" { 1 } else { 2 };
        assert_eq!(reading.intent.lane, Lane::FIRST, "{name}");
        assert_eq!(reading.intent.position, Position::new(height, round, step), "{name}");
        assert_eq!(reading.intent.floor, 0, "{name}");
        assert_eq!(reading.signable, Signable::Message(bytes), "{name}");
        read_rows += 1;
    }
    assert_eq!(read_rows, 3);
}

#[test]
fn a_published_prevote_for_nil_is_made_byte_for_byte_though_its_chain_id_is_empty() {
    // CometBFT types/vote_test.go, TestVoteSignBytesTestVectors, case 2.
    let vote = Vote {
        kind: VoteKind::Prevote,
        height: 1,
        round: 1,
        block_id: None,
        timestamp: Timestamp { seconds: -62_135_596_800, nanos: 0 },
    };
    let bytes = hex("2108011101000000000000001901000000000000002a0b088092b8c398feffffff01");
    assert_eq!(vote.sign_bytes(""), bytes);
}

#[test]
fn no_message_of_the_signer_socket_is_taken_for_sign_bytes() {
    let Some(file) = vectors("cometbft/privval_messages.json") else { return };
    let rows = file["messages"].as_array().unwrap();
    assert_eq!(rows.len(), 33);
    for row in rows {
        for field in ["bytes", "on_wire_delimited"] {
            assert!(!holds_for_any_bytes(&hex_of(row, field)), "{}", row["name"]);
        }
    }
}

#[test]
fn the_watermark_over_readings_decides_as_filepv_does() {
    let Some(file) = vectors("cometbft/filepv.json") else { return };
    let scenario = &file["scenario"];
    let chain = CometBft::new(scenario["chain_id"].as_str().unwrap());
    let rows = scenario["requests"].as_array().unwrap();
    assert_eq!(rows.len(), 21);
    let mut mark = None;
    for row in rows {
        let name = row["name"].as_str().unwrap();
        if row["error"] == "unexpected vote extension" {
            continue; // the extension is no part of the sign bytes: a matter of the socket
        }
        let intent = chain.read(&hex_of(row, "sign_bytes")).unwrap().intent;
        let verdict = check(mark.as_ref(), &intent);
        match (row["expect"].as_str().unwrap(), row["error"].as_str()) {
            ("sign_new", None) => {
                let Ok(Verdict::Advance(next)) = verdict else { panic!("{name}: {verdict:?}") };
                mark = Some(next);
            }
            ("reuse_signature" | "reuse_signature_and_old_timestamp", None) => {
                assert_eq!(verdict, Ok(Verdict::Again), "{name}");
            }
            ("refuse", Some("conflicting data")) => {
                let at = intent.position;
                assert_eq!(verdict, Err(WatermarkRefusal::Conflict { at }), "{name}");
            }
            ("refuse", Some("step regression" | "round regression" | "height regression")) => {
                let last = mark.unwrap().position;
                let below = WatermarkRefusal::Below { asked: intent.position, last };
                assert_eq!(verdict, Err(below), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

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
fn another_chain_an_empty_chain_id_and_one_of_51_bytes_are_refused() {
    assert_eq!(
        refusal(&VOTE.sign_bytes("test_chain_ie")),
        r#"it is for chain "test_chain_ie" instead of "test_chain_id""#
    );
    assert_eq!(
        refusal(&PROPOSAL.sign_bytes("test_chain_id2")),
        r#"it is for chain "test_chain_id2" instead of "test_chain_id""#
    );
    assert_eq!(refusal(&VOTE.sign_bytes("")), "the chain id is empty");
    let longest = "c".repeat(MAX_CHAIN_ID);
    assert!(CometBft::new(longest.as_str()).read(&VOTE.sign_bytes(&longest)).is_ok());
    let longer = "c".repeat(51);
    assert_eq!(
        reason_of(&CometBft::new(longer.as_str()), &VOTE.sign_bytes(&longer)),
        "the chain id has 51 bytes; at most 50 are"
    );
    assert_eq!(reason_of(&CometBft::new(""), &VOTE.sign_bytes("")), "the chain id is empty");
}

#[test]
fn a_height_or_round_that_no_node_has_is_refused() {
    for (height, text) in [(0, "0"), (-1, "-1"), (i64::MIN, "-9223372036854775808")] {
        let reason = format!("the height is {text}, not above 0");
        assert_eq!(refusal(&Vote { height, ..VOTE }.sign_bytes(CHAIN)), reason);
        assert_eq!(refusal(&Proposal { height, ..PROPOSAL }.sign_bytes(CHAIN)), reason);
    }
    for round in [-1, i32::MIN] {
        let reason = format!("the round is {round}, not 0 to 2147483647");
        assert_eq!(refusal(&Vote { round, ..VOTE }.sign_bytes(CHAIN)), reason);
        assert_eq!(refusal(&Proposal { round, ..PROPOSAL }.sign_bytes(CHAIN)), reason);
    }
    let beyond = [&fixed(0x19, 1 << 31)[..], &nil_tail()].concat();
    assert_eq!(
        refusal(&delimited(&[&[0x08, 1], &fixed(0x11, 10)[..], &beyond].concat())),
        "the round is 2147483648, not 0 to 2147483647"
    );
}

#[test]
fn a_pol_round_below_minus_one_or_beyond_a_round_is_refused() {
    let pol_round = -2;
    assert_eq!(
        refusal(&Proposal { pol_round, ..PROPOSAL }.sign_bytes(CHAIN)),
        "the pol_round is -2, not -1 to 2147483647"
    );
    let good = PROPOSAL.sign_bytes(CHAIN);
    let at = good.windows(2).position(|pair| pair == [0x20, 0xff]).unwrap();
    let beyond = [&good[1 + 1..at], &[0x20, 0x80, 0x80, 0x80, 0x80, 0x08], &good[at + 11..]];
    assert_eq!(
        refusal(&delimited(&beyond.concat())),
        "the pol_round is 2147483648, not -1 to 2147483647"
    );
    for pol_round in [-1, 0, 1, i32::MAX] {
        assert!(read(&Proposal { pol_round, ..PROPOSAL }.sign_bytes(CHAIN)).is_ok());
    }
}

#[test]
fn a_block_id_that_is_not_complete_is_refused() {
    let hash = [&[0x0a, 32][..], &[0xaa; 32]].concat();
    let parts = [&[0x08, 5, 0x12, 32][..], &[0xbb; 32]].concat();
    let no_total = [&[0x12, 32][..], &[0xbb; 32]].concat();
    let short_parts = [&[0x08, 5, 0x12, 31][..], &[0xbb; 31]].concat();
    let short_hash = [&[0x0a, 31][..], &[0xaa; 31]].concat();
    let long_hash = [&[0x0a, 33][..], &[0xaa; 33]].concat();
    for (hash, parts, reason) in [
        (&hash[..], &parts[..], None),
        (&[], &[], Some("the block id has 0 parts")),
        (&hash, &[], Some("the block id has 0 parts")),
        (&hash, &no_total, Some("the block id has 0 parts")),
        (&[], &parts, Some("the block hash has 0 bytes instead of 32")),
        (&short_hash, &parts, Some("the block hash has 31 bytes instead of 32")),
        (&long_hash, &parts, Some("the block hash has 33 bytes instead of 32")),
        (&hash, &[0x08, 5], Some("the parts hash has 0 bytes instead of 32")),
        (&hash, &short_parts, Some("the parts hash has 31 bytes instead of 32")),
    ] {
        let block_id = [hash, &[0x12], &delimited(parts)].concat();
        let bytes = vote_with(0x22, &block_id);
        assert_eq!(read(&bytes).err().map(|refused| refused.reason), reason.map(Into::into));
    }
    let no_part_set_header = vote_with(0x22, &hash);
    assert_eq!(refusal(&no_part_set_header), "the block id has 0 parts");
}

#[test]
fn a_proposal_for_no_block_is_refused() {
    let body = [&[0x08, 32][..], &fixed(0x11, 10), &[0x32, 2, 0x08, 1, 0x3a, 1, b'c']].concat();
    assert_eq!(reason_of(&CometBft::new("c"), &delimited(&body)), "a proposal has no block id");
}

#[test]
fn a_timestamp_that_is_missing_or_is_no_time_is_refused() {
    let without = [&[0x08, 1][..], &fixed(0x11, 10), &chain_field()].concat();
    assert_eq!(refusal(&delimited(&without)), "the timestamp is missing");
    let at =
        |seconds, nanos| Vote { timestamp: Timestamp { seconds, nanos }, ..VOTE }.sign_bytes(CHAIN);
    for (seconds, nanos) in [
        (0, -1),
        (0, 1_000_000_000),
        (-62_135_596_801, 0),
        (253_402_300_800, 0),
        (i64::MAX, i32::MAX),
        (i64::MIN, i32::MIN),
    ] {
        assert_eq!(
            refusal(&at(seconds, nanos)),
            format!("the timestamp of {seconds} s and {nanos} ns is not a time")
        );
    }
    for (seconds, nanos) in [(0, 0), (-62_135_596_800, 0), (253_402_300_799, 999_999_999)] {
        assert!(read(&at(seconds, nanos)).is_ok(), "{seconds} {nanos}");
    }
}

#[test]
fn a_length_prefix_that_is_absent_or_wrong_is_refused() {
    let good = VOTE.sign_bytes(CHAIN);
    let missing = "the length prefix is missing or is no varint";
    assert_eq!(refusal(&[]), missing);
    assert_eq!(refusal(&[0x80]), missing);
    assert_eq!(refusal(&[0xff; 11]), missing);
    let count = good.len() - 1;
    let mut trailing = good.clone();
    trailing.push(0);
    assert_eq!(
        refusal(&trailing),
        format!("the length prefix is {count}, and {} bytes follow", count + 1)
    );
    assert_eq!(
        refusal(&good[..count]),
        format!("the length prefix is {count}, and {} bytes follow", count - 1)
    );
    assert_eq!(refusal(&[0]), OTHER_TYPE, "an empty message");
    let long = [&[good[0] | 0x80, 0x00], &good[1..]].concat();
    assert_eq!(refusal(&long), NOT_CANONICAL, "a prefix of two bytes where one will do");
}

#[test]
fn other_types_vote_extensions_and_raw_bytes_are_refused() {
    for kind in [0, 3, 31, 33, 127] {
        let body = [&[0x08, kind][..], &fixed(0x11, 10), &nil_tail()].concat();
        assert_eq!(refusal(&delimited(&body)), OTHER_TYPE, "type {kind}");
    }
    let untyped = [&fixed(0x11, 10)[..], &nil_tail()].concat();
    assert_eq!(refusal(&delimited(&untyped)), OTHER_TYPE);
    let extension = [&[0x0a, 1, 7][..], &fixed(0x11, 10), &[0x22, 1, b'c']].concat();
    assert_eq!(refusal(&delimited(&extension)), OTHER_TYPE);
    let raw = b"COMET::RAW_BYTES::SIGN";
    assert_eq!(refusal(&delimited(raw)), OTHER_TYPE);
    let twice = [&[0x08, 1, 0x08, 32][..], &fixed(0x11, 10), &nil_tail()].concat();
    assert_eq!(refusal(&delimited(&twice)), OTHER_TYPE, "a second type that wins");
}

#[test]
fn other_encodings_of_the_same_message_are_refused() {
    let height = fixed(0x11, 10);
    let canonical = [&[0x08, 1][..], &height, &nil_tail()].concat();
    assert!(read(&delimited(&canonical)).is_ok());
    for (body, what) in [
        ([&[0x08, 1][..], &height, &fixed(0x19, 0), &nil_tail()].concat(), "a round of 0 written"),
        ([&[0x08, 1][..], &nil_tail(), &height].concat(), "fields out of order"),
        ([&[0x08, 1][..], &height, &height, &nil_tail()].concat(), "a field twice"),
        ([&[0x08, 1, 0x08, 2][..], &height, &nil_tail()].concat(), "two types"),
        ([&canonical[..], &[0x38, 1]].concat(), "a field that is not of the message"),
        ([&[0x08, 1][..], &height, &[0x2a, 2, 0x08, 0], &chain_field()].concat(), "0 seconds"),
        ([&[0x08, 1][..], &height, &[0x2a, 3, 0x08, 0x81, 0], &chain_field()].concat(), "varint"),
    ] {
        assert_eq!(refusal(&delimited(&body)), NOT_CANONICAL, "{what}");
    }
    // A total of 2^32 + 5 would read as 5.
    let wide = [
        &[0x0a, 32][..],
        &[0xaa; 32],
        &[0x12, 40, 0x08, 0x85, 0x80, 0x80, 0x80, 0x10, 0x12, 32],
        &[0xbb; 32],
    ];
    assert_eq!(refusal(&vote_with(0x22, &wide.concat())), NOT_CANONICAL);
}

#[test]
fn bytes_that_are_no_protobuf_after_the_type_are_refused() {
    for tail in [&[0x11, 1][..], &[0x10, 10], &[0x32, 1, 0xff], &[0x22, 5, 1], &[0x0f], &[0xff]] {
        let body = [&[0x08, 1], tail].concat();
        assert_eq!(refusal(&delimited(&body)), NOT_PROTOBUF, "{tail:02x?}");
    }
    assert_eq!(refusal(&delimited(&[0x08, 32, 0x11])), NOT_PROTOBUF);
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

#[test]
fn a_message_with_any_bit_flipped_is_refused_or_differs_by_more_than_its_form() {
    for good in [VOTE.sign_bytes(CHAIN), PROPOSAL.sign_bytes(CHAIN)] {
        let (first, first_chain) = Message::from_sign_bytes(&good).unwrap();
        let mut others = 0;
        for bit in 0..8 * good.len() {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if holds_for_any_bytes(&flipped) {
                let (second, second_chain) = Message::from_sign_bytes(&flipped).unwrap();
                assert_ne!((second, &second_chain), (first, &first_chain), "bit {bit}");
                let differs_by_time_only =
                    at_zero(second) == at_zero(first) && second_chain == first_chain;
                assert_eq!(digest(&flipped) == digest(&good), differs_by_time_only, "bit {bit}");
                others += 1;
            }
        }
        assert!(others >= 8 * 64, "every bit of the two hashes: {others}");
    }
}

#[test]
fn a_message_that_is_cut_short_anywhere_is_refused() {
    for good in [VOTE.sign_bytes(CHAIN), PROPOSAL.sign_bytes(CHAIN)] {
        for cut in 0..good.len() {
            assert!(!holds_for_any_bytes(&good[..cut]), "cut at {cut}");
            assert!(!holds_for_any_bytes(&delimited(&good[2..][..cut.min(good.len() - 3)])));
        }
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

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!holds_for_any_bytes(&bytes));
        prop_assert!(!holds_for_any_bytes(&delimited(&bytes)));
        prop_assert!(!holds_for_any_bytes(&delimited(&[&[0x08, 1], &bytes[..]].concat())));
        prop_assert!(!holds_for_any_bytes(&delimited(&[&[0x08, 32], &bytes[..]].concat())));
    }

    #[test]
    fn every_valid_message_is_read_and_written_exactly(
        message in any_message(),
        flip in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = message.sign_bytes(CHAIN);
        prop_assert!(holds_for_any_bytes(&bytes));
        prop_assert_eq!(Message::from_sign_bytes(&bytes), Ok((message, CHAIN.into())));
        prop_assert!(!holds_for_any_bytes(&bytes[..cut.index(bytes.len())]));
        let mut flipped = bytes.clone();
        let bit = flip.index(8 * bytes.len());
        flipped[bit / 8] ^= 1 << (bit % 8);
        holds_for_any_bytes(&flipped);
    }

    #[test]
    fn digests_are_equal_exactly_when_all_but_the_timestamp_is(
        first in any_message(),
        second in any_message(),
        timestamp_only in any::<bool>(),
    ) {
        let second = if timestamp_only { at_zero(first) } else { second };
        prop_assert_eq!(
            digest(&first.sign_bytes(CHAIN)) == digest(&second.sign_bytes(CHAIN)),
            at_zero(first) == at_zero(second)
        );
    }
}

/// What must hold whatever the bytes: refused, or read as exactly these bytes. Says which.
fn holds_for_any_bytes(bytes: &[u8]) -> bool {
    let (message, chain_id) = match Message::from_sign_bytes(bytes) {
        Ok(parsed) => parsed,
        Err(refused) => {
            assert_eq!((refused.chain, refused.code()), ("cometbft", "chain.not_read"));
            assert_eq!(read(bytes), Err(refused));
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
    let timestamp = Timestamp { seconds: 0, nanos: 0 };
    match message {
        Message::Vote(vote) => Message::Vote(Vote { timestamp, ..vote }),
        Message::Proposal(proposal) => Message::Proposal(Proposal { timestamp, ..proposal }),
    }
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
