//! Action: one call of a contract, with the permissions declared for it, as transactions carry it.

use super::{
    MAX_TRANSACTION, NotEosBytes,
    bytes::{Reader, put_bytes, put_name, put_varuint, whole},
};
use crate::authority::{Actor, Level, Name, NotAName};
use alloc::vec::Vec;
use core::{fmt, str::FromStr};

/// A permission of an account, `actor@permission`. Packed: the two names.
///
/// A [`Level`] that is on the chain: its actor is never an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionLevel {
    /// Whose.
    pub actor: Name,
    /// Which.
    pub permission: Name,
}

/// A call of a contract.
///
/// Packed: `account || name || authorization || data`, the data as a length and as many bytes.
/// The contract says what the data means: [`SystemAction`](super::SystemAction) and
/// [`MsigAction`](super::MsigAction) read and write it for two of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action {
    /// The account that holds the contract.
    pub account: Name,
    /// Which of its actions.
    pub name: Name,
    /// The permissions declared for it, in the order in which they are written.
    pub authorization: Vec<PermissionLevel>,
    /// What the contract is given.
    pub data: Vec<u8>,
}

impl PermissionLevel {
    /// `actor@owner`.
    #[must_use]
    pub const fn owner(actor: Name) -> Self {
        Self { actor, permission: Name::OWNER }
    }

    /// `actor@active`.
    #[must_use]
    pub const fn active(actor: Name) -> Self {
        Self { actor, permission: Name::ACTIVE }
    }

    pub(super) fn pack_into(self, packed: &mut Vec<u8>) {
        put_name(packed, self.actor);
        put_name(packed, self.permission);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        Ok(Self { actor: reader.name()?, permission: reader.name()? })
    }
}

impl Action {
    /// Packs the action.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        self.pack_into(&mut packed);
        packed
    }

    /// Unpacks an action that these bytes hold and nothing else.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes`].
    pub fn unpack(bytes: &[u8]) -> Result<Self, NotEosBytes> {
        whole(bytes, MAX_TRANSACTION, Self::read)
    }

    pub(super) fn pack_into(&self, packed: &mut Vec<u8>) {
        put_name(packed, self.account);
        put_name(packed, self.name);
        put_levels(packed, &self.authorization);
        put_bytes(packed, &self.data);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        Ok(Self {
            account: reader.name()?,
            name: reader.name()?,
            authorization: reader.list(PermissionLevel::read)?,
            data: reader.bytes(MAX_TRANSACTION)?.to_vec(),
        })
    }
}

pub(super) fn put_levels(packed: &mut Vec<u8>, levels: &[PermissionLevel]) {
    put_varuint(packed, levels.len() as u64);
    for level in levels {
        level.pack_into(packed);
    }
}

impl From<PermissionLevel> for Level {
    fn from(level: PermissionLevel) -> Self {
        Self::of_account(level.actor, level.permission)
    }
}

/// A permission of an identity is none on the chain.
impl TryFrom<Level> for PermissionLevel {
    type Error = NotEosBytes;

    fn try_from(level: Level) -> Result<Self, NotEosBytes> {
        match level.actor {
            Actor::Account(actor) => Ok(Self { actor, permission: level.permission }),
            Actor::Identity(_) => Err(NotEosBytes::NotAnAccount { level }),
        }
    }
}

impl fmt::Display for PermissionLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.actor, self.permission)
    }
}

impl FromStr for PermissionLevel {
    type Err = NotAName;

    /// Reads `actor@permission`; without the `@` it is no name.
    fn from_str(text: &str) -> Result<Self, NotAName> {
        let (actor, permission) = text.split_once('@').unwrap_or((text, "@"));
        Ok(Self { actor: actor.parse()?, permission: permission.parse()? })
    }
}
