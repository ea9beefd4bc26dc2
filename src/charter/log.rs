//! Log: every document of a charter, from the genesis on, and the charter at each of its heads.

use super::{Amended, Amendment, Charter, NotAmended};
use crate::{
    OrderId,
    authority::Authority,
    document::Envelope,
    evidence::{Approved, NotEvidence, Signed},
    identity::Genesis,
};
use alloc::{boxed::Box, sync::Arc, vec, vec::Vec};

/// The documents of a charter in their order, each one checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    genesis: Approved<Genesis>,
    newest: Arc<Charter>,
    entries: Vec<(Envelope, Arc<Charter>)>,
}

/// What came of an amendment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is the newest head now.
    New(Box<Amended>),
    /// It was there already.
    Known,
}

impl Log {
    /// A charter without amendments: an approved genesis document.
    ///
    /// # Errors
    ///
    /// [`NotAmended`]: its form, its permissions, or its approvals.
    pub fn begin(genesis: &Envelope) -> Result<Self, NotAmended> {
        let signed = Signed::<Genesis>::verify(genesis)?;
        let charter = Charter::begin(signed.document(), signed.id())?;
        let approved = signed.approve([(&charter as &dyn Authority, 0)])?;
        let newest = Arc::new(charter);
        let entries = vec![(genesis.clone(), newest.clone())];
        Ok(Self { genesis: approved, newest, entries })
    }

    /// Replays a charter. Whoever waited has done so: every wait counts as over.
    ///
    /// # Errors
    ///
    /// [`NotAmended`]: the first document that does not follow.
    pub fn replay(genesis: &Envelope, amendments: &[Envelope]) -> Result<Self, NotAmended> {
        let mut log = Self::begin(genesis)?;
        for amendment in amendments {
            log.add(amendment, u32::MAX)?;
        }
        Ok(log)
    }

    /// The genesis document, approved.
    #[must_use]
    pub const fn genesis(&self) -> &Approved<Genesis> {
        &self.genesis
    }

    /// The charter at the newest head.
    #[must_use]
    pub const fn newest(&self) -> &Arc<Charter> {
        &self.newest
    }

    /// The charter as it was at this head.
    #[must_use]
    pub fn at(&self, head: OrderId) -> Option<&Arc<Charter>> {
        self.entries.iter().map(|(_, charter)| charter).find(|charter| charter.head() == head)
    }

    /// Every document, the genesis first.
    pub fn documents(&self) -> impl Iterator<Item = &Envelope> {
        self.entries.iter().map(|(envelope, _)| envelope)
    }

    /// Takes an amendment up that follows the newest head. `waited` is how long it was known here,
    /// in seconds.
    ///
    /// # Errors
    ///
    /// [`NotAmended`]; [`NotAmended::Fork`] if it follows an earlier head as validly as the one
    /// that was taken up there.
    pub fn add(&mut self, amendment: &Envelope, waited: u32) -> Result<Added, NotAmended> {
        let signed = Signed::<Amendment>::verify(amendment)?;
        if self.at(signed.id()).is_some() {
            return Ok(Added::Known);
        }
        let head = signed.document().previous;
        let mut from = self.entries.iter().skip_while(|(_, charter)| charter.head() != head);
        if let (Some((_, before)), Some((ours, _))) = (from.next(), from.next()) {
            before.amend(signed, waited)?;
            let (ours, theirs) = (Box::new(ours.clone()), Box::new(amendment.clone()));
            return Err(NotAmended::Fork { head, ours, theirs });
        }
        let amended = self.newest.amend(signed, waited)?;
        self.newest = Arc::new(amended.charter.clone());
        self.entries.push((amendment.clone(), self.newest.clone()));
        Ok(Added::New(Box::new(amended)))
    }
}

impl From<crate::identity::NotAGenesis> for NotAmended {
    fn from(error: crate::identity::NotAGenesis) -> Self {
        let reason = alloc::format!("{error}");
        Self::Evidence(NotEvidence::Form { kind: "genesis", reason })
    }
}
