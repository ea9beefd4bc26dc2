//! Evidence: documents as the rules accept them, made only by checking signatures.

use crate::{
    HostId, IdentityId, OrderId, PublicKey,
    authority::{Act, Authority, Decision},
    charter::{Amendment, NotAnAmendment},
    document::{Document, DocumentError, Envelope},
    identity::{Genesis, NotAGenesis},
    order::{Fence, NotAnOrder, Order, Veto, Void},
};
use alloc::{boxed::Box, collections::BTreeSet, format, string::String, vec::Vec};
use core::fmt;

/// A document that people approve: what it decides, and its form.
pub trait Approvable: Document {
    /// What can be wrong with its form.
    type Wrong: fmt::Display;

    /// What is being decided.
    fn act(&self) -> Act;

    /// The identities that it is about, in order.
    fn identities(&self) -> Vec<IdentityId>;

    /// The head of an identity's charter that it was made under, if it names one.
    fn head(&self, _: IdentityId) -> Option<OrderId> {
        None
    }

    /// Checks the form.
    ///
    /// # Errors
    ///
    /// What is wrong.
    fn check_form(&self) -> Result<(), Self::Wrong>;
}

impl Approvable for Genesis {
    type Wrong = NotAGenesis;
    fn act(&self) -> Act {
        Act::Genesis
    }
    fn identities(&self) -> Vec<IdentityId> {
        Vec::new()
    }
    fn check_form(&self) -> Result<(), NotAGenesis> {
        self.check()
    }
}

impl Approvable for Order {
    type Wrong = NotAnOrder;
    fn act(&self) -> Act {
        Act::Swap
    }
    fn identities(&self) -> Vec<IdentityId> {
        self.moves.iter().map(|part| part.identity).collect()
    }
    fn head(&self, identity: IdentityId) -> Option<OrderId> {
        self.moves.iter().find(|part| part.identity == identity).map(|part| part.charter)
    }
    fn check_form(&self) -> Result<(), NotAnOrder> {
        self.check()
    }
}

impl Approvable for Void {
    type Wrong = NotAnOrder;
    fn act(&self) -> Act {
        Act::Void
    }
    fn identities(&self) -> Vec<IdentityId> {
        self.identities.clone()
    }
    fn check_form(&self) -> Result<(), NotAnOrder> {
        self.check()
    }
}

impl Approvable for Fence {
    type Wrong = NotAnOrder;
    fn act(&self) -> Act {
        Act::Fence
    }
    fn identities(&self) -> Vec<IdentityId> {
        Vec::from([self.identity])
    }
    fn head(&self, _: IdentityId) -> Option<OrderId> {
        Some(self.charter)
    }
    fn check_form(&self) -> Result<(), NotAnOrder> {
        self.check()
    }
}

impl Approvable for Amendment {
    type Wrong = NotAnAmendment;
    fn act(&self) -> Act {
        self.decision.act()
    }
    fn identities(&self) -> Vec<IdentityId> {
        Vec::from([self.identity])
    }
    fn head(&self, _: IdentityId) -> Option<OrderId> {
        Some(self.previous)
    }
    fn check_form(&self) -> Result<(), NotAnAmendment> {
        self.check()
    }
}

impl Approvable for Veto {
    type Wrong = NotAnOrder;
    /// The strictest; a host weighs a veto as the plan that it is about.
    fn act(&self) -> Act {
        Act::Fence
    }
    fn identities(&self) -> Vec<IdentityId> {
        self.identities.clone()
    }
    fn check_form(&self) -> Result<(), NotAnOrder> {
        self.check()
    }
}

/// A document whose form is right and whose signatures are good; nobody weighed them yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<T> {
    document: T,
    id: OrderId,
    signers: BTreeSet<PublicKey>,
}

/// Why a document is not evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotEvidence {
    /// It cannot be believed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Its form breaks a rule.
    #[error("the {kind} is not valid: {reason}")]
    Form {
        /// The kind of document.
        kind: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The approvals do not suffice.
    #[error("approved with weight {}, {} is needed", .0.gathered, .0.needed)]
    Unapproved(Box<Decision>),
}

