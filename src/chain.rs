//! Chains: one file for each network. Pure: bytes in, intent out.

#[cfg(feature = "clique")]
pub mod clique;
#[cfg(feature = "cometbft")]
pub mod cometbft;

#[cfg(feature = "clique")]
pub use clique::{Clique, Policy};
#[cfg(feature = "cometbft")]
pub use cometbft::CometBft;
