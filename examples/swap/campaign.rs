//! Campaign: many swaps, each with one host killed at a random moment, and every one brought to an end.
//!
//! The coordinator is the host program's own; it forgets everything with each failure. After every
//! kill the host starts again at once, and the swap is resumed, or declined once the source has
//! released. Only an order whose named block has passed meanwhile is withdrawn: the source signs on.
//! Then exactly one host must hold, and seal a block.

use crate::{
    chance::Chance,
    host::{
        request::{Dsse, Request},
        swap::{Stopped, drive, drive_decline},
        whereabouts::Whereabouts,
    },
    interrupt,
    kill::{Edge, Moment},
    pair::NAMES,
    people::withdrawal,
    report::counts,
    stage::{Stage, Stop},
};
use brainswap::{document::Envelope, order::Order};
use serde_json::{Value, json};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long a swap may take to its end, restarts included, before it counts as stuck.
const STUCK: Duration = Duration::from_secs(20);
/// How often the progress is shown.
const PROGRESS: Duration = Duration::from_secs(5);
/// The steps of the host program's coordinator: look, prepare, release, activate.
const STEPS: u64 = 4;

/// The refusal of an order whose block has passed.
const PASSED: &str = "release.position_passed:";

/// What a campaign counts.
#[derive(Debug, Default)]
pub(crate) struct Campaign {
    kills: Mutex<Vec<(u64, usize)>>,
    /// The first block of each new holder.
    pub(crate) swaps: Vec<u64>,
    rounds: u64,
    undisturbed: u64,
    resumed: u64,
    declined: u64,
    withdrawn: u64,
    stuck: u64,
    seed: u64,
    seconds: f64,
}

/// What is done about a swap that was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    /// Carry it out.
    Resume,
    /// Bring the identity home, if it was released.
    Decline,
    /// The order can no longer be carried out: end it where it is.
    Withdraw,
}

impl Campaign {
    /// An empty one.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Kills hosts until so many are killed. Stops at the first thing that is wrong.
    pub(crate) fn run(&mut self, stage: &Stage, kills: usize) -> Result<(), Stop> {
        let mut chance = Chance::new(self.seed);
        let begun = Instant::now();
        let mut shown = begun;
        while self.kills().len() < kills {
            self.rounds += 1;
            let round = self.round(stage, &mut chance);
            self.seconds = begun.elapsed().as_secs_f64();
            round.and_then(|()| stage.check()).map_err(|stop| self.explain(stop))?;
            if interrupt::is_raised() {
                let says = "between two swaps; the holder signs".into();
                return Err(Stop::Interrupted { says, exit: 20 });
            }
            if shown.elapsed() > PROGRESS {
                shown = Instant::now();
                self.show(stage, kills);
            }
        }
        self.show(stage, kills);
        Ok(())
    }

    /// One swap with one kill.
    fn round(&mut self, stage: &Stage, chance: &mut Chance) -> Result<(), Stop> {
        let from = stage.holder()?.ok_or_else(|| Stop::Broken("no host holds".into()))?;
        let block = (chance.once_in(3)).then(|| stage.network.number() + 4 + chance.below(8));
        let order = stage.order(from, block, "campaign")?;
        let victim = chance.below(2) as usize;
        let moment = Moment::draw(chance, STEPS);
        let decision = if chance.once_in(3) { Decision::Decline } else { Decision::Resume };

        let outcome = self.attempt(stage, &order, from, victim, moment);
        // A swap that ended before its moment came: the kill comes after it.
        self.kill(stage, victim);
        stage.pair.run(victim)?;
        if let Err(stopped) = outcome {
            self.settle(stage, &order, from, decision, &stopped)?;
        } else {
            self.undisturbed += 1; // the kill came too late to stop it, or hit the other side
        }
        self.one_signs(stage, from)
    }

    /// Carries the order, with a kill on the way.
    fn attempt(
        &self,
        stage: &Stage,
        order: &Envelope,
        from: usize,
        victim: usize,
        moment: Moment,
    ) -> Result<(), Stopped> {
        let (mut source, mut target) = (stage.pair.client(from), stage.pair.client(1 - from));
        let kill = || self.kill(stage, victim);
        std::thread::scope(|scope| {
            let begin = |step: u64| match moment.edge {
                Edge::Before if step == moment.step => kill(),
                Edge::Within(delay) if step == moment.step => {
                    scope.spawn(move || {
                        std::thread::sleep(delay);
                        kill();
                    });
                }
                Edge::Before | Edge::Within(_) | Edge::After => {}
            };
            begin(0);
            let done = drive(&mut source, &mut target, order, |step| {
                let ended = u64::from(step.number).saturating_sub(1);
                if ended == moment.step && matches!(moment.edge, Edge::After) {
                    kill();
                }
                begin(ended + 1);
            });
            done.map(|_| ())
        })
    }

    /// Kills a host, if it runs, and notes where the network was.
    fn kill(&self, stage: &Stage, victim: usize) {
        if stage.pair.kill(victim) {
            let at = (stage.network.number(), victim);
            self.kills.lock().unwrap_or_else(PoisonError::into_inner).push(at);
        }
    }

