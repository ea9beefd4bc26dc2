//! KDF: a key of 32 bytes from a password, by scrypt or PBKDF2, as the key files of Ethereum have it.

use alloc::{string::String, vec::Vec};
use pbkdf2::pbkdf2_hmac;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The bytes of the derived key: no other length is used.
const KEY_LENGTH: usize = 32;
/// The longest salt that is read, in bytes.
const MAX_SALT: usize = 64;
/// The only pseudo-random function of PBKDF2 that key files name.
const HMAC_SHA256: &str = "hmac-sha256";

/// What it costs to make a key from a password: whoever tries passwords pays it for each of them.
///
/// Costs above the limits are not read, so that no file makes its reader run out of memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfCost(Cost);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cost {
    Scrypt { log_n: u8, r: u32, p: u32 },
    Pbkdf2 { rounds: u32 },
}

/// Why no key is made from a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KdfError {
    /// The function is neither scrypt nor PBKDF2.
    #[error("the key derivation function is neither \"scrypt\" nor \"pbkdf2\"")]
    Function,
    /// The parameters are not those of the function, or PBKDF2 is not over HMAC-SHA-256.
    #[error("the parameters are not those of the key derivation function")]
    Malformed,
    /// A parameter is outside what is accepted.
    #[error("the key derivation has {what} {got}; {least} to {most} are accepted")]
    Outside {
        /// Which.
        what: &'static str,
        /// What came.
        got: u64,
        /// The least accepted.
        least: u64,
        /// The most accepted.
        most: u64,
    },
    /// There is not the memory that scrypt needs.
    #[error("no {bytes} bytes of memory for scrypt")]
    NoMemory {
        /// What it needs.
        bytes: u64,
    },
    /// The `n` of scrypt is no power of two (RFC 7914, section 2).
    #[error("the n of scrypt is {got}, which is no power of two")]
    NotAPowerOfTwo {
        /// What came.
        got: u64,
    },
}

impl KdfError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Function => "kdf.function",
            Self::Malformed => "kdf.malformed",
            Self::Outside { .. } => "kdf.outside",
            Self::NoMemory { .. } => "kdf.no_memory",
            Self::NotAPowerOfTwo { .. } => "kdf.not_a_power_of_two",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Function | Self::Malformed | Self::NotAPowerOfTwo { .. } => {
                "keep the file, and fetch another copy of it"
            }
            Self::NoMemory { .. } => "free memory, or open the key on a larger machine",
            Self::Outside { .. } => {
                "write the key file again with the tool that made it, with costs inside the limits"
            }
        }
    }
}

impl KdfCost {
    /// scrypt with n = 262,144, r = 8, p = 1: 256 MiB, about a second.
    pub const STANDARD: Self = Self(Cost::Scrypt { log_n: 18, r: 8, p: 1 });
    /// scrypt with n = 4,096, r = 8, p = 6: 4 MiB, a fraction of a second.
    pub const LIGHT: Self = Self(Cost::Scrypt { log_n: 12, r: 8, p: 6 });
    /// The most memory of scrypt, `128 n r`, in bytes: 1 GiB.
    pub const MAX_MEMORY: u64 = 1 << 30;
    /// The most work of scrypt, `n r p`: eight times [`STANDARD`](Self::STANDARD).
    pub const MAX_WORK: u64 = 1 << 24;
    /// The most rounds of PBKDF2.
    pub const MAX_ROUNDS: u32 = 1 << 24;

    /// scrypt (RFC 7914): `n` a power of two from 2 to 2^20, `r` and `p` from 1 to 16.
    ///
    /// # Errors
    ///
    /// [`KdfError`] if one is outside, or all together are above [`MAX_MEMORY`](Self::MAX_MEMORY)
    /// or [`MAX_WORK`](Self::MAX_WORK).
    pub const fn scrypt(n: u64, r: u64, p: u64) -> Result<Self, KdfError> {
        if n < 2 || n > 1 << 20 {
            return Err(outside("n", n, 2, 1 << 20));
        }
        if !n.is_power_of_two() {
            return Err(KdfError::NotAPowerOfTwo { got: n });
        }
        if r < 1 || r > 16 {
            return Err(outside("r", r, 1, 16));
        }
        if p < 1 || p > 16 {
            return Err(outside("p", p, 1, 16));
        }
        if 128 * n * r > Self::MAX_MEMORY {
            return Err(outside("memory", 128 * n * r, 0, Self::MAX_MEMORY));
        }
        if n * r * p > Self::MAX_WORK {
            return Err(outside("work", n * r * p, 0, Self::MAX_WORK));
        }
        Ok(Self(Cost::Scrypt { log_n: n.trailing_zeros() as u8, r: r as u32, p: p as u32 }))
    }

