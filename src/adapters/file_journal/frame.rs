//! Frame: the commits that share one sync, in whole sectors (docs/wire/journal.md).

use crate::ports::{Entry, EntryKey, JournalError};
use alloc::vec::Vec;
use crc32c::{crc32c, crc32c_append};

/// The unit that the medium writes whole or not at all, in bytes.
pub(super) const SECTOR: usize = 512;
/// What ends a frame's first sector. Three marks, any two of them four bits or more apart.
pub(super) const FIRST: u8 = 0xF5;
/// What ends every other sector of a frame.
pub(super) const NEXT: u8 = 0x5A;
/// The most bytes of body in one frame, and so in one commit.
pub(super) const MAX_BODY: usize = 64 << 20;

const ROOM: usize = SECTOR - 1;
const HEAD: usize = 24;
static ZERO: [u8; SECTOR] = [0; SECTOR];

/// Whether this sector was never written, or was cleared.
pub(super) fn is_unwritten(sector: &[u8]) -> bool {
    sector == ZERO
}

/// How many bytes these entries take in a body.
pub(super) fn size_of(entries: &[Entry]) -> Result<usize, JournalError> {
    let size = entries.iter().fold(4, |sum: usize, entry| {
        sum.saturating_add(EntryKey::LENGTH + 4).saturating_add(entry.value.len())
    });
    if size > MAX_BODY {
        return Err(JournalError::TooLarge { got: size, most: MAX_BODY });
    }
    Ok(size)
}

/// How many bytes of file a frame with this much body takes.
pub(super) const fn file_bytes(body: usize) -> u64 {
    ((HEAD + body).div_ceil(ROOM) * SECTOR) as u64
}

/// A frame being filled, in the shape it has in the file.
#[derive(Default)]
pub(super) struct FrameBuilder {
    image: Vec<u8>,
    body: usize,
    commits: u32,
}

impl FrameBuilder {
    pub(super) const fn commits(&self) -> u32 {
        self.commits
    }

    /// Whether a commit of this size may still join.
    pub(super) const fn has_room_for(&self, size: usize) -> bool {
        self.body + size <= MAX_BODY
    }

    pub(super) const fn file_bytes(&self) -> u64 {
        file_bytes(self.body)
    }

    pub(super) fn push_commit(&mut self, entries: &[Entry]) {
        self.push_list(entries.iter().map(|entry| (entry.key, entry.value.as_slice())));
        self.commits += 1;
    }

    /// One list of entries that is no commit by itself: see [`Head::commits`].
    pub(super) fn push_list<'a>(
        &mut self,
        entries: impl ExactSizeIterator<Item = (EntryKey, &'a [u8])>,
    ) {
        self.push(&(entries.len() as u32).to_le_bytes());
        for (key, value) in entries {
            let mut start = [0; EntryKey::LENGTH + 4];
            let (key_bytes, length) = start.split_at_mut(EntryKey::LENGTH);
            key_bytes.copy_from_slice(&key.to_bytes());
            length.copy_from_slice(&(value.len() as u32).to_le_bytes());
            self.push(&start);
            self.push(value);
        }
    }

    /// Closes the last sector and writes the head. Returns the head's checksum: the next chain.
    pub(super) fn seal(&mut self, first: u64, chain: u32) -> u32 {
        let head =
            Head { first, length: self.body as u32, commits: self.commits, body_crc: 0, crc: 0 };
        let open = self.image.len() % SECTOR;
        if open != 0 {
            let zeros = ZERO.get(open..ROOM).unwrap_or_default();
            self.image.extend_from_slice(zeros);
            self.end_sector();
        }
        seal_image(&mut self.image, head, chain)
    }

    /// The sealed sectors.
    pub(super) fn image(&self) -> &[u8] {
        &self.image
    }

    /// Empties it for the next commits; keeps its memory, unless that is a lot.
    pub(super) fn clear(&mut self) {
        self.image.clear();
        self.image.shrink_to(1 << 20);
        self.body = 0;
        self.commits = 0;
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.image.is_empty() {
            self.image.extend_from_slice(ZERO.get(..HEAD).unwrap_or_default());
        }
        self.body += bytes.len();
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = ROOM - self.image.len() % SECTOR;
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.image.extend_from_slice(now);
            rest = later;
            if now.len() == room {
                self.end_sector();
            }
        }
    }

    fn end_sector(&mut self) {
        self.image.push(if self.image.len() < SECTOR { FIRST } else { NEXT });
    }
}

fn seal_image(image: &mut [u8], mut head: Head, chain: u32) -> u32 {
    let Some((head_bytes, body)) = image.split_at_mut_checked(HEAD) else { return chain };
    head.body_crc = crc32c(body);
    let mut bytes = head.to_bytes();
    head.crc = head_crc(&bytes, chain);
    bytes = head.to_bytes();
    head_bytes.copy_from_slice(&bytes);
    head.crc
}

