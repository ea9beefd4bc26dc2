//! Journal: durable records that a power cut cannot roll back.

use crate::{IdentityId, Lane, OrderId, seq::Seq};
use alloc::{borrow::Cow, vec::Vec};

/// What an entry is about. A later entry with the same key replaces the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKey {
    /// The host as a whole: its last session, and whether it stopped cleanly.
    Host,
    /// The record of an identity.
    Identity(IdentityId),
    /// The mark of one lane, newer than the one in the identity's record.
    Mark(IdentityId, Lane),
    /// The envelope of an order that a record depends on.
    Order(OrderId),
    /// The sealed key of an identity.
    Key(IdentityId),
    /// What this host keeps as a witness of an identity.
    Witness(IdentityId),
    /// What this host keeps as an approver of an identity.
    Approver(IdentityId),
}

impl EntryKey {
    /// The length of [`to_bytes`](Self::to_bytes).
    pub const LENGTH: usize = 34;

    /// `kind (1) || id (32) || lane (1)`; kinds 1 to 7 in the order above, unused bytes 0.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let (kind, id, lane) = match self {
            Self::Host => (1, &[0; 32], 0),
            Self::Identity(id) => (2, id.as_bytes(), 0),
            Self::Mark(id, lane) => (3, id.as_bytes(), lane.number()),
            Self::Order(id) => (4, id.as_bytes(), 0),
            Self::Key(id) => (5, id.as_bytes(), 0),
            Self::Witness(id) => (6, id.as_bytes(), 0),
            Self::Approver(id) => (7, id.as_bytes(), 0),
        };
        let mut bytes = [0; Self::LENGTH];
        bytes[0] = kind;
        bytes[1..33].copy_from_slice(id);
        bytes[33] = lane;
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let id: [u8; 32] = *rest.first_chunk()?;
        let lane = Lane::new(*rest.last()?);
        let key = match kind {
            1 => Self::Host,
            2 => Self::Identity(IdentityId::from_bytes(id)),
            3 => Self::Mark(IdentityId::from_bytes(id), lane),
            4 => Self::Order(OrderId::from_bytes(id)),
            5 => Self::Key(IdentityId::from_bytes(id)),
            6 => Self::Witness(IdentityId::from_bytes(id)),
            7 => Self::Approver(IdentityId::from_bytes(id)),
            _ => return None,
        };
        (key.to_bytes() == *bytes).then_some(key)
    }
}

/// One durable fact: a key and its value. An empty value removes the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub key: EntryKey,
    /// The value; empty removes the key.
    pub value: Vec<u8>,
}

/// Keeps entries so that a power cut cannot roll them back.
///
/// Called by [`Host`](crate::Host) from many threads, before every signature and every document.
/// An implementor runs [`conformance::journal`](crate::conformance::journal) against its own.
///
/// 1. After `commit` returned `Ok`, its entries survive a power cut, all of them; a commit that
///    did not return may be there after a restart, whole, or not at all.
/// 2. After `commit` returned `Err`, the outcome is unknown, and every later call fails with
///    [`JournalError::Poisoned`] until the journal is opened again; except after a
///    [refusal](JournalError::is_refusal), which changed nothing.
/// 3. Commits that overlap may share one sync; one that began after another returned is later.
/// 4. `reread` gives the entries of a commit as the medium holds them, not as memory does.
/// 5. Opening gives, for each key, the last value committed. Creating refuses where anything is;
///    opening refuses where nothing is: an absent journal is never an empty one (R5).
/// 6. While it is open, no second process can open it.
pub trait Journal: Send + Sync {
    /// Makes these entries durable, together. Returns the commit's number.
    ///
    /// # Errors
    ///
    /// [`JournalError`]: the outcome is unknown, unless [`JournalError::is_refusal`].
    fn commit(&self, entries: &[Entry]) -> Result<Seq, JournalError>;

    /// Reads a commit back from the medium. Only recent commits need be readable.
    ///
    /// # Errors
    ///
    /// [`JournalError::Unreadable`] if the medium does not hold what was committed.
    fn reread(&self, seq: Seq) -> Result<Vec<Entry>, JournalError>;

    /// How many times the medium was told to make something durable, since this was opened.
    fn syncs(&self) -> u64;
}

