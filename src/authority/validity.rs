//! Validity: what an authority must keep before it may decide anything.

use super::{Accounts, Level, Name, WeightedAuthority};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::{cmp::Ordering, fmt};

/// Keys, permissions and waits that one authority may have together (Antelope: `validate`).
pub const MAX_ENTRIES: usize = 65_536;

/// How deep authorities may refer to each other (Antelope: `max_authority_depth`, default).
pub const MAX_DEPTH: u8 = 6;

/// The longest JSON text of an authority that is read, in bytes.
pub const MAX_AUTHORITY_JSON: usize = 256 * 1024;

/// One of the three lists of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// The weighted keys.
    Keys,
    /// The weighted permissions.
    Accounts,
    /// The waits.
    Waits,
}

/// Why an authority is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnAuthority {
    /// More entries than are read.
    #[error("the authority has {got} entries; at most {MAX_ENTRIES} are read")]
    TooMany {
        /// How many came.
        got: usize,
    },
    /// A longer text than is read.
    #[error("the authority has {got} bytes; at most {MAX_AUTHORITY_JSON} are read")]
    TooLong {
        /// How many came.
        got: usize,
    },
    /// The text has another form, or a field that is not known.
    #[error("not the JSON of an authority (line {line}, column {column})")]
    Form {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// Nothing would be needed.
    #[error("the threshold is 0")]
    ZeroThreshold,
    /// An entry that does not come after the one before it.
    #[error("entry {at} of the {list} is out of order")]
    Unsorted {
        /// In which list.
        list: List,
        /// Its place, from 0.
        at: usize,
    },
    /// An entry that is there twice.
    #[error("entry {at} of the {list} is there twice")]
    Double {
        /// In which list.
        list: List,
        /// The second one's place, from 0.
        at: usize,
    },
    /// A wait that is always over.
    #[error("a wait has 0 seconds")]
    ZeroWait,
    /// All together cannot reach it.
    #[error("the threshold is {threshold}, and all entries together weigh {total}")]
    Unreachable {
        /// What is needed.
        threshold: u64,
        /// What there is.
        total: u64,
    },
}

/// Why authorities that are valid one by one do not hold together.
///
/// nodeos lets such accounts be and gives no weight to what it cannot evaluate. Here they are
/// refused: without them one more key never takes weight away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSound {
    /// An authority refers to a permission that does not exist.
    #[error("{by} refers to {level}, which does not exist")]
    Unknown {
        /// Who refers to it.
        by: Level,
        /// What is not there.
        level: Level,
    },
    /// A permission that needs itself.
    #[error("{level} refers, directly or through others, to itself")]
    Circular {
        /// One of the circle.
        level: Level,
    },
    /// A longer chain of references than is evaluated.
    #[error("the references from {level} are {depth} deep; {limit} are evaluated")]
    TooDeep {
        /// Where the chain begins.
        level: Level,
        /// How many permissions it has.
        depth: usize,
        /// What is evaluated.
        limit: u8,
    },
}

impl NotAnAuthority {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "authority.too_many",
            Self::TooLong { .. } => "authority.too_long",
            Self::Form { .. } => "authority.form",
            Self::ZeroThreshold => "authority.zero_threshold",
            Self::Unsorted { .. } => "authority.unsorted",
            Self::Double { .. } => "authority.double",
            Self::ZeroWait => "authority.zero_wait",
            Self::Unreachable { .. } => "authority.unreachable",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooMany { .. } | Self::TooLong { .. } => "name fewer keys and permissions",
            Self::Form { .. } => "compare the text with the documented fields",
            Self::ZeroThreshold => "set the threshold to the weight that must come together",
            Self::Unsorted { .. } | Self::Double { .. } => {
                "sort each list by its key, its permission or its seconds, each once"
            }
            Self::ZeroWait => "leave the wait out, or give it seconds",
            Self::Unreachable { .. } => "lower the threshold, or add approvers",
        }
    }
}

impl NotSound {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "authority.unknown_permission",
            Self::Circular { .. } => "authority.circular",
            Self::TooDeep { .. } => "authority.too_deep",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "create the permission first, or leave the reference out",
            Self::Circular { .. } | Self::TooDeep { .. } => {
                "name the keys of the permission in the place of the reference"
            }
        }
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keys => "keys",
            Self::Accounts => "accounts",
            Self::Waits => "waits",
        })
    }
}

impl<K: Ord> WeightedAuthority<K> {
    /// Checks the rules of nodeos, in its order: limits, threshold, order, total weight.
    ///
    /// A weight of 0 is allowed. So is an authority that waiting alone satisfies: see
    /// [`WeightedAuthority::opens_after`].
    ///
    /// # Errors
    ///
    /// [`NotAnAuthority`], the first rule broken.
    pub fn check(&self) -> Result<(), NotAnAuthority> {
        let got = self.keys.len() + self.accounts.len() + self.waits.len();
        if got > MAX_ENTRIES {
            return Err(NotAnAuthority::TooMany { got });
        }
        if self.threshold == 0 {
            return Err(NotAnAuthority::ZeroThreshold);
        }
        ascending(List::Keys, self.keys.iter().map(|entry| &entry.key))?;
        ascending(List::Accounts, self.accounts.iter().map(|entry| &entry.permission))?;
        ascending(List::Waits, self.waits.iter().map(|entry| &entry.wait_sec))?;
        if self.waits.first().is_some_and(|wait| wait.wait_sec == 0) {
            return Err(NotAnAuthority::ZeroWait);
        }
        let (threshold, total) = (u64::from(self.threshold), self.total());
        if total < threshold {
            return Err(NotAnAuthority::Unreachable { threshold, total });
        }
        Ok(())
    }
}

