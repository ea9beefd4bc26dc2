//! Threat 7. The machine's random numbers are weak.

use super::*;

const OS: [u8; 64] = {
    let mut os = [9; 64];
    os[3] = 1;
    os
};

fn set_of(entropy: Entropy) -> SetId {
    deal(&Secret::of_key(&key(VALIDATOR)), &plan(), about(), entropy).unwrap().generation.set()
}

#[test]
fn either_source_changes_everything() {
    let rolls: Vec<u8> = (0..99).map(|at| at % 6 + 1).collect();
    let mut other_rolls = rolls.clone();
    other_rolls[50] = other_rolls[50] % 6 + 1;
    let mut other_os = OS;
    other_os[63] ^= 1;
    let mixed = |os: &[u8; 64], rolls: &[u8], extra: &[u8]| {
        set_of(Entropy::with_dice(os, rolls, extra).unwrap())
    };
    let all = [
        set_of(Entropy::of_system(&OS).unwrap()),
        mixed(&OS, &rolls, b""),
        mixed(&OS, &other_rolls, b""),
        mixed(&other_os, &rolls, b""),
        mixed(&OS, &rolls, b"extra"),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(all.iter().skip(at + 1).all(|other| one != other));
    }
}

#[test]
fn too_few_dice_no_dice_and_a_broken_generator_are_refused() {
    let refused = |os: &[u8; 64], rolls: &[u8]| Entropy::with_dice(os, rolls, b"").err();
    assert_eq!(refused(&OS, &[]), Some(NoEntropy::Rolls { got: 0 }));
    assert_eq!(refused(&OS, &[1; 98]), Some(NoEntropy::Rolls { got: 98 }));
    assert_eq!(refused(&OS, &[1; 10_001]), Some(NoEntropy::Rolls { got: 10_001 }));
    let mut rolls = [3; 99];
    rolls[41] = 7;
    assert_eq!(refused(&OS, &rolls), Some(NoEntropy::NotADie { at: 42, got: 7 }));
    rolls[41] = 0;
    assert_eq!(refused(&OS, &rolls), Some(NoEntropy::NotADie { at: 42, got: 0 }));
    for byte in [0, 0x5a, 0xff] {
        assert_eq!(refused(&[byte; 64], &[3; 99]), Some(NoEntropy::Broken));
        assert_eq!(Entropy::of_system(&[byte; 64]).err(), Some(NoEntropy::Broken));
    }
    assert_ne!(set_of(Entropy::generate().unwrap()), set_of(Entropy::generate().unwrap()));
}
