//! Vote: the transaction that a validator signs for a block.

use super::{
    address::Address,
    bytes::Bytes,
    refuse,
    tower_sync::{TowerSync, cut_short},
};
use crate::ports::NotRead;
use alloc::{format, vec::Vec};

/// The vote program, `Vote111111111111111111111111111111111111111`.
pub const VOTE_PROGRAM: Address = Address::from_bytes([
    0x07, 0x61, 0x48, 0x1d, 0x35, 0x74, 0x74, 0xbb, 0x7c, 0x4d, 0x76, 0x24, 0xeb, 0xd3, 0xbd, 0xb3,
    0xd8, 0x35, 0x5e, 0x73, 0xd1, 0x10, 0x43, 0xfc, 0x0d, 0xa3, 0x53, 0x80, 0x00, 0x00, 0x00, 0x00,
]);

/// The largest message: a packet, without a signature and their count.
const MAX_MESSAGE: usize = 1232 - 65;

/// `VoteInstruction::TowerSync`.
const TOWER_SYNC: u32 = 14;
/// `VoteInstruction::TowerSyncSwitch`.
const TOWER_SYNC_SWITCH: u32 = 15;

/// A vote transaction's message: one instruction, by one or two signers.
///
/// ```text
/// signers 1 | read-only signers 1 | 1 | keys: count 1, 32 each | blockhash 32 | 1
///   | program's place 1 | 2, places of vote account and voter | length 1 to 2 | instruction
/// ```
///
/// The keys are the identity, which pays; the authorized voter, unless it is the same; the vote
/// account; the vote program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// The validator's identity.
    pub identity: Address,
    /// The authorized voter.
    pub voter: Address,
    /// The vote account.
    pub vote_account: Address,
    /// A recent block.
    pub blockhash: [u8; 32],
    /// The vote.
    pub sync: TowerSync,
    /// The hash of a proof that it may switch forks, if it says that it does.
    pub switch_proof: Option<[u8; 32]>,
}

impl Vote {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly those that [`to_message`](Self::to_message) makes
    /// of one vote. Older forms of votes, other transactions, more than one instruction and
    /// versioned messages are refused.
    pub fn from_message(message: &[u8]) -> Result<Self, NotRead> {
        if message.len() > MAX_MESSAGE {
            let got = message.len();
            return Err(refuse(format!("it has {got} bytes; at most {MAX_MESSAGE} fit a packet")));
        }
        let mut bytes = Bytes::new(message);
        let with_voter = match bytes.array().ok_or_else(cut_short)? {
            [1, 0, 1, 3] => false,
            [2, 1, 1, 4] => true,
            _ => return Err(refuse("its signers and keys are not those of a vote")),
        };
        let mut key = || bytes.array().map(Address::from_bytes).ok_or_else(cut_short);
        let identity = key()?;
        let voter = if with_voter { key()? } else { identity };
        let (vote_account, program) = (key()?, key()?);
        if program != VOTE_PROGRAM {
            return Err(refuse(format!("it is for program {program}, not the vote program")));
        }
        let blockhash = bytes.array().ok_or_else(cut_short)?;
        let places = bytes.array::<5>().ok_or_else(cut_short)?;
        if places != places_of(with_voter) {
            return Err(refuse("it is not one instruction on the vote account, by the voter"));
        }
        let length = bytes.varint().ok_or_else(cut_short)?;
        if usize::try_from(length) != Ok(bytes.left()) {
            return Err(refuse("the instruction has another length than is said"));
        }
        let kind = bytes.u32().ok_or_else(cut_short)?;
        if ![TOWER_SYNC, TOWER_SYNC_SWITCH].contains(&kind) {
            return Err(refuse(format!("instruction {kind} of the vote program is not signed")));
        }
        let sync = TowerSync::take(&mut bytes)?;
        let switch_proof = match kind {
            TOWER_SYNC => None,
            _ => Some(bytes.array().ok_or_else(cut_short)?),
        };
        let vote = Self { identity, voter, vote_account, blockhash, sync, switch_proof };
        if vote.to_message() != message {
            return Err(refuse("the encoding is not the canonical one"));
        }
        Ok(vote)
    }

    /// The message: what every signer's key is put to.
    #[must_use]
    pub fn to_message(&self) -> Vec<u8> {
        let with_voter = self.voter != self.identity;
        let mut bytes = Vec::with_capacity(512);
        bytes.extend(if with_voter { [2, 1, 1, 4] } else { [1, 0, 1, 3] });
        bytes.extend(self.identity.as_bytes());
        if with_voter {
            bytes.extend(self.voter.as_bytes());
        }
        bytes.extend(self.vote_account.as_bytes());
        bytes.extend(VOTE_PROGRAM.as_bytes());
        bytes.extend(self.blockhash);
        bytes.extend(places_of(with_voter));
        let instruction = self.instruction();
        super::bytes::put_varint(&mut bytes, instruction.len() as u64);
        bytes.extend(instruction);
        bytes
    }

    fn instruction(&self) -> Vec<u8> {
        let kind = if self.switch_proof.is_some() { TOWER_SYNC_SWITCH } else { TOWER_SYNC };
        let mut bytes = Vec::from(kind.to_le_bytes());
        bytes.extend(self.sync.to_bytes());
        bytes.extend(self.switch_proof.iter().flatten());
        bytes
    }
}

/// One instruction; the program; two accounts: the vote account and the voter.
const fn places_of(with_voter: bool) -> [u8; 5] {
    if with_voter { [1, 3, 2, 2, 1] } else { [1, 2, 2, 1, 0] }
}
