//! Kill: when a host is killed, drawn at random, and the killing itself.

use crate::{chance::Chance, pair::Pair};
use std::time::Duration;

/// The longest delay of a kill within a call: a call takes about as long.
const WITHIN: u64 = 4_000;

/// When, within a swap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// At which call, from 0.
    pub(crate) step: u64,
    /// When, at that call.
    pub(crate) edge: Edge,
}

/// When, at a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Edge {
    /// Right before it.
    Before,
    /// While it runs, this long after its start.
    Within(Duration),
    /// Right after its answer.
    After,
}

impl Moment {
    /// Any moment of a swap of so many calls.
    pub(crate) fn draw(chance: &mut Chance, calls: u64) -> Self {
        let step = chance.below(calls);
        let edge = match chance.below(4) {
            0 => Edge::Before,
            1 => Edge::After,
            _ => Edge::Within(Duration::from_micros(chance.below(WITHIN))),
        };
        Self { step, edge }
    }

    /// Makes a call, and kills a host before, during or after it.
    pub(crate) fn around<T>(self, pair: &Pair, victim: usize, call: impl FnOnce() -> T) -> T {
        match self.edge {
            Edge::Before => {
                pair.kill(victim);
                call()
            }
            Edge::After => {
                let answer = call();
                pair.kill(victim);
                answer
            }
            Edge::Within(delay) => std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(delay);
                    pair.kill(victim);
                });
                call()
            }),
        }
    }

    /// For a person.
    pub(crate) fn says(self, name: &str, call: &str) -> String {
        match self.edge {
            Edge::Before => format!("{name} was killed (SIGKILL) right before {call}"),
            Edge::After => format!("{name} was killed (SIGKILL) right after {call}"),
            Edge::Within(delay) => {
                format!("{name} was killed (SIGKILL) {} us into {call}", delay.as_micros())
            }
        }
    }
}
