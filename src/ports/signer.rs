//! Signer: a key that signs what was cleared, and nothing else.

use crate::{Cleared, PublicKey, Signature};
use alloc::borrow::Cow;

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

/// The key could not sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key could not sign: {reason}")]
pub struct SignFailed {
    /// Why.
    pub reason: Cow<'static, str>,
}
