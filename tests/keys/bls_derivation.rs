//! "A seed and a path give one key." (EIP-2333, EIP-2334)

use crate::*;
use brainswap::key::{BlsPath, MAX_BLS_SEED, NotABlsPath, SeedError};

/// EIP-2333, test case 0: the seed of a mnemonic.
const SEED: &str = "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d182\
                    64c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04";
/// Its `master_SK` and its `child_SK` of index 0, as 32 bytes.
const MASTER: &str = "0d7359d57963ab8fbbde1852dcf553fedbc31f464d80ee7d40ae683122b45070";
const CHILD: &str = "2d18bd6c14e6d15bf8b5085c9b74f3daae3b03cc2014770a599d8c1539e50f8e";

fn derive(path: &str) -> SecretKey {
    SecretKey::derive_bls(&secret(SEED), &path.parse().unwrap()).unwrap()
}

#[test]
fn the_published_seed_gives_the_published_master_and_child() {
    for (path, expected) in [("m", MASTER), ("m/0", CHILD)] {
        let key = derive(path);
        let same = SecretKey::import(KeyKind::Bls12381, &secret(expected), &key.public_key());
        assert!(same.is_ok(), "{path}");
        assert_signs(&key);
    }
}

/// The path of EIP-2334 for the first validator, with its public key.
#[test]
fn a_validators_signing_key_lies_at_its_path() {
    let key = SecretKey::derive_bls(&secret(SEED), &BlsPath::signing(0)).unwrap();
    let public = "bls12-381:b37247817d65f235d0053fa179be32aa86e37f0ddb05586146f0e3e9c418c06c6aec0c0b\
                  a3799b3e1357870caf7b4aa7";
    assert_eq!(key.public_key(), crate::public(public));
    assert_eq!(derive("m/12381/3600/0/0/0").public_key(), key.public_key());
    assert_eq!(BlsPath::signing(7).to_string(), "m/12381/3600/7/0/0");
    assert_eq!(BlsPath::withdrawal(7).to_string(), "m/12381/3600/7/0");
}

#[test]
fn every_path_gives_another_key() {
    let keys = ["m", "m/0", "m/1", "m/0/0", "m/4294967295", "m/12381/3600/0/0"];
    let keys = keys.map(|path| derive(path).public_key());
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys[..at].contains(key), "{at}");
    }
}

#[test]
fn each_path_has_one_text_and_other_texts_are_refused() {
    let deep = format!("m{}", "/1".repeat(16));
    for text in ["m", "m/0", "m/12381/3600/0/0/0", "m/4294967295", &deep] {
        assert_eq!(text.parse::<BlsPath>().unwrap().to_string(), text);
    }
    let deeper = format!("{deep}/1");
    for text in
        ["", "/", "m/", "n/0", "m/01", "m/+1", "m/-1", "m/0'", "m/4294967296", "m//0", &deeper]
    {
        assert_eq!(text.parse::<BlsPath>(), Err(NotABlsPath), "{text}");
    }
}

#[test]
fn a_seed_of_another_length_is_refused() {
    let derive = |length: usize| {
        let seed = SecretSlice::from(vec![7; length]);
        SecretKey::derive_bls(&seed, &BlsPath::signing(0)).map(drop)
    };
    for got in [0, 31, MAX_BLS_SEED + 1] {
        assert_eq!(derive(got), Err(SeedError::Length { got }));
    }
    for got in [32, 64, MAX_BLS_SEED] {
        assert_eq!(derive(got), Ok(()));
    }
}
