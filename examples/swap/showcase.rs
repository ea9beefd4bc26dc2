//! Showcase: four swaps on one network: scheduled, back, at once, and with the source killed.

use crate::{
    chance::Chance,
    evidence,
    handover::{CALLS, Call, Handover, Stopped},
    host::{failure::Exit, swap::drive, whereabouts::Whereabouts},
    interrupt,
    kill::Moment,
    pair::NAMES,
    report::{Report, SwapReport},
    stage::{Stage, Stop},
    view::{Plan, Step, View},
};
use brainswap::order::Order;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How long a swap may take to its first signature, beyond the blocks it waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a run of the showcase is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// How long a block's slot is.
    pub(crate) slot: Duration,
    /// How many blocks pass between two swaps.
    pub(crate) between: u64,
    /// How many blocks ahead a scheduled swap is.
    pub(crate) ahead: u64,
}

/// The kinds of swap, in the order in which they are shown. The holder changes with each.
const KINDS: [Kind; 4] = [Kind::Scheduled, Kind::Back, Kind::Immediate, Kind::Killed];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Scheduled,
    Back,
    Immediate,
    Killed,
}

/// Plays all swaps; each one's evidence goes to `keep` when it is done.
pub(crate) fn play(
    stage: &Stage,
    pace: Pace,
    chance: &mut Chance,
    view: &mut View,
    report: &mut Report,
    mut keep: impl FnMut(usize, &str, &Value) -> Result<(), Stop>,
) -> Result<(), Stop> {
    for (index, kind) in KINDS.into_iter().enumerate() {
        rest(stage, pace)?;
        let mut act = Act::plan(stage, pace, kind, index, view)?;
        act.carry_out(chance, view, report)?;
        let (swap, evidence) = act.finish(view)?;
        report.swaps.push(swap);
        keep(index + 1, kind.name(), &evidence)?;
        stage.check()?;
    }
    rest(stage, pace)
}

/// Some blocks pass.
fn rest(stage: &Stage, pace: Pace) -> Result<(), Stop> {
    let until = stage.network.number() + pace.between;
    let most = pace.slot * (pace.between as u32 + 20);
    stage.network.wait(most, |_, number| number >= until || interrupt::is_raised());
    if interrupt::is_raised() {
        return Err(interrupted("no swap was under way; the holder signs", Exit::SourceActive));
    }
    Ok(())
}

fn interrupted(says: &str, exit: Exit) -> Stop {
    Stop::Interrupted { says: says.into(), exit: exit as u8 }
}

/// One swap on the stage.
struct Act<'s> {
    stage: &'s Stage,
    kind: Kind,
    swap: Handover,
    block: Option<u64>,
    start: u64,
    steps: Vec<(&'static str, f64)>,
}

impl<'s> Act<'s> {
    /// Makes the order from what the hosts say, has it approved, and shows the plan.
    fn plan(
        stage: &'s Stage,
        pace: Pace,
        kind: Kind,
        index: usize,
        view: &mut View,
    ) -> Result<Self, Stop> {
        let from = stage.holder()?.ok_or_else(|| Stop::Broken("no host holds".into()))?;
        let start = stage.network.number();
        let block = kind.is_scheduled().then_some(start + pace.ahead);
        let order = stage.order(from, block, kind.note())?;
        let lease = stage.pair.standing(from, stage.identity.id)?;
        let last = lease.marks.get(brainswap::Lane::FIRST).copied().flatten();
        let last = last.map_or("nothing".into(), |mark| format!("block {}", mark.position));
        let term = lease.term.map_or("no lease".into(), |term| format!("holds lease {term}"));
        let at = match block {
            Some(block) => {
                let seconds = pace.slot.as_secs_f64() * pace.ahead as f64;
                format!("block {block}   ({} blocks, about {seconds:.1} s)", pace.ahead)
            }
            None => "once the source has ended, right after its last block".into(),
        };
        let place = |host: usize| stage.pair.host(host).address().to_owned();
        view.plan(&Plan {
            title: format!("swap {} of {}: {}", index + 1, KINDS.len(), kind.name()),
            order: order.id().short(),
            identity: stage.identity.id.short(),
            chain: "clique goerli-simulated".into(),
            from: format!("{:<7} {}   {term}, last signed {last}", NAMES[from], place(from)),
            to: format!("{:<7} {}   stands by, has the key", NAMES[1 - from], place(1 - from)),
            at,
            approvals: stage.people.tally(&order)?,
        });
        let swap = Handover::new(order, from, 1 - from);
        Ok(Self { stage, kind, swap, block, start, steps: Vec::new() })
    }

