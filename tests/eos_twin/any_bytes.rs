//! Whatever the bytes: refused, or read as exactly these bytes.

use super::*;
use brainswap::eos::{EosAccount, EosSignature, MsigAction, SignedTransaction, unpack_authority};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Every packed form; says how many read it.
fn holds_for_any_bytes(bytes: &[u8]) -> usize {
    let mut read = 0;
    let mut same = |again: Vec<u8>| {
        assert_eq!(again, bytes, "one value, one form");
        read += 1;
    };
    if let Ok(authority) = unpack_authority(bytes) {
        same(brainswap::eos::pack_authority(&authority).unwrap());
    }
    if let Ok(authority) = BlockSigningAuthority::unpack(bytes) {
        same(authority.pack());
    }
    if let Ok(action) = Action::unpack(bytes) {
        same(action.pack());
    }
    if let Ok(transaction) = Transaction::unpack(bytes) {
        same(transaction.pack());
    }
    if let Ok(signed) = SignedTransaction::unpack(bytes) {
        same(signed.pack());
    }
    for action in SYSTEM {
        if let Ok(action) = SystemAction::unpack(name(action), bytes) {
            same(action.pack().unwrap());
        }
    }
    for action in MSIG {
        if let Ok(action) = MsigAction::unpack(name(action), bytes) {
            same(action.pack());
        }
    }
    read
}

const SYSTEM: [&str; 12] = [
    "newaccount",
    "updateauth",
    "deleteauth",
    "linkauth",
    "unlinkauth",
    "regproducer",
    "regproducer2",
    "unregprod",
    "claimrewards",
    "regfinkey",
    "actfinkey",
    "delfinkey",
];
const MSIG: [&str; 6] = ["propose", "approve", "unapprove", "exec", "cancel", "invalidate"];

/// Real encodings, to begin from.
static REAL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let producer = name("producer1111");
    let url = "https://bp.example".to_owned();
    let mut signed = SignedTransaction::new(claim());
    signed.signatures = vec![EosSignature::K1([7; 65])];
    signed.context_free_data = vec![vec![1, 2], vec![]];
    let proposal = brainswap::eos::Proposal::new(producer, name("claimit"), claim()).unwrap();
    let register = SystemAction::RegProducer2 {
        producer,
        producer_authority: block_signer(0),
        url,
        location: 276,
    };
    let update = SystemAction::UpdateAuth {
        account: producer,
        permission: name("claim"),
        parent: Name::ACTIVE,
        auth: one_of(&[0, 1]),
    };
    vec![
        claim().pack(),
        signed.pack(),
        register.pack().unwrap(),
        update.pack().unwrap(),
        proposal.propose(vec![PermissionLevel::active(producer)]).pack(),
        proposal.approve(PermissionLevel::active(producer)).pack(),
        block_signer(1).pack(),
        brainswap::eos::pack_authority(&one_of(&[0, 1, 2])).unwrap(),
    ]
});

#[test]
fn every_real_encoding_is_read() {
    for bytes in REAL.iter() {
        assert!(holds_for_any_bytes(bytes) > 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_refused_or_written_again_as_they_were(
        bytes in proptest::collection::vec(any::<u8>(), 0..120),
    ) {
        holds_for_any_bytes(&bytes);
    }

    #[test]
    fn a_real_encoding_with_changed_bytes_is_refused_or_written_again_as_it_was(
        which in 0..8_usize,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = REAL[which].clone();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        holds_for_any_bytes(&bytes);
    }

    #[test]
    fn any_text_is_an_account_or_refused(text in ".{0,200}") {
        prop_assert!(EosAccount::from_json(text.as_bytes()).is_err());
    }
}
