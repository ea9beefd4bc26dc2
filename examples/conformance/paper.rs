//! `slip39/`, `sskr/`, `bip93/`: other forms of shares on paper.
//!
//! The words are those of SLIP-39. Its shares, and those of the two others, are not read: no
//! well-kept crate does, and none of them can be checked alone.

use crate::suite::{Bytes, Report, Suite, ensure};
use brainswap::shard::words::word_list;
use serde_json::Value;

/// The suite of a file of these folders.
pub fn suite_of(folder: &str, file: &str) -> Option<Suite> {
    match (folder, file) {
        ("slip39", "vectors.json")
        | ("sskr", "sskr_vectors.json")
        | ("bip93", "bip93_vectors.json") => Some(no_such_shares),
        _ => None,
    }
}

/// The suite of a list of words.
pub fn bytes_of(file: &str) -> Option<Bytes> {
    (file == "wordlist.txt").then_some(words as Bytes)
}

fn no_such_shares(_: &Value, report: &mut Report) {
    report.not_checked.push("the whole file: shares of this form are not read");
}

fn words(file: &[u8], report: &mut Report) {
    let published = String::from_utf8_lossy(file).into_owned();
    let count = published.lines().count();
    for (at, word) in published.lines().enumerate() {
        report.case(format!("word {at}"), || {
            ensure(word_list().nth(at) == Some(word), || "the list has another word".into())
        });
    }
    report.case("count", || {
        ensure(word_list().count() == count, || "the list has more words".into())
    });
}
