//! What is signed is for one chain and one transaction; whether it suffices is known before it is
//! sent.

use super::*;
use brainswap::{
    authority::{Account, Accounts, NotAuthorized},
    eos::{ChainId, Content, EosSignature, NotEosBytes, NotEosText, NotSigned, SignedTransaction},
};
use std::collections::BTreeSet;

/// A transaction of the WAX main net, block 258546986, with its two signatures and their keys.
const WAX: &str = "1064487b3cd1a897ce03ae5b6a865651747e2e152090f99c1d19d44e01aea5a4";
const PACKED: &str = "14b9c664cf1bd2ece061000000000130a9cbe6aaa416900000000000a0a6930100a4e10001\
    43913000000000a8ed32321100a4e1000143913008c2044a93e074b52b00";
const ID: &str = "76ece6404a920db9fb31fbd18b23bcb98c3db8aabe01910abb3d98991d51cc32";
const SIGNATURES: [&str; 2] = [
    "SIG_K1_KgKUNq9BXEd2nZbGWLNazy13KdD67AGoNVwjV44r2MrLoHnoMcSmUdutXgpUXXF97tW6CkLEttMUeFZEUhNJ5cRZKHE5oB",
    "SIG_K1_KVwxTw5p7q7QeqMvs9K4WPZ15WTjnSQumwh5F6oyUriVXQteP7hFHe3Kf16aasVGq48NxzJKGH6Jmk3PBWrGacv3aErMsJ",
];
const SIGNERS: [&str; 2] = [
    "EOS7iVNzTKGxUTx9iajbhcVt2wM94oDVHv9vKrbzmi1XUGX4UaSeV",
    "EOS8UhZSLGoiUSifugc4x2LrLbKW6GwKKNzJbxtZBBChqcKbfV18G",
];

fn wax() -> (ChainId, SignedTransaction) {
    let transaction = Transaction::unpack(&const_hex::decode(PACKED).unwrap()).unwrap();
    let mut signed = SignedTransaction::new(transaction);
    signed.signatures = SIGNATURES.iter().map(|text| text.parse().unwrap()).collect();
    (WAX.parse().unwrap(), signed)
}

/// Base58 over a payload and its checksum, with this prefix.
fn text(prefix: &str, payload: &[u8], suffix: &[u8]) -> String {
    use ripemd::Digest as _;
    let checksum = ripemd::Ripemd160::digest([payload, suffix].concat());
    format!("{prefix}{}", bs58::encode([payload, &checksum[..4]].concat()).into_string())
}

/// The secret key with scalar 1 on P-256.
fn r1_secret() -> EosSecretKey {
    let payload = [&[0; 31][..], &[1]].concat();
    EosSecretKey::from_text(&SecretString::from(text("PVT_R1_", &payload, b"R1"))).unwrap()
}

#[test]
fn a_transaction_of_the_main_net_has_its_id_and_its_signers() {
    let (chain, signed) = wax();
    assert_eq!(signed.transaction.id().to_string(), ID);
    let signers: BTreeSet<EosPublicKey> = SIGNERS.iter().map(|key| key.parse().unwrap()).collect();
    assert_eq!(signed.signers(&chain), Ok(signers.clone()));
    // On another chain the same signatures are by nobody's keys.
    let elsewhere = signed.signers(&ChainId::EOS).unwrap();
    assert!(elsewhere.is_disjoint(&signers));
}

#[test]
fn k1_and_r1_keys_sign_what_the_chain_recovers_them_from() {
    let mut signed = SignedTransaction::new(claim());
    for key in [secret(), r1_secret()] {
        signed.sign(&ChainId::EOS, &key).unwrap();
    }
    assert!(signed.signatures.iter().all(EosSignature::is_canonical));
    let keys = BTreeSet::from([secret().public_key().clone(), r1_secret().public_key().clone()]);
    assert_eq!(signed.signers(&ChainId::EOS), Ok(keys.clone()));
    assert_eq!(SignedTransaction::unpack(&signed.pack()), Ok(signed.clone()));
    let json: serde_json::Value = serde_json::from_str(&signed.to_json()).unwrap();
    assert_eq!(json["signatures"][0], signed.signatures[0].to_string());
    assert_eq!(json["packed_trx"], const_hex::encode(claim().pack()));
    assert_eq!(
        (&json["compression"], &json["packed_context_free_data"]),
        (&"none".into(), &"".into())
    );
    // Another transaction has other signers.
    signed.transaction.expiration += 1;
    assert!(signed.signers(&ChainId::EOS).unwrap().is_disjoint(&keys));
}

#[test]
fn the_data_of_context_free_actions_is_signed_with_the_rest() {
    let mut signed = SignedTransaction::new(claim());
    let without = signed.signing_digest(&ChainId::EOS);
    assert_eq!(without, claim().signing_digest(&ChainId::EOS));
    signed.context_free_data = vec![vec![]];
    assert_ne!(signed.signing_digest(&ChainId::EOS), without);
    assert_eq!(signed.transaction.id(), claim().id());
}

