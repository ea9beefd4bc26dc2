//! Domain: what a signature is for (consensus-specs, `compute_domain`, `compute_signing_root`).

use super::{
    ssz::{Root, combine, pack},
    text::{Decimal, Hex, objects},
};
use serde::Deserialize;

objects!(ForkInfo, Fork);

/// What kind of message is signed: the first four bytes of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DomainType {
    Proposer,
    Attester,
    Randao,
    Deposit,
    VoluntaryExit,
    SelectionProof,
    AggregateAndProof,
    SyncCommittee,
    SyncCommitteeSelectionProof,
    ContributionAndProof,
    ApplicationBuilder,
}

impl DomainType {
    const fn bytes(self) -> [u8; 4] {
        match self {
            Self::Proposer => [0, 0, 0, 0],
            Self::Attester => [1, 0, 0, 0],
            Self::Randao => [2, 0, 0, 0],
            Self::Deposit => [3, 0, 0, 0],
            Self::VoluntaryExit => [4, 0, 0, 0],
            Self::SelectionProof => [5, 0, 0, 0],
            Self::AggregateAndProof => [6, 0, 0, 0],
            Self::SyncCommittee => [7, 0, 0, 0],
            Self::SyncCommitteeSelectionProof => [8, 0, 0, 0],
            Self::ContributionAndProof => [9, 0, 0, 0],
            Self::ApplicationBuilder => [0, 0, 0, 1],
        }
    }
}

/// The fork that a request is made in, and its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct ForkInfo {
    pub(super) fork: Fork,
    #[serde(alias = "genesisValidatorsRoot")]
    pub(super) genesis_validators_root: Hex<32>,
}

/// `Fork` of the beacon state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct Fork {
    #[serde(alias = "previousVersion")]
    previous_version: Hex<4>,
    #[serde(alias = "currentVersion")]
    current_version: Hex<4>,
    epoch: Decimal,
}

impl ForkInfo {
    /// The domain of messages of this epoch.
    pub(super) fn domain(&self, kind: DomainType, epoch: u64) -> Root {
        let version = match epoch < self.fork.epoch.0 {
            true => self.fork.previous_version,
            false => self.fork.current_version,
        };
        domain(kind, &version.0, &self.genesis_validators_root.0)
    }
}

/// The domain of a fork version on a network; of no network in particular with a root of zeros.
pub(super) fn domain(kind: DomainType, version: &[u8; 4], genesis_validators_root: &Root) -> Root {
    let version = pack(version).first().copied().unwrap_or_default();
    let fork = combine(&version, genesis_validators_root);
    let mut domain = [0; 32];
    let parts = kind.bytes().into_iter().chain(fork);
    domain.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    domain
}

/// What the key is put to: the root of `SigningData`.
pub(super) fn signing_root(object: &Root, domain: &Root) -> Root {
    combine(object, domain)
}
