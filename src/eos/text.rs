//! Text: a prefix, then base58 over bytes and their checksum.

use alloc::string::String;
use core::fmt;
use ripemd::{Digest as _, Ripemd160};
use sha2::Sha256;

/// The longest text that is read, in bytes; base58 takes time with the square of it.
pub const MAX_TEXT: usize = 512;

/// The bytes that `MAX_TEXT` letters of base58 can give.
pub(super) const MAX_DECODED: usize = 512;

const CHECKSUM: usize = 4;

/// What a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// A public key.
    PublicKey,
    /// A secret key.
    SecretKey,
    /// A signature.
    Signature,
}

/// Why a text is not what was asked for. It never shows the text: it could be a secret (R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotEosText {
    /// A longer text than is read.
    #[error("the text has {got} bytes; at most {MAX_TEXT} are read")]
    TooLong {
        /// How many came.
        got: usize,
    },
    /// The text begins in another way.
    #[error("the text does not begin as {needed} does")]
    Prefix {
        /// What was asked for.
        needed: Content,
    },
    /// It is something else.
    #[error("the text is {got}, not {needed}")]
    OtherContent {
        /// What came.
        got: Content,
        /// What was asked for.
        needed: Content,
    },
    /// A kind of key that is not supported there.
    #[error("{content} of this kind of key is not supported")]
    Kind {
        /// What was asked for.
        content: Content,
    },
    /// A letter that base58 does not have.
    #[error("the text is not base58")]
    Base58,
    /// A letter that base64url does not have, or another spelling of the same bytes.
    #[error("the text is not base64url")]
    Base64,
    /// Too many or too few bytes.
    #[error("the text holds {got} bytes instead of {needed}")]
    Length {
        /// How many came, the checksum apart.
        got: usize,
        /// How many there must be.
        needed: usize,
    },
    /// A letter is wrong, or the checksum belongs to another form.
    #[error("the checksum does not match")]
    Checksum,
    /// The bytes are not a usable point of the curve.
    #[error("the bytes are not a usable point of the curve")]
    Point,
    /// The scalar is zero, or not below the order of the curve.
    #[error("the secret is zero or not below the order of the curve")]
    Scalar,
    /// The WebAuthn key has another form.
    #[error("the bytes are not a WebAuthn key")]
    WebAuthn,
    /// The first byte of a signature is none of 27 to 34.
    #[error("the signature begins with {got} instead of 27 to 34")]
    Header {
        /// What came.
        got: u8,
    },
    /// One signature has more than one form; this is not the one that the chain takes.
    #[error("the signature is not in its canonical form")]
    NotCanonical,
    /// No key has made this signature.
    #[error("the signature belongs to no key")]
    NoKey,
}

impl NotEosText {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "eos.too_long",
            Self::Prefix { .. } => "eos.prefix",
            Self::OtherContent { .. } => "eos.other_content",
            Self::Kind { .. } => "eos.kind",
            Self::Base58 => "eos.base58",
            Self::Base64 => "eos.base64",
            Self::Length { .. } => "eos.length",
            Self::Checksum => "eos.checksum",
            Self::Point => "eos.point",
            Self::Scalar => "eos.scalar",
            Self::WebAuthn => "eos.webauthn",
            Self::Header { .. } => "eos.header",
            Self::NotCanonical => "eos.not_canonical",
            Self::NoKey => "eos.no_key",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::OtherContent { got: Content::SecretKey, .. } => {
                "a secret key was given where others may read it: replace that key"
            }
            Self::TooLong { .. }
            | Self::Prefix { .. }
            | Self::OtherContent { .. }
            | Self::Kind { .. } => "give a text of the kind asked for, K1 or R1",
            Self::Base58 | Self::Base64 | Self::Length { .. } | Self::Checksum => {
                "copy the text again from where it comes from"
            }
            Self::Point | Self::Scalar | Self::WebAuthn => {
                "ask for another key: nobody can use this"
            }
            Self::Header { .. } | Self::NotCanonical | Self::NoKey => {
                "have it signed again, with software made for the chain"
            }
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PublicKey => "a public key",
            Self::SecretKey => "a secret key",
            Self::Signature => "a signature",
        })
    }
}

/// The two letters of a kind of key, which go into the checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    K1,
    R1,
    WebAuthn,
}

