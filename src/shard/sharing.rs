//! Sharing: Feldman's verifiable sharing of one number, and its inverse.
//!
//! The arithmetic is that of `vsss-rs`, called so that its traps are closed: the polynomial is
//! made here and overwritten afterwards; the generator and the number of commitments are fixed
//! here, never read; `combine` is given exactly as many shares as the threshold, all verified.
//! A threshold of 1, which the library refuses, is a copy of the number.

use alloc::{vec, vec::Vec};
use vsss_rs::{
    DefaultShare, FeldmanVerifierSet as _, IdentifierPrimeField, ReadableShareSet as _, ValueGroup,
    elliptic_curve::{Field as _, Group, group::GroupEncoding},
    shamir::create_shares_from_polynomial_in_place,
};
use zeroize::{Zeroize, Zeroizing};

/// A group of prime order, whose numbers can be overwritten.
pub(crate) trait Curve: Group<Scalar: Zeroize> + GroupEncoding + Default {}

impl<G: Group<Scalar: Zeroize> + GroupEncoding + Default> Curve for G {}

type Number<G> = <G as Group>::Scalar;
type Slot<G> = DefaultShare<IdentifierPrimeField<Number<G>>, IdentifierPrimeField<Number<G>>>;
type PointSlot<G> = DefaultShare<IdentifierPrimeField<Number<G>>, ValueGroup<G>>;

/// The library's values, which it does not overwrite itself.
struct Slots<G: Curve>(Vec<Slot<G>>);

impl<G: Curve> Drop for Slots<G> {
    fn drop(&mut self) {
        for slot in &mut self.0 {
            slot.identifier.0.zeroize();
            slot.value.0.zeroize();
        }
    }
}

/// The values of the polynomial at 1 to `count`; the first coefficient is the secret, and there
/// are as many as the threshold. `None` if there is none, or more than `count`.
pub(crate) fn split<G: Curve>(
    coefficients: &[Number<G>],
    count: u64,
) -> Option<Zeroizing<Vec<Number<G>>>> {
    let (secret, higher) = coefficients.split_first()?;
    let length = usize::try_from(count).ok()?;
    if higher.is_empty() {
        return (count > 0).then(|| Zeroizing::new(vec![*secret; length]));
    }
    let mut polynomial = Slots::<G>(Vec::with_capacity(coefficients.len()));
    let constant = IdentifierPrimeField(*secret);
    polynomial.0.push(Slot::<G> { identifier: IdentifierPrimeField::default(), value: constant });
    for coefficient in higher {
        let (identifier, value) = (IdentifierPrimeField(*coefficient), Default::default());
        polynomial.0.push(Slot::<G> { identifier, value });
    }
    let mut shares = Slots::<G>(vec![Slot::<G>::default(); length]);
    let ids = (1..=count).map(id::<G>);
    create_shares_from_polynomial_in_place(&polynomial.0, coefficients.len(), ids, &mut shares.0)
        .ok()?;
    let mut values = Zeroizing::new(Vec::with_capacity(length));
    values.extend(shares.0.iter().map(|share| share.value.0));
    Some(values)
}

/// The commitments to a polynomial: each coefficient times the generator.
pub(crate) fn commit<G: Curve>(coefficients: &[Number<G>]) -> Vec<G> {
    coefficients.iter().map(|coefficient| G::generator() * coefficient).collect()
}

/// Whether this is the value at `at` of the polynomial committed to, of exactly this threshold.
pub(crate) fn verify<G: Curve>(
    commitments: &[G],
    threshold: u8,
    at: u64,
    value: &Number<G>,
) -> bool {
    match commitments {
        _ if commitments.len() != usize::from(threshold) || at == 0 => false,
        [] => false,
        [only] => G::generator() * value == *only,
        _ => {
            let mut verifiers = Vec::with_capacity(1 + commitments.len());
            verifiers.push(ValueGroup(G::generator()));
            verifiers.extend(commitments.iter().copied().map(ValueGroup));
            let value = IdentifierPrimeField(*value);
            let share = Slots::<G>(vec![Slot::<G> { identifier: id::<G>(at), value }]);
            share.0.iter().all(|share| verifiers.verify_share(share).is_ok())
        }
    }
}

/// The commitment to the value at `at`.
pub(crate) fn evaluate<G: Curve>(commitments: &[G], at: u64) -> G {
    let at = Number::<G>::from(at);
    commitments.iter().rev().fold(G::identity(), |sum, commitment| sum * at + commitment)
}

/// The value at 0 of the polynomial through these points: exactly as many as the threshold, each
/// at another place, none at 0.
pub(crate) fn interpolate<G: Curve>(points: &[(u64, Number<G>)]) -> Option<Zeroizing<Number<G>>> {
    if let [(_, only)] = points {
        return Some(Zeroizing::new(*only));
    }
    let mut slots = Slots::<G>(Vec::with_capacity(points.len()));
    for (at, value) in points {
        let (identifier, value) = (id::<G>(*at), IdentifierPrimeField(*value));
        slots.0.push(Slot::<G> { identifier, value });
    }
    let mut combined = slots.0.combine().ok()?;
    let value = Zeroizing::new(combined.0);
    combined.0.zeroize();
    Some(value)
}

/// As [`interpolate`], in the exponent.
pub(crate) fn interpolate_points<G: Curve>(points: &[(u64, G)]) -> Option<G> {
    if let [(_, only)] = points {
        return Some(*only);
    }
    let slots: Vec<_> = points
        .iter()
        .map(|(at, point)| PointSlot::<G> { identifier: id::<G>(*at), value: ValueGroup(*point) })
        .collect();
    slots.combine().ok().map(|combined| combined.0)
}

/// How much the point at `ids[one]` counts for the value at `at` (Lagrange); `None` if an id is
/// there twice, or `one` is not.
pub(crate) fn weight<G: Curve>(ids: &[u64], one: u64, at: u64) -> Option<Number<G>> {
    let (one_number, at) = (Number::<G>::from(one), Number::<G>::from(at));
    let mut weight = Number::<G>::ONE;
    let mut found = false;
    for id in ids {
        if *id == one && !found {
            found = true;
            continue;
        }
        let id = Number::<G>::from(*id);
        let inverse: Option<Number<G>> = (one_number - id).invert().into();
        weight *= (at - id) * inverse?;
    }
    found.then_some(weight)
}

fn id<G: Curve>(at: u64) -> IdentifierPrimeField<Number<G>> {
    IdentifierPrimeField(Number::<G>::from(at))
}
