//! Not permissions: why permissions and links do not make a charter.

use crate::authority::{Actor, Name, NotAnAuthority, NotChanged, NotSound};

/// Why permissions and links do not make a charter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotPermissions {
    /// An authority is not valid.
    #[error("permission \"{permission}\": {why}")]
    Authority {
        /// Whose.
        permission: Name,
        /// What is wrong.
        why: NotAnAuthority,
    },
    /// More than are read.
    #[error("{got} permissions, links or entries of one authority; at most 64 are read")]
    TooMany {
        /// How many came.
        got: usize,
    },
    /// Out of order, or one twice.
    #[error("permissions and links must be in the order of their names, each once")]
    Unsorted,
    /// The tree does not hang together.
    #[error("permission \"{permission}\" cannot stand below \"{parent}\"")]
    Parent {
        /// Which.
        permission: Name,
        /// What it names as its parent.
        parent: Name,
    },
    /// `owner` or `active` is not there.
    #[error("there is no permission \"{permission}\"")]
    NoPermission {
        /// Which.
        permission: Name,
    },
    /// The empty name, or one that begins with `eosio.`.
    #[error("a permission cannot be called \"{permission}\"")]
    Reserved {
        /// The name.
        permission: Name,
    },
    /// An authority refers to a permission of somebody else.
    #[error("permission \"{permission}\" refers to {actor}, not to the identity's own permissions")]
    Foreign {
        /// Whose authority.
        permission: Name,
        /// To whom it refers.
        actor: Actor,
    },
    /// The change is against the rules of nodeos.
    #[error(transparent)]
    Change(#[from] NotChanged),
    /// The authorities do not hold together.
    #[error(transparent)]
    Unsound(#[from] NotSound),
    /// Two decisions of `owner` could be made by people who have nobody in common.
    #[error(
        "\"{permission}\" decides about fencing: its threshold {threshold} must be more than half \
         of all weight {total}"
    )]
    NotIntersecting {
        /// The permission, `owner` or one that it refers to.
        permission: Name,
        /// Its threshold.
        threshold: u64,
        /// The weight of everybody together.
        total: u64,
    },
    /// Waiting is no approver: two decisions could share nobody.
    #[error("\"{permission}\" decides about fencing: waiting cannot count for it")]
    WaitForFence {
        /// The permission, `owner` or one that it refers to.
        permission: Name,
    },
    /// Whoever waits long enough could decide alone.
    #[error("\"{permission}\" is satisfied by waiting {seconds} s alone")]
    OpensAlone {
        /// Which.
        permission: Name,
        /// After so many seconds.
        seconds: u32,
    },
    /// No such act, or one that cannot be linked.
    #[error("the act \"{action}\" cannot be linked")]
    Unlinkable {
        /// The name of the act.
        action: Name,
    },
    /// The hosts' keys would count.
    #[error("permission \"{permission}\" refers to `signer`, whose keys lie on the hosts")]
    SignerCounts {
        /// Whose authority.
        permission: Name,
    },
    /// The link leads to nothing, or to `signer`.
    #[error("no act can be given to \"{permission}\"")]
    LinkedTo {
        /// The permission.
        permission: Name,
    },
}

impl NotPermissions {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Authority { why, .. } => why.code(),
            Self::TooMany { .. } => "authority.too_many",
            Self::Unsorted => "permission.unsorted",
            Self::Parent { .. } => "permission.parent",
            Self::NoPermission { .. } => "permission.unknown",
            Self::Reserved { .. } => "permission.reserved",
            Self::Foreign { .. } => "permission.foreign",
            Self::Change(error) => error.code(),
            Self::Unsound(error) => error.code(),
            Self::SignerCounts { .. } => "permission.signer",
            Self::NotIntersecting { .. } => "authority.not_intersecting",
            Self::WaitForFence { .. } => "authority.wait_for_fence",
            Self::OpensAlone { .. } => "authority.opens_alone",
            Self::Unlinkable { .. } => "link.unlinkable",
            Self::LinkedTo { .. } => "link.no_permission",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Authority { why, .. } => why.advice(),
            Self::TooMany { .. } => "name fewer keys and permissions",
            Self::Unsorted => "sort permissions and links by their names, each once",
            Self::Parent { .. } => "put `active` below `owner`, and the others below one of those",
            Self::NoPermission { .. } => "name `owner` and `active`",
            Self::Reserved { .. } => "choose another name",
            Self::Foreign { .. } | Self::SignerCounts { .. } => {
                "name the people's keys, or other permissions of `self`"
            }
            Self::Change(error) => error.advice(),
            Self::Unsound(error) => error.advice(),
            Self::NotIntersecting { .. } => "raise the threshold above half of all weight",
            Self::WaitForFence { .. } | Self::OpensAlone { .. } => {
                "leave the wait out, or lower its weight"
            }
            Self::Unlinkable { .. } => "link one of the acts that `docs/charter.md` lists",
            Self::LinkedTo { .. } => "link it to a permission that exists and is not `signer`",
        }
    }
}
