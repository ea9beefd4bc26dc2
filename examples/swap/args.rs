//! Args: what the command can be told.

use crate::showcase::Pace;
use clap::Parser;
use std::{
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Shows an identity moving between two hosts, without a block sealed twice.
#[derive(Debug, Parser)]
#[command(name = "swap")]
pub(crate) struct Args {
    /// End with one line of JSON on stdout; everything else goes to stderr.
    #[arg(long)]
    pub(crate) json: bool,
    /// Fewer and faster blocks.
    #[arg(long)]
    quick: bool,
    /// Kill hosts this many times in the middle of swaps.
    #[arg(long, value_name = "N", conflicts_with_all = ["bulk", "verify"])]
    kills: Option<usize>,
    /// Move this many identities in one order.
    #[arg(long, value_name = "N", conflicts_with = "verify")]
    bulk: Option<usize>,
    /// Check a file of evidence.
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
    /// Repeat the random choices of an earlier run.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How long a block's slot is, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(10..=60_000))]
    pub(crate) block_ms: Option<u64>,
    /// Where the evidence and the picture go.
    #[arg(long, value_name = "DIR", default_value = "swap-evidence")]
    pub(crate) out: PathBuf,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Mode {
    Show,
    Kills(usize),
    Bulk(usize),
    Verify(PathBuf),
}

impl Args {
    /// What is to be done.
    pub(crate) fn mode(&self) -> Mode {
        match (&self.verify, self.bulk, self.kills) {
            (Some(file), _, _) => Mode::Verify(file.clone()),
            (None, Some(identities), _) => Mode::Bulk(identities),
            (None, None, Some(kills)) => Mode::Kills(kills),
            (None, None, None) => Mode::Show,
        }
    }

    /// How fast the showcase is.
    pub(crate) fn pace(&self) -> Pace {
        let (slot, between, ahead) = if self.quick { (250, 4, 3) } else { (400, 8, 6) };
        Pace { slot: Duration::from_millis(self.block_ms.unwrap_or(slot)), between, ahead }
    }

    /// What the random choices follow from.
    pub(crate) fn seed(&self) -> u64 {
        let clock = || {
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.subsec_nanos().into())
        };
        self.seed.unwrap_or_else(clock)
    }
}
