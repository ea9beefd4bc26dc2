//! Record: everything one host must remember of one identity, and what it may forget at a restart.

use super::{Policy, Refusal, start::highest_floor};
use crate::{
    HostId, IdentityId, Lane, Lanes, Nonce, OrderId, Position, Session,
    evidence::Approved,
    identity::{Epoch, Genesis, History},
    lease::{Lease, Term},
    watermark::Mark,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// A promise that a target gave, by its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepared {
    /// The nonce, the same for ever.
    pub nonce: Nonce,
    /// The term of the lease that is promised room.
    pub term: Term,
    /// The lease was received before and dropped as stale: its term may come again.
    pub again: bool,
}

/// When this host first knew a plan that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// By this host's clock, in seconds since 1970.
    pub at: u64,
    /// Its waiting counts for nothing any more.
    pub vetoed: bool,
}

impl Sighting {
    /// The seconds that the plan was known, as far as they count.
    #[must_use]
    pub const fn waited(&self, now: u64) -> u32 {
        let waited = now.saturating_sub(self.at);
        match waited {
            _ if self.vetoed => 0,
            0..=0xffff_ffff => waited as u32,
            _ => u32::MAX,
        }
    }
}

/// What was noticed that should never happen. It stays in the record until a person looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Alarm {
    /// An older lease was still open when a newer one came: this record went back in time.
    RolledBack,
    /// A witness knows a newer lease than an open one of ours: this record went back in time.
    Superseded,
    /// A fence declares this host gone, and it is not.
    DeclaredGone,
    /// Another process uses this session number of this host, or of a peer: a copy is running.
    Copied,
    /// Two approved amendments follow one head of the charter.
    Forked,
}

impl Alarm {
    /// What it means and what to do, for a person.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::RolledBack => {
                "this host's journal is older than what it did: an older copy was restored; \
                 move its identities away and enrol it as a new host"
            }
            Self::Superseded => {
                "witnesses know a newer lease: an older copy of this host was restored; \
                 it signs nothing under the old lease"
            }
            Self::DeclaredGone => {
                "the approvers declared this host destroyed, and it is running: stop it"
            }
            Self::Forked => {
                "two approved amendments follow one head: somebody approved both; ask everybody \
                 whose signature stands under both"
            }
            Self::Copied => "two processes use one session: a copy of a host is running; stop one",
        }
    }
}

/// Everything that one host must remember of one identity. Plain data; the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Which identity.
    pub identity: IdentityId,
    /// Whose record (R10).
    pub host: HostId,
    /// Random, drawn when the record was made: a record that was made anew is another (R5).
    pub birth: Nonce,
    /// Head of the charter that is obeyed.
    pub charter: OrderId,
    /// The hosts that the charter lets receive the identity, in order.
    pub enrolled: Vec<HostId>,
    /// Plans that wait for more approvals or for time, by their ids.
    pub plans: BTreeMap<OrderId, Sighting>,
    /// Which lanes carry a floor.
    pub floored: Lanes<bool>,
    /// The epoch that is obeyed, and the order that opened it. Never goes back.
    pub epoch: (u64, OrderId),
    /// The hosts that may hold in it.
    pub roster: Vec<HostId>,
    /// The witnesses in it.
    pub witnesses: Vec<HostId>,
    /// Where every lease of it ends at the latest.
    pub limit: Lanes<Position>,
    /// The highest term ever held or heard of. Never goes back.
    pub seen: Term,
    /// The high-water marks. They never go back.
    pub marks: Lanes<Option<Mark>>,
    /// Our leases, oldest first.
    pub leases: Vec<Lease>,
    /// Our promises as a target.
    pub prepared: BTreeMap<OrderId, Prepared>,
    /// The order for which our lease is kept.
    pub lock: Option<OrderId>,
    /// Orders that we will never release under.
    pub void: BTreeSet<OrderId>,
    /// The newest process of every other host that we have heard.
    pub peers: BTreeMap<HostId, Session>,
    /// What was noticed that should never happen.
    pub alarms: BTreeSet<Alarm>,
}

