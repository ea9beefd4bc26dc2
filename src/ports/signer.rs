//! Signer: a key that signs what was cleared, and nothing else.

use crate::{Cleared, HostId, PublicKey, Signature, document::Envelope};
use alloc::{borrow::Cow, sync::Arc};

/// Holds one identity's key.
///
/// Called by [`Host::sign`](crate::Host::sign), once for each [`Cleared`].
///
/// 1. The signature verifies under [`public_key`](Self::public_key).
/// 2. Nothing but [`Cleared::signable`] is ever signed.
/// 3. The secret appears in no error, log or `Debug`.
pub trait Signer: Send + Sync {
    /// The key that the signatures verify under.
    fn public_key(&self) -> PublicKey;

    /// Signs what was cleared. The clearance is used up.
    ///
    /// # Errors
    ///
    /// [`SignFailed`]; the mark stays raised, and the same message may be asked again.
    fn sign(&self, cleared: Cleared) -> Result<Signature, SignFailed>;
}

/// Holds a host's own key, which signs documents and nothing else.
///
/// Called by [`Host`](crate::Host) for every document, after what it says is durable.
///
/// 1. After `sign_document`, the envelope carries a good signature of [`host`](Self::host).
/// 2. The secret appears in no error, log or `Debug`.
pub trait HostSigner: Send + Sync {
    /// The host's id: its Ed25519 public key.
    fn host(&self) -> HostId;

    /// Adds the host's signature to a document.
    ///
    /// # Errors
    ///
    /// [`SignFailed`]; the document may be signed again later.
    fn sign_document(&self, envelope: &mut Envelope) -> Result<(), SignFailed>;
}

/// A host's key is often needed beside the host too: for its channels, to open what is sealed to it.
impl<T: HostSigner + ?Sized> HostSigner for Arc<T> {
    fn host(&self) -> HostId {
        T::host(self)
    }

    fn sign_document(&self, envelope: &mut Envelope) -> Result<(), SignFailed> {
        T::sign_document(self, envelope)
    }
}

/// The key could not sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key could not sign: {reason}")]
pub struct SignFailed {
    /// Why.
    pub reason: Cow<'static, str>,
}
