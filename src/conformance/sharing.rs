//! Sharing: the arithmetic of shards, over every group that vectors are published for.
//!
//! Shards use ristretto255 alone. The same code over other groups shows that it is right.

use crate::shard::sharing::{Curve, commit, interpolate, split, verify};
use alloc::vec::Vec;
use curve25519_dalek::{EdwardsPoint, RistrettoPoint};
use vsss_rs::elliptic_curve::{PrimeField, group::GroupEncoding};

/// A group, in the encodings of RFC 9591, section 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SharingGroup {
    /// ristretto255: numbers 32 bytes little-endian, points 32 bytes.
    Ristretto255,
    /// Ed25519: numbers 32 bytes little-endian, points 32 bytes.
    Ed25519,
    /// secp256k1: numbers 32 bytes big-endian, points 33 bytes.
    Secp256k1,
    /// P-256: numbers 32 bytes big-endian, points 33 bytes.
    P256,
}

/// Calls a function with the type of the group.
macro_rules! in_group {
    ($group:expr, $function:ident($($argument:expr),*)) => {
        match $group {
            SharingGroup::Ristretto255 => $function::<RistrettoPoint>($($argument),*),
            SharingGroup::Ed25519 => $function::<EdwardsPoint>($($argument),*),
            SharingGroup::Secp256k1 => $function::<k256::ProjectivePoint>($($argument),*),
            SharingGroup::P256 => $function::<p256::ProjectivePoint>($($argument),*),
        }
    };
}

impl SharingGroup {
    /// The shares 1 to `count` of the polynomial with these coefficients, the secret first.
    #[must_use]
    pub fn shares(self, coefficients: &[Vec<u8>], count: u64) -> Option<Vec<Vec<u8>>> {
        in_group!(self, shares(coefficients, count))
    }

    /// The commitments to these coefficients.
    #[must_use]
    pub fn commitments(self, coefficients: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
        in_group!(self, commitments(coefficients))
    }

    /// Whether a share is that of its place, for a threshold of as many as there are commitments.
    #[must_use]
    pub fn verify(self, commitments: &[Vec<u8>], at: u64, share: &[u8]) -> bool {
        in_group!(self, verified(commitments, at, share)).unwrap_or(false)
    }

    /// The secret, from exactly as many shares as the threshold, by their places.
    #[must_use]
    pub fn combine(self, shares: &[(u64, Vec<u8>)]) -> Option<Vec<u8>> {
        in_group!(self, combined(shares))
    }
}

fn shares<G: Curve>(coefficients: &[Vec<u8>], count: u64) -> Option<Vec<Vec<u8>>> {
    let shares = split::<G>(&numbers::<G>(coefficients)?, count)?;
    Some(shares.iter().map(|share| share.to_repr().as_ref().to_vec()).collect())
}

fn commitments<G: Curve>(coefficients: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    let points = commit::<G>(&numbers::<G>(coefficients)?);
    Some(points.iter().map(|point| point.to_bytes().as_ref().to_vec()).collect())
}

fn verified<G: Curve>(commitments: &[Vec<u8>], at: u64, share: &[u8]) -> Option<bool> {
    let threshold = u8::try_from(commitments.len()).ok()?;
    let points: Option<Vec<G>> = commitments.iter().map(|bytes| point(bytes)).collect();
    Some(verify::<G>(&points?, threshold, at, &number::<G>(share)?))
}

fn combined<G: Curve>(shares: &[(u64, Vec<u8>)]) -> Option<Vec<u8>> {
    let points: Option<Vec<_>> =
        shares.iter().map(|(at, share)| Some((*at, number::<G>(share)?))).collect();
    Some(interpolate::<G>(&points?)?.to_repr().as_ref().to_vec())
}

fn numbers<G: Curve>(all: &[Vec<u8>]) -> Option<Vec<G::Scalar>> {
    all.iter().map(|bytes| number::<G>(bytes)).collect()
}

fn number<G: Curve>(bytes: &[u8]) -> Option<G::Scalar> {
    let mut repr = <G::Scalar as PrimeField>::Repr::default();
    fill(repr.as_mut(), bytes)?;
    G::Scalar::from_repr(repr).into()
}

fn point<G: Curve>(bytes: &[u8]) -> Option<G> {
    let mut repr = <G as GroupEncoding>::Repr::default();
    fill(repr.as_mut(), bytes)?;
    let point: Option<G> = G::from_bytes(&repr).into();
    point.filter(|point| !bool::from(point.is_identity()))
}

fn fill(room: &mut [u8], bytes: &[u8]) -> Option<()> {
    (room.len() == bytes.len()).then(|| room.copy_from_slice(bytes))
}
