//! Header: a block header of Clique, with or without its seal.

use super::HeaderError;
use crate::{
    Signature,
    chain::{
        address::{ADDRESS, keccak, signer_of},
        rlp::{self, Fields},
    },
};
use alloc::vec::Vec;
use alloy_rlp::Encodable as _;

/// The bytes at the start of the extra data that a signer may fill freely.
const VANITY: usize = 32;
/// The bytes of a seal, `r || s || v`.
const SEAL: usize = 65;
/// The Keccak-256 of the RLP of an empty string: the root of a trie without entries.
const EMPTY_ROOT: [u8; 32] = [
    0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
    0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21,
];

/// A block header (EIP-225; with the base fee of EIP-1559 where the network has it).
///
/// The extra data is 32 bytes of vanity, in checkpoint blocks 20 bytes for each signer, and in a
/// sealed header the 65 bytes of the seal. The length tells whether there is a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    parent_hash: [u8; 32],
    uncle_hash: [u8; 32],
    coinbase: [u8; ADDRESS],
    state_root: [u8; 32],
    transactions_root: [u8; 32],
    receipts_root: [u8; 32],
    bloom: [u8; 256],
    difficulty: u64,
    number: u64,
    gas_limit: u64,
    gas_used: u64,
    timestamp: u64,
    extra: Vec<u8>, // without the seal
    mix_digest: [u8; 32],
    nonce: [u8; 8],
    base_fee: Option<u128>,
    seal: Option<[u8; SEAL]>,
}

impl Header {
    /// Reads a header, sealed or not, from its RLP and nothing else.
    ///
    /// # Errors
    ///
    /// [`HeaderError`]: every field has its length, every integer its shortest form.
    pub fn from_rlp(rlp: &[u8]) -> Result<Self, HeaderError> {
        let mut fields = Fields::of_list(rlp).ok_or(HeaderError::NotOneList)?;
        let parent_hash = fields.fixed("parent hash")?;
        let uncle_hash = fields.fixed("uncle hash")?;
        let coinbase = fields.fixed("coinbase")?;
        let state_root = fields.fixed("state root")?;
        let transactions_root = fields.fixed("transactions root")?;
        let receipts_root = fields.fixed("receipts root")?;
        let bloom = fields.fixed("bloom")?;
        let difficulty = fields.integer("difficulty", u64::BITS)?;
        let number = fields.integer("number", u64::BITS)?;
        let gas_limit = fields.integer("gas limit", u64::BITS)?;
        let gas_used = fields.integer("gas used", u64::BITS)?;
        let timestamp = fields.integer("timestamp", u64::BITS)?;
        let extra = fields.bytes("extra data")?;
        let mix_digest = fields.fixed("mix digest")?;
        let nonce = fields.fixed("nonce")?;
        let base_fee = match fields.is_empty() {
            true => None,
            false => Some(fields.integer("base fee", u128::BITS)?),
        };
        if !fields.is_empty() {
            return Err(HeaderError::TooManyFields);
        }
        let (extra, seal) =
            split_extra(extra).ok_or(HeaderError::ExtraLength { got: extra.len() })?;
        let header = Self {
            parent_hash,
            uncle_hash,
            coinbase,
            state_root,
            transactions_root,
            receipts_root,
            bloom,
            difficulty: checked_difficulty(difficulty)?,
            number,
            gas_limit,
            gas_used,
            timestamp,
            extra: extra.to_vec(),
            mix_digest,
            nonce,
            base_fee,
            seal,
        };
        // What is hashed is the re-encoding: a decoder that forgives may not make two of one.
        if header.to_rlp() == rlp { Ok(header) } else { Err(HeaderError::NotCanonical) }
    }

    /// The RLP of the header as it is, with the seal if it has one.
    #[must_use]
    pub fn to_rlp(&self) -> Vec<u8> {
        self.encode(self.seal.as_ref())
    }

    /// The RLP without the seal: what [`Clique`](super::Clique) reads.
    #[must_use]
    pub fn unsealed(&self) -> Vec<u8> {
        self.encode(None)
    }

    /// The block's number.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The hash of the block before this one.
    #[must_use]
    pub const fn parent_hash(&self) -> [u8; 32] {
        self.parent_hash
    }

    /// When the block may be published, in seconds since 1970.
    #[must_use]
    pub const fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// 2 if the signer is in turn, 1 if not.
    #[must_use]
    pub const fn difficulty(&self) -> u64 {
        self.difficulty
    }

    /// The seal, `r || s || v`, if there is one. It may be any bytes: see [`signer`](Self::signer).
    #[must_use]
    pub const fn seal(&self) -> Option<[u8; SEAL]> {
        self.seal
    }

