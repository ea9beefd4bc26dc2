//! Bytes that are not exactly one value are refused, each for its own reason.

use super::*;
use brainswap::{
    authority::{Level, LevelWeight},
    eos::{EosSignature, MAX_TRANSACTION, MAX_URL, MsigAction, NotEosBytes, SignedTransaction},
};

fn signed() -> SignedTransaction {
    let mut signed = SignedTransaction::new(claim());
    signed.signatures = vec![EosSignature::K1([7; 65]), EosSignature::R1([8; 65])];
    signed
}

#[test]
fn every_cut_and_every_byte_more_is_refused() {
    let whole = signed().pack();
    for length in 0..whole.len() {
        let refused = SignedTransaction::unpack(&whole[..length]).unwrap_err();
        assert_eq!((refused, refused.code()), (NotEosBytes::Cut, "eos.cut"), "{length}");
    }
    let packed = claim().pack();
    for length in 0..packed.len() {
        assert_eq!(Transaction::unpack(&packed[..length]), Err(NotEosBytes::Cut), "{length}");
    }
    let left = NotEosBytes::LeftOver { left: 1 };
    assert_eq!(SignedTransaction::unpack(&[&whole[..], &[0]].concat()), Err(left));
    assert_eq!(Transaction::unpack(&[&packed[..], &[0]].concat()), Err(left));
    let action = claim().actions[0].pack();
    assert_eq!(Action::unpack(&[&action[..], &[0]].concat()), Err(left));
    assert_eq!(left.code(), "eos.left_over");
}

#[test]
fn a_length_that_is_longer_than_it_need_be_is_refused() {
    let packed = claim().pack();
    // `max_net_usage_words`, after expiration and reference.
    let long = [&packed[..10], &[0x80, 0x00], &packed[11..]].concat();
    assert_eq!(Transaction::unpack(&long), Err(NotEosBytes::Varuint));
    assert_eq!(NotEosBytes::Varuint.code(), "eos.varuint");
    let high = [&packed[..10], &[0xff, 0xff, 0xff, 0xff, 0x1f], &packed[11..]].concat();
    assert_eq!(Transaction::unpack(&high), Err(NotEosBytes::Varuint));
}

#[test]
fn more_bytes_than_a_chain_takes_are_not_read() {
    let refused = Transaction::unpack(&vec![0; MAX_TRANSACTION + 1]).unwrap_err();
    let too_large = NotEosBytes::TooLarge { got: MAX_TRANSACTION + 1, limit: MAX_TRANSACTION };
    assert_eq!((refused, refused.code()), (too_large, "eos.too_large"));
    // So many actions that the list alone is refused, before any is looked at.
    let packed = claim().pack();
    let many = [&packed[..13], &[0x81, 0x80, 0x04]].concat();
    let refused = Transaction::unpack(&many).unwrap_err();
    let too_many = NotEosBytes::TooMany { got: 65_537, limit: 65_536 };
    assert_eq!((refused, refused.code()), (too_many, "eos.too_many"));
}

#[test]
fn a_signature_of_another_kind_and_a_compressed_transaction_are_refused() {
    let mut whole = signed().pack();
    assert_eq!(whole[1], 0);
    whole[1] = 2;
    let refused = SignedTransaction::unpack(&whole).unwrap_err();
    let kind = NotEosBytes::SignatureKind { kind: 2 };
    assert_eq!((refused, refused.code()), (kind, "eos.signature_kind"));
    let mut whole = SignedTransaction::new(claim()).pack();
    assert_eq!(whole[1], 0);
    whole[1] = 1;
    let refused = SignedTransaction::unpack(&whole).unwrap_err();
    let compressed = NotEosBytes::Alternative { what: "packed transaction", kind: 1 };
    assert_eq!((refused, refused.code()), (compressed, "eos.alternative"));
}

#[test]
fn context_free_data_that_is_there_and_empty_is_refused() {
    let whole = SignedTransaction::new(claim()).pack();
    assert_eq!(whole[..3], [0, 0, 0]);
    let empty = [&[0, 0, 1, 0], &whole[3..]].concat();
    assert_eq!(SignedTransaction::unpack(&empty), Err(NotEosBytes::Varuint));
    let one = [&[0, 0, 2, 1, 0], &whole[3..]].concat();
    let read = SignedTransaction::unpack(&one).unwrap();
    assert_eq!((&read.context_free_data, read.pack()), (&vec![vec![]], one));
}

