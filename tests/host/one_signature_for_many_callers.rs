//! T4 and the two-millisecond race that cost another signer its stake: check and record are one.

use crate::fixture::{Pair, Plain, message};
use brainswap::order::At;
use std::sync::Barrier;

#[test]
fn of_a_hundred_conflicting_requests_at_once_exactly_one_message_is_signed() {
    let (pair, source, _target) = Pair::new(1);
    for height in 1..20 {
        let barrier = Barrier::new(16);
        let signed = std::thread::scope(|scope| {
            let ask = |content: u8| {
                let (barrier, source, id) = (&barrier, &source, pair.ids[0]);
                scope.spawn(move || {
                    barrier.wait();
                    source.sign(id, &Plain, &message(height, content)).is_ok()
                })
            };
            let asked: Vec<_> = (0..16).map(ask).collect();
            asked.into_iter().map(|asked| asked.join().expect("joined")).filter(|ok| *ok).count()
        });
        assert_eq!(signed, 1, "height {height}");
    }
}

#[test]
fn while_an_identity_is_released_no_caller_signs_at_or_above_its_end() {
    let (pair, source, target) = Pair::new(1);
    let (order, id) = (pair.order(&At::Now), pair.ids[0]);
    let ready = target.prepare(&order).expect("ready");
    let barrier = Barrier::new(2);
    let (highest, release) = std::thread::scope(|scope| {
        let signing = scope.spawn(|| {
            barrier.wait();
            let signs = |height: &u64| source.sign(id, &Plain, &message(*height, 1)).is_ok();
            (1..2_000).take_while(signs).last().unwrap_or(0)
        });
        barrier.wait();
        let release = source.release(&order, &ready).expect("released");
        (signing.join().expect("joined"), release)
    });
    target.activate(&order, &release).expect("activated");
    if highest > 0 {
        let refused = target.sign(id, &Plain, &message(highest, 2)).expect_err("the source's");
        assert_eq!(refused.code(), "lease.outside");
    }
    target.sign(id, &Plain, &message(highest + 1, 2)).expect("the next is the target's");
}
