//! Handover: three hosts, a network that delivers anything in any order, crashes, and fences.
//!
//! A sequence of bytes is read as choices. Documents are really signed and verified; a crash is a
//! durable step whose outputs are lost, with a new session after it. Operators are truthful in
//! what a fence asserts: a host that is declared gone never runs again, and the fence begins above
//! everything it signed.

mod operations;
mod simulation;
mod world;

pub use simulation::Tally;

use crate::bytes::Bytes;
use simulation::Simulation;
use world::World;

/// The most choices that one sequence makes.
const MOST: usize = 400;

/// Runs a sequence and checks every invariant after every step. Says what it came across.
pub fn run(data: &[u8]) -> Tally {
    let mut bytes = Bytes::new(data);
    let Some(setup) = bytes.byte() else { return Tally::default() };
    let mut simulation = Simulation::new(World::get(setup));
    for _ in 0..MOST {
        if operations::next(&mut simulation, &mut bytes).is_none() {
            break;
        }
    }
    simulation.tally
}
