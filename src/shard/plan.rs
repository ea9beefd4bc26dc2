//! Plan: where shares lie, who keeps them, and how many are needed.

use super::seat::{MAX_SEATS, Seat};
use crate::PublicKey;
use alloc::{collections::BTreeSet, string::String, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The longest name, in bytes.
pub const MAX_NAME: usize = 64;

/// The most recipients of one custodian.
pub const MAX_CUSTODIAN_RECIPIENTS: usize = 4;

/// The longest recipient text, in bytes.
const MAX_RECIPIENT_TEXT: usize = 256;

/// The recipient of a custodian who opens with a passphrase: it stands alone.
pub const PASSPHRASE: &str = "passphrase";

/// Where the shares of a secret lie: any `threshold` of the locations bring it back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How many locations are needed, from 1.
    pub threshold: u8,
    /// The locations, by number from 1; at most 32.
    pub locations: Vec<Location>,
}

/// A place with custodians: any `threshold` of them open it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Its name: 1 to 64 printable ASCII characters.
    pub name: String,
    /// How many of its custodians are needed, from 1.
    pub threshold: u8,
    /// The custodians, by number from 1; at most 32.
    pub custodians: Vec<Custodian>,
}

/// Who keeps one share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custodian {
    /// Name: 1 to 64 printable ASCII characters.
    pub name: String,
    /// Signs the custodian's receipts.
    pub key: PublicKey,
    /// Whom the share is encrypted to: 1 to 4 age recipients as text, or `passphrase` alone.
    pub recipients: Vec<String>,
}

/// Why a plan is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAPlan {
    /// None, or too many.
    #[error("{got} {what}; 1 to {most} are accepted")]
    Count {
        /// Of what.
        what: &'static str,
        /// How many came.
        got: usize,
        /// How many are accepted at most.
        most: usize,
    },
    /// More are needed than there are, or none.
    #[error("{needed} of {there} {what} cannot be asked for")]
    Threshold {
        /// Of what.
        what: &'static str,
        /// How many would be needed.
        needed: u8,
        /// How many there are.
        there: usize,
    },
    /// A name that cannot be printed on a card.
    #[error("{name:?} is not a name: 1 to {MAX_NAME} printable ASCII characters are")]
    Name {
        /// Which.
        name: String,
    },
    /// Two locations, or two custodians of one location, of one name.
    #[error("the name {name:?} is there twice")]
    SameName {
        /// Which.
        name: String,
    },
    /// One person would hold two seats.
    #[error("the key {key} has the seats {first} and {second}")]
    SameKey {
        /// Whose.
        key: PublicKey,
        /// One of the seats.
        first: Seat,
        /// The other.
        second: Seat,
    },
    /// One recipient would open two seats.
    #[error("the recipient {recipient:?} opens the seats {first} and {second}")]
    SameRecipient {
        /// Which.
        recipient: String,
        /// One of the seats.
        first: Seat,
        /// The other.
        second: Seat,
    },
    /// A recipient that no share may be encrypted to.
    #[error("seat {seat} has the recipient {recipient:?}: {reason}")]
    Recipient {
        /// Whose.
        seat: Seat,
        /// Which.
        recipient: String,
        /// Why not.
        reason: &'static str,
    },
}

impl NotAPlan {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "plan.count",
            Self::Threshold { .. } => "plan.threshold",
            Self::Name { .. } => "plan.name",
            Self::SameName { .. } => "plan.same_name",
            Self::SameKey { .. } => "plan.same_key",
            Self::SameRecipient { .. } => "plan.same_recipient",
            Self::Recipient { .. } => "plan.recipient",
        }
    }
}

/// What a plan allows and a person should have decided on purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Warning {
    /// No location may be lost.
    EveryLocationNeeded,
    /// One location is enough.
    OneLocationSuffices,
    /// No custodian of this location may be lost.
    EveryCustodianNeeded {
        /// The number of the location.
        location: u8,
    },
    /// Every custodian of this location holds a copy of the same number.
    Copies {
        /// The number of the location.
        location: u8,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EveryLocationNeeded => {
                f.write_str("every location is needed: losing one is the end")
            }
            Self::OneLocationSuffices => f.write_str("one location alone brings the secret back"),
            Self::EveryCustodianNeeded { location } => {
                write!(
                    f,
                    "every custodian of location {location} is needed: losing one loses the location"
                )
            }
            Self::Copies { location } => {
                write!(f, "every custodian of location {location} alone opens it: they hold copies")
            }
        }
    }
}

