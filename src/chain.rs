//! Chains: one file for each network. Pure: bytes in, intent out.

#[cfg(any(feature = "besu", feature = "clique", feature = "web3-keystore"))]
pub(crate) mod address;
#[cfg(feature = "besu")]
pub mod besu;
#[cfg(feature = "clique")]
pub mod clique;
#[cfg(feature = "cometbft")]
pub mod cometbft;
#[cfg(feature = "eos")]
pub mod eos;
#[cfg(feature = "ethereum")]
pub mod ethereum;
#[cfg(feature = "factom")]
pub mod factom;
#[cfg(any(feature = "besu", feature = "clique"))]
mod json_rpc;
#[cfg(any(feature = "besu", feature = "clique"))]
mod rlp;
#[cfg(feature = "solana")]
pub mod solana;

#[cfg(any(feature = "besu", feature = "clique", feature = "web3-keystore"))]
pub use address::address_of;
#[cfg(feature = "besu")]
pub use besu::Besu;
#[cfg(feature = "clique")]
pub use clique::{Clique, Policy};
#[cfg(feature = "cometbft")]
pub use cometbft::CometBft;
#[cfg(all(feature = "eos", feature = "bls"))]
pub use eos::EosFinalizer;
#[cfg(feature = "eos")]
pub use eos::EosProducer;
#[cfg(feature = "ethereum")]
pub use ethereum::Ethereum;
#[cfg(feature = "factom")]
pub use factom::Factom;
#[cfg(feature = "solana")]
pub use solana::Solana;
