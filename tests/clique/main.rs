//! "Bytes that are not exactly one message of the network are refused; nothing panics." (Chain, 3)

mod any_bytes;
mod clef;
mod histories;
mod host;
mod policies;
mod published;
mod refused;
mod sealing;

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
