//! Private file: a small file with a secret, that only its owner can read.

use alloc::vec::Vec;
use rustix::fs::{Mode, OFlags};
use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};
use zeroize::Zeroizing;

/// Why a private file was not read or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PrivateFileError {
    Missing,
    Exists,
    /// The group or others have rights: the mode's lowest nine bits.
    Permissions(u32),
    /// More bytes than asked for at most.
    TooLong,
    Io(ErrorKind),
}

/// Reads the file whole, if it is a regular one and the group and others have no right to it.
pub(super) fn read(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
    // NONBLOCK: the name of a pipe must not make the caller wait.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(io::Error::from)?;
    let file = File::from(file);
    let metadata = file.metadata()?; // of what was opened, not of what the name means by now
    if !metadata.is_file() {
        return Err(PrivateFileError::Io(ErrorKind::InvalidInput));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(PrivateFileError::Permissions(mode));
    }
    read_to_end(file, most)
}

/// Reads to the end, at most so many bytes, into memory that never moves.
pub(super) fn read_to_end(
    mut file: File,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
    let mut bytes = Zeroizing::new(alloc::vec![0; most + 1]);
    let mut length = 0;
    while let Some(room @ [_, ..]) = bytes.get_mut(length..) {
        match file.read(room) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    if length > most {
        return Err(PrivateFileError::TooLong);
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Makes the file, with mode 0600 from its first moment; durable when this returns (R3).
///
/// A file of this name is left as it is (R5). One that could not be completed is removed.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), PrivateFileError> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| File::open(directory_of(path))?.sync_all());
    if let Err(error) = written {
        drop(std::fs::remove_file(path)); // the first error is the one to report
        return Err(error.into());
    }
    Ok(())
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

impl From<io::Error> for PrivateFileError {
    fn from(error: io::Error) -> Self {
        let kind = error.kind();
        if kind == ErrorKind::NotFound {
            Self::Missing
        } else if kind == ErrorKind::AlreadyExists {
            Self::Exists
        } else {
            Self::Io(kind)
        }
    }
}
