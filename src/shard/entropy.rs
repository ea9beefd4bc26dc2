//! Entropy: the random bytes of one act, from the operating system and from dice.

use super::scalar::SecretScalar;
use alloc::vec::Vec;
use curve25519_dalek::Scalar;
use hkdf::Hkdf;
use sha2::{Digest as _, Sha512};
use zeroize::Zeroizing;

/// How many random bytes of the operating system one act takes.
pub const OS_BYTES: usize = 64;

/// The fewest rolls of a six-sided die that are taken: 99 rolls are 255.9 bits.
pub const MIN_ROLLS: usize = 99;

/// The most rolls that are taken.
pub const MAX_ROLLS: usize = 10_000;

/// What one dealing, refresh or repair draws its numbers from. It is used up by that act.
///
/// ```text
/// pool   = SHA-512("brainswap/shards/v1/dek" || field(os) || field(dice) || field(extra))
/// number = HKDF-SHA512(ikm = pool, info = "brainswap/shards/v1/" || purpose || u32 index), 64 bytes,
///          reduced modulo the order of ristretto255
/// ```
///
/// `field` is a length of 8 bytes, big-endian, and the bytes. One source that an attacker cannot
/// guess is enough. The same bytes give the same numbers: an act can be replayed for a test, and
/// must never be with a real secret.
pub struct Entropy(Zeroizing<[u8; 64]>);

/// Why there is no entropy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoEntropy {
    /// Every byte of the operating system is the same: its generator is broken.
    #[error("the operating system's 64 random bytes are all the same")]
    Broken,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
    /// Too few rolls, or too many.
    #[error("{got} rolls of the dice; {MIN_ROLLS} to {MAX_ROLLS} are taken")]
    Rolls {
        /// How many came.
        got: usize,
    },
    /// A roll is not from 1 to 6.
    #[error("roll {at} is {got}; a die shows 1 to 6")]
    NotADie {
        /// Which roll, from 1.
        at: usize,
        /// What came.
        got: u8,
    },
}

impl NoEntropy {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Broken => "entropy.broken",
            Self::NoRandomness => "entropy.no_randomness",
            Self::Rolls { .. } => "entropy.rolls",
            Self::NotADie { .. } => "entropy.not_a_die",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Broken | Self::NoRandomness => "nothing was made; use another machine",
            Self::Rolls { .. } => "nothing was made; roll more dice, and type every roll",
            Self::NotADie { .. } => "nothing was made; type the roll again",
        }
    }
}

impl Entropy {
    /// From 64 random bytes of the operating system, and from nothing else.
    ///
    /// # Errors
    ///
    /// [`NoEntropy::Broken`].
    pub fn of_system(os: &[u8; OS_BYTES]) -> Result<Self, NoEntropy> {
        Self::mix(os, &[], &[])
    }

    /// From 64 random bytes of the operating system, rolls of dice (each 1 to 6), and anything
    /// else that the participants bring.
    ///
    /// # Errors
    ///
    /// [`NoEntropy`]: a broken generator, too few rolls, or one that no die shows.
    pub fn with_dice(os: &[u8; OS_BYTES], rolls: &[u8], extra: &[u8]) -> Result<Self, NoEntropy> {
        if rolls.len() < MIN_ROLLS || rolls.len() > MAX_ROLLS {
            return Err(NoEntropy::Rolls { got: rolls.len() });
        }
        if let Some((at, got)) = rolls.iter().enumerate().find(|(_, roll)| !(1..=6).contains(*roll))
        {
            return Err(NoEntropy::NotADie { at: at.saturating_add(1), got: *got });
        }
        Self::mix(os, rolls, extra)
    }

    /// From the operating system's generator, asked here.
    ///
    /// # Errors
    ///
    /// [`NoEntropy::NoRandomness`] or [`NoEntropy::Broken`].
    #[cfg(feature = "std")]
    pub fn generate() -> Result<Self, NoEntropy> {
        let mut os = Zeroizing::new([0; OS_BYTES]);
        getrandom::fill(os.as_mut()).map_err(|_| NoEntropy::NoRandomness)?;
        Self::of_system(&os)
    }

    fn mix(os: &[u8; OS_BYTES], dice: &[u8], extra: &[u8]) -> Result<Self, NoEntropy> {
        let [first, rest @ ..] = os;
        if rest.iter().all(|byte| byte == first) {
            return Err(NoEntropy::Broken);
        }
        let mut hash = Sha512::new();
        hash.update(b"brainswap/shards/v1/dek");
        for source in [os.as_slice(), dice, extra] {
            hash.update((source.len() as u64).to_be_bytes());
            hash.update(source);
        }
        let mut pool = Zeroizing::new([0; 64]);
        hash.finalize_into((&mut *pool).into());
        Ok(Self(pool))
    }

    /// The random key of a new set. It rests on the pool itself, so it is drawn once.
    pub(super) fn key(&self) -> SecretScalar {
        SecretScalar::new(Scalar::from_bytes_mod_order_wide(&self.0))
    }

    /// So many bytes for one purpose. Public values are made of them.
    pub(super) fn bytes<const N: usize>(&self, purpose: &str) -> [u8; N] {
        let mut bytes = [0; N];
        self.expand(purpose, 0, &mut bytes);
        bytes
    }

    /// A polynomial: its constant, and `threshold - 1` random coefficients, uniform and with zero.
    pub(super) fn polynomial(
        &self,
        purpose: &str,
        constant: &Scalar,
        threshold: u8,
    ) -> Zeroizing<Vec<Scalar>> {
        let mut coefficients = Zeroizing::new(Vec::with_capacity(usize::from(threshold)));
        coefficients.push(*constant);
        coefficients.extend((1..threshold).map(|at| self.number(purpose, u32::from(at))));
        coefficients
    }

    /// One number.
    pub(super) fn number(&self, purpose: &str, index: u32) -> Scalar {
        let mut wide = Zeroizing::new([0; 64]);
        self.expand(purpose, index, wide.as_mut());
        Scalar::from_bytes_mod_order_wide(&wide)
    }

    fn expand(&self, purpose: &str, index: u32, bytes: &mut [u8]) {
        let info = [b"brainswap/shards/v1/", purpose.as_bytes(), &index.to_be_bytes()];
        // At most 64 bytes are asked for; the hash gives 255 times as many.
        let done = Hkdf::<Sha512>::new(None, self.0.as_slice()).expand_multi_info(&info, bytes);
        debug_assert!(done.is_ok());
    }
}
