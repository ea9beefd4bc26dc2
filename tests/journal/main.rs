//! R5: a missing, empty, truncated, older or foreign state is an error with its own code.

#![allow(clippy::disallowed_methods, reason = "these tests put damaged files in place")]

mod anchored;
mod conforming;
mod damaged;
mod refused;
mod shared;

use brainswap::{
    HostId, IdentityId,
    adapters::{Binding, FileJournal, JournalOptions, Machine},
    ports::{Entry, EntryKey, Journal, JournalError},
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Sectors of 512 bytes: one of header, then frames, and room for two sectors in each step.
const SMALL: JournalOptions = JournalOptions { limit: u64::MAX, growth: 1_024, anchor: None };

fn binding() -> Binding {
    Binding {
        host: HostId::from_bytes([1; 32]),
        machine: Machine::from_texts(Some("0123456789abcdef"), None),
    }
}

fn entry(number: u8, value: &[u8]) -> Entry {
    let key = EntryKey::Identity(IdentityId::from_bytes([number; 32]));
    Entry { key, value: value.to_vec() }
}

fn temp() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// For tests that open a journal thousands of times and do not need a real disk.
fn temp_in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| temp())
}

fn file(dir: &Path) -> PathBuf {
    dir.join("journal")
}

fn open(dir: &Path) -> Result<Vec<Entry>, JournalError> {
    FileJournal::open_with(dir, &binding(), &SMALL).map(|(_, entries)| entries)
}

/// A closed journal of three commits: frames of one, three and one sectors, then 1.5 KiB of zeros.
fn three_commits(dir: &Path) -> Vec<Entry> {
    let journal = FileJournal::create_with(dir, &binding(), &SMALL).unwrap();
    let entries = vec![entry(1, b"one"), entry(2, &[2; 1_200]), entry(3, b"three")];
    for entry in &entries {
        journal.commit(std::slice::from_ref(entry)).unwrap();
    }
    entries
}
