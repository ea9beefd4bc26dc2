//! A tower file is taken only whole, from its identity, and with its last vote.

use super::*;
use brainswap::chain::solana::{LastVote, NotAKeypair, SolanaKeypair, TowerFile, TowerFileError};
use ed25519_dalek::{Signer as _, SigningKey};

#[test]
fn a_file_is_read_with_its_votes_and_gives_their_mark() {
    let (file, owner) = written(&[100, 101, 102], &last_vote(&[100, 101, 102]));
    let read = TowerFile::read(&file, owner).unwrap();
    assert_eq!((read.to_bytes(), read.tower()), (file, &tower(&[100, 101, 102])));
    let marks = read.marks().unwrap();
    let mark = marks.get(Lane::FIRST).unwrap().unwrap();
    let intent = super::read(&vote(&[100, 101, 102]).to_message()).unwrap().intent;
    assert_eq!((mark.position, mark.digest, mark.floor), (intent.position, Some(intent.digest), 0));
    assert_eq!(TowerFile::name(owner), format!("tower-1_9-{owner}.bin"));
}

#[test]
fn a_file_of_another_identity_or_with_any_byte_changed_is_refused() {
    let (file, owner) = written(&[100, 101], &last_vote(&[100, 101]));
    let error = TowerFile::read(&file, IDENTITY).unwrap_err();
    assert_eq!(error, TowerFileError::OtherOwner { got: owner, wanted: IDENTITY });
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let error = TowerFile::read(&changed, owner).unwrap_err();
        let code = match at {
            0..4 => "solana.tower_version",
            4..68 => "solana.tower_signature",
            68..76 => "solana.tower_form",
            76..108 => "solana.tower_owner",
            _ => "solana.tower_signature",
        };
        assert_eq!(error.code(), code, "byte {at}");
    }
    for cut in 0..file.len() {
        assert!(TowerFile::read(&file[..cut], owner).is_err(), "cut at {cut}");
    }
    assert!(TowerFile::read(&[&file[..], &[0]].concat(), owner).is_err());
    let large = TowerFile::read(&vec![1; (16 << 10) + 1], owner).unwrap_err();
    assert_eq!(large.code(), "solana.tower_too_large");
}

#[test]
fn a_file_that_is_older_than_the_last_vote_is_refused() {
    let (file, owner) = written(&[100, 101], &last_vote(&[100, 101]));
    let read = TowerFile::read(&file, owner).unwrap();
    assert_eq!(read.check_fresh(101), Ok(()));
    let stale = TowerFileError::Stale { got: Some(101), voted: 102 };
    assert_eq!(read.check_fresh(102), Err(stale));
    assert!(stale.advice().starts_with("copy the file again"));
}

#[test]
fn a_file_whose_last_vote_is_not_the_last_of_its_votes_is_refused() {
    let (file, owner) = written(&[100, 101], &last_vote(&[100]));
    let error = TowerFile::read(&file, owner).unwrap_err();
    assert_eq!(error, TowerFileError::LastVote { vote: Some(100), tower: Some(101) });
}

#[test]
fn every_form_of_a_last_vote_is_read_and_only_the_one_that_is_signed_today_gives_a_digest() {
    let (hash, timestamp) = ([0xab; 32], Some(7));
    for last in [
        LastVote::Slots { slots: vec![100, 101], hash, timestamp },
        LastVote::Update { tower: tower(&[100, 101]), hash, timestamp, compact: false },
        LastVote::Update { tower: tower(&[100, 101]), hash, timestamp: None, compact: true },
    ] {
        let (file, owner) = written(&[100, 101], &last);
        let read = TowerFile::read(&file, owner).unwrap();
        assert_eq!(read.last_vote(), &last);
        let marks = read.marks().unwrap();
        let mark = marks.get(Lane::FIRST).unwrap().unwrap();
        assert_eq!((mark.position, mark.digest), (Position::at_height(101), None));
    }
}

#[test]
fn an_empty_tower_gives_no_mark_and_is_never_fresh() {
    let empty = LastVote::TowerSync(TowerSync::new(Tower::default(), [0; 32], None, [0; 32]));
    let (file, owner) = written(&[], &empty);
    let read = TowerFile::read(&file, owner).unwrap();
    assert_eq!(read.marks(), Err(TowerFileError::Empty));
    assert_eq!(read.check_fresh(0), Err(TowerFileError::Stale { got: None, voted: 0 }));
}

#[test]
fn a_keypair_file_is_read_in_one_form_and_shows_no_secret() {
    let key = SigningKey::from_bytes(&[0xa5; 32]);
    let numbers: Vec<String> = key.to_keypair_bytes().iter().map(u8::to_string).collect();
    let json = format!("[{}]", numbers.join(", "));
    let read = SolanaKeypair::from_json(json.as_bytes()).unwrap();
    assert_eq!(read.address().as_bytes(), key.verifying_key().as_bytes());
    let shown = format!("{read:?} {read:#?}");
    assert!(!shown.contains("165, 165") && !shown.contains("a5a5"), "{shown}");
    let code = |json: String| SolanaKeypair::from_json(json.as_bytes()).map(|_| ()).unwrap_err();
    assert_eq!(code(json.replacen("165", "164", 1)), NotAKeypair::Mismatch);
    for wrong in [
        json.replacen("165", "-1", 1),
        json.replacen("165", "256", 1),
        json.replacen("165", "", 1),
        json.replacen("165, ", "", 1),
        json.replacen("165", "165, 165", 1),
        json.replace('[', ""),
        format!("{json}]"),
    ] {
        assert_eq!(code(wrong), NotAKeypair::Form);
    }
}

fn last_vote(slots: &[u64]) -> LastVote {
    LastVote::TowerSync(vote(slots).sync)
}

/// A file as Agave writes one, by an identity of this test.
fn written(slots: &[u64], last: &LastVote) -> (Vec<u8>, Address) {
    let key = SigningKey::from_bytes(&[0x77; 32]);
    let owner = Address::from_bytes(key.verifying_key().to_bytes());
    let mut data = owner.as_bytes().to_vec();
    data.extend(8_u64.to_le_bytes());
    data.extend((2.0_f64 / 3.0).to_le_bytes());
    data.extend([0; 65]);
    let tower = tower(slots);
    data.extend((tower.votes().len() as u64).to_le_bytes());
    for vote in tower.votes() {
        data.extend(vote.slot.to_le_bytes());
        data.extend(vote.confirmations.to_le_bytes());
    }
    data.push(1);
    data.extend(tower.root().unwrap().to_le_bytes());
    data.extend([0; 8]); // no authorized voters
    data.extend([0; 32 * 48 + 9]);
    data.extend([0; 8]); // no credits
    data.extend([0; 16]);
    data.extend(last.to_bytes());
    data.extend([0; 16]);
    let mut file = vec![1, 0, 0, 0];
    file.extend(key.sign(&data).to_bytes());
    file.extend((data.len() as u64).to_le_bytes());
    file.extend(data);
    (file, owner)
}
