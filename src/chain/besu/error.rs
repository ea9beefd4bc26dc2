//! Besu error: why bytes are no message or header of this protocol.

use crate::chain::rlp::FieldError;

/// Why bytes are no message or header, or do not give what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BesuError {
    /// More bytes than a message may have.
    #[error("the message has {got} bytes; at most {most} are read")]
    TooLarge {
        /// What came.
        got: usize,
        /// What is read at most.
        most: usize,
    },
    /// The bytes are not one RLP list, after the type's byte in IBFT 2.0.
    #[error("the bytes are not exactly one {what} in RLP")]
    NotOneList {
        /// What they should be.
        what: &'static str,
    },
    /// The type is none of the protocol's.
    #[error("{got} is no type of message")]
    Type {
        /// What came.
        got: u8,
    },
    /// A field is absent or cut off, or is a list or a byte string where the other is due.
    #[error("the {field} is missing, or has another form")]
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
    /// Fields follow that there should not be.
    #[error("the {what} has more fields than it may")]
    TooManyFields {
        /// Which list.
        what: &'static str,
    },
    /// No message has this height: 0 is the genesis block, and Java counts to 2^63 - 1.
    #[error("no message has height {got}")]
    Height {
        /// What came.
        got: u64,
    },
    /// No message of this type has this round: rounds end at 2^31 - 1, round changes begin at 1.
    #[error("no such message has round {got}")]
    Round {
        /// What came.
        got: u32,
    },
    /// Height, round or block of one part are not those of the other.
    #[error("the {part} is of another height, round or block than the message")]
    Other {
        /// Which part.
        part: &'static str,
    },
    /// The header is not one of QBFT or IBFT 2.0.
    #[error("the header's mix hash is not that of a Byzantine-fault-tolerant block")]
    MixHash,
    /// A header to be sealed or proposed carries seals already.
    #[error("the header is sealed already")]
    Sealed,
    /// A seal or signature is no secp256k1 signature with `v` 0 or 1.
    #[error("the {field} is not a recoverable secp256k1 signature with low s and v 0 or 1")]
    Signature {
        /// Which.
        field: &'static str,
    },
    /// The same message has other, canonical bytes.
    #[error("the encoding is not the canonical one")]
    NotCanonical,
}

impl BesuError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "besu.too_large",
            Self::NotOneList { .. } => "besu.not_one_list",
            Self::Type { .. } => "besu.type",
            Self::Field { .. } => "besu.field",
            Self::Length { .. } => "besu.length",
            Self::Integer { .. } => "besu.integer",
            Self::TooManyFields { .. } => "besu.too_many_fields",
            Self::Height { .. } => "besu.height",
            Self::Round { .. } => "besu.round",
            Self::Other { .. } => "besu.other",
            Self::MixHash => "besu.mix_hash",
            Self::Sealed => "besu.sealed",
            Self::Signature { .. } => "besu.signature",
            Self::NotCanonical => "besu.not_canonical",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge { .. }
            | Self::NotOneList { .. }
            | Self::Type { .. }
            | Self::Field { .. }
            | Self::Length { .. }
            | Self::Integer { .. }
            | Self::TooManyFields { .. }
            | Self::NotCanonical => "check that the node runs this protocol, and what it sent",
            Self::Height { .. } | Self::Round { .. } | Self::Other { .. } => {
                "do not sign it: check the node that made it"
            }
            Self::MixHash => "check that the header is of a QBFT or IBFT 2.0 network",
            Self::Sealed => "hand over the header as it is before it has seals",
            Self::Signature { .. } => "take the message from another node",
        }
    }
}

impl From<FieldError> for BesuError {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::Form { field } => Self::Field { field },
            FieldError::Length { field, got, wanted } => Self::Length { field, got, wanted },
            FieldError::Integer { field, bits } => Self::Integer { field, bits },
        }
    }
}
