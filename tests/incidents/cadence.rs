//! Cadence: a swap on a simulated chain, counted in steps: how many blocks nobody signs. R8.

use crate::{adopted, at, identity, network::Network, witnesses::Witnesses};
use brainswap::{Host, document::Envelope, order::At};

/// A swap under way: the next document, and where it goes, takes one step.
struct Swap<'a> {
    source: &'a Host,
    target: &'a Host,
    witnesses: Option<&'a Witnesses>,
    order: Envelope,
    next: Next,
}

enum Next {
    Prepare,
    Release(Vec<Envelope>),
    Activate(Envelope),
    Ask,
    Answer,
    Done,
}

impl Swap<'_> {
    /// One document arrives and is answered.
    fn step(&mut self) {
        self.next = match std::mem::replace(&mut self.next, Next::Done) {
            Next::Prepare => Next::Release(self.target.prepare(&self.order).expect("ready")),
            Next::Release(ready) => {
                Next::Activate(self.source.release(&self.order, &ready).expect("released"))
            }
            Next::Activate(release) => {
                self.target.activate(&self.order, &release).expect("activated");
                if self.witnesses.is_some() { Next::Ask } else { Next::Done }
            }
            Next::Ask => Next::Answer,
            Next::Answer => {
                if let Some(witnesses) = self.witnesses {
                    witnesses.answer(self.target);
                }
                Next::Done
            }
            Next::Done => Next::Done,
        };
    }
}

/// The longest run of blocks that nobody signs, when a block takes this many steps and the swap
/// begins at this step. Both hosts are asked for every block.
fn gap(steps_in_block: u64, begins: u64, at: &At, is_witnessed: bool) -> usize {
    let witnesses = is_witnessed.then(Witnesses::new);
    let ids = witnesses.as_ref().map_or(vec![], Witnesses::ids);
    let (pair, genesis) = identity(|genesis| genesis.epoch.witnesses = ids);
    let source = adopted(&pair, &genesis, pair.machines[0].create());
    let target = adopted(&pair, &genesis, pair.machines[1].create());
    let hosts = [&source, &target];
    if let Some(witnesses) = &witnesses {
        hosts.iter().for_each(|host| assert!(witnesses.answer(host) > 0));
    }
    let (network, order) = (Network::of(&pair), pair.order(at));
    let next = Next::Prepare;
    let mut swap =
        Swap { source: &source, target: &target, witnesses: witnesses.as_ref(), order, next };
    let (mut longest, mut run) = (0, 0);
    for step in 0..40 * steps_in_block {
        if step % steps_in_block == 0 {
            let height = step / steps_in_block + 1;
            let signers = hosts.iter().zip([1, 2]);
            let signed =
                signers.filter(|(host, content)| network.sign(host, height, *content).is_ok());
            match signed.count() {
                0 => run += 1,
                1 => run = 0,
                _ => panic!("two signers at height {height}"),
            }
            longest = longest.max(run);
        }
        if step >= begins {
            swap.step();
        }
    }
    assert!(target.standing(pair.ids[0]).expect("known").holds && run == 0, "it ended well");
    network.assert_never_two();
    longest
}

/// Solana Validator Switch, on its speed: with blocks of 400 ms, how many does nobody sign? At
/// once: one at most, even if a document travels for a whole block. At a height that was named:
/// none.
#[test]
fn t20_a_swap_at_once_costs_one_block_at_most_and_one_at_a_height_costs_none() {
    let mut worst = 0;
    for steps_in_block in 1..=4 {
        for begins in 20..20 + steps_in_block {
            worst = worst.max(gap(steps_in_block, begins, &At::Now, false));
            assert_eq!(gap(steps_in_block, begins, &at(35), false), 0);
        }
    }
    assert_eq!(worst, 1);
}

/// The same with witnesses, asked and answered: documents that travel for 100 ms cost one block of
/// 400 ms at most, because the new lease counts only once a majority knows it.
#[test]
fn t20_with_witnesses_a_swap_at_once_costs_one_block_at_most_when_documents_take_a_quarter_of_it() {
    let gaps = (20..24).map(|begins| gap(4, begins, &At::Now, true));
    assert_eq!(gaps.max(), Some(1));
    assert_eq!(gap(4, 20, &at(35), true), 0);
}
