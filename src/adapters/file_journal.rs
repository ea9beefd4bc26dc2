//! File journal: a [`Journal`] in one file (docs/wire/journal.md).

mod anchor;
mod compaction;
#[cfg(test)]
mod crash_tests;
mod disk;
mod frame;
mod header;
mod queue;
mod scan;
#[cfg(test)]
mod simulated_disk;
mod writer;

pub use anchor::AnchorState;

use crate::{
    HostId,
    adapters::Machine,
    ports::{Entry, Journal, JournalError, Seq},
};
use alloc::{borrow::Cow, boxed::Box, string::ToString, sync::Arc, vec, vec::Vec};
use anchor::Anchor;
use core::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};
use disk::{Directory, Disk, failed};
use frame::{FrameBuilder, Head, SECTOR};
use header::Header;
use queue::Queue;
use scan::{Live, Scan, Tail};
use std::{
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Mutex,
};
use writer::{JOURNAL, Places, UNFINISHED, Writer};

/// A [`Journal`] in a directory of its own, for one process at a time.
///
/// A commit is one write and one `fdatasync`; commits that overlap share one, written by the
/// caller that came first: there is no thread behind this. The medium must write a sector of 512
/// bytes whole or not at all, and keep what a completed `fdatasync` covered. Put it on a local
/// file system.
///
/// After a write or a sync failed, every call fails with [`JournalError::Poisoned`]: drop it and
/// open it again.
pub struct FileJournal {
    queue: Queue,
    writer: Mutex<Writer>,
    places: Mutex<Places>,
    syncs: AtomicU64,
    anchor: Arc<Anchor>,
    place: Cow<'static, str>,
}

/// Who may open a journal, and where (R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The host it belongs to.
    pub host: HostId,
    /// The machine it is on.
    pub machine: Machine,
}

/// How a file journal is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalOptions {
    /// A file that would grow beyond this many bytes is rewritten, if that halves it: 64 MiB.
    pub limit: u64,
    /// How many bytes a new journal grows by: 1 MiB. Taken to a multiple of 512 from 1 KiB to
    /// 64 MiB; a journal keeps what it was created with.
    pub growth: u32,
    /// A small file that remembers how far the journal got, so that an older copy of the journal
    /// is found out: [`JournalError::Older`]. Its directory must be there, and should be on
    /// another medium, or at least not be saved and restored together with the journal.
    pub anchor: Option<PathBuf>,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self { limit: 64 << 20, growth: 1 << 20, anchor: None }
    }
}

impl FileJournal {
    /// Creates a journal in `dir`, and `dir` itself if it is missing.
    ///
    /// # Errors
    ///
    /// [`JournalError::Exists`] if there is a journal, in whatever state; else as [`open`](Self::open).
    pub fn create(dir: impl AsRef<Path>, binding: &Binding) -> Result<Self, JournalError> {
        Self::create_with(dir, binding, &JournalOptions::default())
    }

    /// As [`create`](Self::create), with options.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`JournalError::Exists`] also if there is an anchor already:
    /// it tells of a journal that was here.
    pub fn create_with(
        dir: impl AsRef<Path>,
        binding: &Binding,
        options: &JournalOptions,
    ) -> Result<Self, JournalError> {
        let (dir, anchor) = (dir.as_ref(), options.anchor.as_deref());
        make_directory(dir).map_err(failed("creating the journal's directory"))?;
        let disk = lock(dir)?;
        match disk.open(JOURNAL) {
            Ok(_) => return Err(JournalError::Exists { place: place(dir) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed("looking for a journal")(error)),
        }
        if let Some(anchor) = anchor.filter(|anchor| anchor.symlink_metadata().is_ok()) {
            return Err(JournalError::Exists { place: place(anchor) });
        }
        Self::create_on(Box::new(disk), place(dir), binding, options, &ask(anchor))
    }

    /// Opens the journal in `dir`. Also gives the last value of each key, in the order of the keys.
    ///
    /// What a power cut left of a commit that never returned is removed, durably.
    ///
    /// # Errors
    ///
    /// [`JournalError`]: the journal is missing, open elsewhere, foreign, cut off, damaged or older
    /// than its anchor knows. Nothing is changed then.
    pub fn open(
        dir: impl AsRef<Path>,
        binding: &Binding,
    ) -> Result<(Self, Vec<Entry>), JournalError> {
        Self::open_with(dir, binding, &JournalOptions::default())
    }

    /// As [`open`](Self::open), with options; [`JournalOptions::growth`] is the journal's own.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(
        dir: impl AsRef<Path>,
        binding: &Binding,
        options: &JournalOptions,
    ) -> Result<(Self, Vec<Entry>), JournalError> {
        let (dir, anchor) = (dir.as_ref(), options.anchor.as_deref());
        let disk = lock(dir)?;
        Self::open_on(Box::new(disk), place(dir), binding, options, &ask(anchor))
    }

    /// What the anchor said when the journal was opened, and whether it still works.
    pub fn anchor_state(&self) -> AnchorState {
        self.anchor.state()
    }

