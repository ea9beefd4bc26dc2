//! Threat 8. A custodian brings a wrong share to the combining.

use super::*;

#[test]
fn the_wrong_share_is_named_and_the_others_go_on() {
    let Dealt { vault, generation, shares } = dealt();
    let forged = altered(&shares[3], |bytes| bytes[NUMBER.start] ^= 1);
    let forged = Share::from_bytes(&forged).unwrap();
    let request = approved(&unseal(&generation, Purpose::Restore));
    let mut combination = Combination::begin(&generation, &vault, &request, &memory()).unwrap();
    for share in &shares[..2] {
        combination.add(again(share)).unwrap();
    }
    let refused = combination.add(forged).unwrap_err();
    assert_eq!(refused, NotCombined::Share(NotOfGeneration::Wrong { seat: seat("2.1") }));
    combination.add(again(&shares[4])).unwrap();
    assert_eq!(combination.missing().unwrap().custodians[0].2, [seat("2.1"), seat("2.3")]);
    combination.add(again(&shares[5])).unwrap();
    let restored = combination.open().unwrap();
    assert_eq!(restored.public_key(), Some(key(VALIDATOR).public_key()));
}

#[test]
fn one_wrong_among_more_than_enough_is_still_named() {
    let Dealt { vault, generation, shares } = dealt();
    let forged = Share::from_bytes(&altered(&shares[8], |b| b[NUMBER.start + 7] ^= 4)).unwrap();
    let all = shares.iter().take(8).chain([&forged]);
    let refused = combined(&generation, &vault, all).unwrap_err();
    assert_eq!(refused, NotCombined::Share(NotOfGeneration::Wrong { seat: seat("3.3") }));
}