impl Suffix {
    pub(super) const fn letters(self) -> &'static [u8] {
        match self {
            Self::K1 => b"K1",
            Self::R1 => b"R1",
            Self::WebAuthn => b"WA",
        }
    }
}

/// Takes `PUB_`, `PVT_` or `SIG_` and the kind of key off a text, if it has them.
pub(super) fn split(text: &str, needed: Content) -> Result<Option<(Suffix, &str)>, NotEosText> {
    if text.len() > MAX_TEXT {
        return Err(NotEosText::TooLong { got: text.len() });
    }
    let contents =
        [("PUB_", Content::PublicKey), ("PVT_", Content::SecretKey), ("SIG_", Content::Signature)];
    let found =
        contents.iter().find_map(|(prefix, content)| Some((*content, text.strip_prefix(prefix)?)));
    let Some((got, rest)) = found else { return Ok(None) };
    if got != needed {
        return Err(NotEosText::OtherContent { got, needed });
    }
    let kinds = [("K1_", Suffix::K1), ("R1_", Suffix::R1), ("WA_", Suffix::WebAuthn)];
    let kind =
        kinds.iter().find_map(|(prefix, suffix)| Some((*suffix, rest.strip_prefix(prefix)?)));
    kind.map(Some).ok_or(NotEosText::Kind { content: needed })
}

/// Decodes base58 into the caller's buffer, and checks and cuts off RIPEMD-160's four bytes.
pub(super) fn decode<'b>(
    body: &str,
    suffix: &[u8],
    buffer: &'b mut [u8; MAX_DECODED],
) -> Result<&'b [u8], NotEosText> {
    let (payload, checksum) = decode_parts(body, buffer)?;
    if ripemd(payload, suffix) == *checksum { Ok(payload) } else { Err(NotEosText::Checksum) }
}

/// The same with the first four bytes of a double SHA-256.
pub(super) fn decode_sha256d<'b>(
    body: &str,
    buffer: &'b mut [u8; MAX_DECODED],
) -> Result<&'b [u8], NotEosText> {
    let (payload, checksum) = decode_parts(body, buffer)?;
    if sha256d(payload) == *checksum { Ok(payload) } else { Err(NotEosText::Checksum) }
}

/// Base58 over the payload and RIPEMD-160's four bytes.
pub(super) fn encode(payload: &[u8], suffix: &[u8]) -> String {
    encode_parts(payload, ripemd(payload, suffix))
}

/// The same with the first four bytes of a double SHA-256.
pub(super) fn encode_sha256d(payload: &[u8]) -> String {
    encode_parts(payload, sha256d(payload))
}

/// The bytes, if there are as many as there must be.
pub(super) fn exactly<const N: usize>(payload: &[u8]) -> Result<&[u8; N], NotEosText> {
    payload.try_into().map_err(|_| NotEosText::Length { got: payload.len(), needed: N })
}

fn decode_parts<'b>(
    body: &str,
    buffer: &'b mut [u8; MAX_DECODED],
) -> Result<(&'b [u8], &'b [u8; CHECKSUM]), NotEosText> {
    if body.len() > MAX_TEXT {
        return Err(NotEosText::TooLong { got: body.len() });
    }
    let length = bs58::decode(body).onto(&mut buffer[..]).map_err(|_| NotEosText::Base58)?;
    buffer.get(..length).and_then(<[u8]>::split_last_chunk).ok_or(NotEosText::Checksum)
}

fn encode_parts(payload: &[u8], checksum: [u8; CHECKSUM]) -> String {
    let mut bytes = zeroize::Zeroizing::new([0_u8; MAX_DECODED]);
    let length = payload.len() + CHECKSUM;
    for (to, from) in bytes.iter_mut().zip(payload.iter().chain(&checksum)) {
        *to = *from;
    }
    bs58::encode(bytes.get(..length).unwrap_or_default()).into_string()
}

pub(super) fn ripemd(payload: &[u8], suffix: &[u8]) -> [u8; CHECKSUM] {
    first(&Ripemd160::new().chain_update(payload).chain_update(suffix).finalize())
}

fn sha256d(payload: &[u8]) -> [u8; CHECKSUM] {
    first(&Sha256::digest(Sha256::digest(payload)))
}

fn first(hash: &[u8]) -> [u8; CHECKSUM] {
    hash.first_chunk().copied().unwrap_or_default()
}
