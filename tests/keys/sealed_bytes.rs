//! R5: "a missing, empty, truncated, older or foreign state is an error with its own code."

use crate::*;
use brainswap::key::{HostKey, MAX_SEALED, SealedError};

fn code(bytes: &[u8]) -> &'static str {
    SealedKey::from_bytes(bytes).map(drop).unwrap_err().code()
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

#[test]
fn every_flipped_bit_is_found_before_anything_is_opened() {
    let identity = RecipientIdentity::generate().unwrap();
    for bytes in [
        by_passphrase(&ed25519()).to_bytes(),
        by_passphrase(&secp256k1()).to_bytes(),
        to_recipients(&ed25519(), &[&identity]).to_bytes(),
    ] {
        for bit in 0..bytes.len() * 8 {
            let expected = match bit / 8 {
                0..5 => "sealed.foreign",
                5 => "sealed.version",
                _ => "sealed.damaged",
            };
            assert_eq!(code(&flipped(&bytes, bit)), expected, "bit {bit}");
        }
    }
}

#[test]
fn every_bit_flipped_on_purpose_is_refused_under_a_passphrase() {
    let bytes = by_passphrase(&ed25519()).to_bytes();
    let mut refused = 0;
    for bit in 0..(bytes.len() - 32) * 8 {
        if (44..48).contains(&(bit / 8)) && DEAR.contains(&(bit % 32)) {
            continue; // more memory than a test should take; see the next test
        }
        let altered = SealedKey::from_bytes(&with_new_checksum(flipped(&bytes, bit)));
        let opened = altered.and_then(|sealed| sealed.open_with_passphrase(&passphrase()));
        assert!(opened.is_err(), "bit {bit} is not authenticated");
        refused += 1;
    }
    assert_eq!(refused, (bytes.len() - 32) * 8 - DEAR.len());
}

/// Bits of the memory cost that ask for 16 MiB to 1 GiB: it is big-endian, so 2^14 is bit 22.
const DEAR: [usize; 7] = [22, 23, 8, 9, 10, 11, 12];

#[test]
fn every_bit_flipped_on_purpose_is_refused_under_an_identity() {
    let identity = RecipientIdentity::generate().unwrap();
    let bytes = to_recipients(&secp256k1(), &[&identity]).to_bytes();
    for bit in 0..(bytes.len() - 32) * 8 {
        let altered = SealedKey::from_bytes(&with_new_checksum(flipped(&bytes, bit)));
        let opened = altered.and_then(|sealed| sealed.open_with_identity(&identity));
        assert!(opened.is_err(), "bit {bit} is not authenticated");
    }
}

#[test]
fn every_truncation_and_every_longer_file_is_refused() {
    let identity = RecipientIdentity::generate().unwrap();
    for bytes in
        [by_passphrase(&ed25519()).to_bytes(), to_recipients(&ed25519(), &[&identity]).to_bytes()]
    {
        for length in 0..bytes.len() {
            assert_eq!(code(&bytes[..length]), "sealed.damaged", "{length} bytes");
            if length >= 38 {
                let cut = with_new_checksum(bytes[..length].to_vec());
                assert_eq!(code(&cut), "sealed.damaged", "{length} bytes with a checksum");
            }
        }
        assert_eq!(code(&[bytes.as_slice(), &[0]].concat()), "sealed.damaged");
        assert_eq!(code(&with_new_checksum([bytes.as_slice(), &[0]].concat())), "sealed.damaged");
    }
}

#[test]
fn the_public_key_of_a_sealed_key_cannot_be_replaced() {
    let identity = RecipientIdentity::generate().unwrap();
    let other = SecretKey::generate(KeyKind::Ed25519).unwrap();
    let replace = |sealed: &SealedKey| {
        let mut bytes = sealed.to_bytes();
        bytes[10..42].copy_from_slice(&by_passphrase(&other).to_bytes()[10..42]);
        let altered = SealedKey::from_bytes(&with_new_checksum(bytes)).unwrap();
        assert_eq!(altered.public_key(), other.public_key());
        altered
    };
    let error =
        replace(&by_passphrase(&ed25519())).open_with_passphrase(&passphrase()).unwrap_err();
    assert_eq!(error, SealedError::WrongPassphrase);
    let error = replace(&to_recipients(&ed25519(), &[&identity]))
        .open_with_identity(&identity)
        .unwrap_err();
    assert_eq!(error.code(), "sealed.damaged");
}

#[test]
fn another_version_is_told_with_both_numbers() {
    let mut bytes = by_passphrase(&ed25519()).to_bytes();
    bytes[5] = 2;
    let error = SealedKey::from_bytes(&with_new_checksum(bytes)).map(drop).unwrap_err();
    assert_eq!(error, SealedError::Version { got: 2, needed: 1 });
}

#[test]
fn more_bytes_than_a_sealed_key_can_have_are_not_read() {
    let error = SealedKey::from_bytes(&vec![0; MAX_SEALED + 1]).map(drop).unwrap_err();
    assert_eq!(error, SealedError::TooLarge { got: 16_385, most: 16_384 });
    assert_eq!((error.code(), code(&[0; MAX_SEALED])), ("sealed.too_large", "sealed.foreign"));
}

