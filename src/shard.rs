//! Shard: a secret in several places, of which some bring it back.
//!
//! The secret itself is never split. It is sealed in a [`Vault`] under a random number, and that
//! number is shared twice: among locations, and in each location among custodians. Each [`Share`]
//! is checked alone against a public [`Manifest`]; encrypted to its custodian it is a shard.
//!
//! ```text
//!    deal      secret + plan              ->  vault, manifest, shares
//!    check     share + manifest           ->  this share is right, alone
//!    combine   shares + approved request  ->  the secret, without a lease (R7)
//!    renew     shares + approved request  ->  the next generation; the key is never formed
//! ```
//!
//! Everything here is a pure function: random bytes come as [`Entropy`], the day as a [`Date`].
//! The bytes are described in `docs/wire/shard.md`, and why it is built so in
//! `docs/decisions/0011-shards.md`.
//!
//! # What it does not do
//!
//! No renewal takes a share away from those who have it: enough shares of one *old* generation
//! still open the vault. Old shares are destroyed by people. Approval is enforced by programs
//! that look at it: custodians who are enough can always combine with other tools.

pub mod card;
mod combine;
#[cfg(feature = "sealed")]
pub mod custody;
mod date;
mod deal;
mod drill;
mod entropy;
mod freshness;
mod generation;
mod hex;
mod manifest;
mod not_renewed;
mod parcel;
mod plan;
mod receipt;
mod renewal;
mod repair;
mod restored;
mod retirement;
mod scalar;
mod seat;
mod secret;
mod share;
pub(crate) mod sharing;
pub mod store;
mod succession;
pub mod text;
pub mod transcript;
mod two_level;
mod unseal;
mod vault;
pub mod words;

#[cfg(feature = "std")]
pub use self::restored::Proof;
pub use self::{
    combine::{Combination, Missing, NotCombined},
    date::{Date, NotADate},
    deal::{About, Dealt, NotDealt, deal},
    drill::Drill,
    entropy::{Entropy, MAX_ROLLS, MIN_ROLLS, NoEntropy, OS_BYTES},
    freshness::{Freshness, LocationFreshness, Rhythm, SeatFreshness, Verdict},
    generation::{Generation, NotOfGeneration},
    manifest::{MAX_MANIFEST, Manifest, ManifestId, NotAManifest, Origin, SUITE, SetId},
    not_renewed::{Dealer, NotRenewed},
    parcel::{PARCEL_LENGTH, Parcel, ParcelKind},
    plan::{
        Custodian, Location, MAX_CUSTODIAN_RECIPIENTS, MAX_NAME, NotAPlan, PASSPHRASE, Plan,
        Warning,
    },
    receipt::{CheckedReceipt, Looked, NotAReceipt, Receipt},
    renewal::{CheckedDeal, Deal, How, MAX_DEALS, Renewal, deal_share, deal_zero},
    repair::{Repair, RepairDeal, deal_repair},
    restored::{NotHandedOut, Restored},
    retirement::{NotClosed, Retirement},
    scalar::Commitment,
    seat::{MAX_SEATS, NotASeat, Seat},
    secret::{MAX_SECRET, NotASecret, Secret},
    share::{NotRead, SHARE_LENGTH, Shape, Share},
    succession::Succession,
    two_level::{Commitments, NotConsistent},
    unseal::{MAX_WINDOW, Memory, NotARequest, NotAllowed, Purpose, Unseal},
    vault::{MAX_VAULT, Vault},
};
