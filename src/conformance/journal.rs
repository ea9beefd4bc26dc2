//! Journal suite: the numbered promises of [`Journal`], one function each.

use crate::{
    IdentityId, Lane, OrderId,
    ports::{Entry, EntryKey, Journal, JournalError, Seq},
};
use alloc::{vec, vec::Vec};
use std::{collections::BTreeMap, sync::Mutex, thread};

const THREADS: u8 = 8;
const COMMITS: u8 = 100;

/// Makes the journals that the [suite](journal()) tries.
pub trait JournalMaker {
    /// What is tried.
    type Journal: Journal;

    /// Creates a journal at this place. Different numbers are different places, empty at first.
    ///
    /// # Errors
    ///
    /// As the journal's own.
    fn create(&self, place: u32) -> Result<Self::Journal, JournalError>;

    /// Opens the journal at this place, after the one before was dropped. Also gives what it
    /// holds, in the order of the keys.
    ///
    /// # Errors
    ///
    /// As the journal's own.
    fn open(&self, place: u32) -> Result<(Self::Journal, Vec<Entry>), JournalError>;

    /// Lets the next commit at this place fail; `false` if this maker has no means to.
    fn fail_next_commit(&self, place: u32) -> bool {
        let _unused = place;
        false
    }
}

/// Tries every promise of [`Journal`] that can be tried without cutting the power.
///
/// That a completed commit survives a power cut, the implementor shows by itself: here, only that
/// it survives the end of its journal.
///
/// # Panics
///
/// If a promise is not kept; the message begins with `promise` and its number.
pub fn journal(maker: &impl JournalMaker) {
    promise_1_what_was_committed_is_there_after_opening_again(maker, 1);
    promise_1_a_commit_is_there_whole(maker, 2);
    promise_2_after_a_failure_nothing_is_done(maker, 3);
    promise_3_a_later_commit_has_the_next_number(maker, 4);
    promise_3_overlapping_commits_are_all_kept(maker, 5);
    promise_3_a_lone_commit_is_synced(maker, 6);
    promise_4_a_commit_can_be_read_back(maker, 7);
    promise_5_opening_gives_the_last_value_of_each_key(maker, 8);
    promise_5_an_absent_journal_is_not_an_empty_one(maker, 9);
    promise_6_an_open_journal_cannot_be_opened(maker, 10);
}

fn promise_1_what_was_committed_is_there_after_opening_again(
    maker: &impl JournalMaker,
    place: u32,
) {
    let journal = ok(maker.create(place), "promise 1: create");
    let mut wanted = Vec::new();
    for number in 1..=20 {
        let entry = record(number, b"kept");
        ok(journal.commit(core::slice::from_ref(&entry)), "promise 1: commit");
        wanted.push(entry);
        if number == 10 {
            ok(journal.commit(&[]), "promise 1: a commit of nothing");
        }
    }
    drop(journal);
    for _ in 0..2 {
        let (_journal, entries) = ok(maker.open(place), "promise 1: open");
        assert!(entries == wanted, "promise 1: opened with {entries:?}, committed {wanted:?}");
    }
}

fn promise_1_a_commit_is_there_whole(maker: &impl JournalMaker, place: u32) {
    let journal = ok(maker.create(place), "promise 1: create");
    let id = IdentityId::from_bytes([7; 32]);
    let wanted = [
        entry(EntryKey::Host, b"session"),
        entry(EntryKey::Identity(id), &vec![7; 100_000]),
        entry(EntryKey::Mark(id, Lane::new(0)), b"mark"),
        entry(EntryKey::Mark(id, Lane::new(255)), b"mark of the last lane"),
        entry(EntryKey::Order(OrderId::from_bytes([7; 32])), b"{}"),
        entry(EntryKey::Key(id), b"sealed"),
        entry(EntryKey::Witness(id), &[0]),
        entry(EntryKey::Approver(id), &[0; 600]),
    ];
    ok(journal.commit(&wanted), "promise 1: commit");
    drop(journal);
    let (_journal, entries) = ok(maker.open(place), "promise 1: open");
    assert!(entries == wanted, "promise 1: a commit of all kinds of key came back as {entries:?}");
}

fn promise_2_after_a_failure_nothing_is_done(maker: &impl JournalMaker, place: u32) {
    let journal = ok(maker.create(place), "promise 2: create");
    let first = ok(journal.commit(&[record(1, b"kept")]), "promise 2: commit");
    if !maker.fail_next_commit(place) {
        return;
    }
    let failed = journal.commit(&[record(2, b"unknown")]);
    let error = failed.expect_err("promise 2: the commit was to fail");
    assert!(!error.is_refusal(), "promise 2: {error:?} says that nothing changed");
    let poisoned = JournalError::Poisoned;
    assert_eq!(journal.commit(&[record(3, b"no")]), Err(poisoned.clone()), "promise 2: commit");
    assert_eq!(journal.reread(first), Err(poisoned), "promise 2: reread");
    drop(journal);
    let (journal, entries) = ok(maker.open(place), "promise 2: open");
    let absent = [record(1, b"kept")];
    let there = [record(1, b"kept"), record(2, b"unknown")];
    assert!(entries == absent || entries == there, "promise 2: opened with {entries:?}");
    ok(journal.commit(&[record(4, b"yes")]), "promise 2: commit after opening again");
}

fn promise_3_a_later_commit_has_the_next_number(maker: &impl JournalMaker, place: u32) {
    let mut journal = ok(maker.create(place), "promise 3: create");
    for number in 1..=10 {
        let seq = ok(journal.commit(&[record(1, b"again")]), "promise 3: commit");
        assert_eq!(seq, Seq::new(number), "promise 3: commits are numbered from 1, without gaps");
        if number == 5 {
            drop(journal);
            journal = ok(maker.open(place), "promise 3: open").0;
        }
    }
}

