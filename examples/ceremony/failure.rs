//! Failure: what was refused, and the next step that is safe.

use brainswap::{
    approver::NotApprovable, charter::NotAmended, document::DocumentError, evidence::NotEvidence,
};
use std::{fmt, io, path::Path};

/// A command that was refused: nothing was written.
#[derive(Debug)]
pub struct Failure {
    /// Stable, for machines: `area.reason`.
    pub code: String,
    /// What was refused, with the two values compared.
    pub message: String,
    /// The next step that is safe.
    pub advice: String,
}

impl Failure {
    /// A failure of these words.
    pub fn new(code: &str, message: impl fmt::Display, advice: &str) -> Self {
        Self { code: code.into(), message: message.to_string(), advice: advice.into() }
    }

    /// What the operating system said of a file.
    pub fn io(path: &Path, error: &io::Error) -> Self {
        let message = format!("{}: {error}", path.display());
        Self::new("file.io", message, "check the path, its rights and the disk")
    }
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        Self::new(error.code(), &error, "ask for the document again; nothing of this one was used")
    }
}

impl From<NotEvidence> for Failure {
    fn from(error: NotEvidence) -> Self {
        let advice = match &error {
            NotEvidence::Unapproved(_) => "collect the approvals that `status` names",
            _ => "ask for the document again; nothing of this one was used",
        };
        Self::new(error.code(), &error, advice)
    }
}

impl From<NotAmended> for Failure {
    fn from(error: NotAmended) -> Self {
        Self::new(error.code(), &error, error.advice())
    }
}

impl From<NotApprovable> for Failure {
    fn from(error: NotApprovable) -> Self {
        Self::new(error.code(), &error, error.advice())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {}\nnothing was written; {} ({})", self.message, self.advice, self.code)
    }
}
