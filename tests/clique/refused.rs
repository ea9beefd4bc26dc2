//! What is not exactly one header is refused, with its reason.

use super::*;

#[test]
fn a_field_of_fixed_length_is_refused_at_any_other() {
    for (index, length) in
        [0, 1, 2, 3, 4, 5, 6, 13, 14].into_iter().zip([32, 32, 20, 32, 32, 32, 256, 32, 8])
    {
        for got in [0, length - 1, length + 1] {
            let mut fields = goerli_1();
            fields[index] = vec![1; got];
            let field = FIELDS[index];
            assert_eq!(
                Header::from_rlp(&list(&fields)),
                Err(HeaderError::Length { field, got, wanted: length })
            );
            assert_eq!(
                refusal(&list(&fields)),
                format!("the {field} has {got} bytes instead of {length}")
            );
        }
    }
}

#[test]
fn an_integer_that_is_long_or_has_leading_zeros_is_refused() {
    for (index, bits) in [(7, 64), (8, 64), (9, 64), (10, 64), (11, 64), (15, 128)] {
        for bytes in [vec![0], vec![0, 1], vec![1; bits / 8 + 1]] {
            let mut fields = goerli_1();
            fields.push(vec![7]);
            fields[index] = bytes;
            assert_eq!(
                refusal(&list(&fields)),
                format!(
                    "the {} is not an integer in its shortest form of at most {bits} bits",
                    FIELDS[index]
                )
            );
        }
    }
}

#[test]
fn a_missing_field_a_list_and_a_seventeenth_field_are_refused() {
    for count in 0..15 {
        let field = FIELDS[count];
        assert_eq!(
            refusal(&list(&goerli_1()[..count])),
            format!("the {field} is missing, or is not an RLP byte string")
        );
        let mut items: Vec<Vec<u8>> = goerli_1().iter().map(|field| string(field)).collect();
        items[count] = wrap(0xc0, &items[count]);
        assert_eq!(
            refusal(&wrap(0xc0, &items.concat())),
            format!("the {field} is missing, or is not an RLP byte string")
        );
    }
    let mut fields = goerli_1();
    fields.extend([vec![7], vec![7; 32]]);
    assert_eq!(refusal(&list(&fields)), "the header has more than 16 fields");
}

#[test]
fn a_difficulty_other_than_1_or_2_is_refused() {
    for (bytes, got) in [(vec![], 0), (vec![3], 3), (vec![2, 0], 512)] {
        let mut fields = goerli_1();
        fields[DIFFICULTY] = bytes;
        assert_eq!(refusal(&list(&fields)), format!("the difficulty is {got} instead of 1 or 2"));
    }
}

#[test]
fn extra_data_that_is_not_vanity_and_signers_is_refused() {
    for length in [0, 31, 33, 51, 53, 96, 98] {
        let mut fields = goerli_1();
        fields[EXTRA] = vec![1; length];
        assert_eq!(
            refusal(&list(&fields)),
            format!("the extra data has {length} bytes, neither 32 + 20 n nor 97 + 20 n")
        );
    }
}

#[test]
fn a_sealed_header_is_refused_so_that_a_seal_never_covers_a_seal() {
    let mut fields = goerli_1();
    fields[EXTRA].extend(hex(GOERLI_1_SEAL));
    assert_eq!(refusal(&list(&fields)), "the header is sealed already");
}

#[test]
fn the_genesis_block_is_refused_and_the_last_number_is_read() {
    let mut fields = goerli_1();
    fields[NUMBER] = vec![];
    assert_eq!(refusal(&list(&fields)), "the genesis block is never sealed");
    fields[NUMBER] = vec![0xff; 8];
    let position = read(&list(&fields)).unwrap().intent.position;
    assert_eq!(position, Position::at_height(u64::MAX));
    assert!(position < Position::END);
}

#[test]
fn bytes_around_the_list_and_other_forms_of_it_are_refused() {
    let rlp = list(&goerli_1());
    let mut trailing = rlp.clone();
    trailing.push(0);
    let mut long_length = vec![0xfa, 0];
    long_length.extend(&rlp[1..]);
    let mut a_string = rlp.clone();
    a_string[0] = 0xb9;
    for bytes in [vec![], vec![0xc1], trailing, long_length, a_string, rlp[1..].to_vec()] {
        assert_eq!(refusal(&bytes), "the bytes are not exactly one RLP list");
    }
    assert_eq!(
        refusal(&[0xc0]),
        "the parent hash is missing, or is not an RLP byte string",
        "an empty list"
    );
    let mut items: Vec<Vec<u8>> = goerli_1().iter().map(|field| string(field)).collect();
    items[NUMBER] = vec![0x81, 0x01]; // one byte below 0x80 stands for itself
    assert_eq!(
        refusal(&wrap(0xc0, &items.concat())),
        "the number is missing, or is not an RLP byte string"
    );
    items[NUMBER] = vec![0xb8, 0x01, 0x80]; // a short string in the long form
    assert_eq!(
        refusal(&wrap(0xc0, &items.concat())),
        "the number is missing, or is not an RLP byte string"
    );
}
