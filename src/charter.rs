//! Charter: who may decide what about an identity, from its genesis document and every amendment.
//!
//! The charter is a hash-chained log: each [`Amendment`] names the head that it follows, and its
//! own id is the next head. Replaying it is a pure function. Hosts, orders and sets of shards name
//! the head that they were made under.
//!
//! ```text
//!  genesis  <---  amendment 1  <---  amendment 2  <---  head
//!     \ the permissions it begins with       \ what order and shard set name
//! ```
//!
//! `docs/charter.md` explains it to operators; `docs/wire.md` has the documents.

mod amendment;
mod log;
mod not_permissions;
mod permissions;
mod refusal;
mod tree;

pub use self::{
    amendment::{Amendment, Decision, NotAnAmendment, ShardSet, Standby},
    log::{Added, Log},
    not_permissions::NotPermissions,
    permissions::{ActionLink, CLAIM, MAX_PERMISSIONS, NamedPermission, Permissions, SELF, SIGNER},
    refusal::NotAmended,
    tree::PermissionTree,
};

use crate::{
    HostCard, HostId, IdentityId, OrderId, PublicKey,
    authority::{self, Act, Authority},
    evidence::{Approved, Signed},
    identity::Genesis,
};
use alloc::{collections::BTreeMap, collections::BTreeSet, vec::Vec};

/// The most hosts that are enrolled at a time.
pub const MAX_HOSTS: usize = 64;

/// What holds for an identity at one head of its charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
    identity: IdentityId,
    head: OrderId,
    number: u64,
    permissions: PermissionTree,
    hosts: BTreeMap<HostId, HostCard>,
    standby: Option<Standby>,
    shards: Option<ShardSet>,
    successor: Option<(PublicKey, IdentityId)>,
}

/// An amendment that a charter took up: what follows from it, and the proof of its approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amended {
    /// The charter after it.
    pub charter: Charter,
    /// The amendment.
    pub amendment: Approved<Amendment>,
    /// For the hosts' records.
    pub step: NextHead,
}

/// One step of a charter from head to head. There is no other way to one than an approved
/// amendment:
///
/// ```compile_fail,E0451
/// # use brainswap::{IdentityId, OrderId, charter::NextHead};
/// fn forge(identity: IdentityId, previous: OrderId, head: OrderId) -> NextHead {
///     NextHead { identity, previous, head, enrolled: vec![] }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextHead {
    pub(crate) identity: IdentityId,
    pub(crate) previous: OrderId,
    pub(crate) head: OrderId,
    pub(crate) enrolled: Vec<HostId>,
}

impl Charter {
    /// The charter that an identity begins with; `id` is the genesis document's.
    ///
    /// # Errors
    ///
    /// [`NotPermissions`].
    pub fn begin(genesis: &Genesis, id: OrderId) -> Result<Self, NotPermissions> {
        let cards = genesis.epoch.roster.iter();
        Ok(Self {
            identity: id.into(),
            head: id,
            number: 0,
            permissions: genesis.permissions.to_tree()?,
            hosts: cards.map(|card| (card.host, card.clone())).collect(),
            standby: None,
            shards: None,
            successor: None,
        })
    }

    /// Which identity.
    #[must_use]
    pub const fn identity(&self) -> IdentityId {
        self.identity
    }

    /// The newest amendment, or the genesis document.
    #[must_use]
    pub const fn head(&self) -> OrderId {
        self.head
    }

    /// How many amendments there were.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Who decides what.
    #[must_use]
    pub const fn permissions(&self) -> &PermissionTree {
        &self.permissions
    }

    /// The hosts that may be named in orders and rosters.
    pub fn hosts(&self) -> impl Iterator<Item = &HostCard> {
        self.hosts.values()
    }

    /// Who takes over by itself when the holder dies.
    #[must_use]
    pub const fn standby(&self) -> Option<&Standby> {
        self.standby.as_ref()
    }

    /// The set of shards that counts.
    #[must_use]
    pub const fn shards(&self) -> Option<ShardSet> {
        self.shards
    }

    /// The key that follows this identity's, and the identity that it signs for.
    #[must_use]
    pub const fn successor(&self) -> Option<(PublicKey, IdentityId)> {
        self.successor
    }

