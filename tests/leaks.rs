//! R9: "Secrets never show. Not in a log, an error, a panic, a `Debug`, a diff."

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use brainswap::{
    PublicKey,
    key::{Argon2Params, HostKey, KeyKind, Passphrase, RecipientIdentity, SealedKey, SecretKey},
};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use std::{
    fmt::{Debug, Display},
    fs::File,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
};

/// Any part of a secret as long as this counts as a leak.
const PART: usize = 6;

/// How a part of a secret could look in text: raw, hexadecimal, decimal lists, base64.
fn looks_of(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut looks = Vec::new();
    for part in secret.windows(PART) {
        looks.push(part.to_vec());
        looks.push(const_hex::encode(part).into());
        looks.push(const_hex::encode_upper(part).into());
        looks.push(part.escape_ascii().to_string().into());
        let list = |number: fn(&u8) -> String| -> Vec<String> { part.iter().map(number).collect() };
        for list in [
            list(|byte| format!("{byte}")),
            list(|byte| format!("{byte:x}")),
            list(|byte| format!("{byte:X}")),
            list(|byte| format!("0x{byte:02x}")),
            list(|byte| format!("0x{byte:02X}")),
        ] {
            looks.extend([", ", ",", ",\n    ", " ", ":"].map(|between| list.join(between).into()));
        }
        // 6 bytes are 8 letters at each of the three offsets, which the windows go through.
        looks.push(Base64Unpadded::encode_string(part).into());
        looks.push(Base64UrlUnpadded::encode_string(part).into());
    }
    looks
}

fn leaks(secret: &[u8], shown: &[u8]) -> bool {
    looks_of(secret).iter().any(|look| shown.windows(look.len()).any(|text| text == look))
}

/// Everything that a value can be made to say.
fn said(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}\n{value:x?}\n{value:X?}\n{value:#x?}")
}

fn said_by_error(error: &(impl Debug + Display)) -> String {
    format!("{error}\n{error:#}\n{}", said(error))
}

/// A secret whose every part is recognisable, and its key.
struct Known {
    secret: Vec<u8>,
    key: SecretKey,
}

impl Known {
    fn new(kind: KeyKind) -> Self {
        // From the digits of pi, so that no part looks like anything else in a text.
        let secret =
            const_hex::decode("243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89")
                .unwrap();
        let stated = import(kind, &secret, &host().public_key()).unwrap_err();
        let brainswap::key::KeyError::OtherKey { derived, .. } = stated else {
            panic!("{stated}");
        };
        let key = import(kind, &secret, &derived).unwrap();
        Self { secret, key }
    }
}

fn import(
    kind: KeyKind,
    secret: &[u8],
    stated: &PublicKey,
) -> Result<SecretKey, brainswap::key::KeyError> {
    SecretKey::import(kind, &SecretSlice::from(secret.to_vec()), stated)
}

fn host() -> HostKey {
    HostKey::generate().unwrap()
}

fn cheap() -> Argon2Params {
    Argon2Params::new(8, 1, 1).unwrap()
}

#[test]
fn every_look_of_a_leak_is_recognised() {
    let secret = Known::new(KeyKind::Ed25519).secret;
    let leaky: [Vec<u8>; 11] = [
        secret.clone(),
        const_hex::encode(&secret).into(),
        const_hex::encode_upper(&secret).into(),
        format!("{secret:?}").into(),
        format!("{secret:#?}").into(),
        format!("{secret:#04x?}").into(),
        serde_json::to_vec(&secret).unwrap(),
        format!("x{}", Base64Unpadded::encode_string(&secret)).into(),
        Base64Unpadded::encode_string(&[&[0], &secret[..]].concat()).into(),
        Base64UrlUnpadded::encode_string(&[&[0, 0], &secret[..]].concat()).into(),
        format!("b\"{}\"", secret.escape_ascii()).into(),
    ];
    for shown in leaky {
        assert!(leaks(&secret, &shown), "{}", shown.escape_ascii());
        assert!(!leaks(&[0x5a; 32], &shown));
    }
    assert!(leaks(&secret, &secret[9..15]), "a part of a secret");
}

#[test]
fn no_debug_of_a_key_shows_its_secret() {
    for kind in [KeyKind::Ed25519, KeyKind::Secp256k1, KeyKind::P256, KeyKind::Bls12381] {
        let Known { secret, key } = Known::new(kind);
        let identity = RecipientIdentity::generate().unwrap();
        let by_passphrase =
            SealedKey::seal_with_passphrase(&key, &"open sesame".into(), cheap()).unwrap();
        let to_recipient = SealedKey::seal_to_recipients(&key, &[identity.recipient()]).unwrap();
        for shown in [said(&key), said(&by_passphrase), said(&to_recipient)] {
            assert!(shown.contains(&key.public_key().to_string()), "{shown}");
            assert!(!leaks(&secret, shown.as_bytes()), "{shown}");
        }
    }
}

#[test]
fn no_sealed_bytes_show_the_secret_or_the_passphrase() {
    for kind in [KeyKind::Ed25519, KeyKind::Secp256k1, KeyKind::P256, KeyKind::Bls12381] {
        let Known { secret, key } = Known::new(kind);
        let passphrase = "Sesam, oeffne dich!";
        let identity = RecipientIdentity::generate().unwrap();
        for sealed in [
            SealedKey::seal_with_passphrase(&key, &passphrase.into(), cheap()).unwrap(),
            SealedKey::seal_to_recipients(&key, &[identity.recipient()]).unwrap(),
        ] {
            assert!(!leaks(&secret, &sealed.to_bytes()));
            assert!(!leaks(passphrase.as_bytes(), &sealed.to_bytes()));
        }
    }
}

