//! Scalar: a secret number modulo the order of ristretto255, and the public commitment to it.

use super::hex::named_bytes;
use alloc::boxed::Box;
use curve25519_dalek::{
    RistrettoPoint, Scalar, ristretto::CompressedRistretto, traits::Identity as _,
};
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

/// A secret number. In one place on the heap, overwritten on drop; neither copied nor shown.
pub(super) struct SecretScalar(Box<Scalar>);

impl ZeroizeOnDrop for SecretScalar {}

impl Drop for SecretScalar {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl SecretScalar {
    pub(super) fn new(mut scalar: Scalar) -> Self {
        let kept = Self(Box::new(scalar));
        scalar.zeroize();
        kept
    }

    /// The number with this little-endian encoding, if it is the one that would be written.
    pub(super) fn from_canonical(bytes: &[u8; 32]) -> Option<Self> {
        Option::from(Scalar::from_canonical_bytes(*bytes)).map(Self::new)
    }

    /// 32 bytes, little-endian.
    pub(super) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub(super) fn expose(&self) -> &Scalar {
        &self.0
    }

    pub(super) fn commitment(&self) -> RistrettoPoint {
        RistrettoPoint::mul_base(&self.0)
    }
}

named_bytes! {
    /// A commitment: a ristretto255 point in its 32-byte encoding (RFC 9496, section 4.3.2).
    Commitment, 32
}

impl Commitment {
    pub(super) fn of(point: &RistrettoPoint) -> Self {
        Self::from_bytes(point.compress().to_bytes())
    }

    /// The point, if the encoding is canonical.
    pub(super) fn point(&self) -> Option<RistrettoPoint> {
        CompressedRistretto(*self.as_bytes()).decompress()
    }

    /// Whether it commits to zero.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.point().is_some_and(|point| point == RistrettoPoint::identity())
    }
}
