//! `intent/eos`: a producer's block, decoded, checked for its one encoding, and hashed.

use brainswap::{
    authority::Name,
    chain::{
        EosProducer,
        eos::{BlockId, BlockToSign, Extension, Header, LegacyContext, Slot},
    },
    ports::Chain as _,
};
use divan::{Bencher, black_box};

#[divan::bench(name = "intent/eos/header")]
fn header(bencher: Bencher<'_, '_>) {
    let finality = Extension { id: 2, bytes: vec![3; 40] };
    let header =
        Header { schedule_version: 1 << 31, header_extensions: vec![finality], ..legacy() };
    read(bencher, &BlockToSign::savanna(header).expect("a Savanna block"));
}

#[divan::bench(name = "intent/eos/legacy-header")]
fn legacy_header(bencher: Bencher<'_, '_>) {
    let context = LegacyContext { blockroot: [1; 32], schedule_hash: [2; 32] };
    read(bencher, &BlockToSign::legacy(legacy(), context).expect("a legacy block"));
}

fn read(bencher: Bencher<'_, '_>, block: &BlockToSign) {
    let message = block.to_bytes();
    let chain = EosProducer::new(block.header().producer);
    bencher.bench_local(|| chain.read(black_box(&message)).expect("it can be signed"));
}

fn legacy() -> Header {
    Header {
        slot: Slot::new(1_488_981_273),
        producer: Name::ACTIVE,
        confirmed: 0,
        previous: BlockId::of(323_978_186, [7; 32]),
        transaction_mroot: [8; 32],
        action_mroot: [9; 32],
        schedule_version: 2_083,
        new_producers: None,
        header_extensions: vec![],
    }
}
