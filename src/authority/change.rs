//! Change: who may change permissions and links, and which changes there can be.

use super::{
    Accounts, Actor, Level, Minimum, Name, NotAnAuthority, Permission, WeightedAuthority,
    is_unlinkable,
};
use crate::PublicKey;

/// The longest wait that an authority may ask for, in seconds (Antelope: `max_transaction_delay`,
/// default, 45 days).
pub const MAX_WAIT: u32 = 45 * 24 * 60 * 60;

/// A change of one account's permissions or links (Antelope: the native actions of `eosio`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<K = PublicKey> {
    /// `updateauth`: gives a permission another authority, or creates it.
    UpdateAuth {
        /// Whose.
        account: Actor,
        /// Which.
        permission: Name,
        /// The permission above; it can never change. Empty for `owner` alone.
        parent: Name,
        /// Who can act for it from now on.
        authority: WeightedAuthority<K>,
    },
    /// `deleteauth`: removes a permission.
    DeleteAuth {
        /// Whose.
        account: Actor,
        /// Which.
        permission: Name,
    },
    /// `linkauth`: says which permission an action needs.
    LinkAuth {
        /// Whose.
        account: Actor,
        /// The contract.
        code: Name,
        /// Its action; empty for every one that has no link of its own.
        action: Name,
        /// The permission, or `eosio.any`.
        requirement: Name,
    },
    /// `unlinkauth`: removes a link.
    UnlinkAuth {
        /// Whose.
        account: Actor,
        /// The contract.
        code: Name,
        /// Its action; empty for the wildcard.
        action: Name,
    },
}

/// Why a change is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotChanged {
    /// A change has exactly one declared permission.
    #[error("a change is authorised by exactly one permission, {got} are declared")]
    NotOne {
        /// How many were declared.
        got: usize,
    },
    /// The declared permission does not stand where it must.
    #[error("{declared} is not enough, {needed} or one above it is needed")]
    Irrelevant {
        /// What was declared.
        declared: Level,
        /// The least that is needed.
        needed: Level,
    },
    /// A permission that is needed does not exist.
    #[error("there is no permission {level}")]
    NoPermission {
        /// Which.
        level: Level,
    },
    /// The authority is not valid.
    #[error(transparent)]
    Authority(#[from] NotAnAuthority),
    /// The authority refers to somebody who does not exist.
    #[error("the authority refers to {level}, which does not exist")]
    UnknownReference {
        /// Which.
        level: Level,
    },
    /// The authority asks for a longer wait than there can be.
    #[error("the authority waits {got} seconds, {MAX_WAIT} is the most")]
    LongWait {
        /// The longest wait.
        got: u32,
    },
    /// The empty name, or one that begins with `eosio.`.
    #[error("a permission cannot be called \"{name}\"")]
    Reserved {
        /// The name.
        name: Name,
    },
    /// The parent is not the one that the permission has, or can have.
    #[error("\"{parent}\" cannot be the parent of \"{permission}\"")]
    Parent {
        /// The permission.
        permission: Name,
        /// The parent named.
        parent: Name,
    },
    /// `owner` and `active` stay.
    #[error("\"{permission}\" cannot be deleted")]
    Root {
        /// Which.
        permission: Name,
    },
    /// A link leads to the permission.
    #[error("a link of {code} leads to \"{permission}\"")]
    StillLinked {
        /// The permission.
        permission: Name,
        /// The contract of one link.
        code: Name,
    },
    /// Another permission stands below it.
    #[error("\"{child}\" stands below \"{permission}\"")]
    HasChild {
        /// The permission.
        permission: Name,
        /// One below it.
        child: Name,
    },
    /// Changes of permissions cannot be linked.
    #[error("\"{action}\" changes permissions: it cannot be linked")]
    Unlinkable {
        /// The action.
        action: Name,
    },
    /// The link is there already.
    #[error("the link to \"{requirement}\" is there already")]
    SameLink {
        /// Where it leads.
        requirement: Name,
    },
    /// There is no such link.
    #[error("there is no link from \"{action}\" of {code}")]
    NoLink {
        /// The contract.
        code: Name,
        /// The action.
        action: Name,
    },
}

