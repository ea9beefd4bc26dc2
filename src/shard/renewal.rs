//! Renewal: the approved request to deal a set anew, and the deals that carry it out.
//!
//! A *refresh* keeps people and thresholds: every dealer shares zero, and each custodian adds what
//! he gets to his share. A *reshare* changes people, places or thresholds: each custodian of an
//! exact choice of seats deals his own number to the new plan, and each new custodian combines
//! what he gets. A *repair* gives one seat its lost share again. In none of them is the key formed.

use super::{
    date::Date,
    entropy::Entropy,
    generation::Generation,
    manifest::{ManifestId, SetId},
    not_renewed::{Dealer, NotRenewed},
    parcel::{Parcel, ParcelKind},
    plan::Plan,
    seat::Seat,
    share::Share,
    two_level::{Commitments, TwoLevel},
    unseal::{Memory, NotARequest, check_text, check_window},
};
use crate::{
    IdentityId, Nonce, OrderId,
    authority::Act,
    document::{Document, Envelope},
    evidence::{Approvable, Approved},
};
use alloc::{collections::BTreeSet, string::String, vec::Vec};
use curve25519_dalek::{RistrettoPoint, Scalar, traits::IsIdentity as _};
use serde::{Deserialize, Serialize};

/// The most deals of one renewal: one for each seat.
pub const MAX_DEALS: usize = 1024;

/// A request to renew a set. Whoever may approve [`Act::RefreshShards`] or, for a new
/// plan, [`Act::ReshareShards`] signs it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// The set.
    pub set: SetId,
    /// The manifest of the generation that is renewed.
    pub manifest: ManifestId,
    /// The identity that the manifest names; null if it names none. Its charter approves.
    pub identity: Option<IdentityId>,
    /// What is done.
    pub how: How,
    /// The head of the identity's charter, for the new manifest.
    pub charter: Option<OrderId>,
    /// The day that the new manifest states.
    pub date: Date,
    /// Random: a request is good for one act.
    pub nonce: Nonce,
    /// The first day on which it may be used.
    pub from: Date,
    /// The last.
    pub until: Date,
    /// Why, for people.
    pub note: String,
}

/// What a renewal does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum How {
    /// The same people and thresholds, new shares.
    Refresh,
    /// A new plan.
    Reshare {
        /// The seats that deal, in order: an exact choice, fixed here so that every receiver uses
        /// the same one.
        seats: Vec<Seat>,
        /// The new plan.
        plan: Plan,
    },
    /// One seat gets its lost share again; the generation stays.
    Repair {
        /// The seat whose share is lost.
        lost: Seat,
        /// As many other custodians of its location as the location needs, in order.
        helpers: Vec<Seat>,
    },
}

impl Document for Renewal {
    const KIND: &'static str = "shard-renewal";
}

impl Approvable for Renewal {
    type Wrong = NotARequest;

    fn act(&self) -> Act {
        match self.how {
            How::Refresh | How::Repair { .. } => Act::RefreshShards,
            How::Reshare { .. } => Act::ReshareShards,
        }
    }

    fn identities(&self) -> Vec<IdentityId> {
        self.identity.into_iter().collect()
    }

    fn check_form(&self) -> Result<(), NotARequest> {
        check_window(self.from, self.until)?;
        check_text(&self.note)?;
        let sorted = |seats: &[Seat]| match seats.is_sorted_by(|a, b| a < b) {
            true => Ok(()),
            false => Err(NotARequest::Seats),
        };
        match &self.how {
            How::Refresh => Ok(()),
            How::Reshare { seats, plan } => {
                plan.check().map_err(|_| NotARequest::Plan)?;
                sorted(seats)
            }
            How::Repair { helpers, .. } => sorted(helpers),
        }
    }
}

/// One dealer's part of a renewal: its public side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deal {
    /// The approved request.
    pub request: OrderId,
    /// The seat whose number is dealt; null for a deal of zero.
    pub seat: Option<Seat>,
    /// What every parcel is checked against.
    pub commitments: Commitments,
}

impl Document for Deal {
    const KIND: &'static str = "shard-deal";
}

/// A deal whose commitments hold: it deals what its dealer must deal.
#[derive(Clone)]
pub struct CheckedDeal {
    pub(super) dealer: Dealer,
    pub(super) sharing: TwoLevel,
}

impl core::fmt::Debug for CheckedDeal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CheckedDeal").field("dealer", &self.dealer).finish_non_exhaustive()
    }
}

impl CheckedDeal {
    /// Reads a deal and checks it against the generation that is renewed. No parcel is needed, so
    /// anybody can.
    ///
    /// # Errors
    ///
    /// [`NotRenewed`], which names the dealer.
    pub fn read(
        envelope: &Envelope,
        base: &Generation,
        request: &Approved<Renewal>,
    ) -> Result<Self, NotRenewed> {
        let (deal, id, _) = envelope.verify::<Deal>()?.into_parts();
        if deal.request != request.id() {
            return Err(NotRenewed::OtherRequest { got: deal.request, needed: request.id() });
        }
        let dealer = Dealer { seat: deal.seat, deal: id };
        let plan = new_plan(base, request)?;
        let sharing = TwoLevel::read(&deal.commitments, plan)
            .map_err(|why| NotRenewed::Deal { dealer, why })?;
        let constant = sharing.constant();
        let is_right = match (&request.document().how, deal.seat) {
            (How::Refresh, None) => constant.is_some_and(|point| point.is_identity()),
            (How::Reshare { seats, .. }, Some(seat)) => {
                if !seats.contains(&seat) {
                    return Err(NotRenewed::NotNamed { seat });
                }
                constant.is_some() && constant == base.sharing().at(seat)
            }
            _ => return Err(NotRenewed::OtherAct { asked: "this deal" }),
        };
        if is_right { Ok(Self { dealer, sharing }) } else { Err(NotRenewed::Lie { dealer }) }
    }

