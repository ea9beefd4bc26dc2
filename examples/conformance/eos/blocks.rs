//! `eos/block_ids.json`, `eos/block_signing_legacy.json` and the same for Savanna: headers, their
//! ids, and what their producers signed.

use crate::{
    fields::{array, bytes, list, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Signable,
    authority::KeyWeight,
    chain::{
        EosProducer,
        eos::{
            BlockId, BlockRoot, BlockToSign, Extension, Header, LegacyContext, NewProducers,
            Produced, ProducerSchedule, Slot,
        },
    },
    eos::{BlockReference, BlockSigningAuthority, EosPublicKey, EosSignature},
    ports::Chain as _,
};
use serde_json::Value;
use std::{fmt::Display, str::FromStr};

pub fn ids(json: &Value, report: &mut Report) {
    for row in list(json, "blocks") {
        report.case(format!("block {}", row["block_num"]), || id(row));
    }
}

pub fn signing(json: &Value, report: &mut Report) {
    for row in list(json, "blocks") {
        report.case(format!("block {} of {}", row["block_num"], row["chain"]), || signed(row));
    }
}

fn id(row: &Value) -> Outcome {
    let id: BlockId = parsed(row, "id")?;
    equal("number", &id.number(), &number(row, "block_num")?)?;
    if row.get("header_digest").is_some() {
        let of_digest = BlockId::of(number(row, "block_num")?, array(row, "header_digest")?);
        equal("id of the digest", &of_digest, &id)?;
    }
    if row.get("header").is_some() {
        header(row)?;
    }
    if row.get("slot").is_some() {
        let slot: Slot = parsed(&row["header"], "timestamp")?;
        equal("slot", &slot.number(), &number(row, "slot")?)?;
    }
    if row.get("ref_block_prefix").is_some() {
        let prefix = BlockReference::of_block(&id).prefix;
        equal("ref_block_prefix", &prefix, &number(row, "ref_block_prefix")?)?;
    }
    Ok(())
}

fn signed(row: &Value) -> Outcome {
    let header = header(row)?;
    let block = if header.is_savanna() {
        BlockToSign::savanna(header).map_err(said)?
    } else {
        let context = LegacyContext {
            blockroot: blockroot(row)?,
            schedule_hash: schedule_hash(row, &header)?,
        };
        BlockToSign::legacy(header, context).map_err(said)?
    };
    equal("id", &block.id(), &parsed(row, "id")?)?;
    let digest: [u8; 32] = match row.get("signing_digest") {
        Some(_) => array(row, "signing_digest")?,
        None => *block.id().as_bytes(),
    };
    equal("signing digest", &block.signing_digest(), &digest)?;

    let message = block.to_bytes();
    let reading = EosProducer::new(block.header().producer).read(&message).map_err(said)?;
    equal("what is signed", &reading.signable, &Signable::CanonicalPrehash(digest))?;
    equal("digest", reading.intent.digest.as_bytes(), &digest)?;
    let produced = Produced { number: number(row, "block_num")?, slot: block.header().slot };
    equal("position", &reading.intent.position, &produced.position())?;
    equal("floor", &reading.intent.floor, &produced.floor())?;

    let signature: EosSignature = parsed(row, "producer_signature")?;
    let signer = signature.recover(&digest).map_err(said)?;
    equal("signer", &signer, &parsed(row, "recovered_key")?)?;
    match row.get("valid_block_signing_authority") {
        Some(authority) => {
            let met = authority_of(authority)?.is_met_by(&[signer]);
            ensure(met, || "the signer's authority is not met".into())
        }
        None => Ok(()),
    }
}

/// The header of a row, checked against its packed form, its digest and its id.
fn header(row: &Value) -> Result<Header, String> {
    let packed = bytes(row, "packed_header_hex")?;
    let header = header_of(&row["header"])?;
    equal("packed header", &header.pack(), &packed)?;
    equal("unpacked header", &Header::unpack(&packed).map_err(said)?, &header)?;
    equal("header digest", &header.digest(), &array(row, "header_digest")?)?;
    equal("id", &header.id(), &Some(parsed(row, "id")?))?;
    equal("number", &header.number(), &Some(number(row, "block_num")?))?;
    Ok(header)
}

fn header_of(json: &Value) -> Result<Header, String> {
    let new_producers = match &json["new_producers"] {
        Value::Null => None,
        schedule => Some(new_producers(schedule)?),
    };
    let extensions = list(json, "header_extensions").iter().map(|extension| {
        let id = extension[0].as_u64().and_then(|id| u16::try_from(id).ok());
        let bytes = extension[1].as_str().and_then(|hex| const_hex::decode(hex).ok());
        match (id, bytes) {
            (Some(id), Some(bytes)) => Ok(Extension { id, bytes }),
            _ => Err("an extension is no number with bytes".to_owned()),
        }
    });
    Ok(Header {
        slot: parsed(json, "timestamp")?,
        producer: parsed(json, "producer")?,
        confirmed: number(json, "confirmed")?,
        previous: parsed(json, "previous")?,
        transaction_mroot: array(json, "transaction_mroot")?,
        action_mroot: array(json, "action_mroot")?,
        schedule_version: number(json, "schedule_version")?,
        new_producers,
        header_extensions: extensions.collect::<Result<_, _>>()?,
    })
}

fn new_producers(json: &Value) -> Result<NewProducers, String> {
    let producers = list(json, "producers").iter().map(|producer| {
        let key: EosPublicKey = parsed(producer, "block_signing_key")?;
        let packed = key.pack().try_into().map_err(|_| "a key of another length")?;
        Ok((parsed(producer, "producer_name")?, packed))
    });
    let producers = producers.collect::<Result<_, String>>()?;
    Ok(NewProducers { version: number(json, "version")?, producers })
}

fn blockroot(row: &Value) -> Result<[u8; 32], String> {
    let merkle = &row["blockroot_merkle"];
    let nodes = list(merkle, "_active_nodes").iter().map(|node| {
        let node = node.as_str().and_then(|hex| const_hex::decode_to_array(hex).ok());
        node.ok_or_else(|| "a node is no digest".to_owned())
    });
    let nodes = nodes.collect::<Result<_, _>>()?;
    let root = BlockRoot::new(nodes, number(merkle, "_node_count")?);
    let root = root.ok_or("the tree has another number of active nodes")?;
    equal("blocks below", &root.count(), &(number::<u64>(row, "block_num")? - 1))?;
    equal("block root", &root.root(), &array(row, "blockroot")?)?;
    Ok(root.root())
}

fn schedule_hash(row: &Value, header: &Header) -> Result<[u8; 32], String> {
    let json = &row["active_schedule"];
    let producers = list(json, "producers").iter().map(|producer| {
        Ok((parsed(producer, "producer_name")?, authority_of(&producer["authority"])?))
    });
    let producers = producers.collect::<Result<_, String>>()?;
    let schedule = ProducerSchedule { version: number(json, "version")?, producers };
    equal("version", &header.schedule_version, &schedule.version)?;
    equal("packed schedule", &schedule.pack(), &bytes(row, "packed_active_schedule_hex")?)?;
    equal("schedule hash", &schedule.hash(), &array(row, "schedule_hash")?)?;
    let turn = schedule.producer_at(header.slot).map(|(producer, _)| producer);
    equal("whose turn it is", &turn, &Some(header.producer))?;
    Ok(schedule.hash())
}

/// `[0, {threshold, keys}]`.
fn authority_of(json: &Value) -> Result<BlockSigningAuthority, String> {
    equal("form of an authority", &json[0], &0.into())?;
    let keys = list(&json[1], "keys").iter().map(|entry| {
        Ok(KeyWeight { key: parsed(entry, "key")?, weight: number(entry, "weight")? })
    });
    let keys = keys.collect::<Result<_, String>>()?;
    Ok(BlockSigningAuthority { threshold: number(&json[1], "threshold")?, keys })
}

pub fn parsed<T: FromStr<Err: Display>>(json: &Value, name: &str) -> Result<T, String> {
    text(json, name)?.parse().map_err(|error| format!("\"{name}\": {error}"))
}

pub fn said(error: impl Display) -> String {
    error.to_string()
}
