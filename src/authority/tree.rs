//! Tree: an account made of permissions and links that were read elsewhere.

use super::{Account, Links, Name, NotAnAuthority, Permission, is_unlinkable};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

/// Why permissions and links are not those of one account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotATree {
    /// `owner` or `active` is not there.
    #[error("there is no permission \"{permission}\"")]
    NoRoot {
        /// Which.
        permission: Name,
    },
    /// A permission that is there twice.
    #[error("permission \"{permission}\" is there twice")]
    Double {
        /// Which.
        permission: Name,
    },
    /// A permission that does not stand below `owner`, or `active` not right below it.
    #[error("\"{parent}\" cannot be the parent of \"{permission}\"")]
    Parent {
        /// The permission.
        permission: Name,
        /// The parent named.
        parent: Name,
    },
    /// An authority that is not valid.
    #[error("permission \"{permission}\": {error}")]
    Authority {
        /// Whose.
        permission: Name,
        /// What is wrong with it.
        error: NotAnAuthority,
    },
    /// A link to a permission that does not exist, from an action that cannot be linked, or beside
    /// another one from the same action.
    #[error("there cannot be a link from \"{action}\" of {code} to \"{requirement}\"")]
    Link {
        /// The contract.
        code: Name,
        /// The action.
        action: Name,
        /// Where it leads.
        requirement: Name,
    },
}

impl NotATree {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRoot { .. } => "account.no_root",
            Self::Double { .. } => "account.double_permission",
            Self::Parent { .. } => "account.parent",
            Self::Authority { error, .. } => error.code(),
            Self::Link { .. } => "account.link",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        "no account of a chain has such permissions: ask another node"
    }
}

impl<K: Ord> Account<K> {
    /// An account with these permissions, and links from a contract and its action to one of them.
    ///
    /// # Errors
    ///
    /// [`NotATree`].
    pub fn of_tree(
        permissions: impl IntoIterator<Item = (Name, Permission<K>)>,
        links: impl IntoIterator<Item = (Name, Name, Name)>,
    ) -> Result<Self, NotATree> {
        let mut by_name = BTreeMap::new();
        for (name, permission) in permissions {
            permission
                .authority
                .check()
                .map_err(|error| NotATree::Authority { permission: name, error })?;
            if by_name.insert(name, permission).is_some() {
                return Err(NotATree::Double { permission: name });
            }
        }
        check_tree(&by_name)?;
        let mut by_action = Links::default();
        for (code, action, requirement) in links {
            let exists = requirement == Name::EOSIO_ANY || by_name.contains_key(&requirement);
            let other = by_action.exact(code, action).is_some();
            if !exists || other || is_unlinkable(code, action) {
                return Err(NotATree::Link { code, action, requirement });
            }
            by_action.set(code, action, requirement);
        }
        Ok(Self::from_parts(by_name, by_action))
    }
}

/// Every permission stands below `owner`, `active` right below it.
fn check_tree<K>(permissions: &BTreeMap<Name, Permission<K>>) -> Result<(), NotATree> {
    let mut below: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
    for (name, permission) in permissions {
        below.entry(permission.parent).or_default().push(*name);
    }
    for (permission, parent) in [(Name::OWNER, Name::EMPTY), (Name::ACTIVE, Name::OWNER)] {
        let found = permissions.get(&permission).ok_or(NotATree::NoRoot { permission })?;
        if found.parent != parent {
            return Err(NotATree::Parent { permission, parent: found.parent });
        }
    }
    let mut reached = BTreeSet::new();
    let mut open = vec![Name::OWNER];
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(below.get(&name).into_iter().flatten());
        }
    }
    match permissions.iter().find(|(name, _)| name.is_empty() || !reached.contains(*name)) {
        Some((name, found)) => Err(NotATree::Parent { permission: *name, parent: found.parent }),
        None => Ok(()),
    }
}
