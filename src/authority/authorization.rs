//! Authorization: whether declared permissions, and the approvals behind them, may do an action.

use super::{
    Accounts, Approvals, Change, Evaluator, Level, MAX_DEPTH, MAX_WAIT, Name, NotChanged,
    Unsatisfied, is_unlinkable,
};
use crate::PublicKey;
use alloc::{boxed::Box, collections::BTreeSet, vec::Vec};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action<K = PublicKey> {
    /// An action of a contract.
    Call {
        /// The contract.
        code: Name,
        /// Its action.
        action: Name,
    },
    /// A change of permissions or links.
    Change(Change<K>),
}

/// Why an action is not authorised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAuthorized<K: core::fmt::Debug = PublicKey> {
    /// The declared permissions are not those that the action needs.
    #[error(transparent)]
    Declared(#[from] NotChanged),
    /// A change of permissions is not made by calling it.
    #[error("\"{action}\" changes permissions: it is no ordinary call")]
    NotACall {
        /// The action.
        action: Name,
    },
    /// The approvals do not satisfy a declared permission.
    #[error("the approvals do not satisfy {level}")]
    Unsatisfied {
        /// Which.
        level: Level,
        /// What is missing.
        why: Box<Unsatisfied<K>>,
    },
    /// Approvals that nothing asked for.
    #[error("{} approvals were not asked for", .unused.len())]
    Unused {
        /// Their keys.
        unused: Vec<K>,
    },
}

impl<K: core::fmt::Debug> NotAuthorized<K> {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declared(error) => error.code(),
            Self::NotACall { .. } => "link.unlinkable",
            Self::Unsatisfied { .. } => "authority.unsatisfied",
            Self::Unused { .. } => "authority.unused",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Declared(error) => error.advice(),
            Self::NotACall { .. } => "make the change as a change",
            Self::Unsatisfied { .. } => "gather the approvals that are missing",
            Self::Unused { .. } => "leave out the approvals that nothing asks for",
        }
    }
}

impl<K: Ord + Clone + core::fmt::Debug> Accounts<K> {
    /// Whether each action may be done by the permissions declared for it, and the approvals
    /// satisfy every one of those and none is left over. Nothing is changed: a change is checked
    /// against the accounts as they are. Source: `check_authorization`.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`].
    pub fn authorize(
        &self,
        actions: &[(Action<K>, Vec<Level>)],
        approvals: &Approvals<K>,
    ) -> Result<(), NotAuthorized<K>> {
        for (action, declared) in actions {
            self.may_do(action, declared)?;
        }
        // nodeos takes a delay of the most there can be as one without an end.
        let forever = approvals.waited >= MAX_WAIT;
        let waited = if forever { u32::MAX } else { approvals.waited };
        let approvals = Approvals { waited, ..approvals.clone() };
        let mut evaluator = Evaluator::new(self, &approvals).with_depth_limit(MAX_DEPTH);
        let levels: BTreeSet<_> = actions.iter().flat_map(|(_, declared)| declared).collect();
        for level in levels {
            evaluator.level(level).map_err(|why| {
                let (level, why) = (*level, Box::new(why));
                NotAuthorized::Unsatisfied { level, why }
            })?;
        }
        let unused: Vec<_> = evaluator.unused().into_iter().collect();
        if unused.is_empty() { Ok(()) } else { Err(NotAuthorized::Unused { unused }) }
    }

    /// Whether the permissions declared are those that the action needs; approvals apart.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized::Declared`] or [`NotAuthorized::NotACall`].
    pub fn may_do(&self, action: &Action<K>, declared: &[Level]) -> Result<(), NotAuthorized<K>> {
        let (code, action) = match action {
            Action::Change(change) => return Ok(self.may_change(change, declared)?),
            Action::Call { code, action } => (*code, *action),
        };
        if is_unlinkable(code, action) {
            return Err(NotAuthorized::NotACall { action });
        }
        for level in declared {
            let account = self.get(level.actor);
            let account = account.ok_or(NotChanged::NoPermission { level: *level })?;
            self.require(level, account.links().minimum(code, action))?;
        }
        Ok(())
    }
}
