//! Right: an identity's lease as a value, whose type says what may still be done with it.

use super::{Error, Host, lock};
use crate::{
    IdentityId, OrderId, PublicKey, Signature, document::Envelope, evidence::Signed, order::At,
    order::Order, ports::Chain,
};
use core::{fmt, marker::PhantomData};

/// The lease runs on: it signs, and can be released.
#[derive(Debug)]
pub struct Held;

/// The lease ends at a position that was named: it signs up to there.
#[derive(Debug)]
pub struct Limited;

/// The lease has ended. There is nothing to sign with.
#[derive(Debug)]
pub struct Released;

/// This host's lease of one identity, in one of three states.
///
/// A released lease does not sign, and that is a compile error, not a refusal:
///
/// ```compile_fail,E0599
/// # use brainswap::{*, ports::Chain};
/// fn too_late(right: Right<'_, Released>, chain: &dyn Chain) {
///     let signature = right.sign(chain, b"a header");
/// }
/// ```
///
/// Releasing uses the right up:
///
/// ```compile_fail,E0382
/// # use brainswap::{*, document::Envelope, ports::Chain};
/// fn once(right: Right<'_, Held>, chain: &dyn Chain, order: &Envelope, ready: &[Envelope]) {
///     let released = right.release(order, ready);
///     let signature = right.sign(chain, b"a header");
/// }
/// ```
///
/// And a right is not copied:
///
/// ```compile_fail,E0599
/// # use brainswap::*;
/// fn two(right: Right<'_, Held>) {
///     let second = right.clone();
/// }
/// ```
#[must_use = "the right to sign is a value: keep it where it is used"]
pub struct Right<'h, S> {
    host: &'h Host,
    identity: IdentityId,
    lease: OrderId,
    state: PhantomData<S>,
}

/// What a host's record says of its newest lease.
#[derive(Debug)]
#[must_use]
pub enum RightOf<'h> {
    /// It runs on.
    Held(Right<'h, Held>),
    /// It ends at a named position that was not reached.
    Limited(Right<'h, Limited>),
    /// It has ended.
    Released(Right<'h, Released>),
    /// There is none.
    None,
}

/// What a release leaves.
#[derive(Debug)]
#[must_use]
pub enum AfterRelease<'h> {
    /// The end lies ahead: the host signs up to there.
    Limited(Right<'h, Limited>),
    /// Nothing is left.
    Released(Right<'h, Released>),
}

impl Host {
    /// This host's right of an identity, as its record has it now.
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown identity.
    pub fn right(&self, identity: IdentityId) -> Result<RightOf<'_>, Error> {
        let slot = self.slot(identity)?;
        let state = lock(&slot.state);
        let record = &state.record;
        let Some(lease) = record.newest() else { return Ok(RightOf::None) };
        let lease_id = lease.id;
        Ok(if record.is_open(lease) {
            RightOf::Held(Right::new(self, identity, lease_id))
        } else if lease.has_room(&record.marks) {
            RightOf::Limited(Right::new(self, identity, lease_id))
        } else {
            RightOf::Released(Right::new(self, identity, lease_id))
        })
    }

    /// The key that an identity's signatures verify under.
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown identity.
    pub fn public_key(&self, identity: IdentityId) -> Result<PublicKey, Error> {
        Ok(self.slot(identity)?.genesis.public_key)
    }
}

impl<'h, S> Right<'h, S> {
    const fn new(host: &'h Host, identity: IdentityId, lease: OrderId) -> Self {
        Self { host, identity, lease, state: PhantomData }
    }

    /// Of which identity.
    #[must_use]
    pub const fn identity(&self) -> IdentityId {
        self.identity
    }

    /// The lease: the base of the next order.
    #[must_use]
    pub const fn lease(&self) -> OrderId {
        self.lease
    }
}

impl<'h> Right<'h, Held> {
    /// Signs a message under the lease; see [`Host::sign`].
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn sign(&self, chain: &dyn Chain, message: &[u8]) -> Result<Signature, Error> {
        self.host.sign(self.identity, chain, message)
    }

    /// Signs a message that has no position; see [`Host::sign_unplaced`].
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn sign_unplaced(&self, chain: &dyn Chain, message: &[u8]) -> Result<Signature, Error> {
        self.host.sign_unplaced(self.identity, chain, message)
    }

    /// Ends the lease under an order; see [`Host::release`]. A refusal gives the right back.
    ///
    /// # Errors
    ///
    /// The right, and why it was not released.
    pub fn release(
        self,
        order: &Envelope,
        readies: &[Envelope],
    ) -> Result<(AfterRelease<'h>, Envelope), (Self, Error)> {
        let (host, identity, lease) = (self.host, self.identity, self.lease);
        let later = Signed::<Order>::verify(order).is_ok_and(|order| {
            let mut parts = order.document().moves.iter();
            parts.any(|part| part.identity == identity && part.at != At::Now)
        });
        match host.release(order, readies) {
            Ok(release) if later => {
                Ok((AfterRelease::Limited(Right::new(host, identity, lease)), release))
            }
            Ok(release) => Ok((AfterRelease::Released(Right::new(host, identity, lease)), release)),
            Err(error) => Err((self, error)),
        }
    }
}

impl<'h> Right<'h, Limited> {
    /// Signs a message below the named end; see [`Host::sign`].
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn sign(&self, chain: &dyn Chain, message: &[u8]) -> Result<Signature, Error> {
        self.host.sign(self.identity, chain, message)
    }

    /// Signs a message that has no position; see [`Host::sign_unplaced`].
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub fn sign_unplaced(&self, chain: &dyn Chain, message: &[u8]) -> Result<Signature, Error> {
        self.host.sign_unplaced(self.identity, chain, message)
    }

    /// Gives up what is left below the end; see [`Host::close`].
    ///
    /// # Errors
    ///
    /// The right, and why nothing was given up.
    pub fn close(self, order: OrderId) -> Result<(Right<'h, Released>, Envelope), (Self, Error)> {
        match self.host.close(order) {
            Ok(tail) => Ok((Right::new(self.host, self.identity, self.lease), tail)),
            Err(error) => Err((self, error)),
        }
    }
}

impl<S> fmt::Debug for Right<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Right")
            .field("identity", &self.identity)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}
