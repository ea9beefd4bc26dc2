//! Two levels: one number shared among locations, and each location's number among its custodians.

use super::{
    entropy::Entropy,
    plan::Plan,
    scalar::{Commitment, SecretScalar},
    seat::Seat,
    sharing,
};
use alloc::{collections::BTreeMap, format, vec::Vec};
use curve25519_dalek::{RistrettoPoint, Scalar};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

/// The public side of a two-level sharing, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitments {
    /// The coefficients of the polynomial over the locations; as many as locations are needed.
    pub outer: Vec<Commitment>,
    /// For each location, those of the polynomial over its custodians.
    pub inner: Vec<Vec<Commitment>>,
}

/// Why commitments do not belong to a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotConsistent {
    /// More or fewer commitments than the threshold: a longer polynomial raises it in secret.
    #[error("{got} commitments for a threshold of {needed}")]
    Length {
        /// How many came.
        got: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A commitment is not the one encoding of a point.
    #[error("a commitment is not a canonical point of ristretto255")]
    Point,
    /// A location's commitments do not continue the outer ones.
    #[error("the commitments of location {location} do not belong to the others")]
    Location {
        /// Its number.
        location: u8,
    },
}

/// The public side, with its points read, and checked against a plan.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct TwoLevel {
    outer: Vec<RistrettoPoint>,
    inner: Vec<Vec<RistrettoPoint>>,
}

/// One number for each seat.
pub(super) type Leaves = BTreeMap<Seat, SecretScalar>;

impl TwoLevel {
    /// Shares a number by a plan. `None` if the plan was not checked before.
    pub(super) fn deal(secret: &Scalar, plan: &Plan, entropy: &Entropy) -> Option<(Self, Leaves)> {
        let outer = entropy.polynomial("outer", secret, plan.threshold);
        let count = u64::try_from(plan.locations.len()).ok()?;
        let numbers = sharing::split::<RistrettoPoint>(&outer, count)?;
        let mut leaves = Leaves::new();
        let mut inner = Vec::with_capacity(plan.locations.len());
        for ((at, location), number) in (1_u8..).zip(&plan.locations).zip(numbers.iter()) {
            let purpose = format!("inner/{at}");
            let polynomial = entropy.polynomial(&purpose, number, location.threshold);
            let count = u64::try_from(location.custodians.len()).ok()?;
            let values = sharing::split::<RistrettoPoint>(&polynomial, count)?;
            for (custodian, value) in (1..).zip(values.iter()) {
                leaves.insert(Seat::new(at, custodian).ok()?, SecretScalar::new(*value));
            }
            inner.push(sharing::commit(&polynomial));
        }
        Some((Self { outer: sharing::commit(&outer), inner }, leaves))
    }

    /// Reads commitments, and checks them against the plan and each other.
    pub(super) fn read(commitments: &Commitments, plan: &Plan) -> Result<Self, NotConsistent> {
        let length = |got: usize, needed: usize| match got == needed {
            true => Ok(()),
            false => Err(NotConsistent::Length { got, needed }),
        };
        length(commitments.outer.len(), usize::from(plan.threshold))?;
        length(commitments.inner.len(), plan.locations.len())?;
        let outer = points(&commitments.outer)?;
        let mut inner = Vec::with_capacity(plan.locations.len());
        for ((number, location), row) in (1_u8..).zip(&plan.locations).zip(&commitments.inner) {
            length(row.len(), usize::from(location.threshold))?;
            let row = points(row)?;
            if row.first() != Some(&sharing::evaluate(&outer, u64::from(number))) {
                return Err(NotConsistent::Location { location: number });
            }
            inner.push(row);
        }
        Ok(Self { outer, inner })
    }

    pub(super) fn to_commitments(&self) -> Commitments {
        let row = |points: &Vec<RistrettoPoint>| points.iter().map(Commitment::of).collect();
        Commitments { outer: row(&self.outer), inner: self.inner.iter().map(row).collect() }
    }

    /// The commitment to the shared number.
    pub(super) fn constant(&self) -> Option<RistrettoPoint> {
        self.outer.first().copied()
    }

    /// Whether this is the number of that seat.
    pub(super) fn verify(&self, seat: Seat, number: &SecretScalar) -> bool {
        let row = self.row(seat.location());
        let threshold = row.and_then(|row| u8::try_from(row.len()).ok()).zip(row);
        threshold.is_some_and(|(threshold, row)| {
            sharing::verify(row, threshold, u64::from(seat.custodian()), number.expose())
        })
    }

    /// The commitment to the number of a seat.
    pub(super) fn at(&self, seat: Seat) -> Option<RistrettoPoint> {
        let row = self.row(seat.location())?;
        Some(sharing::evaluate(row, u64::from(seat.custodian())))
    }

    fn row(&self, location: u8) -> Option<&Vec<RistrettoPoint>> {
        self.inner.get(usize::from(location).checked_sub(1)?)
    }

    /// The sharing of what `merge_points` makes of the constants, coefficient by coefficient.
    pub(super) fn merge(
        all: &[&Self],
        merge_points: impl Fn(&[RistrettoPoint]) -> Option<RistrettoPoint>,
    ) -> Option<Self> {
        let first = all.first()?;
        let row = |pick: &dyn Fn(&Self) -> Option<&Vec<RistrettoPoint>>| {
            let rows: Option<Vec<_>> = all.iter().map(|one| pick(one)).collect();
            let rows = rows?;
            let length = rows.first()?.len();
            (0..length)
                .map(|at| {
                    let column: Option<Vec<_>> =
                        rows.iter().map(|row| row.get(at).copied()).collect();
                    merge_points(&column?)
                })
                .collect::<Option<Vec<_>>>()
        };
        let outer = row(&|one| Some(&one.outer))?;
        let inner = (0..first.inner.len())
            .map(|at| row(&|one| one.inner.get(at)))
            .collect::<Option<_>>()?;
        Some(Self { outer, inner })
    }
}

fn points(row: &[Commitment]) -> Result<Vec<RistrettoPoint>, NotConsistent> {
    row.iter().map(|commitment| commitment.point().ok_or(NotConsistent::Point)).collect()
}

/// The shared number, from an exact choice of seats: each chosen location with exactly as many
/// custodians as it needs, and as many locations as are needed.
pub(super) fn interpolate(chosen: &[(Seat, &SecretScalar)]) -> Option<SecretScalar> {
    let mut by_location: BTreeMap<u8, Vec<(u8, &SecretScalar)>> = BTreeMap::new();
    for (seat, number) in chosen {
        by_location.entry(seat.location()).or_default().push((seat.custodian(), number));
    }
    let mut outer = Points(Vec::with_capacity(by_location.len()));
    for (location, custodians) in by_location {
        let mut inner = Points(Vec::with_capacity(custodians.len()));
        for (custodian, number) in custodians {
            inner.0.push((u64::from(custodian), *number.expose()));
        }
        let number = sharing::interpolate::<RistrettoPoint>(&inner.0)?;
        outer.0.push((u64::from(location), *number));
    }
    sharing::interpolate::<RistrettoPoint>(&outer.0).map(|number| SecretScalar::new(*number))
}

/// Points of a secret polynomial, overwritten on drop.
struct Points(Vec<(u64, Scalar)>);

impl Drop for Points {
    fn drop(&mut self) {
        for (_, number) in &mut self.0 {
            number.zeroize();
        }
    }
}
