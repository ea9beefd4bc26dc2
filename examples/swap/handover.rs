//! Handover: the three calls of one swap, in order, and what to do when one of them has no answer.
//!
//! Nothing here is remembered for safety. Every call may be made again, by another coordinator, at
//! any time later: a host answers as it did before, from its disk.

use crate::{
    host::{
        client::CallError,
        request::{Answer, Dsse, Request},
        whereabouts::Whereabouts,
    },
    pair::Pair,
};
use brainswap::{
    IdentityId, OrderId,
    document::{Document, Envelope},
    handover::{Activated, Ready, Release, Standing},
    order::Order,
};
use std::time::{Duration, Instant};

/// The three calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Prepare,
    Release,
    Activate,
}

/// All of them, in order.
pub(crate) const CALLS: [Call; 3] = [Call::Prepare, Call::Release, Call::Activate];

impl Call {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Release => "release",
            Self::Activate => "activate",
        }
    }
}

/// One swap, as far as its coordinator has seen it.
pub(crate) struct Handover {
    /// The approved order.
    pub(crate) order: Envelope,
    /// Which host holds, 0 or 1.
    pub(crate) from: usize,
    /// Which host is to hold.
    pub(crate) to: usize,
    pub(crate) ready: Option<Envelope>,
    pub(crate) release: Option<Envelope>,
    pub(crate) activated: Option<Envelope>,
    /// How many documents the hosts have sent.
    pub(crate) messages: u32,
    /// How many syncs each host made for it, where that was measured.
    pub(crate) syncs: [u64; 2],
    /// When the release was asked for, and when the target said that it can sign.
    pub(crate) released_at: Option<Instant>,
    pub(crate) activated_at: Option<Instant>,
}

/// Why a swap does not go on: at which call, and what the host said, or that it said nothing.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) call: Call,
    pub(crate) error: CallError,
}

impl Handover {
    /// A swap that begins.
    pub(crate) const fn new(order: Envelope, from: usize, to: usize) -> Self {
        Self {
            order,
            from,
            to,
            ready: None,
            release: None,
            activated: None,
            messages: 0,
            syncs: [0; 2],
            released_at: None,
            activated_at: None,
        }
    }

    /// The order of a swap that is not over, from the disks of two hosts, by a coordinator that
    /// knows nothing of it. One that was released comes before one that was only promised.
    ///
    /// # Errors
    ///
    /// A host does not answer. `None`: no host has such an order.
    pub(crate) fn unfinished(
        pair: &Pair,
        identity: IdentityId,
    ) -> Result<Option<Envelope>, CallError> {
        let statuses = [pair.status(0)?, pair.status(1)?];
        let mut promised = None;
        for (host, status) in statuses.iter().enumerate() {
            for id in
                status.identities.iter().filter(|said| said.identity == identity).flat_map(told)
            {
                let order = match pair.call(host, &Request::Order { id }) {
                    Ok(Answer::Document(Dsse(order))) => order,
                    Ok(_) => return Err(pair.protocol(host)),
                    Err(error) if error.is_refusal() => continue, // a way back has no order
                    Err(error) => return Err(error),
                };
                let Ok(document) = order.verify::<Order>() else { continue };
                let both = [Some(&statuses[0]), Some(&statuses[1])];
                match Whereabouts::of(document.document(), id, both) {
                    Whereabouts::Limited | Whereabouts::Released | Whereabouts::Declined => {
                        return Ok(Some(order));
                    }
                    Whereabouts::NotReleased => promised = Some(order),
                    Whereabouts::Done
                    | Whereabouts::Home
                    | Whereabouts::Stale
                    | Whereabouts::Unknown => {}
                }
            }
        }
        Ok(promised)
    }

    /// Makes one call.
    ///
    /// # Errors
    ///
    /// [`Stopped`]; the same call may be made again.
    pub(crate) fn make(&mut self, pair: &Pair, call: Call, count: bool) -> Result<(), Stopped> {
        let host = self.asked(call);
        let before = if count { pair.counters(host).ok() } else { None };
        if call == Call::Release {
            self.released_at.get_or_insert_with(Instant::now); // without an answer it may be done
        }
        let request = self.request(call);
        let answer = pair.call(host, &request).map_err(|error| Stopped { call, error })?;
        self.hear(answer);
        let had = match call {
            Call::Prepare => self.ready.is_some() || self.activated.is_some(),
            Call::Release => self.release.is_some(),
            Call::Activate => {
                self.activated_at.get_or_insert_with(Instant::now);
                self.activated.is_some()
            }
        };
        if let (Some(before), Ok(after)) = (before, pair.counters(host)) {
            // The syncs of the handover itself: all of them without those for signatures, each of
            // which needs one. A sync that served both counts for the signature. While the standby
            // prepares and activates it signs nothing, so its figure has no such doubt.
            let syncs = after.syncs.saturating_sub(before.syncs);
            let signatures = after.signatures.saturating_sub(before.signatures);
            self.syncs[host] += syncs.saturating_sub(signatures);
        }
        if had { Ok(()) } else { Err(Stopped { call, error: pair.protocol(host) }) }
    }

    /// Takes over what the host's own coordinator, `host resume`, brought to an end.
    pub(crate) fn take_over(&mut self, receipt: Vec<Dsse>) {
        self.hear(Answer::Documents(receipt));
        self.activated_at.get_or_insert_with(Instant::now);
    }

    /// How long nobody could sign, at most: from the moment the source was asked to end until the
    /// target's answer. The end itself was durable a little later, the new lease a little earlier.
    pub(crate) fn blackout(&self) -> Duration {
        match (self.released_at, self.activated_at) {
            (Some(released), Some(activated)) => activated.saturating_duration_since(released),
            (_, _) => Duration::ZERO,
        }
    }

    /// Which host a call goes to.
    pub(crate) const fn asked(&self, call: Call) -> usize {
        match call {
            Call::Prepare | Call::Activate => self.to,
            Call::Release => self.from,
        }
    }

    fn request(&self, call: Call) -> Request {
        let order = Dsse(self.order.clone());
        let readies: Vec<Dsse> = self.ready.clone().map(Dsse).into_iter().collect();
        match (call, self.release.clone()) {
            (Call::Activate, Some(release)) => Request::Activate { order, release: Dsse(release) },
            (Call::Prepare, _) => Request::Prepare { order },
            (Call::Release | Call::Activate, _) => Request::Release { order, readies },
        }
    }

    /// Keeps the documents of an answer, the newest of each kind.
    fn hear(&mut self, answer: Answer) {
        let documents = match answer {
            Answer::Document(document) => vec![document],
            Answer::Documents(documents) => documents,
            Answer::Status(_)
            | Answer::Identity(_)
            | Answer::Key { .. }
            | Answer::Done {}
            | Answer::Counters(_) => Vec::new(),
        };
        for Dsse(document) in documents {
            self.messages += u32::from(document != self.order);
            if is::<Ready>(&document) {
                self.ready = Some(document);
            } else if is::<Release>(&document) {
                self.release = Some(document);
            } else if is::<Activated>(&document) {
                self.activated = Some(document);
            }
        }
    }
}

/// The orders that a host tells of: the one it released under, and those it promised under.
fn told(said: &Standing) -> Vec<OrderId> {
    said.released.into_iter().chain(said.prepared.iter().copied()).collect()
}

/// Whether a document is of a kind, its signatures good.
fn is<T: Document>(document: &Envelope) -> bool {
    document.verify::<T>().is_ok()
}
