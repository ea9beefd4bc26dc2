//! "A wait is counted by the host that acts, from when it durably first saw the plan; a veto by the
//! same or a higher permission ends it."

use crate::fixture::{Machine, Pair, Plain, message};
use brainswap::{
    Cause, Error, Host, PublicKey,
    authority::{KeyWeight, Name, WaitWeight, WeightedAuthority},
    charter::{Amendment, Decision, NamedPermission, Permissions},
    document::{Document, Envelope},
    key::{KeyKind, SecretKey},
    order::{At, Veto},
};
use std::sync::Arc;

const DAY: u32 = 86_400;
const NOON: u64 = 1_800_000_000;

/// `active`: two of two people, or one of them and a day; `owner`: the approver of the fixture.
struct Slow {
    pair: Pair,
    people: [SecretKey; 2],
    source: Host,
    target: Host,
}

fn slow() -> Slow {
    let machines = [Machine::new(), Machine::new()];
    let (source, target) = (machines[0].create(), machines[1].create());
    let new = || SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    let (approver, people) = (new(), [new(), new()]);
    let mut pair = Pair { machines, approver, ids: vec![], keys: vec![] };
    let weight = |key: PublicKey| KeyWeight { key, weight: 1 };
    let owner = WeightedAuthority::of_key(pair.approver.public_key());
    let mut keys: Vec<_> = people.iter().map(|key| weight(key.public_key())).collect();
    keys.sort();
    let waits = vec![WaitWeight { wait_sec: DAY, weight: 1 }];
    let active = WeightedAuthority { threshold: 2, keys, accounts: vec![], waits };
    let named = |name, parent, authority| NamedPermission { name, parent, authority };
    let permissions =
        vec![named(Name::ACTIVE, Name::OWNER, active), named(Name::OWNER, Name::EMPTY, owner)];
    let key = Arc::new(new());
    let mut genesis = pair.genesis(&key);
    genesis.permissions = Permissions { permissions, links: vec![] };
    let genesis = pair.approved(&genesis);
    let id = source.adopt(&genesis).expect("adopted");
    target.adopt(&genesis).expect("adopted");
    (pair.ids, pair.keys) = (vec![id], vec![key]);
    pair.load(&source);
    pair.load(&target);
    Slow { pair, people, source, target }
}

impl Slow {
    fn by<T: Document>(&self, people: &[usize], document: &T) -> Envelope {
        let mut envelope = Envelope::of(document).expect("JSON");
        people.iter().for_each(|which| self.people[*which].sign_document(&mut envelope));
        envelope
    }

    /// The plan, approved by the first of the two.
    fn order(&self) -> Envelope {
        self.by(&[0], &self.pair.plan(&At::Now))
    }

    fn veto(&self, order: &Envelope) -> Veto {
        Veto { plan: order.id(), identities: self.pair.ids.clone() }
    }

    fn time_is(&self, seconds: u64) {
        self.source.time_is(seconds);
        self.target.time_is(seconds);
    }
}

