//! Disk: the few acts that the journal asks of a directory and its files.

use crate::ports::JournalError;
use alloc::{boxed::Box, string::ToString, sync::Arc, vec};
use core::ops::Range;
use rustix::fs::{AtFlags, Mode, OFlags};
use std::{fs::File, io, os::unix::fs::FileExt};

/// A directory, and the files in it by name.
pub(super) trait Disk: Send + Sync {
    /// Opens a file that is there.
    fn open(&self, name: &'static str) -> io::Result<Arc<dyn DiskFile>>;

    /// Creates a file in the place of whatever has the name.
    fn create(&self, name: &'static str) -> io::Result<Arc<dyn DiskFile>>;

    /// Gives a file another name, in the place of whatever had it, in one act.
    fn rename(&self, from: &'static str, to: &'static str) -> io::Result<()>;

    /// Removes a file; that it was not there is no error.
    fn remove(&self, name: &'static str) -> io::Result<()>;

    /// Makes the names durable.
    fn sync(&self) -> io::Result<()>;
}

/// A file.
pub(super) trait DiskFile: Send + Sync {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Makes it longer, with zeros.
    fn set_len(&self, length: u64) -> io::Result<()>;

    /// Fills `bytes` from here.
    fn read_at(&self, at: u64, bytes: &mut [u8]) -> io::Result<()>;

    /// As [`read_at`](Self::read_at), but from the medium, not from the system's memory, as far as
    /// the system lets us.
    fn read_medium_at(&self, at: u64, bytes: &mut [u8]) -> io::Result<()>;

    /// Writes all of `bytes` here.
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written, and the length, durable.
    fn sync(&self) -> io::Result<()>;

    /// Lets the system forget what it holds of these bytes in memory, so that it reads the medium.
    fn forget(&self, bytes: Range<u64>) -> io::Result<()>;
}

/// For `map_err`: what failed, in the words of [`JournalError::Io`].
pub(super) fn failed(action: &'static str) -> impl Fn(io::Error) -> JournalError {
    move |error| JournalError::Io { action, reason: error.to_string().into() }
}

/// A directory of this machine, which no other process has open through here.
pub(super) struct Directory(File);

impl Directory {
    /// Takes the directory for itself; `None` if another process has it. Promise 6
    ///
    /// The lock is on the directory: no file to leave behind, and a rename inside does not lose it.
    pub(super) fn lock(directory: File) -> io::Result<Option<Self>> {
        match directory.try_lock() {
            Ok(()) => Ok(Some(Self(directory))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn file(&self, name: &'static str, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        Ok(rustix::fs::openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?.into())
    }

    fn with_medium(&self, name: &'static str, file: File) -> io::Result<Arc<dyn DiskFile>> {
        // Some file systems take no O_DIRECT: then the second descriptor reads what was forgotten.
        #[cfg(target_os = "linux")]
        let (medium, is_direct) = match self.file(name, OFlags::RDONLY | OFlags::DIRECT) {
            Ok(medium) => (medium, true),
            Err(_) => (self.file(name, OFlags::RDONLY)?, false),
        };
        #[cfg(not(target_os = "linux"))]
        let (medium, is_direct) = (self.file(name, OFlags::RDONLY)?, false);
        Ok(Arc::new(OpenFile { file, medium, is_direct }))
    }
}

impl Disk for Directory {
    fn open(&self, name: &'static str) -> io::Result<Arc<dyn DiskFile>> {
        self.with_medium(name, self.file(name, OFlags::RDWR)?)
    }

    fn create(&self, name: &'static str) -> io::Result<Arc<dyn DiskFile>> {
        self.remove(name)?;
        self.with_medium(name, self.file(name, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL)?)
    }

    fn rename(&self, from: &'static str, to: &'static str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
    }

    fn remove(&self, name: &'static str) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.0, name, AtFlags::empty()) {
            Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }
}

/// A file with a second descriptor that reads from the medium.
struct OpenFile {
    file: File,
    medium: File,
    is_direct: bool,
}

/// What the length and the place of a direct reading are multiples of: a page of common size.
const PAGE: u64 = 4096;
/// A multiple of every page size.
#[cfg(target_os = "linux")]
const LARGEST_PAGE: u64 = 64 << 10;

impl OpenFile {
    /// Reads whole pages into an aligned part of `room`; `None` if there are fewer bytes.
    fn read_direct(&self, at: u64, bytes: &mut [u8]) -> io::Result<Option<()>> {
        let start = at - at % PAGE;
        let until = (at + bytes.len() as u64).next_multiple_of(PAGE);
        let mut room = vec![0u8; (until - start + PAGE) as usize];
        let shift = room.as_ptr().align_offset(PAGE as usize);
        let mut filled = 0;
        let Some(pages) = room.get_mut(shift..shift + (until - start) as usize) else {
            return Ok(None);
        };
        // The file may end inside the last page, so a reading may be short there.
        while let Some(rest) = pages.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.medium.read_at(rest, start + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let skip = (at - start) as usize;
        let wanted = skip..skip + bytes.len();
        if wanted.end > filled {
            return Ok(None);
        }
        Ok(pages.get(wanted).map(|read| bytes.copy_from_slice(read)))
    }
}

impl DiskFile for OpenFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn read_at(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(bytes, at)
    }

    fn read_medium_at(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        if self.is_direct {
            match self.read_direct(at, bytes) {
                Ok(Some(())) => return Ok(()),
                Ok(None) => {}
                // The file system wants another alignment.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
                Err(error) => return Err(error),
            }
        }
        self.forget(at..at + bytes.len() as u64)?;
        self.medium.read_exact_at(bytes, at)
    }

    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, at)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn forget(&self, bytes: Range<u64>) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            // Pages of which only a part is named stay, so the part grows to the largest pages.
            let start = bytes.start - bytes.start % LARGEST_PAGE;
            let length = bytes.end.next_multiple_of(LARGEST_PAGE) - start;
            let length = core::num::NonZeroU64::new(length);
            rustix::fs::fadvise(&self.file, start, length, rustix::fs::Advice::DontNeed)?;
        }
        Ok(())
    }
}

/// A lone file anywhere, for the anchor: opened, or created if it is not there.
///
/// Also says whether it was there.
pub(super) fn lone_file(path: &std::path::Path) -> io::Result<(Box<dyn DiskFile>, bool)> {
    let mut options = File::options();
    options.read(true).write(true);
    let (file, was_there) = match options.open(path) {
        Ok(file) => (file, true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (options.create_new(true).open(path)?, false)
        }
        Err(error) => return Err(error),
    };
    let medium = file.try_clone()?;
    Ok((Box::new(OpenFile { file, medium, is_direct: false }), was_there))
}
