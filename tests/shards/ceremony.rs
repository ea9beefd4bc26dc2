//! A whole life: dealt over three places, verified, drilled, a place lost, reshared, restored.

use super::*;
use crate::custody_fixture::*;
use brainswap::{
    Digest, Nonce,
    shard::custody::{open_parcel, open_share, seal_parcel, seal_share},
};
use std::collections::BTreeMap;

/// Each custodian opens his own file and signs that the share is right.
fn verified(generation: &Generation, files: &BTreeMap<Seat, Vec<u8>>) -> Vec<CheckedReceipt> {
    files
        .iter()
        .map(|(seat, file)| {
            let number = custodian_key(*seat);
            let share = open_share(file, &age_key(number).identity(), generation).unwrap();
            assert_eq!(share.seat(), *seat);
            let receipt = Receipt {
                file: Digest::of(file),
                ..receipt(generation, *seat, Looked::Opened, today())
            };
            CheckedReceipt::read(&signed(&receipt, &[number]), generation).unwrap()
        })
        .collect()
}

fn opened(
    generation: &Generation,
    vault: &Vault,
    files: &BTreeMap<Seat, Vec<u8>>,
    seats: &[&str],
    (purpose, memory): (Purpose, &mut Memory),
) -> Result<Restored, NotCombined> {
    let mut request = unseal(generation, purpose);
    request.nonce = Nonce::from_bits(u128::try_from(memory.used.len()).unwrap() + 10);
    let request = approved(&request);
    let mut combination = Combination::begin(generation, vault, &request, memory)?;
    for text in seats {
        let identity = age_key(custodian_key(seat(text))).identity();
        combination.add(open_share(&files[&seat(text)], &identity, generation).unwrap())?;
    }
    let restored = combination.open()?;
    memory.used.insert(restored.request());
    Ok(restored)
}

#[test]
fn a_secret_survives_the_loss_of_a_place_and_the_old_generation_ends() {
    let (Dealt { vault, generation, shares }, _) = dealt_to_age();
    let sealed = |share: &Share| (share.seat(), seal_share(share, &generation, None).unwrap());
    let mut files: BTreeMap<_, _> = shares.iter().map(sealed).collect();
    drop(shares);
    let receipts = verified(&generation, &files);
    let fresh = Freshness::of(&generation, &receipts, Rhythm::YEARLY, today());
    assert_eq!((fresh.verdict, fresh.spare), (Verdict::Fresh, 1));

    let mut memory = memory();
    let challenge = Drill { manifest: generation.id(), nonce: Nonce::from_bits(3), date: today() };
    let seats = ["1.1", "1.3", "2.2", "2.3"];
    let drill = (Purpose::Drill, &mut memory);
    let restored = opened(&generation, &vault, &files, &seats, drill).unwrap();
    assert!(restored.drill(&challenge).unwrap().is_good());

    // Lisbon burns. The others reshare to two new places, by files alone.
    files.retain(|seat, _| seat.location() != 3);
    let mut plan = plan_of(2, &[(1, 2), (2, 3), (1, 2)]);
    for (seat, custodian) in
        plan.clone().seats().map(|(seat, _)| (seat, age_key(custodian_key(seat)).recipient()))
    {
        let location = &mut plan.locations[usize::from(seat.location()) - 1];
        location.custodians[usize::from(seat.custodian()) - 1].recipients = vec![custodian];
    }
    let seats: Vec<_> = ["1.1", "1.2", "2.1", "2.3"].map(seat).into();
    let how = How::Reshare { seats: seats.clone(), plan: plan.clone() };
    let request = approved(&renewal(&generation, how));
    let (mut deals, mut post) = (Vec::new(), BTreeMap::<Seat, Vec<Vec<u8>>>::new());
    for (number, seat) in (61..).zip(&seats) {
        let identity = age_key(custodian_key(*seat)).identity();
        let share = open_share(&files[seat], &identity, &generation).unwrap();
        let (deal, parcels) =
            deal_share(&generation, &request, &memory, &share, entropy(number)).unwrap();
        deals.push(CheckedDeal::read(&deal, &generation, &request).unwrap());
        for parcel in &parcels {
            post.entry(parcel.to()).or_default().push(seal_parcel(parcel, &plan, None).unwrap());
        }
    }
    let succession = Succession::of(&generation, &request, deals).unwrap();
    let next = succession.generation();
    let received = post.iter().map(|(seat, letters)| {
        let identity = age_key(custodian_key(*seat)).identity();
        let parcels: Vec<_> =
            letters.iter().map(|letter| open_parcel(letter, &identity).unwrap()).collect();
        let share = succession.receive(*seat, &parcels, None).unwrap();
        (*seat, seal_share(&share, next, None).unwrap())
    });
    let new_files: BTreeMap<_, _> = received.collect();

    // Everyone acknowledges; the old generation goes out of service.
    let receipts = verified(next, &new_files);
    let none = Default::default();
    let retirement =
        Retirement::propose(&generation, next, &receipts, &none, today(), String::new()).unwrap();
    memory.retire(&approved(&retirement), &generation, next, &receipts).unwrap();

    let seats = ["1.1", "1.2", "2.1", "2.2"];
    let old = opened(&generation, &vault, &files, &seats, (Purpose::Restore, &mut memory));
    assert_eq!(old.unwrap_err().code(), "generation.retired");
    let restore = (Purpose::Restore, &mut memory);
    let restored = opened(next, &vault, &new_files, &["1.2", "2.1", "2.3"], restore).unwrap();
    assert_eq!(restored.into_key().unwrap().public_key(), key(VALIDATOR).public_key());
}
