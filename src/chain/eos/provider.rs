//! Provider: how nodeos is told which key signs, and where (`signature-provider`).

use super::SIGN_DIGEST_PATH;
use alloc::{borrow::ToOwned as _, string::String};
use secrecy::{ExposeSecret as _, SecretString};

/// One line of nodeos's configuration: `<public key>=KEY:<secret key>`, or
/// `<public key>=KEOSD:<url>`. Neither key is read here.
#[derive(Clone, Debug)]
pub struct SignatureProvider {
    /// The text of the public key.
    pub public_key: String,
    /// Where its signatures come from.
    pub source: KeySource,
}

/// Where nodeos gets signatures from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// It holds the key itself; the text of the secret key.
    Key(SecretString),
    /// It asks a wallet, which may be a guard.
    Keosd(WalletUrl),
}

/// Where nodeos finds a wallet: without TLS, so on the same machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalletUrl {
    /// `http://<address>/v1/wallet/sign_digest`.
    Http {
        /// Host and port.
        address: String,
    },
    /// `unix://<socket>/v1/wallet/sign_digest`.
    Unix {
        /// The path of the socket, absolute.
        socket: String,
    },
}

/// Why a text is no provider. It never shows the text: it could hold a secret (R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAProvider {
    /// Nothing parts the public key from the rest.
    #[error("there is no \"=\" after a public key")]
    NoPublicKey,
    /// Nothing parts the kind from the rest.
    #[error("there is no \":\" after KEY or KEOSD")]
    NoKind,
    /// Another kind than KEY and KEOSD, or KEOSD for a BLS key.
    #[error("there is no such source for this kind of key: KEY is for all, KEOSD not for BLS")]
    Kind,
    /// The URL is not one that nodeos can ask.
    #[error("the URL is not http:// or unix:// with an address and {SIGN_DIGEST_PATH}")]
    Url,
}

impl NotAProvider {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPublicKey => "provider.no_public_key",
            Self::NoKind => "provider.no_kind",
            Self::Kind => "provider.kind",
            Self::Url => "provider.url",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        "correct the line signature-provider in the node's configuration"
    }
}

impl SignatureProvider {
    /// Reads a provider. The public key ends at the last of the first signs "=" in a row, since
    /// the text of a BLS key may end with such.
    ///
    /// # Errors
    ///
    /// [`NotAProvider`].
    pub fn parse(line: &SecretString) -> Result<Self, NotAProvider> {
        let line = line.expose_secret();
        let (start, after) = line.split_once('=').ok_or(NotAProvider::NoPublicKey)?;
        let rest = after.trim_start_matches('=');
        let padding = after.len() - rest.len();
        let public_key = line.get(..start.len() + padding).ok_or(NotAProvider::NoPublicKey)?;
        if start.is_empty() {
            return Err(NotAProvider::NoPublicKey);
        }
        let (kind, source) = rest.split_once(':').ok_or(NotAProvider::NoKind)?;
        let source = match kind {
            "KEY" => KeySource::Key(SecretString::from(source)),
            "KEOSD" if !public_key.starts_with("PUB_BLS_") => {
                KeySource::Keosd(WalletUrl::parse(source)?)
            }
            _ => return Err(NotAProvider::Kind),
        };
        Ok(Self { public_key: public_key.to_owned(), source })
    }
}

impl WalletUrl {
    /// Reads a URL, which must end with [`SIGN_DIGEST_PATH`]: nodeos posts to exactly what it is
    /// told.
    ///
    /// # Errors
    ///
    /// [`NotAProvider::Url`].
    pub fn parse(url: &str) -> Result<Self, NotAProvider> {
        let place = url.strip_suffix(SIGN_DIGEST_PATH).ok_or(NotAProvider::Url)?;
        match (place.strip_prefix("http://"), place.strip_prefix("unix://")) {
            (Some(address), _) if !address.is_empty() && !address.contains('/') => {
                Ok(Self::Http { address: address.to_owned() })
            }
            (_, Some(socket)) if socket.starts_with('/') => {
                Ok(Self::Unix { socket: socket.to_owned() })
            }
            _ => Err(NotAProvider::Url),
        }
    }
}
