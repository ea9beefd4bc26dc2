//! Moves: orders, promises, releases and fences, as a host takes them in and answers them.

use super::{Error, Guard, Host, Slot, approval::signed, entry, lock, nonce};
use crate::{
    HostId, IdentityId, OrderId,
    document::Envelope,
    evidence::FromHost,
    handover::{Effect, Input, Refusal, Tail},
    order::{Fence, Order, Void},
    ports::Entry,
};
use alloc::{collections::BTreeSet, sync::Arc, vec::Vec};
use std::sync::PoisonError;

impl Host {
    /// H5: promises to receive under an order. The answer is a `ready`, the same whenever asked;
    /// and an `activated` for what was received already.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed.
    pub fn prepare(&self, order: &Envelope) -> Result<Vec<Envelope>, Error> {
        let (order, envelope) = (signed::<Order>(order)?, order);
        let here = self.id();
        let slots =
            self.concerned(order.document(), |part| part.to == here || part.from == here)?;
        let order = self.approve(order, envelope, &slots)?;
        let loaded =
            |slot: &&Arc<Slot>| slot.key.read().unwrap_or_else(PoisonError::into_inner).is_some();
        let keys = slots.iter().filter(loaded).map(|slot| lock(&slot.state).record.identity);
        let keys: BTreeSet<IdentityId> = keys.collect();
        let kept = self.keeping(order.id(), envelope);
        self.drive(&slots, &Input::Order { order, nonce: nonce()?, keys }, kept, envelope)
    }

    /// H6: ends this host's leases under an order, once every target is ready. The answer is the
    /// release, read back from the medium, and the same whenever asked.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed, unless its family says that the outcome is unknown.
    pub fn release(&self, order: &Envelope, readies: &[Envelope]) -> Result<Envelope, Error> {
        let (order, envelope) = (signed::<Order>(order)?, order);
        let here = self.id();
        let slots = self.concerned(order.document(), |part| part.from == here)?;
        let order = self.approve(order, envelope, &slots)?;
        let readies = readies.iter().map(FromHost::verify).collect::<Result<Vec<_>, _>>();
        let readies = readies.map_err(|error| Error::new(error, None))?;
        let kept = self.keeping(order.id(), envelope);
        let input = Input::Readies { order, readies, back: nonce()? };
        one(self.drive(&slots, &input, kept, envelope)?)
    }

    /// H7: takes over where the source ended. The answer says from where on, whenever asked.
    /// What else comes back are questions for witnesses.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed.
    pub fn activate(&self, order: &Envelope, release: &Envelope) -> Result<Vec<Envelope>, Error> {
        let (order, envelope) = (signed::<Order>(order)?, order);
        let here = self.id();
        let slots = self.concerned(order.document(), |part| part.to == here)?;
        let order = self.approve(order, envelope, &slots)?;
        let release = FromHost::verify(release).map_err(|error| Error::new(error, None))?;
        self.drive(&slots, &Input::Released { order, release }, Vec::new(), envelope)
    }

    /// H8: hands back what was released to this host, unused as far as it was not used.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed.
    pub fn decline(&self, order: &Envelope, release: &Envelope) -> Result<Envelope, Error> {
        let (order, envelope) = (signed::<Order>(order)?, order);
        let here = self.id();
        let slots = self.concerned(order.document(), |part| part.to == here)?;
        let order = self.approve(order, envelope, &slots)?;
        let release = FromHost::verify(release).map_err(|error| Error::new(error, None))?;
        one(self.drive(&slots, &Input::Decline { order, release }, Vec::new(), envelope)?)
    }

    /// H8: takes back, as the source, what the target declined.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed.
    pub fn take_back(&self, order: &Envelope, decline: &Envelope) -> Result<Vec<Envelope>, Error> {
        let (order, envelope) = (signed::<Order>(order)?, order);
        let here = self.id();
        let slots = self.concerned(order.document(), |part| part.from == here)?;
        let order = self.approve(order, envelope, &slots)?;
        let decline = FromHost::verify(decline).map_err(|error| Error::new(error, None))?;
        self.drive(&slots, &Input::Declined { order, decline }, Vec::new(), envelope)
    }

    /// H9: gives up what is left below a scheduled end, and says what was signed last.
    ///
    /// # Errors
    ///
    /// [`Error`]: nothing was released under this order.
    pub fn close(&self, order: OrderId) -> Result<Envelope, Error> {
        self.alive()?;
        let released = |slot: &Arc<Slot>| {
            let state = lock(&slot.state);
            let mut said = state.record.leases.iter().filter_map(|lease| lease.released.as_ref());
            said.any(|said| said.order == order)
        };
        let slots: Vec<_> = self.all_slots().into_iter().filter(released).collect();
        if slots.is_empty() {
            return Err(Error::new(Refusal::UnknownLease { base: order }, None));
        }
        let mut guards: Vec<Guard<'_>> = slots.iter().map(|slot| lock(&slot.state)).collect();
        let effects = self.advance(&mut guards, &Input::Close(order), Vec::new())?;
        drop(guards);
        one(self.documents(effects)?)
    }

