//! Documents: one of every kind, with every field used.

use super::*;
use brainswap::{
    authority::{KeyWeight, Level, LevelWeight, Name, WaitWeight, WeightedAuthority},
    charter::{Amendment, Decision, NamedPermission, Permissions, SELF, ShardSet, Standby},
    handover::{Activated, Answer, Attest, Attested, Decline, FenceAck, Ready, Release, Tail},
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    lease::{End, Term},
    order::{At, Fence, Move, Order, Veto, Void, declined},
};

fn permissions() -> Permissions {
    let approvers = [7, 8].map(|seed| KeyWeight { key: public(&key(seed)), weight: 1 });
    Permissions::flat(2, approvers.into())
}

fn epoch(limit: Position) -> Epoch {
    let mut roster = vec![card("a", 1), card("b", 2)];
    roster.sort_by_key(|card| card.host);
    Epoch { roster, limit: one(limit), witnesses: vec![host(3)], mode: Mode::Direct }
}

fn end() -> End {
    End {
        identity: identity(0x11),
        to: host(2),
        nonce: nonce(0x77),
        until: one(Position::new(24_118_907, 1, 3)),
        marks: one(Some(mark(24_118_907))),
        floors: one(5),
        back: nonce(0x78),
    }
}

#[test]
fn a_genesis_document_has_these_bytes() {
    let mut secp256k1 = [0x02; 33];
    // The generator of secp256k1 (SEC 2, 2.4.1), compressed.
    secp256k1[1..].copy_from_slice(&[
        0x79, 0xbe, 0x66, 0x7e, 0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0, 0x62, 0x95, 0xce, 0x87, 0x0b,
        0x07, 0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce, 0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b, 0x16, 0xf8,
        0x17, 0x98,
    ]);
    let genesis = Genesis {
        network: Network { chain: "clique".into(), id: "1337".into() },
        public_key: PublicKey::Secp256k1(secp256k1),
        lanes: vec![LaneSpec { name: "block".into(), floored: false }],
        from: one(Position::at_height(24_118_900)),
        history: History::SignedBelow,
        to: host(1),
        epoch: epoch(Position::END),
        permissions: permissions(),
    };
    genesis.check().unwrap();
    frozen_document(&genesis, &key(7));
}

#[test]
fn a_genesis_document_with_an_imported_history_has_these_bytes() {
    let lane = |name: &str, floored| LaneSpec { name: name.into(), floored };
    let genesis = Genesis {
        network: Network { chain: "ethereum".into(), id: "0x00".into() },
        public_key: public(&key(8)),
        lanes: vec![lane("block", false), lane("attestation", true)],
        from: Lanes::from(vec![Position::at_height(9_800_000), Position::at_height(306_250)]),
        history: History::Imported { marks: Lanes::from(vec![None, Some(mark(306_249))]) },
        to: host(1),
        epoch: Epoch {
            limit: Lanes::from(vec![Position::END, Position::END]),
            ..epoch(Position::END)
        },
        permissions: permissions(),
    };
    genesis.check().unwrap();
    frozen_document_as("genesis-imported", &genesis, &key(7));
}

#[test]
fn an_order_has_these_bytes() {
    let part = |byte: u8, at: At, expires| Move {
        identity: identity(byte),
        charter: order(byte),
        base: order(0x21),
        term: Term { epoch: 1, number: 4 },
        from: host(1),
        to: host(2),
        at,
        expires,
    };
    let scheduled = At::Position(one(Position::at_height(24_118_907)));
    let moves = vec![
        part(0x11, At::Now, None),
        part(0x12, scheduled, Some(one(Position::at_height(24_119_000)))),
    ];
    let document = Order { moves, note: "to the new rack".into() };
    document.check().unwrap();
    frozen_document(&document, &key(7));
}

#[test]
fn a_void_has_these_bytes() {
    let void = Void { order: order(0x31), identities: vec![identity(0x11), identity(0x12)] };
    void.check().unwrap();
    frozen_document(&void, &key(7));
}

#[test]
fn a_fence_has_these_bytes() {
    let mut covers = vec![host(1), host(2)];
    covers.sort();
    let fence = Fence {
        identity: identity(0x11),
        charter: order(0x11),
        number: 2,
        to: host(2),
        at: one(Position::at_height(24_120_000)),
        covers,
        gone: vec![host(1)],
        evidence: "host a burnt down".into(),
        epoch: epoch(Position::at_height(30_000_000)),
    };
    fence.check().unwrap();
    frozen_document(&fence, &key(7));
}

#[test]
fn a_ready_has_these_bytes() {
    let (order, host, locks) = (order(0x31), host(2), vec![identity(0x12)]);
    frozen_document(
        &Ready { order, host, session: session(4), nonce: nonce(0x77), locks },
        &key(2),
    );
}

#[test]
fn a_release_has_these_bytes() {
    let ends = vec![end()];
    frozen_document(
        &Release { order: order(0x31), host: host(1), session: session(9), ends },
        &key(1),
    );
}

