//! Evidence: one file for each swap, from which anybody can check it again, without us.

use crate::{
    handover::Handover,
    headers::{hex, unhex},
    identity::Identity,
    ledger::Seal,
};
use brainswap::{
    IdentityId, Lane, Position,
    authority::Authority,
    chain::clique::{Header, address_of},
    document::Envelope,
    evidence::{Approvable, FromHost, HostDocument, Signed},
    handover::{Activated, Ready, Release},
    identity::Genesis,
    order::Order,
};
use serde_json::{Value, json};
use std::error::Error;

/// What the files call themselves.
const FORMAT: &str = "brainswap-evidence-v1";

/// One thing that must hold, what was found, and whether it holds.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) observed: String,
    pub(crate) required: String,
    pub(crate) ok: bool,
}

/// The evidence of a swap that is done. Its checks are made on the file itself, from nothing else.
pub(crate) fn file(
    kind: &str,
    identity: &Identity,
    swap: &Handover,
    seals: [Option<&Seal>; 2],
    steps: &[(&str, f64)],
) -> Result<Value, Box<dyn Error>> {
    let steps: Vec<Value> =
        steps.iter().map(|(name, ms)| json!({"name": name, "ms": ms.round()})).collect();
    let mut file = json!({
        "format": FORMAT,
        "kind": kind,
        "identity": identity.id.to_string(),
        "address": format!("0x{}", hex(&identity.address)),
        "genesis": document(Some(&identity.genesis))?,
        "order": document(Some(&swap.order))?,
        "ready": document(swap.ready.as_ref())?,
        "release": document(swap.release.as_ref())?,
        "activated": document(swap.activated.as_ref())?,
        "last_signature_of_source": signature(seals[0]),
        "first_signature_of_target": signature(seals[1]),
        "steps": steps,
    });
    let checks = verify(&file)?;
    let checks = checks.iter().map(|check| {
        let Check { name, observed, required, ok } = check;
        json!({"name": name, "observed": observed, "required": required, "ok": ok})
    });
    file["checks"] = checks.collect();
    Ok(file)
}

/// Checks a file of evidence: every signature again, and that the documents belong together.
///
/// # Errors
///
/// The file is not one, or a document in it cannot be believed.
pub(crate) fn verify(file: &Value) -> Result<Vec<Check>, Box<dyn Error>> {
    if file["format"] != FORMAT {
        return Err(format!("the file is not of format {FORMAT}").into());
    }
    let genesis = envelope(file, "genesis")?;
    let order = envelope(file, "order")?;
    let founding = Signed::<Genesis>::verify(&genesis)?.document().clone();
    let permissions = founding.permissions.to_tree()?;
    let identity = approved::<Genesis>(&genesis, &permissions)?;
    let plan = Signed::<Order>::verify(&order)?.document().clone();
    let plan_id = approved::<Order>(&order, &permissions)?;
    let identity = IdentityId::from(identity);
    let part = plan.moves.iter().find(|part| part.identity == identity);
    let part = part.ok_or("the order does not move the identity of the genesis document")?;
    let ready = said::<Ready>(file, "ready")?;
    let release = said::<Release>(file, "release")?;
    let activated = said::<Activated>(file, "activated")?;
    let end = release.ends.iter().find(|end| end.identity == identity);
    let end = end.ok_or("the release does not name the identity")?;
    let until = end.until.get(Lane::FIRST).copied().unwrap_or(Position::START);
    let begin = activated.leases.iter().find(|(id, _)| *id == identity);
    let begin = begin.and_then(|(_, from)| from.get(Lane::FIRST).copied());
    let begin = begin.unwrap_or(Position::START);
    let address = address_of(&founding.public_key).ok_or("the identity has no address")?;

    let mut checks = vec![
        same("the genesis document is the identity's, approved", text(file, "identity")?, identity),
        same("the ready answers the order", ready.order, plan_id),
        same("the ready is the target's", ready.host, part.to),
        same("the release answers the order", release.order, plan_id),
        same("the release is the source's", release.host, part.from),
        same("the release names the target", end.to, part.to),
        same("the activation answers the order", activated.order, plan_id),
        same("the activation is the target's", activated.host, part.to),
        same("the target begins where the source ended", begin, until),
        Check {
            name: "the release answers the promise of the ready",
            observed: format!("{:?}", end.nonce),
            required: format!("{:?}", ready.nonce),
            ok: end.nonce == ready.nonce,
        },
    ];
    let wanted = format!("0x{}", hex(&address));
    if let Some(header) = sealed(file, "last_signature_of_source")? {
        let at = Position::at_height(header.number());
        checks.push(same(
            "the source's last signature is the identity's",
            signer(&header),
            &wanted,
        ));
        checks.push(Check {
            name: "the source's last signature is below its end",
            observed: at.to_string(),
            required: format!("below {until}"),
            ok: at < until,
        });
    }
    let first = sealed(file, "first_signature_of_target")?;
    let first = first.ok_or("the file has no first signature of the target")?;
    let at = Position::at_height(first.number());
    checks.push(same("the target's first signature is the identity's", signer(&first), &wanted));
    checks.push(Check {
        name: "the target's first signature is not below its begin",
        observed: at.to_string(),
        required: format!("{until} or above"),
        ok: at >= until,
    });
    Ok(checks)
}

/// A document that the identity's approvers approved; its id.
fn approved<T: Approvable>(
    envelope: &Envelope,
    approvers: &dyn Authority,
) -> Result<brainswap::OrderId, Box<dyn Error>> {
    Ok(Signed::<T>::verify(envelope)?.approve([(approvers, 0)])?.id())
}

/// A document that a host of the roster said, its signature checked.
fn said<T: HostDocument + Clone>(file: &Value, name: &str) -> Result<T, Box<dyn Error>> {
    Ok(FromHost::<T>::verify(&envelope(file, name)?)?.message().clone())
}

fn same(name: &'static str, observed: impl ToString, required: impl ToString) -> Check {
    let (observed, required) = (observed.to_string(), required.to_string());
    Check { name, ok: observed == required, observed, required }
}

fn signer(header: &Header) -> String {
    match header.signer() {
        Ok(address) => format!("0x{}", hex(&address)),
        Err(error) => error.to_string(),
    }
}

fn document(envelope: Option<&Envelope>) -> Result<Value, Box<dyn Error>> {
    let envelope = envelope.ok_or("a document of the swap is missing")?;
    Ok(serde_json::from_str(&envelope.to_json())?)
}

fn envelope(file: &Value, name: &str) -> Result<Envelope, Box<dyn Error>> {
    let value = file.get(name).ok_or_else(|| format!("the file has no {name}"))?;
    Ok(Envelope::from_json(value.to_string().as_bytes())?)
}

fn text<'a>(file: &'a Value, name: &str) -> Result<&'a str, Box<dyn Error>> {
    file[name].as_str().ok_or_else(|| format!("the file has no {name}").into())
}

fn signature(seal: Option<&Seal>) -> Value {
    seal.map_or(Value::Null, |seal| {
        let rlp = hex(&seal.header.to_rlp());
        json!({"block": seal.header.number(), "sealed_header": format!("0x{rlp}")})
    })
}

fn sealed(file: &Value, name: &str) -> Result<Option<Header>, Box<dyn Error>> {
    let Some(rlp) = file[name]["sealed_header"].as_str() else { return Ok(None) };
    Ok(Some(Header::from_rlp(&unhex(rlp.trim_start_matches("0x"))?)?))
}
