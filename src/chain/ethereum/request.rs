//! Request: what a validator client asks a remote signer to sign (remote signing API, `/sign`).

use super::{
    Duty, Ethereum,
    attestation::{AggregateAndProof, Attestation, AttestationData},
    block::{BeaconBlock, BeaconBlockHeader, VoluntaryExit},
    domain::{DomainType, ForkInfo, domain, signing_root},
    payload::{
        AggregationSlot, ContributionAndProof, Deposit, RandaoReveal, SyncAggregatorSelectionData,
        SyncCommitteeMessage, ValidatorRegistration,
    },
    refuse,
    ssz::{Root, Tree},
    text::{Decimal, Hex, objects},
};
use crate::ports::NotRead;
use alloc::{boxed::Box, format, string::String, string::ToString as _};
use serde::Deserialize;

objects!(Body, VersionedBlock, Aggregate);

/// The longest request that is read, in bytes: a block of phase0 with everything it can hold.
pub const MAX_REQUEST: usize = 1 << 20;

/// A sign request: what is asked, and the signing root computed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignRequest {
    duty: Duty,
    domain: Root,
    signing_root: Root,
}

impl SignRequest {
    /// What is asked to be signed.
    #[must_use]
    pub const fn duty(&self) -> Duty {
        self.duty
    }

    /// What the signature is for: the type of the message, its fork and its network.
    #[must_use]
    pub const fn domain(&self) -> [u8; 32] {
        self.domain
    }

    /// What the key is put to.
    #[must_use]
    pub const fn signing_root(&self) -> [u8; 32] {
        self.signing_root
    }
}

/// The body of a request: one payload is there, the one of its type.
#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Body {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(alias = "forkInfo")]
    fork_info: Option<ForkInfo>,
    #[serde(alias = "signingRoot")]
    signing_root: Option<Hex<32>>,
    block: Option<Box<BeaconBlock>>,
    beacon_block: Option<VersionedBlock>,
    attestation: Option<AttestationData>,
    aggregation_slot: Option<AggregationSlot>,
    aggregate_and_proof: Option<Box<Aggregate>>,
    randao_reveal: Option<RandaoReveal>,
    voluntary_exit: Option<VoluntaryExit>,
    sync_committee_message: Option<SyncCommitteeMessage>,
    sync_aggregator_selection_data: Option<SyncAggregatorSelectionData>,
    contribution_and_proof: Option<Box<ContributionAndProof>>,
    validator_registration: Option<ValidatorRegistration>,
    deposit: Option<Deposit>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Block,
    BlockV2,
    Attestation,
    AggregationSlot,
    AggregateAndProof,
    AggregateAndProofV2,
    RandaoReveal,
    VoluntaryExit,
    SyncCommitteeMessage,
    SyncCommitteeSelectionProof,
    SyncCommitteeContributionAndProof,
    ValidatorRegistration,
    Deposit,
}

/// The forks whose messages have a form of their own, or share that of the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Version {
    Phase0,
    Altair,
    Bellatrix,
    Capella,
    Deneb,
    Electra,
    Fulu,
}

/// A block of a fork: whole before bellatrix, its header from there on.
#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct VersionedBlock {
    version: Version,
    block: Option<Box<BeaconBlock>>,
    block_header: Option<BeaconBlockHeader>,
}

/// An aggregate: bare, or as the data of a fork.
#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Aggregate {
    version: Option<Version>,
    data: Option<AggregateAndProof>,
    #[serde(alias = "aggregatorIndex")]
    aggregator_index: Option<Decimal>,
    aggregate: Option<Attestation>,
    #[serde(alias = "selectionProof")]
    selection_proof: Option<Hex<96>>,
}

/// What a payload comes to: its duty, its root, and what it is signed for.
struct Asked {
    duty: Duty,
    object: Root,
    domain: Domain,
}

enum Domain {
    /// By the request's fork, at this epoch.
    Forked(DomainType, u64),
    /// By a fork version alone, on no network in particular.
    Fixed(DomainType, [u8; 4]),
}

