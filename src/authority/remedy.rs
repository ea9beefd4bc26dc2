//! Remedy: what would satisfy a permission that is not satisfied yet.

use super::{Approvals, Evaluator, Level, Lookup};
use alloc::{collections::BTreeSet, vec};

/// What alone would be enough, found by trying: each is exact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remedy<K> {
    /// Keys, each of which would complete it by its approval alone.
    pub keys: BTreeSet<K>,
    /// The seconds, counted from the beginning, after which it is satisfied as it stands.
    pub matures_at: Option<u32>,
}

impl<K: Ord + Clone> Remedy<K> {
    /// Tries every key that has not approved and every wait that is not over, among all that the
    /// permission refers to, directly or through others.
    #[must_use]
    pub fn find(
        level: &Level,
        lookup: &dyn Lookup<K>,
        approvals: &Approvals<K>,
        depth_limit: u8,
    ) -> Self {
        let suffices = |approvals: &Approvals<K>| {
            Evaluator::new(lookup, approvals).with_depth_limit(depth_limit).level(level).is_ok()
        };
        let (keys, waits) = candidates(level, lookup);
        let completes = |key: &&K| {
            let mut more = approvals.clone();
            more.keys.insert((*key).clone()) && suffices(&more)
        };
        let keys = keys.into_iter().filter(completes).cloned().collect();
        let matures_at = waits
            .into_iter()
            .filter(|seconds| *seconds > approvals.waited)
            .find(|seconds| suffices(&Approvals { waited: *seconds, ..approvals.clone() }));
        Self { keys, matures_at }
    }
}

fn candidates<'l, K: Ord>(
    level: &Level,
    lookup: &'l dyn Lookup<K>,
) -> (BTreeSet<&'l K>, BTreeSet<u32>) {
    let (mut keys, mut waits) = (BTreeSet::new(), BTreeSet::new());
    let (mut seen, mut open) = (BTreeSet::from([*level]), vec![*level]);
    while let Some(level) = open.pop() {
        let Some(authority) = lookup.authority_of(&level) else { continue };
        keys.extend(authority.keys.iter().map(|entry| &entry.key));
        waits.extend(authority.waits.iter().map(|wait| wait.wait_sec));
        let next = authority.accounts.iter().map(|entry| entry.permission);
        open.extend(next.filter(|level| seen.insert(*level)));
    }
    (keys, waits)
}
