//! Compaction: rewrites a journal that holds mostly values that were replaced.

use super::{
    disk::{Disk, DiskFile, failed},
    frame::{FrameBuilder, SECTOR},
    header::Header,
    scan::{self, Live, Scan, Tail},
    writer::{JOURNAL, UNFINISHED, Writer, clear, sync},
};
use crate::ports::{EntryKey, JournalError};
use alloc::{sync::Arc, vec, vec::Vec};
use core::sync::atomic::{AtomicU64, Ordering};

/// How much body goes into one frame of entries that are carried over.
const CARRIED_BODY: usize = 1 << 20;

/// Replaces the file by one with only the last value of each key; gives whether it did.
///
/// It changes nothing if the new file would be more than half as long. A cut at any point leaves
/// the old file or the new one.
pub(super) fn run(writer: &mut Writer, syncs: &AtomicU64) -> Result<bool, JournalError> {
    let live = scan::sorted(read(writer)?);
    let carried = carried(&live);
    let bytes: u64 = carried.iter().map(FrameBuilder::file_bytes).sum();
    let end = SECTOR as u64 + bytes;
    if end.saturating_mul(2) > writer.tail.end {
        return Ok(false);
    }
    let base = writer.tail.last;
    let header = Header { base, carried_end: end, ..writer.header };
    let (sector, mut chain) = header.to_sector();
    let mut image = sector.to_vec();
    for mut frame in carried {
        chain = frame.seal(base + 1, chain);
        image.extend_from_slice(frame.image());
    }
    let size = (end + SECTOR as u64).next_multiple_of(u64::from(header.growth));
    writer.file = create_durably(&*writer.disk, &image, size, syncs)?;
    writer.header = header;
    writer.size = size;
    writer.tail = Tail { end, chain, last: base, torn_until: None };
    Ok(true)
}

/// Puts a file with this start and this length where the journal is, in one act.
pub(super) fn create_durably(
    disk: &dyn Disk,
    image: &[u8],
    size: u64,
    syncs: &AtomicU64,
) -> Result<Arc<dyn DiskFile>, JournalError> {
    let action = "writing a new journal file";
    let file = disk.create(UNFINISHED).map_err(failed(action))?;
    file.set_len(size).map_err(failed(action))?;
    file.write_at(0, image).map_err(failed(action))?;
    clear(&*file, image.len() as u64, size)?;
    sync(&*file, syncs)?;
    // The old file goes only when the medium holds the new one.
    let mut written = vec![0; image.len()];
    file.read_medium_at(0, &mut written).map_err(failed(action))?;
    if written != image {
        let reason = "the medium does not hold what was written".into();
        return Err(JournalError::Io { action, reason });
    }
    disk.rename(UNFINISHED, JOURNAL).map_err(failed(action))?;
    syncs.fetch_add(1, Ordering::Relaxed);
    disk.sync().map_err(failed(action))?;
    Ok(file)
}

/// The last value of each key in the file, which must be as this process wrote it.
fn read(writer: &Writer) -> Result<Live, JournalError> {
    let (mut live, mut body) = (Live::new(), Vec::new());
    let mut scan = Scan::begin(&*writer.file)?;
    while let Some(frame) = scan.next()? {
        frame.apply(&mut live, &mut body)?;
    }
    let tail = scan.tail()?;
    if tail == writer.tail { Ok(live) } else { Err(JournalError::Corrupt { at: tail.end }) }
}

/// The live entries, in frames of their own.
fn carried(live: &[(EntryKey, Vec<u8>)]) -> Vec<FrameBuilder> {
    let mut lists: Vec<Vec<(EntryKey, &[u8])>> = Vec::new();
    let mut body = usize::MAX;
    for (key, value) in live {
        let size = EntryKey::LENGTH + 4 + value.len();
        body = body.saturating_add(size);
        if body > CARRIED_BODY {
            lists.push(Vec::new());
            body = size;
        }
        if let Some(list) = lists.last_mut() {
            list.push((*key, value));
        }
    }
    let frame = |list: Vec<(EntryKey, &[u8])>| {
        let mut frame = FrameBuilder::default();
        frame.push_list(list.into_iter());
        frame
    };
    lists.into_iter().map(frame).collect()
}
