//! Tower file: what Agave keeps of an identity's votes, `tower-1_9-<identity>.bin`.

use super::{
    address::Address,
    bytes::Bytes,
    last_vote::{LastVote, take_votes},
    tower::{NotATower, Tower},
};
use crate::{Lanes, Position, PublicKey, watermark::Mark};
use alloc::{format, string::String, vec, vec::Vec};
use core::ops::Range;

/// The largest file that is read, in bytes; a node writes about 2,000.
pub const MAX_TOWER_FILE: usize = 16 << 10;

/// `SavedTowerVersions::Current`.
const CURRENT: u32 = 1;
/// Of the vote state before the votes: node, withdrawer, commission.
const BEFORE_VOTES: usize = 65;
/// Of the vote state behind the authorized voters: 32 prior ones, a place, and a flag.
const PRIOR_VOTERS: usize = 32 * 48 + 9;
/// An authorized voter: an epoch and a key.
const AUTHORIZED_VOTER: usize = 40;
/// Credits of an epoch: three numbers.
const EPOCH_CREDITS: usize = 24;
/// The most authorized voters, or epochs with credits.
const MOST: usize = 64;

/// A tower with the signature of the identity that it belongs to.
///
/// ```text
/// file  1 in 4 bytes | signature 64 | length of the data 8 | data
/// data  identity 32 | threshold depth 8 | threshold size 8 | vote state | last vote
///       | slot 8 | time 8
/// ```
///
/// The signature tells that the identity has written it, not that it has written nothing since:
/// see [`check_fresh`](Self::check_fresh).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TowerFile {
    bytes: Vec<u8>,
    signature: [u8; 64],
    data: Range<usize>,
    vote_state: Range<usize>,
    owner: Address,
    tower: Tower,
    last_vote: LastVote,
    last_timestamp: (u64, i64),
}

/// Why a file is no tower that an identity may vote with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TowerFileError {
    /// More bytes than a tower has.
    #[error("the file has {got} bytes; at most {MAX_TOWER_FILE} are read")]
    TooLarge {
        /// What came.
        got: usize,
    },
    /// Written by a version of Agave before 1.18, or after this was made.
    #[error("the file is of version {got}, not {CURRENT}")]
    Version {
        /// What it says.
        got: u32,
    },
    /// A part is missing, too long, or behind the end.
    #[error("the file is not a tower: its {part} is cut short, or has another form")]
    Form {
        /// Which part.
        part: &'static str,
    },
    /// The votes are none that the vote program takes.
    #[error("the file is not a tower: {0}")]
    Tower(#[from] NotATower),
    /// It belongs to another identity.
    #[error("the tower is of {got}, not of {wanted}")]
    OtherOwner {
        /// Whose it is.
        got: Address,
        /// Whose it must be.
        wanted: Address,
    },
    /// The identity has not signed it, or it was changed since.
    #[error("the signature of the tower does not match its identity and its bytes")]
    Signature,
    /// Its last vote is not the last of its votes.
    #[error("the last vote is for slot {vote:?}, and the tower ends with {tower:?}")]
    LastVote {
        /// The last vote's.
        vote: Option<u64>,
        /// The tower's.
        tower: Option<u64>,
    },
    /// The identity has voted since.
    #[error("the tower ends with slot {got:?}, and the identity has voted for {voted}")]
    Stale {
        /// Where it ends.
        got: Option<u64>,
        /// What the identity has voted for.
        voted: u64,
    },
    /// It holds no vote.
    #[error("the tower holds no vote: what the identity has voted for is not known")]
    Empty,
}

impl TowerFileError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "solana.tower_too_large",
            Self::Version { .. } => "solana.tower_version",
            Self::Form { .. } => "solana.tower_form",
            Self::Tower(error) => error.code(),
            Self::OtherOwner { .. } => "solana.tower_owner",
            Self::Signature => "solana.tower_signature",
            Self::LastVote { .. } => "solana.tower_last_vote",
            Self::Stale { .. } => "solana.tower_stale",
            Self::Empty => "solana.tower_empty",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::Version { .. } | Self::Form { .. } | Self::Tower(_) => {
                "copy the file again from the source, while it does not vote"
            }
            Self::OtherOwner { .. } | Self::Signature => {
                "do not start with it: take the file of this identity from the source"
            }
            Self::LastVote { .. } | Self::Stale { .. } => {
                "copy the file again: the source voted after it was copied"
            }
            Self::Empty => "find out what the identity has voted for, on the chain",
        }
    }
}

