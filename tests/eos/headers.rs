//! Headers of both forms are read as nodeos packs them, and refused in every other form.

use super::*;

/// EOS block 323978187, as published by its producer. Source: the public chain.
const EOS_323978187: &str = "190dc05860b0c6541195e9760000134f83ca1e16cb7eea1fc0557729cb509e038cd3\
    dfbb18f577d562abd096ac58893441af2bfff336c35673bb64d502d3add09e49f9faaf20cb0c3d659fc7d793\
    fdb29d682f2d3e7bb6c3cdf1b0bb0f3a3354f22c5eca4f48fbbb9c0a49a3e267230800000000";
const BLOCKROOT: &str = "5e2640629f8ddcf6b654cdaca2415ddf8e135ff9829f8c083286ee9d9105e0da";
const SCHEDULE_HASH: &str = "78a968e032fb776b386bccda2c789de013fa650154ac34d03383a40818abdaf7";
const SIGNING_DIGEST: &str = "60692681355289f6c0406560ce01c3ae58b92db4d44979529ae043c84dbb234f";
const SIGNATURE: &str = "SIG_K1_JxL8qFxSRMAYKX5wEWyx7j6j2Vitu3k43RShVZ9NL2acATvLx9PyciFLSu7BFC7w1\
    DPL4qwLSm7NxE7vBwGEChV6YFk1NN";
const SIGNER: &str = "EOS6KzD4YVbuXV5uBH5d4Ay4sTzuQk88ivmnWfJPLoo6SFrX6iyqj";

#[test]
fn a_block_of_eos_is_read_and_its_producers_key_is_found_from_the_digest() {
    let message = [EOS_323978187, BLOCKROOT, SCHEDULE_HASH].concat();
    let reading = read(&const_hex::decode(message).unwrap()).unwrap();
    let digest: [u8; 32] = const_hex::decode_to_array(SIGNING_DIGEST).unwrap();
    assert_eq!(reading.signable, Signable::CanonicalPrehash(digest));
    let block = Produced { number: 323_978_187, slot: "2023-08-04T18:57:16.500".parse().unwrap() };
    let intent = Intent {
        lane: Lane::FIRST,
        position: Position::at_height(1_488_981_273),
        floor: block.floor(),
        digest: Digest::from_bytes(digest),
    };
    assert_eq!(reading.intent, intent);
    let signature: EosSignature = SIGNATURE.parse().unwrap();
    assert_eq!(signature.recover(&digest), Ok(SIGNER.parse().unwrap()));
}

#[test]
fn a_savanna_producer_signs_the_id_of_its_block_and_a_legacy_one_the_roots_too() {
    let (savanna, legacy) = (savanna_block(), legacy_block());
    let mut id = sha256(&[&savanna.header().pack()]);
    id[..4].copy_from_slice(&323_978_187_u32.to_be_bytes());
    assert_eq!((savanna.signing_digest(), *savanna.id().as_bytes()), (id, id));
    let with_root = sha256(&[&sha256(&[&legacy.header().pack()]), &[1; 32]]);
    assert_eq!(legacy.signing_digest(), sha256(&[&with_root, &[2; 32]]));
}

#[test]
fn blocks_that_differ_in_anything_have_different_digests() {
    let header = legacy_header();
    let proposed = NewProducers { version: 1, producers: vec![(name("a"), [1; 34])] };
    let other_key = NewProducers { version: 1, producers: vec![(name("a"), [0; 34])] };
    let extension = |id, bytes: &[u8]| vec![Extension { id, bytes: bytes.to_vec() }];
    let others = [
        Header { slot: Slot::new(1), ..header.clone() },
        Header { confirmed: 1, ..header.clone() },
        Header { previous: BlockId::of(1, [7; 32]), ..header.clone() },
        Header { previous: BlockId::of(323_978_186, [6; 32]), ..header.clone() },
        Header { transaction_mroot: [0; 32], ..header.clone() },
        Header { action_mroot: [0; 32], ..header.clone() },
        Header { schedule_version: 0, ..header.clone() },
        Header { new_producers: Some(proposed), ..header.clone() },
        Header { new_producers: Some(other_key), ..header.clone() },
        Header { header_extensions: extension(0, b"a"), ..header.clone() },
        Header { header_extensions: extension(1, b"a"), ..header.clone() },
        Header { header_extensions: extension(0, b"b"), ..header.clone() },
    ];
    let mut blocks: Vec<_> =
        others.map(|header| BlockToSign::legacy(header, CONTEXT).unwrap()).to_vec();
    blocks.push(legacy_block());
    blocks.push(savanna_block());
    let blockroot = LegacyContext { blockroot: [0; 32], ..CONTEXT };
    blocks.push(BlockToSign::legacy(header.clone(), blockroot).unwrap());
    let schedule_hash = LegacyContext { schedule_hash: [0; 32], ..CONTEXT };
    blocks.push(BlockToSign::legacy(header, schedule_hash).unwrap());
    let mut digests: Vec<_> =
        blocks.iter().map(|block| read(&block.to_bytes()).unwrap().intent.digest).collect();
    digests.sort();
    digests.dedup();
    assert_eq!((digests.len(), blocks.len()), (16, 16));
}

