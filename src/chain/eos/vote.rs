//! Vote: of a Savanna finalizer for a block, strong or weak.

use super::{BlockId, Slot};
use crate::{
    BlsSuite, Digest, Intent, Lane, Lanes, Position, Reading, Signable,
    eos::{NotEosBytes, bytes::Reader},
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, format, string::ToString as _, vec, vec::Vec};

/// The name of the finalizers' rules in the genesis document.
const NAME: &str = "eos-finalizer";

/// What a weak vote signs after the digest.
const WEAK: &[u8; 4] = b"WEAK";

/// What a finalizer knows a block by. Packed, 68 bytes: `id || slot: u32 || finality_digest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockRef {
    /// The block's id.
    pub id: BlockId,
    /// Its slot.
    pub slot: Slot,
    /// What finalizers sign of it.
    pub finality_digest: [u8; 32],
}

/// A vote that a finalizer's key is asked for.
///
/// Its bytes, 73 of them: 1 if it is strong or 0, the block as 68 bytes, and the slot of the lock
/// after the vote, `u32`. nodeos has no such form: it holds the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vote {
    /// Whether it is strong.
    pub strong: bool,
    /// For which block.
    pub block: BlockRef,
    /// The slot of the block that the finalizer is locked on afterwards; before the block's own.
    pub lock: Slot,
}

impl BlockRef {
    /// No block: no vote was given yet.
    pub const NONE: Self =
        Self { id: BlockId::from_bytes([0; 32]), slot: Slot::new(0), finality_digest: [0; 32] };

    /// Some block of this slot. No block extends it: its id is one that no block has.
    #[must_use]
    pub const fn unknown(slot: Slot) -> Self {
        Self { id: BlockId::from_bytes([0xff; 32]), slot, finality_digest: [0; 32] }
    }

    /// Whether this is no block, as nodeos sees it: the id is zero.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.id == Self::NONE.id
    }

    pub(super) fn pack_into(&self, packed: &mut Vec<u8>) {
        packed.extend(self.id.as_bytes());
        packed.extend(self.slot.number().to_le_bytes());
        packed.extend(self.finality_digest);
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        Ok(Self {
            id: BlockId::from_bytes(*reader.array()?),
            slot: Slot::new(reader.u32()?),
            finality_digest: *reader.array()?,
        })
    }
}

impl Vote {
    /// Reads the bytes of a vote.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless these bytes hold one and nothing else, for a block after the lock.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let unread = |error: NotEosBytes| refuse(error.to_string());
        let mut reader = Reader::new(bytes);
        let strong = match *reader.array().map_err(unread)? {
            [0] => false,
            [1] => true,
            [other] => {
                return Err(refuse(format!("the vote is {other}, not strong (1) or weak (0)")));
            }
        };
        let block = BlockRef::read(&mut reader).map_err(unread)?;
        let lock = Slot::new(reader.u32().map_err(unread)?);
        reader.end().map_err(unread)?;
        if block.id.number() == 0 || block.id == BlockRef::unknown(block.slot).id {
            return Err(refuse("the block is none that a finalizer votes for"));
        }
        if lock >= block.slot {
            let (lock, slot) = (lock.number(), block.slot.number());
            return Err(refuse(format!("the lock, slot {lock}, is not before the block, {slot}")));
        }
        Ok(Self { strong, block, lock })
    }

    /// The bytes that [`EosFinalizer`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(73);
        bytes.push(u8::from(self.strong));
        self.block.pack_into(&mut bytes);
        bytes.extend(self.lock.number().to_le_bytes());
        bytes
    }

    /// What the key signs: the finality digest, and `WEAK` after it if the vote is weak.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        let mut message = self.block.finality_digest.to_vec();
        if !self.strong {
            message.extend(WEAK);
        }
        message
    }
}

/// Reads the votes of a finalizer.
///
/// One lane, `vote`, by the block's slot, with the slot of the lock as its floor. So no two votes
/// are for one slot, none is for an earlier one, and the lock never falls: not by a crash, a
/// restored disk or a handover. Whether a vote is safe, and whether it may be strong, follows from
/// the block's ancestors, which are not in it: [`FinalizerSafety`](super::FinalizerSafety) decides
/// that, and can begin again from a mark alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct EosFinalizer;

impl Chain for EosFinalizer {
    fn name(&self) -> &'static str {
        NAME
    }

    /// None: a finality digest says nothing of itself.
    fn network_id(&self) -> Option<&str> {
        None
    }

    fn lanes(&self) -> &'static [LaneRule] {
        &[LaneRule { name: "vote", floored: true }]
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let vote = Vote::from_bytes(message)?;
        let signed = vote.message();
        let intent = Intent {
            lane: Lane::FIRST,
            position: Position::at_height(u64::from(vote.block.slot.number())),
            floor: u64::from(vote.lock.number()),
            digest: Digest::of(&signed),
        };
        Ok(Reading { intent, signable: Signable::Bls { message: signed, suite: BlsSuite::Basic } })
    }

    /// The head is the slot of the clock, not of the chain's last block.
    fn last_signable(&self, head: u64) -> Lanes<Position> {
        Lanes::from(vec![super::last_signable(head)])
    }
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}