impl<K> WeightedAuthority<K> {
    /// The weight of everything together.
    #[must_use]
    pub fn total(&self) -> u64 {
        let keys = self.keys.iter().map(|entry| u64::from(entry.weight));
        let accounts = self.accounts.iter().map(|entry| u64::from(entry.weight));
        let waits = self.waits.iter().map(|entry| u64::from(entry.weight));
        keys.chain(accounts).chain(waits).sum()
    }

    /// The seconds after which nobody need approve any more; none if somebody always must.
    ///
    /// Valid for nodeos, and dangerous: whoever waits that long can act.
    #[must_use]
    pub fn opens_after(&self) -> Option<u32> {
        let mut waits: Vec<_> = self.waits.iter().collect();
        waits.sort_by_key(|wait| wait.wait_sec);
        let mut gathered = 0_u64;
        waits.into_iter().find_map(|wait| {
            gathered += u64::from(wait.weight);
            (gathered >= u64::from(self.threshold)).then_some(wait.wait_sec)
        })
    }
}

impl<K: Ord + serde::de::DeserializeOwned> WeightedAuthority<K> {
    /// Reads and checks an authority in the JSON form of nodeos.
    ///
    /// # Errors
    ///
    /// [`NotAnAuthority`].
    pub fn from_json(json: &[u8]) -> Result<Self, NotAnAuthority> {
        if json.len() > MAX_AUTHORITY_JSON {
            return Err(NotAnAuthority::TooLong { got: json.len() });
        }
        let authority: Self = serde_json::from_slice(json)
            .map_err(|error| NotAnAuthority::Form { line: error.line(), column: error.column() })?;
        authority.check()?;
        Ok(authority)
    }
}

impl<K> Accounts<K> {
    /// Checks that all authorities together can be evaluated in full: every reference exists, none
    /// leads back, no chain of them is longer than `limit` permissions.
    ///
    /// # Errors
    ///
    /// [`NotSound`].
    pub fn check_sound(&self, limit: u8) -> Result<(), NotSound> {
        let mut open = self.references()?;
        let mut depths: BTreeMap<Level, usize> = BTreeMap::new();
        while !open.is_empty() {
            let ready: Vec<_> = open
                .iter()
                .filter(|(_, to)| to.iter().all(|level| depths.contains_key(level)))
                .map(|(level, _)| *level)
                .collect();
            if ready.is_empty() {
                return Err(NotSound::Circular { level: in_a_circle(&open) });
            }
            for level in ready {
                let to = open.remove(&level).unwrap_or_default();
                let below = to.iter().filter_map(|to| depths.get(to)).max();
                let depth = below.map_or(1, |depth| depth + 1);
                if depth > usize::from(limit) {
                    return Err(NotSound::TooDeep { level, depth, limit });
                }
                depths.insert(level, depth);
            }
        }
        Ok(())
    }

    fn references(&self) -> Result<BTreeMap<Level, BTreeSet<Level>>, NotSound> {
        let mut references = BTreeMap::new();
        for (actor, account) in self.iter() {
            for (name, permission) in account.permissions() {
                let by = Level { actor, permission: name };
                let to = permission.authority.accounts.iter().map(|entry| entry.permission);
                let to: BTreeSet<_> =
                    to.filter(|level| level.permission != Name::EOSIO_CODE).collect();
                if let Some(level) = to.iter().find(|level| self.permission(level).is_none()) {
                    return Err(NotSound::Unknown { by, level: *level });
                }
                references.insert(by, to);
            }
        }
        Ok(references)
    }
}

/// Follows references among those that are left, all of which lead on: after as many steps as
/// there are levels it stands in a circle.
fn in_a_circle(open: &BTreeMap<Level, BTreeSet<Level>>) -> Level {
    let next = |level: &Level| open.get(level)?.iter().find(|to| open.contains_key(to)).copied();
    let first = open.keys().next().copied();
    let nobody = Level::of_account(Name::EMPTY, Name::EMPTY);
    core::iter::successors(first, next).take(open.len() + 1).last().unwrap_or(nobody)
}

fn ascending<'a, T: Ord + 'a>(
    list: List,
    items: impl Iterator<Item = &'a T> + Clone,
) -> Result<(), NotAnAuthority> {
    for (at, (before, item)) in items.clone().zip(items.skip(1)).enumerate() {
        match before.cmp(item) {
            Ordering::Less => {}
            Ordering::Equal => return Err(NotAnAuthority::Double { list, at: at + 1 }),
            Ordering::Greater => return Err(NotAnAuthority::Unsorted { list, at: at + 1 }),
        }
    }
    Ok(())
}
