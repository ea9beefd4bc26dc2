//! What a policy reads at one number, and what it hands to the key.

use super::*;
use brainswap::HostId;

const HERE: HostId = HostId::from_bytes([1; 32]);
const THERE: HostId = HostId::from_bytes([2; 32]);

fn read_on(host: HostId, fields: &[Vec<u8>]) -> Reading {
    Clique::new(Policy::GethCompatible { host }).read(&list(fields)).unwrap()
}

#[test]
fn geth_compatible_has_one_digest_for_every_header_of_a_number_and_signs_each_header() {
    let first = read_on(HERE, &goerli_1());
    for index in (0..15).filter(|index| ![NUMBER, DIFFICULTY].contains(index)) {
        let mut other = goerli_1();
        match other[index].last_mut() {
            Some(byte) => *byte ^= 1,
            None => other[index] = vec![1],
        }
        let second = read_on(HERE, &other);
        assert_eq!(second.intent, first.intent, "{}", FIELDS[index]);
        assert_ne!(second.signable, first.signable, "{}", FIELDS[index]);
        assert_eq!(second.signable, read(&list(&other)).unwrap().signable);
    }
}

#[test]
fn geth_compatible_has_another_digest_for_each_number_and_each_host() {
    let mut next = goerli_1();
    next[NUMBER] = vec![2];
    let digests = [
        read_on(HERE, &goerli_1()).intent.digest,
        read_on(THERE, &goerli_1()).intent.digest,
        read_on(HERE, &next).intent.digest,
        read(&list(&goerli_1())).unwrap().intent.digest,
    ];
    let mut distinct = digests.to_vec();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), digests.len());
}

#[test]
fn geth_compatible_refuses_the_bytes_that_one_per_number_refuses() {
    let chain = Clique::new(Policy::GethCompatible { host: HERE });
    let mut sealed = goerli_1();
    sealed[EXTRA].extend(hex(GOERLI_1_SEAL));
    let mut genesis = goerli_1();
    genesis[NUMBER] = vec![];
    for bytes in [list(&sealed), list(&genesis), list(&goerli_1()[..14]), vec![]] {
        assert_eq!(chain.read(&bytes), read(&bytes));
        assert!(chain.read(&bytes).is_err());
    }
    assert_eq!(chain.policy(), Policy::GethCompatible { host: HERE });
    assert_eq!(chain.last_signable(7), Lanes::from(vec![Position::at_height(8)]));
}
