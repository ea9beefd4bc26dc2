//! Threat 10. A renewal stops half way: some have new shares, some have not.

use super::*;
use crate::renewing::{refreshed, reshared};
use std::collections::{BTreeMap, BTreeSet};
use store::{Step, steps};

#[test]
fn a_generation_is_closed_by_everyone_or_by_naming_who_is_given_up() {
    let Dealt { generation, shares, .. } = dealt();
    let (next, _) = refreshed(&generation, &shares);
    let receipts = all_receipts(&next);
    let propose = |receipts: &[CheckedReceipt], dropped: &[&str]| {
        let dropped: BTreeSet<_> = dropped.iter().map(|text| seat(text)).collect();
        Retirement::propose(&generation, &next, receipts, &dropped, today(), String::new())
    };
    assert_eq!(propose(&receipts, &[]).unwrap().receipts.len(), 9);
    let without = &receipts[2..];
    let missing = vec![seat("1.1"), seat("1.2")];
    assert_eq!(propose(without, &[]).unwrap_err(), NotClosed::Unacknowledged(missing));
    assert_eq!(propose(without, &["1.1", "1.2"]).unwrap().dropped.len(), 2);
    let needless = propose(&receipts, &["1.1"]).unwrap_err();
    assert_eq!(needless, NotClosed::NotDropped { seat: seat("1.1") });
    let nobody = propose(&receipts, &["7.7"]).unwrap_err();
    assert_eq!(nobody, NotClosed::NotDropped { seat: seat("7.7") });
    let too_few = propose(&receipts[..3], &["2.1", "2.2", "2.3", "3.1", "3.2", "3.3"]).unwrap_err();
    assert_eq!(too_few, NotClosed::TooFew);
    let not_next = Retirement::propose(
        &next,
        &generation,
        &receipts,
        &BTreeSet::new(),
        today(),
        String::new(),
    );
    assert_eq!(not_next.unwrap_err().code(), "retirement.not_next");
}

#[test]
fn a_look_at_the_file_alone_acknowledges_nothing() {
    let Dealt { generation, shares, .. } = dealt();
    let (next, _) = refreshed(&generation, &shares);
    let mut receipts = all_receipts(&next);
    let stored = receipt(&next, seat("1.1"), Looked::Stored, today());
    receipts[0] = CheckedReceipt::read(&signed(&stored, &[0x11]), &next).unwrap();
    let refused = Retirement::propose(
        &generation,
        &next,
        &receipts,
        &BTreeSet::new(),
        today(),
        String::new(),
    );
    assert_eq!(refused.unwrap_err(), NotClosed::Unacknowledged(vec![seat("1.1")]));
}

/// A disk that holds what was written and named; the power may go at any step, and in any write.
#[derive(Clone, Default)]
struct Disk(BTreeMap<String, Vec<u8>>);

impl Disk {
    fn carry_out(&mut self, step: &Step) {
        match step {
            Step::Write { name, bytes } => {
                self.0.insert(name.clone(), bytes.clone());
            }
            Step::Rename { from, to } => {
                let bytes = self.0.remove(from).unwrap();
                let before = self.0.insert(to.clone(), bytes.clone());
                assert!(before.is_none_or(|before| before == bytes), "{to} was written over");
            }
            _ => {}
        }
    }
}

fn files(shares: &[Share]) -> BTreeMap<Seat, Vec<u8>> {
    // What is inside is not looked at here: the share itself stands for its file.
    shares.iter().map(|share| (share.seat(), share.to_bytes().to_vec())).collect()
}

fn put(vault: Option<&Vault>, generation: &Generation, shares: &[Share]) -> Vec<Step> {
    let manifest = generation.manifest().to_envelope().unwrap();
    steps(vault, generation, &manifest, &files(shares))
}

/// Whether a generation of the disk opens its vault.
fn is_usable(disk: &Disk) -> bool {
    let contents = store::read(&disk.0);
    assert_eq!(contents.damaged, Vec::<String>::new());
    let Some(vault) = contents.vault else { return false };
    // A manifest that is there says that all shards are.
    !contents.generations.is_empty()
        && contents.generations.iter().all(|stored| {
            let shares: Vec<_> =
                stored.shards.values().map(|file| Share::from_bytes(file).unwrap()).collect();
            shares.len() == stored.generation.plan().seats().count()
                && restores(&stored.generation, &vault, &shares)
        })
}

#[test]
fn a_crash_at_every_write_leaves_the_old_or_the_new_set_usable() {
    let Dealt { vault, generation, shares } = dealt();
    let first = put(Some(&vault), &generation, &shares);
    let (second, renewed) = refreshed(&generation, &shares);
    let seats = ["1.1", "1.2", "3.1", "3.2"];
    let (third, anew) = reshared(&second, &renewed, &seats, plan_of(2, &[(1, 1), (2, 2), (1, 2)]));
    let mut disk = Disk::default();
    let mut stops = 0;
    let renewals = [put(None, &second, &renewed), put(None, &third, &anew)];
    for (at, steps) in [&first, &renewals[0], &renewals[1]].into_iter().enumerate() {
        for step in steps {
            let must_be_usable = at > 0; // before the first dealing ends, the key itself is there
            if let Step::Write { name, bytes } = step {
                for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
                    let mut torn = disk.clone();
                    torn.0.insert(name.clone(), bytes[..length].to_vec());
                    assert!(!must_be_usable || is_usable(&torn), "{name} torn at {length}");
                    stops += 1;
                    // What was begun is carried out again, and ends well.
                    for step in steps {
                        torn.carry_out(step);
                    }
                    if length == 1 {
                        assert!(is_usable(&torn));
                    }
                }
            }
            disk.carry_out(step);
            stops += 1;
            assert!(!must_be_usable || is_usable(&disk), "after {step:?}");
        }
        assert!(is_usable(&disk));
        assert_eq!(store::read(&disk.0).generations.len(), at + 1);
    }
    assert!(stops > 150, "{stops}");
}

#[test]
fn a_folder_holds_what_was_put_into_it() {
    use brainswap::adapters::ShardFolder;
    let Dealt { vault, generation, shares } = dealt();
    let place = tempfile::tempdir().unwrap();
    let folder = ShardFolder::open(place.path()).unwrap();
    let steps = put(Some(&vault), &generation, &shares);
    folder.carry_out(&steps[..5]).unwrap();
    assert!(folder.read().unwrap().generations.is_empty());
    folder.carry_out(&steps).unwrap();
    folder.carry_out(&steps).unwrap();
    let contents = folder.read().unwrap();
    assert_eq!(contents.vault, Some(vault));
    assert_eq!(contents.generations[0].generation, generation);
    assert_eq!(contents.generations[0].shards, files(&shares));
    let other = put(Some(&dealt_by(&plan(), 2).vault), &generation, &shares);
    let refused = folder.carry_out(&other).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::AlreadyExists);
    assert!(ShardFolder::open(place.path().join("nothing")).is_err());
}
