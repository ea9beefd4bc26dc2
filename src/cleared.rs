//! Cleared: the proof that a message passed the rules and that its mark is durable (R3).

use crate::{IdentityId, Intent, Signable};

/// Leave to make one signature: the rules agreed, and the mark is on disk.
///
/// There is no way to make one but through [`handover::step`](crate::handover::step) and a
/// durable commit of what it returned:
///
/// ```compile_fail,E0451
/// # use brainswap::*;
/// fn forge(identity: IdentityId, intent: Option<Intent>, signable: Signable) -> Cleared {
///     Cleared { identity, intent, signable }
/// }
/// ```
///
/// It is used up by the signature it allows:
///
/// ```compile_fail,E0382
/// # use brainswap::{*, ports::*};
/// fn twice(key: &dyn Signer, cleared: Cleared) {
///     let first = key.sign(cleared);
///     let second = key.sign(cleared);
/// }
/// ```
///
/// And a key takes nothing else, an intent least of all:
///
/// ```compile_fail,E0308
/// # use brainswap::{*, ports::*};
/// fn unguarded(key: &dyn Signer, intent: Intent) {
///     let signature = key.sign(intent);
/// }
/// ```
#[derive(Debug)]
#[must_use = "a clearance that is dropped leaves its position unsigned"]
pub struct Cleared {
    identity: IdentityId,
    intent: Option<Intent>,
    signable: Signable,
}

impl Cleared {
    pub(crate) const fn new(identity: IdentityId, intent: Intent, signable: Signable) -> Self {
        Self { identity, intent: Some(intent), signable }
    }

    pub(crate) const fn unplaced(identity: IdentityId, signable: Signable) -> Self {
        Self { identity, intent: None, signable }
    }

    /// For which identity.
    #[must_use]
    pub const fn identity(&self) -> IdentityId {
        self.identity
    }

    /// What was cleared; none if the message has no position.
    #[must_use]
    pub const fn intent(&self) -> Option<&Intent> {
        self.intent.as_ref()
    }

    /// The bytes for the key.
    #[must_use]
    pub const fn signable(&self) -> &Signable {
        &self.signable
    }
}
