//! Evaluate: whether approvals satisfy an authority, in the order and to the depth of nodeos.
//!
//! Source: Antelope `authority_checker.hpp`. The entries of one authority are taken by weight, the
//! heaviest first; at one weight waits, then keys, then permissions, each in its own order; until
//! the threshold is reached. That order decides which keys count as used.

use super::{Level, Lookup, MAX_DEPTH, Name, WeightedAuthority};
use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};
use core::cmp::Reverse;

/// What is there when an authority is weighed: checked signatures, permissions, and time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Approvals<K> {
    /// The keys whose signatures are good.
    pub keys: BTreeSet<K>,
    /// Permissions that count as satisfied; with the empty name, every permission of the actor.
    pub levels: BTreeSet<Level>,
    /// The seconds that were waited.
    pub waited: u32,
}

/// What lacks to an authority.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Missing<K> {
    /// The weight that came together.
    pub gathered: u64,
    /// The weight that is needed.
    pub needed: u64,
    /// What could still add to it, in the order of evaluation.
    pub lacking: Vec<Lack<K>>,
}

/// An entry of an authority that did not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack<K> {
    /// A key that has not approved.
    Key {
        /// The key.
        key: K,
        /// What it would add.
        weight: u16,
    },
    /// A permission that is not satisfied.
    Level {
        /// The permission.
        level: Level,
        /// What it would add.
        weight: u16,
        /// What holds it up.
        why: Unsatisfied<K>,
    },
    /// A wait that is not over.
    Wait {
        /// Its seconds, counted from the beginning.
        seconds: u32,
        /// What it would add.
        weight: u16,
    },
}

/// Why a permission has no weight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unsatisfied<K> {
    /// There is no such permission.
    Unknown,
    /// It lies deeper than is evaluated.
    TooDeep,
    /// It is being evaluated: it needs itself.
    Circular,
    /// It was evaluated before, in the same evaluation, and is not satisfied.
    Before,
    /// Its own authority lacks something.
    Missing(Box<Missing<K>>),
}

/// Weighs authorities against one set of approvals, and keeps which keys were used.
#[derive(Clone)]
pub struct Evaluator<'a, K> {
    lookup: &'a dyn Lookup<K>,
    approvals: &'a Approvals<K>,
    depth_limit: u8,
    /// The approvals' keys, in their order, and beside each whether it was used.
    keys: Vec<&'a K>,
    used: Vec<bool>,
}

#[derive(Clone, Copy)]
enum Known {
    Open,
    Satisfied,
    Unsatisfied,
}

/// One evaluation: what is known of each permission, and the places of the keys used, in the order
/// of their use.
struct Pass<'e, 'a, K> {
    evaluator: &'e mut Evaluator<'a, K>,
    known: BTreeMap<Level, Known>,
    marked: Vec<usize>,
}

