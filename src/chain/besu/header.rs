//! Header: a block header of QBFT or IBFT 2.0, and the two hashes it has.

use super::{BesuError, ExtraData, Form, Protocol, view::checked_height};
use crate::chain::{
    address::{ADDRESS, keccak, signer_of},
    rlp::{self, Fields, push},
};
use alloc::vec::Vec;

/// What marks a block of these protocols: the last 32 letters of their family's name.
const MIX_HASH: [u8; 32] = *b"ctical byzantine fault tolerance";

/// The fields that may follow the nonce, in their order, each with its form. The first that is
/// missing ends the header.
const LATER: [(&str, Later); 8] = [
    ("base fee", Later::Integer),
    ("withdrawals root", Later::Hash),
    ("blob gas used", Later::Integer),
    ("excess blob gas", Later::Integer),
    ("parent beacon root", Later::Hash),
    ("requests hash", Later::Hash),
    ("block access list hash", Later::Hash),
    ("slot number", Later::Integer),
];

#[derive(Clone, Copy)]
enum Later {
    Integer,
    Hash,
}

/// A block header of QBFT or IBFT 2.0.
///
/// Fields that nothing here depends on are checked for their form, and kept as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    protocol: Protocol,
    number: u64,
    extra: ExtraData,
    before: Vec<u8>, // the encoded fields before the extra data
    after: Vec<u8>,  // and those after it
}

impl Header {
    /// Reads a header from its RLP and nothing else, with its extra data whole or, as a commit
    /// seal signs it, without the seals.
    ///
    /// # Errors
    ///
    /// [`BesuError`].
    pub fn from_rlp(protocol: Protocol, form: Form, rlp: &[u8]) -> Result<Self, BesuError> {
        let list = Fields::of_list(rlp).ok_or(BesuError::NotOneList { what: "header" })?;
        let mut fields = list;
        fields.fixed::<32>("parent hash")?;
        fields.fixed::<32>("ommers hash")?;
        fields.fixed::<ADDRESS>("coinbase")?;
        fields.fixed::<32>("state root")?;
        fields.fixed::<32>("transactions root")?;
        fields.fixed::<32>("receipts root")?;
        fields.fixed::<256>("bloom")?;
        fields.integer::<u128>("difficulty", u128::BITS)?;
        let number = fields.integer("number", u64::BITS)?;
        fields.integer::<u64>("gas limit", u64::BITS)?;
        fields.integer::<u64>("gas used", u64::BITS)?;
        fields.integer::<u64>("timestamp", u64::BITS)?;
        let before = list.rest().get(..list.rest().len() - fields.rest().len());
        let extra = fields.bytes("extra data")?;
        let after = fields.rest();
        if fields.fixed::<32>("mix hash")? != MIX_HASH {
            return Err(BesuError::MixHash);
        }
        fields.fixed::<8>("nonce")?;
        for (field, later) in LATER {
            if fields.is_empty() {
                break;
            }
            match later {
                Later::Integer => drop(fields.integer::<u128>(field, u128::BITS)?),
                Later::Hash => drop(fields.fixed::<32>(field)?),
            }
        }
        if !fields.is_empty() {
            return Err(BesuError::TooManyFields { what: "header" });
        }
        let header = Self {
            protocol,
            number,
            extra: ExtraData::from_rlp(protocol, form, extra)?,
            before: before.unwrap_or_default().to_vec(),
            after: after.to_vec(),
        };
        // What is hashed is the re-encoding: a decoder that forgives may not make two of one.
        if header.to_rlp(form) == rlp { Ok(header) } else { Err(BesuError::NotCanonical) }
    }

    /// The RLP of the header, with its extra data in one of its forms.
    #[must_use]
    pub fn to_rlp(&self, form: Form) -> Vec<u8> {
        let extra = self.extra.to_rlp(self.protocol, form);
        let length = self.before.len() + extra.len() + 9 + self.after.len();
        let mut fields = Vec::with_capacity(length);
        fields.extend_from_slice(&self.before);
        push(&mut fields, &extra);
        fields.extend_from_slice(&self.after);
        rlp::list(&fields)
    }

    /// The protocol that it is of.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The block's number.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The round that the block was proposed in.
    #[must_use]
    pub const fn round(&self) -> u32 {
        self.extra.round
    }

    /// The extra data.
    #[must_use]
    pub const fn extra_data(&self) -> &ExtraData {
        &self.extra
    }

    /// The hash that a commit seal signs, and that prepares and commits name the block by: it
    /// covers the round, and no seal.
    #[must_use]
    pub fn commit_seal_hash(&self) -> [u8; 32] {
        keccak(&self.to_rlp(Form::WithoutSeals))
    }

    /// The hash that names the block on the chain: it covers neither seals nor round, but for the
    /// genesis block, whose extra data is taken as it is.
    #[must_use]
    pub fn block_hash(&self) -> [u8; 32] {
        let form = if self.number == 0 { Form::Whole } else { Form::WithoutSealsAndRound };
        keccak(&self.to_rlp(form))
    }

    /// The same header with these seals, in place of those that it may have.
    #[must_use]
    pub fn with_seals(&self, seals: Vec<[u8; 65]>) -> Self {
        let extra = ExtraData { seals, ..self.extra.clone() };
        Self { extra, ..self.clone() }
    }

    /// The addresses whose keys made the seals, in the order of the seals. Whether they are
    /// validators, and enough of them, the network decides.
    ///
    /// # Errors
    ///
    /// [`BesuError::Signature`] if one seal gives no key.
    pub fn signers(&self) -> Result<Vec<[u8; ADDRESS]>, BesuError> {
        let hash = self.commit_seal_hash();
        let signers = self.extra.seals.iter().map(|seal| signer_of(&hash, seal));
        signers.collect::<Option<_>>().ok_or(BesuError::Signature { field: "seal" })
    }

    /// Refuses what no validator proposes or seals: the genesis block, a block with seals.
    pub(super) fn checked_unsealed(self) -> Result<Self, BesuError> {
        checked_height(self.number)?;
        if self.extra.seals.is_empty() { Ok(self) } else { Err(BesuError::Sealed) }
    }
}
