//! Status: what a plan says, who decides it, and what is still missing.

use super::{cli::Report, failure::Failure, files, words};
use brainswap::{
    PublicKey,
    authority::{Authority, Decision},
    charter::{Amendment, Charter, Log},
    document::{Document as _, Envelope},
    evidence::{Approvable, Signed},
    identity::Genesis,
    order::{Fence, Order, Veto, Void},
};
use serde_json::json;
use std::{collections::BTreeSet, path::Path, sync::Arc};

/// `ceremony show`.
pub fn show(plan: &Path, charter: Option<&Path>) -> Result<Report, Failure> {
    let plan = files::read_document(plan)?;
    let mut says = vec![format!("plan {}", plan.id())];
    says.extend(words::document(&plan)?);
    let weighed = match charter.map(files::read_charter).transpose()? {
        None if plan.kind() != Some(Genesis::KIND) => None,
        log => Some(weigh(&plan, log.as_ref(), 0)?),
    };
    if let Some(weighed) = &weighed {
        says.push(decided_by(&weighed.decision));
    }
    let json = json!({ "plan": plan.id(), "kind": plan.kind(), "says": says });
    Ok(Report { text: says.join("\n"), json })
}

/// `ceremony status`.
pub fn status(plan: &Path, charter: Option<&Path>, waited: u32) -> Result<Report, Failure> {
    let plan = files::read_document(plan)?;
    let log = charter.map(files::read_charter).transpose()?;
    let Weighed { decision, signers, expires } = weigh(&plan, log.as_ref(), waited)?;
    let mut says = vec![
        format!("plan {}", plan.id()),
        decided_by(&decision),
        format!("weight {} of {}", decision.gathered, decision.needed),
    ];
    says.extend(signers.iter().map(|key| format!("  approved  {key}")));
    for key in &decision.missing {
        let completes = decision.completed_by.contains(key);
        says.push(format!("  missing   {key}{}", if completes { ", completes it" } else { "" }));
    }
    if let Some(seconds) = decision.matures_at {
        says.push(format!("  or {seconds} s after a host first saw it, without anybody else"));
    }
    says.push(expires.clone());
    let approved = decision.is_satisfied();
    says.push(String::from(if approved { "APPROVED" } else { "NOT APPROVED YET" }));
    let json = json!({
        "plan": plan.id(),
        "act": decision.act.to_string(),
        "permission": decision.permission.to_string(),
        "gathered": decision.gathered,
        "needed": decision.needed,
        "approved_by": signers,
        "missing": decision.missing,
        "completed_by": decision.completed_by,
        "matures_at": decision.matures_at,
        "expires": expires,
        "approved": approved,
    });
    Ok(Report { text: says.join("\n"), json })
}

struct Weighed {
    decision: Decision,
    signers: BTreeSet<PublicKey>,
    expires: String,
}

fn weigh(plan: &Envelope, log: Option<&Log>, waited: u32) -> Result<Weighed, Failure> {
    match plan.kind() {
        Some(Genesis::KIND) => {
            let signed = Signed::<Genesis>::verify(plan)?;
            let own = Charter::begin(signed.document(), signed.id())
                .map_err(|error| Failure::new(error.code(), &error, error.advice()))?;
            Ok(weighed(&signed, &own, waited, "it does not expire".into()))
        }
        Some(Order::KIND) => {
            let signed = Signed::<Order>::verify(plan)?;
            let charter = charter_of(&signed, log)?;
            let mut parts = signed.document().moves.iter();
            let part = parts.find(|part| part.identity == charter.identity());
            let expires = part.and_then(|part| part.expires.as_ref());
            let expires = expires.map_or("it does not expire".into(), |at| {
                format!("expires once the holder has signed at {at}")
            });
            Ok(weighed(&signed, &*charter, waited, expires))
        }
        Some(Void::KIND) => by_charter::<Void>(plan, log, waited),
        Some(Fence::KIND) => by_charter::<Fence>(plan, log, waited),
        Some(Veto::KIND) => by_charter::<Veto>(plan, log, u32::MAX),
        _ => by_charter::<Amendment>(plan, log, waited),
    }
}

fn by_charter<T: Approvable>(
    plan: &Envelope,
    log: Option<&Log>,
    waited: u32,
) -> Result<Weighed, Failure> {
    let signed = Signed::<T>::verify(plan)?;
    let charter = charter_of(&signed, log)?;
    let lapses = "lapses when the charter gets another head".into();
    Ok(weighed(&signed, &*charter, waited, lapses))
}

fn weighed<T: Approvable>(
    signed: &Signed<T>,
    charter: &dyn Authority,
    waited: u32,
    expires: String,
) -> Weighed {
    let decision = charter.decide(signed.document().act(), signed.signers(), waited);
    Weighed { decision, signers: signed.signers().clone(), expires }
}

/// The charter as it was when the plan was made.
fn charter_of<T: Approvable>(
    signed: &Signed<T>,
    log: Option<&Log>,
) -> Result<Arc<Charter>, Failure> {
    let log = log.ok_or_else(|| {
        let message = "the charter says who decides, and was not named";
        Failure::new("ceremony.no_charter", message, "name it with --charter")
    })?;
    let identity = log.newest().identity();
    if !signed.document().identities().contains(&identity) {
        let message = format!("the plan is not about identity {identity}");
        return Err(Failure::new("charter.other_identity", message, "name its own charter"));
    }
    let head = signed.document().head(identity).unwrap_or(log.newest().head());
    log.at(head).cloned().ok_or_else(|| {
        let message = format!("the plan was made under head {head}, which is not in the charter");
        Failure::new("charter.other_head", message, "name the newest file of the charter")
    })
}

fn decided_by(decision: &Decision) -> String {
    format!(
        "{}: decided by permission {:?}, weight {} needed",
        decision.act,
        decision.permission.to_string(),
        decision.needed
    )
}
