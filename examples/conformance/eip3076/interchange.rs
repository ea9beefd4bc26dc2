//! The interchange suite of EIP-3076: imports, and what may be signed after them.
//!
//! Each attempt says what a client with the minimal history does, and one with the complete
//! history. The crate keeps the minimal one, and what it signed last: it signs what the first
//! signs, and beside that only the very same message again.

use crate::{
    fields::{array, flag, list, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Lanes,
    chain::ethereum::{Duty, Interchange},
    watermark::{Mark, Verdict, check},
};
use serde_json::Value;

pub fn steps(json: &Value, report: &mut Report) {
    // It permits to refuse an import. This crate merges, and refuses by the marks afterwards.
    report.not_checked.push("contains_slashable_data");
    let mut known = match array(json, "genesis_validators_root") {
        Ok(root) => Interchange::new(root),
        Err(why) => return report.case("the network", || Err(why)),
    };
    for (at, step) in list(json, "steps").iter().enumerate() {
        report.case(format!("step {at} import"), || import(&mut known, step));
        let blocks = list(step, "blocks").iter().map(|block| ("block", block));
        let attestations = list(step, "attestations").iter().map(|vote| ("attestation", vote));
        for (number, (kind, attempt)) in blocks.chain(attestations).enumerate() {
            report.case(format!("step {at} attempt {number}: {kind}"), || {
                attempted(&mut known, kind, attempt)
            });
        }
    }
}

fn import(known: &mut Interchange, step: &Value) -> Outcome {
    let before = known.clone();
    let read = Interchange::read(step["interchange"].to_string().as_bytes());
    let imported = read.and_then(|read| known.merge(&read).map(|()| read));
    equal("imported", &imported.is_ok(), &flag(step, "should_succeed")?)?;
    let Ok(imported) = imported else {
        return equal("after a refused import", known, &before);
    };
    let again = Interchange::read(known.to_json().as_bytes()).map_err(|error| error.to_string())?;
    for (key, marks) in before.keys().chain(imported.keys()) {
        for now in [&*known, &again] {
            let now = now.keys().find(|(other, _)| *other == key).map(|(_, now)| now);
            ensure(now.is_some_and(|now| covers(now, marks)), || {
                format!("the marks fell from {marks:?} to {now:?}")
            })?;
        }
    }
    Ok(())
}

/// Whether marks are as high as others in every lane.
fn covers(marks: &Lanes<Option<Mark>>, others: &Lanes<Option<Mark>>) -> bool {
    let covered = marks.zip(others, |mark, other| match (mark, other) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(mark), Some(other)) => mark.position >= other.position && mark.floor >= other.floor,
    });
    covered.is_some_and(|covered| covered.iter().all(|(_, covered)| *covered))
}

fn attempted(known: &mut Interchange, kind: &str, attempt: &Value) -> Outcome {
    let key: [u8; 48] = array(attempt, "pubkey")?;
    let number = |name| -> Result<u64, String> {
        text(attempt, name)?.parse().map_err(|_| format!("\"{name}\" is no number"))
    };
    let duty = match kind {
        "block" => Duty::Block { slot: number("slot")? },
        _ => Duty::Attestation { source: number("source_epoch")?, target: number("target_epoch")? },
    };
    let signing_root = match attempt["signing_root"].is_null() {
        true => [0xff; 32], // like no other
        false => array(attempt, "signing_root")?,
    };
    let (minimal, complete) =
        (flag(attempt, "should_succeed")?, flag(attempt, "should_succeed_complete")?);
    let verdict = duty.intent(signing_root).map_err(|error| error.to_string()).and_then(|intent| {
        let marks = known.keys().find(|(other, _)| **other == key).map(|(_, marks)| marks);
        let mark = marks.and_then(|marks| marks.get(intent.lane).copied().flatten());
        let verdict = check(mark.as_ref(), &intent).map_err(|error| error.to_string())?;
        Ok((intent.lane, verdict))
    });
    if let Ok((lane, Verdict::Advance(mark))) = verdict {
        known.raise(key, &Lanes::from_fn(2, |at| (at == lane).then_some(mark)));
    }
    let as_stated = match &verdict {
        Ok((_, Verdict::Advance(_))) => minimal && complete,
        Ok((_, Verdict::Again)) => complete,
        Err(_) => !minimal,
    };
    ensure(as_stated, || {
        format!("{verdict:?}, where {minimal} (minimal) or {complete} (complete) was needed")
    })
}
