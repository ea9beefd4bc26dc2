//! `intent/solana`: a vote with a full tower, decoded, checked for its one encoding, and hashed.

use brainswap::{
    chain::{
        Solana,
        solana::{Address, Tower, TowerSync, Vote},
    },
    ports::Chain as _,
};
use divan::{Bencher, black_box};

#[divan::bench(name = "intent/solana/vote")]
fn vote(bencher: Bencher<'_, '_>) {
    let message = full().to_message();
    let chain = Solana::new(Address::from_bytes([2; 32]));
    bencher.bench_local(|| chain.read(black_box(&message)).expect("it can be signed"));
}

#[divan::bench(name = "intent/solana/lockouts")]
fn lockouts(bencher: Bencher<'_, '_>) {
    let vote = full();
    let last = vote.sync.tower();
    let mut next = last.clone();
    next.vote(1_040).expect("a later slot");
    bencher.bench_local(|| last.allows(black_box(&next)).expect("it keeps every lock"));
}

fn full() -> Vote {
    let mut tower = Tower::new(Vec::new(), Some(0)).expect("a tower");
    (1_000..1_036).for_each(|slot| tower.vote(slot).expect("a later slot"));
    Vote {
        identity: Address::from_bytes([1; 32]),
        voter: Address::from_bytes([1; 32]),
        vote_account: Address::from_bytes([2; 32]),
        blockhash: [4; 32],
        sync: TowerSync::new(tower, [5; 32], Some(1_700_000_000), [6; 32]),
        switch_proof: None,
    }
}
