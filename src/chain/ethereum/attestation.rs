//! Attestation: votes for checkpoints, and aggregates of them (consensus-specs, phase0 to electra).

use super::{
    ssz::{self, Root, Tree, container},
    text::{Decimal, Hex, HexUpTo, List, objects},
};
use serde::Deserialize;

objects!(Attestation, AggregateAndProof, IndexedAttestation);

container! {
    /// `Checkpoint`.
    Checkpoint {
        epoch: Decimal,
        root: Hex<32>,
    }
}

container! {
    /// `AttestationData`: what an attestation signs.
    AttestationData {
        slot: Decimal,
        index: Decimal,
        beacon_block_root or "beaconBlockRoot": Hex<32>,
        source: Checkpoint,
        target: Checkpoint,
    }
}

/// `Attestation`, from electra on with the bits of its committees.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct Attestation {
    #[serde(alias = "aggregationBits")]
    aggregation_bits: HexUpTo<16_385>,
    pub(super) data: AttestationData,
    signature: Hex<96>,
    #[serde(alias = "committeeBits")]
    committee_bits: Option<HexUpTo<8>>,
}

impl Attestation {
    /// Whether it has the form that it has since electra.
    pub(super) const fn is_electra(&self) -> bool {
        self.committee_bits.is_some()
    }

    /// `None` if its bits are no bitlist of the length allowed.
    pub(super) fn root(&self) -> Option<Root> {
        let (data, signature) = (self.data.root(), self.signature.root());
        match &self.committee_bits {
            None => {
                let bits = ssz::of_bitlist(&self.aggregation_bits, 3)?; // of 2048 validators
                Some(ssz::of_fields([bits, data, signature].into()))
            }
            Some(committees) => {
                let bits = ssz::of_bitlist(&self.aggregation_bits, 9)?; // of 64 committees
                let committees = ssz::of_bitvector(committees, [8, 1])?;
                Some(ssz::of_fields([bits, data, signature, committees].into()))
            }
        }
    }
}

/// `AggregateAndProof`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct AggregateAndProof {
    #[serde(alias = "aggregatorIndex")]
    pub(super) aggregator_index: Decimal,
    pub(super) aggregate: Attestation,
    #[serde(alias = "selectionProof")]
    pub(super) selection_proof: Hex<96>,
}

impl AggregateAndProof {
    pub(super) fn root(&self) -> Option<Root> {
        let (index, proof) = (self.aggregator_index.root(), self.selection_proof.root());
        Some(ssz::of_fields([index, self.aggregate.root()?, proof].into()))
    }
}

/// `IndexedAttestation`, as a slashing in a block holds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct IndexedAttestation {
    #[serde(alias = "attestingIndices")]
    attesting_indices: List<Decimal, 11>,
    data: AttestationData,
    signature: Hex<96>,
}

impl Tree for IndexedAttestation {
    fn root(&self) -> Root {
        let indices = ssz::of_indices(&self.attesting_indices.0);
        ssz::of_fields([indices, self.data.root(), self.signature.root()].into())
    }
}
