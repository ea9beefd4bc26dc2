//! `brainswap_conf_cases.json`: files before and after a swap, and what is read in them.

use super::scene;
use crate::{
    fields::{flag, list, name_of, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::chain::factom::{Conf, Field, Node, ServerIdentity, SwapRefusal};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

pub fn conf(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "replace").iter().enumerate() {
        report.case(name_of(row, "replace", at), || replace(row));
    }
    for (at, row) in list(json, "parse").iter().enumerate() {
        report.case(format!("parse {at}"), || parse(row));
    }
}

/// Without an identity the file is the old node's, with one the new node's: each is made as in a
/// whole swap.
fn replace(row: &Value) -> Outcome {
    let before = read(text(row, "input_conf")?)?;
    let height = number(row, "change_acks_height")?;
    let identity = &row["identity"];
    let after = if identity.is_null() {
        let named = before.identity().map_err(|error| error.to_string())?;
        let named = match named {
            Some(server) => server,
            None => server_of(scene::IDENTITY, &"12".repeat(32), &"00".repeat(32))?,
        };
        let chain_id = named.chain_id().to_string();
        let (swap, _) = scene::swap(height, &chain_id, named.public_key())?;
        swap.retire(&before).map_err(said)?
    } else {
        let chain_id = text(identity, "IdentityChainID")?;
        let private = text(identity, "LocalServerPrivKey")?;
        let server = server_of(chain_id, private, text(identity, "LocalServerPublicKey")?)?;
        // The old node ends a block earlier, and is seen without the identity in that block.
        let ended = height.checked_sub(1).ok_or("no block comes before")?;
        let (swap, release) = scene::swap(ended, chain_id, server.public_key())?;
        let old = scene::conf("MAIN", None, ended)?;
        let early = scene::panel("000000", "____", ended, 5)?;
        let armed = swap.armed(Node { conf: &old, panel: &early }).map_err(said)?;
        let gone = scene::panel("000000", "____", height, 5)?;
        let ended = armed.confirm(Node { conf: &old, panel: &gone }).map_err(said)?;
        let panel = scene::panel("000000", "____", height, 5)?;
        let new = Node { conf: &before, panel: &panel };
        let given = ended.give(&release, &server, new).map_err(said)?;
        equal("height", &given.height(), &height)?;
        read(std::str::from_utf8(given.conf().expose()).map_err(|error| error.to_string())?)?
    };
    let written = std::str::from_utf8(after.expose()).map_err(|error| error.to_string())?;
    let ends = |letter: char| letter == '\r' || letter == '\n';
    let wanted = text(row, "expected_conf")?.trim_end_matches(ends);
    ensure(written.trim_end_matches(ends) == wanted, || "the file is another".into())
}

/// The lines of `[app]` that were published of a file.
fn parse(row: &Value) -> Outcome {
    let end = if flag(row, "crlf")? { "\r\n" } else { "\n" };
    let lines = list(row, "relevant_lines").iter().filter_map(Value::as_str);
    let file: String =
        std::iter::once("[app]").chain(lines).map(|line| format!("{line}{end}")).collect();
    let conf = read(&file)?;
    let parsed = row["parsed"].as_object().ok_or("the row has nothing parsed")?;
    let wanted = |name: &str| parsed.get(name).and_then(Value::as_str);
    for (field, name) in [
        (Field::Network, "network"),
        (Field::IdentityChainId, "identitychainid"),
        (Field::PublicKey, "localserverpublickey"),
        (Field::ChangeAcksHeight, "changeacksheight"),
    ] {
        equal(name, &conf.text(field), &wanted(name))?;
    }
    let (identity, height) = (conf.identity(), conf.change_acks_height());
    equal("valid", &(identity.is_ok() && height.is_ok()), &flag(row, "valid")?)?;
    if let Ok(height) = height {
        let wanted = wanted("changeacksheight").unwrap_or("0");
        equal("height", &height.to_string(), &wanted.to_owned())?;
    }
    let private = wanted("localserverprivkey");
    match identity {
        Ok(Some(server)) => {
            let seed = const_hex::encode(server.to_seed().expose_secret());
            ensure(Some(seed.as_str()) == private, || "the private key is another".into())
        }
        Ok(None) => ensure(private.is_none(), || "the private key is not read".into()),
        Err(_) => {
            // It is not shown, so what it is can only be seen by what another place makes of it.
            let private = private.unwrap_or_default();
            let stands_there = file.lines().any(|line| {
                line.starts_with("LocalServerPrivKey") && line.trim_end().ends_with(private)
            });
            ensure(stands_there, || "the private key is another".into())
        }
    }
}

fn read(file: &str) -> Result<Conf, String> {
    Conf::read(file.as_bytes()).map_err(|error| error.to_string())
}

fn server_of(chain_id: &str, private: &str, public: &str) -> Result<ServerIdentity, String> {
    let server = ServerIdentity::from_hex(chain_id, &SecretString::from(private), public);
    server.map_err(|error| error.to_string())
}

fn said(error: SwapRefusal) -> String {
    error.to_string()
}
