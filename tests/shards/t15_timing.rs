//! Threat 15. Time or memory accesses depend on a secret.

use std::{fs, path::Path};

/// Tables over GF(256) are looked up by secret bytes. Splitting here is in a prime field.
#[test]
fn no_splitter_by_tables_is_in_the_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
    for name in ["sharks", "blahaj", "ssss", "shamirsecretsharing", "slip39", "sssmc39", "sskr"] {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name}");
    }
    let sharing = fs::read_to_string(root.join("src/shard/sharing.rs")).unwrap();
    for name in ["Gf256", "gf256", "Gf16", "gf16", "BigUint", "num_bigint"] {
        assert!(!sharing.contains(name), "{name}");
    }
    assert!(lock.contains("name = \"vsss-rs\"\nversion = \"6."), "below 5.4 it leaks a bit");
}