/// What a host knows of its own running process: gone with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// This process.
    pub session: Session,
    /// What its start rests on.
    pub policy: Policy,
    /// Nothing is signed before a fresh head of the chain was seen (policy `skip`, H1).
    pub awaits_head: bool,
    /// Which witness has recorded this process with which newest lease (H2).
    pub recorded: BTreeSet<(HostId, Option<OrderId>)>,
    /// Which witness knows this process, and a newer lease than this newest one.
    pub superseded: BTreeSet<(HostId, Option<OrderId>)>,
}

impl Run {
    /// Before [`Input::Start`](super::Input::Start): nothing is allowed.
    pub const STOPPED: Self = Self::started(Session::NONE, Policy::Disk, true);

    /// A process that no witness knows yet.
    #[must_use]
    pub const fn started(session: Session, policy: Policy, awaits_head: bool) -> Self {
        Self {
            session,
            policy,
            awaits_head,
            recorded: BTreeSet::new(),
            superseded: BTreeSet::new(),
        }
    }
}

/// A record with the process that uses it: what [`step`](super::step) works on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// Durable.
    pub record: Record,
    /// Volatile.
    pub run: Run,
}

impl State {
    /// How many witnesses know this process with its newest lease, and how many must.
    #[must_use]
    pub fn witnessed(&self) -> (usize, usize) {
        let newest = self.record.newest().map(|lease| lease.id);
        let knows = |witness: &&HostId| {
            let known = (**witness, newest);
            self.run.recorded.contains(&known) || self.run.superseded.contains(&known)
        };
        (self.record.witnesses.iter().filter(knows).count(), self.needed())
    }

    /// Whether a majority of witnesses recorded the newest lease itself (H2).
    pub(super) fn is_newest_recorded(&self) -> bool {
        let newest = self.record.newest().map(|lease| lease.id);
        let witnesses = self.record.witnesses.iter();
        let recorded = witnesses.filter(|witness| self.run.recorded.contains(&(**witness, newest)));
        recorded.count() >= self.needed()
    }

    fn needed(&self) -> usize {
        let witnesses = self.record.witnesses.len();
        if witnesses == 0 { 0 } else { witnesses / 2 + 1 }
    }

    /// Whether this process may sign, release or acknowledge at all (H1, H2).
    ///
    /// # Errors
    ///
    /// [`Refusal::AwaitsHead`] or [`Refusal::NotProven`].
    pub fn may_act(&self) -> Result<(), Refusal> {
        if self.run.awaits_head {
            return Err(Refusal::AwaitsHead);
        }
        let (recorded, needed) = self.witnessed();
        if recorded < needed { Err(Refusal::NotProven { recorded, needed }) } else { Ok(()) }
    }
}

/// What is considered signed before the first lease, in each lane (R7).
fn marks_before(genesis: &Genesis) -> Lanes<Option<Mark>> {
    let everything_below = |lane: Lane, from: &Position| {
        let floored = genesis.lanes.get(usize::from(lane.number())).is_some_and(|it| it.floored);
        let floor = if floored { highest_floor(Some(*from)) } else { 0 };
        from.previous().map(|last| Mark::considered(last, floor))
    };
    genesis.from.map(|lane, from| match &genesis.history {
        History::NewKey => None,
        History::SignedBelow => everything_below(lane, from),
        History::Imported { marks } => {
            let mark = marks.get(lane).copied().flatten();
            mark.or_else(|| everything_below(lane, from))
        }
    })
}

impl Record {
    /// The record that a host of the roster, or its first holder, begins with; `birth` is random.
    #[must_use]
    pub fn genesis(host: HostId, genesis: &Approved<Genesis>, birth: Nonce) -> Self {
        let (document, id) = (genesis.document(), genesis.id());
        let floored =
            Lanes::from(document.lanes.iter().map(|lane| lane.floored).collect::<Vec<_>>());
        let marks = marks_before(document);
        let mut record = Self {
            identity: id.into(),
            host,
            birth,
            charter: id,
            enrolled: document.epoch.hosts(),
            plans: BTreeMap::new(),
            epoch: (Term::FIRST.epoch, id),
            roster: document.epoch.hosts(),
            witnesses: document.epoch.witnesses.clone(),
            limit: document.epoch.limit.clone(),
            seen: Term::FIRST,
            marks,
            leases: Vec::new(),
            prepared: BTreeMap::new(),
            lock: None,
            void: BTreeSet::new(),
            peers: BTreeMap::new(),
            alarms: BTreeSet::new(),
            floored,
        };
        if document.to == host {
            let floors = record.marks.map(|_, mark| mark.map_or(0, |mark| mark.floor));
            record.leases.push(record.opened(id, Term::FIRST, document.from.clone(), floors));
        }
        record
    }

