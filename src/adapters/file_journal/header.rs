//! Header: the first sector of a journal file: whose it is, and what it goes on from.

use super::{
    Binding,
    frame::{Fields, SECTOR},
};
use crate::{HostId, adapters::Machine, ports::JournalError};
use crc32c::crc32c;

/// The version of the format that is read and written.
pub(super) const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"BRSWJRNL";
const MARK: u8 = 0x93;
const CHECKED: usize = 113;

/// What the first sector says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Who may open it, and where.
    pub(super) binding: Binding,
    /// Random, made by `create`; every later file of the same journal keeps it.
    pub(super) creation: [u8; 16],
    /// The last commit that this file carries over from an older one; 0 in a new journal.
    pub(super) base: u64,
    /// Where the entries that were carried over end, in bytes from the start of the file.
    pub(super) carried_end: u64,
    /// The file grows by this many bytes; its length is always a multiple.
    pub(super) growth: u32,
}

impl Header {
    /// The sector, and its checksum: the chain of the first frame.
    pub(super) fn to_sector(self) -> ([u8; SECTOR], u32) {
        let mut sector = [0; SECTOR];
        let mut rest = sector.as_mut_slice();
        let mut put = |field: &[u8]| {
            let (now, later) = core::mem::take(&mut rest).split_at_mut(field.len());
            now.copy_from_slice(field);
            rest = later;
        };
        put(MAGIC);
        put(&VERSION.to_le_bytes());
        put(self.binding.host.as_bytes());
        put(&self.binding.machine.to_bytes());
        put(&self.creation);
        put(&self.base.to_le_bytes());
        put(&self.carried_end.to_le_bytes());
        put(&self.growth.to_le_bytes());
        *sector.last_mut().expect("a sector is not empty") = MARK;
        let crc = sector_crc(&sector);
        sector[CHECKED..CHECKED + 4].copy_from_slice(&crc.to_le_bytes());
        (sector, crc)
    }

    /// Reads the sector at the start of a file of `size` bytes; also gives its checksum.
    pub(super) fn read(start: &[u8], size: u64) -> Result<(Self, u32), JournalError> {
        let magic = start.get(..MAGIC.len().min(start.len())).unwrap_or_default();
        if !MAGIC.starts_with(magic) {
            return Err(JournalError::NotAJournal { got: 0, wanted: VERSION });
        }
        let cut = JournalError::Truncated { got: size, wanted: 2 * SECTOR as u64 };
        let sector: &[u8; SECTOR] = start.first_chunk().ok_or(cut)?;
        let mut fields = Fields(sector);
        let damaged = JournalError::Corrupt { at: 0 };
        let (header, version, crc) = Self::fields(&mut fields).ok_or(damaged.clone())?;
        if version != VERSION {
            return Err(JournalError::NotAJournal { got: version, wanted: VERSION });
        }
        if crc != sector_crc(sector) {
            return Err(damaged);
        }
        Ok((header, crc))
    }

    fn fields(fields: &mut Fields<'_>) -> Option<(Self, u32, u32)> {
        fields.take(MAGIC.len())?;
        let version = fields.u32()?;
        let header = Self {
            binding: Binding {
                host: HostId::from_bytes(fields.array()?),
                machine: Machine::from_bytes(&fields.array()?),
            },
            creation: fields.array()?,
            base: fields.u64()?,
            carried_end: fields.u64()?,
            growth: fields.u32()?,
        };
        Some((header, version, fields.u32()?))
    }

    /// Whether this host, on this machine, may open the journal. R10
    pub(super) fn allows(&self, here: &Binding) -> Result<(), JournalError> {
        let journal = &self.binding;
        if journal.host != here.host {
            return Err(JournalError::ForeignHost {
                journal: journal.host.short().into(),
                here: here.host.short().into(),
            });
        }
        if !journal.machine.is_same(&here.machine) {
            return Err(JournalError::ForeignMachine {
                journal: journal.machine.short().into(),
                here: here.machine.short().into(),
            });
        }
        Ok(())
    }
}

/// CRC-32C of the whole sector, with zeros where the checksum itself stands.
fn sector_crc(sector: &[u8; SECTOR]) -> u32 {
    let mut bare = *sector;
    bare[CHECKED..CHECKED + 4].fill(0);
    crc32c(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_stands_behind_the_last_field() {
        let binding = Binding { host: HostId::from_bytes([7; 32]), machine: Machine::UNKNOWN };
        let header =
            Header { binding, creation: [9; 16], base: 4, carried_end: 1_024, growth: 4_096 };
        let (sector, crc) = header.to_sector();
        assert_eq!(sector[CHECKED - 4..CHECKED], 4_096u32.to_le_bytes());
        assert_eq!(Header::read(&sector, 4_096), Ok((header, crc)));
    }
}
