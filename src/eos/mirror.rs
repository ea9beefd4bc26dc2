//! Mirror: what makes an account on the chain the one that is wanted.
//!
//! The whole plan is one transaction: half of it never happens.

use super::{Action, EosPublicKey, NotEosBytes, PermissionLevel, SystemAction};
use crate::authority::{Account, Actor, Change, LevelWeight, Name, Permission};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

/// The changes that are left to make, in their order, and the permission that may make them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    declared: PermissionLevel,
    changes: Vec<Change<EosPublicKey>>,
}

impl Mirror {
    /// What makes the account with this name, which is as it was `found`, as it is `wanted`.
    ///
    /// Links that are not wanted go first, then permissions, the lowest before those above; new
    /// permissions come after what they stand below and refer to; then others change, and links
    /// are made. A permission cannot change its parent: it goes, and is made again.
    #[must_use]
    pub fn plan(name: Name, found: &Account<EosPublicKey>, wanted: &Account<EosPublicKey>) -> Self {
        let account = Actor::Account(name);
        let gone = gone(found, wanted);
        let unlinked = found.links().iter().filter(|(code, action, requirement)| {
            wanted.links().exact(*code, *action) != Some(*requirement) || gone.contains(requirement)
        });
        let unlinked: Vec<_> = unlinked.collect();
        let linked = wanted.links().iter().filter(|link| {
            let (code, action, requirement) = *link;
            unlinked.contains(link) || found.links().exact(code, action) != Some(requirement)
        });
        let unlink =
            unlinked.iter().map(|&(code, action, _)| Change::UnlinkAuth { account, code, action });
        let mut lowest_first: Vec<_> = gone.iter().copied().collect();
        lowest_first.sort_by_key(|name| core::cmp::Reverse(found.line(*name).count()));
        let delete =
            lowest_first.into_iter().map(|permission| Change::DeleteAuth { account, permission });
        let update = updates(name, found, wanted, &gone).into_iter().filter_map(|permission| {
            let Permission { parent, authority } = wanted.get(permission)?.clone();
            Some(Change::UpdateAuth { account, permission, parent, authority })
        });
        let link = linked.map(|(code, action, requirement)| Change::LinkAuth {
            account,
            code,
            action,
            requirement,
        });
        let changes: Vec<_> = unlink.chain(delete).chain(update).chain(link).collect();
        let owner = changes.iter().any(|change| needs_owner(change, found, wanted));
        let permission = if owner { Name::OWNER } else { Name::ACTIVE };
        Self { declared: PermissionLevel { actor: name, permission }, changes }
    }

    /// Whether the account says the same already.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.changes.is_empty()
    }

    /// The permission that may do all of it: `active`, if `owner` and those beside `active` keep
    /// what they have.
    #[must_use]
    pub const fn declared(&self) -> PermissionLevel {
        self.declared
    }

    /// What is left to do, in this order.
    #[must_use]
    pub fn changes(&self) -> &[Change<EosPublicKey>] {
        &self.changes
    }

    /// The actions of the transaction.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes::NotAnAccount`] if an authority names an identity.
    pub fn to_actions(&self) -> Result<Vec<Action>, NotEosBytes> {
        let action = |change: &Change<EosPublicKey>| {
            SystemAction::try_from(change.clone())?.to_action(vec![self.declared])
        };
        self.changes.iter().map(action).collect()
    }
}

/// The permissions that go: those not wanted, not wanted there, and everything below such a one.
fn gone(found: &Account<EosPublicKey>, wanted: &Account<EosPublicKey>) -> BTreeSet<Name> {
    let moved = |name: Name| {
        let parent = |account: &Account<EosPublicKey>| account.get(name).map(|it| it.parent);
        parent(found) != parent(wanted)
    };
    let names = found.permissions().map(|(name, _)| name);
    names.filter(|name| found.line(*name).any(moved)).collect()
}

/// The permissions that are made or changed, in their order: each new one after the new ones that
/// it stands below or refers to, then the changed ones.
fn updates(
    account: Name,
    found: &Account<EosPublicKey>,
    wanted: &Account<EosPublicKey>,
    gone: &BTreeSet<Name>,
) -> Vec<Name> {
    let kept = |name: Name| found.get(name).filter(|_| !gone.contains(&name));
    let mut open: BTreeMap<Name, &Permission<EosPublicKey>> =
        wanted.permissions().filter(|(name, _)| kept(*name).is_none()).collect();
    let mut order = Vec::new();
    loop {
        let ready = open.iter().find(|(_, permission)| {
            let own = |entry: &LevelWeight| entry.permission.actor == Actor::Account(account);
            let references = permission.authority.accounts.iter().filter(|entry| own(entry));
            let mut after = references.map(|entry| entry.permission.permission);
            !open.contains_key(&permission.parent) && !after.any(|name| open.contains_key(&name))
        });
        // A circle of new permissions has no order; the chain refuses it in any.
        let Some(name) = ready.or_else(|| open.iter().next()).map(|(name, _)| *name) else { break };
        open.remove(&name);
        order.push(name);
    }
    let changed = wanted.permissions().filter(|(name, permission)| {
        kept(*name).is_some_and(|found| found.authority != permission.authority)
    });
    order.extend(changed.map(|(name, _)| name));
    order
}

/// Whether `active` may not make it, as the account was found or as it will be.
fn needs_owner(
    change: &Change<EosPublicKey>,
    found: &Account<EosPublicKey>,
    wanted: &Account<EosPublicKey>,
) -> bool {
    let either = [found, wanted];
    let above = |account: &Account<EosPublicKey>, name: Name| {
        account.get(name).is_some() && !account.satisfies(Name::ACTIVE, name)
    };
    let beside = |name: Name| either.iter().any(|account| above(account, name));
    match change {
        Change::UpdateAuth { permission, .. } | Change::DeleteAuth { permission, .. } => {
            beside(*permission)
        }
        Change::LinkAuth { code, action, .. } | Change::UnlinkAuth { code, action, .. } => either
            .iter()
            .flat_map(|account| {
                let links = account.links();
                [links.exact(*code, *action), links.exact(*code, Name::EMPTY)]
            })
            .flatten()
            .any(beside),
    }
}
