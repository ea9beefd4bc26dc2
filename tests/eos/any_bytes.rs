//! Any bytes are refused, or are read as exactly those bytes.

use super::*;

#[test]
fn a_block_with_any_bit_flipped_is_refused_or_is_another_block() {
    for bytes in [legacy_block().to_bytes(), savanna_block().to_bytes()] {
        let first = read(&bytes).unwrap();
        let mut others = 0;
        for bit in 0..8 * bytes.len() {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            holds_for_any_bytes(&flipped);
            if let Ok(second) = read(&flipped) {
                assert_ne!(first.intent.digest, second.intent.digest, "bit {bit}");
                others += 1;
            }
        }
        assert!(others >= 8 * 100, "{others}");
    }
}

#[test]
fn a_block_that_is_cut_short_anywhere_is_refused() {
    for bytes in [legacy_block().to_bytes(), savanna_block().to_bytes()] {
        for cut in 0..bytes.len() {
            assert!(!holds_for_any_bytes(&bytes[..cut]), "cut at {cut}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_after_a_header_are_refused_or_read_exactly(
        head in 0_usize..120,
        tail in prop::collection::vec(any::<u8>(), 0..200),
        savanna: bool,
    ) {
        let block = if savanna { savanna_block() } else { legacy_block() };
        let bytes = block.to_bytes();
        holds_for_any_bytes(&[&bytes[..head.min(bytes.len())], &tail].concat());
        holds_for_any_bytes(&tail);
    }

    #[test]
    fn every_valid_block_is_written_and_read_exactly(
        numbers in any::<(u32, u64, u16, [u8; 32], [u8; 32], [u8; 32], u32)>(),
        producers in prop::option::of(
            prop::collection::vec((any::<u64>(), 0_u8..2, any::<[u8; 32]>()), 0..4),
        ),
        extensions in prop::collection::vec(
            (any::<u16>(), prop::collection::vec(any::<u8>(), 0..300)),
            0..4,
        ),
        context in any::<([u8; 32], [u8; 32])>(),
    ) {
        let (slot, producer, confirmed, previous, transactions, actions, version) = numbers;
        let producers = producers.map(|producers| NewProducers {
            version,
            producers: producers
                .into_iter()
                .map(|(producer, kind, point)| {
                    let mut key = [kind; 34];
                    key[2..].copy_from_slice(&point);
                    (Name::from_u64(producer), key)
                })
                .collect(),
        });
        let header = Header {
            slot: Slot::new(slot),
            producer: Name::from_u64(producer),
            confirmed,
            previous: BlockId::from_bytes(previous),
            transaction_mroot: transactions,
            action_mroot: actions,
            schedule_version: version,
            new_producers: producers,
            header_extensions: extensions
                .into_iter()
                .map(|(id, bytes)| Extension { id, bytes })
                .collect(),
        };
        prop_assert_eq!(Header::unpack(&header.pack()), Ok(header.clone()));
        let savanna = Header { schedule_version: SAVANNA, confirmed: 0, ..header.clone() };
        let context = LegacyContext { blockroot: context.0, schedule_hash: context.1 };
        for block in [BlockToSign::savanna(savanna), BlockToSign::legacy(header, context)] {
            let Ok(block) = block else { continue };
            prop_assert!(holds_for_any_bytes(&block.to_bytes()));
            prop_assert_eq!(BlockToSign::from_bytes(&block.to_bytes()), Ok(block));
        }
    }
}

/// What must hold whatever the bytes: refused, or read as exactly these bytes. Says which.
fn holds_for_any_bytes(bytes: &[u8]) -> bool {
    if let Ok(header) = Header::unpack(bytes) {
        assert_eq!(header.pack(), bytes);
    }
    let block = match BlockToSign::from_bytes(bytes) {
        Ok(block) => block,
        Err(refused) => {
            assert_eq!((refused.chain, refused.code()), ("eos-producer", "chain.not_read"));
            assert_eq!(read(bytes), Err(refused));
            return false;
        }
    };
    assert_eq!(block.to_bytes(), bytes);
    let producer = block.header().producer;
    let reading = EosProducer::new(producer).read(bytes).unwrap();
    assert_eq!(reading.intent.position, block.produced().position());
    assert_eq!(reading.intent.floor, block.produced().floor());
    assert_eq!(reading.signable, Signable::CanonicalPrehash(block.signing_digest()));
    assert_eq!(reading.intent.digest.as_bytes(), &block.signing_digest());
    assert_eq!(read(bytes).is_ok(), producer == name("ivote4eosusa"));
    true
}
