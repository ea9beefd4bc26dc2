//! Combine: brings a secret back from shares that were each checked alone.

use super::{
    deal::choose,
    generation::{Generation, NotOfGeneration},
    restored::Restored,
    seat::Seat,
    share::Share,
    two_level::interpolate,
    unseal::{Memory, NotAllowed, Unseal},
    vault::Vault,
};
use crate::{Digest, evidence::Approved};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::fmt;

/// Shares being gathered, under one approved request, for one generation.
///
/// Each is checked as it comes and named if it is refused; the others stay. Nothing is computed
/// from fewer than are needed, and what is computed is compared with the commitment before the
/// vault is touched: there is no wrong secret to get.
pub struct Combination<'a> {
    generation: &'a Generation,
    vault: &'a Vault,
    request: &'a Approved<Unseal>,
    shares: BTreeMap<Seat, Share>,
}

/// What is still missing at a location that is not yet open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// How many more locations are needed.
    pub locations: u8,
    /// For each location that is not open: its number, how many more of its custodians are
    /// needed, and the seats that could come.
    pub custodians: Vec<(u8, u8, Vec<Seat>)>,
}

/// Why there is no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotCombined {
    /// The request may not be used here and now.
    #[error(transparent)]
    Request(#[from] NotAllowed),
    /// The vault is not the one of the manifest.
    #[error("the vault is {got:?}; the manifest names {needed:?}")]
    OtherVault {
        /// The one given.
        got: Digest,
        /// The one that the manifest names.
        needed: Digest,
    },
    /// The vault and the manifest commit to different keys, or name different public keys.
    #[error("the vault and the manifest do not belong together: {what} differs")]
    VaultDiffers {
        /// What differs.
        what: &'static str,
    },
    /// A share is not the one of its seat.
    #[error(transparent)]
    Share(#[from] NotOfGeneration),
    /// A share of this seat is there already.
    #[error("share {seat} was given twice")]
    Twice {
        /// Which.
        seat: Seat,
    },
    /// Not enough shares.
    #[error("{} more locations are needed", .0.locations)]
    Missing(Missing),
    /// Every share was right and the key is not: a defect of this program or machine.
    #[error("the key does not match its commitment")]
    Key,
    /// The vault does not open with the right key: it was altered.
    #[error("the vault was altered")]
    Altered,
    /// What came out belongs to another public key: the dealer sealed something else.
    #[error("the sealed secret does not have the public key of the manifest")]
    OtherKey,
}

impl NotCombined {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::Share(error) => error.code(),
            Self::OtherVault { .. } => "combine.other_vault",
            Self::VaultDiffers { .. } => "combine.vault_differs",
            Self::Twice { .. } => "combine.twice",
            Self::Missing(_) => "combine.missing",
            Self::Key => "combine.key",
            Self::Altered => "combine.altered",
            Self::OtherKey => "combine.other_key",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Request(error) => error.advice(),
            Self::Share(error) => error.advice(),
            Self::OtherVault { .. } | Self::VaultDiffers { .. } | Self::Altered => {
                "take the vault from another custodian: every one has a copy"
            }
            Self::Twice { .. } => "go on with a share of another seat",
            Self::Missing(_) => "ask the custodians of the seats that are named",
            Self::Key => "combine on another machine",
            Self::OtherKey => "this set never held the key; use the shares of another set",
        }
    }
}

impl<'a> Combination<'a> {
    /// Begins, if the approved request may be used here and now, for a vault and a generation
    /// that belong together.
    ///
    /// # Errors
    ///
    /// [`NotCombined`].
    pub fn begin(
        generation: &'a Generation,
        vault: &'a Vault,
        request: &'a Approved<Unseal>,
        memory: &Memory,
    ) -> Result<Self, NotCombined> {
        memory.admits(request, generation)?;
        let (got, needed) = (vault.id(), generation.manifest().vault);
        if got != needed {
            return Err(NotCombined::OtherVault { got, needed });
        }
        let differs = |what| NotCombined::VaultDiffers { what };
        if vault.set() != generation.set() {
            return Err(differs("the set"));
        }
        if Some(vault.commitment()) != generation.key_commitment() {
            return Err(differs("the commitment to the key"));
        }
        if vault.public_key() != generation.manifest().public_key {
            return Err(differs("the public key"));
        }
        Ok(Self { generation, vault, request, shares: BTreeMap::new() })
    }

    /// Adds a share that is the one of its seat.
    ///
    /// # Errors
    ///
    /// [`NotCombined::Share`] or [`NotCombined::Twice`]; the shares added before stay.
    pub fn add(&mut self, share: Share) -> Result<(), NotCombined> {
        self.generation.check(&share)?;
        let seat = share.seat();
        if self.shares.contains_key(&seat) {
            return Err(NotCombined::Twice { seat });
        }
        self.shares.insert(seat, share);
        Ok(())
    }

    /// The seats whose shares are there.
    #[must_use]
    pub fn seats(&self) -> BTreeSet<Seat> {
        self.shares.keys().copied().collect()
    }

    /// What is still missing; `None` if there is enough.
    #[must_use]
    pub fn missing(&self) -> Option<Missing> {
        let plan = self.generation.plan();
        if plan.is_enough(&self.seats()) {
            return None;
        }
        let mut open = 0_u8;
        let mut custodians = Vec::new();
        for (number, location) in (1..).zip(&plan.locations) {
            let there = self.shares.keys().filter(|seat| seat.location() == number).count();
            let there = u8::try_from(there).unwrap_or(u8::MAX);
            match location.threshold.checked_sub(there) {
                None | Some(0) => open = open.saturating_add(1),
                Some(more) => {
                    let could = plan.seats().map(|(seat, _)| seat);
                    let could = could.filter(|seat| {
                        seat.location() == number && !self.shares.contains_key(seat)
                    });
                    custodians.push((number, more, could.collect()));
                }
            }
        }
        Some(Missing { locations: plan.threshold.saturating_sub(open), custodians })
    }

    /// Brings the secret back.
    ///
    /// # Errors
    ///
    /// [`NotCombined`]; then nothing is known of the secret that was not before.
    pub fn open(self) -> Result<Restored, NotCombined> {
        if let Some(missing) = self.missing() {
            return Err(NotCombined::Missing(missing));
        }
        let plan = self.generation.plan();
        let chosen = choose(plan, self.shares.values()).ok_or(NotCombined::Key)?;
        let key = interpolate(&chosen).ok_or(NotCombined::Key)?;
        if !self.generation.is_key(&key) {
            return Err(NotCombined::Key);
        }
        let secret = self.vault.open(&key).ok_or(NotCombined::Altered)?;
        Restored::new(secret, self.generation, self.request)
    }
}

impl fmt::Debug for Combination<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Combination")
            .field("generation", &self.generation)
            .field("seats", &self.seats())
            .finish_non_exhaustive()
    }
}
