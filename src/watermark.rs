//! Watermark: the last position signed in a lane, and the rule that it only rises (R2).

use crate::{Digest, Intent, Position};
use serde::{Deserialize, Serialize};

/// The durable high-water mark of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The last position signed, or considered signed.
    pub position: Position,
    /// What was signed there; `None` if the position is only considered signed.
    pub digest: Option<Digest>,
    /// The highest floor (second dimension) signed.
    pub floor: u64,
}

/// What the rule says of an intent that it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A new position: this mark must be durable before the signature is made.
    Advance(Mark),
    /// The message already signed at the mark: it may be signed again, the mark stays.
    Again,
}

/// Why the rule refuses an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WatermarkRefusal {
    /// The position is below the mark.
    #[error("position {asked} is below {last}, the last one signed")]
    Below {
        /// What was asked.
        asked: Position,
        /// The mark.
        last: Position,
    },
    /// Another message stands at this position.
    #[error("another message was signed at position {at}")]
    Conflict {
        /// Where.
        at: Position,
    },
    /// The second dimension would go back.
    #[error("floor {asked} is below {last}, the highest one signed")]
    FloorBack {
        /// What was asked.
        asked: u64,
        /// The mark's floor.
        last: u64,
    },
    /// The position means "no end" and cannot be signed.
    #[error("position {asked} cannot be signed")]
    NotSignable {
        /// What was asked.
        asked: Position,
    },
}

impl WatermarkRefusal {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Below { .. } => "watermark.below",
            Self::Conflict { .. } => "watermark.conflict",
            Self::FloorBack { .. } => "watermark.floor_back",
            Self::NotSignable { .. } => "watermark.not_signable",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Below { .. } => "do nothing: that position is over",
            Self::Conflict { .. } => "do nothing: the earlier signature stands",
            Self::FloorBack { .. } => "wait until the chain's justification recovers",
            Self::NotSignable { .. } => "check the message: no chain reaches this position",
        }
    }
}

impl Mark {
    /// Everything up to a position considered signed, whatever it was.
    #[must_use]
    pub const fn considered(position: Position, floor: u64) -> Self {
        Self { position, digest: None, floor }
    }

    /// The higher of two marks of one lane; at one position a digest that both do not share is
    /// dropped, so that neither message may be signed again.
    #[must_use]
    pub fn raised_to(self, other: Self) -> Self {
        let floor = self.floor.max(other.floor);
        let higher = match self.position.cmp(&other.position) {
            core::cmp::Ordering::Less => other,
            core::cmp::Ordering::Greater => self,
            core::cmp::Ordering::Equal if self.digest == other.digest => self,
            core::cmp::Ordering::Equal => Self::considered(self.position, floor),
        };
        Self { floor, ..higher }
    }
}

/// Rule R2: above the mark, or the same message at the mark; the floor never falls.
///
/// # Errors
///
/// [`WatermarkRefusal`]; the mark stays as it is.
pub fn check(mark: Option<&Mark>, intent: &Intent) -> Result<Verdict, WatermarkRefusal> {
    if intent.position.next().is_none() {
        return Err(WatermarkRefusal::NotSignable { asked: intent.position });
    }
    let advanced =
        Mark { position: intent.position, digest: Some(intent.digest), floor: intent.floor };
    let Some(mark) = mark else { return Ok(Verdict::Advance(advanced)) };
    if intent.position < mark.position {
        return Err(WatermarkRefusal::Below { asked: intent.position, last: mark.position });
    }
    if intent.position == mark.position {
        return if mark.digest == Some(intent.digest) {
            Ok(Verdict::Again)
        } else {
            Err(WatermarkRefusal::Conflict { at: intent.position })
        };
    }
    if intent.floor < mark.floor {
        return Err(WatermarkRefusal::FloorBack { asked: intent.floor, last: mark.floor });
    }
    Ok(Verdict::Advance(advanced))
}
