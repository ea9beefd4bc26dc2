//! Seeds of Solana: votes and towers.

use brainswap::chain::solana::{Address, LastVote, Tower, TowerSync, Vote};

/// Votes with one and two signers, and towers without their first 108 bytes, which the body makes.
pub fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut tower = Tower::new(Vec::new(), Some(0)).expect("a tower");
    (100..140).for_each(|slot| tower.vote(slot).expect("a later slot"));
    let hash = [0xab; 32];
    let one = Vote {
        identity: Address::from_bytes([1; 32]),
        voter: Address::from_bytes([1; 32]),
        vote_account: Address::from_bytes([2; 32]),
        blockhash: [4; 32],
        sync: TowerSync::new(tower.clone(), hash, Some(1_700_000_000), [0xcd; 32]),
        switch_proof: None,
    };
    let voter = Address::from_bytes([3; 32]);
    let two = Vote { voter, switch_proof: Some([5; 32]), ..one.clone() };
    let mut few = Tower::new(Vec::new(), None).expect("a tower");
    [7, 8, 400].iter().for_each(|slot| few.vote(*slot).expect("a later slot"));
    let small = Vote { sync: TowerSync::new(few.clone(), hash, None, hash), ..one.clone() };
    let file = |tower: &Tower, last: &LastVote| {
        let mut data = Vec::from([0; 16 + 65]);
        data.extend((tower.votes().len() as u64).to_le_bytes());
        for vote in tower.votes() {
            data.extend(vote.slot.to_le_bytes());
            data.extend(vote.confirmations.to_le_bytes());
        }
        data.push(u8::from(tower.root().is_some()));
        data.extend(tower.root().iter().flat_map(|root| root.to_le_bytes()));
        data.extend([0; 8 + 32 * 48 + 9 + 8 + 16]);
        data.extend(last.to_bytes());
        data.extend([0; 16]);
        data
    };
    let update = |compact| {
        let (tower, timestamp) = (few.clone(), Some(7));
        LastVote::Update { tower, hash, timestamp, compact }
    };
    let slots = LastVote::Slots { slots: Vec::from([8, 400]), hash, timestamp: None };
    Vec::from([
        ("solana_vote_read", "one-signer", one.to_message()),
        ("solana_vote_read", "two-signers", two.to_message()),
        ("solana_vote_read", "small", small.to_message()),
        ("solana_tower_read", "full", file(&tower, &LastVote::TowerSync(one.sync))),
        ("solana_tower_read", "update", file(&few, &update(false))),
        ("solana_tower_read", "compact-update", file(&few, &update(true))),
        ("solana_tower_read", "slots", file(&few, &slots)),
    ])
}
