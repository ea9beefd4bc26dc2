//! "Import refuses a key that does not match its public key."

use crate::*;
use brainswap::{document::Envelope, key::KeyError};

fn refused(kind: KeyKind, bytes: &[u8], stated: &str) -> KeyError {
    SecretKey::import(kind, &SecretSlice::from(bytes.to_vec()), &public(stated)).unwrap_err()
}

#[test]
fn a_secret_of_the_stated_public_key_is_imported_and_signs() {
    for (key, stated, kind) in [
        (ed25519(), ED25519_PUBLIC, KeyKind::Ed25519),
        (secp256k1(), SECP256K1_PUBLIC, KeyKind::Secp256k1),
    ] {
        assert_eq!((key.public_key(), key.kind()), (public(stated), kind));
        assert_signs(&key);
    }
}

#[test]
fn a_secret_of_another_public_key_is_refused_with_both() {
    let other = SecretKey::generate(KeyKind::Ed25519).unwrap().public_key();
    let secret = const_hex::decode(ED25519_SECRET).unwrap();
    let error = refused(KeyKind::Ed25519, &secret, &other.to_string());
    assert_eq!(error, KeyError::OtherKey { derived: public(ED25519_PUBLIC), stated: other });
    assert_eq!(error.code(), "key.mismatch");
}

#[test]
fn a_secret_of_the_other_kind_is_refused() {
    let secret = const_hex::decode(SECP256K1_SECRET).unwrap();
    let error = refused(KeyKind::Ed25519, &secret, SECP256K1_PUBLIC);
    assert_eq!(error.code(), "key.mismatch");
}

#[test]
fn a_secret_of_another_length_is_refused() {
    for (kind, stated) in
        [(KeyKind::Ed25519, ED25519_PUBLIC), (KeyKind::Secp256k1, SECP256K1_PUBLIC)]
    {
        for got in [0, 31, 33, 64] {
            let error = refused(kind, &vec![1; got], stated);
            assert_eq!(error, KeyError::Length { kind, got, needed: 32 });
            assert_eq!(error.code(), "key.length");
        }
    }
}

/// The orders: SEC 2, sections 2.4.1 and 2.4.2; draft-irtf-cfrg-pairing-friendly-curves, 4.2.1.
#[test]
fn a_scalar_of_zero_or_not_below_the_order_is_refused() {
    for (kind, order) in [
        (KeyKind::Secp256k1, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
        (KeyKind::P256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        (KeyKind::Bls12381, "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001"),
    ] {
        for scalar in [&"00".repeat(32), order, &"ff".repeat(32)] {
            let error = refused(kind, &const_hex::decode(scalar).unwrap(), SECP256K1_PUBLIC);
            assert_eq!(error, KeyError::Scalar { kind }, "{scalar}");
            assert_eq!(error.code(), "key.scalar");
        }
    }
}

#[test]
fn two_keys_sign_one_document_and_each_is_found_on_it() {
    let mut envelope = Envelope::of(&Note { text: "one".into() }).unwrap();
    ed25519().sign_document(&mut envelope);
    secp256k1().sign_document(&mut envelope);
    let verified = envelope.verify::<Note>().unwrap();
    let signers: Vec<_> = verified.signers().iter().copied().collect();
    assert_eq!(signers, [public(ED25519_PUBLIC), public(SECP256K1_PUBLIC)]);
}
