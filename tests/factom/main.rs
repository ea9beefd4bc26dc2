//! Factom: what a server signs is read exactly, and an identity runs on one factomd at most.

mod any_bytes;
mod conf;
mod keys;
mod oracle;
mod published;
mod refused;
mod swap;

use brainswap::{
    Lane, Position, Reading, Signable,
    chain::{
        Factom,
        factom::{
            Ack, BlockHeader, BlockSignature, ChainId, Eom, FullSignature, Heartbeat, LANES,
            Message, NetworkId, SignedMessage, Timestamp,
        },
    },
    ports::{Chain as _, NotRead},
};

const IDENTITY: ChainId = ChainId::from_bytes([0x88; 32]);

#[test]
fn there_is_a_lane_for_blocks_minutes_heartbeats_and_every_process_list() {
    let (chain, lanes) = (chain(), chain().lanes());
    assert_eq!((chain.name(), chain.network_id()), ("factom", Some("fa92e5a2")));
    assert_eq!(lanes.len(), LANES);
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name).collect();
    assert_eq!(names[..4], ["block", "eom", "heartbeat", "ack-00"]);
    assert_eq!(names[LANES - 1], "ack-64");
    assert!(names.is_sorted_by(|a, b| a != b) && lanes.iter().all(|lane| !lane.floored));
    for vm_index in 0..65 {
        let lane = intent(&Message::Ack(Ack { vm_index, ..ack() })).0;
        assert_eq!(names[usize::from(lane.number())], format!("ack-{vm_index:02}"));
    }
}

#[test]
fn one_height_is_one_boundary_for_everything_of_a_block() {
    let boundary = Position::at_height(100);
    let last = BlockHeader { db_height: 98, ..header() };
    let old = [
        Message::Header(last),
        Message::BlockSignature(BlockSignature { db_height: 99, header: last, ..signature() }),
        Message::Eom(Eom { db_height: 99, minute: 9, vm_index: 64, ..eom() }),
        Message::Ack(Ack { db_height: 99, height: u32::MAX, minute: 9, ..ack() }),
        Message::Heartbeat(Heartbeat { db_height: 99, timestamp: millis((1 << 48) - 1), ..beat() }),
    ];
    let first = BlockHeader { db_height: 99, ..header() };
    let new = [
        Message::Header(first),
        Message::BlockSignature(BlockSignature { db_height: 100, header: first, ..signature() }),
        Message::Eom(Eom { db_height: 100, minute: 0, vm_index: 0, ..eom() }),
        Message::Ack(Ack { db_height: 100, height: 0, ..ack() }),
        Message::Heartbeat(Heartbeat { db_height: 100, timestamp: millis(0), ..beat() }),
    ];
    for (old, new) in old.iter().zip(&new) {
        assert_eq!(intent(old).0, intent(new).0);
        assert!(intent(old).1 < boundary && boundary <= intent(new).1, "{old:?} {new:?}");
    }
}

#[test]
fn at_a_head_the_two_blocks_after_it_can_have_been_signed_in() {
    for (head, last) in [(0, 2), (98, 100), (u64::from(u32::MAX), (1 << 32) + 1)] {
        let positions = chain().last_signable(head);
        assert_eq!(positions.count(), LANES);
        for (_, position) in positions.iter() {
            assert_eq!((position.height(), position.next().is_some()), (last, true));
            assert!(*position >= Position::new(last, u32::MAX, u32::MAX));
        }
    }
    assert!(chain().last_signable(u64::MAX).iter().all(|(_, position)| position.next().is_some()));
}

fn chain() -> Factom {
    Factom::new(NetworkId::MAIN, IDENTITY)
}

fn read(bytes: &[u8]) -> Result<Reading, NotRead> {
    chain().read(bytes)
}

fn intent(message: &Message) -> (Lane, Position) {
    let intent = read(&message.to_unsigned()).unwrap().intent;
    (intent.lane, intent.position)
}

fn millis(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn header() -> BlockHeader {
    BlockHeader {
        network: NetworkId::MAIN,
        body: [1; 32],
        previous_key: [2; 32],
        previous_hash: [3; 32],
        minutes: 24_018_960,
        db_height: 98,
        count: 3,
    }
}

fn signature() -> BlockSignature {
    BlockSignature {
        timestamp: millis(1_548_458_880_123),
        sys_height: 0,
        sys_hash: [0; 32],
        db_height: 99,
        vm_index: 4,
        header: header(),
        identity: IDENTITY,
        header_signature: FullSignature { public_key: [4; 32], signature: [5; 64] },
    }
}

fn eom() -> Eom {
    Eom {
        timestamp: millis(1_548_458_880_123),
        identity: IDENTITY,
        minute: 3,
        vm_index: 2,
        factoid_vm: false,
        db_height: 99,
        sys_height: 0,
        sys_hash: [0; 32],
    }
}

fn ack() -> Ack {
    Ack {
        vm_index: 2,
        timestamp: millis(1_548_458_880_173),
        salt: [6; 8],
        salt_number: 7,
        message_hash: [8; 32],
        full_message_hash: [9; 32],
        leader: IDENTITY,
        db_height: 99,
        height: 4,
        minute: 3,
        serial_hash: [10; 32],
        balance_hash: None,
    }
}

fn beat() -> Heartbeat {
    Heartbeat {
        timestamp: millis(1_548_458_880_123),
        secret_number: 11,
        db_height: 99,
        block_hash: [12; 32],
        identity: IDENTITY,
    }
}

fn all() -> [Message; 6] {
    [
        Message::Header(header()),
        Message::BlockSignature(signature()),
        Message::Eom(eom()),
        Message::Ack(ack()),
        Message::Ack(Ack { balance_hash: Some([13; 32]), ..ack() }),
        Message::Heartbeat(beat()),
    ]
}

/// What must hold whatever the bytes: refused, or read as exactly these bytes. Says which.
fn holds_for_any_bytes(bytes: &[u8]) -> bool {
    if let Ok(signed) = SignedMessage::from_bytes(bytes) {
        assert_eq!(signed.to_bytes(), bytes);
    }
    let parsed = Message::from_unsigned(bytes);
    if let Ok(message) = &parsed {
        assert_eq!(message.to_unsigned(), bytes);
        assert!(bytes.starts_with(&message.signed_bytes()));
    }
    match read(bytes) {
        Ok(reading) => {
            let message = parsed.unwrap();
            assert_eq!(reading.signable, Signable::Message(message.signed_bytes()));
            assert_eq!(reading.intent.digest, message.digest());
            assert!(usize::from(reading.intent.lane.number()) < LANES);
            true
        }
        Err(refused) => {
            assert_eq!((refused.chain, refused.code()), ("factom", "chain.not_read"));
            false
        }
    }
}
