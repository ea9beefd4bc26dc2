//! Links: which permission an action needs: an exact link, a wildcard, or `active`.

use super::Name;
use alloc::collections::BTreeMap;

/// The links of one account, from actions to permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links(BTreeMap<(Name, Name), Name>);

/// The lowest permission that may do an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Minimum {
    /// Any permission of the account will do.
    Any,
    /// This permission, or one above it.
    Permission(Name),
}

/// The system actions that change permissions; no link leads from them.
pub const UNLINKABLE: [Name; 5] = [
    Name::constant("canceldelay"),
    Name::constant("deleteauth"),
    Name::constant("linkauth"),
    Name::constant("unlinkauth"),
    Name::constant("updateauth"),
];

/// Whether no link may lead from this action.
#[must_use]
pub fn is_unlinkable(code: Name, action: Name) -> bool {
    code == Name::EOSIO && UNLINKABLE.contains(&action)
}

impl Links {
    /// What an action of a contract needs: its own link, else the contract's wildcard (a link with
    /// the empty action), else `active`.
    #[must_use]
    pub fn minimum(&self, code: Name, action: Name) -> Minimum {
        match self.linked(code, action) {
            Some(Name::EOSIO_ANY) => Minimum::Any,
            Some(permission) => Minimum::Permission(permission),
            None => Minimum::Permission(Name::ACTIVE),
        }
    }

    /// The permission that a link, exact or wildcard, names for this action.
    #[must_use]
    pub fn linked(&self, code: Name, action: Name) -> Option<Name> {
        self.exact(code, action).or_else(|| self.exact(code, Name::EMPTY))
    }

    /// The permission that a link for exactly this action names; the empty action is the wildcard.
    #[must_use]
    pub fn exact(&self, code: Name, action: Name) -> Option<Name> {
        self.0.get(&(code, action)).copied()
    }

    /// Every link: contract, action, permission.
    pub fn iter(&self) -> impl Iterator<Item = (Name, Name, Name)> {
        self.0.iter().map(|((code, action), permission)| (*code, *action, *permission))
    }

    pub(super) fn set(&mut self, code: Name, action: Name, permission: Name) {
        self.0.insert((code, action), permission);
    }

    pub(super) fn remove(&mut self, code: Name, action: Name) {
        self.0.remove(&(code, action));
    }
}
