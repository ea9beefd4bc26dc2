//! "Bytes that are not exactly one message of the network are refused; nothing panics." (Chain, 3)

use brainswap::{
    Digest, Lane, Lanes, Position, PublicKey, Reading, Signable, Signature,
    chain::{
        Clique, Policy,
        clique::{Header, HeaderError, address_of},
    },
    ports::{Chain as _, LaneRule, NotRead},
};
use k256::ecdsa::SigningKey;
use proptest::prelude::*;
use serde_json::Value;
use std::{env, fs, path::PathBuf};

/// Block 1 of Goerli, field by field; the seal apart. Source: the public chain.
const GOERLI_1: [&str; 15] = [
    "bf7e331f7f7c1dd2e05159666b3bf8bc7a8a3a9eb1d518969eab529dd9b88c1a",
    "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
    "0000000000000000000000000000000000000000",
    "5d6cded585e73c4e322c30c2f782a336316f17dd85a4863b9d838d2d4b8b3008",
    "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
    "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
    "", // the bloom: 256 zero bytes
    "02",
    "01",
    "9fd801",
    "",
    "5c530ffd",
    "506172697479205465636820417574686f726974790000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000",
];
const GOERLI_1_SEAL: &str = "2bbf886181970654ed46e3fae0ded41ee53fec702c47431988a7ae80e6576f35\
     52684f069af80ba11d36327aaf846d470526e4a1c461601b2fd4ebdcdc2b734a01";
const GOERLI_1_SEAL_HASH: &str = "e26ba58f7923693693f3b6279b53bb29e17d6c7d1779bf2c793c14c969abf660";
const GOERLI_1_HASH: &str = "8f5bab218b6bb34476f51ca588e9f4553a3a7ce5e13a66c660a5283e97e9a85a";
const GOERLI_1_SIGNER: &str = "e0a2bd4258d2768837baa26a28fe71dc079f84c7";

const BLOOM: usize = 6;
const DIFFICULTY: usize = 7;
const NUMBER: usize = 8;
const EXTRA: usize = 12;
const FIELDS: [&str; 16] = [
    "parent hash",
    "uncle hash",
    "coinbase",
    "state root",
    "transactions root",
    "receipts root",
    "bloom",
    "difficulty",
    "number",
    "gas limit",
    "gas used",
    "timestamp",
    "extra data",
    "mix digest",
    "nonce",
    "base fee",
];

#[test]
fn a_header_of_goerli_is_read_as_one_block_at_its_number() {
    let reading = read(&list(&goerli_1())).unwrap();
    assert_eq!(reading.intent.lane, Lane::FIRST);
    assert_eq!(reading.intent.position, Position::at_height(1));
    assert_eq!(reading.intent.floor, 0);
    assert_eq!(reading.intent.digest, GOERLI_1_SEAL_HASH.parse::<Digest>().unwrap());
    assert_eq!(reading.signable, Signable::Prehash(array(GOERLI_1_SEAL_HASH)));
}

#[test]
fn a_sealed_header_of_goerli_names_its_block_and_its_signer() {
    let mut fields = goerli_1();
    fields[EXTRA].extend(hex(GOERLI_1_SEAL));
    let header = Header::from_rlp(&list(&fields)).unwrap();
    assert_eq!(header.block_hash(), Ok(array(GOERLI_1_HASH)));
    assert_eq!(header.seal_hash(), array(GOERLI_1_SEAL_HASH));
    assert_eq!(header.signer(), Ok(array(GOERLI_1_SIGNER)));
    assert_eq!(header.unsealed(), list(&goerli_1()));
}

