//! Cli: the commands, and how each one ends.

use super::{
    approval, charter_cmd,
    dir::Dir,
    failure::{ErrorObject, Exit, Failure},
    keys::Unlock,
    order_cmd, run as host_run, setup, swap_cmd,
};
use brainswap::{IdentityId, PublicKey, authority::KeyWeight};
use clap::{Args, Parser, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::{
    ffi::OsString,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

/// Holds validators' identities, and hands them from host to host without ever signing twice.
///
/// Exit codes: 0 done, 10 refused and nothing changed, 20 stopped with the source active,
/// 30 nobody active or soon nobody: resume, 40 unknown: stop and look.
#[derive(Debug, Parser)]
#[command(name = "host", version)]
pub struct Cli {
    /// The host's data directory.
    #[arg(long, global = true, value_name = "DIR", default_value = "brainswap-host")]
    dir: PathBuf,
    /// Answer in JSON, for scripts.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    unlock: Unlock,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a new host: its keys and an empty journal. Prints its card.
    Create {
        /// A short name for people.
        #[arg(long)]
        name: String,
        /// Where the journal's anchor is kept, best on another medium.
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
    },
    /// Prints this host's card, for the other hosts and for genesis documents.
    Card,
    /// The hosts that this host talks to.
    #[command(subcommand)]
    Peer(PeerCommand),
    /// Writes the genesis document of an identity whose key is made, or imported, on this host.
    Genesis(GenesisArgs),
    /// Approvers: the people whose signatures move an identity.
    #[command(subcommand)]
    Approver(ApproverCommand),
    /// Adds an approver's signature to documents, after showing what they say.
    Approve {
        /// The approver's key file.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Do not ask: what is shown was reviewed.
        #[arg(long)]
        yes: bool,
        /// The documents: each file is replaced by one with the signature added.
        #[arg(required = true, value_name = "DOCUMENT")]
        documents: Vec<PathBuf>,
    },
    /// Takes up an identity from its approved genesis document.
    Adopt {
        /// The approved genesis document.
        #[arg(long, value_name = "FILE")]
        genesis: PathBuf,
    },
    /// Gives this host amendments of a charter, plans whose wait begins, or vetoes.
    Decide {
        /// The documents, in the order in which they were decided.
        #[arg(required = true, value_name = "DOCUMENT")]
        documents: Vec<PathBuf>,
    },
    /// Writes the charter of an identity, one document a line, as `ceremony` reads it.
    Charter {
        /// Which identity.
        #[arg(long)]
        identity: IdentityId,
        /// The charter.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Brings an identity and its key from this host to another one of its roster.
    Provision {
        /// Which identity.
        #[arg(long)]
        identity: IdentityId,
        /// The name of the host that is to have the key.
        #[arg(long, value_name = "NAME")]
        to: String,
    },
    /// Runs the host until it is asked to stop (SIGTERM, SIGINT).
    Run {
        /// Where to listen for other hosts.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
        listen: String,
        /// Where to listen for the local node; `sign.sock` in the data directory otherwise.
        #[arg(long, value_name = "PATH")]
        socket: Option<PathBuf>,
    },
    /// Shows who may sign, and what to do next.
    Status {
        /// Of which host; of this one otherwise.
        #[arg(long, value_name = "NAME")]
        of: Option<String>,
    },
    /// Writes an order for approvers, from a fresh status of the holder.
    Order(OrderArgs),
    /// Carries out an approved order.
    Swap(SwapArgs),
    /// Carries on with an order that the hosts have already.
    Resume(ResumeArgs),
    /// Brings back what was released under an order, if the target has not used it up.
    Decline(ResumeArgs),
}

#[derive(Debug, Subcommand)]
enum PeerCommand {
    /// Adds a host, or changes what is known of it.
    Add {
        /// Its card.
        #[arg(long, value_name = "FILE")]
        card: PathBuf,
        /// Where it listens, `name:port`; not needed of one that only calls.
        #[arg(long)]
        address: Option<String>,
        /// It may command this host.
        #[arg(long)]
        operator: bool,
    },
    /// Lists them.
    List,
}

#[derive(Debug, Subcommand)]
enum ApproverCommand {
    /// Makes an approver's key file. With a passphrase option the file is sealed.
    New {
        /// Where to.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// What a genesis document is made from.
#[derive(Debug, Args)]
pub struct GenesisArgs {
    /// The network, `clique:ID` or `cometbft:CHAIN-ID`.
    #[arg(long, value_name = "CHAIN:ID")]
    pub network: String,
    /// The first height that may be signed; with an imported key, above all it ever signed.
    #[arg(long, value_name = "HEIGHT")]
    pub from: u64,
    /// The height where every lease of the first epoch ends at the latest.
    #[arg(long, value_name = "HEIGHT")]
    pub limit: Option<u64>,
    /// The cards of the hosts that may hold the identity; this one is always among them.
    #[arg(long, value_name = "CARD", num_args = 1..)]
    pub roster: Vec<PathBuf>,
    /// The cards of hosts that witness; none of the roster.
    #[arg(long, value_name = "CARD", num_args = 1..)]
    pub witness: Vec<PathBuf>,
    /// Who approves, with which weight: the same people for everything.
    #[arg(long, value_name = "KEY:WEIGHT", num_args = 1.., value_parser = approver)]
    #[arg(required_unless_present = "permissions", requires = "threshold")]
    pub approver: Vec<KeyWeight>,
    /// The weight that approves a move; a fence needs more than half of all weight at least.
    #[arg(long)]
    pub threshold: Option<u32>,
    /// Who decides what: permissions and links in JSON, as `docs/charter.md` has them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["approver", "threshold"])]
    pub permissions: Option<PathBuf>,
    /// Make a new key, which has never signed.
    #[arg(long, value_name = "KIND", required_unless_present = "import_key")]
    pub new_key: Option<NewKey>,
    /// Import the key from a file: 32 bytes, or 64 hexadecimal digits.
    #[arg(long, value_name = "FILE", conflicts_with = "new_key", requires = "public_key")]
    pub import_key: Option<PathBuf>,
    /// The public key that the imported one must have.
    #[arg(long, value_name = "KEY", requires = "import_key")]
    pub public_key: Option<PublicKey>,
    /// Where to write the document.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// The two kinds of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NewKey {
    /// For CometBFT.
    Ed25519,
    /// For Clique.
    Secp256k1,
}

/// What an order is made from.
#[derive(Debug, Args)]
pub struct OrderArgs {
    /// Which identities, with commas between them.
    #[arg(long, value_name = "ID", required = true, value_delimiter = ',')]
    pub identity: Vec<IdentityId>,
    /// The name of the holder.
    #[arg(long, value_name = "NAME")]
    pub from: String,
    /// The name of the host that is to hold.
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// Right after the last position signed.
    #[arg(long, required_unless_present = "at")]
    pub now: bool,
    /// At this height, which lies ahead: no block is missed.
    #[arg(long, value_name = "HEIGHT", conflicts_with = "now")]
    pub at: Option<u64>,
    /// The source releases only while it has not signed up to this height.
    #[arg(long, value_name = "HEIGHT")]
    pub expires: Option<u64>,
    /// A note for the approvers.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Where to write the order.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Which order is carried out.
#[derive(Debug, Args)]
pub struct SwapArgs {
    /// The approved order.
    #[arg(value_name = "ORDER")]
    pub order: PathBuf,
    /// Do not ask: the plan that is shown was reviewed.
    #[arg(long)]
    pub yes: bool,
    /// Where to write the receipt: the order and every document of the swap.
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

/// Which order is carried on.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The order's id, as the hosts have it, or a file.
    #[arg(value_name = "ORDER_ID|FILE")]
    pub order: String,
    /// Where to write the receipt: the order and every document of the swap.
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

/// What a command that was done prints: for scripts, and for people.
#[derive(Clone, Debug)]
pub struct Report {
    /// With `--json`.
    pub json: Value,
    /// Without; empty for the JSON even then.
    pub text: String,
}

/// Runs one command, with the program's name first.
pub fn run<I>(args: I) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Refused } else { Exit::Done };
            return match error.print() {
                Ok(()) => ExitCode::from(exit as u8),
                Err(_) => ExitCode::from(Exit::Unknown as u8),
            };
        }
    };
    let json = cli.json;
    let (exit, printed) = match carry_out(cli) {
        Ok(None) => (Exit::Done, Ok(())),
        Ok(Some(report)) if json || report.text.is_empty() => {
            (Exit::Done, writeln!(io::stdout(), "{}", report.json))
        }
        Ok(Some(report)) => (Exit::Done, writeln!(io::stdout(), "{}", report.text.trim_end())),
        Err(failure) if json => {
            let exit = failure.exit;
            let Failure { what, error, .. } = failure;
            let value = json!({ "error": error, "what": what, "exit": exit as u8 });
            (exit, writeln!(io::stdout(), "{value}"))
        }
        Err(failure) => (failure.exit, writeln!(io::stderr(), "{failure}")),
    };
    // A closed pipe changes nothing of what was done.
    drop(printed);
    ExitCode::from(exit as u8)
}

fn carry_out(cli: Cli) -> Result<Option<Report>, Failure> {
    let Cli { dir, json, unlock, command } = cli;
    let dir = Dir::at(dir);
    match command {
        Command::Create { name, anchor } => setup::create(&dir, &unlock, &name, anchor),
        Command::Card => setup::card(&dir),
        Command::Peer(PeerCommand::Add { card, address, operator }) => {
            setup::add_peer(&dir, &card, address, operator)
        }
        Command::Peer(PeerCommand::List) => setup::list_peers(&dir),
        Command::Genesis(args) => setup::genesis(&dir, &unlock, &args),
        Command::Approver(ApproverCommand::New { out }) => approval::new(&unlock, &out),
        Command::Approve { key, yes, documents } => {
            approval::approve(&unlock, &key, &documents, yes, json)
        }
        Command::Adopt { genesis } => setup::adopt(&dir, &unlock, &genesis),
        Command::Decide { documents } => charter_cmd::decide(&dir, &unlock, &documents),
        Command::Charter { identity, out } => charter_cmd::charter(&dir, &unlock, identity, &out),
        Command::Provision { identity, to } => setup::provision(&dir, &unlock, identity, &to),
        Command::Run { listen, socket } => {
            return host_run::run(&dir, &unlock, &listen, socket).map(|()| None);
        }
        Command::Status { of } => order_cmd::status(&dir, &unlock, of.as_deref()),
        Command::Order(args) => order_cmd::order(&dir, &unlock, &args),
        Command::Swap(args) => swap_cmd::swap(&dir, &unlock, &args, json),
        Command::Resume(args) => swap_cmd::resume(&dir, &unlock, &args, json),
        Command::Decline(args) => swap_cmd::decline(&dir, &unlock, &args, json),
    }
    .map(Some)
}

/// Asks a person at the terminal; without one, the answer is no.
///
/// # Errors
///
/// `cli.not_confirmed`.
pub fn confirm(question: &str) -> Result<(), ErrorObject> {
    use std::io::IsTerminal as _;
    let mut typed = String::new();
    if io::stdin().is_terminal() {
        eprint!("{question} Type yes: ");
        let read = io::stdin().read_line(&mut typed);
        if read.is_ok() && typed.trim() == "yes" {
            return Ok(());
        }
    }
    let advice = "look at what is shown, then answer yes at a terminal, or give --yes";
    Err(ErrorObject::refusal("cli.not_confirmed", "nobody said yes", advice).retry())
}

fn approver(text: &str) -> Result<KeyWeight, String> {
    let (key, weight) = text.rsplit_once(':').ok_or("expected KEY:WEIGHT")?;
    let key = key.parse().map_err(|error| format!("{error}"))?;
    let weight = weight.parse().map_err(|error| format!("the weight: {error}"))?;
    Ok(KeyWeight { key, weight })
}
