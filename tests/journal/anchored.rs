//! R10: an older state of itself refuses to start, as far as it can be detected.

use crate::{SMALL, binding, entry, file, temp};
use brainswap::{
    adapters::{AnchorState, FileJournal, JournalOptions},
    ports::{Entry, Journal, JournalError},
};
use std::{fs, path::Path};

fn options(anchor: &Path) -> JournalOptions {
    JournalOptions { anchor: Some(anchor.to_path_buf()), ..SMALL }
}

fn commit(dir: &Path, anchor: &Path, number: u8) {
    let (journal, _) = FileJournal::open_with(dir, &binding(), &options(anchor)).unwrap();
    journal.commit(&[entry(number, b"value")]).unwrap();
}

fn open(dir: &Path, anchor: &Path) -> Result<(AnchorState, Vec<Entry>), JournalError> {
    let (journal, entries) = FileJournal::open_with(dir, &binding(), &options(anchor))?;
    Ok((journal.anchor_state(), entries))
}

fn code(dir: &Path, anchor: &Path) -> &'static str {
    open(dir, anchor).unwrap_err().code()
}

#[test]
fn an_older_copy_is_refused_as_long_as_it_is_older() {
    let (dir, other) = (temp(), temp());
    let anchor = other.path().join("anchor");
    drop(FileJournal::create_with(dir.path(), &binding(), &options(&anchor)).unwrap());
    commit(dir.path(), &anchor, 1);
    let copy = fs::read(file(dir.path())).unwrap();
    commit(dir.path(), &anchor, 2);
    commit(dir.path(), &anchor, 3);
    let newest = fs::read(file(dir.path())).unwrap();
    fs::write(file(dir.path()), &copy).unwrap();
    for _ in 0..2 {
        let refused = open(dir.path(), &anchor).unwrap_err();
        assert_eq!(refused, JournalError::Older { found: 1, known: 3 });
        assert_eq!(fs::read(file(dir.path())).unwrap(), copy);
    }
    fs::write(file(dir.path()), newest).unwrap();
    let (state, entries) = open(dir.path(), &anchor).unwrap();
    assert_eq!((state, entries.len()), (AnchorState::Agrees, 3));
}

#[test]
fn a_lost_last_commit_is_found_out_even_where_it_looks_torn() {
    let (dir, other) = (temp(), temp());
    let anchor = other.path().join("anchor");
    drop(FileJournal::create_with(dir.path(), &binding(), &options(&anchor)).unwrap());
    commit(dir.path(), &anchor, 1);
    commit(dir.path(), &anchor, 2);
    let mut bytes = fs::read(file(dir.path())).unwrap();
    bytes[1_024..1_536].fill(0);
    fs::write(file(dir.path()), bytes).unwrap();
    assert_eq!(code(dir.path(), &anchor), "journal.older");
}

#[test]
fn a_missing_or_damaged_anchor_is_reported_and_made_again() {
    let (dir, other) = (temp(), temp());
    let anchor = other.path().join("anchor");
    let journal = FileJournal::create_with(dir.path(), &binding(), &options(&anchor)).unwrap();
    assert_eq!(journal.anchor_state(), AnchorState::Missing);
    drop(journal);
    commit(dir.path(), &anchor, 1);
    assert_eq!(open(dir.path(), &anchor).unwrap().0, AnchorState::Agrees);

    fs::remove_file(&anchor).unwrap();
    assert_eq!(open(dir.path(), &anchor).unwrap().0, AnchorState::Missing);
    assert_eq!(open(dir.path(), &anchor).unwrap().0, AnchorState::Agrees);

    let whole = fs::read(&anchor).unwrap();
    assert_eq!(whole.len(), 32);
    for byte in 0..32 {
        let mut bytes = whole.clone();
        bytes[byte] ^= 1;
        fs::write(&anchor, bytes).unwrap();
        assert_eq!(open(dir.path(), &anchor).unwrap().0, AnchorState::Unreadable);
        assert_eq!(fs::read(&anchor).unwrap(), whole);
    }
    for length in 0..32 {
        fs::write(&anchor, &whole[..length]).unwrap();
        assert_eq!(open(dir.path(), &anchor).unwrap().0, AnchorState::Unreadable);
    }
}

#[test]
fn an_anchor_that_cannot_be_written_is_reported() {
    let (dir, other) = (temp(), temp());
    let nowhere = other.path().join("absent").join("anchor");
    let journal = FileJournal::create_with(dir.path(), &binding(), &options(&nowhere)).unwrap();
    assert_eq!(journal.anchor_state(), AnchorState::Unwritable);
    journal.commit(&[entry(1, b"value")]).unwrap();
    drop(journal);
    let (journal, _) = FileJournal::open_with(dir.path(), &binding(), &SMALL).unwrap();
    assert_eq!(journal.anchor_state(), AnchorState::Off);
}

#[test]
fn the_anchor_of_another_journal_is_reported_and_left_as_it_was() {
    let (one, two, other) = (temp(), temp(), temp());
    let (anchor, second) = (other.path().join("one"), other.path().join("two"));
    drop(FileJournal::create_with(one.path(), &binding(), &options(&anchor)).unwrap());
    drop(FileJournal::create_with(two.path(), &binding(), &options(&second)).unwrap());
    commit(one.path(), &anchor, 1);
    let before = fs::read(&anchor).unwrap();
    commit(two.path(), &anchor, 1);
    assert_eq!(open(two.path(), &anchor).unwrap().0, AnchorState::Foreign);
    assert_eq!(fs::read(&anchor).unwrap(), before);
}

#[test]
fn no_journal_is_created_where_an_anchor_tells_of_one() {
    let (dir, other) = (temp(), temp());
    let anchor = other.path().join("anchor");
    drop(FileJournal::create_with(dir.path(), &binding(), &options(&anchor)).unwrap());
    fs::remove_file(file(dir.path())).unwrap();
    let refused = FileJournal::create_with(dir.path(), &binding(), &options(&anchor)).unwrap_err();
    assert_eq!(refused, JournalError::Exists { place: anchor.display().to_string().into() });
    assert!(!file(dir.path()).exists());
}
