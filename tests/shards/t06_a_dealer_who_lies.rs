//! Threat 6. The dealer is malicious or has a defect: commitments or shares do not fit.

use super::*;

fn refused(change: impl FnOnce(&mut Manifest)) -> &'static str {
    let mut manifest = dealt().generation.manifest().clone();
    change(&mut manifest);
    let envelope = manifest.to_envelope().unwrap();
    Generation::read(&envelope).map_err(|error| error.code()).err().unwrap_or("read")
}

fn other() -> Commitment {
    dealt_by(&plan(), 2).generation.key_commitment().unwrap()
}

fn identity_point() -> Commitment {
    Commitment::from_bytes([0; 32])
}

#[test]
fn commitments_that_do_not_fit_are_refused_before_any_share() {
    assert_eq!(refused(|_| {}), "read");
    assert_eq!(refused(|m| m.commitments.outer[0] = other()), "manifest.commitments");
    assert_eq!(refused(|m| m.commitments.outer[1] = other()), "manifest.commitments");
    assert_eq!(refused(|m| m.commitments.inner[1][0] = other()), "manifest.commitments");
    assert_eq!(refused(|m| m.commitments.inner.swap(0, 1)), "manifest.commitments");
    assert_eq!(refused(|m| m.commitments.outer.push(other())), "manifest.commitments");
    assert_eq!(refused(|m| m.commitments.outer.push(identity_point())), "manifest.commitments");
    assert_eq!(refused(|m| m.commitments.inner[0].push(other())), "manifest.commitments");
    assert_eq!(refused(|m| m.commitments.inner[0].push(identity_point())), "manifest.commitments");
    assert_eq!(
        refused(|m| {
            m.commitments.inner.pop();
        }),
        "manifest.commitments"
    );
    assert_eq!(
        refused(|m| {
            m.commitments.outer.pop();
        }),
        "manifest.commitments"
    );
    let not_canonical = Commitment::from_bytes([0xff; 32]);
    assert_eq!(refused(|m| m.commitments.inner[2][1] = not_canonical), "manifest.commitments");
}

#[test]
fn a_shared_key_of_zero_is_refused() {
    let zeros = |m: &mut Manifest| {
        for row in core::iter::once(&mut m.commitments.outer).chain(&mut m.commitments.inner) {
            row.fill(identity_point());
        }
    };
    assert_eq!(refused(zeros), "manifest.zero");
}

#[test]
fn a_higher_commitment_of_a_location_shows_in_its_shares() {
    let Dealt { generation, shares, .. } = dealt();
    let mut manifest = generation.manifest().clone();
    manifest.commitments.inner[0][1] = other();
    let changed = Generation::read(&manifest.to_envelope().unwrap()).unwrap();
    let dressed = |share: &Share| {
        let bytes = altered(share, |bytes| bytes[27..59].copy_from_slice(changed.id().as_bytes()));
        changed.check(&Share::from_bytes(&bytes).unwrap())
    };
    assert_eq!(dressed(&shares[0]), Err(NotOfGeneration::Wrong { seat: seat("1.1") }));
    assert_eq!(dressed(&shares[3]), Ok(()));
}

#[test]
fn a_threshold_changed_in_the_plan_does_not_fit_the_commitments() {
    assert_eq!(refused(|m| m.plan.threshold = 3), "manifest.commitments");
    assert_eq!(refused(|m| m.plan.locations[1].threshold = 3), "manifest.commitments");
    assert_eq!(refused(|m| m.plan.locations[1].threshold = 1), "manifest.commitments");
    assert_eq!(refused(|m| m.generation = 0), "manifest.generation");
    assert_eq!(refused(|m| m.generation = 2), "manifest.generation");
    assert_eq!(refused(|m| m.label = "x".repeat(65)), "manifest.label");
    assert_eq!(refused(|m| m.plan.locations[0].name.clear()), "plan.name");
}

#[test]
fn a_vault_that_is_not_the_manifests_is_refused() {
    let (one, other) = (dealt(), dealt_by(&plan(), 2));
    let refused = combined(&one.generation, &other.vault, &one.shares).unwrap_err();
    let (got, needed) = (other.vault.id(), one.vault.id());
    assert_eq!(refused, NotCombined::OtherVault { got, needed });
    let mut manifest = one.generation.manifest().clone();
    manifest.vault = other.vault.id();
    let changed = Generation::read(&manifest.to_envelope().unwrap()).unwrap();
    let refused = combined(&changed, &other.vault, []).unwrap_err();
    assert_eq!(refused, NotCombined::VaultDiffers { what: "the set" });
}

#[test]
fn a_generator_other_than_the_fixed_one_cannot_be_stated() {
    // The library's verifier takes its generator from the data; no field of ours can carry one.
    let json =
        String::from_utf8(dealt().generation.manifest().to_envelope().unwrap().payload().to_vec())
            .unwrap();
    let with = json.replacen("{\"suite\":1,", "{\"suite\":1,\"generator\":\"00\",", 1);
    assert_ne!(with, json);
    assert!(serde_json::from_str::<Manifest>(&json).is_ok());
    assert!(serde_json::from_str::<Manifest>(&with).is_err());
}