#[test]
fn every_published_header_gives_its_hashes_its_fields_and_its_signer() {
    let Some(file) = vectors("clique/sealed_headers.json") else { return };
    let rows = file["vectors"].as_array().unwrap();
    assert_eq!(rows.len(), 14);
    for row in rows {
        let name = format!("{} {}", row["network"], row["number"]);
        let sealed_rlp = hex_of(row, "header_rlp");
        let unsealed_rlp = hex_of(row, "clique_rlp");
        let sealed = Header::from_rlp(&sealed_rlp).unwrap();
        let unsealed = Header::from_rlp(&unsealed_rlp).unwrap();
        assert_eq!(sealed.to_rlp(), sealed_rlp, "{name}");
        assert_eq!(sealed.unsealed(), unsealed_rlp, "{name}");
        assert_eq!(unsealed.to_rlp(), unsealed_rlp, "{name}");
        assert_eq!(sealed.block_hash().unwrap().to_vec(), hex_of(row, "block_hash"), "{name}");
        assert_eq!(sealed.seal_hash().to_vec(), hex_of(row, "seal_hash"), "{name}");
        assert_eq!(unsealed.seal_hash(), sealed.seal_hash(), "{name}");
        assert_eq!(sealed.seal().unwrap().to_vec(), hex_of(row, "seal"), "{name}");
        assert_eq!(Some(u64::from(sealed.seal().unwrap()[64])), row["v"].as_u64(), "{name}");
        assert_eq!(Some(sealed.number()), row["number"].as_u64(), "{name}");
        assert_eq!(Some(sealed.timestamp()), row["timestamp"].as_u64(), "{name}");
        assert_eq!(Some(sealed.difficulty()), row["difficulty"].as_u64(), "{name}");
        assert_eq!(sealed.parent_hash().to_vec(), hex_of(row, "parent_hash"), "{name}");
        assert_eq!(sealed.signer().unwrap().to_vec(), hex_of(row, "recovered_signer"), "{name}");
        assert_eq!(
            unsealed.with_seal(&Signature::Secp256k1(sealed.seal().unwrap())),
            Ok(sealed.clone()),
            "{name}"
        );
        let reading = read(&unsealed_rlp).unwrap();
        assert_eq!(reading.intent.position, Position::at_height(sealed.number()), "{name}");
        assert_eq!(reading.intent.digest, Digest::from_bytes(sealed.seal_hash()), "{name}");
        assert_eq!(reading.signable, Signable::Prehash(sealed.seal_hash()), "{name}");
        assert_eq!(refusal(&sealed_rlp), "the header is sealed already", "{name}");
    }
}

#[test]
fn a_published_key_makes_the_published_seals_again() {
    let Some(file) = vectors("clique/sealed_headers.json") else { return };
    let rows: Vec<_> = file["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["rfc6979_reproduces_seal"] == true)
        .collect();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let key = SigningKey::from_slice(&hex_of(row, "private_key")).unwrap();
        assert_eq!(address_of(&public(&key)).unwrap().to_vec(), hex_of(row, "recovered_signer"));
        let unsealed = Header::from_rlp(&hex_of(row, "clique_rlp")).unwrap();
        assert_eq!(unsealed.seal(), None);
        let sealed = seal(&key, &unsealed);
        assert_eq!(sealed.seal().unwrap().to_vec(), hex_of(row, "seal"));
        assert_eq!(sealed.to_rlp(), hex_of(row, "header_rlp"));
    }
}

#[test]
fn what_geth_sends_to_an_external_signer_is_read_and_signed_as_clef_does() {
    let Some(file) = vectors("clique/clef_sign_data.json") else { return };
    let rows = file["vectors"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let data = hex(row["request"]["params"][2].as_str().unwrap().trim_start_matches("0x"));
        let reading = read(&data).unwrap();
        let decoded = &row["decoded"];
        assert_eq!(Some(reading.intent.position.height()), decoded["number"].as_u64());
        let Signable::Prehash(hash) = reading.signable else { panic!("not a hash") };
        assert_eq!(hash.to_vec(), hex_of(decoded, "seal_hash"));
        let key = SigningKey::from_slice(&hex_of(row, "private_key")).unwrap();
        assert_eq!(sign(&key, &hash).to_vec(), hex_of(&row["response"], "result"));
        assert_eq!(address_of(&public(&key)).unwrap().to_vec(), hex_of(row, "address"));
        let header = Header::from_rlp(&data).unwrap();
        assert_eq!(Some(header.timestamp()), decoded["timestamp"].as_u64());
        assert_eq!(Some(header.difficulty()), decoded["difficulty"].as_u64());
        assert_eq!(header.parent_hash().to_vec(), hex_of(decoded, "parent_hash"));
    }
}

