//! Solana: votes and tower files, as a node or a disk may give them.

use brainswap::{
    Position, PublicKey, Signable,
    chain::{
        Solana,
        solana::{Address, SolanaKeypair, Tower, TowerFile, Vote},
    },
    ports::Chain as _,
};
use ed25519_dalek::{Signer as _, SigningKey};

/// A vote that is read is written as the same bytes, and its tower is one.
pub fn solana_vote_read(data: &[u8]) {
    let Ok(vote) = Vote::from_message(data) else { return };
    assert_eq!(vote.to_message(), data, "one vote, one encoding");
    let tower = vote.sync.tower();
    assert_eq!(Tower::new(tower.votes().to_vec(), tower.root()).as_ref(), Ok(tower));
    let reading = Solana::new(vote.vote_account).read(data);
    let Some(slot) = tower.last_slot() else {
        assert!(reading.is_err());
        return;
    };
    let reading = reading.expect("a vote of this account");
    assert_eq!(reading.intent.position, Position::at_height(slot));
    assert_eq!(reading.signable, Signable::Message(data.to_vec()));
    let mut next = tower.clone();
    if slot < u64::MAX && next.vote(slot + 1).is_ok() {
        assert_eq!(tower.allows(&next), Ok(()), "a node's own next vote is allowed");
        assert!(next.allows(tower).is_err());
    }
}

/// What is read of a tower stands there, whatever an identity has signed.
pub fn solana_tower_read(data: &[u8]) {
    let _is_a_key = SolanaKeypair::from_json(data).is_ok();
    let key = SigningKey::from_bytes(&[7; 32]);
    let owner = Address::from_bytes(key.verifying_key().to_bytes());
    if let Ok(file) = TowerFile::read(data, owner) {
        assert_eq!(file.to_bytes(), data);
    }
    // Signed, so that more than the first check is reached.
    let data = [owner.as_bytes(), data].concat();
    let length = (data.len() as u64).to_le_bytes();
    let signature = key.sign(&data).to_bytes();
    let bytes = [&[1, 0, 0, 0][..], &signature, &length, &data].concat();
    let Ok(file) = TowerFile::read(&bytes, owner) else { return };
    assert_eq!(file.to_bytes(), bytes);
    assert_eq!(file.data(), data);
    let public = PublicKey::Ed25519(*owner.as_bytes());
    assert_eq!(public.verify(file.data(), &file.signature()), Ok(()));
    assert_eq!(file.last_vote().last_slot(), file.tower().last_slot());
    let last = file.last_vote().to_bytes();
    assert!(file.data().ends_with(&[&last[..], &file.data()[data.len() - 16..]].concat()));
    if let Ok(marks) = file.marks() {
        let mark = marks.iter().next().and_then(|(_, mark)| *mark).expect("a mark");
        assert_eq!(Some(mark.position.height()), file.tower().last_slot());
    }
}
