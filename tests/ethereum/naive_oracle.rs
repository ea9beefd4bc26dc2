//! An oracle that knows the network's slashing conditions and nothing of marks judges what was signed.

use super::*;
use brainswap::{
    chain::ethereum::Interchange,
    watermark::{Mark, Verdict, check},
};

const HISTORIES: u64 = 100_000;

/// A message as the network sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
    Block { slot: u64, content: u8 },
    Vote { source: u64, target: u64, content: u8 },
}

impl Message {
    /// Whether a proposer or attester slashing can be made of two messages (consensus-specs:
    /// `process_proposer_slashing`, `is_slashable_attestation_data`).
    fn slashable_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Block { slot: a, .. }, Self::Block { slot: b, .. }) => a == b && self != other,
            (
                Self::Vote { source: s1, target: t1, .. },
                Self::Vote { source: s2, target: t2, .. },
            ) => {
                let double = t1 == t2 && self != other;
                let surrounds = |s1, t1, s2, t2| s1 < s2 && t2 < t1;
                double || surrounds(s1, t1, s2, t2) || surrounds(s2, t2, s1, t1)
            }
            _ => false,
        }
    }

    fn duty(self) -> Duty {
        match self {
            Self::Block { slot, .. } => Duty::Block { slot },
            Self::Vote { source, target, .. } => Duty::Attestation { source, target },
        }
    }

    /// A root like no other message's.
    fn root(self) -> [u8; 32] {
        let fields = match self {
            Self::Block { slot, content } => [1, slot, 0, u64::from(content)],
            Self::Vote { source, target, content } => [2, source, target, u64::from(content)],
        };
        let mut root = [0; 32];
        root.iter_mut()
            .zip(fields.iter().flat_map(|it| it.to_be_bytes()))
            .for_each(|(to, it)| *to = it);
        root
    }

    /// The line of an interchange, with or without its root.
    fn exported(self, with_root: bool) -> Value {
        let mut line = match self {
            Self::Block { slot, .. } => json!({ "slot": slot.to_string() }),
            Self::Vote { source, target, .. } => {
                json!({ "source_epoch": source.to_string(), "target_epoch": target.to_string() })
            }
        };
        if with_root {
            line["signing_root"] = json!(hex(&self.root()));
        }
        line
    }
}

/// SplitMix64: the same histories every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn message(&mut self) -> Message {
        let content = self.below(2) as u8;
        match self.below(3) {
            0 => Message::Block { slot: self.below(8), content },
            _ => Message::Vote { source: self.below(8), target: self.below(8), content },
        }
    }
}

const KEY: [u8; 48] = [7; 48];

/// A signer: the marks of one key, in the form that they are handed on in.
struct Signer(Interchange);

impl Signer {
    fn new() -> Self {
        Self(Interchange::new(NETWORK))
    }

    fn mark(&self, lane: Lane) -> Option<Mark> {
        let marks = self.0.keys().find(|(key, _)| **key == KEY).map(|(_, marks)| marks);
        marks.and_then(|marks| marks.get(lane).copied().flatten())
    }

    fn sign(&mut self, message: Message) -> bool {
        let Ok(intent) = message.duty().intent(message.root()) else { return false };
        match check(self.mark(intent.lane).as_ref(), &intent) {
            Ok(Verdict::Advance(mark)) => {
                let marks = Lanes::from_fn(2, |lane| (lane == intent.lane).then_some(mark));
                self.0.raise(KEY, &marks);
                true
            }
            Ok(Verdict::Again) => true,
            Err(_) => false,
        }
    }
}

/// What another signer hands over of the messages that it signed.
fn interchange_of(signed: &[Message], random: &mut Random) -> Interchange {
    let mut lines = [Vec::new(), Vec::new()];
    for message in signed {
        let votes = matches!(message, Message::Vote { .. });
        lines[usize::from(votes)].push(message.exported(random.below(2) == 0));
    }
    if random.below(2) == 0 {
        lines.iter_mut().for_each(|lines| lines.reverse());
    }
    let [blocks, votes] = lines;
    let entry =
        json!({ "pubkey": hex(&KEY), "signed_blocks": blocks, "signed_attestations": votes });
    let metadata = json!({
        "interchange_format_version": "5",
        "genesis_validators_root": hex(&NETWORK),
    });
    let file = json!({ "metadata": metadata, "data": [entry] });
    Interchange::read(file.to_string().as_bytes()).unwrap()
}

