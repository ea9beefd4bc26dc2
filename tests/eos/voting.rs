//! A finalizer's votes keep Savanna's rule, whatever is lost, restored or handed over.

use super::*;

fn vote(slot: u32, strong: bool, lock: u32) -> Vote {
    Vote { strong, block: block_ref(slot, slot, 1), lock: Slot::new(lock) }
}

#[test]
fn a_vote_stands_at_its_slot_with_its_lock_and_signs_the_digest() {
    let strong = vote(100, true, 98);
    let reading = EosFinalizer.read(&strong.to_bytes()).unwrap();
    let digest = strong.block.finality_digest;
    assert_eq!(reading.intent.lane, Lane::FIRST);
    assert_eq!(reading.intent.position, Position::at_height(100));
    assert_eq!(reading.intent.floor, 98);
    assert_eq!(reading.intent.digest, Digest::of(&digest));
    let suite = BlsSuite::Basic;
    assert_eq!(reading.signable, Signable::Bls { message: digest.to_vec(), suite });
    let weak = EosFinalizer.read(&vote(100, false, 98).to_bytes()).unwrap();
    let message = [&digest[..], b"WEAK"].concat();
    assert_eq!(weak.intent.digest, Digest::of(&message));
    assert_eq!(weak.signable, Signable::Bls { message, suite });
}

#[test]
fn no_second_vote_of_a_slot_none_of_an_earlier_one_and_no_lower_lock_is_signed() {
    let intent = |vote: Vote| EosFinalizer.read(&vote.to_bytes()).unwrap().intent;
    let Ok(Verdict::Advance(mark)) = check(None, &intent(vote(100, true, 98))) else { panic!() };
    let refused = |vote| check(Some(&mark), &intent(vote)).unwrap_err().code();
    assert_eq!(check(Some(&mark), &intent(vote(100, true, 98))), Ok(Verdict::Again));
    assert_eq!(refused(vote(100, false, 98)), "watermark.conflict");
    let other = Vote { block: block_ref(100, 100, 2), ..vote(100, true, 98) };
    assert_eq!(refused(other), "watermark.conflict");
    assert_eq!(refused(vote(99, true, 98)), "watermark.below");
    assert_eq!(refused(vote(101, true, 97)), "watermark.floor_back");
    assert!(check(Some(&mark), &intent(vote(101, true, 98))).is_ok());
}

#[test]
fn bytes_that_are_no_vote_are_refused_with_their_reason() {
    let good = vote(100, true, 98).to_bytes();
    assert_eq!(good.len(), 73);
    let refusal = |bytes: &[u8]| {
        let refused = EosFinalizer.read(bytes).unwrap_err();
        assert_eq!((refused.chain, refused.code()), ("eos-finalizer", "chain.not_read"));
        refused.reason.into_owned()
    };
    for cut in 0..73 {
        assert_eq!(refusal(&good[..cut]), "the bytes end too early");
    }
    assert_eq!(refusal(&[&good[..], &[0]].concat()), "1 bytes are left over");
    let mut other = good.clone();
    other[0] = 2;
    assert_eq!(refusal(&other), "the vote is 2, not strong (1) or weak (0)");
    let late = vote(100, true, 100).to_bytes();
    assert_eq!(refusal(&late), "the lock, slot 100, is not before the block, 100");
    for block in [BlockRef::NONE, BlockRef::unknown(Slot::new(100))] {
        let vote = Vote { block, ..vote(100, true, 0) };
        assert_eq!(refusal(&vote.to_bytes()), "the block is none that a finalizer votes for");
    }
    for bit in 0..8 * good.len() {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(vote) = Vote::from_bytes(&flipped) {
            assert_eq!(vote.to_bytes(), flipped, "bit {bit}");
        }
    }
}

