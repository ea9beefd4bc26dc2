//! Failure: why something was not done, the two values compared, and the next step that is safe.

use brainswap::{
    Error,
    key::{HostKeyError, KeyError, PassphraseError, SealedError},
    ports::JournalError,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An error as it travels: between hosts, to a node, to a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorObject {
    /// Stable, for machines: `area.reason`.
    pub code: String,
    /// What was refused, with the two values compared.
    pub message: String,
    /// The next step that is safe.
    pub advice: String,
    /// Which kind of failure.
    pub family: Family,
    /// Whether this host signs for the identity all the same; `null` if it cannot know.
    pub anyone_signing: Option<bool>,
    /// Whether the same call may succeed later, and can do no harm.
    pub safe_to_retry: bool,
}

/// The three kinds of failure, as in [`brainswap::Family`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// A rule said no. Nothing changed.
    Refusal,
    /// The call cannot succeed as it is made. Nothing changed.
    Misuse,
    /// What is durable is unknown.
    OutcomeUnknown,
}

/// How a command ends, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Refused: nothing changed.
    Refused = 10,
    /// The swap stopped, and the source is active.
    SourceActive = 20,
    /// Nobody is active, or will be soon: resume.
    NobodyActive = 30,
    /// Unknown: stop and look.
    Unknown = 40,
}

/// A command that was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was not done.
    pub what: String,
    /// Why.
    pub error: ErrorObject,
    /// How the command ends.
    pub exit: Exit,
}

impl ErrorObject {
    /// A rule of this program said no; nothing changed.
    pub fn refusal(code: &str, message: impl fmt::Display, advice: &str) -> Self {
        Self::new(Family::Refusal, code, message, advice)
    }

    /// A call that cannot succeed as it is made; nothing changed.
    pub fn misuse(code: &str, message: impl fmt::Display, advice: &str) -> Self {
        Self::new(Family::Misuse, code, message, advice)
    }

    /// Nobody knows whether it was done.
    pub fn unknown(code: &str, message: impl fmt::Display, advice: &str) -> Self {
        Self::new(Family::OutcomeUnknown, code, message, advice)
    }

    /// The same, and it may be tried again.
    #[must_use]
    pub fn retry(mut self) -> Self {
        self.safe_to_retry = true;
        self
    }

    fn new(family: Family, code: &str, message: impl fmt::Display, advice: &str) -> Self {
        Self {
            code: code.into(),
            message: message.to_string(),
            advice: advice.into(),
            family,
            anyone_signing: None,
            safe_to_retry: false,
        }
    }
}

impl From<Error> for ErrorObject {
    fn from(error: Error) -> Self {
        let family = match error.family() {
            brainswap::Family::Misuse => Family::Misuse,
            brainswap::Family::OutcomeUnknown => Family::OutcomeUnknown,
            brainswap::Family::Refusal | _ => Family::Refusal,
        };
        Self {
            code: error.code().into(),
            message: error.to_string(),
            advice: error.advice().into(),
            family,
            anyone_signing: error.is_anyone_signing(),
            safe_to_retry: error.is_safe_to_retry(),
        }
    }
}

impl From<JournalError> for ErrorObject {
    fn from(error: JournalError) -> Self {
        let family = if error.is_refusal() { Family::Refusal } else { Family::OutcomeUnknown };
        Self::new(family, error.code(), &error, error.advice())
    }
}

macro_rules! from_key_errors {
    ($($error:ty),*) => {$(
        impl From<$error> for ErrorObject {
            fn from(error: $error) -> Self {
                Self::misuse(error.code(), &error, error.advice())
            }
        }
    )*};
}

from_key_errors!(HostKeyError, KeyError, PassphraseError, SealedError);

impl fmt::Display for ErrorObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.message, self.code)
    }
}

impl Failure {
    /// What was not done, and why; the exit code follows from the kind of error.
    pub fn new(what: impl Into<String>, error: impl Into<ErrorObject>) -> Self {
        let error = error.into();
        let exit = match error.family {
            Family::Refusal | Family::Misuse => Exit::Refused,
            Family::OutcomeUnknown => Exit::Unknown,
        };
        Self { what: what.into(), error, exit }
    }
}

/// As a person reads it at three in the morning.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.exit {
            Exit::Done => "done",
            Exit::Refused => "REFUSED, nothing changed",
            Exit::SourceActive => "STOPPED, the source is active",
            Exit::NobodyActive => "STOPPED HALFWAY, resume it",
            Exit::Unknown => "UNKNOWN, stop and look",
        };
        writeln!(f, "{verdict}: {}", self.what)?;
        writeln!(f, "  why   {}", self.error.message)?;
        writeln!(f, "  next  {}", self.error.advice)?;
        write!(f, "  code  {} (exit {})", self.error.code, self.exit as u8)
    }
}

/// Says what was being done when something failed.
pub trait While<T> {
    /// Turns the error into a failure of this act.
    fn during(self, what: impl Into<String>) -> Result<T, Failure>;
}

impl<T, E: Into<ErrorObject>> While<T> for Result<T, E> {
    fn during(self, what: impl Into<String>) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(what, error))
    }
}
