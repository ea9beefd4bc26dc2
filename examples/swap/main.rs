//! Swap: the whole thing working, in one command: two hosts, a network, and an identity that moves.
//!
//! ```text
//!   cargo run --release --example swap                  four swaps, one with a kill
//!   cargo run --release --example swap -- --json        the same; ends with one line of JSON
//!   cargo run --release --example swap -- --kills 500   kills hosts in the middle of swaps
//!   cargo run --release --example swap -- --bulk 10000  moves 10,000 identities in one order
//!   cargo run --release --example swap -- --verify FILE checks a file of evidence again
//! ```

#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, reason = "an edge: it has a clock, threads and files")]

mod args;
mod bulk;
mod campaign;
mod chance;
mod evidence;
mod handover;
mod headers;
mod identity;
mod interrupt;
mod kill;
mod ledger;
mod network;
mod output;
mod pair;
mod people;
mod picture;
mod report;
mod showcase;
mod stage;
mod view;

#[path = "../host/host.rs"]
mod host;

use crate::{
    args::{Args, Mode},
    campaign::Campaign,
    chance::Chance,
    output::Output,
    report::Report,
    stage::{Stage, Stop},
    view::View,
};
use clap::Parser as _;
use serde_json::Value;
use std::{io::Read as _, process::ExitCode, time::Duration};

fn main() -> ExitCode {
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == pair::HOST_PROCESS) {
        words.remove(1);
        end_with_parent();
        return host::cli::run(words);
    }
    let args = Args::parse();
    match run(&args) {
        Ok(line) => {
            if args.json {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(stop) => {
            eprintln!("\n{stop}");
            ExitCode::from(match stop {
                Stop::Interrupted { exit, .. } => exit,
                Stop::Broken(_) => 40,
                Stop::Failed(_) => 1,
            })
        }
    }
}

/// A host of this demonstration has a pipe as its input, and nothing ever comes through it: when
/// it ends, the process at the other end is gone, and the host goes too.
fn end_with_parent() {
    std::thread::spawn(|| {
        let mut nothing = [0; 1];
        while !matches!(std::io::stdin().read(&mut nothing), Ok(0) | Err(_)) {}
        std::process::exit(1);
    });
}

fn run(args: &Args) -> Result<Value, Stop> {
    let mode = args.mode();
    if let Mode::Verify(file) = &mode {
        return output::verify(file);
    }
    if let Mode::Bulk(identities) = mode {
        return bulk::run(identities);
    }
    interrupt::listen()?;
    let output = Output::create(&args.out)?;
    match mode {
        Mode::Kills(kills) => kill_campaign(args, &output, kills),
        Mode::Show | Mode::Bulk(_) | Mode::Verify(_) => show(args, &output),
    }
}

fn show(args: &Args, output: &Output) -> Result<Value, Stop> {
    let (pace, seed) = (args.pace(), args.seed());
    let mut view = View::new(args.json);
    view.line("brainswap: two hosts, one identity, and a network that wants a seal in every slot");
    let mut stage = Stage::set(pace.slot)?;
    view.line(&format!("seed {seed}; a block every {} ms", pace.slot.as_millis()));
    let mut report = Report::default();
    let played = showcase::play(
        &stage,
        pace,
        &mut Chance::new(seed),
        &mut view,
        &mut report,
        |number, kind, evidence| output.evidence(number, kind, evidence),
    );
    let whole = played.and_then(|()| stage.check());
    stage.network.stop();
    let line = report.to_json(&stage);
    let swaps: Vec<_> =
        report.swaps.iter().map(|swap| (swap.first, swap.kind.to_owned())).collect();
    output.picture(&stage, &line, swaps, &report.kills)?;
    whole?;
    if let [first, ..] = report.broken().as_slice() {
        return Err(Stop::Broken(first.clone()));
    }
    output::summary(&mut view, &line, output);
    Ok(line)
}

fn kill_campaign(args: &Args, output: &Output, kills: usize) -> Result<Value, Stop> {
    let seed = args.seed();
    eprintln!("kill campaign: {kills} kills, seed {seed}");
    let mut stage = Stage::set(Duration::from_millis(args.block_ms.unwrap_or(25)))?;
    let mut campaign = Campaign::new(seed);
    let whole = campaign.run(&stage, kills).and_then(|()| stage.check());
    stage.network.stop();
    let line = campaign.to_json(&stage);
    let swaps = campaign.swaps.iter().map(|first| (*first, "swap".to_owned())).collect();
    output.picture(&stage, &line, swaps, &campaign.kills())?;
    if whole.is_err() {
        eprintln!("{line}");
    }
    whole?;
    stage.check()?; // a seal that was under way came in since
    if !args.json {
        println!("{line}");
    }
    Ok(line)
}
