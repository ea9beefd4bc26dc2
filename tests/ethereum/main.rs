//! "No two messages that the marks let through are slashable, and what cannot be read is refused." (Chain, 2)

mod any_bytes;
mod host;
mod interchange;
mod naive_oracle;
mod published;
mod refused;

use brainswap::{
    BlsSuite, Digest, Lane, Lanes, Position, Reading, Signable,
    chain::{
        Ethereum,
        ethereum::{Duty, SignRequest},
    },
    ports::{Chain as _, LaneRule, NotRead},
};
use serde_json::{Value, json};
use std::{env, fs, num::NonZeroU64, path::PathBuf};

/// The genesis validators root of the test network.
const NETWORK: [u8; 32] = [0x47; 32];

fn chain() -> Ethereum {
    Ethereum::new(NETWORK)
}

fn hex(bytes: &[u8]) -> String {
    const_hex::encode_prefixed(bytes)
}

fn fork_info() -> Value {
    let fork = json!({
        "previous_version": "0x03000000",
        "current_version": "0x04000000",
        "epoch": "100",
    });
    json!({ "fork": fork, "genesis_validators_root": hex(&NETWORK) })
}

/// A request of a type with its payload.
fn body(kind: &str, name: &str, payload: Value) -> Value {
    json!({ "type": kind, "fork_info": fork_info(), name: payload })
}

fn header(slot: u64, content: u8) -> Value {
    json!({
        "slot": slot.to_string(),
        "proposer_index": "7",
        "parent_root": hex(&[1; 32]),
        "state_root": hex(&[2; 32]),
        "body_root": hex(&[content; 32]),
    })
}

fn block(slot: u64, content: u8) -> Value {
    let block = json!({ "version": "DENEB", "block_header": header(slot, content) });
    body("BLOCK_V2", "beacon_block", block)
}

fn vote_data(source: u64, target: u64, content: u8) -> Value {
    json!({
        "slot": target.saturating_mul(32).to_string(),
        "index": "0",
        "beacon_block_root": hex(&[content; 32]),
        "source": { "epoch": source.to_string(), "root": hex(&[3; 32]) },
        "target": { "epoch": target.to_string(), "root": hex(&[content; 32]) },
    })
}

fn vote(source: u64, target: u64, content: u8) -> Value {
    body("ATTESTATION", "attestation", vote_data(source, target, content))
}

fn aggregate() -> Value {
    json!({
        "aggregator_index": "1",
        "aggregate": {
            "aggregation_bits": "0x0101",
            "data": vote_data(1, 2, 1),
            "signature": hex(&[5; 96]),
        },
        "selection_proof": hex(&[6; 96]),
    })
}

/// A request of every duty that has no position.
fn without_position() -> Vec<(Duty, Value)> {
    let contribution = json!({
        "slot": "64",
        "beacon_block_root": hex(&[1; 32]),
        "subcommittee_index": "1",
        "aggregation_bits": hex(&[0x24; 16]),
        "signature": hex(&[5; 96]),
    });
    let contribution = json!({
        "aggregator_index": "11",
        "selection_proof": hex(&[6; 96]),
        "contribution": contribution,
    });
    let registration = json!({
        "fee_recipient": hex(&[8; 20]),
        "gas_limit": "30000000",
        "timestamp": "1700000000",
        "pubkey": hex(&[9; 48]),
    });
    let deposit = json!({
        "pubkey": hex(&[9; 48]),
        "withdrawal_credentials": hex(&[1; 32]),
        "amount": "32000000000",
        "genesis_fork_version": "0x00000000",
    });
    let selection = json!({ "slot": "64", "subcommittee_index": "3" });
    let message = json!({ "beacon_block_root": hex(&[1; 32]), "slot": "64" });
    let exit = json!({ "epoch": "119", "validator_index": "7" });
    vec![
        (Duty::RandaoReveal, body("RANDAO_REVEAL", "randao_reveal", json!({ "epoch": "3" }))),
        (
            Duty::AggregationSlot,
            body("AGGREGATION_SLOT", "aggregation_slot", json!({ "slot": "119" })),
        ),
        (Duty::AggregateAndProof, body("AGGREGATE_AND_PROOF", "aggregate_and_proof", aggregate())),
        (
            Duty::SyncCommitteeMessage,
            body("SYNC_COMMITTEE_MESSAGE", "sync_committee_message", message),
        ),
        (
            Duty::SyncCommitteeSelectionProof,
            body("SYNC_COMMITTEE_SELECTION_PROOF", "sync_aggregator_selection_data", selection),
        ),
        (
            Duty::SyncCommitteeContributionAndProof,
            body("SYNC_COMMITTEE_CONTRIBUTION_AND_PROOF", "contribution_and_proof", contribution),
        ),
        (
            Duty::ValidatorRegistration,
            json!({ "type": "VALIDATOR_REGISTRATION", "validator_registration": registration }),
        ),
        (Duty::VoluntaryExit, body("VOLUNTARY_EXIT", "voluntary_exit", exit)),
        (Duty::Deposit, json!({ "type": "DEPOSIT", "deposit": deposit })),
    ]
}

