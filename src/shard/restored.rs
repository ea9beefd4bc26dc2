//! Restored: a secret that came back. It has no lease: restoring is not signing (R7).

use super::{
    combine::NotCombined,
    generation::Generation,
    manifest::{ManifestId, SetId},
    unseal::{Purpose, Unseal},
};
use crate::{IdentityId, OrderId, PublicKey, evidence::Approved, identity::History};
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// A secret that came back from its shares, for the purpose that was approved.
///
/// Nothing here signs a network's message. A key from it signs what a
/// [`Host`](crate::Host) has cleared, as every key does; and a host clears nothing before it holds
/// a lease, which comes by a handover, a fence, or a genesis document with
/// [`Restored::HISTORY`]. Which of these is right depends on the positions that the key has signed
/// before, and no share knows those.
pub struct Restored {
    secret: Zeroizing<Vec<u8>>,
    set: SetId,
    manifest: ManifestId,
    public_key: Option<PublicKey>,
    identity: Option<IdentityId>,
    request: OrderId,
    purpose: Purpose,
}

/// Why a secret that came back is not handed out in this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotHandedOut {
    /// Only a drill was approved.
    #[error("request {request} approved a drill: the secret does not leave")]
    Drill {
        /// Which request.
        request: OrderId,
    },
    /// The secret is not a key.
    #[error("the secret is not a key: it has no public key")]
    NotAKey,
    /// The secret is a key.
    #[error("the secret is a key: it is not handed out as bytes")]
    IsAKey,
    /// This build cannot use the key.
    #[error("this build makes no keys of that kind")]
    Unsupported,
}

impl NotHandedOut {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Drill { .. } => "restored.drill",
            Self::NotAKey => "restored.not_a_key",
            Self::IsAKey => "restored.is_a_key",
            Self::Unsupported => "restored.unsupported",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Drill { .. } => "ask the approvers for a request to restore",
            Self::NotAKey => "take the secret as bytes",
            Self::IsAKey => "take the secret as a key",
            Self::Unsupported => "use a build with the feature of that kind of key",
        }
    }
}

impl Restored {
    /// How a genesis document describes a key that was restored. It is never a new one.
    pub const HISTORY: History = History::SignedBelow;

    pub(super) fn new(
        secret: Zeroizing<Vec<u8>>,
        generation: &Generation,
        request: &Approved<Unseal>,
    ) -> Result<Self, NotCombined> {
        let manifest = generation.manifest();
        let restored = Self {
            secret,
            set: generation.set(),
            manifest: generation.id(),
            public_key: manifest.public_key,
            identity: manifest.identity,
            request: request.id(),
            purpose: request.document().purpose,
        };
        #[cfg(feature = "std")]
        if matches!(restored.key(), Err(NoKey::Other)) {
            return Err(NotCombined::OtherKey);
        }
        Ok(restored)
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> SetId {
        self.set
    }

    /// The manifest of the generation it came from.
    #[must_use]
    pub const fn manifest(&self) -> ManifestId {
        self.manifest
    }

    /// The public key; `None` for bytes that have none.
    #[must_use]
    pub const fn public_key(&self) -> Option<PublicKey> {
        self.public_key
    }

    /// The identity that the key signs for, if it had one when it was sealed.
    #[must_use]
    pub const fn identity(&self) -> Option<IdentityId> {
        self.identity
    }

    /// The request, which is used up now: [`Memory::used`](super::Memory::used) gets it.
    #[must_use]
    pub const fn request(&self) -> OrderId {
        self.request
    }

    /// The key, for [`Host::load_key`](crate::Host::load_key) or for sealing. It has no lease.
    ///
    /// # Errors
    ///
    /// [`NotHandedOut`].
    #[cfg(feature = "std")]
    pub fn into_key(self) -> Result<crate::key::SecretKey, NotHandedOut> {
        self.leaves()?;
        self.key().map_err(|_| NotHandedOut::Unsupported)?.ok_or(NotHandedOut::NotAKey)
    }

    /// The bytes of a secret that is not a key.
    ///
    /// # Errors
    ///
    /// [`NotHandedOut`].
    pub fn into_bytes(self) -> Result<Zeroizing<Vec<u8>>, NotHandedOut> {
        self.leaves()?;
        if self.public_key.is_some() { Err(NotHandedOut::IsAKey) } else { Ok(self.secret) }
    }

    /// Proves that the secret came back, and forgets it: the key signs the challenge as a document
    /// would be, under the public key of the manifest. Bytes that have no public key prove it by
    /// having opened.
    ///
    /// # Errors
    ///
    /// [`NotHandedOut::Unsupported`].
    #[cfg(feature = "std")]
    pub fn drill(self, challenge: &super::Drill) -> Result<Proof, NotHandedOut> {
        let mut envelope =
            crate::document::Envelope::of(challenge).map_err(|_| NotHandedOut::Unsupported)?;
        if let Some(key) = self.key().map_err(|_| NotHandedOut::Unsupported)? {
            key.sign_document(&mut envelope);
        }
        Ok(Proof { envelope, public_key: self.public_key })
    }

    fn leaves(&self) -> Result<(), NotHandedOut> {
        match self.purpose {
            Purpose::Restore => Ok(()),
            Purpose::Drill => Err(NotHandedOut::Drill { request: self.request }),
        }
    }

    #[cfg(feature = "std")]
    fn key(&self) -> Result<Option<crate::key::SecretKey>, NoKey> {
        use crate::key::{KeyError, KeyKind, SecretKey};
        let Some(stated) = self.public_key else { return Ok(None) };
        let kind = KeyKind::of(&stated).ok_or(NoKey::Other)?;
        let mut secret = Zeroizing::new(Vec::with_capacity(self.secret.len()));
        secret.extend_from_slice(&self.secret);
        let slice = secrecy::SecretSlice::from(core::mem::take(&mut *secret));
        SecretKey::import(kind, &slice, &stated).map(Some).map_err(|error| match error {
            KeyError::Unsupported { .. } => NoKey::Unsupported,
            KeyError::NoRandomness
            | KeyError::Length { .. }
            | KeyError::Scalar { .. }
            | KeyError::OtherKey { .. } => NoKey::Other,
        })
    }
}

/// Why what came back is not the key of the manifest.
#[cfg(feature = "std")]
enum NoKey {
    /// This build cannot say.
    Unsupported,
    /// It is another secret.
    Other,
}

/// That a drill succeeded: the challenge, signed by the key that came back.
#[cfg(feature = "std")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    envelope: crate::document::Envelope,
    public_key: Option<PublicKey>,
}

#[cfg(feature = "std")]
impl Proof {
    /// The signed challenge.
    #[must_use]
    pub const fn envelope(&self) -> &crate::document::Envelope {
        &self.envelope
    }

    /// Whether the challenge is signed by the public key of the manifest.
    #[must_use]
    pub fn is_good(&self) -> bool {
        match self.public_key {
            Some(key) => self.envelope.verify_from::<super::Drill>(key).is_ok(),
            None => self.envelope.verify::<super::Drill>().is_ok(),
        }
    }
}

/// What it is, and nothing of the secret (R9).
impl fmt::Debug for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restored")
            .field("set", &self.set)
            .field("public_key", &self.public_key)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}