impl NotChanged {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOne { .. } => "permission.not_one",
            Self::Irrelevant { .. } => "permission.irrelevant",
            Self::NoPermission { .. } => "permission.unknown",
            Self::Authority(error) => error.code(),
            Self::UnknownReference { .. } => "authority.unknown_permission",
            Self::LongWait { .. } => "authority.long_wait",
            Self::Reserved { .. } => "permission.reserved",
            Self::Parent { .. } => "permission.parent",
            Self::Root { .. } => "permission.root",
            Self::StillLinked { .. } => "permission.still_linked",
            Self::HasChild { .. } => "permission.has_child",
            Self::Unlinkable { .. } => "link.unlinkable",
            Self::SameLink { .. } => "link.same",
            Self::NoLink { .. } => "link.unknown",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotOne { .. } => "declare one permission of the account",
            Self::Irrelevant { .. } => "ask those who hold the permission named, or one above it",
            Self::NoPermission { .. } | Self::NoLink { .. } => {
                "list the account's permissions and links, and name one of them"
            }
            Self::Authority(error) => error.advice(),
            Self::UnknownReference { .. } => {
                "create the permission first, or leave the reference out"
            }
            Self::LongWait { .. } => "shorten the wait",
            Self::Reserved { .. } => "choose another name",
            Self::Parent { .. } => "name the parent that the permission has",
            Self::Root { .. } => "give the permission another authority in place of deleting it",
            Self::StillLinked { .. } => "remove the link first",
            Self::HasChild { .. } => "delete the permission below first",
            Self::Unlinkable { .. } => "link another action",
            Self::SameLink { .. } => "nothing is left to do",
        }
    }
}

impl<K> Change<K> {
    /// Whose permissions or links change.
    #[must_use]
    pub const fn account(&self) -> Actor {
        match self {
            Self::UpdateAuth { account, .. }
            | Self::DeleteAuth { account, .. }
            | Self::LinkAuth { account, .. }
            | Self::UnlinkAuth { account, .. } => *account,
        }
    }
}

impl<K: Ord + Clone> Accounts<K> {
    /// Makes a change, if the declared permission may; whoever calls has checked that the approvals
    /// satisfy that permission. A refusal leaves everything as it was.
    ///
    /// # Errors
    ///
    /// [`NotChanged`].
    pub fn change(&mut self, change: &Change<K>, declared: &[Level]) -> Result<(), NotChanged> {
        self.may_change(change, declared)?;
        self.check_change(change)?;
        self.carry_out(change);
        Ok(())
    }

    /// Whether the declared permission may make this change.
    ///
    /// A permission may always change its own authority, never its parent's; a new one needs its
    /// parent. A link needs what the action needed before. Source: `authorization_manager.cpp`.
    ///
    /// # Errors
    ///
    /// [`NotChanged::NotOne`], [`NotChanged::Irrelevant`], [`NotChanged::NoPermission`],
    /// [`NotChanged::Unlinkable`], [`NotChanged::NoLink`].
    pub fn may_change(&self, change: &Change<K>, declared: &[Level]) -> Result<(), NotChanged> {
        let [declared] = declared else {
            return Err(NotChanged::NotOne { got: declared.len() });
        };
        let needed = |permission| Level { actor: change.account(), permission };
        if declared.actor != change.account() {
            let needed = needed(Name::ACTIVE);
            return Err(NotChanged::Irrelevant { declared: *declared, needed });
        }
        let minimum = match change {
            Change::UpdateAuth { permission, parent, .. } => {
                let exists = self.permission(&needed(*permission)).is_some();
                Minimum::Permission(if exists { *permission } else { *parent })
            }
            Change::DeleteAuth { permission, .. } => Minimum::Permission(*permission),
            Change::LinkAuth { code, action, .. } => {
                if is_unlinkable(*code, *action) {
                    return Err(NotChanged::Unlinkable { action: *action });
                }
                self.account(declared)?.links().minimum(*code, *action)
            }
            Change::UnlinkAuth { code, action, .. } => {
                let links = self.account(declared)?.links();
                let no_link = NotChanged::NoLink { code: *code, action: *action };
                links.linked(*code, *action).ok_or(no_link)?;
                links.minimum(*code, *action)
            }
        };
        self.require(declared, minimum)
    }

    /// Whether `declared` exists and is the minimum or stands above it.
    pub(super) fn require(&self, declared: &Level, minimum: Minimum) -> Result<(), NotChanged> {
        let Minimum::Permission(permission) = minimum else { return Ok(()) };
        let needed = Level { actor: declared.actor, permission };
        for level in [needed, *declared] {
            self.permission(&level).ok_or(NotChanged::NoPermission { level })?;
        }
        if self.account(declared)?.satisfies(declared.permission, permission) {
            return Ok(());
        }
        Err(NotChanged::Irrelevant { declared: *declared, needed })
    }

