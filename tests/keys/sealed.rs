//! "A passphrase or a recipient's identity opens a sealed key, and nothing else does."

use crate::*;
use brainswap::key::{MAX_RECIPIENTS, NotARecipient, SealMethod, SealedError};
use std::io::Write as _;

#[test]
fn a_key_sealed_by_a_passphrase_opens_with_it() {
    for key in [ed25519(), secp256k1()] {
        let sealed = SealedKey::from_bytes(&by_passphrase(&key).to_bytes()).unwrap();
        assert_eq!(sealed.public_key(), key.public_key());
        assert_eq!(sealed.method(), SealMethod::Passphrase(cheap()));
        let opened = sealed.open_with_passphrase(&passphrase()).unwrap();
        assert_eq!(opened.public_key(), key.public_key());
        assert_signs(&opened);
    }
}

#[test]
fn a_key_sealed_to_two_recipients_opens_with_either_identity() {
    let (one, other) =
        (RecipientIdentity::generate().unwrap(), RecipientIdentity::generate().unwrap());
    for key in [ed25519(), secp256k1()] {
        let bytes = to_recipients(&key, &[&one, &other]).to_bytes();
        let sealed = SealedKey::from_bytes(&bytes).unwrap();
        assert_eq!(
            (sealed.public_key(), sealed.method()),
            (key.public_key(), SealMethod::Recipients)
        );
        for identity in [&one, &other] {
            assert_signs(&sealed.open_with_identity(identity).unwrap());
        }
    }
}

#[test]
fn the_default_costs_are_the_second_recommendation_of_rfc_9106() {
    let costs = Argon2Params::default();
    assert_eq!((costs.memory_kib(), costs.passes(), costs.lanes()), (65_536, 3, 4));
}

#[test]
fn a_wrong_passphrase_is_refused() {
    for wrong in ["", "correct horse battery staplE", "correct horse battery staple\n"] {
        let error = by_passphrase(&ed25519()).open_with_passphrase(&wrong.into()).unwrap_err();
        assert_eq!(error, SealedError::WrongPassphrase, "{wrong:?}");
        assert_eq!(error.code(), "sealed.wrong_passphrase");
    }
}

#[test]
fn no_key_is_sealed_with_an_empty_passphrase() {
    let error =
        SealedKey::seal_with_passphrase(&ed25519(), &"".into(), cheap()).map(drop).unwrap_err();
    assert_eq!((error.code(), error), ("sealed.empty_passphrase", SealedError::EmptyPassphrase));
}

#[test]
fn the_identity_of_another_recipient_is_refused() {
    let (mine, foreign) =
        (RecipientIdentity::generate().unwrap(), RecipientIdentity::generate().unwrap());
    let error = to_recipients(&ed25519(), &[&mine]).open_with_identity(&foreign).unwrap_err();
    assert_eq!(error, SealedError::NotForThisRecipient { recipient: foreign.recipient() });
    assert_eq!(error.code(), "sealed.not_for_this_recipient");
}

#[test]
fn a_key_is_sealed_to_at_least_one_and_at_most_16_recipients() {
    let recipient = RecipientIdentity::generate().unwrap().recipient();
    for got in [0, MAX_RECIPIENTS + 1] {
        let recipients = vec![recipient.clone(); got];
        let error = SealedKey::seal_to_recipients(&ed25519(), &recipients).map(drop).unwrap_err();
        assert_eq!(error, SealedError::Recipients { got, most: 16 });
        assert_eq!(error.code(), "sealed.recipients");
    }
    let most = SealedKey::seal_to_recipients(&ed25519(), &vec![recipient; 16]).unwrap();
    assert_eq!(
        SealedKey::from_bytes(&most.to_bytes()).unwrap().public_key(),
        public(ED25519_PUBLIC)
    );
}

#[test]
fn a_key_is_not_opened_by_the_other_method() {
    let identity = RecipientIdentity::generate().unwrap();
    let error = by_passphrase(&ed25519()).open_with_identity(&identity).unwrap_err();
    assert_eq!(error, SealedError::OtherMethod { got: "a passphrase", asked: "recipients" });
    let sealed = to_recipients(&ed25519(), &[&identity]);
    let error = sealed.open_with_passphrase(&passphrase()).unwrap_err();
    assert_eq!(error, SealedError::OtherMethod { got: "recipients", asked: "a passphrase" });
    assert_eq!(error.code(), "sealed.other_method");
}

#[test]
fn the_same_key_and_passphrase_never_seal_to_the_same_bytes() {
    let (one, other) = (by_passphrase(&ed25519()).to_bytes(), by_passphrase(&ed25519()).to_bytes());
    let same = one.iter().zip(&other).skip(56).filter(|(a, b)| a == b).count();
    assert!(same < 20, "{same} bytes of salt, nonce, secret and checksum are the same");
}

/// Who knows a host's recipient can make any age file for it, but not one with a foreign secret.
#[test]
fn a_secret_under_the_public_key_of_another_is_refused() {
    let identity = RecipientIdentity::generate().unwrap();
    let genuine = to_recipients(&ed25519(), &[&identity]).to_bytes();
    let inside = [&genuine[..HEADER], &const_hex::decode(OTHER_SECRET).unwrap()].concat();
    let forged = SealedKey::from_bytes(&with_age_file(&genuine, &identity, &inside)).unwrap();
    let error = forged.open_with_identity(&identity).unwrap_err();
    let (derived, stated) = (public(OTHER_PUBLIC), public(ED25519_PUBLIC));
    assert_eq!(error, SealedError::OtherKey { derived, stated });
    assert_eq!(error.code(), "sealed.other_key");
}

