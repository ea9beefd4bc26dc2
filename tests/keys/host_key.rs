//! R5, R9: a host key lies in a file that only its owner can read, and is made exactly once.

use crate::*;
use brainswap::{
    document::Envelope,
    key::{HostKey, HostKeyError, SealedError},
};
use rustls::{
    SignatureScheme,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use secrecy::ExposeSecret as _;
use std::{
    fs::{File, Permissions, metadata, set_permissions},
    io::{ErrorKind, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use tempfile::{TempDir, tempdir};

fn place() -> (TempDir, PathBuf) {
    let directory = tempdir().unwrap();
    let path = directory.path().join("host.key");
    (directory, path)
}

fn write(path: &Path, bytes: &[u8]) {
    let mut file = File::create(path).unwrap();
    file.set_permissions(Permissions::from_mode(0o600)).unwrap();
    file.write_all(bytes).unwrap();
}

fn sealed(path: &Path, error: SealedError) -> HostKeyError {
    HostKeyError::Sealed { path: path.into(), error }
}

#[test]
fn the_card_names_the_key_and_the_recipient() {
    let host = HostKey::generate().unwrap();
    let card = host.card("oslo-1");
    assert_eq!(card.name, "oslo-1");
    assert_eq!(PublicKey::Ed25519(*card.host.as_bytes()), host.public_key());
    assert_eq!(card.host, host.host_id());
    assert_eq!(card.recipient.parse(), Ok(host.recipient()));
}

#[test]
fn a_key_sealed_to_the_card_opens_on_that_host_alone() {
    let (host, other) = (HostKey::generate().unwrap(), HostKey::generate().unwrap());
    let recipient = host.card("oslo-1").recipient.parse().unwrap();
    let sealed = SealedKey::seal_to_recipients(&ed25519(), &[recipient]).unwrap();
    assert_signs(&sealed.open_with_identity(host.identity()).unwrap());
    let error = sealed.open_with_identity(other.identity()).unwrap_err();
    assert_eq!(error, SealedError::NotForThisRecipient { recipient: other.recipient() });
}

#[test]
fn a_document_of_the_host_verifies_under_its_public_key() {
    let host = HostKey::generate().unwrap();
    let mut envelope = Envelope::of(&Note { text: "ready".into() }).unwrap();
    host.sign_document(&mut envelope);
    let verified = envelope.verify_from::<Note>(host.public_key()).unwrap();
    assert_eq!(verified.document().text, "ready");
}

#[test]
fn both_kinds_of_files_give_the_same_host_back() {
    let (_directory, path) = place();
    let host = HostKey::generate().unwrap();
    host.create(&path).unwrap();
    let opened = HostKey::open(&path).unwrap();
    assert_eq!(opened.card(""), host.card(""));

    let sealed_path = path.with_extension("sealed");
    host.create_sealed(&sealed_path, &passphrase(), cheap()).unwrap();
    let opened = HostKey::open_sealed(&sealed_path, &passphrase()).unwrap();
    assert_eq!(opened.card(""), host.card(""));

    for path in [path, sealed_path] {
        assert_eq!(metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_file_that_exists_is_left_as_it_is() {
    let (_directory, path) = place();
    let first = HostKey::generate().unwrap();
    first.create(&path).unwrap();
    let second = HostKey::generate().unwrap();
    let exists = HostKeyError::Exists { path: path.clone() };
    assert_eq!(second.create(&path), Err(exists.clone()));
    assert_eq!(second.create_sealed(&path, &passphrase(), cheap()), Err(exists.clone()));
    assert_eq!(exists.code(), "host_key.exists");
    assert_eq!(HostKey::open(&path).unwrap().host_id(), first.host_id());
}

#[test]
fn a_missing_file_is_not_made_by_opening_it() {
    let (_directory, path) = place();
    let error = HostKey::open(&path).unwrap_err();
    assert_eq!(error, HostKeyError::Missing { path: path.clone() });
    assert_eq!(HostKey::open_sealed(&path, &passphrase()).unwrap_err(), error);
    assert_eq!((error.code(), path.exists()), ("host_key.missing", false));
}

#[test]
fn a_file_that_others_have_rights_to_is_not_opened() {
    let (_directory, path) = place();
    HostKey::generate().unwrap().create(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666] {
        set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let error = HostKey::open(&path).unwrap_err();
        assert_eq!(error, HostKeyError::Permissions { path: path.clone(), mode });
        assert_eq!(error.code(), "host_key.permissions");
    }
    set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    assert!(HostKey::open(&path).is_ok());
}

#[test]
fn a_directory_is_not_a_host_key() {
    let (directory, _) = place();
    let path = directory.path().to_path_buf();
    let error = HostKey::open(&path).unwrap_err();
    assert_eq!(error, HostKeyError::Io { path, kind: ErrorKind::InvalidInput });
    assert_eq!(error.code(), "host_key.io");
}

#[test]
fn a_sealed_file_opens_with_its_passphrase_only() {
    let (_directory, path) = place();
    let host = HostKey::generate().unwrap();
    host.create_sealed(&path, &passphrase(), cheap()).unwrap();
    let error = HostKey::open_sealed(&path, &"guess".into()).unwrap_err();
    assert_eq!(error, sealed(&path, SealedError::WrongPassphrase));
    assert_eq!(error.code(), "sealed.wrong_passphrase");
    let (got, asked) = ("a passphrase", "nothing but the file's mode");
    let error = HostKey::open(&path).unwrap_err();
    assert_eq!(error, sealed(&path, SealedError::OtherMethod { got, asked }));
}

#[test]
fn a_file_that_is_not_sealed_is_not_taken_for_a_sealed_one() {
    let (_directory, path) = place();
    HostKey::generate().unwrap().create(&path).unwrap();
    let (asked, got) = ("a passphrase", "nothing but the file's mode");
    let error = HostKey::open_sealed(&path, &passphrase()).unwrap_err();
    assert_eq!(error, sealed(&path, SealedError::OtherMethod { got, asked }));
}

#[test]
fn every_flipped_bit_and_every_truncation_of_a_file_is_refused() {
    let (_directory, path) = place();
    HostKey::generate().unwrap().create(&path).unwrap();
    let genuine = std::fs::read(&path).unwrap();
    for bit in 0..genuine.len() * 8 {
        let mut bytes = genuine.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        write(&path, &bytes);
        let expected = match bit / 8 {
            0..5 => "sealed.foreign",
            5 => "sealed.version",
            _ => "sealed.damaged",
        };
        assert_eq!(HostKey::open(&path).unwrap_err().code(), expected, "bit {bit}");
    }
    for length in 0..genuine.len() {
        write(&path, &genuine[..length]);
        assert_eq!(HostKey::open(&path).unwrap_err().code(), "sealed.damaged", "{length} bytes");
    }
}

/// A disk error that hits the checksum too, or a file put together from two.
#[test]
fn keys_that_do_not_belong_to_the_public_part_are_refused() {
    let (_directory, path) = place();
    let (one, other) = (HostKey::generate().unwrap(), HostKey::generate().unwrap());
    one.create(&path).unwrap();
    let genuine = std::fs::read(&path).unwrap();
    other.create(path.with_extension("other")).unwrap();
    let foreign = std::fs::read(path.with_extension("other")).unwrap();
    assert_eq!(genuine.len(), foreign.len());
    // Public key, recipient, seed, identity: docs/wire/sealed-key.md
    for (range, part) in [
        (10..42, "the public key"),
        (42..104, "the recipient"),
        (108..140, "the public key"),
        (140..214, "the recipient"),
    ] {
        let mut bytes = genuine.clone();
        bytes[range.clone()].copy_from_slice(&foreign[range.clone()]);
        write(&path, &with_new_checksum(bytes));
        let error = HostKey::open(&path).unwrap_err();
        assert_eq!(error, sealed(&path, SealedError::Damaged { part }), "{range:?}");
    }
}

#[test]
fn a_sealed_key_is_not_taken_for_a_host_key() {
    let (_directory, path) = place();
    write(&path, &by_passphrase(&ed25519()).to_bytes());
    let error = HostKey::open_sealed(&path, &passphrase()).unwrap_err();
    let (got, needed) = ("a key", "a host key");
    assert_eq!(error, sealed(&path, SealedError::OtherContent { got, needed }));
}

/// RFC 8446, section 4.2.3: scheme 0x0807. What rustls signs with it, the host's key verifies.
#[test]
fn the_pkcs8_export_signs_in_tls_as_the_host() {
    let host = HostKey::generate().unwrap();
    let der = host.pkcs8_der();
    let der = PrivatePkcs8KeyDer::from(der.expose_secret());
    let key = any_supported_type(&PrivateKeyDer::Pkcs8(der)).unwrap();
    let signer = key.choose_scheme(&[SignatureScheme::ED25519]).unwrap();
    let signature = signer.sign(b"transcript").unwrap();
    assert_eq!(host.public_key().verify(b"transcript", &signature), Ok(()));
    assert_eq!(host.public_key().verify(b"another", &signature), Err(brainswap::BadSignature));
}