#[test]
fn the_vote_lane_is_floored_and_nothing_is_voted_for_seven_seconds_ahead_of_the_clock() {
    assert_eq!((EosFinalizer.name(), EosFinalizer.network_id()), ("eos-finalizer", None));
    assert_eq!(EosFinalizer.lanes(), [LaneRule { name: "vote", floored: true }]);
    for (clock, last) in [(0, 14), (1_488_981_273, 1_488_981_287), (u64::MAX, u64::MAX)] {
        assert_eq!(EosFinalizer.last_signable(clock), Lanes::from(vec![Position::at_height(last)]));
    }
}

#[test]
fn a_branch_with_a_hole_a_step_back_or_a_claim_outside_it_is_no_branch() {
    let genesis = block_ref(1, 1, 1);
    let safety = FinalizerSafety::new(genesis);
    let chain = |numbers: &[(u32, u32)]| -> Vec<BlockRef> {
        numbers.iter().map(|(number, slot)| block_ref(*number, *slot, 1)).collect()
    };
    let decide = |ancestors: Vec<BlockRef>, claimed| {
        safety.decide(&Candidate { block: block_ref(4, 4, 1), ancestors, claimed })
    };
    assert!(decide(chain(&[(1, 1), (2, 2), (3, 3)]), 2).is_ok());
    let refused = Err(NoVote::NotABranch { number: 4 });
    assert_eq!(decide(chain(&[(1, 1), (3, 3)]), 1), refused);
    assert_eq!(decide(chain(&[(1, 1), (2, 2)]), 1), refused);
    assert_eq!(decide(chain(&[(1, 1), (2, 3), (3, 3)]), 1), refused);
    assert_eq!(decide(chain(&[(1, 1), (2, 2), (3, 4)]), 1), refused);
    assert_eq!(decide(chain(&[(1, 1), (2, 2), (3, 3)]), 0), refused);
    assert_eq!(decide(chain(&[(1, 1), (2, 2), (3, 3)]), 4), refused);
    assert_eq!(decide(vec![], 3), refused);
    let unlocked = FinalizerSafety::new(BlockRef::NONE);
    let ancestors = chain(&[(1, 1), (2, 2), (3, 3)]);
    let candidate = Candidate { block: block_ref(4, 4, 1), ancestors, claimed: 3 };
    assert_eq!(unlocked.decide(&candidate), Err(NoVote::NoLock));
    assert_eq!(unlocked.to_mark(), None);
}

#[test]
fn on_a_healthy_chain_every_block_is_voted_for_strong() {
    let mut host = Host::new(FinalizerSafety::new(block_ref(1, 1, 1)));
    let mut chain = vec![block_ref(1, 1, 1)];
    for number in 2..60 {
        // Slots are missed now and then.
        let block = block_ref(number, number + number / 7, 1);
        let candidate = Candidate { block, ancestors: chain.clone(), claimed: number - 1 };
        assert_eq!(host.vote(&candidate).map(|vote| vote.strong), Some(true), "{number}");
        chain.push(block);
    }
}

#[test]
fn after_all_memory_is_lost_a_finalizer_waits_for_a_quorum_after_its_lock_and_goes_on() {
    let chain: Vec<_> = (1..=20).map(|number| block_ref(number, number, 1)).collect();
    let at = |number: u32, claimed| Candidate {
        block: chain[number as usize - 1],
        ancestors: chain[..number as usize - 1].to_vec(),
        claimed,
    };
    let mut host = Host::new(FinalizerSafety::new(chain[0]));
    for number in 2..=10 {
        assert!(host.vote(&at(number, number - 1)).unwrap().strong);
    }
    host.forget();
    // The lock was block 9, of slot 9: its id is lost, so extending it is not seen.
    assert!(host.vote(&at(11, 9)).is_none());
    assert!(host.vote(&at(12, 10)).unwrap().strong, "from after the last vote: strong");
    host.forget();
    assert!(!host.vote(&at(13, 11)).unwrap().strong, "from before the last vote: weak");
    assert!(host.vote(&at(14, 13)).unwrap().strong);
}

