//! `eos/transactions.json`: transactions packed, their ids, what is signed, and by whom.

use super::actions::{levels, name, say};
use crate::{
    fields::{array, bytes, list, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Digest,
    eos::{
        Action, BlockReference, ChainId, EosPublicKey, NotEosBytes, SignedTransaction, Transaction,
    },
};
use serde_json::Value;
use std::collections::BTreeSet;

pub fn transactions(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "transactions").iter().enumerate() {
        report.case(format!("transaction {at}"), || transaction(row));
    }
    if json.get("chain_ids").is_some() {
        report.case("chain_ids", || chain_ids(&json["chain_ids"]));
    }
}

fn transaction(row: &Value) -> Outcome {
    let packed = bytes(row, "packed_hex")?;
    let read = Transaction::unpack(&packed).map_err(say)?;
    equal("bytes", &read.pack(), &packed)?;
    if let Some(fields) = row.get("transaction") {
        equal("fields", &read, &transaction_of(fields)?)?;
    }
    if row.get("id").is_some() {
        equal("id", &read.id(), &Digest::from_bytes(array(row, "id")?))?;
    }
    let mut signed = SignedTransaction::new(read);
    if row.get("chain_id").is_some() {
        let chain: ChainId = text(row, "chain_id")?.parse().map_err(say)?;
        context_free_data(row, &chain, &mut signed)?;
        let digest = array(row, "signing_digest")?;
        equal("signing digest", &signed.signing_digest(&chain), &digest)?;
        signatures(row, &chain, &mut signed)?;
    }
    let whole = signed.pack();
    equal("packed_transaction", &SignedTransaction::unpack(&whole), &Ok(signed))?;
    compressed(row)
}

fn context_free_data(row: &Value, chain: &ChainId, signed: &mut SignedTransaction) -> Outcome {
    if row.get("context_free_data_hex").is_none() {
        return Ok(());
    }
    let without = array(row, "signing_digest_without_cfd")?;
    equal("digest without data", &signed.transaction.signing_digest(chain), &without)?;
    let entries = list(row, "context_free_data_hex").iter();
    let entries: Result<Vec<_>, _> =
        entries.map(|entry| const_hex::decode(entry.as_str().unwrap_or("?"))).collect();
    signed.context_free_data = entries.map_err(say)?;
    let packed = bytes(row, "packed_context_free_data_hex")?;
    let json: Value = serde_json::from_str(&signed.to_json()).map_err(say)?;
    equal("packed data", &bytes(&json, "packed_context_free_data")?, &packed)?;
    equal("its hash", Digest::of(&packed).as_bytes(), &array(row, "context_free_hash")?)
}

fn signatures(row: &Value, chain: &ChainId, signed: &mut SignedTransaction) -> Outcome {
    let texts = list(row, "signatures").iter();
    let texts = texts.map(|text| text.as_str().unwrap_or_default().parse().map_err(say));
    signed.signatures = texts.collect::<Result<_, String>>()?;
    let keys = list(row, "recovered_public_keys").iter();
    let keys = keys.map(|key| key.as_str().unwrap_or_default().parse().map_err(say));
    let keys: BTreeSet<EosPublicKey> = keys.collect::<Result<_, String>>()?;
    equal("signers", &signed.signers(chain).map_err(say)?, &keys)
}

/// What is compressed is refused by the crate; what it holds is a transaction.
fn compressed(row: &Value) -> Outcome {
    if row.get("zlib_compressed_packed_hex").is_none() {
        return Ok(());
    }
    let compressed = bytes(row, "zlib_compressed_packed_hex")?;
    let length = u8::try_from(compressed.len()).map_err(say)?;
    ensure(length < 0x80, || "the length needs two bytes".into())?;
    let whole = [&[0, 1, 0, length], compressed.as_slice()].concat();
    let refused = NotEosBytes::Alternative { what: "packed transaction", kind: 1 };
    equal("compressed", &SignedTransaction::unpack(&whole), &Err(refused))?;
    let content = miniz_oxide::inflate::decompress_to_vec_zlib(&compressed).map_err(say)?;
    equal("decompressed", &content, &bytes(row, "zlib_decompressed_hex")?)?;
    equal("bytes", &Transaction::unpack(&content).map_err(say)?.pack(), &content)
}

fn chain_ids(json: &Value) -> Outcome {
    if json.get("EOS/Vaulta").is_some() {
        equal("EOS", &text(json, "EOS/Vaulta")?.parse(), &Ok(ChainId::EOS))?;
    }
    for (chain, id) in json.as_object().into_iter().flatten() {
        let id = id.as_str().unwrap_or_default();
        let read: ChainId = id.parse().map_err(say)?;
        equal(chain, &read.to_string().as_str(), &id)?;
    }
    Ok(())
}

/// A transaction from its JSON, with the actions' data as hexadecimal digits.
pub fn transaction_of(json: &Value) -> Result<Transaction, String> {
    if let Some(packed) = json.as_str() {
        return Transaction::unpack(&const_hex::decode(packed).map_err(say)?).map_err(say);
    }
    let actions = |field| {
        list(json, field)
            .iter()
            .map(|action| {
                let data = if action["data_hex"].is_string() { "data_hex" } else { "data" };
                Ok(Action {
                    account: name(action, "account")?,
                    name: name(action, "name")?,
                    authorization: levels(action, "authorization")?,
                    data: bytes(action, data)?,
                })
            })
            .collect::<Result<Vec<_>, String>>()
    };
    Ok(Transaction {
        expiration: seconds(text(json, "expiration")?)?,
        reference: BlockReference {
            num: number(json, "ref_block_num")?,
            prefix: number(json, "ref_block_prefix")?,
        },
        max_net_usage_words: number(json, "max_net_usage_words")?,
        max_cpu_usage_ms: number(json, "max_cpu_usage_ms")?,
        delay_sec: number(json, "delay_sec")?,
        context_free_actions: actions("context_free_actions")?,
        actions: actions("actions")?,
        extensions: vec![],
    })
}

/// `2021-07-18T04:21:14` as seconds since 1970.
fn seconds(text: &str) -> Result<u32, String> {
    let parts: Result<Vec<i64>, _> = text.split(['-', 'T', ':']).map(str::parse).collect();
    let [year, month, day, hour, minute, second] = parts.map_err(say)?[..] else {
        return Err(format!("\"{text}\" is no time"));
    };
    // Years begin in March here, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    const DAYS_TO_1970: i64 = 719_468;
    let seconds = ((days - DAYS_TO_1970) * 24 + hour) * 3600 + minute * 60 + second;
    u32::try_from(seconds).map_err(say)
}
