//! Transaction: actions that happen together or not at all, and the id and digest they have.
//!
//! Packed: `expiration: u32 || ref_block_num: u16 || ref_block_prefix: u32 ||
//! max_net_usage_words: varuint || max_cpu_usage_ms: u8 || delay_sec: varuint ||
//! context_free_actions || actions || extensions`. Source: Antelope `transaction.hpp`.

use super::{
    Action, ChainId, NotEosBytes,
    bytes::{Reader, put_bytes, put_varuint, whole},
};
use crate::{Digest, chain::eos::BlockId};
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};

/// The longest packed transaction that is read, in bytes (Antelope: `max_transaction_net_usage`,
/// default).
pub const MAX_TRANSACTION: usize = 512 * 1024;

/// A transaction, unsigned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transaction {
    /// When it is too late, in seconds since 1970.
    pub expiration: u32,
    /// A block that the chain must have.
    pub reference: BlockReference,
    /// What it may cost at most in bandwidth, in words of 8 bytes; 0 for no limit of its own.
    pub max_net_usage_words: u32,
    /// What it may cost at most in time, in milliseconds; 0 for no limit of its own.
    pub max_cpu_usage_ms: u8,
    /// How many seconds it is put off; 0 for not at all.
    pub delay_sec: u32,
    /// Actions without state and without permissions; the actions here need none.
    pub context_free_actions: Vec<Action>,
    /// The actions, in their order.
    pub actions: Vec<Action>,
    /// What later versions of the chain added: a number and bytes.
    pub extensions: Vec<(u16, Vec<u8>)>,
}

/// A recent block, so that the transaction counts on no fork without it (TAPoS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockReference {
    /// The low 16 bits of the block's number.
    pub num: u16,
    /// Bytes 8 to 11 of its id, little-endian.
    pub prefix: u32,
}

impl BlockReference {
    /// The reference to the block with this id.
    #[must_use]
    pub const fn of_block(id: &BlockId) -> Self {
        let [_, _, high, low, _, _, _, _, a, b, c, d, ..] = *id.as_bytes();
        Self { num: u16::from_be_bytes([high, low]), prefix: u32::from_le_bytes([a, b, c, d]) }
    }
}

impl Transaction {
    /// These actions, until then, on chains that have this block; no limit, no delay.
    #[must_use]
    pub const fn new(expiration: u32, reference: BlockReference, actions: Vec<Action>) -> Self {
        Self {
            expiration,
            reference,
            max_net_usage_words: 0,
            max_cpu_usage_ms: 0,
            delay_sec: 0,
            context_free_actions: Vec::new(),
            actions,
            extensions: Vec::new(),
        }
    }

    /// Packs the transaction.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        self.pack_into(&mut packed);
        packed
    }

    /// Unpacks a transaction that these bytes hold and nothing else.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes`].
    pub fn unpack(bytes: &[u8]) -> Result<Self, NotEosBytes> {
        whole(bytes, MAX_TRANSACTION, Self::read)
    }

    /// The id: SHA-256 of the packed transaction, whatever chain it is for. A proposal's approvers
    /// name it too (`proposal_hash`).
    #[must_use]
    pub fn id(&self) -> Digest {
        Digest::of(&self.pack())
    }

    /// What is signed, without context-free data: SHA-256 of
    /// `chain id || packed transaction || 32 zero bytes`.
    #[must_use]
    pub fn signing_digest(&self, chain: &ChainId) -> [u8; 32] {
        self.signing_digest_with(chain, &[])
    }

    /// What is signed, with these bytes for the context-free actions: in the place of the zeros
    /// stands SHA-256 of their packed list.
    #[must_use]
    pub fn signing_digest_with(&self, chain: &ChainId, context_free_data: &[Vec<u8>]) -> [u8; 32] {
        let rest = if context_free_data.is_empty() {
            [0; 32]
        } else {
            Sha256::digest(pack_context_free_data(context_free_data)).into()
        };
        let digest = Sha256::new_with_prefix(chain.as_bytes());
        digest.chain_update(self.pack()).chain_update(rest).finalize().into()
    }

    pub(super) fn pack_into(&self, packed: &mut Vec<u8>) {
        packed.extend_from_slice(&self.expiration.to_le_bytes());
        packed.extend_from_slice(&self.reference.num.to_le_bytes());
        packed.extend_from_slice(&self.reference.prefix.to_le_bytes());
        put_varuint(packed, u64::from(self.max_net_usage_words));
        packed.push(self.max_cpu_usage_ms);
        put_varuint(packed, u64::from(self.delay_sec));
        for actions in [&self.context_free_actions, &self.actions] {
            put_varuint(packed, actions.len() as u64);
            for action in actions {
                action.pack_into(packed);
            }
        }
        put_varuint(packed, self.extensions.len() as u64);
        for (number, content) in &self.extensions {
            packed.extend_from_slice(&number.to_le_bytes());
            put_bytes(packed, content);
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        let expiration = reader.u32()?;
        let reference = BlockReference { num: reader.u16()?, prefix: reader.u32()? };
        let max_net_usage_words = reader.varuint32()?;
        let [max_cpu_usage_ms] = *reader.array()?;
        Ok(Self {
            expiration,
            reference,
            max_net_usage_words,
            max_cpu_usage_ms,
            delay_sec: reader.varuint32()?,
            context_free_actions: reader.list(Action::read)?,
            actions: reader.list(Action::read)?,
            extensions: reader
                .list(|reader| Ok((reader.u16()?, reader.bytes(MAX_TRANSACTION)?.to_vec())))?,
        })
    }
}

/// The packed list of the context-free actions' data; nothing at all if there is none.
pub(super) fn pack_context_free_data(data: &[Vec<u8>]) -> Vec<u8> {
    let mut packed = Vec::new();
    if !data.is_empty() {
        put_varuint(&mut packed, data.len() as u64);
        for entry in data {
            put_bytes(&mut packed, entry);
        }
    }
    packed
}
