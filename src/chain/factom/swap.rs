//! Swap: an identity leaves one factomd before it can get into another.
//!
//! factomd takes an identity from its file: at the block of `ChangeAcksHeight`, and at every
//! start, whatever the height. Two files with one height each prove nothing to each other, and a
//! start in between makes two leaders. Here the second file is not there to start from:
//!
//! ```text
//!  plan      both nodes are looked at; the height H goes into an order, which people approve
//!  retire    the old node's file loses the identity, at H
//!  armed     it was read again from its disk before H began                  -> Armed
//!  confirm   the old node was seen in H, without the identity                -> Ended
//!  release   its host ends the lease at H, durably                           -> FromHost<Release>
//!  give      with both: the new node's file gets the identity, at H + 1 or later
//!  begun     the new node was seen with the identity
//! ```
//!
//! No start of either node makes a second leader at any point of it: a new node that is started
//! once it has the file runs the identity at once, in a block in which the old one never ran it.
//! The price is the block H, and what passes until the new file is written: nobody runs the
//! identity there. Where the old node missed H, it is a block more.

use super::{
    LANES,
    clock::MAX_WAIT,
    conf::Conf,
    identity::ChainId,
    panel::Panel,
    server::ServerIdentity,
    swap_refusal::{Side, SwapRefusal},
};
use crate::{
    HostId, IdentityId, Lanes, OrderId, Position, PublicKey,
    evidence::{Approved, FromHost},
    handover::Release,
    order::{At, Order},
};
use alloc::string::ToString as _;

/// A node: its file, and what its control panel says.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// The file.
    pub conf: &'a Conf,
    /// The panel.
    pub panel: &'a Panel,
}

/// Two nodes that can swap, and the height at which the old one can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    identity: ChainId,
    height: u32,
    wait: u32,
}

impl Plan {
    /// Looks at both nodes.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal`]: the first thing that is not as it must be.
    pub fn of(old: Node<'_>, new: Node<'_>) -> Result<Self, SwapRefusal> {
        let (network, other) = (old.conf.network(), new.conf.network());
        if network != other {
            return Err(SwapRefusal::OtherNetwork { old: network.into(), new: other.into() });
        }
        let identities = (identity_of(old, Side::Old)?, identity_of(new, Side::New)?);
        let id = |server: &Option<ServerIdentity>| server.as_ref().map(ServerIdentity::chain_id);
        if id(&identities.0) == id(&identities.1) {
            return Err(SwapRefusal::SameIdentity);
        }
        let server = identities.0.ok_or(SwapRefusal::NoIdentity)?;
        let identity = server.chain_id();
        if !server.is_stated_right() {
            return Err(SwapRefusal::StatedKey { side: Side::Old });
        }
        if !old.panel.runs(identity) {
            let (runs, wanted) = (old.panel.identity.clone(), identity.short());
            return Err(SwapRefusal::OtherRunning { runs, wanted });
        }
        if !old.panel.flags.is_authority() {
            return Err(not_ready(old, Side::Old));
        }
        is_following(old, Side::Old)?;
        can_take(new, identity)?;
        let (here, there) = (old.panel, new.panel);
        if here.next_height != there.next_height {
            let (old, new) = (here.next_height, there.next_height);
            return Err(SwapRefusal::OtherHeight { old, new });
        }
        if here.minute != there.minute {
            return Err(SwapRefusal::OtherMinute { old: here.minute, new: there.minute });
        }
        let height = here.clock().change_height();
        let height = height.ok_or(SwapRefusal::Height { height: u32::MAX, most: MAX_WAIT })?;
        Self { identity, height, wait: 0 }.at_height(old, height)
    }

    /// The same plan with a later height.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal::Height`] if it is below that of [`Plan::of`], or [`MAX_WAIT`] minutes away.
    pub fn at_height(self, old: Node<'_>, height: u32) -> Result<Self, SwapRefusal> {
        if height < self.height {
            return Err(SwapRefusal::Height { height, most: MAX_WAIT });
        }
        let wait = wait_for(old.panel, height)?;
        Ok(Self { height, wait, ..self })
    }

