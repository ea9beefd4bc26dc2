//! Secret key: of a person who approves on the chain or off it; it never shows (R9).

use super::{
    Content, EosPublicKey, EosSignature, NotEosText,
    text::{MAX_DECODED, Suffix, decode, decode_sha256d, encode, encode_sha256d, exactly, split},
};
use alloc::{boxed::Box, format, vec::Vec};
use core::fmt;
use ecdsa::{RecoveryId, hazmat::sign_prehashed_rfc6979};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::Sha256;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The first byte of a WIF.
const WIF: u8 = 0x80;

/// Nonces that are tried; about every second one gives a canonical signature.
const ATTEMPTS: u32 = 512;

/// The secret key of an approver, K1 or R1.
///
/// It signs any digest, so it must not be the key that signs for an identity in consensus: that is
/// a [`SecretKey`](crate::key::SecretKey), which signs only what was cleared. It can be neither
/// copied, compared nor serialised:
///
/// ```compile_fail,E0277
/// fn needs<T: Clone>() {}
/// needs::<brainswap::eos::EosSecretKey>();
/// ```
pub struct EosSecretKey {
    secret: Secret,
    public: EosPublicKey,
}

enum Secret {
    K1(Box<k256::ecdsa::SigningKey>),
    R1(Box<p256::ecdsa::SigningKey>),
}

/// Both signing keys overwrite themselves.
impl ZeroizeOnDrop for EosSecretKey {}

impl EosSecretKey {
    /// Reads a WIF, `PVT_K1_` or `PVT_R1_`.
    ///
    /// A WIF has exactly 33 bytes and a double SHA-256: the forms with one SHA-256 (which nodeos
    /// takes) or a trailing 1 (Bitcoin's) are refused.
    ///
    /// # Errors
    ///
    /// [`NotEosText`].
    pub fn from_text(text: &SecretString) -> Result<Self, NotEosText> {
        let text = text.expose_secret();
        let needed = Content::SecretKey;
        let mut buffer = Zeroizing::new([0; MAX_DECODED]);
        match split(text, needed)? {
            Some((Suffix::K1, body)) => {
                Self::k1(exactly(decode(body, Suffix::K1.letters(), &mut buffer)?)?)
            }
            Some((Suffix::R1, body)) => {
                Self::r1(exactly(decode(body, Suffix::R1.letters(), &mut buffer)?)?)
            }
            Some((Suffix::WebAuthn, _)) => Err(NotEosText::Kind { content: needed }),
            None if text.starts_with("EOS") => {
                Err(NotEosText::OtherContent { got: Content::PublicKey, needed })
            }
            None => {
                let payload: &[u8; 33] = exactly(decode_sha256d(text, &mut buffer)?)?;
                match payload.split_first() {
                    Some((&WIF, scalar)) => Self::k1(exactly(scalar)?),
                    _ => Err(NotEosText::Prefix { needed }),
                }
            }
        }
    }

    /// The public key; it may be shown.
    #[must_use]
    pub const fn public_key(&self) -> &EosPublicKey {
        &self.public
    }

    /// Signs a digest: deterministic (RFC 6979, with the number of the attempt as extra data from
    /// the second on), canonical.
    ///
    /// # Errors
    ///
    /// [`NotEosText::NotCanonical`] if no attempt was: once in 2^512.
    pub fn sign_digest(&self, digest: &[u8; 32]) -> Result<EosSignature, NotEosText> {
        let mut attempts = (0..ATTEMPTS).map(|attempt| {
            let number = attempt.to_be_bytes();
            let extra: &[u8] = if attempt == 0 { &[] } else { &number };
            self.attempt(digest, extra)
        });
        attempts.find(EosSignature::is_canonical).ok_or(NotEosText::NotCanonical)
    }

    /// The text with `PVT_`.
    #[must_use]
    pub fn to_pvt_text(&self) -> SecretString {
        let (prefix, suffix) = match self.secret {
            Secret::K1(_) => ("PVT_K1_", Suffix::K1),
            Secret::R1(_) => ("PVT_R1_", Suffix::R1),
        };
        let body = Zeroizing::new(encode(&*self.scalar(), suffix.letters()));
        let text = Zeroizing::new(format!("{prefix}{}", *body));
        SecretString::from(text.as_str())
    }

    /// The WIF; an R1 key has none.
    #[must_use]
    pub fn to_wif(&self) -> Option<SecretString> {
        let Secret::K1(_) = self.secret else { return None };
        let mut payload = Zeroizing::new([WIF; 33]);
        for (to, from) in payload.iter_mut().skip(1).zip(self.scalar().iter()) {
            *to = *from;
        }
        let text = Zeroizing::new(encode_sha256d(&*payload));
        Some(SecretString::from(text.as_str()))
    }

    /// The scalar, 32 bytes, big-endian, to import it elsewhere.
    #[must_use]
    pub fn to_scalar(&self) -> SecretSlice<u8> {
        SecretSlice::from(Vec::from(self.scalar().as_slice()))
    }

    fn k1(scalar: &[u8; 32]) -> Result<Self, NotEosText> {
        let key = k256::ecdsa::SigningKey::from_slice(scalar).map_err(|_| NotEosText::Scalar)?;
        let point = key.verifying_key().to_sec1_point(true);
        let public = EosPublicKey::K1(*exactly(point.as_bytes())?);
        Ok(Self { secret: Secret::K1(Box::new(key)), public })
    }

    fn r1(scalar: &[u8; 32]) -> Result<Self, NotEosText> {
        let key = p256::ecdsa::SigningKey::from_slice(scalar).map_err(|_| NotEosText::Scalar)?;
        let point = key.verifying_key().to_sec1_point(true);
        let public = EosPublicKey::R1(*exactly(point.as_bytes())?);
        Ok(Self { secret: Secret::R1(Box::new(key)), public })
    }

    fn scalar(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(match &self.secret {
            Secret::K1(key) => key.to_bytes().into(),
            Secret::R1(key) => key.to_bytes().into(),
        })
    }

    fn attempt(&self, digest: &[u8; 32], extra: &[u8]) -> EosSignature {
        match &self.secret {
            Secret::K1(key) => {
                let scalar = key.as_nonzero_scalar();
                let (signature, id) =
                    sign_prehashed_rfc6979::<k256::Secp256k1, Sha256>(scalar, digest, extra);
                EosSignature::K1(joined(id, &signature.to_bytes()))
            }
            Secret::R1(key) => {
                let scalar = key.as_nonzero_scalar();
                let (signature, id) =
                    sign_prehashed_rfc6979::<p256::NistP256, Sha256>(scalar, digest, extra);
                let low = signature.normalize_s();
                let odd = id.is_y_odd() != (low != signature);
                let id = RecoveryId::new(odd, id.is_x_reduced());
                EosSignature::R1(joined(id, &low.to_bytes()))
            }
        }
    }
}

/// `header || r || s`, the header for a compressed key.
fn joined(id: RecoveryId, compact: &[u8]) -> [u8; 65] {
    let mut bytes = [31 + id.to_byte(); 65];
    for (to, from) in bytes.iter_mut().skip(1).zip(compact) {
        *to = *from;
    }
    bytes
}

/// Only what may be shown: the public key (R9).
impl fmt::Debug for EosSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EosSecretKey").field("public_key", &self.public).finish_non_exhaustive()
    }
}
