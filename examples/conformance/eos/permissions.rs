//! `eos/permission_linkauth_cases.json`: who may change permissions and links, and act by them.

use crate::{
    fields::{list, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    PublicKey,
    authority::{
        Account, Accounts, Action, Change, Level, Name, NotAuthorized, NotChanged,
        WeightedAuthority,
    },
};
use serde_json::Value;

pub fn scenarios(json: &Value, report: &mut Report) {
    for row in list(json, "scenarios") {
        let name = row["name"].as_str().unwrap_or("scenario without a name");
        report.case(name, || scenario(row));
    }
}

fn scenario(row: &Value) -> Outcome {
    let mut accounts = Accounts::new();
    for account in list(row, "accounts") {
        let name = name(account.as_str().unwrap_or_default())?;
        let new = Account::new(anybody(), anybody()).map_err(|error| format!("{error}"))?;
        accounts.insert(name.into(), new);
    }
    ensure(!list(row, "steps").is_empty(), || "it has no step".into())?;
    for (at, step) in list(row, "steps").iter().enumerate() {
        let before = accounts.clone();
        let result = run(&mut accounts, step)?;
        equal(&format!("step {at}"), &result, &text(step, "result")?)?;
        ensure(result == "ok" || accounts == before, || format!("step {at} left a trace"))?;
    }
    Ok(())
}

/// Makes one step, and names the outcome as nodeos does.
fn run(accounts: &mut Accounts, step: &Value) -> Result<&'static str, String> {
    let data = &step["data"];
    let declared: Result<Vec<_>, String> = list(step, "authorization")
        .iter()
        .map(|level| {
            Ok(Level::of_account(name(text(level, "actor")?)?, name(text(level, "permission")?)?))
        })
        .collect();
    let declared = declared?;
    let field = |field| name(text(data, field)?);
    let change = match text(step, "action")? {
        "call" => {
            let action = Action::Call { code: field("code")?, action: field("type")? };
            let requires = field("requires")?;
            return Ok(match accounts.may_do(&action, &declared) {
                Err(NotAuthorized::Declared(refused)) => exception(&refused),
                Err(_) => "unlinkable_min_permission_action",
                Ok(()) if declared.iter().any(|level| level.actor == requires.into()) => "ok",
                Ok(()) => "missing_auth_exception",
            });
        }
        "updateauth" => Change::UpdateAuth {
            account: field("account")?.into(),
            permission: field("permission")?,
            parent: field("parent")?,
            authority: anybody(),
        },
        "deleteauth" => Change::DeleteAuth {
            account: field("account")?.into(),
            permission: field("permission")?,
        },
        "linkauth" => Change::LinkAuth {
            account: field("account")?.into(),
            code: field("code")?,
            action: field("type")?,
            requirement: field("requirement")?,
        },
        "unlinkauth" => Change::UnlinkAuth {
            account: field("account")?.into(),
            code: field("code")?,
            action: field("type")?,
        },
        other => return Err(format!("the action \"{other}\" is not known")),
    };
    let outcome = accounts.change(&change, &declared);
    Ok(outcome.as_ref().err().map_or("ok", exception))
}

fn exception(refused: &NotChanged) -> &'static str {
    match refused.code() {
        "permission.not_one" | "permission.irrelevant" => "irrelevant_auth_exception",
        "permission.unknown" => "permission_query_exception",
        _ => "action_validate_exception",
    }
}

/// The scenarios leave authorities out.
fn anybody() -> WeightedAuthority {
    WeightedAuthority::of_key(PublicKey::Ed25519([0; 32]))
}

fn name(text: &str) -> Result<Name, String> {
    text.parse().map_err(|error| format!("{text}: {error}"))
}
