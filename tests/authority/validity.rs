//! "Sorted, unique, reachable, within the limits": each other input is refused with its own code.

use crate::{authority, level};
use brainswap::authority::{
    KeyWeight, List, MAX_AUTHORITY_JSON, MAX_ENTRIES, NotAnAuthority, WeightedAuthority,
};

fn refusal(authority: &WeightedAuthority<u8>) -> (NotAnAuthority, &'static str) {
    let refused = authority.check().unwrap_err();
    assert!(!refused.advice().is_empty());
    (refused.clone(), refused.code())
}

#[test]
fn keys_permissions_and_waits_that_are_out_of_order_are_refused() {
    let unsorted = |list, at| (NotAnAuthority::Unsorted { list, at }, "authority.unsorted");
    let keys = authority(1, &[(2, 1), (1, 1)], &[], &[]);
    assert_eq!(refusal(&keys), unsorted(List::Keys, 1));
    let actors = authority(1, &[], &[("a@b", 1), ("c@a", 1), ("b@z", 1)], &[]);
    assert_eq!(refusal(&actors), unsorted(List::Accounts, 2));
    let permissions = authority(1, &[], &[("a@c", 1), ("a@b", 1)], &[]);
    assert_eq!(refusal(&permissions), unsorted(List::Accounts, 1));
    let waits = authority(1, &[], &[], &[(20, 1), (10, 2)]);
    assert_eq!(refusal(&waits), unsorted(List::Waits, 1));
}

#[test]
fn an_entry_that_is_there_twice_is_refused() {
    let double = |list, at| (NotAnAuthority::Double { list, at }, "authority.double");
    assert_eq!(refusal(&authority(1, &[(1, 1), (1, 2)], &[], &[])), double(List::Keys, 1));
    let levels = authority(1, &[], &[("a@b", 1), ("a@b", 2)], &[]);
    assert_eq!(refusal(&levels), double(List::Accounts, 1));
    let waits = authority(1, &[], &[], &[(10, 1), (20, 1), (20, 2)]);
    assert_eq!(refusal(&waits), double(List::Waits, 2));
}

#[test]
fn a_threshold_that_is_0_or_out_of_reach_is_refused() {
    let zero = authority(0, &[(1, 1)], &[], &[]);
    assert_eq!(refusal(&zero), (NotAnAuthority::ZeroThreshold, "authority.zero_threshold"));
    let high = authority(u32::MAX, &[(1, u16::MAX)], &[("a@b", 1)], &[(1, 1)]);
    let unreachable = NotAnAuthority::Unreachable { threshold: u64::from(u32::MAX), total: 65_537 };
    assert_eq!(refusal(&high), (unreachable, "authority.unreachable"));
    let just = authority(65_537, &[(1, u16::MAX)], &[("a@b", 1)], &[(1, 1)]);
    assert_eq!(just.check(), Ok(()));
}

#[test]
fn a_wait_of_0_seconds_is_refused() {
    let zero = authority(1, &[(1, 1)], &[], &[(0, 1)]);
    assert_eq!(refusal(&zero), (NotAnAuthority::ZeroWait, "authority.zero_wait"));
}

#[test]
fn more_entries_than_65536_are_refused_and_as_many_are_taken() {
    let keys = |count: u32| -> Vec<_> {
        (0..count).map(|key| KeyWeight { key, weight: u16::MAX }).collect()
    };
    let with = |count| WeightedAuthority {
        threshold: u32::MAX - u32::from(u16::MAX),
        keys: keys(count),
        accounts: vec![],
        waits: vec![],
    };
    assert_eq!(with(MAX_ENTRIES as u32).check(), Ok(()));
    let refused = with(MAX_ENTRIES as u32 + 1).check().unwrap_err();
    assert_eq!(refused, NotAnAuthority::TooMany { got: MAX_ENTRIES + 1 });
    assert_eq!(refused.code(), "authority.too_many");
}

#[test]
fn a_weight_of_0_and_waits_alone_are_valid_and_waiting_is_reported() {
    assert_eq!(authority(1, &[(1, 0), (2, 1)], &[], &[]).check(), Ok(()));
    let open = authority(3, &[(1, 3)], &[], &[(10, 1), (20, 1), (30, 1), (40, 9)]);
    assert_eq!(open.check(), Ok(()));
    assert_eq!(open.opens_after(), Some(30));
    assert_eq!(authority(3, &[(1, 3)], &[], &[(10, 2)]).opens_after(), None);
}

#[test]
fn json_is_read_in_the_form_of_nodeos_and_otherwise_refused() {
    let json = br#"{"threshold":2,"keys":[{"key":1,"weight":1}],
        "accounts":[{"permission":{"actor":"bob","permission":"active"},"weight":1}],
        "waits":[{"wait_sec":60,"weight":1}]}"#;
    let read = WeightedAuthority::<u8>::from_json(json).unwrap();
    assert_eq!(read, authority(2, &[(1, 1)], &[("bob@active", 1)], &[(60, 1)]));
    assert_eq!(read.accounts[0].permission, level("bob@active"));
    for wrong in [
        &br#"{"threshold":1,"keys":[],"accounts":[],"waits":[],"more":1}"#[..],
        br#"{"threshold":1,"keys":[{"key":1,"weight":65536}],"accounts":[],"waits":[]}"#,
        br#"{"threshold":1,"keys":[],"accounts":[]}"#,
        br#"{"threshold":1,"threshold":1,"keys":[],"accounts":[],"waits":[]}"#,
        b"\xff",
        b"",
    ] {
        let refused = WeightedAuthority::<u8>::from_json(wrong).unwrap_err();
        assert_eq!(refused.code(), "authority.form", "{refused}");
    }
    let unreachable = br#"{"threshold":1,"keys":[],"accounts":[],"waits":[]}"#;
    let refused = WeightedAuthority::<u8>::from_json(unreachable).unwrap_err();
    assert_eq!(refused.code(), "authority.unreachable");
}

#[test]
fn a_longer_json_than_is_read_is_refused_before_it_is_parsed() {
    let long = vec![b' '; MAX_AUTHORITY_JSON + 1];
    let refused = WeightedAuthority::<u8>::from_json(&long).unwrap_err();
    assert_eq!(refused, NotAnAuthority::TooLong { got: MAX_AUTHORITY_JSON + 1 });
    assert_eq!(refused.code(), "authority.too_long");
    let refused = WeightedAuthority::<u8>::from_json(&long[1..]).unwrap_err();
    assert_eq!(refused.code(), "authority.form");
}
