//! BLS: keys in G1, signatures in G2 of BLS12-381, by the crate `blst`.

use super::{BadSignature, NotAPublicKey};

/// The domain separation tag of documents: no network's message is signed under it.
pub(crate) const DOCUMENT_TAG: &[u8] = b"BRAINSWAP_DOCUMENT_BLS12381G2_XMD:SHA-256_SSWU_RO_";

/// The domain separation tag under which a key signs its own bytes, to prove that its secret is
/// known (draft-irtf-cfrg-bls-signature-05, section 4.2.3).
#[cfg(all(feature = "bls", feature = "eos"))]
pub(crate) const PROOF_TAG: &[u8] = b"BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/// Whether these are the bytes of a point of G1 that is not the point at infinity.
#[cfg(feature = "bls")]
pub(super) fn is_point(bytes: &[u8; 48]) -> Result<bool, NotAPublicKey> {
    Ok(blst::min_pk::PublicKey::key_validate(bytes).is_ok())
}

/// Checks a signature; its point and the key's must lie in their subgroups.
#[cfg(feature = "bls")]
pub(super) fn verify(
    key: &[u8; 48],
    message: &[u8],
    tag: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    use blst::{
        BLST_ERROR,
        min_pk::{PublicKey, Signature},
    };
    let key = PublicKey::key_validate(key).map_err(|_| BadSignature)?;
    let signature = Signature::sig_validate(signature, true).map_err(|_| BadSignature)?;
    let verified = signature.verify(false, message, tag, &[], &key, false);
    if verified == BLST_ERROR::BLST_SUCCESS { Ok(()) } else { Err(BadSignature) }
}

#[cfg(not(feature = "bls"))]
pub(super) fn is_point(_: &[u8; 48]) -> Result<bool, NotAPublicKey> {
    Err(NotAPublicKey::Unsupported { kind: "bls12-381", feature: "bls" })
}

#[cfg(not(feature = "bls"))]
pub(super) fn verify(_: &[u8; 48], _: &[u8], _: &[u8], _: &[u8]) -> Result<(), BadSignature> {
    Err(BadSignature)
}
