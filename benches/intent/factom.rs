//! `intent/factom`: what a server signs, decoded and hashed.

use brainswap::{
    chain::{
        Factom,
        factom::{
            Ack, BlockHeader, BlockSignature, ChainId, Eom, FullSignature, Message, NetworkId,
            Timestamp,
        },
    },
    ports::Chain as _,
};
use divan::{Bencher, black_box};

const IDENTITY: ChainId = ChainId::from_bytes([0x88; 32]);

#[divan::bench(name = "intent/factom/eom")]
fn eom(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        &Message::Eom(Eom {
            timestamp: now(),
            identity: IDENTITY,
            minute: 3,
            vm_index: 2,
            factoid_vm: false,
            db_height: 64_088,
            sys_height: 0,
            sys_hash: [0; 32],
        }),
    );
}

#[divan::bench(name = "intent/factom/ack")]
fn ack(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        &Message::Ack(Ack {
            vm_index: 2,
            timestamp: now(),
            salt: [6; 8],
            salt_number: 7,
            message_hash: [8; 32],
            full_message_hash: [9; 32],
            leader: IDENTITY,
            db_height: 64_088,
            height: 4,
            minute: 3,
            serial_hash: [10; 32],
            balance_hash: None,
        }),
    );
}

#[divan::bench(name = "intent/factom/header")]
fn header_alone(bencher: Bencher<'_, '_>) {
    run(bencher, &Message::Header(header()));
}

#[divan::bench(name = "intent/factom/block-signature")]
fn block_signature(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        &Message::BlockSignature(BlockSignature {
            timestamp: now(),
            sys_height: 0,
            sys_hash: [0; 32],
            db_height: 64_088,
            vm_index: 4,
            header: header(),
            identity: IDENTITY,
            header_signature: FullSignature { public_key: [4; 32], signature: [5; 64] },
        }),
    );
}

fn run(bencher: Bencher<'_, '_>, message: &Message) {
    let chain = Factom::new(NetworkId::MAIN, IDENTITY);
    let bytes = message.to_unsigned();
    bencher.bench_local(|| chain.read(black_box(&bytes)).expect("it can be signed"));
}

fn header() -> BlockHeader {
    BlockHeader {
        network: NetworkId::MAIN,
        body: [1; 32],
        previous_key: [2; 32],
        previous_hash: [3; 32],
        minutes: 25_807_648,
        db_height: 64_087,
        count: 9,
    }
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_548_458_880_123).expect("a time of 48 bits")
}
