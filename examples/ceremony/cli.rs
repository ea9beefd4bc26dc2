//! Cli: the commands, and how each one ends.

use super::{
    approve::{self, AddArgs, ApproveArgs},
    charter::{self, KeepArgs},
    failure::Failure,
    keys,
    plan::{self, PlanCommand},
    qr, record, status,
};
use clap::{Parser, Subcommand};
use serde_json::{Value, json};
use std::{io, path::PathBuf, process::ExitCode};

/// Plans, reviews, approves and counts decisions about an identity, offline.
///
/// Exit codes: 0 done, 10 refused and nothing was written.
#[derive(Debug, Parser)]
#[command(name = "ceremony", version)]
struct Cli {
    /// Answer in JSON, for scripts.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes a plan that nobody has approved yet.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Shows every field of a plan in words, and who decides it.
    Show {
        /// The plan.
        plan: PathBuf,
        /// The identity's charter.
        #[arg(long, value_name = "FILE")]
        charter: Option<PathBuf>,
    },
    /// Approves a plan after showing it: signs here, or writes what another tool is to sign.
    Approve(ApproveArgs),
    /// Adds an approval that was made elsewhere.
    Add(AddArgs),
    /// Puts the approvals of copies of one plan together.
    Merge {
        /// The file that gets all approvals.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The copies.
        #[arg(required = true, value_name = "PLAN")]
        plans: Vec<PathBuf>,
    },
    /// Counts the approvals: weight against threshold, who is missing, what expires.
    Status {
        /// The plan.
        plan: PathBuf,
        /// The identity's charter; not needed for a genesis document.
        #[arg(long, value_name = "FILE")]
        charter: Option<PathBuf>,
        /// For how long the plan has been known, in seconds: waits that are over count.
        #[arg(long, value_name = "SECONDS", default_value_t = 0)]
        waited: u32,
    },
    /// Adds an approved amendment to the charter's file, or begins it with a genesis document.
    Keep(KeepArgs),
    /// Replays a charter and shows what holds.
    Charter {
        /// The charter.
        charter: PathBuf,
    },
    /// Makes the record of what a key approves. Only for a key that has approved nothing yet.
    Record {
        /// A directory that does not exist yet.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// The key.
        #[arg(long)]
        key: brainswap::PublicKey,
    },
    /// Shows a public key as it stands in plans and charters.
    Key {
        /// As text, as a line of OpenSSH, or an EOS key.
        key: String,
    },
    /// Shows a small file, or the approvals of a plan, as QR codes.
    Qr {
        /// The file.
        file: PathBuf,
        /// Every approval of the plan, in place of the file.
        #[arg(long)]
        approvals: bool,
    },
}

/// What a command says when it is done.
pub struct Report {
    /// For people.
    pub text: String,
    /// For scripts.
    pub json: Value,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Plan(command) => plan::plan(&command),
        Command::Show { plan, charter } => status::show(&plan, charter.as_deref()),
        Command::Approve(args) => approve::approve(&args, cli.json),
        Command::Add(args) => approve::add(&args),
        Command::Merge { out, plans } => approve::merge(&out, &plans),
        Command::Status { plan, charter, waited } => {
            status::status(&plan, charter.as_deref(), waited)
        }
        Command::Keep(args) => charter::keep(&args),
        Command::Charter { charter } => charter::show(&charter),
        Command::Record { dir, key } => record::create(&dir, key),
        Command::Key { key } => keys::public_key(&key)
            .map(|key| Report { text: key.to_string(), json: json!({ "key": key }) }),
        Command::Qr { file, approvals } => qr::qr(&file, approvals),
    };
    let (code, said) = match done {
        Ok(report) if cli.json => (0, say(&mut io::stdout(), &report.json.to_string())),
        Ok(report) => (0, say(&mut io::stdout(), &report.text)),
        Err(failure) if cli.json => {
            let Failure { code, message, advice } = failure;
            let refused = json!({ "code": code, "message": message, "advice": advice });
            (10, say(&mut io::stdout(), &json!({ "refused": refused }).to_string()))
        }
        Err(failure) => (10, say(&mut io::stderr(), &failure.to_string())),
    };
    // What was done is done; that nobody could read it is no success.
    if said.is_err() { ExitCode::from(40) } else { ExitCode::from(code) }
}

fn say(out: &mut dyn io::Write, text: &str) -> io::Result<()> {
    writeln!(out, "{}", text.trim_end())?;
    out.flush()
}

/// Asks a person, who must type `yes`.
pub fn confirm(question: &str) -> Result<(), Failure> {
    let mut answer = String::new();
    let asked =
        say(&mut io::stderr(), &format!("{question} Type yes to go on; Ctrl-C stops here."))
            .and_then(|()| io::stdin().read_line(&mut answer));
    match asked {
        Ok(_) if answer.trim() == "yes" => Ok(()),
        _ => {
            Err(Failure::new("ceremony.not_confirmed", "the answer was not yes", "review it again"))
        }
    }
}
