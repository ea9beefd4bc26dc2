//! Host: a machine that may hold identities, as others know it.

use crate::digest::{HostId, from_lower_hex};
use alloc::string::String;
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What others must know of a host: its name, its key, and where secrets for it are sealed to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostCard {
    /// A short name for people; never compared by a rule.
    pub name: String,
    /// Its Ed25519 public key.
    pub host: HostId,
    /// Its age recipient (`age1...`), for keys that are sealed to it.
    pub recipient: String,
}

/// A fresh value for each process start of a host: tells two runs, or two copies, apart.
///
/// As text `number-nonce`, the nonce as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// One more than the highest the host, or its witnesses, knew.
    pub number: u64,
    /// Random.
    pub nonce: u128,
}

impl Session {
    /// Before the first start.
    pub const NONE: Self = Self { number: 0, nonce: 0 };

    /// The session after this one.
    #[must_use]
    pub const fn next(self, nonce: u128) -> Option<Self> {
        match self.number.checked_add(1) {
            Some(number) => Some(Self { number, nonce }),
            None => None,
        }
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:032x}", self.number, self.nonce)
    }
}

impl Serialize for Session {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Session {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let session = text.split_once('-').and_then(|(number, nonce)| {
            let nonce = u128::from_be_bytes(from_lower_hex(nonce)?);
            Some(Self { number: number.parse().ok()?, nonce })
        });
        match session {
            Some(session) if alloc::format!("{session}") == text => Ok(session),
            _ => Err(de::Error::custom("not a session: expected \"number-nonce\"")),
        }
    }
}

/// A random value that ties a release to the promise it answers: 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(u128);

impl Nonce {
    /// The nonce with these bits, from the operating system's generator.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_lower_hex(&text)
            .map(|bytes| Self(u128::from_be_bytes(bytes)))
            .ok_or_else(|| de::Error::custom("not a nonce: expected 32 hexadecimal digits"))
    }
}
