//! `safety.dat`: what nodeos keeps of its finalizers' votes.

use super::{BlockRef, FinalizerSafety, Slot};
use crate::{
    Lanes, PublicKey,
    eos::{FinalizerKey, NotEosBytes, NotEosText, bytes::Reader, bytes::put_bytes},
    watermark::Mark,
};
use alloc::{vec, vec::Vec};

const MAGIC: u64 = 0x5afe_1111_5afe_1111;

/// The most finalizers that are read; an operator has a handful.
pub const MAX_FINALIZERS: u64 = 1_024;

/// The finalizers of one node, each with what it remembers.
///
/// Little-endian: the magic number `5afe11115afe1111`, the version (0 or 1) and the number of
/// finalizers, `u64` each; for each its key with its length, the last vote and the lock, 68 bytes
/// each, and the slot of the last vote on another branch, `u32` (version 0: one byte that says
/// whether there was one, which counts as the last vote's slot). Version 1 ends with the CRC-32 of
/// everything before. Source: Antelope Spring `finalizer.cpp`.
///
/// A key that is in no file is one that has never voted, to nodeos: it would vote anew. Here it is
/// refused (R5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafetyDat {
    version: Version,
    finalizers: Vec<(FinalizerKey, FinalizerSafety)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V0,
    V1,
}

/// Why bytes are no `safety.dat`, or do not say what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotASafetyDat {
    /// The file begins otherwise.
    #[error("the file begins with {got:#018x} instead of {MAGIC:#018x}")]
    Magic {
        /// What came.
        got: u64,
    },
    /// A version that is not known.
    #[error("the file has version {got}; 0 and 1 are known")]
    Version {
        /// What came.
        got: u64,
    },
    /// More finalizers than are read.
    #[error("the file has {got} finalizers; at most {MAX_FINALIZERS} are read")]
    TooMany {
        /// How many.
        got: u64,
    },
    /// The file was cut, or has another form.
    #[error("the file is damaged: {0}")]
    Bytes(NotEosBytes),
    /// A key is no point of the curve.
    #[error("the file is damaged: {0}")]
    Key(NotEosText),
    /// A key of another length.
    #[error("the file is damaged: a key has {got} bytes instead of 96")]
    KeyLength {
        /// What came.
        got: usize,
    },
    /// The checksum is another.
    #[error("the file is damaged: its checksum is {stated:#010x}, and its bytes give {got:#010x}")]
    Checksum {
        /// What the file says.
        stated: u32,
        /// What its bytes give.
        got: u32,
    },
    /// A vote on another branch is said to be, and no vote is.
    #[error("the file is damaged: a fork is noted, and no vote")]
    ForkWithoutVote,
    /// The key is not in the file.
    #[error("the file says nothing of {key}")]
    NoSuchKey {
        /// Which.
        key: PublicKey,
    },
    /// The key is in the file, without a vote and without a lock.
    #[error("the file knows {key}, and neither a vote nor a lock of it")]
    Empty {
        /// Which.
        key: PublicKey,
    },
}

impl NotASafetyDat {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Magic { .. } => "safety_dat.magic",
            Self::Version { .. } => "safety_dat.version",
            Self::TooMany { .. } => "safety_dat.too_many",
            Self::Bytes(_) => "safety_dat.bytes",
            Self::Key(_) => "safety_dat.key",
            Self::KeyLength { .. } => "safety_dat.key_length",
            Self::Checksum { .. } => "safety_dat.checksum",
            Self::ForkWithoutVote => "safety_dat.fork_without_vote",
            Self::NoSuchKey { .. } => "safety_dat.no_such_key",
            Self::Empty { .. } => "safety_dat.empty",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NoSuchKey { .. } | Self::Empty { .. } => {
                "find the file of the node that voted with this key, or use a new key"
            }
            Self::Magic { .. } | Self::Version { .. } | Self::TooMany { .. } => {
                "check that this is the file of a node that is known here"
            }
            Self::Bytes(_)
            | Self::Key(_)
            | Self::KeyLength { .. }
            | Self::Checksum { .. }
            | Self::ForkWithoutVote => {
                "stop the node, copy its file again, or use a new key; an older copy is no remedy"
            }
        }
    }
}

impl From<NotEosBytes> for NotASafetyDat {
    fn from(error: NotEosBytes) -> Self {
        Self::Bytes(error)
    }
}

