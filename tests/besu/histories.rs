//! R2: "No two messages that were both signed can be held against the validator", and no honest
//! validator is held up. A naive oracle, 100,000 random histories of each kind.

use super::*;
use brainswap::{Intent, watermark};
use std::collections::BTreeMap;

const HISTORIES: u64 = 100_000;
const REQUESTS: usize = 12;

/// What was signed, by what it says: nothing here reads bytes or marks.
#[derive(Default)]
struct Oracle {
    signed: Vec<Claim>,
}

impl Oracle {
    fn is_one_message(a: &Claim, b: &Claim) -> bool {
        (a.block, a.prepared) == (b.block, b.prepared)
    }

    /// Adds a signed claim; says what is wrong with having signed it.
    fn add(&mut self, new: Claim) -> Result<(), String> {
        for old in self.signed.iter().filter(|old| old.kind == new.kind) {
            let (was, is) = ((old.height, old.round), (new.height, new.round));
            if is < was {
                return Err(format!("{new:?} after {old:?}: it went back"));
            }
            if is == was && !Self::is_one_message(old, &new) {
                return Err(format!("{new:?} and {old:?}: two messages of one type and round"));
            }
        }
        self.signed.push(new);
        Ok(())
    }
}

/// Every claim of three heights, three rounds and two blocks, as the chain reads its bytes.
fn pool(protocol: Protocol) -> Vec<(Claim, Intent)> {
    let mut pool = Vec::new();
    let mut add = |claim: Claim| {
        let reading = read(protocol, &claim.preimage(protocol)).unwrap();
        pool.push((claim, reading.intent));
    };
    for (height, round, kind) in (1..4).flat_map(|height| {
        (0..3).flat_map(move |round| KINDS.into_iter().map(move |kind| (height, round, kind)))
    }) {
        let claim = Claim::of(kind, height, round);
        if kind == Kind::RoundChange {
            let lower = (0..round).flat_map(|lower| [Some((lower, 1)), Some((lower, 2))]);
            let none = (round > 0).then_some(None);
            lower.chain(none).for_each(|prepared| add(Claim { block: 0, prepared, ..claim }));
        } else {
            let looks = if matches!(kind, Kind::Proposal | Kind::Commit) { 0..2 } else { 0..1 };
            for (block, look) in (1..3).flat_map(|block| looks.clone().map(move |l| (block, l))) {
                add(Claim { block, look, ..claim });
            }
        }
    }
    pool
}

/// A host's guard: the marks that the rule keeps, lane by lane.
#[derive(Default)]
struct Guard {
    marks: BTreeMap<Lane, watermark::Mark>,
}

impl Guard {
    fn signs(&mut self, intent: &Intent) -> bool {
        match watermark::check(self.marks.get(&intent.lane), intent) {
            Ok(watermark::Verdict::Advance(mark)) => {
                self.marks.insert(intent.lane, mark);
                true
            }
            Ok(watermark::Verdict::Again) => true,
            Err(_) => false,
        }
    }
}

#[test]
fn nothing_that_was_signed_in_any_history_is_an_equivocation() {
    for protocol in PROTOCOLS {
        let pool = pool(protocol);
        let (mut signed, mut refused, mut again) = (0_u64, 0_u64, 0_u64);
        for seed in 0..HISTORIES / 2 {
            let mut random = Random(seed);
            let (mut guard, mut oracle) = (Guard::default(), Oracle::default());
            for _ in 0..REQUESTS {
                let (claim, intent) = pool[random.below(pool.len())];
                if guard.signs(&intent) {
                    again += u64::from(oracle.signed.iter().any(|old| {
                        let place = |claim: &Claim| (claim.kind, claim.height, claim.round);
                        place(old) == place(&claim)
                    }));
                    signed += 1;
                    if let Err(why) = oracle.add(claim) {
                        panic!("{}, history {seed}: {why}", protocol.name());
                    }
                } else {
                    refused += 1;
                }
            }
        }
        assert!(signed > 100_000 && refused > 100_000, "{signed} signed, {refused} refused");
        assert!(again > 1_000, "{again} signed again");
    }
}

