//! An independent reading of the evidence rules finds nothing in what the watermark lets through.
//!
//! The oracle keeps every signature that went out and knows nothing of lanes, positions and
//! digests. `DuplicateVoteEvidence`: one height, round and type, two block ids
//! (`evidence/verify.go`). Proposals are no evidence; two for different blocks in one round would
//! still be equivocation, so they count here. An honest node's own sequence is never refused.

use super::*;
use brainswap::{Intent, chain::cometbft::VoteExtension, watermark::Mark};
use std::collections::HashMap;

const HISTORIES: u64 = 100_000;

#[test]
fn no_two_signed_messages_of_a_hundred_thousand_random_histories_are_evidence() {
    let mut reader = Reader::new();
    let (mut signed_in_all, mut refused_in_all, mut again_in_all) = (0, 0, 0);
    for seed in 1..=HISTORIES {
        let mut random = Random(seed);
        let mut marks: [Option<Mark>; 2] = [None, None];
        let mut signed: Vec<Asked> = Vec::new();
        for _ in 0..random.below(14) + 2 {
            let asked = random.asked();
            let intent = reader.intent(asked);
            let mark = &mut marks[usize::from(intent.lane.number())];
            match check(mark.as_ref(), &intent) {
                Ok(verdict) => {
                    if let Verdict::Advance(next) = verdict {
                        *mark = Some(next);
                    } else {
                        again_in_all += 1;
                    }
                    for earlier in &signed {
                        assert!(
                            !is_evidence(earlier, &asked),
                            "seed {seed}: {earlier:?} {asked:?}"
                        );
                        assert!(!goes_back(earlier, &asked), "seed {seed}: {earlier:?} {asked:?}");
                    }
                    signed.push(asked);
                    signed_in_all += 1;
                }
                Err(_) => refused_in_all += 1,
            }
        }
    }
    // Both happen often enough to mean something.
    assert!(
        signed_in_all > HISTORIES && refused_in_all > HISTORIES,
        "{signed_in_all} {refused_in_all}"
    );
    assert!(again_in_all > HISTORIES / 10, "{again_in_all}");
}

#[test]
fn an_honest_node_that_crashes_anywhere_is_never_refused() {
    let mut reader = Reader::new();
    let mut asked_in_all = 0;
    for seed in 1..=HISTORIES / 10 {
        let mut random = Random(seed);
        let mut marks: [Option<Mark>; 2] = [None, None];
        let mut height = 1 + random.below(20) as i64;
        for _ in 0..3 {
            for round in 0..=random.below(3) as i32 {
                for asked in random.honest_round(height, round) {
                    let tries = 1 + random.below(3);
                    for attempt in 0..tries {
                        // A node that was killed asks again, at a later time, and its application
                        // may extend the same precommit by other bytes.
                        let again = Asked {
                            nanos: attempt as i32,
                            content: asked.content + attempt as u8,
                            ..asked
                        };
                        let intent = reader.intent(again);
                        let mark = &mut marks[usize::from(intent.lane.number())];
                        match check(mark.as_ref(), &intent) {
                            Ok(Verdict::Advance(next)) => *mark = Some(next),
                            Ok(Verdict::Again) => assert!(attempt > 0, "seed {seed}: {again:?}"),
                            Err(refused) => panic!("seed {seed}: {again:?}: {refused}"),
                        }
                        asked_in_all += 1;
                    }
                }
            }
            height += 1 + random.below(3) as i64; // heights that were caught up without us
        }
    }
    assert!(asked_in_all > HISTORIES, "{asked_in_all}");
}

/// One request, as a person would write it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Asked {
    kind: Kind,
    height: i64,
    round: i32,
    /// 0 is nil.
    block: u8,
    pol_round: i32,
    nanos: i32,
    content: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Proposal,
    Prevote,
    Precommit,
    Extension,
}