fn read(body: &Value) -> Result<Reading, NotRead> {
    chain().read(body.to_string().as_bytes())
}

fn request(body: &Value) -> Result<SignRequest, NotRead> {
    chain().request(body.to_string().as_bytes())
}

#[test]
fn a_block_stands_at_its_slot_and_an_attestation_at_its_target_with_its_source_as_floor() {
    let reading = read(&block(3_201, 1)).unwrap();
    assert_eq!((reading.intent.lane, reading.intent.floor), (Ethereum::BLOCK, 0));
    assert_eq!(reading.intent.position, Position::at_height(3_201));
    let reading = read(&vote(99, 101, 1)).unwrap();
    assert_eq!((reading.intent.lane, reading.intent.floor), (Ethereum::ATTESTATION, 99));
    assert_eq!(reading.intent.position, Position::at_height(101));
}

#[test]
fn the_key_is_put_to_the_signing_root_and_so_is_the_digest() {
    for body in [block(3_201, 1), vote(99, 101, 1)] {
        let (reading, root) = (read(&body).unwrap(), request(&body).unwrap().signing_root());
        assert_eq!(reading.intent.digest, Digest::from_bytes(root));
        let suite = BlsSuite::ProofOfPossession;
        assert_eq!(reading.signable, Signable::Bls { message: root.to_vec(), suite });
    }
}

#[test]
fn every_field_of_a_message_is_in_its_signing_root() {
    let changed = [
        ("/beacon_block/block_header/proposer_index", json!("8")),
        ("/beacon_block/block_header/slot", json!("3202")),
        ("/beacon_block/block_header/parent_root", json!(hex(&[9; 32]))),
        ("/beacon_block/block_header/state_root", json!(hex(&[9; 32]))),
        ("/beacon_block/block_header/body_root", json!(hex(&[9; 32]))),
        ("/fork_info/fork/current_version", json!("0x05000000")),
    ];
    all_differ(&block(3_201, 1), &changed);
    let changed = [
        ("/attestation/slot", json!("1")),
        ("/attestation/index", json!("1")),
        ("/attestation/beacon_block_root", json!(hex(&[9; 32]))),
        ("/attestation/source/epoch", json!("98")),
        ("/attestation/source/root", json!(hex(&[9; 32]))),
        ("/attestation/target/epoch", json!("102")),
        ("/attestation/target/root", json!(hex(&[9; 32]))),
        ("/fork_info/fork/current_version", json!("0x05000000")),
    ];
    all_differ(&vote(99, 101, 1), &changed);
}

fn all_differ(body: &Value, changes: &[(&str, Value)]) {
    let mut roots = vec![request(body).unwrap().signing_root()];
    for (place, value) in changes {
        let mut changed = body.clone();
        *changed.pointer_mut(place).unwrap() = value.clone();
        let root = request(&changed).unwrap().signing_root();
        assert!(!roots.contains(&root), "{place}");
        roots.push(root);
    }
}

