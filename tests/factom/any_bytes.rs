//! Any bytes are refused, or are read as exactly those bytes.

use super::*;
use proptest::prelude::*;

#[test]
fn a_message_with_any_bit_flipped_is_refused_or_is_another_message() {
    for message in all() {
        let good = message.to_unsigned();
        assert!(holds_for_any_bytes(&good));
        for bit in 0..8 * good.len() {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if holds_for_any_bytes(&flipped) {
                assert_ne!(Message::from_unsigned(&flipped).unwrap(), message, "bit {bit}");
            }
        }
    }
}

#[test]
fn a_message_that_is_cut_short_or_grown_is_refused() {
    for message in all() {
        let good = message.to_unsigned();
        for cut in 0..good.len() {
            assert!(!holds_for_any_bytes(&good[..cut]), "{message:?} cut at {cut}");
        }
        assert!(!holds_for_any_bytes(&[&good[..], &[0]].concat()), "{message:?}");
    }
}

proptest! {
    #[test]
    fn random_bytes_hold(bytes in prop::collection::vec(any::<u8>(), 0..320), kind in 0_u8..12) {
        holds_for_any_bytes(&bytes);
        let mut typed = bytes;
        if let Some(first) = typed.first_mut() {
            *first = kind;
        }
        holds_for_any_bytes(&typed);
    }

    #[test]
    fn every_message_is_read_and_written_exactly(
        kind in 0_usize..5,
        small in any::<(u8, u8, bool, Option<[u8; 32]>)>(),
        numbers in any::<[u32; 4]>(),
        hashes in any::<[[u8; 32]; 3]>(),
        time in 0_u64..1 << 48,
        flip in any::<prop::sample::Index>(),
    ) {
        let (minute, vm_index) = (small.0 % 10, small.1 % 65);
        let (timestamp, sys_height, sys_hash) = (millis(time), numbers[1], hashes[0]);
        let db_height = numbers[0].saturating_sub(1);
        let header = BlockHeader { db_height, body: hashes[1], count: numbers[2], ..header() };
        let message = [
            Message::Header(header),
            Message::BlockSignature(BlockSignature {
                timestamp, sys_height, sys_hash, db_height: db_height + 1, vm_index, header,
                ..signature()
            }),
            Message::Eom(Eom {
                timestamp, minute, vm_index, factoid_vm: small.2, db_height, sys_height, sys_hash,
                ..eom()
            }),
            Message::Ack(Ack {
                vm_index, timestamp, db_height, minute, height: numbers[3],
                balance_hash: small.3, serial_hash: hashes[2], ..ack()
            }),
            Message::Heartbeat(Heartbeat {
                timestamp, db_height, secret_number: numbers[3], ..beat()
            }),
        ][kind];
        let bytes = message.to_unsigned();
        prop_assert!(holds_for_any_bytes(&bytes));
        prop_assert_eq!(Message::from_unsigned(&bytes), Ok(message));
        let mut flipped = bytes.clone();
        let bit = flip.index(8 * bytes.len());
        flipped[bit / 8] ^= 1 << (bit % 8);
        holds_for_any_bytes(&flipped);
    }
}
