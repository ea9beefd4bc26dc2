//! Parcel: one secret number on its way from a dealer to one seat.

use super::{
    manifest::{SUITE, SetId},
    scalar::SecretScalar,
    seat::Seat,
    share::{NotRead, begin, checksum, take},
};
use crate::OrderId;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// The length of a parcel's bytes.
pub const PARCEL_LENGTH: usize = 96;

const MAGIC: &[u8; 5] = b"BSPCL";
const VERSION: u8 = 1;

/// What a parcel is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ParcelKind {
    /// A part of a new share, to its new custodian.
    Renewal,
    /// A part of a repair, to another helper.
    RepairPiece,
    /// What a helper added up, to the seat that is repaired.
    RepairSum,
}

/// One secret number on its way. Kept as a [`Share`](super::Share) is: neither copied nor shown.
///
/// ```compile_fail,E0277
/// fn needs<T: Clone>() {}
/// needs::<brainswap::shard::Parcel>();
/// ```
pub struct Parcel {
    kind: ParcelKind,
    set: SetId,
    deal: OrderId,
    from: Option<Seat>,
    to: Seat,
    number: SecretScalar,
}

impl Parcel {
    pub(super) const fn new(
        kind: ParcelKind,
        set: SetId,
        deal: OrderId,
        from: Option<Seat>,
        to: Seat,
        number: SecretScalar,
    ) -> Self {
        Self { kind, set, deal, from, to, number }
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> ParcelKind {
        self.kind
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> SetId {
        self.set
    }

    /// The deal it belongs to; for a repair's sum, the request.
    #[must_use]
    pub const fn deal(&self) -> OrderId {
        self.deal
    }

    /// The seat of the dealer; `None` for a machine that dealt zero.
    #[must_use]
    pub const fn from(&self) -> Option<Seat> {
        self.from
    }

    /// The seat it is for.
    #[must_use]
    pub const fn to(&self) -> Seat {
        self.to
    }

    pub(super) const fn number(&self) -> &SecretScalar {
        &self.number
    }

    /// The parcel's 96 bytes, overwritten on drop: for encrypting, and for nothing else.
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 5 | `BSPCL` |
    /// | 1, 1 | version 1, suite 1 |
    /// | 1 | kind: 1 renewal, 2 repair piece, 3 repair sum |
    /// | 16, 32 | set, deal |
    /// | 2 | location and custodian of the dealer; 0 and 0 for none |
    /// | 2 | location and custodian it is for |
    /// | 32 | the number, little-endian, below the order of ristretto255 |
    /// | 4 | the first bytes of SHA-256 of everything before |
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(PARCEL_LENGTH));
        bytes.extend_from_slice(MAGIC);
        let kind = match self.kind {
            ParcelKind::Renewal => 1,
            ParcelKind::RepairPiece => 2,
            ParcelKind::RepairSum => 3,
        };
        bytes.extend_from_slice(&[VERSION, SUITE, kind]);
        bytes.extend_from_slice(self.set.as_bytes());
        bytes.extend_from_slice(self.deal.as_bytes());
        let from = self.from.map_or([0, 0], |seat| [seat.location(), seat.custodian()]);
        bytes.extend_from_slice(&from);
        bytes.extend_from_slice(&[self.to.location(), self.to.custodian()]);
        bytes.extend_from_slice(self.number.to_bytes().as_slice());
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads a parcel: its form, not its truth.
    ///
    /// # Errors
    ///
    /// [`NotRead`]; no byte of the number shows in it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let mut rest = begin("parcel", MAGIC, VERSION, bytes)?;
        let damaged = |part| NotRead::Damaged { what: "parcel", part };
        if bytes.len() != PARCEL_LENGTH {
            return Err(damaged("the length"));
        }
        let (checked, sum) = bytes.split_last_chunk().ok_or(damaged("the length"))?;
        if *sum != checksum(checked) {
            return Err(damaged("the checksum"));
        }
        let kind = match take(&mut rest) {
            Some([1]) => ParcelKind::Renewal,
            Some([2]) => ParcelKind::RepairPiece,
            Some([3]) => ParcelKind::RepairSum,
            _ => return Err(damaged("the kind")),
        };
        let set = SetId::from_bytes(take(&mut rest).ok_or(damaged("the set"))?);
        let deal = OrderId::from_bytes(take(&mut rest).ok_or(damaged("the deal"))?);
        let from = match take(&mut rest).ok_or(damaged("the dealer"))? {
            [0, 0] => None,
            [location, custodian] => {
                Some(Seat::new(location, custodian).map_err(|_| damaged("the dealer"))?)
            }
        };
        let [location, custodian] = take(&mut rest).ok_or(damaged("the seat"))?;
        let to = Seat::new(location, custodian).map_err(|_| damaged("the seat"))?;
        let number = Zeroizing::new(take(&mut rest).ok_or(damaged("the number"))?);
        let number = SecretScalar::from_canonical(&number).ok_or(damaged("the number"))?;
        Ok(Self { kind, set, deal, from, to, number })
    }
}

/// Where it belongs, and nothing of the number (R9).
impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parcel")
            .field("kind", &self.kind)
            .field("deal", &self.deal)
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}
