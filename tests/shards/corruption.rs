//! However shares, manifests, vaults and cards are damaged, no wrong secret comes out, nothing
//! panics, and who is to blame is named where that can be known.

use super::*;
use crate::renewing::refreshed;
use base64ct::{Base64, Encoding as _};
use brainswap::document::Envelope;
use sha2::{Digest as _, Sha256};
use text::{NotText, Written, from_text, to_lines, to_text};
use words::{from_words, to_words};

/// SplitMix64: the same corruptions every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }
}

struct World {
    made: Dealt,
    next: (Generation, Vec<Share>),
    other: Dealt,
    payload: String,
    lines: Vec<Vec<String>>,
}

/// What became of one corruption.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blame {
    /// Refused, and the damaged thing was named.
    Named,
    /// Refused as a whole: there is only one thing that it can be.
    Refused,
}

impl World {
    fn new() -> Self {
        let made = dealt();
        let next = refreshed(&made.generation, &made.shares);
        let payload = made.generation.manifest().to_envelope().unwrap().payload().to_vec();
        let lines = |share: &Share| {
            let text = to_text(Written::Share, &share.to_bytes()).unwrap();
            to_lines(&text).iter().map(|line| line.to_string()).collect()
        };
        let lines = made.shares.iter().map(lines).collect();
        let payload = String::from_utf8(payload).unwrap();
        Self { made, next, other: dealt_by(&plan(), 2), payload, lines }
    }

    /// A share that is read must be refused by its seat; nothing but the share itself passes.
    fn blamed(&self, bytes: &[u8], original: &Share) -> Blame {
        let Ok(share) = Share::from_bytes(bytes) else { return Blame::Refused };
        assert_ne!(*share.to_bytes(), *original.to_bytes(), "nothing was damaged");
        let refused = self.made.generation.check(&share).expect_err("a damaged share passes");
        assert_eq!(refused.seat(), share.seat());
        Blame::Named
    }

    /// As if a careless program had left out the check of each share.
    fn combines_to_nothing(&self, bytes: &[u8], at: usize) {
        let Ok(damaged) = Share::from_bytes(bytes) else { return };
        let others = self.made.shares.iter().enumerate().filter(|(other, _)| *other != at);
        let all = core::iter::once(&damaged).chain(others.map(|(_, share)| share));
        assert!(combined(&self.made.generation, &self.made.vault, all).is_err());
    }

    fn corrupt(&self, chance: &mut Chance) -> Blame {
        let at = chance.below(9);
        let share = &self.made.shares[at];
        match chance.below(10) {
            0 => {
                let mut bytes = share.to_bytes().to_vec();
                bytes[chance.below(SHARE_LENGTH)] ^= 1 << chance.below(8);
                self.blamed(&bytes, share)
            }
            1 | 2 => {
                let bytes = altered(share, |bytes| {
                    let place = chance.below(97);
                    bytes[place] ^= u8::try_from(1 + chance.below(255)).unwrap();
                });
                if chance.below(50) == 0 {
                    self.combines_to_nothing(&bytes, at);
                }
                self.blamed(&bytes, share)
            }
            3 => {
                let with = (at + 1 + chance.below(8)) % 9;
                let number = self.made.shares[with].to_bytes()[NUMBER].to_vec();
                let bytes = altered(share, |bytes| bytes[NUMBER].copy_from_slice(&number));
                self.blamed(&bytes, share)
            }
            4 => {
                let (foreign, code) = match chance.below(2) {
                    0 => (&self.other.shares[at], "share.foreign"),
                    _ => (&self.next.1[at], "share.newer"),
                };
                let refused = self.made.generation.check(foreign).unwrap_err();
                assert_eq!((refused.seat(), refused.code()), (share.seat(), code));
                Blame::Named
            }
            5 => {
                let mut bytes = share.to_bytes().to_vec();
                match chance.below(3) {
                    0 => bytes.truncate(chance.below(SHARE_LENGTH)),
                    1 => bytes.extend(vec![0; 1 + chance.below(9)]),
                    _ => bytes.rotate_left(1 + chance.below(SHARE_LENGTH - 1)),
                }
                self.blamed(&bytes, share)
            }
            6 => self.corrupt_lines(chance, at),
            7 => {
                let words = to_words(share).unwrap();
                let mut words: Vec<_> = words.split(' ').map(str::to_owned).collect();
                for _ in 0..=chance.below(3) {
                    let word = words::word_list().nth(chance.below(1024)).unwrap();
                    words[chance.below(36)] = word.to_owned();
                }
                match from_words(&words.join(" "), &self.made.generation) {
                    Ok(read) => assert_eq!(*read.to_bytes(), *share.to_bytes()),
                    Err(refused) => assert!(!refused.code().is_empty()),
                }
                Blame::Refused
            }
            8 => self.corrupt_manifest(chance),
            _ => {
                let mut bytes = self.made.vault.to_bytes();
                let end = bytes.len() - 32;
                bytes[chance.below(end)] ^= 1 << chance.below(8);
                let sum = Sha256::digest(&bytes[..end]);
                bytes[end..].copy_from_slice(&sum);
                if let Ok(vault) = Vault::from_bytes(&bytes) {
                    let refused = combined(&self.made.generation, &vault, []).unwrap_err();
                    assert_eq!(refused.code(), "combine.other_vault");
                    return Blame::Named;
                }
                Blame::Refused
            }
        }
    }

