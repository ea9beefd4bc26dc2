//! Rest: bytes at rest. A journal and a sealed key, as a disk may give them back.

#![expect(clippy::disallowed_methods, reason = "a file that nobody will miss is put in place")]

use brainswap::{
    HostId,
    adapters::{Binding, FileJournal, Machine},
    key::SealedKey,
    ports::{Entry, EntryKey, Journal as _},
};
use std::{fs, path::Path};
use tempfile::TempDir;

/// Whom the journals of the corpus belong to.
pub const BINDING: Binding =
    Binding { host: HostId::from_bytes([1; 32]), machine: Machine::UNKNOWN };

/// A file opens as a journal or is refused; one that opens takes a commit and keeps all it had.
pub fn journal_open(data: &[u8]) {
    let dir = temporary();
    fs::write(dir.path().join("journal"), data).expect("a temporary file can be written");
    let Ok((journal, mut entries)) = FileJournal::open(dir.path(), &BINDING) else {
        let kept = fs::read(dir.path().join("journal")).expect("a refused journal stays there");
        assert_eq!(kept, data, "a refused journal was changed");
        return;
    };
    let more = Entry { key: EntryKey::Host, value: b"more".to_vec() };
    journal.commit(std::slice::from_ref(&more)).expect("an open journal takes a commit");
    drop(journal);
    entries.retain(|entry| entry.key != EntryKey::Host);
    entries.insert(0, more);
    let (_journal, again) = FileJournal::open(dir.path(), &BINDING).expect("it opens again");
    assert_eq!(again, entries);
}

/// A sealed key that is read is written as the same bytes.
pub fn sealed_key_decode(data: &[u8]) {
    if let Ok(sealed) = SealedKey::from_bytes(data) {
        assert_eq!(sealed.to_bytes(), data, "one sealed key, one encoding");
    }
}

/// In memory where that is possible: no sync here has to reach a disk.
fn temporary() -> TempDir {
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    dir.expect("a temporary directory can be made")
}
