//! Entry: how a host's facts are written into journal entries, and read back at the start.

use super::Cause;
use crate::{
    Digest, IdentityId, OrderId, Position, Session,
    charter::{Amendment, Log},
    document::Envelope,
    handover::{Alarm, Change, Record},
    ports::{Entry, EntryKey},
    watermark::Mark,
    witness,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// What the journal says of the host as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostFacts {
    /// The last process that started.
    pub(super) session: Session,
    /// Whether it stopped cleanly.
    pub(super) clean: bool,
}

/// Everything that a journal holds, by kind.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) host: Option<HostFacts>,
    pub(super) records: BTreeMap<IdentityId, Record>,
    pub(super) orders: BTreeMap<OrderId, Envelope>,
    pub(super) keys: BTreeMap<IdentityId, Vec<u8>>,
    pub(super) witness: BTreeMap<IdentityId, witness::Memory>,
}

impl Facts {
    /// Reads the entries of a journal.
    pub(super) fn read(entries: Vec<Entry>) -> Result<Self, Cause> {
        let mut facts = Self::default();
        let mut marks = Vec::new();
        for Entry { key, value } in entries {
            match key {
                EntryKey::Host => facts.host = Some(json(&value, "host")?),
                EntryKey::Identity(id) => {
                    facts.records.insert(id, json(&value, "record")?);
                }
                EntryKey::Mark(id, lane) => marks.push((id, lane, read_mark(&value)?)),
                EntryKey::Order(id) => {
                    let order = Envelope::from_json(&value);
                    let order = order.map_err(|_| Cause::Unreadable { what: "order" })?;
                    facts.orders.insert(id, order);
                }
                EntryKey::Key(id) => {
                    facts.keys.insert(id, value);
                }
                EntryKey::Witness(id) => {
                    facts.witness.insert(id, json(&value, "witness")?);
                }
                EntryKey::Approver(_) => {} // kept by the approver's own tool
            }
        }
        for (id, lane, mark) in marks {
            // A mark without its record is history without an owner: something was lost (R5).
            let record = facts.records.get_mut(&id).ok_or(Cause::Unreadable { what: "mark" })?;
            record.raise(lane, mark);
        }
        Ok(facts)
    }
}

impl Facts {
    /// Drops the orders that no record depends on any more, and names them.
    pub(super) fn forget_orders(&mut self) -> Vec<OrderId> {
        let mut needed = BTreeSet::new();
        for record in self.records.values() {
            needed.extend([record.identity.into(), record.epoch.1]);
            needed.extend(record.lock);
            needed.extend(record.plans.keys());
            needed.extend(self.amendments(record).iter().map(|(id, _)| *id));
            if record.alarms.contains(&Alarm::Forked) {
                needed.extend(self.amendments_about(record.identity));
            }
            needed.extend(record.prepared.keys());
            for lease in &record.leases {
                needed.insert(lease.id);
                needed.extend(lease.released.as_ref().map(|said| said.order));
            }
        }
        let forgotten: Vec<OrderId> =
            self.orders.keys().filter(|id| !needed.contains(id)).copied().collect();
        self.orders.retain(|id, _| needed.contains(id));
        forgotten
    }
}

impl Facts {
    /// The charter of a record, replayed from its genesis document to the head that it obeys.
    pub(super) fn charter(&self, record: &Record) -> Result<Log, Cause> {
        let lost = Cause::Unreadable { what: "charter" };
        let genesis = self.orders.get(&record.identity.into());
        let genesis = genesis.ok_or(Cause::Unreadable { what: "genesis" })?;
        let amendments: Vec<Envelope> =
            self.amendments(record).into_iter().rev().map(|(_, envelope)| envelope).collect();
        let log = Log::replay(genesis, &amendments).map_err(|_| lost.clone())?;
        // R5: a charter that ends before the head that was obeyed lost something.
        if log.newest().head() == record.charter { Ok(log) } else { Err(lost) }
    }

    /// Every amendment of an identity that is here: of a fork, those that were not taken up too.
    fn amendments_about(&self, identity: IdentityId) -> impl Iterator<Item = OrderId> {
        let about = move |envelope: &Envelope| {
            let amendment = envelope.verify::<Amendment>();
            amendment.is_ok_and(|amendment| amendment.document().identity == identity)
        };
        self.orders.iter().filter(move |(_, envelope)| about(envelope)).map(|(id, _)| *id)
    }

