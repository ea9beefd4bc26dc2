//! R4, R5, R10. A start finds every mark, lease and promise again, or refuses.

use crate::fixture::{Machine, Pair, Plain, message};
use brainswap::{
    Host,
    handover::Policy,
    order::At,
    ports::{Chain as _, EntryKey},
};

#[test]
fn marks_leases_promises_and_ends_survive_a_restart_at_every_step() {
    let (pair, mut source, mut target) = Pair::new(1);
    let id = pair.ids[0];
    let restart = |which: usize, host: Host| {
        drop(host);
        let host = pair.machines[which].open().expect("opens");
        pair.load(&host);
        host
    };
    source.sign(id, &Plain, &message(5, 1)).expect("signs");
    source = restart(0, source);
    assert_eq!(
        source.sign(id, &Plain, &message(5, 2)).expect_err("refused").code(),
        "watermark.conflict"
    );
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    target = restart(1, target);
    let again = target.prepare(&order).expect("ready again");
    assert_ne!(ready, again, "another session");
    let release = source.release(&order, &again).expect("released");
    source = restart(0, source);
    assert_eq!(
        source.sign(id, &Plain, &message(6, 1)).expect_err("refused").code(),
        "lease.outside"
    );
    let repeated = source.release(&order, &[]).expect("said again");
    assert_ne!(release, repeated, "another session");
    target.activate(&order, &repeated).expect("activated");
    target = restart(1, target);
    target.sign(id, &Plain, &message(6, 2)).expect("signs");
}

#[test]
fn every_start_is_a_new_session() {
    let machine = Machine::new();
    let first = machine.create();
    let before = first.session();
    first.stop().expect("stopped");
    let second = machine.open().expect("opens");
    assert_eq!(second.session().number, before.number + 1);
    assert_ne!(second.session().nonce, before.nonce);
}

/// A process that waited for the head in vain must not let the next one skip the wait.
#[test]
fn a_process_that_never_was_allowed_to_act_leaves_no_clean_stop() {
    let (pair, source, _target) = Pair::new(1);
    let id = pair.ids[0];
    drop(source); // killed
    let open = || {
        let (journal, entries) = pair.machines[0].medium.open().expect("free");
        let key = Box::new(pair.machines[0].key.clone());
        let host = Host::open(Box::new(journal), entries, key, Policy::Skip).expect("opens");
        pair.load(&host);
        host
    };
    for _ in 0..2 {
        let host = open();
        let refused = host.sign(id, &Plain, &message(9, 1)).expect_err("refused");
        assert_eq!(refused.code(), "start.awaits_head");
        host.stop().expect("stopped");
    }
    let host = open();
    host.saw_head(id, &Plain.last_signable(8)).expect("seen");
    host.stop().expect("stopped");
    open().sign(id, &Plain, &message(10, 1)).expect("a clean stop needs no head");
}

#[test]
fn the_records_of_another_host_key_are_refused() {
    let (pair, source, _target) = Pair::new(1);
    drop(source);
    let (journal, entries) = pair.machines[0].medium.open().expect("free");
    let other = Machine::new();
    let error = Host::open(Box::new(journal), entries, Box::new(other.key), Policy::Disk);
    assert_eq!(error.expect_err("refused").code(), "host.other");
}

#[test]
fn a_journal_that_lost_any_one_of_its_facts_is_refused() {
    let (pair, source, _target) = Pair::new(1);
    source.sign(pair.ids[0], &Plain, &message(5, 1)).expect("signs");
    drop(source);
    let lost = |which: fn(&EntryKey) -> bool| {
        let (journal, mut entries) = pair.machines[0].medium.open().expect("free");
        let before = entries.len();
        entries.retain(|entry| !which(&entry.key));
        assert_eq!(entries.len(), before - 1);
        let key = Box::new(pair.machines[0].key.clone());
        Host::open(Box::new(journal), entries, key, Policy::Disk).expect_err("refused").code()
    };
    assert_eq!(lost(|key| matches!(key, EntryKey::Host)), "host.unreadable");
    assert_eq!(lost(|key| matches!(key, EntryKey::Identity(_))), "host.unreadable");
    assert_eq!(lost(|key| matches!(key, EntryKey::Order(_))), "host.unreadable");
}

#[test]
fn an_entry_that_cannot_be_read_is_refused() {
    let (pair, source, _target) = Pair::new(1);
    source.sign(pair.ids[0], &Plain, &message(5, 1)).expect("signs");
    drop(source);
    let count = pair.machines[0].medium.entries().len();
    for which in 0..count {
        let (journal, mut entries) = pair.machines[0].medium.open().expect("free");
        let last = entries[which].value.len() - 1;
        entries[which].value.truncate(last);
        let key = Box::new(pair.machines[0].key.clone());
        let error = Host::open(Box::new(journal), entries, key, Policy::Disk);
        assert_eq!(error.expect_err("refused").code(), "host.unreadable", "entry {which}");
    }
}
