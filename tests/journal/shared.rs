//! Commits that overlap may share one sync; a lone commit costs exactly one.

use crate::{binding, entry, open, temp};
use brainswap::{
    adapters::{FileJournal, JournalOptions},
    ports::Journal,
};
use std::{
    fs,
    sync::{Barrier, Mutex},
    thread,
};

#[test]
fn a_lone_commit_is_one_sync_the_first_after_opening_too() {
    let dir = temp();
    drop(FileJournal::create(dir.path(), &binding()).unwrap());
    let (journal, _) = FileJournal::open(dir.path(), &binding()).unwrap();
    for number in 1..=100 {
        journal.commit(&[entry(1, &[number])]).unwrap();
        assert_eq!(journal.syncs(), u64::from(number));
    }
}

#[test]
fn many_callers_at_once_take_far_fewer_syncs_than_commits() {
    let dir = temp();
    let journal = FileJournal::create(dir.path(), &binding()).unwrap();
    let start = Barrier::new(32);
    thread::scope(|scope| {
        for thread in 0..32 {
            let (journal, start) = (&journal, &start);
            scope.spawn(move || {
                start.wait();
                for number in 0..50 {
                    journal.commit(&[entry(thread, &[number])]).unwrap();
                }
            });
        }
    });
    assert!(journal.syncs() <= 32 * 50 / 2, "{} syncs", journal.syncs());
    drop(journal);
    let wanted: Vec<_> = (0..32).map(|thread| entry(thread, &[49])).collect();
    assert_eq!(open(dir.path()), Ok(wanted));
}

#[test]
fn the_file_stays_small_however_often_a_value_is_replaced() {
    let dir = temp();
    let options = JournalOptions { limit: 32 << 10, growth: 4_096, anchor: None };
    let journal = FileJournal::create_with(dir.path(), &binding(), &options).unwrap();
    let kept = entry(9, &[9; 5_000]);
    journal.commit(std::slice::from_ref(&kept)).unwrap();
    let longest = Mutex::new(0);
    thread::scope(|scope| {
        for thread in 0..4 {
            let (journal, longest, dir) = (&journal, &longest, dir.path());
            scope.spawn(move || {
                for number in 0..200 {
                    journal.commit(&[entry(thread, &[number; 600])]).unwrap();
                    let length = fs::metadata(dir.join("journal")).unwrap().len();
                    let mut longest = longest.lock().unwrap();
                    *longest = length.max(*longest);
                }
            });
        }
    });
    assert!(longest.into_inner().unwrap() <= 40 << 10);
    let seq = journal.commit(&[entry(4, b"last")]).unwrap();
    assert_eq!(seq.get(), 802);
    drop(journal);
    let mut wanted: Vec<_> = (0..4).map(|thread| entry(thread, &[199; 600])).collect();
    wanted.extend([entry(4, b"last"), kept]);
    assert_eq!(open(dir.path()), Ok(wanted));
}
