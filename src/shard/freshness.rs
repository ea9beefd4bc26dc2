//! Freshness: how long ago each share was seen, and whether enough of them can be counted on.

use super::{
    date::Date,
    generation::Generation,
    receipt::{CheckedReceipt, Looked, Receipt},
    seat::Seat,
};
use alloc::{collections::BTreeSet, string::String, vec::Vec};

/// How often custodians look, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// At least so often that the file is there.
    pub stored: u32,
    /// At least so often that it opens.
    pub opened: u32,
}

impl Rhythm {
    /// Quarterly that it is there, yearly that it opens.
    pub const YEARLY: Self = Self { stored: 92, opened: 366 };
}

/// What can be said of a share, a location or a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Looked at in time.
    Fresh,
    /// The last look is too long ago.
    Overdue,
    /// Nobody ever opened it.
    Unproven,
}

/// One share's looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatFreshness {
    /// The seat.
    pub seat: Seat,
    /// The last day on which the file was seen, opened or not.
    pub stored: Option<Date>,
    /// The last day on which it was opened.
    pub opened: Option<Date>,
    /// What can be said of it today.
    pub verdict: Verdict,
    /// The day on which it becomes overdue, or became it; `None` if nobody ever opened it.
    pub due: Option<Date>,
}

/// One location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationFreshness {
    /// Its number.
    pub location: u8,
    /// Its name.
    pub name: String,
    /// How many of its custodians are needed.
    pub needed: u8,
    /// How many of its shares are fresh.
    pub fresh: u8,
    /// Fresh if enough shares are.
    pub verdict: Verdict,
    /// Its seats.
    pub seats: Vec<SeatFreshness>,
}

/// A set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// Fresh if enough locations are.
    pub verdict: Verdict,
    /// How many fresh locations there are beyond those needed; negative if too few.
    pub spare: i16,
    /// The locations, by number.
    pub locations: Vec<LocationFreshness>,
    /// Receipts dated after today: they count for nothing.
    pub from_the_future: Vec<Seat>,
}

impl Freshness {
    /// What the receipts say today.
    #[must_use]
    pub fn of(
        generation: &Generation,
        receipts: &[CheckedReceipt],
        rhythm: Rhythm,
        today: Date,
    ) -> Self {
        let receipts = receipts.iter().map(CheckedReceipt::receipt);
        let (past, future): (Vec<_>, Vec<_>) = receipts
            .filter(|receipt| receipt.manifest == generation.id())
            .partition(|receipt| receipt.date <= today);
        let last = |seat: Seat, opened_only: bool| {
            past.iter()
                .filter(|receipt: &&&Receipt| receipt.seat == seat)
                .filter(|receipt| receipt.looked == Looked::Opened || !opened_only)
                .map(|receipt| receipt.date)
                .max()
        };
        let plan = generation.plan();
        let mut locations = Vec::with_capacity(plan.locations.len());
        for (number, location) in (1..).zip(&plan.locations) {
            let seats = plan.seats().map(|(seat, _)| seat);
            let seats: Vec<_> = seats
                .filter(|seat| seat.location() == number)
                .map(|seat| {
                    SeatFreshness::of(seat, (last(seat, false), last(seat, true)), rhythm, today)
                })
                .collect();
            let count = |verdict| {
                let there = seats.iter().filter(|seat| seat.verdict == verdict).count();
                u8::try_from(there).unwrap_or(u8::MAX)
            };
            let (fresh, overdue) = (count(Verdict::Fresh), count(Verdict::Overdue));
            let needed = location.threshold;
            let verdict = verdict_of(needed, fresh, overdue);
            let name = location.name.clone();
            locations.push(LocationFreshness {
                location: number,
                name,
                needed,
                fresh,
                verdict,
                seats,
            });
        }
        let count = |verdict| {
            let there = locations.iter().filter(|location| location.verdict == verdict).count();
            u8::try_from(there).unwrap_or(u8::MAX)
        };
        let (fresh, overdue) = (count(Verdict::Fresh), count(Verdict::Overdue));
        let from_the_future: BTreeSet<_> = future.iter().map(|receipt| receipt.seat).collect();
        Self {
            verdict: verdict_of(plan.threshold, fresh, overdue),
            spare: i16::from(fresh).saturating_sub(i16::from(plan.threshold)),
            locations,
            from_the_future: from_the_future.into_iter().collect(),
        }
    }
}

impl SeatFreshness {
    fn of(
        seat: Seat,
        (stored, opened): (Option<Date>, Option<Date>),
        rhythm: Rhythm,
        today: Date,
    ) -> Self {
        let after = |day: Date, days: u32| Date::from_days(day.days().saturating_add(days)).ok();
        let due = stored.zip(opened).and_then(|(stored, opened)| {
            Some(after(stored, rhythm.stored)?.min(after(opened, rhythm.opened)?))
        });
        let verdict = match due {
            None => Verdict::Unproven,
            Some(due) if today > due => Verdict::Overdue,
            Some(_) => Verdict::Fresh,
        };
        Self { seat, stored, opened, verdict, due }
    }
}

const fn verdict_of(needed: u8, fresh: u8, overdue: u8) -> Verdict {
    if fresh >= needed {
        Verdict::Fresh
    } else if fresh.saturating_add(overdue) >= needed {
        Verdict::Overdue
    } else {
        Verdict::Unproven
    }
}
