//! Act: what can be decided about an identity, and which permission decides it unless a link says
//! otherwise.

use super::Name;
use core::fmt;

/// What is being decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Act {
    /// An identity begins: its genesis document.
    Genesis,
    /// A planned move between hosts of the roster.
    Swap,
    /// An order is withdrawn before the source has released.
    Void,
    /// Taking over without a release, in a new epoch. Two such decisions must share an approver.
    Fence,
    /// A host may be put on the roster of a later epoch.
    EnrolHost,
    /// A host may not receive the identity any more.
    RemoveHost,
    /// A permission is created, gets another authority, or is deleted.
    ChangePermission {
        /// Which.
        permission: Name,
        /// The one above it, if it is new.
        parent: Name,
    },
    /// Another permission decides an act from now on.
    LinkAction {
        /// The act's name; empty for every act that `active` decides.
        action: Name,
    },
    /// Another key follows this identity's on the chain.
    RotateSigner,
    /// Who takes over by itself when the holder dies, and when.
    SetStandby,
    /// The key is dealt into shards.
    DealShards,
    /// The same people get new shards.
    RefreshShards,
    /// Other people, places or thresholds get the shards.
    ReshareShards,
    /// The key is put together from shards.
    Unseal,
    /// Rewards are collected.
    Claim,
}

impl Act {
    /// Every act that a link can be about, or that `owner` alone decides, by its name.
    const NAMED: [Self; 12] = [
        Self::Swap,
        Self::Void,
        Self::Fence,
        Self::EnrolHost,
        Self::RemoveHost,
        Self::RotateSigner,
        Self::SetStandby,
        Self::DealShards,
        Self::RefreshShards,
        Self::ReshareShards,
        Self::Unseal,
        Self::Claim,
    ];

    /// The act's name in links: up to 12 letters.
    #[must_use]
    pub const fn name(self) -> Name {
        match self {
            Self::Genesis => Name::constant("genesis"),
            Self::Swap => Name::constant("swap"),
            Self::Void => Name::constant("void"),
            Self::Fence => Name::constant("fence"),
            Self::EnrolHost => Name::constant("enrolhost"),
            Self::RemoveHost => Name::constant("removehost"),
            Self::ChangePermission { .. } => Name::constant("changeperm"),
            Self::LinkAction { .. } => Name::constant("linkaction"),
            Self::RotateSigner => Name::constant("rotatesigner"),
            Self::SetStandby => Name::constant("setstandby"),
            Self::DealShards => Name::constant("dealshards"),
            Self::RefreshShards => Name::constant("refreshshard"),
            Self::ReshareShards => Name::constant("reshareshard"),
            Self::Unseal => Name::constant("unseal"),
            Self::Claim => Name::constant("claim"),
        }
    }

    /// The act that a link's name is about; none for acts that no link can be about.
    #[must_use]
    pub fn by_name(name: Name) -> Option<Self> {
        Self::NAMED.into_iter().find(|act| act.name() == name)
    }

    /// The permission that decides, if no link says otherwise. What could bring the key to a new
    /// place, or end every older lease, is the owner's.
    ///
    /// A permission is changed by the one above it, and a link by the default permission of its
    /// act: see [`PermissionTree::permission_for`](crate::charter::PermissionTree::permission_for).
    #[must_use]
    pub const fn default_permission(self) -> Name {
        match self {
            Self::Swap | Self::Void | Self::RemoveHost | Self::RefreshShards | Self::Claim => {
                Name::ACTIVE
            }
            Self::ChangePermission { .. }
            | Self::LinkAction { .. }
            | Self::Genesis
            | Self::Fence
            | Self::EnrolHost
            | Self::RotateSigner
            | Self::SetStandby
            | Self::DealShards
            | Self::ReshareShards
            | Self::Unseal => Name::OWNER,
        }
    }

    /// Whether a link may give the act to another permission. Fencing, rotation and unsealing are
    /// the owner's for ever.
    #[must_use]
    pub const fn is_linkable(self) -> bool {
        match self {
            Self::Swap
            | Self::Void
            | Self::EnrolHost
            | Self::RemoveHost
            | Self::SetStandby
            | Self::DealShards
            | Self::RefreshShards
            | Self::ReshareShards
            | Self::Claim => true,
            Self::Genesis
            | Self::Fence
            | Self::ChangePermission { .. }
            | Self::LinkAction { .. }
            | Self::RotateSigner
            | Self::Unseal => false,
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.name(), f)?;
        if let Self::ChangePermission { permission: about, .. }
        | Self::LinkAction { action: about } = self
        {
            write!(f, " of \"{about}\"")?;
        }
        Ok(())
    }
}
