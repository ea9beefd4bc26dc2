//! `cometbft/`: what a CometBFT validator signs, and how its signers keep and carry it.

mod filepv;
mod privval;
mod scenario;
mod secret_connection;
mod sign_bytes;
mod states;
mod tmkms;

use crate::{
    fields::{array, number},
    suite::Suite,
};
use brainswap::chain::cometbft::{BlockId, Timestamp};
use serde_json::Value;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "filepv.json" => filepv::filepv,
        "privval_messages.json" => privval::messages,
        "secret_connection.json" => secret_connection::secret_connection,
        "sign_bytes.json" => sign_bytes::sign_bytes,
        "state_formats.json" => states::formats,
        "tmkms_0_15_0_observed.json" => tmkms::observed,
        _ => return None,
    })
}

fn timestamp(row: &Value) -> Result<Timestamp, String> {
    Ok(Timestamp { seconds: number(row, "seconds")?, nanos: number(row, "nanos")? })
}

/// A block id, unless it is none.
fn block_id(row: &Value) -> Result<Option<BlockId>, String> {
    if row.is_null() {
        return Ok(None);
    }
    Ok(Some(BlockId {
        hash: array(row, "hash")?,
        parts_total: number(row, "parts_total")?,
        parts_hash: array(row, "parts_hash")?,
    }))
}
