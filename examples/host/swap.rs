//! Swap: carries an order between two hosts. It keeps nothing: a swap resumes from what they have.
//!
//! ```text
//!   source   target
//!     |        |<---- order ------   prepare
//!     |        |----- ready ----->
//!     |<-- order, ready ----------   release
//!     |---- release ------------->
//!     |        |<---- release ----   activate
//!     |        |---- activated -->
//! ```
//!
//! Three documents pass from host to host. An exchange of two identities takes twice as many.

use super::{
    client::{CallError, Client},
    failure::{ErrorObject, Exit},
    request::{Answer, Dsse, Request, Status},
    whereabouts::Whereabouts,
    words,
};
use brainswap::{
    HostId,
    document::Envelope,
    evidence::FromHost,
    handover::{Activated, Decline, Ready, Release},
    order::Order,
};
use std::{collections::BTreeSet, time::Instant};

pub use super::ending::{Outcome, Step, Stopped};

/// Carries out an order, from wherever it is. Calling it again after any stop finishes the swap.
///
/// # Errors
///
/// [`Stopped`]: why, who signs now, and the exit code.
pub fn drive(
    source: &mut Client,
    target: &mut Client,
    order: &Envelope,
    on_step: impl FnMut(Step),
) -> Result<Outcome, Stopped> {
    Swap::start(source, target, order, on_step)?.run(Swap::forward)
}

/// Brings back what an order has released: the target hands it back unused, the source takes it.
///
/// # Errors
///
/// [`Stopped`]: why, who signs now, and the exit code.
pub fn drive_decline(
    source: &mut Client,
    target: &mut Client,
    order: &Envelope,
    on_step: impl FnMut(Step),
) -> Result<Outcome, Stopped> {
    Swap::start(source, target, order, on_step)?.run(Swap::back)
}

struct Swap<'c, F> {
    hosts: [&'c mut Client; 2],
    order: Dsse,
    document: Order,
    on_step: F,
    step: &'static str,
    number: u8,
    since: Instant,
    receipt: Vec<Dsse>,
    changed: bool,
}

const STEPS: u8 = 4;

impl<'c, F: FnMut(Step)> Swap<'c, F> {
    fn start(
        source: &'c mut Client,
        target: &'c mut Client,
        order: &Envelope,
        on_step: F,
    ) -> Result<Self, Stopped> {
        let stop = |error| Stopped {
            step: "look",
            error,
            at: Whereabouts::Unknown,
            exit: Exit::Refused,
            messages: 0,
        };
        let verified = order.verify::<Order>().map_err(|error| {
            let advice = "ask for the order again; nothing of this one was used";
            stop(ErrorObject::refusal(error.code(), &error, advice))
        })?;
        let pair = [source.peer(), target.peer()];
        let document = verified.document().clone();
        if let Some(part) = document.moves.iter().find(|part| {
            let both = [part.from, part.to];
            both != pair && both != [pair[1], pair[0]]
        }) {
            let named = format!("{} to {}", part.from.short(), part.to.short());
            let given = format!("{} and {}", source.name(), target.name());
            return Err(stop(ErrorObject::misuse(
                "swap.other_hosts",
                format_args!("the order moves from {named}; the hosts given are {given}"),
                "name the hosts that the order names",
            )));
        }
        Ok(Self {
            hosts: [source, target],
            receipt: vec![Dsse(order.clone())],
            order: Dsse(order.clone()),
            document,
            on_step,
            step: "look",
            number: 0,
            since: Instant::now(),
            changed: false,
        })
    }

    fn run(
        mut self,
        way: fn(&mut Self) -> Result<&'static str, CallError>,
    ) -> Result<Outcome, Stopped> {
        match way(&mut self) {
            Ok(ended) => Ok(Outcome {
                order: self.order.0.id(),
                ended,
                messages: self.messages(),
                signs: self.somebody_signs(),
                receipt: self.receipt,
            }),
            Err(error) => Err(self.stopped(error)),
        }
    }