/// Two that could be held against one validator.
fn is_evidence(a: &Asked, b: &Asked) -> bool {
    let same_place = a.kind == b.kind && a.height == b.height && a.round == b.round;
    match a.kind {
        Kind::Extension => false,
        Kind::Prevote | Kind::Precommit => same_place && a.block != b.block,
        Kind::Proposal => same_place && (a.block != b.block || a.pol_round != b.pol_round),
    }
}

/// Whether a message is for an earlier time than one signed before, of its own sequence.
fn goes_back(before: &Asked, after: &Asked) -> bool {
    let order = |asked: &Asked| {
        let step = match asked.kind {
            Kind::Proposal => 1,
            Kind::Prevote => 2,
            Kind::Precommit | Kind::Extension => 3,
        };
        (asked.height, asked.round, step)
    };
    let same_sequence = (before.kind == Kind::Extension) == (after.kind == Kind::Extension);
    same_sequence && order(after) < order(before)
}

impl Asked {
    fn sign_bytes(&self) -> Vec<u8> {
        let Self { height, round, pol_round, .. } = *self;
        let timestamp = Timestamp { seconds: 1_700_000_000, nanos: self.nanos };
        let block = BlockId { hash: [self.block; 32], parts_total: 1, parts_hash: [9; 32] };
        let block_id = (self.block > 0).then_some(block);
        let vote = |kind| Vote { kind, height, round, block_id, timestamp }.sign_bytes(CHAIN);
        match self.kind {
            Kind::Proposal => {
                let block_id = block_id.unwrap_or(BLOCK);
                Proposal { height, round, pol_round, block_id, timestamp }.sign_bytes(CHAIN)
            }
            Kind::Prevote => vote(VoteKind::Prevote),
            Kind::Precommit => vote(VoteKind::Precommit),
            Kind::Extension => {
                VoteExtension { height, round, extension: vec![self.content] }.sign_bytes(CHAIN)
            }
        }
    }
}

/// What the chain reads of each request: there are few of them, and many histories.
struct Reader(CometBft, HashMap<Asked, Intent>);

impl Reader {
    fn new() -> Self {
        Self(CometBft::new(CHAIN).with_extensions(), HashMap::new())
    }

    fn intent(&mut self, asked: Asked) -> Intent {
        let read = || self.0.read(&asked.sign_bytes()).unwrap().intent;
        *self.1.entry(asked).or_insert_with(read)
    }
}

/// xorshift64*: the same history for a seed, for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    /// Any message of a few heights and rounds.
    fn asked(&mut self) -> Asked {
        let kinds = [Kind::Proposal, Kind::Prevote, Kind::Precommit, Kind::Extension];
        let kind = kinds[self.below(4) as usize];
        let lowest = u64::from(kind == Kind::Proposal);
        Asked {
            kind,
            height: 1 + self.below(3) as i64,
            round: self.below(3) as i32,
            block: (lowest + self.below(3 - lowest)) as u8,
            pol_round: self.below(2) as i32 - 1,
            nanos: self.below(3) as i32,
            content: self.below(3) as u8,
        }
    }

    /// What a node asks for in one round, whose prevote and precommit may differ (a polka for a
    /// block that was not prevoted, or none).
    fn honest_round(&mut self, height: i64, round: i32) -> Vec<Asked> {
        let block = |random: &mut Self| random.below(3) as u8;
        let one = |kind, block| Asked {
            kind,
            height,
            round,
            block,
            pol_round: round - 1,
            nanos: 0,
            content: 0,
        };
        let mut asked = Vec::new();
        if self.below(3) == 0 {
            let proposed = block(self).max(1);
            asked.push(one(Kind::Proposal, proposed));
        }
        let prevoted = block(self);
        asked.push(one(Kind::Prevote, prevoted));
        let precommitted = block(self);
        asked.push(one(Kind::Precommit, precommitted));
        if precommitted > 0 {
            asked.push(one(Kind::Extension, precommitted));
        }
        asked
    }
}
