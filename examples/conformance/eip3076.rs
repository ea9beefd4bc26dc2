//! `eip3076/`: sign requests, interchange and keystores of Ethereum validators.

mod interchange;
mod keys;
mod requests;

use crate::suite::Suite;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "eip2333_derivation.json" => keys::derivation,
        "eip2335_keystores.json" => keys::keystores,
        "web3signer_sign_requests.json" => requests::requests,
        _ if file.starts_with("generated/") => interchange::steps,
        _ => return None,
    })
}
