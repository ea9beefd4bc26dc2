//! Words: a share for a sealed bag, and the name of a manifest, as words that can be read aloud.
//!
//! 1024 words of 4 to 8 letters, each known by its first four (the list of SLIP-0039, which is
//! under the MIT licence: `src/shard/words/LICENSE`). A word stands for 10 bits. 36 words are 45
//! bytes:
//!
//! ```text
//! version 1 | set, its first 4 bytes | generation 2 | location 1 | custodian 1 | number 32 | check 4
//! ```
//!
//! Only a share that is *not* encrypted is written so. A shard would have some 300 words.

use super::{
    Generation, ManifestId, NotOfGeneration, Seat, Share,
    scalar::SecretScalar,
    share::{checksum, take},
};
use alloc::{string::String, vec::Vec};
use zeroize::Zeroizing;

/// How many words a share has.
pub const SHARE_WORDS: usize = 36;

/// How many words name a manifest: 130 bits, so that nobody can make another of the same words.
pub const MANIFEST_WORDS: usize = 13;

const LIST: &str = include_str!("words/list.txt");
const BYTES: usize = 45;
const VERSION: u8 = 1;

/// Why words are not a share of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotWords {
    /// Too few or too many.
    #[error("{got} words; a share has {SHARE_WORDS}")]
    Count {
        /// How many came.
        got: usize,
    },
    /// A word that is not on the list.
    #[error("word {at} is not on the list")]
    Unknown {
        /// Which, from 1.
        at: usize,
    },
    /// Every word is on the list, and one is another than was written.
    #[error("the words are wrong: their check does not match")]
    Check,
    /// Another version.
    #[error("the words have version {got}; version {VERSION} is read")]
    Version {
        /// What came.
        got: u8,
    },
    /// The generation's number does not fit.
    #[error("generation {got} is too high for words")]
    Generation {
        /// Which.
        got: u32,
    },
    /// They are of another set than the generation.
    #[error("the words belong to another set")]
    Foreign,
    /// The share is not the one of its seat.
    #[error(transparent)]
    Share(#[from] NotOfGeneration),
}

impl NotWords {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "words.count",
            Self::Unknown { .. } => "words.unknown",
            Self::Check => "words.check",
            Self::Version { .. } => "words.version",
            Self::Generation { .. } => "words.generation",
            Self::Foreign => "words.foreign",
            Self::Share(error) => error.code(),
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Count { .. } | Self::Unknown { .. } | Self::Check => "type the words again",
            Self::Version { .. } => "use the version that wrote them",
            Self::Generation { .. } => "write the share as letters",
            Self::Foreign => "look for the manifest of this set",
            Self::Share(error) => error.advice(),
        }
    }
}

/// A share's 36 words, for a sealed bag. They are the secret itself.
///
/// # Errors
///
/// [`NotWords::Generation`] above 65535.
pub fn to_words(share: &Share) -> Result<Zeroizing<String>, NotWords> {
    let generation = u16::try_from(share.generation())
        .map_err(|_| NotWords::Generation { got: share.generation() })?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(BYTES));
    bytes.push(VERSION);
    bytes.extend(share.set().as_bytes().iter().take(4));
    bytes.extend(generation.to_be_bytes());
    bytes.extend([share.seat().location(), share.seat().custodian()]);
    bytes.extend_from_slice(share.number().to_bytes().as_slice());
    let check = checksum(&bytes);
    bytes.extend_from_slice(&check);
    Ok(encode(&bytes, SHARE_WORDS))
}

/// Reads the words of a share of this generation, by at least their first four letters, in either
/// case.
///
/// # Errors
///
/// [`NotWords`]; no word shows in it.
pub fn from_words(words: &str, generation: &Generation) -> Result<Share, NotWords> {
    let got = words.split_whitespace().take(SHARE_WORDS + 1).count();
    if got != SHARE_WORDS {
        return Err(NotWords::Count { got });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(BYTES));
    let (mut bits, mut held) = (0_u32, 0_u32);
    for (at, word) in (1..).zip(words.split_whitespace()) {
        bits = (bits << 10) | index_of(word).ok_or(NotWords::Unknown { at })?;
        held += 10;
        while held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    let (checked, check) = bytes.split_last_chunk().ok_or(NotWords::Check)?;
    if *check != checksum(checked) {
        return Err(NotWords::Check);
    }
    let mut rest = checked;
    let [version] = take(&mut rest).ok_or(NotWords::Check)?;
    if version != VERSION {
        return Err(NotWords::Version { got: version });
    }
    let tag: [u8; 4] = take(&mut rest).ok_or(NotWords::Check)?;
    let number = take(&mut rest).map(u16::from_be_bytes).map(u32::from).ok_or(NotWords::Check)?;
    let [location, custodian] = take(&mut rest).ok_or(NotWords::Check)?;
    let seat = Seat::new(location, custodian).map_err(|_| NotWords::Check)?;
    let secret = Zeroizing::new(take(&mut rest).ok_or(NotWords::Check)?);
    let secret = SecretScalar::from_canonical(&secret).ok_or(NotWords::Check)?;
    if !generation.set().as_bytes().starts_with(&tag) {
        return Err(NotWords::Foreign);
    }
    let needed = generation.number();
    match number.cmp(&needed) {
        core::cmp::Ordering::Less => {
            return Err(NotOfGeneration::Old { seat, got: number, needed }.into());
        }
        core::cmp::Ordering::Greater => {
            return Err(NotOfGeneration::Newer { seat, got: number, needed }.into());
        }
        core::cmp::Ordering::Equal => {}
    }
    let share = generation.share(seat, secret).ok_or(NotOfGeneration::NoSeat { seat })?;
    generation.check(&share)?;
    Ok(share)
}

/// The list: 1024 words, in order. For completing what a person types.
pub fn word_list() -> impl Iterator<Item = &'static str> {
    LIST.lines()
}

/// The 13 words that people compare a manifest by, on two screens or over the telephone.
#[must_use]
pub fn manifest_words(manifest: ManifestId) -> String {
    let words = encode(manifest.as_bytes(), MANIFEST_WORDS);
    String::from(words.as_str())
}

/// The words of the first bits.
fn encode(bytes: &[u8], count: usize) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(count * 9));
    let (mut bits, mut held, mut done) = (0_u32, 0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        if held >= 10 && done < count {
            held -= 10;
            done += 1;
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word_at(bits >> held));
            bits &= (1 << held) - 1;
        }
    }
    text
}

fn word_at(index: u32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| LIST.lines().nth(index)).unwrap_or_default()
}

fn index_of(word: &str) -> Option<u32> {
    let lower = Zeroizing::new(word.to_ascii_lowercase());
    let is_meant =
        |known: &str| known == *lower || (lower.len() >= 4 && known.starts_with(&**lower));
    LIST.lines().position(is_meant).and_then(|index| u32::try_from(index).ok())
}