impl TowerFile {
    /// Reads a file that must belong to this identity, with all its checks.
    ///
    /// # Errors
    ///
    /// [`TowerFileError`].
    pub fn read(bytes: &[u8], owner: Address) -> Result<Self, TowerFileError> {
        if bytes.len() > MAX_TOWER_FILE {
            return Err(TowerFileError::TooLarge { got: bytes.len() });
        }
        let form = |part| TowerFileError::Form { part };
        let mut rest = Bytes::new(bytes);
        match rest.u32().ok_or(form("version"))? {
            CURRENT => {}
            got => return Err(TowerFileError::Version { got }),
        }
        let signature: [u8; 64] = rest.array().ok_or(form("signature"))?;
        let length = rest.u64().and_then(|length| usize::try_from(length).ok());
        if length != Some(rest.left()) {
            return Err(form("length"));
        }
        let start = bytes.len() - rest.left();
        let data = bytes.get(start..).unwrap_or_default();
        let got = rest.array().map(Address::from_bytes).ok_or(form("identity"))?;
        if got != owner {
            return Err(TowerFileError::OtherOwner { got, wanted: owner });
        }
        let key = PublicKey::Ed25519(*owner.as_bytes());
        key.verify(data, &signature).map_err(|_| TowerFileError::Signature)?;
        rest.take(16).ok_or(form("threshold"))?;
        let state_start = bytes.len() - rest.left();
        let tower = take_vote_state(&mut rest).ok_or(form("vote state"))??;
        let state_end = bytes.len() - rest.left();
        let last_vote = LastVote::take(&mut rest).ok_or(form("last vote"))?;
        let (slot, time) = rest.u64().zip(rest.i64()).ok_or(form("last time"))?;
        if rest.left() != 0 {
            return Err(form("end"));
        }
        if last_vote.last_slot() != tower.last_slot() {
            let (vote, tower) = (last_vote.last_slot(), tower.last_slot());
            return Err(TowerFileError::LastVote { vote, tower });
        }
        Ok(Self {
            bytes: bytes.to_vec(),
            signature,
            data: start..bytes.len(),
            vote_state: state_start..state_end,
            owner,
            tower,
            last_vote,
            last_timestamp: (slot, time),
        })
    }

    /// What the file of an identity is called.
    #[must_use]
    pub fn name(owner: Address) -> String {
        format!("tower-1_9-{owner}.bin")
    }

    /// The file, byte for byte as it was read.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// The identity.
    #[must_use]
    pub const fn owner(&self) -> Address {
        self.owner
    }

    /// Its signature over [`data`](Self::data).
    #[must_use]
    pub const fn signature(&self) -> [u8; 64] {
        self.signature
    }

    /// What is signed.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.bytes.get(self.data.clone()).unwrap_or_default()
    }

    /// The vote state in it (`VoteState1_14_11`).
    #[must_use]
    pub fn vote_state(&self) -> &[u8] {
        self.bytes.get(self.vote_state.clone()).unwrap_or_default()
    }

    /// The tower.
    #[must_use]
    pub const fn tower(&self) -> &Tower {
        &self.tower
    }

    /// The last vote.
    #[must_use]
    pub const fn last_vote(&self) -> &LastVote {
        &self.last_vote
    }

    /// The slot and the time, in seconds since 1970, of the last vote that carried one.
    #[must_use]
    pub const fn last_timestamp(&self) -> (u64, i64) {
        self.last_timestamp
    }

    /// Whether the tower holds the last vote that the identity is known to have made: take the
    /// highest of this host's mark, of what the source says, and of what the vote account shows.
    ///
    /// # Errors
    ///
    /// [`TowerFileError::Stale`].
    pub fn check_fresh(&self, voted: u64) -> Result<(), TowerFileError> {
        match self.tower.last_slot() {
            Some(last) if last >= voted => Ok(()),
            got => Err(TowerFileError::Stale { got, voted }),
        }
    }

    /// The marks of an identity that has signed what is in the file, and nothing since.
    ///
    /// # Errors
    ///
    /// [`TowerFileError::Empty`]: absence is not zero (R5).
    pub fn marks(&self) -> Result<Lanes<Option<Mark>>, TowerFileError> {
        let slot = self.tower.last_slot().ok_or(TowerFileError::Empty)?;
        let digest = match &self.last_vote {
            LastVote::TowerSync(sync) => Some(sync.digest()),
            LastVote::Slots { .. } | LastVote::Update { .. } => None,
        };
        let mark = Mark { position: Position::at_height(slot), digest, floor: 0 };
        Ok(Lanes::from(vec![Some(mark)]))
    }
}

/// Everything of a vote state but its votes is passed over.
fn take_vote_state(bytes: &mut Bytes<'_>) -> Option<Result<Tower, NotATower>> {
    bytes.take(BEFORE_VOTES)?;
    let tower = take_votes(bytes)?;
    bytes.list(MOST, |bytes| bytes.take(AUTHORIZED_VOTER))?;
    bytes.take(PRIOR_VOTERS)?;
    bytes.list(MOST, |bytes| bytes.take(EPOCH_CREDITS))?;
    bytes.take(16)?;
    Some(tower)
}