pub(super) fn read(chain: &Ethereum, json: &[u8]) -> Result<SignRequest, NotRead> {
    if json.len() > MAX_REQUEST {
        return Err(refuse(format!("it has {} bytes, over {MAX_REQUEST}", json.len())));
    }
    let mut body: Body = serde_json::from_slice(json).map_err(|error| not_json(&error))?;
    let asked = body.asked(chain)?;
    if !body.is_spent() {
        return Err(refuse("it holds another payload beside that of its type"));
    }
    let domain = match (asked.domain, body.fork_info) {
        (Domain::Fixed(kind, version), None) => domain(kind, &version, &[0; 32]),
        (Domain::Fixed(..), Some(_)) => return Err(refuse("its type is signed for no fork")),
        (Domain::Forked(..), None) => return Err(refuse("its fork_info is missing")),
        (Domain::Forked(kind, epoch), Some(fork)) => {
            if fork.genesis_validators_root.0 != chain.genesis_validators_root {
                let got = const_hex::encode_prefixed(fork.genesis_validators_root.0);
                let wanted = &chain.network_id;
                return Err(refuse(format!("it is for the network {got} instead of {wanted}")));
            }
            fork.domain(kind, epoch)
        }
    };
    let signing_root = signing_root(&asked.object, &domain);
    match body.signing_root {
        Some(Hex(stated)) if stated != signing_root => {
            let [stated, computed] = [stated, signing_root].map(const_hex::encode_prefixed);
            Err(refuse(format!("it states the signing root {stated}, and has {computed}")))
        }
        _ => Ok(SignRequest { duty: asked.duty, domain, signing_root }),
    }
}

/// What is wrong with the JSON, at a length that can be logged.
fn not_json(error: &serde_json::Error) -> NotRead {
    refuse(error.to_string().chars().take(200).collect::<String>())
}

impl Body {
    /// Takes the payload of the type.
    fn asked(&mut self, chain: &Ethereum) -> Result<Asked, NotRead> {
        match self.kind {
            Kind::Block => {
                let block = taken(self.block.take(), "block")?;
                if block.is_altair() {
                    return Err(refuse("a BLOCK is of phase0: send a BLOCK_V2"));
                }
                block_asked(chain, &header_of(&block)?)
            }
            Kind::BlockV2 => {
                let block = taken(self.beacon_block.take(), "beacon_block")?;
                block_asked(chain, &block.into_header()?)
            }
            Kind::Attestation => {
                let data = taken(self.attestation.take(), "attestation")?;
                let (source, target) = (data.source.epoch.0, data.target.epoch.0);
                let domain = Domain::Forked(DomainType::Attester, target);
                let duty = Duty::Attestation { source, target };
                Ok(Asked { duty, object: data.root(), domain })
            }
            Kind::AggregationSlot => {
                let slot = taken(self.aggregation_slot.take(), "aggregation_slot")?.slot;
                let domain = chain.at_slot(DomainType::SelectionProof, slot);
                Ok(Asked { duty: Duty::AggregationSlot, object: slot.root(), domain })
            }
            Kind::AggregateAndProof | Kind::AggregateAndProofV2 => {
                let aggregate = taken(self.aggregate_and_proof.take(), "aggregate_and_proof")?;
                let proof = aggregate.checked(self.kind)?;
                let slot = proof.aggregate.data.slot;
                let domain = chain.at_slot(DomainType::AggregateAndProof, slot);
                let object = proof.root().ok_or_else(bad_bits)?;
                Ok(Asked { duty: Duty::AggregateAndProof, object, domain })
            }
            Kind::RandaoReveal => {
                let epoch = taken(self.randao_reveal.take(), "randao_reveal")?.epoch;
                let domain = Domain::Forked(DomainType::Randao, epoch.0);
                Ok(Asked { duty: Duty::RandaoReveal, object: epoch.root(), domain })
            }
            Kind::VoluntaryExit => {
                let exit = taken(self.voluntary_exit.take(), "voluntary_exit")?;
                let domain = Domain::Forked(DomainType::VoluntaryExit, exit.epoch.0);
                Ok(Asked { duty: Duty::VoluntaryExit, object: exit.root(), domain })
            }
            Kind::SyncCommitteeMessage => {
                let message = self.sync_committee_message.take();
                let message = taken(message, "sync_committee_message")?;
                let domain = chain.at_slot(DomainType::SyncCommittee, message.slot);
                let object = message.beacon_block_root.0;
                Ok(Asked { duty: Duty::SyncCommitteeMessage, object, domain })
            }
            Kind::SyncCommitteeSelectionProof => {
                let data = self.sync_aggregator_selection_data.take();
                let data = taken(data, "sync_aggregator_selection_data")?;
                let domain = chain.at_slot(DomainType::SyncCommitteeSelectionProof, data.slot);
                let object = data.root();
                Ok(Asked { duty: Duty::SyncCommitteeSelectionProof, object, domain })
            }
            Kind::SyncCommitteeContributionAndProof => {
                let proof = self.contribution_and_proof.take();
                let proof = taken(proof, "contribution_and_proof")?;
                let slot = proof.contribution.slot;
                let domain = chain.at_slot(DomainType::ContributionAndProof, slot);
                let object = proof.root().ok_or_else(bad_bits)?;
                Ok(Asked { duty: Duty::SyncCommitteeContributionAndProof, object, domain })
            }
            Kind::ValidatorRegistration => {
                let registration = self.validator_registration.take();
                let registration = taken(registration, "validator_registration")?;
                let kind = DomainType::ApplicationBuilder;
                let domain = Domain::Fixed(kind, chain.genesis_fork_version);
                let object = registration.root();
                Ok(Asked { duty: Duty::ValidatorRegistration, object, domain })
            }
            Kind::Deposit => {
                let deposit = taken(self.deposit.take(), "deposit")?;
                let version = deposit.genesis_fork_version.0;
                let domain = Domain::Fixed(DomainType::Deposit, version);
                Ok(Asked { duty: Duty::Deposit, object: deposit.root(), domain })
            }
        }
    }

