//! Records: what a host, a witness and an approver keep, as JSON in journal entries.

use super::*;
use brainswap::{
    Lane, approver,
    handover::{Alarm, Prepared, Record, Sighting},
    lease::{End, Lease, Promise, Released, Term},
    ports::EntryKey,
    witness,
};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn a_record_has_these_bytes() {
    let lease = Lease {
        id: order(0x31),
        term: Term { epoch: 1, number: 4 },
        from: one(Position::at_height(7)),
        until: one(Position::new(9, 0, 1)),
        floors: one(0),
        caps: one(u64::MAX),
        resend: one(Some((Position::new(6, 2, 3), Digest::from_bytes([0xd2; 32])))),
        attested: true,
        sources: vec![(host(1), session(9))],
        promise: Some(Promise { nonce: nonce(1), giver: host(1), back: nonce(2) }),
        released: Some(Released {
            order: order(0x32),
            end: End {
                identity: identity(0x11),
                to: host(1),
                nonce: nonce(3),
                until: one(Position::new(9, 0, 1)),
                marks: one(Some(mark(9))),
                floors: one(5),
                back: nonce(4),
            },
        }),
    };
    let record = Record {
        identity: identity(0x11),
        host: host(2),
        birth: Nonce::from_bits(5),
        charter: order(0x11),
        enrolled: vec![host(1), host(2)],
        plans: BTreeMap::from([(order(0x44), Sighting { at: 1_800_000_000, vetoed: true })]),
        floored: one(false),
        epoch: (1, order(0x11)),
        roster: vec![host(1), host(2)],
        witnesses: vec![host(3)],
        limit: one(Position::END),
        seen: Term { epoch: 1, number: 4 },
        marks: one(Some(mark(8))),
        leases: vec![lease],
        prepared: BTreeMap::from([(
            order(0x33),
            Prepared { nonce: nonce(5), term: Term { epoch: 1, number: 6 }, again: false },
        )]),
        lock: Some(order(0x33)),
        void: BTreeSet::from([order(0x34)]),
        peers: BTreeMap::from([(host(1), session(9))]),
        alarms: BTreeSet::from([Alarm::RolledBack, Alarm::DeclaredGone]),
    };
    let json = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
    frozen("record.json", &format!("{json}\n"));
}

#[test]
fn a_witness_memory_has_these_bytes() {
    let memory = witness::Memory {
        seen: Term { epoch: 1, number: 4 },
        lease: Some(order(0x31)),
        sessions: BTreeMap::from([(host(2), session(4))]),
        births: BTreeMap::from([(host(2), Nonce::from_bits(5))]),
    };
    frozen("witness.json", &format!("{}\n", serde_json::to_string(&memory).unwrap()));
}

#[test]
fn an_approver_memory_has_these_bytes() {
    let memory = approver::Memory {
        highest: Some((2, order(0x32))),
        rosters: BTreeSet::from([host(1), host(2)]),
        amendments: BTreeMap::from([(order(0x11), order(0x12))]),
    };
    frozen("approver.json", &format!("{}\n", serde_json::to_string(&memory).unwrap()));
}

#[test]
fn an_unknown_field_of_a_record_is_refused() {
    let json = r#"{"seen":"1.4","lease":null,"sessions":{},"births":{},"more":0}"#;
    let error = serde_json::from_str::<witness::Memory>(json).unwrap_err();
    assert!(error.to_string().starts_with("unknown field `more`"), "{error}");
}

#[test]
fn entry_keys_have_these_bytes() {
    let keys = [
        EntryKey::Host,
        EntryKey::Identity(identity(0x11)),
        EntryKey::Mark(identity(0x11), Lane::new(2)),
        EntryKey::Order(order(0x31)),
        EntryKey::Key(identity(0x11)),
        EntryKey::Witness(identity(0x11)),
        EntryKey::Approver(identity(0x11)),
    ];
    let mut text = String::new();
    for key in keys {
        let bytes = key.to_bytes();
        assert_eq!(EntryKey::from_bytes(&bytes), Some(key));
        text.extend(bytes.iter().map(|byte| format!("{byte:02x}")));
        text.push('\n');
    }
    frozen("entry-keys.hex", &text);
}
