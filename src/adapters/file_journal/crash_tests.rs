//! R3: after `commit` returned, its entries survive a power cut at any later point, all of them;
//! a commit that did not return is there whole, or not at all.

use super::{
    Anchor, AskAnchor, Binding, FileJournal, JournalOptions,
    simulated_disk::{Loss, SimulatedDisk},
};
use crate::{
    HostId, IdentityId,
    adapters::Machine,
    conformance,
    ports::{Entry, EntryKey, Journal, JournalError, Seq},
};
use alloc::{boxed::Box, collections::BTreeMap, vec, vec::Vec};
use std::sync::{Mutex, OnceLock};

const BINDING: Binding = Binding { host: HostId::from_bytes([1; 32]), machine: Machine::UNKNOWN };
/// The file grows sector by sector, and is rewritten often.
const SMALL: JournalOptions = JournalOptions { limit: 6_144, growth: 2_048, anchor: None };

const LOSSES: u64 = 12;

fn losses() -> impl Iterator<Item = Loss> {
    [Loss::All, Loss::Nothing].into_iter().chain((0..LOSSES).map(Loss::Some))
}

fn with_anchor<T>(
    disk: &SimulatedDisk,
    act: impl FnOnce(Box<SimulatedDisk>, &AskAnchor<'_>) -> T,
) -> T {
    act(Box::new(disk.clone()), &|creation, last| {
        let (file, was_there) = disk.lone_file("anchor");
        Anchor::ask(file, was_there, creation, last)
    })
}

fn create(disk: &SimulatedDisk) -> Result<FileJournal, JournalError> {
    create_with(disk, &SMALL)
}

fn create_with(
    disk: &SimulatedDisk,
    options: &JournalOptions,
) -> Result<FileJournal, JournalError> {
    with_anchor(disk, |disk, anchor| {
        FileJournal::create_on(disk, "simulated".into(), &BINDING, options, anchor)
    })
}

fn open(disk: &SimulatedDisk) -> Result<(FileJournal, Vec<Entry>), JournalError> {
    open_with(disk, &SMALL)
}

fn open_with(
    disk: &SimulatedDisk,
    options: &JournalOptions,
) -> Result<(FileJournal, Vec<Entry>), JournalError> {
    with_anchor(disk, |disk, anchor| {
        FileJournal::open_on(disk, "simulated".into(), &BINDING, options, anchor)
    })
}

fn entry(id: u8, value: Vec<u8>) -> Entry {
    Entry { key: EntryKey::Identity(IdentityId::from_bytes([id; 32])), value }
}

/// The commits of the scenario: batches of one to three, from nothing to four sectors each.
fn batches() -> Vec<Vec<Vec<Entry>>> {
    let mut number = 0;
    let mut commit = |length: usize| {
        number += 1;
        vec![entry(number % 4, vec![number; length]), entry(9, vec![number])]
    };
    let lengths = [3, 480, 500, 1_400, 0, 40];
    let lone = |round: usize| vec![lengths[round % lengths.len()]];
    let several = |round: usize| vec![60, lengths[round % lengths.len()], 900];
    (0..22)
        .map(|round| if round % 3 == 1 { several(round) } else { lone(round) })
        .map(|lengths| lengths.into_iter().map(&mut commit).collect())
        .collect()
}

/// What the host knows when the power goes.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    is_created: bool,
    /// How many commits returned,
    acknowledged: usize,
    /// and how many were begun.
    begun: usize,
}

/// Runs the scenario until something fails, or to its end.
fn run(disk: &SimulatedDisk) -> Known {
    let mut known = Known::default();
    let Ok(journal) = create(disk) else { return known };
    known.is_created = true;
    let write = |frame: &mut _, first| journal.write(frame, first);
    for batch in batches() {
        known.begun += batch.len();
        let tickets: Vec<_> =
            batch.iter().map(|commit| journal.queue.enqueue(commit, &write).unwrap()).collect();
        for (ticket, commit) in tickets.into_iter().zip(&batch) {
            let Ok(seq) = journal.queue.finish(ticket, &write) else { return known };
            known.acknowledged += 1;
            assert_eq!(seq, Seq::new(known.acknowledged as u64));
            assert_eq!(journal.reread(seq).as_ref(), Ok(commit));
        }
    }
    known
}

/// What a journal holds after the first so many commits of the scenario.
fn states() -> &'static [Vec<Entry>] {
    static STATES: OnceLock<Vec<Vec<Entry>>> = OnceLock::new();
    STATES.get_or_init(make_states)
}

fn make_states() -> Vec<Vec<Entry>> {
    let mut live = BTreeMap::new();
    let mut states = vec![vec![]];
    for entry in batches().into_iter().flatten().flat_map(|commit| {
        let [first, second] = <[Entry; 2]>::try_from(commit).unwrap();
        [Some(first), Some(second), None]
    }) {
        match entry {
            Some(entry) if entry.value.is_empty() => drop(live.remove(&entry.key)),
            Some(entry) => drop(live.insert(entry.key, entry.value)),
            None => states.push(
                live.iter().map(|(key, value)| Entry { key: *key, value: value.clone() }).collect(),
            ),
        }
    }
    states
}