    /// A letter of a line, or of the whole text.
    fn corrupt_lines(&self, chance: &mut Chance, at: usize) -> Blame {
        const LETTERS: &[u8] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
        let mut lines = self.lines[at].clone();
        let number = chance.below(lines.len());
        let mut line = lines[number].clone().into_bytes();
        let place = 7 + chance.below(line.len() - 7);
        let letter = LETTERS[chance.below(32)];
        if line[place] == letter || line[place] == b' ' {
            return Blame::Refused; // nothing changed
        }
        line[place] = letter;
        lines[number] = String::from_utf8(line).unwrap();
        let refused = from_text(&lines.join("\n")).unwrap_err();
        // A line's own check misses one error in 32,768; then the checksum of the whole refuses.
        let is_named = refused == NotText::Line { line: number + 1 };
        assert!(is_named || refused == NotText::Checksum, "{refused:?}");
        // The same letter in the QR code's text, which has no lines.
        let end = lines[number].len() - 5;
        if place < end {
            let whole: String = lines.iter().map(|line| &line[7..line.len() - 5]).collect();
            assert!(from_text(&whole).is_err());
        }
        if is_named { Blame::Named } else { Blame::Refused }
    }

    /// A letter or digit of the manifest. If it is still one, no share belongs to it.
    fn corrupt_manifest(&self, chance: &mut Chance) -> Blame {
        let mut payload = self.payload.clone().into_bytes();
        let place = chance.below(payload.len());
        payload[place] = b"0123456789abcdef\"{},:"[chance.below(21)];
        if payload == self.payload.as_bytes() {
            return Blame::Refused; // nothing changed
        }
        let json = format!(
            "{{\"payload\":\"{}\",\"payloadType\":\"application/vnd.brainswap.shards.v1+json\",\
             \"signatures\":[]}}",
            Base64::encode_string(&payload)
        );
        let envelope = Envelope::from_json(json.as_bytes()).unwrap();
        let Ok(changed) = Generation::read(&envelope) else { return Blame::Refused };
        for share in &self.made.shares {
            let refused = changed.check(share).expect_err("a share belongs to a changed manifest");
            assert_eq!(refused.seat(), share.seat());
        }
        Blame::Named
    }
}

#[test]
fn no_corruption_gives_a_wrong_secret_or_a_panic_and_the_culprit_is_named() {
    let long = std::env::var_os("BRAINSWAP_LONG").is_some_and(|set| set == "1");
    let rounds = if long { 1_000_000 } else { 20_000 };
    let (world, mut chance) = (World::new(), Chance(20_261_120));
    let named = (0..rounds).filter(|_| world.corrupt(&mut chance) == Blame::Named).count();
    assert!(named > rounds / 3, "{named} of {rounds} were named");
}