#[test]
fn checkpoint_headers_and_headers_with_a_base_fee_are_read() {
    let mut checkpoint = goerli_1();
    checkpoint[NUMBER] = vec![0x75, 0x30]; // 30,000
    checkpoint[EXTRA].extend([7; 3 * 20]);
    assert_eq!(read(&list(&checkpoint)).unwrap().intent.position, Position::at_height(30_000));
    checkpoint[EXTRA].extend([1; 65]);
    assert_eq!(refusal(&list(&checkpoint)), "the header is sealed already");
    for base_fee in [vec![], vec![7], vec![0xff; 16]] {
        let mut london = goerli_1();
        london.push(base_fee);
        let header = Header::from_rlp(&list(&london)).unwrap();
        assert_eq!(header.unsealed(), list(&london));
        assert_eq!(
            Digest::from_bytes(header.seal_hash()),
            read(&list(&london)).unwrap().intent.digest
        );
    }
}

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

#[test]
fn headers_of_one_number_that_differ_in_any_field_have_different_digests() {
    let mut fields = goerli_1();
    fields.push(vec![7]);
    let first = read(&list(&fields)).unwrap().intent;
    let mut digests = vec![first.digest, read(&list(&fields[..15])).unwrap().intent.digest];
    for index in (0..16).filter(|index| *index != NUMBER) {
        let mut other = fields.clone();
        match index {
            DIFFICULTY => other[index] = vec![1],
            _ if other[index].is_empty() => other[index] = vec![1],
            _ => *other[index].last_mut().unwrap() ^= 1,
        }
        let intent = read(&list(&other)).unwrap().intent;
        assert_eq!(intent.position, first.position, "{}", FIELDS[index]);
        digests.push(intent.digest);
    }
    let mut checkpoint = fields.clone();
    checkpoint[EXTRA].extend([0; 20]);
    digests.push(read(&list(&checkpoint)).unwrap().intent.digest);
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!((digests.len(), count), (18, 18));
}

#[test]
fn there_is_one_lane_and_at_a_head_the_next_number_can_be_signed() {
    assert_eq!(chain().name(), "clique");
    assert_eq!(chain().lanes(), [LaneRule { name: "block", floored: false }]);
    assert_eq!(chain().policy(), Policy::OnePerNumber);
    for (head, last) in [(0, 1), (41, 42), (u64::MAX - 1, u64::MAX), (u64::MAX, u64::MAX)] {
        let expected = Lanes::from(vec![Position::at_height(last)]);
        assert_eq!(chain().last_signable(head), expected);
        assert!(Position::at_height(last).next().is_some());
    }
}

#[test]
fn children_follow_their_parents_and_are_sealed_by_their_signer() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let mut fields = goerli_1();
    fields.push(vec![7]);
    let mut parent = seal(&key, &Header::from_rlp(&list(&fields)).unwrap());
    for (number, difficulty) in [(2, 1), (3, 2), (4, 2)] {
        let timestamp = parent.timestamp() + 15;
        let child = parent.child(timestamp, difficulty, [9; 32]).unwrap();
        assert_eq!(child.parent_hash(), parent.block_hash().unwrap());
        assert_eq!(child.number(), number);
        assert_eq!(child.timestamp(), timestamp);
        assert_eq!(child.difficulty(), difficulty);
        assert_eq!(child.seal(), None);
        let reading = read(&child.unsealed()).unwrap();
        assert_eq!(reading.intent.position, Position::at_height(number));
        parent = seal(&key, &child);
        assert_eq!(parent.seal_hash(), child.seal_hash());
        assert_eq!(parent.signer().ok(), address_of(&public(&key)));
        assert_eq!(Header::from_rlp(&parent.to_rlp()), Ok(parent.clone()));
    }
}

#[test]
fn a_child_takes_over_the_state_the_gas_limit_and_the_base_fee_and_nothing_else() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let mut fields = goerli_1();
    for (index, byte) in [(2, 0x22), (4, 0x44), (5, 0x55), (6, 0x66), (13, 0xdd), (14, 0xff)] {
        fields[index].fill(byte);
    }
    fields[10] = vec![10]; // gas used
    fields[EXTRA].extend([3; 40]);
    fields.push(vec![15]);
    let parent = seal(&key, &Header::from_rlp(&list(&fields)).unwrap());
    let mut expected = goerli_1();
    expected[0] = parent.block_hash().unwrap().to_vec();
    expected[NUMBER] = vec![2];
    expected[11] = vec![0x5c, 0x53, 0x10, 0x0c];
    expected[EXTRA] = vec![9; 32];
    expected.push(vec![15]);
    let child = parent.child(parent.timestamp() + 15, 2, [9; 32]).unwrap();
    assert_eq!(child.unsealed(), list(&expected));
}

