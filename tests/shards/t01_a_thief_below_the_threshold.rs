//! Threat 1. A thief has fewer shares than are needed, and everything that is public.

use super::*;
use curve25519_dalek::{RistrettoPoint, Scalar};
use std::collections::BTreeSet;

/// The value at 0 of the polynomial through these points.
fn interpolated(points: &[(u8, Scalar)]) -> Scalar {
    let at = |number: u8| Scalar::from(u64::from(number));
    let weight = |one: u8| {
        let others = points.iter().filter(|(other, _)| *other != one);
        others.map(|(other, _)| at(*other) * (at(*other) - at(one)).invert()).product::<Scalar>()
    };
    points.iter().map(|(one, value)| *value * weight(*one)).sum()
}

fn number(share: &Share) -> Scalar {
    let bytes: [u8; 32] = share.to_bytes()[NUMBER].try_into().unwrap();
    Scalar::from_canonical_bytes(bytes).unwrap()
}

/// What a thief would compute from these shares with other tools.
fn guessed(shares: &[&Share]) -> Scalar {
    let locations: BTreeSet<u8> = shares.iter().map(|share| share.seat().location()).collect();
    let outer: Vec<_> = locations
        .into_iter()
        .map(|location| {
            let inner = shares.iter().filter(|share| share.seat().location() == location);
            let inner: Vec<_> =
                inner.map(|share| (share.seat().custodian(), number(share))).collect();
            (location, interpolated(&inner))
        })
        .collect();
    interpolated(&outer)
}

#[test]
fn no_choice_that_is_not_enough_gives_the_key() {
    let Dealt { vault, generation, shares } = dealt();
    let (mut refused, mut opened) = (0, 0);
    for choice in 1_u32..1 << shares.len() {
        let chosen: Vec<_> = shares
            .iter()
            .enumerate()
            .filter(|(at, _)| choice & (1 << at) != 0)
            .map(|(_, share)| share)
            .collect();
        let seats = chosen.iter().map(|share| share.seat()).collect();
        let commitment = RistrettoPoint::mul_base(&guessed(&chosen)).compress().to_bytes();
        let is_key = generation.key_commitment().unwrap().as_bytes() == &commitment;
        if generation.plan().is_enough(&seats) {
            opened += 1;
            let exact = chosen.len() == 4;
            assert!(is_key || !exact, "{seats:?}");
        } else {
            refused += 1;
            assert!(!is_key, "{seats:?}");
            if choice % 8 == 0 {
                let error = combined(&generation, &vault, chosen).unwrap_err();
                assert_eq!(error.code(), "combine.missing");
            }
        }
    }
    assert_eq!((refused, opened), (255, 256));
}

#[test]
fn coefficients_are_uniform_with_zero_and_in_the_lowest_bit() {
    // 1,024 polynomials of degree 1; their slopes, by the low 4 bits: 16 buckets of 64.
    let mut buckets = [0_i64; 16];
    for round in 0..64_u16 {
        let mut os = [7; 64];
        os[..2].copy_from_slice(&round.to_be_bytes());
        let plan = plan_of(1, &[(2, 2); 6]);
        let secret = Secret::of_key(&key(VALIDATOR));
        let made = deal(&secret, &plan, about(), Entropy::of_system(&os).unwrap()).unwrap();
        for pair in made.shares.chunks(2) {
            let slope = number(&pair[1]) - number(&pair[0]);
            buckets[usize::from(slope.as_bytes()[0] & 15)] += 1;
        }
    }
    let mean = 64 * 6 / 16;
    let chi_square: i64 = buckets.iter().map(|count| (count - mean).pow(2)).sum::<i64>() / mean;
    assert!(chi_square < 38, "15 degrees of freedom, 0.1%: {chi_square} {buckets:?}");
    let odd: i64 = buckets.iter().skip(1).step_by(2).sum();
    assert!((140..=244).contains(&odd), "the lowest bit is not fixed: {odd} of 384");
}

#[test]
fn the_first_coefficient_of_a_threshold_of_one_is_the_only_one() {
    let plan = plan_of(1, &[(1, 3)]);
    let Dealt { generation, shares, .. } = dealt_by(&plan, 1);
    assert_eq!(generation.manifest().commitments.outer.len(), 1);
    assert!(shares.iter().all(|share| number(share) == number(&shares[0])));
    assert_eq!(plan.warnings().len(), 2);
}
