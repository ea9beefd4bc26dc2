//! Factom: what a server signs in a block of ten minutes, and the swap that factomd cannot prove.
//!
//! A leader signs the header of the block that is full, an acknowledgement for every message it
//! puts into its process list, and the end of every minute; an audit server signs heartbeats
//! (factomd `common/messages`, layouts in `docs/networks/factom.md`). Numbers are big-endian.

mod ack;
mod block_signature;
mod bytes;
mod clock;
mod conf;
mod conf_error;
mod eom;
mod full_signature;
mod header;
mod heartbeat;
mod identity;
mod message;
mod panel;
mod server;
mod swap;
mod swap_refusal;
mod text;
mod timestamp;
mod vm;
mod watch;

pub use ack::{Ack, salt_number};
pub use block_signature::BlockSignature;
pub use clock::{Clock, MAX_WAIT};
pub use conf::{Conf, Field, MAX_CONF};
pub use conf_error::ConfError;
pub use eom::Eom;
pub use full_signature::FullSignature;
pub use header::{BlockHeader, NetworkId};
pub use heartbeat::Heartbeat;
pub use identity::{ChainId, IdentityEntry, NewSigningKey, NotAChainId, NotAnEntry, Title};
pub use message::{Message, SignedMessage};
pub use panel::{Flags, MAX_DUMP, NotAPanel, Panel, ProcessLists};
pub use server::{NotAServer, ServerIdentity};
pub use swap::{Armed, Ended, Given, Node, Plan, Swap};
pub use swap_refusal::{Side, SwapRefusal};
pub use text::{FactomName, FactomSecretKey, Level, NotFactomText, TextKind};
pub use timestamp::Timestamp;
pub use vm::{MINUTES, VMS, leader};
pub use watch::{Audit, Seen, audit};

use crate::{
    Intent, Lane, Lanes, Position, Reading, Signable,
    ports::{Chain, LaneRule, NotRead},
};
use alloc::{borrow::Cow, format, string::String, string::ToString as _};

/// The name of the network's rules in the genesis document.
const NAME: &str = "factom";

/// How many lanes there are: blocks, ends of minutes, heartbeats, and one for each process list.
pub const LANES: usize = FIRST_ACK as usize + VMS as usize;

const BLOCK: Lane = Lane::new(0);
const EOM: Lane = Lane::new(1);
const HEARTBEAT: Lane = Lane::new(2);
const FIRST_ACK: u8 = 3;

/// Reads what one server identity of one Factom network signs.
///
/// Every lane counts heights of directory blocks, and one height is one boundary for all of them:
/// a swap at height `H` leaves everything of block `H - 1` to the old holder, and gives the new
/// one everything from the first signature in block `H` on, which is that over the header of
/// block `H - 1`.
///
/// | lane | position | digest |
/// |---|---|---|
/// | `block` | `height of the header + 1 / 0 / 0` | the header |
/// | `eom` | `height / minute / VM` | the whole signed part |
/// | `heartbeat` | `height / time` | the whole signed part |
/// | `ack-00` to `ack-64` | `height / 0 / place in the list` | all but time and salt |
///
/// An end of a minute is signed without its height: that stands beside the signed part, and is
/// believed ([`Eom::db_height`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factom {
    network: NetworkId,
    network_text: String,
    identity: ChainId,
}

impl Factom {
    /// A reader of the messages of this identity on this network.
    #[must_use]
    pub fn new(network: NetworkId, identity: ChainId) -> Self {
        Self { network, network_text: network.to_string(), identity }
    }

    /// The identity whose messages are read.
    #[must_use]
    pub const fn identity(&self) -> ChainId {
        self.identity
    }

    /// The network whose headers are read; other messages do not carry it.
    #[must_use]
    pub const fn network(&self) -> NetworkId {
        self.network
    }

