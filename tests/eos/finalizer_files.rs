//! `safety.dat` and the texts of finalizers' keys are read exactly, or refused with a reason.

use super::*;

/// A key of Antelope's test network. Source: Spring `tests/TestHarness/launcher.py`.
const PUBLIC: &str = "PUB_BLS_qVbh4IjYZpRGo8U_0spBUM-u-r_G0fMo4MzLZRsKWmm5uyeQTp74YFaMN9IDWPoVVT5rj\
    _Tw1gvps6K9_OZ6sabkJJzug3uGfjA6qiaLbLh5Fnafwv-nVgzzzBlU2kwRrcHc8Q";
const SECRET: &str = "PVT_BLS_edLoUiiP2FfMem4la3Ek8zxIDjDjOFylRw9ymdeOVCC0CuXN";
const OTHER: &str = "PUB_BLS_kkwuxSldAgJdE4VuDujHqJpvrqZrRHpFY-8oBaeyRg2FcmrSXcA05sxQDxfGr3cC_ubimD-\
    pgXEvRnYOnMJg0yZlmE0WGXm_Fs3d9A9ObOcQsNOGvyYNp7fftOqeYnwOV2auSQ";

fn key() -> FinalizerKey {
    PUBLIC.parse().unwrap()
}

fn safety() -> FinalizerSafety {
    FinalizerSafety {
        last_vote: block_ref(203, 203, 1),
        lock: block_ref(200, 200, 1),
        other_branch_latest: Slot::new(202),
    }
}

fn file() -> SafetyDat {
    let second = FinalizerSafety { other_branch_latest: Slot::new(0), ..safety() };
    SafetyDat::new(vec![(key(), safety()), (OTHER.parse().unwrap(), second)])
}

/// The bytes with their checksum made anew.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let content = bytes.len() - 4;
    bytes.truncate(content);
    let crc = crc32(&bytes);
    bytes.extend(crc.to_le_bytes());
    bytes
}

#[test]
fn a_file_gives_the_last_vote_as_position_and_the_lock_as_floor() {
    let bytes = file().to_bytes();
    let read = SafetyDat::from_bytes(&bytes).unwrap();
    assert_eq!((&read, read.version(), bytes.len()), (&file(), 1, 24 + 2 * 237 + 4));
    let marks = read.marks_of(&key().public_key()).unwrap();
    assert_eq!(marks, Lanes::from(vec![Some(Mark::considered(Position::at_height(203), 200))]));
    assert_eq!(read.safety_of(&key().public_key()), Ok(safety()));
}

#[test]
fn a_file_that_says_nothing_of_a_key_gives_no_marks() {
    let stranger = PublicKey::Bls12381([7; 48]);
    let error = file().marks_of(&stranger).unwrap_err();
    assert_eq!(error, NotASafetyDat::NoSuchKey { key: stranger });
    assert_eq!(error.code(), "safety_dat.no_such_key");
    let key = key();
    let empty = SafetyDat::new(vec![(key, FinalizerSafety::new(BlockRef::NONE))]);
    let error = empty.marks_of(&key.public_key()).unwrap_err();
    assert_eq!(
        (error, error.code()),
        (NotASafetyDat::Empty { key: key.public_key() }, "safety_dat.empty")
    );
    // Started and never voted: everything up to the lock counts as voted for.
    let started = SafetyDat::new(vec![(key, FinalizerSafety::new(block_ref(200, 200, 1)))]);
    let marks = started.marks_of(&key.public_key()).unwrap();
    assert_eq!(marks, Lanes::from(vec![Some(Mark::considered(Position::at_height(200), 200))]));
}

#[test]
fn of_two_entries_of_one_key_the_higher_marks_count() {
    let later = FinalizerSafety { last_vote: block_ref(300, 300, 1), ..safety() };
    let both = SafetyDat::new(vec![(key(), safety()), (key(), later)]);
    let marks = both.marks_of(&key().public_key()).unwrap();
    assert_eq!(marks, Lanes::from(vec![Some(Mark::considered(Position::at_height(300), 200))]));
}