    /// Prepare, release, activate; with a kill of the source somewhere, if this is that swap.
    fn carry_out(
        &mut self,
        chance: &mut Chance,
        view: &mut View,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let moment = (self.kind == Kind::Killed).then(|| Moment::draw(chance, CALLS.len() as u64));
        for (index, call) in CALLS.into_iter().enumerate() {
            let step = self.step(call);
            view.begin(step);
            let begun = Instant::now();
            let pair = &self.stage.pair;
            let here = moment.filter(|moment| moment.step == index as u64);
            let done = match here {
                None => self.swap.make(pair, call, true),
                Some(moment) => {
                    moment.around(pair, self.swap.from, || self.swap.make(pair, call, false))
                }
            };
            if here.is_some() {
                // It was not measured: its host may have lost its count. It makes one at most.
                self.swap.syncs[self.swap.asked(call)] += 1;
                report.kills.push((self.stage.network.number(), self.swap.from));
            }
            let took = begun.elapsed();
            self.steps.push((call.name(), took.as_secs_f64() * 1000.0));
            match done {
                Ok(()) => view.end(step, &self.done(call), "ok", took),
                Err(stopped) => {
                    view.end(step, "no answer", "--", took);
                    return self.resume(moment, &stopped, view);
                }
            }
            self.look_at_interrupt()?;
        }
        match moment {
            // The kill came after the source's part: the swap is done without it.
            Some(moment) => {
                view.note(&moment.says(NAMES[self.swap.from], CALLS[moment.step as usize].name()));
                Ok(self.stage.pair.run(self.swap.from)?)
            }
            None => Ok(()),
        }
    }

    /// Starts the killed host again, and has any coordinator finish what the disks say.
    fn resume(
        &mut self,
        moment: Option<Moment>,
        stopped: &Stopped,
        view: &mut View,
    ) -> Result<(), Stop> {
        let Some(moment) = moment else {
            return Err(format!("{} was refused: {}", stopped.call.name(), stopped.error).into());
        };
        let (pair, from, to) = (&self.stage.pair, self.swap.from, self.swap.to);
        view.note(&moment.says(NAMES[from], CALLS[moment.step as usize].name()));
        view.note(&stopped.error.to_string());
        let begun = Instant::now();
        pair.run(from)?;
        // Nothing is on the disks if the kill came before the promise: the order is given again.
        let order = Handover::unfinished(pair, self.stage.identity.id)?;
        let order = order.unwrap_or_else(|| self.swap.order.clone());
        if order.id() != self.swap.order.id() {
            return Err(Stop::Broken(format!("the disks tell of another swap: {}", order.id())));
        }
        let before = [pair.counters(0)?, pair.counters(1)?];
        let outcome = drive(&mut pair.client(from), &mut pair.client(to), &order, |_| ());
        let outcome = outcome.map_err(|stopped| {
            Stop::Broken(format!("the swap does not resume: {}", stopped.error))
        })?;
        self.swap.take_over(outcome.receipt);
        for host in [from, to] {
            let after = pair.counters(host)?;
            let syncs = after.syncs.saturating_sub(before[host].syncs);
            let signatures = after.signatures.saturating_sub(before[host].signatures);
            self.swap.syncs[host] += syncs.saturating_sub(signatures);
        }
        let ms = begun.elapsed().as_secs_f64() * 1000.0;
        self.steps.push(("restart and resume", ms));
        view.note(&format!(
            "{} started again and the swap was resumed from both disks: {ms:.0} ms",
            NAMES[from]
        ));
        Ok(())
    }

    /// Waits for the block and for the new holder's first seal; what is kept of the swap.
    fn finish(mut self, view: &mut View) -> Result<(SwapReport, Value), Stop> {
        let (network, to) = (&self.stage.network, self.swap.to);
        let safe = format!("safe, {} holds", NAMES[to]);
        let countdown = Step { number: 4, name: "countdown", ctrl_c: &safe };
        let begun = Instant::now();
        if let Some(block) = self.block {
            while network.number() < block {
                view.countdown(countdown, network.number(), self.start, block, network.period());
                network.wait(network.period(), |_, now| now >= block || interrupt::is_raised());
                self.look_at_interrupt()?;
            }
            view.end(countdown, &format!("block {block} is next"), "ok", begun.elapsed());
        } else {
            view.end(countdown, "none: the change was at once", "ok", Duration::ZERO);
        }
        let sign = Step { number: 5, name: "sign", ..countdown };
        view.begin(sign);
        let begun = Instant::now();
        let first = self.stage.first_seal(to, self.block.unwrap_or(self.start), PATIENCE)?;
        self.stage.check()?;
        let what = format!("{} sealed block {first}", NAMES[to]);
        view.end(sign, &what, "ok", begun.elapsed());
        self.steps.push(("first signature", begun.elapsed().as_secs_f64() * 1000.0));
        self.report(first)
    }

