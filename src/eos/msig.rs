//! Proposal: a transaction that people of several places approve on the chain (`eosio.msig`).
//!
//! One proposes it, those who are asked approve it, anyone executes it; the proposer may withdraw
//! it, anyone once it has expired. Source: Antelope reference-contracts, `eosio.msig.hpp`.

use super::{
    Action, MAX_TRANSACTION, NotEosBytes, PermissionLevel, Transaction,
    action::put_levels,
    bytes::{Reader, put_name, whole},
};
use crate::{Digest, authority::Name};
use alloc::vec::Vec;

/// An action of the contract `eosio.msig`. Packed: the fields in their order; a proposed
/// transaction stands there without a length, a hash only if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MsigAction {
    /// `propose`: a transaction is there to be approved.
    Propose {
        /// Who proposes it.
        proposer: Name,
        /// What the proposer calls it.
        proposal_name: Name,
        /// Who is asked.
        requested: Vec<PermissionLevel>,
        /// The transaction.
        transaction: Transaction,
    },
    /// `approve`: one of those who were asked approves it.
    Approve {
        /// Who proposed it.
        proposer: Name,
        /// What the proposer calls it.
        proposal_name: Name,
        /// Who approves it.
        level: PermissionLevel,
        /// The transaction's id: with it no other content is approved.
        proposal_hash: Option<Digest>,
    },
    /// `unapprove`: an approval is taken back.
    Unapprove {
        /// Who proposed it.
        proposer: Name,
        /// What the proposer calls it.
        proposal_name: Name,
        /// Whose approval.
        level: PermissionLevel,
    },
    /// `exec`: the transaction happens, if enough have approved it.
    Exec {
        /// Who proposed it.
        proposer: Name,
        /// What the proposer calls it.
        proposal_name: Name,
        /// Who asks for it: anybody.
        executer: Name,
    },
    /// `cancel`: the proposal goes.
    Cancel {
        /// Who proposed it.
        proposer: Name,
        /// What the proposer calls it.
        proposal_name: Name,
        /// The proposer; anybody once the transaction has expired.
        canceler: Name,
    },
    /// `invalidate`: every approval that this account has given so far is void.
    Invalidate {
        /// Whose approvals.
        account: Name,
    },
}

/// A transaction to be approved, with the name it has on the chain: a proposal is named and hashed
/// once, so that what is approved is what was reviewed (R6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    proposer: Name,
    name: Name,
    transaction: Transaction,
}

/// Why a transaction cannot be proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAProposal {
    /// It has context-free actions, which the contract refuses.
    #[error("{got} context-free actions; a proposal has none")]
    ContextFree {
        /// How many.
        got: usize,
    },
    /// It does nothing.
    #[error("the transaction has no action")]
    Empty,
}

impl NotAProposal {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContextFree { .. } => "proposal.context_free",
            Self::Empty => "proposal.empty",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::ContextFree { .. } => "propose ordinary actions alone",
            Self::Empty => "name the actions to approve",
        }
    }
}

/// The account that holds the contract.
const CONTRACT: Name = Name::constant("eosio.msig");

const PROPOSE: Name = Name::constant("propose");
const APPROVE: Name = Name::constant("approve");
const UNAPPROVE: Name = Name::constant("unapprove");
const EXEC: Name = Name::constant("exec");
const CANCEL: Name = Name::constant("cancel");
const INVALIDATE: Name = Name::constant("invalidate");

impl Proposal {
    /// A proposal of this transaction, which needs an action and no context-free one.
    ///
    /// # Errors
    ///
    /// [`NotAProposal`].
    pub fn new(proposer: Name, name: Name, transaction: Transaction) -> Result<Self, NotAProposal> {
        if !transaction.context_free_actions.is_empty() {
            return Err(NotAProposal::ContextFree { got: transaction.context_free_actions.len() });
        }
        if transaction.actions.is_empty() {
            return Err(NotAProposal::Empty);
        }
        Ok(Self { proposer, name, transaction })
    }

