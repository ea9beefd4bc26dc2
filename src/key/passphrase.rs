//! Passphrase: where it comes from. Never an argument or an environment variable: others see those.

use super::private_file::{self, PrivateFileError};
use alloc::{format, vec::Vec};
use core::str;
use rustix::fs::{Mode, OFlags};
use secrecy::SecretString;
use std::{
    fs::File,
    io::{self, ErrorKind},
    path::Path,
    string::String,
};
use zeroize::Zeroizing;

/// The longest passphrase that is read, in bytes.
pub const MAX_PASSPHRASE: usize = 1024;

/// The three ways to a passphrase. From each, one newline at its end does not count.
#[derive(Debug)]
pub enum Passphrase {}

/// Why there is no passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// Nobody can be asked.
    #[error("no passphrase can be asked for at the terminal: {kind}")]
    NoTerminal {
        /// What the system said.
        kind: ErrorKind,
    },
    /// There is no such file or descriptor.
    #[error("there is no such passphrase file or descriptor")]
    Missing,
    /// The group or others have rights to the file.
    #[error("the passphrase file has mode {mode:03o}; it may have no rights for group and others")]
    Permissions {
        /// The mode's lowest nine bits.
        mode: u32,
    },
    /// It has no bytes.
    #[error("the passphrase is empty")]
    Empty,
    /// It has too many bytes.
    #[error("the passphrase is longer than {most} bytes")]
    TooLong {
        /// The longest accepted.
        most: usize,
    },
    /// It is not UTF-8.
    #[error("the passphrase is not text in UTF-8")]
    NotText,
    /// It could not be read.
    #[error("the passphrase could not be read: {kind}")]
    Unreadable {
        /// What the system said.
        kind: ErrorKind,
    },
}

impl PassphraseError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoTerminal { .. } => "passphrase.no_terminal",
            Self::Missing => "passphrase.missing",
            Self::Permissions { .. } => "passphrase.permissions",
            Self::Empty => "passphrase.empty",
            Self::TooLong { .. } => "passphrase.too_long",
            Self::NotText => "passphrase.not_text",
            Self::Unreadable { .. } => "passphrase.unreadable",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NoTerminal { .. } => "run it at a terminal, or give a file or a descriptor",
            Self::Missing => "check which file or descriptor was named",
            Self::Permissions { .. } => {
                "take the rights away with chmod 600, and change the passphrase if others read it"
            }
            Self::Empty | Self::TooLong { .. } | Self::NotText => {
                "check which file was named, and that it holds the passphrase alone"
            }
            Self::Unreadable { .. } => "check that the process may read it",
        }
    }
}

impl Passphrase {
    /// Asks at the terminal, without showing what is typed.
    ///
    /// # Errors
    ///
    /// [`PassphraseError`].
    pub fn from_prompt(prompt: &str) -> Result<SecretString, PassphraseError> {
        let typed = rpassword::prompt_password(prompt)
            .map_err(|error| PassphraseError::NoTerminal { kind: error.kind() })?;
        text(&Zeroizing::new(String::into_bytes(typed)))
    }

    /// Reads a file that the group and others have no right to.
    ///
    /// # Errors
    ///
    /// [`PassphraseError`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<SecretString, PassphraseError> {
        text(&private_file::read(path.as_ref(), MAX_READ)?)
    }

    /// Reads an open descriptor to its end: a pipe from a password manager, for example.
    ///
    /// The descriptor stays open in this process. A pipe ends when its last writer closes it.
    ///
    /// # Errors
    ///
    /// [`PassphraseError`]. A socket cannot be read this way: [`PassphraseError::Unreadable`].
    pub fn from_fd(fd: u32) -> Result<SecretString, PassphraseError> {
        let path = format!("{DESCRIPTORS}/{fd}");
        let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
            .map_err(|error| PrivateFileError::from(io::Error::from(error)))?;
        text(&private_file::read_to_end(File::from(file), MAX_READ)?)
    }
}

const DESCRIPTORS: &str = if cfg!(target_os = "linux") { "/proc/self/fd" } else { "/dev/fd" };

/// The passphrase and a newline.
const MAX_READ: usize = MAX_PASSPHRASE + 2;

fn text(bytes: &Zeroizing<Vec<u8>>) -> Result<SecretString, PassphraseError> {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = match line.len() == bytes.len() {
        true => line,
        false => line.strip_suffix(b"\r").unwrap_or(line),
    };
    match line.len() {
        0 => Err(PassphraseError::Empty),
        1..=MAX_PASSPHRASE => {
            str::from_utf8(line).map(SecretString::from).map_err(|_| PassphraseError::NotText)
        }
        _ => Err(PassphraseError::TooLong { most: MAX_PASSPHRASE }),
    }
}

impl From<PrivateFileError> for PassphraseError {
    fn from(error: PrivateFileError) -> Self {
        match error {
            PrivateFileError::Missing => Self::Missing,
            PrivateFileError::Permissions(mode) => Self::Permissions { mode },
            PrivateFileError::TooLong => Self::TooLong { most: MAX_PASSPHRASE },
            PrivateFileError::Exists => Self::Unreadable { kind: ErrorKind::AlreadyExists },
            PrivateFileError::Io(kind) => Self::Unreadable { kind },
        }
    }
}
