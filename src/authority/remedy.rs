//! Remedy: what would satisfy a permission that is not satisfied yet.

use super::{Approvals, Evaluator, Lack, Level, Lookup, Missing, Unsatisfied};
use alloc::collections::BTreeSet;

/// What alone would be enough, found by trying: each is exact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remedy<K> {
    /// Keys, each of which would complete it by its approval alone.
    pub keys: BTreeSet<K>,
    /// The seconds, counted from the beginning, after which it is satisfied as it stands.
    pub matures_at: Option<u32>,
}

impl<K: Ord + Clone> Remedy<K> {
    /// Tries every key and every wait that the answer says is lacking.
    #[must_use]
    pub fn find(
        level: &Level,
        answer: &Unsatisfied<K>,
        lookup: &dyn Lookup<K>,
        approvals: &Approvals<K>,
        depth_limit: u8,
    ) -> Self {
        let (mut keys, mut waits) = (BTreeSet::new(), BTreeSet::new());
        collect(answer, &mut keys, &mut waits);
        let suffices = |approvals: &Approvals<K>| {
            Evaluator::new(lookup, approvals).with_depth_limit(depth_limit).level(level).is_ok()
        };
        keys.retain(|key| {
            let mut more = approvals.clone();
            more.keys.insert(key.clone());
            suffices(&more)
        });
        let matures_at = waits
            .into_iter()
            .find(|seconds| suffices(&Approvals { waited: *seconds, ..approvals.clone() }));
        Self { keys, matures_at }
    }
}

fn collect<K: Ord + Clone>(
    answer: &Unsatisfied<K>,
    keys: &mut BTreeSet<K>,
    waits: &mut BTreeSet<u32>,
) {
    let Unsatisfied::Missing(missing) = answer else { return };
    let Missing { lacking, .. } = missing.as_ref();
    for lack in lacking {
        match lack {
            Lack::Key { key, .. } => {
                keys.insert(key.clone());
            }
            Lack::Wait { seconds, .. } => {
                waits.insert(*seconds);
            }
            Lack::Level { why, .. } => collect(why, keys, waits),
        }
    }
}
