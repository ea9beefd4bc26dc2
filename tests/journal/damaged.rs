//! R5: a damaged or shortened journal does not open; only what was never acknowledged is dropped.

use crate::{SMALL, binding, entry, file, open, temp_in_memory, three_commits};
use brainswap::{
    adapters::FileJournal,
    ports::{Entry, Journal, JournalError, Seq},
};
use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
    path::Path,
};

const SECTOR: usize = 512;
/// Where the frames of `three_commits` begin and end.
const FRAMES: [usize; 4] = [512, 1_024, 2_560, 3_072];

fn open_changed(dir: &Path, bytes: &[u8]) -> Result<Vec<Entry>, JournalError> {
    fs::write(file(dir), bytes).unwrap();
    open(dir)
}

#[test]
fn a_journal_cut_at_any_length_is_refused() {
    let dir = temp_in_memory();
    three_commits(dir.path());
    let bytes = fs::read(file(dir.path())).unwrap();
    assert_eq!(bytes.len(), 4_096);
    let handle = File::options().write(true).open(file(dir.path())).unwrap();
    for length in (0..bytes.len()).rev() {
        handle.set_len(length as u64).unwrap();
        match open(dir.path()) {
            Err(JournalError::Truncated { got, wanted }) => {
                assert_eq!(got, length as u64);
                assert!(wanted > got, "cut to {length}");
            }
            other => panic!("cut to {length}: {other:?}"),
        }
    }
}

#[test]
fn a_journal_cut_in_its_free_end_to_a_length_it_once_had_loses_nothing() {
    let dir = temp_in_memory();
    let entries = three_commits(dir.path());
    let mut bytes = fs::read(file(dir.path())).unwrap();
    bytes.resize(5_120, 0);
    assert_eq!(open_changed(dir.path(), &bytes), Ok(entries.clone()));
    bytes.truncate(4_096);
    assert_eq!(open_changed(dir.path(), &bytes), Ok(entries));
}

#[test]
fn a_journal_with_any_one_bit_flipped_is_refused() {
    let dir = temp_in_memory();
    three_commits(dir.path());
    let bytes = fs::read(file(dir.path())).unwrap();
    let handle = File::options().write(true).open(file(dir.path())).unwrap();
    for (at, byte) in bytes.iter().enumerate() {
        for bit in 0..8 {
            handle.write_all_at(&[byte ^ (1 << bit)], at as u64).unwrap();
            match (at, open(dir.path())) {
                (0..8, Err(JournalError::NotAJournal { got: 0, wanted: 1 })) => {}
                (8..12, Err(JournalError::NotAJournal { got, wanted: 1 })) if got != 1 => {}
                (12..512, Err(JournalError::Corrupt { at: 0 })) => {}
                (512..3_072, Err(JournalError::Corrupt { at: found })) => {
                    let frame = FRAMES.into_iter().rfind(|frame| *frame <= at).unwrap();
                    assert_eq!(found, frame as u64, "bit {bit} of byte {at}");
                }
                (3_072.., Err(JournalError::Corrupt { at: found })) => {
                    assert_eq!(found, (at - at % SECTOR) as u64, "bit {bit} of byte {at}");
                }
                (_, other) => panic!("bit {bit} of byte {at}: {other:?}"),
            }
        }
        handle.write_all_at(&[*byte], at as u64).unwrap();
    }
    assert_eq!(open(dir.path()).unwrap().len(), 3);
}

#[test]
fn a_last_frame_that_misses_a_sector_was_never_acknowledged_and_is_dropped_for_good() {
    let dir = temp_in_memory();
    let mut entries = three_commits(dir.path());
    let mut bytes = fs::read(file(dir.path())).unwrap();
    bytes[FRAMES[2]..].fill(0);
    entries.truncate(1);
    for lost in 1..7 {
        let mut torn = bytes.clone();
        for sector in (0..3).filter(|sector| lost & (1 << sector) != 0) {
            torn[FRAMES[1] + sector * SECTOR..][..SECTOR].fill(0);
        }
        assert_eq!(open_changed(dir.path(), &torn), Ok(entries.clone()), "{lost:b}");
        let found = fs::read(file(dir.path())).unwrap();
        assert!(found[FRAMES[1]..].iter().all(|byte| *byte == 0), "{lost:b}");
        let (journal, _) = FileJournal::open_with(dir.path(), &binding(), &SMALL).unwrap();
        assert_eq!(journal.commit(&[entry(4, b"four")]), Ok(Seq::new(2)));
    }
}

#[test]
fn a_sector_lost_before_a_later_frame_is_damage() {
    let dir = temp_in_memory();
    three_commits(dir.path());
    let bytes = fs::read(file(dir.path())).unwrap();
    for at in (FRAMES[0]..FRAMES[2]).step_by(SECTOR) {
        let mut damaged = bytes.clone();
        damaged[at..at + SECTOR].fill(0);
        let frame = FRAMES.into_iter().rfind(|frame| *frame <= at).unwrap() as u64;
        let refused = open_changed(dir.path(), &damaged);
        assert_eq!(refused, Err(JournalError::Corrupt { at: frame }), "{at}");
        assert_eq!(fs::read(file(dir.path())).unwrap(), damaged);
    }
}

#[test]
fn frames_that_changed_places_or_came_from_another_journal_are_damage() {
    let (dir, other) = (temp_in_memory(), temp_in_memory());
    three_commits(dir.path());
    three_commits(other.path());
    let bytes = fs::read(file(dir.path())).unwrap();
    let foreign = fs::read(file(other.path())).unwrap();
    let [first, second, third, end] = FRAMES;

    let [one, two, three] = [first..second, second..third, third..end].map(|it| &bytes[it]);
    let swapped = [&bytes[..first], three, two, one, &bytes[end..]];
    let repeated = [&bytes[..end], three, &bytes[end + SECTOR..]];
    let left_out = [&bytes[..first], &bytes[second..], &bytes[end..][..SECTOR]];
    let mixed = [&bytes[..third], &foreign[third..]];
    for (changed, at) in [
        (swapped.concat(), first),
        (repeated.concat(), end),
        (left_out.concat(), first),
        (mixed.concat(), third),
    ] {
        let refused = open_changed(dir.path(), &changed);
        assert_eq!(refused, Err(JournalError::Corrupt { at: at as u64 }));
    }
}

#[test]
fn a_rewritten_journal_misses_nothing_of_what_it_carries() {
    let dir = temp_in_memory();
    let options = brainswap::adapters::JournalOptions { limit: 8_192, ..SMALL };
    let journal = FileJournal::create_with(dir.path(), &binding(), &options).unwrap();
    journal.commit(&[entry(9, &[9; 700])]).unwrap();
    for number in 0..14 {
        journal.commit(&[entry(1, &[number])]).unwrap();
    }
    drop(journal);
    let bytes = fs::read(file(dir.path())).unwrap();
    assert!(bytes.len() < 8_192, "{}", bytes.len());
    assert_eq!(open(dir.path()), Ok(vec![entry(1, &[13]), entry(9, &[9; 700])]));
    for lost in [512, 1_024] {
        let mut damaged = bytes.clone();
        damaged[lost..].fill(0);
        let refused = open_changed(dir.path(), &damaged);
        assert_eq!(refused, Err(JournalError::Corrupt { at: 512 }), "{lost}");
    }
}
