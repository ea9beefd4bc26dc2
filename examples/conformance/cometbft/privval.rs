//! `cometbft/privval_messages.json`: what node and remote signer say, in four versions.

use crate::{
    fields::{bytes, list, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::chain::cometbft::privval::{Dialect, Request, Response, Split, delimit, split};
use serde_json::Value;

pub fn messages(json: &Value, report: &mut Report) {
    for row in list(json, "messages") {
        let name = format!("{} {}", row["version"], row["name"]);
        report.case(name, || message(row));
    }
    if json.get("inputs").is_some() {
        report.case("inputs: each stands in the messages that have one", || inputs(json));
    }
}

fn message(row: &Value) -> Outcome {
    let (given, framed) = (bytes(row, "bytes")?, bytes(row, "on_wire_delimited")?);
    equal("delimited", &delimit(&given), &framed)?;
    equal("split", &split(&framed), &Ok(Some(Split { message: &given, rest: &[] })))?;
    let (kind, again) = read(row)?;
    equal("message", &kind, &text(row, "message")?)?;
    equal("written", &again, &given)?;
    let is_error = text(row, "name")?.contains("error");
    let error = matches!(
        Response::from_bytes(dialect(row)?, &given),
        Ok(Response::PubKey(Err(_))
            | Response::SignedVote(Err(_))
            | Response::SignedProposal(Err(_)))
    );
    equal("an error", &error, &is_error)
}

/// What a message is called, and its bytes written again.
fn read(row: &Value) -> Result<(&'static str, Vec<u8>), String> {
    let given = bytes(row, "bytes")?;
    if let Ok(request) = Request::from_bytes(&given) {
        let kind = match &request {
            Request::PubKey { .. } => "PubKeyRequest",
            Request::SignVote { .. } => "SignVoteRequest",
            Request::SignProposal { .. } => "SignProposalRequest",
            Request::Ping => "PingRequest",
        };
        return Ok((kind, request.to_bytes()));
    }
    let response =
        Response::from_bytes(dialect(row)?, &given).map_err(|error| error.to_string())?;
    let kind = match &response {
        Response::PubKey(_) => "PubKeyResponse",
        Response::SignedVote(_) => "SignedVoteResponse",
        Response::SignedProposal(_) => "SignedProposalResponse",
        Response::Ping => "PingResponse",
    };
    Ok((kind, response.to_bytes(dialect(row)?)))
}

fn dialect(row: &Value) -> Result<Dialect, String> {
    match text(row, "version")? {
        "v0.34" | "v0.37" | "v0.38" | "v0.39" | "v0.40" => Ok(Dialect::V0_34),
        "v1" => Ok(Dialect::V1),
        other => Err(format!("no version: {other}")),
    }
}

/// The fields of every message that reads are those that the file says they were made of.
fn inputs(json: &Value) -> Outcome {
    let inputs = &json["inputs"];
    for row in list(json, "messages") {
        let given = bytes(row, "bytes")?;
        match Request::from_bytes(&given) {
            Ok(Request::SignVote { vote, chain_id, .. }) => {
                equal("height", &vote.vote.height, &crate::fields::number(inputs, "height")?)?;
                equal("round", &vote.vote.round, &crate::fields::number(inputs, "round")?)?;
                let index = crate::fields::number(inputs, "validator_index")?;
                equal("index", &vote.validator_index, &index)?;
                equal("chain id", &chain_id.as_str(), &"")?;
                let block = vote.vote.block_id.ok_or("a vote for no block")?;
                let total = crate::fields::number(inputs, "parts_total")?;
                equal("parts", &block.parts_total, &total)?;
            }
            Ok(Request::SignProposal { proposal, .. }) => {
                let height = crate::fields::number(inputs, "height")?;
                equal("height", &proposal.proposal.height, &height)?;
                ensure(!proposal.signature.is_empty(), || "the signature is lost".into())?;
            }
            Ok(Request::PubKey { .. } | Request::Ping) | Err(_) => {}
        }
        if let Ok(Response::PubKey(Ok(key))) = Response::from_bytes(dialect(row)?, &given) {
            let needed = format!("ed25519:{}", text(inputs, "pub_key_hex")?);
            equal("key", &key.to_string(), &needed)?;
        }
    }
    Ok(())
}
