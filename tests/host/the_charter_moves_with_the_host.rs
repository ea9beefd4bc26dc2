//! The charter on a host: amendments are durable, orders name its head, and a fork raises an alarm.

use crate::fixture::{Pair, Plain, message};
use brainswap::{
    Host, HostCard, HostId, Lanes, OrderId, Position,
    charter::{Amendment, Decision},
    document::Envelope,
    handover::Alarm,
    identity::{Epoch, Mode},
    key::HostKey,
    order::{At, Fence, Order},
};

fn amendment(pair: &Pair, host: &Host, decision: Decision) -> Envelope {
    let charter = host.charter(pair.ids[0]).expect("known");
    pair.approved(&Amendment {
        identity: charter.identity(),
        previous: charter.head(),
        number: charter.number() + 1,
        replaces: vec![],
        decision,
        note: String::new(),
    })
}

fn enrol(name: &str) -> (HostCard, Decision) {
    let card = HostKey::generate().expect("random bytes").card(name);
    (card.clone(), Decision::EnrolHost { card })
}

/// The plan of the whole move, under another head.
fn order_under(pair: &Pair, head: OrderId) -> Envelope {
    let mut plan = pair.plan(&At::Now);
    plan.moves[0].charter = head;
    pair.approved(&plan)
}

#[test]
fn an_amendment_is_there_after_a_restart_with_everything_before_it() {
    let (pair, source, target) = Pair::new(1);
    for name in ["c", "d"] {
        let amendment = amendment(&pair, &source, enrol(name).1);
        source.amend(&amendment).expect("approved");
        target.amend(&amendment).expect("approved");
        source.amend(&amendment).expect("known: nothing changes");
    }
    let before = source.charter(pair.ids[0]).expect("known");
    let documents = source.charter_documents(pair.ids[0]).expect("known");
    assert_eq!((before.number(), before.hosts().count(), documents.len()), (2, 4, 3));
    drop(source);
    let source = pair.machines[0].open().expect("opens");
    assert_eq!(source.charter(pair.ids[0]).expect("known"), before);
    assert_eq!(source.charter_documents(pair.ids[0]).expect("known"), documents);
    assert_eq!(source.standing(pair.ids[0]).expect("known").charter, before.head());
}

#[test]
fn an_order_made_under_an_earlier_head_is_not_begun() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    source.amend(&amendment(&pair, &source, enrol("c").1)).expect("approved");
    let refused = source.release(&order, &ready).expect_err("made under the genesis");
    assert_eq!((refused.code(), refused.is_anyone_signing()), ("order.other_charter", Some(true)));
    source.sign(pair.ids[0], &Plain, &message(1, 1)).expect("the source signs on");
    let refused = target.prepare(&order_under(&pair, OrderId::from_bytes([5; 32])));
    assert_eq!(refused.expect_err("an unknown head").code(), "order.other_charter");
}

#[test]
fn an_order_under_the_newest_head_is_carried_out_once_both_hosts_have_it() {
    let (pair, source, target) = Pair::new(1);
    let amendment = amendment(&pair, &source, enrol("c").1);
    source.amend(&amendment).expect("approved");
    let order = order_under(&pair, amendment.id());
    let refused = target.prepare(&order).expect_err("the target has not heard of it");
    assert_eq!(refused.code(), "order.other_charter");
    target.amend(&amendment).expect("approved");
    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    target.activate(&order, &release).expect("activated");
}

#[test]
fn what_was_released_is_taken_up_whatever_was_decided_since() {
    let (pair, source, target) = Pair::new(1);
    let order = pair.order(&At::Now);
    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    let remove = Decision::RemoveHost { host: target.id() };
    let amendment = amendment(&pair, &target, remove);
    target.amend(&amendment).expect("approved");
    target.activate(&order, &release).expect("nobody else may sign from there");
    target.sign(pair.ids[0], &Plain, &message(1, 1)).expect("signs");
}

#[test]
fn a_host_that_was_removed_receives_nothing_and_may_still_give() {
    let (pair, source, target) = Pair::new(1);
    let remove = |host: HostId| amendment(&pair, &source, Decision::RemoveHost { host });
    let removed = remove(target.id());
    for host in [&source, &target] {
        host.amend(&removed).expect("approved");
    }
    let refused = target.prepare(&order_under(&pair, removed.id())).expect_err("removed");
    assert_eq!(refused.code(), "order.not_enrolled");
    source.sign(pair.ids[0], &Plain, &message(1, 1)).expect("the source signs on");
}

