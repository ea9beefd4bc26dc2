//! R7. "A restored key signs only after its marks are reconciled." Restoring is not signing.

use super::*;
use brainswap::{
    Host, Nonce, Position,
    adapters::MemoryMedium,
    identity::History,
    key::{HostKey, KeyKind, SecretKey},
};
use std::sync::Arc;

#[test]
fn a_restored_key_has_no_lease_and_a_host_does_not_sign_with_it() {
    let Dealt { vault, generation, shares } = dealt();
    let restored = combined(&generation, &vault, &shares).unwrap();
    assert_eq!(restored.identity(), Some(identity()));
    assert_eq!(Restored::HISTORY, History::SignedBelow);
    let key = restored.into_key().unwrap();
    let host = host();
    let refused = host.load_key(identity(), Arc::new(key)).unwrap_err();
    assert!(!refused.code().is_empty());
    assert!(host.status().is_empty());
    let chain = brainswap::chain::CometBft::new("test".to_owned());
    let refused = host.sign(identity(), &chain, &[0x08, 0x01]).unwrap_err();
    assert_ne!(refused.is_anyone_signing(), Some(true));
}

#[test]
fn a_drill_proves_the_shares_and_hands_nothing_out() {
    let Dealt { vault, generation, shares } = dealt();
    let drilled = || {
        let request = approved(&unseal(&generation, Purpose::Drill));
        let mut combination = Combination::begin(&generation, &vault, &request, &memory()).unwrap();
        for share in &shares[..5] {
            combination.add(again(share)).unwrap();
        }
        combination.open().unwrap()
    };
    let challenge = Drill { manifest: generation.id(), nonce: Nonce::from_bits(5), date: today() };
    let proof = drilled().drill(&challenge).unwrap();
    assert!(proof.is_good());
    let signer = key(VALIDATOR).public_key();
    let verified = proof.envelope().verify_from::<Drill>(signer).unwrap();
    assert_eq!(*verified.document(), challenge);
    assert_eq!(drilled().into_key().unwrap_err().code(), "restored.drill");
    assert_eq!(drilled().into_bytes().unwrap_err().code(), "restored.drill");
}

#[test]
fn a_key_is_not_handed_out_as_bytes_nor_bytes_as_a_key() {
    let made = dealt();
    let refused = combined(&made.generation, &made.vault, &made.shares).unwrap().into_bytes();
    assert_eq!(refused.unwrap_err(), NotHandedOut::IsAKey);
    let secret = Secret::of_bytes(zeroize::Zeroizing::new(b"a mnemonic".to_vec())).unwrap();
    let made = deal(&secret, &plan(), about(), entropy(1)).unwrap();
    let refused = combined(&made.generation, &made.vault, &made.shares).unwrap().into_key();
    assert_eq!(refused.unwrap_err(), NotHandedOut::NotAKey);
}

#[test]
fn a_restored_key_is_the_one_that_was_sealed() {
    let key = SecretKey::generate(KeyKind::Secp256k1).unwrap();
    let made = deal(&Secret::of_key(&key), &plan(), about(), entropy(1)).unwrap();
    assert_eq!(made.generation.manifest().public_key, Some(key.public_key()));
    let mut manifest = made.generation.manifest().clone();
    manifest.public_key = Some(self::key(9).public_key());
    let changed = Generation::read(&manifest.to_envelope().unwrap()).unwrap();
    let refused = combined(&changed, &made.vault, []).unwrap_err();
    assert_eq!(refused, NotCombined::VaultDiffers { what: "the public key" });
    assert_eq!(Position::START.height(), 0);
}

fn host() -> Host {
    let medium = MemoryMedium::new();
    Host::create(Box::new(medium.create().unwrap()), Box::new(HostKey::generate().unwrap()))
        .unwrap()
}
