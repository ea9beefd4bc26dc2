//! `addresses.json`, `id_keys_app.json`, `identity_keys.json`, `identity_entries.json`: texts of
//! keys, and entries that they sign.

use crate::{
    fields::{array, bytes, flag, list, name_of, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    PublicKey,
    chain::factom::{ChainId, FactomName, FactomSecretKey, IdentityEntry, Level, TextKind, Title},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

const LEVELS: [Level; 4] = [Level::One, Level::Two, Level::Three, Level::Four];

pub fn addresses(json: &Value, report: &mut Report) {
    for (name, prefix) in json["prefixes"].as_object().into_iter().flatten() {
        report.case(format!("prefix {name}"), || {
            let (kind, secret) = kind_of(name)?;
            let text =
                if secret { secret_text(kind, &[7; 32]) } else { public_text(kind, [7; 32]) };
            has_prefix(&text, prefix.as_str().unwrap_or_default())
        });
    }
    for row in list(json, "ranges") {
        report.case(format!("range {} {}", row["kind"], row["body"]), || {
            let (kind, secret) = kind_of(text(row, "kind")?)?;
            range(kind, secret, text(row, "text")?, text(row, "body")?)
        });
    }
    for (at, row) in list(json, "keys").iter().enumerate() {
        report.case(name_of(row, "key", at), || key(row));
    }
    let derived = &json["bip44"];
    for (at, row) in list(derived, "entry_credit_derived").iter().enumerate() {
        report.case(name_of(row, "derived", at), || key(row));
    }
    if derived.get("koinify").is_some() {
        report.case("koinify", || key(&derived["koinify"]));
        report.not_checked.push("bip44: mnemonics and paths");
    }
    invalid(json, report);
}

pub fn application(json: &Value, report: &mut Report) {
    let kind = TextKind::Application;
    for (name, secret) in [("prefix_pub", false), ("prefix_sec", true)] {
        if let Some(prefix) = json[name].as_str() {
            report.case(name, || {
                let body = [7; 32];
                let text = if secret { secret_text(kind, &body) } else { public_text(kind, body) };
                has_prefix(&text, prefix)
            });
        }
    }
    for (at, row) in list(json, "pairs").iter().enumerate() {
        report.case(name_of(row, "pair", at), || {
            let secret = secret(row, "idsec")?;
            pair(&secret, kind, &array(row, "private_hex")?, text(row, "idsec")?)?;
            equal("public", &secret.public_key(), &PublicKey::Ed25519(array(row, "public_hex")?))?;
            name(&secret.name(), kind, &array(row, "public_hex")?, text(row, "idpub")?)
        });
    }
    if let Some(text) = json["zero_public"].as_str() {
        report.case("zero_public", || range(kind, false, text, "zeros"));
    }
    invalid(json, report);
}

pub fn identity_keys(json: &Value, report: &mut Report) {
    for (field, secret) in [("secret_prefixes", true), ("public_prefixes", false)] {
        for (prefix, level) in list(json, field).iter().zip(LEVELS) {
            report.case(format!("{field} {level:?}"), || {
                let (kind, body) = (TextKind::Identity(level), [7; 32]);
                let text = if secret { secret_text(kind, &body) } else { public_text(kind, body) };
                has_prefix(&text, prefix.as_str().unwrap_or_default())
            });
        }
    }
    for row in list(json, "ranges") {
        report.case(format!("range {} {}", row["level"], row["body"]), || {
            let (kind, body) = (level(row)?, text(row, "body")?);
            range(kind, true, text(row, "secret_text")?, body)?;
            range(kind, false, text(row, "public_text")?, body)
        });
    }
    for row in list(json, "keys") {
        report.case(format!("key of level {}", row["level"]), || {
            let (kind, secret) = (level(row)?, secret(row, "secret_text")?);
            pair(&secret, kind, &array(row, "private_hex")?, text(row, "secret_text")?)?;
            let public: [u8; 32] = array(row, "ed25519_public_hex")?;
            equal("public", &secret.public_key(), &PublicKey::Ed25519(public))?;
            equal("preimage", &[&[1], &public[..]].concat(), &bytes(row, "preimage_hex")?)?;
            name(&secret.name(), kind, &array(row, "identity_key_hex")?, text(row, "public_text")?)
        });
    }
    invalid(json, report);
}

pub fn entries(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "chains").iter().enumerate() {
        report.case(name_of(row, "chain", at), || {
            let id = ChainId::of(&external_ids(row)?);
            equal("chain id", &id.to_string(), &text(row, "chain_id")?.to_owned())
        });
    }
    for row in list(json, "entries") {
        report.case(text(row, "type").unwrap_or("entry"), || entry(row));
    }
    if json.get("timestamp_rule").is_some() {
        report.case("timestamp_rule", || timestamp_rule(json));
    }
}

fn entry(row: &Value) -> Outcome {
    let ids = external_ids(row)?;
    let read = IdentityEntry::read(&ids);
    equal("valid", &read.is_ok(), &flag(row, "signature_valid")?)?;
    let Ok(entry) = read else { return Ok(()) };
    let title = match text(row, "type")? {
        "Register Factom Identity" => Title::RegisterIdentity,
        "Register Server Management" => Title::RegisterManagement,
        "Coinbase Address" => Title::CoinbaseAddress,
        "New Block Signing Key" => Title::NewSigningKey,
        "New Bitcoin Key" => Title::NewBitcoinKey,
        "New Matryoshka Hash" => Title::NewMatryoshkaHash,
        "Server Efficiency" => Title::ServerEfficiency,
        "Coinbase Cancel" => Title::CoinbaseCancel,
        other => return Err(format!("no title \"{other}\" is known")),
    };
    equal("title", &entry.title(), &title)?;
    equal("what is signed", &entry.signed_bytes(), &bytes(row, "signed_message_hex")?)?;
    equal("signer", &entry.signer(), &array(row, "signer_identity_key")?)?;
    equal("server key", &entry.new_signing_key().is_some(), &(title == Title::NewSigningKey))
}

/// "the 8-byte big-endian unix-seconds timestamp must be within +-12 h of the block"
fn timestamp_rule(json: &Value) -> Outcome {
    let hours = text(json, "timestamp_rule")?.split_once("+-").and_then(|(_, rest)| {
        rest.split_once(" h").and_then(|(hours, _)| hours.trim().parse::<u64>().ok())
    });
    let seconds = hours.ok_or("the rule names no hours")? * 3600;
    let mut keys = list(json, "entries")
        .iter()
        .filter_map(|row| IdentityEntry::read(&external_ids(row).ok()?).ok()?.new_signing_key());
    let key = keys.next().ok_or("no entry announces a server key")?;
    for (away, counts) in [(0, true), (seconds, true), (seconds + 1, false)] {
        equal("after", &key.counts_at(key.seconds + away), &counts)?;
        equal("before", &key.counts_at(key.seconds - away), &counts)?;
    }
    Ok(())
}

/// A secret with whatever of its texts and keys a row tells.
fn key(row: &Value) -> Outcome {
    let seed: [u8; 32] = array(row, "private_hex")?;
    let mut told = 0;
    for (secret_name, public_name, kind) in
        [("Fs", "FA", TextKind::Factoid), ("Es", "EC", TextKind::EntryCredit)]
    {
        let made = FactomSecretKey::from_seed(kind, &seed);
        if let Some(text) = row[secret_name].as_str() {
            told += 1;
            pair(&secret(row, secret_name)?, kind, &seed, text)?;
        }
        if let Some(text) = row[public_name].as_str() {
            told += 1;
            equal(public_name, &made.name().to_string(), &text.to_owned())?;
            equal("read", &text.parse(), &Ok(made.name()))?;
        }
        if row.get("ed25519_public_hex").is_some() {
            let public: [u8; 32] = array(row, "ed25519_public_hex")?;
            equal("public", &made.public_key(), &PublicKey::Ed25519(public))?;
            if row.get("rcd_hex").is_some() {
                equal("RCD", &[&[1], &public[..]].concat(), &bytes(row, "rcd_hex")?)?;
            }
        }
        if row.get("rcd_hash_hex").is_some() && kind == TextKind::Factoid {
            equal("RCD hash", made.name().as_bytes(), &array(row, "rcd_hash_hex")?)?;
        }
    }
    ensure(told > 0, || "the row tells no text".into())
}

fn pair(secret: &FactomSecretKey, kind: TextKind, seed: &[u8; 32], text: &str) -> Outcome {
    equal("kind", &secret.kind(), &kind)?;
    ensure(secret.to_seed().expose_secret() == seed, || "the seed is another".into())?;
    ensure(secret.to_text().expose_secret() == text, || "the secret text is another".into())
}

fn name(name: &FactomName, kind: TextKind, body: &[u8; 32], text: &str) -> Outcome {
    equal("body", name.as_bytes(), body)?;
    equal("text", &name.to_string(), &text.to_owned())?;
    equal("read", &text.parse(), &Ok(FactomName::from_bytes(kind, *body)))
}

/// Zeros or ones as the 32 bytes of a text.
fn range(kind: TextKind, secret: bool, text: &str, body: &str) -> Outcome {
    let body = match body {
        "zeros" => [0; 32],
        "ones" => [0xff; 32],
        other => return Err(format!("the body is {other}")),
    };
    if secret {
        let read = FactomSecretKey::from_text(&SecretString::from(text));
        let read = read.map_err(|error| error.to_string())?;
        pair(&read, kind, &body, text)
    } else {
        name(&FactomName::from_bytes(kind, body), kind, &body, text)
    }
}

fn invalid(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "invalid").iter().enumerate() {
        report.case(name_of(row, "invalid", at), || {
            let text = row.as_str().map_or_else(|| text(row, "text"), Ok)?;
            let read = text.parse::<FactomName>();
            ensure(read.is_err(), || format!("it is read as {read:?}"))?;
            let read = FactomSecretKey::from_text(&SecretString::from(text));
            ensure(read.is_err(), || "it is read as a secret".into())
        });
    }
}

