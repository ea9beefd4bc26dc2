//! A tower locks what was voted for, and a vote that gives up a lock is refused.

use super::*;
use brainswap::chain::solana::{Lockout, LockoutRefusal, MAX_LOCKOUTS, NotATower};

#[test]
fn a_lock_doubles_with_every_vote_upon_it_and_the_32nd_roots_the_first() {
    let mut tower = tower(&[]);
    for slot in 1000..1031 {
        tower.vote(slot).unwrap();
    }
    assert_eq!((tower.votes().len(), tower.root()), (MAX_LOCKOUTS, Some(0)));
    let first = tower.votes()[0];
    assert_eq!(
        (first.slot, first.length(), first.last_locked_slot()),
        (1000, 1 << 31, 1000 + (1 << 31))
    );
    tower.vote(1031).unwrap();
    assert_eq!((tower.votes().len(), tower.root()), (MAX_LOCKOUTS, Some(1000)));
}

#[test]
fn a_vote_after_a_gap_drops_what_has_expired_and_nothing_else() {
    let slots = |tower: &Tower| tower.votes().iter().map(|vote| vote.slot).collect::<Vec<_>>();
    let at = |slot| {
        let mut tower = tower(&[100, 101, 102]);
        tower.vote(slot).unwrap();
        slots(&tower)
    };
    assert_eq!(at(104), [100, 101, 102, 104]);
    assert_eq!(at(105), [100, 101, 105]);
    assert_eq!(at(106), [100, 106]);
    assert_eq!(at(108), [100, 108]);
    assert_eq!(at(109), [109]);
}

#[test]
fn a_vote_below_the_last_or_at_it_is_refused() {
    let mut tower = tower(&[100]);
    for asked in [0, 99, 100] {
        let refused = tower.vote(asked).unwrap_err();
        assert_eq!(refused, LockoutRefusal::NotLater { asked, last: 100 });
    }
}

#[test]
fn the_same_tower_may_be_signed_again_and_another_for_its_slot_not() {
    let last = tower(&[100, 101]);
    assert_eq!(last.allows(&last), Ok(()));
    let error = last.allows(&tower(&[99, 101])).unwrap_err();
    assert_eq!(error.code(), "solana.not_later");
    assert_eq!(Tower::default().allows(&Tower::default()), Err(LockoutRefusal::Empty));
    assert_eq!(last.allows(&Tower::default()), Err(LockoutRefusal::Empty));
}

#[test]
fn a_tower_that_forgot_a_vote_which_locks_is_refused_and_one_that_waited_is_not() {
    let last = tower(&[100, 101, 102]);
    // 102 locks up to 104, 101 up to 105, 100 up to 108.
    for (slot, gives_up) in [(103, 100), (104, 100), (105, 100), (108, 100)] {
        let error = last.allows(&tower(&[slot])).unwrap_err();
        let locked = 108;
        assert_eq!(error, LockoutRefusal::LockedOut { slot: gives_up, locked, asked: slot });
        assert!(error.advice().contains("older tower"));
    }
    assert_eq!(last.allows(&tower(&[109])), Ok(()));
    let fork = |slot| {
        let votes =
            vec![Lockout { slot: 100, confirmations: 3 }, Lockout { slot, confirmations: 1 }];
        Tower::new(votes, Some(0)).unwrap()
    };
    assert_eq!(last.allows(&fork(106)), Ok(()), "101 and 102 have expired, 100 is kept");
    let early = fork(105);
    let error = last.allows(&early).unwrap_err();
    assert_eq!(error.code(), "solana.locked_out", "101 locks 105");
}

#[test]
fn a_stale_tower_that_goes_on_voting_is_refused_until_the_locks_are_over() {
    let (mut last, mut stale) = (tower(&[100]), tower(&[100]));
    for slot in 101..111 {
        last.vote(slot).unwrap();
    }
    let locked = last.votes().iter().map(Lockout::last_locked_slot).max().unwrap();
    for slot in [111, 120, 500, locked] {
        stale.vote(slot).unwrap();
        assert!(last.allows(&stale).is_err(), "{slot}");
    }
}

#[test]
fn roots_and_confirmations_do_not_fall() {
    let make = |votes: &[(u64, u32)], root| {
        let vote = |&(slot, confirmations): &(u64, u32)| Lockout { slot, confirmations };
        Tower::new(votes.iter().map(vote).collect(), root).unwrap()
    };
    let last = make(&[(100, 4), (101, 3)], Some(50));
    assert_eq!(last.allows(&make(&[(100, 4), (101, 3), (102, 1)], Some(50))), Ok(()));
    assert_eq!(last.allows(&make(&[(102, 1)], Some(101))), Ok(()), "all of it is rooted");
    for (next, code) in [
        (make(&[(100, 4), (101, 3), (102, 1)], Some(49)), "solana.root_back"),
        (make(&[(100, 4), (101, 3), (102, 1)], None), "solana.root_back"),
        (make(&[(100, 4), (101, 2), (102, 1)], Some(50)), "solana.confirmations_back"),
        (make(&[(101, 4), (102, 1)], Some(50)), "solana.locked_out"),
    ] {
        assert_eq!(last.allows(&next).unwrap_err().code(), code);
    }
}

#[test]
fn votes_that_the_vote_program_refuses_are_no_tower() {
    let make = |votes: &[(u64, u32)], root| {
        let vote = |&(slot, confirmations): &(u64, u32)| Lockout { slot, confirmations };
        Tower::new(votes.iter().map(vote).collect(), root)
    };
    let many: Vec<(u64, u32)> = (0..32).map(|at| (100 + at, 32 - at as u32)).collect();
    assert_eq!(make(&many, None), Err(NotATower::TooMany { got: 32 }));
    assert_eq!(make(&[(7, 0)], None), Err(NotATower::Confirmations { slot: 7, got: 0 }));
    assert_eq!(make(&[(7, 32)], None), Err(NotATower::Confirmations { slot: 7, got: 32 }));
    let order = Err(NotATower::Order { slot: 7, before: 7 });
    assert_eq!(make(&[(7, 2), (7, 1)], None), order);
    assert_eq!(make(&[(7, 2), (8, 2)], None), Err(NotATower::Order { slot: 8, before: 7 }));
    assert_eq!(make(&[(7, 2), (12, 1)], None), Err(NotATower::Expired { slot: 12, locked: 11 }));
    assert_eq!(make(&[(7, 1)], Some(7)), Err(NotATower::BelowRoot { slot: 7, root: 7 }));
    assert!(make(&[(0, 1)], Some(0)).is_ok(), "the genesis block may be voted for");
    assert!(make(&[(u64::MAX, 31)], None).unwrap().votes()[0].locks(u64::MAX));
}
