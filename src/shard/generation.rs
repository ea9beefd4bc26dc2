//! Generation: a manifest whose structure holds, against which a share is checked alone.

use super::{
    manifest::{MAX_MANIFEST, Manifest, ManifestId, NotAManifest, Origin, SUITE, SetId},
    plan::{Plan, is_printable},
    scalar::{Commitment, SecretScalar},
    seat::Seat,
    share::{Shape, Share},
    two_level::TwoLevel,
};
use crate::{PublicKey, document::Envelope};
use alloc::collections::BTreeSet;
use core::fmt;
use curve25519_dalek::{RistrettoPoint, traits::IsIdentity as _};

/// A manifest that was checked: its points are points, its levels belong together, and it shares
/// a key that is not zero. Its signatures are good; whose they are is for the reader to weigh.
#[derive(Clone, PartialEq, Eq)]
pub struct Generation {
    manifest: Manifest,
    id: ManifestId,
    signers: BTreeSet<PublicKey>,
    sharing: TwoLevel,
}

/// Why a share is not the one of its seat in this generation. Each names the share by its seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOfGeneration {
    /// It belongs to another secret.
    #[error("share {seat} is of set {got}, not of {needed}")]
    Foreign {
        /// Which share.
        seat: Seat,
        /// The set it belongs to.
        got: SetId,
        /// The set of the manifest.
        needed: SetId,
    },
    /// It was replaced.
    #[error("share {seat} is old: of generation {got}, not {needed}")]
    Old {
        /// Which share.
        seat: Seat,
        /// Its generation.
        got: u32,
        /// That of the manifest.
        needed: u32,
    },
    /// The manifest is older than the share.
    #[error("share {seat} is of generation {got}; the manifest is of {needed}")]
    Newer {
        /// Which share.
        seat: Seat,
        /// Its generation.
        got: u32,
        /// That of the manifest.
        needed: u32,
    },
    /// Another manifest of the same generation: one of two dealings was not the agreed one.
    #[error("share {seat} belongs to manifest {got}, not to {needed}")]
    OtherManifest {
        /// Which share.
        seat: Seat,
        /// The manifest it names.
        got: ManifestId,
        /// The one here.
        needed: ManifestId,
    },
    /// There is no such seat.
    #[error("there is no seat {seat} in the manifest")]
    NoSeat {
        /// Which.
        seat: Seat,
    },
    /// It states other thresholds or counts.
    #[error("share {seat} states other thresholds or counts than the manifest")]
    Shape {
        /// Which share.
        seat: Seat,
    },
    /// Its number is not the one committed to.
    #[error("share {seat} is wrong: it does not match the commitments")]
    Wrong {
        /// Which share.
        seat: Seat,
    },
}

impl NotOfGeneration {
    /// The share that was refused.
    #[must_use]
    pub const fn seat(&self) -> Seat {
        match self {
            Self::Foreign { seat, .. }
            | Self::Old { seat, .. }
            | Self::Newer { seat, .. }
            | Self::OtherManifest { seat, .. }
            | Self::NoSeat { seat }
            | Self::Shape { seat }
            | Self::Wrong { seat } => *seat,
        }
    }

    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Foreign { .. } => "share.foreign",
            Self::Old { .. } => "share.old",
            Self::Newer { .. } => "share.newer",
            Self::OtherManifest { .. } => "share.other_manifest",
            Self::NoSeat { .. } => "share.no_seat",
            Self::Shape { .. } => "share.shape",
            Self::Wrong { .. } => "share.wrong",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Foreign { .. } | Self::OtherManifest { .. } => {
                "set it aside; look for the share or the manifest of this set"
            }
            Self::Old { .. } => "set it aside; ask its custodian for the newer one",
            Self::Newer { .. } => "look for the newer manifest",
            Self::NoSeat { .. } | Self::Shape { .. } | Self::Wrong { .. } => {
                "set it aside and go on with another custodian; then repair it"
            }
        }
    }
}

