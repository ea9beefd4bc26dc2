//! `cometbft/filepv.json`: the key and state files of CometBFT's own signer, and what it signs.

use super::scenario::scenario;
use crate::{
    fields::{list, name_of, number, text},
    suite::{Outcome, Report, equal},
};
use brainswap::{
    Position,
    chain::{
        CometBft,
        cometbft::{Message, StateFormat, export_key, import_key},
    },
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

pub fn filepv(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "key_files").iter().enumerate() {
        report.case(name_of(row, "key file", at), || key_file(&row["file"]));
    }
    for (at, row) in list(json, "state_files").iter().enumerate() {
        report.case(name_of(row, "state file", at), || state_file(&row["file"]));
    }
    if json.get("scenario").is_some() {
        scenario(&json["scenario"], report);
    }
}

/// A key file is imported only if all it says is of one key, so what is exported equals it.
fn key_file(file: &Value) -> Outcome {
    let given = file.to_string().into_bytes();
    let key = import_key(&given.into()).map_err(|error| error.to_string())?;
    let exported = export_key(&key).map_err(|error| error.to_string())?;
    let exported: Value =
        serde_json::from_str(exported.expose_secret()).map_err(|error| error.to_string())?;
    equal("exported", &(exported == *file), &true)
}

/// The marks of a state file stand where it says; a state of height 0 says nothing.
pub fn state_file(file: &Value) -> Outcome {
    let given = file.to_string().into_bytes();
    let signed = match file.get("signbytes") {
        None => None,
        Some(_) => {
            let bytes = crate::fields::bytes(file, "signbytes")?;
            Some(Message::from_sign_bytes(&bytes).map_err(|error| error.to_string())?)
        }
    };
    let chain_id = signed.as_ref().map_or("any", |(_, chain_id)| chain_id);
    let chain = CometBft::new(chain_id);
    let marks = chain.import(StateFormat::FilePv, &given);
    let height = text(file, "height")?.parse().map_err(|_| "the height is no number")?;
    let (round, step) = (number(file, "round")?, number(file, "step")?);
    if height == 0 {
        let code = marks.err().map(|error| error.code());
        return equal("refused", &code, &Some("cometbft.state_says_nothing"));
    }
    let marks = marks.map_err(|error| error.to_string())?;
    let mark = marks.iter().find_map(|(_, mark)| *mark).ok_or("there is no mark")?;
    equal("position", &mark.position, &Position::new(height, round, step))?;
    let digest = signed.as_ref().map(|(message, chain_id)| message.digest(chain_id));
    equal("digest", &mark.digest, &digest)?;
    let exported = chain.export(StateFormat::FilePv, &marks).map_err(|error| error.to_string())?;
    let exported: Value = serde_json::from_str(&exported).map_err(|error| error.to_string())?;
    let needed = json!({"height": file["height"], "round": file["round"], "step": file["step"]});
    equal("exported", &exported, &needed)
}