#[test]
fn no_child_is_made_of_an_unsealed_or_a_last_header_or_with_another_difficulty() {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let unsealed = Header::from_rlp(&list(&goerli_1())).unwrap();
    assert_eq!(unsealed.child(0, 1, [0; 32]), Err(HeaderError::NotSealed));
    let sealed = seal(&key, &unsealed);
    assert_eq!(sealed.child(0, 3, [0; 32]), Err(HeaderError::Difficulty { got: 3 }));
    let mut fields = goerli_1();
    fields[NUMBER] = vec![0xff; 8];
    let last = seal(&key, &Header::from_rlp(&list(&fields)).unwrap());
    assert_eq!(last.child(0, 1, [0; 32]), Err(HeaderError::LastNumber { number: u64::MAX }));
}

#[test]
fn an_unsealed_header_has_no_block_hash_and_no_signer() {
    let header = Header::from_rlp(&list(&goerli_1())).unwrap();
    assert_eq!(header.seal(), None);
    assert_eq!(header.block_hash(), Err(HeaderError::NotSealed));
    assert_eq!(header.signer(), Err(HeaderError::NotSealed));
}

#[test]
fn a_seal_that_no_key_made_has_no_signer() {
    let header = Header::from_rlp(&list(&goerli_1())).unwrap();
    let good: [u8; 65] = array(GOERLI_1_SEAL);
    for v in [2, 3, 27, 28, 255] {
        let mut seal = good;
        seal[64] = v;
        assert_eq!(header.with_seal(&Signature::Secp256k1(seal)), Err(HeaderError::BadSeal));
        let mut fields = goerli_1();
        fields[EXTRA].extend(seal);
        assert_eq!(Header::from_rlp(&list(&fields)).unwrap().signer(), Err(HeaderError::BadSeal));
    }
    assert_eq!(header.with_seal(&Signature::Ed25519([1; 64])), Err(HeaderError::BadSeal));
    for byte in [0, 0xff] {
        let mut seal = [byte; 65];
        seal[64] = 1;
        let sealed = header.with_seal(&Signature::Secp256k1(seal)).unwrap();
        assert_eq!(sealed.signer(), Err(HeaderError::BadSeal));
    }
}

#[test]
fn a_seal_that_a_key_could_be_recovered_from_with_v_2_has_no_signer() {
    // v 2 and 3 mean r + n: there are keys for some small r, and Clique has no such seals.
    let header = Header::from_rlp(&list(&goerli_1())).unwrap();
    let id = k256::ecdsa::RecoveryId::from_byte(2).unwrap();
    let recoverable = (1..=u8::MAX).find_map(|r| {
        let mut seal = [0; 65];
        (seal[31], seal[63], seal[64]) = (r, 1, 2);
        let signature = k256::ecdsa::Signature::from_slice(&seal[..64]).unwrap();
        let hash = header.seal_hash();
        let key = k256::ecdsa::VerifyingKey::recover_from_prehash(&hash, &signature, id);
        key.is_ok().then_some(seal)
    });
    let mut fields = goerli_1();
    fields[EXTRA].extend(recoverable.unwrap());
    assert_eq!(Header::from_rlp(&list(&fields)).unwrap().signer(), Err(HeaderError::BadSeal));
}

#[test]
fn a_seal_over_another_header_has_another_signer() {
    let mut fields = goerli_1();
    fields[0][31] ^= 1;
    fields[EXTRA].extend(hex(GOERLI_1_SEAL));
    let signer = Header::from_rlp(&list(&fields)).unwrap().signer().unwrap();
    assert_ne!(signer, array(GOERLI_1_SIGNER));
}

