//! Swap command: shows the plan, asks, carries it out, and says at each step what stopping means.

use super::{
    cli::{Report, ResumeArgs, SwapArgs, confirm},
    client::Client,
    dir::{Dir, write_whole},
    failure::{ErrorObject, Failure, While as _},
    keys::Unlock,
    request::{Answer, Request},
    setup::read_document,
    swap::{Outcome, Step, Stopped, drive, drive_decline},
    words,
};
use brainswap::{HostId, OrderId, document::Envelope, key::HostKey, order::Order};
use serde_json::json;
use std::path::{Path, PathBuf};

/// `host swap`.
pub fn swap(dir: &Dir, unlock: &Unlock, args: &SwapArgs, json: bool) -> Result<Report, Failure> {
    let key = dir.key(unlock).during("open the host's key")?;
    let order = read_document(&args.order).during("read the order")?;
    let plan = Plan::of(dir, &key, &order)?;
    if !json {
        plan.says.iter().for_each(|line| eprintln!("{line}"));
    }
    if !args.yes {
        confirm("Carry out this plan?").during("swap")?;
    }
    plan.go(&order, json, args.receipt.as_deref(), false)
}

/// `host resume`.
pub fn resume(
    dir: &Dir,
    unlock: &Unlock,
    args: &ResumeArgs,
    json: bool,
) -> Result<Report, Failure> {
    again(dir, unlock, args, json, false)
}

/// `host decline`.
pub fn decline(
    dir: &Dir,
    unlock: &Unlock,
    args: &ResumeArgs,
    json: bool,
) -> Result<Report, Failure> {
    again(dir, unlock, args, json, true)
}

fn again(
    dir: &Dir,
    unlock: &Unlock,
    args: &ResumeArgs,
    json: bool,
    back: bool,
) -> Result<Report, Failure> {
    let key = dir.key(unlock).during("open the host's key")?;
    let order = find(dir, &key, &args.order).during("find the order")?;
    Plan::of(dir, &key, &order)?.go(&order, json, args.receipt.as_deref(), back)
}

/// The two hosts of an order, and what it says.
struct Plan {
    source: Client,
    target: Client,
    says: Vec<String>,
}

impl Plan {
    fn of(dir: &Dir, key: &HostKey, order: &Envelope) -> Result<Self, Failure> {
        let make = || {
            let verified = order.verify::<Order>().map_err(|error| {
                let advice = "ask for the order again; nothing of this one was used";
                ErrorObject::refusal(error.code(), &error, advice)
            })?;
            let document = verified.document();
            let part = document.moves.first().ok_or_else(|| {
                ErrorObject::refusal("document.form", "the order moves nothing", "make it again")
            })?;
            let name = |host: HostId| name_of(dir, host).unwrap_or_else(|_| host.short());
            let mut says = vec![format!("plan {}", order.id())];
            says.extend(words::order(document, &name));
            Ok::<Self, ErrorObject>(Self {
                source: dir.client(key, Some(&name_of(dir, part.from)?))?,
                target: dir.client(key, Some(&name_of(dir, part.to)?))?,
                says,
            })
        };
        make().during("read the plan")
    }

    fn go(
        mut self,
        order: &Envelope,
        json: bool,
        receipt: Option<&Path>,
        back: bool,
    ) -> Result<Report, Failure> {
        let on_step = |step: Step| {
            if !json {
                eprintln!("{}", line(&step));
            }
        };
        let (source, target) = (&mut self.source, &mut self.target);
        let ended: Result<Outcome, Stopped> = if back {
            drive_decline(source, target, order, on_step)
        } else {
            drive(source, target, order, on_step)
        };
        let outcome = ended?;
        if let Some(file) = receipt {
            let json = serde_json::to_vec_pretty(&outcome.receipt).unwrap_or_default();
            write_whole(file, &json).during("write the receipt: the swap itself is done")?;
        }
        let holder = if back { self.source.name() } else { self.target.name() };
        let signs = if outcome.signs { "signs" } else { "signs once its witnesses have answered" };
        let text = format!("{}: {holder} holds the identity and {signs}", outcome.ended);
        Ok(Report {
            json: json!({ "order": outcome.order, "ended": outcome.ended, "holder": holder,
                          "signs": outcome.signs, "messages": outcome.messages }),
            text,
        })
    }
}

/// One line for each step: what was done, and what stopping now means.
fn line(step: &Step) -> String {
    let Step { number, of, name, what, stop_now, took } = step;
    let took = took.as_millis();
    format!("[{number}/{of}] {name:9} {what}  ok {took} ms\n      Ctrl-C now: {stop_now}")
}

/// An order from a file, or by its id from this host or any peer that has it.
fn find(dir: &Dir, key: &HostKey, text: &str) -> Result<Envelope, ErrorObject> {
    let Ok(id) = text.parse::<OrderId>() else { return read_document(&PathBuf::from(text)) };
    let mut names = vec![dir.settings()?.card.name];
    names.extend(dir.peers().list()?.into_iter().map(|peer| peer.card.name));
    for name in &names {
        let asked = dir.client(key, Some(name)).and_then(|mut client| {
            let answer = client.call(&Request::Order { id });
            Ok(answer?)
        });
        if let Ok(Answer::Document(order)) = asked
            && order.0.id() == id
        {
            return Ok(order.0);
        }
    }
    Err(ErrorObject::refusal(
        "order.not_kept",
        format_args!("none of {names:?} answered with order {id}"),
        "check that both hosts run, or give the order's file instead of its id",
    )
    .retry())
}

fn name_of(dir: &Dir, host: HostId) -> Result<String, ErrorObject> {
    let own = dir.settings()?.card;
    if own.host == host {
        return Ok(own.name);
    }
    let peer = dir.peers().find(host).ok_or_else(|| {
        ErrorObject::misuse(
            "peers.unknown",
            format_args!("the order names host {}, which is no peer here", host.short()),
            "add it with `host peer add --card FILE --address A`",
        )
    })?;
    Ok(peer.card.name)
}
