//! Writer: puts frames behind one another in the file, and keeps room for them.

use super::{
    anchor::Anchor,
    compaction,
    disk::{Disk, DiskFile, failed},
    frame::{FrameBuilder, SECTOR},
    header::Header,
    scan::Tail,
};
use crate::ports::JournalError;
use alloc::{boxed::Box, collections::VecDeque, sync::Arc};
use core::{
    mem,
    sync::atomic::{AtomicU64, Ordering},
};
use std::sync::Mutex;

/// The name of the journal in its directory.
pub(super) const JOURNAL: &str = "journal";
/// The name of a journal that is being written and does not count yet.
pub(super) const UNFINISHED: &str = "journal.new";

static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// The end of an open journal file.
pub(super) struct Writer {
    pub(super) disk: Box<dyn Disk>,
    pub(super) file: Arc<dyn DiskFile>,
    pub(super) header: Header,
    /// The length of the file.
    pub(super) size: u64,
    /// Where the next frame goes, what it follows, and the last commit.
    pub(super) tail: Tail,
    pub(super) anchor: Arc<Anchor>,
    /// A file that would grow beyond this is rewritten, if that halves it.
    pub(super) limit: u64,
}

impl Writer {
    /// Makes a frame durable: one write, one sync, and the anchor.
    pub(super) fn append(
        &mut self,
        frame: &mut FrameBuilder,
        first: u64,
        places: &Mutex<Places>,
        syncs: &AtomicU64,
    ) -> Result<(), JournalError> {
        self.make_room(frame.file_bytes(), places, syncs)?;
        let at = self.tail.end;
        let commits = frame.commits();
        let chain = self.tail.chain;
        let crc = frame.seal(first, chain);
        let length = frame.image().len();
        self.file.write_at(at, frame.image()).map_err(failed("writing the journal"))?;
        sync(&*self.file, syncs)?;
        let last = first + u64::from(commits) - 1;
        self.tail = Tail { end: at + length as u64, chain: crc, last, torn_until: None };
        self.anchor.write(last);
        let mut places = places.lock().map_err(|_| JournalError::Poisoned)?;
        places.push(Place { first, commits, at, length, chain, crc });
        Ok(())
    }

    /// Leaves room for this many bytes, and for one sector that stays zero behind them.
    fn make_room(
        &mut self,
        bytes: u64,
        places: &Mutex<Places>,
        syncs: &AtomicU64,
    ) -> Result<(), JournalError> {
        if self.has_room(bytes) {
            return Ok(());
        }
        if self.size >= self.limit {
            if compaction::run(self, syncs)? {
                places.lock().map_err(|_| JournalError::Poisoned)?.turn_to(self.file.clone());
            } else {
                self.limit = self.size.saturating_mul(2);
            }
            if self.has_room(bytes) {
                return Ok(());
            }
        }
        let wanted = self.tail.end + bytes + SECTOR as u64;
        let size = wanted.next_multiple_of(u64::from(self.header.growth));
        // The length first, in one act, so that no cut leaves a length between the two.
        self.file.set_len(size).map_err(failed("extending the journal"))?;
        clear(&*self.file, self.size, size)?;
        sync(&*self.file, syncs)?;
        self.size = size;
        Ok(())
    }

    const fn has_room(&self, bytes: u64) -> bool {
        self.tail.end + bytes + SECTOR as u64 <= self.size
    }
}

/// Writes zeros, so that a later write finds its blocks there.
pub(super) fn clear(file: &dyn DiskFile, from: u64, until: u64) -> Result<(), JournalError> {
    let mut at = from;
    while at < until {
        let length = (until - at).min(ZEROS.len() as u64);
        let zeros = ZEROS.get(..length as usize).unwrap_or(&ZEROS);
        file.write_at(at, zeros).map_err(failed("extending the journal"))?;
        at += length;
    }
    Ok(())
}

/// Makes a file durable, and counts it.
pub(super) fn sync(file: &dyn DiskFile, syncs: &AtomicU64) -> Result<(), JournalError> {
    syncs.fetch_add(1, Ordering::Relaxed);
    file.sync().map_err(failed("syncing the journal"))
}

/// Where the recent frames are.
pub(super) struct Places {
    now: FilePlaces,
    /// The file before the last compaction, so that a commit can be read back which was
    /// acknowledged just before: nameless, and given up when enough has followed.
    before: Option<FilePlaces>,
}

struct FilePlaces {
    file: Arc<dyn DiskFile>,
    recent: VecDeque<Place>,
}

/// Where one frame is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) first: u64,
    pub(super) commits: u32,
    pub(super) at: u64,
    pub(super) length: usize,
    /// The checksum it follows,
    pub(super) chain: u32,
    /// and its own.
    pub(super) crc: u32,
}

impl Places {
    /// How many frames of one file are remembered.
    const MOST: usize = 16_384;
    /// After how many frames in a new file the one before it is given up.
    const ENOUGH: usize = 4_096;

    pub(super) const fn new(file: Arc<dyn DiskFile>) -> Self {
        Self { now: FilePlaces { file, recent: VecDeque::new() }, before: None }
    }

    fn push(&mut self, place: Place) {
        if self.now.recent.len() >= Self::MOST {
            self.now.recent.pop_front();
        }
        self.now.recent.push_back(place);
        if self.now.recent.len() == Self::ENOUGH {
            self.before = None;
        }
    }

    fn turn_to(&mut self, file: Arc<dyn DiskFile>) {
        let Self { now, .. } = mem::replace(self, Self::new(file));
        self.before = Some(now);
    }

    /// The frame with this commit, and its file.
    pub(super) fn find(&self, seq: u64) -> Option<(Arc<dyn DiskFile>, Place)> {
        let before = || self.before.as_ref().and_then(|before| before.find(seq));
        self.now.find(seq).or_else(before)
    }
}

impl FilePlaces {
    fn find(&self, seq: u64) -> Option<(Arc<dyn DiskFile>, Place)> {
        let behind = self.recent.partition_point(|place| place.first <= seq);
        let place = *self.recent.get(behind.checked_sub(1)?)?;
        (seq - place.first < u64::from(place.commits)).then(|| (self.file.clone(), place))
    }
}
