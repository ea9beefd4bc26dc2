//! "A line of a `.pub` file is a public key, or is refused with a code."

use super::{made, written};
use brainswap::{PublicKey, openssh::public_key};

fn refused(line: &str) -> &'static str {
    public_key(line).expect_err("it must be refused").code()
}

#[test]
fn each_kind_of_key_reads_as_its_own_kind() {
    for key in written::KEYS {
        assert_eq!(public_key(&key.line("ssh:")), Ok(key.public()));
    }
    for (name, kind) in [
        ("ed25519", "ed25519:"),
        ("ecdsa", "p256:"),
        ("sk-ed25519", "sk-ed25519:"),
        ("sk-ecdsa", "sk-p256:"),
    ] {
        let key = public_key(&made(&format!("{name}.pub"))).unwrap();
        let text = key.to_string();
        assert!(text.starts_with(kind), "{text}");
        assert_eq!(text.parse::<PublicKey>(), Ok(key));
    }
}

#[test]
fn the_comment_may_be_anything_or_nothing() {
    let line = made("ed25519.pub");
    let key = public_key(&line).unwrap();
    let bare = line.rsplit_once(' ').unwrap().0;
    for line in [bare.to_owned(), format!("{bare} a b c\n"), format!("  {bare}\r\n")] {
        assert_eq!(public_key(&line), Ok(key));
    }
}

#[test]
fn rsa_dsa_other_curves_and_certificates_are_refused_by_name() {
    for name in ["rsa", "dsa", "p384", "p521", "ed25519-cert"] {
        let line = made(&format!("{name}.pub"));
        assert_eq!(refused(&line), "openssh.key_kind", "{name}");
        let kind = line.split(' ').next().unwrap();
        assert!(public_key(&line).unwrap_err().to_string().contains(kind));
    }
}

#[test]
fn text_that_is_no_key_is_refused() {
    let secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n";
    for text in ["", " ", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 !!!!", secret] {
        assert_eq!(refused(text), "openssh.not_a_key", "{text:?}");
    }
    assert_eq!(refused(&" ".repeat((16 << 10) + 1)), "openssh.too_long");
}

#[test]
fn two_keys_and_a_key_with_more_behind_it_are_refused() {
    let bytes = written::Key::Ed25519.blob("");
    let more = written::base64(&[&bytes[..], b"more"].concat());
    assert_eq!(refused(&format!("ssh-ed25519 {more} x")), "openssh.not_a_key");
    let line = made("ed25519.pub");
    assert_eq!(refused(&format!("{line}{}", made("ecdsa.pub"))), "openssh.not_a_key");
}

#[test]
fn the_name_before_the_key_must_be_the_name_in_it() {
    let bytes = written::base64(&written::Key::Ed25519.blob(""));
    assert_eq!(refused(&format!("ecdsa-sha2-nistp256 {bytes} x")), "openssh.not_a_key");
}

#[test]
fn points_that_are_none_and_weak_points_are_refused() {
    let line = |kind: &str, fields: &[&[u8]]| {
        let mut bytes = written::string(kind.as_bytes());
        for field in fields {
            bytes.extend(written::string(field));
        }
        format!("{kind} {} x", written::base64(&bytes))
    };
    let weak = {
        let mut point = [0; 32];
        point[0] = 1; // the neutral element
        point
    };
    assert_eq!(refused(&line("ssh-ed25519", &[&weak])), "openssh.point");
    assert_eq!(refused(&line("sk-ssh-ed25519@openssh.com", &[&weak, b"ssh:"])), "openssh.point");
    let off = [&[4][..], &[1; 64]].concat();
    let ecdsa = "ecdsa-sha2-nistp256";
    assert_eq!(refused(&line(ecdsa, &[b"nistp256", &off])), "openssh.point");
    let short = written::Key::P256.public();
    assert_eq!(refused(&line(ecdsa, &[b"nistp256", short.as_bytes()])), "openssh.point");
}

#[test]
fn a_foreign_name_is_repeated_only_in_part() {
    let line = format!("{} AAAA", "x".repeat(8000));
    assert_eq!(refused(&line), "openssh.key_kind");
    assert!(public_key(&line).unwrap_err().to_string().len() < 200);
}
