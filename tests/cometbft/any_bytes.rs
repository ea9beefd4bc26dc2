//! Any bytes are refused, or are read as exactly those bytes.

use super::*;

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
