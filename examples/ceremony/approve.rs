//! Approve: a person's signature under exactly what was shown (R6), noted before it leaves (R3).

use super::{
    cli::{Report, confirm},
    failure::Failure,
    files,
    keys::{self, KeyArgs},
    record::Record,
    words,
};
use brainswap::{
    HostId, Lanes, Position, PublicKey,
    approver::{Assertion, Memory, approve_amendment, approve_fence},
    charter::Amendment,
    document::{Approval, Document as _, Envelope},
    eos::{EosPublicKey, EosSignature},
    evidence::Signed,
    identity::Genesis,
    lease::Term,
    openssh::SshSignature,
    order::Fence,
};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Approving a plan.
#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// The plan; the signature is added to this file.
    plan: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    /// Writes the bytes that `ssh-keygen -Y sign -n brainswap`, or a wallet, is to sign elsewhere.
    #[arg(long, value_name = "FILE", requires = "public_key")]
    payload: Option<PathBuf>,
    /// The public key that signs elsewhere: as text, as a line of OpenSSH, or an EOS key.
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,
    /// The key's record of what it has approved; needed for a fence and an amendment.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// For a fence: a host that you have seen yourself to be gone for ever.
    #[arg(long, value_name = "HOST")]
    gone: Vec<HostId>,
    /// For a fence with gone hosts: the highest position that any of them can have signed.
    #[arg(long, value_name = "POSITION")]
    signed: Vec<Position>,
    /// Do not ask: what is shown was reviewed.
    #[arg(long)]
    yes: bool,
}

/// An approval that was made elsewhere.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The plan; the approval is added to this file.
    plan: PathBuf,
    /// What `ssh-keygen -Y sign` wrote.
    #[arg(long, value_name = "FILE")]
    ssh_signature: Option<PathBuf>,
    /// A `SIG_K1_` or `SIG_R1_` text; needs the key too.
    #[arg(long, value_name = "TEXT", requires = "eos_key")]
    eos_signature: Option<String>,
    /// The EOS public key that made it.
    #[arg(long, value_name = "KEY")]
    eos_key: Option<String>,
    /// The line of text of an approval, as a QR code holds it.
    #[arg(long, value_name = "TEXT")]
    approval: Option<String>,
}

/// `ceremony approve`.
pub fn approve(args: &ApproveArgs, json: bool) -> Result<Report, Failure> {
    let mut plan = files::read_document(&args.plan)?;
    let says = words::document(&plan)?;
    let key = args.key.open()?;
    let public = match (&key, &args.public_key) {
        (Some(key), _) => key.public_key()?,
        (None, Some(text)) => keys::public_key(text)?,
        (None, None) => return Err(no_key()),
    };
    // The rules first: what may not be approved is not asked about.
    let noted = note(args, &plan, public)?;
    if !json {
        eprintln!("{} is plan {}:", args.plan.display(), plan.id());
        says.iter().for_each(|line| eprintln!("  {line}"));
    }
    if !args.yes {
        confirm(&format!("Approve this as {public}?"))?;
    }
    if let Some((record, identity, memory)) = noted {
        record.keep(identity, &memory)?;
    }
    let id = plan.id();
    if let (None, Some(payload)) = (&key, &args.payload) {
        files::write_whole(payload, &plan.signed_bytes())?;
        let text = format!(
            "{} holds the bytes to sign\n  ssh-keygen -Y sign -n brainswap -f KEY {}\n\
             or let a wallet sign the digest {id}\nthen `ceremony add` what comes of it",
            payload.display(),
            payload.display()
        );
        let json = json!({ "plan": id, "payload": payload, "key": public });
        return Ok(Report { text, json });
    }
    let key = key.ok_or_else(no_key)?;
    key.sign(&mut plan)?;
    files::write_document(&args.plan, &plan)?;
    let approval = plan.approvals().find(|approval| approval.key() == public);
    let line = approval.map(|approval| approval.to_string()).unwrap_or_default();
    let text = format!("{id} is approved by {public}\n{line}");
    Ok(Report { text, json: json!({ "plan": id, "key": public, "approval": line }) })
}