#[test]
fn no_refused_import_shows_the_secret() {
    let Known { secret, key } = Known::new(KeyKind::Ed25519);
    let too_long = [&secret[..], &[1]].concat();
    let too_large = [&[0xff; 16], &secret[..16]].concat();
    let secp256k1 = KeyKind::Secp256k1;
    for (error, code) in [
        (import(KeyKind::Ed25519, &secret, &host().public_key()), "key.mismatch"),
        (import(secp256k1, &secret, &key.public_key()), "key.mismatch"),
        (import(KeyKind::Ed25519, &secret[..31], &key.public_key()), "key.length"),
        (import(KeyKind::Ed25519, &too_long, &key.public_key()), "key.length"),
        (import(secp256k1, &too_large, &key.public_key()), "key.scalar"),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!leaks(&secret, said_by_error(&error).as_bytes()), "{error}");
        assert!(!leaks(&secret, error.advice().as_bytes()));
    }
}

#[test]
fn no_refused_opening_shows_the_secret_the_passphrase_or_the_identity() {
    let Known { secret, key } = Known::new(KeyKind::Ed25519);
    let (right, wrong) = ("Sesam, oeffne dich!", "Gerste, oeffne dich!");
    let (mine, foreign) =
        (RecipientIdentity::generate().unwrap(), RecipientIdentity::generate().unwrap());
    let by_passphrase = SealedKey::seal_with_passphrase(&key, &right.into(), cheap()).unwrap();
    let to_recipient = SealedKey::seal_to_recipients(&key, &[mine.recipient()]).unwrap();
    for (error, code) in [
        (by_passphrase.open_with_passphrase(&wrong.into()), "sealed.wrong_passphrase"),
        (by_passphrase.open_with_identity(&mine), "sealed.other_method"),
        (to_recipient.open_with_passphrase(&right.into()), "sealed.other_method"),
        (to_recipient.open_with_identity(&foreign), "sealed.not_for_this_recipient"),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.code(), code);
        let shown = said_by_error(&error) + error.advice();
        for hidden in [&secret[..], right.as_bytes(), wrong.as_bytes()] {
            assert!(!leaks(hidden, shown.as_bytes()), "{shown}");
        }
    }
}

#[test]
fn no_debug_or_error_of_a_host_key_shows_its_secrets() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("host.key");
    let host = host();
    host.create(&path).unwrap();
    let file = std::fs::read(&path).unwrap();
    // Seed and identity: docs/wire/sealed-key.md
    let (seed, identity) = (&file[108..140], &file[140..214]);
    assert!(host.pkcs8_der().expose_secret().windows(32).any(|bytes| bytes == seed));
    assert!(identity.starts_with(b"AGE-SECRET-KEY-1"));
    let identity = identity.strip_prefix(b"AGE-SECRET-KEY-1").unwrap();

    let mut shown = said(&host) + &said(host.identity()) + &said(&host.card("oslo-1"));
    shown += &said(&host.pkcs8_der());
    shown += &said_by_error(&host.create(&path).unwrap_err());
    shown += &said_by_error(&HostKey::open_sealed(&path, &"guess".into()).unwrap_err());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    shown += &said_by_error(&HostKey::open(&path).unwrap_err());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    for cut in [file.len() - 1, 220, 214, 140] {
        File::create(&path).unwrap().write_all(&file[..cut]).unwrap();
        shown += &said_by_error(&HostKey::open(&path).unwrap_err());
    }
    assert!(shown.contains(&host.public_key().to_string()));
    for hidden in [seed, identity] {
        assert!(!leaks(hidden, shown.as_bytes()), "{shown}");
    }

    let sealed_path = path.with_extension("sealed");
    host.create_sealed(&sealed_path, &"open sesame".into(), cheap()).unwrap();
    let sealed = std::fs::read(&sealed_path).unwrap();
    assert!(leaks(seed, &file) && leaks(identity, &file), "the open file does hold them");
    assert!(!leaks(seed, &sealed) && !leaks(identity, &sealed));
}

#[test]
fn no_refused_identity_shows_its_text() {
    let text = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J34";
    let error = RecipientIdentity::from_text(&SecretString::from(text)).unwrap_err();
    assert_eq!(error.code(), "recipient.not_a_recipient");
    assert!(!leaks(&text.as_bytes()[16..], said_by_error(&error).as_bytes()), "{error}");
}

#[test]
fn no_passphrase_is_shown_by_what_read_it_or_refused_it() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let passphrase = "Sesam, oeffne dich!";
    file.write_all(passphrase.as_bytes()).unwrap();
    let mut shown = said(&Passphrase::from_file(&file).unwrap());
    file.write_all(&[0xff]).unwrap();
    let error = Passphrase::from_file(&file).unwrap_err();
    assert_eq!(error.code(), "passphrase.not_text");
    shown += &said_by_error(&error);
    file.write_all(&[b'x'; 2000]).unwrap();
    let error = Passphrase::from_file(&file).unwrap_err();
    assert_eq!(error.code(), "passphrase.too_long");
    shown += &said_by_error(&error);
    assert!(!leaks(passphrase.as_bytes(), shown.as_bytes()), "{shown}");
}