#[test]
fn an_age_file_that_does_not_repeat_the_header_is_refused() {
    let identity = RecipientIdentity::generate().unwrap();
    let genuine = to_recipients(&ed25519(), &[&identity]).to_bytes();
    let secret = const_hex::decode(ED25519_SECRET).unwrap();
    for inside in [secret.clone(), [&[0; HEADER][..], &secret].concat(), Vec::new()] {
        let forged = SealedKey::from_bytes(&with_age_file(&genuine, &identity, &inside)).unwrap();
        let error = forged.open_with_identity(&identity).unwrap_err();
        let part = "the header repeated inside the age file";
        assert_eq!((error.code(), error), ("sealed.damaged", SealedError::Damaged { part }));
    }
}

#[test]
fn an_altered_age_file_is_told_from_one_for_another_recipient() {
    let identity = RecipientIdentity::generate().unwrap();
    let genuine = to_recipients(&ed25519(), &[&identity]).to_bytes();
    let altered = |line: &[u8], after: usize| {
        let mut bytes = genuine.clone();
        let at = bytes.windows(line.len()).position(|found| found == line).unwrap();
        let letter = &mut bytes[at + after];
        *letter = if *letter == b'A' { b'B' } else { b'A' };
        let sealed = SealedKey::from_bytes(&with_new_checksum(bytes)).unwrap();
        sealed.open_with_identity(&identity).unwrap_err()
    };
    let damaged = SealedError::Damaged { part: "the age file" };
    let other = SealedError::NotForThisRecipient { recipient: identity.recipient() };
    assert_eq!(altered(b"\n--- ", 6), damaged, "the header's code");
    assert_eq!(altered(b"\n--- ", 6 + 43 + 17 + 10), damaged, "the payload");
    assert_eq!(altered(b"-> X25519 ", 10), other, "the share in the stanza");
}

/// The age file inside is a plain one: the `age` command opens it with the identity's text.
#[test]
fn the_age_file_opens_with_the_age_crate_alone() {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string().parse().unwrap();
    let sealed = SealedKey::seal_to_recipients(&ed25519(), &[recipient]).unwrap();
    let inside = age::decrypt(&identity, sealed.age_file().unwrap()).unwrap();
    let (header, secret) = inside.split_at(HEADER);
    assert_eq!(header, &sealed.to_bytes()[..HEADER]);
    assert_eq!(const_hex::encode(secret), ED25519_SECRET);
    let ours = RecipientIdentity::from_text(&identity.to_string()).unwrap();
    assert_signs(&sealed.open_with_identity(&ours).unwrap());
}

/// All u-coordinates that X25519 takes to zero, as age texts.
const LOW_ORDER: [&str; 14] = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqsuwj9m",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqk67yly",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz8ts72fzt7",
    "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
    "age1anllllllllllllllllllllllllllllllllllllllllllllllllls3hcv9z",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllllsh3g6la",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllllsam3fc4",
];

#[test]
fn a_recipient_whose_shared_secret_everyone_knows_is_refused() {
    for text in LOW_ORDER {
        let recipient: age::x25519::Recipient = text.parse().unwrap();
        let sealed = std::panic::catch_unwind(|| age::encrypt(&recipient, b"").map(drop));
        assert!(!matches!(sealed, Ok(Ok(()))), "the age crate panics on {text}");
        assert_eq!(text.parse::<Recipient>(), Err(NotARecipient), "{text}");
    }
}

#[test]
fn only_the_one_text_of_a_recipient_is_read() {
    let text = RecipientIdentity::generate().unwrap().recipient().to_string();
    assert_eq!(text.parse::<Recipient>().unwrap().to_string(), text);
    for other in
        [text.to_uppercase(), format!("{text} "), text.replace("age1", "agf1"), String::new()]
    {
        assert_eq!(other.parse::<Recipient>(), Err(NotARecipient), "{other}");
    }
    // The point 9, as it is written, and with a bit set behind its last byte (BIP 173: "must be
    // zeroes").
    let nine = "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8r66x";
    let padded = "age1pyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpa3h085";
    assert_eq!(nine.parse::<Recipient>().unwrap().to_string(), nine);
    assert_eq!(padded.parse::<Recipient>(), Err(NotARecipient));
}

/// RFC 8032, section 7.1, TEST 1.
const OTHER_SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const OTHER_PUBLIC: &str =
    "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// Magic 5, version 1, content 1, method 1, two lengths of 2, public key 32.
const HEADER: usize = 44;

fn with_age_file(genuine: &[u8], identity: &RecipientIdentity, inside: &[u8]) -> Vec<u8> {
    let recipient: age::x25519::Recipient = identity.recipient().to_string().parse().unwrap();
    let age_file = age::encrypt(&recipient, inside).unwrap();
    let mut bytes = genuine[..HEADER].to_vec();
    bytes.write_all(&u16::try_from(age_file.len()).unwrap().to_be_bytes()).unwrap();
    bytes.write_all(&age_file).unwrap();
    bytes.write_all(&[0; 32]).unwrap();
    with_new_checksum(bytes)
}
