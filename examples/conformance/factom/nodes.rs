//! `changeacks_semantics.json`, `controlpanel_summary.json`, `vm_map.json`: what nodes show.

use crate::{
    fields::{list, name_of, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::chain::factom::{Audit, MINUTES, Panel, ProcessLists, Seen, audit, leader};
use serde_json::Value;

pub fn changeacks(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "cases").iter().enumerate() {
        report.case(name_of(row, "case", at), || {
            let nodes = row["nodes"].as_object().ok_or("the case has no nodes")?;
            let seen = |node: &Value| -> Result<Vec<Seen>, String> {
                let rows = node.as_array().ok_or("a node has no list")?.iter();
                rows.map(|row| {
                    let identity = text(row, "identity")?.to_owned();
                    Ok(Seen { height: number(row, "height")?, identity })
                })
                .collect()
            };
            let nodes = nodes.values().map(seen).collect::<Result<Vec<_>, _>>()?;
            let wanted = Audit {
                twice: heights(row, "heights_where_X_runs_twice")?,
                absent: heights(row, "heights_without_X")?,
            };
            equal("audit", &audit("X", &nodes), &wanted)
        });
    }
}

fn heights(row: &Value, field: &str) -> Result<Vec<u32>, String> {
    let heights = row[field].as_array().ok_or_else(|| format!("no list \"{field}\""))?.iter();
    let height = |value: &Value| value.as_u64().and_then(|height| u32::try_from(height).ok());
    heights.map(|value| height(value).ok_or_else(|| "no height".to_owned())).collect()
}

pub fn panel(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "cases").iter().enumerate() {
        report.case(format!("panel {at}"), || {
            let parsed = &row["parsed"];
            // Only the first line of a dump was published: its lists are known by their state.
            let status = parsed["process_list_status"].as_str().unwrap_or("OKOKOK");
            let lists: ProcessLists = status.parse().map_err(|_| "no state of lists")?;
            equal("lists", &lists.to_string(), &status.to_owned())?;
            let panel = Panel::from_summary(text(row, "raw_summary_first_line")?, lists);
            let panel = panel.map_err(|error| error.to_string())?;
            let minute = |text: &str| text.parse().ok();
            let wanted = Panel {
                node: text(parsed, "node")?.into(),
                identity: text(parsed, "identity_short")?.into(),
                flags: text(parsed, "flags")?.parse().map_err(|_| "no flags")?,
                vm: parsed["vm"].as_u64().and_then(|vm| u8::try_from(vm).ok()),
                saved_height: number(parsed, "saved_height")?,
                saved_key: text(parsed, "saved_keymr_short")?.into(),
                previous_height: number(parsed, "prev_height")?,
                current_height: number(parsed, "current_height")?,
                next_height: number(parsed, "next_height")?,
                leader_minute: minute(text(parsed, "leader_minute")?),
                minute: number(parsed, "minute")?,
                lists,
            };
            equal("panel", &panel, &wanted)?;
            equal("flags", &panel.flags.to_string(), &text(parsed, "flags")?.to_owned())
        });
    }
}

pub fn vm_map(json: &Value, report: &mut Report) {
    let derived = list(json, "derived").iter().enumerate();
    let derived = derived.map(|(at, row)| (name_of(row, "derived", at), row));
    for (name, row) in derived.chain(json.get("real").map(|row| ("real".to_owned(), row))) {
        report.case(name, || {
            let rows = list(row, "map");
            equal("minutes", &rows.len(), &usize::from(MINUTES))?;
            for (minute, row_of_minute) in (0..).zip(rows) {
                let leaders = row_of_minute.as_array().ok_or("a minute has no list")?;
                check_minute(row, minute, leaders, Value::as_u64)?;
            }
            Ok(())
        });
    }
    if let Some(row) = json.get("real_process_list_64087") {
        report.case("real_process_list_64087", || signers(row, 64_087));
    }
}

/// Who signed the ends of the minutes, and the block, in one block of a live network.
fn signers(row: &Value, height: u32) -> Outcome {
    let ids = list(row, "federated_ids_short");
    let place = |id: &Value| ids.iter().position(|known| known == id).map(|place| place as u64);
    let with_height = serde_json::json!({"db_height": height, "n": row["n"]});
    let rows = list(row, "eom_signers");
    equal("minutes", &rows.len(), &usize::from(MINUTES))?;
    for (minute, signers) in (0..).zip(rows) {
        let signers = signers.as_array().ok_or("a minute has no list")?;
        check_minute(&with_height, minute, signers, place)?;
    }
    check_minute(&with_height, 0, list(row, "dbsig_signers"), place)
}

fn check_minute(
    row: &Value,
    minute: u8,
    leaders: &[Value],
    place: impl Fn(&Value) -> Option<u64>,
) -> Outcome {
    let (height, servers) = (number(row, "db_height")?, number::<u8>(row, "n")?);
    equal("leaders", &leaders.len(), &usize::from(servers))?;
    for (vm, wanted) in (0..).zip(leaders) {
        let got = leader(height, servers, minute, vm).map(u64::from);
        equal("leader", &got, &Some(place(wanted).ok_or("an unknown server")?))?;
    }
    let beyond = leader(height, servers, minute, servers);
    ensure(beyond.is_none(), || format!("VM {servers} has the leader {beyond:?}"))
}