    /// H9: the source's last word frees this host from conservative floors.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed.
    pub fn take_tail(&self, tail: &Envelope) -> Result<(), Error> {
        self.alive()?;
        let tail = FromHost::<Tail>::verify(tail).map_err(|error| Error::new(error, None))?;
        let mut ids: Vec<IdentityId> = tail.message().marks.iter().map(|(id, _)| *id).collect();
        ids.sort();
        ids.dedup();
        let slots = ids.iter().map(|id| self.slot(*id)).collect::<Result<Vec<_>, _>>()?;
        let mut guards: Vec<Guard<'_>> = slots.iter().map(|slot| lock(&slot.state)).collect();
        self.advance(&mut guards, &Input::Tail(tail), Vec::new())?;
        Ok(())
    }

    /// H10: withdraws an order, unless this host has released under it.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed.
    pub fn void(&self, void: &Envelope) -> Result<(), Error> {
        self.alive()?;
        let (void, envelope) = (signed::<Void>(void)?, void);
        let ids = &void.document().identities;
        let slots = ids.iter().map(|id| self.slot(*id)).collect::<Result<Vec<_>, _>>()?;
        let void = self.approve(void, envelope, &slots)?;
        let mut guards: Vec<Guard<'_>> = slots.iter().map(|slot| lock(&slot.state)).collect();
        self.advance(&mut guards, &Input::Void(void), Vec::new())?;
        Ok(())
    }

    /// H11: obeys a fence. The answer says where everything that this host ever held ended.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed, unless its family says that the outcome is unknown.
    pub fn obey(&self, fence: &Envelope) -> Result<Envelope, Error> {
        let (fence, envelope) = (signed::<Fence>(fence)?, fence);
        let slots = [self.slot(fence.document().identity)?];
        let fence = self.approve(fence, envelope, &slots)?;
        let kept = self.keeping(fence.id(), envelope);
        one(self.drive(&slots, &Input::Fence(fence), kept, envelope)?)
    }

    /// H12: takes over under a fence, with the acknowledgements of every host that is not gone.
    ///
    /// # Errors
    ///
    /// [`Error`]; nothing changed.
    pub fn take_over(&self, fence: &Envelope, acks: &[Envelope]) -> Result<Vec<Envelope>, Error> {
        let (fence, envelope) = (signed::<Fence>(fence)?, fence);
        let slots = [self.slot(fence.document().identity)?];
        let fence = self.approve(fence, envelope, &slots)?;
        let acks = acks.iter().map(FromHost::verify).collect::<Result<Vec<_>, _>>();
        let acks = acks.map_err(|error| Error::new(error, None))?;
        let kept = self.keeping(fence.id(), envelope);
        self.drive(&slots, &Input::Acks { fence, acks }, kept, envelope)
    }

    /// The identities of an order that this host has a part in.
    fn concerned(
        &self,
        order: &Order,
        concerns: impl Fn(&crate::order::Move) -> bool,
    ) -> Result<Vec<Arc<Slot>>, Error> {
        self.alive()?;
        let parts = order.moves.iter().filter(|part| concerns(part));
        let slots = parts.map(|part| self.slot(part.identity)).collect::<Result<Vec<_>, _>>()?;
        let named = order.moves.first().map(|part| part.to).unwrap_or(HostId::from_bytes([0; 32]));
        if slots.is_empty() {
            let refusal = Refusal::NotForThisHost { named, here: self.id() };
            return Err(Error::new(refusal, None));
        }
        Ok(slots)
    }

    /// The entry that keeps an order for a later resume, unless it is kept.
    pub(super) fn keeping(&self, id: OrderId, envelope: &Envelope) -> Vec<Entry> {
        if lock(&self.orders).contains_key(&id) {
            Vec::new()
        } else {
            Vec::from([entry::order(id, envelope)])
        }
    }

    fn drive(
        &self,
        slots: &[Arc<Slot>],
        input: &Input,
        kept: Vec<Entry>,
        envelope: &Envelope,
    ) -> Result<Vec<Envelope>, Error> {
        let new = !kept.is_empty();
        let mut guards: Vec<Guard<'_>> = slots.iter().map(|slot| lock(&slot.state)).collect();
        let effects: Vec<Effect> = self.advance(&mut guards, input, kept)?;
        drop(guards);
        if new {
            lock(&self.orders).insert(envelope.id(), envelope.clone());
        }
        self.documents(effects)
    }
}

/// The one document that a step answers with.
fn one(documents: Vec<Envelope>) -> Result<Envelope, Error> {
    let first = documents.into_iter().next();
    first.ok_or_else(|| Error::new(super::Cause::Dead, None))
}
