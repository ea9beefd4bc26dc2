//! Chains: one file for each network. Pure: bytes in, intent out.

#[cfg(feature = "clique")]
mod clique;
#[cfg(feature = "cometbft")]
mod cometbft;

#[cfg(feature = "clique")]
pub use clique::{Clique, Policy};
#[cfg(feature = "cometbft")]
pub use cometbft::CometBft;