impl NotEvidence {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::Form { .. } => "document.form",
            Self::Unapproved(_) => "authority.unapproved",
        }
    }
}

impl<T: Approvable> Signed<T> {
    /// Checks signatures and form.
    ///
    /// # Errors
    ///
    /// [`NotEvidence::Document`] or [`NotEvidence::Form`].
    pub fn verify(envelope: &Envelope) -> Result<Self, NotEvidence> {
        let verified = envelope.verify::<T>()?;
        verified
            .document()
            .check_form()
            .map_err(|reason| NotEvidence::Form { kind: T::KIND, reason: format!("{reason}") })?;
        let (document, id, signers) = verified.into_parts();
        Ok(Self { document, id, signers })
    }

    /// The document, not yet approved.
    pub const fn document(&self) -> &T {
        &self.document
    }

    /// Its id.
    pub const fn id(&self) -> OrderId {
        self.id
    }

    /// The keys whose signatures are good.
    pub const fn signers(&self) -> &BTreeSet<PublicKey> {
        &self.signers
    }

    /// Weighs the signatures, by each authority after so many seconds of waiting. A document about
    /// several identities needs every one's authority.
    ///
    /// # Errors
    ///
    /// [`NotEvidence::Unapproved`], with what is missing.
    pub fn approve<'a>(
        self,
        authorities: impl IntoIterator<Item = (&'a dyn Authority, u32)>,
    ) -> Result<Approved<T>, NotEvidence> {
        let act = self.document.act();
        self.approve_as(act, authorities)
    }

    /// Weighs the signatures as those of another act.
    pub(crate) fn approve_as<'a>(
        self,
        act: Act,
        authorities: impl IntoIterator<Item = (&'a dyn Authority, u32)>,
    ) -> Result<Approved<T>, NotEvidence> {
        let mut asked = false;
        for (authority, waited) in authorities {
            asked = true;
            let decision = authority.decide(act, &self.signers, waited);
            if !decision.is_satisfied() {
                return Err(NotEvidence::Unapproved(Box::new(decision)));
            }
        }
        if !asked {
            return Err(NotEvidence::Form {
                kind: T::KIND,
                reason: String::from("it names no identity of this host"),
            });
        }
        Ok(Approved { document: self.document, id: self.id })
    }
}

/// A document that its authority approved. There is no other way to one:
///
/// ```compile_fail,E0451
/// # use brainswap::{OrderId, order::Order, evidence::Approved};
/// fn forge(document: Order, id: OrderId) -> Approved<Order> {
///     Approved { document, id }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved<T> {
    document: T,
    id: OrderId,
}

impl<T> Approved<T> {
    /// The document.
    pub const fn document(&self) -> &T {
        &self.document
    }

    /// The digest of the exact bytes approved (R6).
    pub const fn id(&self) -> OrderId {
        self.id
    }
}

/// A document that a host signs.
pub trait HostDocument: Document {
    /// The host that must have signed it.
    fn host(&self) -> HostId;
}

/// A message that the host it names has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromHost<T> {
    message: T,
}

impl<T: HostDocument> FromHost<T> {
    /// Checks that the host that the message names has signed it.
    ///
    /// # Errors
    ///
    /// [`NotEvidence::Document`].
    pub fn verify(envelope: &Envelope) -> Result<Self, NotEvidence> {
        let verified = envelope.verify::<T>()?;
        let host = verified.document().host();
        let key = PublicKey::Ed25519(*host.as_bytes());
        if !verified.signers().contains(&key) {
            return Err(DocumentError::NotSignedBy { key }.into());
        }
        Ok(Self { message: verified.into_parts().0 })
    }
}

impl<T> FromHost<T> {
    /// The message.
    pub const fn message(&self) -> &T {
        &self.message
    }
}
