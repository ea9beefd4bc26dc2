//! Messages that are not exactly one vote of the account are refused, and say why.

use super::*;

#[test]
fn a_message_that_is_no_vote_of_this_form_is_refused() {
    let changed = |at: usize, byte: u8| {
        let mut message = vote(&[100, 101, 102]).to_message();
        message[at] = byte;
        refusal(&message)
    };
    let keys = "its signers and keys are not those of a vote";
    assert_eq!(changed(0, 2), keys);
    assert_eq!(changed(0, 0x80), keys, "a versioned message");
    assert_eq!(changed(3, 4), keys);
    assert!(changed(68, 8).ends_with("not the vote program"));
    let places = "it is not one instruction on the vote account, by the voter";
    for (at, byte) in [(132, 2), (133, 1), (134, 3), (135, 0), (136, 1)] {
        assert_eq!(changed(at, byte), places);
    }
    assert_eq!(changed(137, 1), "the instruction has another length than is said");
    for kind in [0, 2, 6, 8, 12, 13, 16] {
        let reason = format!("instruction {kind} of the vote program is not signed");
        assert_eq!(changed(138, kind), reason, "votes in older forms, and everything else");
    }
    // Root 8, then the count of votes.
    assert_eq!(changed(150, 32), "the tower has more than 31 votes");
    assert_eq!(changed(152, 0), "slot 100 has 0 confirmations, not 1 to 31");
    assert_eq!(changed(154, 3), "slot 101 stands after slot 100, or has as many confirmations");
    assert_eq!(changed(155, 0), "slot 101 stands after slot 101, or has as many confirmations");
    assert_eq!(changed(155, 50), "slot 151 is past 105, up to where the vote before it locks");
}

#[test]
fn a_vote_for_another_account_or_for_no_slot_is_refused() {
    let other = Vote { vote_account: VOTER, ..vote(&[100]) };
    let reason = format!("it is for vote account {VOTER} instead of {ACCOUNT}");
    assert_eq!(refusal(&other.to_message()), reason);
    let empty = vote_of(Tower::default());
    assert_eq!(refusal(&empty.to_message()), "it votes for no slot");
}

#[test]
fn a_voter_of_its_own_is_named_once_and_an_identity_not_twice() {
    let vote = Vote { voter: VOTER, ..vote(&[100]) };
    let message = vote.to_message();
    assert_eq!(message[..4], [2, 1, 1, 4]);
    assert_eq!(Vote::from_message(&message), Ok(vote));
    let mut same = message;
    same[36..68].copy_from_slice(IDENTITY.as_bytes());
    assert_eq!(refusal(&same), "the encoding is not the canonical one");
}

#[test]
fn a_message_larger_than_a_packet_is_refused() {
    assert_eq!(refusal(&[1; 1168]), "it has 1168 bytes; at most 1167 fit a packet");
}

fn refusal(bytes: &[u8]) -> String {
    let refused = read(bytes).unwrap_err();
    assert_eq!(refused.chain, "solana");
    refused.reason.into_owned()
}