#[test]
fn only_a_usable_secp256k1_key_has_an_address() {
    assert_eq!(address_of(&PublicKey::Ed25519([1; 32])), None);
    assert_eq!(address_of(&PublicKey::Secp256k1([0; 33])), None);
    // The key 1 is the generator; its address is known from every Ethereum tool.
    let mut one = [0; 32];
    one[31] = 1;
    let key = SigningKey::from_slice(&one).unwrap();
    let address = array("7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    assert_eq!(address_of(&public(&key)), Some(address));
}

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

#[test]
fn a_seal_with_a_high_s_is_the_signers_too_and_names_another_block() {
    let mut fields = goerli_1();
    fields[EXTRA].extend(hex(GOERLI_1_SEAL));
    let low = Header::from_rlp(&list(&fields)).unwrap();
    let [compact @ .., v] = low.seal().unwrap();
    let (r, s) = k256::ecdsa::Signature::from_slice(&compact).unwrap().split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(r, -s).unwrap();
    fields[EXTRA] = hex(GOERLI_1[EXTRA]);
    fields[EXTRA].extend(high.to_bytes());
    fields[EXTRA].push(1 - v);
    let high = Header::from_rlp(&list(&fields)).unwrap();
    assert_eq!(high.signer(), low.signer());
    assert_eq!(high.seal_hash(), low.seal_hash());
    assert_ne!(high.block_hash(), low.block_hash());
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

/// What must hold whatever the bytes: refused, or read as exactly these bytes. Says which.
fn holds_for_any_bytes(bytes: &[u8]) -> bool {
    if let Ok(header) = Header::from_rlp(bytes) {
        assert_eq!(header.to_rlp(), bytes);
        assert_eq!(header.seal().is_some(), header.unsealed() != bytes);
        assert_eq!(
            header.signer().is_err() && header.block_hash().is_err(),
            header.seal().is_none()
        );
    }
    match chain().read(bytes) {
        Ok(reading) => {
            let header = Header::from_rlp(bytes).unwrap();
            assert_eq!(header.unsealed(), bytes);
            assert_eq!(reading.intent.position, Position::at_height(header.number()));
            assert_eq!(reading.signable, Signable::Prehash(header.seal_hash()));
            assert_eq!(reading.intent.digest.as_bytes(), &header.seal_hash());
            true
        }
        Err(refused) => {
            assert_eq!((refused.chain, refused.code()), ("clique", "chain.not_read"));
            false
        }
    }
}

fn chain() -> Clique {
    Clique::new(Policy::OnePerNumber)
}

fn read(bytes: &[u8]) -> Result<Reading, NotRead> {
    chain().read(bytes)
}

fn refusal(bytes: &[u8]) -> String {
    let refused = read(bytes).unwrap_err();
    assert_eq!(refused.chain, "clique");
    refused.reason.into_owned()
}

fn goerli_1() -> Vec<Vec<u8>> {
    let mut fields: Vec<Vec<u8>> = GOERLI_1.iter().map(|field| hex(field)).collect();
    fields[BLOOM] = vec![0; 256];
    fields
}

/// The RLP of a list of byte strings, written apart from the crate's.
fn list(fields: &[Vec<u8>]) -> Vec<u8> {
    wrap(0xc0, &fields.iter().flat_map(|field| string(field)).collect::<Vec<_>>())
}

fn string(bytes: &[u8]) -> Vec<u8> {
    match bytes {
        [byte] if *byte < 0x80 => vec![*byte],
        _ => wrap(0x80, bytes),
    }
}

fn wrap(offset: u8, payload: &[u8]) -> Vec<u8> {
    let mut item = match payload.len() {
        length @ 0..56 => vec![offset + length as u8],
        length => {
            let length = shortest(length as u128);
            let mut head = vec![offset + 55 + length.len() as u8];
            head.extend(length);
            head
        }
    };
    item.extend(payload);
    item
}

fn shortest(integer: u128) -> Vec<u8> {
    integer.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}

fn sign(key: &SigningKey, hash: &[u8; 32]) -> [u8; 65] {
    let (signature, id) = key.sign_prehash_recoverable(hash);
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = id.to_byte();
    bytes
}

fn seal(key: &SigningKey, header: &Header) -> Header {
    header.with_seal(&Signature::Secp256k1(sign(key, &header.seal_hash()))).unwrap()
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::Secp256k1(key.verifying_key().to_sec1_point(true).as_bytes().try_into().unwrap())
}

fn hex(text: &str) -> Vec<u8> {
    const_hex::decode(text).unwrap()
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    hex(text).try_into().unwrap()
}

fn hex_of(row: &Value, field: &str) -> Vec<u8> {
    hex(row[field].as_str().unwrap().trim_start_matches("0x"))
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
