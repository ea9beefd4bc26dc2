//! Drill: the challenge that a key signs to prove that its shares bring it back.

use super::{date::Date, manifest::ManifestId};
use crate::{Nonce, document::Document};
use serde::{Deserialize, Serialize};

/// A challenge. No network's message can equal it, so signing it needs no lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// The generation whose shares are tried.
    pub manifest: ManifestId,
    /// Random: shows that the signature was made in this drill.
    pub nonce: Nonce,
    /// Today.
    pub date: Date,
}

impl Document for Drill {
    const KIND: &'static str = "shard-drill";
}
