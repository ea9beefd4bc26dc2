//! `cometbft/state_formats.json`: how three signers number their steps and keep their state.

use super::filepv::state_file;
use crate::{
    fields::{number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Lane, Position,
    chain::{CometBft, cometbft::StateFormat},
};
use serde_json::{Value, json};

const FORMATS: [(&str, StateFormat); 3] = [
    ("filepv", StateFormat::FilePv),
    ("tmkms", StateFormat::Tmkms),
    ("horcrux", StateFormat::Horcrux),
];

pub fn formats(json: &Value, report: &mut Report) {
    for (name, format) in FORMATS {
        let steps = json["step_mapping"][name].as_object();
        for (step, number) in steps.into_iter().flatten() {
            report.case(format!("{name}: {step}"), || step_of(format, step, number));
        }
        if json[name].get("initial").is_some() {
            report.case(format!("{name}: initial"), || {
                let refused = import(format, &json[name]["initial"]).err();
                equal("refused", &refused.as_deref(), &Some("cometbft.state_says_nothing"))
            });
        }
        for kind in ["example", "minimal"] {
            if let Some(file) = json[name].get(kind) {
                report.case(format!("{name}: {kind}"), || example(format, file));
            }
        }
    }
    report.not_checked.extend(["types", "files", "source"]); // texts for people
}

/// A step has the same meaning in every format: proposal 1, prevote 2, precommit 3.
fn step_of(format: StateFormat, step: &str, value: &Value) -> Outcome {
    let needed = match step {
        "none" => 0,
        "proposal" => 1,
        "prevote" => 2,
        "precommit" => 3,
        other => return Err(format!("no step: {other}")),
    };
    let mut file = json!({"height": "7", "round": "2", "step": value});
    match format {
        StateFormat::FilePv => file["round"] = json!(2),
        StateFormat::Tmkms => file["block_id"] = json!(null),
        StateFormat::Horcrux => {}
    }
    equal("position", &import(format, &file)?, &Position::new(7, 2, needed))
}

/// The position is the one in the file; no other format takes it; written, it is not lower.
fn example(format: StateFormat, file: &Value) -> Outcome {
    let position = import(format, file)?;
    let height = text(file, "height")?.parse().map_err(|_| "the height is no number")?;
    let round = match file["round"].as_str() {
        Some(round) => round.parse().map_err(|_| "the round is no number")?,
        None => number(file, "round")?,
    };
    let lower = u32::from(format == StateFormat::Tmkms);
    let step: u32 = number(file, "step")?;
    equal("position", &position, &Position::new(height, round, step + lower))?;
    if format == StateFormat::FilePv {
        state_file(file)?;
    }
    for (name, other) in FORMATS.into_iter().filter(|(_, other)| *other != format) {
        ensure(import(other, file).is_err(), || format!("it is read as one of {name}"))?;
    }
    let chain = CometBft::new("any");
    let marks =
        brainswap::Lanes::from(vec![Some(brainswap::watermark::Mark::considered(position, 0))]);
    for (name, other) in FORMATS {
        let written = chain.export(other, &marks).map_err(|error| error.to_string())?;
        let written = serde_json::from_str(&written).map_err(|error| error.to_string())?;
        let again = import(other, &written)?;
        ensure(again >= position, || format!("as {name} it is understated: {again}"))?;
        if other == format && format != StateFormat::Tmkms {
            equal("height and round", &written["height"], &file["height"])?;
            equal("round", &written["round"], &file["round"])?;
            equal("step", &written["step"], &file["step"])?;
        }
    }
    Ok(())
}

/// Where the state stands, whatever its chain; or the code of the refusal.
fn import(format: StateFormat, file: &Value) -> Result<Position, String> {
    let chain_id = match file["signbytes"].as_str().map(const_hex::decode) {
        Some(Ok(bytes)) => brainswap::chain::cometbft::Message::from_sign_bytes(&bytes)
            .map_or_else(|_| "any".to_owned(), |(_, chain_id)| chain_id),
        _ => "any".to_owned(),
    };
    let marks = CometBft::new(chain_id)
        .import(format, file.to_string().as_bytes())
        .map_err(|error| error.code().to_owned())?;
    marks.get(Lane::FIRST).copied().flatten().map(|mark| mark.position).ok_or("no mark".into())
}
