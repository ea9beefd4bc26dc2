//! `intent/cometbft`: a proposal, a vote and its extension, decoded, checked for their one
//! encoding, and hashed.

use brainswap::{
    chain::{
        CometBft,
        cometbft::{BlockId, Proposal, Timestamp, Vote, VoteExtension, VoteKind},
    },
    ports::Chain as _,
};
use divan::{Bencher, black_box};

const CHAIN: &str = "cosmoshub-4";
const BLOCK: BlockId = BlockId { hash: [0xaa; 32], parts_total: 5, parts_hash: [0xbb; 32] };
const TIMESTAMP: Timestamp = Timestamp { seconds: 1_700_000_000, nanos: 123_456_789 };

#[divan::bench(name = "intent/cometbft/vote")]
fn vote(bencher: Bencher<'_, '_>) {
    let (kind, height, round) = (VoteKind::Precommit, 24_118_907, 0);
    let vote = Vote { kind, height, round, block_id: Some(BLOCK), timestamp: TIMESTAMP };
    read(bencher, &vote.sign_bytes(CHAIN));
}

#[divan::bench(name = "intent/cometbft/proposal")]
fn proposal(bencher: Bencher<'_, '_>) {
    let (height, round, pol_round) = (24_118_907, 1, 0);
    let proposal = Proposal { height, round, pol_round, block_id: BLOCK, timestamp: TIMESTAMP };
    read(bencher, &proposal.sign_bytes(CHAIN));
}

#[divan::bench(name = "intent/cometbft/extension")]
fn extension(bencher: Bencher<'_, '_>) {
    let extension = VoteExtension { height: 24_118_907, round: 0, extension: vec![7; 1024] };
    read(bencher, &extension.sign_bytes(CHAIN));
}

fn read(bencher: Bencher<'_, '_>, message: &[u8]) {
    let chain = CometBft::new(CHAIN).with_extensions();
    bencher.bench_local(|| chain.read(black_box(message)).expect("it can be signed"));
}
