//! "Two valid successors of one head are a detected fork, reported with both documents."

use crate::world::*;
use brainswap::charter::{Added, Decision, Log, NotAmended};

#[test]
fn a_second_approved_amendment_of_one_head_is_a_fork_and_both_documents_are_named() {
    let genesis = signed(&genesis(permissions()), &OWNERS[..3]);
    let mut log = Log::begin(&genesis).unwrap();
    let begin = log.newest().clone();
    let enrol = |number| following(&begin, Decision::EnrolHost { card: card(number) });
    let (first, second) = (signed(&enrol(103), &OWNERS[..3]), signed(&enrol(104), &OWNERS[2..]));
    assert!(matches!(log.add(&first, 0), Ok(Added::New(_))));
    let later = following(log.newest(), Decision::RemoveHost { host: host(102) });
    log.add(&signed(&later, &OWNERS), 0).unwrap();
    let before = log.clone();
    let Err(NotAmended::Fork { head, ours, theirs }) = log.add(&second, 0) else {
        panic!("the fork was not seen");
    };
    assert_eq!((head, *ours, *theirs), (begin.head(), first, second));
    assert_eq!(log, before);
}

#[test]
fn an_amendment_of_an_old_head_that_nobody_approved_is_no_fork() {
    let genesis = signed(&genesis(permissions()), &OWNERS[..3]);
    let mut log = Log::begin(&genesis).unwrap();
    let begin = log.newest().clone();
    let enrol = |number| following(&begin, Decision::EnrolHost { card: card(number) });
    log.add(&signed(&enrol(103), &OWNERS[..3]), 0).unwrap();
    for people in [&OWNERS[..2], &ACTIVES] {
        let refused = log.add(&signed(&enrol(104), people), 0).unwrap_err();
        assert_eq!(refused.code(), "authority.unapproved");
    }
}