#[test]
fn what_is_no_block_of_this_producer_to_sign_is_refused_with_its_reason() {
    let other = Header { producer: name("somebody"), ..savanna_header() };
    let other = BlockToSign::savanna(other).unwrap().to_bytes();
    assert_eq!(refusal(&other), "the block is of somebody instead of ivote4eosusa");
    assert_eq!(refusal(b""), "the bytes end too early");

    let mut rest = savanna_block().to_bytes();
    rest.push(0);
    assert_eq!(refusal(&rest), "1 bytes are left over");
    let with_roots = [savanna_block().to_bytes(), vec![0; 64]].concat();
    assert_eq!(refusal(&with_roots), "64 bytes are left over");
    let without_roots = legacy_header().pack();
    assert_eq!(refusal(&without_roots), "the bytes end too early");

    let confirming = Header { confirmed: 1, ..savanna_header() };
    let reason = "a Savanna block confirms no blocks before it";
    assert_eq!(refusal(&confirming.pack()), reason);
    assert_eq!(BlockToSign::savanna(confirming).unwrap_err().reason, reason);

    for (previous, reason) in [
        (0, "block 1 is the genesis block, which nobody signs"),
        (u32::MAX, "the previous block is the last one"),
    ] {
        let header = Header { previous: BlockId::of(previous, [7; 32]), ..savanna_header() };
        assert_eq!(header.id().is_none(), previous == u32::MAX);
        assert_eq!(refusal(&header.pack()), reason);
    }
    let error = BlockToSign::legacy(savanna_header(), CONTEXT).unwrap_err();
    assert_eq!(error.reason, "a Savanna signature covers no block root");
    let error = BlockToSign::savanna(legacy_header()).unwrap_err();
    assert_eq!(error.reason, "a legacy signature covers the block root too");
}

#[test]
fn a_header_in_another_encoding_is_refused() {
    // The last two bytes say: no schedule, no extensions.
    let packed = legacy_header().pack();
    let (flag, count) = (packed.len() - 2, packed.len() - 1);
    let with = |at: usize, bytes: &[u8]| {
        let rest = [&CONTEXT.blockroot[..], &CONTEXT.schedule_hash].concat();
        [&packed[..at], bytes, &packed[at + 1..], &rest].concat()
    };
    assert!(read(&with(flag, &[0])).is_ok());
    assert_eq!(refusal(&with(flag, &[2])), "there is no optional value of kind 2");
    let long = "a length is not in its shortest form, or too high";
    assert_eq!(refusal(&with(count, &[0x80, 0x00])), long);
    let many = with(count, &[0x81, 0x80, 0x04]);
    assert_eq!(refusal(&many), "a list of 65537; at most 65536 are read");
    let huge = with(count, &[1, 0, 0, 0x81, 0x80, 0x40]);
    assert_eq!(refusal(&huge), "a list of 1048577; at most 1048576 are read");
    let key = [&[1, 0, 0, 0, 0, 1][..], &[0; 8], &[2; 34]].concat();
    assert_eq!(refusal(&with(flag, &key)), "there is no key of kind 2");
}

