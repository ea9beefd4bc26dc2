//! VM: the process lists of a block, and which leader has which of them in a minute.

use super::{bytes::Bytes, refuse};
use crate::ports::NotRead;
use alloc::format;

/// How many process lists a block can have (factomd `state/processList.go`).
pub const VMS: u8 = 65;

/// The minutes of a block.
pub const MINUTES: u8 = 10;

/// Which leader has this VM in this minute, by its place among the federated servers in the order
/// of their chain ids (factomd `state/processList.go`, `MakeMap`).
///
/// `None` unless there are as many servers as that VM needs, at most [`VMS`], and the minute is
/// below [`MINUTES`].
#[must_use]
pub fn leader(db_height: u32, servers: u8, minute: u8, vm_index: u8) -> Option<u8> {
    if vm_index >= servers || servers > VMS || minute >= MINUTES {
        return None;
    }
    let place = u64::from(db_height) * 131 + 1 + u64::from(minute) + u64::from(vm_index);
    u8::try_from(place.checked_rem(u64::from(servers))?).ok()
}

pub(super) fn take_vm(bytes: &mut Bytes<'_>) -> Result<u8, NotRead> {
    match bytes.byte()? {
        vm if vm < VMS => Ok(vm),
        vm => Err(refuse(format!("the VM is {vm}; there are {VMS}"))),
    }
}
