//! Output: the folder of a run: the evidence of each swap, and the picture.

use crate::{
    evidence, headers,
    pair::NAMES,
    picture::Picture,
    stage::{Stage, Stop},
    view::View,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folder.
pub(crate) struct Output {
    dir: PathBuf,
}

impl Output {
    /// Makes the folder, if it is not there.
    pub(crate) fn create(dir: &Path) -> Result<Self, Stop> {
        fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Writes the evidence of one swap.
    pub(crate) fn evidence(&self, number: usize, kind: &str, file: &Value) -> Result<(), Stop> {
        let text = serde_json::to_string_pretty(file)?;
        self.write(&format!("{number}-{kind}.json"), &text)
    }

    /// Writes the picture.
    pub(crate) fn picture(
        &self,
        stage: &Stage,
        line: &Value,
        swaps: Vec<(u64, String)>,
        kills: &[(u64, usize)],
    ) -> Result<(), Stop> {
        let blocks = stage.network.number().saturating_sub(1);
        let sealed = |number| {
            stage.network.ledger(|ledger| {
                let missed = ledger.missed().binary_search(&number).is_ok();
                ledger.seals(number).first().filter(|_| !missed).map(|seal| seal.host)
            })
        };
        let real = headers::goerli()?.into_keys().filter(|number| *number <= blocks);
        let kills = kills.iter().filter(|(number, _)| *number <= blocks).copied();
        let picture = Picture {
            title: format!(
                "Which host sealed which block: {} moves, {} kills",
                swaps.len(),
                line["kills"]
            ),
            outcome: format!(
                "{} blocks, {} sealed in their slots, {} missed; {} seals checked, {} blocks sealed twice",
                line["blocks"],
                line["signed"],
                line["missed"],
                line["seals_checked"],
                line["double_signed"],
            ),
            hosts: NAMES,
            blocks: (1..=blocks).map(sealed).collect(),
            real: real.collect(),
            swaps: swaps.into_iter().filter(|(number, _)| *number <= blocks).collect(),
            kills: kills.collect(),
        };
        self.write("swap.svg", &picture.to_svg())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Stop> {
        let path = self.dir.join(name);
        Ok(fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?)
    }
}

/// What is shown at the end of the showcase.
pub(crate) fn summary(view: &mut View, line: &Value, output: &Output) {
    view.line(&format!(
        "\ndone: {} blocks, {} sealed, {} missed; {} seals checked, {} blocks sealed twice",
        line["blocks"],
        line["signed"],
        line["missed"],
        line["seals_checked"],
        line["double_signed"],
    ));
    for swap in line["swaps"].as_array().into_iter().flatten() {
        view.line(&format!(
            "  {:<10} {} missed   nobody could sign for {:>6} ms at most   {} syncs a host   {} messages",
            swap["kind"].as_str().unwrap_or_default(),
            swap["missed"],
            swap["blackout_ms"].to_string(),
            swap["fsyncs"],
            swap["messages"],
        ));
    }
    view.line(&format!("evidence and picture: {}", output.dir.display()));
}

/// Checks a file of evidence, and shows every check.
pub(crate) fn verify(path: &Path) -> Result<Value, Stop> {
    let text = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: Value = serde_json::from_slice(&text)?;
    let checks = evidence::verify(&file)?;
    for check in &checks {
        let verdict = if check.ok { "ok" } else { "FAILED" };
        eprintln!("{verdict:<7} {:<52} {}", check.name, check.observed);
    }
    if let Some(failed) = checks.iter().find(|check| !check.ok) {
        let (found, needed) = (&failed.observed, &failed.required);
        return Err(Stop::Broken(format!("{}: found {found}, not {needed}", failed.name)));
    }
    Ok(json!({"checks": checks.len(), "failed": 0}))
}
