//! Memory journal: a [`Journal`] for tests, with everything but durability.

use crate::ports::{Entry, EntryKey, Journal, JournalError, Seq};
use alloc::{borrow::Cow, collections::BTreeMap, sync::Arc, vec::Vec};
use std::sync::{Mutex, MutexGuard, PoisonError};

const PLACE: Cow<'static, str> = Cow::Borrowed("memory");

/// What a [`MemoryJournal`] is kept on: it stays when the journal is dropped, as a disk stays when
/// a process ends. A clone is the same medium.
#[derive(Clone, Debug, Default)]
pub struct MemoryMedium(Arc<Mutex<Medium>>);

/// A [`Journal`] on a [`MemoryMedium`], for tests: it keeps every promise except durability.
///
/// Dropping it is the end of the process; [`MemoryMedium::open`] is the next start.
#[derive(Debug)]
pub struct MemoryJournal {
    medium: MemoryMedium,
    poisoned: Mutex<bool>,
    syncs_before: u64,
}

/// How a commit fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The medium does not hold the commit.
    Before,
    /// The medium holds the commit, and the caller is told that it failed.
    After,
}

#[derive(Debug, Default)]
struct Medium {
    is_created: bool,
    is_open: bool,
    commits: Vec<Vec<Entry>>,
    syncs: u64,
    /// After how many more commits one fails, and how.
    failure: Option<(u64, Failure)>,
}

impl MemoryMedium {
    /// A medium with no journal on it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a journal on it.
    ///
    /// # Errors
    ///
    /// [`JournalError::Exists`] if there is one.
    pub fn create(&self) -> Result<MemoryJournal, JournalError> {
        let mut medium = self.lock();
        if medium.is_created {
            return Err(JournalError::Exists { place: PLACE });
        }
        medium.is_created = true;
        medium.is_open = true;
        Ok(self.journal(&medium))
    }

    /// Opens the journal on it. Also gives the last value of each key, in the order of the keys.
    ///
    /// # Errors
    ///
    /// [`JournalError::Missing`] if there is none, [`JournalError::Locked`] if it is open.
    pub fn open(&self) -> Result<(MemoryJournal, Vec<Entry>), JournalError> {
        let mut medium = self.lock();
        if !medium.is_created {
            return Err(JournalError::Missing { place: PLACE });
        }
        if medium.is_open {
            return Err(JournalError::Locked { place: PLACE });
        }
        medium.is_open = true;
        Ok((self.journal(&medium), medium.entries()))
    }

    /// Lets the `number`th commit from now fail; 1 is the next.
    pub fn fail_commit(&self, number: u64, failure: Failure) {
        self.lock().failure = Some((number.saturating_sub(1), failure));
    }

    /// The last value of each key, in the order of the keys.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().entries()
    }

    /// The commits, from the first.
    #[must_use]
    pub fn commits(&self) -> Vec<Vec<Entry>> {
        self.lock().commits.clone()
    }

    /// How often a journal on it was told to make something durable.
    #[must_use]
    pub fn syncs(&self) -> u64 {
        self.lock().syncs
    }

    fn journal(&self, medium: &Medium) -> MemoryJournal {
        MemoryJournal {
            medium: self.clone(),
            poisoned: Mutex::new(false),
            syncs_before: medium.syncs,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Medium> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Medium {
    fn entries(&self) -> Vec<Entry> {
        let mut live: BTreeMap<EntryKey, &Vec<u8>> = BTreeMap::new();
        for entry in self.commits.iter().flatten() {
            if entry.value.is_empty() {
                live.remove(&entry.key);
            } else {
                live.insert(entry.key, &entry.value);
            }
        }
        live.into_iter().map(|(key, value)| Entry { key, value: value.clone() }).collect()
    }

    fn failure_now(&mut self) -> Option<Failure> {
        let (after, failure) = self.failure?;
        self.failure = after.checked_sub(1).map(|after| (after, failure));
        (after == 0).then_some(failure)
    }
}

impl MemoryJournal {
    /// What it is kept on.
    #[must_use]
    pub fn medium(&self) -> &MemoryMedium {
        &self.medium
    }

    fn check(&self) -> Result<MutexGuard<'_, bool>, JournalError> {
        let poisoned = self.poisoned.lock().unwrap_or_else(PoisonError::into_inner);
        if *poisoned { Err(JournalError::Poisoned) } else { Ok(poisoned) }
    }
}

impl Journal for MemoryJournal {
    fn commit(&self, entries: &[Entry]) -> Result<Seq, JournalError> {
        let mut poisoned = self.check()?;
        let mut medium = self.medium.lock();
        let failure = medium.failure_now();
        if failure != Some(Failure::Before) {
            medium.commits.push(entries.to_vec());
        }
        medium.syncs += 1;
        if failure.is_some() {
            *poisoned = true;
            return Err(JournalError::Io { action: "committing", reason: "told to fail".into() });
        }
        Ok(Seq::new(medium.commits.len() as u64))
    }

    fn reread(&self, seq: Seq) -> Result<Vec<Entry>, JournalError> {
        let _healthy = self.check()?;
        let unreadable = JournalError::Unreadable { seq: seq.get() };
        let number = usize::try_from(seq.get()).ok().and_then(|number| number.checked_sub(1));
        let medium = self.medium.lock();
        number.and_then(|number| medium.commits.get(number).cloned()).ok_or(unreadable)
    }

    fn syncs(&self) -> u64 {
        self.medium.lock().syncs - self.syncs_before
    }
}

impl Drop for MemoryJournal {
    fn drop(&mut self) {
        self.medium.lock().is_open = false;
    }
}
