//! Chain: what is this message? Bytes in, intent out.

use crate::{Lanes, Position, Reading, Signable};
use alloc::borrow::Cow;

/// What a lane of a network is called, and whether it has a second dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneRule {
    /// The name in the genesis document.
    pub name: &'static str,
    /// Whether messages carry a floor that may not fall (Ethereum: the source epoch).
    pub floored: bool,
}

/// Reads one network's messages.
///
/// Called by [`Host::sign`](crate::Host::sign), before any rule, with bytes from outside.
///
/// 1. The same bytes always give the same reading; nothing outside them is consulted.
/// 2. Two messages that could be held against the validator together, if both were signed, have
///    the same lane and position and different digests, or positions or floors that go back.
/// 3. Bytes that are not exactly one message of the network are refused; nothing panics.
/// 4. The signable covers the message whole, and nothing that the intent does not see.
/// 5. No bytes are both a message with a position and one without, and neither's signature can
///    be taken for the other's.
pub trait Chain: Send + Sync {
    /// The name in the genesis document, such as `clique`.
    fn name(&self) -> &'static str;

    /// The one network whose messages are read, if they carry its id; `None` if they do not, and
    /// the key alone tells networks apart.
    fn network_id(&self) -> Option<&str>;

    /// The lanes, in the order of their numbers.
    fn lanes(&self) -> &'static [LaneRule];

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`NotRead`] if the bytes are not one message of this network.
    fn read(&self, message: &[u8]) -> Result<Reading, NotRead>;

    /// Reads a message that has no position, because no two of its kind can be held against the
    /// validator (Ethereum: a RANDAO reveal). Most networks have none.
    ///
    /// Called by [`Host::sign_unplaced`](crate::Host::sign_unplaced).
    ///
    /// # Errors
    ///
    /// [`NotRead`] if the bytes are not one such message.
    fn read_unplaced(&self, message: &[u8]) -> Result<Signable, NotRead> {
        let _: &[u8] = message;
        let reason = Cow::Borrowed("every message of the network has a position");
        Err(NotRead { chain: self.name(), reason })
    }

    /// The highest position in each lane that can have been signed when this is the head.
    fn last_signable(&self, head: u64) -> Lanes<Position>;
}

/// Bytes that are not a message this chain signs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {chain} message that can be signed: {reason}")]
pub struct NotRead {
    /// The chain's name.
    pub chain: &'static str,
    /// What is wrong with the bytes.
    pub reason: Cow<'static, str>,
}

impl NotRead {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "chain.not_read"
    }
}
