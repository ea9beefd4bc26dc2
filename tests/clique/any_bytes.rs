//! Any bytes are refused, or are read as exactly those bytes.

use super::*;

#[test]
fn a_header_with_any_bit_flipped_is_refused_or_is_another_header() {
    let rlp = list(&goerli_1());
    let first = read(&rlp).unwrap();
    let mut others = 0;
    for bit in 0..8 * rlp.len() {
        let mut flipped = rlp.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if holds_for_any_bytes(&flipped) {
            let second = read(&flipped).unwrap();
            assert_ne!(first.intent.digest, second.intent.digest, "bit {bit}");
            assert_ne!(first.signable, second.signable, "bit {bit}");
            others += 1;
        }
    }
    // Every bit of the 512 bytes of fixed fields and vanity, and some of the integers.
    assert!(others >= 8 * 512, "{others}");
}

#[test]
fn a_header_that_is_cut_short_anywhere_is_refused() {
    let rlp = list(&goerli_1());
    for cut in 0..rlp.len() {
        assert!(!holds_for_any_bytes(&rlp[..cut]), "cut at {cut}");
    }
}

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        prop_assert!(!holds_for_any_bytes(&bytes));
    }

    #[test]
    fn a_list_of_any_fields_is_refused_or_is_read_exactly(
        fields in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 12..18),
        good in any::<[bool; 16]>(),
    ) {
        let mut fields = fields;
        let valid = goerli_1().into_iter().chain([vec![7]]);
        for ((field, valid), good) in fields.iter_mut().zip(valid).zip(good) {
            if good {
                *field = valid;
            }
        }
        holds_for_any_bytes(&list(&fields));
    }

    #[test]
    fn every_valid_header_is_read_and_written_exactly(
        number in 1_u64..,
        difficulty in 1_u8..=2,
        rest in any::<([u8; 32], [u8; 32], u64, u64, u64, Option<u128>)>(),
        signers in 0_usize..9,
        flip in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (parent, vanity, gas_limit, gas_used, timestamp, base_fee) = rest;
        let mut fields = goerli_1();
        fields[0] = parent.to_vec();
        fields[DIFFICULTY] = vec![difficulty];
        fields[NUMBER] = shortest(u128::from(number));
        fields[9] = shortest(u128::from(gas_limit));
        fields[10] = shortest(u128::from(gas_used));
        fields[11] = shortest(u128::from(timestamp));
        fields[EXTRA] = vanity.to_vec();
        fields[EXTRA].extend(vec![5; 20 * signers]);
        fields.extend(base_fee.map(shortest));
        let rlp = list(&fields);
        prop_assert!(holds_for_any_bytes(&rlp));
        prop_assert_eq!(read(&rlp).unwrap().intent.position.height(), number);
        prop_assert!(!holds_for_any_bytes(&rlp[..cut.index(rlp.len())]));
        let mut flipped = rlp.clone();
        let bit = flip.index(8 * rlp.len());
        flipped[bit / 8] ^= 1 << (bit % 8);
        if holds_for_any_bytes(&flipped) {
            let digest = read(&flipped).unwrap().intent.digest;
            prop_assert_ne!(digest, read(&rlp).unwrap().intent.digest);
        }
    }
}