impl Plan {
    /// Checks the rules that a plan must keep before anything is dealt by it.
    ///
    /// # Errors
    ///
    /// [`NotAPlan`].
    pub fn check(&self) -> Result<(), NotAPlan> {
        counts("locations", self.threshold, self.locations.len())?;
        names(self.locations.iter().map(|location| &location.name))?;
        for location in &self.locations {
            counts("custodians", location.threshold, location.custodians.len())?;
            names(location.custodians.iter().map(|custodian| &custodian.name))?;
        }
        let mut seen: Vec<(Seat, &Custodian)> = Vec::new();
        for (seat, custodian) in self.seats() {
            custodian.check(seat)?;
            for (first, other) in &seen {
                if other.key == custodian.key {
                    let (key, first, second) = (custodian.key, *first, seat);
                    return Err(NotAPlan::SameKey { key, first, second });
                }
                let shared = custodian.recipients.iter().find(|recipient| {
                    *recipient != PASSPHRASE && other.recipients.contains(recipient)
                });
                if let Some(recipient) = shared {
                    let (recipient, first, second) = (recipient.clone(), *first, seat);
                    return Err(NotAPlan::SameRecipient { recipient, first, second });
                }
            }
            seen.push((seat, custodian));
        }
        Ok(())
    }

    /// What the plan allows and a person should have decided on purpose.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if usize::from(self.threshold) == self.locations.len() && self.locations.len() > 1 {
            warnings.push(Warning::EveryLocationNeeded);
        }
        if self.threshold == 1 {
            warnings.push(Warning::OneLocationSuffices);
        }
        for (number, location) in (1..).zip(&self.locations) {
            if location.threshold == 1 && location.custodians.len() > 1 {
                warnings.push(Warning::Copies { location: number });
            } else if usize::from(location.threshold) == location.custodians.len() {
                warnings.push(Warning::EveryCustodianNeeded { location: number });
            }
        }
        warnings
    }

    /// Every seat with its custodian, in order.
    pub fn seats(&self) -> impl Iterator<Item = (Seat, &Custodian)> {
        (1..).zip(&self.locations).flat_map(|(number, location)| {
            (1..)
                .zip(&location.custodians)
                .filter_map(move |(at, custodian)| Some((Seat::new(number, at).ok()?, custodian)))
        })
    }

    /// The location with this number, from 1.
    #[must_use]
    pub fn location(&self, number: u8) -> Option<&Location> {
        self.locations.get(usize::from(number).checked_sub(1)?)
    }

    /// The custodian of a seat.
    #[must_use]
    pub fn custodian(&self, seat: Seat) -> Option<&Custodian> {
        let at = usize::from(seat.custodian()).checked_sub(1)?;
        self.location(seat.location())?.custodians.get(at)
    }

    /// Whether these seats, together, bring the secret back.
    #[must_use]
    pub fn is_enough(&self, seats: &BTreeSet<Seat>) -> bool {
        let open = (1..).zip(&self.locations).filter(|(number, location)| {
            let there =
                |(at, _): &(u8, _)| Seat::new(*number, *at).is_ok_and(|seat| seats.contains(&seat));
            (1..).zip(&location.custodians).filter(there).count() >= usize::from(location.threshold)
        });
        self.threshold > 0 && open.count() >= usize::from(self.threshold)
    }

    /// Whether the secret can still be brought back when these seats are lost.
    #[must_use]
    pub fn survives(&self, lost: &BTreeSet<Seat>) -> bool {
        let left = self.seats().map(|(seat, _)| seat).filter(|seat| !lost.contains(seat)).collect();
        self.is_enough(&left)
    }
}

impl Custodian {
    fn check(&self, seat: Seat) -> Result<(), NotAPlan> {
        let count = self.recipients.len();
        if count == 0 || count > MAX_CUSTODIAN_RECIPIENTS {
            let (what, most) = ("recipients", MAX_CUSTODIAN_RECIPIENTS);
            return Err(NotAPlan::Count { what, got: count, most });
        }
        for (at, recipient) in self.recipients.iter().enumerate() {
            let reason = if recipient.is_empty() || recipient.len() > MAX_RECIPIENT_TEXT {
                "it is empty, or longer than any that is known"
            } else if !recipient.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
                "it is not printable ASCII"
            } else if recipient == PASSPHRASE && count > 1 {
                "a passphrase stands alone"
            } else if recipient.starts_with("ssh-rsa") {
                "no share is encrypted to RSA"
            } else if self.recipients.iter().take(at).any(|other| other == recipient) {
                "it is there twice"
            } else {
                continue;
            };
            return Err(NotAPlan::Recipient { seat, recipient: recipient.clone(), reason });
        }
        Ok(())
    }
}

fn counts(what: &'static str, needed: u8, there: usize) -> Result<(), NotAPlan> {
    let most = usize::from(MAX_SEATS);
    if there == 0 || there > most {
        return Err(NotAPlan::Count { what, got: there, most });
    }
    if needed == 0 || usize::from(needed) > there {
        return Err(NotAPlan::Threshold { what, needed, there });
    }
    Ok(())
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), NotAPlan> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !is_printable(name) || name.is_empty() {
            return Err(NotAPlan::Name { name: name.clone() });
        }
        if !seen.insert(name) {
            return Err(NotAPlan::SameName { name: name.clone() });
        }
    }
    Ok(())
}

/// Whether a text can be printed on a card: at most 64 printable ASCII characters.
pub(super) fn is_printable(text: &str) -> bool {
    text.len() <= MAX_NAME && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}