#[test]
fn there_is_one_lane_and_nothing_is_signed_seven_seconds_ahead_of_the_clock() {
    let chain = producer();
    assert_eq!((chain.name(), chain.network_id()), ("eos-producer", None));
    assert_eq!(chain.producer(), name("ivote4eosusa"));
    assert_eq!(chain.lanes(), [LaneRule { name: "block", floored: false }]);
    for (clock, last) in [(0, 14), (1_488_981_273, 1_488_981_287), (u64::MAX, u64::MAX)] {
        assert_eq!(chain.last_signable(clock), Lanes::from(vec![Position::at_height(last)]));
    }
}

#[test]
fn a_slot_has_one_text() {
    for (slot, text) in [
        (0, "2000-01-01T00:00:00.000"),
        (1, "2000-01-01T00:00:00.500"),
        (10_195_200, "2000-02-29T00:00:00.000"),
        (1_172_467_272, "2018-07-30T02:40:36.000"),
        (u32::MAX, "2068-01-19T03:14:07.500"),
    ] {
        assert_eq!(Slot::new(slot).to_string(), text);
        assert_eq!(text.parse(), Ok(Slot::new(slot)));
        let begins = Slot::new(slot).unix_ms();
        assert_eq!(Slot::at_unix_ms(begins), Some(Slot::new(slot)));
        assert_eq!(Slot::at_unix_ms(begins + 499), Some(Slot::new(slot)));
    }
    for text in [
        "",
        "2018-07-30T02:40:36",
        "2018-07-30T02:40:36.001",
        "2018-07-30 02:40:36.000",
        "2018-07-30T02:40:36.000Z",
        "2018-7-30T02:40:36.000",
        "2018-07-30T02:40:60.000",
        "2018-07-30T24:00:00.000",
        "2018-02-29T00:00:00.000",
        "2018-00-10T00:00:00.000",
        "2018-13-10T00:00:00.000",
        "2018-07-00T00:00:00.000",
        "1999-12-31T23:59:59.500",
        "2068-01-19T03:14:08.000",
        "+018-07-30T02:40:36.000",
        "0000-01-01T00:00:00.000",
    ] {
        assert!(text.parse::<Slot>().is_err(), "{text}");
    }
    assert_eq!((Slot::at_unix_ms(0), Slot::at_unix_ms(u64::MAX)), (None, None));
}

#[test]
fn the_block_root_kept_up_block_by_block_is_that_of_the_whole_tree() {
    let id = |number: u32| BlockId::of(number, sha256(&[&number.to_be_bytes()]));
    let mut root = BlockRoot::default();
    assert_eq!(root.root(), [0; 32]);
    let mut ids = vec![];
    for number in 1..=70 {
        root.append(id(number));
        ids.push(*id(number).as_bytes());
        assert_eq!(root.root(), whole_tree(&ids), "{number} blocks");
        assert_eq!(root.count(), u64::from(number));
    }
    // 70 = 64 + 4 + 2: three complete subtrees and the root above them.
    assert!(BlockRoot::new(vec![[0; 32]; 4], 70).is_some());
    assert!(BlockRoot::new(vec![[0; 32]; 3], 70).is_none());
    assert!(BlockRoot::new(vec![[0; 32]; 1], 64).is_some());
    assert_eq!(BlockRoot::new(vec![], 0), Some(BlockRoot::default()));
}

/// Level by level; an odd one out is its own neighbour.
fn whole_tree(ids: &[[u8; 32]]) -> [u8; 32] {
    let mut level = ids.to_vec();
    while level.len() > 1 {
        if level.len() % 2 == 1 {
            level.push(level[level.len() - 1]);
        }
        let pairs = level.chunks(2).map(|pair| {
            let (mut left, mut right) = (pair[0], pair[1]);
            left[0] &= 0x7f;
            right[0] |= 0x80;
            sha256(&[&left, &right])
        });
        level = pairs.collect();
    }
    level[0]
}

#[test]
fn a_turn_is_twelve_slots_and_without_producers_there_is_none() {
    for (slot, turn) in [(0, (0, 0)), (11, (0, 11)), (12, (1, 0)), (251, (20, 11)), (252, (0, 0))] {
        assert_eq!(turn_of(Slot::new(slot), 21), Some(turn));
    }
    assert_eq!(turn_of(Slot::new(7), 0), None);
    assert_eq!(turn_of(Slot::new(7), u32::MAX), None);
}
