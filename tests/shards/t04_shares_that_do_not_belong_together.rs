//! Threat 4. Wrong set, mixed sets, mixed generations, twice, seat 0, a seat that is not there.

use super::*;

#[test]
fn a_share_of_another_set_is_named() {
    let (one, other) = (dealt(), dealt_by(&plan(), 2));
    let refused = one.generation.check(&other.shares[4]).unwrap_err();
    let (got, needed) = (other.generation.set(), one.generation.set());
    assert_eq!(refused, NotOfGeneration::Foreign { seat: seat("2.2"), got, needed });
    let mixed = [&one.shares[0], &one.shares[1], &other.shares[3], &one.shares[4]];
    let refused = combined(&one.generation, &one.vault, mixed).unwrap_err();
    assert_eq!(
        refused,
        NotCombined::Share(NotOfGeneration::Foreign { seat: seat("2.1"), got, needed })
    );
}

#[test]
fn a_share_of_another_dealing_of_the_same_number_is_named() {
    let one = dealt();
    let mut about = about();
    about.label = "another".to_owned();
    let secret = Secret::of_key(&key(VALIDATOR));
    let other = deal(&secret, &plan(), about, entropy(1)).unwrap();
    assert_eq!(one.generation.set(), other.generation.set());
    let refused = one.generation.check(&other.shares[0]).unwrap_err();
    assert_eq!(refused.code(), "share.other_manifest");
}

#[test]
fn a_share_given_twice_is_named() {
    let Dealt { vault, generation, shares } = dealt();
    let twice = [&shares[0], &shares[1], &shares[1]];
    let refused = combined(&generation, &vault, twice).unwrap_err();
    assert_eq!(refused, NotCombined::Twice { seat: seat("1.2") });
}

#[test]
fn seats_count_from_one_and_end_with_the_plan() {
    let Dealt { generation, shares, .. } = dealt();
    let at = |place: usize, value| altered(&shares[0], |bytes| bytes[place] = value);
    for (place, value) in [(59, 0), (60, 0), (59, 33), (60, 33), (59, 255)] {
        let refused = Share::from_bytes(&at(place, value)).unwrap_err();
        assert_eq!(refused, NotRead::Damaged { what: "share", part: "the seat" });
    }
    for (place, value, name) in [(59, 4, "4.1"), (60, 4, "1.4")] {
        let share = Share::from_bytes(&at(place, value)).unwrap();
        let refused = generation.check(&share).unwrap_err();
        assert_eq!(refused, NotOfGeneration::NoSeat { seat: seat(name) });
    }
    for (place, value, name) in [(59, 2, "2.1"), (60, 2, "1.2")] {
        let share = Share::from_bytes(&at(place, value)).unwrap();
        let refused = generation.check(&share).unwrap_err();
        assert_eq!(refused, NotOfGeneration::Wrong { seat: seat(name) });
    }
    for text in ["0.1", "1.0", "33.1", "1.33", "01.1", "1", "1.1 ", "+1.1", ""] {
        assert_eq!(text.parse::<Seat>(), Err(NotASeat), "{text}");
    }
}

#[test]
fn a_number_at_or_above_the_order_is_refused() {
    // The order of ristretto255 (RFC 9496, section 4), little-endian, and all ones.
    let order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    for number in [const_hex::decode(order).unwrap(), vec![0xff; 32]] {
        let bytes = altered(&dealt().shares[0], |bytes| bytes[NUMBER].copy_from_slice(&number));
        let refused = Share::from_bytes(&bytes).unwrap_err();
        assert_eq!(refused, NotRead::Damaged { what: "share", part: "the number" });
    }
}

#[test]
fn a_share_that_states_other_thresholds_is_named() {
    let Dealt { generation, shares, .. } = dealt();
    for place in 61..65 {
        let share = Share::from_bytes(&altered(&shares[0], |bytes| bytes[place] ^= 1)).unwrap();
        let refused = generation.check(&share).unwrap_err();
        assert_eq!(refused, NotOfGeneration::Shape { seat: seat("1.1") });
    }
}
