//! An implementor of `Journal` runs the conformance suite against its own: so do ours.

use crate::{binding, temp};
use brainswap::{
    adapters::{Failure, FileJournal, JournalOptions, MemoryJournal, MemoryMedium},
    conformance::{self, JournalMaker},
    ports::{Entry, JournalError},
};
use std::{collections::BTreeMap, path::PathBuf, sync::Mutex};
use tempfile::TempDir;

struct Files {
    dir: TempDir,
    options: JournalOptions,
}

impl Files {
    fn place(&self, place: u32) -> PathBuf {
        self.dir.path().join(place.to_string())
    }
}

impl JournalMaker for Files {
    type Journal = FileJournal;

    fn create(&self, place: u32) -> Result<FileJournal, JournalError> {
        FileJournal::create_with(self.place(place), &binding(), &self.options)
    }

    fn open(&self, place: u32) -> Result<(FileJournal, Vec<Entry>), JournalError> {
        FileJournal::open_with(self.place(place), &binding(), &self.options)
    }
}

struct Memory {
    failure: Failure,
    media: Mutex<BTreeMap<u32, MemoryMedium>>,
}

impl Memory {
    fn medium(&self, place: u32) -> MemoryMedium {
        self.media.lock().unwrap().entry(place).or_default().clone()
    }
}

impl JournalMaker for Memory {
    type Journal = MemoryJournal;

    fn create(&self, place: u32) -> Result<MemoryJournal, JournalError> {
        self.medium(place).create()
    }

    fn open(&self, place: u32) -> Result<(MemoryJournal, Vec<Entry>), JournalError> {
        self.medium(place).open()
    }

    fn fail_next_commit(&self, place: u32) -> bool {
        self.medium(place).fail_commit(1, self.failure);
        true
    }
}

#[test]
fn the_file_journal_keeps_the_promises_of_a_journal() {
    conformance::journal(&Files { dir: temp(), options: JournalOptions::default() });
}

#[test]
fn the_file_journal_keeps_them_when_it_grows_and_is_rewritten_all_the_time() {
    let options = JournalOptions { limit: 512 << 10, growth: 4_096, anchor: None };
    conformance::journal(&Files { dir: temp(), options });
}

#[test]
fn the_memory_journal_keeps_the_promises_of_a_journal() {
    for failure in [Failure::Before, Failure::After] {
        conformance::journal(&Memory { failure, media: Mutex::default() });
    }
}

#[test]
fn the_memory_journal_fails_the_commit_it_was_told_to_fail() {
    use crate::entry;
    use brainswap::ports::{Journal, Seq};

    for (failure, kept) in [(Failure::Before, 2), (Failure::After, 3)] {
        let medium = MemoryMedium::new();
        let journal = medium.create().unwrap();
        medium.fail_commit(3, failure);
        assert_eq!(journal.commit(&[entry(1, b"one")]), Ok(Seq::new(1)));
        assert_eq!(journal.commit(&[entry(2, b"two")]), Ok(Seq::new(2)));
        assert_eq!(journal.commit(&[entry(3, b"three")]).unwrap_err().code(), "journal.io");
        assert_eq!(journal.commit(&[entry(4, b"four")]), Err(JournalError::Poisoned));
        assert_eq!((medium.commits().len(), medium.entries().len()), (kept, kept));
        drop(journal);
        assert_eq!(medium.open().unwrap().1, medium.entries());
    }
}