/// The order in which Besu asks in one round, and where it may differ.
fn requests_of_a_round(random: &mut Random, height: u64, round: u32, block: u8) -> Vec<Claim> {
    let claim = |kind| Claim { block, ..Claim::of(kind, height, round) };
    let mut look = || (random.next() % 2) as u8; // a signer without RFC 6979 seals anew each time
    let mut asked = Vec::new();
    let early = look() == 0;
    if look() == 0 {
        asked.extend([claim(Kind::Proposal); 2]);
    }
    let commits = [look(), look()].map(|look| Claim { look, ..claim(Kind::Commit) });
    asked.extend([claim(Kind::CommitSeal), commits[0], claim(Kind::Prepare)]);
    let late = [claim(Kind::CommitSeal), commits[1]];
    if early {
        asked.extend(late); // the others' prepares were there before ours went out
        asked.push(claim(Kind::Prepare));
    } else {
        asked.push(claim(Kind::Prepare));
        asked.extend(late);
    }
    asked
}

#[test]
fn an_honest_validator_is_never_refused() {
    for protocol in PROTOCOLS {
        let pool = pool(protocol);
        let intents: BTreeMap<_, _> =
            pool.iter().map(|(claim, intent)| (key_of(claim), *intent)).collect();
        assert_eq!(intents.len(), pool.len());
        for seed in 0..HISTORIES / 2 {
            let mut random = Random(seed);
            let mut guard = Guard::default();
            for height in 1..4 {
                let mut prepared = None;
                for round in 0..3 {
                    let mut asked = Vec::new();
                    if round > 0 {
                        let change = Claim::of(Kind::RoundChange, height, round);
                        asked.extend([Claim { block: 0, prepared, ..change }; 2]);
                    }
                    let block = 1 + (random.next() % 2) as u8;
                    asked.extend(requests_of_a_round(&mut random, height, round, block));
                    let timeout = random.below(asked.len() + 1); // the round may end anywhere
                    for claim in &asked[..timeout] {
                        let intent = intents[&key_of(claim)];
                        assert!(guard.signs(&intent), "history {seed}: {claim:?} was refused");
                    }
                    if timeout == asked.len() {
                        prepared = Some((round, block));
                        if random.below(2) == 0 {
                            break; // decided
                        }
                    }
                }
            }
        }
    }
}

fn key_of(claim: &Claim) -> (Kind, u64, u32, u8, Option<(u32, u8)>, u8) {
    (claim.kind, claim.height, claim.round, claim.block, claim.prepared, claim.look)
}

/// With early round changes Besu may ask for one below the last. It logs the refusal and goes on.
#[test]
fn a_round_change_below_the_last_one_is_refused() {
    for protocol in PROTOCOLS {
        let mut guard = Guard::default();
        let intent = |round| {
            let claim = Claim::of(Kind::RoundChange, 7, round);
            read(protocol, &claim.preimage(protocol)).unwrap().intent
        };
        assert!(guard.signs(&intent(3)));
        assert!(!guard.signs(&intent(2)));
        assert!(guard.signs(&intent(3)));
    }
}

/// Besu keeps nothing of a height over a restart: it begins again at round 0.
#[test]
fn after_a_restart_in_the_same_round_another_block_is_refused_and_the_next_round_goes_on() {
    for protocol in PROTOCOLS {
        let mut guard = Guard::default();
        let intent = |kind, round, block| {
            let claim = Claim { block, ..Claim::of(kind, 7, round) };
            read(protocol, &claim.preimage(protocol)).unwrap().intent
        };
        let kinds = [Kind::CommitSeal, Kind::Commit, Kind::Prepare];
        assert!(kinds.into_iter().all(|kind| guard.signs(&intent(kind, 0, 1))));
        assert!(!kinds.into_iter().any(|kind| guard.signs(&intent(kind, 0, 2))));
        assert!(guard.signs(&intent(Kind::RoundChange, 1, 0)));
        assert!(kinds.into_iter().all(|kind| guard.signs(&intent(kind, 1, 2))));
    }
}

/// splitmix64: a seed means the same history for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}
