//! A published header is read as its network means it.

use super::*;
use brainswap::chain::besu::ExtraData;

/// A block of a real QBFT network, round 1, with 3 of 4 seals.
/// Source: datachainlab/besu-qbft-elc, `elc/src/header.rs`.
const PARENT: &str = "0af93e70b1c6d3974a88a42eb70bb61adbd523bfac0c83027ba4637c52746a0f";
const NO_OMMERS: &str = "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
const STATE_ROOT: &str = "166ed98eea93ab2b6f6b1a425526994adc2d675bf9a0d77d600ed1e02d8f77df";
const EMPTY_ROOT: &str = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";
const VALIDATORS: [&str; 4] = [
    "647bfdd19655e51e69d35454ff3a92f8828e6302",
    "a5c8416b9d13417b45b45ada76408f39d1e504ef",
    "b92e91f4dcc9d28503be521afa2a8fbf3c1acf60",
    "ee3353e587cfa91625a1adaef308a726de3803d3",
];
const SEALS: [&str; 3] = [
    "bc7633fd65570f610a595086e9a34e5bf6aacfb67b8f8cd01852e6b285147f04\
     6a50577b49378b86723ac9b456ef59ef7ab57cda7139d807f10f58e8cb10c67600",
    "ad1defc2b0b4a48158cff24778bb5ba4d9f373c171022ab0a42e37bdb0d40257\
     18434d303a8d94df56ef9ad5219be9f27b2f67179a7fb82d3323dde29546f9f701",
    "e233d3670dd97c715f72b440eeb1ccb1e22c8c23f6ab470c46c99c2d0ee6509f\
     0341a42e0e4569782557e93c3815e8ca4294043595f69a90f73f135de8ecf41e00",
];
const COMMIT_SEAL_HASH: &str = "75ea184f58cd3f0ef89032a069df01f07ec524ef3a85cf6d3e424d62130c0a32";

fn block_7528(seals: &[&str]) -> Vec<u8> {
    let validators: Vec<_> = VALIDATORS.iter().map(|one| string(&hex(one))).collect();
    let seals: Vec<_> = seals.iter().map(|seal| string(&hex(seal))).collect();
    let extra = list(&[string(&[0; 32]), list(&validators), list(&[]), integer(1), list(&seals)]);
    list(&[
        string(&hex(PARENT)),
        string(&hex(NO_OMMERS)),
        string(&hex(VALIDATORS[3])),
        string(&hex(STATE_ROOT)),
        string(&hex(EMPTY_ROOT)),
        string(&hex(EMPTY_ROOT)),
        string(&[0; 256]),
        integer(1),
        integer(7528),
        integer(0x47_b760),
        integer(0),
        integer(1_715_495_307),
        string(&extra),
        string(b"ctical byzantine fault tolerance"),
        string(&[0; 8]),
    ])
}

#[test]
fn the_seals_of_a_real_block_are_of_three_of_its_validators() {
    let rlp = block_7528(&SEALS);
    let header = Header::from_rlp(Protocol::Qbft, Form::Whole, &rlp).unwrap();
    assert_eq!((header.number(), header.round()), (7528, 1));
    assert_eq!(header.commit_seal_hash().to_vec(), hex(COMMIT_SEAL_HASH));
    let ExtraData { validators, seals, vote, .. } = header.extra_data();
    assert_eq!((validators.len(), seals.len(), *vote), (4, 3, None));
    let mut signers = header.signers().unwrap();
    assert!(signers.iter().all(|signer| validators.contains(signer)));
    signers.sort();
    signers.dedup();
    assert_eq!(signers.len(), 3);
}

#[test]
fn a_real_block_without_its_seals_is_read_as_one_to_seal() {
    let reading = read(Protocol::Qbft, &block_7528(&[])).unwrap();
    assert_eq!(reading.intent.lane, Kind::CommitSeal.lane());
    assert_eq!(reading.intent.position, Position::new(7528, 1, 0));
    assert_eq!(reading.intent.digest, COMMIT_SEAL_HASH.parse::<Digest>().unwrap());
    assert_eq!(reading.signable, Signable::Prehash(hex(COMMIT_SEAL_HASH).try_into().unwrap()));
}

#[test]
fn a_real_block_in_another_round_has_another_hash_to_seal_and_the_same_name() {
    let header = Header::from_rlp(Protocol::Qbft, Form::Whole, &block_7528(&[])).unwrap();
    let other = block_7528(&[]);
    let mut extra = header.extra_data().clone();
    extra.round = 2;
    let (old, new) = (
        header.extra_data().to_rlp(Protocol::Qbft, Form::Whole),
        extra.to_rlp(Protocol::Qbft, Form::Whole),
    );
    let at = other.windows(old.len()).position(|part| part == old).unwrap();
    let mut bytes = other.clone();
    bytes[at..at + new.len()].copy_from_slice(&new);
    let other = Header::from_rlp(Protocol::Qbft, Form::Whole, &bytes).unwrap();
    assert_eq!(other.round(), 2);
    assert_ne!(other.commit_seal_hash(), header.commit_seal_hash());
    assert_eq!(other.block_hash(), header.block_hash());
}
