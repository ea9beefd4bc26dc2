//! Retirement: the end of a generation, once every holder of the next one has acknowledged.

use super::{
    date::Date,
    generation::Generation,
    manifest::{ManifestId, Origin, SetId},
    receipt::{CheckedReceipt, Looked},
    seat::Seat,
    unseal::{Memory, NotARequest, check_text},
};
use crate::{
    IdentityId, OrderId,
    authority::Act,
    document::Document,
    evidence::{Approvable, Approved},
};
use alloc::{collections::BTreeSet, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// The decision that a generation is out of service. Whoever may approve
/// [`Act::ReshareShards`] signs it.
///
/// It makes programs refuse the old shares. It does not destroy them: that is for their
/// custodians to do, and to state in `note`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// The set.
    pub set: SetId,
    /// The identity that the manifests name; null if they name none. Its charter approves.
    pub identity: Option<IdentityId>,
    /// The generation that goes out of service.
    pub old: ManifestId,
    /// The one that is in service from now on.
    pub new: ManifestId,
    /// The receipts of the new generation's custodians, in the order of their seats.
    pub receipts: Vec<OrderId>,
    /// Seats that never acknowledged and are given up on purpose.
    pub dropped: Vec<Seat>,
    /// The day.
    pub date: Date,
    /// What became of the old shares, for people.
    pub note: String,
}

impl Document for Retirement {
    const KIND: &'static str = "shard-retirement";
}

impl Approvable for Retirement {
    type Wrong = NotARequest;

    fn act(&self) -> Act {
        Act::ReshareShards
    }

    fn identities(&self) -> Vec<IdentityId> {
        self.identity.into_iter().collect()
    }

    fn check_form(&self) -> Result<(), NotARequest> {
        check_text(&self.note)?;
        if self.dropped.is_sorted_by(|a, b| a < b) { Ok(()) } else { Err(NotARequest::Seats) }
    }
}

/// Why a generation stays in service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotClosed {
    /// The one does not follow from the other.
    #[error("manifest {new} does not follow from {old}")]
    NotNext {
        /// The older one.
        old: ManifestId,
        /// The one that was to follow.
        new: ManifestId,
    },
    /// Custodians who have not acknowledged that their new share opens.
    #[error("{} custodians have not acknowledged: {}", .0.len(), Seats(.0))]
    Unacknowledged(Vec<Seat>),
    /// A seat that was given up has acknowledged, or does not exist.
    #[error("seat {seat} is given up, and it need not be")]
    NotDropped {
        /// Which.
        seat: Seat,
    },
    /// What is left would not bring the secret back.
    #[error("without the seats that are given up, the rest is not enough")]
    TooFew,
    /// The document says something else than the receipts.
    #[error("the retirement does not state these generations and receipts")]
    Differs,
}

struct Seats<'a>(&'a [Seat]);

impl core::fmt::Display for Seats<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (at, seat) in self.0.iter().enumerate() {
            write!(f, "{}{seat}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl NotClosed {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotNext { .. } => "retirement.not_next",
            Self::Unacknowledged(_) => "retirement.unacknowledged",
            Self::NotDropped { .. } => "retirement.not_dropped",
            Self::TooFew => "retirement.too_few",
            Self::Differs => "retirement.differs",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        "keep both generations; ask the custodians who are missing to open their new shares"
    }
}

impl Retirement {
    /// The decision to approve, once everyone has acknowledged by opening his new share.
    ///
    /// # Errors
    ///
    /// [`NotClosed`]; then both generations stay.
    pub fn propose(
        old: &Generation,
        new: &Generation,
        receipts: &[CheckedReceipt],
        dropped: &BTreeSet<Seat>,
        date: Date,
        note: String,
    ) -> Result<Self, NotClosed> {
        let follows = matches!(
            &new.manifest().origin, Origin::Renewed { previous, .. } if *previous == old.id()
        );
        let is_next = new.set() == old.set()
            && old.number().checked_add(1) == Some(new.number())
            && new.key_commitment() == old.key_commitment()
            && new.manifest().vault == old.manifest().vault;
        if !follows || !is_next {
            return Err(NotClosed::NotNext { old: old.id(), new: new.id() });
        }
        let mut acknowledged = BTreeSet::new();
        let mut ids = Vec::new();
        let mut missing = Vec::new();
        for (seat, custodian) in new.plan().seats() {
            let opened = receipts.iter().find(|receipt| {
                let stated = receipt.receipt();
                stated.seat == seat
                    && stated.looked == Looked::Opened
                    && stated.manifest == new.id()
                    && receipt.custodian() == custodian.key
            });
            match opened {
                Some(receipt) => {
                    acknowledged.insert(seat);
                    ids.push(receipt.id());
                }
                None if dropped.contains(&seat) => {}
                None => missing.push(seat),
            }
        }
        let strange =
            |seat: &&Seat| acknowledged.contains(*seat) || new.plan().custodian(**seat).is_none();
        if let Some(seat) = dropped.iter().find(strange) {
            return Err(NotClosed::NotDropped { seat: *seat });
        }
        if !missing.is_empty() {
            return Err(NotClosed::Unacknowledged(missing));
        }
        if !new.plan().is_enough(&acknowledged) {
            return Err(NotClosed::TooFew);
        }
        Ok(Self {
            set: new.set(),
            identity: new.manifest().identity,
            old: old.id(),
            new: new.id(),
            receipts: ids,
            dropped: dropped.iter().copied().collect(),
            date,
            note,
        })
    }
}

impl Memory {
    /// Takes an approved retirement up: the new generation is in service, older ones are refused.
    ///
    /// # Errors
    ///
    /// [`NotClosed`], if the decision does not fit the generations and receipts.
    pub fn retire(
        &mut self,
        retirement: &Approved<Retirement>,
        old: &Generation,
        new: &Generation,
        receipts: &[CheckedReceipt],
    ) -> Result<(), NotClosed> {
        let stated = retirement.document();
        let dropped = stated.dropped.iter().copied().collect();
        let (date, note) = (stated.date, stated.note.clone());
        if Retirement::propose(old, new, receipts, &dropped, date, note)? != *stated {
            return Err(NotClosed::Differs);
        }
        let service = self.in_service.entry(new.set()).or_insert((new.number(), new.id()));
        if service.0 < new.number() {
            *service = (new.number(), new.id());
        }
        Ok(())
    }
}
