//! "A name is 64 bits; no two texts are read as the same name."

use crate::Chance;
use brainswap::{
    IdentityId,
    authority::{Actor, Level, Name, NotAName},
};

#[test]
fn every_number_is_a_name_that_is_read_back() {
    let mut chance = Chance(1);
    for _ in 0..10_000 {
        // Few bits are set in some, so that dots stand anywhere.
        let number = chance.below(u64::MAX) & chance.below(u64::MAX);
        let name = Name::from_u64(number);
        let text = name.to_string();
        assert_eq!(text.parse(), Ok(name), "{number}");
    }
}

#[test]
fn names_are_ordered_as_their_texts() {
    let mut chance = Chance(2);
    for _ in 0..10_000 {
        let (a, b) = (chance.below(u64::MAX), chance.below(u64::MAX) & 0xffff_0000_0000_0000);
        let (a, b) = (Name::from_u64(a), Name::from_u64(b));
        assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }
}

#[test]
fn a_text_that_is_no_name_is_refused_with_its_reason_and_code() {
    for (text, refused, code) in [
        ("abcdefghijklmn", NotAName::TooLong { got: 14 }, "name.too_long"),
        ("Owner", NotAName::Letter { at: 1 }, "name.letter"),
        ("owner6", NotAName::Letter { at: 6 }, "name.letter"),
        ("aaaaaaaaaaaak", NotAName::Letter { at: 13 }, "name.letter"),
        ("owner.", NotAName::DotAtEnd, "name.dot_at_end"),
        ("\u{e4}", NotAName::Letter { at: 1 }, "name.letter"),
    ] {
        assert_eq!(text.parse::<Name>(), Err(refused), "{text}");
        assert_eq!(refused.code(), code);
    }
}

#[test]
fn an_actor_is_an_account_by_name_or_an_identity_by_its_digits() {
    let identity = IdentityId::from_bytes([0xab; 32]);
    assert_eq!(identity.to_string().parse(), Ok(Actor::Identity(identity)));
    assert_eq!("alice".parse(), Ok(Actor::Account("alice".parse().unwrap())));
    assert!(Actor::Account(Name::from_u64(u64::MAX)) < Actor::Identity(identity));
    let level = Level { actor: identity.into(), permission: Name::ACTIVE };
    assert_eq!(level.to_string(), format!("{identity}@active"));
    let json = serde_json::to_string(&level).unwrap();
    assert_eq!(serde_json::from_str::<Level>(&json).unwrap(), level);
}
