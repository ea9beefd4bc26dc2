//! RLP: the fields of a list, one by one, each in its only encoding.

use alloc::vec::Vec;
use alloy_rlp::{Decodable, Header};

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldError {
    /// It is absent, or cut off, or a list where a byte string is due, or the other way round.
    Form { field: &'static str },
    /// A field of fixed length has another length.
    Length { field: &'static str, got: usize, wanted: usize },
    /// A number has leading zeros, or does not fit.
    Integer { field: &'static str, bits: u32 },
}

/// The fields of a list that have not been read yet.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The fields of exactly one list, if the bytes are that.
    pub(crate) fn of_list(rlp: &'a [u8]) -> Option<Self> {
        let mut rest = rlp;
        let list = Header::decode_bytes(&mut rest, true).ok()?;
        rest.is_empty().then_some(Self(list))
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What has not been read yet, as it came.
    #[cfg(feature = "besu")]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Whether the next field is a list.
    #[cfg(feature = "besu")]
    pub(crate) fn is_list_next(&self) -> bool {
        self.0.first().is_some_and(|byte| *byte >= 0xc0)
    }

    pub(crate) fn bytes(&mut self, field: &'static str) -> Result<&'a [u8], FieldError> {
        Header::decode_bytes(&mut self.0, false).map_err(|_| FieldError::Form { field })
    }

    /// The fields of a list within the list.
    #[cfg(feature = "besu")]
    pub(crate) fn list(&mut self, field: &'static str) -> Result<Self, FieldError> {
        let list = Header::decode_bytes(&mut self.0, true);
        list.map(Self).map_err(|_| FieldError::Form { field })
    }

    /// A list within the list, with its own head. What it holds is not read.
    #[cfg(feature = "besu")]
    pub(crate) fn whole_list(&mut self, field: &'static str) -> Result<&'a [u8], FieldError> {
        let before = self.0;
        self.list(field)?;
        let length = before.len().saturating_sub(self.0.len());
        before.get(..length).ok_or(FieldError::Form { field })
    }

    pub(crate) fn fixed<const N: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<[u8; N], FieldError> {
        let bytes = self.bytes(field)?;
        bytes.try_into().map_err(|_| FieldError::Length { field, got: bytes.len(), wanted: N })
    }

    pub(crate) fn integer<T: Decodable>(
        &mut self,
        field: &'static str,
        bits: u32,
    ) -> Result<T, FieldError> {
        let mut next = self.0;
        self.bytes(field)?;
        T::decode(&mut next).map_err(|_| FieldError::Integer { field, bits })
    }
}

/// A list of these fields, which are encoded already.
pub(crate) fn list(fields: &[u8]) -> Vec<u8> {
    let mut rlp = Vec::with_capacity(fields.len() + 9);
    Header { list: true, payload_length: fields.len() }.encode(&mut rlp);
    rlp.extend_from_slice(fields);
    rlp
}

/// Adds a byte string to the fields of a list.
#[cfg(feature = "besu")]
pub(crate) fn push(fields: &mut Vec<u8>, bytes: &[u8]) {
    alloy_rlp::Encodable::encode(bytes, fields);
}