#[test]
fn what_is_known_by_its_slot_alone_goes_to_a_file_and_back() {
    let mark = Mark::considered(Position::at_height(203), 200);
    let after = FinalizerSafety::after(&mark);
    let file = SafetyDat::new(vec![(key(), after)]);
    let read = SafetyDat::from_bytes(&file.to_bytes()).unwrap();
    assert_eq!(read.safety_of(&key().public_key()), Ok(after));
    assert_eq!(after.to_mark(), Some(mark));
    let far = FinalizerSafety::after(&Mark::considered(Position::END, u64::MAX));
    assert_eq!((far.last_vote.slot, far.lock.slot), (Slot::new(u32::MAX), Slot::new(u32::MAX)));
}

#[test]
fn the_first_version_says_only_that_there_was_a_fork() {
    let (key, safety) = (key(), safety());
    let mut bytes = SafetyDat::new(vec![(key, safety)]).to_bytes();
    bytes[8] = 0; // the version
    bytes.truncate(bytes.len() - 8);
    for (flag, other) in [(0, 0), (1, 203)] {
        let bytes = [&bytes[..], &[flag]].concat();
        let read = SafetyDat::from_bytes(&bytes).unwrap();
        assert_eq!((read.version(), read.to_bytes()), (0, bytes));
        let other_branch_latest = Slot::new(other);
        let needed = FinalizerSafety { other_branch_latest, ..safety };
        assert_eq!(read.safety_of(&key.public_key()), Ok(needed));
    }
    let refused = |bytes: &[u8]| SafetyDat::from_bytes(bytes).unwrap_err().code();
    assert_eq!(refused(&[&bytes[..], &[2]].concat()), "safety_dat.bytes");
    let last_slot = 24 + 97 + 32;
    bytes[last_slot..last_slot + 4].fill(0);
    assert_eq!(refused(&[&bytes[..], &[1]].concat()), "safety_dat.fork_without_vote");
}

#[test]
fn a_damaged_file_is_refused_with_its_reason() {
    let bytes = file().to_bytes();
    let refused = |bytes: &[u8]| SafetyDat::from_bytes(bytes).unwrap_err().code();
    for cut in 0..bytes.len() {
        assert!(SafetyDat::from_bytes(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(SafetyDat::from_bytes(&flipped).is_err(), "bit {bit}");
        // Without its checksum it is another file, or none.
        if let Ok(other) = SafetyDat::from_bytes(&sealed(flipped.clone())) {
            assert_eq!(other.to_bytes(), sealed(flipped), "bit {bit}");
        }
    }
    let with = |at: usize, with: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + with.len()].copy_from_slice(with);
        sealed(bytes)
    };
    assert_eq!(refused(&with(0, &[0])), "safety_dat.magic");
    assert_eq!(refused(&with(8, &[2])), "safety_dat.version");
    assert_eq!(refused(&with(16, &[0xff; 8])), "safety_dat.too_many");
    assert_eq!(refused(&with(16, &[1])), "safety_dat.bytes");
    assert_eq!(refused(&with(24, &[0x5f])), "safety_dat.key_length");
    assert_eq!(refused(&with(25, &[0; 96])), "safety_dat.key");
    let mut other = bytes.clone();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&other), "safety_dat.checksum");
}

#[test]
fn a_key_has_one_text_and_one_form_of_each_kind() {
    let key = key();
    assert_eq!(key.to_string(), PUBLIC);
    assert_eq!(format!("{key:?}"), PUBLIC);
    assert_eq!(FinalizerKey::from_public_key(&key.public_key()), Ok(key));
    assert_eq!(FinalizerKey::from_affine(key.as_affine()), Ok(key));
    assert_eq!(key.public_key().checked(), Ok(key.public_key()));
    let refused = |text: &str| text.parse::<FinalizerKey>().unwrap_err().code();
    assert_eq!(refused(""), "eos.prefix");
    assert_eq!(refused(SECRET), "eos.other_content");
    assert_eq!(refused(&PUBLIC.replace("PUB", "SIG")), "eos.prefix");
    assert_eq!(refused(&format!("{PUBLIC}==")), "eos.base64");
    assert_eq!(refused(&PUBLIC.replace("qVbh", "qVbi")), "eos.checksum");
    assert_eq!(refused(&PUBLIC.replace("8Q", "8R")), "eos.base64", "bits that no byte has");
    assert_eq!(refused(&PUBLIC[..40]), "eos.length");
    assert_eq!(refused(&"P".repeat(600)), "eos.too_long");
    assert_eq!(refused("PUB_BLS_AA"), "eos.checksum");

    // The point at infinity, one outside the curve, and one written with a flag of other forms.
    let mut other = *key.as_affine();
    other[0] ^= 1;
    let mut flagged = *key.as_affine();
    flagged[47] |= 0x20;
    for bytes in [[0; 96], [0xff; 96], other, flagged] {
        assert_eq!(FinalizerKey::from_affine(&bytes), Err(NotEosText::Point));
    }
    let secp = PublicKey::Secp256k1([2; 33]);
    assert_eq!(FinalizerKey::from_public_key(&secp).unwrap_err().code(), "eos.kind");
}

