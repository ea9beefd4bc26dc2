//! Keys: the approver's own key, and the texts that public keys have. No secret is an argument.

use super::{failure::Failure, files};
use brainswap::{
    PublicKey,
    document::Envelope,
    eos::{EosPublicKey, EosSecretKey, NotEosText},
    key::{HostKey, Passphrase},
};
use clap::Args;
use secrecy::SecretString;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Which key signs here.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// The approver's key file, made by `host approver new`: signs here.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// File with the passphrase of the key file.
    #[arg(long, value_name = "FILE", requires = "key")]
    passphrase_file: Option<PathBuf>,
    /// File with an EOS secret key, a WIF or `PVT_...`: signs here.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    eos_key_file: Option<PathBuf>,
}

/// A key that signs here.
pub enum Key {
    /// Ed25519.
    Own(Box<HostKey>),
    /// secp256k1 or P-256.
    Eos(Box<EosSecretKey>),
}

impl KeyArgs {
    /// Opens the key; none if none signs here.
    pub fn open(&self) -> Result<Option<Key>, Failure> {
        let advice = "check which file was named, its rights and its passphrase";
        let unusable =
            |error: &dyn std::fmt::Display| Failure::new("key_file.unusable", error, advice);
        if let Some(file) = &self.eos_key_file {
            let bytes = Zeroizing::new(files::read(file)?);
            let text = Zeroizing::new(String::from_utf8_lossy(&bytes).trim().to_owned());
            let key = EosSecretKey::from_text(&SecretString::from(text.as_str()));
            return Ok(Some(Key::Eos(Box::new(key.map_err(|error| eos(&error))?))));
        }
        let Some(file) = &self.key else { return Ok(None) };
        let key = match &self.passphrase_file {
            None => HostKey::open(file),
            Some(passphrase) => {
                let passphrase =
                    Passphrase::from_file(passphrase).map_err(|error| unusable(&error))?;
                HostKey::open_sealed(file, &passphrase)
            }
        };
        Ok(Some(Key::Own(Box::new(key.map_err(|error| unusable(&error))?))))
    }
}

impl Key {
    /// The public key, as it stands in a charter.
    pub fn public_key(&self) -> Result<PublicKey, Failure> {
        match self {
            Self::Own(key) => Ok(key.public_key()),
            Self::Eos(key) => key.public_key().to_public_key().ok_or_else(|| {
                let message = "the key is of a kind that approves nothing here";
                Failure::new("key.kind", message, "use a K1 or an R1 key")
            }),
        }
    }

    /// Signs a plan.
    pub fn sign(&self, plan: &mut Envelope) -> Result<(), Failure> {
        match self {
            Self::Own(key) => key.sign_document(plan),
            Self::Eos(key) => {
                let signature =
                    key.sign_digest(plan.id().as_bytes()).map_err(|error| eos(&error))?;
                plan.add_eos_signature(key.public_key(), &signature).map_err(|error| {
                    Failure::new("document.bad_signature", error, "nothing was signed; try again")
                })?;
            }
        }
        Ok(())
    }
}

/// A public key in any of the texts that approvers have.
pub fn public_key(text: &str) -> Result<PublicKey, Failure> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    if let Ok(key) = brainswap::openssh::public_key(text) {
        return Ok(key);
    }
    let key = text.parse::<EosPublicKey>().ok().and_then(|key| key.to_public_key());
    key.ok_or_else(|| {
        let message = format!("{text:?} is no public key");
        let advice = "give the text that stands in the charter, a line of a .pub file, or EOS...";
        Failure::new("key.text", message, advice)
    })
}

/// What an EOS text lacks.
pub fn eos(error: &NotEosText) -> Failure {
    Failure::new(error.code(), error, error.advice())
}