/// Opens after a cut, and says how many commits are there; `None` if creating never returned.
fn commits_found(disk: &SimulatedDisk, known: Known, about: &str) -> Option<usize> {
    match open(disk) {
        Err(JournalError::Missing { .. }) if !known.is_created => None,
        Err(error) => panic!("{about}: {known:?}, but {error}"),
        Ok((_, entries)) => {
            let found = states().iter().position(|state| *state == entries);
            let found = found.unwrap_or_else(|| panic!("{about}: {known:?}, a commit is torn"));
            let may_be = known.acknowledged..=known.begun;
            assert!(may_be.contains(&found), "{about}: {known:?}, but {found} commits are there");
            Some(found)
        }
    }
}

#[test]
fn the_scenario_extends_and_rewrites_the_file() {
    let disk = SimulatedDisk::default();
    let known = run(&disk);
    assert_eq!(known.acknowledged, batches().iter().flatten().count());
    let (journal, entries) = open(&disk).unwrap();
    assert_eq!(Some(&entries), states().last());
    assert!(journal.writer.lock().unwrap().header.base > 0);
}

#[test]
fn an_acknowledged_commit_survives_a_power_cut_at_every_act() {
    let undisturbed = SimulatedDisk::default();
    run(&undisturbed);
    let acts = undisturbed.acts();
    assert!(acts > 100, "{acts}");
    for act in 1..=acts {
        let disk = SimulatedDisk::default();
        disk.stop_at(act);
        let known = run(&disk);
        for loss in losses() {
            let about = std::format!("cut at act {act}, {loss:?}");
            let disk = disk.after_power_cut(loss);
            let Some(found) = commits_found(&disk, known, &about) else { continue };
            // What an open gave stays, and the journal goes on behind it.
            let disk = disk.after_power_cut(Loss::All);
            let known = Known { acknowledged: found, begun: found, ..known };
            assert_eq!(commits_found(&disk, known, &about), Some(found));
            let (journal, _) = open(&disk).unwrap();
            let seq = journal.commit(&[entry(100, vec![1; 700])]);
            assert_eq!(seq, Ok(Seq::new(found as u64 + 1)), "{about}");
            let (_, entries) = open(&disk.after_power_cut(Loss::All)).unwrap();
            assert!(entries.contains(&entry(100, vec![1; 700])), "{about}");
        }
    }
}

#[test]
fn a_power_cut_while_opening_or_right_after_loses_nothing() {
    let undisturbed = SimulatedDisk::default();
    run(&undisturbed);
    for act in 1..=undisturbed.acts() {
        let disk = SimulatedDisk::default();
        disk.stop_at(act);
        let known = run(&disk);
        for loss in losses().take(6) {
            let disk = disk.after_power_cut(loss);
            for act_of_open in 1..=8 {
                let disk = disk.after_power_cut(Loss::Nothing);
                disk.stop_at(act_of_open);
                // With the first frame behind what was torn; it changes no entry.
                let opened = open(&disk).map(|(journal, _)| drop(journal.commit(&[]))).is_ok();
                for loss in losses().take(6) {
                    let about = std::format!("cut at {act}, then at {act_of_open} of opening");
                    let disk = disk.after_power_cut(loss);
                    let known = Known { is_created: known.is_created || opened, ..known };
                    commits_found(&disk, known, &about);
                }
            }
        }
    }
}

#[test]
fn what_a_dead_process_wrote_is_durable_once_the_journal_is_open_again() {
    let undisturbed = SimulatedDisk::default();
    run(&undisturbed);
    for act in 1..=undisturbed.acts() {
        let disk = SimulatedDisk::default();
        disk.stop_at(act);
        let known = run(&disk);
        let disk = disk.after_process_end();
        let about = std::format!("process ended at act {act}");
        let Some(found) = commits_found(&disk, known, &about) else { continue };
        let known = Known { is_created: true, acknowledged: found, begun: found };
        for loss in losses() {
            commits_found(&disk.after_power_cut(loss), known, &about);
        }
    }
}

#[test]
fn a_lone_commit_is_one_write_and_one_sync_and_the_anchor() {
    let disk = SimulatedDisk::default();
    let journal = create(&disk).unwrap();
    let (acts, syncs) = (disk.acts(), disk.syncs());
    journal.commit(&[entry(1, vec![1; 100])]).unwrap();
    assert_eq!((disk.acts() - acts, disk.syncs() - syncs, journal.syncs()), (3, 1, 1));
}

#[test]
fn commits_that_wait_together_share_one_sync() {
    let disk = SimulatedDisk::default();
    let journal = create(&disk).unwrap();
    let write = |frame: &mut _, first| journal.write(frame, first);
    let one = journal.queue.enqueue(&[entry(1, vec![1])], &write).unwrap();
    let two = journal.queue.enqueue(&[entry(2, vec![2])], &write).unwrap();
    assert_eq!(journal.queue.finish(two, &write), Ok(Seq::new(2)));
    assert_eq!(journal.queue.finish(one, &write), Ok(Seq::new(1)));
    assert_eq!(journal.syncs(), 1);
    assert_eq!(journal.reread(Seq::new(1)), Ok(vec![entry(1, vec![1])]));
    assert_eq!(journal.reread(Seq::new(2)), Ok(vec![entry(2, vec![2])]));
}