    fn check(&self, message: &Message) -> Result<(), NotRead> {
        if let Some(got) = message.identity()
            && got != self.identity
        {
            let wanted = self.identity;
            return Err(refuse(format!("it is of identity {got} instead of {wanted}")));
        }
        if let Some(header) = message.header()
            && header.network != self.network
        {
            let (got, wanted) = (header.network, self.network);
            return Err(refuse(format!("it is for network {got} instead of {wanted}")));
        }
        Ok(())
    }
}

impl Chain for Factom {
    fn name(&self) -> &'static str {
        NAME
    }

    fn network_id(&self) -> Option<&str> {
        Some(&self.network_text)
    }

    fn lanes(&self) -> &'static [LaneRule] {
        &LANE_RULES
    }

    /// Reads a header, or the unsigned form of a message: see [`Message::from_unsigned`].
    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        let parsed = Message::from_unsigned(message)?;
        self.check(&parsed)?;
        let (lane, position) = match &parsed {
            Message::Header(header) => (BLOCK, position_of(header)?),
            Message::BlockSignature(signature) => (BLOCK, position_of(&signature.header)?),
            Message::Eom(eom) => {
                (EOM, Position::new(eom.db_height.into(), eom.minute.into(), eom.vm_index.into()))
            }
            Message::Heartbeat(beat) => {
                let millis = beat.timestamp.millis();
                let position =
                    Position::new(beat.db_height.into(), (millis >> 32) as u32, millis as u32);
                (HEARTBEAT, position)
            }
            Message::Ack(ack) => (
                Lane::new(FIRST_ACK.saturating_add(ack.vm_index)),
                Position::new(ack.db_height.into(), 0, ack.height),
            ),
        };
        Ok(Reading {
            intent: Intent { lane, position, floor: 0, digest: parsed.digest() },
            signable: Signable::Message(parsed.signed_bytes()),
        })
    }

    /// The head is the highest block that is saved. The next one is being made, and the header of
    /// that is signed, in the block after it, before it is saved.
    fn last_signable(&self, head: u64) -> Lanes<Position> {
        let height = head.min(u64::from(u32::MAX)).saturating_add(2);
        Lanes::from_fn(LANES, |_| Position::new(height, u32::MAX, u32::MAX))
    }
}

/// The first block in which a header can be signed is the one after its own.
fn position_of(header: &BlockHeader) -> Result<Position, NotRead> {
    match header.db_height.checked_add(1) {
        Some(height) => Ok(Position::at_height(height.into())),
        None => Err(refuse("no block follows this height")),
    }
}

fn refuse(reason: impl Into<Cow<'static, str>>) -> NotRead {
    NotRead { chain: NAME, reason: reason.into() }
}

macro_rules! lane_rules {
    ($($name:literal)*) => { [$(LaneRule { name: $name, floored: false }),*] };
}

const LANE_RULES: [LaneRule; LANES] = lane_rules! {
    "block" "eom" "heartbeat"
    "ack-00" "ack-01" "ack-02" "ack-03" "ack-04" "ack-05" "ack-06" "ack-07" "ack-08" "ack-09"
    "ack-10" "ack-11" "ack-12" "ack-13" "ack-14" "ack-15" "ack-16" "ack-17" "ack-18" "ack-19"
    "ack-20" "ack-21" "ack-22" "ack-23" "ack-24" "ack-25" "ack-26" "ack-27" "ack-28" "ack-29"
    "ack-30" "ack-31" "ack-32" "ack-33" "ack-34" "ack-35" "ack-36" "ack-37" "ack-38" "ack-39"
    "ack-40" "ack-41" "ack-42" "ack-43" "ack-44" "ack-45" "ack-46" "ack-47" "ack-48" "ack-49"
    "ack-50" "ack-51" "ack-52" "ack-53" "ack-54" "ack-55" "ack-56" "ack-57" "ack-58" "ack-59"
    "ack-60" "ack-61" "ack-62" "ack-63" "ack-64"
};