fn waiting<T: core::fmt::Debug>(result: Result<T, Error>) -> u32 {
    let error = result.expect_err("it waits");
    assert_eq!((error.code(), error.is_safe_to_retry()), ("authority.waiting", true));
    match error.cause() {
        Cause::Waiting { waited, .. } => *waited,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plan_that_lacks_an_approval_is_carried_out_after_its_wait() {
    let slow = slow();
    let order = slow.order();
    slow.time_is(NOON);
    assert_eq!(waiting(slow.target.prepare(&order)), 0);
    assert!(!slow.source.propose(&order).expect("known")[0].is_satisfied());
    slow.time_is(NOON + u64::from(DAY) - 1);
    assert_eq!(waiting(slow.target.prepare(&order)), DAY - 1);
    slow.time_is(NOON + u64::from(DAY));
    let ready = slow.target.prepare(&order).expect("ripe");
    let release = slow.source.release(&order, &ready).expect("ripe here too");
    slow.target.activate(&order, &release).expect("activated");
    slow.target.sign(slow.pair.ids[0], &Plain, &message(1, 1)).expect("signs");
}

#[test]
fn each_host_counts_from_when_it_first_saw_the_plan_itself() {
    let slow = slow();
    let order = slow.order();
    slow.time_is(NOON);
    waiting(slow.target.prepare(&order));
    slow.time_is(NOON + u64::from(DAY));
    let ready = slow.target.prepare(&order).expect("ripe");
    assert_eq!(waiting(slow.source.release(&order, &ready)), 0, "the source hears of it now");
    slow.time_is(NOON + 2 * u64::from(DAY));
    slow.source.release(&order, &ready).expect("ripe");
}

#[test]
fn a_wait_goes_on_over_a_restart() {
    let slow = slow();
    let order = slow.order();
    slow.time_is(NOON);
    waiting(slow.target.prepare(&order));
    drop(slow.target);
    let target = slow.pair.machines[1].open().expect("opens");
    slow.pair.load(&target);
    target.time_is(NOON + 60);
    assert_eq!(waiting(target.prepare(&order)), 60);
    target.time_is(NOON + u64::from(DAY));
    target.prepare(&order).expect("ripe");
}

#[test]
fn a_plan_that_waits_can_be_vetoed_after_a_restart() {
    let slow = slow();
    let order = slow.order();
    slow.time_is(NOON);
    waiting(slow.target.prepare(&order));
    let veto = slow.by(&[1], &slow.veto(&order));
    drop(slow.target);
    let target = slow.pair.machines[1].open().expect("opens");
    target.veto(&veto).expect("the plan is kept");
    target.time_is(NOON + 2 * u64::from(DAY));
    assert_eq!(waiting(target.prepare(&order)), 0);
}

#[test]
fn a_host_that_was_not_told_the_time_lets_nothing_ripen() {
    let slow = slow();
    let error = slow.target.prepare(&slow.order()).expect_err("no time");
    assert_eq!(error.code(), "host.no_time");
    slow.time_is(NOON);
    waiting(slow.target.prepare(&slow.order()));
    slow.time_is(NOON - 5_000);
    assert_eq!(waiting(slow.target.prepare(&slow.order())), 0, "a clock set back adds nothing");
}

#[test]
fn a_full_approval_does_not_wait() {
    let slow = slow();
    let order = slow.by(&[0, 1], &slow.pair.plan(&At::Now));
    slow.target.prepare(&order).expect("no time was told, none is needed");
}

#[test]
fn a_veto_ends_the_wait_and_full_approval_still_counts() {
    let slow = slow();
    let order = slow.order();
    slow.time_is(NOON);
    waiting(slow.target.prepare(&order));
    slow.target.veto(&slow.by(&[1], &slow.veto(&order))).expect("the same permission");
    slow.time_is(NOON + 10 * u64::from(DAY));
    assert_eq!(waiting(slow.target.prepare(&order)), 0);
    let mut full = order.clone();
    full.merge(&slow.by(&[1], &slow.pair.plan(&At::Now))).expect("the same plan");
    slow.target.prepare(&full).expect("two of two");
}

#[test]
fn a_higher_permission_may_veto_and_a_stranger_may_not() {
    let slow = slow();
    let order = slow.order();
    slow.time_is(NOON);
    waiting(
        slow.source.propose(&order).map(|_| ()).and_then(|()| slow.source.release(&order, &[])),
    );
    let veto = slow.veto(&order);
    let mut strange = Envelope::of(&veto).expect("JSON");
    SecretKey::generate(KeyKind::Ed25519).expect("random bytes").sign_document(&mut strange);
    let refused = slow.source.veto(&strange).expect_err("a stranger");
    assert_eq!(refused.code(), "authority.unapproved");
    slow.source.veto(&slow.pair.approved(&veto)).expect("the owner");
    slow.time_is(NOON + 10 * u64::from(DAY));
    assert_eq!(waiting(slow.source.release(&order, &[])), 0);
}

#[test]
fn a_plan_that_is_not_known_can_not_be_vetoed() {
    let slow = slow();
    let veto = slow.pair.approved(&slow.veto(&slow.order()));
    assert_eq!(slow.target.veto(&veto).expect_err("unknown").code(), "plan.unknown");
}

#[test]
fn a_plan_that_nobody_of_weight_signed_is_not_kept() {
    let slow = slow();
    slow.time_is(NOON);
    let before = slow.pair.machines[1].medium.commits();
    let mut strange = Envelope::of(&slow.pair.plan(&At::Now)).expect("JSON");
    SecretKey::generate(KeyKind::Ed25519).expect("random bytes").sign_document(&mut strange);
    let refused = slow.target.prepare(&strange).expect_err("a stranger");
    assert_eq!(refused.code(), "authority.unapproved");
    assert!(!slow.target.propose(&strange).expect("weighed")[0].is_satisfied());
    assert_eq!(slow.pair.machines[1].medium.commits(), before);
}

#[test]
fn an_amendment_waits_like_an_order_and_what_waited_under_the_old_head_is_forgotten() {
    let slow = slow();
    let charter = slow.source.charter(slow.pair.ids[0]).expect("known");
    let remove = Decision::RemoveHost { host: slow.target.id() };
    let amendment = slow.by(
        &[1],
        &Amendment {
            identity: charter.identity(),
            previous: charter.head(),
            number: 1,
            replaces: vec![],
            decision: remove,
            note: String::new(),
        },
    );
    let order = slow.order();
    slow.time_is(NOON);
    waiting(slow.source.amend(&amendment));
    waiting(slow.source.release(&order, &[]));
    slow.time_is(NOON + u64::from(DAY));
    slow.source.amend(&amendment).expect("ripe");
    let refused = slow.source.release(&order, &[]).expect_err("the old head");
    assert_eq!(refused.code(), "order.other_charter");
    let reopened = {
        let Slow { pair, source, .. } = slow;
        drop(source);
        pair.machines[0].open().expect("replays what waited").charter(pair.ids[0]).expect("known")
    };
    assert_eq!((reopened.head(), reopened.number()), (amendment.id(), 1));
}
