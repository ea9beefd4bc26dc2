//! System action: what the account `eosio` does with permissions and producers.
//!
//! Each variant has the fields of the contract's ABI, in its order, and is packed as their
//! concatenation. The optional `authorized_by` at the end of four of them is not written, and not
//! read: the chain ignores it. Source: Antelope `contract_types.hpp`, `eosio.system.hpp`.

use super::{
    Action, BlockSigningAuthority, EosPublicKey, MAX_TRANSACTION, NotEosBytes, PermissionLevel,
    authority::{put_authority, read_authority},
    bytes::{Reader, put_bytes, put_name, whole},
};
use crate::authority::{Change, Name, WeightedAuthority};
use alloc::{string::String, vec::Vec};

/// The longest URL of a producer, in bytes; the contract takes no longer one.
pub const MAX_URL: usize = 511;

/// The longest text of a finalizer's key or proof that is read, in bytes.
const MAX_BLS_TEXT: usize = 512;

/// An action of the system contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SystemAction {
    /// `newaccount`: an account begins.
    NewAccount {
        /// Who pays for it.
        creator: Name,
        /// What it is called.
        name: Name,
        /// Who can act for its `owner`.
        owner: WeightedAuthority<EosPublicKey>,
        /// Who can act for its `active`.
        active: WeightedAuthority<EosPublicKey>,
    },
    /// `updateauth`: a permission gets another authority, or begins.
    UpdateAuth {
        /// Whose.
        account: Name,
        /// Which.
        permission: Name,
        /// The permission above; empty for `owner` alone.
        parent: Name,
        /// Who can act for it from now on.
        auth: WeightedAuthority<EosPublicKey>,
    },
    /// `deleteauth`: a permission goes.
    DeleteAuth {
        /// Whose.
        account: Name,
        /// Which.
        permission: Name,
    },
    /// `linkauth`: an action of a contract needs this permission from now on.
    LinkAuth {
        /// Whose.
        account: Name,
        /// The contract.
        code: Name,
        /// Its action (the ABI calls it `type`); empty for every one without a link of its own.
        action: Name,
        /// The permission.
        requirement: Name,
    },
    /// `unlinkauth`: a link goes.
    UnlinkAuth {
        /// Whose.
        account: Name,
        /// The contract.
        code: Name,
        /// Its action; empty for the wildcard.
        action: Name,
    },
    /// `regproducer`: the account is a producer, and this one key signs its blocks.
    RegProducer {
        /// Who.
        producer: Name,
        /// The key.
        producer_key: EosPublicKey,
        /// Where to read about it, at most [`MAX_URL`] bytes.
        url: String,
        /// Where it stands, a number that people agreed on.
        location: u16,
    },
    /// `regproducer2`: the same, with an authority in the place of the key.
    RegProducer2 {
        /// Who.
        producer: Name,
        /// Who signs its blocks.
        producer_authority: BlockSigningAuthority,
        /// Where to read about it, at most [`MAX_URL`] bytes.
        url: String,
        /// Where it stands, a number that people agreed on.
        location: u16,
    },
    /// `unregprod`: the account is no producer any more.
    UnregProd {
        /// Who.
        producer: Name,
    },
    /// `claimrewards`: what the producer has earned is paid to it.
    ClaimRewards {
        /// Who.
        owner: Name,
    },
    /// `regfinkey`: a finalizer's key is made known.
    RegFinKey {
        /// Whose.
        finalizer_name: Name,
        /// The text with `PUB_BLS_`; not checked here.
        finalizer_key: String,
        /// The text with `SIG_BLS_`; not checked here.
        proof_of_possession: String,
    },
    /// `actfinkey`: votes are by this key from now on.
    ActFinKey {
        /// Whose.
        finalizer_name: Name,
        /// The text with `PUB_BLS_`; not checked here.
        finalizer_key: String,
    },
    /// `delfinkey`: a finalizer's key is forgotten.
    DelFinKey {
        /// Whose.
        finalizer_name: Name,
        /// The text with `PUB_BLS_`; not checked here.
        finalizer_key: String,
    },
}

