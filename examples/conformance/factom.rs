//! `factom/`: what a server signs, the texts of its keys, and the swap between two factomds.

mod conf;
mod keys;
mod messages;
mod nodes;
mod scene;
mod script;

use crate::suite::Suite;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "addresses.json" => keys::addresses,
        "brainswap_conf_cases.json" => conf::conf,
        "brainswap_script_cases.json" => script::script,
        "changeacks_semantics.json" => nodes::changeacks,
        "controlpanel_summary.json" => nodes::panel,
        "id_keys_app.json" => keys::application,
        "identity_entries.json" => keys::entries,
        "identity_keys.json" => keys::identity_keys,
        "messages_derived.json" => messages::messages,
        "server_keys.json" => messages::server_keys,
        "vm_map.json" => nodes::vm_map,
        _ => return None,
    })
}
