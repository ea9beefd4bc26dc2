//! Lease: the right of one host to sign in `[from, until)`, and the rule that an end is final (R1, R4).

use crate::{
    Digest, HostId, IdentityId, Intent, Lanes, Nonce, OrderId, Position, Session, watermark::Mark,
};
use alloc::{string::String, vec::Vec};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The number of a lease in its chain: planned moves raise `number`, a fence opens an epoch.
///
/// As text `epoch.number`; the first lease of an identity has term `1.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// Raised by a fence.
    pub epoch: u64,
    /// Raised by a planned move.
    pub number: u64,
}

impl Term {
    /// The term of the first lease.
    pub const FIRST: Self = Self { epoch: 1, number: 0 };

    /// The term of a lease that a planned move makes of this one.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self.number.checked_add(1) {
            Some(number) => Some(Self { epoch: self.epoch, number }),
            None => None,
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.number)
    }
}

impl FromStr for Term {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let term = text.split_once('.').and_then(|(epoch, number)| {
            Some(Self { epoch: epoch.parse().ok()?, number: number.parse().ok()? })
        });
        match term {
            Some(term) if alloc::format!("{term}") == text => Ok(term),
            _ => Err("not a term: expected \"epoch.number\""),
        }
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What a release says of one identity: where the source's right ended, and what it had signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Which identity.
    pub identity: IdentityId,
    /// The host whose lease begins where this one ends.
    pub to: HostId,
    /// The nonce of the promise that this answers.
    pub nonce: Nonce,
    /// The source signs nothing from here on, for ever.
    pub until: Lanes<Position>,
    /// What the source had signed when it released.
    pub marks: Lanes<Option<Mark>>,
    /// The lowest floor that the target may sign with.
    pub floors: Lanes<u64>,
    /// The source's own promise, with which it takes the identity back if the target declines.
    pub back: Nonce,
}

/// The release of a lease: under which order it ended, and how. Never changed once set (R4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The order that it ended under.
    pub order: OrderId,
    /// What was said of it, to be said again whenever it is asked for.
    pub end: End,
}

/// The right of one host to sign `[from, until)`, as the host's record keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lease {
    /// The order that created it.
    pub id: OrderId,
    /// Its number in the chain.
    pub term: Term,
    /// The first position, in each lane.
    pub from: Lanes<Position>,
    /// The first position beyond, in each lane. It only ever falls.
    pub until: Lanes<Position>,
    /// The lowest floor in each lane.
    pub floors: Lanes<u64>,
    /// The highest floor in each lane.
    pub caps: Lanes<u64>,
    /// The predecessor's last message, right before `from`: exactly it may be signed again.
    pub resend: Lanes<Option<(Position, Digest)>>,
    /// Whether a majority of witnesses recorded it, or there are none.
    pub attested: bool,
    /// The sessions of the hosts whose word it rests on.
    pub sources: Vec<(HostId, Session)>,
    /// The promise that it was received under, if it came by a release.
    pub promise: Option<Promise>,
    /// How it ended, once it has.
    pub released: Option<Released>,
}

/// The promise that a lease was received under, kept so that it can be declined or asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Our nonce.
    pub nonce: Nonce,
    /// The host that released.
    pub giver: HostId,
    /// Its nonce for the way back.
    pub back: Nonce,
}

impl Lease {
    /// Whether an intent lies within the lease, by position and floor.
    #[must_use]
    pub fn covers(&self, intent: &Intent) -> bool {
        let lane = intent.lane;
        let (Some(from), Some(until)) = (self.from.get(lane), self.until.get(lane)) else {
            return false;
        };
        let (Some(low), Some(high)) = (self.floors.get(lane), self.caps.get(lane)) else {
            return false;
        };
        (from..until).contains(&&intent.position) && (low..=high).contains(&&intent.floor)
    }

    /// Whether an intent is exactly the predecessor's last message (H4).
    #[must_use]
    pub fn resends(&self, intent: &Intent) -> bool {
        let message = (intent.position, intent.digest);
        self.resend.get(intent.lane) == Some(&Some(message))
    }

    /// Whether nothing can be signed under it: in every lane it ends where it begins.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.from.iter().all(|(lane, from)| self.until.get(lane).is_none_or(|until| from >= until))
    }

    /// Whether a position is left in some lane that has not been signed.
    #[must_use]
    pub fn has_room(&self, marks: &Lanes<Option<Mark>>) -> bool {
        let next = self.earliest_end(marks);
        next.iter().any(|(lane, next)| self.until.get(lane).is_some_and(|until| next < until))
    }

    /// Where the lease can end at the earliest: right after the last position signed, and not
    /// before it begins.
    #[must_use]
    pub fn earliest_end(&self, marks: &Lanes<Option<Mark>>) -> Lanes<Position> {
        self.from.map(|lane, from| (*from).max(after(marks, lane)))
    }

    /// Lowers the end, in the lanes where this is lower (R4: it never goes up).
    pub fn end_at(&mut self, end: &Lanes<Position>) {
        self.until = self.until.map(|lane, until| match end.get(lane) {
            Some(end) => (*until).min(*end),
            None => *until,
        });
    }
}

/// The position after the last one signed in a lane; the start if none was.
#[must_use]
pub(crate) fn after(marks: &Lanes<Option<Mark>>, lane: crate::Lane) -> Position {
    match marks.get(lane) {
        Some(Some(mark)) => mark.position.next().unwrap_or(Position::END),
        Some(None) | None => Position::START,
    }
}