/// Any requests in any order, imports in between, and moves to another signer by an export.
#[test]
fn of_a_hundred_thousand_random_histories_no_two_messages_signed_are_slashable() {
    let (mut signatures, mut imports, mut refusals) = (0_u64, 0_u64, 0_u64);
    for seed in 0..HISTORIES {
        let mut random = Random(seed);
        let mut signer = Signer::new();
        let mut signed: Vec<Message> = Vec::new();
        for _ in 0..4 + random.below(12) {
            match random.below(200) {
                0 => {
                    // Another signer signed something on top, as carefully, and hands it over.
                    let mut other = Signer(signer.0.clone());
                    let more: Vec<Message> = (0..3).map(|_| random.message()).collect();
                    let more: Vec<Message> =
                        more.into_iter().filter(|message| other.sign(*message)).collect();
                    signer.0.merge(&interchange_of(&more, &mut random)).unwrap();
                    signed.extend(more);
                    imports += 1;
                }
                1 => {
                    // An old file is imported once more: part of what was signed.
                    let old: Vec<Message> =
                        signed.iter().copied().filter(|_| random.below(2) == 0).collect();
                    signer.0.merge(&interchange_of(&old, &mut random)).unwrap();
                    imports += 1;
                }
                2 => {
                    let mut next = Signer::new();
                    let exported = Interchange::read(signer.0.to_json().as_bytes()).unwrap();
                    next.0.merge(&exported).unwrap();
                    signer = next;
                    imports += 1;
                }
                _ => {
                    let message = random.message();
                    if signer.sign(message) {
                        signed.push(message);
                        signatures += 1;
                    } else {
                        refusals += 1;
                    }
                }
            }
        }
        for (at, message) in signed.iter().enumerate() {
            for earlier in &signed[..at] {
                let slashable = message.slashable_with(*earlier);
                assert!(!slashable, "seed {seed}: {earlier:?} and {message:?} were both signed");
            }
        }
    }
    println!("{signatures} signed, {refusals} refused, {imports} handed over");
    assert!(signatures > 200_000 && refusals > 200_000 && imports > 5_000);
}

/// A node that follows the chain: slots and targets rise, justification does not go back, and a
/// request that got no answer comes again.
#[test]
fn no_honest_sequence_is_refused() {
    for seed in 0..HISTORIES / 10 {
        let mut random = Random(seed);
        let mut signer = Signer::new();
        let (mut slot, mut source, mut target) = (0, 0, 0);
        for _ in 0..20 {
            let message = if random.below(3) == 0 {
                slot += 1 + random.below(3);
                Message::Block { slot, content: random.below(2) as u8 }
            } else {
                target += 1 + random.below(2);
                source += random.below(target - source);
                Message::Vote { source, target, content: random.below(2) as u8 }
            };
            for _ in 0..=random.below(2) {
                assert!(signer.sign(message), "seed {seed}: {message:?}");
            }
        }
    }
}

/// The marks of a first lease, too: a key that began anywhere else is judged with what it signed
/// there. What the marks allow is compared with what the oracle allows, message by message.
#[test]
fn a_refused_message_is_slashable_or_below_what_was_signed() {
    for seed in 0..HISTORIES / 10 {
        let mut random = Random(seed);
        let mut signer = Signer::new();
        let mut signed: Vec<Message> = Vec::new();
        for _ in 0..12 {
            let message = random.message();
            if signer.sign(message) {
                signed.push(message);
                continue;
            }
            let sound = message.duty().intent(message.root()).is_ok();
            let reason = signed.iter().any(|earlier| match (*earlier, message) {
                (Message::Block { slot: a, .. }, Message::Block { slot: b, .. }) => b <= a,
                (
                    Message::Vote { source: s1, target: t1, .. },
                    Message::Vote { source: s2, target: t2, .. },
                ) => t2 <= t1 || s2 < s1,
                _ => false,
            });
            assert!(reason || !sound, "seed {seed}: {message:?} after {signed:?}");
        }
    }
}

/// The oracle itself: if it were blind, the histories would pass.
#[test]
fn the_oracle_sees_each_offence() {
    let vote = |source, target, content| Message::Vote { source, target, content };
    let block = |slot, content| Message::Block { slot, content };
    for (one, other, slashable) in [
        (block(1, 0), block(1, 1), true),
        (block(1, 0), block(1, 0), false),
        (block(1, 0), block(2, 0), false),
        (vote(1, 2, 0), vote(1, 2, 1), true),
        (vote(1, 2, 0), vote(0, 2, 0), true),
        (vote(1, 4, 0), vote(2, 3, 0), true),
        (vote(1, 2, 0), vote(1, 3, 0), false),
        (vote(1, 2, 0), vote(2, 3, 0), false),
        (vote(1, 2, 0), block(2, 0), false),
    ] {
        assert_eq!(one.slashable_with(other), slashable, "{one:?} {other:?}");
        assert_eq!(other.slashable_with(one), slashable, "{other:?} {one:?}");
    }
}
