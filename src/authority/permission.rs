//! Permission: a named place in an actor's tree, with the weighted authority that stands behind it.

use super::{Actor, Level, Links, Name, NotAnAuthority};
use crate::PublicKey;
use alloc::{collections::BTreeMap, vec, vec::Vec};
use core::iter;
use serde::{Deserialize, Serialize};

/// Who can act for a permission: any keys, permissions and waits whose weights reach the threshold.
///
/// As JSON it has the shape that nodeos reads and prints. Generic over the kind of key.
/// Source: Antelope `authority.hpp`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightedAuthority<K = PublicKey> {
    /// The weight needed, from 1.
    pub threshold: u32,
    /// Keys, in their order, each once.
    pub keys: Vec<KeyWeight<K>>,
    /// Permissions, of this actor or others, in their order, each once.
    pub accounts: Vec<LevelWeight>,
    /// Waits, in their order, each once.
    pub waits: Vec<WaitWeight>,
}

/// A key that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyWeight<K = PublicKey> {
    /// The key.
    pub key: K,
    /// What it counts; 0 counts nothing.
    pub weight: u16,
}

/// A permission that counts once its own authority is satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelWeight {
    /// The permission.
    pub permission: Level,
    /// What it counts; 0 counts nothing.
    pub weight: u16,
}

/// A wait that counts once it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitWeight {
    /// Seconds, from 1.
    pub wait_sec: u32,
    /// What it counts; 0 counts nothing.
    pub weight: u16,
}

/// A permission in its actor's tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission<K = PublicKey> {
    /// The permission above, which satisfies this one too; empty for `owner` alone.
    pub parent: Name,
    /// Who can act for it.
    pub authority: WeightedAuthority<K>,
}

/// The permissions and links of one actor: `owner`, `active` below it, others below those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account<K = PublicKey> {
    permissions: BTreeMap<Name, Permission<K>>,
    links: Links,
}

/// All actors whose permissions are known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts<K = PublicKey>(BTreeMap<Actor, Account<K>>);

/// Finds the authority of a permission; none if there is no such permission.
pub trait Lookup<K> {
    /// The authority of this permission.
    fn authority_of(&self, level: &Level) -> Option<&WeightedAuthority<K>>;
}

impl<K> WeightedAuthority<K> {
    /// One key alone.
    #[must_use]
    pub fn of_key(key: K) -> Self {
        let keys = vec![KeyWeight { key, weight: 1 }];
        Self { threshold: 1, keys, accounts: Vec::new(), waits: Vec::new() }
    }
}

impl<K: Ord> Account<K> {
    /// A new account: two permissions, no link.
    ///
    /// # Errors
    ///
    /// [`NotAnAuthority`].
    pub fn new(
        owner: WeightedAuthority<K>,
        active: WeightedAuthority<K>,
    ) -> Result<Self, NotAnAuthority> {
        owner.check()?;
        active.check()?;
        let permissions = [
            (Name::OWNER, Permission { parent: Name::EMPTY, authority: owner }),
            (Name::ACTIVE, Permission { parent: Name::OWNER, authority: active }),
        ];
        Ok(Self { permissions: permissions.into(), links: Links::default() })
    }
}

impl<K> Account<K> {
    /// An account without any permission; whoever fills it checks what comes of it.
    pub(crate) fn empty() -> Self {
        Self { permissions: BTreeMap::new(), links: Links::default() }
    }

    /// Puts a permission in, in the place of an earlier one of this name.
    pub(crate) fn put(&mut self, name: Name, permission: Permission<K>) {
        self.permissions.insert(name, permission);
    }

    /// Takes a permission out.
    pub(crate) fn take(&mut self, name: Name) {
        self.permissions.remove(&name);
    }

    /// Sets a link.
    pub(crate) fn link(&mut self, code: Name, action: Name, permission: Name) {
        self.links.set(code, action, permission);
    }

    /// Removes a link.
    pub(crate) fn unlink(&mut self, code: Name, action: Name) {
        self.links.remove(code, action);
    }

    /// A permission of this name.
    #[must_use]
    pub fn get(&self, permission: Name) -> Option<&Permission<K>> {
        self.permissions.get(&permission)
    }

    /// All permissions, in the order of their names.
    pub fn permissions(&self) -> impl Iterator<Item = (Name, &Permission<K>)> {
        self.permissions.iter().map(|(name, permission)| (*name, permission))
    }

    /// The links from actions to permissions.
    #[must_use]
    pub const fn links(&self) -> &Links {
        &self.links
    }

    /// Whether `held` is `needed` or stands above it; both must exist.
    #[must_use]
    pub fn satisfies(&self, held: Name, needed: Name) -> bool {
        self.get(held).is_some() && self.line(needed).any(|name| name == held)
    }

    /// A permission and those above it, up to `owner`.
    pub fn line(&self, permission: Name) -> impl Iterator<Item = Name> {
        let known = |name: Name| self.get(name).map(|_| name);
        let above = move |name: &Name| known(self.get(*name)?.parent);
        iter::successors(known(permission), above).take(self.permissions.len())
    }

    /// An account that was checked.
    pub(super) const fn from_parts(
        permissions: BTreeMap<Name, Permission<K>>,
        links: Links,
    ) -> Self {
        Self { permissions, links }
    }
}

impl<K> Accounts<K> {
    /// Nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Puts an account in, in the place of an earlier one of this actor.
    pub fn insert(&mut self, actor: Actor, account: Account<K>) {
        self.0.insert(actor, account);
    }

    /// The account of this actor.
    #[must_use]
    pub fn get(&self, actor: Actor) -> Option<&Account<K>> {
        self.0.get(&actor)
    }

    /// All accounts, in the order of their actors.
    pub fn iter(&self) -> impl Iterator<Item = (Actor, &Account<K>)> {
        self.0.iter().map(|(actor, account)| (*actor, account))
    }

    /// The permission with this level.
    #[must_use]
    pub fn permission(&self, level: &Level) -> Option<&Permission<K>> {
        self.get(level.actor)?.get(level.permission)
    }

    pub(crate) fn get_mut(&mut self, actor: Actor) -> Option<&mut Account<K>> {
        self.0.get_mut(&actor)
    }
}

impl<K> Default for Accounts<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> Lookup<K> for Accounts<K> {
    fn authority_of(&self, level: &Level) -> Option<&WeightedAuthority<K>> {
        self.permission(level).map(|permission| &permission.authority)
    }
}

impl<K> Lookup<K> for BTreeMap<Level, WeightedAuthority<K>> {
    fn authority_of(&self, level: &Level) -> Option<&WeightedAuthority<K>> {
        self.get(level)
    }
}
