//! Approval: a person's signature under exactly what was shown (R6).

use super::{
    cli::{Report, confirm},
    failure::{ErrorObject, Failure, While as _},
    keys::Unlock,
    setup::{read_document, write_document},
    words,
};
use brainswap::{
    charter::Amendment,
    document::{Document as _, Envelope},
    key::HostKey,
    order::Fence,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// `host approver new`. The file has the form of a host's key file.
pub fn new(unlock: &Unlock, out: &Path) -> Result<Report, Failure> {
    let make = || {
        let key = HostKey::generate()?;
        unlock.create(&key, out)?;
        Ok::<_, ErrorObject>(key.public_key())
    };
    let public = make().during("make the approver's key")?;
    let text = format!("{public}\nkept in {}: it never leaves this machine", out.display());
    Ok(Report { json: json!({ "public_key": public, "file": out }), text })
}

/// `host approve`.
pub fn approve(
    unlock: &Unlock,
    key: &Path,
    documents: &[PathBuf],
    yes: bool,
    json: bool,
) -> Result<Report, Failure> {
    let key = unlock.open(key).during("open the approver's key")?;
    let mut reviewed = Vec::new();
    for file in documents {
        let document = review(file).during(format!("review {}", file.display()))?;
        reviewed.push((file, document));
    }
    // Everything is shown before anything is signed.
    for (file, (document, says)) in &reviewed {
        if !json {
            eprintln!("{} is document {}:", file.display(), document.id());
            says.iter().for_each(|line| eprintln!("  {line}"));
        }
    }
    if !yes {
        confirm(&format!("Sign this as {}?", key.public_key())).during("approve")?;
    }
    let mut signed = Vec::new();
    for (file, (mut document, _)) in reviewed {
        key.sign_document(&mut document);
        write_document(file, &document).during("write the approved document")?;
        signed.push(json!({ "file": file, "id": document.id() }));
    }
    let text = format!("{} signed as {}", signed.len(), key.public_key());
    Ok(Report { json: json!({ "key": key.public_key(), "signed": signed }), text })
}

/// A document that can be approved here, and what it says.
fn review(file: &Path) -> Result<(Envelope, Vec<String>), ErrorObject> {
    let document = read_document(file)?;
    let says = words::document(&document).map_err(|error| {
        let advice = "do not sign it: ask for the document again";
        ErrorObject::refusal(error.code(), &error, advice)
    })?;
    // AP1: what else the key approved counts, and this program keeps no record of it.
    if let Some(Fence::KIND | Amendment::KIND) = document.kind() {
        let message = "a fence or an amendment is approved by a key that keeps a record";
        let advice = "approve it with the example `ceremony`";
        return Err(ErrorObject::refusal("approver.no_record", message, advice));
    }
    Ok((document, says))
}
