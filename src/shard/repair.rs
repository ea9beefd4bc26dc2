//! Repair: one seat gets its lost share again, from helpers of its location.
//!
//! Each helper weighs his number for the lost seat (Lagrange) and cuts it into random pieces, one
//! for each helper. Each helper adds up the pieces he gets, and the lost seat adds up the sums. No
//! one sees another's number. Every piece has a public commitment, so who sends a wrong one is
//! named. The share is the same as before: if it may have been stolen, refresh instead.

use super::{
    entropy::Entropy,
    generation::Generation,
    not_renewed::{Dealer, NotRenewed},
    parcel::{Parcel, ParcelKind},
    renewal::{How, Renewal, admit},
    scalar::{Commitment, SecretScalar},
    seat::Seat,
    share::Share,
    sharing,
    two_level::NotConsistent,
    unseal::Memory,
};
use crate::{
    OrderId,
    document::{Document, Envelope},
    evidence::Approved,
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::fmt;
use curve25519_dalek::{RistrettoPoint, Scalar};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

/// A helper's part of a repair: its public side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairDeal {
    /// The approved request.
    pub request: OrderId,
    /// The helper.
    pub seat: Seat,
    /// The commitment to each piece, in the order of the helpers.
    pub pieces: Vec<Commitment>,
}

impl Document for RepairDeal {
    const KIND: &'static str = "shard-repair";
}

/// A helper cuts his weighed number into pieces, one for each helper.
///
/// # Errors
///
/// [`NotRenewed`].
pub fn deal_repair(
    generation: &Generation,
    request: &Approved<Renewal>,
    memory: &Memory,
    share: &Share,
    entropy: Entropy,
) -> Result<(Envelope, Vec<Parcel>), NotRenewed> {
    admit(generation, request, memory)?;
    let (lost, helpers) = parts(generation, request)?;
    generation.check(share)?;
    let seat = share.seat();
    if !helpers.contains(&seat) {
        return Err(NotRenewed::NotNamed { seat });
    }
    let weight = weight(helpers, seat, lost).ok_or(NotRenewed::Choice)?;
    let mut rest = weight * share.number().expose();
    let mut pieces = Vec::with_capacity(helpers.len());
    for (index, _) in (1..).zip(helpers.iter().skip(1)) {
        let mut piece = entropy.number("repair", index);
        let next = rest - piece;
        rest.zeroize();
        rest = next;
        pieces.push(SecretScalar::new(piece));
        piece.zeroize();
    }
    pieces.push(SecretScalar::new(rest));
    rest.zeroize();
    let commitments = pieces.iter().map(|piece| Commitment::of(&piece.commitment())).collect();
    let envelope = Envelope::of(&RepairDeal { request: request.id(), seat, pieces: commitments })?;
    let (set, deal) = (generation.set(), envelope.id());
    let parcels = helpers
        .iter()
        .zip(pieces)
        .map(|(to, piece)| Parcel::new(ParcelKind::RepairPiece, set, deal, Some(seat), *to, piece));
    Ok((envelope, parcels.collect()))
}

/// A repair whose public side is complete: every helper's deal, checked.
pub struct Repair<'a> {
    generation: &'a Generation,
    request: OrderId,
    lost: Seat,
    helpers: &'a [Seat],
    deals: BTreeMap<Seat, (OrderId, Vec<RistrettoPoint>)>,
}

impl<'a> Repair<'a> {
    /// Reads the helpers' deals: one of each, and each dealing exactly his weighed number.
    ///
    /// # Errors
    ///
    /// [`NotRenewed`], which names the helper.
    pub fn read(
        generation: &'a Generation,
        request: &'a Approved<Renewal>,
        envelopes: &[Envelope],
    ) -> Result<Self, NotRenewed> {
        let (lost, helpers) = parts(generation, request)?;
        let mut deals = BTreeMap::new();
        for envelope in envelopes {
            let (deal, id, _) = envelope.verify::<RepairDeal>()?.into_parts();
            if deal.request != request.id() {
                return Err(NotRenewed::OtherRequest { got: deal.request, needed: request.id() });
            }
            let seat = deal.seat;
            let dealer = Dealer { seat: Some(seat), deal: id };
            if !helpers.contains(&seat) {
                return Err(NotRenewed::NotNamed { seat });
            }
            let inconsistent = |why| NotRenewed::Deal { dealer, why };
            if deal.pieces.len() != helpers.len() {
                let (got, needed) = (deal.pieces.len(), helpers.len());
                return Err(inconsistent(NotConsistent::Length { got, needed }));
            }
            let points: Option<Vec<_>> = deal.pieces.iter().map(Commitment::point).collect();
            let points = points.ok_or(inconsistent(NotConsistent::Point))?;
            let weight = weight(helpers, seat, lost).ok_or(NotRenewed::Choice)?;
            let own = generation.sharing().at(seat).ok_or(NotRenewed::Choice)?;
            if points.iter().sum::<RistrettoPoint>() != own * weight {
                return Err(NotRenewed::Lie { dealer });
            }
            if deals.insert(seat, (id, points)).is_some() {
                return Err(NotRenewed::Twice { dealer });
            }
        }
        if deals.len() != helpers.len() {
            return Err(NotRenewed::Deals { got: deals.len(), needed: helpers.len() });
        }
        Ok(Self { generation, request: request.id(), lost, helpers, deals })
    }

