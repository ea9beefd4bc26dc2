//! Anchor: remembers, in another place, how far the journal got (R10).

use super::{
    disk::{DiskFile, lone_file},
    frame::Fields,
};
use crate::ports::JournalError;
use alloc::{boxed::Box, vec, vec::Vec};
use core::sync::atomic::{AtomicBool, Ordering};
use crc32c::crc32c;
use std::{io, path::Path};

const LENGTH: usize = 32;
const MAGIC: &[u8; 4] = b"BRSA";

/// What the anchor said when the journal was opened, and whether it still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnchorState {
    /// No anchor was asked for.
    Off,
    /// It belongs to this journal, and knows of nothing newer.
    Agrees,
    /// There was none: nothing is known of newer copies. It is there now.
    Missing,
    /// It was damaged: nothing is known of newer copies. It is whole now.
    Unreadable,
    /// It belongs to a journal that was created at another time. It is left as it was.
    Foreign,
    /// It cannot be opened or written: from now on it falls behind.
    Unwritable,
}

/// The anchor of an open journal.
pub(super) struct Anchor {
    state: AnchorState,
    creation: [u8; 16],
    file: Option<Box<dyn DiskFile>>,
    is_broken: AtomicBool,
}

impl Anchor {
    pub(super) const fn off() -> Self {
        Self::new(AnchorState::Off, [0; 16], None)
    }

    const fn new(state: AnchorState, creation: [u8; 16], file: Option<Box<dyn DiskFile>>) -> Self {
        Self { state, creation, file, is_broken: AtomicBool::new(false) }
    }

    /// Asks the anchor at `path` about a journal that ends at commit `last`.
    pub(super) fn open(path: &Path, creation: [u8; 16], last: u64) -> Result<Self, JournalError> {
        match lone_file(path) {
            Ok((file, was_there)) => Self::ask(file, was_there, creation, last),
            Err(_) => Ok(Self::new(AnchorState::Unwritable, creation, None)),
        }
    }

    /// As [`open`](Self::open), with the file at hand.
    pub(super) fn ask(
        file: Box<dyn DiskFile>,
        was_there: bool,
        creation: [u8; 16],
        last: u64,
    ) -> Result<Self, JournalError> {
        let state = match read(&*file) {
            _ if !was_there => AnchorState::Missing,
            None => AnchorState::Unreadable,
            Some((other, _)) if other != creation => {
                return Ok(Self::new(AnchorState::Foreign, creation, None));
            }
            Some((_, known)) if known > last => {
                return Err(JournalError::Older { found: last, known });
            }
            Some(_) => AnchorState::Agrees,
        };
        let anchor = Self::new(state, creation, Some(file));
        anchor.write(last);
        Ok(anchor)
    }

    pub(super) fn state(&self) -> AnchorState {
        if self.is_broken.load(Ordering::Relaxed) { AnchorState::Unwritable } else { self.state }
    }

    /// Remembers that commit `last` is durable. Without a sync: it must only never run ahead.
    pub(super) fn write(&self, last: u64) {
        let Some(file) = &self.file else { return };
        if file.write_at(0, &to_bytes(&self.creation, last)).is_err() {
            self.is_broken.store(true, Ordering::Relaxed);
        }
    }
}

fn read(file: &dyn DiskFile) -> Option<([u8; 16], u64)> {
    let mut bytes: Vec<u8> = vec![0; LENGTH];
    let read = |bytes: &mut Vec<u8>| -> io::Result<bool> {
        file.read_at(0, bytes)?;
        Ok(file.len()? == LENGTH as u64)
    };
    if !read(&mut bytes).ok()? {
        return None;
    }
    let mut fields = Fields(&bytes);
    let magic = fields.array::<4>()?;
    let creation = fields.array()?;
    let last = fields.u64()?;
    let crc = fields.u32()?;
    (magic == *MAGIC && crc == crc32c(bytes.get(..LENGTH - 4)?)).then_some((creation, last))
}

fn to_bytes(creation: &[u8; 16], last: u64) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes[..4].copy_from_slice(MAGIC);
    bytes[4..20].copy_from_slice(creation);
    bytes[20..28].copy_from_slice(&last.to_le_bytes());
    let crc = crc32c(&bytes[..28]);
    bytes[28..].copy_from_slice(&crc.to_le_bytes());
    bytes
}