    /// The identity that moves.
    #[must_use]
    pub const fn identity(&self) -> ChainId {
        self.identity
    }

    /// The first height at which the old node does not run it.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The minutes until then.
    #[must_use]
    pub const fn wait(&self) -> u32 {
        self.wait
    }

    /// Where the order is to move it.
    #[must_use]
    pub fn at(&self) -> At {
        At::Position(Lanes::from_fn(LANES, |_| Position::at_height(self.height.into())))
    }
}

/// A swap that was approved. It is made anew, after whatever happened, from its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    order: OrderId,
    identity: IdentityId,
    from: HostId,
    to: HostId,
    height: u32,
    chain_id: ChainId,
    key: PublicKey,
}

impl Swap {
    /// The swap of an approved order, for a server and the key of its identity.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal::Order`] unless the order moves the identity at one height of every lane.
    pub fn under(
        order: &Approved<Order>,
        identity: IdentityId,
        chain_id: ChainId,
        key: PublicKey,
    ) -> Result<Self, SwapRefusal> {
        let mut moves = order.document().moves.iter();
        let part = moves.find(|part| part.identity == identity).ok_or(SwapRefusal::Order)?;
        let At::Position(lanes) = &part.at else { return Err(SwapRefusal::Order) };
        let first = lanes.iter().next().map(|(_, position)| position.height());
        let height = first.and_then(|height| u32::try_from(height).ok());
        let height = height.ok_or(SwapRefusal::Order)?;
        if !is_at(lanes, height) {
            return Err(SwapRefusal::Order);
        }
        let (order, from, to) = (order.id(), part.from, part.to);
        Ok(Self { order, identity, from, to, height, chain_id, key })
    }

    /// The first height at which the old node does not run the identity.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The old node's file without the identity: it loses it at the height, and at any start.
    ///
    /// factomd then runs as the identity of zeros, or at a start as one made of its name, with a
    /// key that it brings along: neither is an authority.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal`]: it is the file of another server.
    pub fn retire(&self, old: &Conf) -> Result<Conf, SwapRefusal> {
        let conf = |error| SwapRefusal::Conf { side: Side::Old, error };
        if let Some(server) = old.identity().map_err(conf)? {
            self.is_ours(Side::Old, &server)?;
        }
        old.with(None, self.height).map_err(conf)
    }

    /// Takes the old node's file, read again from its disk, and what its control panel says before
    /// the block of the height begins: factomd cannot come to that block with the identity.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal`]: the file is not what it must be, or it comes too late to be sure of it.
    pub fn armed(&self, old: Node<'_>) -> Result<Armed, SwapRefusal> {
        self.is_rewritten(old)?;
        if old.panel.next_height > self.height {
            let (height, next_height) = (self.height, old.panel.next_height);
            return Err(SwapRefusal::Begun { height, next_height });
        }
        Ok(Armed { swap: self.clone() })
    }

    /// Takes the old node's file, read again from its disk, and what its control panel says in the
    /// block of the height or later. It may have run the identity in the block that it shows, so
    /// the new node gets it in a later one; [`Armed::confirm`] spares that.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal`]: it is not over there; nothing may be given.
    pub fn confirm(&self, old: Node<'_>) -> Result<Ended, SwapRefusal> {
        self.is_rewritten(old)?;
        let at = old.panel.current_height;
        if at < self.height || old.panel.next_height <= self.height {
            return Err(SwapRefusal::NotReached { at, height: self.height });
        }
        if old.panel.runs(self.chain_id) {
            return Err(SwapRefusal::StillRuns { at, height: self.height });
        }
        let seen = at.max(old.panel.next_height.saturating_sub(1));
        Ok(Ended { swap: self.clone(), seen, first: seen.saturating_add(1) })
    }

