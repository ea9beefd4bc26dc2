//! Succession: the next generation, from a generation and the deals of a renewal.

use super::{
    generation::Generation,
    manifest::{Manifest, Origin},
    not_renewed::NotRenewed,
    parcel::{Parcel, ParcelKind},
    renewal::{CheckedDeal, How, MAX_DEALS, Renewal, check_choice, new_plan, sum},
    scalar::SecretScalar,
    seat::Seat,
    share::Share,
    sharing,
    two_level::{TwoLevel, interpolate},
};
use crate::evidence::Approved;
use alloc::{collections::BTreeSet, vec::Vec};
use core::fmt;
use curve25519_dalek::Scalar;
use zeroize::Zeroize as _;

/// The next generation. Everyone who has the same deals computes the same manifest, byte for
/// byte: two who compare its id used the same deals.
pub struct Succession {
    how: How,
    base: Generation,
    deals: Vec<CheckedDeal>,
    next: Generation,
}

impl Succession {
    /// The generation that these deals lead to: for a refresh one deal or more, for a reshare
    /// exactly those of the seats that the request names.
    ///
    /// # Errors
    ///
    /// [`NotRenewed`].
    pub fn of(
        base: &Generation,
        request: &Approved<Renewal>,
        mut deals: Vec<CheckedDeal>,
    ) -> Result<Self, NotRenewed> {
        let how = request.document().how.clone();
        let plan = new_plan(base, request)?;
        deals.sort_by_key(|deal| deal.dealer);
        let mut dealers = BTreeSet::new();
        for deal in &deals {
            let dealer = deal.dealer;
            let first = match dealer.seat {
                Some(seat) => dealers.insert((Some(seat), None)),
                None => dealers.insert((None, Some(dealer.deal))),
            };
            if !first {
                return Err(NotRenewed::Twice { dealer });
            }
        }
        let got = deals.len();
        let sharing = match &how {
            How::Reshare { seats, .. } => {
                check_choice(base.plan(), seats)?;
                if got != seats.len() {
                    return Err(NotRenewed::Deals { got, needed: seats.len() });
                }
                reshared(&deals)
            }
            How::Refresh | How::Repair { .. } if got == 0 || got > MAX_DEALS => {
                return Err(NotRenewed::Deals { got, needed: 1 });
            }
            How::Refresh | How::Repair { .. } => sum(base.sharing(), &deals),
        };
        let old = base.manifest();
        let request_document = request.document();
        let manifest = Manifest {
            generation: old.generation.checked_add(1).ok_or(NotRenewed::Generation)?,
            origin: Origin::Renewed {
                previous: base.id(),
                request: request.id(),
                deals: deals.iter().map(|deal| deal.dealer.deal).collect(),
            },
            charter: request_document.charter,
            date: request_document.date,
            plan: plan.clone(),
            commitments: sharing.ok_or(NotRenewed::Generation)?.to_commitments(),
            ..old.clone()
        };
        let envelope = manifest.to_envelope().map_err(|_| NotRenewed::Generation)?;
        let next = Generation::read(&envelope).map_err(|_| NotRenewed::Generation)?;
        if next.key_commitment() != base.key_commitment() {
            return Err(NotRenewed::Generation);
        }
        Ok(Self { how, base: base.clone(), deals, next })
    }

    /// The next generation, not signed yet.
    #[must_use]
    pub const fn generation(&self) -> &Generation {
        &self.next
    }

    /// The new share of a seat, from the parcels that came for it; in a refresh, and the share
    /// that the seat has.
    ///
    /// Each parcel is checked against its dealer's commitments, so a wrong one is named. The old
    /// share stays good until the generation is closed.
    ///
    /// # Errors
    ///
    /// [`NotRenewed`].
    pub fn receive(
        &self,
        seat: Seat,
        parcels: &[Parcel],
        own: Option<&Share>,
    ) -> Result<Share, NotRenewed> {
        for parcel in parcels {
            let known = self.deals.iter().any(|deal| deal.dealer.deal == parcel.deal());
            let is_meant = parcel.kind() == ParcelKind::Renewal
                && parcel.set() == self.base.set()
                && parcel.to() == seat;
            if !known || !is_meant {
                let (seat, deal) = (parcel.to(), parcel.deal());
                return Err(NotRenewed::StrangeParcel { seat, deal });
            }
        }
        let mut numbers: Vec<(Seat, &SecretScalar)> = Vec::with_capacity(self.deals.len());
        for deal in &self.deals {
            let dealer = deal.dealer;
            let mut of_deal = parcels.iter().filter(|parcel| parcel.deal() == dealer.deal);
            let parcel = of_deal.next().ok_or(NotRenewed::NoParcel { dealer, seat })?;
            if of_deal.next().is_some() {
                return Err(NotRenewed::Twice { dealer });
            }
            if parcel.from() != dealer.seat || !deal.sharing.verify(seat, parcel.number()) {
                return Err(NotRenewed::Parcel { dealer, seat });
            }
            numbers.push((dealer.seat.unwrap_or(seat), parcel.number()));
        }
        let number = match self.how {
            How::Reshare { .. } => interpolate(&numbers),
            How::Refresh | How::Repair { .. } => {
                let own = own.filter(|share| share.seat() == seat);
                let own = own.ok_or(NotRenewed::NoShare { seat })?;
                self.base.check(own)?;
                Some(plus(own.number(), &numbers))
            }
        };
        let wrong = NotRenewed::SelfCheck { seat };
        let share = number.and_then(|number| self.next.share(seat, number)).ok_or(wrong.clone())?;
        self.next.check(&share).map_err(|_| wrong)?;
        Ok(share)
    }
}

fn plus(own: &SecretScalar, numbers: &[(Seat, &SecretScalar)]) -> SecretScalar {
    let mut sum = *own.expose();
    for (_, number) in numbers {
        let next: Scalar = sum + number.expose();
        sum.zeroize();
        sum = next;
    }
    let kept = SecretScalar::new(sum);
    sum.zeroize();
    kept
}

/// The commitments after a reshare: those of the deals, combined as the numbers are.
fn reshared(deals: &[CheckedDeal]) -> Option<TwoLevel> {
    let mut locations: Vec<u8> =
        deals.iter().filter_map(|deal| Some(deal.dealer.seat?.location())).collect();
    locations.dedup(); // the deals are in the order of their seats
    let mut outer: Vec<(u64, TwoLevel)> = Vec::with_capacity(locations.len());
    for location in locations {
        let inner: Vec<(u64, &TwoLevel)> = deals
            .iter()
            .filter_map(|deal| Some((deal.dealer.seat?, &deal.sharing)))
            .filter(|(seat, _)| seat.location() == location)
            .map(|(seat, sharing)| (u64::from(seat.custodian()), sharing))
            .collect();
        outer.push((u64::from(location), combined(&inner)?));
    }
    let outer: Vec<_> = outer.iter().map(|(at, sharing)| (*at, sharing)).collect();
    combined(&outer)
}

fn combined(sharings: &[(u64, &TwoLevel)]) -> Option<TwoLevel> {
    let all: Vec<_> = sharings.iter().map(|(_, sharing)| *sharing).collect();
    TwoLevel::merge(&all, |points| {
        let at = sharings.iter().map(|(at, _)| *at);
        let points: Vec<_> = at.zip(points.iter().copied()).collect();
        sharing::interpolate_points(&points)
    })
}

impl fmt::Debug for Succession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Succession")
            .field("base", &self.base)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
