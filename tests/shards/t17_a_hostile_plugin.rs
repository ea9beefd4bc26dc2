//! Threat 17. A hostile program in the search path is run in the place of a plugin.

use super::*;
use brainswap::shard::custody::CustodianRecipient;
use std::{fs, path::Path};

/// A YubiKey's shard is wrapped and opened here, without a program from the search path.
#[test]
fn no_plugin_is_ever_run() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    let age = manifest.lines().find(|line| line.starts_with("age = ")).unwrap();
    assert!(!age.contains("plugin") && !manifest.contains("age/plugin"));
    for text in ["age1evil1qqqqqqqqqq", "age1../../x", "age1pq1qqqqqqqq", "age1tag1qqqqqqq"] {
        let refused = text.parse::<CustodianRecipient>().unwrap_err();
        assert_eq!(refused.code(), "custody.recipient");
    }
    assert_eq!(plan().check(), Ok(()));
}