impl Generation {
    /// Reads and checks a signed manifest. One bad signature refuses it.
    ///
    /// # Errors
    ///
    /// [`NotAManifest`].
    pub fn read(envelope: &Envelope) -> Result<Self, NotAManifest> {
        if envelope.payload().len() > MAX_MANIFEST {
            return Err(NotAManifest::TooLarge { got: envelope.payload().len() });
        }
        let (manifest, id, signers) = envelope.verify::<Manifest>()?.into_parts();
        let id = ManifestId::of(id);
        if manifest.suite != SUITE {
            return Err(NotAManifest::Suite { got: manifest.suite });
        }
        let is_first = matches!(manifest.origin, Origin::Dealt);
        if manifest.generation == 0 || is_first != (manifest.generation == 1) {
            return Err(NotAManifest::Generation { got: manifest.generation });
        }
        if !is_printable(&manifest.label) {
            return Err(NotAManifest::Label);
        }
        manifest.plan.check()?;
        let sharing = TwoLevel::read(&manifest.commitments, &manifest.plan)?;
        if sharing.constant().is_none_or(|point| point.is_identity()) {
            return Err(NotAManifest::Zero);
        }
        Ok(Self { manifest, id, signers, sharing })
    }

    /// The manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest's id, which every share of the generation carries.
    #[must_use]
    pub const fn id(&self) -> ManifestId {
        self.id
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> SetId {
        self.manifest.set
    }

    /// The number of the generation, from 1.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.manifest.generation
    }

    /// The plan.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.manifest.plan
    }

    /// The keys whose signatures under the manifest are good.
    #[must_use]
    pub const fn signers(&self) -> &BTreeSet<PublicKey> {
        &self.signers
    }

    /// Checks one share, alone: whether it is the share of its seat in this generation.
    ///
    /// # Errors
    ///
    /// [`NotOfGeneration`], which names the share and says what is wrong with it.
    pub fn check(&self, share: &Share) -> Result<(), NotOfGeneration> {
        let seat = share.seat();
        if share.set() != self.set() {
            let (got, needed) = (share.set(), self.set());
            return Err(NotOfGeneration::Foreign { seat, got, needed });
        }
        let (got, needed) = (share.generation(), self.number());
        if got < needed {
            return Err(NotOfGeneration::Old { seat, got, needed });
        }
        if got > needed {
            return Err(NotOfGeneration::Newer { seat, got, needed });
        }
        if share.manifest() != self.id {
            let (got, needed) = (share.manifest(), self.id);
            return Err(NotOfGeneration::OtherManifest { seat, got, needed });
        }
        let shape = self.shape(seat).ok_or(NotOfGeneration::NoSeat { seat })?;
        if share.shape() != shape {
            return Err(NotOfGeneration::Shape { seat });
        }
        if !self.sharing.verify(seat, share.number()) {
            return Err(NotOfGeneration::Wrong { seat });
        }
        Ok(())
    }

    /// The share of a seat with this number; checked by the caller.
    pub(super) fn share(&self, seat: Seat, number: SecretScalar) -> Option<Share> {
        let shape = self.shape(seat)?;
        Some(Share::new(self.set(), self.number(), self.id, seat, shape, number))
    }

    pub(super) const fn sharing(&self) -> &TwoLevel {
        &self.sharing
    }

    /// Whether this number is the shared key.
    pub(super) fn is_key(&self, number: &SecretScalar) -> bool {
        self.constant() == Some(number.commitment())
    }

    fn constant(&self) -> Option<RistrettoPoint> {
        self.sharing.constant()
    }

    /// The commitment to the shared key; the same in every generation of a set.
    #[must_use]
    pub fn key_commitment(&self) -> Option<Commitment> {
        self.constant().as_ref().map(Commitment::of)
    }

    fn shape(&self, seat: Seat) -> Option<Shape> {
        let location = self.plan().location(seat.location())?;
        self.plan().custodian(seat)?;
        Some(Shape {
            locations_needed: self.plan().threshold,
            locations: u8::try_from(self.plan().locations.len()).ok()?,
            custodians_needed: location.threshold,
            custodians: u8::try_from(location.custodians.len()).ok()?,
        })
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generation")
            .field("set", &self.set())
            .field("number", &self.number())
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
