//! Network: a simulated Clique network with two nodes, one beside each host, that both want seals.
//!
//! A slot is one block number. In every slot each node asks its own host to seal its own block,
//! again and again while it is refused, not knowing of the other node. The first seal makes the
//! block; without one the block is missed, and another validator of the network makes it. So the
//! number goes up with every slot, as it does on a network with several validators.

use crate::{
    headers::{self, Neighbour},
    ledger::Ledger,
};
use brainswap::{Signature, chain::clique::Header};
use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Asks one host to seal a header without a seal; refused with a text.
pub(crate) type Ask = Box<dyn FnMut(&[u8]) -> Result<Signature, String> + Send>;

/// A running network. Dropping it stops it.
pub(crate) struct Network {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    now: Mutex<Now>,
    changed: Condvar,
    period: Duration,
}

/// The open slot, and everything before it.
struct Now {
    number: u64,
    ends: Instant,
    headers: [Header; 2], // what each node asks for
    sealed: Option<Header>,
    real: BTreeMap<u64, Header>,
    signed: u64,
    refusals: [Option<String>; 2],
    ledger: Ledger,
    failure: Option<String>,
    stopped: bool,
}

impl Network {
    /// Starts at block 1. `names` and `asks` belong to the two hosts.
    pub(crate) fn start(
        period: Duration,
        names: [&'static str; 2],
        address: [u8; 20],
        asks: [Ask; 2],
    ) -> Result<Self, Box<dyn Error>> {
        let real = headers::goerli()?;
        let first = real.get(&1).ok_or("data/goerli.txt: there is no header 1")?.clone();
        let now = Now {
            number: 1,
            ends: Instant::now() + period,
            headers: [first.clone(), first],
            sealed: None,
            real,
            signed: 0,
            refusals: [None, None],
            ledger: Ledger::new(address),
            failure: None,
            stopped: false,
        };
        let shared = Arc::new(Shared { now: Mutex::new(now), changed: Condvar::new(), period });
        let mut threads = Vec::new();
        let (clock, neighbour) = (Arc::clone(&shared), Neighbour::new()?);
        threads.push(std::thread::spawn(move || clock.keep_time(&names, &neighbour)));
        for (host, ask) in asks.into_iter().enumerate() {
            let node = Arc::clone(&shared);
            threads.push(std::thread::spawn(move || node.want_seals(host, ask)));
        }
        Ok(Self { shared, threads })
    }

    /// How long a slot is.
    pub(crate) fn period(&self) -> Duration {
        self.shared.period
    }

    /// The number of the open slot.
    pub(crate) fn number(&self) -> u64 {
        self.shared.lock().number
    }

    /// How many blocks the identity sealed in their slots.
    pub(crate) fn signed(&self) -> u64 {
        self.shared.lock().signed
    }

    /// Looks at the ledger.
    pub(crate) fn ledger<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        look(&self.shared.lock().ledger)
    }

    /// What a host answered last, if it was a refusal.
    pub(crate) fn refusal(&self, host: usize) -> Option<String> {
        self.shared.lock().refusals.get(host).cloned().flatten()
    }

    /// Why the simulation itself failed, if it did.
    pub(crate) fn failure(&self) -> Option<String> {
        self.shared.lock().failure.clone()
    }

    /// Waits until `done` says so, at most for this long. Whether it did.
    pub(crate) fn wait(&self, most: Duration, mut done: impl FnMut(&Ledger, u64) -> bool) -> bool {
        let until = Instant::now() + most;
        let mut now = self.shared.lock();
        loop {
            if done(&now.ledger, now.number) {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || now.stopped {
                return false;
            }
            now = self.shared.wait(now, left);
        }
    }

    /// Stops. What was entered in the ledger stays to be looked at.
    pub(crate) fn stop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                self.shared.lock().failure = Some("a thread of the simulation panicked".into());
            }
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, now: MutexGuard<'a, Now>, most: Duration) -> MutexGuard<'a, Now> {
        self.changed.wait_timeout(now, most).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Closes every slot at its end and opens the next one.
    fn keep_time(&self, names: &[&str; 2], neighbour: &Neighbour) {
        let mut now = self.lock();
        while !now.stopped {
            let left = now.ends.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                now = self.wait(now, left);
                continue;
            }
            if let Err(error) = now.next_slot(self.period, names, neighbour) {
                now.failure = Some(error.to_string());
                now.stopped = true;
            }
            self.changed.notify_all();
        }
    }

    /// One node: asks its host in every slot until it has a seal, whatever the other node has.
    fn want_seals(&self, host: usize, mut ask: Ask) {
        let pause = (self.period / 20).clamp(Duration::from_millis(1), Duration::from_millis(10));
        let mut done = 0;
        let mut now = self.lock();
        while !now.stopped {
            if now.number <= done {
                now = self.wait(now, self.period);
                continue;
            }
            let header = now.headers[host].clone();
            drop(now);
            let answer = ask(&header.unsealed());
            now = self.lock();
            match answer {
                Ok(seal) => {
                    done = header.number();
                    now.take(host, &header, &seal);
                    self.changed.notify_all();
                }
                Err(refusal) => {
                    now.refusals[host] = Some(refusal);
                    now = self.sleep(now, pause);
                }
            }
        }
    }

    /// Sleeps through notices of others, without the lock.
    fn sleep<'a>(&'a self, now: MutexGuard<'a, Now>, pause: Duration) -> MutexGuard<'a, Now> {
        drop(now);
        std::thread::sleep(pause);
        self.lock()
    }
}

impl Now {
    fn take(&mut self, host: usize, header: &Header, seal: &Signature) {
        self.refusals[host] = None;
        let sealed = self.ledger.enter(host, header, seal); // every seal, late or not
        if header.number() == self.number && self.sealed.is_none() {
            self.sealed = sealed;
        }
    }

    fn next_slot(
        &mut self,
        period: Duration,
        names: &[&str; 2],
        neighbour: &Neighbour,
    ) -> Result<(), Box<dyn Error>> {
        let parent = match self.sealed.take() {
            Some(sealed) => {
                self.signed += 1;
                sealed
            }
            None => {
                self.ledger.miss(self.number);
                neighbour.seal(&self.headers[0])? // stands for the block of somebody else
            }
        };
        self.number += 1;
        self.headers = match self.real.get(&self.number) {
            Some(real) => [real.clone(), real.clone()],
            None => [headers::child(&parent, names[0])?, headers::child(&parent, names[1])?],
        };
        // A thread that came late to open a slot does not take it away from the hosts.
        self.ends = (self.ends + period).max(Instant::now() + period / 2);
        Ok(())
    }
}
