//! `cometbft/sign_bytes.json`: votes and proposals as they are signed.

use crate::{
    fields::{array, bytes, list, name_of, number, text},
    suite::{Outcome, Report, Suite, ensure, equal},
};
use brainswap::{
    Position, Signable,
    chain::{
        CometBft,
        cometbft::{BlockId, Message, Proposal, Timestamp, Vote, VoteKind},
    },
    ports::Chain as _,
};
use serde_json::Value;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "sign_bytes.json" => sign_bytes,
        _ => return None,
    })
}

fn sign_bytes(json: &Value, report: &mut Report) {
    for kind in ["votes", "proposals", "vote_extensions"] {
        for (at, row) in list(json, kind).iter().enumerate() {
            report.case(name_of(row, kind, at), || signed_message(row));
        }
    }
}

fn signed_message(row: &Value) -> Outcome {
    let given = bytes(row, "sign_bytes")?;
    let chain_id = text(row, "chain_id")?;
    let reading = CometBft::new(chain_id).read(&given);
    let Some(message) = message_of(row)? else {
        return ensure(reading.is_err(), || "what is no vote of a validator is read as one".into());
    };
    equal("bytes", &message.sign_bytes(chain_id), &given)?;
    if chain_id.is_empty() {
        return ensure(reading.is_err(), || "a message of no chain is read".into());
    }
    let reading = reading.map_err(|error| format!("{error}"))?;
    equal("read", &Message::from_sign_bytes(&given), &Ok((message, chain_id.to_owned())))?;
    let step = match &message {
        Message::Proposal(_) => 1,
        Message::Vote(Vote { kind: VoteKind::Prevote, .. }) => 2,
        Message::Vote(_) => 3,
    };
    let position = Position::new(number(row, "height")?, number(row, "round")?, step);
    equal("position", &reading.intent.position, &position)?;
    equal("what is signed", &reading.signable, &Signable::Message(given))
}

/// The message, if it is one that a validator signs: a vote extension, a vote of no kind and a
/// proposal without a whole block id are not.
fn message_of(row: &Value) -> Result<Option<Message>, String> {
    if row["kind"] == "vote_extension" {
        return Ok(None);
    }
    let (height, round) = (number(row, "height")?, number(row, "round")?);
    let timestamp = Timestamp {
        seconds: number(&row["timestamp"], "seconds")?,
        nanos: number(&row["timestamp"], "nanos")?,
    };
    let block = &row["block_id"];
    let block_id = match block["hash"].as_str() {
        None if block.is_null() => None,
        None | Some("") => return Ok(None),
        Some(_) => Some(BlockId {
            hash: array(block, "hash")?,
            parts_total: number(block, "parts_total")?,
            parts_hash: array(block, "parts_hash")?,
        }),
    };
    let vote = |kind| Message::Vote(Vote { kind, height, round, block_id, timestamp });
    Ok(match number::<u32>(row, "type")? {
        1 => Some(vote(VoteKind::Prevote)),
        2 => Some(vote(VoteKind::Precommit)),
        32 => {
            let pol_round = number(row, "pol_round")?;
            block_id.map(|block_id| {
                Message::Proposal(Proposal { height, round, pol_round, block_id, timestamp })
            })
        }
        _ => None,
    })
}
