//! Place: a host's real disk. A directory for its journal, one elsewhere for the anchor.

use crate::fixture::Machine;
use brainswap::{
    Host,
    adapters::{Binding, FileJournal, JournalOptions, Machine as Fingerprint},
    handover::Policy,
    key::HostKey,
    ports::Journal,
};
use std::{fs, path::PathBuf, sync::Arc};
use tempfile::TempDir;

/// A host's machine with its disk.
pub(crate) struct Place {
    pub(crate) key: Arc<HostKey>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) options: JournalOptions,
    pub(crate) policy: Policy,
    directory: TempDir,
    elsewhere: TempDir,
}

impl Place {
    pub(crate) fn of(machine: &Machine) -> Self {
        Self {
            key: machine.key.clone(),
            fingerprint: fingerprint(),
            options: JournalOptions { growth: 1_024, ..JournalOptions::default() },
            policy: Policy::Disk,
            directory: tempfile::tempdir().expect("a directory"),
            elsewhere: tempfile::tempdir().expect("a directory"),
        }
    }

    /// With an anchor on what stands for another medium.
    pub(crate) fn anchored(machine: &Machine) -> Self {
        let mut place = Self::of(machine);
        place.options.anchor = Some(place.elsewhere.path().join("anchor"));
        place
    }

    /// Another machine that was set up from an image of this one, host key and all.
    pub(crate) fn booted_from_image(&self) -> Self {
        let copy = Self {
            key: self.key.clone(),
            fingerprint: self.fingerprint,
            options: JournalOptions { anchor: None, ..self.options.clone() },
            policy: self.policy,
            directory: tempfile::tempdir().expect("a directory"),
            elsewhere: tempfile::tempdir().expect("a directory"),
        };
        copy.put_back(&self.snapshot());
        copy
    }

    fn binding(&self) -> Binding {
        Binding { host: self.key.host_id(), machine: self.fingerprint }
    }

    /// What a second process needs to open the journal: the host, then the directory.
    #[allow(dead_code, reason = "`tests/second_process` uses it")]
    pub(crate) fn to_text(&self) -> String {
        format!("{} {}", self.key.host_id(), self.directory.path().display())
    }

    /// Opens the journal of a place from its text, with the host's name alone.
    #[allow(dead_code, reason = "`tests/second_process` uses it")]
    pub(crate) fn open_journal_of(text: &str) -> Result<FileJournal, &'static str> {
        let (host, directory) = text.split_once(' ').expect("a host and a directory");
        let binding = Binding { host: host.parse().expect("a host"), machine: fingerprint() };
        FileJournal::open(directory, &binding).map(|(journal, _)| journal).map_err(|e| e.code())
    }

    /// Where the journal's file is.
    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("journal")
    }

    pub(crate) fn snapshot(&self) -> Vec<u8> {
        fs::read(self.file()).expect("a journal")
    }

    pub(crate) fn put_back(&self, bytes: &[u8]) {
        fs::write(self.file(), bytes).expect("written");
    }

    pub(crate) fn create(&self) -> Result<Host, &'static str> {
        let journal =
            FileJournal::create_with(self.directory.path(), &self.binding(), &self.options);
        let journal = Box::new(journal.map_err(|error| error.code())?);
        Host::create(journal, Box::new(self.key.clone())).map_err(|error| error.code())
    }

    pub(crate) fn open(&self) -> Result<Host, &'static str> {
        self.open_over(|journal| Box::new(journal))
    }

    /// Starts the host over its journal, with something between the two.
    pub(crate) fn open_over(
        &self,
        over: impl FnOnce(FileJournal) -> Box<dyn Journal>,
    ) -> Result<Host, &'static str> {
        let opened = FileJournal::open_with(self.directory.path(), &self.binding(), &self.options);
        let (journal, entries) = opened.map_err(|error| error.code())?;
        let host = Host::open(over(journal), entries, Box::new(self.key.clone()), self.policy);
        host.map_err(|error| error.code())
    }
}

fn fingerprint() -> Fingerprint {
    Fingerprint::from_texts(Some("0123456789abcdef"), None)
}
