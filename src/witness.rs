//! Witness: keeps the newest lease and session of every host, so that a copy is found out (W1).

use crate::{
    HostId, Nonce, OrderId, Session,
    evidence::FromHost,
    handover::{Answer, Attest, Attested},
    lease::Term,
};
use alloc::collections::BTreeMap;
use serde::{Deserialize, Serialize};

/// What a witness keeps of one identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// The highest term attested.
    pub seen: Term,
    /// The lease that has it.
    pub lease: Option<OrderId>,
    /// The newest process of every host that asked.
    pub sessions: BTreeMap<HostId, Session>,
    /// The birth of every such host's record: one that was made anew gets no answer (R5).
    pub births: BTreeMap<HostId, Nonce>,
}

impl Memory {
    /// Before anybody asked.
    pub const EMPTY: Self = Self {
        seen: Term { epoch: 0, number: 0 },
        lease: None,
        sessions: BTreeMap::new(),
        births: BTreeMap::new(),
    };
}

/// Answers one question. `None`: an earlier process asks, or a copy, or a host whose record was
/// made anew; it gets no answer.
///
/// The memory must be durable before the answer leaves (R3).
#[must_use]
pub fn step(
    memory: &Memory,
    witness: HostId,
    attest: &FromHost<Attest>,
) -> Option<(Memory, Attested)> {
    let asked = attest.message();
    let mut next = memory.clone();
    if let Some(known) = memory.sessions.get(&asked.host) {
        let copied = asked.session.number == known.number && asked.session != *known;
        if asked.session.number < known.number || copied {
            return None;
        }
    }
    if memory.births.get(&asked.host).is_some_and(|birth| *birth != asked.birth) {
        return None; // R5: it has lost what it signed, and comes back only as a new host
    }
    next.sessions.insert(asked.host, asked.session);
    next.births.insert(asked.host, asked.birth);
    let older = |(host, session): &(HostId, Session)| {
        memory.sessions.get(host).is_some_and(|known| session.number < known.number)
    };
    let answer =
        if memory.seen > asked.term || (memory.seen == asked.term && memory.lease != asked.lease) {
            Answer::Superseded(memory.seen)
        } else if memory.seen == asked.term {
            Answer::Recorded
        } else if let Some((host, _)) = asked.sources.iter().find(|source| older(source)) {
            Answer::Stale(*host)
        } else {
            next.seen = asked.term;
            next.lease = asked.lease;
            Answer::Recorded
        };
    let said = Attested {
        identity: asked.identity,
        host: witness,
        asker: asked.host,
        session: asked.session,
        lease: asked.lease,
        answer,
    };
    Some((next, said))
}
