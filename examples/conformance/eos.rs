//! `eos/`: permissions, keys, transactions and blocks of EOS / Antelope.

mod actions;
mod authority;
mod blocks;
mod finalizers;
mod keosd;
mod keys;
mod names;
mod permissions;
mod production;
mod signatures;
mod transactions;

use crate::suite::Suite;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "action_bytes.json" => actions::actions,
        "authority_checker.json" => authority::checker,
        "authority_validate.json" => authority::validate,
        "block_ids.json" => blocks::ids,
        "block_signing_legacy.json" | "block_signing_savanna.json" => blocks::signing,
        "blockvault_cases.json" => production::vault,
        "bls_keys.json" => finalizers::keys,
        "finalizer_vote_cases.json" => finalizers::votes,
        "keosd_http.json" => keosd::http,
        "keys.json" => keys::keys,
        "names.json" => names::names,
        "permission_linkauth_cases.json" => permissions::scenarios,
        "production_rules.json" => production::rules,
        "safety_dat.json" => finalizers::safety_dat,
        "signatures.json" => signatures::signatures,
        "transactions.json" => transactions::transactions,
        _ => return None,
    })
}
