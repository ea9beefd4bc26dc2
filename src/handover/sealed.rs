//! Sealed: what a step decided, of which nothing leaves before it is durable (R3).

use super::{Alarm, Message, Record, Run};
use crate::{Cleared, IdentityId, Lane, seq::Seq, watermark::Mark};
use alloc::{boxed::Box, vec::Vec};

/// One change to the state of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The record, whole. Durable.
    Record(Box<Record>),
    /// A mark that rose. Durable, and as small as it is frequent.
    Mark(IdentityId, Lane, Mark),
    /// What the process knows. Volatile: it needs no commit.
    Run(IdentityId, Run),
}

impl Change {
    /// Whether it must be durable before any effect leaves.
    #[must_use]
    pub const fn is_durable(&self) -> bool {
        match self {
            Self::Record(_) | Self::Mark(..) => true,
            Self::Run(..) => false,
        }
    }
}

/// What a step lets out, in this order, once its changes are durable.
#[derive(Debug)]
#[non_exhaustive]
pub enum Effect {
    /// Sign this document with the host key, and send it.
    Send(Message),
    /// Make this signature with the identity's key.
    Sign(Cleared),
    /// Tell a person.
    Alarm(IdentityId, Alarm),
}

/// The proof that a commit is durable. Whoever drives makes it, after the journal said so.
#[derive(Debug)]
pub struct Durable {
    seq: Option<Seq>,
    reread: bool,
}

impl Durable {
    /// The journal returned `Ok` for the commit of exactly these changes.
    ///
    /// Saying so of a commit that has not returned signs without a mark.
    #[must_use]
    pub const fn after_barrier(seq: Seq) -> Self {
        Self { seq: Some(seq), reread: false }
    }

    /// The commit was also read back from the medium, and is what was written.
    #[must_use]
    pub const fn after_reread(seq: Seq) -> Self {
        Self { seq: Some(seq), reread: true }
    }

    /// The commit, if there was anything to commit.
    #[must_use]
    pub const fn seq(&self) -> Option<Seq> {
        self.seq
    }
}

/// Opened with less proof than its effects need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the changes must be read back from the medium before anything leaves")]
pub struct NotReread;

/// What a step decided: the changes to make durable, and the effects that wait for them.
///
/// Effects come out with a [`Durable`], and in no other way:
///
/// ```compile_fail,E0616
/// # use brainswap::handover::*;
/// fn peek(sealed: Sealed) -> Vec<Effect> {
///     sealed.effects
/// }
/// ```
#[derive(Debug)]
#[must_use = "effects that are not carried out are lost"]
pub struct Sealed {
    changes: Vec<Change>,
    effects: Vec<Effect>,
    reread: bool,
}

impl Sealed {
    pub(super) const fn new(changes: Vec<Change>, effects: Vec<Effect>, reread: bool) -> Self {
        Self { changes, effects, reread }
    }

    /// What must be committed, together, before [`open`](Self::open); then applied to the states.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing must be committed: no sync is needed.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        !self.changes.iter().any(Change::is_durable)
    }

    /// Whether the commit must be read back from the medium: a release is in it.
    #[must_use]
    pub const fn needs_reread(&self) -> bool {
        self.reread
    }

    /// Lets the effects out, in order.
    ///
    /// # Errors
    ///
    /// [`NotReread`] if the changes end a lease and were not read back.
    pub fn open(self, durable: &Durable) -> Result<Vec<Effect>, NotReread> {
        if self.reread && !durable.reread { Err(NotReread) } else { Ok(self.effects) }
    }

    /// Lets the effects out if there is nothing to commit; otherwise gives everything back.
    ///
    /// # Errors
    ///
    /// The sealed step itself, if it changes anything durable.
    pub fn open_unchanged(self) -> Result<Vec<Effect>, Self> {
        if self.is_unchanged() { Ok(self.effects) } else { Err(self) }
    }
}
