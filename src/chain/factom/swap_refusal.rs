//! Swap refusal: why a swap between two factomds does not go on.

use super::{conf_error::ConfError, identity::ChainId};
use crate::{HostId, PublicKey};
use alloc::string::String;
use core::fmt;

/// Which of the two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one that runs the identity.
    Old,
    /// The one that is to run it.
    New,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Old => "old",
            Self::New => "new",
        })
    }
}

/// Why a swap between two factomds does not go on. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SwapRefusal {
    /// A file cannot be relied on.
    #[error("the file of the {side} node: {error}")]
    Conf {
        /// Whose.
        side: Side,
        /// Why.
        error: ConfError,
    },
    /// The files name two networks.
    #[error("the old node is on network {old:?}, the new one on {new:?}")]
    OtherNetwork {
        /// The old node's.
        old: String,
        /// The new node's.
        new: String,
    },
    /// The files name one identity, or none.
    #[error("both files name the same identity, or none")]
    SameIdentity,
    /// The old node's file names no identity.
    #[error("the file of the old node names no identity")]
    NoIdentity,
    /// The stated public key is not the secret's.
    #[error("the public key in the file of the {side} node is not that of its private key")]
    StatedKey {
        /// Whose.
        side: Side,
    },
    /// The node does not run what its file says.
    #[error("the old node runs {runs}, and its file says {wanted}")]
    OtherRunning {
        /// What the panel shows.
        runs: String,
        /// What it would show.
        wanted: String,
    },
    /// The old node is no authority, or one of them is not ready.
    #[error("the {side} node is not ready: its flags are {flags}")]
    NotReady {
        /// Which.
        side: Side,
        /// What the panel shows.
        flags: String,
    },
    /// The new node is an authority itself, and would give that up.
    #[error("the new node is an authority itself, as {identity}")]
    OtherAuthority {
        /// What the panel shows.
        identity: String,
    },
    /// The new node shows the identity already.
    #[error("the new node shows {identity} already")]
    RunsAlready {
        /// What the panel shows.
        identity: String,
    },
    /// A message is missing in a process list.
    #[error("the process lists of the {side} node are not complete: {lists}")]
    ListsIncomplete {
        /// Whose.
        side: Side,
        /// What the panel shows.
        lists: String,
    },
    /// A change is still to come.
    #[error("the {side} node has a change at {height}, and its next block is {next_height}")]
    Pending {
        /// Which.
        side: Side,
        /// The height in its file.
        height: u32,
        /// Its next height.
        next_height: u32,
    },
    /// The block has just begun.
    #[error("the {side} node is in minute 0")]
    MinuteZero {
        /// Which.
        side: Side,
    },
    /// The nodes are in two blocks.
    #[error("the next block of the old node is {old}, that of the new one {new}")]
    OtherHeight {
        /// The old node's.
        old: u32,
        /// The new node's.
        new: u32,
    },
    /// The nodes are in two minutes.
    #[error("the old node is in minute {old}, the new one in minute {new}")]
    OtherMinute {
        /// The old node's.
        old: u8,
        /// The new node's.
        new: u8,
    },
    /// The height has begun, or lies too far ahead.
    #[error("height {height} has begun, or begins in {most} minutes or more")]
    Height {
        /// What was asked.
        height: u32,
        /// The first wait that is too long.
        most: u32,
    },
    /// The order does not move the identity at one height of every lane.
    #[error("the order does not move this identity at one height of all its lanes")]
    Order,
    /// The file names another identity than the one that moves.
    #[error("the file of the {side} node names {got}, and {wanted} moves")]
    OtherIdentity {
        /// Whose.
        side: Side,
        /// What it names.
        got: ChainId,
        /// What moves.
        wanted: ChainId,
    },
    /// The key is another.
    #[error("the key given is {got}, and the identity's is {wanted}")]
    OtherKey {
        /// Of the secret that was given.
        got: PublicKey,
        /// Of the identity.
        wanted: PublicKey,
    },
    /// The old node's file still names the identity, or another height.
    #[error("the file of the old node still names an identity, or not height {height}")]
    NotRewritten {
        /// The height that it must name.
        height: u32,
    },
    /// The block of the height has begun.
    #[error("block {height} has begun: the next block of the old node is {next_height}")]
    Begun {
        /// The height of the swap.
        height: u32,
        /// The old node's next one.
        next_height: u32,
    },
    /// The old node has not come to the height.
    #[error("the old node is at {at}, before {height}")]
    NotReached {
        /// Where it is.
        at: u32,
        /// Where it must be.
        height: u32,
    },
    /// The old node runs the identity past its end.
    #[error("the old node is at {at}, past {height}, and still runs the identity")]
    StillRuns {
        /// Where it is.
        at: u32,
        /// Where it should have ended.
        height: u32,
    },
    /// The release is of another order.
    #[error("the release is not of this order")]
    OtherOrder,
    /// The release is of another host.
    #[error("the release is of host {got:?}, and {wanted:?} holds the identity")]
    OtherHost {
        /// Who signed it.
        got: HostId,
        /// Who must.
        wanted: HostId,
    },
    /// The release does not end the identity at the height, for this target.
    #[error("the release does not end this identity at height {height} of every lane")]
    NotReleased {
        /// Where it must end.
        height: u32,
    },
    /// The new node is in a block in which the old one can have run the identity.
    #[error("the new node is at {at}, and may run the identity from {first} on")]
    Behind {
        /// Where it is.
        at: u32,
        /// The first block that is the new node's.
        first: u32,
    },
    /// The new node has not taken the identity up.
    #[error("the new node is at {at} and runs {runs}; the identity begins at {height}")]
    NotBegun {
        /// Where it is.
        at: u32,
        /// What it runs.
        runs: String,
        /// Where it begins.
        height: u32,
    },
}

