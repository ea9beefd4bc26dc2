//! One order moves thousands of identities, or exchanges two: all of it, or none.

use crate::world::{Host, approved, at, genesis, message, order, part};
use brainswap::{
    IdentityId,
    handover::{Input, Refusal},
    order::{At, Void},
};

/// Two hosts that hold one identity each, and a third on both rosters.
fn crossed() -> (Host, Host, Host, IdentityId, IdentityId) {
    let (mut s, mut t, mut u) = (Host::new(1), Host::new(2), Host::new(3));
    let x = approved(&genesis(50, &s, &[&s, &t, &u]));
    let y = approved(&genesis(51, &t, &[&s, &t, &u]));
    for host in [&mut s, &mut t, &mut u] {
        host.adopt(&x);
        host.adopt(&y);
    }
    (s, t, u, x.id().into(), y.id().into())
}

#[test]
fn two_identities_change_places_by_one_order() {
    let (mut s, mut t, _, x, y) = crossed();
    let exchange = order(vec![part(x, &s, &t, At::Now), part(y, &t, &s, At::Now)]);
    let readies = [s.ready(&exchange).expect("s"), t.ready(&exchange).expect("t")];
    let from_s = s.release(&exchange, &readies).expect("s gives x");
    let from_t = t.release(&exchange, &readies).expect("t gives y");
    s.activate(&exchange, &from_t).expect("s receives y");
    t.activate(&exchange, &from_s).expect("t receives x");
    t.sign(x, &message(1, 2)).expect("t signs x");
    s.sign(y, &message(1, 1)).expect("s signs y");
    assert!(s.sign(x, &message(2, 1)).is_err() && t.sign(y, &message(2, 2)).is_err());
}

/// Finding A4: what is promised in exchange is kept for the exchange.
#[test]
fn what_a_target_gives_in_exchange_is_locked_until_the_order_is_done_or_withdrawn() {
    let (s, mut t, mut u, x, y) = crossed();
    let exchange = order(vec![part(x, &s, &t, At::Now), part(y, &t, &s, At::Now)]);
    t.ready(&exchange).expect("t promises, and locks y");
    let rival = order(vec![part(y, &t, &u, At::Now)]);
    let ready = u.ready(&rival).expect("u is ready");
    let refusal = Refusal::Locked { order: exchange.id() };
    assert_eq!(t.release(&rival, std::slice::from_ref(&ready)).map(|_| ()), Err(refusal));
    let mut ids = vec![x, y];
    ids.sort();
    let void = approved(&Void { order: exchange.id(), identities: ids });
    t.feed(&[x, y], &Input::Void(void)).expect("withdrawn");
    t.release(&rival, &[ready]).expect("free again");
}

#[test]
fn a_promise_that_keeps_nothing_for_the_exchange_releases_nothing() {
    let (mut s, mut t, _, x, y) = crossed();
    let exchange = order(vec![part(x, &s, &t, At::Now), part(y, &t, &s, At::Now)]);
    s.ready(&exchange).expect("s");
    let mut ready = t.ready(&exchange).expect("t").message().clone();
    ready.locks.clear();
    let (ready, host) = (t.key.says(&ready), t.id());
    assert_eq!(s.release(&exchange, &[ready]).map(|_| ()), Err(Refusal::NotReady { host }));
}

/// Finding A5: withdrawn is the giving only; what was released to the withdrawer is still taken.
#[test]
fn after_a_withdrawal_the_withdrawer_still_takes_what_was_released_to_it() {
    let (mut s, mut t, _, x, y) = crossed();
    let exchange = order(vec![part(x, &s, &t, At::Now), part(y, &t, &s, At::Now)]);
    let readies = [s.ready(&exchange).expect("s"), t.ready(&exchange).expect("t")];
    let from_s = s.release(&exchange, &readies).expect("s gives x");
    let void = approved(&Void { order: exchange.id(), identities: vec![y] });
    t.feed(&[y], &Input::Void(void)).expect("t withdraws y");
    let again = t.ready(&exchange).expect("t asks again for x");
    assert!(again.message().locks.is_empty(), "and promises nothing more for y");
    t.activate(&exchange, &from_s).expect("t takes x");
    t.sign(x, &message(1, 2)).expect("x has a signer");
    t.sign(y, &message(1, 2)).expect("and so has y");
}

#[test]
fn an_exchange_releases_nothing_before_both_are_ready() {
    let (mut s, mut t, _, x, y) = crossed();
    let exchange = order(vec![part(x, &s, &t, At::Now), part(y, &t, &s, At::Now)]);
    let ready = t.ready(&exchange).expect("t");
    let host = s.id();
    assert_eq!(
        s.release(&exchange, std::slice::from_ref(&ready)).map(|_| ()),
        Err(Refusal::NotReady { host })
    );
    s.ready(&exchange).expect("s");
    s.release(&exchange, &[ready]).expect("both are ready now");
}

#[test]
fn one_identity_that_cannot_move_keeps_all_of_an_order_where_they_are() {
    let (mut s, mut t) = (Host::new(1), Host::new(2));
    let ids: Vec<IdentityId> = (0..20u8)
        .map(|seed| {
            let genesis = approved(&genesis(seed + 50, &s, &[&s, &t]));
            t.adopt(&genesis);
            s.adopt(&genesis)
        })
        .collect();
    let bulk = order(ids.iter().map(|id| part(*id, &s, &t, At::Position(at(5)))).collect());
    let ready = t.ready(&bulk).expect("ready");
    s.sign(ids[7], &message(5, 1)).expect("one of them has passed the position");
    let before = s.states.clone();
    assert!(matches!(
        s.release(&bulk, std::slice::from_ref(&ready)),
        Err(Refusal::PositionPassed { .. })
    ));
    assert_eq!(before, s.states);
    let now = order(ids.iter().map(|id| part(*id, &s, &t, At::Now)).collect());
    let ready = t.ready(&now).expect("ready");
    let release = s.release(&now, &[ready]).expect("all of them");
    assert_eq!(release.message().ends.len(), 20);
    t.activate(&now, &release).expect("all of them");
    for id in ids {
        t.sign(id, &message(6, 2)).expect("signs");
        assert!(s.sign(id, &message(7, 1)).is_err());
    }
}
