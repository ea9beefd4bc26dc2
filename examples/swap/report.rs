//! Report: what came of a run, as one JSON line, and whether every promise held.

use crate::stage::Stage;
use serde_json::{Value, json};
use std::time::Duration;

/// The most syncs that a swap may cost one host.
const MOST_SYNCS: u64 = 3;
/// The documents that a swap takes: ready, release, activated.
const MESSAGES: u32 = 3;

/// What came of the showcase.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) swaps: Vec<SwapReport>,
    /// The block at which each kill came, and of which host.
    pub(crate) kills: Vec<(u64, usize)>,
}

/// What came of one swap.
#[derive(Debug)]
pub(crate) struct SwapReport {
    pub(crate) kind: &'static str,
    /// The first block of the new holder.
    pub(crate) first: u64,
    pub(crate) missed: u64,
    /// How many blocks the swap may miss; `None` for no promise.
    pub(crate) most: Option<u64>,
    /// How long nobody could sign, at most.
    pub(crate) blackout: Duration,
    /// The syncs of the host that had more of them.
    pub(crate) syncs: u64,
    pub(crate) messages: u32,
}

impl Report {
    /// The line.
    pub(crate) fn to_json(&self, stage: &Stage) -> Value {
        let swaps: Vec<Value> = self.swaps.iter().map(SwapReport::to_json).collect();
        let mut line = counts(stage);
        line["swaps"] = swaps.into();
        line["kills"] = self.kills.len().into();
        line
    }

    /// Every promise that did not hold, in words. What the ledger says comes from the stage.
    pub(crate) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for swap in &self.swaps {
            if let Some(most) = swap.most.filter(|most| swap.missed > *most) {
                broken.push(format!("{}: {} blocks missed, not {most}", swap.kind, swap.missed));
            }
            if swap.syncs > MOST_SYNCS {
                broken.push(format!("{}: {} syncs on one host", swap.kind, swap.syncs));
            }
            // A call that was cut off may be answered again.
            if swap.most.is_some() && swap.messages != MESSAGES {
                broken.push(format!("{}: {} messages", swap.kind, swap.messages));
            }
        }
        broken
    }
}

impl SwapReport {
    fn to_json(&self) -> Value {
        let blackout = (self.blackout.as_secs_f64() * 10_000.0).round() / 10.0;
        json!({
            "kind": self.kind,
            "first_block": self.first,
            "missed": self.missed,
            "blackout_ms": blackout,
            "fsyncs": self.syncs,
            "messages": self.messages,
        })
    }
}

/// What the network and its ledger counted.
pub(crate) fn counts(stage: &Stage) -> Value {
    let (blocks, signed) = (stage.network.number().saturating_sub(1), stage.network.signed());
    stage.network.ledger(|ledger| {
        json!({
            "blocks": blocks,
            "signed": signed,
            "missed": ledger.missed().len(),
            "double_signed": ledger.double_signed().len(),
            "seals_checked": ledger.checked(),
        })
    })
}
