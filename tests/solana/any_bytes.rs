//! Any bytes are refused, or are read as exactly those bytes.

use super::*;
use brainswap::chain::solana::TowerFile;
use proptest::prelude::*;

#[test]
fn a_vote_with_any_bit_flipped_is_refused_or_is_another_vote() {
    let vote = Vote { switch_proof: Some([5; 32]), ..vote(&[100, 101, 102]) };
    let good = vote.to_message();
    assert!(holds_for_any_bytes(&good));
    for bit in 0..8 * good.len() {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if holds_for_any_bytes(&flipped) {
            assert_ne!(Vote::from_message(&flipped).unwrap(), vote, "bit {bit}");
        }
    }
}

#[test]
fn a_vote_that_is_cut_short_or_grown_is_refused() {
    let good = vote(&[100, 101, 102]).to_message();
    for cut in 0..good.len() {
        assert!(!holds_for_any_bytes(&good[..cut]), "cut at {cut}");
    }
    assert!(!holds_for_any_bytes(&[&good[..], &[0]].concat()));
}

proptest! {
    #[test]
    fn random_bytes_hold(bytes in prop::collection::vec(any::<u8>(), 0..400), from in 0_usize..150) {
        holds_for_any_bytes(&bytes);
        let mut message = vote(&[100, 101, 102]).to_message();
        message.truncate(from);
        message.extend(&bytes);
        holds_for_any_bytes(&message);
        prop_assert!(TowerFile::read(&bytes, IDENTITY).is_err());
    }

    #[test]
    fn every_vote_is_read_and_written_exactly(
        gaps in prop::collection::vec(1_u64..1 << 40, 1..40),
        start in any::<Option<u32>>(),
        with_voter in any::<bool>(),
        rest in any::<([u8; 32], Option<i64>, [u8; 32], Option<[u8; 32]>)>(),
    ) {
        let mut tower = Tower::new(vec![], start.map(u64::from)).unwrap();
        let mut slot = start.map_or(0, u64::from);
        for gap in gaps {
            slot += if gap % 3 == 0 { gap } else { 1 };
            tower.vote(slot).unwrap();
        }
        let vote = Vote {
            voter: if with_voter { VOTER } else { IDENTITY },
            sync: TowerSync::new(tower, rest.0, rest.1, rest.2),
            switch_proof: rest.3,
            ..vote(&[1])
        };
        let message = vote.to_message();
        prop_assert!(holds_for_any_bytes(&message));
        prop_assert_eq!(Vote::from_message(&message), Ok(vote));
        prop_assert_eq!(read(&message).unwrap().intent.position, Position::at_height(slot));
    }
}
