//! `eos/authority_checker.json`, `eos/authority_validate.json`: authorities weighed and checked.

use crate::{
    fields::{bytes, flag, list, name_of, text},
    suite::{Outcome, Report, equal},
};
use brainswap::{
    authority::{Approvals, Evaluator, Level, Lookup, MAX_DEPTH, WeightedAuthority},
    eos::{EosPublicKey, pack_authority, unpack_authority},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Authority = WeightedAuthority<EosPublicKey>;

/// "actor@permission", else "actor@*", else "*".
struct Patterns(BTreeMap<String, Authority>);

impl Lookup<EosPublicKey> for Patterns {
    fn authority_of(&self, level: &Level) -> Option<&Authority> {
        let patterns = [level.to_string(), format!("{}@*", level.actor), "*".to_owned()];
        patterns.iter().find_map(|pattern| self.0.get(pattern))
    }
}

pub fn checker(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "cases").iter().enumerate() {
        report.case(name_of(row, "case", at), || weighed(json, row));
    }
}

pub fn validate(json: &Value, report: &mut Report) {
    if json.get("key_order_ascending").is_some() {
        report.case("key_order_ascending", || {
            let order = key_list(json, &json["key_order_ascending"])?;
            let mut sorted = order.clone();
            sorted.sort();
            equal("order", &sorted, &order)
        });
    }
    for (at, row) in list(json, "cases").iter().enumerate() {
        report.case(name_of(row, "case", at), || {
            let authority = authority_of(json, &row["authority"])?;
            equal("valid", &authority.check().is_ok(), &flag(row, "valid")?)?;
            let packed = pack_authority(&authority).map_err(|error| format!("{error}"))?;
            equal("bytes", &packed, &bytes(row, "packed_hex")?)?;
            equal("unpacked", &unpack_authority(&packed), &Ok(authority))
        });
    }
}

fn weighed(json: &Value, row: &Value) -> Outcome {
    let authority = authority_of(json, &row["authority"])?;
    let mut lookup = BTreeMap::new();
    for (pattern, authority) in row["permission_lookup"].as_object().into_iter().flatten() {
        lookup.insert(pattern.clone(), authority_of(json, authority)?);
    }
    let lookup = Patterns(lookup);
    let approvals = Approvals {
        keys: key_list(json, &row["provided_keys"])?.into_iter().collect(),
        levels: levels_of(row)?,
        waited: number_or(row, "provided_delay_sec", 0)?,
    };
    let limit = number_or(row, "recursion_depth_limit", u32::from(MAX_DEPTH))?;
    let limit = u8::try_from(limit).map_err(|error| format!("{error}"))?;
    let mut evaluator = Evaluator::new(&lookup, &approvals).with_depth_limit(limit);
    let answer = evaluator.authority(&authority);
    equal("satisfied", &answer.is_ok(), &flag(row, "satisfied")?)?;
    for (field, keys) in [("used_keys", evaluator.used()), ("unused_keys", evaluator.unused())] {
        if let Some(needed) = row.get(field) {
            let needed: BTreeSet<_> = key_list(json, needed)?.into_iter().collect();
            equal(field, &keys, &needed)?;
        }
    }
    Ok(())
}

/// An authority whose keys are letters of the file's table.
fn authority_of(json: &Value, authority: &Value) -> Result<Authority, String> {
    let mut authority = authority.clone();
    for entry in authority["keys"].as_array_mut().into_iter().flatten() {
        entry["key"] = text(&json["keys"], text(entry, "key")?)?.into();
    }
    serde_json::from_value(authority).map_err(|error| format!("{error}"))
}

fn key_list(json: &Value, letters: &Value) -> Result<Vec<EosPublicKey>, String> {
    let letters = letters.as_array().into_iter().flatten().filter_map(Value::as_str);
    letters
        .map(|letter| text(&json["keys"], letter)?.parse().map_err(|error| format!("{error}")))
        .collect()
}

fn levels_of(row: &Value) -> Result<BTreeSet<Level>, String> {
    let name = |value: &Value| {
        value.as_str().unwrap_or_default().parse().map_err(|error| format!("{error}"))
    };
    list(row, "provided_permissions")
        .iter()
        .map(|pair| Ok(Level::of_account(name(&pair[0])?, name(&pair[1])?)))
        .collect()
}

fn number_or(row: &Value, field: &str, default: u32) -> Result<u32, String> {
    match row.get(field) {
        Some(_) => crate::fields::number(row, field),
        None => Ok(default),
    }
}
