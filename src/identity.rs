//! Identity: one on-chain signing key on one network, and the document it begins with.

use crate::{
    HostCard, HostId, Lane, Lanes, Position, PublicKey,
    charter::{NotPermissions, Permissions},
    document::Document,
    watermark::Mark,
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Which network: the chain's kind, and which of its networks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The chain's name, as its [`Chain`](crate::ports::Chain) gives it.
    pub chain: String,
    /// The network's own name or number.
    pub id: String,
}

/// A lane as the genesis document fixes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneSpec {
    /// The chain's name for it.
    pub name: String,
    /// Whether its messages carry a floor that may not fall.
    pub floored: bool,
}

/// Where the first mark comes from (R5): absence is never zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum History {
    /// The key was generated for this identity and has never signed.
    NewKey,
    /// The key may have signed anything below `from`, and nothing from there on; the approvers
    /// of the genesis document say so. In a lane with floors, the highest floor that fits below
    /// `from` is considered signed.
    SignedBelow,
    /// The key signed what the records of its former signer say, and nothing since.
    Imported {
        /// The last mark of each lane, below its `from`. A lane without one is as in
        /// [`SignedBelow`](Self::SignedBelow): records that are silent prove nothing.
        marks: Lanes<Option<Mark>>,
    },
}

/// How leases change hands during an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Mode {
    /// By the holder's release.
    Direct,
}

/// What holds for every lease of an epoch: who may hold, up to where, who watches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Epoch {
    /// The hosts that may hold the identity, in the order of their ids, each once.
    pub roster: Vec<HostCard>,
    /// Every lease of the epoch ends here at the latest; `open` for no limit.
    pub limit: Lanes<Position>,
    /// Hosts that keep the newest lease and session of every holder; none is allowed.
    pub witnesses: Vec<HostId>,
    /// How leases change hands.
    pub mode: Mode,
}

/// The document that an identity begins with; the identity's id is its digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// The network.
    pub network: Network,
    /// The key that signs there.
    pub public_key: PublicKey,
    /// The lanes, by number.
    pub lanes: Vec<LaneSpec>,
    /// Where the first lease begins, in each lane.
    pub from: Lanes<Position>,
    /// What the key may have signed before.
    pub history: History,
    /// The host that holds the first lease.
    pub to: HostId,
    /// What holds in the first epoch.
    pub epoch: Epoch,
    /// Who decides what.
    pub permissions: Permissions,
}

impl Document for Genesis {
    const KIND: &'static str = "genesis";
}

/// Why a genesis document, or the epoch of a fence, is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAGenesis {
    /// The permissions are not valid.
    #[error(transparent)]
    Permissions(#[from] NotPermissions),
    /// Lanes, start, limit and imported marks do not have one value for each lane.
    #[error("lanes, start, limit and imported marks must have the same count, from 1 to 256")]
    Lanes,
    /// The roster or the witnesses are out of order, double or too many.
    #[error("roster and witnesses must be in the order of their ids, each once, at most 64")]
    Unsorted,
    /// The first holder is not on the roster.
    #[error("host {to:?} is not on the roster")]
    NotOnRoster {
        /// The first holder.
        to: HostId,
    },
    /// The lease would be empty.
    #[error("the lease would end before it begins")]
    Empty,
    /// The first lease would begin at or below what the imported history says was signed.
    #[error("{lane}: the first lease begins at {from}, and {mark} was signed: begin above it")]
    NotAboveHistory {
        /// In which lane.
        lane: Lane,
        /// Where the lease would begin.
        from: Position,
        /// The imported mark.
        mark: Position,
    },
    /// An imported mark has a floor in a lane whose messages carry none.
    #[error("{lane} carries no floors, and its imported mark has floor {floor}")]
    NoFloors {
        /// In which lane.
        lane: Lane,
        /// The mark's floor.
        floor: u64,
    },
    /// A witness must not share a disk with a host it speaks for.
    #[error("host {witness:?} is on the roster and a witness: it cannot be its own witness")]
    OwnWitness {
        /// Which.
        witness: HostId,
    },
}

impl Genesis {
    /// Checks what must hold before any host takes the document up.
    ///
    /// # Errors
    ///
    /// [`NotAGenesis`].
    pub fn check(&self) -> Result<(), NotAGenesis> {
        self.permissions.to_tree()?;
        if self.lanes.len() != self.from.count() {
            return Err(NotAGenesis::Lanes);
        }
        self.epoch.check(self.to, &self.from)?;
        match &self.history {
            History::Imported { marks } => self.check_imported(marks),
            History::NewKey | History::SignedBelow => Ok(()),
        }
    }

    fn check_imported(&self, marks: &Lanes<Option<Mark>>) -> Result<(), NotAGenesis> {
        let starts = self.from.zip(marks, |from, mark| (*from, *mark)).ok_or(NotAGenesis::Lanes)?;
        for ((lane, (from, mark)), spec) in starts.iter().zip(&self.lanes) {
            let Some(mark) = mark else { continue };
            if mark.position >= *from {
                return Err(NotAGenesis::NotAboveHistory {
                    lane,
                    from: *from,
                    mark: mark.position,
                });
            }
            if !spec.floored && mark.floor > 0 {
                return Err(NotAGenesis::NoFloors { lane, floor: mark.floor });
            }
        }
        Ok(())
    }
}

impl Epoch {
    /// Checks an epoch for a first holder and the start of its lease.
    ///
    /// # Errors
    ///
    /// [`NotAGenesis`].
    pub fn check(&self, to: HostId, from: &Lanes<Position>) -> Result<(), NotAGenesis> {
        if from.count() == 0 || self.limit.count() != from.count() {
            return Err(NotAGenesis::Lanes);
        }
        let sorted = self.roster.is_sorted_by(|a, b| a.host < b.host)
            && self.witnesses.is_sorted_by(|a, b| a < b);
        if !sorted || self.roster.len() > 64 || self.witnesses.len() > 64 {
            return Err(NotAGenesis::Unsorted);
        }
        if !self.roster.iter().any(|card| card.host == to) {
            return Err(NotAGenesis::NotOnRoster { to });
        }
        if let Some(card) = self.roster.iter().find(|card| self.witnesses.contains(&card.host)) {
            return Err(NotAGenesis::OwnWitness { witness: card.host });
        }
        let room = from.zip(&self.limit, |from, limit| from < limit);
        match room {
            Some(room) if room.iter().all(|(_, room)| *room) => Ok(()),
            _ => Err(NotAGenesis::Empty),
        }
    }

    /// The ids of the roster.
    #[must_use]
    pub fn hosts(&self) -> Vec<HostId> {
        self.roster.iter().map(|card| card.host).collect()
    }
}
