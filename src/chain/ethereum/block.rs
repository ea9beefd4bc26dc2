//! Block: beacon blocks by their header, and the whole ones of phase0 and altair.

use super::{
    attestation::{Attestation, IndexedAttestation},
    ssz::{self, Root, Tree, container},
    text::{Decimal, Hex, HexUpTo, List, objects},
};
use alloc::vec::Vec;
use serde::Deserialize;

objects!(BeaconBlock, BeaconBlockBody, Deposit, SyncAggregate);

container! {
    /// `BeaconBlockHeader`: what is signed of a block.
    BeaconBlockHeader {
        slot: Decimal,
        proposer_index or "proposerIndex": Decimal,
        parent_root or "parentRoot": Hex<32>,
        state_root or "stateRoot": Hex<32>,
        body_root or "bodyRoot": Hex<32>,
    }
}

/// `BeaconBlock` of phase0, or of altair. Its root is that of its header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub(super) struct BeaconBlock {
    slot: Decimal,
    #[serde(alias = "proposerIndex")]
    proposer_index: Decimal,
    #[serde(alias = "parentRoot")]
    parent_root: Hex<32>,
    #[serde(alias = "stateRoot")]
    state_root: Hex<32>,
    body: BeaconBlockBody,
}

impl BeaconBlock {
    /// Whether it has the form that it has in altair.
    pub(super) const fn is_altair(&self) -> bool {
        self.body.sync_aggregate.is_some()
    }

    /// `None` if some bits in it are not of the length allowed.
    pub(super) fn header(&self) -> Option<BeaconBlockHeader> {
        Some(BeaconBlockHeader {
            slot: self.slot,
            proposer_index: self.proposer_index,
            parent_root: self.parent_root,
            state_root: self.state_root,
            body_root: Hex(self.body.root()?),
        })
    }
}

/// `BeaconBlockBody` of phase0, or of altair.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct BeaconBlockBody {
    #[serde(alias = "randaoReveal")]
    randao_reveal: Hex<96>,
    #[serde(alias = "eth1Data")]
    eth1_data: Eth1Data,
    graffiti: Hex<32>,
    #[serde(alias = "proposerSlashings")]
    proposer_slashings: List<ProposerSlashing, 4>,
    #[serde(alias = "attesterSlashings")]
    attester_slashings: List<AttesterSlashing, 1>,
    attestations: List<Attestation, 7>,
    deposits: List<Deposit, 4>,
    #[serde(alias = "voluntaryExits")]
    voluntary_exits: List<SignedVoluntaryExit, 4>,
    #[serde(alias = "syncAggregate")]
    sync_aggregate: Option<SyncAggregate>,
}

impl BeaconBlockBody {
    fn root(&self) -> Option<Root> {
        if self.attestations.0.iter().any(Attestation::is_electra) {
            return None;
        }
        let attestations = all(&self.attestations, Attestation::root)?;
        let deposits = all(&self.deposits, Deposit::root)?;
        let mut roots = Vec::from([
            self.randao_reveal.root(),
            self.eth1_data.root(),
            self.graffiti.root(),
            self.proposer_slashings.root(),
            self.attester_slashings.root(),
            attestations.root(),
            deposits.root(),
            self.voluntary_exits.root(),
        ]);
        if let Some(aggregate) = &self.sync_aggregate {
            let bits = ssz::of_bitvector(&aggregate.sync_committee_bits, [64, 4])?;
            let signature = aggregate.sync_committee_signature.root();
            roots.push(ssz::of_fields([bits, signature].into()));
        }
        Some(ssz::of_fields(roots))
    }
}

/// The roots of a list's values, if each has one: a root's root is itself.
fn all<T, const DEPTH: u32>(
    list: &List<T, DEPTH>,
    root: impl Fn(&T) -> Option<Root>,
) -> Option<List<Hex<32>, DEPTH>> {
    list.0.iter().map(|value| root(value).map(Hex)).collect::<Option<Vec<_>>>().map(List)
}

container! {
    /// `Eth1Data`.
    Eth1Data {
        deposit_root or "depositRoot": Hex<32>,
        deposit_count or "depositCount": Decimal,
        block_hash or "blockHash": Hex<32>,
    }
}

container! {
    /// `SignedBeaconBlockHeader`.
    SignedBeaconBlockHeader {
        message: BeaconBlockHeader,
        signature: Hex<96>,
    }
}

container! {
    /// `ProposerSlashing`.
    ProposerSlashing {
        signed_header_1 or "signedHeader1": SignedBeaconBlockHeader,
        signed_header_2 or "signedHeader2": SignedBeaconBlockHeader,
    }
}

container! {
    /// `AttesterSlashing`.
    AttesterSlashing {
        attestation_1 or "attestation1": IndexedAttestation,
        attestation_2 or "attestation2": IndexedAttestation,
    }
}

/// `Deposit`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Deposit {
    proof: List<Hex<32>, 6>,
    data: DepositData,
}

impl Deposit {
    /// `None` if the proof has not the one length that it can have.
    fn root(&self) -> Option<Root> {
        let proof: Vec<Root> = self.proof.0.iter().map(Tree::root).collect();
        (proof.len() == 33).then(|| ssz::combine(&ssz::of_fields(proof), &self.data.root()))
    }
}

container! {
    /// `DepositData`.
    DepositData {
        pubkey: Hex<48>,
        withdrawal_credentials or "withdrawalCredentials": Hex<32>,
        amount: Decimal,
        signature: Hex<96>,
    }
}

container! {
    /// `VoluntaryExit`.
    VoluntaryExit {
        epoch: Decimal,
        validator_index or "validatorIndex": Decimal,
    }
}

container! {
    /// `SignedVoluntaryExit`.
    SignedVoluntaryExit {
        message: VoluntaryExit,
        signature: Hex<96>,
    }
}

/// `SyncAggregate`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct SyncAggregate {
    #[serde(alias = "syncCommitteeBits")]
    sync_committee_bits: HexUpTo<64>,
    #[serde(alias = "syncCommitteeSignature")]
    sync_committee_signature: Hex<96>,
}
