//! Text: a shard as letters that a person can read and type, line by line.
//!
//! ```text
//! 01/18  BSSHARD1WFSJUMN9DSKHGETJ94KHYC3D9  QXR
//! ```
//!
//! The letters of all lines are one upper-case bech32m text (BIP 350), which is also what the QR
//! code holds. Each line has its number, how many there are, and three letters of its own that say
//! whether it was typed rightly. Nothing is corrected in silence: a wrong line is named, but for one
//! in 32,768, which the checksum of the whole text refuses.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};
use bech32::{Bech32m, Hrp};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The most letters of a text: a QR code of a size that prints well, and the longest bech32m.
pub const MAX_TEXT: usize = 1023;

/// Letters of a line.
const LINE: usize = 32;

/// Letters of a line's own check.
const CHECK: usize = 3;

/// The letters of bech32 (BIP 173).
const LETTERS: &[u8; 32] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

/// What a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Written {
    /// `BSSHARD1...`: an age file; it opens for its custodian alone.
    Shard,
    /// `BSSHARE1...`: a share that is not encrypted, for a sealed bag.
    Share,
}

impl Written {
    const fn hrp(self) -> Hrp {
        match self {
            Self::Shard => Hrp::parse_unchecked("bsshard"),
            Self::Share => Hrp::parse_unchecked("bsshare"),
        }
    }
}

/// Why a text was not written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotText {
    /// Too long for paper.
    #[error("{got} bytes do not fit on paper: at most {MAX_TEXT} letters are written")]
    TooLong {
        /// How many bytes came.
        got: usize,
    },
    /// A line was typed wrongly.
    #[error("line {line} is wrong: look at it again")]
    Line {
        /// Its number.
        line: usize,
    },
    /// A line is missing.
    #[error("line {line} is missing")]
    Missing {
        /// Its number.
        line: usize,
    },
    /// A line is there twice, in two ways.
    #[error("line {line} is there twice, in two ways")]
    Twice {
        /// Its number.
        line: usize,
    },
    /// A line does not say its number.
    #[error("the line typed as number {at} does not begin with its number, as in \"01/18\"")]
    NoNumber {
        /// Which one, from 1, in the order typed.
        at: usize,
    },
    /// It is no text of a shard or a share.
    #[error("not the text of a shard: it does not begin with BSSHARD1 or BSSHARE1")]
    Foreign,
    /// The letters are not those that were written.
    #[error("the text is wrong: its checksum does not match")]
    Checksum,
}

impl NotText {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "text.too_long",
            Self::Line { .. } => "text.line",
            Self::Missing { .. } => "text.missing",
            Self::Twice { .. } => "text.twice",
            Self::NoNumber { .. } => "text.no_number",
            Self::Foreign => "text.foreign",
            Self::Checksum => "text.checksum",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "nothing was printed; give the custodian fewer recipients",
            Self::Line { .. }
            | Self::Missing { .. }
            | Self::Twice { .. }
            | Self::NoNumber { .. } => "type that line again from the card",
            Self::Foreign => "check which card this is",
            Self::Checksum => "scan or type the card again, or take its second copy",
        }
    }
}

/// The letters of a shard or a share, as a QR code holds them.
///
/// # Errors
///
/// [`NotText::TooLong`].
pub fn to_text(written: Written, bytes: &[u8]) -> Result<Zeroizing<String>, NotText> {
    let text = bech32::encode_upper::<Bech32m>(written.hrp(), bytes);
    text.map(Zeroizing::new).map_err(|_| NotText::TooLong { got: bytes.len() })
}

/// The same letters in numbered lines.
#[must_use]
pub fn to_lines(text: &str) -> Vec<Zeroizing<String>> {
    let pieces: Vec<&str> = pieces(text).collect();
    let count = pieces.len();
    let line = |(number, piece): (usize, &&str)| {
        Zeroizing::new(format!("{number:02}/{count:02}  {piece}  {}", check(number, piece)))
    };
    (1..).zip(&pieces).map(line).collect()
}

