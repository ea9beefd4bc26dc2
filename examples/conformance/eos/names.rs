//! `eos/names.json`: names as numbers and bytes.

use crate::{
    fields::{array, list, text},
    suite::{Report, equal},
};
use brainswap::authority::Name;
use serde_json::Value;

pub fn names(json: &Value, report: &mut Report) {
    for row in list(json, "encode") {
        report.case(format!("encode {}", row["name"]), || {
            let given = text(row, "name")?;
            let name: Name = given.parse().map_err(|error| format!("{error}"))?;
            let number = text(row, "u64")?.parse().map_err(|error| format!("{error}"))?;
            equal("number", &name.to_u64(), &number)?;
            equal("bytes", &name.to_u64().to_le_bytes(), &array(row, "packed_hex")?)?;
            equal("text", &Name::from_u64(number).to_string(), &given.to_owned())
        });
    }
    for row in list(json, "invalid") {
        report.case(format!("invalid {}", row["name"]), || match text(row, "name")?.parse() {
            Ok(Name { .. }) => Err("it is read as a name".into()),
            Err(_) => Ok(()),
        });
    }
    if json.get("sort_property").is_some() {
        report.case("sort_property", || {
            let texts = list(&json["sort_property"], "names").iter().filter_map(Value::as_str);
            let mut by_text: Vec<_> = texts.clone().collect();
            let parsed: Result<Vec<Name>, _> = texts.map(str::parse).collect();
            let mut by_number = parsed.map_err(|error| format!("{error}"))?;
            by_text.sort_unstable();
            by_number.sort_unstable();
            let by_number: Vec<_> = by_number.iter().map(Name::to_string).collect();
            equal("order", &by_number, &by_text.into_iter().map(String::from).collect())
        });
    }
}
