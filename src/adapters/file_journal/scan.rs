//! Scan: reads a journal file from its start, and tells a torn end from a damaged one.

use super::{
    disk::{DiskFile, failed},
    frame::{self, Head, NEXT, SECTOR},
    header::Header,
};
use crate::ports::{EntryKey, JournalError};
use alloc::vec::Vec;
use std::collections::HashMap;

const WINDOW: u64 = 1 << 20;
const STEP: u64 = SECTOR as u64;

/// A reading of one file, frame by frame.
pub(super) struct Scan<'f> {
    window: Window<'f>,
    header: Header,
    /// Where the next frame begins.
    at: u64,
    chain: u32,
    next: u64,
    /// Where the frame that is torn would have ended.
    torn_until: Option<u64>,
}

/// A frame that is whole.
pub(super) struct Frame<'s> {
    pub(super) at: u64,
    pub(super) head: Head,
    pub(super) image: &'s [u8],
}

impl Frame<'_> {
    /// Puts its entries into `live`. `body` is room to work in.
    pub(super) fn apply(&self, live: &mut Live, body: &mut Vec<u8>) -> Result<(), JournalError> {
        frame::for_each_entry(&self.head, self.image, body, |_, key, value| {
            if value.is_empty() {
                live.remove(&key);
            } else {
                let held = live.entry(key).or_default();
                held.clear();
                held.extend_from_slice(value);
            }
        })
        .ok_or(JournalError::Corrupt { at: self.at })
    }
}

/// The last value of each key.
pub(super) type Live = HashMap<EntryKey, Vec<u8>>;

/// The same, in the order of the keys.
pub(super) fn sorted(live: Live) -> Vec<(EntryKey, Vec<u8>)> {
    let mut entries: Vec<_> = live.into_iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

/// What follows the last whole frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// Where the next frame goes.
    pub(super) end: u64,
    /// The checksum it follows.
    pub(super) chain: u32,
    /// The last commit.
    pub(super) last: u64,
    /// Up to where there are remains of a frame that was never synced.
    pub(super) torn_until: Option<u64>,
}

impl<'f> Scan<'f> {
    /// Reads the header and checks the length of the file.
    pub(super) fn begin(file: &'f dyn DiskFile) -> Result<Self, JournalError> {
        let size = file.len().map_err(failed("measuring the journal"))?;
        let mut window = Window { file, size, at: 0, bytes: Vec::new() };
        let (header, chain) = Header::read(window.get(0, STEP.min(size))?, size)?;
        let growth = u64::from(header.growth.max(1));
        if size % growth != 0 || size < 2 * STEP {
            let wanted = size.max(STEP + 1).next_multiple_of(growth);
            return Err(JournalError::Truncated { got: size, wanted });
        }
        let next = header.base.saturating_add(1);
        Ok(Self { window, header, at: STEP, chain, next, torn_until: None })
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    pub(super) const fn size(&self) -> u64 {
        self.window.size
    }

    /// The next whole frame; `None` where they end.
    pub(super) fn next(&mut self) -> Result<Option<Frame<'_>>, JournalError> {
        let at = self.at;
        let damaged = JournalError::Corrupt { at };
        self.room_until(at + STEP)?;
        let sector = self.window.get(at, STEP)?;
        let carried = at < self.header.carried_end;
        if frame::is_unwritten(sector) {
            return if carried { Err(damaged) } else { Ok(None) };
        }
        let head = Head::read(sector, self.chain).ok_or(damaged.clone())?;
        if head.first != self.next || (head.commits == 0) != carried {
            return Err(damaged);
        }
        let end = at + head.file_bytes();
        self.room_until(end + STEP)?;
        let image = self.window.get(at, end - at)?;
        if !head.matches(image) {
            // A sector is written whole or not at all: with none missing, the frame was whole once.
            if carried || !image.chunks_exact(SECTOR).any(frame::is_unwritten) {
                return Err(damaged);
            }
            self.torn_until = Some(end);
            return Ok(None);
        }
        self.at = end;
        self.chain = head.crc;
        self.next = self.next.checked_add(u64::from(head.commits)).ok_or(damaged)?;
        Ok(Some(Frame { at, head, image }))
    }

    /// Checks everything behind the last whole frame, once [`next`](Self::next) gave `None`.
    ///
    /// A frame is begun only after the one before it was synced. So a frame that was never synced
    /// is the last, and is missing a sector: anything else that is not zero is damage.
    pub(super) fn tail(mut self) -> Result<Tail, JournalError> {
        let most = self.torn_until.unwrap_or(self.at + frame::file_bytes(frame::MAX_BODY));
        let mut torn_until = self.torn_until.map(|_| self.at + STEP);
        let mut at = self.at + STEP;
        while at < self.window.size {
            let length = (self.window.size - at).min(WINDOW);
            for (sector, at) in
                self.window.get(at, length)?.chunks(SECTOR).zip((at..).step_by(SECTOR))
            {
                match sector.last() {
                    _ if frame::is_unwritten(sector) => {}
                    Some(&NEXT) if at < most => torn_until = Some(at + STEP),
                    Some(&frame::FIRST) => return Err(JournalError::Corrupt { at: self.at }),
                    _ => return Err(JournalError::Corrupt { at }),
                }
            }
            at += length;
        }
        Ok(Tail { end: self.at, chain: self.chain, last: self.next - 1, torn_until })
    }

    fn room_until(&self, wanted: u64) -> Result<(), JournalError> {
        let got = self.window.size;
        if got < wanted { Err(JournalError::Truncated { got, wanted }) } else { Ok(()) }
    }
}

/// A piece of the file in memory.
struct Window<'f> {
    file: &'f dyn DiskFile,
    size: u64,
    at: u64,
    bytes: Vec<u8>,
}

impl Window<'_> {
    /// These bytes of the file, which must be inside it.
    fn get(&mut self, at: u64, length: u64) -> Result<&[u8], JournalError> {
        let held = self.at..=self.at + self.bytes.len() as u64;
        if !(held.contains(&at) && held.contains(&(at + length))) {
            let wanted = length.max(WINDOW.min(self.size.saturating_sub(at)));
            self.bytes.clear();
            self.bytes.resize(wanted as usize, 0);
            self.at = at;
            self.file.read_at(at, &mut self.bytes).map_err(failed("reading the journal"))?;
        }
        let start = (at - self.at) as usize;
        let cut = JournalError::Truncated { got: self.size, wanted: at + length };
        self.bytes.get(start..start + length as usize).ok_or(cut)
    }
}
