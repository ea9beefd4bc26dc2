//! Threat 21. Ten years later the library is another one, or is not there.

use super::*;
use brainswap::document::Envelope;
use std::{env, fs, path::PathBuf, process::Command};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/shards/v1")
}

/// Compares with what was written once; `BRAINSWAP_WRITE_WIRE=1` writes it anew.
fn frozen(name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    if env::var_os("BRAINSWAP_WRITE_WIRE").is_some_and(|set| set == "1") {
        fs::create_dir_all(folder()).unwrap();
        fs::write(&path, bytes).unwrap();
    }
    assert_eq!(fs::read(path).unwrap(), bytes, "{name}");
}

#[test]
fn a_set_has_these_bytes() {
    let Dealt { vault, generation, shares } = dealt();
    frozen("vault", &vault.to_bytes());
    frozen("manifest.json", signed(generation.manifest(), &[7, 8]).to_json().as_bytes());
    for share in of(&shares, &["1.1", "1.3", "3.1", "3.2"]) {
        frozen(&format!("share-{}", share.seat()), &share.to_bytes());
    }
    let request = approved(&renewal(&generation, How::Refresh));
    let (envelope, parcels) = deal_zero(&generation, &request, &memory(), entropy(1)).unwrap();
    frozen("deal.json", envelope.to_json().as_bytes());
    frozen("parcel-1.1", &parcels[0].to_bytes());
    let words = words::to_words(&shares[0]).unwrap();
    frozen("share-1.1.words", words.as_bytes());
    let text = text::to_text(text::Written::Share, &shares[0].to_bytes()).unwrap();
    let lines: Vec<_> = text::to_lines(&text).into_iter().map(|line| line.to_string()).collect();
    frozen("share-1.1.txt", lines.join("\n").as_bytes());
    for (name, document) in [
        ("unseal.json", signed(&unseal(&generation, Purpose::Restore), &[7])),
        ("renewal.json", signed(&renewal(&generation, How::Refresh), &[7])),
        ("receipt.json", {
            let receipt = receipt(&generation, seat("1.1"), Looked::Opened, today());
            signed(&receipt, &[0x11])
        }),
    ] {
        frozen(name, document.to_json().as_bytes());
    }
}

#[test]
fn a_set_of_version_1_opens() {
    let read = |name: &str| fs::read(folder().join(name)).unwrap();
    let vault = Vault::from_bytes(&read("vault")).unwrap();
    let manifest = Envelope::from_json(&read("manifest.json")).unwrap();
    let generation = Generation::read(&manifest).unwrap();
    let shares = ["1.3", "3.1", "3.2"]
        .map(|seat| Share::from_bytes(&read(&format!("share-{seat}"))).unwrap());
    let words = String::from_utf8(read("share-1.1.words")).unwrap();
    let first = words::from_words(&words, &generation).unwrap();
    assert!(restores(&generation, &vault, shares.iter().chain([&first])));
    let lines = String::from_utf8(read("share-1.1.txt")).unwrap();
    let (_, bytes) = text::from_text(&lines).unwrap();
    assert_eq!(*bytes, *first.to_bytes());
}

/// `open.py` is written from docs/wire/shard.md alone, with big integers and no library.
#[test]
fn a_program_that_knows_only_the_format_opens_it_too() {
    if !tool("python3") {
        return;
    }
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/shards/open.py");
    let open = |names: &[&str]| {
        let files = names.iter().map(|name| folder().join(name));
        Command::new("python3").arg(&script).args(files).output().unwrap()
    };
    let opened = open(&["vault", "share-3.2", "share-1.1", "share-3.1", "share-1.3"]);
    let expected = const_hex::encode([VALIDATOR; 32]);
    assert_eq!(String::from_utf8_lossy(&opened.stdout).trim(), expected, "{opened:?}");
    assert!(!open(&["vault", "share-3.2", "share-1.1", "share-3.1"]).status.success());
}