#[test]
fn a_signature_that_is_not_canonical_or_there_twice_is_refused() {
    let (chain, mut signed) = wax();
    signed.signatures.push(signed.signatures[1]);
    let refused = signed.signers(&chain).unwrap_err();
    assert_eq!(refused, NotSigned::Double { key: SIGNERS[1].parse().unwrap() });
    assert_eq!(refused.code(), "transaction.double_signature");

    let (chain, mut signed) = wax();
    let mut bytes = *signed.signatures[0].as_bytes();
    bytes[33] |= 0x80; // s above half the order
    signed.signatures[0] = EosSignature::K1(bytes);
    let refused = signed.signers(&chain).unwrap_err();
    assert_eq!(refused, NotSigned::Signature { at: 0, error: NotEosText::NotCanonical });
    assert_eq!(refused.code(), "eos.not_canonical");

    bytes[0] = 35;
    signed.signatures[0] = EosSignature::K1(bytes);
    assert_eq!(signed.signers(&chain).unwrap_err().code(), "eos.header");
    signed.signatures[0] = EosSignature::R1([31; 65]);
    signed.signatures[0] = match signed.signatures[0] {
        EosSignature::R1(mut bytes) => {
            bytes[33..].fill(0xff);
            EosSignature::R1(bytes)
        }
        other @ EosSignature::K1(_) => other,
    };
    assert_eq!(signed.signers(&chain).unwrap_err().code(), "eos.not_canonical");
    let webauthn = text("SIG_WA_", &[31; 80], b"WA").parse::<EosSignature>().unwrap_err();
    let kind = NotEosText::Kind { content: Content::Signature };
    assert_eq!((webauthn, webauthn.code()), (kind, "eos.kind"));
}

/// `producer1111`: the development key is `active`, another one `owner`; `claim` is linked.
fn accounts() -> Accounts<EosPublicKey> {
    let dev = WeightedAuthority::of_key(secret().public_key().clone());
    let r1 = WeightedAuthority::of_key(r1_secret().public_key().clone());
    let permission = |parent, authority| brainswap::authority::Permission { parent, authority };
    let account = Account::of_tree(
        [
            (Name::OWNER, permission(Name::EMPTY, one_of(&[1]))),
            (Name::ACTIVE, permission(Name::OWNER, dev)),
            (name("claim"), permission(Name::ACTIVE, r1)),
        ],
        [(Name::EOSIO, name("claimrewards"), name("claim"))],
    );
    let mut accounts = Accounts::new();
    accounts.insert(name("producer1111").into(), account.unwrap());
    accounts
}

#[test]
fn the_signatures_that_the_actions_need_are_enough_and_no_other_are_taken() {
    let signed_by = |declared: &str, keys: &[EosSecretKey]| {
        let mut transaction = claim();
        transaction.actions[0].authorization = vec![level(declared)];
        let mut signed = SignedTransaction::new(transaction);
        for key in keys {
            signed.sign(&ChainId::EOS, key).unwrap();
        }
        signed.authorize(&ChainId::EOS, &accounts())
    };
    let code = |answer: Result<(), NotSigned>| answer.unwrap_err().code();
    assert_eq!(signed_by("producer1111@claim", &[r1_secret()]), Ok(()));
    assert_eq!(signed_by("producer1111@active", &[secret()]), Ok(()));
    assert_eq!(code(signed_by("producer1111@claim", &[])), "authority.unsatisfied");
    assert_eq!(code(signed_by("producer1111@active", &[r1_secret()])), "authority.unsatisfied");
    let more = signed_by("producer1111@claim", &[r1_secret(), secret()]);
    assert_eq!(code(more.clone()), "authority.unused");
    let unused = vec![secret().public_key().clone()];
    assert_eq!(more, Err(NotSigned::NotAuthorized(NotAuthorized::Unused { unused })));
    assert_eq!(code(signed_by("other@active", &[secret()])), "permission.unknown");
    // The claim key claims, and does nothing else.
    let mut other = claim();
    other.actions[0].name = name("regproducer");
    other.actions[0].authorization = vec![level("producer1111@claim")];
    let mut signed = SignedTransaction::new(other);
    signed.sign(&ChainId::EOS, &r1_secret()).unwrap();
    assert_eq!(code(signed.authorize(&ChainId::EOS, &accounts())), "permission.irrelevant");
}

#[test]
fn a_change_of_permissions_is_judged_as_one() {
    let account = name("producer1111");
    let delete = SystemAction::DeleteAuth { account, permission: Name::OWNER };
    let code = |declared: &str, action: Action| {
        let action = Action { authorization: vec![level(declared)], ..action };
        let mut signed = SignedTransaction::new(transaction(vec![action]));
        signed.sign(&ChainId::EOS, &secret()).unwrap();
        signed.authorize(&ChainId::EOS, &accounts()).map_err(|refused| refused.code())
    };
    let delete = delete.to_action(vec![]).unwrap();
    assert_eq!(code("producer1111@active", delete.clone()), Err("permission.irrelevant"));
    let claim = SystemAction::DeleteAuth { account, permission: name("claim") };
    assert_eq!(code("producer1111@active", claim.to_action(vec![]).unwrap()), Ok(()));
    // What cannot be read is not judged.
    let cut = Action { data: vec![1], ..delete.clone() };
    assert_eq!(code("producer1111@active", cut), Err(NotEosBytes::Cut.code()));
    let delay = Action { name: name("canceldelay"), ..delete };
    assert_eq!(code("producer1111@active", delay), Err("eos.other_action"));
}
