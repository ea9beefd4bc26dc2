//! Amendment: one decision about an identity, as approvers sign it and the charter keeps it.

use super::NamedPermission;
use crate::{
    Digest, HostCard, HostId, IdentityId, OrderId, PublicKey,
    authority::{Act, Name},
    document::Document,
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// One decision about an identity. It follows one head of the charter and becomes the next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Which identity.
    pub identity: IdentityId,
    /// The head that it follows: the amendment before, or the genesis document.
    pub previous: OrderId,
    /// Its place in the charter, from 1.
    pub number: u64,
    /// Amendments of the same head that it takes the place of, in order, each once. Whoever
    /// approved one of them approves this one only if it is named here.
    pub replaces: Vec<OrderId>,
    /// What is decided.
    pub decision: Decision,
    /// For people; it is approved with the rest.
    pub note: String,
}

/// What an amendment decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Decision {
    /// Creates a permission, or gives it another authority; its parent can never change.
    SetPermission(NamedPermission),
    /// Deletes a permission that nothing stands below, refers to or leads to.
    DeletePermission {
        /// Which.
        name: Name,
    },
    /// Gives an act to another permission than the default one.
    LinkAction {
        /// The act's name; empty for every act that `active` decides.
        action: Name,
        /// The permission.
        permission: Name,
    },
    /// Gives an act back to the permission that decides it by default.
    UnlinkAction {
        /// The act's name.
        action: Name,
    },
    /// Lets a host onto the roster of a later epoch, and into orders from then on.
    EnrolHost {
        /// The host.
        card: HostCard,
    },
    /// Lets a host receive the identity no more. It may still hand over what it holds.
    RemoveHost {
        /// Which.
        host: HostId,
    },
    /// Another key follows this identity's: the chain decides when.
    RotateSigner {
        /// The key that follows.
        public_key: PublicKey,
        /// The identity that the key signs for: its genesis document.
        successor: IdentityId,
    },
    /// Who may take over by itself when the holder dies; none for nobody.
    SetStandby {
        /// The policy.
        policy: Option<Standby>,
    },
    /// Deals the key into shards.
    DealShards(ShardSet),
    /// Gives the same people new shards.
    RefreshShards(ShardSet),
    /// Gives other people, places or thresholds the shards.
    ReshareShards(ShardSet),
    /// Collects rewards: the digest of what is to be signed on the chain.
    Claim {
        /// The transaction's digest.
        transaction: Digest,
    },
}

/// Who takes over by itself when the holder dies, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standby {
    /// The hosts that may, the first choice first; 1 to 16, each once.
    pub hosts: Vec<HostId>,
    /// How many positions (heights or slots) a holder reserves ahead, from 1.
    pub stride: u32,
    /// How long nothing was renewed before one takes over, in seconds, from 1.
    pub wait_sec: u32,
    /// Whether a person confirms it.
    pub confirmed: bool,
}

/// A set of shards, by what all can know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardSet {
    /// The manifest's digest.
    pub set: Digest,
    /// Which dealing, from 1; it only rises.
    pub generation: u32,
}

impl Decision {
    /// What is being decided.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::SetPermission(NamedPermission { name, parent, .. }) => {
                Act::ChangePermission { permission: *name, parent: *parent }
            }
            Self::DeletePermission { name } => {
                Act::ChangePermission { permission: *name, parent: Name::EMPTY }
            }
            Self::LinkAction { action, .. } | Self::UnlinkAction { action } => {
                Act::LinkAction { action: *action }
            }
            Self::EnrolHost { .. } => Act::EnrolHost,
            Self::RemoveHost { .. } => Act::RemoveHost,
            Self::RotateSigner { .. } => Act::RotateSigner,
            Self::SetStandby { .. } => Act::SetStandby,
            Self::DealShards(_) => Act::DealShards,
            Self::RefreshShards(_) => Act::RefreshShards,
            Self::ReshareShards(_) => Act::ReshareShards,
            Self::Claim { .. } => Act::Claim,
        }
    }
}

/// Why an amendment's form is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnAmendment {
    /// The genesis document has number 0.
    #[error("amendments are numbered from 1")]
    Number,
    /// The amendments that it replaces are out of order, or too many.
    #[error("at most 16 amendments are replaced, in the order of their ids, each once")]
    Replaces,
}

impl Amendment {
    /// Checks the form: what can be seen without the charter.
    ///
    /// # Errors
    ///
    /// [`NotAnAmendment`].
    pub fn check(&self) -> Result<(), NotAnAmendment> {
        if self.number == 0 {
            return Err(NotAnAmendment::Number);
        }
        if self.replaces.len() > 16 || !self.replaces.is_sorted_by(|a, b| a < b) {
            return Err(NotAnAmendment::Replaces);
        }
        Ok(())
    }
}

impl Document for Amendment {
    const KIND: &'static str = "amendment";
}