impl SwapRefusal {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conf { error, .. } => error.code(),
            Self::OtherNetwork { .. } => "factom.other_network",
            Self::SameIdentity => "factom.same_identity",
            Self::NoIdentity => "factom.no_identity",
            Self::StatedKey { .. } => "factom.stated_key",
            Self::OtherRunning { .. } => "factom.other_running",
            Self::NotReady { .. } => "factom.not_ready",
            Self::OtherAuthority { .. } => "factom.other_authority",
            Self::RunsAlready { .. } => "factom.runs_already",
            Self::ListsIncomplete { .. } => "factom.lists_incomplete",
            Self::Pending { .. } => "factom.pending",
            Self::MinuteZero { .. } => "factom.minute_zero",
            Self::OtherHeight { .. } => "factom.other_height",
            Self::OtherMinute { .. } => "factom.other_minute",
            Self::Height { .. } => "factom.height",
            Self::Order => "factom.order",
            Self::OtherIdentity { .. } => "factom.other_identity",
            Self::OtherKey { .. } => "factom.other_key",
            Self::NotRewritten { .. } => "factom.not_rewritten",
            Self::Begun { .. } => "factom.begun",
            Self::NotReached { .. } => "factom.not_reached",
            Self::StillRuns { .. } => "factom.still_runs",
            Self::OtherOrder => "factom.other_order",
            Self::OtherHost { .. } => "factom.other_host",
            Self::NotReleased { .. } => "factom.not_released",
            Self::Behind { .. } => "factom.behind",
            Self::NotBegun { .. } => "factom.not_begun",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Conf { error, .. } => error.advice(),
            Self::OtherNetwork { .. } | Self::SameIdentity | Self::NoIdentity => {
                "check that these are the two files of the swap"
            }
            Self::StatedKey { .. } | Self::OtherKey { .. } => {
                "do not swap: find out which key the identity has on the chain"
            }
            Self::OtherRunning { .. } => {
                "do not swap: find out which node runs the identity, and since when"
            }
            Self::NotReady { .. } | Self::ListsIncomplete { .. } | Self::MinuteZero { .. } => {
                "ask the control panels again in a minute"
            }
            Self::OtherHeight { .. } | Self::OtherMinute { .. } => {
                "wait until both nodes follow the minutes together"
            }
            Self::Behind { .. } => "wait for that block, and ask the new node again",
            Self::OtherAuthority { .. } => {
                "end that node's own identity first, as the old side of an order of its own"
            }
            Self::RunsAlready { .. } => {
                "write nothing: stop the new node, and find out what it has signed"
            }
            Self::Pending { .. } => "wait until that change is over",
            Self::Height { .. } => "take the height that the plan computes, and order it anew",
            Self::Order | Self::OtherOrder | Self::OtherHost { .. } | Self::NotReleased { .. } => {
                "check that order, identity and release belong together"
            }
            Self::OtherIdentity { .. } => "write nothing: this is the file of another server",
            Self::NotRewritten { .. } => {
                "write the retired file on the old node, and read it again"
            }
            Self::Begun { .. } => {
                "go on: confirm what the old node runs, and give the identity a block later"
            }
            Self::NotReached { .. } => "wait for that block, and ask the old node again",
            Self::StillRuns { .. } => {
                "it missed the block: restart the old factomd, which then starts without the \
                 identity, and ask it again"
            }
            Self::NotBegun { .. } => {
                "wait for that block; once it is past, restart the new factomd, which then starts \
                 with the identity"
            }
        }
    }
}