    /// PBKDF2 with HMAC-SHA-256 (RFC 8018, section 5.2): 1 to 2^24 rounds.
    ///
    /// # Errors
    ///
    /// [`KdfError::Outside`].
    pub const fn pbkdf2(rounds: u64) -> Result<Self, KdfError> {
        if rounds < 1 || rounds > Self::MAX_ROUNDS as u64 {
            return Err(outside("rounds", rounds, 1, Self::MAX_ROUNDS as u64));
        }
        Ok(Self(Cost::Pbkdf2 { rounds: rounds as u32 }))
    }
}

/// A key derivation as a key file states it: the costs, and the salt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kdf {
    cost: KdfCost,
    salt: Vec<u8>,
}

impl Kdf {
    pub(super) const fn new(cost: KdfCost, salt: Vec<u8>) -> Self {
        Self { cost, salt }
    }

    pub(super) const fn cost(&self) -> KdfCost {
        self.cost
    }

    /// Reads the name of the function and its parameters.
    pub(super) fn from_json(function: &str, params: &Value) -> Result<Self, KdfError> {
        let malformed = |_| KdfError::Malformed;
        match function {
            "scrypt" => {
                let read = ScryptParams::deserialize(params).map_err(malformed)?;
                Self::checked(KdfCost::scrypt(read.n, read.r, read.p)?, read.dklen, &read.salt)
            }
            "pbkdf2" => {
                let read = Pbkdf2Params::deserialize(params).map_err(malformed)?;
                if read.prf != HMAC_SHA256 {
                    return Err(KdfError::Malformed);
                }
                Self::checked(KdfCost::pbkdf2(read.c)?, read.dklen, &read.salt)
            }
            _ => Err(KdfError::Function),
        }
    }

    fn checked(cost: KdfCost, dklen: u64, salt: &str) -> Result<Self, KdfError> {
        if dklen != KEY_LENGTH as u64 {
            return Err(outside("dklen", dklen, KEY_LENGTH as u64, KEY_LENGTH as u64));
        }
        let salt = const_hex::decode(salt).map_err(|_| KdfError::Malformed)?;
        match salt.len() {
            1..=MAX_SALT => Ok(Self { cost, salt }),
            got => Err(outside("a salt of bytes", got as u64, 1, MAX_SALT as u64)),
        }
    }

    /// The name of the function and its parameters, in the order of their names.
    pub(super) fn to_json(&self) -> (&'static str, Value) {
        let (dklen, salt) = (KEY_LENGTH as u64, const_hex::encode(&self.salt));
        match self.cost.0 {
            Cost::Scrypt { log_n, r, p } => {
                let (n, r, p) = (1 << log_n, u64::from(r), u64::from(p));
                ("scrypt", written(&ScryptParams { dklen, n, p, r, salt }))
            }
            Cost::Pbkdf2 { rounds } => {
                let (c, prf) = (u64::from(rounds), HMAC_SHA256.into());
                ("pbkdf2", written(&Pbkdf2Params { c, dklen, prf, salt }))
            }
        }
    }

    /// Makes the key. It takes the time and the memory that the costs say.
    pub(super) fn derive(&self, password: &[u8]) -> Result<Zeroizing<[u8; KEY_LENGTH]>, KdfError> {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        match self.cost.0 {
            Cost::Scrypt { log_n, r, p } => {
                let bytes = (128 * r as usize) << log_n; // at most MAX_MEMORY
                Vec::<u8>::new() // scrypt aborts the process where it gets no memory: ask first
                    .try_reserve_exact(bytes)
                    .map_err(|_| KdfError::NoMemory { bytes: bytes as u64 })?;
                let params = scrypt::Params::new(log_n, r, p).map_err(|_| KdfError::Malformed)?;
                scrypt::scrypt(password, &self.salt, &params, key.as_mut())
                    .map_err(|_| KdfError::Malformed)?;
            }
            Cost::Pbkdf2 { rounds } => {
                pbkdf2_hmac::<Sha256>(password, &self.salt, rounds, key.as_mut());
            }
        }
        Ok(key)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScryptParams {
    dklen: u64,
    n: u64,
    p: u64,
    r: u64,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pbkdf2Params {
    c: u64,
    dklen: u64,
    prf: String,
    salt: String,
}

fn written(params: &impl Serialize) -> Value {
    serde_json::to_value(params).unwrap_or_default() // numbers and texts: it cannot fail
}

const fn outside(what: &'static str, got: u64, least: u64, most: u64) -> KdfError {
    KdfError::Outside { what, got, least, most }
}
