//! `brainswap_script_cases.json`: what must hold before a swap, and where it happens.

use super::scene::{self, IDENTITY};
use crate::{
    fields::{flag, list, number, text},
    suite::{Outcome, Report, equal},
};
use brainswap::chain::factom::{
    ChainId, Clock, Conf, MAX_WAIT, Node, Panel, Plan, ProcessLists, SwapRefusal,
};
use serde_json::Value;

pub fn script(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "cases").iter().enumerate() {
        let name = format!("{} {at}", text(row, "check").unwrap_or("case"));
        report.case(name, || case(row));
    }
    if json.get("order_of_operations").is_some() {
        // It writes the second file without knowing what became of the first.
        report.not_checked.push("order_of_operations");
    }
}

fn case(row: &Value) -> Outcome {
    let input = &row["input"];
    match text(row, "check")? {
        "swap height" => {
            let height = clock(input)?.change_height();
            equal("height", &height, &Some(number(row, "expected")?))
        }
        "wait minutes" => {
            let minutes = clock(input)?.minutes_until(number(input, "change_height")?);
            equal("minutes", &minutes, &Some(number(row, "expected")?))
        }
        "sanity" => sanity(row),
        check => equal(check, &passes(check, input)?, &flag(row, "expected")?),
    }
}

/// "refuse unless wait minutes < 60"
fn sanity(row: &Value) -> Outcome {
    let rule = text(row, "rule")?;
    let most = rule.rsplit(' ').next().and_then(|word| word.parse::<u32>().ok());
    let most = most.ok_or("the rule names no minutes")?;
    equal("minutes", &MAX_WAIT, &most)?;
    let nodes = Nodes::good()?;
    let plan = nodes.plan().map_err(|error| error.to_string())?;
    for later in 0..12 {
        let height = plan.height() + later;
        let wait = nodes.old.panel.clock().minutes_until(height).ok_or("it has begun")?;
        let moved = plan.at_height(nodes.old.as_node(), height);
        equal("refused", &moved.is_err(), &(wait >= most))?;
    }
    Ok(())
}

/// Whether two good nodes, changed in this one way, are not refused for it.
fn passes(check: &str, input: &Value) -> Result<bool, String> {
    let mut nodes = Nodes::good()?;
    let refused: fn(&SwapRefusal) -> bool = match check {
        "node1 is an authority and ready" => {
            let Ok(flags) = text(input, "flags")?.parse() else { return Ok(false) };
            nodes.old.panel.flags = flags;
            |error| matches!(error, SwapRefusal::NotReady { .. })
        }
        "node2 ready" => {
            let Ok(flags) = text(input, "flags")?.parse() else { return Ok(false) };
            nodes.new.panel.flags = flags;
            |error| matches!(error, SwapRefusal::NotReady { .. })
        }
        "process list complete" => {
            let status = text(input, "process_list_status")?;
            let Ok(lists) = status.parse::<ProcessLists>() else { return Ok(false) };
            let mut first = Nodes::good()?;
            first.old.panel.lists = lists;
            nodes.new.panel.lists = lists;
            let both = [first.plan().is_ok(), nodes.plan().is_ok()];
            equal("on both nodes", &both[0], &both[1])?;
            |error| matches!(error, SwapRefusal::ListsIncomplete { .. })
        }
        "no brainswap pending" => {
            let (next, height) =
                (number(input, "next_height")?, number(input, "change_acks_height")?);
            let mut first = Nodes::good()?;
            first.at(next, 5)?;
            first.old.conf = scene::conf("MAIN", Some(IDENTITY), height)?;
            nodes.at(next, 5)?;
            nodes.new.conf = scene::conf("MAIN", None, height)?;
            let both = [first.plan().is_ok(), nodes.plan().is_ok()];
            equal("on both nodes", &both[0], &both[1])?;
            |error| matches!(error, SwapRefusal::Pending { .. })
        }
        "not minute 0" => {
            nodes.at(1000, number(input, "minute")?)?;
            |error| matches!(error, SwapRefusal::MinuteZero { .. })
        }
        "same network" => {
            nodes.old.conf = scene::conf(text(input, "net1")?, Some(IDENTITY), 0)?;
            nodes.new.conf = scene::conf(text(input, "net2")?, None, 0)?;
            |error| matches!(error, SwapRefusal::OtherNetwork { .. })
        }
        "identities differ" => {
            // Shorter names than chain ids have: each stands for one that begins with it.
            let id = |name: &str| (!name.is_empty()).then(|| format!("{name:0<64}"));
            let (id1, id2) = (id(text(input, "id1")?), id(text(input, "id2")?));
            nodes.old.conf = scene::conf("MAIN", id1.as_deref(), 0)?;
            nodes.new.conf = scene::conf("MAIN", id2.as_deref(), 0)?;
            |error| matches!(error, SwapRefusal::SameIdentity)
        }
        "same next height" => {
            nodes.old.at(number(input, "next1")?, 5)?;
            nodes.new.at(number(input, "next2")?, 5)?;
            |error| matches!(error, SwapRefusal::OtherHeight { .. })
        }
        "same minute" => {
            nodes.old.at(1000, number(input, "minute1")?)?;
            nodes.new.at(1000, number(input, "minute2")?)?;
            |error| matches!(error, SwapRefusal::OtherMinute { .. })
        }
        other => return Err(format!("no check \"{other}\" is known")),
    };
    Ok(!nodes.plan().is_err_and(|error| refused(&error)))
}

struct Nodes {
    old: Side,
    new: Side,
}

struct Side {
    conf: Conf,
    panel: Panel,
}

impl Nodes {
    fn good() -> Result<Self, String> {
        let identity: ChainId = IDENTITY.parse().map_err(|_| "no chain id")?;
        let nodes = Self {
            old: Side {
                conf: scene::conf("MAIN", Some(IDENTITY), 0)?,
                panel: scene::panel(&identity.short(), "L___", 1000, 5)?,
            },
            new: Side {
                conf: scene::conf("MAIN", None, 0)?,
                panel: scene::panel("000000", "____", 1000, 5)?,
            },
        };
        nodes.plan().map_err(|error| error.to_string())?;
        Ok(nodes)
    }

    fn at(&mut self, next: u32, minute: u8) -> Outcome {
        self.old.at(next, minute)?;
        self.new.at(next, minute)
    }

    fn plan(&self) -> Result<Plan, SwapRefusal> {
        Plan::of(self.old.as_node(), self.new.as_node())
    }
}

impl Side {
    fn at(&mut self, next: u32, minute: u8) -> Outcome {
        let flags = self.panel.flags.to_string();
        self.panel = scene::panel(&self.panel.identity, &flags, next, minute)?;
        Ok(())
    }

    fn as_node(&self) -> Node<'_> {
        Node { conf: &self.conf, panel: &self.panel }
    }
}

fn clock(input: &Value) -> Result<Clock, String> {
    Ok(Clock { next_height: number(input, "next_height")?, minute: number(input, "minute")? })
}
