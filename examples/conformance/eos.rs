//! `eos/`: permissions, names, keys and signatures of EOS / Antelope.

mod authority;
mod keys;
mod names;
mod permissions;
mod signatures;

use crate::suite::Suite;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "authority_checker.json" => authority::checker,
        "authority_validate.json" => authority::validate,
        "keys.json" => keys::keys,
        "names.json" => names::names,
        "permission_linkauth_cases.json" => permissions::scenarios,
        "signatures.json" => signatures::signatures,
        _ => return None,
    })
}