/// Why a journal did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// There is no journal here.
    #[error("there is no journal at {place}")]
    Missing {
        /// Where it was looked for.
        place: Cow<'static, str>,
    },
    /// There is a journal here already.
    #[error("there is a journal at {place} already")]
    Exists {
        /// Where.
        place: Cow<'static, str>,
    },
    /// Another process has it open.
    #[error("another process has the journal at {place} open")]
    Locked {
        /// Where.
        place: Cow<'static, str>,
    },
    /// It is not a journal, or one of another version.
    #[error("the file is no journal of version {wanted}: it says {got}")]
    NotAJournal {
        /// What the file says.
        got: u32,
        /// What is read.
        wanted: u32,
    },
    /// It belongs to another host.
    #[error("the journal belongs to host {journal}, this is host {here}")]
    ForeignHost {
        /// Whose journal it is (short).
        journal: Cow<'static, str>,
        /// Who opens it (short).
        here: Cow<'static, str>,
    },
    /// It was written on another machine.
    #[error("the journal was written on machine {journal}, this is machine {here}")]
    ForeignMachine {
        /// Where it was written (short).
        journal: Cow<'static, str>,
        /// Where it is opened (short).
        here: Cow<'static, str>,
    },
    /// The end of the file is missing.
    #[error("the journal is cut off: it has {got} bytes, and {wanted} or more were written")]
    Truncated {
        /// The bytes there are.
        got: u64,
        /// The bytes there must be.
        wanted: u64,
    },
    /// Bytes that were durable have changed.
    #[error("the journal is damaged at byte {at}")]
    Corrupt {
        /// Where the damage begins.
        at: u64,
    },
    /// It is an older copy of itself.
    #[error("the journal is an older copy: it ends at commit {found}, and {known} was reached")]
    Older {
        /// The last commit in the journal.
        found: u64,
        /// The last commit known to have been made.
        known: u64,
    },
    /// A commit is larger than a journal takes.
    #[error("the commit has {got} bytes; at most {most} are taken")]
    TooLarge {
        /// What was asked.
        got: usize,
        /// What is taken.
        most: usize,
    },
    /// The medium does not hold what was committed.
    #[error("commit {seq} cannot be read back")]
    Unreadable {
        /// Which.
        seq: u64,
    },
    /// An earlier write failed; open it again to learn what is durable.
    #[error("an earlier write failed, and what is durable is unknown")]
    Poisoned,
    /// The operating system failed.
    #[error("{action} failed: {reason}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What the system said.
        reason: Cow<'static, str>,
    },
}

impl JournalError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "journal.missing",
            Self::Exists { .. } => "journal.exists",
            Self::Locked { .. } => "journal.locked",
            Self::NotAJournal { .. } => "journal.not_a_journal",
            Self::ForeignHost { .. } => "journal.foreign_host",
            Self::ForeignMachine { .. } => "journal.foreign_machine",
            Self::Truncated { .. } => "journal.truncated",
            Self::Corrupt { .. } => "journal.corrupt",
            Self::Older { .. } => "journal.older",
            Self::TooLarge { .. } => "journal.too_large",
            Self::Unreadable { .. } => "journal.unreadable",
            Self::Poisoned => "journal.poisoned",
            Self::Io { .. } => "journal.io",
        }
    }

    /// Whether nothing changed, for certain. Otherwise the outcome is unknown.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Unreadable { .. } | Self::Poisoned | Self::Io { .. })
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Missing { .. } => {
                "check the path; if the disk was lost, this host comes back only as a new host"
            }
            Self::Exists { .. } => "open the journal that is there",
            Self::Locked { .. } => "find the process that has it open; do not start a second one",
            Self::NotAJournal { .. } => "check the path, and the version of this program",
            Self::ForeignHost { .. } => "start the host that the journal belongs to",
            Self::ForeignMachine { .. } => {
                "do not start here: bring the original machine back, or enrol this one as a new host"
            }
            Self::Truncated { .. } | Self::Corrupt { .. } | Self::Older { .. } => {
                "do not start: keep the file, and enrol this machine as a new host under a fence"
            }
            Self::TooLarge { .. } => "split the order into smaller ones",
            Self::Unreadable { .. } | Self::Poisoned | Self::Io { .. } => {
                "stop this process, look at the disk, and start it again: it reads what is durable"
            }
        }
    }
}
