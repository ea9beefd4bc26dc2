//! `eos/production_rules.json`, `eos/blockvault_cases.json`: what a producer may make and confirm.

use super::blocks::{parsed, said};
use crate::{
    fields::{flag, list, name_of, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Digest, Intent, Lane,
    chain::eos::{BlockVault, Produced, Slot, turn_of},
    watermark::check,
};
use serde_json::Value;

pub fn rules(json: &Value, report: &mut Report) {
    for row in list(json, "slot_to_producer") {
        report.case(format!("slot {}", row["slot"]), || {
            let slot = Slot::new(number(row, "slot")?);
            equal("slot of the time", &parsed::<Slot>(row, "timestamp")?, &slot)?;
            let (index, place) = turn_of(slot, number(row, "schedule_size")?).ok_or("no turn")?;
            equal("producer", &index, &number(row, "producer_index")?)?;
            equal("place in the turn", &place, &number(row, "position_in_round")?)
        });
    }
    for (at, row) in list(json, "watermark_cases").iter().enumerate() {
        report.case(name_of(row, "watermark", at), || watermark(row));
    }
    for (at, row) in list(json, "double_confirm_cases").iter().enumerate() {
        report.case(name_of(row, "confirm", at), || {
            let last =
                Produced { number: number(row, "last_produced_block_num")?, slot: Slot::new(0) };
            let allowed = last.allows(number(row, "block_num")?, number(row, "confirmed")?);
            equal("accepted", &allowed, &flag(row, "accepted")?)
        });
    }
}

pub fn vault(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "cases").iter().enumerate() {
        report.case(name_of(row, "vault", at), || {
            let mut vault = BlockVault::default();
            ensure(!list(row, "steps").is_empty(), || "it has no step".into())?;
            for (at, step) in list(row, "steps").iter().enumerate() {
                vault_step(&mut vault, step).map_err(|why| format!("step {at}: {why}"))?;
            }
            Ok(())
        });
    }
}

/// nodeos decides before it makes a block on a head; here the block on that head is refused.
fn watermark(row: &Value) -> Outcome {
    let last = match &row["watermark"] {
        Value::Null => None,
        last => Some(produced(last, "block_num", "slot")?),
    };
    let head = number(row, "head_block_num")?;
    let next = Produced { number: head + 1, slot: Slot::new(number(row, "block_slot")?) };
    let may = check(last.map(Produced::to_mark).as_ref(), &intent(next)).is_ok();
    equal("may produce", &may, &flag(row, "may_produce")?)?;
    let confirms = Produced::blocks_to_confirm(last, head, next.slot);
    equal("may produce, by nodeos's rule", &confirms.is_some(), &may)?;
    let needed = number(row, "blocks_to_confirm_before_header_rule")?;
    equal("confirms", &confirms.unwrap_or(0), &needed)
}

fn vault_step(vault: &mut BlockVault, step: &Value) -> Outcome {
    let (args, before) = (&step["args"], vault.clone());
    let outcome = match text(step, "op")? {
        "propose" => {
            let block = produced(args, "block_num", "timestamp")?;
            let outcome = vault.propose(block, number(args, "lib")?);
            // Where the vault accepts a block, so does the watermark that its state becomes.
            let mark = before.last_block().map(Produced::to_mark);
            let allowed = check(mark.as_ref(), &intent(block)).is_ok();
            ensure(outcome.is_err() || allowed, || "the watermark refuses it".into())?;
            outcome
        }
        "external" => vault.append(number(args, "block_num")?, number(args, "lib")?),
        "snapshot" => {
            let slot = Slot::new(number(args, "timestamp")?);
            vault.propose_snapshot(number(args, "block_num")?, slot)
        }
        other => return Err(format!("the operation \"{other}\" is not known")),
    };
    ensure(outcome.is_ok() || *vault == before, || "a refusal left a trace".into())?;
    let why = outcome.map_err(said);
    ensure(why.is_ok() == flag(step, "accepted")?, || format!("got {why:?}"))
}

fn produced(json: &Value, number_name: &str, slot_name: &str) -> Result<Produced, String> {
    let slot = Slot::new(number(json, slot_name)?);
    Ok(Produced { number: number(json, number_name)?, slot })
}

fn intent(block: Produced) -> Intent {
    Intent {
        lane: Lane::FIRST,
        position: block.position(),
        floor: block.floor(),
        digest: Digest::of(b"the next block"),
    }
}
