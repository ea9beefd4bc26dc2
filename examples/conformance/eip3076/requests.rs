//! Sign requests of the remote signing API, with the signing roots that their examples state.

use crate::{
    fields::{array, flag, list, name_of, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    BlsSuite, Position, Signable,
    chain::{Ethereum, ethereum::Duty},
    ports::Chain as _,
};
use serde_json::Value;

pub fn requests(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "vectors").iter().enumerate() {
        report.case(name_of(row, "request", at), || request(row));
    }
}

fn request(row: &Value) -> Outcome {
    let body = &row["request"];
    let network = &body["fork_info"];
    let root = match network.is_null() {
        true => [0; 32], // a deposit and a registration are of no network
        false => array(network, "genesis_validators_root")?,
    };
    // The examples' network began with this version.
    let chain = Ethereum::new(root).with_genesis_fork_version([0, 0, 0, 1]);
    let bytes = body.to_string();
    let request = chain.request(bytes.as_bytes()).map_err(|error| error.to_string())?;
    let signing_root: [u8; 32] = array(row, "signing_root")?;
    equal("signing root", &request.signing_root(), &signing_root)?;
    if !row["domain"].is_null() {
        equal("domain", &request.domain(), &array(row, "domain")?)?;
    }
    let mut silent = body.clone();
    silent["signingRoot"].take();
    equal("without its root", &chain.request(silent.to_string().as_bytes()), &Ok(request))?;
    equal("slashable", &request.duty().is_slashable(), &flag(row, "slashable")?)?;
    let reading = chain.read(bytes.as_bytes());
    equal("read", &reading.is_ok(), &flag(row, "slashable")?)?;
    let Ok(reading) = reading else { return Ok(()) };
    let suite = BlsSuite::ProofOfPossession;
    let signable = Signable::Bls { message: signing_root.to_vec(), suite };
    equal("what is signed", &reading.signable, &signable)?;
    let intent = reading.intent;
    equal("digest", intent.digest.as_bytes(), &signing_root)?;
    let (lane, height, floor) = match request.duty() {
        Duty::Attestation { .. } => {
            let vote = &body["attestation"];
            (Ethereum::ATTESTATION, epoch(&vote["target"])?, epoch(&vote["source"])?)
        }
        _ => (Ethereum::BLOCK, slot(body)?, 0),
    };
    ensure(body["type"].as_str().is_some_and(|kind| request_is(kind, request.duty())), || {
        format!("the type is read as {}", request.duty())
    })?;
    equal("lane", &intent.lane, &lane)?;
    equal("position", &intent.position, &Position::at_height(height))?;
    equal("floor", &intent.floor, &floor)
}

fn request_is(kind: &str, duty: Duty) -> bool {
    match duty {
        Duty::Block { .. } => kind.starts_with("BLOCK"),
        Duty::Attestation { .. } => kind == "ATTESTATION",
        _ => false,
    }
}

fn epoch(checkpoint: &Value) -> Result<u64, String> {
    text(checkpoint, "epoch")?.parse().map_err(|_| "an epoch is no number".into())
}

/// The slot of a block, wherever it stands.
fn slot(body: &Value) -> Result<u64, String> {
    let versioned = &body["beacon_block"];
    let places = [&body["block"], &versioned["block"], &versioned["block_header"]];
    let slot = places.iter().find_map(|block| block["slot"].as_str());
    slot.and_then(|slot| slot.parse().ok()).ok_or_else(|| "there is no slot".into())
}
