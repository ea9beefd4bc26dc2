//! `intent/eos`: a producer's block and a finalizer's vote, decoded, checked and hashed.

use brainswap::{
    authority::Name,
    chain::{
        EosFinalizer, EosProducer,
        eos::{
            BlockId, BlockRef, BlockToSign, Candidate, Extension, FinalizerSafety, Header,
            LegacyContext, Slot, Vote,
        },
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

#[divan::bench(name = "intent/eos/vote")]
fn vote(bencher: Bencher<'_, '_>) {
    let message = Vote { strong: false, block: block(100), lock: Slot::new(98) }.to_bytes();
    bencher.bench_local(|| EosFinalizer.read(black_box(&message)).expect("it can be signed"));
}

/// Beside the intent: whether a vote is safe, with the three blocks that are not final yet.
#[divan::bench(name = "intent/eos/vote-decision")]
fn vote_decision(bencher: Bencher<'_, '_>) {
    let safety = FinalizerSafety { last_vote: block(99), ..FinalizerSafety::new(block(98)) };
    let ancestors = (97..100).map(block).collect();
    let candidate = Candidate { block: block(100), ancestors, claimed: 99 };
    bencher.bench_local(|| black_box(&safety).decide(&candidate).expect("a strong vote"));
}

fn block(number: u32) -> BlockRef {
    let (id, slot) = (BlockId::of(number, [7; 32]), Slot::new(number));
    BlockRef { id, slot, finality_digest: [8; 32] }
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