    /// A new lease of the current epoch, from a position on, under no release.
    pub(super) fn opened(
        &self,
        id: OrderId,
        term: Term,
        from: Lanes<Position>,
        floors: Lanes<u64>,
    ) -> Lease {
        Lease {
            id,
            term,
            from,
            until: self.limit.clone(),
            floors,
            caps: self.floored.map(|_, _| u64::MAX),
            resend: self.floored.map(|_, _| None),
            attested: self.witnesses.is_empty(),
            sources: Vec::new(),
            promise: None,
            released: None,
        }
    }

    /// Notes the newest process of another host; older ones are void from then on.
    pub(super) fn hear(&mut self, host: HostId, session: Session) -> Result<(), Refusal> {
        if let Some(known) = self.peers.get(&host).copied() {
            if session.number < known.number {
                return Err(Refusal::OldSession { host, got: session, known });
            }
            if session.number == known.number && session != known {
                return Err(Refusal::CopiedHost { host, got: session, known });
            }
        }
        self.peers.insert(host, session);
        Ok(())
    }

    /// Takes over what an epoch order says holds from now on.
    pub(super) fn enter(&mut self, number: u64, order: OrderId, epoch: &Epoch) {
        self.epoch = (number, order);
        self.roster = epoch.hosts();
        self.witnesses.clone_from(&epoch.witnesses);
        self.limit.clone_from(&epoch.limit);
    }

    /// The lease that an order created.
    #[must_use]
    pub fn lease(&self, id: OrderId) -> Option<&Lease> {
        self.leases.iter().find(|lease| lease.id == id)
    }

    /// The same, to change it.
    pub(super) fn lease_mut(&mut self, id: OrderId) -> Option<&mut Lease> {
        self.leases.iter_mut().find(|lease| lease.id == id)
    }

    /// The lease with the highest term.
    #[must_use]
    pub fn newest(&self) -> Option<&Lease> {
        self.leases.iter().max_by_key(|lease| lease.term)
    }

    /// Whether a lease still runs on without an end of its own, in the epoch that is obeyed.
    #[must_use]
    pub fn is_open(&self, lease: &Lease) -> bool {
        lease.released.is_none() && lease.until == self.limit && lease.term.epoch == self.epoch.0
    }

    /// The lease that runs on, if this host has one.
    #[must_use]
    pub fn holding(&self) -> Option<&Lease> {
        self.leases.iter().find(|lease| self.is_open(lease))
    }

    /// The mark of a lane.
    #[must_use]
    pub fn mark(&self, lane: Lane) -> Option<&Mark> {
        self.marks.get(lane).and_then(Option::as_ref)
    }

    /// Raises the mark of a lane; it never falls.
    pub fn raise(&mut self, lane: Lane, mark: Mark) {
        if let Some(slot) = self.marks.get_mut(lane) {
            *slot = Some(slot.map_or(mark, |old| old.raised_to(mark)));
        }
    }

    /// Forgets ended leases that nothing can need: not the two newest, and nothing left to sign.
    pub(super) fn prune(&mut self) {
        self.leases.sort_by_key(|lease| lease.term);
        let old = self.leases.len().saturating_sub(2);
        let mut number = 0;
        let marks = self.marks.clone();
        self.leases.retain(|lease| {
            number += 1;
            number > old || lease.has_room(&marks)
        });
        let seen = self.seen;
        // Provably void: a lease of their term, or a later one, exists.
        self.prepared.retain(|_, prepared| prepared.term > seen || prepared.again);
    }
}
