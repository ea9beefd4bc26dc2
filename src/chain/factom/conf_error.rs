//! Conf error: why a file is no `factomd.conf` that can be relied on.

use super::{conf::Field, server::NotAServer};

/// Why a file is no `factomd.conf` that can be relied on. It never shows a value (R9).
///
/// factomd itself puts up with most of these: it falls back to a built-in key that everybody
/// knows, or to another height, and says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfError {
    /// More bytes than such a file has.
    #[error("the file has {got} bytes; at most {most} are read")]
    TooLarge {
        /// What came.
        got: usize,
        /// What is read at most.
        most: usize,
    },
    /// It is not text, or holds control characters.
    #[error("the file is not plain text")]
    NotText,
    /// A line goes on in the next one.
    #[error("line {line} ends with a backslash, which joins it to the next one")]
    Continued {
        /// Which, from 1.
        line: usize,
    },
    /// A section's head is not closed.
    #[error("line {line} is no head of a section")]
    Section {
        /// Which, from 1.
        line: usize,
    },
    /// There is no `[app]`.
    #[error("the file has no section [app]")]
    NoApp,
    /// There are two `[app]`.
    #[error("the file has a second section [app], in line {line}")]
    TwoApps {
        /// Which, from 1.
        line: usize,
    },
    /// A field of `[app]` stands elsewhere.
    #[error("{field} stands outside of [app], in line {line}")]
    OutsideApp {
        /// What.
        field: Field,
        /// Which, from 1.
        line: usize,
    },
    /// The mark stands outside of `[app]`, or twice.
    #[error("the mark BRAINSWAP_ID_BELOW stands outside of [app] or a second time, in line {line}")]
    Mark {
        /// Which, from 1.
        line: usize,
    },
    /// A field is set twice.
    #[error("{field} is set again in line {line}")]
    Twice {
        /// What.
        field: Field,
        /// Which, from 1.
        line: usize,
    },
    /// A field has no value, or an unclosed quotation.
    #[error("{field} has no value in line {line}")]
    NoValue {
        /// What.
        field: Field,
        /// Which, from 1.
        line: usize,
    },
    /// The height is not one.
    #[error("ChangeAcksHeight is not a height from 0 to {}", u32::MAX)]
    Height,
    /// Of identity, private and public key some are there and some are not.
    #[error("{missing} is missing, while the rest of the identity is there")]
    Incomplete {
        /// The first that is missing.
        missing: Field,
    },
    /// One of the three is not what it must be.
    #[error(transparent)]
    Server(#[from] NotAServer),
}

impl ConfError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "factom.conf_too_large",
            Self::NotText => "factom.conf_not_text",
            Self::Continued { .. } => "factom.conf_continued",
            Self::Section { .. } => "factom.conf_section",
            Self::NoApp => "factom.conf_no_app",
            Self::TwoApps { .. } => "factom.conf_two_apps",
            Self::OutsideApp { .. } => "factom.conf_outside_app",
            Self::Mark { .. } => "factom.conf_mark",
            Self::Twice { .. } => "factom.conf_twice",
            Self::NoValue { .. } => "factom.conf_no_value",
            Self::Height => "factom.conf_height",
            Self::Incomplete { .. } => "factom.conf_incomplete",
            Self::Server(error) => error.code(),
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Server(error) => error.advice(),
            Self::TooLarge { .. } | Self::NotText => {
                "nothing was changed; check that this is the file that factomd reads"
            }
            Self::Continued { .. }
            | Self::Section { .. }
            | Self::NoApp
            | Self::TwoApps { .. }
            | Self::OutsideApp { .. }
            | Self::Mark { .. }
            | Self::Twice { .. }
            | Self::NoValue { .. }
            | Self::Height
            | Self::Incomplete { .. } => {
                "nothing was changed; correct that line by hand, and restart that factomd if it \
                 does not hold the identity"
            }
        }
    }
}
