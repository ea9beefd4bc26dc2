//! Solana: a vote is read exactly, a tower belongs to its identity, and lockouts are kept.

mod any_bytes;
mod oracle;
mod refused;
mod tower;
mod tower_file;

use brainswap::{
    Digest, Lane, Position, Reading, Signable,
    chain::{
        Solana,
        solana::{Address, BLIND_SLOTS, Tower, TowerSync, VOTE_PROGRAM, Vote},
    },
    ports::{Chain as _, LaneRule, NotRead},
};

const IDENTITY: Address = Address::from_bytes([1; 32]);
const ACCOUNT: Address = Address::from_bytes([2; 32]);
const VOTER: Address = Address::from_bytes([3; 32]);

#[test]
fn a_vote_stands_at_its_last_slot_and_is_signed_whole() {
    let vote = vote(&[100, 101, 102]);
    let message = vote.to_message();
    let reading = read(&message).unwrap();
    assert_eq!(reading.intent.lane, Lane::FIRST);
    assert_eq!(reading.intent.position, Position::at_height(102));
    assert_eq!((reading.intent.floor, reading.signable), (0, Signable::Message(message.clone())));
    // Layout: Solana's legacy message, one signer.
    assert_eq!(message[..4], [1, 0, 1, 3]);
    assert_eq!(message[4 + 64..4 + 96], *VOTE_PROGRAM.as_bytes());
    assert_eq!(VOTE_PROGRAM.to_string(), "Vote111111111111111111111111111111111111111");
    assert_eq!(message[132..137], [1, 2, 2, 1, 0]);
    assert_eq!(message[138..142], [14, 0, 0, 0]);
}

#[test]
fn a_vote_that_is_sent_again_is_the_same_and_one_for_another_block_is_not() {
    let first = vote(&[100, 101]);
    let digest = |vote: &Vote| read(&vote.to_message()).unwrap().intent;
    let again = |change: fn(&mut Vote)| {
        let mut other = first.clone();
        change(&mut other);
        digest(&other)
    };
    assert_eq!(again(|vote| vote.blockhash = [9; 32]), digest(&first));
    assert_eq!(again(|vote| vote.sync.timestamp = None), digest(&first));
    assert_eq!(again(|vote| vote.switch_proof = Some([9; 32])), digest(&first));
    assert_eq!(again(|vote| vote.voter = VOTER), digest(&first));
    for other in [
        again(|vote| vote.sync.hash = [9; 32]),
        again(|vote| vote.sync.block_id = [9; 32]),
        digest(&vote(&[99, 101])),
        digest(&vote(&[101])),
    ] {
        assert_eq!(other.position, digest(&first).position);
        assert_ne!(other.digest, digest(&first).digest);
    }
}

#[test]
fn there_is_one_lane_and_without_a_tower_512_slots_are_given_up() {
    let chain = chain();
    assert_eq!((chain.name(), chain.network_id()), ("solana", None));
    assert_eq!(chain.lanes(), [LaneRule { name: "vote", floored: false }]);
    assert_eq!((chain.vote_account(), BLIND_SLOTS), (ACCOUNT, 512));
    for (head, last) in [(0, 512), (1000, 1512), (u64::MAX - 1, u64::MAX), (u64::MAX, u64::MAX)] {
        let positions = chain.last_signable(head);
        let position = *positions.get(Lane::FIRST).unwrap();
        assert_eq!((positions.count(), position), (1, Position::at_height(last)));
        assert!(position.next().is_some());
    }
}

fn chain() -> Solana {
    Solana::new(ACCOUNT)
}

fn read(message: &[u8]) -> Result<Reading, NotRead> {
    chain().read(message)
}

fn tower(slots: &[u64]) -> Tower {
    let mut tower = Tower::new(vec![], Some(0)).unwrap();
    slots.iter().for_each(|slot| tower.vote(*slot).unwrap());
    tower
}

fn vote(slots: &[u64]) -> Vote {
    vote_of(tower(slots))
}

fn vote_of(tower: Tower) -> Vote {
    Vote {
        identity: IDENTITY,
        voter: IDENTITY,
        vote_account: ACCOUNT,
        blockhash: [4; 32],
        sync: TowerSync::new(tower, [0xab; 32], Some(1_700_000_000), [0xcd; 32]),
        switch_proof: None,
    }
}

/// What must hold whatever the bytes: refused, or read as exactly these bytes. Says which.
fn holds_for_any_bytes(bytes: &[u8]) -> bool {
    let parsed = Vote::from_message(bytes);
    if let Ok(vote) = &parsed {
        assert_eq!(vote.to_message(), bytes);
        let tower = vote.sync.tower();
        let again = Tower::new(tower.votes().to_vec(), tower.root());
        assert_eq!(again.as_ref(), Ok(tower));
    }
    match read(bytes) {
        Ok(reading) => {
            let vote = parsed.unwrap();
            let slot = vote.sync.tower().last_slot().unwrap();
            assert_eq!(reading.intent.position, Position::at_height(slot));
            assert_eq!(reading.signable, Signable::Message(bytes.to_vec()));
            let digest: Digest = vote.sync.digest();
            assert_eq!(reading.intent.digest, digest);
            true
        }
        Err(refused) => {
            assert_eq!((refused.chain, refused.code()), ("solana", "chain.not_read"));
            false
        }
    }
}
