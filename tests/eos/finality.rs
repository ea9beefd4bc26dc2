//! Four finalizers, one of them a liar: no two blocks on different branches become final.

use super::{voting::Host, *};

const FINALIZERS: usize = 4;
const QUORUM: usize = 3;

#[test]
fn in_5_000_random_networks_with_crashes_no_two_final_blocks_are_on_different_branches() {
    let mut decided = 0;
    for seed in 0..5_000 {
        let network = run(seed, Crash::KeepsTheMark);
        assert_eq!(network.conflict(), None, "network {seed}");
        decided += usize::from(network.last_final() > 0);
    }
    assert!(decided > 2_000, "{decided} networks made a block final");
}

#[test]
fn were_the_mark_lost_too_two_branches_would_become_final() {
    let broken = (0..5_000).find(|seed| run(*seed, Crash::LosesAll).conflict().is_some());
    assert!(broken.is_some(), "these networks are too tame to show anything");
}

#[derive(Clone, Copy, PartialEq)]
enum Crash {
    KeepsTheMark,
    /// What nodeos does without its `safety.dat`.
    LosesAll,
}

/// A block, its parent, the ancestor it claims a quorum for, and whether each finalizer has voted
/// for it, and how.
struct Node {
    block: BlockRef,
    parent: usize,
    claimed: usize,
    claims_strong: bool,
    votes: [Option<bool>; FINALIZERS],
}

struct Network(Vec<Node>);

fn run(seed: u64, crash: Crash) -> Network {
    let mut random = Random(seed);
    let genesis = block_ref(1, 1, 0);
    let votes = [Some(true); FINALIZERS];
    let first = Node { block: genesis, parent: 0, claimed: 0, claims_strong: true, votes };
    let mut network = Network(vec![first]);
    let start = || Host::new(FinalizerSafety::new(genesis));
    let mut honest: Vec<Host> = (1..FINALIZERS).map(|_| start()).collect();
    for step in 1..24 {
        network.grow(step, &mut random);
        for _ in 0..6 {
            let at = random.below(FINALIZERS);
            let node = network.0.len() - 1 - random.below(network.0.len().min(3));
            let Some(host) = honest.get_mut(at) else {
                network.0[node].votes[at] = Some(true); // the liar votes for everything
                continue;
            };
            match (random.below(10), crash) {
                (0, Crash::KeepsTheMark) => host.forget(),
                (0, Crash::LosesAll) => *host = start(),
                _ => {}
            }
            if let Some(vote) = host.vote(&network.candidate(node)) {
                network.0[node].votes[at] = Some(vote.strong);
            }
        }
    }
    network
}

impl Network {
    /// Adds a block to one of the newest, with the claim of its parent or a later one that is true.
    fn grow(&mut self, step: u32, random: &mut Random) {
        let nodes = &self.0;
        let parent = nodes.len() - 1 - random.below(nodes.len().min(3));
        let before = &nodes[parent];
        let branch = self.branch(parent);
        let newest = branch.iter().rev().find(|node| self.has_quorum(**node, false));
        let (mut claimed, mut claims_strong) = (before.claimed, before.claims_strong);
        if let Some(newest) = newest.filter(|_| random.below(4) > 0) {
            if nodes[*newest].block.slot > nodes[claimed].block.slot {
                (claimed, claims_strong) = (*newest, false);
            }
            claims_strong |= self.has_quorum(claimed, true);
        }
        let number = before.block.id.number() + 1;
        let slot = before.block.slot.number() + 1 + random.below(2) as u32;
        let block = block_ref(number, slot.max(step), step);
        self.0.push(Node { block, parent, claimed, claims_strong, votes: [None; FINALIZERS] });
    }

    fn candidate(&self, node: usize) -> Candidate {
        let Node { block, parent, claimed, .. } = &self.0[node];
        let ancestors = self.branch(*parent).iter().map(|node| self.0[*node].block).collect();
        let claimed = self.0[*claimed].block.id.number();
        if node == 0 {
            return Candidate { block: *block, ancestors: vec![], claimed };
        }
        Candidate { block: *block, ancestors, claimed }
    }

    /// From the first block to this one.
    fn branch(&self, to: usize) -> Vec<usize> {
        let mut branch = vec![to];
        while branch[branch.len() - 1] != 0 {
            branch.push(self.0[branch[branch.len() - 1]].parent);
        }
        branch.reverse();
        branch
    }

    fn has_quorum(&self, node: usize, strong: bool) -> bool {
        let counts = |vote: &&Option<bool>| vote.is_some_and(|is_strong| is_strong || !strong);
        self.0[node].votes.iter().filter(counts).count() >= QUORUM
    }

    /// A block is final once a block is there that claims a strong quorum for one that claims it.
    fn finals(&self) -> Vec<usize> {
        let strong = self.0.iter().filter(|node| node.claims_strong);
        strong.map(|node| self.0[node.claimed].claimed).collect()
    }

    fn last_final(&self) -> usize {
        self.finals().into_iter().max().unwrap_or(0)
    }

    fn conflict(&self) -> Option<(usize, usize)> {
        let finals = self.finals();
        let pairs = finals.iter().flat_map(|a| finals.iter().map(move |b| (*a, *b)));
        let mut pairs = pairs.filter(|(a, b)| a < b);
        pairs.find(|(a, b)| !self.branch(*b).contains(a))
    }
}
