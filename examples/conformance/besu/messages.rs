//! `besu/qbft_messages.json`, `besu/ibft2_messages.json`: what a validator signs in a round.

use super::{key_of, protocol, public_of, said, signed};
use crate::{
    fields::{array, bytes, list, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Digest, Position, Signable,
    chain::{
        Besu, address_of,
        besu::{DigestOnly, Encoding, Form, Header, Kind, Message, Protocol, Signed, Window},
    },
    ports::Chain as _,
};
use serde_json::Value;

/// Each row is a case of its own, and so is each of its messages and each sequence of requests.
pub fn messages(json: &Value, report: &mut Report) {
    for row in list(json, "vectors") {
        let at = format!("{}/{}", row["height"], row["round"]);
        report.case(format!("block {at}"), || block(row));
        for (number, message) in list(row, "messages").iter().enumerate() {
            let name = message["type"].as_str().unwrap_or("message");
            report.case(format!("{name} {at} {number}"), || one_message(row, message));
        }
        for role in ["non_proposer", "proposer"] {
            let name = format!("expected_SecurityModule_sign_sequence_{role}");
            report.case(format!("requests of a {role} {at}"), || requests(row, list(row, &name)));
        }
    }
}

/// The proposed block, its two hashes, and its seal.
fn block(row: &Value) -> Outcome {
    let (protocol, key) = (protocol(row)?, key_of(text(row, "private_key")?)?);
    equal("signer", &address_of(&public_of(&key)?), &Some(array(row, "signer")?))?;
    let sealed_rlp = bytes(row, "sealed_header_rlp")?;
    let sealed = Header::from_rlp(protocol, Form::Whole, &sealed_rlp).map_err(said)?;
    equal("sealed header", &sealed.to_rlp(Form::Whole), &sealed_rlp)?;
    equal("height", &sealed.number(), &number(row, "height")?)?;
    equal("round", &sealed.round(), &number(row, "round")?)?;
    let hash = array(row, "commit_seal_hash")?;
    equal("commit seal hash", &sealed.commit_seal_hash(), &hash)?;
    equal("digest field", &hash, &array(row, "digest_field_in_prepare_and_commit")?)?;
    equal("block hash", &sealed.block_hash(), &array(row, "onchain_block_hash")?)?;
    let validators = list(row, "validators").iter();
    let validators: Vec<_> = validators.filter_map(Value::as_str).map(const_hex::decode).collect();
    let stated = sealed.extra_data().validators.iter().map(|one| Ok(one.to_vec()));
    equal("validators", &validators, &stated.collect())?;
    let signers = sealed.signers().map_err(said)?;
    let known = |signer: &[u8; 20]| sealed.extra_data().validators.contains(signer);
    ensure(!signers.is_empty() && signers.iter().all(known), || "a seal is no validator's".into())?;
    let unsealed = sealed.with_seals(vec![]);
    let proposed = bytes(row, "proposed_block_rlp")?;
    let header = unsealed.to_rlp(Form::Whole);
    ensure(inside(&proposed)?.starts_with(&header), || "the block has another header".into())?;
    let message = Message::commit_seal(unsealed).map_err(said)?;
    let to_sign = hash_of(protocol, &message, &message.to_preimage())?;
    equal("hash to seal", &to_sign, &hash)?;
    let seal = array(row, "commit_seal")?;
    equal("commit seal", &signed(&key, &to_sign)?, &seal)?;
    ensure(sealed.extra_data().seals.contains(&seal), || "the seal is not in the header".into())
}

fn one_message(row: &Value, expected: &Value) -> Outcome {
    let (protocol, key) = (protocol(expected)?, key_of(text(row, "private_key")?)?);
    let kind = kind_of(text(expected, "type")?)?;
    equal("code", &kind.code(protocol), &Some(number(expected, "code")?))?;
    let preimage = bytes(expected, "signing_preimage")?;
    let message = Message::from_preimage(protocol, &preimage).map_err(said)?;
    equal("type", &message.kind(), &kind)?;
    equal("height", &message.view().height(), &number(expected, "height")?)?;
    equal("round", &message.view().round(), &number(expected, "round")?)?;
    equal("preimage", &message.to_preimage(), &preimage)?;
    equal("payload", &message.payload(), &Some(bytes(expected, "payload_rlp")?))?;
    names_the_block(row, expected, &message)?;
    let hash = hash_of(protocol, &message, &preimage)?;
    equal("digest", &hash, &array(expected, "digest")?)?;
    let signature = signed(&key, &hash)?;
    equal("signature", &signature, &array(expected, "signature")?)?;
    let with = Signed::new(message, signature).map_err(said)?;
    let rlp = bytes(expected, "signed_payload_rlp")?;
    equal("signed payload", &with.to_rlp(), &rlp)?;
    equal("signed payload read", &Signed::from_rlp(protocol, kind, &rlp), &Ok(with.clone()))?;
    equal("signer", &with.signer(), &Ok(array(row, "signer")?))?;
    on_the_wire(row, expected, &with)
}

/// What the message says of the block is what the row says of it.
fn names_the_block(row: &Value, expected: &Value, message: &Message) -> Outcome {
    let block = array(row, "commit_seal_hash")?;
    match message.kind() {
        Kind::RoundChange => {
            let prepared = message.prepared();
            let none = expected["prepared"].is_null();
            equal("prepared nothing", &prepared.is_none(), &none)?;
            let Some(prepared) = prepared else { return Ok(()) };
            equal("prepared block", &prepared.block, &block)?;
            equal("prepared round", &prepared.round, &number(row, "round")?)?;
            if expected["prepared"].is_object() {
                equal("prepared round", &prepared.round, &number(&expected["prepared"], "round")?)?;
                equal("prepared", &prepared.block, &array(&expected["prepared"], "block_hash")?)?;
            }
            Ok(())
        }
        kind => {
            equal("block", &message.block(), &Some(block))?;
            let seal = match kind {
                Kind::Commit => Some(array(row, "commit_seal")?),
                Kind::Proposal | Kind::Prepare | Kind::CommitSeal | Kind::RoundChange => None,
            };
            equal("seal", &message.seal(), &seal)
        }
    }
}

/// What the chain says of the bytes: their place, and the hash to sign.
fn hash_of(protocol: Protocol, message: &Message, preimage: &[u8]) -> Result<[u8; 32], String> {
    let reading = Besu::new(protocol).read(preimage).map_err(|error| error.to_string())?;
    let view = message.view();
    equal("lane", &reading.intent.lane, &message.kind().lane())?;
    equal("position", &reading.intent.position, &Position::new(view.height(), view.round(), 0))?;
    equal("digest of the intent", &reading.intent.digest, &message.digest())?;
    if matches!(message.kind(), Kind::Prepare | Kind::Commit | Kind::CommitSeal) {
        let block = message.block().map(Digest::from_bytes);
        equal("digest of the block", &Some(reading.intent.digest), &block)?;
    }
    match reading.signable {
        Signable::Prehash(hash) => Ok(hash),
        other => Err(format!("it signs {other:?}")),
    }
}

/// Beside the signed payload the wire carries the block, an access list or nothing, and others'
/// messages, which the payload tells nothing of.
fn on_the_wire(row: &Value, expected: &Value, with: &Signed) -> Outcome {
    let (wire, signed) = (bytes(expected, "wire_message_rlp")?, with.to_rlp());
    let kind = with.message().kind();
    if matches!(kind, Kind::Prepare | Kind::Commit) {
        return equal("wire", &wire, &signed);
    }
    let rest = inside(&wire)?;
    let rest = rest.strip_prefix(signed.as_slice()).ok_or("the wire has another payload")?;
    let (protocol, message) = (with.message().protocol(), with.message());
    let legacy = text(expected, "encoding").is_ok_and(|encoding| encoding.contains("legacy"));
    let block = match (protocol, kind, message.prepared()) {
        (Protocol::Qbft, Kind::Proposal, _) => {
            let encoding = message.proposal().and_then(|proposal| proposal.encoding());
            let wanted = if legacy { Encoding::Legacy } else { Encoding::Current };
            equal("encoding", &encoding, &Some(wanted))?;
            return equal("justification", &rest, &[0xc2, 0xc0, 0xc0].as_slice());
        }
        (Protocol::Qbft, _, None) => vec![0xc0],
        (Protocol::Ibft2, Kind::RoundChange, None) => vec![0x80],
        (Protocol::Ibft2, ..) | (Protocol::Qbft, _, Some(_)) => bytes(row, "proposed_block_rlp")?,
    };
    let rest = rest.strip_prefix(block.as_slice()).ok_or("the wire has another block")?;
    let rest = match (protocol, kind) {
        (Protocol::Ibft2, Kind::Proposal) => rest.strip_prefix(&[0x80]),
        _ => Some(rest),
    };
    let rest = rest.ok_or("the wire has a certificate")?;
    let rest = match legacy {
        true => rest,
        false => rest.strip_prefix(&[0x80]).ok_or("the wire has an access list")?,
    };
    match protocol {
        Protocol::Qbft => prepares(row, message, rest),
        Protocol::Ibft2 => equal("end of the wire", &rest, &[].as_slice()),
    }
}

/// The prepares that prove a round change of QBFT, each a validator's, for the prepared block.
fn prepares(row: &Value, message: &Message, rlp: &[u8]) -> Outcome {
    let mut rest = inside(rlp)?;
    let mut signers = vec![];
    while !rest.is_empty() {
        let (item, after) = first(rest)?;
        let prepare = Signed::from_rlp(Protocol::Qbft, Kind::Prepare, item).map_err(said)?;
        let view = prepare.message().view();
        let prepared = message.prepared().ok_or("prepares for no block")?;
        equal("prepared block", &prepare.message().block(), &Some(prepared.block))?;
        equal("prepared height", &view.height(), &message.view().height())?;
        equal("prepared round", &view.round(), &prepared.round)?;
        signers
            .push(Value::from(format!("0x{}", const_hex::encode(prepare.signer().map_err(said)?))));
        rest = after;
    }
    let validators = list(row, "validators");
    ensure(signers.iter().all(|one| validators.contains(one)), || {
        "a prepare is no validator's".into()
    })?;
    equal("whether there are prepares", &signers.is_empty(), &message.prepared().is_none())
}

/// What a signer that is handed these hashes can name, and what it cannot.
fn requests(row: &Value, requests: &[Value]) -> Outcome {
    ensure(!requests.is_empty(), || "there are no requests".into())?;
    let (protocol, key) = (protocol(row)?, key_of(text(row, "private_key")?)?);
    let head = number::<u64>(row, "height")?.checked_sub(1).ok_or("there is no height 0")?;
    let block: [u8; 32] = array(row, "commit_seal_hash")?;
    let mut signer = DigestOnly::new(protocol);
    for request in requests {
        let (what, hash) = (text(request, "what")?, array(request, "dataHash")?);
        let found = signer.classify(&hash, Window::after(head, 4));
        let kind = match what.split(' ').next() {
            Some("COMMIT_SEAL") => {
                equal("hash to seal", &hash, &block)?;
                None
            }
            Some("COMMIT") => Some(Kind::Commit),
            Some("PREPARE") => Some(Kind::Prepare),
            Some("PROPOSAL") => {
                let of = |message: &&Value| message["type"] == "PROPOSAL";
                let proposal = list(row, "messages").iter().find(of).ok_or("no proposal")?;
                equal("hash of the proposal", &hash, &array(proposal, "digest")?)?;
                None // it is asked for before the block's hash is known
            }
            _ => return Err(format!("{what} is no request")),
        };
        equal(what, &found.as_ref().map(Message::kind), &kind)?;
        match found {
            Some(message) => {
                equal("block", &message.block(), &Some(block))?;
                equal("hash", &hash_of(protocol, &message, &message.to_preimage())?, &hash)?;
            }
            None => signer.remember(hash, signed(&key, &hash)?),
        }
    }
    Ok(())
}

fn kind_of(name: &str) -> Result<Kind, String> {
    match name {
        "PROPOSAL" => Ok(Kind::Proposal),
        "PREPARE" => Ok(Kind::Prepare),
        "COMMIT" => Ok(Kind::Commit),
        "ROUND_CHANGE" => Ok(Kind::RoundChange),
        other => Err(format!("{other} is no type of message")),
    }
}

/// What an RLP list holds.
fn inside(rlp: &[u8]) -> Result<&[u8], String> {
    let (item, rest) = first(rlp)?;
    ensure(rest.is_empty(), || "something follows the list".into())?;
    let head = item.len() - length_of(item)?.1;
    Ok(&item[head..])
}

/// The first RLP list of several, with its head, and the rest.
fn first(rlp: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let (head, length) = length_of(rlp)?;
    rlp.split_at_checked(head + length).ok_or_else(|| "the list is cut off".to_owned())
}

/// The lengths of a list's head and of what it holds.
fn length_of(rlp: &[u8]) -> Result<(usize, usize), String> {
    match rlp {
        [byte @ 0xc0..=0xf7, ..] => Ok((1, usize::from(byte - 0xc0))),
        [0xf8, length, ..] => Ok((2, usize::from(*length))),
        [0xf9, high, low, ..] => Ok((3, usize::from(u16::from_be_bytes([*high, *low])))),
        _ => Err("this is no list of less than 64 KiB".to_owned()),
    }
}
