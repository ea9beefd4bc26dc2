//! `eos/`: permissions, names, keys, signatures and transactions of EOS / Antelope.

mod actions;
mod authority;
mod keys;
mod names;
mod permissions;
mod signatures;
mod transactions;

use crate::suite::Suite;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "action_bytes.json" => actions::actions,
        "authority_checker.json" => authority::checker,
        "authority_validate.json" => authority::validate,
        "keys.json" => keys::keys,
        "names.json" => names::names,
        "permission_linkauth_cases.json" => permissions::scenarios,
        "signatures.json" => signatures::signatures,
        "transactions.json" => transactions::transactions,
        _ => return None,
    })
}