    /// Takes an amendment up, if it follows this head, is approved and leaves a charter that holds
    /// together. `waited` is how long the one who asks has known the amendment, in seconds.
    ///
    /// # Errors
    ///
    /// [`NotAmended`]; the charter stays what it is.
    pub fn amend(&self, signed: Signed<Amendment>, waited: u32) -> Result<Amended, NotAmended> {
        let amendment = signed.document();
        if amendment.identity != self.identity {
            let (got, wanted) = (amendment.identity, self.identity);
            return Err(NotAmended::OtherIdentity { got, wanted });
        }
        if amendment.previous != self.head {
            let (previous, head) = (amendment.previous, self.head);
            return Err(NotAmended::OtherHead { previous, head });
        }
        let wanted = self.number.saturating_add(1);
        if amendment.number != wanted {
            return Err(NotAmended::OtherNumber { got: amendment.number, wanted });
        }
        let amendment = signed.approve([(self as &dyn Authority, waited)])?;
        let mut charter = self.clone();
        charter.decide_on(&amendment.document().decision)?;
        (charter.head, charter.number) = (amendment.id(), wanted);
        let step = NextHead {
            identity: self.identity,
            previous: self.head,
            head: charter.head,
            enrolled: charter.hosts.keys().copied().collect(),
        };
        Ok(Amended { charter, amendment, step })
    }

    /// Carries a decision out.
    fn decide_on(&mut self, decision: &Decision) -> Result<(), NotAmended> {
        match decision {
            Decision::SetPermission(permission) => Ok(self.permissions.set(permission)?),
            Decision::DeletePermission { name } => Ok(self.permissions.delete(*name)?),
            Decision::LinkAction { action, permission } => {
                Ok(self.permissions.link(*action, *permission)?)
            }
            Decision::UnlinkAction { action } => Ok(self.permissions.unlink(*action)?),
            Decision::EnrolHost { card } => {
                if self.hosts.len() >= MAX_HOSTS {
                    return Err(NotAmended::TooManyHosts { got: self.hosts.len() });
                }
                match self.hosts.insert(card.host, card.clone()) {
                    None => Ok(()),
                    Some(known) => Err(NotAmended::HostKnown { host: known.host }),
                }
            }
            Decision::RemoveHost { host } => match self.hosts.remove(host) {
                Some(_) => Ok(()),
                None => Err(NotAmended::HostUnknown { host: *host }),
            },
            Decision::RotateSigner { public_key, successor } => {
                self.successor = Some((*public_key, *successor));
                Ok(())
            }
            Decision::SetStandby { policy } => {
                if let Some(policy) = policy {
                    self.check_standby(policy)?;
                }
                self.standby.clone_from(policy);
                Ok(())
            }
            Decision::DealShards(set)
            | Decision::RefreshShards(set)
            | Decision::ReshareShards(set) => {
                let known = self.shards.map_or(0, |known| known.generation);
                if set.generation <= known {
                    return Err(NotAmended::OldGeneration { got: set.generation, known });
                }
                self.shards = Some(*set);
                Ok(())
            }
            Decision::Claim { .. } => Ok(()),
        }
    }

    fn check_standby(&self, policy: &Standby) -> Result<(), NotAmended> {
        let different: BTreeSet<_> = policy.hosts.iter().collect();
        let each_once = different.len() == policy.hosts.len();
        if policy.hosts.is_empty() || policy.hosts.len() > 16 || !each_once {
            return Err(NotAmended::Standby("1 to 16 hosts, each once, are named"));
        }
        if policy.stride == 0 || policy.wait_sec == 0 {
            return Err(NotAmended::Standby("stride and wait are 1 at least"));
        }
        policy.hosts.iter().try_for_each(|host| self.enrolled(*host))
    }

    fn enrolled(&self, host: HostId) -> Result<(), NotAmended> {
        if self.hosts.contains_key(&host) { Ok(()) } else { Err(NotAmended::HostUnknown { host }) }
    }
}

impl Authority for Charter {
    fn decide(&self, act: Act, signers: &BTreeSet<PublicKey>, waited: u32) -> authority::Decision {
        self.permissions.decide(act, signers, waited)
    }
}