fn promise_3_overlapping_commits_are_all_kept(maker: &impl JournalMaker, place: u32) {
    let journal = ok(maker.create(place), "promise 3: create");
    let commits = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (journal, commits) = (&journal, &commits);
            scope.spawn(move || {
                let mut before = Seq::new(0);
                for number in 1..=COMMITS {
                    let entries = [record(thread, &[number]), record(THREADS, &[thread, number])];
                    let seq = ok(journal.commit(&entries), "promise 3: commit");
                    assert!(seq > before, "promise 3: {seq:?} began after {before:?} returned");
                    before = seq;
                    let read = ok(journal.reread(seq), "promise 4: reread");
                    assert!(read == entries, "promise 4: {seq:?} was read back as {read:?}");
                    let other = commits.lock().expect("no thread panicked").insert(seq, entries);
                    assert!(other.is_none(), "promise 3: two commits have the number {seq:?}");
                }
            });
        }
    });
    let commits = commits.into_inner().expect("no thread panicked");
    let total = u64::from(THREADS) * u64::from(COMMITS);
    let numbers = commits.keys().map(|seq| seq.get());
    assert!(numbers.eq(1..=total), "promise 3: {total} commits are numbered from 1, without gaps");
    assert!(journal.syncs() > 0, "promise 3: {total} commits returned without a sync");
    drop(journal);
    let last = commits.last_key_value().map(|(_, [_, shared])| shared.clone());
    let wanted = (0..THREADS).map(|thread| record(thread, &[COMMITS])).chain(last);
    let (_journal, entries) = ok(maker.open(place), "promise 3: open");
    assert!(entries.iter().cloned().eq(wanted), "promise 3: opened with {entries:?}");
}

fn promise_3_a_lone_commit_is_synced(maker: &impl JournalMaker, place: u32) {
    let journal = ok(maker.create(place), "promise 3: create");
    for number in 0..10 {
        let before = journal.syncs();
        ok(journal.commit(&[record(1, &[number])]), "promise 3: commit");
        assert!(journal.syncs() > before, "promise 3: a lone commit returned without a sync");
    }
}

fn promise_4_a_commit_can_be_read_back(maker: &impl JournalMaker, place: u32) {
    let journal = ok(maker.create(place), "promise 4: create");
    let mut commits = Vec::new();
    for number in 0..20 {
        let entries = [record(1, &vec![number; 300 * usize::from(number)]), record(2, b"")];
        let seq = ok(journal.commit(&entries), "promise 4: commit");
        commits.push((seq, entries));
        for (seq, entries) in &commits {
            let read = ok(journal.reread(*seq), "promise 4: reread");
            assert!(read == entries, "promise 4: {seq:?} was read back as {read:?}");
        }
    }
    for never in [0, 21, u64::MAX] {
        let wanted = Err(JournalError::Unreadable { seq: never });
        assert_eq!(journal.reread(Seq::new(never)), wanted, "promise 4: never committed");
    }
}

fn promise_5_opening_gives_the_last_value_of_each_key(maker: &impl JournalMaker, place: u32) {
    let journal = ok(maker.create(place), "promise 5: create");
    let commits = [
        vec![record(3, b"first"), record(1, b"first"), record(2, b"first")],
        vec![record(2, b"")],
        vec![record(1, b"second"), record(4, b"never seen"), record(4, b"last")],
        vec![record(5, b"removed"), record(5, b""), record(9, b"")],
    ];
    for commit in commits {
        ok(journal.commit(&commit), "promise 5: commit");
    }
    drop(journal);
    let (_journal, entries) = ok(maker.open(place), "promise 5: open");
    let wanted = [record(1, b"second"), record(3, b"first"), record(4, b"last")];
    assert!(entries == wanted, "promise 5: opened with {entries:?}, last were {wanted:?}");
}

fn promise_5_an_absent_journal_is_not_an_empty_one(maker: &impl JournalMaker, place: u32) {
    let refused = code(maker.open(place));
    assert_eq!(refused, Some("journal.missing"), "promise 5: opening where nothing is");
    drop(ok(maker.create(place), "promise 5: create"));
    assert_eq!(code(maker.create(place)), Some("journal.exists"), "promise 5: creating twice");
    let (_journal, entries) = ok(maker.open(place), "promise 5: open");
    assert!(entries.is_empty(), "promise 5: a new journal holds {entries:?}");
}

fn promise_6_an_open_journal_cannot_be_opened(maker: &impl JournalMaker, place: u32) {
    let journal = ok(maker.create(place), "promise 6: create");
    assert_eq!(code(maker.open(place)), Some("journal.locked"), "promise 6: after create");
    drop(journal);
    let (journal, _) = ok(maker.open(place), "promise 6: open after the first was dropped");
    assert_eq!(code(maker.open(place)), Some("journal.locked"), "promise 6: after open");
    ok(journal.commit(&[record(1, b"still works")]), "promise 6: commit");
}

fn record(number: u8, value: &[u8]) -> Entry {
    entry(EntryKey::Identity(IdentityId::from_bytes([number; 32])), value)
}

fn entry(key: EntryKey, value: &[u8]) -> Entry {
    Entry { key, value: value.to_vec() }
}

fn ok<T>(result: Result<T, JournalError>, promise: &str) -> T {
    result.unwrap_or_else(|error| panic!("{promise}: {error}"))
}

fn code<T>(result: Result<T, JournalError>) -> Option<&'static str> {
    result.err().map(|error| error.code())
}