    fn create_on(
        disk: Box<dyn Disk>,
        place: Cow<'static, str>,
        binding: &Binding,
        options: &JournalOptions,
        anchor: &AskAnchor<'_>,
    ) -> Result<Self, JournalError> {
        let mut creation = [0; 16];
        getrandom::fill(&mut creation).map_err(|error| JournalError::Io {
            action: "drawing a random number",
            reason: error.to_string().into(),
        })?;
        let growth = options.growth.clamp(2 * SECTOR as u32, 64 << 20);
        let header = Header {
            binding: *binding,
            creation,
            base: 0,
            carried_end: SECTOR as u64,
            growth: growth.next_multiple_of(SECTOR as u32),
        };
        let size = u64::from(header.growth);
        let (sector, chain) = header.to_sector();
        let syncs = AtomicU64::new(0);
        let file = compaction::create_durably(&*disk, &sector, size, &syncs)?;
        let anchor = Arc::new(anchor(creation, 0)?);
        let tail = Tail { end: SECTOR as u64, chain, last: 0, torn_until: None };
        let limit = options.limit;
        Ok(Self::over(Writer { disk, file, header, size, tail, anchor, limit }, place))
    }

    fn open_on(
        disk: Box<dyn Disk>,
        place: Cow<'static, str>,
        binding: &Binding,
        options: &JournalOptions,
        anchor: &AskAnchor<'_>,
    ) -> Result<(Self, Vec<Entry>), JournalError> {
        let file = match disk.open(JOURNAL) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(JournalError::Missing { place });
            }
            opened => opened.map_err(failed("opening the journal"))?,
        };
        // What a process wrote and did not sync before it ended is still only in memory: what is
        // read below must be durable, names too. R3
        let action = "syncing the journal";
        file.sync().and_then(|()| disk.sync()).map_err(failed(action))?;
        file.len().and_then(|size| file.forget(0..size)).map_err(failed(action))?;
        let mut scan = Scan::begin(&*file)?;
        let (header, size) = (*scan.header(), scan.size());
        header.allows(binding)?;
        let (mut live, mut body) = (Live::new(), Vec::new());
        while let Some(frame) = scan.next()? {
            frame.apply(&mut live, &mut body)?;
        }
        let mut tail = scan.tail()?;
        let anchor = Arc::new(anchor(header.creation, tail.last)?);
        if let Some(torn_until) = tail.torn_until.take() {
            writer::clear(&*file, tail.end, torn_until)?;
            file.sync().map_err(failed(action))?;
        }
        disk.remove(UNFINISHED).map_err(failed("removing an unfinished journal"))?;
        let limit = options.limit;
        let journal = Self::over(Writer { disk, file, header, size, tail, anchor, limit }, place);
        let entries =
            scan::sorted(live).into_iter().map(|(key, value)| Entry { key, value }).collect();
        Ok((journal, entries))
    }

    fn over(writer: Writer, place: Cow<'static, str>) -> Self {
        Self {
            queue: Queue::new(writer.tail.last),
            places: Mutex::new(Places::new(writer.file.clone())),
            syncs: AtomicU64::new(0),
            anchor: writer.anchor.clone(),
            writer: Mutex::new(writer),
            place,
        }
    }

    fn write(&self, frame: &mut FrameBuilder, first: u64) -> Result<(), JournalError> {
        let mut writer = self.writer.lock().map_err(|_| JournalError::Poisoned)?;
        writer.append(frame, first, &self.places, &self.syncs)
    }
}

impl Journal for FileJournal {
    fn commit(&self, entries: &[Entry]) -> Result<Seq, JournalError> {
        let write = |frame: &mut FrameBuilder, first| self.write(frame, first);
        let ticket = self.queue.enqueue(entries, &write)?;
        self.queue.finish(ticket, &write)
    }

    /// Reads the commit back past the system's memory where the file system takes `O_DIRECT`, else
    /// after asking the system to forget the file. The last 4096 frames can be read back, at least.
    fn reread(&self, seq: Seq) -> Result<Vec<Entry>, JournalError> {
        let seq = seq.get();
        let unreadable = JournalError::Unreadable { seq };
        if self.queue.durable()? < seq {
            return Err(unreadable);
        }
        let found = self.places.lock().map_err(|_| JournalError::Poisoned)?.find(seq);
        let (file, place) = found.ok_or(unreadable.clone())?;
        let mut image = vec![0; place.length];
        file.read_medium_at(place.at, &mut image).map_err(failed("reading the journal back"))?;
        let is_it = |head: &Head| head.crc == place.crc && head.matches(&image);
        let head = Head::read(&image, place.chain).filter(is_it).ok_or(unreadable.clone())?;
        let mut entries = Vec::new();
        frame::for_each_entry(&head, &image, &mut Vec::new(), |number, key, value| {
            if number == seq {
                entries.push(Entry { key, value: value.to_vec() });
            }
        })
        .ok_or(unreadable)?;
        Ok(entries)
    }

    fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for FileJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournal").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Asks the anchor about the journal with this creation id, which ends at this commit.
type AskAnchor<'a> = dyn Fn([u8; 16], u64) -> Result<Anchor, JournalError> + 'a;

fn ask(path: Option<&Path>) -> impl Fn([u8; 16], u64) -> Result<Anchor, JournalError> {
    move |creation, last| match path {
        Some(path) => Anchor::open(path, creation, last),
        None => Ok(Anchor::off()),
    }
}

fn place(path: &Path) -> Cow<'static, str> {
    path.display().to_string().into()
}

/// Makes the directory, durably, unless it is there.
fn make_directory(dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => {
            let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn lock(dir: &Path) -> Result<Directory, JournalError> {
    let directory = match File::open(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(JournalError::Missing { place: place(dir) });
        }
        opened => opened.map_err(failed("opening the journal's directory"))?,
    };
    Directory::lock(directory)
        .map_err(failed("locking the journal's directory"))?
        .ok_or_else(|| JournalError::Locked { place: place(dir) })
}
