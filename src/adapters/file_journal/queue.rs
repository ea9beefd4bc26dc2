//! Queue: callers that wait for the same sync; the first of them writes for all.

use super::frame::{self, FrameBuilder};
use crate::ports::{Entry, JournalError, Seq};
use core::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The commits that are not durable yet.
///
/// There is no thread of its own: whoever finds nobody writing takes everything that is waiting,
/// writes it as one frame, and wakes the others; commits that arrive meanwhile are the next frame.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Those whose batch has an even number wait here,
    even: Condvar,
    /// and those with an odd one here, so that the end of a batch wakes nobody of the next.
    odd: Condvar,
    /// Those whose commit does not fit into the batch that is filling.
    room: Condvar,
}

struct State {
    pending: FrameBuilder,
    spare: FrameBuilder,
    /// The number of the batch that is filling.
    batch: u64,
    /// The commits in `pending` end here.
    last: u64,
    durable: u64,
    is_writing: bool,
    waits_for_room: bool,
    /// The last commit whose outcome is unknown, and why.
    failure: Option<(u64, JournalError)>,
}

/// A commit that has its number, and is not durable yet.
#[derive(Clone, Copy)]
pub(super) struct Ticket {
    seq: u64,
    batch: u64,
}

/// Makes a frame durable; it is told the number of the frame's first commit.
pub(super) trait WriteFrame: Fn(&mut FrameBuilder, u64) -> Result<(), JournalError> {}
impl<W: Fn(&mut FrameBuilder, u64) -> Result<(), JournalError>> WriteFrame for W {}

impl Queue {
    /// A queue behind a journal that ends at commit `last`.
    pub(super) fn new(last: u64) -> Self {
        Self {
            state: Mutex::new(State {
                pending: FrameBuilder::default(),
                spare: FrameBuilder::default(),
                batch: 0,
                last,
                durable: last,
                is_writing: false,
                waits_for_room: false,
                failure: None,
            }),
            even: Condvar::new(),
            odd: Condvar::new(),
            room: Condvar::new(),
        }
    }

    /// Gives a commit its number and its place in the next frame.
    pub(super) fn enqueue(
        &self,
        entries: &[Entry],
        write: &impl WriteFrame,
    ) -> Result<Ticket, JournalError> {
        let size = frame::size_of(entries)?;
        let mut state = self.lock()?;
        loop {
            if state.failure.is_some() {
                return Err(JournalError::Poisoned);
            }
            if state.pending.has_room_for(size) {
                break;
            }
            state = if state.is_writing {
                state.waits_for_room = true;
                wait(&self.room, state)?
            } else {
                self.lead(state, write)?
            };
        }
        state.last = state.last.checked_add(1).ok_or(JournalError::Poisoned)?;
        state.pending.push_commit(entries);
        Ok(Ticket { seq: state.last, batch: state.batch })
    }

    /// Returns when the commit is durable.
    pub(super) fn finish(
        &self,
        ticket: Ticket,
        write: &impl WriteFrame,
    ) -> Result<Seq, JournalError> {
        let mut state = self.lock()?;
        loop {
            if state.durable >= ticket.seq {
                return Ok(Seq::new(ticket.seq));
            }
            if let Some((until, error)) = &state.failure {
                let was_tried = ticket.seq <= *until;
                return Err(if was_tried { error.clone() } else { JournalError::Poisoned });
            }
            state = if state.is_writing {
                wait(self.done(ticket.batch), state)?
            } else {
                self.lead(state, write)?
            };
        }
    }

    /// The last durable commit, or why nothing more can be said.
    pub(super) fn durable(&self) -> Result<u64, JournalError> {
        let state = self.lock()?;
        if state.failure.is_some() { Err(JournalError::Poisoned) } else { Ok(state.durable) }
    }

    /// Writes everything that is waiting, while others queue up behind it.
    fn lead<'q>(
        &'q self,
        mut state: MutexGuard<'q, State>,
        write: &impl WriteFrame,
    ) -> Result<MutexGuard<'q, State>, JournalError> {
        state.is_writing = true;
        let batch = state.batch;
        state.batch += 1;
        let spare = mem::take(&mut state.spare);
        let frame = mem::replace(&mut state.pending, spare);
        let first = state.durable + 1;
        let last = state.last;
        if mem::take(&mut state.waits_for_room) {
            self.room.notify_all();
        }
        drop(state);
        // Promise 2: it has failed until it has succeeded, so that a panic counts as a failure.
        let mut turn =
            Turn { queue: self, frame, batch, last, result: Err(JournalError::Poisoned) };
        turn.result = write(&mut turn.frame, first);
        drop(turn);
        self.lock()
    }

    const fn done(&self, batch: u64) -> &Condvar {
        if batch.is_multiple_of(2) { &self.even } else { &self.odd }
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>, JournalError> {
        self.state.lock().map_err(|_| JournalError::Poisoned)
    }
}

fn wait<'q>(
    condvar: &Condvar,
    state: MutexGuard<'q, State>,
) -> Result<MutexGuard<'q, State>, JournalError> {
    condvar.wait(state).map_err(|_| JournalError::Poisoned)
}

/// One turn of writing; its end is told to everyone whom it concerns.
struct Turn<'q> {
    queue: &'q Queue,
    frame: FrameBuilder,
    batch: u64,
    last: u64,
    result: Result<(), JournalError>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let queue = self.queue;
        let mut state = queue.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_writing = false;
        match mem::replace(&mut self.result, Ok(())) {
            Ok(()) => {
                state.durable = self.last;
                let next_waits = state.pending.commits() > 0;
                self.frame.clear();
                state.spare = mem::take(&mut self.frame);
                drop(state);
                queue.done(self.batch).notify_all();
                if next_waits {
                    queue.done(self.batch + 1).notify_one();
                }
            }
            Err(error) => {
                state.failure = Some((self.last, error));
                drop(state);
                queue.even.notify_all();
                queue.odd.notify_all();
                queue.room.notify_all();
            }
        }
    }
}
