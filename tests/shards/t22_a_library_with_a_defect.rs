//! Threat 22. The library that shares numbers has a defect: another one disagrees.

use super::*;
use frost_ristretto255::Identifier;
use frost_ristretto255::keys::{SecretShare, SigningShare, VerifiableSecretSharingCommitment};

/// Whether frost takes a number as that of this place under these commitments.
fn frost_agrees(row: &[Commitment], place: u8, number: &[u8]) -> bool {
    let row = row.iter().map(Commitment::as_bytes);
    let commitment = VerifiableSecretSharingCommitment::deserialize(row).unwrap();
    let place = Identifier::try_from(u16::from(place)).unwrap();
    let share = SigningShare::deserialize(number).unwrap();
    SecretShare::new(place, share, commitment).verify().is_ok()
}

#[test]
fn frost_accepts_every_share_under_our_commitments_and_no_other() {
    for plan in [plan(), plan_of(3, &[(2, 3), (5, 7), (2, 2), (3, 32)])] {
        let Dealt { generation, shares, .. } = dealt_by(&plan, 4);
        for share in &shares {
            let seat = share.seat();
            let row = &generation.manifest().commitments.inner[usize::from(seat.location()) - 1];
            let mut number = share.to_bytes()[NUMBER].to_vec();
            assert!(frost_agrees(row, seat.custodian(), &number), "{seat}");
            assert!(!frost_agrees(row, seat.custodian() % 32 + 1, &number), "{seat}");
            number[0] ^= 1;
            let dressed = altered(share, |bytes| bytes[NUMBER].copy_from_slice(&number));
            let ours = Share::from_bytes(&dressed).map(|share| generation.check(&share).is_ok());
            assert!(ours != Ok(true) && !frost_agrees(row, seat.custodian(), &number), "{seat}");
        }
    }
}

#[test]
fn frost_accepts_every_share_after_a_refresh_and_a_reshare() {
    use crate::renewing::{refreshed, reshared};
    let Dealt { generation, shares, .. } = dealt();
    let (second, renewed) = refreshed(&generation, &shares);
    let (third, anew) =
        reshared(&second, &renewed, &["1.1", "1.2", "2.1", "2.2"], plan_of(2, &[(2, 3), (3, 4)]));
    for (generation, shares) in [(second, renewed), (third, anew)] {
        for share in &shares {
            let seat = share.seat();
            let row = &generation.manifest().commitments.inner[usize::from(seat.location()) - 1];
            assert!(frost_agrees(row, seat.custodian(), &share.to_bytes()[NUMBER]), "{seat}");
        }
    }
}