/// No file makes its reader run out of memory or time.
#[test]
fn costs_outside_the_limits_are_not_tried() {
    let costs = |offset: usize, value: u32| {
        let mut bytes = by_passphrase(&ed25519()).to_bytes();
        bytes[offset..offset + 4].copy_from_slice(&value.to_be_bytes());
        SealedKey::from_bytes(&with_new_checksum(bytes)).map(drop).unwrap_err()
    };
    let refused = |what, got, least, most| SealedError::Parameters { what, got, least, most };
    let memory = "KiB of memory";
    assert_eq!(costs(44, 1_048_577), refused(memory, 1_048_577, 8, 1_048_576));
    assert_eq!(costs(44, u32::MAX), refused(memory, u32::MAX, 8, 1_048_576));
    assert_eq!(costs(44, 7), refused(memory, 7, 8, 1_048_576));
    assert_eq!(costs(48, 0), refused("passes", 0, 1, 16));
    assert_eq!(costs(48, 17), refused("passes", 17, 1, 16));
    assert_eq!(costs(52, 0), refused("lanes", 0, 1, 16));
    assert_eq!(costs(52, 17), refused("lanes", 17, 1, 16));
    assert_eq!(costs(52, 17).code(), "sealed.parameters");
}

#[test]
fn a_host_key_is_not_read_as_a_sealed_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("host.key");
    HostKey::generate().unwrap().create(&path).unwrap();
    let error = SealedKey::from_bytes(&std::fs::read(path).unwrap()).map(drop).unwrap_err();
    assert_eq!(error, SealedError::OtherContent { got: "a host key", needed: "a key" });
    assert_eq!(error.code(), "sealed.other_content");
}

/// The table of `docs/wire/sealed-key.md`, read with the ciphers alone.
#[test]
fn the_bytes_are_as_written_down() {
    use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
    let costs = Argon2Params::new(16, 2, 1).unwrap();
    let sealed = SealedKey::seal_with_passphrase(&ed25519(), &passphrase(), costs).unwrap();
    let bytes = sealed.to_bytes();
    assert_eq!(&bytes[..10], b"BSKEY\x01\x01\x01\x00\x20");
    assert_eq!(const_hex::encode(&bytes[10..42]), ED25519_PUBLIC["ed25519:".len()..]);
    assert_eq!(bytes[42..44], [0, 44]);
    assert_eq!(bytes[44..56], [0, 0, 0, 16, 0, 0, 0, 2, 0, 0, 0, 1]);
    assert_eq!((&bytes[56..58], &bytes[74..76]), (&[0, 16][..], &[0, 12][..]));
    assert_eq!((bytes[88..90].to_vec(), bytes.len()), (vec![0, 48], 170));

    let params = argon2::Params::new(16, 2, 1, Some(32)).unwrap();
    let mut key = [0; 32];
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(b"correct horse battery staple", &bytes[58..74], &mut key)
        .unwrap();
    let mut body = bytes[90..138].to_vec();
    let nonce = <[u8; 12]>::try_from(&bytes[76..88]).unwrap().into();
    Aes256Gcm::new(&key.into()).decrypt_in_place(&nonce, &bytes[..88], &mut body).unwrap();
    assert_eq!(const_hex::encode(body), ED25519_SECRET);
}

/// Files of version 1 open for ever.
#[test]
fn the_frozen_files_of_version_1_open() {
    let sealed = SealedKey::from_bytes(&const_hex::decode(FROZEN_PASSPHRASE).unwrap()).unwrap();
    assert_eq!(const_hex::encode(sealed.to_bytes()), FROZEN_PASSPHRASE);
    let key = sealed.open_with_passphrase(&passphrase()).unwrap();
    assert_eq!(key.public_key(), public(SECP256K1_PUBLIC));

    let sealed = SealedKey::from_bytes(&const_hex::decode(FROZEN_RECIPIENT).unwrap()).unwrap();
    assert_eq!(const_hex::encode(sealed.to_bytes()), FROZEN_RECIPIENT);
    let identity = RecipientIdentity::from_text(&FROZEN_IDENTITY.into()).unwrap();
    let key = sealed.open_with_identity(&identity).unwrap();
    assert_eq!(key.public_key(), public(ED25519_PUBLIC));
}

const FROZEN_PASSPHRASE: &str = "\
    42534b455901020100210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179800\
    2c0000000800000001000000010010b4804375169c339381da131c516fb5b3000c8c5e907e5fa3c27e283e66\
    fc0030d24a32078fc5f0663a72a54441895824f52cffb1b7b4097625e49b7870c927601d349a49f37b717e89\
    a5d29c04bcdeac47eeff9d4d0d35a56967d5122c902ce3c04a9655c65f75f270b0b021d078f3e6";
const FROZEN_RECIPIENT: &str = "\
    42534b455901010200203d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c0000\
    01666167652d656e6372797074696f6e2e6f72672f76310a2d3e20583235353139207866554c486330737138\
    7545306e73317655544f7a737a77554f393764484d3267744a3142336f424d6a510a78483656485870772b69\
    55714452616d6252497449465472515671597159336674452f31766f6a344b4f340a2d3e20613e40312d6772\
    656173652078714f3020556923206643204170790a7847656a434169484a625630326d734d4b6e5771395863\
    44394c45554b5834754b4e75652b384b30372f7a577876536e64410a2d2d2d2071395a465373557366584451\
    54484d795a78744879686c51615731586134564a345271552f767252316d380a848eed27c6db66407e06a4d7\
    f7dcebcf09707feeecc910a6dccfa05d8d540dc2a536881385668a5fae9f67a913c417314419d1f41d6b1fb8\
    893be0235079e0ea88d7335e70af899a528e0097a728f4451aa8299df7c986f9d9e4d2149b32e03173f3e237\
    fb88de1e0c62e0bd27896edcb77aaeda11505b95ce234154e325608bca58dd4c9c93f0e060f2feb3";
/// Made for this file alone.
const FROZEN_IDENTITY: &str =
    "AGE-SECRET-KEY-1DRYEE4XKHZZ6N0ZAQLLR40SXVFYA9FYQNZVP0TSD0GRQ4KT2C82S5VQ9VJ";