    /// Who dealt.
    #[must_use]
    pub const fn dealer(&self) -> Dealer {
        self.dealer
    }
}

/// Whether a renewal may be carried out here and now, on this generation.
///
/// # Errors
///
/// [`NotRenewed::Request`].
pub(super) fn admit(
    base: &Generation,
    request: &Approved<Renewal>,
    memory: &Memory,
) -> Result<(), NotRenewed> {
    let Renewal { set, manifest, identity, from, until, .. } = request.document();
    let about = (*set, *manifest, *identity);
    Ok(memory.admits_parts(request.id(), about, (*from, *until), base)?)
}

/// Deals zero, for a refresh. Nobody's share is needed, and the dealer learns none; but a dealer
/// that keeps what it dealt can undo the refresh, so let several deal.
///
/// # Errors
///
/// [`NotRenewed`].
pub fn deal_zero(
    base: &Generation,
    request: &Approved<Renewal>,
    memory: &Memory,
    entropy: Entropy,
) -> Result<(Envelope, Vec<Parcel>), NotRenewed> {
    admit(base, request, memory)?;
    if !matches!(request.document().how, How::Refresh) {
        return Err(NotRenewed::OtherAct { asked: "a refresh" });
    }
    dealt(base, request, None, &Scalar::ZERO, &entropy)
}

/// Deals one's own number to the new plan, for a reshare.
///
/// # Errors
///
/// [`NotRenewed`].
pub fn deal_share(
    base: &Generation,
    request: &Approved<Renewal>,
    memory: &Memory,
    share: &Share,
    entropy: Entropy,
) -> Result<(Envelope, Vec<Parcel>), NotRenewed> {
    admit(base, request, memory)?;
    let How::Reshare { seats, .. } = &request.document().how else {
        return Err(NotRenewed::OtherAct { asked: "a reshare" });
    };
    check_choice(base.plan(), seats)?;
    base.check(share)?;
    let seat = share.seat();
    if !seats.contains(&seat) {
        return Err(NotRenewed::NotNamed { seat });
    }
    dealt(base, request, Some(seat), share.number().expose(), &entropy)
}

fn dealt(
    base: &Generation,
    request: &Approved<Renewal>,
    seat: Option<Seat>,
    number: &Scalar,
    entropy: &Entropy,
) -> Result<(Envelope, Vec<Parcel>), NotRenewed> {
    let plan = new_plan(base, request)?;
    let (sharing, leaves) = TwoLevel::deal(number, plan, entropy).ok_or(NotRenewed::Generation)?;
    let commitments = sharing.to_commitments();
    let envelope = Envelope::of(&Deal { request: request.id(), seat, commitments })?;
    let (set, deal) = (base.set(), envelope.id());
    let parcels = leaves
        .into_iter()
        .map(|(to, number)| Parcel::new(ParcelKind::Renewal, set, deal, seat, to, number));
    Ok((envelope, parcels.collect()))
}

/// The plan of the generation that a renewal leads to.
pub(super) fn new_plan<'a>(
    base: &'a Generation,
    request: &'a Approved<Renewal>,
) -> Result<&'a Plan, NotRenewed> {
    match &request.document().how {
        How::Refresh => Ok(base.plan()),
        How::Reshare { plan, .. } => Ok(plan),
        How::Repair { .. } => Err(NotRenewed::OtherAct { asked: "a new generation" }),
    }
}

/// Whether these are exactly as many locations as are needed, each with exactly as many
/// custodians as it needs.
pub(super) fn check_choice(plan: &Plan, seats: &[Seat]) -> Result<(), NotRenewed> {
    let locations: BTreeSet<u8> = seats.iter().map(|seat| seat.location()).collect();
    let exact = locations.iter().all(|number| {
        let there = seats.iter().filter(|seat| seat.location() == *number).count();
        plan.location(*number).is_some_and(|location| usize::from(location.threshold) == there)
    });
    let known = seats.iter().all(|seat| plan.custodian(*seat).is_some());
    if exact && known && locations.len() == usize::from(plan.threshold) {
        Ok(())
    } else {
        Err(NotRenewed::Choice)
    }
}

/// The sum of sharings of one shape.
pub(super) fn sum(first: &TwoLevel, others: &[CheckedDeal]) -> Option<TwoLevel> {
    let mut all = Vec::with_capacity(1 + others.len());
    all.push(first);
    all.extend(others.iter().map(|deal| &deal.sharing));
    TwoLevel::merge(&all, |points| Some(points.iter().sum::<RistrettoPoint>()))
}
