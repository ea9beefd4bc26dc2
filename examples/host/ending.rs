//! Ending: how a swap went, step by step, and how it ended or where it stopped.

use super::{
    failure::{ErrorObject, Exit, Failure},
    request::Dsse,
    whereabouts::Whereabouts,
};
use brainswap::OrderId;
use serde::Serialize;
use std::time::Duration;

/// A step that is done, and what would be if everything stopped right after it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which, from 1.
    pub number: u8,
    /// Of how many.
    pub of: u8,
    /// `look`, `prepare`, `release`, `activate`, `decline` or `take back`.
    pub name: &'static str,
    /// What was done, for a person.
    pub what: String,
    /// What stopping now means: the answer to Ctrl-C.
    pub stop_now: String,
    /// How long it took.
    pub took: Duration,
}

/// A swap that is done: the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The order.
    pub order: OrderId,
    /// How far it came: done, or home after a decline.
    pub ended: &'static str,
    /// How many documents passed from host to host.
    pub messages: u64,
    /// Whether the host that holds now says that it signs; not yet, if witnesses must answer first.
    pub signs: bool,
    /// Every document, in the order in which it was made; the order comes first.
    pub receipt: Vec<Dsse>,
}

/// A swap that stopped.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// During which step.
    pub step: &'static str,
    /// Why.
    pub error: ErrorObject,
    /// How far it is.
    pub at: Whereabouts,
    /// How a command that stops here ends.
    pub exit: Exit,
    /// How many documents had passed from host to host.
    pub messages: u64,
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        let Stopped { step, mut error, at, exit, .. } = stopped;
        let what = format!("the swap stopped at `{step}`; {}", at.meaning());
        if exit != Exit::Refused && error.advice != at.advice() {
            error.advice = format!("{}; {}", error.advice, at.advice());
        }
        Self { what, error, exit }
    }
}
