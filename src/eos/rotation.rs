//! Rotation: a swap by two keys, where the chain decides which of them signs.
//!
//! The handover moves one key between hosts. Here every host has a key of its own, and
//! `regproducer2` says which of them signs the producer's blocks. A block by the other key is none
//! to the chain; the guards of both hosts still see to it that no slot is signed twice on any fork,
//! unless the old host is lost ([`OldHost::Lost`]).
//!
//! | state | what was seen | old host | new host |
//! |---|---|---|---|
//! | [`Planned`] | nothing: the action is made, and signed by people | signs | has its key, and no lease |
//! | [`Registered`] | the producer's row names the new key | signs | waits |
//! | [`Pending`] | a schedule with the new key is pending | signs | waits |
//! | [`Activated`] | in this block the new key signs for the producer | its blocks are refused | waits |
//! | [`Boundary`] | that block is irreversible, and where the old host ends | has ended | begins |
//!
//! A state is made of the one before it, and in no other way:
//!
//! ```compile_fail,E0599
//! use brainswap::eos::{ChainBlock, OldHost, Planned};
//! fn too_early(planned: Planned, seen: ChainBlock, old: OldHost) {
//!     planned.finalized(seen.id(), seen, old);
//! }
//! ```
//!
//! Between activation and finality nobody signs: three minutes at most with the legacy consensus,
//! seconds with Savanna. That is the price of not trusting a fork. The height of a position is
//! a [`Slot`].

mod not_rotated;

pub use not_rotated::NotRotated;

use super::{Action, BlockSigningAuthority, EosPublicKey, PermissionLevel, SystemAction};
use crate::{
    Position,
    authority::{self, Accounts, Actor, Name},
    chain::eos::{BlockId, Slot},
};
use alloc::{string::String, vec};

/// What a producer has registered (the row of the table `producers`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    /// Its account.
    pub name: Name,
    /// Who signs its blocks.
    pub authority: BlockSigningAuthority,
    /// Where to read about it; a rotation keeps it.
    pub url: String,
    /// Where it stands; a rotation keeps it.
    pub location: u16,
}

/// A block, by its id and its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainBlock {
    id: BlockId,
    slot: Slot,
}

/// A rotation that nobody has asked the chain for yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    producer: Producer,
    new: BlockSigningAuthority,
}

/// A rotation that the producer's row tells; no schedule has it yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered(Planned);

/// A rotation that a pending schedule has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending(Planned);

/// A rotation that was seen active in a block, which may still be forked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    plan: Planned,
    block: ChainBlock,
}

/// A rotation that is done: below the position the old key signs, from it on the new one.
///
/// The new key's identity begins there: `from` of its genesis document, with `History::NewKey`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    plan: Planned,
    at: Position,
}

/// Where the host with the old key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldHost {
    /// Its lease has ended: it says, with a release or a fence's acknowledgement, that it signs
    /// nothing from this position on.
    Ended {
        /// The first position that it will not sign.
        until: Position,
    },
    /// It cannot be asked. It may go on signing, cut off, on a fork that every other node has left
    /// behind: from the head on, what it signs is no block to anyone who has the boundary's.
    Lost {
        /// The newest block known, on any fork.
        head: ChainBlock,
    },
}

impl ChainBlock {
    /// The block with this id, in which its number stands, and this slot.
    #[must_use]
    pub const fn new(id: BlockId, slot: Slot) -> Self {
        Self { id, slot }
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> BlockId {
        self.id
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.id.number()
    }

    /// The slot.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        self.slot
    }

    /// The first position after it.
    const fn after(&self) -> Position {
        Position::at_height(self.slot.number() as u64 + 1)
    }
}

impl Planned {
    /// A plan to have the new authority sign in the place of the one registered.
    ///
    /// They may share no key, the new one may not be split between two hosts, and none of its keys
    /// may be one of the account's permissions.
    ///
    /// # Errors
    ///
    /// [`NotRotated`].
    pub fn new(
        producer: Producer,
        new: BlockSigningAuthority,
        accounts: &Accounts<EosPublicKey>,
    ) -> Result<Self, NotRotated> {
        new.check()?;
        if new.can_be_split() {
            let (threshold, total) = (u64::from(new.threshold), new.total());
            return Err(NotRotated::Split { threshold, total });
        }
        let account = accounts.get(Actor::Account(producer.name));
        let account = account.ok_or(NotRotated::NoAccount { name: producer.name })?;
        for key in new.keys.iter().map(|entry| &entry.key) {
            if producer.authority.keys.iter().any(|entry| entry.key == *key) {
                return Err(NotRotated::SharedKey { key: key.clone() });
            }
            let named = account
                .permissions()
                .find(|(_, found)| found.authority.keys.iter().any(|entry| entry.key == *key));
            if let Some((permission, _)) = named {
                return Err(NotRotated::Powerful { key: key.clone(), permission });
            }
        }
        Ok(Self { producer, new })
    }

    /// What is registered while the rotation is planned.
    #[must_use]
    pub const fn producer(&self) -> &Producer {
        &self.producer
    }

    /// Who is to sign the blocks.
    #[must_use]
    pub const fn new_authority(&self) -> &BlockSigningAuthority {
        &self.new
    }

    /// `regproducer2` with the new authority, which this permission of the producer's account may
    /// do: its people sign it, and neither of the two block signing keys.
    ///
    /// # Errors
    ///
    /// [`NotRotated::NotTheProducer`], or [`NotRotated::NotAuthorized`] if the account's links lead
    /// elsewhere.
    pub fn action(
        &self,
        declared: PermissionLevel,
        accounts: &Accounts<EosPublicKey>,
    ) -> Result<Action, NotRotated> {
        let Producer { name: producer, url, location, .. } = self.producer.clone();
        let producer_authority = self.new.clone();
        let action = SystemAction::RegProducer2 { producer, producer_authority, url, location };
        self.declared(&action, declared, accounts)
    }