#[test]
fn an_action_of_another_contract_or_another_name_is_not_read_as_one_of_these() {
    let refused = SystemAction::unpack(name("buyram"), &[]).unwrap_err();
    let other = NotEosBytes::OtherAction { contract: Name::EOSIO, name: name("buyram") };
    assert_eq!((refused, refused.code()), (other, "eos.other_action"));
    let mut action = claim().actions.remove(0);
    action.account = name("eosio.fake");
    let contract = action.account;
    let other = NotEosBytes::OtherAction { contract, name: name("claimrewards") };
    assert_eq!(SystemAction::of_action(&action), Err(other));
    assert_eq!(MsigAction::of_action(&action), Err(other));
    let contract = name("eosio.msig");
    let other = NotEosBytes::OtherAction { contract, name: name("other") };
    assert_eq!(MsigAction::unpack(name("other"), &[0; 32]), Err(other));
}

#[test]
fn the_bytes_of_an_action_are_refused_for_another_action() {
    let claim = SystemAction::ClaimRewards { owner: name("producer1111") };
    let data = claim.pack().unwrap();
    assert_eq!(SystemAction::unpack(name("updateauth"), &data), Err(NotEosBytes::Cut));
    let left = NotEosBytes::LeftOver { left: 1 };
    let longer = [&data[..], &[0]].concat();
    assert_eq!(SystemAction::unpack(name("claimrewards"), &longer), Err(left));
}

#[test]
fn a_producer_s_text_that_is_long_or_no_utf8_is_refused() {
    let register = |url: String| SystemAction::RegProducer {
        producer: name("producer1111"),
        producer_key: key(0),
        url,
        location: 0,
    };
    let longest = register("u".repeat(MAX_URL));
    let data = longest.pack().unwrap();
    assert_eq!(SystemAction::unpack(longest.name(), &data), Ok(longest.clone()));
    let data = register("u".repeat(MAX_URL + 1)).pack().unwrap();
    let too_many = NotEosBytes::TooMany { got: 512, limit: 511 };
    assert_eq!(SystemAction::unpack(longest.name(), &data), Err(too_many));
    let mut data = register("u".into()).pack().unwrap();
    let place = data.len() - 3;
    data[place] = 0xff;
    let refused = SystemAction::unpack(longest.name(), &data).unwrap_err();
    assert_eq!((refused, refused.code()), (NotEosBytes::Text, "eos.not_utf8"));
}

#[test]
fn another_alternative_of_the_block_signing_authority_is_refused() {
    let mut packed = block_signer(0).pack();
    packed[0] = 1;
    let refused = BlockSigningAuthority::unpack(&packed).unwrap_err();
    let other = NotEosBytes::Alternative { what: "block signing authority", kind: 1 };
    assert_eq!(refused, other);
}

#[test]
fn an_identity_has_no_permission_on_the_chain() {
    let identity = brainswap::IdentityId::from_bytes([1; 32]);
    let level = Level { actor: identity.into(), permission: Name::ACTIVE };
    let mut auth = one_of(&[0]);
    auth.accounts = vec![LevelWeight { permission: level, weight: 1 }];
    let account = name("producer1111");
    let update =
        SystemAction::UpdateAuth { account, permission: Name::ACTIVE, parent: Name::OWNER, auth };
    let refused = update.to_action(vec![]).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (NotEosBytes::NotAnAccount { level }, "eos.not_an_account")
    );
    assert_eq!(PermissionLevel::try_from(level), Err(refused));
    let mut change = update.to_change().unwrap();
    if let brainswap::authority::Change::UpdateAuth { account, .. } = &mut change {
        *account = identity.into();
    }
    let level = Level { actor: identity.into(), permission: Name::ACTIVE };
    assert_eq!(SystemAction::try_from(change), Err(NotEosBytes::NotAnAccount { level }));
}

#[test]
fn every_refusal_has_words_a_code_and_a_next_step() {
    for refused in [
        NotEosBytes::Cut,
        NotEosBytes::Varuint,
        NotEosBytes::Text,
        NotEosBytes::SignatureKind { kind: 2 },
        NotEosBytes::TooLarge { got: 2, limit: 1 },
        NotEosBytes::Alternative { what: "packed transaction", kind: 1 },
        NotEosBytes::OtherAction { contract: Name::EOSIO, name: name("buyram") },
    ] {
        assert!(refused.code().starts_with("eos."));
        assert!(!refused.advice().is_empty() && !refused.to_string().is_empty());
    }
}
