//! BLS: keys, signatures and proofs of finalizers, in Antelope's texts and bytes.
//!
//! A key is a point of G1, a signature one of G2, both as affine coordinates in little-endian and
//! without Montgomery's form: `x || y`, 48 bytes for each number, the real part first. The text is
//! a prefix and base64url over the bytes and four bytes of RIPEMD-160 of them. Identities have the
//! same points compressed ([`PublicKey::Bls12381`]). Source: AntelopeIO/bls12-381, Spring `bls_*`.

use super::{
    Content, NotEosText,
    text::{MAX_TEXT, ripemd},
};
use crate::{BadSignature, PublicKey, Signature, public_key::PROOF_TAG};
use alloc::{format, string::String, vec::Vec};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use blst::min_pk;
use core::{fmt, str::FromStr};
use zeroize::Zeroizing;
#[cfg(feature = "std")]
use {
    crate::key::{KeyError, KeyKind, SecretKey},
    secrecy::{ExposeSecret as _, SecretSlice, SecretString},
};

/// The public key of a finalizer, `PUB_BLS_...`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinalizerKey {
    affine: [u8; 96],
    compressed: [u8; 48],
}

/// A vote's signature or a proof of possession, `SIG_BLS_...`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinalizerSignature {
    affine: [u8; 192],
    compressed: [u8; 96],
}

impl FinalizerKey {
    /// The domain separation tag of a proof of possession.
    pub const PROOF_TAG: &'static [u8] = PROOF_TAG;

    /// The key with these 96 bytes: affine, little-endian.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Point`].
    pub fn from_affine(affine: &[u8; 96]) -> Result<Self, NotEosText> {
        let key = min_pk::PublicKey::deserialize(&turned(affine, 48));
        Self::of(&key.map_err(|_| NotEosText::Point)?, Some(affine))
    }

    /// The key as identities have it.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Kind`] or [`NotEosText::Point`].
    pub fn from_public_key(key: &PublicKey) -> Result<Self, NotEosText> {
        let PublicKey::Bls12381(compressed) = key else {
            return Err(NotEosText::Kind { content: Content::PublicKey });
        };
        let key = min_pk::PublicKey::uncompress(compressed).map_err(|_| NotEosText::Point)?;
        Self::of(&key, None)
    }

    /// The key as identities have it.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        PublicKey::Bls12381(self.compressed)
    }

    /// The 96 bytes: affine, little-endian.
    #[must_use]
    pub const fn as_affine(&self) -> &[u8; 96] {
        &self.affine
    }

    /// Checks that whoever registers the key has its secret: a signature of its own 96 bytes.
    ///
    /// # Errors
    ///
    /// [`BadSignature`].
    pub fn check_proof(&self, proof: &FinalizerSignature) -> Result<(), BadSignature> {
        let point = |_| BadSignature;
        let key = min_pk::PublicKey::uncompress(&self.compressed).map_err(point)?;
        let proof = min_pk::Signature::uncompress(&proof.compressed).map_err(point)?;
        // Both points were checked when they were made.
        let verified = proof.verify(false, &self.affine, PROOF_TAG, &[], &key, false);
        if verified == blst::BLST_ERROR::BLST_SUCCESS { Ok(()) } else { Err(BadSignature) }
    }

    fn of(key: &min_pk::PublicKey, given: Option<&[u8; 96]>) -> Result<Self, NotEosText> {
        key.validate().map_err(|_| NotEosText::Point)?;
        let affine = turned(&key.serialize(), 48);
        let affine = affine.try_into().map_err(|_| NotEosText::Point)?;
        if given.is_some_and(|given| *given != affine) {
            return Err(NotEosText::Point);
        }
        Ok(Self { affine, compressed: key.compress() })
    }
}

impl FinalizerSignature {
    /// The signature with these 192 bytes: affine, little-endian.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Point`].
    pub fn from_affine(affine: &[u8; 192]) -> Result<Self, NotEosText> {
        let signature = min_pk::Signature::deserialize(&turned(affine, 96));
        Self::of_point(&signature.map_err(|_| NotEosText::Point)?, Some(affine))
    }

    /// A signature by an identity's key.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Kind`] or [`NotEosText::Point`].
    pub fn of(signature: &Signature) -> Result<Self, NotEosText> {
        let Signature::Bls12381(compressed) = signature else {
            return Err(NotEosText::Kind { content: Content::Signature });
        };
        let point = min_pk::Signature::uncompress(compressed).map_err(|_| NotEosText::Point)?;
        Self::of_point(&point, None)
    }

    /// The signature as identities have it.
    #[must_use]
    pub const fn signature(&self) -> Signature {
        Signature::Bls12381(self.compressed)
    }

    /// The 192 bytes: affine, little-endian.
    #[must_use]
    pub const fn as_affine(&self) -> &[u8; 192] {
        &self.affine
    }

    fn of_point(point: &min_pk::Signature, given: Option<&[u8; 192]>) -> Result<Self, NotEosText> {
        point.validate(true).map_err(|_| NotEosText::Point)?;
        let affine = turned(&point.serialize(), 96);
        let affine = affine.try_into().map_err(|_| NotEosText::Point)?;
        if given.is_some_and(|given| *given != affine) {
            return Err(NotEosText::Point);
        }
        Ok(Self { affine, compressed: point.compress() })
    }
}