    /// The Keccak-256 of [`unsealed`](Self::unsealed): what the key is put to.
    #[must_use]
    pub fn seal_hash(&self) -> [u8; 32] {
        keccak(&self.unsealed())
    }

    /// The Keccak-256 of the sealed header: what names the block.
    ///
    /// # Errors
    ///
    /// [`HeaderError::NotSealed`].
    pub fn block_hash(&self) -> Result<[u8; 32], HeaderError> {
        if self.seal.is_none() {
            return Err(HeaderError::NotSealed);
        }
        Ok(keccak(&self.to_rlp()))
    }

    /// The address whose key made the seal. Whether it may seal here, the network decides.
    ///
    /// # Errors
    ///
    /// [`HeaderError::NotSealed`], [`HeaderError::BadSeal`].
    pub fn signer(&self) -> Result<[u8; ADDRESS], HeaderError> {
        let seal = self.seal.ok_or(HeaderError::NotSealed)?;
        signer_of(&self.seal_hash(), &seal).ok_or(HeaderError::BadSeal)
    }

    /// The header with this seal, in place of one it may have.
    ///
    /// # Errors
    ///
    /// [`HeaderError::BadSeal`] if it is no secp256k1 signature, or its `v` is neither 0 nor 1.
    /// Who made it is not looked at: see [`signer`](Self::signer).
    pub fn with_seal(&self, seal: &Signature) -> Result<Self, HeaderError> {
        let Signature::Secp256k1(bytes @ [.., 0 | 1]) = seal else {
            return Err(HeaderError::BadSeal);
        };
        Ok(Self { seal: Some(*bytes), ..self.clone() })
    }

    /// A plausible header of the next block, without transactions, vote, checkpoint or seal.
    ///
    /// It keeps the parent's state, gas limit and base fee. For tests and rehearsals: a node
    /// builds its own.
    ///
    /// # Errors
    ///
    /// [`HeaderError::NotSealed`], [`HeaderError::Difficulty`], [`HeaderError::LastNumber`].
    pub fn child(
        &self,
        timestamp: u64,
        difficulty: u64,
        vanity: [u8; VANITY],
    ) -> Result<Self, HeaderError> {
        Ok(Self {
            parent_hash: self.block_hash()?,
            uncle_hash: self.uncle_hash,
            coinbase: [0; ADDRESS],
            state_root: self.state_root,
            transactions_root: EMPTY_ROOT,
            receipts_root: EMPTY_ROOT,
            bloom: [0; 256],
            difficulty: checked_difficulty(difficulty)?,
            number: self
                .number
                .checked_add(1)
                .ok_or(HeaderError::LastNumber { number: self.number })?,
            gas_limit: self.gas_limit,
            gas_used: 0,
            timestamp,
            extra: vanity.to_vec(),
            mix_digest: [0; 32],
            nonce: [0; 8],
            base_fee: self.base_fee,
            seal: None,
        })
    }

    fn encode(&self, seal: Option<&[u8; SEAL]>) -> Vec<u8> {
        let mut extra = self.extra.clone();
        extra.extend(seal.into_iter().flatten());
        let mut fields = Vec::with_capacity(640 + extra.len());
        self.parent_hash.encode(&mut fields);
        self.uncle_hash.encode(&mut fields);
        self.coinbase.encode(&mut fields);
        self.state_root.encode(&mut fields);
        self.transactions_root.encode(&mut fields);
        self.receipts_root.encode(&mut fields);
        self.bloom.encode(&mut fields);
        self.difficulty.encode(&mut fields);
        self.number.encode(&mut fields);
        self.gas_limit.encode(&mut fields);
        self.gas_used.encode(&mut fields);
        self.timestamp.encode(&mut fields);
        extra.as_slice().encode(&mut fields);
        self.mix_digest.encode(&mut fields);
        self.nonce.encode(&mut fields);
        if let Some(base_fee) = self.base_fee {
            base_fee.encode(&mut fields);
        }
        rlp::list(&fields)
    }
}

fn checked_difficulty(difficulty: u64) -> Result<u64, HeaderError> {
    match difficulty {
        1 | 2 => Ok(difficulty),
        got => Err(HeaderError::Difficulty { got }),
    }
}

/// Vanity and signers, and the seal: 65 is no multiple of 20, so the length tells them apart.
fn split_extra(extra: &[u8]) -> Option<(&[u8], Option<[u8; SEAL]>)> {
    let is_whole =
        |extra: &[u8]| extra.len().checked_sub(VANITY).is_some_and(|rest| rest % ADDRESS == 0);
    if is_whole(extra) {
        return Some((extra, None));
    }
    let (extra, seal) = extra.split_last_chunk()?;
    is_whole(extra).then_some((extra, Some(*seal)))
}
