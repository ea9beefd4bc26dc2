use super::*;
use crate::{Digest, IdentityId, Intent, Lane, Position};
use alloc::{format, string::String, vec::Vec};
use std::println;

fn hex<const N: usize>(text: &str) -> [u8; N] {
    const_hex::decode_to_array(text).expect("hexadecimal digits in a test")
}

fn key(kind: KeyKind, secret: &str) -> SecretKey {
    SecretKey::from_bytes(kind, &hex(secret)).expect("a secret in a test")
}

fn cleared(signable: Signable) -> Cleared {
    let intent = Intent {
        lane: Lane::FIRST,
        position: Position::at_height(1),
        floor: 0,
        digest: Digest::of(b"message"),
    };
    Cleared::new(IdentityId::from_bytes([1; 32]), intent, signable)
}

/// RFC 8032, section 7.1, TEST 2.
const ED25519_SECRET: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const ONE: &str = "0000000000000000000000000000000000000000000000000000000000000001";

#[test]
fn ed25519_signs_a_cleared_message_as_in_rfc_8032() {
    let key = key(KeyKind::Ed25519, ED25519_SECRET);
    let public = "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    assert_eq!(format!("{}", key.public_key()), public);
    let signature =
        Signature::Ed25519(hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
    assert_eq!(key.sign(cleared(Signable::Message([0x72].into()))), Ok(signature));
}

/// Deterministic secp256k1 signatures of btcsuite/btcd, `btcec/ecdsa/signature_test.go`.
#[test]
fn secp256k1_signs_as_in_rfc_6979_with_low_s() {
    let key = key(KeyKind::Secp256k1, ONE);
    let public = "secp256k1:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    assert_eq!(format!("{}", key.public_key()), public);
    for (message, signature) in [
        (
            "Satoshi Nakamoto",
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8\
             2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
        ),
        (
            "All those moments will be lost in time, like tears in rain. Time to die...",
            "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b\
             547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21",
        ),
    ] {
        let made = key.sign_bytes(message.as_bytes());
        assert_eq!(made.as_bytes()[..64], hex::<64>(signature), "{message}");
        assert_eq!(key.public_key().verify(message.as_bytes(), made.as_bytes()), Ok(()));
    }
}

/// Block 1 of besu-eth/besu `acceptance-tests/.../clique/clique.blocks`, with the published key.
#[test]
fn secp256k1_reproduces_the_seal_of_a_clique_block() {
    let key =
        key(KeyKind::Secp256k1, "d9e33039bb99f3a25b787bd644d2d054c5f3eef4743795187c96e92e15ec60e6");
    let hash = hex("bbd5db39cd1b9debfc13c8ba7abc70a7632bdfba1938fdfae9a276786e939904");
    let seal = Signature::Secp256k1(hex(
        "9f95f75759e28b42c17cf4d59231a086f43263215f9f6761fc16b755683746880\
         ac3c716eebea4c8309a38ef489b5341453349d764002f70d4a35d4b13f8aa0301",
    ));
    assert_eq!(key.sign(cleared(Signable::Prehash(hash))), Ok(seal));
}

#[test]
fn secp256k1_reproduces_every_seal_of_the_vectors_whose_key_is_known() {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors");
    let vectors = std::env::var("BRAINSWAP_VECTORS").unwrap_or_else(|_| default.into());
    let path = format!("{vectors}/clique/sealed_headers.json");
    let Ok(json) = std::fs::read(&path) else {
        let required = std::env::var("BRAINSWAP_REQUIRE_VECTORS").is_ok_and(|value| value == "1");
        assert!(!required, "no vectors at {path}");
        println!("skipped: no vectors at {path}");
        return;
    };
    let file: serde_json::Value = serde_json::from_slice(&json).expect("vectors in JSON");
    let text = |value: &serde_json::Value, field: &str| -> Option<String> {
        Some(value.get(field)?.as_str()?.strip_prefix("0x")?.into())
    };
    let known: Vec<_> = file["vectors"]
        .as_array()
        .expect("a list of vectors")
        .iter()
        .filter_map(|vector| {
            let field = |name| text(vector, name);
            Some((field("private_key")?, field("seal_hash")?, field("seal")?))
        })
        .collect();
    assert!(known.len() >= 3, "{} vectors with a key", known.len());
    for (secret, hash, seal) in known {
        let signable = Signable::Prehash(hex(&hash));
        let made = key(KeyKind::Secp256k1, &secret).sign(cleared(signable));
        assert_eq!(made, Ok(Signature::Secp256k1(hex(&seal))), "{hash}");
    }
}

#[test]
fn a_key_of_the_other_kind_than_the_network_signs_nothing() {
    let hash = key(KeyKind::Ed25519, ED25519_SECRET).sign(cleared(Signable::Prehash([7; 32])));
    assert_eq!(hash, Err(failed("the key is ed25519 and the network signs a 32-byte hash")));
    let message = key(KeyKind::Secp256k1, ONE).sign(cleared(Signable::Message([7].into())));
    let reason = "the key is secp256k1 and the network signs the message itself";
    assert_eq!(message, Err(failed(reason)));
}

#[test]
fn what_holds_a_secret_overwrites_it_when_it_goes() {
    fn overwrites<T: ZeroizeOnDrop>() {}
    overwrites::<SecretKey>();
    overwrites::<ed25519_dalek::SigningKey>();
    overwrites::<k256::ecdsa::SigningKey>();
}

#[test]
fn a_generated_key_is_new_and_its_own() {
    for kind in [KeyKind::Ed25519, KeyKind::Secp256k1] {
        let (one, other) = (SecretKey::generate(kind), SecretKey::generate(kind));
        let (one, other) = (one.expect("a key"), other.expect("a key"));
        assert_eq!((one.kind(), KeyKind::of(&one.public_key())), (kind, kind));
        assert_ne!(one.public_key(), other.public_key());
        assert_eq!(one.public_key().checked(), Ok(one.public_key()));
    }
}
