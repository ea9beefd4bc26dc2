//! Threat 23. Somebody changes the transcript, or a secret gets into it.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use transcript::{NotATranscript, Transcript};

fn ceremony() -> (Transcript, Vec<String>) {
    let made = dealt();
    let mut transcript = Transcript::new();
    let facts = |pairs: &[(&str, String)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    };
    let mut lines = Vec::new();
    let mut add = |kind, actor, facts| {
        lines.push(transcript.add(today(), kind, actor, false, facts).unwrap());
    };
    add("begin", "leader", facts(&[("program", "abc".into())]));
    add("deal", "operator", facts(&[("manifest", made.generation.id().to_string())]));
    for share in &made.shares {
        add("check", "custodian", facts(&[("seat", share.seat().to_string())]));
    }
    (transcript, lines)
}

#[test]
fn a_line_changed_moved_taken_out_or_put_in_is_found() {
    let (transcript, lines) = ceremony();
    assert_eq!(Transcript::read(&(lines.join("\n") + "\n")).unwrap(), transcript);
    let refused = |lines: &[String]| Transcript::read(&lines.join("\n")).unwrap_err();
    for at in 0..lines.len() {
        let mut changed = lines.clone();
        changed[at] = lines[at].replacen("2026-11-20", "2026-11-21", 1);
        if at + 1 < lines.len() {
            let line = u64::try_from(at).unwrap() + 2;
            assert_eq!(refused(&changed), NotATranscript::Chain { line });
            let mut without = lines.clone();
            without.remove(at);
            assert_eq!(refused(&without).code(), "transcript.chain");
            let mut swapped = lines.clone();
            swapped.swap(at, at + 1);
            assert_eq!(refused(&swapped).code(), "transcript.chain");
        }
        let mut double = lines.clone();
        double.insert(at, lines[at].clone());
        assert_eq!(refused(&double).code(), "transcript.chain");
        let mut spaced = lines.clone();
        spaced[at] = lines[at].replacen(':', ": ", 1);
        assert_eq!(refused(&spaced).code(), "transcript.line");
    }
}

#[test]
fn a_cut_or_changed_end_does_not_have_the_head_that_everyone_signed() {
    let (transcript, lines) = ceremony();
    let participants: BTreeSet<_> = [1, 2, 3].map(|number| key(number).public_key()).into();
    let head = signed(&transcript.head(), &[1, 2, 3]);
    transcript.is_signed_by(&head, &participants).unwrap();
    let cut = Transcript::read(&lines[..lines.len() - 1].join("\n")).unwrap();
    assert_eq!(cut.is_signed_by(&head, &participants).unwrap_err().code(), "transcript.other_head");
    let mut changed = lines.clone();
    let last = changed.last_mut().unwrap();
    *last = last.replacen("3.3", "3.2", 1);
    let changed = Transcript::read(&changed.join("\n")).unwrap();
    let refused = changed.is_signed_by(&head, &participants).unwrap_err();
    assert_eq!(refused.code(), "transcript.other_head");
    let two = signed(&transcript.head(), &[1, 2]);
    let missing = transcript.is_signed_by(&two, &participants).unwrap_err();
    assert_eq!(missing, NotATranscript::NotSigned(vec![key(3).public_key()]));
}

#[test]
fn no_share_is_in_it() {
    let (_, lines) = ceremony();
    for share in &dealt().shares {
        let number = const_hex::encode(&share.to_bytes()[NUMBER]);
        assert!(!lines.iter().any(|line| line.contains(&number)));
    }
}