/// The last message before a fork is signed for the earlier version, and the first one after it
/// for the later one.
#[test]
fn the_fork_version_is_that_of_the_messages_epoch() {
    let domain = |body: &Value| request(body).unwrap().domain();
    let (before, after) = (domain(&vote(98, 99, 1)), domain(&vote(98, 100, 1)));
    assert_ne!(before, after);
    assert_eq!(domain(&block(3_199, 1))[4..], before[4..]);
    assert_eq!(domain(&block(3_200, 1))[4..], after[4..]);
    let gnosis = chain().with_slots_per_epoch(NonZeroU64::new(16).unwrap());
    let text = block(1_600, 1).to_string();
    assert_eq!(gnosis.request(text.as_bytes()).unwrap().domain()[4..], after[4..]);
}

#[test]
fn a_registration_is_signed_for_the_networks_first_fork_version() {
    let (_, body) = without_position().remove(6);
    let text = body.to_string();
    let other = chain().with_genesis_fork_version([0, 0, 0, 1]);
    let [one, two] = [chain(), other].map(|it| it.request(text.as_bytes()).unwrap());
    assert_eq!(
        (one.duty(), two.duty()),
        (Duty::ValidatorRegistration, Duty::ValidatorRegistration)
    );
    assert_ne!(one.signing_root(), two.signing_root());
}

#[test]
fn a_node_may_ask_for_every_duty_but_a_block_a_vote_an_exit_and_a_deposit_without_a_position() {
    let unplaced = |body: &Value| chain().read_unplaced(body.to_string().as_bytes());
    for (duty, body) in without_position() {
        let message = request(&body).unwrap().signing_root().to_vec();
        let suite = BlsSuite::ProofOfPossession;
        match duty {
            Duty::VoluntaryExit | Duty::Deposit => {
                let reason = format!("{duty} is for people to decide, not for a node");
                assert_eq!(unplaced(&body).unwrap_err().reason, reason);
            }
            _ => assert_eq!(unplaced(&body), Ok(Signable::Bls { message, suite })),
        }
    }
    for (body, duty) in [(block(7, 1), "a block"), (vote(1, 2, 1), "an attestation")] {
        let reason = unplaced(&body).unwrap_err().reason;
        assert_eq!(reason, format!("{duty} has a position"));
    }
    assert!(chain().read_unplaced(b"{}").is_err());
}

#[test]
fn duties_that_nothing_punishes_are_read_as_requests_and_have_no_position() {
    for (duty, body) in without_position() {
        let request = request(&body).unwrap();
        assert_eq!(request.duty(), duty);
        assert!(!duty.is_slashable());
        let refused = read(&body).unwrap_err();
        assert_eq!(refused.reason, format!("{duty} has no position"));
        assert_eq!(duty.intent(request.signing_root()), Err(refused));
    }
}

#[test]
fn there_are_two_lanes_and_at_a_head_the_next_slot_and_its_epoch_can_be_signed() {
    let chain = chain();
    assert_eq!((chain.name(), chain.network_id()), ("ethereum", Some(hex(&NETWORK).as_str())));
    assert_eq!(chain.genesis_validators_root(), NETWORK);
    let (block, attestation) = (Lane::FIRST, Lane::new(1));
    assert_eq!((Ethereum::BLOCK, Ethereum::ATTESTATION), (block, attestation));
    assert_eq!(
        chain.lanes(),
        [
            LaneRule { name: "block", floored: false },
            LaneRule { name: "attestation", floored: true }
        ]
    );
    for (head, slot, epoch) in [(0, 1, 0), (30, 31, 0), (31, 32, 1), (63, 64, 2)] {
        let last = [slot, epoch].map(Position::at_height).to_vec();
        assert_eq!(chain.last_signable(head), Lanes::from(last));
    }
    let last = chain.last_signable(u64::MAX);
    assert!(last.iter().all(|(_, last)| last.next().is_some()));
}

/// A file of published vectors, or `None` (said aloud) where they are not at hand.
fn vectors(file: &str) -> Option<Value> {
    let folder = env::var_os("BRAINSWAP_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        PathBuf::from,
    );
    match fs::read(folder.join(file)) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(error) => {
            let required = env::var_os("BRAINSWAP_REQUIRE_VECTORS").is_some_and(|set| set == "1");
            assert!(!required, "{file} is required: {error}");
            eprintln!("skipped: {file} is not at hand");
            None
        }
    }
}
