//! Plan: a document that nobody has approved yet, from what is to be decided.

use super::{cli::Report, failure::Failure, files, words};
use brainswap::{
    IdentityId, OrderId,
    charter::{Amendment, Decision},
    document::{Document, Envelope},
    evidence::{Approvable, Signed},
    identity::Genesis,
    order::{Fence, Order, Veto, Void},
};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What can be planned.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// A genesis document, from its fields.
    Genesis(FieldsArgs),
    /// An order, from its fields. `host order` makes one from the holder's own status.
    Order(FieldsArgs),
    /// A fence, from its fields.
    Fence(FieldsArgs),
    /// The withdrawal of an order, from its fields.
    Void(FieldsArgs),
    /// An amendment that follows the charter's head.
    Amend(AmendArgs),
    /// A veto against a plan that waits.
    Veto(VetoArgs),
}

/// A plan from its fields.
#[derive(Debug, Args)]
pub struct FieldsArgs {
    /// The fields in JSON, as `docs/wire.md` has them.
    #[arg(long, value_name = "FILE")]
    fields: PathBuf,
    /// The plan.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// An amendment.
#[derive(Debug, Args)]
pub struct AmendArgs {
    /// The charter that it follows.
    #[arg(long, value_name = "FILE")]
    charter: PathBuf,
    /// The decision in JSON, as `docs/charter.md` lists them.
    #[arg(long, value_name = "FILE")]
    decision: PathBuf,
    /// For people; it is approved with the rest.
    #[arg(long, default_value = "")]
    note: String,
    /// An amendment of the same head that this one takes the place of.
    #[arg(long, value_name = "ID")]
    replaces: Vec<OrderId>,
    /// The plan.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// A veto.
#[derive(Debug, Args)]
pub struct VetoArgs {
    /// The plan that is vetoed.
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The veto.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// `ceremony plan`.
pub fn plan(command: &PlanCommand) -> Result<Report, Failure> {
    match command {
        PlanCommand::Genesis(args) => from_fields::<Genesis>(args),
        PlanCommand::Order(args) => from_fields::<Order>(args),
        PlanCommand::Fence(args) => from_fields::<Fence>(args),
        PlanCommand::Void(args) => from_fields::<Void>(args),
        PlanCommand::Amend(args) => amend(args),
        PlanCommand::Veto(args) => veto(args),
    }
}

fn from_fields<T: Approvable>(args: &FieldsArgs) -> Result<Report, Failure> {
    write(&fields::<T>(&args.fields)?, &args.out)
}

fn amend(args: &AmendArgs) -> Result<Report, Failure> {
    let log = files::read_charter(&args.charter)?;
    let charter = log.newest();
    let mut replaces = args.replaces.clone();
    replaces.sort();
    let amendment = Amendment {
        identity: charter.identity(),
        previous: charter.head(),
        number: charter.number().saturating_add(1),
        replaces,
        decision: fields::<Decision>(&args.decision)?,
        note: args.note.clone(),
    };
    write(&amendment, &args.out)
}

fn veto(args: &VetoArgs) -> Result<Report, Failure> {
    let plan = files::read_document(&args.plan)?;
    let identities: Vec<IdentityId> = match plan.kind() {
        Some(Order::KIND) => Signed::<Order>::verify(&plan)?.document().identities(),
        Some(Fence::KIND) => Signed::<Fence>::verify(&plan)?.document().identities(),
        _ => Signed::<Amendment>::verify(&plan)?.document().identities(),
    };
    write(&Veto { plan: plan.id(), identities }, &args.out)
}

/// Fields in JSON.
fn fields<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    serde_json::from_slice(&files::read(path)?).map_err(|error| {
        let message = format!("{}: {error}", path.display());
        Failure::new("document.payload", message, "compare the fields with docs/wire.md")
    })
}

/// Writes a plan whose form is right, and says what stands in it.
fn write<T: Approvable>(document: &T, out: &Path) -> Result<Report, Failure> {
    let envelope = Envelope::of(document)?;
    Signed::<T>::verify(&envelope)?;
    files::write_document(out, &envelope)?;
    let mut says = vec![format!("plan {} in {}:", envelope.id(), out.display())];
    says.extend(words::document(&envelope)?.into_iter().map(|line| format!("  {line}")));
    let json = json!({ "plan": envelope.id(), "kind": T::KIND, "file": out });
    Ok(Report { text: says.join("\n"), json })
}
