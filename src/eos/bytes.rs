//! Bytes: the reader and the numbers under every packed form.
//!
//! Numbers are little-endian; a list is its length and its entries, bytes and texts are a length
//! and as many bytes; a length is a varuint: 7 bits in each byte, the lowest first. One value has
//! one packed form: every other is refused. Source: Antelope `fc/io/raw.hpp`.

use super::NotEosText;
use crate::authority::{Level, MAX_ENTRIES, Name};
use alloc::{borrow::ToOwned as _, string::String, vec::Vec};

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
    /// A signature of a kind that is not read.
    #[error("there is no signature of kind {kind}")]
    SignatureKind {
        /// Its number.
        kind: u64,
    },
    /// More bytes than are read.
    #[error("{got} bytes; at most {limit} are read")]
    TooLarge {
        /// How many came.
        got: usize,
        /// What is read.
        limit: usize,
    },
    /// A text that is not UTF-8.
    #[error("a text is not UTF-8")]
    Text,
    /// An alternative that is not known.
    #[error("there is no {what} of kind {kind}")]
    Alternative {
        /// Of what.
        what: &'static str,
        /// Its number.
        kind: u64,
    },
    /// An action whose data is not read here.
    #[error("the data of \"{name}\" of {contract} is not read here")]
    OtherAction {
        /// The contract.
        contract: Name,
        /// The action.
        name: Name,
    },
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
            Self::SignatureKind { .. } => "eos.signature_kind",
            Self::TooLarge { .. } => "eos.too_large",
            Self::Text => "eos.not_utf8",
            Self::Alternative { .. } => "eos.alternative",
            Self::OtherAction { .. } => "eos.other_action",
            Self::NotAnAccount { .. } => "eos.not_an_account",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotAnAccount { .. } => "name the account that stands for the identity on chain",
            Self::Key(error) => error.advice(),
            Self::OtherAction { .. } => {
                "sign it only if those who wrote the contract say what its data means"
            }
            Self::Alternative { .. } => "have it sent uncompressed, in the form that is documented",
            Self::Cut
            | Self::LeftOver { .. }
            | Self::Varuint
            | Self::TooMany { .. }
            | Self::Kind { .. }
            | Self::SignatureKind { .. }
            | Self::TooLarge { .. }
            | Self::Text => "get the bytes again from where they come from",
        }
    }
}

/// Reads packed bytes from front to back.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], NotEosBytes> {
        let (array, rest) = self.0.split_first_chunk().ok_or(NotEosBytes::Cut)?;
        self.0 = rest;
        Ok(array)
    }

    /// A length and as many bytes.
    pub(crate) fn bytes(&mut self, limit: usize) -> Result<&'a [u8], NotEosBytes> {
        let length = self.length(limit)?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(NotEosBytes::Cut)?;
        self.0 = rest;
        Ok(bytes)
    }

    /// Whether an optional value follows.
    pub(crate) fn is_there(&mut self) -> Result<bool, NotEosBytes> {
        match *self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [kind] => {
                Err(NotEosBytes::Alternative { what: "optional value", kind: u64::from(kind) })
            }
        }
    }

    pub(crate) fn varuint(&mut self) -> Result<u64, NotEosBytes> {
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

    pub(crate) const fn end(&self) -> Result<(), NotEosBytes> {
        if self.0.is_empty() { Ok(()) } else { Err(NotEosBytes::LeftOver { left: self.0.len() }) }
    }

    pub(crate) fn u16(&mut self) -> Result<u16, NotEosBytes> {
        self.array().map(|bytes| u16::from_le_bytes(*bytes))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, NotEosBytes> {
        self.array().map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// A varuint as the number it stands for; none is above 32 bits.
    pub(crate) fn varuint32(&mut self) -> Result<u32, NotEosBytes> {
        u32::try_from(self.varuint()?).map_err(|_| NotEosBytes::Varuint)
    }

    pub(crate) fn name(&mut self) -> Result<Name, NotEosBytes> {
        self.array().map(|bytes| Name::from_u64(u64::from_le_bytes(*bytes)))
    }

    pub(crate) fn text(&mut self, limit: usize) -> Result<String, NotEosBytes> {
        let text = core::str::from_utf8(self.bytes(limit)?).map_err(|_| NotEosBytes::Text)?;
        Ok(text.to_owned())
    }

    pub(crate) fn list<T>(
        &mut self,
        mut entry: impl FnMut(&mut Self) -> Result<T, NotEosBytes>,
    ) -> Result<Vec<T>, NotEosBytes> {
        let length = self.length(MAX_ENTRIES)?;
        (0..length).map(|_| entry(self)).collect()
    }

    /// Whether nothing is left.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn length(&mut self, limit: usize) -> Result<usize, NotEosBytes> {
        let got = self.varuint()?;
        let too_many = NotEosBytes::TooMany { got, limit };
        usize::try_from(got).ok().filter(|length| *length <= limit).ok_or(too_many)
    }
}

/// Reads what these bytes hold, and nothing else.
pub(crate) fn whole<T>(
    bytes: &[u8],
    limit: usize,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, NotEosBytes>,
) -> Result<T, NotEosBytes> {
    if bytes.len() > limit {
        return Err(NotEosBytes::TooLarge { got: bytes.len(), limit });
    }
    let mut reader = Reader::new(bytes);
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

pub(crate) fn put_varuint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

pub(crate) fn put_name(bytes: &mut Vec<u8>, name: Name) {
    bytes.extend_from_slice(&name.to_u64().to_le_bytes());
}

/// A length and as many bytes.
pub(crate) fn put_bytes(bytes: &mut Vec<u8>, content: &[u8]) {
    put_varuint(bytes, content.len() as u64);
    bytes.extend_from_slice(content);
}
