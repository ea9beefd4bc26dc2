//! `besu/extra_data.json`, `besu/bft_header_hashing.json`: extra data, and the hashes of headers.

use super::{key_of, protocol, said, signed};
use crate::{
    fields::{array, bytes, flag, list, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::chain::besu::{ExtraData, Form, Header, Message, Protocol, Vote};
use serde_json::Value;

pub fn extra_data(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "vectors").iter().enumerate() {
        let name = row["name"].as_str().unwrap_or("extra data");
        report.case(format!("{} {name} {at}", row["kind"]), || extra(row));
    }
}

fn extra(row: &Value) -> Outcome {
    let protocol = protocol(row)?;
    let encoded = bytes(row, "encoded")?;
    let read = ExtraData::from_rlp(protocol, Form::Whole, &encoded).map_err(said)?;
    let vote = &row["vote"];
    let vote = match vote.is_null() {
        true => None,
        false => Some(Vote { recipient: array(vote, "recipient")?, add: flag(vote, "add")? }),
    };
    let stated = ExtraData {
        vanity: array(row, "vanity")?,
        validators: each(row, "validators")?,
        vote,
        round: number(row, "round")?,
        seals: each(row, "seals")?,
    };
    equal("extra data", &read, &stated)?;
    let unsealed = bytes(row, "encoded_without_seals")?;
    equal("encoded", &read.to_rlp(protocol, Form::Whole), &encoded)?;
    equal("without seals", &read.to_rlp(protocol, Form::WithoutSeals), &unsealed)?;
    equal(
        "without seals and round",
        &read.to_rlp(protocol, Form::WithoutSealsAndRound),
        &bytes(row, "encoded_without_seals_and_round")?,
    )?;
    let again = ExtraData::from_rlp(protocol, Form::WithoutSeals, &unsealed).map_err(said)?;
    equal("read without seals", &again, &ExtraData { seals: vec![], ..stated })
}

pub fn hashing(json: &Value, report: &mut Report) {
    for row in list(json, "vectors") {
        report.case(format!("{} round {}", row["kind"], row["round"]), || hashes(row));
    }
}

fn hashes(row: &Value) -> Outcome {
    let protocol = protocol(row)?;
    let unsealed = bytes(row, "header_rlp_without_seals")?;
    let form = form_without_seals(protocol, &unsealed);
    let header = Header::from_rlp(protocol, form, &unsealed).map_err(said)?;
    equal("header", &header.to_rlp(form), &unsealed)?;
    equal("round", &header.round(), &number(row, "round")?)?;
    let hash = array(row, "commit_seal_hash")?;
    equal("commit seal hash", &header.commit_seal_hash(), &hash)?;
    equal("block hash", &header.block_hash(), &array(row, "onchain_block_hash")?)?;
    let seals: Vec<[u8; 65]> = each(row, "commit_seals")?;
    let message = Message::commit_seal(header.clone()).map_err(said)?;
    let to_sign = message.hash();
    equal("hash to sign", &to_sign, &hash)?;
    let mut made = vec![];
    for key in list(row, "committer_private_keys") {
        made.push(signed(&key_of(key.as_str().ok_or("a key is no text")?)?, &to_sign)?);
    }
    equal("seals made", &made, &seals)?;
    let sealed = header.with_seals(seals);
    equal("signers", &sealed.signers(), &Ok(each(row, "committer_addresses")?))?;
    let sealed_rlp = bytes(row, "sealed_header_rlp")?;
    equal("sealed header", &sealed.to_rlp(Form::Whole), &sealed_rlp)?;
    let read = Header::from_rlp(protocol, Form::Whole, &sealed_rlp).map_err(said)?;
    equal("sealed header read", &read, &sealed)?;
    ensure(text(row, "kind")? == protocol.name(), || "another protocol".into())
}

/// A published header without seals may have an empty list of them, or in IBFT 2.0 none.
fn form_without_seals(protocol: Protocol, rlp: &[u8]) -> Form {
    match Header::from_rlp(protocol, Form::WithoutSeals, rlp) {
        Ok(_) => Form::WithoutSeals,
        Err(_) => Form::Whole,
    }
}

fn each<const N: usize>(row: &Value, name: &str) -> Result<Vec<[u8; N]>, String> {
    let texts = row[name].as_array().ok_or_else(|| format!("the vector has no list \"{name}\""))?;
    let read = |text: &Value| {
        let bytes = const_hex::decode(text.as_str()?).ok()?;
        <[u8; N]>::try_from(bytes).ok()
    };
    texts.iter().map(read).collect::<Option<_>>().ok_or_else(|| format!("\"{name}\" has no bytes"))
}