/// The secret keys of finalizers, as nodeos has them: `PVT_BLS_...` over the scalar, 32 bytes,
/// little-endian.
#[cfg(feature = "std")]
impl SecretKey {
    /// Takes over the key of a finalizer. It signs only after its history is reconciled (R7).
    ///
    /// # Errors
    ///
    /// [`NotEosText`].
    pub fn from_finalizer_text(text: &SecretString) -> Result<Self, NotEosText> {
        let needed = Content::SecretKey;
        let mut scalar = Zeroizing::new(decode::<32>(text.expose_secret(), "PVT_BLS_", needed)?);
        scalar.reverse();
        Self::from_bytes(KeyKind::Bls12381, &scalar).map_err(|_| NotEosText::Scalar)
    }

    /// The proof of possession that `regfinkey` asks for. Nothing else is signed under its domain
    /// separation tag, so this needs no clearance.
    ///
    /// # Errors
    ///
    /// [`NotEosText::Kind`] if the key is no BLS key.
    pub fn prove_finalizer_key(&self) -> Result<FinalizerSignature, NotEosText> {
        let own = FinalizerKey::from_public_key(&self.public_key())?;
        let kind = NotEosText::Kind { content: Content::SecretKey };
        FinalizerSignature::of(&self.prove_possession(own.as_affine()).ok_or(kind)?)
    }
}

/// The text of a finalizer's secret key, from its scalar: 32 bytes, big-endian.
///
/// # Errors
///
/// [`NotEosText::Length`].
#[cfg(feature = "std")]
pub fn finalizer_secret_text(scalar: &SecretSlice<u8>) -> Result<SecretString, NotEosText> {
    let bytes = scalar.expose_secret();
    let length = NotEosText::Length { got: bytes.len(), needed: 32 };
    let mut turned: Zeroizing<[u8; 32]> = Zeroizing::new(bytes.try_into().map_err(|_| length)?);
    turned.reverse();
    let text: Zeroizing<String> = Zeroizing::new(encode("PVT_BLS_", &*turned));
    Ok(SecretString::from(text.as_str()))
}

/// The secret scalar that nodeos makes of a seed of 32 bytes or more, big-endian
/// (draft-irtf-cfrg-bls-signature-03, section 2.3, `KeyGen`).
///
/// # Errors
///
/// [`KeyError::Length`] if the seed is shorter.
#[cfg(feature = "std")]
pub fn finalizer_secret_of_seed(seed: &SecretSlice<u8>) -> Result<SecretSlice<u8>, KeyError> {
    let bytes = seed.expose_secret();
    let kind = KeyKind::Bls12381;
    let secret = min_pk::SecretKey::key_gen_v3(bytes, &[]).map_err(|_| KeyError::Length {
        kind,
        got: bytes.len(),
        needed: 32,
    })?;
    let scalar = Zeroizing::new(secret.to_bytes());
    Ok(SecretSlice::from(scalar.to_vec()))
}

impl FromStr for FinalizerKey {
    type Err = NotEosText;

    fn from_str(text: &str) -> Result<Self, NotEosText> {
        Self::from_affine(&decode(text, "PUB_BLS_", Content::PublicKey)?)
    }
}

impl FromStr for FinalizerSignature {
    type Err = NotEosText;

    fn from_str(text: &str) -> Result<Self, NotEosText> {
        Self::from_affine(&decode(text, "SIG_BLS_", Content::Signature)?)
    }
}

impl fmt::Display for FinalizerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode("PUB_BLS_", &self.affine))
    }
}

impl fmt::Display for FinalizerSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode("SIG_BLS_", &self.affine))
    }
}

impl fmt::Debug for FinalizerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for FinalizerSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Both numbers of a point from one byte order to the other. In big-endian the imaginary part
/// stands first, so two parts are turned as one number of twice the length.
fn turned(point: &[u8], number: usize) -> Vec<u8> {
    point.chunks(number).flat_map(|number| number.iter().rev().copied()).collect()
}

fn encode(prefix: &str, payload: &[u8]) -> String {
    let mut bytes = Zeroizing::new(Vec::with_capacity(payload.len() + 4));
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(&ripemd(payload, b""));
    let body = Zeroizing::new(Base64UrlUnpadded::encode_string(&bytes));
    format!("{prefix}{}", *body)
}

fn decode<const N: usize>(
    text: &str,
    prefix: &str,
    needed: Content,
) -> Result<[u8; N], NotEosText> {
    if text.len() > MAX_TEXT {
        return Err(NotEosText::TooLong { got: text.len() });
    }
    let body = text.strip_prefix(prefix).ok_or_else(|| match text {
        _ if text.starts_with("PVT_") => {
            NotEosText::OtherContent { got: Content::SecretKey, needed }
        }
        _ => NotEosText::Prefix { needed },
    })?;
    let mut buffer = Zeroizing::new([0; MAX_TEXT]);
    let bytes = Base64UrlUnpadded::decode(body, &mut buffer[..]).map_err(|_| NotEosText::Base64)?;
    let (payload, checksum) = bytes.split_last_chunk::<4>().ok_or(NotEosText::Checksum)?;
    let length = NotEosText::Length { got: payload.len(), needed: N };
    let payload: [u8; N] = payload.try_into().map_err(|_| length)?;
    if ripemd(&payload, b"") == *checksum { Ok(payload) } else { Err(NotEosText::Checksum) }
}