    /// What is proposed.
    #[must_use]
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// What approvers compare, and approve: the transaction's id.
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.transaction.id()
    }

    /// The proposer asks these.
    #[must_use]
    pub fn propose(&self, requested: Vec<PermissionLevel>) -> MsigAction {
        let (proposer, proposal_name) = (self.proposer, self.name);
        let transaction = self.transaction.clone();
        MsigAction::Propose { proposer, proposal_name, requested, transaction }
    }

    /// This one approves this transaction, and no other under its name.
    #[must_use]
    pub fn approve(&self, level: PermissionLevel) -> MsigAction {
        let (proposer, proposal_name) = (self.proposer, self.name);
        let proposal_hash = Some(self.hash());
        MsigAction::Approve { proposer, proposal_name, level, proposal_hash }
    }

    /// This one takes the approval back.
    #[must_use]
    pub const fn unapprove(&self, level: PermissionLevel) -> MsigAction {
        MsigAction::Unapprove { proposer: self.proposer, proposal_name: self.name, level }
    }

    /// This account has it executed.
    #[must_use]
    pub const fn exec(&self, executer: Name) -> MsigAction {
        MsigAction::Exec { proposer: self.proposer, proposal_name: self.name, executer }
    }

    /// The proposer withdraws it.
    #[must_use]
    pub const fn cancel(&self) -> MsigAction {
        MsigAction::Cancel {
            proposer: self.proposer,
            proposal_name: self.name,
            canceler: self.proposer,
        }
    }
}

impl MsigAction {
    /// What the contract calls it.
    #[must_use]
    pub const fn name(&self) -> Name {
        match self {
            Self::Propose { .. } => PROPOSE,
            Self::Approve { .. } => APPROVE,
            Self::Unapprove { .. } => UNAPPROVE,
            Self::Exec { .. } => EXEC,
            Self::Cancel { .. } => CANCEL,
            Self::Invalidate { .. } => INVALIDATE,
        }
    }

    /// Packs the data.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut data = Vec::new();
        let to = &mut data;
        match self {
            Self::Propose { proposer, proposal_name, requested, transaction } => {
                put_name(to, *proposer);
                put_name(to, *proposal_name);
                put_levels(to, requested);
                transaction.pack_into(to);
            }
            Self::Approve { proposer, proposal_name, level, proposal_hash } => {
                put_name(to, *proposer);
                put_name(to, *proposal_name);
                level.pack_into(to);
                to.extend(proposal_hash.iter().flat_map(Digest::as_bytes));
            }
            Self::Unapprove { proposer, proposal_name, level } => {
                put_name(to, *proposer);
                put_name(to, *proposal_name);
                level.pack_into(to);
            }
            Self::Exec { proposer, proposal_name, executer: by }
            | Self::Cancel { proposer, proposal_name, canceler: by } => {
                put_name(to, *proposer);
                put_name(to, *proposal_name);
                put_name(to, *by);
            }
            Self::Invalidate { account } => put_name(to, *account),
        }
        data
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
    #[must_use]
    pub fn to_action(&self, authorization: Vec<PermissionLevel>) -> Action {
        Action { account: CONTRACT, name: self.name(), authorization, data: self.pack() }
    }

    /// What an action does, if it is one of these.
    ///
    /// # Errors
    ///
    /// As [`MsigAction::unpack`].
    pub fn of_action(action: &Action) -> Result<Self, NotEosBytes> {
        if action.account != CONTRACT {
            return Err(NotEosBytes::OtherAction { contract: action.account, name: action.name });
        }
        Self::unpack(action.name, &action.data)
    }

    fn read(name: Name, reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        let first = reader.name();
        if name == INVALIDATE {
            return Ok(Self::Invalidate { account: first? });
        }
        if ![PROPOSE, APPROVE, UNAPPROVE, EXEC, CANCEL].contains(&name) {
            return Err(NotEosBytes::OtherAction { contract: CONTRACT, name });
        }
        let (proposer, proposal_name) = (first?, reader.name()?);
        Ok(match name {
            PROPOSE => Self::Propose {
                proposer,
                proposal_name,
                requested: reader.list(PermissionLevel::read)?,
                transaction: Transaction::read(reader)?,
            },
            APPROVE => {
                let level = PermissionLevel::read(reader)?;
                let hash = (!reader.is_empty()).then(|| reader.array()).transpose()?;
                let proposal_hash = hash.copied().map(Digest::from_bytes);
                Self::Approve { proposer, proposal_name, level, proposal_hash }
            }
            UNAPPROVE => {
                let level = PermissionLevel::read(reader)?;
                Self::Unapprove { proposer, proposal_name, level }
            }
            EXEC => Self::Exec { proposer, proposal_name, executer: reader.name()? },
            _ => Self::Cancel { proposer, proposal_name, canceler: reader.name()? },
        })
    }
}
