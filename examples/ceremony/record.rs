//! Record: what a key has approved, kept for ever, so that it never approves what conflicts (AP1).

use super::{cli::Report, failure::Failure};
use brainswap::{
    HostId, IdentityId, PublicKey,
    adapters::{Binding, FileJournal, Machine},
    approver::Memory,
    ports::{Entry, EntryKey, Journal as _, JournalError},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// A key's record, open.
pub struct Record {
    journal: FileJournal,
    entries: Vec<Entry>,
}

/// `ceremony record`.
pub fn create(dir: &Path, key: PublicKey) -> Result<Report, Failure> {
    FileJournal::create(dir, &binding(key)).map_err(failed)?;
    let text = format!(
        "{} keeps what {key} approves\nkeep it with the key; without it the key approves no \
         fence and no amendment",
        dir.display()
    );
    Ok(Report { text, json: json!({ "record": dir, "key": key }) })
}

impl Record {
    /// Opens the record of a key on this machine.
    pub fn open(dir: &Path, key: PublicKey) -> Result<Self, Failure> {
        let (journal, entries) = FileJournal::open(dir, &binding(key)).map_err(failed)?;
        Ok(Self { journal, entries })
    }

    /// What is known of an identity; nothing if the key never approved anything about it.
    pub fn memory(&self, identity: IdentityId) -> Result<Memory, Failure> {
        let wanted = EntryKey::Approver(identity);
        match self.entries.iter().find(|entry| entry.key == wanted) {
            None => Ok(Memory::default()),
            Some(entry) => serde_json::from_slice(&entry.value).map_err(|_| {
                let advice = "use the version of this program that wrote it";
                Failure::new("record.unreadable", "the record cannot be read", advice)
            }),
        }
    }

    /// Makes what is known durable, before any signature leaves (R3).
    pub fn keep(&self, identity: IdentityId, memory: &Memory) -> Result<(), Failure> {
        let value = serde_json::to_vec(memory).map_err(|error| {
            Failure::new("record.unwritable", error, "nothing was signed; report this")
        })?;
        let entry = Entry { key: EntryKey::Approver(identity), value };
        self.journal.commit(&[entry]).map(|_| ()).map_err(failed)
    }
}

/// A record belongs to one key and to the machine that it was made on.
fn binding(key: PublicKey) -> Binding {
    let host = HostId::from_bytes(Sha256::digest(key.to_string()).into());
    Binding { host, machine: Machine::this() }
}

fn failed(error: JournalError) -> Failure {
    Failure::new(error.code(), &error, error.advice())
}
