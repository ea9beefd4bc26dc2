//! `cometbft/sign_bytes.json`: votes, proposals and vote extensions as they are signed.

use super::{block_id, timestamp};
use crate::{
    fields::{bytes, list, name_of, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Position, Signable,
    chain::{
        CometBft,
        cometbft::{Message, Proposal, Vote, VoteExtension, VoteKind},
    },
    ports::Chain as _,
};
use serde_json::Value;

pub fn sign_bytes(json: &Value, report: &mut Report) {
    for kind in ["votes", "proposals"] {
        for (at, row) in list(json, kind).iter().enumerate() {
            report.case(name_of(row, kind, at), || signed_message(row));
        }
    }
    for (at, row) in list(json, "vote_extensions").iter().enumerate() {
        report.case(name_of(row, "vote_extensions", at), || signed_extension(row));
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

fn signed_extension(row: &Value) -> Outcome {
    let given = bytes(row, "sign_bytes")?;
    let chain_id = text(row, "chain_id")?;
    let (height, round) = (number(row, "height")?, number(row, "round")?);
    let extension = VoteExtension { height, round, extension: bytes(row, "extension_hex")? };
    equal("bytes", &extension.sign_bytes(chain_id), &given)?;
    let read = VoteExtension::from_sign_bytes(&given);
    equal("read", &read, &Ok((extension, chain_id.to_owned())))?;
    let without = CometBft::new(chain_id).read(&given);
    ensure(without.is_err(), || "an extension is read where there is no lane for it".into())?;
    let reading = CometBft::new(chain_id).with_extensions().read(&given);
    let reading = reading.map_err(|error| format!("{error}"))?;
    let position = Position::new(number(row, "height")?, number(row, "round")?, 3);
    equal("position", &reading.intent.position, &position)?;
    equal("lane", &reading.intent.lane.number(), &1)?;
    equal("what is signed", &reading.signable, &Signable::Message(given))
}

/// The message, if it is one that a validator signs: a vote of no kind and a proposal without a
/// whole block id are not.
fn message_of(row: &Value) -> Result<Option<Message>, String> {
    let (height, round) = (number(row, "height")?, number(row, "round")?);
    let timestamp = timestamp(&row["timestamp"])?;
    if row["block_id"]["hash"] == "" {
        return Ok(None);
    }
    let block_id = block_id(&row["block_id"])?;
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
