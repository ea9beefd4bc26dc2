//! ECDSA: points and signatures of secp256k1 and P-256.

use super::BadSignature;
use ecdsa::{
    EcdsaCurve, Signature, SignatureSize, VerifyingKey,
    elliptic_curve::{
        AffinePoint, CurveArithmetic, FieldBytesSize,
        array::ArraySize,
        sec1::{FromSec1Point, ModulusSize, ToSec1Point},
    },
    signature::hazmat::PrehashVerifier,
};

/// Whether these are the bytes of a point of the curve.
pub(super) fn is_point<C>(bytes: &[u8; 33]) -> bool
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    VerifyingKey::<C>::from_sec1_bytes(bytes).is_ok()
}

/// Checks `r || s` over a digest. High s is refused: one signature, one form.
pub(super) fn verify<C>(
    key: &[u8; 33],
    digest: &[u8; 32],
    signature: &[u8],
) -> Result<(), BadSignature>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
    SignatureSize<C>: ArraySize,
    VerifyingKey<C>: PrehashVerifier<Signature<C>>,
{
    let signature = Signature::<C>::from_slice(signature).map_err(|_| BadSignature)?;
    if signature.normalize_s() != signature {
        return Err(BadSignature);
    }
    let key = VerifyingKey::<C>::from_sec1_bytes(key).map_err(|_| BadSignature)?;
    key.verify_prehash(digest, &signature).map_err(|_| BadSignature)
}

/// Whether `r` and `s`, each in 32 bytes, are written by DER in 32 bytes too: no sign bit, and no
/// zero that could be left out. Source: Antelope libfc, `public_key::is_canonical`.
#[cfg(any(feature = "std", feature = "eos"))]
pub(crate) fn is_canonical(signature: &[u8; 64]) -> bool {
    let is_short = |number: &[u8]| match number {
        [0, second, ..] => *second >= 0x80,
        [first, ..] => *first < 0x80,
        [] => false,
    };
    let (r, s) = signature.split_at(32);
    is_short(r) && is_short(s)
}
