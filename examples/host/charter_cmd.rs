//! Charter command: brings decisions to a host, and its charter out to where people decide.

use super::{
    cli::Report,
    dir::{Dir, write_whole},
    failure::{Failure, While as _},
    keys::Unlock,
    request::{Answer, Dsse, Request},
    setup::{protocol, read_document},
    words,
};
use brainswap::IdentityId;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// `host decide`.
pub fn decide(dir: &Dir, unlock: &Unlock, files: &[PathBuf]) -> Result<Report, Failure> {
    let key = Arc::new(dir.key(unlock).during("open the host's key")?);
    let mut here = dir.here(key).during("open this host")?;
    let mut says = Vec::new();
    let mut decided = Vec::new();
    for file in files {
        let document = read_document(file).during(format!("read {}", file.display()))?;
        let id = document.id();
        let kind = document.kind().unwrap_or_default().to_owned();
        if let Ok(words) = words::document(&document) {
            says.extend(words.into_iter().take(1));
        }
        here.call(Request::Decide { document: Dsse(document) })
            .during(format!("take up {}", file.display()))?;
        says.push(format!("  {kind} {id} is known here"));
        decided.push(json!({ "kind": kind, "id": id }));
    }
    here.close().during("close this host")?;
    Ok(Report { json: json!({ "decided": decided }), text: says.join("\n") })
}

/// `host charter`.
pub fn charter(
    dir: &Dir,
    unlock: &Unlock,
    identity: IdentityId,
    out: &Path,
) -> Result<Report, Failure> {
    let key = Arc::new(dir.key(unlock).during("open the host's key")?);
    let mut here = dir.here(key).during("open this host")?;
    let answer = here.call(Request::Charter { identity }).during("ask for the charter")?;
    here.close().during("close this host")?;
    let Answer::Documents(documents) = answer else {
        return Err(protocol("ask for the charter"));
    };
    let lines: String = documents.iter().map(|one| format!("{}\n", one.0.to_json())).collect();
    write_whole(out, lines.as_bytes()).during("write the charter")?;
    let head = documents.last().map(|last| last.0.id());
    let count = documents.len();
    let text = format!("{count} documents of identity {identity} in {}", out.display());
    Ok(Report { json: json!({ "identity": identity, "documents": count, "head": head }), text })
}
