//! "One command shows the whole thing working": the example `swap`, run as anybody runs it.

#![allow(clippy::disallowed_methods, reason = "a test of a program: it starts processes")]

use brainswap::{
    IdentityId, Lane, Position,
    chain::clique::{Header, address_of},
    document::Envelope,
    evidence::{FromHost, Signed},
    handover::{Activated, Ready, Release},
    identity::Genesis,
    order::Order,
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

/// The example beside this test, built first if it is not there.
static EXAMPLE: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join("swap");
    if !program.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--example", "swap"]);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        assert!(cargo.status().unwrap().success(), "the example does not build");
    }
    program
});

fn run(out: &Path, args: &[&str]) -> Output {
    Command::new(&*EXAMPLE).args(args).arg("--out").arg(out).output().unwrap()
}

/// The one line on stdout.
fn line(output: &Output) -> Value {
    let stdout = String::from_utf8(output.stdout.clone()).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {stderr}", output.status);
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    serde_json::from_str(&stdout).unwrap()
}

fn envelope(file: &Value, name: &str) -> Envelope {
    Envelope::from_json(file[name].to_string().as_bytes()).unwrap()
}

/// Checks one file of evidence with the library alone.
fn check(file: &Value) {
    let genesis = Signed::<Genesis>::verify(&envelope(file, "genesis")).unwrap();
    let permissions = genesis.document().permissions.to_tree().unwrap();
    let key = genesis.document().public_key;
    let identity = IdentityId::from(genesis.approve([(&permissions as _, 0)]).unwrap().id());
    let order = Signed::<Order>::verify(&envelope(file, "order")).unwrap();
    let order = order.approve([(&permissions as _, 0)]).unwrap();
    let part = &order.document().moves[0];
    assert_eq!(part.identity, identity);

    let ready = FromHost::<Ready>::verify(&envelope(file, "ready")).unwrap();
    assert_eq!((ready.message().order, ready.message().host), (order.id(), part.to));
    let release = FromHost::<Release>::verify(&envelope(file, "release")).unwrap();
    assert_eq!((release.message().order, release.message().host), (order.id(), part.from));
    let end = &release.message().ends[0];
    assert_eq!((end.identity, end.to, end.nonce), (identity, part.to, ready.message().nonce));
    let activated = FromHost::<Activated>::verify(&envelope(file, "activated")).unwrap();
    assert_eq!((activated.message().order, activated.message().host), (order.id(), part.to));
    assert_eq!(activated.message().leases, [(identity, end.until.clone())]);

    let rlp = file["first_signature_of_target"]["sealed_header"].as_str().unwrap();
    let header = Header::from_rlp(&const_hex::decode(rlp).unwrap()).unwrap();
    assert_eq!(header.signer().ok(), address_of(&key));
    assert!(Position::at_height(header.number()) >= *end.until.get(Lane::FIRST).unwrap());
    assert!(file["checks"].as_array().unwrap().iter().all(|check| check["ok"] == true));
}

/// Every element that is opened is closed, in order, and nothing stands outside the first.
fn assert_xml(text: &str) {
    let mut open = Vec::new();
    for (index, tag) in text.split('<').skip(1).enumerate() {
        let (tag, rest) = tag.split_once('>').expect("a tag has an end");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "an element is closed that is not open");
        } else if !tag.ends_with('/') {
            assert!(index == 0 || !open.is_empty(), "a second root");
            open.push(tag.split(' ').next().unwrap());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "a quote is not closed: {tag}");
        for entity in rest.split('&').skip(1) {
            assert!(entity.contains(';'), "an ampersand stands for itself: {rest}");
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}

#[test]
fn four_swaps_miss_no_block_that_was_promised_and_leave_evidence_that_verifies_alone() {
    let out = tempfile::tempdir().unwrap();
    let line = line(&run(out.path(), &["--json", "--quick", "--seed", "1"]));
    assert_eq!(line["double_signed"], 0);
    assert_eq!(line["kills"], 1);
    assert_eq!(
        line["blocks"].as_u64(),
        Some(line["signed"].as_u64().unwrap() + line["missed"].as_u64().unwrap())
    );
    assert!(line["seals_checked"].as_u64() >= line["signed"].as_u64());
    let swaps = line["swaps"].as_array().unwrap();
    let kinds: Vec<&str> = swaps.iter().map(|swap| swap["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["scheduled", "back", "immediate", "killed"]);
    for (number, swap) in (1..).zip(swaps) {
        assert!(swap["fsyncs"].as_u64().unwrap() <= 3, "{swap}");
        let kind = swap["kind"].as_str().unwrap();
        match kind {
            "scheduled" | "back" => assert_eq!(swap["missed"], 0, "{swap}"),
            "immediate" => assert!(swap["missed"].as_u64().unwrap() <= 1, "{swap}"),
            _ => {}
        }
        if kind != "killed" {
            assert_eq!(swap["messages"], 3, "{swap}");
        }
        let name = format!("{number}-{kind}.json");
        let file = fs::read(out.path().join(&name)).unwrap();
        check(&serde_json::from_slice(&file).unwrap());
    }
    assert_xml(&fs::read_to_string(out.path().join("swap.svg")).unwrap());
}

#[test]
fn a_changed_file_of_evidence_is_refused() {
    let out = tempfile::tempdir().unwrap();
    line(&run(out.path(), &["--json", "--quick", "--seed", "2"]));
    let path = out.path().join("1-scheduled.json");
    let mut file: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let verify = |path: &Path| {
        let args = ["--json", "--verify", path.to_str().unwrap()];
        Command::new(&*EXAMPLE).args(args).output().unwrap()
    };
    assert_eq!(line(&verify(&path))["failed"], 0);
    // The first signature of the target, replaced by the last one of the source.
    file["first_signature_of_target"] = file["last_signature_of_source"].clone();
    fs::write(&path, file.to_string()).unwrap();
    assert_eq!(verify(&path).status.code(), Some(40));
    // The release of another swap.
    let other = fs::read(out.path().join("2-back.json")).unwrap();
    let other: Value = serde_json::from_slice(&other).unwrap();
    file["release"] = other["release"].clone();
    fs::write(&path, file.to_string()).unwrap();
    assert_ne!(verify(&path).status.code(), Some(0));
}

#[test]
fn killed_hosts_come_back_and_every_swap_comes_to_an_end() {
    let out = tempfile::tempdir().unwrap();
    let line = line(&run(out.path(), &["--json", "--kills", "5", "--seed", "1"]));
    assert_eq!(line["kills"], 5);
    assert_eq!(line["stuck"], 0);
    assert_eq!(line["double_signed"], 0);
    assert_xml(&fs::read_to_string(out.path().join("swap.svg")).unwrap());
}

#[test]
fn many_identities_cost_as_many_syncs_as_one() {
    let out = tempfile::tempdir().unwrap();
    let line = line(&run(out.path(), &["--json", "--bulk", "20"]));
    assert_eq!(line["same_as_one"], true);
    assert_eq!(line["fsyncs"].to_string(), r#"{"activate":1,"prepare":1,"release":1}"#);
}