#[test]
fn a_decline_has_these_bytes() {
    let ends = vec![End { to: host(1), back: nonce(0), marks: one(None), ..end() }];
    frozen_document(
        &Decline { order: order(0x31), host: host(2), session: session(4), ends },
        &key(2),
    );
}

#[test]
fn a_tail_has_these_bytes() {
    let marks = vec![(identity(0x11), one(Some(mark(24_118_906))))];
    frozen_document(
        &Tail { order: order(0x31), host: host(1), session: session(9), marks },
        &key(1),
    );
}

#[test]
fn an_activated_has_these_bytes() {
    let leases = vec![(identity(0x11), one(Position::new(24_118_907, 1, 3)))];
    frozen_document(
        &Activated { order: order(0x31), host: host(2), session: session(4), leases },
        &key(2),
    );
}

#[test]
fn a_fence_ack_has_these_bytes() {
    let ended = one(Position::at_height(24_120_000));
    let marks = one(Some(Mark::considered(Position::at_height(24_119_999), 0)));
    frozen_document(
        &FenceAck { order: order(0x32), host: host(2), session: session(4), ended, marks },
        &key(2),
    );
}

#[test]
fn an_attest_has_these_bytes() {
    let attest = Attest {
        identity: identity(0x11),
        host: host(2),
        session: session(4),
        birth: Nonce::from_bits(5),
        term: Term { epoch: 1, number: 4 },
        lease: Some(order(0x31)),
        sources: vec![(host(1), session(9))],
    };
    frozen_document(&attest, &key(2));
}

#[test]
fn an_attested_has_these_bytes_and_each_answer_its_own() {
    let attested = |answer| Attested {
        identity: identity(0x11),
        host: host(3),
        asker: host(2),
        session: session(4),
        lease: Some(order(0x31)),
        answer,
    };
    frozen_document(&attested(Answer::Superseded(Term { epoch: 2, number: 0 })), &key(3));
    let text = |answer| serde_json::to_string(&answer).unwrap();
    assert_eq!(text(Answer::Recorded), r#""recorded""#);
    assert_eq!(text(Answer::Stale(host(1))), format!(r#"{{"stale":"{}"}}"#, host(1)));
}

#[test]
fn the_order_behind_a_declined_order_has_this_id() {
    assert_eq!(
        declined(order(0x31)).to_string(),
        "83050cb8680c9bf94fc618d905458eeeffd1cafc4e86bd76b0ddcf8c134c8faf"
    );
}

#[test]
fn an_amendment_has_these_bytes() {
    let waits = vec![WaitWeight { wait_sec: 86_400, weight: 1 }];
    let own = Level::of_account(SELF, "finance".parse().unwrap());
    let authority = WeightedAuthority {
        threshold: 2,
        keys: vec![KeyWeight { key: public(&key(7)), weight: 1 }],
        accounts: vec![LevelWeight { permission: own, weight: 1 }],
        waits,
    };
    let permission =
        NamedPermission { name: "duty".parse().unwrap(), parent: Name::ACTIVE, authority };
    let amendment = Amendment {
        identity: identity(0x11),
        previous: order(0x11),
        number: 1,
        replaces: vec![order(0x12)],
        decision: Decision::SetPermission(permission),
        note: "the night shift".into(),
    };
    amendment.check().unwrap();
    frozen_document(&amendment, &key(7));
}

#[test]
fn every_decision_of_an_amendment_has_these_bytes() {
    let set = ShardSet { set: Digest::of(b"manifest"), generation: 2 };
    let name = |text: &str| text.parse().unwrap();
    let standby = Standby { hosts: vec![host(2)], stride: 16, wait_sec: 20, confirmed: true };
    let decisions = [
        Decision::DeletePermission { name: name("duty") },
        Decision::LinkAction { action: name("swap"), permission: name("duty") },
        Decision::UnlinkAction { action: name("swap") },
        Decision::EnrolHost { card: card("c", 3) },
        Decision::RemoveHost { host: host(2) },
        Decision::RotateSigner { public_key: public(&key(9)), successor: identity(0x22) },
        Decision::SetStandby { policy: Some(standby) },
        Decision::SetStandby { policy: None },
        Decision::DealShards(set),
        Decision::RefreshShards(set),
        Decision::ReshareShards(set),
        Decision::Claim { transaction: Digest::of(b"transaction") },
    ];
    let lines: String = decisions
        .iter()
        .map(|decision| format!("{}\n", serde_json::to_string(decision).unwrap()))
        .collect();
    frozen("decisions.txt", &lines);
    for (line, decision) in lines.lines().zip(&decisions) {
        assert_eq!(serde_json::from_str::<Decision>(line).unwrap(), *decision);
    }
}

#[test]
fn a_veto_has_these_bytes() {
    let veto = Veto { plan: order(0x31), identities: vec![identity(0x11)] };
    veto.check().unwrap();
    frozen_document(&veto, &key(7));
}
