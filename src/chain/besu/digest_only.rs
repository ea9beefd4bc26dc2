//! Digest only: what can be found out about a hash that Besu wants signed, and what cannot.

use super::{Kind, Message, Prepared, Protocol, View};
use alloc::collections::VecDeque;

/// How many unnamed hashes are kept: the oldest goes first.
pub const MAX_SEEN: usize = 8;
/// How many rounds of a height are tried at most.
pub const MAX_ROUNDS: u32 = 16;
/// How many heights are tried at most.
const MAX_HEIGHTS: u64 = 3;

/// A signer's place behind Besu's `SecurityModule`, which is handed 32 bytes and nothing else.
///
/// A hash does not tell what it is of. What is small and known otherwise can be tried until the
/// hash fits:
///
/// | hash of | found |
/// |---|---|
/// | a prepare, a commit | once the block's commit seal was asked for, which Besu does first; a commit only if its seal is the one that was given |
/// | a round change by a validator that has prepared nothing | always |
/// | a round change of QBFT with a prepared block | once that block's commit seal was asked for |
/// | a proposal of IBFT 2.0 | when it is asked for again, after the block's commit seal |
/// | a proposal of QBFT: the whole block is in it | never |
/// | a round change of IBFT 2.0 with a certificate: others' signatures are in it | never |
/// | a commit seal: it is the block's hash itself | never |
/// | a packet of node discovery, a node record | never |
///
/// What is found is a [`Message`], and its bytes go to [`Besu`](super::Besu) like any other. The
/// rest has neither lane nor position, so no rule can be applied to it: this is no
/// [`Chain`](crate::ports::Chain), and a [`Host`](crate::Host) signs nothing for it.
///
/// ```compile_fail,E0277
/// fn needs<T: brainswap::ports::Chain>() {}
/// needs::<brainswap::chain::besu::DigestOnly>();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestOnly {
    protocol: Protocol,
    unnamed: VecDeque<([u8; 32], [u8; 65])>,
}

/// The heights and rounds that are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    first: u64,
    heights: u64,
    rounds: u32,
}

impl Window {
    /// The three heights after the head that the signer knows, and so many rounds from 0.
    ///
    /// Besu signs for the height after its own head, which may be ahead of the one known here.
    /// More than [`MAX_ROUNDS`] rounds are not tried.
    #[must_use]
    pub const fn after(head: u64, rounds: u32) -> Self {
        let rounds = if rounds > MAX_ROUNDS { MAX_ROUNDS } else { rounds };
        Self { first: head.saturating_add(1), heights: MAX_HEIGHTS, rounds }
    }

    fn views(self) -> impl Iterator<Item = View> {
        let heights = self.first..self.first.saturating_add(self.heights);
        heights.flat_map(move |height| {
            (0..self.rounds).filter_map(move |round| View::new(height, round).ok())
        })
    }
}

impl DigestOnly {
    /// A signer for this protocol that has seen nothing yet.
    #[must_use]
    pub const fn new(protocol: Protocol) -> Self {
        Self { protocol, unnamed: VecDeque::new() }
    }

    /// Keeps a hash that could not be named, with the signature that was given for it: it may be a
    /// commit seal, by which later hashes can be named.
    pub fn remember(&mut self, hash: [u8; 32], signature: [u8; 65]) {
        self.unnamed.retain(|(seen, _)| *seen != hash);
        if self.unnamed.len() >= MAX_SEEN {
            self.unnamed.pop_front();
        }
        self.unnamed.push_back((hash, signature));
    }

    /// Finds the message that the hash is of, by trying what can be tried: at most some thousand
    /// hashes, a few milliseconds. `None` if nothing fits: it may be a commit seal, a proposal, or
    /// no message at all.
    #[must_use]
    pub fn classify(&self, hash: &[u8; 32], window: Window) -> Option<Message> {
        let mut tried = window.views().flat_map(|view| self.tried(view));
        tried.find(|message| message.hash() == *hash)
    }

    /// Every message of a view that can be made of what was seen.
    fn tried(&self, view: View) -> impl Iterator<Item = Message> {
        let protocol = self.protocol;
        let bare = Message::round_change(protocol, view, None).ok();
        let of_blocks = self.unnamed.iter().flat_map(move |(block, seal)| {
            let (block, seal) = (*block, *seal);
            let prepare = Some(Message::prepare(protocol, view, block));
            let commit = Message::commit(protocol, view, block, seal).ok();
            let proposal = match protocol {
                Protocol::Qbft => None,
                Protocol::Ibft2 => Some(Message::ibft2_proposal(view, block)),
            };
            let changes = (0..view.round()).filter_map(move |round| {
                let prepared = Prepared { round, block, certificate: None };
                Message::round_change(protocol, view, Some(prepared)).ok()
            });
            [prepare, commit, proposal].into_iter().flatten().chain(changes)
        });
        bare.into_iter().chain(of_blocks)
    }

    /// Whether messages of a type can ever be told by their hash: see the table above.
    #[must_use]
    pub const fn can_name(protocol: Protocol, kind: Kind) -> bool {
        match (protocol, kind) {
            (_, Kind::Prepare | Kind::Commit | Kind::RoundChange)
            | (Protocol::Ibft2, Kind::Proposal) => true,
            (Protocol::Qbft, Kind::Proposal) | (_, Kind::CommitSeal) => false,
        }
    }
}
