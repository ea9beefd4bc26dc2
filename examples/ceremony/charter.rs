//! Charter: the file with every document of a charter, one in each line, always replayed whole.

use super::{cli::Report, failure::Failure, files, words};
use brainswap::charter::{Added, Log};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Adding a document to a charter.
#[derive(Debug, Args)]
pub struct KeepArgs {
    /// The approved amendment, or the approved genesis document of a new charter.
    document: PathBuf,
    /// The charter's file.
    #[arg(long, value_name = "FILE")]
    charter: PathBuf,
    /// For how long the amendment has been known, in seconds: waits that are over count.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    waited: u32,
}

/// `ceremony keep`.
pub fn keep(args: &KeepArgs) -> Result<Report, Failure> {
    let document = files::read_document(&args.document)?;
    let log = if args.charter.exists() {
        let mut log = files::read_charter(&args.charter)?;
        match log.add(&document, args.waited)? {
            Added::Known | Added::New(_) => log,
        }
    } else {
        Log::begin(&document)?
    };
    files::write_charter(&args.charter, &log)?;
    let (head, number) = (log.newest().head(), log.newest().number());
    let text = format!("{} has head {head}, number {number}", args.charter.display());
    Ok(Report { text, json: json!({ "head": head, "number": number, "file": args.charter }) })
}

/// `ceremony charter`.
pub fn show(file: &Path) -> Result<Report, Failure> {
    let log = files::read_charter(file)?;
    let charter = log.newest();
    let mut says = vec![
        format!("identity {}", charter.identity()),
        format!("head {}, number {}", charter.head(), charter.number()),
    ];
    says.extend(words::charter(charter));
    let json = json!({
        "identity": charter.identity(),
        "head": charter.head(),
        "number": charter.number(),
        "hosts": charter.hosts().map(|card| card.host).collect::<Vec<_>>(),
    });
    Ok(Report { text: says.join("\n"), json })
}
