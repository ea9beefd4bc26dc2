//! Conformance: runs published vectors against the crate, and says which of them fail.
//!
//! `cargo run --release --example conformance -- --vectors DIR [--json]`
//!
//! Exit codes: 0 every case passed, 1 one failed or there was none, 2 wrong usage, or the
//! report cannot be written.

mod age;
mod besu;
mod clique;
mod cometbft;
mod eip3076;
mod eos;
mod factom;
mod fields;
mod folder;
mod frost;
mod paper;
mod solana;
mod suite;
#[cfg(test)]
mod tests;

use clap::Parser;
use serde_json::json;
use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};
use suite::Report;

/// Runs published vectors against the crate.
#[derive(Parser)]
struct Args {
    /// The folder with the vectors: `eos/keys.json`, `clique/sealed_headers.json` and so on.
    #[arg(long, value_name = "DIR")]
    vectors: PathBuf,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let reports = match folder::run(&args.vectors) {
        Ok(reports) => reports,
        Err(error) => {
            eprintln!("cannot read {}: {error}", args.vectors.display());
            eprintln!("name the folder that holds the folders of vectors");
            return ExitCode::from(2);
        }
    };
    let cases: usize = reports.iter().map(|report| report.cases).sum();
    let failed: usize = reports.iter().map(Report::failed).sum();
    let text = if args.json {
        let files: Vec<_> = reports.iter().map(Report::to_json).collect();
        let passed = cases - failed;
        json!({"files": files, "cases": cases, "passed": passed, "failed": failed}).to_string()
    } else {
        let files: String = reports.iter().map(Report::to_string).collect();
        format!("{files}{cases} cases, {failed} failed")
    };
    if let Err(error) = writeln!(io::stdout(), "{text}") {
        eprintln!("cannot write the report: {error}");
        return ExitCode::from(2);
    }
    ExitCode::from(u8::from(cases == 0 || failed > 0))
}
