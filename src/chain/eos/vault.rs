//! Vault: what EOSIO's block vault accepts from the hosts of one producer.

use super::{Produced, Slot};
use crate::{
    Digest, Intent, Lane,
    watermark::{Mark, WatermarkRefusal, check},
};

/// The state of a block vault: an arbiter that hosts of one producer ask before they publish.
///
/// It is the mark of [`EosProducer`](super::EosProducer) and, beside it, what the hosts hold for
/// irreversible. Import a vault's state with [`last_block`](Self::last_block) and
/// [`Produced::to_mark`]. Source: EOSIO 2.1 `blockvault_client_plugin`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BlockVault {
    block: Option<Produced>,
    snapshot: Option<Produced>,
    irreversible: u32,
}

/// Why the vault refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultRefusal {
    /// The block or snapshot is not higher in both number and time.
    #[error(transparent)]
    NotAhead(WatermarkRefusal),
    /// The host knows of fewer irreversible blocks than another did.
    #[error("block {asked} is irreversible here, and block {known} is already")]
    Behind {
        /// What the host knows.
        asked: u32,
        /// What the vault knows.
        known: u32,
    },
    /// The block is irreversible already, or another one at its number is.
    #[error("block {number} is not above {irreversible}, which is irreversible")]
    Irreversible {
        /// The block's number.
        number: u32,
        /// The last irreversible one.
        irreversible: u32,
    },
}

impl VaultRefusal {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAhead(refusal) => refusal.code(),
            Self::Behind { .. } => "vault.behind",
            Self::Irreversible { .. } => "vault.irreversible",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotAhead(_) => "do not publish it: this producer has come further elsewhere",
            Self::Behind { .. } => "do not publish it: wait until this host has caught up",
            Self::Irreversible { .. } => "do nothing: that number is decided",
        }
    }
}

impl BlockVault {
    /// The last block that was accepted from a host.
    #[must_use]
    pub const fn last_block(&self) -> Option<Produced> {
        self.block
    }

    /// A block that a host has made, before it publishes it.
    ///
    /// # Errors
    ///
    /// [`VaultRefusal`]; the state stays as it is.
    pub fn propose(&mut self, block: Produced, irreversible: u32) -> Result<(), VaultRefusal> {
        let next = ahead(self.block, block)?;
        if irreversible < self.irreversible {
            return Err(VaultRefusal::Behind { asked: irreversible, known: self.irreversible });
        }
        self.block = Some(next);
        self.irreversible = irreversible;
        Ok(())
    }

    /// A block of another producer, which a host has received.
    ///
    /// # Errors
    ///
    /// [`VaultRefusal::Irreversible`]; the state stays as it is.
    pub fn append(&mut self, number: u32, irreversible: u32) -> Result<(), VaultRefusal> {
        if self.irreversible >= number {
            let irreversible = self.irreversible;
            return Err(VaultRefusal::Irreversible { number, irreversible });
        }
        self.irreversible = self.irreversible.max(irreversible);
        Ok(())
    }

    /// A snapshot of the chain at a block.
    ///
    /// # Errors
    ///
    /// [`VaultRefusal::NotAhead`]; the state stays as it is.
    pub fn propose_snapshot(&mut self, number: u32, slot: Slot) -> Result<(), VaultRefusal> {
        self.snapshot = Some(ahead(self.snapshot, Produced { number, slot })?);
        Ok(())
    }
}

/// The later one, if the watermark lets it follow.
fn ahead(last: Option<Produced>, next: Produced) -> Result<Produced, VaultRefusal> {
    let intent = Intent {
        lane: Lane::FIRST,
        position: next.position(),
        floor: next.floor(),
        digest: Digest::from_bytes([0; 32]),
    };
    let mark: Option<Mark> = last.map(Produced::to_mark);
    check(mark.as_ref(), &intent).map_err(VaultRefusal::NotAhead)?;
    Ok(next)
}