impl SafetyDat {
    /// A file of version 1, with these finalizers in this order.
    #[must_use]
    pub const fn new(finalizers: Vec<(FinalizerKey, FinalizerSafety)>) -> Self {
        Self { version: Version::V1, finalizers }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`NotASafetyDat`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotASafetyDat> {
        let mut reader = Reader::new(bytes);
        let mut number = || reader.array().map(|bytes| u64::from_le_bytes(*bytes));
        let (magic, version, count) = (number()?, number()?, number()?);
        if magic != MAGIC {
            return Err(NotASafetyDat::Magic { got: magic });
        }
        let version = match version {
            0 => Version::V0,
            1 => Version::V1,
            got => return Err(NotASafetyDat::Version { got }),
        };
        if count > MAX_FINALIZERS {
            return Err(NotASafetyDat::TooMany { got: count });
        }
        if version == Version::V1 {
            check_sum(bytes)?;
        }
        let finalizers = (0..count).map(|_| read_finalizer(&mut reader, version));
        let finalizers = finalizers.collect::<Result<_, _>>()?;
        if version == Version::V1 {
            reader.u32()?;
        }
        reader.end()?;
        Ok(Self { version, finalizers })
    }

    /// The file's bytes, in its version.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_le_bytes().to_vec();
        let version: u64 = match self.version {
            Version::V0 => 0,
            Version::V1 => 1,
        };
        bytes.extend(version.to_le_bytes());
        bytes.extend((self.finalizers.len() as u64).to_le_bytes());
        for (key, safety) in &self.finalizers {
            put_bytes(&mut bytes, key.as_affine());
            safety.last_vote.pack_into(&mut bytes);
            safety.lock.pack_into(&mut bytes);
            let other = safety.other_branch_latest.number();
            match self.version {
                Version::V0 => bytes.push(u8::from(other > 0)),
                Version::V1 => bytes.extend(other.to_le_bytes()),
            }
        }
        if self.version == Version::V1 {
            bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        }
        bytes
    }

    /// The version: 0 or 1.
    #[must_use]
    pub const fn version(&self) -> u8 {
        match self.version {
            Version::V0 => 0,
            Version::V1 => 1,
        }
    }

    /// Every finalizer, in the order of the file.
    #[must_use]
    pub fn finalizers(&self) -> &[(FinalizerKey, FinalizerSafety)] {
        &self.finalizers
    }

    /// What the finalizer with this key remembers. nodeos takes the first entry of a key.
    ///
    /// # Errors
    ///
    /// [`NotASafetyDat::NoSuchKey`].
    pub fn safety_of(&self, key: &PublicKey) -> Result<FinalizerSafety, NotASafetyDat> {
        let entry = self.finalizers.iter().find(|(other, _)| other.public_key() == *key);
        entry.map(|(_, safety)| *safety).ok_or(NotASafetyDat::NoSuchKey { key: *key })
    }

    /// The marks to begin with: the highest that the file's entries of this key give.
    ///
    /// # Errors
    ///
    /// [`NotASafetyDat::NoSuchKey`] or [`NotASafetyDat::Empty`].
    pub fn marks_of(&self, key: &PublicKey) -> Result<Lanes<Option<Mark>>, NotASafetyDat> {
        self.safety_of(key)?;
        let own = self.finalizers.iter().filter(|(other, _)| other.public_key() == *key);
        let highest = own.filter_map(|(_, safety)| safety.to_mark()).reduce(Mark::raised_to);
        let mark = highest.ok_or(NotASafetyDat::Empty { key: *key })?;
        Ok(Lanes::from(vec![Some(mark)]))
    }
}

fn read_finalizer(
    reader: &mut Reader<'_>,
    version: Version,
) -> Result<(FinalizerKey, FinalizerSafety), NotASafetyDat> {
    let key = reader.bytes(256)?;
    let key = key.try_into().map_err(|_| NotASafetyDat::KeyLength { got: key.len() })?;
    let key = FinalizerKey::from_affine(key).map_err(NotASafetyDat::Key)?;
    let (last_vote, lock) = (BlockRef::read(reader)?, BlockRef::read(reader)?);
    let other_branch_latest = match version {
        Version::V1 => Slot::new(reader.u32()?),
        Version::V0 => match (reader.is_there()?, last_vote.slot) {
            (false, _) => Slot::new(0),
            (true, slot) if slot == Slot::new(0) => return Err(NotASafetyDat::ForkWithoutVote),
            (true, slot) => slot,
        },
    };
    Ok((key, FinalizerSafety { last_vote, lock, other_branch_latest }))
}

fn check_sum(bytes: &[u8]) -> Result<(), NotASafetyDat> {
    let (content, stated) = bytes.split_last_chunk().ok_or(NotEosBytes::Cut)?;
    let (stated, got) = (u32::from_le_bytes(*stated), crc32fast::hash(content));
    if stated == got { Ok(()) } else { Err(NotASafetyDat::Checksum { stated, got }) }
}
