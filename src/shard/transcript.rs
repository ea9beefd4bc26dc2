//! Transcript: what happened in a ceremony, line by line, each line chained to the one before.
//!
//! ```text
//! hash(0) = SHA-256("brainswap/transcript/v1")
//! hash(n) = SHA-256("brainswap/transcript/v1" || hash(n-1) || line n)
//! ```
//!
//! Participants sign a [`TranscriptHead`]. A line that is changed, moved, taken out or put in
//! changes every hash after it.

use super::date::Date;
use crate::{
    Digest, PublicKey,
    document::{Document, DocumentError, Envelope},
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The most lines of a transcript.
pub const MAX_LINES: usize = 10_000;

/// The longest line, in bytes.
pub const MAX_LINE: usize = 4096;

const DOMAIN: &[u8] = b"brainswap/transcript/v1";

/// One thing that happened. Facts are texts: hashes, names, numbers; never a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place, from 1.
    pub number: u64,
    /// The hash of the transcript before it.
    pub previous: Digest,
    /// The day.
    pub date: Date,
    /// What kind of thing: `begin`, `approve`, `deal`, `check`, and so on.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// Whether it is a rehearsal with a key that is thrown away.
    pub drill: bool,
    /// What is known of it, by name.
    pub facts: BTreeMap<String, String>,
}

/// The end of a transcript, as participants sign it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranscriptHead {
    /// How many lines there are.
    pub lines: u64,
    /// The hash of the last one.
    pub hash: Digest,
}

impl Document for TranscriptHead {
    const KIND: &'static str = "transcript-head";
}

/// A transcript, whole and in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    entries: Vec<Entry>,
    hash: Digest,
}

/// Why lines are not a transcript.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotATranscript {
    /// A line is not an entry as it would be written.
    #[error("line {line} is not an entry of a transcript")]
    Line {
        /// Which, from 1.
        line: u64,
    },
    /// A line does not follow the one before.
    #[error("line {line} does not follow the one before: lines were changed, moved or taken out")]
    Chain {
        /// Which, from 1.
        line: u64,
    },
    /// More lines than are read.
    #[error("more than {MAX_LINES} lines")]
    TooMany,
    /// A signed head cannot be believed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A signed head is not the end of this transcript.
    #[error("the signed head has {got} lines and another end; the transcript has {there}")]
    OtherHead {
        /// What was signed.
        got: u64,
        /// What is here.
        there: u64,
    },
    /// Participants who have not signed.
    #[error("{} participants have not signed", .0.len())]
    NotSigned(Vec<PublicKey>),
}

impl NotATranscript {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Line { .. } => "transcript.line",
            Self::Chain { .. } => "transcript.chain",
            Self::TooMany => "transcript.too_many",
            Self::Document(error) => error.code(),
            Self::OtherHead { .. } => "transcript.other_head",
            Self::NotSigned(_) => "transcript.not_signed",
        }
    }
}

impl Default for Transcript {
    fn default() -> Self {
        Self { entries: Vec::new(), hash: Digest::of(DOMAIN) }
    }
}

impl Transcript {
    /// An empty transcript.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry; returns its line, without the newline, to be appended to the file.
    ///
    /// # Errors
    ///
    /// [`NotATranscript`] if it would not be read again.
    pub fn add(
        &mut self,
        date: Date,
        kind: &str,
        actor: &str,
        drill: bool,
        facts: BTreeMap<String, String>,
    ) -> Result<String, NotATranscript> {
        let (kind, actor, previous) = (String::from(kind), String::from(actor), self.hash);
        let number = self.next_number();
        let entry = Entry { number, previous, date, kind, actor, drill, facts };
        let refused = || NotATranscript::Line { line: number };
        let line = serde_json::to_string(&entry).map_err(|_| refused())?;
        self.take(&line)?;
        Ok(line)
    }

    /// Reads the lines of a transcript.
    ///
    /// # Errors
    ///
    /// [`NotATranscript`].
    pub fn read(text: &str) -> Result<Self, NotATranscript> {
        let mut transcript = Self::new();
        for line in text.split_terminator('\n') {
            transcript.take(line)?;
        }
        Ok(transcript)
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The end, to be signed.
    #[must_use]
    pub fn head(&self) -> TranscriptHead {
        TranscriptHead { lines: self.next_number().saturating_sub(1), hash: self.hash }
    }

    /// Whether all of these participants signed the end of this transcript.
    ///
    /// # Errors
    ///
    /// [`NotATranscript`].
    pub fn is_signed_by(
        &self,
        head: &Envelope,
        participants: &BTreeSet<PublicKey>,
    ) -> Result<(), NotATranscript> {
        let verified = head.verify::<TranscriptHead>()?;
        if *verified.document() != self.head() {
            let (got, there) = (verified.document().lines, self.head().lines);
            return Err(NotATranscript::OtherHead { got, there });
        }
        let missing: Vec<_> = participants.difference(verified.signers()).copied().collect();
        if missing.is_empty() { Ok(()) } else { Err(NotATranscript::NotSigned(missing)) }
    }

    fn take(&mut self, line: &str) -> Result<(), NotATranscript> {
        let number = self.next_number();
        let refused = NotATranscript::Line { line: number };
        if self.entries.len() >= MAX_LINES {
            return Err(NotATranscript::TooMany);
        }
        if line.len() > MAX_LINE {
            return Err(refused);
        }
        let entry: Entry = serde_json::from_str(line).map_err(|_| refused.clone())?;
        if serde_json::to_string(&entry).ok().as_deref() != Some(line) {
            return Err(refused);
        }
        if entry.number != number || entry.previous != self.hash {
            return Err(NotATranscript::Chain { line: number });
        }
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(self.hash.as_bytes());
        hash.update(line.as_bytes());
        self.hash = Digest::from_bytes(hash.finalize().into());
        self.entries.push(entry);
        Ok(())
    }

    fn next_number(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap_or(u64::MAX).saturating_add(1)
    }
}
