//! Header error: why bytes are no header, or what a header does not give.

use crate::chain::rlp::FieldError;

/// Why bytes are no header, or a header does not give what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The bytes are not one RLP list and nothing else.
    #[error("the bytes are not exactly one RLP list")]
    NotOneList,
    /// A field is absent, or is a list, or is cut off.
    #[error("the {field} is missing, or is not an RLP byte string")]
    Field {
        /// Which.
        field: &'static str,
    },
    /// A field of fixed length has another length.
    #[error("the {field} has {got} bytes instead of {wanted}")]
    Length {
        /// Which.
        field: &'static str,
        /// The bytes it has.
        got: usize,
        /// The bytes it must have.
        wanted: usize,
    },
    /// A number has leading zeros, or does not fit.
    #[error("the {field} is not an integer in its shortest form of at most {bits} bits")]
    Integer {
        /// Which.
        field: &'static str,
        /// What is read at most.
        bits: u32,
    },
    /// Fields follow that Clique does not have, such as a withdrawals root.
    #[error("the header has more than 16 fields")]
    TooManyFields,
    /// The extra data is not vanity, signers and perhaps a seal.
    #[error("the extra data has {got} bytes, neither 32 + 20 n nor 97 + 20 n")]
    ExtraLength {
        /// The bytes it has.
        got: usize,
    },
    /// The difficulty is neither 1 (out of turn) nor 2 (in turn).
    #[error("the difficulty is {got} instead of 1 or 2")]
    Difficulty {
        /// What it is.
        got: u64,
    },
    /// The same header has other, canonical bytes.
    #[error("the encoding is not the canonical one")]
    NotCanonical,
    /// The header has no seal.
    #[error("the header has no seal")]
    NotSealed,
    /// The seal is not a secp256k1 signature with `v` 0 or 1 that a key can be recovered from.
    #[error("the seal is not a recoverable secp256k1 signature with v 0 or 1")]
    BadSeal,
    /// There is no number after the header's.
    #[error("no block number follows {number}")]
    LastNumber {
        /// The header's number.
        number: u64,
    },
}

impl HeaderError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOneList => "clique.not_one_list",
            Self::Field { .. } => "clique.field",
            Self::Length { .. } => "clique.length",
            Self::Integer { .. } => "clique.integer",
            Self::TooManyFields => "clique.too_many_fields",
            Self::ExtraLength { .. } => "clique.extra_length",
            Self::Difficulty { .. } => "clique.difficulty",
            Self::NotCanonical => "clique.not_canonical",
            Self::NotSealed => "clique.not_sealed",
            Self::BadSeal => "clique.bad_seal",
            Self::LastNumber { .. } => "clique.last_number",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotOneList
            | Self::Field { .. }
            | Self::Length { .. }
            | Self::Integer { .. }
            | Self::TooManyFields
            | Self::ExtraLength { .. }
            | Self::Difficulty { .. }
            | Self::NotCanonical => "check that the node seals with Clique, and what it sent",
            Self::NotSealed => "take the header from the network, with its seal",
            Self::BadSeal => "do not build on this block; take it from another node",
            Self::LastNumber { .. } => "check the block that was taken as the parent",
        }
    }
}

impl From<FieldError> for HeaderError {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::Form { field } => Self::Field { field },
            FieldError::Length { field, got, wanted } => Self::Length { field, got, wanted },
            FieldError::Integer { field, bits } => Self::Integer { field, bits },
        }
    }
}
