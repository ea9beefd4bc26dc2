//! Threat 18. AES-GCM with a key used twice, or a header that is not bound.

use super::*;
use sha2::{Digest as _, Sha256};

/// The vault with this byte changed, its checksum made right, and a manifest that names it.
fn changed(made: &Dealt, at: usize, flip: u8) -> Result<(Generation, Vault), &'static str> {
    let mut bytes = made.vault.to_bytes();
    bytes[at] ^= flip;
    let end = bytes.len() - 32;
    let sum = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum);
    let vault = Vault::from_bytes(&bytes).map_err(|error| error.code())?;
    let mut manifest = made.generation.manifest().clone();
    manifest.vault = vault.id();
    Ok((Generation::read(&manifest.to_envelope().unwrap()).unwrap(), vault))
}

#[test]
fn every_changed_byte_of_the_vault_is_refused_even_by_a_manifest_that_agrees() {
    let made = dealt();
    let end = made.vault.to_bytes().len() - 32;
    let (mut at_reading, mut at_beginning, mut at_opening) = (0, 0, 0);
    for at in 0..end {
        let Ok((generation, vault)) = changed(&made, at, 0x01) else {
            at_reading += 1;
            continue;
        };
        let shares = made.shares.iter().map(|share| {
            let id = generation.id();
            let dressed = altered(share, |bytes| bytes[27..59].copy_from_slice(id.as_bytes()));
            Share::from_bytes(&dressed).unwrap()
        });
        let shares: Vec<_> = shares.collect();
        match combined(&generation, &vault, &shares).unwrap_err() {
            NotCombined::VaultDiffers { .. } => at_beginning += 1,
            NotCombined::Altered => at_opening += 1,
            other => panic!("byte {at}: {other:?}"),
        }
    }
    assert!(at_reading > 0 && at_beginning > 0 && at_opening >= 32 + 32 + 16);
}

#[test]
fn the_same_secret_sealed_again_has_another_salt_key_and_body() {
    let (one, two) = (dealt(), dealt_by(&plan(), 2));
    let salt = |made: &Dealt| made.vault.to_bytes()[23..55].to_vec();
    assert_ne!(salt(&one), salt(&two));
    assert_ne!(one.vault.commitment(), two.vault.commitment());
    let body = |made: &Dealt| made.vault.to_bytes()[160..].to_vec();
    assert_ne!(body(&one), body(&two));
}
