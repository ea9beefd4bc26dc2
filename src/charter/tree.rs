//! Tree: the permissions and links of an identity as they are weighed, and how they may change.

use super::{CLAIM, MAX_PERMISSIONS, NamedPermission, NotPermissions, SELF, SIGNER};
use crate::{
    PublicKey,
    authority::{
        Account, Accounts, Act, Actor, Approvals, Authority, Change, Decision, Evaluator, Level,
        MAX_DEPTH, Name, Permission, Remedy, Unsatisfied, WeightedAuthority,
    },
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

/// The actor of all permissions here.
const ACTOR: Actor = Actor::Account(SELF);

/// The permissions and links of an identity: sound, rooted in `owner`, fit to decide about fences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionTree {
    accounts: Accounts,
}

impl PermissionTree {
    /// Checks permissions and links that were put together.
    pub(super) fn of(account: Account) -> Result<Self, NotPermissions> {
        let mut accounts = Accounts::new();
        accounts.insert(ACTOR, account);
        check(&accounts)?;
        Ok(Self { accounts })
    }

    /// The permissions and links, all of the actor [`SELF`].
    #[must_use]
    pub const fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The permission that decides an act; those above it decide it too, up to `owner`.
    ///
    /// A permission is changed by the one above it, those below `active` by `active`, `owner` by
    /// itself. A link is changed by the default permission of its act, so that a permission that
    /// an act was given to cannot pass it on. Otherwise: the act's own link; `claim` for claiming,
    /// where there is such a permission; the wildcard link for acts that `active` decides; the
    /// default.
    #[must_use]
    pub fn permission_for(&self, act: Act) -> Name {
        let known =
            |name: &Name| self.account().is_some_and(|account| account.get(*name).is_some());
        Some(self.named_for(act)).filter(known).unwrap_or(Name::OWNER)
    }

    fn named_for(&self, act: Act) -> Name {
        if let Act::ChangePermission { permission, parent } = act {
            if permission == Name::OWNER {
                return Name::OWNER;
            }
            let Some(account) = self.account() else { return Name::OWNER };
            let above = account.get(permission).map_or(parent, |known| known.parent);
            let below_active = account.line(above).any(|name| name == Name::ACTIVE);
            return if below_active { Name::ACTIVE } else { above };
        }
        if let Act::LinkAction { action } = act {
            let default = Act::by_name(action).map_or(Name::OWNER, Act::default_permission);
            return if action.is_empty() { Name::ACTIVE } else { default };
        }
        self.linked(act).unwrap_or(act.default_permission())
    }

    fn linked(&self, act: Act) -> Option<Name> {
        let account = self.account()?;
        if !act.is_linkable() {
            return None;
        }
        let wildcard = || match act.default_permission() {
            Name::ACTIVE => account.links().exact(SELF, Name::EMPTY),
            _ => None,
        };
        let claim = || (act == Act::Claim && account.get(CLAIM).is_some()).then_some(CLAIM);
        account.links().exact(SELF, act.name()).or_else(claim).or_else(wildcard)
    }

    fn account(&self) -> Option<&Account> {
        self.accounts.get(ACTOR)
    }

    /// The permissions that decide an act, the lowest first. The hosts' keys decide nothing.
    fn deciding(&self, act: Act) -> impl Iterator<Item = Name> {
        let line = self.account().map(|account| account.line(self.permission_for(act)));
        line.into_iter().flatten().filter(|name| *name != SIGNER)
    }

    /// Creates a permission, or gives it another authority.
    pub(super) fn set(&mut self, permission: &NamedPermission) -> Result<(), NotPermissions> {
        let NamedPermission { name, parent, authority } = permission.clone();
        let (account, permission) = (ACTOR, name);
        self.change(&Change::UpdateAuth { account, permission, parent, authority })
    }

    /// Deletes a permission that nothing stands below, refers to or leads to.
    pub(super) fn delete(&mut self, permission: Name) -> Result<(), NotPermissions> {
        self.change(&Change::DeleteAuth { account: ACTOR, permission })
    }

    /// Gives an act to a permission.
    pub(super) fn link(&mut self, action: Name, requirement: Name) -> Result<(), NotPermissions> {
        self.change(&Change::LinkAuth { account: ACTOR, code: SELF, action, requirement })
    }

    /// Gives an act back to its default permission.
    pub(super) fn unlink(&mut self, action: Name) -> Result<(), NotPermissions> {
        self.change(&Change::UnlinkAuth { account: ACTOR, code: SELF, action })
    }

    /// Makes a change by the rules of nodeos; who may make it was decided before.
    fn change(&mut self, change: &Change) -> Result<(), NotPermissions> {
        let owner = Level { actor: ACTOR, permission: Name::OWNER };
        let mut accounts = self.accounts.clone();
        accounts.change(change, &[owner])?;
        check(&accounts)?;
        self.accounts = accounts;
        Ok(())
    }
}