    /// The block at which each kill came, and of which host.
    pub(crate) fn kills(&self) -> Vec<(u64, usize)> {
        self.kills.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Brings an interrupted swap to an end.
    fn settle(
        &mut self,
        stage: &Stage,
        order: &Envelope,
        from: usize,
        mut decision: Decision,
        first: &Stopped,
    ) -> Result<(), Stop> {
        let until = Instant::now() + STUCK;
        let mut last = first.error.to_string();
        while Instant::now() < until {
            let at = self.whereabouts(stage, order)?;
            match self.next(stage, order, from, at, decision) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => {
                    last = format!("{at:?}: {error}");
                    // A block that was named has passed: the source goes on, the order is void.
                    if at == Whereabouts::NotReleased && error.starts_with(PASSED) {
                        decision = Decision::Withdraw;
                    }
                }
            }
        }
        self.stuck += 1;
        Err(Stop::Broken(format!("a swap is stuck: {last}")))
    }

    /// One try to end a swap that is `at` this place. Whether it is over.
    fn next(
        &mut self,
        stage: &Stage,
        order: &Envelope,
        from: usize,
        at: Whereabouts,
        decision: Decision,
    ) -> Result<bool, String> {
        let pair = &stage.pair;
        let said = |stopped: Stopped| format!("{}: {}", stopped.error.code, stopped.error);
        match (at, decision) {
            (Whereabouts::Home, _) => {
                self.declined += 1;
                Ok(true)
            }
            (Whereabouts::Done, _) => {
                self.resumed += 1;
                Ok(true)
            }
            (Whereabouts::NotReleased, Decision::Withdraw) => {
                let void = withdrawal(order, stage.identity.id);
                let void = stage.people.approve(&void).map_err(|error| error.to_string())?;
                for host in 0..2 {
                    let void = Request::Void { void: Dsse(void.clone()) };
                    pair.call(host, &void).map_err(|error| error.to_string())?;
                }
                self.withdrawn += 1;
                Ok(true)
            }
            (Whereabouts::Declined, _)
            | (Whereabouts::Released | Whereabouts::Limited, Decision::Decline) => {
                let (mut source, mut target) = (pair.client(from), pair.client(1 - from));
                drive_decline(&mut source, &mut target, order, |_| ()).map_err(said)?;
                Ok(false) // seen at the next look
            }
            _ => {
                let (mut source, mut target) = (pair.client(from), pair.client(1 - from));
                drive(&mut source, &mut target, order, |_| ()).map_err(said)?;
                Ok(false)
            }
        }
    }

    fn whereabouts(&self, stage: &Stage, order: &Envelope) -> Result<Whereabouts, Stop> {
        let statuses = [stage.pair.status(0)?, stage.pair.status(1)?];
        let document = order.verify::<Order>()?;
        let [first, second] = &statuses;
        Ok(Whereabouts::of(document.document(), order.id(), [Some(first), Some(second)]))
    }

    /// Exactly one host holds, and it seals a block from here on.
    fn one_signs(&mut self, stage: &Stage, before: usize) -> Result<(), Stop> {
        let holder = stage.holder()?.ok_or_else(|| Stop::Broken("no host holds".into()))?;
        let first = stage.first_seal(holder, stage.network.number(), STUCK)?;
        if holder != before {
            self.swaps.push(first);
        }
        Ok(())
    }

    /// The line for the report.
    pub(crate) fn to_json(&self, stage: &Stage) -> Value {
        let mut line = counts(stage);
        line["kills"] = self.kills().len().into();
        for (name, count) in [
            ("rounds", self.rounds),
            ("undisturbed", self.undisturbed),
            ("resumed", self.resumed),
            ("declined", self.declined),
            ("withdrawn", self.withdrawn),
            ("stuck", self.stuck),
            ("seed", self.seed),
        ] {
            line[name] = count.into();
        }
        line["seconds"] = json!(self.seconds.round());
        line
    }

    fn show(&self, stage: &Stage, kills: usize) {
        let (blocks, signed) = (stage.network.number() - 1, stage.network.signed());
        eprintln!(
            "{:>4} of {kills} kills   {:>5.0} s   {} undisturbed  {} resumed  {} declined  {} withdrawn   \
             {signed} of {blocks} blocks sealed   0 sealed twice   0 stuck",
            self.kills().len(),
            self.seconds,
            self.undisturbed,
            self.resumed,
            self.declined,
            self.withdrawn,
        );
    }

    fn explain(&self, stop: Stop) -> Stop {
        let Self { seed, rounds, .. } = self;
        let last = self.kills().last().map_or("nobody", |(_, host)| NAMES[*host]);
        let where_ = format!("round {rounds}, after killing {last}, seed {seed}");
        match stop {
            Stop::Broken(what) => Stop::Broken(format!("{what} ({where_})")),
            Stop::Failed(error) => Stop::Failed(format!("{error} ({where_})").into()),
            stop @ Stop::Interrupted { .. } => stop,
        }
    }
}
