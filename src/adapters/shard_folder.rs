//! Shard folder: the files of a set, in one directory.
#![expect(clippy::disallowed_methods, reason = "this file is an adapter to a disk")]

use crate::shard::store::{Contents, MAX_FILE, Step, read};
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::PathBuf,
};

/// A directory with the vault, the manifests and the shards of one set.
///
/// One program writes to it at a time. It rests on the file system: after `fsync` of a file and of
/// its directory, both survive a power cut, and a rename is one act.
#[derive(Clone, Debug)]
pub struct ShardFolder {
    path: PathBuf,
}

/// The most files that are read.
const MAX_FILES: usize = 4096;

impl ShardFolder {
    /// The directory with this path, which must be there.
    ///
    /// # Errors
    ///
    /// [`io::Error`] if it is not.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        if fs::metadata(&path)?.is_dir() {
            Ok(Self { path })
        } else {
            Err(io::Error::new(io::ErrorKind::NotADirectory, "the path is not a directory"))
        }
    }

    /// Carries out the steps of [`steps`](crate::shard::store::steps), in order. After a failure
    /// or a crash they can be carried out again from the first one.
    ///
    /// # Errors
    ///
    /// [`io::Error`]; [`io::ErrorKind::AlreadyExists`] if a file of the name holds something else.
    pub fn carry_out(&self, steps: &[Step]) -> io::Result<()> {
        for step in steps {
            match step {
                Step::Write { name, bytes } => self.write(name, bytes)?,
                Step::Rename { from, to } => self.rename(from, to)?,
                Step::SyncFolder => File::open(&self.path)?.sync_all()?,
            }
        }
        Ok(())
    }

    /// What is in the directory.
    ///
    /// # Errors
    ///
    /// [`io::Error`], also for more than 4096 files.
    pub fn read(&self) -> io::Result<Contents> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let (Ok(name), true) = (entry.file_name().into_string(), entry.file_type()?.is_file())
            else {
                continue;
            };
            if files.len() >= MAX_FILES {
                return Err(io::Error::other(format!("more than {MAX_FILES} files")));
            }
            let bytes = self.bytes(&name)?;
            files.insert(name, bytes);
        }
        Ok(read(&files))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (source, target) = (self.path.join(from), self.path.join(to));
        if target.try_exists()? && self.bytes(from)? != self.bytes(to)? {
            let kind = io::ErrorKind::AlreadyExists;
            return Err(io::Error::new(kind, format!("{to} is there and holds something else")));
        }
        fs::rename(source, target)
    }

    fn bytes(&self, name: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
        File::open(self.path.join(String::from(name)))?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
