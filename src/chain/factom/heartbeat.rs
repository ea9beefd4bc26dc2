//! Heartbeat: an audit server's sign of life.

use super::{bytes::Bytes, identity::ChainId, message::HEARTBEAT, timestamp::Timestamp};
use crate::ports::NotRead;
use alloc::vec::Vec;

/// Heartbeat: an audit server is there, once in a minute.
///
/// ```text
/// signed   10 | time 6 | secret number 4 | height 4 | block hash 32 | identity 32
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// When.
    pub timestamp: Timestamp,
    /// Made by the process: two of them for one identity are two processes.
    pub secret_number: u32,
    /// The height of the block in work.
    pub db_height: u32,
    /// The hash of the block before.
    pub block_hash: [u8; 32],
    /// The audit server.
    pub identity: ChainId,
}

impl Heartbeat {
    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        bytes.exactly(HEARTBEAT, "it is no heartbeat")?;
        Ok(Self {
            timestamp: Timestamp::take(bytes)?,
            secret_number: bytes.number()?,
            db_height: bytes.number()?,
            block_hash: bytes.array()?,
            identity: ChainId::from_bytes(bytes.array()?),
        })
    }

    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(79);
        bytes.push(HEARTBEAT);
        bytes.extend(self.timestamp.as_bytes());
        bytes.extend(self.secret_number.to_be_bytes());
        bytes.extend(self.db_height.to_be_bytes());
        bytes.extend(self.block_hash);
        bytes.extend(self.identity.as_bytes());
        bytes
    }
}