enum Entry<'t, K> {
    Wait(u32),
    Key(&'t K),
    Level(&'t Level),
}

impl<K: Ord> Approvals<K> {
    /// These keys, no permission, no time.
    #[must_use]
    pub fn of_keys(keys: impl IntoIterator<Item = K>) -> Self {
        Self { keys: keys.into_iter().collect(), levels: BTreeSet::new(), waited: 0 }
    }
}

impl<'a, K: Ord + Clone> Evaluator<'a, K> {
    /// Looks permissions up here, down to [`MAX_DEPTH`].
    #[must_use]
    pub fn new(lookup: &'a dyn Lookup<K>, approvals: &'a Approvals<K>) -> Self {
        let keys: Vec<_> = approvals.keys.iter().collect();
        let used = vec![false; keys.len()];
        Self { lookup, approvals, depth_limit: MAX_DEPTH, keys, used }
    }

    /// Looks permissions up down to this depth.
    #[must_use]
    pub fn with_depth_limit(self, depth_limit: u8) -> Self {
        Self { depth_limit, ..self }
    }

    /// Weighs a permission; its own authority is at depth 1.
    ///
    /// # Errors
    ///
    /// What is missing. Keys count as used only where their authority was satisfied.
    pub fn level(&mut self, level: &Level) -> Result<(), Unsatisfied<K>> {
        self.pass().level(level, 0)
    }

    /// Weighs an authority that no permission has; it is at depth 0.
    ///
    /// # Errors
    ///
    /// What is missing. Keys count as used only where their authority was satisfied.
    pub fn authority(&mut self, authority: &WeightedAuthority<K>) -> Result<(), Missing<K>> {
        self.pass().authority(authority, 0)
    }

    /// The keys that were used so far.
    #[must_use]
    pub fn used(&self) -> BTreeSet<K> {
        self.keys_that(true)
    }

    /// The approvals that were not used so far: a transaction with one is refused.
    #[must_use]
    pub fn unused(&self) -> BTreeSet<K> {
        self.keys_that(false)
    }

    fn keys_that(&self, used: bool) -> BTreeSet<K> {
        let keys = self.keys.iter().zip(&self.used);
        keys.filter(|(_, was)| **was == used).map(|(key, _)| (*key).clone()).collect()
    }

    /// Notes whether a key was used, and says whether that is new.
    fn mark(&mut self, place: usize, used: bool) -> bool {
        self.used.get_mut(place).is_some_and(|was| core::mem::replace(was, used) != used)
    }

    fn pass(&mut self) -> Pass<'_, 'a, K> {
        let given = &self.approvals.levels;
        let known = given.iter().map(|level| (*level, Known::Satisfied)).collect();
        Pass { evaluator: self, known, marked: vec![] }
    }
}

impl<'a, K: Ord + Clone> Pass<'_, 'a, K> {
    fn authority(&mut self, authority: &WeightedAuthority<K>, depth: u8) -> Result<(), Missing<K>> {
        let before = self.marked.len();
        let needed = u64::from(authority.threshold);
        let (mut gathered, mut lacking) = (0, Vec::new());
        for (weight, entry) in in_order(authority) {
            match self.entry(&entry, weight, depth) {
                Ok(()) => gathered += u64::from(weight),
                Err(lack) => lacking.push(lack),
            }
            // nodeos looks at the threshold after an entry, never before the first one.
            if gathered >= needed {
                return Ok(());
            }
        }
        for place in self.marked.drain(before..) {
            self.evaluator.mark(place, false);
        }
        Err(Missing { gathered, needed, lacking })
    }

    fn entry(&mut self, entry: &Entry<'_, K>, weight: u16, depth: u8) -> Result<(), Lack<K>> {
        match *entry {
            Entry::Wait(seconds) if self.evaluator.approvals.waited >= seconds => Ok(()),
            Entry::Wait(seconds) => Err(Lack::Wait { seconds, weight }),
            Entry::Key(key) => match self.evaluator.keys.binary_search(&key) {
                Ok(place) => {
                    if self.evaluator.mark(place, true) {
                        self.marked.push(place);
                    }
                    Ok(())
                }
                Err(_) => Err(Lack::Key { key: key.clone(), weight }),
            },
            Entry::Level(level) => {
                self.level(level, depth).map_err(|why| Lack::Level { level: *level, weight, why })
            }
        }
    }

    fn level(&mut self, level: &Level, depth: u8) -> Result<(), Unsatisfied<K>> {
        let all = Level { actor: level.actor, permission: Name::EMPTY };
        match self.known.get(level).or_else(|| self.known.get(&all)) {
            Some(Known::Satisfied) => return Ok(()),
            Some(Known::Unsatisfied) => return Err(Unsatisfied::Before),
            Some(Known::Open) => return Err(Unsatisfied::Circular),
            None if depth >= self.evaluator.depth_limit => return Err(Unsatisfied::TooDeep),
            None => {}
        }
        let lookup = self.evaluator.lookup;
        let authority = lookup.authority_of(level).ok_or(Unsatisfied::Unknown)?;
        self.known.insert(*level, Known::Open);
        let outcome = self.authority(authority, depth + 1);
        let known = if outcome.is_ok() { Known::Satisfied } else { Known::Unsatisfied };
        self.known.insert(*level, known);
        outcome.map_err(|missing| Unsatisfied::Missing(Box::new(missing)))
    }
}

/// The entries as they are evaluated; the sort is stable.
fn in_order<K>(authority: &WeightedAuthority<K>) -> Vec<(u16, Entry<'_, K>)> {
    let waits = authority.waits.iter().map(|wait| (wait.weight, Entry::Wait(wait.wait_sec)));
    let keys = authority.keys.iter().map(|entry| (entry.weight, Entry::Key(&entry.key)));
    let levels =
        authority.accounts.iter().map(|entry| (entry.weight, Entry::Level(&entry.permission)));
    let mut entries: Vec<_> = waits.chain(keys).chain(levels).collect();
    entries.sort_by_key(|(weight, _)| Reverse(*weight));
    entries
}
