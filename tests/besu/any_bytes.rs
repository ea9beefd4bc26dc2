//! Any bytes are refused, or are read as exactly those bytes.

use super::*;

#[test]
fn a_message_with_any_bit_flipped_is_refused_or_signs_another_hash() {
    for protocol in PROTOCOLS {
        for kind in KINDS {
            let claim = Claim { prepared: Some((0, 2)), ..Claim::of(kind, 300, 2) };
            let bytes = claim.preimage(protocol);
            assert!(holds_for_any_bytes(protocol, &bytes), "{kind:?}");
            let first = read(protocol, &bytes).unwrap();
            let mut others = 0;
            for bit in 0..8 * bytes.len() {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let Ok(second) = read(protocol, &flipped) else { continue };
                assert_ne!(first.signable, second.signable, "{kind:?}, bit {bit}");
                if kind != Kind::Commit {
                    assert_ne!(first.intent, second.intent, "{kind:?}, bit {bit}");
                }
                others += 1;
            }
            assert!(others >= 8 * 32, "{kind:?}: {others}"); // every bit of a hash at least
        }
    }
}

#[test]
fn a_message_that_is_cut_short_anywhere_is_refused() {
    for protocol in PROTOCOLS {
        for kind in KINDS {
            let bytes = Claim::of(kind, 300, 2).preimage(protocol);
            for cut in 0..bytes.len() {
                assert!(!holds_for_any_bytes(protocol, &bytes[..cut]), "{kind:?} cut at {cut}");
            }
            let more = [bytes.as_slice(), &[0x80]].concat();
            assert!(!holds_for_any_bytes(protocol, &more), "{kind:?}");
        }
    }
}

fn protocols() -> impl Strategy<Value = Protocol> {
    prop::sample::select(PROTOCOLS.to_vec())
}

proptest! {
    #[test]
    fn random_bytes_are_refused(
        protocol in protocols(),
        bytes in prop::collection::vec(any::<u8>(), 0..700),
    ) {
        prop_assert!(!holds_for_any_bytes(protocol, &bytes));
    }

    #[test]
    fn a_list_of_any_items_is_refused_or_is_read_exactly(
        protocol in protocols(),
        code in 0_u8..0x17,
        items in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| string(&bytes)),
            any::<u32>().prop_map(|number| integer(u128::from(number))),
            Just(string(&[0, 0, 0, 0, 0, 0, 0, 9])),
            Just(string(&[0, 0, 0, 3])),
            Just(hash(4)),
            Just(string(&signature(0))),
            Just(list(&[])),
            Just(list(&[integer(0), hash(4)])),
        ], 0..6),
    ) {
        holds_for_any_bytes(protocol, &message(protocol, code, &items));
    }

    #[test]
    fn every_valid_message_is_read_and_written_exactly(
        protocol in protocols(),
        kind in prop::sample::select(KINDS.to_vec()),
        height in 1..=i64::MAX as u64,
        round in 1..=MAX_ROUND,
        prepared in prop::option::of((any::<u32>(), any::<u8>())),
        block in any::<u8>(),
        look in 0_u8..2,
    ) {
        let prepared = prepared.map(|(lower, block)| (lower % round, block));
        let bytes = Claim { kind, height, round, block, prepared, look }.preimage(protocol);
        prop_assert!(holds_for_any_bytes(protocol, &bytes));
        let position = read(protocol, &bytes).unwrap().intent.position;
        prop_assert_eq!(position, Position::new(height, round, 0));
    }
}
