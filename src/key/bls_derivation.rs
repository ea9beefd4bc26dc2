//! Derivation: BLS keys from a seed, along a path (EIP-2333, EIP-2334).

use super::{KeyError, KeyKind, SecretKey};
use alloc::{string::String, vec::Vec};
use blst::min_pk;
use core::{fmt, str::FromStr};
use secrecy::{ExposeSecret as _, SecretSlice};
use zeroize::Zeroizing;

/// The longest seed that is used, in bytes. Those of BIP-39 have 64.
pub const MAX_BLS_SEED: usize = 1024;

/// The shortest (EIP-2333, `derive_master_SK`), in bytes.
const MIN_SEED: usize = 32;

/// The most steps of a path. Those of EIP-2334 have 4 or 5.
const MAX_STEPS: usize = 16;

/// The purpose and the coin type that all paths of Ethereum's validators begin with.
const ETHEREUM: [u32; 2] = [12_381, 3_600];

/// The way from a seed to a key: `m`, and the number of a child for each step.
///
/// As text `m/12381/3600/0/0/0`; `m` alone is the master key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlsPath(Vec<u32>);

/// A text that is not a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a path: expected \"m\" and at most {MAX_STEPS} numbers below 2^32, each after \"/\"")]
pub struct NotABlsPath;

/// Why no key is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// The seed is too short or too long.
    #[error("the seed has {got} bytes; {MIN_SEED} to {MAX_BLS_SEED} are used")]
    Length {
        /// What came.
        got: usize,
    },
    /// The derived scalar is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl SeedError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "seed.length",
            Self::Key(error) => error.code(),
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Length { .. } => "check that this is the seed, and not the words it is made of",
            Self::Key(error) => error.advice(),
        }
    }
}

impl BlsPath {
    /// Where a validator's signing key lies: `m/12381/3600/index/0/0`.
    #[must_use]
    pub fn signing(index: u32) -> Self {
        Self([&ETHEREUM[..], &[index, 0, 0]].concat())
    }

    /// Where the key lies that its stake goes back to: `m/12381/3600/index/0`.
    #[must_use]
    pub fn withdrawal(index: u32) -> Self {
        Self([&ETHEREUM[..], &[index, 0]].concat())
    }
}

impl fmt::Display for BlsPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("m")?;
        self.0.iter().try_for_each(|step| write!(f, "/{step}"))
    }
}

impl FromStr for BlsPath {
    type Err = NotABlsPath;

    /// Reads exactly what [`fmt::Display`] writes: one text for each path.
    fn from_str(text: &str) -> Result<Self, NotABlsPath> {
        let mut steps = text.split('/');
        if steps.next() != Some("m") {
            return Err(NotABlsPath);
        }
        let steps: Result<Vec<u32>, _> = steps.take(MAX_STEPS + 1).map(str::parse).collect();
        let path = Self(steps.map_err(|_| NotABlsPath)?);
        let written: String = alloc::format!("{path}");
        if path.0.len() <= MAX_STEPS && written == text { Ok(path) } else { Err(NotABlsPath) }
    }
}

impl SecretKey {
    /// The BLS key that lies at a path from a seed, such as the one of a mnemonic (BIP-39).
    ///
    /// Whoever has the seed has every key that comes from it. The key has no marks: if it has
    /// signed before, it signs only after its history is reconciled (R7). Compare its public key
    /// with the one that is meant.
    ///
    /// # Errors
    ///
    /// [`SeedError`].
    pub fn derive_bls(seed: &SecretSlice<u8>, path: &BlsPath) -> Result<Self, SeedError> {
        let seed = seed.expose_secret();
        let wrong = SeedError::Length { got: seed.len() };
        if !(MIN_SEED..=MAX_BLS_SEED).contains(&seed.len()) {
            return Err(wrong);
        }
        // Each key on the way overwrites itself on drop.
        let mut key = min_pk::SecretKey::derive_master_eip2333(seed).map_err(|_| wrong)?;
        for step in &path.0 {
            key = key.derive_child_eip2333(*step);
        }
        let bytes = Zeroizing::new(key.to_bytes());
        Ok(Self::from_bytes(KeyKind::Bls12381, &bytes)?)
    }
}
