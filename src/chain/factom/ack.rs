//! Ack: the place of a message in a process list.

use super::{
    bytes::Bytes, identity::ChainId, message::ACK, refuse, timestamp::Timestamp, vm::take_vm,
};
use crate::ports::NotRead;
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};

/// The data area of an acknowledgement with a balance hash: a one, the length, the hash.
const BALANCE_AREA: u8 = 34;

/// Ack: this message has this place in a process list.
///
/// ```text
/// signed   1 | VM 1 | time 6 | salt 8 | salt number 4 | message 32 | full message 32
///          | leader 32 | height 4 | place 4 | minute 1 | serial hash 32 | length 1
///          | nothing, or: 1 | 32 | balance hash 32
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// Which process list, below [`VMS`](super::VMS).
    pub vm_index: u8,
    /// When.
    pub timestamp: Timestamp,
    /// The first bytes of the process's salt: two of them for one identity are two processes.
    pub salt: [u8; 8],
    /// Made of the salt and the time: see [`salt_number`].
    pub salt_number: u32,
    /// The hash of the message's signed part.
    pub message_hash: [u8; 32],
    /// The hash of the whole message.
    pub full_message_hash: [u8; 32],
    /// The leader.
    pub leader: ChainId,
    /// The height of the block.
    pub db_height: u32,
    /// The place in the list.
    pub height: u32,
    /// The minute, as the leader counts it.
    pub minute: u8,
    /// What stands in the list up to here.
    pub serial_hash: [u8; 32],
    /// The hash of all balances, if it is told.
    pub balance_hash: Option<[u8; 32]>,
}

impl Ack {
    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        bytes.exactly(ACK, "it is no Ack")?;
        Ok(Self {
            vm_index: take_vm(bytes)?,
            timestamp: Timestamp::take(bytes)?,
            salt: bytes.array()?,
            salt_number: bytes.number()?,
            message_hash: bytes.array()?,
            full_message_hash: bytes.array()?,
            leader: ChainId::from_bytes(bytes.array()?),
            db_height: bytes.number()?,
            height: bytes.number()?,
            minute: bytes.byte()?,
            serial_hash: bytes.array()?,
            balance_hash: take_balance(bytes)?,
        })
    }

    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(192);
        bytes.extend([ACK, self.vm_index]);
        bytes.extend(self.timestamp.as_bytes());
        bytes.extend(self.salt);
        bytes.extend(self.salt_number.to_be_bytes());
        bytes.extend(self.message_hash);
        bytes.extend(self.full_message_hash);
        bytes.extend(self.leader.as_bytes());
        bytes.extend(self.db_height.to_be_bytes());
        bytes.extend(self.height.to_be_bytes());
        bytes.push(self.minute);
        bytes.extend(self.serial_hash);
        match self.balance_hash {
            None => bytes.push(0),
            Some(hash) => {
                bytes.extend([BALANCE_AREA, 1, 32]);
                bytes.extend(hash);
            }
        }
        bytes
    }
}

/// The number that goes with a process's salt at a moment (factomd `state/state.go`, `GetSalt`):
/// the first four bytes of the SHA-256 of the time, in 8 bytes, and the salt after its first 8.
#[must_use]
pub fn salt_number(salt: &[u8; 32], timestamp: Timestamp) -> u32 {
    let (_, secret) = salt.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    let hash: [u8; 32] = Sha256::new()
        .chain_update(timestamp.millis().to_be_bytes())
        .chain_update(secret)
        .finalize()
        .into();
    hash.first_chunk().copied().map_or(0, u32::from_be_bytes)
}

fn take_balance(bytes: &mut Bytes<'_>) -> Result<Option<[u8; 32]>, NotRead> {
    const OTHER: &str = "the data area is neither empty nor one balance hash";
    match bytes.byte()? {
        0 => Ok(None),
        BALANCE_AREA => {
            bytes.exactly(1, OTHER)?;
            bytes.exactly(32, OTHER)?;
            bytes.array().map(Some)
        }
        _ => Err(refuse(OTHER)),
    }
}