const NEWACCOUNT: Name = Name::constant("newaccount");
const UPDATEAUTH: Name = Name::constant("updateauth");
const DELETEAUTH: Name = Name::constant("deleteauth");
const LINKAUTH: Name = Name::constant("linkauth");
const UNLINKAUTH: Name = Name::constant("unlinkauth");
const REGPRODUCER: Name = Name::constant("regproducer");
const REGPRODUCER2: Name = Name::constant("regproducer2");
const UNREGPROD: Name = Name::constant("unregprod");
const CLAIMREWARDS: Name = Name::constant("claimrewards");
const REGFINKEY: Name = Name::constant("regfinkey");
const ACTFINKEY: Name = Name::constant("actfinkey");
const DELFINKEY: Name = Name::constant("delfinkey");

impl SystemAction {
    /// What the contract calls it.
    #[must_use]
    pub const fn name(&self) -> Name {
        match self {
            Self::NewAccount { .. } => NEWACCOUNT,
            Self::UpdateAuth { .. } => UPDATEAUTH,
            Self::DeleteAuth { .. } => DELETEAUTH,
            Self::LinkAuth { .. } => LINKAUTH,
            Self::UnlinkAuth { .. } => UNLINKAUTH,
            Self::RegProducer { .. } => REGPRODUCER,
            Self::RegProducer2 { .. } => REGPRODUCER2,
            Self::UnregProd { .. } => UNREGPROD,
            Self::ClaimRewards { .. } => CLAIMREWARDS,
            Self::RegFinKey { .. } => REGFINKEY,
            Self::ActFinKey { .. } => ACTFINKEY,
            Self::DelFinKey { .. } => DELFINKEY,
        }
    }

    /// Packs the data, as it stands; whoever sends it has checked it.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes::NotAnAccount`] if an authority names an identity.
    pub fn pack(&self) -> Result<Vec<u8>, NotEosBytes> {
        let mut data = Vec::new();
        let to = &mut data;
        match self {
            Self::NewAccount { creator, name, owner, active } => {
                put_names(to, &[*creator, *name]);
                put_authority(to, owner)?;
                put_authority(to, active)?;
            }
            Self::UpdateAuth { account, permission, parent, auth } => {
                put_names(to, &[*account, *permission, *parent]);
                put_authority(to, auth)?;
            }
            Self::DeleteAuth { account, permission } => put_names(to, &[*account, *permission]),
            Self::LinkAuth { account, code, action, requirement } => {
                put_names(to, &[*account, *code, *action, *requirement]);
            }
            Self::UnlinkAuth { account, code, action } => {
                put_names(to, &[*account, *code, *action]);
            }
            Self::RegProducer { producer, producer_key, url, location } => {
                put_name(to, *producer);
                producer_key.pack_into(to);
                put_bytes(to, url.as_bytes());
                to.extend_from_slice(&location.to_le_bytes());
            }
            Self::RegProducer2 { producer, producer_authority, url, location } => {
                put_name(to, *producer);
                producer_authority.pack_into(to);
                put_bytes(to, url.as_bytes());
                to.extend_from_slice(&location.to_le_bytes());
            }
            Self::UnregProd { producer: name } | Self::ClaimRewards { owner: name } => {
                put_name(to, *name);
            }
            Self::RegFinKey { finalizer_name, finalizer_key, proof_of_possession } => {
                put_name(to, *finalizer_name);
                put_bytes(to, finalizer_key.as_bytes());
                put_bytes(to, proof_of_possession.as_bytes());
            }
            Self::ActFinKey { finalizer_name, finalizer_key }
            | Self::DelFinKey { finalizer_name, finalizer_key } => {
                put_name(to, *finalizer_name);
                put_bytes(to, finalizer_key.as_bytes());
            }
        }
        Ok(data)
    }

    /// Unpacks the data of the action with this name, if these bytes hold it and nothing else.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes`]; [`NotEosBytes::OtherAction`] for one that is not among these.
    pub fn unpack(name: Name, data: &[u8]) -> Result<Self, NotEosBytes> {
        whole(data, MAX_TRANSACTION, |reader| Self::read(name, reader))
    }

    /// The action, with these permissions declared.
    ///
    /// # Errors
    ///
    /// As [`SystemAction::pack`].
    pub fn to_action(&self, authorization: Vec<PermissionLevel>) -> Result<Action, NotEosBytes> {
        let data = self.pack()?;
        Ok(Action { account: Name::EOSIO, name: self.name(), authorization, data })
    }

    /// What an action does, if it is one of these.
    ///
    /// # Errors
    ///
    /// As [`SystemAction::unpack`].
    pub fn of_action(action: &Action) -> Result<Self, NotEosBytes> {
        if action.account != Name::EOSIO {
            return Err(NotEosBytes::OtherAction { contract: action.account, name: action.name });
        }
        Self::unpack(action.name, &action.data)
    }

