//! Share: one custodian's secret number, with what says where it belongs.

use super::{
    manifest::{ManifestId, SUITE, SetId},
    scalar::SecretScalar,
    seat::Seat,
};
use alloc::vec::Vec;
use core::fmt;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The length of a share's bytes.
pub const SHARE_LENGTH: usize = 101;

const MAGIC: &[u8; 5] = b"BSHRE";
const VERSION: u8 = 1;
const CHECKSUM_LENGTH: usize = 4;

/// How many are needed of how many, at both levels: enough to know what to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape {
    /// Locations needed.
    pub locations_needed: u8,
    /// Locations there are.
    pub locations: u8,
    /// Custodians needed at the share's location.
    pub custodians_needed: u8,
    /// Custodians there are at the share's location.
    pub custodians: u8,
}

/// One custodian's share. It is a secret: it is neither copied, compared nor shown.
///
/// Read from bytes it has the form of a share and no more;
/// [`Generation::check`](super::Generation::check) says whether it is the right one.
///
/// ```compile_fail,E0277
/// fn needs<T: Clone>() {}
/// needs::<brainswap::shard::Share>();
/// ```
///
/// ```compile_fail,E0277
/// fn needs<T: serde::Serialize>() {}
/// needs::<brainswap::shard::Share>();
/// ```
pub struct Share {
    set: SetId,
    generation: u32,
    manifest: ManifestId,
    seat: Seat,
    shape: Shape,
    number: SecretScalar,
}

/// Why bytes are not a share, a parcel or a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRead {
    /// The bytes are something else.
    #[error("not a {what}: it does not begin as one")]
    Foreign {
        /// What was expected.
        what: &'static str,
    },
    /// Another version.
    #[error("the {what} has version {got}; version {needed} is read")]
    Version {
        /// What was expected.
        what: &'static str,
        /// What came.
        got: u8,
        /// What is read.
        needed: u8,
    },
    /// Another suite.
    #[error("the {what} has suite {got}; suite {needed} is read")]
    Suite {
        /// What was expected.
        what: &'static str,
        /// What came.
        got: u8,
        /// What is read.
        needed: u8,
    },
    /// Cut off, longer, or changed.
    #[error("the {what} is damaged: {part} is wrong")]
    Damaged {
        /// What was expected.
        what: &'static str,
        /// Where it shows.
        part: &'static str,
    },
}

impl NotRead {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Foreign { .. } => "shard.foreign",
            Self::Version { .. } => "shard.version",
            Self::Suite { .. } => "shard.suite",
            Self::Damaged { .. } => "shard.damaged",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Foreign { .. } => "check which file was named",
            Self::Version { .. } | Self::Suite { .. } => "use the version that wrote it",
            Self::Damaged { .. } => "set it aside; take another copy of it",
        }
    }
}

impl Share {
    pub(super) const fn new(
        set: SetId,
        generation: u32,
        manifest: ManifestId,
        seat: Seat,
        shape: Shape,
        number: SecretScalar,
    ) -> Self {
        Self { set, generation, manifest, seat, shape, number }
    }

    /// The set.
    #[must_use]
    pub const fn set(&self) -> SetId {
        self.set
    }

    /// The generation, from 1.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The manifest of the generation.
    #[must_use]
    pub const fn manifest(&self) -> ManifestId {
        self.manifest
    }

    /// The seat.
    #[must_use]
    pub const fn seat(&self) -> Seat {
        self.seat
    }

    /// How many are needed.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    pub(super) const fn number(&self) -> &SecretScalar {
        &self.number
    }

    /// The share's 101 bytes, overwritten on drop: for encrypting, and for nothing else.
    ///
    /// | bytes | what |
    /// |---|---|
    /// | 5 | `BSHRE` |
    /// | 1, 1 | version 1, suite 1 |
    /// | 16 | set |
    /// | 4 | generation, big-endian |
    /// | 32 | manifest |
    /// | 1, 1 | location, custodian |
    /// | 4 | locations needed and there are; custodians needed and there are |
    /// | 32 | the number, little-endian, below the order of ristretto255 |
    /// | 4 | the first bytes of SHA-256 of everything before |
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(SHARE_LENGTH));
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[VERSION, SUITE]);
        bytes.extend_from_slice(self.set.as_bytes());
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(self.manifest.as_bytes());
        let Shape { locations_needed, locations, custodians_needed, custodians } = self.shape;
        bytes.extend_from_slice(&[self.seat.location(), self.seat.custodian()]);
        bytes.extend_from_slice(&[locations_needed, locations, custodians_needed, custodians]);
        bytes.extend_from_slice(self.number.to_bytes().as_slice());
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads a share: its form, not its truth.
    ///
    /// # Errors
    ///
    /// [`NotRead`]; no byte of the share shows in it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let mut rest = begin("share", MAGIC, VERSION, bytes)?;
        let damaged = |part| NotRead::Damaged { what: "share", part };
        if bytes.len() != SHARE_LENGTH {
            return Err(damaged("the length"));
        }
        let (checked, sum) = bytes.split_last_chunk().ok_or(damaged("the length"))?;
        if *sum != checksum(checked) {
            return Err(damaged("the checksum"));
        }
        let set = SetId::from_bytes(take(&mut rest).ok_or(damaged("the set"))?);
        let generation = take(&mut rest).map(u32::from_be_bytes).filter(|number| *number > 0);
        let generation = generation.ok_or(damaged("the generation"))?;
        let manifest = ManifestId::from_bytes(take(&mut rest).ok_or(damaged("the manifest"))?);
        let [location, custodian] = take(&mut rest).ok_or(damaged("the seat"))?;
        let seat = Seat::new(location, custodian).map_err(|_| damaged("the seat"))?;
        let [locations_needed, locations, custodians_needed, custodians] =
            take(&mut rest).ok_or(damaged("the thresholds"))?;
        let number = Zeroizing::new(take(&mut rest).ok_or(damaged("the number"))?);
        let number = SecretScalar::from_canonical(&number).ok_or(damaged("the number"))?;
        let shape = Shape { locations_needed, locations, custodians_needed, custodians };
        Ok(Self { set, generation, manifest, seat, shape, number })
    }
}

/// Magic, version and suite, told apart (R5); what follows them.
pub(super) fn begin<'a>(
    what: &'static str,
    magic: &[u8],
    version: u8,
    bytes: &'a [u8],
) -> Result<&'a [u8], NotRead> {
    let Some(after) = bytes.strip_prefix(magic) else {
        let cut = magic.starts_with(bytes);
        let part = "the beginning";
        return Err(if cut { NotRead::Damaged { what, part } } else { NotRead::Foreign { what } });
    };
    match after {
        [got, ..] if *got != version => Err(NotRead::Version { what, got: *got, needed: version }),
        [_, got, ..] if *got != SUITE => Err(NotRead::Suite { what, got: *got, needed: SUITE }),
        [_, _, rest @ ..] => Ok(rest),
        _ => Err(NotRead::Damaged { what, part: "the beginning" }),
    }
}

pub(super) fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (array, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*array)
}

/// Guards against accidents only; what guards against changes on purpose are the commitments.
pub(super) fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LENGTH] {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.first_chunk().copied().unwrap_or_default()
}

/// Where it belongs, and nothing of the number (R9).
impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share")
            .field("set", &self.set)
            .field("generation", &self.generation)
            .field("seat", &self.seat)
            .finish_non_exhaustive()
    }
}
