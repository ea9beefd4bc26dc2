//! Commit: what the rules decided becomes durable, and only then leaves (R3).

use super::{Error, Guard, Host, entry};
use crate::{
    document::Envelope,
    evidence::NotEvidence,
    handover::{Change, Durable, Effect, Input, Message, Sealed, State, step},
    ports::{Entry, JournalError, Seq},
};
use alloc::vec::Vec;
use core::sync::atomic::Ordering;

impl Host {
    /// Steps the states under these guards, makes the outcome durable, and only then lets it out.
    pub(super) fn advance(
        &self,
        guards: &mut [Guard<'_>],
        input: &Input,
        mut also: Vec<Entry>,
    ) -> Result<Vec<Effect>, Error> {
        // Under the locks: whoever waited for them must see that an outcome became unknown.
        self.alive()?;
        let states: Vec<&State> = guards.iter().map(|guard| &**guard).collect();
        let signing = || match states.as_slice() {
            [state] => Some(state.may_sign()),
            _ => None,
        };
        let sealed = step(&states, input).map_err(|refusal| Error::new(refusal, signing()))?;
        let changes = sealed.changes().to_vec();
        let effects = match sealed.open_unchanged() {
            Ok(effects) => effects,
            Err(sealed) => {
                let made = entry::entries(&changes);
                also.extend(made.map_err(|cause| Error::new(cause, signing()))?);
                self.make_durable(sealed, &also)?
            }
        };
        for change in changes {
            apply(guards, change);
        }
        Ok(effects)
    }

    fn make_durable(&self, sealed: Sealed, entries: &[Entry]) -> Result<Vec<Effect>, Error> {
        let seq = self.commit(entries)?;
        let durable = if sealed.needs_reread() {
            let found = self.journal.reread(seq).map_err(|error| self.die(error))?;
            if found != entries {
                return Err(self.die(JournalError::Unreadable { seq: seq.get() }));
            }
            Durable::after_reread(seq)
        } else {
            Durable::after_barrier(seq)
        };
        sealed.open(&durable).map_err(|_| self.die(JournalError::Unreadable { seq: seq.get() }))
    }

    pub(super) fn commit(&self, entries: &[Entry]) -> Result<Seq, Error> {
        self.journal.commit(entries).map_err(|error| {
            if error.is_refusal() { Error::new(error, None) } else { self.die(error) }
        })
    }

    /// After an unknown outcome, memory may differ from the disk: only opening again tells.
    fn die(&self, error: JournalError) -> Error {
        self.dead.store(true, Ordering::SeqCst);
        Error::new(error, None)
    }

    pub(super) fn documents(&self, effects: Vec<Effect>) -> Result<Vec<Envelope>, Error> {
        let mut documents = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(message) => documents.push(self.document(message)?),
                Effect::Sign(_) | Effect::Alarm(..) => {}
            }
        }
        Ok(documents)
    }

    /// A message as a document, signed with the host key.
    pub(super) fn document(&self, message: Message) -> Result<Envelope, Error> {
        let envelope = match &message {
            Message::Ready(document) => Envelope::of(document),
            Message::Release(document) => Envelope::of(document),
            Message::Decline(document) => Envelope::of(document),
            Message::Tail(document) => Envelope::of(document),
            Message::Activated(document) => Envelope::of(document),
            Message::FenceAck(document) => Envelope::of(document),
            Message::Attest(document) => Envelope::of(document),
            Message::Attested(document) => Envelope::of(document),
        };
        let cause = |error| Error::new(NotEvidence::from(error), None);
        let mut envelope = envelope.map_err(cause)?;
        let signed = self.signer.sign_document(&mut envelope);
        signed.map_err(|error| Error::new(error, None))?;
        Ok(envelope)
    }
}

/// Puts a durable change into memory.
fn apply(guards: &mut [Guard<'_>], change: Change) {
    let id = match &change {
        Change::Record(record) => record.identity,
        Change::Mark(id, ..) | Change::Run(id, _) => *id,
    };
    let found = guards.binary_search_by(|guard| guard.record.identity.cmp(&id));
    let Some(state) = found.ok().and_then(|found| guards.get_mut(found)) else { return };
    match change {
        Change::Record(record) => state.record = *record,
        Change::Mark(_, lane, mark) => state.record.raise(lane, mark),
        Change::Run(_, run) => state.run = run,
    }
}