    /// Whether no payload is left.
    const fn is_spent(&self) -> bool {
        self.block.is_none()
            && self.beacon_block.is_none()
            && self.attestation.is_none()
            && self.aggregation_slot.is_none()
            && self.aggregate_and_proof.is_none()
            && self.randao_reveal.is_none()
            && self.voluntary_exit.is_none()
            && self.sync_committee_message.is_none()
            && self.sync_aggregator_selection_data.is_none()
            && self.contribution_and_proof.is_none()
            && self.validator_registration.is_none()
            && self.deposit.is_none()
    }
}

impl Ethereum {
    const fn at_slot(&self, kind: DomainType, slot: Decimal) -> Domain {
        Domain::Forked(kind, self.epoch_of(slot.0))
    }
}

fn taken<T>(payload: Option<T>, name: &str) -> Result<T, NotRead> {
    payload.ok_or_else(|| refuse(format!("the payload of its type, {name}, is missing")))
}

fn bad_bits() -> NotRead {
    refuse("a list in it has a length that it cannot have")
}

fn block_asked(chain: &Ethereum, header: &BeaconBlockHeader) -> Result<Asked, NotRead> {
    let domain = chain.at_slot(DomainType::Proposer, header.slot);
    let duty = Duty::Block { slot: header.slot.0 };
    Ok(Asked { duty, object: header.root(), domain })
}

fn header_of(block: &BeaconBlock) -> Result<BeaconBlockHeader, NotRead> {
    block.header().ok_or_else(bad_bits)
}

impl VersionedBlock {
    /// The header, given or made of the whole block, as its fork has it.
    fn into_header(self) -> Result<BeaconBlockHeader, NotRead> {
        let whole = self.version < Version::Bellatrix;
        match (self.block, self.block_header) {
            (Some(block), None) if whole => {
                if block.is_altair() != (self.version == Version::Altair) {
                    return Err(refuse("the block has not the form that its version has"));
                }
                header_of(&block)
            }
            (None, Some(header)) if !whole => Ok(header),
            _ if whole => Err(refuse("a block before bellatrix is sent whole, as block")),
            _ => Err(refuse("a block from bellatrix on is sent as block_header")),
        }
    }
}

impl Aggregate {
    /// The aggregate, in the form that the type and the fork of the request have.
    fn checked(self, kind: Kind) -> Result<AggregateAndProof, NotRead> {
        let bare = (self.aggregator_index, self.aggregate, self.selection_proof);
        let (proof, electra) = match (kind, self.version, self.data, bare) {
            (Kind::AggregateAndProofV2, Some(version), Some(proof), (None, None, None)) => {
                (proof, version >= Version::Electra)
            }
            (Kind::AggregateAndProof, None, None, (Some(index), Some(aggregate), Some(proof))) => {
                let (aggregator_index, selection_proof) = (index, proof);
                (AggregateAndProof { aggregator_index, aggregate, selection_proof }, false)
            }
            _ => return Err(refuse("the aggregate has not the form that its type has")),
        };
        if proof.aggregate.is_electra() == electra {
            Ok(proof)
        } else {
            Err(refuse("the aggregate has not the form that its version has"))
        }
    }
}
