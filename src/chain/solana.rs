//! Solana: votes of a validator on TowerBFT, and the tower that goes with its identity.
//!
//! A vote is a whole transaction: one instruction that carries the voter's tower, signed by the
//! identity and by the authorized voter, which are often one key. Agave keeps the tower in a file
//! that is signed by the identity. Numbers are little-endian.

mod address;
mod bytes;
mod keypair;
mod last_vote;
mod tower;
mod tower_file;
mod tower_sync;
mod vote;

pub use address::{Address, NotAnAddress};
pub use keypair::{NotAKeypair, SolanaKeypair};
pub use last_vote::LastVote;
pub use tower::{Lockout, LockoutRefusal, MAX_LOCKOUTS, NotATower, Tower};
pub use tower_file::{MAX_TOWER_FILE, TowerFile, TowerFileError};
pub use tower_sync::TowerSync;
pub use vote::{VOTE_PROGRAM, Vote};

use crate::{
    Intent, Lane, Lanes, Position, Reading, Signable,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, format, vec};

/// The name of the network's rules in the genesis document.
const NAME: &str = "solana";

/// The slots that have to pass if nobody knows how far a tower had come (Firedancer,
/// `set-identity`): about 205 seconds.
pub const BLIND_SLOTS: u64 = 512;

/// Reads the votes of one vote account.
///
/// One lane, `vote`, whose height is the last slot that is voted for. The digest leaves out
/// blockhash, time and switch proof: a vote that did not land is sent again with new ones.
///
/// The watermark sees slots. That a vote keeps the lockouts of the ones before it, [`Tower::allows`]
/// tells, for whoever kept the last tower; that it stands on their fork, nobody can see in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solana {
    vote_account: Address,
}

impl Solana {
    /// A reader of the votes of this account.
    #[must_use]
    pub const fn new(vote_account: Address) -> Self {
        Self { vote_account }
    }

    /// The account whose votes are read.
    #[must_use]
    pub const fn vote_account(&self) -> Address {
        self.vote_account
    }
}

impl Chain for Solana {
    fn name(&self) -> &'static str {
        NAME
    }

    /// None: a vote names a recent block, and no network.
    fn network_id(&self) -> Option<&str> {
        None
    }

    fn lanes(&self) -> &'static [LaneRule] {
        &[LaneRule { name: "vote", floored: false }]
    }

    /// Reads a vote transaction's message, without its signatures: see [`Vote::from_message`].
    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let vote = Vote::from_message(message)?;
        if vote.vote_account != self.vote_account {
            let (got, wanted) = (vote.vote_account, self.vote_account);
            return Err(refuse(format!("it is for vote account {got} instead of {wanted}")));
        }
        let slot = vote.sync.tower().last_slot().ok_or_else(|| refuse("it votes for no slot"))?;
        Ok(Reading {
            intent: Intent {
                lane: Lane::FIRST,
                position: Position::at_height(slot),
                floor: 0,
                digest: vote.sync.digest(),
            },
            signable: Signable::Message(message.to_vec()),
        })
    }

    /// The head is the highest slot of the cluster. Where the tower is lost, so are its lockouts:
    /// [`BLIND_SLOTS`] more are given up.
    fn last_signable(&self, head: u64) -> Lanes<Position> {
        let slot = head.saturating_add(BLIND_SLOTS);
        Lanes::from(vec![Position::at_height(slot)])
    }
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}
