//! `besu/node_keys.json`: the files in which Besu keeps a validator's key.

use super::{key_of, public_of};
use crate::{
    fields::{array, bytes, list, text},
    suite::{Outcome, Report, equal},
};
use brainswap::{chain::address_of, key::SecretKey};
use secrecy::SecretSlice;
use serde_json::Value;

pub fn node_keys(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "vectors").iter().enumerate() {
        report.case(format!("key {at}"), || node_key(row));
    }
}

fn node_key(row: &Value) -> Outcome {
    let key = key_of(text(row, "private_key")?)?;
    let public = public_of(&key)?;
    let point = key.verifying_key().to_sec1_point(false);
    equal("public key", &point.as_bytes()[1..].to_vec(), &bytes(row, "public_key")?)?;
    equal("enode id", &point.as_bytes()[1..].to_vec(), &bytes(row, "enode_id")?)?;
    let file = SecretSlice::from(text(row, "file_content")?.as_bytes().to_vec());
    let read = SecretKey::import_node_key(&file, &public).map_err(|error| error.to_string())?;
    equal("key of the file", &read.public_key(), &public)?;
    equal("address", &address_of(&public), &Some(array(row, "address")?))
}
