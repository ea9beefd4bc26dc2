use super::*;
use crate::{BadSignature, BlsSuite, Digest, IdentityId, Intent, Lane, Position, Signable};
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

#[cfg(feature = "bls")]
const KINDS: [KeyKind; 4] =
    [KeyKind::Ed25519, KeyKind::Secp256k1, KeyKind::P256, KeyKind::Bls12381];
#[cfg(not(feature = "bls"))]
const KINDS: [KeyKind; 3] = [KeyKind::Ed25519, KeyKind::Secp256k1, KeyKind::P256];

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
        let made = key.secret.sign_document(message.as_bytes());
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
fn secp256k1_signs_canonically_where_the_network_takes_nothing_else() {
    let key =
        key(KeyKind::Secp256k1, "d9e33039bb99f3a25b787bd644d2d054c5f3eef4743795187c96e92e15ec60e6");
    let mut same = 0;
    for number in 0..64 {
        let digest = [number; 32];
        let made = |signable| key.sign(cleared(signable)).expect("a signature");
        let canonical = made(Signable::CanonicalPrehash(digest));
        let Signature::Secp256k1(bytes) = canonical else { panic!("{canonical:?}") };
        // Both top bits are clear, and neither number could be written with 31 bytes.
        for half in bytes[..64].chunks(32) {
            assert!((1..0x80).contains(&half[0]) || (half[0] == 0 && half[1] >= 0x80), "{number}");
        }
        assert!(bytes[64] < 2, "{number}");
        assert_eq!(key.public_key().verify_prehash(&digest, &bytes), Ok(()));
        assert_eq!(made(Signable::CanonicalPrehash(digest)), canonical, "deterministic");
        same += usize::from(made(Signable::Prehash(digest)) == canonical);
    }
    assert!((16..48).contains(&same), "about every second nonce: {same}");
}

/// RFC 6979, A.2.5, SHA-256, message "sample"; its s taken from the order of the curve, to be low.
#[test]
fn p256_signs_as_in_rfc_6979_with_low_s() {
    let key =
        key(KeyKind::P256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    let public = "p256:0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
    assert_eq!(format!("{}", key.public_key()), public);
    let signature = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                     0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9";
    let made = key.secret.sign_document(b"sample");
    assert_eq!(made, Signature::P256(hex(signature)));
    assert_eq!(key.public_key().verify(b"sample", made.as_bytes()), Ok(()));
    let high = hex::<64>(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
         f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    );
    assert_eq!(key.public_key().verify(b"sample", &high), Err(BadSignature), "a second form");
}

/// The key of the EIP-2335 test cases; signatures made with `py_ecc` 8.
#[cfg(feature = "bls")]
#[test]
fn bls_signs_in_the_ciphersuite_of_the_network_and_in_no_other() {
    let key =
        key(KeyKind::Bls12381, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
    let public = "bls12-381:9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae\
                  4040902382ae2910c15e2b420d07";
    assert_eq!(format!("{}", key.public_key()), public);
    let message = [7; 32];
    let made = |suite| {
        let signed = key.sign(cleared(Signable::Bls { message: message.to_vec(), suite }));
        signed.expect("a BLS key signs a BLS message")
    };
    let basic = "8ab1af932af922f5a6e0d7d10e451d048affcfae5d59832526c9d263c6c687a465eacf1244b5ca59\
                 e1fd0b9187ce46f9010e9463b61a352759f7cfd5428bd5c9430381306f794a28e0b789bea67e134c\
                 9af864f678df48a9c684d4bb5c79979f";
    let proven = "af3fd9733bef23312503d77cb8578dcb672672d7dadbd55abd9c82e00cc678bc12909d7de340805b\
                  56f8b2582bd4596702abf0e8b6ecc2a126cfa5660a5e614a81829d790989a688ffb2c75da6b421e0\
                  9690b28235d45411bad03e98235af154";
    let suites = [(BlsSuite::Basic, basic), (BlsSuite::ProofOfPossession, proven)];
    for (suite, signature) in suites {
        assert_eq!(made(suite), Signature::Bls12381(hex(signature)));
        for (other, _) in suites {
            let checked = key.public_key().verify_bls(&message, other, &hex::<96>(signature));
            assert_eq!(checked.is_ok(), other == suite, "{suite:?} as {other:?}");
        }
        assert_eq!(key.public_key().verify(&message, &hex::<96>(signature)), Err(BadSignature));
    }
    let document = key.secret.sign_document(b"document");
    assert_eq!(key.public_key().verify(b"document", document.as_bytes()), Ok(()));
}

#[test]
fn a_key_of_another_kind_than_the_network_signs_nothing() {
    for kind in KINDS {
        let key = SecretKey::generate(kind).expect("a key");
        let bls = Signable::Bls { message: [7].into(), suite: BlsSuite::Basic };
        for (signable, signs) in [
            (Signable::Message([7].into()), kind == KeyKind::Ed25519),
            (Signable::Prehash([7; 32]), matches!(kind, KeyKind::Secp256k1 | KeyKind::P256)),
            (Signable::CanonicalPrehash([7; 32]), kind == KeyKind::Secp256k1),
            (bls, kind == KeyKind::Bls12381),
        ] {
            assert_eq!(key.sign(cleared(signable.clone())).is_ok(), signs, "{kind} {signable:?}");
        }
    }
}

#[test]
fn what_holds_a_secret_overwrites_it_when_it_goes() {
    fn overwrites<T: ZeroizeOnDrop>() {}
    overwrites::<SecretKey>();
    overwrites::<ed25519_dalek::SigningKey>();
    overwrites::<k256::ecdsa::SigningKey>();
    overwrites::<p256::ecdsa::SigningKey>();
}

#[test]
fn a_generated_key_is_new_and_its_own() {
    for kind in KINDS {
        let (one, other) = (SecretKey::generate(kind), SecretKey::generate(kind));
        let (one, other) = (one.expect("a key"), other.expect("a key"));
        assert_eq!((one.kind(), KeyKind::of(&one.public_key())), (kind, Some(kind)));
        assert_ne!(one.public_key(), other.public_key());
        assert_eq!(one.public_key().checked(), Ok(one.public_key()));
    }
}
