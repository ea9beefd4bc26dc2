//! Header: of a block, legacy or Savanna, and its id.

use super::Slot;
use crate::{
    authority::Name,
    digest::from_lower_hex,
    eos::{
        NotEosBytes,
        bytes::{Reader, put_bytes, put_name, put_varuint},
    },
};
use alloc::{string::String, vec::Vec};
use core::{fmt, str::FromStr};
use sha2::{Digest as _, Sha256};

/// The most bytes of one header extension that are read.
pub const MAX_EXTENSION: usize = 1 << 20;

/// The version of the schedule in the header of every Savanna block.
const SAVANNA: u32 = 0x8000_0000;

/// Names a block: the digest of its header, the first four bytes replaced by its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId([u8; 32]);

/// A text that is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a block id: expected 64 lower-case hexadecimal digits")]
pub struct NotABlockId;

/// A block header.
///
/// Packed, little-endian: `slot: u32 || producer: u64 || confirmed: u16 || previous: 32 ||
/// transaction_mroot: 32 || action_mroot: 32 || schedule_version: u32 || new_producers: optional
/// || header_extensions: list of (u16, bytes)`. Source: Antelope `block_header.hpp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// When the block is due.
    pub slot: Slot,
    /// Who makes it.
    pub producer: Name,
    /// How many blocks before this one the producer confirms; always 0 in Savanna.
    pub confirmed: u16,
    /// The block before this one.
    pub previous: BlockId,
    /// The root over its transactions.
    pub transaction_mroot: [u8; 32],
    /// The root over its actions; in Savanna the root that finality proves.
    pub action_mroot: [u8; 32],
    /// Which schedule the producer is of; 2^31 in every Savanna block.
    pub schedule_version: u32,
    /// A schedule that is proposed, as it was written before weighted block signing.
    pub new_producers: Option<NewProducers>,
    /// What came later, by number: 0 features, 1 a proposed schedule, 2 finality.
    pub header_extensions: Vec<Extension>,
}

/// A proposed schedule of producers with one key each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProducers {
    /// The schedule's version.
    pub version: u32,
    /// Each producer with its key: the number of its kind, 0 or 1, and 33 bytes. Whether they are
    /// a point nobody asks, here or on the chain.
    pub producers: Vec<(Name, [u8; 34])>,
}

/// An extension of a header, whose bytes are not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Which.
    pub id: u16,
    /// What it says, at most [`MAX_EXTENSION`] bytes.
    pub bytes: Vec<u8>,
}

impl Header {
    /// Unpacks a header that these bytes hold and nothing else.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes`].
    pub fn unpack(bytes: &[u8]) -> Result<Self, NotEosBytes> {
        let mut reader = Reader::new(bytes);
        let header = Self::read(&mut reader)?;
        reader.end()?;
        Ok(header)
    }

    /// Packs the header.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(128);
        packed.extend(self.slot.number().to_le_bytes());
        put_name(&mut packed, self.producer);
        packed.extend(self.confirmed.to_le_bytes());
        packed.extend(self.previous.0);
        packed.extend(self.transaction_mroot);
        packed.extend(self.action_mroot);
        packed.extend(self.schedule_version.to_le_bytes());
        packed.push(u8::from(self.new_producers.is_some()));
        if let Some(NewProducers { version, producers }) = &self.new_producers {
            packed.extend(version.to_le_bytes());
            put_varuint(&mut packed, producers.len() as u64);
            for (producer, key) in producers {
                put_name(&mut packed, *producer);
                packed.extend(key);
            }
        }
        put_varuint(&mut packed, self.header_extensions.len() as u64);
        for Extension { id, bytes } in &self.header_extensions {
            packed.extend(id.to_le_bytes());
            put_bytes(&mut packed, bytes);
        }
        packed
    }

    /// The SHA-256 of the packed header.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.pack()).into()
    }

    /// The block's number: one more than the previous block's; `None` beyond 32 bits.
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        self.previous.number().checked_add(1)
    }

    /// The block's id; `None` if it has no number.
    #[must_use]
    pub fn id(&self) -> Option<BlockId> {
        self.number().map(|number| BlockId::of(number, self.digest()))
    }

    /// Whether this is a block of Savanna, and not of the consensus before it.
    #[must_use]
    pub const fn is_savanna(&self) -> bool {
        self.schedule_version == SAVANNA
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        Ok(Self {
            slot: Slot::new(reader.u32()?),
            producer: reader.name()?,
            confirmed: reader.u16()?,
            previous: BlockId(*reader.array()?),
            transaction_mroot: *reader.array()?,
            action_mroot: *reader.array()?,
            schedule_version: reader.u32()?,
            new_producers: if reader.is_there()? {
                Some(NewProducers::read(reader)?)
            } else {
                None
            },
            header_extensions: reader.list(|reader| {
                let id = reader.u16()?;
                Ok(Extension { id, bytes: reader.bytes(MAX_EXTENSION)?.to_vec() })
            })?,
        })
    }
}

impl NewProducers {
    fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        let version = reader.u32()?;
        let producers = reader.list(|reader| {
            let name = reader.name()?;
            let key: [u8; 34] = *reader.array()?;
            match key {
                [0 | 1, ..] => Ok((name, key)),
                [kind, ..] => Err(NotEosBytes::Kind { kind: u64::from(kind) }),
            }
        })?;
        Ok(Self { version, producers })
    }
}

impl BlockId {
    /// The id with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The id of the block with this number and header digest.
    #[must_use]
    pub const fn of(number: u32, header_digest: [u8; 32]) -> Self {
        let mut id = header_digest;
        [id[0], id[1], id[2], id[3]] = number.to_be_bytes();
        Self(id)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The number of the block.
    #[must_use]
    pub const fn number(&self) -> u32 {
        let [first, second, third, fourth, ..] = self.0;
        u32::from_be_bytes([first, second, third, fourth])
    }
}

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode(self.0))
    }
}

impl fmt::Debug for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short: String = const_hex::encode(self.0).chars().skip(8).take(8).collect();
        write!(f, "block {} ({short})", self.number())
    }
}

impl FromStr for BlockId {
    type Err = NotABlockId;

    fn from_str(text: &str) -> Result<Self, NotABlockId> {
        from_lower_hex(text).map(Self).ok_or(NotABlockId)
    }
}
