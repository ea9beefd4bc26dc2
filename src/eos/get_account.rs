//! Get account: the permissions of an account, from what a node answers to `/v1/chain/get_account`.
//!
//! | field | what is read |
//! |---|---|
//! | `account_name` | whose they are |
//! | `permissions[]` | `perm_name`, `parent`, `required_auth`, `linked_actions`; any other is refused |
//! | `eosio_any_linked_actions[]` | the links that any permission meets |
//!
//! The other fields say what the account has and used, and differ between versions: they are passed
//! over. Source: Antelope `chain_plugin.hpp`, `get_account_results`.

use super::{EosPublicKey, NotEosText};
use crate::authority::{
    Account, Accounts, Actor, KeyWeight, Level, LevelWeight, MAX_DEPTH, Name, NotAName, NotATree,
    NotSound, Permission, WaitWeight, WeightedAuthority,
};
use alloc::{string::String, vec::Vec};
use serde::Deserialize;

/// The longest answer that is read, in bytes: 1 MiB.
pub const MAX_ACCOUNT_JSON: usize = 1 << 20;

/// The most accounts that are read together.
pub const MAX_ACCOUNTS: usize = 64;

/// An account as a node tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EosAccount {
    /// What it is called.
    pub name: Name,
    /// Its permissions and links.
    pub account: Account<EosPublicKey>,
    /// Whether the node told the links. Nodes before Leap 3.1 do not: the account then has none
    /// here, and what an action needs is not known.
    pub tells_links: bool,
}

/// Why an answer is no account that can be weighed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnEosAccount {
    /// A longer answer than is read.
    #[error("the answer has {got} bytes; at most {MAX_ACCOUNT_JSON} are read")]
    TooLong {
        /// How many came.
        got: usize,
    },
    /// More accounts than are read.
    #[error("more than {MAX_ACCOUNTS} accounts; so many are read together")]
    TooMany,
    /// Another form, or a permission with a field that is not known.
    #[error("not the JSON of get_account (line {line}, column {column})")]
    Form {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// A text that is no name.
    #[error("a {field} is no name: {error}")]
    Name {
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        error: NotAName,
    },
    /// A key that is none.
    #[error("key {at} of \"{permission}\": {error}")]
    Key {
        /// Whose.
        permission: Name,
        /// Its place, from 0.
        at: usize,
        /// What is wrong with it.
        error: NotEosText,
    },
    /// A WebAuthn key: its signatures cannot be made or checked here.
    #[error("key {at} of \"{permission}\" is a WebAuthn key, which is not weighed here")]
    WebAuthn {
        /// Whose.
        permission: Name,
        /// Its place, from 0.
        at: usize,
    },
    /// Some permissions tell their links, and others do not.
    #[error("\"{permission}\" does not say its linked actions, others do")]
    HalfOfTheLinks {
        /// Which.
        permission: Name,
    },
    /// The permissions and links are not those of one account.
    #[error(transparent)]
    Tree(#[from] NotATree),
    /// One account was given twice.
    #[error("account {name} was given twice")]
    Double {
        /// Which.
        name: Name,
    },
    /// The accounts do not hold together.
    #[error(transparent)]
    Sound(#[from] NotSound),
}

impl NotAnEosAccount {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "account.too_long",
            Self::TooMany => "account.too_many",
            Self::Form { .. } => "account.form",
            Self::Name { error, .. } => error.code(),
            Self::Key { error, .. } => error.code(),
            Self::WebAuthn { .. } => "account.webauthn",
            Self::HalfOfTheLinks { .. } => "account.half_of_the_links",
            Self::Tree(error) => error.code(),
            Self::Double { .. } => "account.double",
            Self::Sound(error) => error.code(),
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLong { .. } | Self::Form { .. } | Self::HalfOfTheLinks { .. } => {
                "ask a node that runs Leap 3.1, Spring 1 or later, at /v1/chain/get_account"
            }
            Self::TooMany => "read only the accounts that the permission leads to",
            Self::Name { .. } => "ask another node: no account of a chain has such a name",
            Self::Key { .. } => "ask another node: no authority of a chain has such a key",
            Self::WebAuthn { .. } => {
                "decide with accounts that have K1 and R1 keys alone, or replace the key"
            }
            Self::Tree(error) => error.advice(),
            Self::Double { .. } => "give each account once, as one node tells it",
            Self::Sound(NotSound::Unknown { .. }) => {
                "ask for the account that is referred to as well, and read all of them together"
            }
            Self::Sound(error) => error.advice(),
        }
    }
}

