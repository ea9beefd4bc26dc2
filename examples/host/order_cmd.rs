//! Order command: who holds, and the plan of a move made from it.

use super::{
    cli::{OrderArgs, Report},
    dir::Dir,
    failure::{ErrorObject, Failure, While as _},
    keys::Unlock,
    request::Status,
    setup::write_document,
    words,
};
use brainswap::{
    HostId, Lanes, Position,
    document::Envelope,
    handover::Standing,
    order::{At, Move, Order},
};
use serde_json::json;

/// `host status`.
pub fn status(dir: &Dir, unlock: &Unlock, of: Option<&str>) -> Result<Report, Failure> {
    let key = dir.key(unlock).during("open the host's key")?;
    let mut client = dir.client(&key, of).during("find the host")?;
    let status = client.status().during(format!("ask {}", client.name()))?;
    let mut text = format!("{} {} session {}", status.name, status.host.short(), status.session);
    if status.identities.is_empty() {
        text.push_str("\nknows no identity: `host adopt` brings one");
    }
    for said in &status.identities {
        text.push_str(&standing_says(said, &status));
    }
    Ok(Report { json: json!(status), text })
}

fn standing_says(said: &Standing, status: &Status) -> String {
    let signs = if said.signs { "SIGNS" } else { "does not sign" };
    let mut text = format!("\n{} {signs}: {}", said.identity, said.says);
    let mark = |mark: &Option<brainswap::watermark::Mark>| match mark {
        Some(mark) => mark.position.to_string(),
        None => "nothing".into(),
    };
    let last: Vec<String> = said.marks.iter().map(|(_, of_lane)| mark(of_lane)).collect();
    text.push_str(&format!("\n  last signed {}", last.join(", ")));
    if let Some((_, key)) = status.keys.iter().find(|(identity, _)| *identity == said.identity) {
        text.push_str(&format!("; key {key}"));
    } else {
        text.push_str("; NO KEY here: `host provision` brings it");
    }
    if let (Some(term), Some(lease)) = (said.term, said.lease) {
        text.push_str(&format!("\n  newest lease {} of term {term}", lease.short()));
    }
    for order in &said.prepared {
        text.push_str(&format!("\n  ready under order {order}"));
    }
    if let Some(order) = said.lock {
        text.push_str(&format!("\n  kept for order {order}"));
    }
    if let Some(order) = said.released {
        text.push_str(&format!("\n  released under order {order}"));
    }
    said.alarms.iter().for_each(|alarm| text.push_str(&format!("\n  ALARM {}", alarm.meaning())));
    said.gaps.iter().for_each(|gap| text.push_str(&format!("\n  not defended: {}", gap.meaning())));
    text
}

/// `host order`.
pub fn order(dir: &Dir, unlock: &Unlock, args: &OrderArgs) -> Result<Report, Failure> {
    let key = dir.key(unlock).during("open the host's key")?;
    let mut from = dir.client(&key, Some(&args.from)).during("find the holder")?;
    let to = dir.client(&key, Some(&args.to)).during("find the target")?.peer();
    let status = from.status().during(format!("ask {}", args.from))?;
    let (envelope, order) = make_order(args, &status, to).during("make the order")?;
    write_document(&args.out, &envelope).during("write the order")?;
    let name = |host: HostId| {
        let names = [(status.host, &args.from), (to, &args.to)];
        let found = names.into_iter().find(|(known, _)| *known == host);
        found.map_or_else(|| host.short(), |(_, name)| name.clone())
    };
    let text = format!(
        "order {}\n{}\nwritten to {}: next, `host approve` by the approvers, then `host swap`",
        envelope.id(),
        words::order(&order, &name).join("\n"),
        args.out.display()
    );
    Ok(Report { json: json!({ "order": envelope.id(), "out": args.out }), text })
}

/// An order as this status of the holder makes it.
///
/// # Errors
///
/// The host does not hold an identity, or the target is not on its roster.
pub fn make_order(
    args: &OrderArgs,
    status: &Status,
    to: HostId,
) -> Result<(Envelope, Order), ErrorObject> {
    let mut moves = Vec::new();
    for identity in &args.identity {
        let said = status.identities.iter().find(|said| said.identity == *identity);
        let said = said.ok_or_else(|| {
            ErrorObject::refusal(
                "order.unknown_identity",
                format_args!("identity {identity} is unknown on {}", status.name),
                "ask `host status --of` every host which one holds it",
            )
        })?;
        moves.push(make_move(args, said, status, to)?);
    }
    moves.sort_by_key(|part| part.identity);
    let order = Order { moves, note: args.note.clone() };
    let advice = "mend what is named, and make the order again";
    order.check().map_err(|error| ErrorObject::misuse("document.form", error, advice))?;
    let envelope =
        Envelope::of(&order).map_err(|error| ErrorObject::misuse(error.code(), &error, advice))?;
    Ok((envelope, order))
}

fn make_move(
    args: &OrderArgs,
    said: &Standing,
    status: &Status,
    to: HostId,
) -> Result<Move, ErrorObject> {
    let next = said.term.and_then(brainswap::lease::Term::next);
    let (true, Some(base), Some(term)) = (said.holds, said.lease, next) else {
        return Err(ErrorObject::refusal(
            "order.not_the_holder",
            format_args!("{} does not hold the identity: it {}", status.name, said.says),
            "ask `host status --of` the other hosts; make the order from the one that holds",
        ));
    };
    if !said.roster.contains(&to) {
        return Err(ErrorObject::refusal(
            "order.not_on_roster",
            format_args!("{} is not among the {} hosts of the roster", args.to, said.roster.len()),
            "choose a host of the roster",
        ));
    }
    let everywhere = |height| Lanes::from_fn(said.marks.count(), |_| Position::at_height(height));
    Ok(Move {
        identity: said.identity,
        charter: said.charter,
        base,
        term,
        from: said.host,
        to,
        at: args.at.map_or(At::Now, |height| At::Position(everywhere(height))),
        expires: args.expires.map(everywhere),
    })
}