#[test]
fn whoever_has_the_secret_can_prove_it_and_nothing_else_is_a_proof() {
    let secret = SecretKey::from_finalizer_text(&SecretString::from(SECRET)).unwrap();
    assert_eq!(secret.public_key(), key().public_key());
    let proof = secret.prove_finalizer_key().unwrap();
    assert_eq!(key().check_proof(&proof), Ok(()));
    assert_eq!(proof.to_string().parse(), Ok(proof));
    assert_eq!(FinalizerSignature::of(&proof.signature()), Ok(proof));
    let other: FinalizerKey = OTHER.parse().unwrap();
    assert!(other.check_proof(&proof).is_err());
    // A vote's signature is made under another tag, whatever it is over.
    for suite in [BlsSuite::Basic, BlsSuite::ProofOfPossession] {
        let as_vote = proof.signature();
        let verified = key().public_key().verify_bls(key().as_affine(), suite, as_vote.as_bytes());
        assert!(verified.is_err());
    }
    let k1 = SecretKey::generate(KeyKind::Secp256k1).unwrap();
    assert_eq!(k1.prove_finalizer_key().unwrap_err().code(), "eos.kind");
}

#[test]
fn a_secret_of_another_form_is_refused_and_no_error_shows_it() {
    let scalar = |byte: u8| finalizer_secret_text(&SecretSlice::from(vec![byte; 32])).unwrap();
    for (text, code) in [
        (SecretString::from(PUBLIC), "eos.prefix"),
        (SecretString::from(SECRET.replace("edLo", "edLp")), "eos.checksum"),
        (SecretString::from(&SECRET[..20]), "eos.length"),
        (scalar(0), "eos.scalar"),
        (scalar(0xff), "eos.scalar"),
    ] {
        let error = SecretKey::from_finalizer_text(&text).unwrap_err();
        assert_eq!(error.code(), code);
        let shown = format!("{error} {error:?} {}", error.advice());
        assert!(!shown.contains(&SECRET[8..28]), "{shown}");
    }
    assert_eq!(
        finalizer_secret_text(&SecretSlice::from(vec![1; 31])).unwrap_err().code(),
        "eos.length"
    );
    assert_eq!(
        finalizer_secret_of_seed(&SecretSlice::from(vec![1; 31])).unwrap_err().code(),
        "key.length"
    );
    let restored = finalizer_secret_of_seed(&SecretSlice::from(vec![1; 32])).unwrap();
    let text = finalizer_secret_text(&restored).unwrap();
    assert!(SecretKey::from_finalizer_text(&text).is_ok());
}

proptest! {
    #[test]
    fn any_file_of_any_blocks_is_written_and_read_exactly(
        numbers in prop::collection::vec(any::<([u8; 32], u32, [u8; 32], u32, u32)>(), 0..4),
        tail in prop::collection::vec(any::<u8>(), 0..300),
        head in 0_usize..520,
    ) {
        let finalizers = numbers.into_iter().map(|(id, slot, digest, lock, other)| {
            let last_vote = BlockRef {
                id: BlockId::from_bytes(id),
                slot: Slot::new(slot),
                finality_digest: digest,
            };
            let lock = BlockRef { slot: Slot::new(lock), ..last_vote };
            (key(), FinalizerSafety { last_vote, lock, other_branch_latest: Slot::new(other) })
        });
        let file = SafetyDat::new(finalizers.collect());
        let bytes = file.to_bytes();
        prop_assert_eq!(SafetyDat::from_bytes(&bytes), Ok(file));
        let other = [&bytes[..head.min(bytes.len())], &tail, &[0; 4]].concat();
        let other = sealed(other);
        if let Ok(file) = SafetyDat::from_bytes(&other) {
            prop_assert_eq!(file.to_bytes(), other);
        }
    }
}

/// CRC-32 bit by bit (IEEE 802.3).
fn crc32(bytes: &[u8]) -> u32 {
    let shifted = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), shifted));
    !crc
}
