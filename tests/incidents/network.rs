//! Network: every signature that left a host, by height, and whether two of them conflict.

use crate::fixture::{Pair, Plain, message};
use brainswap::{Host, IdentityId, PublicKey};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

/// What everybody on the network has seen of one identity.
pub(crate) struct Network {
    id: IdentityId,
    key: PublicKey,
    seen: Mutex<BTreeMap<u64, BTreeSet<Vec<u8>>>>,
}

impl Network {
    /// Of the first identity between these hosts.
    pub(crate) fn of(pair: &Pair) -> Self {
        Self { id: pair.ids[0], key: pair.keys[0].public_key(), seen: Mutex::default() }
    }

    /// Asks a host for a signature. What it signs is seen by everybody; else its refusal's code.
    pub(crate) fn sign(&self, host: &Host, height: u64, content: u8) -> Result<(), &'static str> {
        let message = message(height, content);
        let signature = host.sign(self.id, &Plain, &message).map_err(|error| error.code())?;
        self.key.verify(&message, signature.as_bytes()).expect("a good signature");
        self.seen.lock().expect("whole").entry(height).or_default().insert(message);
        Ok(())
    }

    /// The heights at which something was signed.
    pub(crate) fn heights(&self) -> Vec<u64> {
        self.seen.lock().expect("whole").keys().copied().collect()
    }

    /// The heights at which two different messages were signed: what a network punishes.
    pub(crate) fn conflicts(&self) -> Vec<u64> {
        let seen = self.seen.lock().expect("whole");
        seen.iter().filter(|(_, messages)| messages.len() > 1).map(|(height, _)| *height).collect()
    }

    /// R1, R2: whatever happened, no two messages were signed at one height.
    pub(crate) fn assert_never_two(&self) {
        assert!(self.conflicts().is_empty(), "two messages at heights {:?}", self.conflicts());
    }
}