    /// A helper adds up the pieces that came for him; the sum goes to the lost seat.
    ///
    /// # Errors
    ///
    /// [`NotRenewed`], which names who sent a wrong piece.
    pub fn add_up(&self, helper: Seat, pieces: &[Parcel]) -> Result<Parcel, NotRenewed> {
        let at = self.helpers.iter().position(|seat| *seat == helper);
        let at = at.ok_or(NotRenewed::NotNamed { seat: helper })?;
        self.refuse_strangers(pieces, ParcelKind::RepairPiece, helper)?;
        let mut sum = Scalar::ZERO;
        for (seat, (deal, points)) in &self.deals {
            let dealer = Dealer { seat: Some(*seat), deal: *deal };
            let piece = pieces.iter().find(|piece| piece.deal() == *deal);
            let piece = piece.ok_or(NotRenewed::NoParcel { dealer, seat: helper })?;
            if points.get(at) != Some(&piece.number().commitment()) {
                sum.zeroize();
                return Err(NotRenewed::Parcel { dealer, seat: helper });
            }
            let next = sum + piece.number().expose();
            sum.zeroize();
            sum = next;
        }
        let number = SecretScalar::new(sum);
        sum.zeroize();
        let (kind, set) = (ParcelKind::RepairSum, self.generation.set());
        Ok(Parcel::new(kind, set, self.request, Some(helper), self.lost, number))
    }

    /// The lost share, from the sums of all helpers.
    ///
    /// # Errors
    ///
    /// [`NotRenewed`], which names whose sum is wrong.
    pub fn finish(&self, sums: &[Parcel]) -> Result<Share, NotRenewed> {
        self.refuse_strangers(sums, ParcelKind::RepairSum, self.lost)?;
        let mut total = Scalar::ZERO;
        for (at, helper) in self.helpers.iter().enumerate() {
            let dealer = Dealer { seat: Some(*helper), deal: self.request };
            let sum = sums.iter().find(|sum| sum.from() == Some(*helper));
            let sum = sum.ok_or(NotRenewed::NoParcel { dealer, seat: self.lost })?;
            let expected: RistrettoPoint =
                self.deals.values().filter_map(|(_, points)| points.get(at)).sum();
            if sum.number().commitment() != expected {
                total.zeroize();
                return Err(NotRenewed::Parcel { dealer, seat: self.lost });
            }
            let next = total + sum.number().expose();
            total.zeroize();
            total = next;
        }
        let number = SecretScalar::new(total);
        total.zeroize();
        let wrong = NotRenewed::SelfCheck { seat: self.lost };
        let share = self.generation.share(self.lost, number).ok_or(wrong.clone())?;
        self.generation.check(&share).map_err(|_| wrong)?;
        Ok(share)
    }

    fn refuse_strangers(
        &self,
        parcels: &[Parcel],
        kind: ParcelKind,
        to: Seat,
    ) -> Result<(), NotRenewed> {
        for parcel in parcels {
            let known = match kind {
                ParcelKind::RepairSum => parcel.deal() == self.request,
                ParcelKind::RepairPiece | ParcelKind::Renewal => {
                    self.deals.values().any(|(deal, _)| *deal == parcel.deal())
                }
            };
            let is_meant =
                parcel.kind() == kind && parcel.set() == self.generation.set() && parcel.to() == to;
            if !known || !is_meant {
                let (seat, deal) = (parcel.to(), parcel.deal());
                return Err(NotRenewed::StrangeParcel { seat, deal });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Repair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repair")
            .field("generation", &self.generation)
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

/// The lost seat and the helpers: exactly as many of its location as it needs, and not itself.
fn parts<'a>(
    generation: &Generation,
    request: &'a Approved<Renewal>,
) -> Result<(Seat, &'a [Seat]), NotRenewed> {
    let How::Repair { lost, helpers } = &request.document().how else {
        return Err(NotRenewed::OtherAct { asked: "a repair" });
    };
    let plan = generation.plan();
    let needed = plan.location(lost.location()).map(|location| usize::from(location.threshold));
    let fit = |seat: &Seat| {
        seat.location() == lost.location() && seat != lost && plan.custodian(*seat).is_some()
    };
    let is_exact = needed == Some(helpers.len()) && helpers.iter().all(fit);
    if is_exact && plan.custodian(*lost).is_some() {
        Ok((*lost, helpers))
    } else {
        Err(NotRenewed::Choice)
    }
}

fn weight(helpers: &[Seat], one: Seat, lost: Seat) -> Option<Scalar> {
    let ids: Vec<_> = helpers.iter().map(|seat| u64::from(seat.custodian())).collect();
    let (one, lost) = (u64::from(one.custodian()), u64::from(lost.custodian()));
    sharing::weight::<RistrettoPoint>(&ids, one, lost)
}