fn secret(row: &Value, field: &str) -> Result<FactomSecretKey, String> {
    let text = SecretString::from(text(row, field)?);
    FactomSecretKey::from_text(&text).map_err(|error| error.to_string())
}

fn external_ids(row: &Value) -> Result<Vec<Vec<u8>>, String> {
    let ids = list(row, "ext_ids_hex").iter().map(|id| id.as_str().unwrap_or("no text"));
    ids.map(|id| const_hex::decode(id).map_err(|error| error.to_string())).collect()
}

fn level(row: &Value) -> Result<TextKind, String> {
    let level = number::<usize>(row, "level")?.checked_sub(1).and_then(|at| LEVELS.get(at));
    level.map(|level| TextKind::Identity(*level)).ok_or_else(|| "no such level".to_owned())
}

fn kind_of(name: &str) -> Result<(TextKind, bool), String> {
    match name {
        "FA" => Ok((TextKind::Factoid, false)),
        "Fs" => Ok((TextKind::Factoid, true)),
        "EC" => Ok((TextKind::EntryCredit, false)),
        "Es" => Ok((TextKind::EntryCredit, true)),
        other => Err(format!("no kind {other} is known")),
    }
}

fn public_text(kind: TextKind, body: [u8; 32]) -> String {
    FactomName::from_bytes(kind, body).to_string()
}

fn secret_text(kind: TextKind, seed: &[u8; 32]) -> String {
    FactomSecretKey::from_seed(kind, seed).to_text().expose_secret().to_owned()
}

/// Whether the bytes behind a text begin with these.
fn has_prefix(text: &str, prefix: &str) -> Outcome {
    let bytes = bs58::decode(text).into_vec().map_err(|error| error.to_string())?;
    let got = bytes.get(..bytes.len().saturating_sub(36)).map(const_hex::encode);
    equal("prefix", &got, &Some(prefix.to_owned()))
}
