//! Threat 11. Somebody brings an older manifest, whose signatures are good.

use super::*;
use crate::renewing::refreshed;

#[test]
fn a_manifest_older_than_the_one_in_service_is_refused_for_every_act() {
    let Dealt { vault, generation, shares } = dealt();
    let (next, _) = refreshed(&generation, &shares);
    let envelope = signed(generation.manifest(), &[7, 8, 9]);
    let old = Generation::read(&envelope).unwrap();
    assert_eq!(old.signers().len(), 3);
    let mut memory = memory();
    memory.in_service.insert(next.set(), (2, next.id()));
    let retired = NotAllowed::Retired { got: 1, in_service: 2 };
    let request = approved(&unseal(&old, Purpose::Restore));
    let refused = Combination::begin(&old, &vault, &request, &memory).unwrap_err();
    assert_eq!(refused, NotCombined::Request(retired.clone()));
    let request = approved(&renewal(&old, How::Refresh));
    let refused = deal_zero(&old, &request, &memory, entropy(1)).unwrap_err();
    assert_eq!(refused, NotRenewed::Request(retired));
}

#[test]
fn another_manifest_of_the_generation_in_service_is_refused() {
    let Dealt { generation, .. } = dealt();
    let mut manifest = generation.manifest().clone();
    manifest.label = "changed".to_owned();
    let other = Generation::read(&manifest.to_envelope().unwrap()).unwrap();
    let mut memory = memory();
    memory.in_service.insert(generation.set(), (1, generation.id()));
    memory.allows(&generation).unwrap();
    assert_eq!(memory.allows(&other).unwrap_err().code(), "generation.other_in_service");
}

#[test]
fn a_bad_signature_refuses_the_manifest() {
    let manifest = dealt().generation.manifest().clone();
    let mut envelope = signed(&manifest, &[7]);
    envelope.add_signature(key(8).public_key(), &brainswap::Signature::Ed25519([1; 64]));
    assert_eq!(Generation::read(&envelope).unwrap_err().code(), "document.bad_signature");
}