    /// Look, prepare, release, activate.
    fn forward(&mut self) -> Result<&'static str, CallError> {
        let at = self.look()?;
        match at {
            Whereabouts::NotReleased | Whereabouts::Limited | Whereabouts::Released => {}
            Whereabouts::Done => return Ok("done"),
            Whereabouts::Home | Whereabouts::Declined => return Err(refused("swap.declined", at)),
            Whereabouts::Stale => return Err(self.stale()),
            Whereabouts::Unknown => return Err(refused("swap.unknown", at)),
        }
        let readies = self.prepare()?;
        let releases = self.release(readies, None)?;
        self.activate(&releases)?;
        Ok("done")
    }

    /// Look, say the release again, decline, take back.
    fn back(&mut self) -> Result<&'static str, CallError> {
        let at = self.look()?;
        match at {
            Whereabouts::Home => return Ok("home"),
            Whereabouts::Limited | Whereabouts::Released | Whereabouts::Declined => {}
            Whereabouts::Done => {} // as long as nothing was built on it, it may be handed back
            Whereabouts::NotReleased => return Err(refused("swap.not_released", at)),
            Whereabouts::Stale => return Err(self.stale()),
            Whereabouts::Unknown => return Err(refused("swap.unknown", at)),
        }
        let stop = format!("{}; `host decline` again finishes it", at.meaning());
        let releases = self.release(Vec::new(), Some(stop))?;
        let declines = self.decline(&releases)?;
        self.take_back(&declines)?;
        Ok("home")
    }

    fn look(&mut self) -> Result<Whereabouts, CallError> {
        self.begin("look");
        let first = self.hosts[0].status()?;
        let second = self.hosts[1].status()?;
        let at = Whereabouts::of(&self.document, self.order.0.id(), [Some(&first), Some(&second)]);
        self.done(at.meaning(), at.meaning());
        Ok(at)
    }

    fn prepare(&mut self) -> Result<Vec<Dsse>, CallError> {
        self.begin("prepare");
        let mut readies = Vec::new();
        for host in self.takers() {
            let request = Request::Prepare { order: self.order.clone() };
            for said in self.documents(host, &request)? {
                if FromHost::<Ready>::verify(&said.0).is_ok() {
                    readies.push(said.clone());
                    self.keep(said);
                } else if FromHost::<Activated>::verify(&said.0).is_err() {
                    return Err(self.hosts[host].protocol());
                }
            }
        }
        let source = self.hosts[0].name().to_owned();
        let what = format!("{} has the key and room for the lease", self.hosts[1].name());
        self.done(&what, &format!("safe: {source} goes on signing"));
        Ok(readies)
    }

    /// Why the source will not carry out the order, in its own words: with no promise from any
    /// target, it releases nothing.
    fn stale(&mut self) -> CallError {
        let request = Request::Release { order: self.order.clone(), readies: Vec::new() };
        match self.hosts[0].call(&request) {
            Err(error) => error,
            Ok(_) => refused("swap.stale", Whereabouts::Stale),
        }
    }

    fn release(
        &mut self,
        readies: Vec<Dsse>,
        stop: Option<String>,
    ) -> Result<Vec<Dsse>, CallError> {
        self.begin("release");
        let mut releases = Vec::new();
        let mut ends = String::new();
        for host in self.givers() {
            let request = Request::Release { order: self.order.clone(), readies: readies.clone() };
            let said = self.document(host, &request)?;
            let release = FromHost::<Release>::verify(&said.0);
            let release = release.map_err(|_| self.hosts[host].protocol())?;
            ends = words::positions(release.message().ends.iter().map(|end| &end.until));
            releases.push(said.clone());
            self.keep(said);
        }
        let id = self.order.0.id();
        let what = format!("{} ends at {ends}, on disk, read back", self.hosts[0].name());
        let stop = stop.unwrap_or_else(|| {
            format!("nobody signs from {ends} on; `host resume {id}` finishes it")
        });
        self.done(&what, &stop);
        Ok(releases)
    }

    fn activate(&mut self, releases: &[Dsse]) -> Result<(), CallError> {
        self.begin("activate");
        let mut begins = String::new();
        for host in self.takers() {
            let others = self.said_by_others(host, releases, |said| {
                FromHost::<Release>::verify(said).map(|said| said.message().host).ok()
            });
            for release in others {
                let request = Request::Activate { order: self.order.clone(), release };
                let said = self.documents(host, &request)?;
                begins = self.began(host, said)?;
            }
        }
        let what = format!("{} begins at {begins}", self.hosts[1].name());
        self.done(&what, "nothing is open: the swap is done");
        Ok(())
    }

    fn decline(&mut self, releases: &[Dsse]) -> Result<Vec<Dsse>, CallError> {
        self.begin("decline");
        let mut declines = Vec::new();
        for host in self.takers() {
            let others = self.said_by_others(host, releases, |said| {
                FromHost::<Release>::verify(said).map(|said| said.message().host).ok()
            });
            for release in others {
                let request = Request::Decline { order: self.order.clone(), release };
                let said = self.document(host, &request)?;
                declines.push(said.clone());
                self.keep(said);
            }
        }
        let what = format!("{} hands it back, for good", self.hosts[1].name());
        self.done(&what, "nobody signs; `host decline` again brings it to the source");
        Ok(declines)
    }

    fn take_back(&mut self, declines: &[Dsse]) -> Result<(), CallError> {
        self.begin("take back");
        let mut begins = String::new();
        for host in self.givers() {
            let others = self.said_by_others(host, declines, |said| {
                FromHost::<Decline>::verify(said).map(|said| said.message().host).ok()
            });
            for decline in others {
                let request = Request::TakeBack { order: self.order.clone(), decline };
                let said = self.documents(host, &request)?;
                begins = self.began(host, said)?;
            }
        }
        let what = format!("{} holds it again from {begins}", self.hosts[0].name());
        self.done(&what, "nothing is open: the source signs");
        Ok(())
    }

    /// Keeps what a new holder says, and where it begins. Questions for witnesses are its own.
    fn began(&mut self, host: usize, said: Vec<Dsse>) -> Result<String, CallError> {
        let mut begins = None;
        for said in said {
            if let Ok(activated) = FromHost::<Activated>::verify(&said.0) {
                begins =
                    Some(words::positions(activated.message().leases.iter().map(|(_, from)| from)));
                self.keep(said);
            }
        }
        begins.ok_or_else(|| self.hosts[host].protocol())
    }

    fn begin(&mut self, step: &'static str) {
        self.step = step;
        self.number += 1;
        self.since = Instant::now();
    }

    fn done(&mut self, what: &str, stop_now: &str) {
        (self.on_step)(Step {
            number: self.number,
            of: STEPS,
            name: self.step,
            what: what.into(),
            stop_now: stop_now.into(),
            took: self.since.elapsed(),
        });
    }

    fn document(&mut self, host: usize, request: &Request) -> Result<Dsse, CallError> {
        let answer = self.hosts[host].call(request)?;
        self.changed = true;
        let Answer::Document(document) = answer else { return Err(self.hosts[host].protocol()) };
        Ok(document)
    }

    fn documents(&mut self, host: usize, request: &Request) -> Result<Vec<Dsse>, CallError> {
        let answer = self.hosts[host].call(request)?;
        self.changed = true;
        let Answer::Documents(documents) = answer else { return Err(self.hosts[host].protocol()) };
        Ok(documents)
    }

    fn keep(&mut self, document: Dsse) {
        if !self.receipt.contains(&document) {
            self.receipt.push(document);
        }
    }

    /// Every document but the order has passed from one host to the other.
    fn messages(&self) -> u64 {
        self.receipt.len().saturating_sub(1) as u64
    }

    fn takers(&self) -> Vec<usize> {
        self.those(|document, host| document.received_by(host).next().is_some())
    }

    fn givers(&self) -> Vec<usize> {
        self.those(|document, host| document.given_by(host).next().is_some())
    }

    fn those(&self, has: impl Fn(&Order, HostId) -> bool) -> Vec<usize> {
        // The target comes before the source: it promises first in an exchange.
        [1, 0].into_iter().filter(|host| has(&self.document, self.hosts[*host].peer())).collect()
    }

    fn said_by_others(
        &self,
        host: usize,
        said: &[Dsse],
        sender: impl Fn(&Envelope) -> Option<HostId>,
    ) -> Vec<Dsse> {
        let here = self.hosts[host].peer();
        let others = said.iter().filter(|said| sender(&said.0).is_some_and(|from| from != here));
        others.cloned().collect()
    }

    fn statuses(&mut self) -> [Option<Status>; 2] {
        let [source, target] = &mut self.hosts;
        [source.status().ok(), target.status().ok()]
    }

    fn somebody_signs(&mut self) -> bool {
        let statuses = self.statuses();
        let said = statuses.iter().flatten().flat_map(|status| &status.identities);
        let signs: BTreeSet<_> = said.filter(|said| said.signs).map(|said| said.identity).collect();
        self.document.moves.iter().all(|part| signs.contains(&part.identity))
    }

    fn stopped(mut self, error: CallError) -> Stopped {
        let [source, target] = self.statuses();
        let id = self.order.0.id();
        let at = Whereabouts::of(&self.document, id, [source.as_ref(), target.as_ref()]);
        // What a host that lost its journal says of itself is worth nothing.
        let at = if error.is_unknown() { Whereabouts::Unknown } else { at };
        // A host said no before anything was written anywhere.
        let untouched = at == Whereabouts::NotReleased && error.is_refusal() && !self.changed;
        let exit = if untouched { Exit::Refused } else { at.exit() };
        let messages = self.messages();
        Stopped { step: self.step, error: error.into(), at, exit, messages }
    }
}

fn refused(code: &str, at: Whereabouts) -> CallError {
    CallError::Refused(ErrorObject::refusal(code, at.meaning(), at.advice()))
}