    fn report(&self, first: u64) -> Result<(SwapReport, Value), Stop> {
        let (start, swap, name) = (self.start, &self.swap, self.kind.name());
        let identity = &self.stage.identity;
        let (missed, evidence) = self.stage.network.ledger(|ledger| {
            let missed = ledger.missed().iter().filter(|number| (start..=first).contains(number));
            let seals = [
                ledger.last_of(swap.from),
                ledger.seals(first).iter().find(|seal| seal.host == swap.to),
            ];
            (missed.count() as u64, evidence::file(name, identity, swap, seals, &self.steps))
        });
        let evidence = evidence?;
        let failed = evidence["checks"].as_array().into_iter().flatten();
        if let Some(failed) = failed.into_iter().find(|check| check["ok"] != true) {
            return Err(Stop::Broken(format!("the evidence does not hold: {failed}")));
        }
        // Before a named block the source signs on: nobody is missing unless a block is.
        let blackout = match self.block {
            Some(_) => self.stage.network.period() * missed as u32,
            None => swap.blackout(),
        };
        let report = SwapReport {
            kind: name,
            first,
            missed,
            most: match self.kind {
                Kind::Scheduled | Kind::Back => Some(0),
                Kind::Immediate => Some(1),
                Kind::Killed => None, // its host was gone: how long that takes is nobody's promise
            },
            blackout,
            syncs: swap.syncs.into_iter().max().unwrap_or(0),
            messages: swap.messages,
        };
        Ok((report, evidence))
    }

    /// The step of a call, and what Ctrl-C during it comes to.
    fn step(&self, call: Call) -> Step<'static> {
        let (number, ctrl_c) = match (call, self.block) {
            (Call::Prepare, _) => (1, "safe, the source signs on"),
            (Call::Release, Some(_)) => (2, "the source signs to its end; resume"),
            (Call::Release, None) => (2, "nobody signs until you resume"),
            (Call::Activate, _) => (3, "safe, the target holds"),
        };
        Step { number, name: call.name(), ctrl_c }
    }

    fn done(&self, call: Call) -> String {
        let (from, to) = (NAMES[self.swap.from], NAMES[self.swap.to]);
        match (call, self.block) {
            (Call::Prepare, _) => format!("{to} is ready, on disk; it cannot sign yet"),
            (Call::Release, Some(block)) => {
                format!("{from} ends at block {block}, on disk, read back")
            }
            (Call::Release, None) => format!("{from} has ended, on disk, read back"),
            (Call::Activate, Some(block)) => format!("{to} begins at block {block}"),
            (Call::Activate, None) => format!("{to} may sign from here on"),
        }
    }

    /// Stops here if somebody pressed Ctrl-C, and says what that leaves.
    fn look_at_interrupt(&self) -> Result<(), Stop> {
        if !interrupt::is_raised() {
            return Ok(());
        }
        let statuses = [self.stage.pair.status(0).ok(), self.stage.pair.status(1).ok()];
        let order = self.swap.order.verify::<Order>()?;
        let [first, second] = statuses.each_ref().map(Option::as_ref);
        let at = Whereabouts::of(order.document(), order.id(), [first, second]);
        // Stopped, and a host is active: here the target.
        let exit = if at == Whereabouts::Done { Exit::SourceActive } else { at.exit() };
        Err(interrupted(&format!("{}; {}", at.meaning(), at.advice()), exit))
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Back => "back",
            Self::Immediate => "immediate",
            Self::Killed => "killed",
        }
    }

    const fn note(self) -> &'static str {
        match self {
            Self::Scheduled => "move to the standby at a block",
            Self::Back => "move back at a block",
            Self::Immediate => "move to the standby now",
            Self::Killed => "move back now; the source is killed on the way",
        }
    }

    const fn is_scheduled(self) -> bool {
        matches!(self, Self::Scheduled | Self::Back)
    }
}