impl EosAccount {
    /// Reads one account. Its authorities may refer to accounts that are not known here: only
    /// [`read_accounts`] makes something that can be weighed.
    ///
    /// # Errors
    ///
    /// [`NotAnEosAccount`].
    pub fn from_json(json: &[u8]) -> Result<Self, NotAnEosAccount> {
        if json.len() > MAX_ACCOUNT_JSON {
            return Err(NotAnEosAccount::TooLong { got: json.len() });
        }
        let told: ToldAccount = serde_json::from_slice(json).map_err(|error| {
            NotAnEosAccount::Form { line: error.line(), column: error.column() }
        })?;
        let name = name("account name", &told.account_name)?;
        let tells_links = told.permissions.iter().any(|told| told.linked_actions.is_some());
        let (mut permissions, mut links) = (Vec::new(), Vec::new());
        for told in told.permissions {
            let permission = self::name("permission", &told.perm_name)?;
            let parent = self::name("parent", &told.parent)?;
            match told.linked_actions {
                Some(told) => add_links(&mut links, &told, permission)?,
                None if tells_links => return Err(NotAnEosAccount::HalfOfTheLinks { permission }),
                None => {}
            }
            let authority = told.required_auth.authority(permission)?;
            permissions.push((permission, Permission { parent, authority }));
        }
        add_links(&mut links, &told.eosio_any_linked_actions, Name::EOSIO_ANY)?;
        let account = Account::of_tree(permissions, links)?;
        Ok(Self { name, account, tells_links })
    }
}

/// Reads accounts that refer to no others than each other: none leads back to itself, and none is
/// deeper than [`MAX_DEPTH`].
///
/// [`NotSound::Unknown`] names the account to ask for next.
///
/// # Errors
///
/// [`NotAnEosAccount`].
pub fn read_accounts<'j>(
    answers: impl IntoIterator<Item = &'j [u8]>,
) -> Result<Accounts<EosPublicKey>, NotAnEosAccount> {
    let mut accounts = Accounts::new();
    for (count, json) in answers.into_iter().enumerate() {
        if count >= MAX_ACCOUNTS {
            return Err(NotAnEosAccount::TooMany);
        }
        let read = EosAccount::from_json(json)?;
        let actor = Actor::Account(read.name);
        if accounts.get(actor).is_some() {
            return Err(NotAnEosAccount::Double { name: read.name });
        }
        accounts.insert(actor, read.account);
    }
    accounts.check_sound(MAX_DEPTH)?;
    Ok(accounts)
}

#[derive(Deserialize)]
struct ToldAccount {
    account_name: String,
    permissions: Vec<ToldPermission>,
    #[serde(default)]
    eosio_any_linked_actions: Vec<ToldLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldPermission {
    perm_name: String,
    parent: String,
    required_auth: ToldAuthority,
    linked_actions: Option<Vec<ToldLink>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldAuthority {
    threshold: u32,
    keys: Vec<ToldKey>,
    accounts: Vec<ToldLevel>,
    waits: Vec<WaitWeight>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldKey {
    key: String,
    weight: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldLevel {
    permission: ToldName,
    weight: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldName {
    actor: String,
    permission: String,
}

/// Without an action it is the wildcard.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldLink {
    account: String,
    action: Option<String>,
}

impl ToldAuthority {
    fn authority(
        self,
        permission: Name,
    ) -> Result<WeightedAuthority<EosPublicKey>, NotAnEosAccount> {
        let keys = self.keys.into_iter().enumerate().map(|(at, told)| {
            let key =
                told.key.parse().map_err(|error| NotAnEosAccount::Key { permission, at, error })?;
            match key {
                EosPublicKey::WebAuthn(_) => Err(NotAnEosAccount::WebAuthn { permission, at }),
                key @ (EosPublicKey::K1(_) | EosPublicKey::R1(_)) => {
                    Ok(KeyWeight { key, weight: told.weight })
                }
            }
        });
        let accounts = self.accounts.into_iter().map(|told| {
            let actor = name("actor", &told.permission.actor)?;
            let permission = name("permission", &told.permission.permission)?;
            Ok(LevelWeight {
                permission: Level::of_account(actor, permission),
                weight: told.weight,
            })
        });
        Ok(WeightedAuthority {
            threshold: self.threshold,
            keys: keys.collect::<Result<_, _>>()?,
            accounts: accounts.collect::<Result<_, NotAnEosAccount>>()?,
            waits: self.waits,
        })
    }
}

fn add_links(
    links: &mut Vec<(Name, Name, Name)>,
    told: &[ToldLink],
    permission: Name,
) -> Result<(), NotAnEosAccount> {
    for link in told {
        let code = name("linked contract", &link.account)?;
        let action = name("linked action", link.action.as_deref().unwrap_or_default())?;
        links.push((code, action, permission));
    }
    Ok(())
}

fn name(field: &'static str, text: &str) -> Result<Name, NotAnEosAccount> {
    text.parse().map_err(|error| NotAnEosAccount::Name { field, error })
}
