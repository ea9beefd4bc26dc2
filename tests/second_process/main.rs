//! R5, T9. A journal is open in one process. A program of its own: while a process starts another,
//! its locks are in both for a moment, and that must not disturb other tests.

#![allow(clippy::disallowed_methods, reason = "the place puts older files in place")]

#[path = "../host/fixture.rs"]
#[expect(dead_code, reason = "one test uses a part of it")]
mod fixture;

#[path = "../incidents/cast.rs"]
mod cast;
#[path = "../incidents/network.rs"]
#[expect(dead_code, reason = "one test uses a part of it")]
mod network;
#[path = "../incidents/place.rs"]
#[expect(dead_code, reason = "one test uses a part of it")]
mod place;

use cast::{adopted, identity, loaded};
use network::Network;
use place::Place;
use std::process::Command;

/// Akash, 2022-10 (cosmos-omnibus #317): an orchestrator started the new pod while the old one was
/// still ending. Status on Holesky, 2024-01-31: two roles of one fleet loaded one key. A journal is
/// open once; whoever comes second waits.
#[test]
fn t09_a_second_process_on_the_same_directory_never_starts_while_the_first_runs() {
    let (pair, genesis) = identity(|_| {});
    let (network, place) = (Network::of(&pair), Place::of(&pair.machines[0]));
    let old = adopted(&pair, &genesis, place.create().expect("created"));
    for height in 1..=60 {
        assert_eq!(network.sign(&old, height, 1), Ok(()));
        assert_eq!(place.open().expect_err("refused"), "journal.locked");
        assert_eq!(place.create().expect_err("refused"), "journal.locked");
    }
    assert_eq!(in_a_second_process(&place), "journal.locked");
    old.stop().expect("stopped");
    assert_eq!(in_a_second_process(&place), "opened");
    let new = loaded(&pair, place.open().expect("now it is free"));
    assert_eq!(network.sign(&new, 60, 2), Err("watermark.conflict"));
    assert_eq!(network.sign(&new, 61, 2), Ok(()));
    network.assert_never_two();
}

const PLACE: &str = "BRAINSWAP_INCIDENTS_PLACE";

/// What a process of its own says when it opens the journal: a code, or that it opened it.
fn in_a_second_process(place: &Place) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "a_second_process", "--ignored", "--nocapture"]);
    let output = command.env(PLACE, place.to_text()).output().expect("ran");
    let said = String::from_utf8(output.stdout).expect("text");
    let outcome = said.lines().find_map(|line| line.split("second process: ").nth(1));
    outcome.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
#[ignore = "t09 starts it as a process of its own"]
fn a_second_process() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let outcome = Place::open_journal_of(&place).map_or_else(|code| code, |_| "opened");
    println!("second process: {outcome}");
}