    /// The amendments from a record's head back to its genesis document, as far as they are here.
    fn amendments(&self, record: &Record) -> Vec<(OrderId, Envelope)> {
        let mut chain = Vec::new();
        let mut head = record.charter;
        while head != record.identity.into() {
            let Some(envelope) = self.orders.get(&head) else { break };
            let Ok(amendment) = envelope.verify::<Amendment>() else { break };
            chain.push((head, envelope.clone()));
            head = amendment.document().previous;
        }
        chain
    }
}

/// The entries that make changes durable.
pub(super) fn entries(changes: &[Change]) -> Result<Vec<Entry>, Cause> {
    let mut entries = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            Change::Mark(id, lane, mark) => entries
                .push(Entry { key: EntryKey::Mark(*id, *lane), value: write_mark(mark).to_vec() }),
            Change::Record(record) => {
                entries.push(Entry {
                    key: EntryKey::Identity(record.identity),
                    value: to_json(record.as_ref(), "record")?,
                });
            }
            Change::Run(..) => {}
        }
    }
    Ok(entries)
}

pub(super) fn host(facts: &HostFacts) -> Result<Entry, Cause> {
    Ok(Entry { key: EntryKey::Host, value: to_json(facts, "host")? })
}

pub(super) fn witness(id: IdentityId, memory: &witness::Memory) -> Result<Entry, Cause> {
    Ok(Entry { key: EntryKey::Witness(id), value: to_json(memory, "witness")? })
}

pub(super) fn order(id: OrderId, envelope: &Envelope) -> Entry {
    Entry { key: EntryKey::Order(id), value: envelope.to_json().into_bytes() }
}

/// The entry that removes an order.
pub(super) fn forget(id: OrderId) -> Entry {
    Entry { key: EntryKey::Order(id), value: Vec::new() }
}

/// The length of a mark entry: `version (1) || flags (1) || position (16) || floor (8) || digest (32)`.
const MARK: usize = 58;

/// Big-endian; version 1; flag 1 set if the digest is known, else its bytes are 0.
fn write_mark(mark: &Mark) -> [u8; MARK] {
    let mut bytes = [0; MARK];
    bytes[0] = 1;
    bytes[1] = u8::from(mark.digest.is_some());
    bytes[2..18].copy_from_slice(&mark.position.bits().to_be_bytes());
    bytes[18..26].copy_from_slice(&mark.floor.to_be_bytes());
    if let Some(digest) = &mark.digest {
        bytes[26..].copy_from_slice(digest.as_bytes());
    }
    bytes
}

fn read_mark(bytes: &[u8]) -> Result<Mark, Cause> {
    let parse = || {
        let bytes: &[u8; MARK] = bytes.try_into().ok()?;
        let position = Position::from_bits(u128::from_be_bytes(*bytes.get(2..)?.first_chunk()?));
        let floor = u64::from_be_bytes(*bytes.get(18..)?.first_chunk()?);
        let digest = Digest::from_bytes(*bytes.get(26..)?.first_chunk()?);
        let digest = if bytes.get(1)? & 1 == 1 { Some(digest) } else { None };
        let mark = Mark { position, digest, floor };
        (write_mark(&mark) == *bytes).then_some(mark)
    };
    parse().ok_or(Cause::Unreadable { what: "mark" })
}

fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<Vec<u8>, Cause> {
    serde_json::to_vec(value).map_err(|_| Cause::Unreadable { what })
}

fn json<T: for<'de> Deserialize<'de>>(bytes: &[u8], what: &'static str) -> Result<T, Cause> {
    serde_json::from_slice(bytes).map_err(|_| Cause::Unreadable { what })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_as_written_and_nothing_else_reads() {
        let known = Mark {
            position: Position::new(7, 1, 2),
            digest: Some(Digest::from_bytes([9; 32])),
            floor: 5,
        };
        let considered = Mark::considered(Position::at_height(8), 0);
        for mark in [known, considered] {
            assert_eq!(read_mark(&write_mark(&mark)), Ok(mark));
        }
        let mut other = write_mark(&considered);
        other[57] = 1;
        assert_eq!(read_mark(&other), Err(Cause::Unreadable { what: "mark" }));
        assert_eq!(read_mark(&other[..57]), Err(Cause::Unreadable { what: "mark" }));
    }
}
