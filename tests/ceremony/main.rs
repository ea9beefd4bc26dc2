//! The walk-through of `docs/walkthrough.md`, done again with new keys: it says the same, but for
//! keys, ids and signatures; and what must not work is refused.
//!
//! Needs `bash`, `jq` and `ssh-keygen`; without them it says that it was skipped. With
//! `BRAINSWAP_REQUIRE_TOOLS=1` that is a failure. `BRAINSWAP_WRITE_WALKTHROUGH=1` writes the page.

#![allow(clippy::disallowed_methods, reason = "a test writes files and starts processes")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/walkthrough.md");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ceremony/walkthrough.sh");
const FENCE: &str = "```\n";

#[test]
fn the_walk_through_says_what_its_page_says() {
    if !tools_are_here() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new("bash").arg(SCRIPT).current_dir(&dir).env("PATH", path()).output();
    let said = text(&output.unwrap());
    let page = fs::read_to_string(PAGE).unwrap();
    let parts: Vec<&str> = page.splitn(3, FENCE).collect();
    let [before, kept, after] = parts[..] else { panic!("the page has no block of output") };
    if env::var_os("BRAINSWAP_WRITE_WALKTHROUGH").is_some() {
        fs::write(PAGE, [before, &said, after].join(FENCE)).unwrap();
        return;
    }
    let (said, kept) = (masked(&said), masked(kept));
    let new: Vec<_> = said.iter().filter(|line| !kept.contains(line)).collect();
    let gone: Vec<_> = kept.iter().filter(|line| !said.contains(line)).collect();
    assert!(new.is_empty() && gone.is_empty(), "new: {new:#?}\ngone: {gone:#?}");
    assert_eq!(said.len(), kept.len());
}

#[test]
fn a_plan_of_unknown_fields_or_bad_permissions_is_refused_with_its_code() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| fs::write(dir.path().join(name), content).unwrap();
    file("fields.json", r#"{"order": "00", "identities": [], "more": 1}"#);
    for (arguments, code) in [
        (
            &["plan", "void", "--fields", "fields.json", "--out", "plan.json"][..],
            "document.payload",
        ),
        (&["show", "fields.json"], "document.malformed"),
        (&["status", "missing.json"], "file.io"),
        (&["key", "no key"], "key.text"),
        (&["charter", "fields.json"], "document.malformed"),
    ] {
        let output = ceremony(dir.path(), &[&["--json"], arguments].concat());
        assert_eq!(output.status.code(), Some(10), "{arguments:?}");
        let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(said["refused"]["code"], code, "{arguments:?}: {said}");
    }
    assert!(!dir.path().join("plan.json").exists());
}

#[test]
fn a_record_is_made_once_and_belongs_to_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let made = |key: &str| ceremony(dir.path(), &["record", "--dir", "record", "--key", key]);
    // The base point of edwards25519 (RFC 8032, section 5.1).
    let generator = "ed25519:5866666666666666666666666666666666666666666666666666666666666666";
    assert_eq!(made(generator).status.code(), Some(0));
    let again = made(generator);
    assert_eq!(again.status.code(), Some(10));
    assert!(text(&again).contains("journal.exists"), "{}", text(&again));
}

fn ceremony(dir: &Path, arguments: &[&str]) -> Output {
    let program = examples().join("ceremony");
    Command::new(program).args(arguments).current_dir(dir).output().unwrap()
}

/// Where Cargo puts the examples that it builds with the tests; `cargo test --test` leaves them
/// out, and then they are built now.
fn examples() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let test = env::current_exe().unwrap();
        let built = test.parent().and_then(Path::parent).unwrap().join("examples");
        if !["ceremony", "host"].iter().all(|name| built.join(name).exists()) {
            let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let arguments = ["build", "--example", "ceremony", "--example", "host"];
            assert!(Command::new(cargo).args(arguments).status().unwrap().success());
        }
        built
    })
}

fn path() -> String {
    format!("{}:{}", examples().display(), env::var("PATH").unwrap_or_default())
}

fn tools_are_here() -> bool {
    let required = env::var_os("BRAINSWAP_REQUIRE_TOOLS").is_some_and(|set| set == "1");
    let missing: Vec<&str> = ["bash", "jq", "ssh-keygen"]
        .into_iter()
        .filter(|tool| Command::new(tool).arg("--help").output().is_err())
        .collect();
    assert!(!required || missing.is_empty(), "install {missing:?}");
    if !missing.is_empty() {
        println!("skipped: there is no {missing:?}");
    }
    missing.is_empty()
}

fn text(output: &Output) -> String {
    let of = String::from_utf8_lossy;
    format!("{}{}", of(&output.stdout), of(&output.stderr))
}

/// The lines in no order, and without what is new in every run: keys, ids, signatures.
fn masked(text: &str) -> Vec<String> {
    let is_of_word = |letter: char| letter.is_ascii_alphanumeric() || "+/=".contains(letter);
    let mask = |line: &str| {
        let mut masked = String::new();
        for word in line.split_inclusive(|letter| !is_of_word(letter)) {
            let (body, end) = match word.char_indices().last() {
                Some((at, last)) if !is_of_word(last) => word.split_at(at),
                _ => (word, ""),
            };
            let random = body.len() >= 8 && body.contains(|letter: char| letter.is_ascii_digit());
            masked.push_str(if random && !body.starts_with("secp256k1") { "#" } else { body });
            masked.push_str(end);
        }
        masked
    };
    let mut lines: Vec<String> = text.lines().map(mask).collect();
    lines.sort();
    lines
}