#[test]
fn a_fence_puts_none_but_enrolled_hosts_on_the_roster() {
    let (pair, source, target) = Pair::new(1);
    let (card, enrolment) = enrol("c");
    let fence = |head: OrderId| {
        let mut roster: Vec<HostCard> = pair.machines.iter().map(|one| one.card()).collect();
        let mut covers: Vec<HostId> = roster.iter().map(|card| card.host).collect();
        covers.sort();
        roster.push(card.clone());
        roster.sort_by_key(|card| card.host);
        let epoch = Epoch {
            roster,
            limit: Lanes::from(vec![Position::END]),
            witnesses: vec![],
            mode: Mode::Direct,
        };
        pair.approved(&Fence {
            identity: pair.ids[0],
            charter: head,
            number: 2,
            to: target.id(),
            at: Lanes::from(vec![Position::at_height(5)]),
            covers,
            gone: vec![],
            evidence: "a planned change of the roster".into(),
            epoch,
        })
    };
    let head = source.charter(pair.ids[0]).expect("known").head();
    assert_eq!(source.obey(&fence(head)).expect_err("a stranger").code(), "order.not_enrolled");
    let enrolled = amendment(&pair, &source, enrolment);
    for host in [&source, &target] {
        host.amend(&enrolled).expect("approved");
    }
    let fence = fence(enrolled.id());
    let ack = source.obey(&fence).expect("obeyed");
    target.take_over(&fence, &[ack]).expect("taken over");
}

#[test]
fn a_fork_raises_an_alarm_that_stays_and_keeps_both_documents() {
    let (pair, source, _) = Pair::new(1);
    let (first, second) =
        (amendment(&pair, &source, enrol("c").1), amendment(&pair, &source, enrol("d").1));
    source.amend(&first).expect("approved");
    let error = source.amend(&second).expect_err("the second of one head");
    assert_eq!(error.code(), "charter.fork");
    let kept = |host: &Host| [&first, &second].map(|document| host.order(document.id()));
    let both = [Some(first.clone()), Some(second.clone())];
    assert_eq!(kept(&source), both);
    drop(source);
    let source = pair.machines[0].open().expect("opens");
    let standing = source.standing(pair.ids[0]).expect("known");
    assert_eq!((standing.charter, standing.alarms), (first.id(), vec![Alarm::Forked]));
    assert_eq!(kept(&source), both);
}

#[test]
fn an_unapproved_amendment_changes_nothing() {
    let (pair, source, _) = Pair::new(1);
    let good = amendment(&pair, &source, enrol("c").1);
    let bare = Envelope::of(good.verify::<Amendment>().expect("an amendment").document());
    let before = pair.machines[0].medium.commits();
    let refused = source.amend(&bare.expect("JSON")).expect_err("nobody signed");
    assert_eq!(refused.code(), "authority.unapproved");
    assert_eq!(
        source.amend(&pair.order(&At::Now)).expect_err("no amendment").code(),
        "document.other_kind"
    );
    assert_eq!(pair.machines[0].medium.commits(), before);
}

#[test]
fn a_journal_that_lost_an_amendment_does_not_open() {
    let (pair, source, _) = Pair::new(1);
    let amendment = amendment(&pair, &source, enrol("c").1);
    source.amend(&amendment).expect("approved");
    drop(source);
    let (journal, mut entries) = pair.machines[0].medium.open().expect("free");
    let lost = brainswap::ports::EntryKey::Order(amendment.id());
    entries.retain(|entry| entry.key != lost);
    let key = Box::new(pair.machines[0].key.clone());
    let policy = brainswap::handover::Policy::Disk;
    let refused = Host::open(Box::new(journal), entries, key, policy).expect_err("lost");
    assert_eq!(refused.code(), "host.unreadable");
}

#[test]
fn an_order_for_another_head_of_the_same_plan_is_another_order() {
    let (pair, ..) = Pair::new(1);
    let (one, other) = (pair.order(&At::Now), order_under(&pair, OrderId::from_bytes([5; 32])));
    assert_ne!(one.id(), other.id());
    assert!(one.verify::<Order>().is_ok() && other.verify::<Order>().is_ok());
}
