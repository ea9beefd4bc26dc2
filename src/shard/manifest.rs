//! Manifest: what everyone may know of one generation of shares.

use super::{
    date::Date,
    hex::named_bytes,
    plan::{NotAPlan, Plan},
    two_level::{Commitments, NotConsistent},
};
use crate::{
    Digest, IdentityId, OrderId, PublicKey,
    document::{Document, DocumentError, Envelope},
};
use alloc::{boxed::Box, string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// The one suite there is: ristretto255, Feldman, HKDF-SHA256, AES-256-GCM.
pub const SUITE: u8 = 1;

/// The largest manifest that is read, in bytes.
pub const MAX_MANIFEST: usize = 1 << 20;

named_bytes! {
    /// Names a set: all shares, of every generation, of one sealed secret. Random.
    SetId, 16
}

named_bytes! {
    /// Names a manifest: the digest of the exact bytes that its signatures cover.
    ManifestId, 32
}

impl ManifestId {
    pub(super) const fn of(id: OrderId) -> Self {
        Self::from_bytes(*id.as_bytes())
    }
}

/// What everyone may know of one generation: structure, commitments, people.
///
/// It holds no secret. Without shares it opens nothing; without it, shares cannot be checked. Its
/// payload is JSON in a signed document; [`Generation`](super::Generation) is a checked one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SUITE`].
    pub suite: u8,
    /// Which set.
    pub set: SetId,
    /// Which dealing, from 1.
    pub generation: u32,
    /// How this generation came about.
    pub origin: Origin,
    /// The digest of the vault's bytes; the same in every generation.
    pub vault: Digest,
    /// What the sealed secret is, for people: at most 64 printable ASCII characters.
    pub label: String,
    /// The public key of the sealed secret; null for bytes that have none.
    pub public_key: Option<PublicKey>,
    /// The identity that the key signs for, if it has one yet.
    pub identity: Option<IdentityId>,
    /// The head of that identity's charter when this generation was dealt.
    pub charter: Option<OrderId>,
    /// The day of the dealing.
    pub date: Date,
    /// Locations, custodians and thresholds.
    pub plan: Plan,
    /// What every share is checked against.
    pub commitments: Commitments,
}

/// How a generation came about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// The secret was sealed.
    Dealt,
    /// From the shares of an older generation; the key was never formed.
    Renewed {
        /// The older one.
        previous: ManifestId,
        /// The approved request.
        request: OrderId,
        /// The deals that were added up, in order.
        deals: Vec<OrderId>,
    },
}

impl Document for Manifest {
    const KIND: &'static str = "shards";
}

/// Why a document is no manifest that shares can be checked against.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAManifest {
    /// It cannot be believed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// More bytes than a manifest may have.
    #[error("the manifest has {got} bytes; at most {MAX_MANIFEST} are read")]
    TooLarge {
        /// What came.
        got: usize,
    },
    /// A suite that this version does not know.
    #[error("suite {got}; suite {SUITE} is read")]
    Suite {
        /// What came.
        got: u8,
    },
    /// Generations count from 1, and only the first one is dealt.
    #[error("generation {got} does not go with how it came about")]
    Generation {
        /// What came.
        got: u32,
    },
    /// A label that cannot be printed.
    #[error("the label is not at most 64 printable ASCII characters")]
    Label,
    /// The plan breaks a rule.
    #[error(transparent)]
    Plan(Box<NotAPlan>),
    /// The commitments do not belong to the plan or to each other.
    #[error(transparent)]
    Commitments(#[from] NotConsistent),
    /// The shared key would be zero, which everyone knows.
    #[error("the commitments are those of the key zero")]
    Zero,
}

impl From<NotAPlan> for NotAManifest {
    fn from(error: NotAPlan) -> Self {
        Self::Plan(Box::new(error))
    }
}

impl NotAManifest {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::TooLarge { .. } => "manifest.too_large",
            Self::Suite { .. } => "manifest.suite",
            Self::Generation { .. } => "manifest.generation",
            Self::Label => "manifest.label",
            Self::Plan(error) => error.code(),
            Self::Commitments(_) => "manifest.commitments",
            Self::Zero => "manifest.zero",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Suite { .. } => "nothing was used; use the version that wrote the manifest",
            Self::Document(_)
            | Self::TooLarge { .. }
            | Self::Generation { .. }
            | Self::Label
            | Self::Plan(_)
            | Self::Commitments(_)
            | Self::Zero => {
                "nothing was used; take the manifest from another custodian and compare its words"
            }
        }
    }
}

impl Manifest {
    /// The manifest as a document without signatures yet.
    ///
    /// # Errors
    ///
    /// [`NotAManifest::Document`].
    pub fn to_envelope(&self) -> Result<Envelope, NotAManifest> {
        Ok(Envelope::of(self)?)
    }
}
