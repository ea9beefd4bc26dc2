//! `eos/keosd_http.json`: how nodeos asks a wallet, and how it is told to.

use super::blocks::said;
use crate::{
    fields::{flag, list, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    chain::eos::{
        KeySource, SIGN_DIGEST_PATH, SignDigest, SignatureProvider, WALLET_EXCEPTIONS, WalletError,
        WalletUrl,
    },
    eos::EosPublicKey,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

pub fn http(json: &Value, report: &mut Report) {
    if let Some(row) = json.get("sign_digest") {
        report.case("sign_digest", || sign_digest(row));
    }
    for row in list(json, "errors") {
        report.case(format!("error {}: {}", row["status"], row["when"]), || error(row));
    }
    for (name, code) in json["error_codes"].as_object().into_iter().flatten() {
        report.case(name, || {
            let known = WALLET_EXCEPTIONS.iter().find(|(other, _)| other == name);
            equal("code", &known.map(|(_, code)| *code), &code.as_i64())
        });
    }
    for row in list(json, "endpoints") {
        if row["path"] == SIGN_DIGEST_PATH {
            report.case("endpoint", || equal("status", &row["status"], &Value::from(201)));
        }
    }
    if json.get("endpoints").is_some() {
        report.not_checked.push("endpoints other than sign_digest");
    }
    if let Some(forms) = json.get("url_forms") {
        for kind in ["http", "unix"] {
            report.case(format!("url {kind}"), || url(text(forms, kind)?, Some(kind)));
        }
        for (at, invalid) in list(forms, "invalid").iter().enumerate() {
            report.case(format!("invalid url {at}"), || {
                url(invalid.as_str().unwrap_or_default(), None)
            });
        }
    }
    for (at, row) in list(json, "signature_provider_spec_cases").iter().enumerate() {
        report.case(format!("provider {at}"), || provider(row));
    }
}

fn sign_digest(row: &Value) -> Outcome {
    equal("path", &text(row, "path")?, &SIGN_DIGEST_PATH)?;
    let body = row["request_body_example"].to_string();
    let request = SignDigest::from_body(body.as_bytes()).map_err(said)?;
    equal("body", &request.to_body(), &body)?;
    equal("digest", &Value::from(request.digest.to_string()), &row["request_body_example"][0])?;
    equal("key", &Value::from(request.key.to_string()), &row["request_body_example"][1])
}

/// The body as it stands, and the one that is made here but for what only a person reads.
fn error(row: &Value) -> Outcome {
    let body = &row["body"];
    let error: WalletError = serde_json::from_value(body.clone()).map_err(said)?;
    equal("status", &Value::from(error.code), &row["status"])?;
    let written = error.to_body();
    equal("body", &WalletError::from_body(written.as_bytes()), &Ok(error.clone()))?;
    equal("as JSON", &serde_json::from_str(&written).map_err(said)?, body)?;
    let mut made = match error.error.name.as_str() {
        "invalid_http_request" => WalletError::invalid_request("..."),
        _ => WalletError::missing_key(&some_key()),
    };
    for (made, given) in made.error.details.iter_mut().zip(&error.error.details) {
        let beginning = given.message.trim_end_matches("EOS...");
        ensure(made.message.starts_with(beginning), || "another message".into())?;
        made.message.clone_from(&given.message);
    }
    equal("made here", &made, &error)
}

/// A form with its kind, and what the file says of it after it.
fn url(form: &str, kind: Option<&str>) -> Outcome {
    let form = form.split(" (").next().unwrap_or_default();
    let url = form.strip_prefix("KEOSD:").ok_or("it is no KEOSD source")?;
    let parsed = WalletUrl::parse(url);
    let got = match &parsed {
        Ok(WalletUrl::Http { .. }) => Some("http"),
        Ok(WalletUrl::Unix { .. }) => Some("unix"),
        Err(_) => None,
    };
    equal("kind", &got, &kind)?;
    match parsed {
        Ok(WalletUrl::Http { address }) => {
            equal("url", &format!("http://{address}{SIGN_DIGEST_PATH}").as_str(), &url)
        }
        Ok(WalletUrl::Unix { socket }) => {
            equal("url", &format!("unix://{socket}{SIGN_DIGEST_PATH}").as_str(), &url)
        }
        Err(_) => Ok(()),
    }
}

fn provider(row: &Value) -> Outcome {
    let line = text(row, "spec")?;
    let parsed = SignatureProvider::parse(&SecretString::from(line));
    equal("ok", &parsed.is_ok(), &flag(row, "ok")?)?;
    let Ok(provider) = parsed else { return Ok(()) };
    if let Some(public) = row["public"].as_str() {
        equal("public key", &provider.public_key.as_str(), &public)?;
    }
    let rest = line.strip_prefix(&provider.public_key).and_then(|rest| rest.strip_prefix('='));
    let (kind, holds) = match &provider.source {
        KeySource::Key(secret) => {
            let whole = format!("KEY:{}", secret.expose_secret());
            ("KEY", rest == Some(whole.as_str()))
        }
        KeySource::Keosd(_) => ("KEOSD", true),
    };
    ensure(holds, || "the rest is something else".into())?;
    equal("type", &kind, &text(row, "type")?)
}

fn some_key() -> EosPublicKey {
    EosPublicKey::K1([2; 33])
}
