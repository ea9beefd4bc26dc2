//! Header: the 113 bytes of a directory block that its leaders sign.

use super::{bytes::Bytes, refuse};
use crate::{Digest, ports::NotRead};
use alloc::vec::Vec;
use core::fmt;

/// The length of a header.
pub(super) const HEADER: usize = 113;

/// The one version of headers.
const VERSION: u8 = 0;

/// Names a Factom network; as text its eight hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetworkId(u32);

impl NetworkId {
    /// The main network.
    pub const MAIN: Self = Self(0xfa92_e5a2);

    /// The network with this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for NetworkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// The header of a directory block.
///
/// ```text
/// version 1 | network 4 | body 32 | previous key 32 | previous hash 32 | time 4 | height 4 | count 4
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockHeader {
    /// Which network the block is of.
    pub network: NetworkId,
    /// The Merkle root of the body.
    pub body: [u8; 32],
    /// The Merkle root that names the block before.
    pub previous_key: [u8; 32],
    /// The hash of the block before.
    pub previous_hash: [u8; 32],
    /// When the block began, in minutes since 1970.
    pub minutes: u32,
    /// The block's height.
    pub db_height: u32,
    /// How many blocks of other kinds are in it.
    pub count: u32,
}

impl BlockHeader {
    /// Reads a header.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly one, of version 0.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let mut bytes = Bytes::new(bytes);
        let header = Self::take(&mut bytes)?;
        bytes.end()?;
        Ok(header)
    }

    /// The 113 bytes: what the server's key is put to.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.push(VERSION);
        bytes.extend(self.network.0.to_be_bytes());
        bytes.extend(self.body);
        bytes.extend(self.previous_key);
        bytes.extend(self.previous_hash);
        bytes.extend(self.minutes.to_be_bytes());
        bytes.extend(self.db_height.to_be_bytes());
        bytes.extend(self.count.to_be_bytes());
        bytes
    }

    /// The SHA-256 of the header.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    pub(super) fn take(bytes: &mut Bytes<'_>) -> Result<Self, NotRead> {
        if bytes.byte()? != VERSION {
            return Err(refuse("the header is not of version 0"));
        }
        Ok(Self {
            network: NetworkId(bytes.number()?),
            body: bytes.array()?,
            previous_key: bytes.array()?,
            previous_hash: bytes.array()?,
            minutes: bytes.number()?,
            db_height: bytes.number()?,
            count: bytes.number()?,
        })
    }
}
