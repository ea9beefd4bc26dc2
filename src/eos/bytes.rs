//! Bytes: the packed form of an authority, and the reader and the numbers under it.
//!
//! `threshold: u32 || keys || accounts || waits`, little-endian; a list is its length and its
//! entries; a length is a varuint: 7 bits in each byte, the lowest first.

use super::{EosPublicKey, NotEosText};
use crate::authority::{
    Actor, KeyWeight, Level, LevelWeight, MAX_ENTRIES, Name, WaitWeight, WeightedAuthority,
};
use alloc::vec::Vec;

/// Why bytes are not what they should be, or cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotEosBytes {
    /// They end too early.
    #[error("the bytes end too early")]
    Cut,
    /// Some are left over.
    #[error("{left} bytes are left over")]
    LeftOver {
        /// How many.
        left: usize,
    },
    /// A length that is longer than it need be, or above 32 bits.
    #[error("a length is not in its shortest form, or too high")]
    Varuint,
    /// A longer list than is read.
    #[error("a list of {got}; at most {limit} are read")]
    TooMany {
        /// Its length.
        got: u64,
        /// What is read.
        limit: usize,
    },
    /// A kind of key that is not known.
    #[error("there is no key of kind {kind}")]
    Kind {
        /// Its number.
        kind: u64,
    },
    /// A key that nobody can use.
    #[error(transparent)]
    Key(NotEosText),
    /// The chain has accounts, and no identities.
    #[error("{level} is not a permission of an account")]
    NotAnAccount {
        /// Which.
        level: Level,
    },
}

impl NotEosBytes {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cut => "eos.cut",
            Self::LeftOver { .. } => "eos.left_over",
            Self::Varuint => "eos.varuint",
            Self::TooMany { .. } => "eos.too_many",
            Self::Kind { .. } => "eos.kind",
            Self::Key(error) => error.code(),
            Self::NotAnAccount { .. } => "eos.not_an_account",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotAnAccount { .. } => "name the account that stands for the identity on chain",
            Self::Key(error) => error.advice(),
            Self::Cut
            | Self::LeftOver { .. }
            | Self::Varuint
            | Self::TooMany { .. }
            | Self::Kind { .. } => "get the bytes again from where they come from",
        }
    }
}

/// Packs an authority as it stands; whoever sends it has checked it.
///
/// # Errors
///
/// [`NotEosBytes::NotAnAccount`].
pub fn pack_authority(authority: &WeightedAuthority<EosPublicKey>) -> Result<Vec<u8>, NotEosBytes> {
    let mut packed = authority.threshold.to_le_bytes().to_vec();
    put_varuint(&mut packed, authority.keys.len() as u64);
    for entry in &authority.keys {
        entry.key.pack_into(&mut packed);
        packed.extend_from_slice(&entry.weight.to_le_bytes());
    }
    put_varuint(&mut packed, authority.accounts.len() as u64);
    for entry in &authority.accounts {
        let level = entry.permission;
        let Actor::Account(actor) = level.actor else {
            return Err(NotEosBytes::NotAnAccount { level });
        };
        packed.extend_from_slice(&actor.to_u64().to_le_bytes());
        packed.extend_from_slice(&level.permission.to_u64().to_le_bytes());
        packed.extend_from_slice(&entry.weight.to_le_bytes());
    }
    put_varuint(&mut packed, authority.waits.len() as u64);
    for wait in &authority.waits {
        packed.extend_from_slice(&wait.wait_sec.to_le_bytes());
        packed.extend_from_slice(&wait.weight.to_le_bytes());
    }
    Ok(packed)
}

/// Unpacks an authority that these bytes hold and nothing else; it may still not be valid.
///
/// # Errors
///
/// [`NotEosBytes`].
pub fn unpack_authority(bytes: &[u8]) -> Result<WeightedAuthority<EosPublicKey>, NotEosBytes> {
    let mut reader = Reader::new(bytes);
    let threshold = u32::from_le_bytes(*reader.array()?);
    let keys = reader.list(|reader| {
        let key = EosPublicKey::read(reader)?;
        Ok(KeyWeight { key, weight: reader.weight()? })
    })?;
    let accounts = reader.list(|reader| {
        let permission = Level::of_account(reader.name()?, reader.name()?);
        Ok(LevelWeight { permission, weight: reader.weight()? })
    })?;
    let waits = reader.list(|reader| {
        let wait_sec = u32::from_le_bytes(*reader.array()?);
        Ok(WaitWeight { wait_sec, weight: reader.weight()? })
    })?;
    reader.end()?;
    Ok(WeightedAuthority { threshold, keys, accounts, waits })
}

/// Reads packed bytes from front to back.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], NotEosBytes> {
        let (array, rest) = self.0.split_first_chunk().ok_or(NotEosBytes::Cut)?;
        self.0 = rest;
        Ok(array)
    }

    /// A length and as many bytes.
    pub(super) fn bytes(&mut self, limit: usize) -> Result<&'a [u8], NotEosBytes> {
        let length = self.length(limit)?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(NotEosBytes::Cut)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn varuint(&mut self) -> Result<u64, NotEosBytes> {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = *self.array()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let shortest = shift == 0 || byte != 0;
                let fits = u32::try_from(value).is_ok();
                return if shortest && fits { Ok(value) } else { Err(NotEosBytes::Varuint) };
            }
        }
        Err(NotEosBytes::Varuint)
    }

    pub(super) const fn end(&self) -> Result<(), NotEosBytes> {
        if self.0.is_empty() { Ok(()) } else { Err(NotEosBytes::LeftOver { left: self.0.len() }) }
    }

    fn length(&mut self, limit: usize) -> Result<usize, NotEosBytes> {
        let got = self.varuint()?;
        let too_many = NotEosBytes::TooMany { got, limit };
        usize::try_from(got).ok().filter(|length| *length <= limit).ok_or(too_many)
    }

    fn list<T>(
        &mut self,
        mut entry: impl FnMut(&mut Self) -> Result<T, NotEosBytes>,
    ) -> Result<Vec<T>, NotEosBytes> {
        let length = self.length(MAX_ENTRIES)?;
        (0..length).map(|_| entry(self)).collect()
    }

    fn weight(&mut self) -> Result<u16, NotEosBytes> {
        self.array().map(|bytes| u16::from_le_bytes(*bytes))
    }

    fn name(&mut self) -> Result<Name, NotEosBytes> {
        self.array().map(|bytes| Name::from_u64(u64::from_le_bytes(*bytes)))
    }
}

pub(super) fn put_varuint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