/// Reads a text: the letters of a QR code, or numbered lines in any order, in either case, with
/// any white space.
///
/// # Errors
///
/// [`NotText`], which names the line that is wrong; no letter of it shows.
pub fn from_text(typed: &str) -> Result<(Written, Zeroizing<Vec<u8>>), NotText> {
    if typed.len() > 4 * MAX_TEXT {
        return Err(NotText::Foreign);
    }
    let upper = Zeroizing::new(typed.to_ascii_uppercase());
    let letters = match upper.trim_start().as_bytes().first() {
        Some(b'0'..=b'9') => from_lines(&upper)?,
        _ => joined(&upper),
    };
    let written = [Written::Shard, Written::Share].into_iter().find(|written| {
        let prefix = Zeroizing::new(format!("{}1", written.hrp()).to_ascii_uppercase());
        letters.starts_with(prefix.as_str())
    });
    let written = written.ok_or(NotText::Foreign)?;
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<Bech32m>(&letters)
        .map_err(|_| NotText::Checksum)?;
    if checked.hrp() != written.hrp() {
        return Err(NotText::Checksum);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_TEXT));
    bytes.extend(checked.byte_iter());
    // Bits that stand for nothing are zero: one text for each value.
    match to_text(written, &bytes) {
        Ok(again) if *again == *letters => Ok((written, bytes)),
        _ => Err(NotText::Checksum),
    }
}

fn from_lines(upper: &str) -> Result<Zeroizing<String>, NotText> {
    let mut lines: BTreeMap<usize, Zeroizing<String>> = BTreeMap::new();
    let mut count = 0;
    let typed = upper.lines().map(str::trim).filter(|line| !line.is_empty());
    for (at, line) in (1..).zip(typed) {
        let (number, rest) =
            line.split_once(char::is_whitespace).ok_or(NotText::NoNumber { at })?;
        let (number, of) = number.split_once('/').ok_or(NotText::NoNumber { at })?;
        let parse = |text: &str| text.parse::<usize>().ok().filter(|number| *number > 0);
        let (number, of) = parse(number).zip(parse(of)).ok_or(NotText::NoNumber { at })?;
        if count == 0 {
            count = of;
        }
        let letters = joined(rest);
        let end = letters.len().saturating_sub(CHECK);
        let (piece, typed_check) =
            letters.split_at_checked(end).ok_or(NotText::Line { line: number })?;
        if of != count || number > count || check(number, piece) != typed_check {
            return Err(NotText::Line { line: number });
        }
        let piece = Zeroizing::new(String::from(piece));
        match lines.insert(number, piece.clone()) {
            Some(before) if before != piece => return Err(NotText::Twice { line: number }),
            Some(_) | None => {}
        }
    }
    if let Some(line) = (1..=count.min(MAX_TEXT)).find(|number| !lines.contains_key(number)) {
        return Err(NotText::Missing { line });
    }
    let mut all = Zeroizing::new(String::with_capacity(MAX_TEXT));
    for piece in lines.values() {
        all.push_str(piece);
    }
    Ok(all)
}

fn joined(text: &str) -> Zeroizing<String> {
    let mut all = Zeroizing::new(String::with_capacity(text.len()));
    all.extend(text.chars().filter(|letter| !letter.is_whitespace()));
    all
}

/// Three letters that depend on the line's number and letters.
fn check(number: usize, piece: &str) -> String {
    let mut hash = Sha256::new();
    hash.update((number as u64).to_be_bytes());
    hash.update(piece.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let letter = |byte: &u8| LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'Q');
    digest.iter().take(CHECK).map(|byte| char::from(letter(byte))).collect()
}

/// ASCII in pieces of a line's length.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (piece, after) = rest.split_at_checked(LINE.min(rest.len()))?;
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}
