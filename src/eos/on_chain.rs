//! On chain: the permissions kept here in the chain's words.
//!
//! They may name identities and keys of every kind; the chain knows accounts, and K1 and R1 keys.

use super::EosPublicKey;
use crate::{
    IdentityId, PublicKey,
    authority::{
        Account, Act, Actor, KeyWeight, Level, LevelWeight, Name, NotATree, NotAnAuthority,
        Permission, WeightedAuthority,
    },
    charter::{PermissionTree, SELF, SIGNER},
};
use alloc::{collections::BTreeMap, vec::Vec};

/// Why permissions cannot be said in the chain's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotMirrored {
    /// A key of a kind that the chain does not have.
    #[error("the chain cannot weigh key {key} of \"{permission}\"")]
    KeyKind {
        /// Whose.
        permission: Name,
        /// Which.
        key: PublicKey,
    },
    /// An identity that no account stands for.
    #[error("no account stands for identity {identity}")]
    NoAccount {
        /// Which.
        identity: IdentityId,
    },
    /// Two entries of an authority are one on the chain.
    #[error("permission \"{permission}\" on the chain: {error}")]
    Authority {
        /// Whose.
        permission: Name,
        /// What is wrong with it there.
        error: NotAnAuthority,
    },
    /// What the chain would have is no account.
    #[error(transparent)]
    Tree(#[from] NotATree),
}

impl NotMirrored {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyKind { .. } => "mirror.key_kind",
            Self::NoAccount { .. } => "mirror.no_account",
            Self::Authority { error, .. } => error.code(),
            Self::Tree(error) => error.code(),
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::KeyKind { .. } => {
                "give the approver a secp256k1 or P-256 key, here and on the chain"
            }
            Self::NoAccount { .. } => "name the account that stands for the identity on the chain",
            Self::Authority { error, .. } => error.advice(),
            Self::Tree(error) => error.advice(),
        }
    }
}

/// An authority in the chain's words, with the account that stands for each identity; an account
/// that nothing stands for stands for itself.
///
/// # Errors
///
/// [`NotMirrored`], with this permission's name.
pub fn on_chain(
    permission: Name,
    authority: &WeightedAuthority,
    standing_for: &BTreeMap<Actor, Name>,
) -> Result<WeightedAuthority<EosPublicKey>, NotMirrored> {
    let keys = authority.keys.iter().map(|entry| {
        let key = EosPublicKey::try_from(entry.key)
            .map_err(|_| NotMirrored::KeyKind { permission, key: entry.key })?;
        Ok(KeyWeight { key, weight: entry.weight })
    });
    let accounts = authority.accounts.iter().map(|entry| {
        let actor =
            match (standing_for.get(&entry.permission.actor).copied(), entry.permission.actor) {
                (Some(account), _) | (None, Actor::Account(account)) => account,
                (None, Actor::Identity(identity)) => {
                    return Err(NotMirrored::NoAccount { identity });
                }
            };
        let level = Level::of_account(actor, entry.permission.permission);
        Ok(LevelWeight { permission: level, weight: entry.weight })
    });
    let mut authority = WeightedAuthority {
        threshold: authority.threshold,
        keys: keys.collect::<Result<_, NotMirrored>>()?,
        accounts: accounts.collect::<Result<_, NotMirrored>>()?,
        waits: authority.waits.clone(),
    };
    // The chain has an order of its own: identities stand after accounts, their accounts anywhere.
    authority.keys.sort_by(|a, b| a.key.cmp(&b.key));
    authority.accounts.sort_by_key(|entry| entry.permission);
    authority.check().map_err(|error| NotMirrored::Authority { permission, error })?;
    Ok(authority)
}

/// All permissions and links of one actor in the chain's words.
///
/// # Errors
///
/// [`NotMirrored`].
pub fn account_on_chain(
    account: &Account,
    standing_for: &BTreeMap<Actor, Name>,
) -> Result<Account<EosPublicKey>, NotMirrored> {
    let permissions = account.permissions().map(|(name, found)| {
        let authority = on_chain(name, &found.authority, standing_for)?;
        Ok((name, Permission { parent: found.parent, authority }))
    });
    let permissions: Vec<_> = permissions.collect::<Result<_, NotMirrored>>()?;
    Ok(Account::of_tree(permissions, account.links().iter())?)
}

/// A charter's permissions in the chain's words: the account that says there what the charter says
/// here, with other links that it has beside.
///
/// - `self@x` becomes a permission of the account; `signer` is left out: it decides nothing, and
///   on the chain the hosts' keys are no permission.
/// - `claimrewards` needs what [`Act::Claim`] needs.
/// - `regproducer`, `regproducer2`, `regfinkey` and `actfinkey` need what [`Act::RotateSigner`]
///   needs: `owner`. Without these links `active` could rotate on the chain.
///
/// The other acts are between the hosts; the chain knows nothing of them.
///
/// # Errors
///
/// [`NotMirrored`].
pub fn charter_on_chain(
    permissions: &PermissionTree,
    account: Name,
    other_links: &[(Name, Name, Name)],
) -> Result<Account<EosPublicKey>, NotMirrored> {
    let actor = Actor::Account(SELF);
    let standing_for = BTreeMap::from([(actor, account)]);
    let here = permissions.accounts().get(actor).into_iter();
    let here = here.flat_map(Account::permissions).filter(|(name, _)| *name != SIGNER);
    let there = here.map(|(name, found)| {
        let authority = on_chain(name, &found.authority, &standing_for)?;
        Ok((name, Permission { parent: found.parent, authority }))
    });
    let there: Vec<_> = there.collect::<Result<_, NotMirrored>>()?;
    let acts =
        TWINS.iter().map(|(action, act)| (Name::EOSIO, *action, permissions.permission_for(*act)));
    Ok(Account::of_tree(there, acts.chain(other_links.iter().copied()))?)
}

/// System actions, and the act that each is the twin of.
const TWINS: [(Name, Act); 5] = [
    (Name::constant("claimrewards"), Act::Claim),
    (Name::constant("regproducer"), Act::RotateSigner),
    (Name::constant("regproducer2"), Act::RotateSigner),
    (Name::constant("regfinkey"), Act::RotateSigner),
    (Name::constant("actfinkey"), Act::RotateSigner),
];