    /// The change of permissions or links that it makes, if it makes one; `newaccount` makes none.
    #[must_use]
    pub fn to_change(&self) -> Option<Change<EosPublicKey>> {
        match self.clone() {
            Self::UpdateAuth { account, permission, parent, auth } => Some(Change::UpdateAuth {
                account: account.into(),
                permission,
                parent,
                authority: auth,
            }),
            Self::DeleteAuth { account, permission } => {
                Some(Change::DeleteAuth { account: account.into(), permission })
            }
            Self::LinkAuth { account, code, action, requirement } => {
                Some(Change::LinkAuth { account: account.into(), code, action, requirement })
            }
            Self::UnlinkAuth { account, code, action } => {
                Some(Change::UnlinkAuth { account: account.into(), code, action })
            }
            Self::NewAccount { .. }
            | Self::RegProducer { .. }
            | Self::RegProducer2 { .. }
            | Self::UnregProd { .. }
            | Self::ClaimRewards { .. }
            | Self::RegFinKey { .. }
            | Self::ActFinKey { .. }
            | Self::DelFinKey { .. } => None,
        }
    }

    fn read(name: Name, reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        let first = reader.name();
        Ok(match name {
            NEWACCOUNT => Self::NewAccount {
                creator: first?,
                name: reader.name()?,
                owner: read_authority(reader)?,
                active: read_authority(reader)?,
            },
            UPDATEAUTH => Self::UpdateAuth {
                account: first?,
                permission: reader.name()?,
                parent: reader.name()?,
                auth: read_authority(reader)?,
            },
            DELETEAUTH => Self::DeleteAuth { account: first?, permission: reader.name()? },
            LINKAUTH => Self::LinkAuth {
                account: first?,
                code: reader.name()?,
                action: reader.name()?,
                requirement: reader.name()?,
            },
            UNLINKAUTH => {
                Self::UnlinkAuth { account: first?, code: reader.name()?, action: reader.name()? }
            }
            REGPRODUCER => Self::RegProducer {
                producer: first?,
                producer_key: EosPublicKey::read(reader)?,
                url: reader.text(MAX_URL)?,
                location: reader.u16()?,
            },
            REGPRODUCER2 => Self::RegProducer2 {
                producer: first?,
                producer_authority: BlockSigningAuthority::read(reader)?,
                url: reader.text(MAX_URL)?,
                location: reader.u16()?,
            },
            UNREGPROD => Self::UnregProd { producer: first? },
            CLAIMREWARDS => Self::ClaimRewards { owner: first? },
            REGFINKEY => Self::RegFinKey {
                finalizer_name: first?,
                finalizer_key: reader.text(MAX_BLS_TEXT)?,
                proof_of_possession: reader.text(MAX_BLS_TEXT)?,
            },
            ACTFINKEY => Self::ActFinKey {
                finalizer_name: first?,
                finalizer_key: reader.text(MAX_BLS_TEXT)?,
            },
            DELFINKEY => Self::DelFinKey {
                finalizer_name: first?,
                finalizer_key: reader.text(MAX_BLS_TEXT)?,
            },
            _ => return Err(NotEosBytes::OtherAction { contract: Name::EOSIO, name }),
        })
    }
}

/// A change of an account's permissions or links is an action; one of an identity's is none.
impl TryFrom<Change<EosPublicKey>> for SystemAction {
    type Error = NotEosBytes;

    fn try_from(change: Change<EosPublicKey>) -> Result<Self, NotEosBytes> {
        let level = crate::authority::Level { actor: change.account(), permission: Name::ACTIVE };
        let PermissionLevel { actor: account, .. } = level.try_into()?;
        Ok(match change {
            Change::UpdateAuth { permission, parent, authority: auth, .. } => {
                Self::UpdateAuth { account, permission, parent, auth }
            }
            Change::DeleteAuth { permission, .. } => Self::DeleteAuth { account, permission },
            Change::LinkAuth { code, action, requirement, .. } => {
                Self::LinkAuth { account, code, action, requirement }
            }
            Change::UnlinkAuth { code, action, .. } => Self::UnlinkAuth { account, code, action },
        })
    }
}

fn put_names(packed: &mut Vec<u8>, names: &[Name]) {
    for name in names {
        put_name(packed, *name);
    }
}
