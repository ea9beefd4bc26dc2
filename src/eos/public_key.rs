//! Public key: of an account's permission, in its three kinds.

use super::{
    Content, NotEosBytes, NotEosText,
    bytes::{Reader, put_varuint},
    text::{MAX_DECODED, MAX_TEXT, Suffix, decode, encode, exactly, split},
};
use crate::PublicKey;
use alloc::{borrow::ToOwned as _, format, string::String, vec::Vec};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What the legacy text of a K1 key begins with on EOS; other chains have their own letters.
const LEGACY: &str = "EOS";

/// A key of an account's permission, ordered as in an authority: by kind, then by its bytes.
///
/// Shown as nodeos does: K1 in the legacy form, the others with `PUB_`. Packed: the number of the
/// kind (0, 1, 2), then the bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EosPublicKey {
    /// secp256k1: the compressed point, 33 bytes.
    K1([u8; 33]),
    /// P-256: the compressed point, 33 bytes.
    R1([u8; 33]),
    /// P-256 in a WebAuthn authenticator.
    WebAuthn(WebAuthnKey),
}

/// A key in a WebAuthn authenticator.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebAuthnKey {
    /// P-256: the compressed point.
    point: [u8; 33],
    /// What the authenticator asks of the person: 0 nothing, 1 presence, 2 verification.
    presence: u8,
    /// The relying party, at most 256 bytes.
    rpid: String,
}

impl EosPublicKey {
    /// Reads a key, in the legacy form of the chain with this prefix or with `PUB_`.
    ///
    /// # Errors
    ///
    /// [`NotEosText`].
    pub fn from_text(text: &str, legacy_prefix: &str) -> Result<Self, NotEosText> {
        let needed = Content::PublicKey;
        let mut buffer = [0; MAX_DECODED];
        match split(text, needed)? {
            Some((suffix, body)) => {
                Self::from_payload(suffix, decode(body, suffix.letters(), &mut buffer)?)
            }
            None => match text.strip_prefix(legacy_prefix) {
                Some(body) => Self::from_payload(Suffix::K1, decode(body, b"", &mut buffer)?),
                None if is_like_wif(text) => {
                    Err(NotEosText::OtherContent { got: Content::SecretKey, needed })
                }
                None => Err(NotEosText::Prefix { needed }),
            },
        }
    }

    /// The form with `PUB_` for every kind.
    #[must_use]
    pub fn to_pub_text(&self) -> String {
        let (prefix, suffix) = match self {
            Self::K1(_) => ("PUB_K1_", Suffix::K1),
            Self::R1(_) => ("PUB_R1_", Suffix::R1),
            Self::WebAuthn(_) => ("PUB_WA_", Suffix::WebAuthn),
        };
        format!("{prefix}{}", encode(&self.payload(), suffix.letters()))
    }

    /// The legacy form of a chain with this prefix; the other kinds have none.
    #[must_use]
    pub fn to_legacy_text(&self, legacy_prefix: &str) -> Option<String> {
        match self {
            Self::K1(point) => Some(format!("{legacy_prefix}{}", encode(point, b""))),
            Self::R1(_) | Self::WebAuthn(_) => None,
        }
    }

    /// The key as identities and approvers have it; a `WebAuthn` key is none of theirs.
    #[must_use]
    pub const fn to_public_key(&self) -> Option<PublicKey> {
        match self {
            Self::K1(point) => Some(PublicKey::Secp256k1(*point)),
            Self::R1(point) => Some(PublicKey::P256(*point)),
            Self::WebAuthn(_) => None,
        }
    }

