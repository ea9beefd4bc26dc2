//! What is not exactly one vote or proposal of the chain is refused, with its reason.

use super::*;

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
fn other_types_and_raw_bytes_are_refused() {
    for kind in [0, 3, 31, 33, 127] {
        let body = [&[0x08, kind][..], &fixed(0x11, 10), &nil_tail()].concat();
        assert_eq!(refusal(&delimited(&body)), OTHER_TYPE, "type {kind}");
    }
    let untyped = [&fixed(0x11, 10)[..], &nil_tail()].concat();
    assert_eq!(refusal(&delimited(&untyped)), NOT_EXTENSION);
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
