//! Block to sign: a header, and what else its producer's signature covers.

use super::{BlockId, Header, Produced, refuse};
use crate::{
    Digest, Intent, Lane, Reading, Signable,
    eos::{NotEosBytes, bytes::Reader},
    ports::NotRead,
};
use alloc::{string::ToString as _, vec::Vec};
use sha2::{Digest as _, Sha256};

/// A block whose producer is asked to sign it.
///
/// Its bytes are the packed header; in the consensus before Savanna, the block root and the hash
/// of the schedule follow, 32 bytes each. The header's schedule version says which of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockToSign {
    header: Header,
    number: u32,
    legacy: Option<LegacyContext>,
}

/// What a legacy signature covers beside the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegacyContext {
    /// The root over the ids of all blocks before this one; see [`BlockRoot`](super::BlockRoot).
    pub blockroot: [u8; 32],
    /// The hash of the schedule proposed last; see
    /// [`ProducerSchedule::hash`](super::ProducerSchedule::hash).
    pub schedule_hash: [u8; 32],
}

impl BlockToSign {
    /// A block of Savanna.
    ///
    /// # Errors
    ///
    /// [`NotRead`]: a legacy header, one that confirms blocks, or one without a number above 1.
    pub fn savanna(header: Header) -> Result<Self, NotRead> {
        Self::new(header, None)
    }

    /// A block of the consensus before Savanna.
    ///
    /// # Errors
    ///
    /// [`NotRead`]: a Savanna header, or one without a number above 1.
    pub fn legacy(header: Header, context: LegacyContext) -> Result<Self, NotRead> {
        Self::new(header, Some(context))
    }

    /// Reads the bytes of a block to sign.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless these bytes hold one and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let unread = |error: NotEosBytes| refuse(error.to_string());
        let mut reader = Reader::new(bytes);
        let header = Header::read(&mut reader).map_err(unread)?;
        let legacy = if header.is_savanna() {
            None
        } else {
            let blockroot = *reader.array().map_err(unread)?;
            Some(LegacyContext { blockroot, schedule_hash: *reader.array().map_err(unread)? })
        };
        reader.end().map_err(unread)?;
        Self::new(header, legacy)
    }

    /// The bytes that [`EosProducer`](super::EosProducer) reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header.pack();
        if let Some(LegacyContext { blockroot, schedule_hash }) = &self.legacy {
            bytes.extend(blockroot);
            bytes.extend(schedule_hash);
        }
        bytes
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The block's number, from 2.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The block's id.
    #[must_use]
    pub fn id(&self) -> BlockId {
        BlockId::of(self.number, self.header.digest())
    }

    /// The 32 bytes that the producer's key signs: in Savanna the block's id, before it
    /// `sha256(sha256(header digest || block root) || schedule hash)`.
    #[must_use]
    pub fn signing_digest(&self) -> [u8; 32] {
        let header_digest = self.header.digest();
        match &self.legacy {
            None => *BlockId::of(self.number, header_digest).as_bytes(),
            Some(LegacyContext { blockroot, schedule_hash }) => {
                let with_root = Sha256::new().chain_update(header_digest).chain_update(blockroot);
                let with_root = with_root.finalize();
                Sha256::new().chain_update(with_root).chain_update(schedule_hash).finalize().into()
            }
        }
    }

    /// Where the block stands among those of its producer.
    #[must_use]
    pub const fn produced(&self) -> Produced {
        Produced { number: self.number, slot: self.header.slot }
    }

    pub(super) fn reading(&self) -> Reading {
        let digest = self.signing_digest();
        let intent = Intent {
            lane: Lane::FIRST,
            position: self.produced().position(),
            floor: self.produced().floor(),
            digest: Digest::from_bytes(digest),
        };
        Reading { intent, signable: Signable::CanonicalPrehash(digest) }
    }

    fn new(header: Header, legacy: Option<LegacyContext>) -> Result<Self, NotRead> {
        let number = header.number().ok_or_else(|| refuse("the previous block is the last one"))?;
        if number < 2 {
            return Err(refuse("block 1 is the genesis block, which nobody signs"));
        }
        match (header.is_savanna(), &legacy) {
            (true, Some(_)) => Err(refuse("a Savanna signature covers no block root")),
            (false, None) => Err(refuse("a legacy signature covers the block root too")),
            (true, None) if header.confirmed > 0 => {
                Err(refuse("a Savanna block confirms no blocks before it"))
            }
            (true, None) | (false, Some(_)) => Ok(Self { header, number, legacy }),
        }
    }
}
