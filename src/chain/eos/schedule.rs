//! Schedule: the producers whose turns follow each other, and the keys that may sign for each.

use super::{Slot, turn_of};
use crate::{
    authority::Name,
    eos::{
        BlockSigningAuthority,
        bytes::{put_name, put_varuint},
    },
};
use alloc::vec::Vec;
use sha2::{Digest as _, Sha256};

/// A schedule of producers, in the order of their turns.
///
/// Packed: `version: u32 || list of (producer: u64, authority)`. Source: Antelope
/// `producer_schedule.hpp`, `producer_authority_schedule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerSchedule {
    /// The version, one higher for each schedule.
    pub version: u32,
    /// The producers.
    pub producers: Vec<(Name, BlockSigningAuthority)>,
}

impl ProducerSchedule {
    /// Packs the schedule.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = self.version.to_le_bytes().to_vec();
        put_varuint(&mut packed, self.producers.len() as u64);
        for (producer, authority) in &self.producers {
            put_name(&mut packed, *producer);
            authority.pack_into(&mut packed);
        }
        packed
    }

    /// The SHA-256 of the packed schedule, which legacy signatures cover. The one proposed last
    /// counts, also after it has become the active one.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.pack()).into()
    }

    /// Whose turn a slot is, and with which authority; `None` without producers.
    #[must_use]
    pub fn producer_at(&self, slot: Slot) -> Option<(Name, &BlockSigningAuthority)> {
        let (index, _) = turn_of(slot, u32::try_from(self.producers.len()).ok()?)?;
        self.producers.get(index as usize).map(|(producer, authority)| (*producer, authority))
    }
}
