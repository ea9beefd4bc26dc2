//! Real accidents, replayed: R1, R2. Never two conflicting signatures; and what happens instead.
//!
//! `docs/incidents.md` has the table. T9 is in `tests/second_process`; T15, T17 and T18 need parts
//! that are not built yet.

#![allow(clippy::disallowed_methods, reason = "these tests put older and damaged files in place")]

mod cast;
#[path = "../host/fixture.rs"]
mod fixture;
mod network;
mod place;
mod witnesses;

mod cadence;
mod copies;
mod history;
mod moves;
mod people;
mod secrets;
mod writes;

use brainswap::{Error, Lanes, Position, order::At};
use cast::{adopted, identity, identity_of, loaded};

fn at_height(height: u64) -> Lanes<Position> {
    Lanes::from(vec![Position::at_height(height)])
}

/// A change of hands at a height.
fn at(height: u64) -> At {
    At::Position(at_height(height))
}

/// The code of a refusal.
fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("refused").code()
}
