//! `cometbft/tmkms_0_15_0_observed.json`: what tmkms signed and refused, against our own rule.
//!
//! Each request is put to the rule after what tmkms had signed before it. The answers are the same
//! but in two places, where CometBFT's own signer is as we are: another pol_round is a conflict,
//! and a later step of a round may be for another block.

use crate::{
    fields::{list, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    chain::{
        CometBft,
        cometbft::{
            BlockId, Message, Proposal, StateFormat, Timestamp, Vote, VoteExtension, VoteKind,
            privval::{NodeVote, Request},
        },
    },
    ports::Chain as _,
    watermark::{Mark, Verdict, check},
};
use serde_json::{Value, json};

const CHAIN: &str = "test-chain";

pub fn observed(json: &Value, report: &mut Report) {
    let mut last: Option<(Message, Mark)> = None;
    for row in list(json, "sequence") {
        let name = row["request"].as_str().unwrap_or("request").to_owned();
        if name.starts_with("state_hook") {
            report.not_checked.push("sequence: state_hook");
            continue;
        }
        report.case(name, || {
            let (request, result) = (text(row, "request")?, text(row, "result")?);
            match message_of(request, last.map(|(message, _)| message))? {
                Some(message) => decided(message, request, result, &mut last),
                None => elsewhere(request, result),
            }
        });
    }
    let about_tmkms = [
        "syscalls_per_signature",
        "fsync_before_reply",
        "latency_us",
        "reference_disk_us_same_machine",
    ];
    report.not_checked.extend(about_tmkms.into_iter().filter(|list| json.get(list).is_some()));
}

/// The rule's answer, beside what tmkms did.
fn decided(
    message: Message,
    request: &str,
    result: &str,
    last: &mut Option<(Message, Mark)>,
) -> Outcome {
    let signed = result.to_lowercase().starts_with("signed");
    let refused = result.starts_with("RemoteSignerError")
        || result.starts_with("error code")
        || result.starts_with("CONNECTION CLOSED");
    equal("a result that is known", &(signed != refused), &true)?;
    let reading = CometBft::new(CHAIN).read(&message.sign_bytes(CHAIN));
    let intent = reading.map_err(|error| error.to_string())?.intent;
    let verdict = check(last.as_ref().map(|(_, mark)| mark), &intent);
    let other_pol = request.contains("pol_round");
    let later_block = last.as_ref().is_some_and(|(before, mark)| {
        let (asked, last) = (intent.position, mark.position);
        let same_round = (asked.height(), asked.round()) == (last.height(), last.round());
        let blocks = (block_of(&message), block_of(before));
        same_round && asked > last && matches!(blocks, (Some(a), Some(b)) if a != b)
    });
    if signed {
        *last = Some((
            message,
            Mark { position: intent.position, digest: Some(intent.digest), floor: 0 },
        ));
    }
    match (signed, &verdict) {
        (true, Err(_)) => ensure(other_pol, || format!("tmkms signed, and we say {verdict:?}")),
        (false, Ok(_)) => ensure(later_block, || format!("tmkms refused, and we say {verdict:?}")),
        (true, Ok(verdict)) => {
            let again = result.starts_with("SIGNED") || result.contains("again");
            ensure(!other_pol, || "another pol_round was let through".into())?;
            equal(
                "again",
                &matches!(verdict, Verdict::Again),
                &(again || request.contains("other timestamp")),
            )
        }
        (false, Err(_)) => Ok(()),
    }
}

/// What is no message, or a state.
fn elsewhere(request: &str, result: &str) -> Outcome {
    let chain = CometBft::new(CHAIN).with_extensions();
    let vote = Vote {
        kind: VoteKind::Precommit,
        height: 361_402,
        round: 0,
        block_id: Some(block('A')),
        timestamp: Timestamp { seconds: 1_700_000_000, nanos: 0 },
    };
    let asked = |chain_id: &str| {
        let vote = NodeVote {
            vote,
            validator_address: vec![],
            validator_index: 0,
            signature: vec![],
            extension: b"ext".to_vec(),
            extension_signature: vec![],
        };
        Request::SignVote { vote, chain_id: chain_id.into(), skip_extension: false }
    };
    let import = |file: &[u8]| {
        chain.import(StateFormat::Tmkms, file).err().map_or("taken", |error| error.code())
    };
    if request.starts_with("pubkey for other chain id") {
        equal("result", &result, &"CONNECTION CLOSED")?;
        return equal("another chain", &chain.to_sign(&asked("other")).is_err(), &true);
    }
    if request.starts_with("precommit with extension") {
        // tmkms 0.15.0 loses the extension; it is to be signed.
        ensure(result.contains("extension not signed"), || "tmkms signed the extension".into())?;
        let to_sign = chain.to_sign(&asked(CHAIN)).map_err(|error| error.to_string())?;
        let extension = VoteExtension { height: vote.height, round: 0, extension: b"ext".to_vec() };
        return equal("extension", &to_sign.extension, &Some(extension.sign_bytes(CHAIN)));
    }
    if request.starts_with("state file deleted") {
        // tmkms begins at height 0 again; a state that says so is not taken over.
        ensure(result.contains("height 0"), || "tmkms did not begin at height 0".into())?;
        let anew = json!({"height": "0", "round": "0", "step": 0, "block_id": null}).to_string();
        return equal("refused", &import(anew.as_bytes()), &"cometbft.state_says_nothing");
    }
    let file = if request.starts_with("empty (0 byte) state file") {
        String::new()
    } else if request.starts_with("raw FilePV state file") {
        json!({"height": "5", "round": 0, "step": 3}).to_string()
    } else {
        return Err("this request is not known".into());
    };
    ensure(result.starts_with("refuses to start"), || "tmkms took the state".into())?;
    equal("refused", &import(file.as_bytes()), &"cometbft.not_a_state")
}

/// The message that a request names, such as `prevote h5 r0 A other timestamp`.
fn message_of(request: &str, last: Option<Message>) -> Result<Option<Message>, String> {
    if request.starts_with("identical again") {
        return Ok(Some(last.ok_or("nothing came before it")?));
    }
    let mut words = request.split([' ', ',', '(', ')']).filter(|word| !word.is_empty());
    let (kind, height, round) = (words.next(), words.next(), words.next());
    let after =
        |word: Option<&str>, letter| -> Option<i64> { word?.strip_prefix(letter)?.parse().ok() };
    let (Some(height), Some(round)) = (after(height, 'h'), after(round, 'r')) else {
        return Ok(None);
    };
    let round = i32::try_from(round).map_err(|_| "no round")?;
    let block_id = match words.next() {
        Some("nil") => None,
        Some("A") => Some(block('A')),
        Some("B") => Some(block('B')),
        other => return Err(format!("no block: {other:?}")),
    };
    let nanos = i32::from(request.contains("other timestamp"));
    let timestamp = Timestamp { seconds: 1_700_000_000, nanos };
    let vote = |kind| Message::Vote(Vote { kind, height, round, block_id, timestamp });
    Ok(Some(match kind {
        Some("prevote") => vote(VoteKind::Prevote),
        Some("precommit") => vote(VoteKind::Precommit),
        Some("proposal") => {
            let block_id = block_id.ok_or("a proposal for nil")?;
            let pol_round = if request.contains("pol_round 0") { 0 } else { -1 };
            Message::Proposal(Proposal { height, round, pol_round, block_id, timestamp })
        }
        other => return Err(format!("no kind of message: {other:?}")),
    }))
}

fn block_of(message: &Message) -> Option<BlockId> {
    match message {
        Message::Vote(vote) => vote.block_id,
        Message::Proposal(proposal) => Some(proposal.block_id),
    }
}

fn block(letter: char) -> BlockId {
    let hash = [letter as u8; 32];
    BlockId { hash, parts_total: 1, parts_hash: hash }
}
