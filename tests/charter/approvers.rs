//! "An approver never approves two conflicting decisions."

use crate::world::*;
use brainswap::{
    approver::{Memory, NotApprovable, approve_amendment},
    charter::{Amendment, Decision},
    document::Envelope,
};

#[test]
fn a_second_amendment_of_one_head_is_approved_only_if_it_replaces_the_first() {
    let charter = charter();
    let enrol = |number| following(&charter, Decision::EnrolHost { card: card(number) });
    let id = |amendment: &Amendment| Envelope::of(amendment).unwrap().id();
    let (first, second) = (enrol(103), enrol(104));
    let memory = approve_amendment(&Memory::default(), (&first, id(&first))).unwrap();
    let again = approve_amendment(&memory, (&first, id(&first)));
    assert_eq!(again.as_ref(), Ok(&memory), "the same one may be signed again");
    let refused = approve_amendment(&memory, (&second, id(&second)));
    let conflict = NotApprovable::Conflict { approved: id(&first) };
    assert_eq!((conflict.code(), refused), ("approver.conflict", Err(conflict)));
    let replacing = Amendment { replaces: vec![id(&first)], ..second };
    let memory = approve_amendment(&memory, (&replacing, id(&replacing))).unwrap();
    let back = approve_amendment(&memory, (&first, id(&first)));
    assert_eq!(back, Err(NotApprovable::Conflict { approved: id(&replacing) }));
}

#[test]
fn amendments_of_different_heads_do_not_conflict() {
    let one = charter();
    let two = after(&one, Decision::EnrolHost { card: card(103) }, &OWNERS);
    let mut memory = Memory::default();
    for charter in [one, two] {
        let amendment = following(&charter, Decision::RemoveHost { host: host(102) });
        let id = Envelope::of(&amendment).unwrap().id();
        memory = approve_amendment(&memory, (&amendment, id)).unwrap();
    }
    assert_eq!(memory.amendments.len(), 2);
}
