//! Text: identity keys and addresses, a prefix and 32 bytes with a checksum in base58.

use crate::PublicKey;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::{fmt, str::FromStr};
use ed25519_dalek::SigningKey;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The longest text that is read, in bytes.
const MAX_TEXT: usize = 64;
const CHECKSUM: usize = 4;
const BODY: usize = 32;

/// The rank of an identity key: the first is the lowest, and a higher one overrides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `id1`, `sk1`: kept at hand.
    One,
    /// `id2`, `sk2`.
    Two,
    /// `id3`, `sk3`.
    Three,
    /// `id4`, `sk4`: kept away from everything.
    Four,
}

/// What an Ed25519 key is for; its texts begin accordingly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextKind {
    /// An identity key, `id1` to `id4`; secret `sk1` to `sk4`.
    Identity(Level),
    /// A factoid address, `FA`; secret `Fs`.
    Factoid,
    /// An entry credit address, `EC`; secret `Es`.
    EntryCredit,
    /// A key of an application's identity, `idpub`; secret `idsec`.
    Application,
}

/// Each kind with its prefixes, public and secret (FactomDocs `Identity.md`,
/// `factomDataStructureDetails.md`; factom `identityKeys.go`).
const PREFIXES: [(TextKind, &[u8], &[u8]); 7] = [
    (TextKind::Identity(Level::One), &[0x3f, 0xbe, 0xba], &[0x4d, 0xb6, 0xc9]),
    (TextKind::Identity(Level::Two), &[0x3f, 0xbe, 0xd8], &[0x4d, 0xb6, 0xe7]),
    (TextKind::Identity(Level::Three), &[0x3f, 0xbe, 0xf6], &[0x4d, 0xb7, 0x05]),
    (TextKind::Identity(Level::Four), &[0x3f, 0xbf, 0x14], &[0x4d, 0xb7, 0x23]),
    (TextKind::Factoid, &[0x5f, 0xb1], &[0x64, 0x78]),
    (TextKind::EntryCredit, &[0x59, 0x2a], &[0x5d, 0xb6]),
    (TextKind::Application, &[0x03, 0x45, 0xef, 0x9d, 0xe0], &[0x03, 0x45, 0xf3, 0xd0, 0xd6]),
];

/// Why a text is not what was asked for. It never shows the text: it could be a secret (R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotFactomText {
    /// A letter that base58 does not have, or too many letters.
    #[error("the text is not base58 of at most {MAX_TEXT} letters")]
    Base58,
    /// A letter is wrong.
    #[error("the checksum does not match")]
    Checksum,
    /// The text begins in another way, or has another length.
    #[error(
        "the text is of no known kind: id, FA, EC and idpub are public, sk, Fs, Es and idsec secret"
    )]
    Kind,
    /// A secret key where a public text belongs.
    #[error("the text is a secret key")]
    Secret,
    /// A public text where a secret key belongs.
    #[error("the text is public, not a secret key")]
    Public,
}

impl NotFactomText {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Base58 => "factom.base58",
            Self::Checksum => "factom.checksum",
            Self::Kind => "factom.kind",
            Self::Secret => "factom.secret",
            Self::Public => "factom.public",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Base58 | Self::Checksum => "copy the text again from where it comes from",
            Self::Kind | Self::Public => "give a text of the kind asked for",
            Self::Secret => "a secret key was given where others may read it: replace that key",
        }
    }
}

/// What stands in public for a key: an identity key, an address.
///
/// For an identity key and a factoid address that is the double SHA-256 of a one and the key, for
/// the others the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactomName {
    kind: TextKind,
    body: [u8; BODY],
}

impl FactomName {
    /// The name with these 32 bytes.
    #[must_use]
    pub const fn from_bytes(kind: TextKind, body: [u8; BODY]) -> Self {
        Self { kind, body }
    }

    /// The name of an Ed25519 key.
    #[must_use]
    pub fn of(kind: TextKind, public_key: &[u8; 32]) -> Self {
        let body = match kind {
            TextKind::Identity(_) | TextKind::Factoid => hash_of_key(public_key),
            TextKind::EntryCredit | TextKind::Application => *public_key,
        };
        Self { kind, body }
    }

    /// What the key is for.
    #[must_use]
    pub const fn kind(&self) -> TextKind {
        self.kind
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; BODY] {
        &self.body
    }
}

impl fmt::Display for FactomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (public, _) = prefixes(self.kind);
        f.write_str(&encode(public, &self.body))
    }
}

impl FromStr for FactomName {
    type Err = NotFactomText;

