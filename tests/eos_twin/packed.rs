//! What is packed has the bytes that the chain's own tools make.

use super::*;
use brainswap::{
    Digest,
    eos::{MsigAction, NotAProposal, Proposal},
};

fn hex(bytes: &[u8]) -> String {
    const_hex::encode(bytes)
}

#[test]
fn a_claim_of_rewards_is_its_owner_s_name() {
    let claim = SystemAction::ClaimRewards { owner: name("producer1111") };
    assert_eq!(hex(&claim.pack().unwrap()), "10420857219de8ad");
}

#[test]
fn the_reference_to_a_block_is_the_end_of_its_number_and_four_bytes_of_its_id() {
    // The number 0x00010203; the prefix is bytes 8 to 11, the lowest first.
    let reference = claim().reference;
    assert_eq!(reference, BlockReference { num: 0x0203, prefix: 0x0b0a_0908 });
    let packed = claim().pack();
    assert_eq!(hex(&packed[..10]), "00f153650302".to_owned() + "08090a0b");
}

#[test]
fn a_transaction_is_packed_field_by_field() {
    let mut whole = claim();
    whole.max_net_usage_words = 300;
    whole.max_cpu_usage_ms = 7;
    whole.delay_sec = 128;
    whole.extensions = vec![(0x0102, vec![9, 9])];
    let expected = "00f15365\
        0302\
        08090a0b\
        ac02\
        07\
        8001\
        00\
        01\
        0000000000ea3055\
        80d3355c5de94c44\
        01\
        10420857219de8ad\
        00000000a8ed3232\
        08\
        10420857219de8ad\
        01\
        0201\
        020909";
    assert_eq!(hex(&whole.pack()), expected);
    assert_eq!(Transaction::unpack(&whole.pack()), Ok(whole));
}

#[test]
fn a_proposal_holds_the_transaction_and_its_approval_holds_the_transaction_s_id() {
    let (proposer, proposal) = (name("alice"), name("claimit"));
    let proposal = Proposal::new(proposer, proposal, claim()).unwrap();
    let names = "0000000000855c34000000203be94c44";
    let active = "10420857219de8ad00000000a8ed3232";
    let asked = level("producer1111@active");

    let proposed = proposal.propose(vec![asked]);
    let expected = format!("{names}01{active}{}", hex(&claim().pack()));
    assert_eq!((proposed.name(), hex(&proposed.pack())), (name("propose"), expected));
    let approved = proposal.approve(asked);
    let hash = hex(Digest::of(&claim().pack()).as_bytes());
    assert_eq!(hex(&approved.pack()), format!("{names}{active}{hash}"));
    assert_eq!(hex(&proposal.unapprove(asked).pack()), format!("{names}{active}"));
    assert_eq!(hex(&proposal.exec(name("bob")).pack()), format!("{names}0000000000000e3d"));
    assert_eq!(hex(&proposal.cancel().pack()), format!("{names}0000000000855c34"));

    for action in
        [proposed, approved, proposal.unapprove(asked), proposal.exec(proposer), proposal.cancel()]
    {
        let whole = action.to_action(vec![PermissionLevel::active(proposer)]);
        assert_eq!(whole.account, name("eosio.msig"));
        assert_eq!(MsigAction::of_action(&whole), Ok(action));
    }
}

#[test]
fn another_transaction_under_the_same_name_is_another_approval() {
    let of = |transaction| Proposal::new(name("alice"), name("claimit"), transaction).unwrap();
    let mut other = claim();
    other.delay_sec = 1;
    let asked = level("producer1111@active");
    assert_ne!(of(claim()).approve(asked), of(other.clone()).approve(asked));
    assert_ne!(of(claim()).hash(), of(other).hash());
}

#[test]
fn what_the_contract_would_refuse_is_not_proposed() {
    let propose = |transaction| {
        let refused = Proposal::new(name("alice"), name("claimit"), transaction).unwrap_err();
        (refused, refused.code())
    };
    let empty = transaction(vec![]);
    assert_eq!(propose(empty), (NotAProposal::Empty, "proposal.empty"));
    let mut free = claim();
    free.context_free_actions = free.actions.clone();
    let refused = (NotAProposal::ContextFree { got: 1 }, "proposal.context_free");
    assert_eq!(propose(free), refused);
}

#[test]
fn changes_of_permissions_are_the_same_here_and_on_the_chain() {
    let account = name("producer1111");
    let update = SystemAction::UpdateAuth {
        account,
        permission: name("claim"),
        parent: Name::ACTIVE,
        auth: one_of(&[1]),
    };
    let link = SystemAction::LinkAuth {
        account,
        code: Name::EOSIO,
        action: name("claimrewards"),
        requirement: name("claim"),
    };
    let unlink =
        SystemAction::UnlinkAuth { account, code: Name::EOSIO, action: name("claimrewards") };
    let delete = SystemAction::DeleteAuth { account, permission: name("claim") };
    for action in [update, link, unlink, delete] {
        let change = action.to_change().unwrap();
        assert_eq!(change.account(), account.into());
        assert_eq!(SystemAction::try_from(change), Ok(action));
    }
    assert_eq!(SystemAction::ClaimRewards { owner: account }.to_change(), None);
}

#[test]
fn an_authority_over_block_signing_keys_keeps_their_order_and_the_contract_s_rules() {
    let of = |threshold, keys: &[(usize, u16)]| BlockSigningAuthority {
        threshold,
        keys: keys.iter().map(|&(at, weight)| KeyWeight { key: key(at), weight }).collect(),
    };
    let unsorted = of(2, &[(2, 1), (0, 1), (1, 1)]);
    assert_eq!(unsorted.check(), Ok(()));
    assert_eq!(BlockSigningAuthority::unpack(&unsorted.pack()), Ok(unsorted));
    let mut webauthn = of(1, &[(0, 1)]);
    webauthn.keys[0].key = crate::get_account::webauthn();
    for (refused, code) in [
        (of(0, &[(0, 1)]), "block_signing.zero_threshold"),
        (of(1, &[(0, 1), (0, 1)]), "block_signing.double"),
        (of(3, &[(0, 1), (1, 1)]), "block_signing.unreachable"),
        (of(1, &[]), "block_signing.unreachable"),
        (webauthn, "block_signing.webauthn"),
    ] {
        assert_eq!(refused.check().unwrap_err().code(), code);
    }
    assert!(!of(2, &[(0, 1), (1, 1), (2, 1)]).can_be_split());
    assert!(of(1, &[(0, 1), (1, 1)]).can_be_split() && !of(1, &[(0, 1)]).can_be_split());
    assert_eq!(of(1, &[(0, 1)]).sole_key(), Some(&key(0)));
    assert_eq!(of(2, &[(0, 2)]).sole_key(), None);
}

#[test]
fn data_of_any_length_is_carried_as_it_stands() {
    for length in [0, 1, 127, 128, 300, 20_000] {
        let mut whole = claim();
        whole.actions[0].account = name("other");
        whole.actions[0].data = vec![7; length];
        assert_eq!(Transaction::unpack(&whole.pack()), Ok(whole), "{length}");
    }
}
