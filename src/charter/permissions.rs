//! Permissions: who decides what about an identity, as its genesis document fixes it.

use super::{NotPermissions, PermissionTree};
use crate::authority::{Account, KeyWeight, Name, Permission, WeightedAuthority};
use alloc::{vec, vec::Vec};
use serde::{Deserialize, Serialize};

/// How the authorities of a charter name the identity's own permissions: `self@finance`.
pub const SELF: Name = Name::constant("self");

/// The permission of the hosts' keys: it decides nothing.
pub const SIGNER: Name = Name::constant("signer");

/// The permission that collects rewards, where there is one.
pub const CLAIM: Name = Name::constant("claim");

/// The most permissions, links, or entries of one authority.
pub const MAX_PERMISSIONS: usize = 64;

/// A permission with its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPermission {
    /// The name.
    pub name: Name,
    /// The permission above, which satisfies this one too; empty for `owner` alone.
    pub parent: Name,
    /// Who can act for it.
    pub authority: WeightedAuthority,
}

/// An act that another permission decides than the default one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionLink {
    /// The act's name; empty for every act that `active` decides.
    pub action: Name,
    /// The permission.
    pub permission: Name,
}

/// The permissions and links that an identity begins with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// `owner`, `active` below it, others below those; in the order of their names, each once.
    pub permissions: Vec<NamedPermission>,
    /// In the order of their acts, each once.
    pub links: Vec<ActionLink>,
}

impl Permissions {
    /// The same people for everything: any whose weights reach the threshold decide as `active`,
    /// and more than half of all weight, if that is more, as `owner`. The keys may come in any
    /// order.
    #[must_use]
    pub fn flat(threshold: u32, mut keys: Vec<KeyWeight>) -> Self {
        keys.sort_by_key(|entry| entry.key);
        let total: u64 = keys.iter().map(|entry| u64::from(entry.weight)).sum();
        let majority = u32::try_from(total / 2 + 1).unwrap_or(u32::MAX);
        let authority = |threshold| WeightedAuthority {
            threshold,
            keys: keys.clone(),
            accounts: Vec::new(),
            waits: Vec::new(),
        };
        let permission = |name, parent, authority| NamedPermission { name, parent, authority };
        let permissions = vec![
            permission(Name::ACTIVE, Name::OWNER, authority(threshold)),
            permission(Name::OWNER, Name::EMPTY, authority(threshold.max(majority))),
        ];
        Self { permissions, links: Vec::new() }
    }

    /// The permissions as they are weighed.
    ///
    /// # Errors
    ///
    /// [`NotPermissions`]: the first rule broken.
    pub fn to_tree(&self) -> Result<PermissionTree, NotPermissions> {
        let got = self.permissions.len().max(self.links.len());
        if got > MAX_PERMISSIONS {
            return Err(NotPermissions::TooMany { got });
        }
        let named = self.permissions.is_sorted_by(|a, b| a.name < b.name);
        if !named || !self.links.is_sorted_by(|a, b| a.action < b.action) {
            return Err(NotPermissions::Unsorted);
        }
        let mut account = Account::empty();
        for NamedPermission { name, parent, authority } in &self.permissions {
            let permission = Permission { parent: *parent, authority: authority.clone() };
            account.put(*name, permission);
        }
        for ActionLink { action, permission } in &self.links {
            account.link(SELF, *action, *permission);
        }
        PermissionTree::of(account)
    }
}