    fn from_str(text: &str) -> Result<Self, NotFactomText> {
        let (kind, is_secret, body) = decode(text)?;
        if is_secret { Err(NotFactomText::Secret) } else { Ok(Self { kind, body: *body }) }
    }
}

/// A secret key with what it is for.
///
/// It can be neither copied, compared nor serialised, and is overwritten on drop.
pub struct FactomSecretKey {
    kind: TextKind,
    key: Box<SigningKey>,
}

/// The signing key overwrites itself.
impl ZeroizeOnDrop for FactomSecretKey {}

impl FactomSecretKey {
    /// Reads `sk1` to `sk4`, `Fs`, `Es` or `idsec`.
    ///
    /// # Errors
    ///
    /// [`NotFactomText`].
    pub fn from_text(text: &SecretString) -> Result<Self, NotFactomText> {
        let (kind, is_secret, seed) = decode(text.expose_secret())?;
        if is_secret { Ok(Self::from_seed(kind, &seed)) } else { Err(NotFactomText::Public) }
    }

    /// The key of a seed (RFC 8032).
    #[must_use]
    pub fn from_seed(kind: TextKind, seed: &[u8; 32]) -> Self {
        Self { kind, key: Box::new(SigningKey::from_bytes(seed)) }
    }

    /// What the key is for.
    #[must_use]
    pub const fn kind(&self) -> TextKind {
        self.kind
    }

    /// The public key; it may be shown.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::Ed25519(self.key.verifying_key().to_bytes())
    }

    /// What stands in public for the key.
    #[must_use]
    pub fn name(&self) -> FactomName {
        FactomName::of(self.kind, &self.key.verifying_key().to_bytes())
    }

    /// The secret text.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let (_, secret) = prefixes(self.kind);
        let text = Zeroizing::new(encode(secret, self.key.as_bytes()));
        SecretString::from(text.as_str())
    }

    /// The seed, to import it elsewhere.
    #[must_use]
    pub fn to_seed(&self) -> SecretSlice<u8> {
        SecretSlice::from(Vec::from(self.key.as_bytes().as_slice()))
    }
}

/// Only what may be shown: kind and public key (R9).
impl fmt::Debug for FactomSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FactomSecretKey")
            .field("kind", &self.kind)
            .field("public_key", &self.public_key())
            .finish_non_exhaustive()
    }
}

/// The double SHA-256 of a one and the key: an identity key, and a factoid address's hash.
pub(super) fn hash_of_key(public_key: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(Sha256::new().chain_update([1]).chain_update(public_key).finalize()).into()
}

fn prefixes(kind: TextKind) -> (&'static [u8], &'static [u8]) {
    let found = PREFIXES.iter().find(|(known, ..)| *known == kind);
    found.map_or((&[], &[]), |(_, public, secret)| (public, secret))
}

/// Kind, whether it is a secret, and the 32 bytes.
fn decode(text: &str) -> Result<(TextKind, bool, Zeroizing<[u8; BODY]>), NotFactomText> {
    if text.len() > MAX_TEXT {
        return Err(NotFactomText::Base58);
    }
    let mut buffer = Zeroizing::new([0; MAX_TEXT]);
    let length = bs58::decode(text).onto(&mut buffer[..]).map_err(|_| NotFactomText::Base58)?;
    let decoded = buffer.get(..length).and_then(<[u8]>::split_last_chunk::<CHECKSUM>);
    let (payload, sum) = decoded.ok_or(NotFactomText::Checksum)?;
    if checksum(payload) != *sum {
        return Err(NotFactomText::Checksum);
    }
    let (prefix, body) = payload.split_last_chunk::<BODY>().ok_or(NotFactomText::Kind)?;
    let known = PREFIXES.iter().find(|(_, public, secret)| [*public, *secret].contains(&prefix));
    let (kind, _, secret) = known.ok_or(NotFactomText::Kind)?;
    Ok((*kind, *secret == prefix, Zeroizing::new(*body)))
}

fn encode(prefix: &[u8], body: &[u8; BODY]) -> String {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_TEXT));
    bytes.extend_from_slice(prefix);
    bytes.extend_from_slice(body);
    let sum = checksum(&bytes);
    bytes.extend_from_slice(&sum);
    bs58::encode(bytes.as_slice()).into_string()
}

fn checksum(payload: &[u8]) -> [u8; CHECKSUM] {
    let hash: [u8; 32] = Sha256::digest(Sha256::digest(payload)).into();
    hash.first_chunk().copied().unwrap_or_default()
}
