//! Digest: 32 bytes that stand for exact content, and the ids made of them.

use alloc::string::String;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// A text that is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: expected 64 lower-case hexadecimal digits")]
pub struct NotADigest;

/// Reads exactly `N` bytes from lower-case hexadecimal.
pub(crate) fn from_lower_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) || text.len() != 2 * N {
        return None;
    }
    const_hex::decode_to_array(text).ok()
}

/// A 32-byte value that reads and prints as 64 lower-case hexadecimal digits.
macro_rules! bytes32 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The value with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// The first eight hexadecimal digits, for a person's eye; never for a comparison.
            #[must_use]
            pub fn short(&self) -> String {
                const_hex::encode(self.0.first_chunk::<4>().unwrap_or(&[0; 4]))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&const_hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.short())
            }
        }

        impl FromStr for $name {
            type Err = NotADigest;

            fn from_str(text: &str) -> Result<Self, NotADigest> {
                from_lower_hex(text).map(Self).ok_or(NotADigest)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

bytes32! {
    /// What two messages at one position are compared by: equal digests are the same message.
    ///
    /// A [`Chain`](crate::ports::Chain) makes it from everything that could be held against the
    /// validator, and from nothing else (CometBFT: without the timestamp).
    Digest
}

bytes32! {
    /// Names an identity: the digest of its genesis document.
    IdentityId
}

bytes32! {
    /// Names an order, and the lease that it creates: the digest of the exact bytes approved.
    OrderId
}

bytes32! {
    /// Names a host: its Ed25519 public key.
    HostId
}

impl Digest {
    /// SHA-256 of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl From<OrderId> for IdentityId {
    /// The genesis document is the first order of its identity.
    fn from(genesis: OrderId) -> Self {
        Self(genesis.0)
    }
}

impl From<IdentityId> for OrderId {
    /// The order that created the identity's first lease.
    fn from(identity: IdentityId) -> Self {
        Self(identity.0)
    }
}
