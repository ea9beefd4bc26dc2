//! Signature: 65 bytes from which the key is recovered.

use super::{
    Content, EosPublicKey, NotEosBytes, NotEosText,
    bytes::Reader,
    text::{MAX_DECODED, Suffix, decode, encode, exactly, split},
};
use crate::{BadSignature, Signature, document::Envelope, public_key::is_canonical};
use alloc::{format, vec::Vec};
use core::{fmt, str::FromStr};

/// A signature: `header || r || s`; the header is 31 and the recovery id (27 without the 4 that
/// says "compressed", which is read too). Nothing about it is checked before [`Self::recover`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EosSignature {
    /// secp256k1.
    K1([u8; 65]),
    /// P-256.
    R1([u8; 65]),
}

impl EosSignature {
    /// The form that the chain takes of a signature by an identity's key: K1 alone, since of R1
    /// the recovery id is not kept.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Kind`], [`NotEosText::Header`] or [`NotEosText::NotCanonical`].
    pub fn of(signature: &Signature) -> Result<Self, NotEosText> {
        let Signature::Secp256k1([compact @ .., recovery]) = signature else {
            return Err(NotEosText::Kind { content: Content::Signature });
        };
        if *recovery > 3 {
            return Err(NotEosText::Header { got: *recovery });
        }
        let mut bytes = [31 + recovery; 65];
        for (to, from) in bytes.iter_mut().skip(1).zip(compact) {
            *to = *from;
        }
        let signature = Self::K1(bytes);
        if signature.is_canonical() { Ok(signature) } else { Err(NotEosText::NotCanonical) }
    }

    /// The key that made this signature over a digest: the only way to check one.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Header`], [`NotEosText::NotCanonical`] or [`NotEosText::NoKey`].
    pub fn recover(&self, digest: &[u8; 32]) -> Result<EosPublicKey, NotEosText> {
        let (header, compact) = self.parts();
        let id = match header {
            27..=34 => (header - 27) & 3,
            got => return Err(NotEosText::Header { got }),
        };
        if !self.is_canonical() {
            return Err(NotEosText::NotCanonical);
        }
        let id = ecdsa::RecoveryId::from_byte(id).ok_or(NotEosText::Header { got: header })?;
        let point = match self {
            Self::K1(_) => {
                let signature = k256::ecdsa::Signature::from_slice(compact)?;
                let key = k256::ecdsa::VerifyingKey::recover_from_prehash(digest, &signature, id)?;
                EosPublicKey::K1(*exactly(key.to_sec1_point(true).as_bytes())?)
            }
            Self::R1(_) => {
                let signature = p256::ecdsa::Signature::from_slice(compact)?;
                let key = p256::ecdsa::VerifyingKey::recover_from_prehash(digest, &signature, id)?;
                EosPublicKey::R1(*exactly(key.to_sec1_point(true).as_bytes())?)
            }
        };
        Ok(point)
    }

    /// Whether this is the one form that the chain takes: K1 with `r` and `s` of 32 bytes without
    /// a sign bit, R1 with a low `s`. Source: libfc `is_canonical`.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        let (_, compact) = self.parts();
        match self {
            Self::K1(_) => is_canonical(compact),
            Self::R1(_) => p256::ecdsa::Signature::from_slice(compact)
                .is_ok_and(|signature| signature.normalize_s() == signature),
        }
    }

    /// Packs the signature: the number of the kind (0, 1), then the bytes.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let kind = match self {
            Self::K1(_) => 0,
            Self::R1(_) => 1,
        };
        let mut packed = Vec::with_capacity(66);
        packed.push(kind);
        packed.extend_from_slice(self.as_bytes());
        packed
    }

    /// Unpacks a signature that these bytes hold and nothing else.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Kind`] or [`NotEosText::Length`].
    pub fn unpack(bytes: &[u8]) -> Result<Self, NotEosText> {
        match bytes.split_first() {
            Some((0, rest)) => Ok(Self::K1(*exactly(rest)?)),
            Some((1, rest)) => Ok(Self::R1(*exactly(rest)?)),
            _ => Err(NotEosText::Kind { content: Content::Signature }),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, NotEosBytes> {
        match reader.varuint()? {
            0 => reader.array().copied().map(Self::K1),
            1 => reader.array().copied().map(Self::R1),
            kind => Err(NotEosBytes::SignatureKind { kind }),
        }
    }

    /// The 65 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 65] {
        match self {
            Self::K1(bytes) | Self::R1(bytes) => bytes,
        }
    }

    fn parts(&self) -> (u8, &[u8; 64]) {
        let [header, compact @ ..] = self.as_bytes();
        (*header, compact)
    }
}

impl Envelope {
    /// Adds an EOS signature over the document's [`id`](Self::id), as a wallet's `sign_digest`
    /// gives it; one that the key gave before is replaced.
    ///
    /// The key must be said: some key is recovered from every signature.
    ///
    /// # Errors
    ///
    /// [`BadSignature`]; the document stays as it is.
    pub fn add_eos_signature(
        &mut self,
        key: &EosPublicKey,
        signature: &EosSignature,
    ) -> Result<(), BadSignature> {
        let recovered = signature.recover(self.id().as_bytes()).map_err(|_| BadSignature)?;
        let key = key.to_public_key().filter(|_| recovered == *key).ok_or(BadSignature)?;
        let (header, compact) = signature.parts();
        let signature = match signature {
            EosSignature::K1(_) => {
                let mut bytes = [header.wrapping_sub(27) & 3; 65];
                for (to, from) in bytes.iter_mut().zip(compact) {
                    *to = *from;
                }
                Signature::Secp256k1(bytes)
            }
            EosSignature::R1(_) => Signature::P256(*exactly(compact).map_err(|_| BadSignature)?),
        };
        key.verify(&self.signed_bytes(), signature.without_recovery())?;
        self.add_signature(key, &signature);
        Ok(())
    }
}

/// The curve's library says no more than that it failed.
impl From<ecdsa::signature::Error> for NotEosText {
    fn from(_: ecdsa::signature::Error) -> Self {
        Self::NoKey
    }
}

impl fmt::Display for EosSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, suffix) = match self {
            Self::K1(_) => ("SIG_K1_", Suffix::K1),
            Self::R1(_) => ("SIG_R1_", Suffix::R1),
        };
        f.write_str(&format!("{prefix}{}", encode(self.as_bytes(), suffix.letters())))
    }
}

impl fmt::Debug for EosSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for EosSignature {
    type Err = NotEosText;

    fn from_str(text: &str) -> Result<Self, NotEosText> {
        let needed = Content::Signature;
        let (suffix, body) = split(text, needed)?.ok_or(NotEosText::Prefix { needed })?;
        let mut buffer = [0; MAX_DECODED];
        let payload = decode(body, suffix.letters(), &mut buffer)?;
        match suffix {
            Suffix::K1 => Ok(Self::K1(*exactly(payload)?)),
            Suffix::R1 => Ok(Self::R1(*exactly(payload)?)),
            Suffix::WebAuthn => Err(NotEosText::Kind { content: needed }),
        }
    }
}
