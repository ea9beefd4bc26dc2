//! Vote extensions stand in a lane of their own, at the position of their precommit.

use super::*;
use brainswap::chain::cometbft::{MAX_EXTENSION, VoteExtension};

const EXTENSION_LANE: Lane = Lane::new(1);

#[test]
fn an_extension_stands_where_its_precommit_does_in_the_second_lane() {
    let chain = extended();
    let precommit = chain.read(&VOTE.sign_bytes(CHAIN)).unwrap().intent;
    let bytes = extension(10, 1, b"price").sign_bytes(CHAIN);
    let reading = chain.read(&bytes).unwrap();
    assert_eq!(reading.intent.lane, EXTENSION_LANE);
    assert_eq!(reading.intent.position, precommit.position);
    assert_eq!((precommit.lane, reading.intent.floor), (Lane::FIRST, 0));
    assert_eq!(reading.signable, Signable::Message(bytes));
}

#[test]
fn another_content_for_the_last_precommit_may_be_signed_and_one_for_an_earlier_may_not() {
    let chain = extended();
    let intent = |height, round, content: &[u8]| {
        chain.read(&extension(height, round, content).sign_bytes(CHAIN)).unwrap().intent
    };
    let Ok(Verdict::Advance(mark)) = check(None, &intent(10, 1, b"one")) else { panic!() };
    for content in [&b"one"[..], b"two", b""] {
        assert_eq!(check(Some(&mark), &intent(10, 1, content)), Ok(Verdict::Again));
    }
    for (height, round) in [(10, 0), (9, 7)] {
        let intent = intent(height, round, b"one");
        let below = WatermarkRefusal::Below { asked: intent.position, last: mark.position };
        assert_eq!(check(Some(&mark), &intent), Err(below));
    }
    for (height, round) in [(10, 2), (11, 0)] {
        let verdict = check(Some(&mark), &intent(height, round, b""));
        assert!(matches!(verdict, Ok(Verdict::Advance(_))), "{verdict:?}");
    }
}

#[test]
fn an_identity_without_the_lane_signs_no_extension() {
    let bytes = extension(10, 1, b"price").sign_bytes(CHAIN);
    assert_eq!(refusal(&bytes), "it is a vote extension, and there is no lane for them");
    assert_eq!(CometBft::new(CHAIN).lanes().len(), 1);
}

#[test]
fn with_extensions_there_are_two_lanes_and_both_end_alike_at_a_head() {
    let chain = extended();
    let rules = ["consensus", "extension"].map(|name| LaneRule { name, floored: false });
    assert_eq!(chain.lanes(), rules);
    let last = Position::new(42, u32::MAX, 3);
    assert_eq!(chain.last_signable(41), Lanes::from(vec![last, last]));
    assert_eq!(chain.read(&VOTE.sign_bytes(CHAIN)), read(&VOTE.sign_bytes(CHAIN)));
}

#[test]
fn a_secp256k1_validator_signs_the_sha_256_of_the_same_bytes() {
    for bytes in [VOTE.sign_bytes(CHAIN), extension(10, 1, b"price").sign_bytes(CHAIN)] {
        let plain = extended().read(&bytes).unwrap();
        let hashed = extended().with_secp256k1().read(&bytes).unwrap();
        assert_eq!(hashed.intent, plain.intent);
        assert_eq!(hashed.signable, Signable::Prehash(*brainswap::Digest::of(&bytes).as_bytes()));
    }
}

#[test]
fn what_is_not_exactly_one_extension_of_the_chain_is_refused() {
    let chain = extended();
    let of = |extension: &VoteExtension| reason_of(&chain, &extension.sign_bytes(CHAIN));
    assert_eq!(of(&extension(0, 1, b"x")), "the height is 0, not above 0");
    assert_eq!(of(&extension(-1, 1, b"x")), "the height is -1, not above 0");
    assert_eq!(of(&extension(1, -1, b"x")), "the round is -1, not 0 to 2147483647");
    let other = extension(10, 1, b"x").sign_bytes("other");
    assert_eq!(reason_of(&chain, &other), r#"it is for chain "other" instead of "test_chain_id""#);
    assert_eq!(reason_of(&chain, &extension(10, 1, b"x").sign_bytes("")), "the chain id is empty");
    let good = extension(10, 1, b"x").sign_bytes(CHAIN);
    for (body, what) in [
        ([&good[1..], &[0x28, 1]].concat(), "a field that is not of an extension"),
        ([&good[1..4], &good[1..]].concat(), "a field twice"),
        ([&[0x0a, 0], &good[4..]].concat(), "an empty field written"),
        ([&good[4..], &good[1..4]].concat(), "fields out of order"),
    ] {
        assert_eq!(reason_of(&chain, &delimited(&body)), NOT_EXTENSION, "{what}");
    }
    assert_eq!(reason_of(&chain, &delimited(&[0x0a, 9])), "the bytes are no vote extension");
}

#[test]
fn an_extension_has_at_most_one_mebibyte() {
    let chain = extended();
    assert_eq!(MAX_EXTENSION, 1_048_576);
    let longest = extension(10, 1, &vec![7; MAX_EXTENSION]);
    assert!(chain.read(&longest.sign_bytes(CHAIN)).is_ok());
    let longer = extension(10, 1, &vec![7; MAX_EXTENSION + 1]);
    assert_eq!(
        reason_of(&chain, &longer.sign_bytes(CHAIN)),
        "the extension has 1048577 bytes; at most 1048576 are"
    );
}

proptest! {
    #[test]
    fn every_extension_is_read_and_written_exactly_and_never_taken_for_a_vote(
        height in 1_i64..,
        round in 0_i32..,
        content in prop::collection::vec(any::<u8>(), 0..100),
        flip in any::<prop::sample::Index>(),
    ) {
        let extension = VoteExtension { height, round, extension: content };
        let mut bytes = extension.sign_bytes(CHAIN);
        let read = VoteExtension::from_sign_bytes(&bytes);
        prop_assert_eq!(read, Ok((extension.clone(), CHAIN.to_owned())));
        prop_assert!(Message::from_sign_bytes(&bytes).is_err());
        let empty = VoteExtension { extension: vec![], ..extension };
        prop_assert_eq!(
            extended().read(&bytes).unwrap().intent,
            extended().read(&empty.sign_bytes(CHAIN)).unwrap().intent
        );
        let bit = flip.index(8 * bytes.len());
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok((other, chain_id)) = VoteExtension::from_sign_bytes(&bytes) {
            prop_assert_eq!(other.sign_bytes(&chain_id), bytes);
        }
    }
}

fn extended() -> CometBft {
    CometBft::new(CHAIN).with_extensions()
}

fn extension(height: i64, round: i32, content: &[u8]) -> VoteExtension {
    VoteExtension { height, round, extension: content.to_vec() }
}