    fn is_rewritten(&self, old: Node<'_>) -> Result<(), SwapRefusal> {
        let conf = |error| SwapRefusal::Conf { side: Side::Old, error };
        let named = old.conf.identity().map_err(conf)?;
        if named.is_some() || old.conf.change_acks_height().map_err(conf)? != self.height {
            return Err(SwapRefusal::NotRewritten { height: self.height });
        }
        Ok(())
    }

    fn is_ours(&self, side: Side, server: &ServerIdentity) -> Result<(), SwapRefusal> {
        if server.chain_id() != self.chain_id {
            let (got, wanted) = (server.chain_id(), self.chain_id);
            return Err(SwapRefusal::OtherIdentity { side, got, wanted });
        }
        if server.public_key() != self.key {
            return Err(SwapRefusal::OtherKey { got: server.public_key(), wanted: self.key });
        }
        Ok(())
    }

    /// The release must end this identity, under this order, from its holder to its target, at
    /// the height of every lane.
    fn is_released(&self, release: &Release) -> Result<(), SwapRefusal> {
        if release.order != self.order {
            return Err(SwapRefusal::OtherOrder);
        }
        if release.host != self.from {
            return Err(SwapRefusal::OtherHost { got: release.host, wanted: self.from });
        }
        let mut ends = release.ends.iter().filter(|end| end.identity == self.identity);
        match (ends.next(), ends.next()) {
            (Some(end), None) if end.to == self.to && is_at(&end.until, self.height) => Ok(()),
            _ => Err(SwapRefusal::NotReleased { height: self.height }),
        }
    }
}

/// The confirmation that the old node's file was in its place before the block of the height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Armed {
    swap: Swap,
}

impl Armed {
    /// As [`Swap::confirm`]; of a node that is in the block of the height itself it is known that
    /// it has not run the identity there.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal`]: it is not over there; nothing may be given.
    pub fn confirm(&self, old: Node<'_>) -> Result<Ended, SwapRefusal> {
        let ended = self.swap.confirm(old)?;
        if ended.seen == self.swap.height {
            return Ok(Ended { first: ended.seen, ..ended });
        }
        Ok(ended)
    }
}

/// The confirmation that the old node does not run the identity any more. Keep the first one: a
/// later one leaves the new node out of later blocks. There is no other way
/// to one than [`Armed::confirm`] and [`Swap::confirm`]:
///
/// ```compile_fail,E0451
/// # use brainswap::chain::factom::{Ended, Swap};
/// fn forge(swap: Swap) -> Ended {
///     Ended { swap, seen: 7, first: 7 }
/// }
/// ```
///
/// And a file with an identity takes the proof of a release, not the word for one:
///
/// ```compile_fail,E0308
/// # use brainswap::{chain::factom::*, document::Envelope};
/// fn unproven(ended: &Ended, word: &Envelope, server: &ServerIdentity, new: Node<'_>) {
///     let given = ended.give(word, server, new);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    swap: Swap,
    seen: u32,
    first: u32,
}

/// The new node's file, with the identity.
#[derive(Debug)]
#[must_use = "the identity runs nowhere until this is written"]
pub struct Given {
    conf: Conf,
    height: u32,
}

impl Ended {
    /// Where the old node was seen without the identity.
    #[must_use]
    pub const fn seen(&self) -> u32 {
        self.seen
    }

    /// The first block in which the new node may run it.
    #[must_use]
    pub const fn first(&self) -> u32 {
        self.first
    }

