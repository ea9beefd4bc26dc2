//! Receipt: a custodian's word that his share is there and right, with its day.

use super::{
    date::Date,
    generation::Generation,
    manifest::{ManifestId, SetId},
    seat::Seat,
};
use crate::{
    Digest, OrderId, PublicKey,
    document::{Document, DocumentError, Envelope},
};
use serde::{Deserialize, Serialize};

/// What a custodian signs after he looked at his share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The set.
    pub set: SetId,
    /// The manifest that the share was checked against.
    pub manifest: ManifestId,
    /// The seat.
    pub seat: Seat,
    /// How far it was looked at.
    pub looked: Looked,
    /// The digest of the shard's file, byte for byte.
    pub file: Digest,
    /// The day.
    pub date: Date,
}

/// How far a custodian looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Looked {
    /// The file is there and unchanged; no secret was touched.
    Stored,
    /// It was opened with the custodian's key, and the share matches the manifest.
    Opened,
}

impl Document for Receipt {
    const KIND: &'static str = "shard-receipt";
}

/// Why a receipt does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAReceipt {
    /// It cannot be believed, or another key than the custodian's signed it.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It is about another manifest.
    #[error("the receipt is about manifest {got}, not {needed}")]
    OtherManifest {
        /// Which.
        got: ManifestId,
        /// Which is here.
        needed: ManifestId,
    },
    /// There is no such seat.
    #[error("there is no seat {seat} in the manifest")]
    NoSeat {
        /// Which.
        seat: Seat,
    },
    /// It is older than the generation.
    #[error("the receipt of seat {seat} is from {date}, before the generation was dealt")]
    TooOld {
        /// Whose.
        seat: Seat,
        /// Its day.
        date: Date,
    },
}

impl NotAReceipt {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::OtherManifest { .. } => "receipt.other_manifest",
            Self::NoSeat { .. } => "receipt.no_seat",
            Self::TooOld { .. } => "receipt.too_old",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        "ask the custodian to look again and to sign a new receipt"
    }
}

/// A receipt that the custodian of its seat signed, for this generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedReceipt {
    receipt: Receipt,
    id: OrderId,
    custodian: PublicKey,
}

impl CheckedReceipt {
    /// Reads a receipt and checks who signed it.
    ///
    /// # Errors
    ///
    /// [`NotAReceipt`].
    pub fn read(envelope: &Envelope, generation: &Generation) -> Result<Self, NotAReceipt> {
        let verified = envelope.verify::<Receipt>()?;
        let receipt = *verified.document();
        let (got, needed) = (receipt.manifest, generation.id());
        if got != needed || receipt.set != generation.set() {
            return Err(NotAReceipt::OtherManifest { got, needed });
        }
        let seat = receipt.seat;
        let custodian = generation.plan().custodian(seat).ok_or(NotAReceipt::NoSeat { seat })?.key;
        if !verified.signers().contains(&custodian) {
            return Err(DocumentError::NotSignedBy { key: custodian }.into());
        }
        if receipt.date < generation.manifest().date {
            return Err(NotAReceipt::TooOld { seat, date: receipt.date });
        }
        Ok(Self { receipt, id: verified.id(), custodian })
    }

    /// The receipt.
    #[must_use]
    pub const fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> OrderId {
        self.id
    }

    /// Who signed it.
    #[must_use]
    pub const fn custodian(&self) -> PublicKey {
        self.custodian
    }
}