impl Authority for PermissionTree {
    fn decide(&self, act: Act, signers: &BTreeSet<PublicKey>, waited: u32) -> Decision {
        let approvals = Approvals { keys: signers.clone(), levels: BTreeSet::new(), waited };
        let level = |permission| Level { actor: ACTOR, permission };
        let weigh = |name| Evaluator::new(&self.accounts, &approvals).level(&level(name));
        // A parent satisfies its children.
        let satisfied = self.deciding(act).find(|name| weigh(*name).is_ok());
        let permission = satisfied.or_else(|| self.deciding(act).next()).unwrap_or(Name::OWNER);
        let found = self.accounts.permission(&level(permission));
        let needed = found.map_or(u64::MAX, |found| u64::from(found.authority.threshold));
        let mut decision = Decision {
            act,
            permission,
            gathered: needed,
            needed,
            missing: Vec::new(),
            completed_by: Vec::new(),
            matures_at: None,
        };
        if satisfied.is_none() {
            decision.gathered = match weigh(permission) {
                Err(Unsatisfied::Missing(missing)) => missing.gathered,
                _ => 0,
            };
            let keys = self.account().map(|account| reachable(account, permission));
            let keys: BTreeSet<PublicKey> = keys
                .iter()
                .flat_map(|authorities| authorities.values())
                .flat_map(|authority| authority.keys.iter().map(|entry| entry.key))
                .collect();
            decision.missing = keys.difference(signers).copied().collect();
            let remedy = Remedy::find(&level(permission), &self.accounts, &approvals, MAX_DEPTH);
            decision.completed_by = remedy.keys.into_iter().collect();
            decision.matures_at = remedy.matures_at;
        }
        decision
    }
}

/// What the permissions and links of a charter keep at all times.
fn check(accounts: &Accounts) -> Result<(), NotPermissions> {
    let none = NotPermissions::NoPermission { permission: Name::OWNER };
    let account = accounts.get(ACTOR).ok_or(none)?;
    for permission in [Name::OWNER, Name::ACTIVE] {
        account.get(permission).ok_or(NotPermissions::NoPermission { permission })?;
    }
    for (name, permission) in account.permissions() {
        check_permission(account, name, permission)?;
    }
    accounts.check_sound(MAX_DEPTH)?;
    check_fencing(account, Name::OWNER)?;
    for (_, action, permission) in account.links().iter() {
        let linkable = Act::by_name(action).is_some_and(Act::is_linkable);
        if !action.is_empty() && !linkable {
            return Err(NotPermissions::Unlinkable { action });
        }
        if permission == SIGNER || account.get(permission).is_none() {
            return Err(NotPermissions::LinkedTo { permission });
        }
    }
    Ok(())
}

fn check_permission(
    account: &Account,
    name: Name,
    permission: &Permission,
) -> Result<(), NotPermissions> {
    let Permission { parent, authority } = permission;
    if name.is_empty() || name.begins_with_eosio_dot() {
        return Err(NotPermissions::Reserved { permission: name });
    }
    // Without a circle, the line of parents ends at `owner`.
    let rooted = account.line(name).last() == Some(Name::OWNER);
    if !rooted
        || (name == Name::OWNER) != parent.is_empty()
        || (name == Name::ACTIVE && *parent != Name::OWNER)
        || *parent == SIGNER
    {
        return Err(NotPermissions::Parent { permission: name, parent: *parent });
    }
    let got = authority.keys.len() + authority.accounts.len() + authority.waits.len();
    if got > MAX_PERMISSIONS {
        return Err(NotPermissions::TooMany { got });
    }
    authority.check().map_err(|why| NotPermissions::Authority { permission: name, why })?;
    if let Some(seconds) = authority.opens_after() {
        return Err(NotPermissions::OpensAlone { permission: name, seconds });
    }
    let mut named = authority.accounts.iter().map(|entry| entry.permission);
    if named.clone().any(|level| level.permission == SIGNER) {
        return Err(NotPermissions::SignerCounts { permission: name });
    }
    match named.find(|level| level.actor != ACTOR) {
        Some(level) => Err(NotPermissions::Foreign { permission: name, actor: level.actor }),
        None => Ok(()),
    }
}

/// AP1: any two sets of approvals that satisfy this permission share a key. With 2w > total they
/// share an entry; a key is shared then, and of a permission the same holds again.
fn check_fencing(account: &Account, name: Name) -> Result<(), NotPermissions> {
    for (name, authority) in reachable(account, name) {
        if !authority.waits.is_empty() {
            return Err(NotPermissions::WaitForFence { permission: name });
        }
        let (threshold, total) = (u64::from(authority.threshold), authority.total());
        if 2 * threshold <= total {
            return Err(NotPermissions::NotIntersecting { permission: name, threshold, total });
        }
    }
    Ok(())
}

/// The authorities that a permission can be satisfied through: its own, and those it refers to,
/// directly or through others; each once.
fn reachable(account: &Account, name: Name) -> BTreeMap<Name, &WeightedAuthority> {
    let (mut found, mut open) = (BTreeMap::new(), vec![name]);
    while let Some(name) = open.pop() {
        let Some(permission) = account.get(name) else { continue };
        if found.insert(name, &permission.authority).is_none() {
            let accounts = &permission.authority.accounts;
            open.extend(accounts.iter().map(|entry| entry.permission.permission));
        }
    }
    found
}
