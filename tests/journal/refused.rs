//! R5, R10: `create` and `open` are different acts, and a journal opens for its host, on its
//! machine, once.

use crate::{SMALL, binding, entry, file, open, temp, three_commits};
use brainswap::{
    HostId,
    adapters::{Binding, FileJournal, Machine},
    ports::{Journal, JournalError},
};
use std::{borrow::Cow, fs, path::Path};

fn place(path: &Path) -> Cow<'static, str> {
    path.display().to_string().into()
}

#[test]
fn opening_where_nothing_is_is_refused_and_leaves_nothing_there() {
    let dir = temp();
    let absent = dir.path().join("absent");
    assert_eq!(open(&absent), Err(JournalError::Missing { place: place(&absent) }));
    assert!(!absent.exists());
    assert_eq!(open(dir.path()), Err(JournalError::Missing { place: place(dir.path()) }));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn creating_where_a_journal_is_is_refused_in_whatever_state_it_is() {
    let dir = temp();
    let exists = JournalError::Exists { place: place(dir.path()) };
    three_commits(dir.path());
    assert_eq!(FileJournal::create(dir.path(), &binding()).unwrap_err(), exists);
    assert_eq!(open(dir.path()).unwrap().len(), 3);
    for content in [b"".as_slice(), b"something else"] {
        fs::write(file(dir.path()), content).unwrap();
        assert_eq!(FileJournal::create(dir.path(), &binding()).unwrap_err(), exists);
        assert_eq!(fs::read(file(dir.path())).unwrap(), content);
    }
}

#[test]
fn what_an_interrupted_creation_left_is_no_journal_and_is_in_nobodys_way() {
    let dir = temp();
    fs::write(dir.path().join("journal.new"), b"half").unwrap();
    assert_eq!(open(dir.path()).unwrap_err().code(), "journal.missing");
    three_commits(dir.path());
    assert_eq!(open(dir.path()).unwrap().len(), 3);
}

#[test]
fn what_an_interrupted_rewriting_left_is_removed() {
    let dir = temp();
    three_commits(dir.path());
    fs::write(dir.path().join("journal.new"), b"half").unwrap();
    assert_eq!(open(dir.path()).unwrap().len(), 3);
    assert!(!dir.path().join("journal.new").exists());
}

#[test]
fn an_empty_file_is_not_an_empty_journal() {
    let dir = temp();
    fs::write(file(dir.path()), b"").unwrap();
    assert_eq!(open(dir.path()), Err(JournalError::Truncated { got: 0, wanted: 1_024 }));
}

#[test]
fn another_file_is_not_a_journal() {
    let dir = temp();
    for content in [b"hello".to_vec(), vec![0; 4_096], vec![0xFF; 4_096]] {
        fs::write(file(dir.path()), content).unwrap();
        assert_eq!(open(dir.path()), Err(JournalError::NotAJournal { got: 0, wanted: 1 }));
    }
}

#[test]
fn a_journal_of_another_version_is_not_read() {
    let dir = temp();
    three_commits(dir.path());
    let mut bytes = fs::read(file(dir.path())).unwrap();
    bytes[8] = 2;
    fs::write(file(dir.path()), bytes).unwrap();
    assert_eq!(open(dir.path()), Err(JournalError::NotAJournal { got: 2, wanted: 1 }));
}

#[test]
fn the_journal_of_another_host_is_refused() {
    let dir = temp();
    three_commits(dir.path());
    let other = Binding { host: HostId::from_bytes([2; 32]), ..binding() };
    let refused = FileJournal::open(dir.path(), &other).unwrap_err();
    let wanted = JournalError::ForeignHost { journal: "01010101".into(), here: "02020202".into() };
    assert_eq!(refused, wanted);
}

#[test]
fn a_journal_from_another_machine_is_refused() {
    let dir = temp();
    three_commits(dir.path());
    for machine in [Machine::from_texts(Some("fedcba9876543210"), None), Machine::UNKNOWN] {
        let refused = FileJournal::open(dir.path(), &Binding { machine, ..binding() });
        let journal = binding().machine.short().into();
        let wanted = JournalError::ForeignMachine { journal, here: machine.short().into() };
        assert_eq!(refused.unwrap_err(), wanted);
    }
}

#[test]
fn a_journal_that_is_open_cannot_be_opened_or_created_again() {
    let dir = temp();
    let journal = FileJournal::create_with(dir.path(), &binding(), &SMALL).unwrap();
    let locked = JournalError::Locked { place: place(dir.path()) };
    assert_eq!(open(dir.path()).unwrap_err(), locked);
    assert_eq!(FileJournal::create(dir.path(), &binding()).unwrap_err(), locked);
    journal.commit(&[entry(1, b"one")]).unwrap();
    drop(journal);
    assert_eq!(open(dir.path()), Ok(vec![entry(1, b"one")]));
}

#[test]
fn a_commit_that_is_too_large_is_refused_and_changes_nothing() {
    let dir = temp();
    let journal = FileJournal::create(dir.path(), &binding()).unwrap();
    let most = 64 << 20;
    let fits = entry(1, &vec![1; most - 4 - 38]);
    let too_large = entry(1, &vec![1; most - 4 - 38 + 1]);
    let refused = journal.commit(&[too_large]).unwrap_err();
    assert_eq!(refused, JournalError::TooLarge { got: most + 1, most });
    assert!(refused.is_refusal());
    let seq = journal.commit(std::slice::from_ref(&fits)).unwrap();
    assert_eq!((seq.get(), journal.reread(seq)), (1, Ok(vec![fits.clone()])));
    drop(journal);
    assert_eq!(open(dir.path()), Ok(vec![fits]));
}
