//! Block signature: a leader's word for a full block, in the block after it.

use super::{
    bytes::Bytes, full_signature::FullSignature, header::BlockHeader, identity::ChainId,
    message::BLOCK_SIGNATURE, refuse, timestamp::Timestamp, vm::take_vm,
};
use crate::ports::NotRead;
use alloc::{format, vec::Vec};

/// DBSig: a leader's signature over a full block's header, in the block after it.
///
/// ```text
/// signed   7 | time 6 | system height 4 | system hash 32 | height 4 | VM 1 | header 113
///          | identity 32 | key and signature over the header 96
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockSignature {
    /// When.
    pub timestamp: Timestamp,
    /// The height of the system list.
    pub sys_height: u32,
    /// The hash of the system list.
    pub sys_hash: [u8; 32],
    /// The height of the block in which it is sent: one above the header's.
    pub db_height: u32,
    /// Which process list, below [`VMS`](super::VMS).
    pub vm_index: u8,
    /// The header.
    pub header: BlockHeader,
    /// The leader.
    pub identity: ChainId,
    /// Over the 113 bytes of the header; it is not checked here.
    pub header_signature: FullSignature,
}

impl BlockSignature {
    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        bytes.exactly(BLOCK_SIGNATURE, "it is no DBSig")?;
        let read = Self {
            timestamp: Timestamp::take(bytes)?,
            sys_height: bytes.number()?,
            sys_hash: bytes.array()?,
            db_height: bytes.number()?,
            vm_index: take_vm(bytes)?,
            header: BlockHeader::take(bytes)?,
            identity: ChainId::from_bytes(bytes.array()?),
            header_signature: FullSignature::take(bytes)?,
        };
        if read.header.db_height.checked_add(1) != Some(read.db_height) {
            let (got, header) = (read.db_height, read.header.db_height);
            let reason =
                format!("it is of height {got}, and the header of {header}: not one below");
            return Err(refuse(reason));
        }
        Ok(read)
    }

    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(289);
        bytes.push(BLOCK_SIGNATURE);
        bytes.extend(self.timestamp.as_bytes());
        bytes.extend(self.sys_height.to_be_bytes());
        bytes.extend(self.sys_hash);
        bytes.extend(self.db_height.to_be_bytes());
        bytes.push(self.vm_index);
        bytes.extend(self.header.to_bytes());
        bytes.extend(self.identity.as_bytes());
        bytes.extend(self.header_signature.to_bytes());
        bytes
    }
}