    /// The same by `regproducer`, for a chain without `regproducer2`: the new authority is one key.
    ///
    /// # Errors
    ///
    /// [`NotRotated::ManyKeys`], and as [`Planned::action`].
    pub fn one_key_action(
        &self,
        declared: PermissionLevel,
        accounts: &Accounts<EosPublicKey>,
    ) -> Result<Action, NotRotated> {
        let Producer { name: producer, url, location, .. } = self.producer.clone();
        let producer_key = self.new.sole_key().ok_or(NotRotated::ManyKeys)?.clone();
        let action = SystemAction::RegProducer { producer, producer_key, url, location };
        self.declared(&action, declared, accounts)
    }

    fn declared(
        &self,
        action: &SystemAction,
        declared: PermissionLevel,
        accounts: &Accounts<EosPublicKey>,
    ) -> Result<Action, NotRotated> {
        if declared.actor != self.producer.name {
            let (producer, declared) = (self.producer.name, declared.actor);
            return Err(NotRotated::NotTheProducer { producer, declared });
        }
        let call = authority::Action::Call { code: Name::EOSIO, action: action.name() };
        accounts.may_do(&call, &[declared.into()])?;
        Ok(action.to_action(vec![declared])?)
    }

    /// The producer's row tells this authority.
    ///
    /// # Errors
    ///
    /// [`NotRotated::OtherAuthority`].
    pub fn registered(&self, told: &BlockSigningAuthority) -> Result<Registered, NotRotated> {
        self.same(told).map(|()| Registered(self.clone()))
    }

    fn same(&self, told: &BlockSigningAuthority) -> Result<(), NotRotated> {
        if *told == self.new { Ok(()) } else { Err(NotRotated::OtherAuthority) }
    }

    fn activated(
        &self,
        block: ChainBlock,
        told: &BlockSigningAuthority,
    ) -> Result<Activated, NotRotated> {
        self.same(told).map(|()| Activated { plan: self.clone(), block })
    }
}

impl Registered {
    /// A pending (or proposed) schedule has this authority for the producer.
    ///
    /// # Errors
    ///
    /// [`NotRotated::OtherAuthority`].
    pub fn pending(&self, told: &BlockSigningAuthority) -> Result<Pending, NotRotated> {
        self.0.same(told).map(|()| Pending(self.0.clone()))
    }

    /// In this block, the schedule that is active has this authority for the producer. Nobody need
    /// have seen it pending.
    ///
    /// # Errors
    ///
    /// [`NotRotated::OtherAuthority`].
    pub fn activated(
        &self,
        block: ChainBlock,
        told: &BlockSigningAuthority,
    ) -> Result<Activated, NotRotated> {
        self.0.activated(block, told)
    }
}

impl Pending {
    /// In this block, the schedule that is active has this authority for the producer.
    ///
    /// # Errors
    ///
    /// [`NotRotated::OtherAuthority`].
    pub fn activated(
        &self,
        block: ChainBlock,
        told: &BlockSigningAuthority,
    ) -> Result<Activated, NotRotated> {
        self.0.activated(block, told)
    }
}

impl Activated {
    /// The block in which the new authority was seen active.
    #[must_use]
    pub const fn block(&self) -> &ChainBlock {
        &self.block
    }

    /// The last irreversible block, and the id of that chain's block at the number of
    /// [`Activated::block`]; and where the old host ends.
    ///
    /// The boundary lies after that block and where the old host ended, whichever is later.
    ///
    /// # Errors
    ///
    /// [`NotRotated`].
    pub fn finalized(
        &self,
        id_at_number: BlockId,
        irreversible: ChainBlock,
        old: OldHost,
    ) -> Result<Boundary, NotRotated> {
        let activated = self.block.number();
        if irreversible.number() < activated {
            let irreversible = irreversible.number();
            return Err(NotRotated::NotFinal { activated, irreversible });
        }
        let same_number = irreversible.number() == activated;
        if id_at_number != self.block.id || (same_number && irreversible.id != self.block.id) {
            return Err(NotRotated::ForkedOut { number: activated });
        }
        rises(&self.block, &irreversible)?;
        let ended = match old {
            OldHost::Ended { until } if until.is_open() => return Err(NotRotated::NoEnd),
            OldHost::Ended { until } => until,
            OldHost::Lost { head } => {
                rises(&irreversible, &head)?;
                head.after()
            }
        };
        Ok(Boundary { plan: self.plan.clone(), at: ended.max(self.block.after()) })
    }
}

impl Boundary {
    /// The position: the old key signs below it, the new key from it on.
    #[must_use]
    pub const fn at(&self) -> Position {
        self.at
    }

    /// Who signs at this position; a guard that holds another key refuses.
    #[must_use]
    pub fn authority_at(&self, position: Position) -> &BlockSigningAuthority {
        if position < self.at { &self.plan.producer.authority } else { &self.plan.new }
    }

    /// The producer as it stands now: what the next rotation is planned from.
    #[must_use]
    pub fn producer(&self) -> Producer {
        Producer { authority: self.plan.new.clone(), ..self.plan.producer.clone() }
    }
}

/// A later block, or the same one, has a slot that fits.
fn rises(earlier: &ChainBlock, later: &ChainBlock) -> Result<(), NotRotated> {
    let fits = if later.id == earlier.id {
        later.slot == earlier.slot
    } else {
        later.number() > earlier.number() && later.slot > earlier.slot
    };
    if fits {
        return Ok(());
    }
    let (later, got, slot) = (later.number(), later.slot, earlier.slot);
    Err(NotRotated::SlotBack { later, got, slot })
}
