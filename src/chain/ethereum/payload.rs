//! Payload: what the duties of a validator sign, beside blocks and attestations.

use super::{
    ssz::{self, Root, Tree, container},
    text::{Decimal, Hex, HexUpTo, objects},
};
use serde::Deserialize;

objects!(SyncCommitteeMessage, ContributionAndProof, Contribution, Deposit);

container! {
    /// The slot that an aggregator is chosen in.
    AggregationSlot {
        slot: Decimal,
    }
}

container! {
    /// The epoch that is revealed.
    RandaoReveal {
        epoch: Decimal,
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct SyncCommitteeMessage {
    #[serde(alias = "beaconBlockRoot")]
    pub(super) beacon_block_root: Hex<32>,
    pub(super) slot: Decimal,
}

container! {
    /// `SyncAggregatorSelectionData`.
    SyncAggregatorSelectionData {
        slot: Decimal,
        subcommittee_index or "subcommitteeIndex": Decimal,
    }
}

/// `ContributionAndProof`.
#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct ContributionAndProof {
    #[serde(alias = "aggregatorIndex")]
    aggregator_index: Decimal,
    #[serde(alias = "selectionProof")]
    selection_proof: Hex<96>,
    pub(super) contribution: Contribution,
}

/// `SyncCommitteeContribution`.
#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct Contribution {
    pub(super) slot: Decimal,
    #[serde(alias = "beaconBlockRoot")]
    beacon_block_root: Hex<32>,
    #[serde(alias = "subcommitteeIndex")]
    subcommittee_index: Decimal,
    #[serde(alias = "aggregationBits")]
    aggregation_bits: HexUpTo<16>,
    signature: Hex<96>,
}

container! {
    /// `ValidatorRegistrationV1` (builder-specs).
    ValidatorRegistration {
        fee_recipient or "feeRecipient": Hex<20>,
        gas_limit or "gasLimit": Decimal,
        timestamp: Decimal,
        pubkey: Hex<48>,
    }
}

/// `DepositMessage`, and the fork version that every deposit is signed for.
#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct Deposit {
    pubkey: Hex<48>,
    #[serde(alias = "withdrawalCredentials")]
    withdrawal_credentials: Hex<32>,
    amount: Decimal,
    #[serde(alias = "genesisForkVersion")]
    pub(super) genesis_fork_version: Hex<4>,
}

impl ContributionAndProof {
    /// `None` if its bits are of no length allowed.
    pub(super) fn root(&self) -> Option<Root> {
        let it = &self.contribution;
        let contribution = ssz::of_fields(
            [
                it.slot.root(),
                it.beacon_block_root.root(),
                it.subcommittee_index.root(),
                ssz::of_bitvector(&it.aggregation_bits, [16, 1])?,
                it.signature.root(),
            ]
            .into(),
        );
        let (index, proof) = (self.aggregator_index.root(), self.selection_proof.root());
        Some(ssz::of_fields([index, contribution, proof].into()))
    }
}

impl Deposit {
    pub(super) fn root(&self) -> Root {
        let credentials = self.withdrawal_credentials.root();
        ssz::of_fields([self.pubkey.root(), credentials, self.amount.root()].into())
    }
}
