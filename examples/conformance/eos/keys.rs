//! `eos/keys.json`: public and secret keys in their text forms.

use crate::{
    fields::{array, bytes, list, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::eos::{EosPublicKey, EosSecretKey};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

pub fn keys(json: &Value, report: &mut Report) {
    for row in list(json, "pairs") {
        report.case(format!("pair {}", row["pub"]), || pair(row));
    }
    for row in list(json, "webauthn_public") {
        report.case(format!("webauthn {}", row["pub"]), || public_forms(row));
    }
    for (list_name, name) in [("invalid", "invalid"), ("derived_edge_cases", "edge case")] {
        for (at, row) in list(json, list_name).iter().enumerate() {
            // Forms that only some implementations take are refused here.
            report.case(format!("{name} {at}"), || refused(row));
        }
    }
}

fn pair(row: &Value) -> Outcome {
    public_forms(row)?;
    let public = public_of(text(row, "pub")?)?;
    for field in ["pvt", "wif"] {
        if row.get(field).is_none() {
            continue;
        }
        let key = secret_of(text(row, field)?)?;
        equal("public key", key.public_key(), &public)?;
        let scalar = key.to_scalar();
        ensure(scalar.expose_secret() == bytes(row, "private_hex")?, || "another scalar".into())?;
        let pvt = key.to_pvt_text();
        ensure(pvt.expose_secret() == text(row, "pvt")?, || "another PVT text".into())?;
        let wif = key.to_wif();
        let wif = wif.as_ref().map(|wif| wif.expose_secret());
        ensure(wif == row["wif"].as_str(), || "another WIF".into())?;
    }
    Ok(())
}

fn public_forms(row: &Value) -> Outcome {
    let public = public_of(text(row, "pub")?)?;
    equal("PUB text", &public.to_pub_text().as_str(), &text(row, "pub")?)?;
    equal("legacy text", &public.to_legacy_text("EOS").as_deref(), &row["pub_legacy"].as_str())?;
    equal("bytes", &public.pack(), &bytes(row, "public_packed_hex")?)?;
    let unpacked = EosPublicKey::unpack(&public.pack()).map_err(|error| format!("{error}"))?;
    equal("unpacked", &unpacked, &public)?;
    if let Some(legacy) = row["pub_legacy"].as_str() {
        equal("read from its legacy text", &public_of(legacy)?, &public)?;
    }
    match (&public, row.get("public_compressed_hex")) {
        (EosPublicKey::K1(point) | EosPublicKey::R1(point), Some(_)) => {
            equal("point", point, &array(row, "public_compressed_hex")?)
        }
        _ => Ok(()),
    }
}

fn refused(row: &Value) -> Outcome {
    let given = text(row, "text")?;
    let taken = match text(row, "kind")? {
        "private" => secret_of(given).is_ok(),
        _ => public_of(given).is_ok(),
    };
    ensure(!taken, || "it is read as a key".into())
}

fn public_of(given: &str) -> Result<EosPublicKey, String> {
    given.parse().map_err(|error| format!("{error}"))
}

fn secret_of(given: &str) -> Result<EosSecretKey, String> {
    EosSecretKey::from_text(&SecretString::from(given)).map_err(|error| format!("{error}"))
}
