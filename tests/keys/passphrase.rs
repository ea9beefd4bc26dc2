//! R9: a passphrase comes from a terminal, a private file or a descriptor; from nowhere else.

use brainswap::key::{MAX_PASSPHRASE, Passphrase, PassphraseError, harden};
use secrecy::ExposeSecret as _;
use std::{
    fs::{File, Permissions},
    io::{ErrorKind, Write as _, pipe},
    os::{fd::AsRawFd, unix::fs::PermissionsExt as _},
};
use tempfile::NamedTempFile;

/// A file of mode 0600 with these bytes.
fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn read(bytes: &[u8]) -> Result<String, PassphraseError> {
    Passphrase::from_file(file(bytes)).map(|text| text.expose_secret().into())
}

#[test]
fn one_newline_at_the_end_does_not_count() {
    for (bytes, passphrase) in [
        (&b"open sesame"[..], "open sesame"),
        (b"open sesame\n", "open sesame"),
        (b"open sesame\r\n", "open sesame"),
        (b"open sesame\n\n", "open sesame\n"),
        (b"open sesame\r", "open sesame\r"),
        (b" open\nsesame ", " open\nsesame "),
    ] {
        assert_eq!(read(bytes), Ok(passphrase.into()));
    }
}

#[test]
fn an_empty_a_long_and_a_binary_file_are_refused() {
    let too_long = PassphraseError::TooLong { most: 1024 };
    for (bytes, error, code) in [
        (vec![], PassphraseError::Empty, "passphrase.empty"),
        (b"\n".to_vec(), PassphraseError::Empty, "passphrase.empty"),
        (b"\r\n".to_vec(), PassphraseError::Empty, "passphrase.empty"),
        (vec![b'x'; 1025], too_long, "passphrase.too_long"),
        (vec![b'x'; 1 << 20], too_long, "passphrase.too_long"),
        (vec![0xff; 32], PassphraseError::NotText, "passphrase.not_text"),
    ] {
        let length = bytes.len();
        assert_eq!(read(&bytes), Err(error), "{length} bytes");
        assert_eq!(error.code(), code);
    }
    let longest = [vec![b'x'; MAX_PASSPHRASE], b"\r\n".to_vec()].concat();
    assert_eq!(read(&longest), Ok("x".repeat(1024)));
}

#[test]
fn a_file_that_others_have_rights_to_is_refused() {
    let file = file(b"open sesame");
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o777] {
        std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let error = Passphrase::from_file(&file).unwrap_err();
        assert_eq!(error, PassphraseError::Permissions { mode });
        assert_eq!(error.code(), "passphrase.permissions");
    }
    for mode in [0o600, 0o400] {
        std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        assert_eq!(Passphrase::from_file(&file).unwrap().expose_secret(), "open sesame");
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let missing = Passphrase::from_file(directory.path().join("none")).unwrap_err();
    assert_eq!((missing, missing.code()), (PassphraseError::Missing, "passphrase.missing"));
    for path in [directory.path(), "/dev/zero".as_ref()] {
        let error = Passphrase::from_file(path).unwrap_err();
        assert_eq!(error, PassphraseError::Unreadable { kind: ErrorKind::InvalidInput });
        assert_eq!(error.code(), "passphrase.unreadable");
    }
}

#[test]
fn a_pipe_is_read_to_its_end() {
    let (reader, mut writer) = pipe().unwrap();
    writer.write_all(b"open sesame\n").unwrap();
    drop(writer);
    let passphrase = Passphrase::from_fd(reader.as_raw_fd().try_into().unwrap()).unwrap();
    assert_eq!(passphrase.expose_secret(), "open sesame");
}

#[test]
fn a_descriptor_of_a_file_is_read_and_a_closed_one_refused() {
    let file = File::open(file(b"open sesame").path()).unwrap();
    let passphrase = Passphrase::from_fd(file.as_raw_fd().try_into().unwrap()).unwrap();
    assert_eq!(passphrase.expose_secret(), "open sesame");
    assert_eq!(Passphrase::from_fd(1_000_000).unwrap_err(), PassphraseError::Missing);
}

#[test]
#[cfg(target_os = "linux")]
fn a_hardened_process_has_no_core_dumps() {
    let achieved = harden();
    assert_eq!((achieved.no_core_dumps, achieved.not_dumpable), (true, true));
    let dumpable = rustix::process::dumpable_behavior().unwrap();
    assert_eq!(dumpable, rustix::process::DumpableBehavior::NotDumpable);
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let words: Vec<_> = core.split_whitespace().collect();
    assert_eq!(words[4..], ["0", "0", "bytes"]);
}