    fn account(&self, level: &Level) -> Result<&super::Account<K>, NotChanged> {
        self.get(level.actor).ok_or(NotChanged::NoPermission { level: *level })
    }

    /// What must hold whoever asks. Source: `eosio_contract.cpp`.
    fn check_change(&self, change: &Change<K>) -> Result<(), NotChanged> {
        let level = |permission| Level { actor: change.account(), permission };
        let account = self.account(&level(Name::ACTIVE))?;
        match change {
            Change::UpdateAuth { permission, parent, authority, .. } => {
                self.check_update(*permission, *parent, level(*permission), authority)
            }
            Change::DeleteAuth { permission, .. } => {
                let permission = *permission;
                if [Name::OWNER, Name::ACTIVE].contains(&permission) {
                    return Err(NotChanged::Root { permission });
                }
                let link = account.links().iter().find(|(_, _, to)| *to == permission);
                if let Some((code, ..)) = link {
                    return Err(NotChanged::StillLinked { permission, code });
                }
                let child = account.permissions().find(|(_, below)| below.parent == permission);
                child.map_or(Ok(()), |(child, _)| Err(NotChanged::HasChild { permission, child }))
            }
            Change::LinkAuth { code, action, requirement, .. } => {
                let requirement = *requirement;
                if requirement.is_empty() {
                    return Err(NotChanged::Reserved { name: requirement });
                }
                if requirement != Name::EOSIO_ANY && account.get(requirement).is_none() {
                    return Err(NotChanged::NoPermission { level: level(requirement) });
                }
                if account.links().exact(*code, *action) == Some(requirement) {
                    return Err(NotChanged::SameLink { requirement });
                }
                Ok(())
            }
            Change::UnlinkAuth { code, action, .. } => {
                let no_link = NotChanged::NoLink { code: *code, action: *action };
                account.links().exact(*code, *action).map(|_| ()).ok_or(no_link)
            }
        }
    }

    fn check_update(
        &self,
        permission: Name,
        parent: Name,
        level: Level,
        authority: &WeightedAuthority<K>,
    ) -> Result<(), NotChanged> {
        if permission.is_empty() || permission.begins_with_eosio_dot() {
            return Err(NotChanged::Reserved { name: permission });
        }
        let wrong_parent = NotChanged::Parent { permission, parent };
        if permission == parent
            || (permission == Name::ACTIVE && parent != Name::OWNER)
            || (permission == Name::OWNER) != parent.is_empty()
        {
            return Err(wrong_parent);
        }
        authority.check()?;
        if let Some(wait) = authority.waits.last().filter(|wait| wait.wait_sec > MAX_WAIT) {
            return Err(NotChanged::LongWait { got: wait.wait_sec });
        }
        let unknown = authority.accounts.iter().find(|entry| !self.can_be_named(&entry.permission));
        if let Some(entry) = unknown {
            return Err(NotChanged::UnknownReference { level: entry.permission });
        }
        let above = Level { permission: parent, ..level };
        if !parent.is_empty() && self.permission(&above).is_none() {
            return Err(NotChanged::NoPermission { level: above });
        }
        match self.permission(&level) {
            Some(existing) if existing.parent != parent => Err(wrong_parent),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether an authority may refer to it; `eosio.code` is nowhere written down.
    fn can_be_named(&self, level: &Level) -> bool {
        self.get(level.actor).is_some_and(|account| {
            level.permission == Name::EOSIO_CODE || account.get(level.permission).is_some()
        })
    }

    fn carry_out(&mut self, change: &Change<K>) {
        let Some(account) = self.get_mut(change.account()) else { return };
        match change {
            Change::UpdateAuth { permission, parent, authority, .. } => {
                let new = Permission { parent: *parent, authority: authority.clone() };
                account.put(*permission, new);
            }
            Change::DeleteAuth { permission, .. } => account.take(*permission),
            Change::LinkAuth { code, action, requirement, .. } => {
                account.link(*code, *action, *requirement);
            }
            Change::UnlinkAuth { code, action, .. } => account.unlink(*code, *action),
        }
    }
}
