//! Evidence: documents as the rules accept them, made only by checking signatures.

use crate::{
    HostId, OrderId, PublicKey,
    authority::{Act, Authority, Decision},
    document::{Document, DocumentError, Envelope},
    identity::{Genesis, NotAGenesis},
    order::{Fence, NotAnOrder, Order, Void},
};
use alloc::{boxed::Box, collections::BTreeSet, format, string::String};
use core::fmt;

/// A document that people approve: what it decides, and its form.
pub trait Approvable: Document {
    /// What is being decided.
    const ACT: Act;

    /// What can be wrong with its form.
    type Wrong: fmt::Display;

    /// Checks the form.
    ///
    /// # Errors
    ///
    /// What is wrong.
    fn check_form(&self) -> Result<(), Self::Wrong>;
}

impl Approvable for Genesis {
    const ACT: Act = Act::Genesis;
    type Wrong = NotAGenesis;
    fn check_form(&self) -> Result<(), NotAGenesis> {
        self.check()
    }
}

impl Approvable for Order {
    const ACT: Act = Act::Swap;
    type Wrong = NotAnOrder;
    fn check_form(&self) -> Result<(), NotAnOrder> {
        self.check()
    }
}

impl Approvable for Void {
    const ACT: Act = Act::Void;
    type Wrong = NotAnOrder;
    fn check_form(&self) -> Result<(), NotAnOrder> {
        self.check()
    }
}

impl Approvable for Fence {
    const ACT: Act = Act::Fence;
    type Wrong = NotAnOrder;
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

    /// Weighs the signatures. A document about several identities needs every one's authority.
    ///
    /// # Errors
    ///
    /// [`NotEvidence::Unapproved`], with what is missing.
    pub fn approve<'a>(
        self,
        authorities: impl IntoIterator<Item = &'a dyn Authority>,
    ) -> Result<Approved<T>, NotEvidence> {
        let mut asked = false;
        for authority in authorities {
            asked = true;
            let decision = authority.decide(T::ACT, &self.signers);
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