#[test]
fn a_commit_that_does_not_fit_beside_others_follows_in_its_own_frame() {
    let disk = SimulatedDisk::default();
    let journal = create(&disk).unwrap();
    let write = |frame: &mut _, first| journal.write(frame, first);
    let large = entry(1, vec![1; 40 << 20]);
    let one = journal.queue.enqueue(core::slice::from_ref(&large), &write).unwrap();
    let two = journal.queue.enqueue(core::slice::from_ref(&large), &write).unwrap();
    assert_eq!(journal.queue.finish(one, &write), Ok(Seq::new(1)));
    assert_eq!(journal.queue.finish(two, &write), Ok(Seq::new(2)));
    drop(journal);
    assert_eq!(open(&disk).unwrap().1, [large]);
}

#[test]
fn a_commit_can_be_read_back_after_the_file_was_rewritten_behind_it() {
    let journal = create(&SimulatedDisk::default()).unwrap();
    let mut rewrites = 0;
    let mut before = None;
    for number in 1..=100 {
        let base = journal.writer.lock().unwrap().header.base;
        let seq = journal.commit(&[entry(1, vec![number])]).unwrap();
        if journal.writer.lock().unwrap().header.base != base {
            rewrites += 1;
            assert_eq!(journal.reread(before.unwrap()), Ok(vec![entry(1, vec![number - 1])]));
        }
        before = Some(seq);
    }
    assert!(rewrites > 5);
}

#[test]
fn a_failed_write_or_sync_poisons_the_journal_until_it_is_opened_again() {
    for (act, action) in [(1, "writing the journal"), (2, "syncing the journal")] {
        let disk = SimulatedDisk::default();
        let journal = create(&disk).unwrap();
        let first = journal.commit(&[entry(1, vec![1])]).unwrap();
        disk.stop_at(act);
        let failed = journal.commit(&[entry(2, vec![2])]);
        assert_eq!(failed, Err(JournalError::Io { action, reason: "no power".into() }));
        let acts = disk.acts();
        assert_eq!(journal.commit(&[entry(3, vec![3])]), Err(JournalError::Poisoned));
        assert_eq!(journal.reread(first), Err(JournalError::Poisoned));
        assert_eq!(disk.acts(), acts, "a poisoned journal leaves the disk alone");
    }
}

#[test]
fn a_panic_while_writing_poisons_the_journal() {
    let journal = create(&SimulatedDisk::default()).unwrap();
    let write = |_: &mut _, _| panic!("while writing");
    let panicked = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        let ticket = journal.queue.enqueue(&[], &write)?;
        journal.queue.finish(ticket, &write)
    }));
    assert!(panicked.is_err());
    assert_eq!(journal.commit(&[]), Err(JournalError::Poisoned));
}

#[test]
fn a_commit_that_the_medium_lost_is_not_read_back_from_memory() {
    let disk = SimulatedDisk::default();
    let journal = create(&disk).unwrap();
    let seq = journal.commit(&[entry(1, vec![1])]).unwrap();
    disk.lose_durable("journal", 512..1_024);
    assert_eq!(journal.reread(seq), Err(JournalError::Unreadable { seq: 1 }));
}

/// Never rewritten, so that every commit stays where it can be read back.
const LARGE: JournalOptions = JournalOptions { limit: u64::MAX, ..SMALL };

/// The file journal on simulated disks.
struct Maker {
    act_that_fails: u64,
    disks: Mutex<BTreeMap<u32, SimulatedDisk>>,
}

impl Maker {
    fn at<T>(&self, place: u32, act: impl FnOnce(&mut SimulatedDisk) -> T) -> T {
        act(self.disks.lock().unwrap().entry(place).or_default())
    }
}

impl conformance::JournalMaker for Maker {
    type Journal = FileJournal;

    fn create(&self, place: u32) -> Result<FileJournal, JournalError> {
        self.at(place, |disk| match open_with(disk, &LARGE) {
            Ok(_) => Err(JournalError::Exists { place: "simulated".into() }),
            Err(_) => create_with(disk, &LARGE),
        })
    }

    fn open(&self, place: u32) -> Result<(FileJournal, Vec<Entry>), JournalError> {
        self.at(place, |disk| {
            if disk.is_in_use() {
                return Err(JournalError::Locked { place: "simulated".into() });
            }
            *disk = disk.after_process_end();
            open_with(disk, &LARGE)
        })
    }

    fn fail_next_commit(&self, place: u32) -> bool {
        self.at(place, |disk| disk.stop_at(self.act_that_fails));
        true
    }
}

#[test]
fn the_file_journal_keeps_the_promises_of_a_journal_when_its_disk_fails() {
    for act_that_fails in [1, 2] {
        conformance::journal(&Maker { act_that_fails, disks: Mutex::default() });
    }
}
