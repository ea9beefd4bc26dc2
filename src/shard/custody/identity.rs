//! Identity: what a custodian opens his shard with.

use super::{
    MAX_WORK_FACTOR, NotACustodianRecipient,
    piv::{PivDevice, PivFailed, PivIdentity},
};
use alloc::{boxed::Box, string::String};
use core::fmt;
use secrecy::{ExposeSecret as _, SecretString};

/// What a custodian opens his shard with. It is a secret, or it asks a device that has one.
pub struct CustodianIdentity(Kind);

enum Kind {
    X25519(Box<age::x25519::Identity>),
    Passphrase(SecretString),
    Piv(PivIdentity),
    #[cfg(feature = "age-ssh")]
    Ssh(Box<age::ssh::Identity>),
}

impl CustodianIdentity {
    /// An age identity, as text `AGE-SECRET-KEY-1...`.
    ///
    /// # Errors
    ///
    /// [`NotACustodianRecipient`], which says nothing of the text (R9).
    pub fn from_text(text: &SecretString) -> Result<Self, NotACustodianRecipient> {
        let identity = text.expose_secret().trim().parse().map(Box::new).map_err(|_| hidden())?;
        Ok(Self(Kind::X25519(identity)))
    }

    /// A passphrase.
    #[must_use]
    pub const fn of_passphrase(passphrase: SecretString) -> Self {
        Self(Kind::Passphrase(passphrase))
    }

    /// A key in a slot of a YubiKey, or of anything else that can do its part.
    #[must_use]
    pub fn of_device(device: Box<dyn PivDevice>) -> Self {
        Self(Kind::Piv(PivIdentity::new(device)))
    }

    /// An OpenSSH private key of the kind `ssh-ed25519`, without a passphrase of its own.
    ///
    /// # Errors
    ///
    /// [`NotACustodianRecipient`], which says nothing of the text (R9).
    #[cfg(feature = "age-ssh")]
    pub fn from_ssh(text: &SecretString) -> Result<Self, NotACustodianRecipient> {
        use age::ssh::{Identity, Recipient};
        let read = || Identity::from_buffer(text.expose_secret().as_bytes(), None);
        let identity = read().map(Box::new).map_err(|_| hidden())?;
        match read().map_err(|_| hidden())?.try_into() {
            Ok(Recipient::SshEd25519(..)) if matches!(*identity, Identity::Unencrypted(_)) => {
                Ok(Self(Kind::Ssh(identity)))
            }
            Ok(_) | Err(_) => Err(hidden()),
        }
    }

    pub(super) fn with<T>(&self, open: impl FnOnce(&dyn age::Identity) -> T) -> T {
        match &self.0 {
            Kind::X25519(identity) => open(&**identity),
            Kind::Piv(identity) => open(identity),
            #[cfg(feature = "age-ssh")]
            Kind::Ssh(identity) => open(&**identity),
            Kind::Passphrase(passphrase) => {
                let mut identity = age::scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(MAX_WORK_FACTOR);
                open(&identity)
            }
        }
    }

    pub(super) const fn who(&self) -> &'static str {
        match &self.0 {
            Kind::X25519(_) => "this age key",
            Kind::Passphrase(_) => "this passphrase",
            Kind::Piv(_) => "the key of this device",
            #[cfg(feature = "age-ssh")]
            Kind::Ssh(_) => "this SSH key",
        }
    }

    pub(super) const fn is_passphrase(&self) -> bool {
        matches!(self.0, Kind::Passphrase(_))
    }

    /// What a device said last, if it failed.
    pub(super) fn failed(&self) -> Option<PivFailed> {
        match &self.0 {
            Kind::Piv(identity) => identity.failed(),
            Kind::X25519(_) | Kind::Passphrase(_) => None,
            #[cfg(feature = "age-ssh")]
            Kind::Ssh(_) => None,
        }
    }
}

/// No secret text goes into an error.
fn hidden() -> NotACustodianRecipient {
    NotACustodianRecipient { text: String::from("a secret") }
}

/// Only the kind (R9).
impl fmt::Debug for CustodianIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustodianIdentity").field("who", &self.who()).finish_non_exhaustive()
    }
}
