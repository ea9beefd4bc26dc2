//! Recipient: whom a shard is encrypted to, in the kinds that custodians have keys of.

use super::piv::PivRecipient;
use crate::key::Recipient;
use alloc::string::String;
use core::{fmt, str::FromStr};

/// Whom a shard is encrypted to.
///
/// | text | kind |
/// |---|---|
/// | `age1...`, 62 letters | X25519 |
/// | `age1yubikey1...` | P-256 in a slot of a YubiKey, as `age-plugin-yubikey` makes them |
/// | `ssh-ed25519 AAAA...` | the Ed25519 key of an SSH user; with the feature `age-ssh` |
#[derive(Clone)]
pub struct CustodianRecipient(Kind);

#[derive(Clone)]
enum Kind {
    X25519(age::x25519::Recipient),
    Piv(PivRecipient),
    #[cfg(feature = "age-ssh")]
    Ssh(age::ssh::Recipient, String),
}

/// A text that is no recipient that a shard is encrypted to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no recipient that this build encrypts shards to")]
pub struct NotACustodianRecipient {
    /// What came.
    pub text: String,
}

impl NotACustodianRecipient {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "custody.recipient"
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        "copy the recipient again; it begins with age1 or, with the feature age-ssh, ssh-ed25519"
    }
}

impl FromStr for CustodianRecipient {
    type Err = NotACustodianRecipient;

    fn from_str(text: &str) -> Result<Self, NotACustodianRecipient> {
        let refused = || NotACustodianRecipient { text: String::from(text) };
        if text.starts_with("age1yubikey1") {
            return text.parse().map(|piv| Self(Kind::Piv(piv))).map_err(|()| refused());
        }
        #[cfg(feature = "age-ssh")]
        if text.starts_with("ssh-ed25519 ") {
            let ssh = text.parse().map_err(|_| refused())?;
            return Ok(Self(Kind::Ssh(ssh, String::from(text))));
        }
        // A point of low order is refused there: with it, everyone knows the shared secret.
        text.parse::<Recipient>().map_err(|_| refused())?;
        text.parse().map(|age| Self(Kind::X25519(age))).map_err(|_| refused())
    }
}

impl CustodianRecipient {
    pub(super) fn as_age(&self) -> &dyn age::Recipient {
        match &self.0 {
            Kind::X25519(recipient) => recipient,
            Kind::Piv(recipient) => recipient,
            #[cfg(feature = "age-ssh")]
            Kind::Ssh(recipient, _) => recipient,
        }
    }
}

impl fmt::Display for CustodianRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::X25519(recipient) => fmt::Display::fmt(recipient, f),
            Kind::Piv(recipient) => fmt::Display::fmt(recipient, f),
            #[cfg(feature = "age-ssh")]
            Kind::Ssh(_, text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for CustodianRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
