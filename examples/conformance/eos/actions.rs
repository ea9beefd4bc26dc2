//! `eos/action_bytes.json`: the data of actions, made from its fields and read back.

use super::transactions::transaction_of;
use crate::{
    fields::{bytes, list, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Digest,
    authority::{KeyWeight, Name, WeightedAuthority},
    eos::{Action, BlockSigningAuthority, EosPublicKey, MsigAction, PermissionLevel, SystemAction},
};
use serde_json::Value;
use std::fmt::Display;

pub fn actions(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "actions").iter().enumerate() {
        report.case(format!("{at} {}", row["name"]), || action(row));
    }
}

fn action(row: &Value) -> Outcome {
    let (contract, data) = (text(row, "account")?, &row["data"]);
    let packed = bytes(row, "data_hex")?;
    let authorization = levels(row, "authorization")?;
    let made = match contract {
        "eosio" => {
            let made = system(text(row, "name")?, data)?;
            equal("name", &made.name(), &name(row, "name")?)?;
            equal("bytes", &made.pack().map_err(say)?, &packed)?;
            equal("unpacked", &SystemAction::unpack(made.name(), &packed), &Ok(made.clone()))?;
            let action = made.to_action(authorization).map_err(say)?;
            equal("read back", &SystemAction::of_action(&action), &Ok(made))?;
            action
        }
        "eosio.msig" => {
            let made = msig(text(row, "name")?, data)?;
            equal("name", &made.name(), &name(row, "name")?)?;
            equal("bytes", &made.pack(), &packed)?;
            equal("unpacked", &MsigAction::unpack(made.name(), &packed), &Ok(made.clone()))?;
            let action = made.to_action(authorization);
            equal("read back", &MsigAction::of_action(&action), &Ok(made))?;
            action
        }
        // The crate knows two contracts; for any other an action carries its data as it stands.
        _ => Action {
            account: name(row, "account")?,
            name: name(row, "name")?,
            authorization,
            data: packed.clone(),
        },
    };
    equal("contract", &made.account, &name(row, "account")?)?;
    let whole = made.pack();
    ensure(whole.ends_with(&packed), || "the action does not end with its data".into())?;
    equal("action", &Action::unpack(&whole), &Ok(made))
}

fn system(action: &str, data: &Value) -> Result<SystemAction, String> {
    let field = |field| name(data, field);
    let string = |field| text(data, field).map(str::to_owned);
    Ok(match action {
        "newaccount" => SystemAction::NewAccount {
            creator: field("creator")?,
            name: field("name")?,
            owner: authority(&data["owner"])?,
            active: authority(&data["active"])?,
        },
        "updateauth" => SystemAction::UpdateAuth {
            account: field("account")?,
            permission: field("permission")?,
            parent: field("parent")?,
            auth: authority(&data["auth"])?,
        },
        "deleteauth" => SystemAction::DeleteAuth {
            account: field("account")?,
            permission: field("permission")?,
        },
        "linkauth" => SystemAction::LinkAuth {
            account: field("account")?,
            code: field("code")?,
            action: field("type")?,
            requirement: field("requirement")?,
        },
        "unlinkauth" => SystemAction::UnlinkAuth {
            account: field("account")?,
            code: field("code")?,
            action: field("type")?,
        },
        "regproducer" => SystemAction::RegProducer {
            producer: field("producer")?,
            producer_key: key(data, "producer_key")?,
            url: string("url")?,
            location: number(data, "location")?,
        },
        "regproducer2" => SystemAction::RegProducer2 {
            producer: field("producer")?,
            producer_authority: block_signing(&data["producer_authority"])?,
            url: string("url")?,
            location: number(data, "location")?,
        },
        "unregprod" => SystemAction::UnregProd { producer: field("producer")? },
        "claimrewards" => SystemAction::ClaimRewards { owner: field("owner")? },
        "regfinkey" => SystemAction::RegFinKey {
            finalizer_name: field("finalizer_name")?,
            finalizer_key: string("finalizer_key")?,
            proof_of_possession: string("proof_of_possession")?,
        },
        "actfinkey" => SystemAction::ActFinKey {
            finalizer_name: field("finalizer_name")?,
            finalizer_key: string("finalizer_key")?,
        },
        "delfinkey" => SystemAction::DelFinKey {
            finalizer_name: field("finalizer_name")?,
            finalizer_key: string("finalizer_key")?,
        },
        _ => return Err(format!("the crate does not know \"{action}\" of eosio")),
    })
}

fn msig(action: &str, data: &Value) -> Result<MsigAction, String> {
    let field = |field| name(data, field);
    let proposer = || field("proposer");
    let proposal_name = || field("proposal_name");
    Ok(match action {
        "propose" => MsigAction::Propose {
            proposer: proposer()?,
            proposal_name: proposal_name()?,
            requested: levels(data, "requested")?,
            transaction: transaction_of(&data["trx"])?,
        },
        "approve" => MsigAction::Approve {
            proposer: proposer()?,
            proposal_name: proposal_name()?,
            level: level(&data["level"])?,
            proposal_hash: match data["proposal_hash"].as_str() {
                Some(hash) => Some(hash.parse::<Digest>().map_err(say)?),
                None => None,
            },
        },
        "unapprove" => MsigAction::Unapprove {
            proposer: proposer()?,
            proposal_name: proposal_name()?,
            level: level(&data["level"])?,
        },
        "exec" => MsigAction::Exec {
            proposer: proposer()?,
            proposal_name: proposal_name()?,
            executer: field("executer")?,
        },
        "cancel" => MsigAction::Cancel {
            proposer: proposer()?,
            proposal_name: proposal_name()?,
            canceler: field("canceler")?,
        },
        "invalidate" => MsigAction::Invalidate { account: field("account")? },
        _ => return Err(format!("the crate does not know \"{action}\" of eosio.msig")),
    })
}

fn authority(json: &Value) -> Result<WeightedAuthority<EosPublicKey>, String> {
    serde_json::from_value(json.clone()).map_err(say)
}

/// `["block_signing_authority_v0", {"threshold": ..., "keys": [...]}]`
fn block_signing(json: &Value) -> Result<BlockSigningAuthority, String> {
    equal("variant", &json[0].as_str(), &Some("block_signing_authority_v0"))?;
    let keys = list(&json[1], "keys")
        .iter()
        .map(|entry| Ok(KeyWeight { key: key(entry, "key")?, weight: number(entry, "weight")? }));
    let keys = keys.collect::<Result<_, String>>()?;
    Ok(BlockSigningAuthority { threshold: number(&json[1], "threshold")?, keys })
}

fn key(json: &Value, field: &str) -> Result<EosPublicKey, String> {
    text(json, field)?.parse().map_err(say)
}

pub fn name(json: &Value, field: &str) -> Result<Name, String> {
    text(json, field)?.parse().map_err(say)
}

pub fn levels(json: &Value, field: &str) -> Result<Vec<PermissionLevel>, String> {
    list(json, field).iter().map(level).collect()
}

fn level(json: &Value) -> Result<PermissionLevel, String> {
    Ok(PermissionLevel { actor: name(json, "actor")?, permission: name(json, "permission")? })
}

pub fn say(error: impl Display) -> String {
    error.to_string()
}
