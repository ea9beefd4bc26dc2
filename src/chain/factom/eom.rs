//! EOM: the end of a minute of one process list.

use super::{
    bytes::Bytes,
    identity::ChainId,
    message::EOM,
    refuse,
    timestamp::Timestamp,
    vm::{MINUTES, take_vm},
};
use crate::ports::NotRead;
use alloc::{format, vec::Vec};

/// The length without a signature: 42 bytes that are signed, and the height beside them.
pub(super) const EOM_UNSIGNED: usize = 82;

/// EOM: a minute of one process list is over.
///
/// ```text
/// signed   0 | time 6 | identity 32 | minute 1 | VM 1 | factoid VM 1
/// beside   height 4 | system height 4 | system hash 32
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eom {
    /// When.
    pub timestamp: Timestamp,
    /// The leader.
    pub identity: ChainId,
    /// The minute that is over, 0 to 9.
    pub minute: u8,
    /// Which process list, below [`VMS`](super::VMS).
    pub vm_index: u8,
    /// Whether the list carries factoid transactions.
    pub factoid_vm: bool,
    /// The height of the block. It is **not signed**: whoever asks is believed, and the signature
    /// fits into any other block in which the leader has this VM in this minute.
    pub db_height: u32,
    /// The height of the system list; not signed.
    pub sys_height: u32,
    /// The hash of the system list; not signed.
    pub sys_hash: [u8; 32],
}

impl Eom {
    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        bytes.exactly(EOM, "it is no EOM")?;
        Ok(Self {
            timestamp: Timestamp::take(bytes)?,
            identity: ChainId::from_bytes(bytes.array()?),
            minute: take_minute(bytes)?,
            vm_index: take_vm(bytes)?,
            factoid_vm: bytes.flag("the factoid flag is neither 0 nor 1")?,
            db_height: bytes.number()?,
            sys_height: bytes.number()?,
            sys_hash: bytes.array()?,
        })
    }

    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(EOM_UNSIGNED);
        bytes.push(EOM);
        bytes.extend(self.timestamp.as_bytes());
        bytes.extend(self.identity.as_bytes());
        bytes.extend([self.minute, self.vm_index, u8::from(self.factoid_vm)]);
        bytes
    }

    pub(super) fn put_beside(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.db_height.to_be_bytes());
        bytes.extend(self.sys_height.to_be_bytes());
        bytes.extend(self.sys_hash);
    }
}

fn take_minute(bytes: &mut Bytes<'_>) -> Result<u8, NotRead> {
    match bytes.byte()? {
        minute if minute < MINUTES => Ok(minute),
        minute => Err(refuse(format!("the minute is {minute}, not 0 to 9"))),
    }
}
