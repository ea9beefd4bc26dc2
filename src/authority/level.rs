//! Level: one permission of one actor, written `actor@permission`.

use super::{Name, NotAName};
use crate::IdentityId;
use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Whose permission it is: an account by name, or an identity by its id.
///
/// Accounts are ordered before identities, each among themselves as numbers and as bytes.
/// As text the name, or the 64 hexadecimal digits of the id; no text is both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// An account.
    Account(Name),
    /// An identity.
    Identity(IdentityId),
}

/// A permission of an actor (Antelope: `permission_level`), ordered by actor, then permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Whose.
    pub actor: Actor,
    /// Which.
    pub permission: Name,
}

impl Level {
    /// A permission of an account.
    #[must_use]
    pub const fn of_account(account: Name, permission: Name) -> Self {
        Self { actor: Actor::Account(account), permission }
    }
}

impl From<Name> for Actor {
    fn from(account: Name) -> Self {
        Self::Account(account)
    }
}

impl From<IdentityId> for Actor {
    fn from(identity: IdentityId) -> Self {
        Self::Identity(identity)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(name) => write!(f, "{name}"),
            Self::Identity(id) => write!(f, "{id}"),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.actor, self.permission)
    }
}

impl FromStr for Actor {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        match text.parse() {
            Ok(identity) => Ok(Self::Identity(identity)),
            Err(_) => text.parse().map(Self::Account),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