fn head_crc(bytes: &[u8; HEAD], chain: u32) -> u32 {
    crc32c_append(chain, bytes.first_chunk::<20>().unwrap_or(&[0; 20]))
}

/// What a frame says of itself at the start of its first sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The number of the first commit.
    pub(super) first: u64,
    /// The bytes of body.
    pub(super) length: u32,
    /// How many commits; 0 in a frame that carries entries over from an older file.
    pub(super) commits: u32,
    /// CRC-32C of everything behind the head, marks and padding included.
    pub(super) body_crc: u32,
    /// CRC-32C of the head, begun with that of the frame before (or of the header).
    pub(super) crc: u32,
}

impl Head {
    /// Reads a first sector; `None` if it is not one, or does not follow `chain`.
    pub(super) fn read(sector: &[u8], chain: u32) -> Option<Self> {
        let mut fields = Fields(sector);
        let head = Self {
            first: fields.u64()?,
            length: fields.u32()?,
            commits: fields.u32()?,
            body_crc: fields.u32()?,
            crc: fields.u32()?,
        };
        let whole = sector.get(ROOM) == Some(&FIRST)
            && head_crc(sector.first_chunk()?, chain) == head.crc
            && head.length as usize <= MAX_BODY;
        whole.then_some(head)
    }

    /// How many bytes of file the frame takes.
    pub(super) const fn file_bytes(&self) -> u64 {
        file_bytes(self.length as usize)
    }

    /// Whether these sectors are what was sealed.
    pub(super) fn matches(&self, image: &[u8]) -> bool {
        image.get(HEAD..).is_some_and(|body| crc32c(body) == self.body_crc)
    }

    fn to_bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        let mut rest = bytes.as_mut_slice();
        for field in [
            self.first.to_le_bytes().as_slice(),
            &self.length.to_le_bytes(),
            &self.commits.to_le_bytes(),
            &self.body_crc.to_le_bytes(),
            &self.crc.to_le_bytes(),
        ] {
            let (now, later) = rest.split_at_mut(field.len());
            now.copy_from_slice(field);
            rest = later;
        }
        bytes
    }
}

/// Gives every entry of a frame that matches its head, with its commit's number.
///
/// `None` if the body is not a list of entries for each commit, and nothing else. `body` is room
/// to work in.
pub(super) fn for_each_entry(
    head: &Head,
    image: &[u8],
    body: &mut Vec<u8>,
    mut entry: impl FnMut(u64, EntryKey, &[u8]),
) -> Option<()> {
    body.clear();
    for sector in image.chunks_exact(SECTOR) {
        body.extend_from_slice(sector.get(..ROOM)?);
    }
    let mut fields = Fields(body.get(HEAD..HEAD.checked_add(head.length as usize)?)?);
    for commit in 0..u64::from(head.commits.max(1)) {
        let seq = head.first.checked_add(commit)?;
        for _ in 0..fields.u32()? {
            let key = EntryKey::from_bytes(fields.take(EntryKey::LENGTH)?.first_chunk()?)?;
            let length = fields.u32()?;
            entry(seq, key, fields.take(length as usize)?);
        }
    }
    fields.0.is_empty().then_some(())
}

/// Little-endian fields, one after the other.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (now, later) = self.0.split_at_checked(length)?;
        self.0 = later;
        Some(now)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IdentityId;
    use alloc::vec;

    fn entry(id: u8, length: usize) -> Entry {
        Entry { key: EntryKey::Identity(IdentityId::from_bytes([id; 32])), value: vec![id; length] }
    }

    #[test]
    fn a_frame_of_any_length_reads_back_as_it_was_pushed() {
        for length in (0..1_100).chain([10_000, 70_000]) {
            let mut frame = FrameBuilder::default();
            let commits = [vec![entry(1, length), entry(2, 3)], vec![], vec![entry(3, length)]];
            commits.iter().for_each(|commit| frame.push_commit(commit));
            let chain = frame.seal(7, 99);
            assert_eq!(frame.image().len() as u64, frame.file_bytes());
            let head = Head::read(&frame.image()[..SECTOR], 99).unwrap();
            assert_eq!((head.first, head.commits, head.crc), (7, 3, chain));
            assert_eq!(head.file_bytes(), frame.file_bytes());
            assert!(head.matches(frame.image()));
            let mut got = vec![vec![]; 3];
            for_each_entry(&head, frame.image(), &mut vec![], |seq, key, value| {
                got[(seq - 7) as usize].push(Entry { key, value: value.to_vec() });
            })
            .unwrap();
            assert_eq!(got, commits);
            assert!(frame.image().chunks(SECTOR).all(|sector| !is_unwritten(sector)));
        }
    }

    #[test]
    fn a_head_behind_another_frame_is_not_read() {
        let mut frame = FrameBuilder::default();
        frame.push_commit(&[entry(1, 1)]);
        frame.seal(1, 99);
        assert_eq!(Head::read(frame.image(), 98), None);
    }
}
