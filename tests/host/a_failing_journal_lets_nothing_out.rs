//! R3. Whatever happens to a commit, no signature and no document leaves that it does not cover.

use crate::fixture::{Pair, Plain, message};
use brainswap::{
    Family, Host, Lanes, Position, Reading,
    adapters::Failure,
    handover::Policy,
    order::At,
    ports::{Chain, Entry, Journal, JournalError, LaneRule, NotRead, Seq},
};
use std::sync::{
    Mutex,
    mpsc::{Receiver, Sender, channel},
};

#[test]
fn a_signature_whose_mark_failed_is_not_made_and_the_host_is_dead() {
    for failure in [Failure::Before, Failure::After] {
        let (pair, source, _target) = Pair::new(1);
        pair.machines[0].medium.fail_commit(1, failure);
        let error = source.sign(pair.ids[0], &Plain, &message(1, 1)).expect_err("no signature");
        assert_eq!((error.code(), error.family()), ("journal.io", Family::OutcomeUnknown));
        assert_eq!(error.is_anyone_signing(), None);
        let error = source.sign(pair.ids[0], &Plain, &message(2, 1)).expect_err("dead");
        assert_eq!((error.code(), error.family()), ("host.dead", Family::OutcomeUnknown));
        drop(source);
        let source = pair.machines[0].open().expect("opens from what is durable");
        pair.load(&source);
        // Lost or kept, the same message may be asked again; another only if the mark was lost.
        source.sign(pair.ids[0], &Plain, &message(1, 1)).expect("the same message");
    }
}

#[test]
fn a_release_whose_commit_failed_says_nothing_and_is_found_out_at_the_next_start() {
    for (failure, ended) in [(Failure::Before, false), (Failure::After, true)] {
        let (pair, source, target) = Pair::new(1);
        let order = pair.order(&At::Now);
        let ready = target.prepare(&order).expect("ready");
        pair.machines[0].medium.fail_commit(1, failure);
        let error = source.release(&order, &ready).expect_err("no release");
        assert_eq!(error.family(), Family::OutcomeUnknown);
        drop(source);
        let source = pair.machines[0].open().expect("opens");
        pair.load(&source);
        let signs = source.sign(pair.ids[0], &Plain, &message(1, 1)).is_ok();
        assert_eq!(signs, !ended, "{failure:?}");
        let release = source.release(&order, &ready).expect("resumed either way");
        target.activate(&order, &release).expect("activated");
        target.sign(pair.ids[0], &Plain, &message(2, 2)).expect("the new holder");
        assert!(source.sign(pair.ids[0], &Plain, &message(3, 1)).is_err());
    }
}

/// A disk that says yes and holds something else.
struct Liar(brainswap::adapters::MemoryJournal);

impl Journal for Liar {
    fn commit(&self, entries: &[Entry]) -> Result<Seq, JournalError> {
        self.0.commit(entries)
    }

    fn reread(&self, seq: Seq) -> Result<Vec<Entry>, JournalError> {
        let mut entries = self.0.reread(seq)?;
        entries.truncate(entries.len() - 1);
        Ok(entries)
    }

    fn syncs(&self) -> u64 {
        self.0.syncs()
    }
}

#[test]
fn a_release_that_reads_back_differently_does_not_leave() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    drop(source);
    let (journal, entries) = pair.machines[0].medium.open().expect("free");
    let (liar, key) = (Box::new(Liar(journal)), Box::new(pair.machines[0].key.clone()));
    let source = Host::open(liar, entries, key, Policy::Disk).expect("opens");
    pair.load(&source);
    let error = source.release(&order, &ready).expect_err("no release");
    assert_eq!((error.code(), error.family()), ("journal.unreadable", Family::OutcomeUnknown));
    let error = source.sign(pair.ids[0], &Plain, &message(1, 1)).expect_err("dead");
    assert_eq!(error.code(), "host.dead");
}

#[test]
fn a_promise_whose_commit_failed_is_not_given() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    pair.machines[1].medium.fail_commit(1, Failure::Before);
    assert!(target.prepare(&order).is_err());
    drop(target);
    let target = pair.machines[1].open().expect("opens");
    pair.load(&target);
    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    target.activate(&order, &release).expect("activated");
}

#[test]
fn an_activation_whose_commit_failed_is_repeated_after_the_start() {
    for failure in [Failure::Before, Failure::After] {
        let (pair, source, target) = Pair::new(1);
        let order = pair.order(&At::Now);
        let ready = target.prepare(&order).expect("ready");
        let release = source.release(&order, &ready).expect("released");
        pair.machines[1].medium.fail_commit(1, failure);
        assert!(target.activate(&order, &release).is_err());
        drop(target);
        let target = pair.machines[1].open().expect("opens");
        pair.load(&target);
        target.activate(&order, &release).expect("activated");
        target.sign(pair.ids[0], &Plain, &message(1, 2)).expect("signs");
    }
}

/// A journal that says that it reads back, waits, and then has read nothing.
struct Waiting {
    inner: Box<dyn Journal>,
    reading: Sender<()>,
    until: Mutex<Receiver<()>>,
}

impl Journal for Waiting {
    fn commit(&self, entries: &[Entry]) -> Result<Seq, JournalError> {
        self.inner.commit(entries)
    }

    fn reread(&self, _: Seq) -> Result<Vec<Entry>, JournalError> {
        self.reading.send(()).expect("the test waits");
        self.until.lock().expect("one reader").recv().expect("somebody asks to sign");
        Ok(vec![])
    }

    fn syncs(&self) -> u64 {
        self.inner.syncs()
    }
}

/// The chain, which says when a message is read: after that a caller waits for the identity.
struct Telling(Sender<()>);

impl Chain for Telling {
    fn name(&self) -> &'static str {
        Plain.name()
    }

    fn network_id(&self) -> Option<&str> {
        Plain.network_id()
    }

    fn lanes(&self) -> &'static [LaneRule] {
        Plain.lanes()
    }

    fn read(&self, message: &[u8]) -> Result<Reading, NotRead> {
        self.0.send(()).expect("the journal waits");
        Plain.read(message)
    }

    fn last_signable(&self, head: u64) -> Lanes<Position> {
        Plain.last_signable(head)
    }
}

#[test]
fn who_waited_while_an_outcome_became_unknown_signs_nothing() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    drop(source);
    let (journal, entries) = pair.machines[0].medium.open().expect("free");
    let ((tell, until), (reading, is_reading)) = (channel(), channel());
    let journal = Waiting { inner: Box::new(journal), reading, until: Mutex::new(until) };
    let key = Box::new(pair.machines[0].key.clone());
    let source = Host::open(Box::new(journal), entries, key, Policy::Disk).expect("opens");
    pair.load(&source);
    std::thread::scope(|threads| {
        let releasing = threads.spawn(|| source.release(&order, &ready).map(|_| ()));
        is_reading.recv().expect("the release is written, and held");
        let chain = Telling(tell);
        let signed = source.sign(pair.ids[0], &chain, &message(1, 1));
        let released = releasing.join().expect("no panic").expect_err("it was not read back");
        assert_eq!(released.family(), Family::OutcomeUnknown);
        assert_eq!(signed.expect_err("too late").family(), Family::OutcomeUnknown);
    });
}
