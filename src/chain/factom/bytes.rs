//! Bytes: a message, read field by field.

use super::refuse;
use crate::ports::NotRead;

pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], NotRead> {
        let (first, rest) = self.0.split_first_chunk().ok_or_else(|| refuse("it is cut short"))?;
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn byte(&mut self) -> Result<u8, NotRead> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn number(&mut self) -> Result<u32, NotRead> {
        self.array().map(u32::from_be_bytes)
    }

    /// A byte that can only be this one.
    pub(super) fn exactly(&mut self, wanted: u8, what: &'static str) -> Result<(), NotRead> {
        if self.byte()? == wanted { Ok(()) } else { Err(refuse(what)) }
    }

    pub(super) fn flag(&mut self, what: &'static str) -> Result<bool, NotRead> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(refuse(what)),
        }
    }

    pub(super) fn end(self) -> Result<(), NotRead> {
        if self.0.is_empty() { Ok(()) } else { Err(refuse("bytes follow the message")) }
    }
}
