//! Server: the identity and the key that a factomd signs blocks with.

use super::identity::{ChainId, digits};
use crate::PublicKey;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;
use ed25519_dalek::SigningKey;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// A server's identity with its Ed25519 key, as `factomd.conf` names them.
///
/// The public key is stated there too; factomd does not look at it, so it can be another one:
/// see [`is_stated_right`](Self::is_stated_right). It can be neither copied, compared nor
/// serialised, and is overwritten on drop.
pub struct ServerIdentity {
    chain_id: ChainId,
    key: Box<SigningKey>,
    stated: [u8; 32],
}

/// The signing key overwrites itself.
impl ZeroizeOnDrop for ServerIdentity {}

/// Why texts are no server's identity. It never shows them (R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAServer {
    /// The chain id has another form.
    #[error("the identity is not a chain id of 64 hexadecimal digits")]
    ChainId,
    /// The secret has another form, or its second half is not its public key.
    #[error("the private key is neither 64 hexadecimal digits, nor 128 with its public key")]
    PrivateKey,
    /// The public key has another form.
    #[error("the public key is not 64 hexadecimal digits")]
    PublicKey,
}

impl NotAServer {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChainId => "factom.chain_id",
            Self::PrivateKey => "factom.private_key",
            Self::PublicKey => "factom.public_key",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::ChainId | Self::PrivateKey | Self::PublicKey => {
                "nothing was read; compare the file with where the identity was made"
            }
        }
    }
}

impl ServerIdentity {
    /// Reads the three texts of `factomd.conf`: hexadecimal digits, of either case.
    ///
    /// The private key is a seed, or a seed with its public key.
    ///
    /// # Errors
    ///
    /// [`NotAServer`].
    pub fn from_hex(
        chain_id: &str,
        private_key: &SecretString,
        public_key: &str,
    ) -> Result<Self, NotAServer> {
        Ok(Self {
            chain_id: chain_id.parse().map_err(|_| NotAServer::ChainId)?,
            key: read_key(private_key.expose_secret()).ok_or(NotAServer::PrivateKey)?,
            stated: digits(public_key).ok_or(NotAServer::PublicKey)?,
        })
    }

    /// The identity.
    #[must_use]
    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The public key of the secret.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::Ed25519(self.key.verifying_key().to_bytes())
    }

    /// Whether the public key that is stated is the secret's.
    #[must_use]
    pub fn is_stated_right(&self) -> bool {
        self.key.verifying_key().as_bytes() == &self.stated
    }

    /// The public key that is stated.
    #[must_use]
    pub const fn stated_public_key(&self) -> [u8; 32] {
        self.stated
    }

    /// The seed, to import it elsewhere.
    #[must_use]
    pub fn to_seed(&self) -> SecretSlice<u8> {
        SecretSlice::from(Vec::from(self.key.as_bytes().as_slice()))
    }

    /// The seed as `factomd.conf` has it.
    pub(super) fn private_hex(&self) -> Zeroizing<String> {
        let mut digits = Zeroizing::new([0; 64]);
        // 32 bytes always fit.
        let written = const_hex::encode_to_slice(self.key.as_bytes(), &mut digits[..]).is_ok();
        let text = if written { core::str::from_utf8(&digits[..]).unwrap_or("") } else { "" };
        Zeroizing::new(String::from(text))
    }
}

/// Only what may be shown: the identity and the public key (R9).
impl fmt::Debug for ServerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerIdentity")
            .field("chain_id", &self.chain_id)
            .field("public_key", &self.public_key())
            .finish_non_exhaustive()
    }
}

fn read_key(text: &str) -> Option<Box<SigningKey>> {
    let (seed, stated) = match text.len() {
        64 => (text, None),
        128 => text.split_at_checked(64).map(|(seed, public)| (seed, Some(public)))?,
        _ => return None,
    };
    let mut bytes = Zeroizing::new([0; 32]);
    const_hex::decode_to_slice(seed, &mut bytes[..]).ok()?;
    let key = Box::new(SigningKey::from_bytes(&bytes));
    match stated {
        None => Some(key),
        Some(public) => (digits(public) == Some(key.verifying_key().to_bytes())).then_some(key),
    }
}
