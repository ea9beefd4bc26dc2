//! Stage: what every mode plays on: two hosts, an identity on both, and a network that wants seals.

use crate::{
    identity::Identity,
    interrupt,
    network::Network,
    pair::{NAMES, Pair},
    people::{self, People},
};
use brainswap::document::Envelope;
use std::{error::Error, fmt, time::Duration};

/// Two hosts, their identity, its approvers, and the network. Dropping it ends everything.
pub(crate) struct Stage {
    // The network goes first, so that no node asks a host that is gone.
    pub(crate) network: Network,
    pub(crate) pair: Pair,
    pub(crate) people: People,
    pub(crate) identity: Identity,
}

/// Why a mode ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Somebody pressed Ctrl-C: who holds now, and the exit code that says so.
    Interrupted { says: String, exit: u8 },
    /// A promise of the library did not hold.
    Broken(String),
    /// The demonstration itself failed.
    Failed(Box<dyn Error>),
}

impl Stage {
    /// Starts the hosts and the network.
    pub(crate) fn set(slot: Duration) -> Result<Self, Stop> {
        let people = People::new()?;
        let pair = Pair::start()?;
        let identity = Identity::create(&pair, &people)?;
        let asks = [pair.ask(0, identity.id), pair.ask(1, identity.id)];
        let network = Network::start(slot, NAMES, identity.address, asks)?;
        Ok(Self { network, pair, people, identity })
    }

    /// An approved order that moves the identity away from `from`; `block` as in [`people::plan`].
    pub(crate) fn order(
        &self,
        from: usize,
        block: Option<u64>,
        note: &str,
    ) -> Result<Envelope, Stop> {
        let holder = self.pair.standing(from, self.identity.id)?;
        let plan = people::plan(&holder, self.pair.id(1 - from), block, note);
        let plan = plan.ok_or_else(|| Stop::Broken(format!("{} has no lease", NAMES[from])))?;
        Ok(self.people.approve(&plan)?)
    }

    /// Waits until a host has sealed a block at or after this one.
    pub(crate) fn first_seal(&self, host: usize, block: u64, most: Duration) -> Result<u64, Stop> {
        let mut first = None;
        self.network.wait(most, |ledger, _| {
            first = ledger.first_from(host, block).map(|seal| seal.header.number());
            first.is_some() || interrupt::is_raised()
        });
        first.ok_or_else(|| {
            let refusal = self.network.refusal(host).unwrap_or_else(|| "nothing".into());
            let name = NAMES[host];
            Stop::Broken(format!("{name} holds, and seals nothing: it last said: {refusal}"))
        })
    }

    /// The host that holds, if it is exactly one.
    pub(crate) fn holder(&self) -> Result<Option<usize>, Stop> {
        let holds = [
            self.pair.standing(0, self.identity.id)?.holds,
            self.pair.standing(1, self.identity.id)?.holds,
        ];
        Ok(match holds {
            [true, false] => Some(0),
            [false, true] => Some(1),
            [true, true] => {
                return Err(Stop::Broken("both hosts hold the identity".into()));
            }
            [false, false] => None,
        })
    }

    /// Whether every seal was the identity's, and no block has two.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        if let Some(failure) = self.network.failure() {
            return Err(Stop::Failed(failure.into()));
        }
        self.network.ledger(|ledger| {
            let (twice, forged) = (ledger.double_signed(), ledger.forged());
            if !twice.is_empty() {
                return Err(Stop::Broken(format!("two blocks were sealed at {twice:?}")));
            }
            match forged.first() {
                Some(forged) => Err(Stop::Broken(forged.clone())),
                None => Ok(()),
            }
        })
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted { says, exit } => {
                writeln!(f, "STOPPED by Ctrl-C: {says} (exit {exit})")?;
                write!(f, "The hosts were processes of this demonstration; they are stopped too.")
            }
            Self::Broken(what) => write!(f, "A PROMISE DID NOT HOLD: {what}"),
            Self::Failed(error) => write!(f, "the demonstration failed: {error}"),
        }
    }
}

impl<E: Into<Box<dyn Error>>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