/// `ceremony add`.
pub fn add(args: &AddArgs) -> Result<Report, Failure> {
    let mut plan = files::read_document(&args.plan)?;
    words::document(&plan)?;
    let mut keys = Vec::new();
    if let Some(file) = &args.ssh_signature {
        let armor = String::from_utf8_lossy(&files::read(file)?).into_owned();
        let signature = SshSignature::from_armor(&armor).map_err(|error| ssh(&error))?;
        plan.add_ssh_signature(&signature).map_err(|error| ssh(&error))?;
        keys.push(signature.key());
    }
    if let (Some(signature), Some(key)) = (&args.eos_signature, &args.eos_key) {
        let key: EosPublicKey = key.parse().map_err(|error| keys::eos(&error))?;
        let signature: EosSignature = signature.parse().map_err(|error| keys::eos(&error))?;
        plan.add_eos_signature(&key, &signature).map_err(|error| {
            let advice = "sign the digest that the plan's id is, with this very key";
            Failure::new("document.bad_signature", error, advice)
        })?;
        keys.extend(key.to_public_key());
    }
    if let Some(line) = &args.approval {
        let approval: Approval = line.trim().parse()?;
        plan.add_approval(&approval)?;
        keys.push(approval.key());
    }
    if keys.is_empty() {
        let message = "no approval was named";
        return Err(Failure::new("ceremony.nothing", message, "name one of the kinds of approval"));
    }
    files::write_document(&args.plan, &plan)?;
    let names: Vec<String> = keys.iter().map(PublicKey::to_string).collect();
    let text = format!("{} is approved by {}", plan.id(), names.join(", "));
    Ok(Report { text, json: json!({ "plan": plan.id(), "keys": names }) })
}

/// `ceremony merge`.
pub fn merge(out: &Path, plans: &[PathBuf]) -> Result<Report, Failure> {
    let mut all: Option<Envelope> = None;
    for plan in plans {
        let plan = files::read_document(plan)?;
        words::document(&plan)?;
        match &mut all {
            None => all = Some(plan),
            Some(all) => all.merge(&plan)?,
        }
    }
    let all = all.ok_or_else(no_key)?;
    files::write_document(out, &all)?;
    let count = all.approvals().count();
    let text = format!("{} with {count} approvals in {}", all.id(), out.display());
    Ok(Report { text, json: json!({ "plan": all.id(), "approvals": count, "file": out }) })
}

type Noted = (Record, brainswap::IdentityId, Memory);

/// What the key's record will say after this approval, if it may approve it.
fn note(args: &ApproveArgs, plan: &Envelope, key: PublicKey) -> Result<Option<Noted>, Failure> {
    let open = || match &args.record {
        Some(dir) => Record::open(dir, key),
        None => {
            let message = "a fence or an amendment is approved by a key that keeps a record";
            let advice = "name the key's record; for a new key, make one with `ceremony record`";
            Err(Failure::new("approver.no_record", message, advice))
        }
    };
    match plan.kind() {
        Some(Fence::KIND) => {
            let signed = Signed::<Fence>::verify(plan)?;
            let identity = signed.document().identity;
            let record = open()?;
            let positions = Some(args.signed.clone()).filter(|signed| !signed.is_empty());
            let assertion =
                Assertion { gone: args.gone.clone(), signed: positions.map(Lanes::from) };
            let fence = (signed.document(), signed.id());
            let memory = approve_fence(&record.memory(identity)?, identity, fence, &assertion)?;
            Ok(Some((record, identity, memory)))
        }
        Some(Amendment::KIND) => {
            let signed = Signed::<Amendment>::verify(plan)?;
            let identity = signed.document().identity;
            let record = open()?;
            let amendment = (signed.document(), signed.id());
            let memory = approve_amendment(&record.memory(identity)?, amendment)?;
            Ok(Some((record, identity, memory)))
        }
        Some(Genesis::KIND) => match &args.record {
            None => Ok(None),
            Some(_) => {
                let signed = Signed::<Genesis>::verify(plan)?;
                let (id, record) = (signed.id(), open()?);
                let mut memory = record.memory(id.into())?;
                memory.highest = memory.highest.max(Some((Term::FIRST.epoch, id)));
                memory.rosters.extend(signed.document().epoch.hosts());
                Ok(Some((record, id.into(), memory)))
            }
        },
        _ => Ok(None),
    }
}

fn no_key() -> Failure {
    Failure::new("ceremony.no_key", "no key was named", "name the approver's key")
}

fn ssh(error: &brainswap::openssh::NotOpenSsh) -> Failure {
    Failure::new(error.code(), error, error.advice())
}
