//! Standing: what one record says of who may sign, and what a person should know of it (R8).

use super::{Alarm, Policy, State};
use crate::{
    HostId, IdentityId, Lanes, OrderId, Position,
    lease::{Lease, Term},
    order::declined,
    watermark::Mark,
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// What the set-up of an identity leaves open: it runs, and this is not defended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Gap {
    /// No witnesses.
    NoWitnesses,
    /// The journal is trusted at a start, whatever stopped the process before.
    TrustedDisk,
}

impl Gap {
    /// What is not defended, for a person.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NoWitnesses => {
                "no witnesses: an older copy of this host's disk, or a second copy of it, can sign \
                 again what this host has signed; nothing here would notice"
            }
            Self::TrustedDisk => {
                "the disk is trusted at a start: an older copy of it, put back while this host \
                 holds the lease, signs again what was signed since; only an anchor finds it out"
            }
        }
    }
}

/// What a host's record says of one identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Which identity.
    pub identity: IdentityId,
    /// Which host says so.
    pub host: HostId,
    /// Head of its charter here.
    pub charter: OrderId,
    /// The epoch that is obeyed.
    pub epoch: u64,
    /// The hosts that may hold in it.
    pub roster: Vec<HostId>,
    /// The highest term held or heard of.
    pub seen: Term,
    /// Whether this host may sign at some position now or later.
    pub signs: bool,
    /// Whether its lease runs on without an end of its own: it is the holder.
    pub holds: bool,
    /// Our newest lease: what a new order must name as its base.
    pub lease: Option<OrderId>,
    /// Its term.
    pub term: Option<Term>,
    /// Where it begins.
    pub from: Option<Lanes<Position>>,
    /// Where it ends.
    pub until: Option<Lanes<Position>>,
    /// The order that it was released under, if it was.
    pub released: Option<OrderId>,
    /// The host that it was released to.
    pub released_to: Option<HostId>,
    /// Orders that this host has promised to receive under.
    pub prepared: Vec<OrderId>,
    /// The order that the lease is kept for.
    pub lock: Option<OrderId>,
    /// The last position signed, or considered signed, in each lane.
    pub marks: Lanes<Option<Mark>>,
    /// What is not defended.
    pub gaps: Vec<Gap>,
    /// What was noticed that should never happen.
    pub alarms: Vec<Alarm>,
    /// What this means, and the safe next step, for a person.
    pub says: String,
}

impl State {
    /// What this record says of who may sign.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let record = &self.record;
        let newest = record.newest();
        let held = record.holding();
        let signs = self.may_sign();
        let released = newest.and_then(|lease| lease.released.as_ref());
        let mut gaps = Vec::new();
        if record.witnesses.is_empty() {
            gaps.push(Gap::NoWitnesses);
        }
        if self.run.policy == Policy::Disk {
            gaps.push(Gap::TrustedDisk);
        }
        Standing {
            identity: record.identity,
            host: record.host,
            charter: record.charter,
            epoch: record.epoch.0,
            roster: record.roster.clone(),
            seen: record.seen,
            signs,
            holds: held.is_some(),
            lease: newest.map(|lease| lease.id),
            term: newest.map(|lease| lease.term),
            from: newest.map(|lease| lease.from.clone()),
            until: newest.map(|lease| lease.until.clone()),
            released: released.map(|released| released.order),
            released_to: released.map(|released| released.end.to),
            prepared: self.promised(),
            lock: record.lock,
            marks: record.marks.clone(),
            gaps,
            alarms: record.alarms.iter().copied().collect(),
            says: self.says(signs),
        }
    }

    /// Whether this host may sign some position that it has not signed, now or later.
    #[must_use]
    pub fn may_sign(&self) -> bool {
        let record = &self.record;
        let usable = |lease: &Lease| lease.attested && lease.has_room(&record.marks);
        self.may_act().is_ok() && record.leases.iter().any(usable)
    }

    /// The orders that this host has promised to receive under, without its own ways back.
    fn promised(&self) -> Vec<OrderId> {
        let record = &self.record;
        let said = record.leases.iter().filter_map(|lease| lease.released.as_ref());
        let ways_back: Vec<OrderId> = said.map(|said| declined(said.order)).collect();
        let live = record.prepared.iter().filter(|(_, prepared)| prepared.term > record.seen);
        live.map(|(id, _)| *id).filter(|id| !ways_back.contains(id)).collect()
    }

    fn says(&self, signs: bool) -> String {
        let record = &self.record;
        if let Err(refusal) = self.may_act() {
            return alloc::format!("signs nothing: {refusal}; {}", refusal.advice());
        }
        let Some(newest) = record.newest() else {
            return String::from(if self.promised().is_empty() {
                "stands by: holds no lease; an order can bring one"
            } else {
                "is ready to receive the lease; the source still signs"
            });
        };
        match (&newest.released, signs) {
            (None, true) if record.is_open(newest) => {
                alloc::format!("holds the lease from {} on and signs", newest.from)
            }
            (None, _) => alloc::format!("its lease ended at {} by a fence", newest.until),
            (Some(said), true) => alloc::format!(
                "signs up to {}, then host {} does",
                newest.until,
                said.end.to.short()
            ),
            (Some(said), false) => alloc::format!(
                "released at {}: host {} signs from there, or declines; `resume` if it does neither",
                newest.until,
                said.end.to.short()
            ),
        }
    }
}
