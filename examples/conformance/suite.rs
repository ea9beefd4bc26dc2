//! Suite: the cases of one file, and what became of them.

use crate::{age, besu, clique, cometbft, eip3076, eos, factom, frost, paper, solana};
use serde_json::{Value, json};
use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What one case says: nothing, or why it failed.
pub type Outcome = Result<(), String>;

/// Runs the cases of one file.
pub type Suite = fn(&Value, &mut Report);

/// Runs the cases of one file that is not JSON.
pub type Bytes = fn(&[u8], &mut Report);

/// What became of the cases of one file.
pub struct Report {
    /// The file, by its path below the folder.
    pub file: String,
    /// How many cases there were.
    pub cases: usize,
    /// Name and reason of each that failed.
    pub failures: Vec<(String, String)>,
    /// Lists of the file that say nothing about this crate.
    pub not_checked: Vec<&'static str>,
}

/// Files that tell where the others come from.
const ABOUT: [&str; 5] = [
    "SOURCES.md",
    "README.upstream.md",
    "bcr-2020-011-sskr.md",
    "bip-0093.mediawiki",
    "shards-vectors.sha256",
];

impl Report {
    /// Runs the cases of a file. One that is not known, cannot be read or holds no case has failed.
    pub fn of(file: String, bytes: &[u8]) -> Self {
        let mut report = Self { file, cases: 0, failures: vec![], not_checked: vec![] };
        let name = report.file.rsplit('/').next().unwrap_or_default();
        if ABOUT.contains(&name) {
            return report;
        }
        if let Some(suite) = bytes_of(&report.file) {
            suite(bytes, &mut report);
            return report.with_a_case();
        }
        let Some(suite) = suite_of(&report.file) else {
            report.case("the file", || Err("no suite is known for it".into()));
            return report;
        };
        match serde_json::from_slice(bytes) {
            Ok(json) => suite(&json, &mut report),
            Err(error) => report.case("the file", || Err(format!("it is not JSON: {error}"))),
        }
        report.with_a_case()
    }

    /// A file without a case has failed, unless it says why nothing of it is checked.
    fn with_a_case(mut self) -> Self {
        if self.cases == 0 && self.not_checked.is_empty() {
            self.case("the file", || Err("it holds no case".into()));
        }
        self
    }

    /// Runs one case; a panic is a failure.
    pub fn case(&mut self, name: impl Into<String>, check: impl FnOnce() -> Outcome) {
        self.cases += 1;
        let outcome = catch_unwind(AssertUnwindSafe(check));
        if let Err(why) = outcome.unwrap_or_else(|_| Err("it panicked".into())) {
            self.failures.push((name.into(), why));
        }
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// The report as JSON.
    pub fn to_json(&self) -> Value {
        let (failures, reasons): (Vec<_>, Vec<_>) = self.failures.iter().cloned().unzip();
        json!({
            "file": self.file,
            "cases": self.cases,
            "passed": self.cases - self.failed(),
            "failed": self.failed(),
            "failures": failures,
            "reasons": reasons,
            "not_checked": self.not_checked,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} cases, {} failed", self.file, self.cases, self.failed())?;
        for (name, why) in &self.failures {
            writeln!(f, "  {name}: {why}")?;
        }
        Ok(())
    }
}

/// Compares, and says what came.
pub fn equal<T: PartialEq + fmt::Debug>(what: &str, got: &T, needed: &T) -> Outcome {
    ensure(got == needed, || format!("{what}: got {got:?} instead of {needed:?}"))
}

/// Fails unless this holds.
pub fn ensure(holds: bool, why: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(why()) }
}

/// The suite of a file, by its path below the folder.
fn suite_of(path: &str) -> Option<Suite> {
    let (folder, file) = path.split_once('/')?;
    match folder {
        "age" => age::suite_of(file),
        "bip93" | "slip39" | "sskr" => paper::suite_of(folder, file),
        "besu" => besu::suite_of(file),
        "clique" => clique::suite_of(file),
        "cometbft" => cometbft::suite_of(file),
        "eip3076" => eip3076::suite_of(file),
        "eos" => eos::suite_of(file),
        "factom" => factom::suite_of(file),
        "frost" => frost::suite_of(file),
        "solana" => solana::suite_of(file),
        _ => None,
    }
}

/// The suite of a file that is not JSON.
fn bytes_of(path: &str) -> Option<Bytes> {
    match path.split_once('/')? {
        ("age", file) => age::bytes_of(file),
        ("slip39", file) => paper::bytes_of(file),
        _ => None,
    }
}