#[test]
fn an_older_file_is_corrected_by_the_mark() {
    let chain: Vec<_> = (1..=9).map(|number| block_ref(number, number, 1)).collect();
    let candidate = |number: usize, claimed| Candidate {
        block: chain[number - 1],
        ancestors: chain[..number - 1].to_vec(),
        claimed,
    };
    let mut host = Host::new(FinalizerSafety::new(chain[0]));
    host.vote(&candidate(2, 1)).unwrap();
    let older = host.safety;
    host.vote(&candidate(3, 2)).unwrap();
    host.vote(&candidate(4, 3)).unwrap();
    let mark = host.mark.unwrap();
    assert_eq!(host.safety.raised_to(&mark), host.safety, "the newest file stays as it is");
    let fork = Candidate { block: block_ref(3, 4, 2), ancestors: chain[..2].to_vec(), claimed: 1 };
    assert!(older.decide(&fork).is_ok(), "restored, it would vote again in slot 4");
    let corrected = older.raised_to(&mark);
    assert_eq!(corrected.decide(&fork).unwrap_err().code(), "vote.not_later");
    assert_eq!(corrected.to_mark(), Some(Mark::considered(mark.position, mark.floor)));
    assert_eq!(corrected, FinalizerSafety::after(&mark));
}

#[test]
fn in_100_000_random_histories_no_vote_breaks_the_rule_whatever_is_lost() {
    let mut random = Random(7);
    let (mut votes, mut weak, mut lost) = (0, 0, 0);
    for history in 0..100_000 {
        let genesis = block_ref(1, 1, 0);
        let mut tree = vec![Node { block: genesis, parent: 0, claimed: 0 }];
        let mut host = Host::new(FinalizerSafety::new(genesis));
        let mut older = host.safety;
        let mut signed: Vec<Signed> = vec![];
        let mut intact = true;
        for step in 1..11 {
            let candidate = grow(&mut tree, step, &mut random);
            let node = tree.len() - 1;
            if random.below(6) == 0 {
                intact = false;
                lost += 1;
                match random.below(4) {
                    0 => host.forget(),
                    1 => host.restore(older),
                    2 => host.hand_over(tree[node].block.slot),
                    _ => host.forget_after_signing(&candidate, node, &mut signed, &tree),
                }
            }
            let strong = may_be_strong(&signed, &tree, node);
            let allowed = may_vote(&signed, &tree, node);
            match host.vote(&candidate) {
                Some(vote) => {
                    assert!(allowed, "history {history}: {signed:?}, then node {node}");
                    assert!(strong || !vote.strong, "history {history}: {signed:?}, then {vote:?}");
                    assert!(!intact || strong == vote.strong, "history {history}: needlessly weak");
                    signed.push(Signed { node, strong: vote.strong });
                    votes += 1;
                    weak += usize::from(!vote.strong);
                }
                None => assert!(!(intact && allowed), "history {history}: needlessly silent"),
            }
            if random.below(4) == 0 {
                older = host.safety;
            }
        }
    }
    assert!(votes > 300_000 && weak > 40_000 && lost > 100_000, "{votes} {weak} {lost}");
}

/// A vote as the naive reader has it: for a node of the tree.
#[derive(Clone, Copy, Debug)]
struct Signed {
    node: usize,
    strong: bool,
}

/// A block, its parent and the ancestor for which it claims a quorum, by their places.
struct Node {
    block: BlockRef,
    parent: usize,
    claimed: usize,
}

/// Adds a block to a random branch, with a claim no older than its parent's, and a slot that
/// another branch may have too.
fn grow(tree: &mut Vec<Node>, step: u32, random: &mut Random) -> Candidate {
    let back = random.below(tree.len().min(4));
    let parent = tree.len() - 1 - back;
    let slot = tree[parent].block.slot.number() + 1 + random.below(3) as u32;
    let number = tree[parent].block.id.number() + 1;
    let branch = path(tree, parent);
    let oldest = branch.iter().position(|node| *node == tree[parent].claimed).unwrap();
    let newest = branch.len() - 1;
    let claimed = match random.below(2) {
        0 => newest,
        _ => oldest + random.below(newest - oldest + 1),
    };
    let block = block_ref(number, slot, step);
    // What is known of the branch may begin anywhere up to the claim.
    let from = random.below(claimed + 1);
    let candidate = Candidate {
        block,
        ancestors: branch[from..].iter().map(|node| tree[*node].block).collect(),
        claimed: tree[branch[claimed]].block.id.number(),
    };
    tree.push(Node { block, parent, claimed: branch[claimed] });
    candidate
}