    /// The new node's file with the identity, from the next block on that it can meet.
    ///
    /// The release is what only a source gives whose end is durable and was read back
    /// ([`Host::release`](crate::Host::release)); let the target's host activate on it before the
    /// file is written.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal`]; there is no file then.
    pub fn give(
        &self,
        release: &FromHost<Release>,
        server: &ServerIdentity,
        new: Node<'_>,
    ) -> Result<Given, SwapRefusal> {
        self.swap.is_released(release.message())?;
        self.swap.is_ours(Side::New, server)?;
        can_take(new, self.swap.chain_id)?;
        let height = new.panel.clock().change_height();
        let height = height.ok_or(SwapRefusal::Height { height: u32::MAX, most: MAX_WAIT })?;
        wait_for(new.panel, height)?;
        // A start takes it up at once: the block in work must be one of the new node's already.
        let at = new.panel.current_height.min(new.panel.next_height.saturating_sub(1));
        if at < self.first {
            return Err(SwapRefusal::Behind { at, first: self.first });
        }
        let conf = new.conf.with(Some(server), height);
        let conf = conf.map_err(|error| SwapRefusal::Conf { side: Side::New, error })?;
        Ok(Given { conf, height })
    }

    /// Whether the new node has taken the identity up.
    ///
    /// # Errors
    ///
    /// [`SwapRefusal::NotBegun`].
    pub fn begun(&self, new: Node<'_>) -> Result<(), SwapRefusal> {
        let conf = |error| SwapRefusal::Conf { side: Side::New, error };
        let height = new.conf.change_acks_height().map_err(conf)?;
        if let Some(server) = new.conf.identity().map_err(conf)? {
            self.swap.is_ours(Side::New, &server)?;
            if new.panel.runs(self.swap.chain_id) && new.panel.flags.is_ready() {
                return Ok(());
            }
        }
        let (at, runs) = (new.panel.current_height, new.panel.identity.clone());
        Err(SwapRefusal::NotBegun { at, runs, height })
    }
}

impl Given {
    /// The file.
    #[must_use]
    pub const fn conf(&self) -> &Conf {
        &self.conf
    }

    /// The height at which a node that is not restarted takes the identity up.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }
}

fn identity_of(node: Node<'_>, side: Side) -> Result<Option<ServerIdentity>, SwapRefusal> {
    node.conf.identity().map_err(|error| SwapRefusal::Conf { side, error })
}

/// Whether the new node could take the identity: it follows the network, and gives nothing up.
fn can_take(new: Node<'_>, identity: ChainId) -> Result<(), SwapRefusal> {
    if new.panel.runs(identity) {
        return Err(SwapRefusal::RunsAlready { identity: new.panel.identity.clone() });
    }
    is_following(new, Side::New)?;
    if new.panel.flags.is_authority() {
        return Err(SwapRefusal::OtherAuthority { identity: new.panel.identity.clone() });
    }
    Ok(())
}

/// Whether a node is ready, has all messages, no change before it, and is inside its block.
fn is_following(node: Node<'_>, side: Side) -> Result<(), SwapRefusal> {
    let panel = node.panel;
    if !panel.flags.is_ready() {
        return Err(not_ready(node, side));
    }
    if !panel.lists.are_complete() {
        return Err(SwapRefusal::ListsIncomplete { side, lists: panel.lists.to_string() });
    }
    let height = node.conf.change_acks_height();
    let height = height.map_err(|error| SwapRefusal::Conf { side, error })?;
    if panel.next_height <= height {
        let next_height = panel.next_height;
        return Err(SwapRefusal::Pending { side, height, next_height });
    }
    if panel.minute == 0 { Err(SwapRefusal::MinuteZero { side }) } else { Ok(()) }
}

fn not_ready(node: Node<'_>, side: Side) -> SwapRefusal {
    SwapRefusal::NotReady { side, flags: node.panel.flags.to_string() }
}

fn wait_for(panel: &Panel, height: u32) -> Result<u32, SwapRefusal> {
    let wait = panel.clock().minutes_until(height).filter(|wait| *wait < MAX_WAIT);
    wait.ok_or(SwapRefusal::Height { height, most: MAX_WAIT })
}

/// Whether every lane stands at the beginning of this height.
fn is_at(lanes: &Lanes<Position>, height: u32) -> bool {
    let wanted = Position::at_height(height.into());
    lanes.count() == LANES && lanes.iter().all(|(_, position)| *position == wanted)
}
