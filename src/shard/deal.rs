//! Deal: seals a secret and shares what opens it, all in one act.

use super::{
    date::Date,
    entropy::Entropy,
    generation::Generation,
    manifest::{Manifest, NotAManifest, Origin, SUITE, SetId},
    plan::{NotAPlan, Plan, is_printable},
    secret::Secret,
    share::Share,
    two_level::{TwoLevel, interpolate},
    vault::Vault,
};
use crate::{IdentityId, OrderId};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// What a set is about, beyond the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What the secret is, for people: at most 64 printable ASCII characters.
    pub label: String,
    /// The identity that the key signs for, if it has one yet.
    pub identity: Option<IdentityId>,
    /// The head of that identity's charter.
    pub charter: Option<OrderId>,
    /// Today.
    pub date: Date,
}

/// A new set: what is public, and one share for each seat.
#[derive(Debug)]
pub struct Dealt {
    /// The sealed secret. Public.
    pub vault: Vault,
    /// The manifest, checked. Public.
    pub generation: Generation,
    /// The shares, in the order of their seats. Secret: encrypt each to its custodian.
    pub shares: Vec<Share>,
}

/// Why nothing was dealt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotDealt {
    /// The plan breaks a rule.
    #[error(transparent)]
    Plan(#[from] NotAPlan),
    /// The manifest would not be read again.
    #[error(transparent)]
    Manifest(#[from] NotAManifest),
    /// A label that cannot be printed.
    #[error("the label is not at most 64 printable ASCII characters")]
    Label,
    /// What was dealt does not bring the secret back: this machine does not compute rightly.
    #[error("the shares that were made do not bring the secret back")]
    SelfCheck,
}

impl NotDealt {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Plan(error) => error.code(),
            Self::Manifest(error) => error.code(),
            Self::Label => "deal.label",
            Self::SelfCheck => "deal.self_check",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Plan(_) | Self::Manifest(_) | Self::Label => "nothing was dealt; change the plan",
            Self::SelfCheck => "nothing was dealt; use another machine",
        }
    }
}

/// Seals a secret under a random number, and shares that number by the plan.
///
/// Before it returns, every share is checked against the manifest and one smallest choice of them
/// opens the vault. That stands for every other choice: shares that match the commitments lie on
/// one polynomial.
///
/// # Errors
///
/// [`NotDealt`]; then nothing was made.
pub fn deal(
    secret: &Secret,
    plan: &Plan,
    about: About,
    entropy: Entropy,
) -> Result<Dealt, NotDealt> {
    plan.check()?;
    if !is_printable(&about.label) {
        return Err(NotDealt::Label);
    }
    let set = SetId::from_bytes(entropy.bytes("set"));
    let key = entropy.key();
    let vault = Vault::seal(set, entropy.bytes("salt"), &key, secret).ok_or(NotDealt::SelfCheck)?;
    let (sharing, leaves) =
        TwoLevel::deal(key.expose(), plan, &entropy).ok_or(NotDealt::SelfCheck)?;
    let manifest = Manifest {
        suite: SUITE,
        set,
        generation: 1,
        origin: Origin::Dealt,
        vault: vault.id(),
        label: about.label,
        public_key: secret.public_key(),
        identity: about.identity,
        charter: about.charter,
        date: about.date,
        plan: plan.clone(),
        commitments: sharing.to_commitments(),
    };
    let generation = Generation::read(&manifest.to_envelope()?)?;
    let shares: Option<Vec<_>> =
        leaves.into_iter().map(|(seat, number)| generation.share(seat, number)).collect();
    let dealt = Dealt { vault, generation, shares: shares.ok_or(NotDealt::SelfCheck)? };
    if dealt.opens_to(secret) { Ok(dealt) } else { Err(NotDealt::SelfCheck) }
}

impl Dealt {
    fn opens_to(&self, secret: &Secret) -> bool {
        let all_right = self.shares.iter().all(|share| self.generation.check(share).is_ok());
        let chosen = choose(self.generation.plan(), &self.shares);
        let opened = chosen
            .and_then(|chosen| interpolate(&chosen))
            .filter(|key| self.generation.is_key(key))
            .and_then(|key| self.vault.open(&key));
        all_right && opened.is_some_and(|opened| opened.as_slice() == secret.expose())
    }
}

/// A smallest choice of shares that is enough: the first ones. `None` if they are not enough.
pub(super) fn choose<'a>(
    plan: &Plan,
    shares: impl IntoIterator<Item = &'a Share>,
) -> Option<Vec<(super::Seat, &'a super::scalar::SecretScalar)>> {
    let mut locations: BTreeMap<u8, Vec<_>> = BTreeMap::new();
    for share in shares {
        let row = locations.entry(share.seat().location()).or_default();
        row.push((share.seat(), share.number()));
    }
    let mut chosen = Vec::new();
    let mut whole = 0;
    for (number, mut row) in locations {
        let needed = usize::from(plan.location(number)?.threshold);
        if row.len() >= needed && whole < plan.threshold {
            row.truncate(needed);
            chosen.append(&mut row);
            whole += 1;
        }
    }
    (whole == plan.threshold).then_some(chosen)
}