    /// Packs the key.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(34);
        self.pack_into(&mut packed);
        packed
    }

    /// Unpacks a key that these bytes hold and nothing else.
    ///
    /// # Errors
    ///
    /// [`NotEosBytes`].
    pub fn unpack(bytes: &[u8]) -> Result<Self, NotEosBytes> {
        let mut reader = Reader::new(bytes);
        let key = Self::read(&mut reader)?;
        reader.end()?;
        Ok(key)
    }

    pub(super) fn pack_into(&self, packed: &mut Vec<u8>) {
        let kind = match self {
            Self::K1(_) => 0,
            Self::R1(_) => 1,
            Self::WebAuthn(_) => 2,
        };
        packed.push(kind);
        packed.extend_from_slice(&self.payload());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        let key = match reader.varuint()? {
            0 => Self::k1(*reader.array()?),
            1 => Self::r1(*reader.array()?),
            2 => WebAuthnKey::read(reader).map(Self::WebAuthn),
            kind => return Err(NotEosBytes::Kind { kind }),
        };
        key.map_err(NotEosBytes::Key)
    }

    fn from_payload(suffix: Suffix, payload: &[u8]) -> Result<Self, NotEosText> {
        match suffix {
            Suffix::K1 => Self::k1(*exactly(payload)?),
            Suffix::R1 => Self::r1(*exactly(payload)?),
            Suffix::WebAuthn => {
                let mut reader = Reader::new(payload);
                let key = WebAuthnKey::read(&mut reader)?;
                reader.end().map_err(|_| NotEosText::WebAuthn)?;
                Ok(Self::WebAuthn(key))
            }
        }
    }

    fn k1(point: [u8; 33]) -> Result<Self, NotEosText> {
        let usable = k256::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok();
        if usable { Ok(Self::K1(point)) } else { Err(NotEosText::Point) }
    }

    fn r1(point: [u8; 33]) -> Result<Self, NotEosText> {
        check_p256(&point)?;
        Ok(Self::R1(point))
    }

    fn payload(&self) -> Vec<u8> {
        match self {
            Self::K1(point) | Self::R1(point) => point.to_vec(),
            Self::WebAuthn(key) => {
                let mut payload = key.point.to_vec();
                payload.push(key.presence);
                put_varuint(&mut payload, key.rpid.len() as u64);
                payload.extend_from_slice(key.rpid.as_bytes());
                payload
            }
        }
    }
}

impl WebAuthnKey {
    /// The longest name of a relying party that is read; its text stays below [`MAX_TEXT`].
    const MAX_RPID: usize = MAX_TEXT / 2;

    /// The compressed point of P-256.
    #[must_use]
    pub const fn point(&self) -> &[u8; 33] {
        &self.point
    }

    /// What the authenticator asks of the person: 0 nothing, 1 presence, 2 verification.
    #[must_use]
    pub const fn presence(&self) -> u8 {
        self.presence
    }

    /// The relying party.
    #[must_use]
    pub fn rpid(&self) -> &str {
        &self.rpid
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosText> {
        let wrong = |_| NotEosText::WebAuthn;
        let point: [u8; 33] = *reader.array().map_err(wrong)?;
        let [presence] = *reader.array().map_err(wrong)?;
        let rpid = reader.bytes(Self::MAX_RPID).map_err(wrong)?;
        let rpid = core::str::from_utf8(rpid).map_err(|_| NotEosText::WebAuthn)?;
        if presence > 2 || rpid.is_empty() {
            return Err(NotEosText::WebAuthn);
        }
        check_p256(&point)?;
        Ok(Self { point, presence, rpid: rpid.to_owned() })
    }
}

/// Whether somebody may have given a secret key in its legacy form.
fn is_like_wif(text: &str) -> bool {
    text.len() == 51 && text.starts_with('5')
}

fn check_p256(point: &[u8; 33]) -> Result<(), NotEosText> {
    p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| NotEosText::Point)?;
    Ok(())
}

/// Ed25519, BLS and FIDO keys are none of the chain's accounts'.
impl TryFrom<PublicKey> for EosPublicKey {
    type Error = NotEosText;

    fn try_from(key: PublicKey) -> Result<Self, NotEosText> {
        match key {
            PublicKey::Secp256k1(point) => Self::k1(point),
            PublicKey::P256(point) => Self::r1(point),
            PublicKey::Ed25519(_)
            | PublicKey::Bls12381(_)
            | PublicKey::SkEd25519(_)
            | PublicKey::SkP256(_) => Err(NotEosText::Kind { content: Content::PublicKey }),
        }
    }
}

impl fmt::Display for EosPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_legacy_text(LEGACY).unwrap_or_else(|| self.to_pub_text()))
    }
}

impl fmt::Debug for EosPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for WebAuthnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&EosPublicKey::WebAuthn(self.clone()).to_pub_text())
    }
}

impl FromStr for EosPublicKey {
    type Err = NotEosText;

    fn from_str(text: &str) -> Result<Self, NotEosText> {
        Self::from_text(text, LEGACY)
    }
}

impl Serialize for EosPublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EosPublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