/// From the first block to this one.
fn path(tree: &[Node], to: usize) -> Vec<usize> {
    let mut path = vec![to];
    while path[path.len() - 1] != 0 {
        path.push(tree[path[path.len() - 1]].parent);
    }
    path.reverse();
    path
}

/// Later than every vote before, and extending or outdating the lock, which is the latest block
/// that a strong vote went along with a claim for.
fn may_vote(signed: &[Signed], tree: &[Node], node: usize) -> bool {
    let slot = |node: usize| tree[node].block.slot;
    let strong = signed.iter().filter(|vote| vote.strong).map(|vote| tree[vote.node].claimed);
    let lock =
        strong.fold(0, |lock, claimed| if slot(claimed) > slot(lock) { claimed } else { lock });
    let later = signed.iter().all(|vote| slot(vote.node) < slot(node));
    later
        && (slot(tree[node].claimed) > slot(lock) || path(tree, tree[node].parent).contains(&lock))
}

/// Every vote after the block with the claimed quorum went to an ancestor.
fn may_be_strong(signed: &[Signed], tree: &[Node], node: usize) -> bool {
    let claimed = tree[tree[node].claimed].block.slot;
    let branch = path(tree, node);
    signed.iter().all(|vote| tree[vote.node].block.slot <= claimed || branch.contains(&vote.node))
}

/// A finalizer as a host runs it: a memory that can be lost, and a mark that cannot.
pub(crate) struct Host {
    safety: FinalizerSafety,
    mark: Option<Mark>,
}

impl Host {
    pub(crate) const fn new(safety: FinalizerSafety) -> Self {
        Self { safety, mark: None }
    }

    pub(crate) fn vote(&mut self, candidate: &Candidate) -> Option<Vote> {
        let decision = self.safety.decide(candidate).ok()?;
        let reading = EosFinalizer.read(&decision.vote.to_bytes()).unwrap();
        match check(self.mark.as_ref(), &reading.intent) {
            Ok(Verdict::Advance(mark)) => self.mark = Some(mark),
            other => panic!("the memory says {decision:?}, and the mark {other:?}"),
        }
        self.safety = decision.next;
        Some(decision.vote)
    }

    /// The process stops, and only the journal is left.
    pub(crate) fn forget(&mut self) {
        if let Some(mark) = &self.mark {
            self.safety = FinalizerSafety::after(mark);
        }
    }

    /// An older file is restored beside the journal.
    fn restore(&mut self, older: FinalizerSafety) {
        self.safety = match &self.mark {
            Some(mark) => older.raised_to(mark),
            None => older,
        };
    }

    /// Another host goes on from this slot, with the floor that a scheduled end assumes.
    fn hand_over(&mut self, from: Slot) {
        let Some(mark) = self.mark else { return };
        let last = u64::from(from.number()).saturating_sub(1).max(mark.position.height());
        let floor = mark.floor.max(last.saturating_sub(1));
        let begin = Mark::considered(Position::at_height(last), floor);
        self.safety = FinalizerSafety::after(&begin);
        self.mark = Some(begin);
    }

    /// The vote is signed and out, and the process stops before it has remembered it.
    fn forget_after_signing(
        &mut self,
        candidate: &Candidate,
        node: usize,
        signed: &mut Vec<Signed>,
        tree: &[Node],
    ) {
        let before = self.safety;
        let allowed = may_vote(signed, tree, node);
        if let Some(vote) = self.vote(candidate) {
            assert!(allowed && (may_be_strong(signed, tree, node) || !vote.strong));
            signed.push(Signed { node, strong: vote.strong });
            self.restore(before);
        }
    }
}
