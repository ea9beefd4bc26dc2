//! "A network that can only see a digest says so in its type": what a hash tells, and what not.

use super::*;
use brainswap::chain::besu::{DigestOnly, MAX_SEEN, Prepared, View, Window};

const HEAD: u64 = 299;
const ROUND: u32 = 2;

fn view(round: u32) -> View {
    View::new(HEAD + 1, round).unwrap()
}

/// A signer that has given the seal of this block without knowing what it was.
fn after_the_seal(protocol: Protocol, block: [u8; 32]) -> DigestOnly {
    let mut signer = DigestOnly::new(protocol);
    assert_eq!(signer.classify(&block, window()), None, "a commit seal has no name");
    signer.remember(block, signature(0));
    signer
}

fn window() -> Window {
    Window::after(HEAD, 4)
}

#[test]
fn a_prepare_and_a_commit_are_named_once_the_seal_was_asked_for() {
    for protocol in PROTOCOLS {
        let signer = after_the_seal(protocol, [5; 32]);
        let prepare = Message::prepare(protocol, view(ROUND), [5; 32]);
        let commit = Message::commit(protocol, view(ROUND), [5; 32], signature(0)).unwrap();
        for message in [prepare, commit] {
            assert_eq!(DigestOnly::new(protocol).classify(&message.hash(), window()), None);
            assert_eq!(signer.classify(&message.hash(), window()), Some(message.clone()));
            let reading = read(protocol, &message.to_preimage()).unwrap();
            assert_eq!(reading.signable, Signable::Prehash(message.hash()), "what is asked for");
        }
    }
}

#[test]
fn a_commit_seal_is_never_named_not_even_when_it_is_asked_for_again() {
    for protocol in PROTOCOLS {
        let signer = after_the_seal(protocol, [5; 32]);
        assert_eq!(signer.classify(&[5; 32], window()), None);
        assert!(!DigestOnly::can_name(protocol, Kind::CommitSeal));
    }
}

#[test]
fn a_commit_with_a_seal_from_elsewhere_is_not_named() {
    for protocol in PROTOCOLS {
        let signer = after_the_seal(protocol, [5; 32]);
        let commit = Message::commit(protocol, view(ROUND), [5; 32], signature(1)).unwrap();
        assert_eq!(signer.classify(&commit.hash(), window()), None);
    }
}

#[test]
fn a_round_change_is_named_unless_it_carries_a_certificate() {
    for protocol in PROTOCOLS {
        let bare = Message::round_change(protocol, view(ROUND), None).unwrap();
        let signer = DigestOnly::new(protocol);
        assert_eq!(signer.classify(&bare.hash(), window()), Some(bare));
    }
    let prepared = Prepared { round: 1, block: [5; 32], certificate: None };
    let change = Message::round_change(Protocol::Qbft, view(ROUND), Some(prepared)).unwrap();
    let signer = after_the_seal(Protocol::Qbft, [5; 32]);
    assert_eq!(signer.classify(&change.hash(), window()), Some(change));

    let claim = Claim { prepared: Some((1, 5)), ..Claim::of(Kind::RoundChange, HEAD + 1, ROUND) };
    let bytes = claim.preimage(Protocol::Ibft2);
    let certified = Message::from_preimage(Protocol::Ibft2, &bytes).unwrap();
    let signer = after_the_seal(Protocol::Ibft2, [5; 32]);
    assert_eq!(signer.classify(&certified.hash(), window()), None);
}

#[test]
fn a_proposal_is_named_in_ibft2_when_it_is_asked_for_after_the_seal_and_never_in_qbft() {
    let proposal = Message::ibft2_proposal(view(ROUND), [5; 32]);
    assert_eq!(DigestOnly::new(Protocol::Ibft2).classify(&proposal.hash(), window()), None);
    let signer = after_the_seal(Protocol::Ibft2, [5; 32]);
    assert_eq!(signer.classify(&proposal.hash(), window()), Some(proposal));

    let bytes = Claim::of(Kind::Proposal, HEAD + 1, ROUND).preimage(Protocol::Qbft);
    let proposal = Message::from_preimage(Protocol::Qbft, &bytes).unwrap();
    let signer = after_the_seal(Protocol::Qbft, proposal.block().unwrap());
    assert_eq!(signer.classify(&proposal.hash(), window()), None);
    assert!(!DigestOnly::can_name(Protocol::Qbft, Kind::Proposal));
    assert!(DigestOnly::can_name(Protocol::Ibft2, Kind::Proposal));
}

#[test]
fn what_lies_outside_the_window_or_was_seen_too_long_ago_is_not_named() {
    let protocol = Protocol::Qbft;
    let mut signer = after_the_seal(protocol, [5; 32]);
    let prepare = Message::prepare(protocol, view(ROUND), [5; 32]);
    for (head, rounds, named) in [
        (HEAD, 4, true),
        (HEAD - 2, 4, true),
        (HEAD - 3, 4, false),
        (HEAD + 1, 4, false),
        (HEAD, 2, false),
    ] {
        let found = signer.classify(&prepare.hash(), Window::after(head, rounds));
        assert_eq!(found.is_some(), named, "head {head}, {rounds} rounds");
    }
    let far = Message::prepare(protocol, view(16), [5; 32]);
    assert_eq!(signer.classify(&far.hash(), Window::after(HEAD, u32::MAX)), None);
    for other in 0..MAX_SEEN as u8 {
        assert!(signer.classify(&prepare.hash(), window()).is_some(), "{other} later");
        signer.remember([100 + other; 32], signature(0));
    }
    assert_eq!(signer.classify(&prepare.hash(), window()), None);
}

#[test]
fn no_other_hash_is_named_at_the_end_of_the_numbers_either() {
    for head in [0, HEAD, u64::MAX - 1, u64::MAX] {
        let signer = after_the_seal(Protocol::Ibft2, [5; 32]);
        assert_eq!(signer.classify(&[6; 32], Window::after(head, u32::MAX)), None);
    }
}
