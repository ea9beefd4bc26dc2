//! A shard is an age file that its custodian opens: with this crate, or with the stock `age`.

use super::*;
use crate::custody_fixture::*;
use brainswap::shard::custody::{self, *};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use secrecy::SecretString;
use std::{
    io::Write as _,
    process::{Command, Stdio},
};
use zeroize::Zeroizing;

/// A P-256 key in memory, in the place of a slot.
pub struct SoftwareSlot(p256::SecretKey);

impl SoftwareSlot {
    fn new(number: u8) -> Self {
        Self(p256::SecretKey::from_slice(&[number; 32]).unwrap())
    }

    fn recipient(&self) -> String {
        let point = self.public_key().unwrap();
        let hrp = bech32::Hrp::parse("age1yubikey").unwrap();
        bech32::encode::<bech32::Bech32>(hrp, &point).unwrap()
    }
}

impl PivDevice for SoftwareSlot {
    fn public_key(&self) -> Result<[u8; 33], PivFailed> {
        Ok(self.0.public_key().to_sec1_point(true).as_bytes().try_into().unwrap())
    }

    fn ecdh(&self, other: &[u8; 33]) -> Result<Zeroizing<[u8; 32]>, PivFailed> {
        let other = p256::PublicKey::from_sec1_bytes(other).unwrap();
        let shared = p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), other.as_affine());
        Ok(Zeroizing::new((*shared.raw_secret_bytes()).into()))
    }
}

struct Unplugged(SoftwareSlot);

impl PivDevice for Unplugged {
    fn public_key(&self) -> Result<[u8; 33], PivFailed> {
        self.0.public_key()
    }

    fn ecdh(&self, _: &[u8; 33]) -> Result<Zeroizing<[u8; 32]>, PivFailed> {
        Err(PivFailed { reason: "no touch".to_owned() })
    }
}

fn one_seat(recipients: &[String]) -> Dealt {
    let mut plan = plan_of(1, &[(1, 1)]);
    plan.locations[0].custodians[0].recipients = recipients.to_vec();
    dealt_by(&plan, 1)
}

#[test]
fn a_yubikeys_shard_opens_by_the_device_alone() {
    let slot = SoftwareSlot::new(9);
    let made = one_seat(&[slot.recipient()]);
    let file = seal_share(&made.shares[0], &made.generation, None).unwrap();
    let header = String::from_utf8_lossy(&file[..120]).into_owned();
    assert!(header.contains("\n-> piv-p256 "), "{header}");
    let open = |device: Box<dyn PivDevice>| {
        open_share(&file, &CustodianIdentity::of_device(device), &made.generation)
    };
    assert_eq!(open(Box::new(slot)).unwrap().to_bytes(), made.shares[0].to_bytes());
    let refused = open(Box::new(SoftwareSlot::new(10))).unwrap_err();
    assert_eq!(refused.code(), "custody.no_match");
    let refused = open(Box::new(Unplugged(SoftwareSlot::new(9)))).unwrap_err();
    assert_eq!(refused, NotOpened::Device(PivFailed { reason: "no touch".to_owned() }));
}

#[test]
fn recipients_are_read_from_one_text_each() {
    let slot = SoftwareSlot::new(9).recipient();
    let age = age_key(1).recipient();
    for text in [&slot, &age] {
        assert_eq!(text.parse::<CustodianRecipient>().unwrap().to_string(), *text);
        for wrong in [text.to_uppercase(), format!("{text} "), text[..text.len() - 1].to_owned()] {
            assert!(wrong.parse::<CustodianRecipient>().is_err(), "{wrong}");
        }
    }
    for wrong in ["", "age1", "age1yubikey1", "passphrase", "ssh-rsa AAAA", "ssh-ed25519 AAAA"] {
        assert!(wrong.parse::<CustodianRecipient>().is_err(), "{wrong}");
    }
}

#[test]
fn a_passphrase_is_asked_for_exactly_where_the_plan_says_so() {
    let by_passphrase = one_seat(&[PASSPHRASE.to_owned()]);
    let by_key = one_seat(&[age_key(1).recipient()]);
    let words = SecretString::from("correct horse battery staple");
    let seal = |made: &Dealt, passphrase| {
        seal_share(&made.shares[0], &made.generation, passphrase).map_err(|error| error.code())
    };
    assert_eq!(seal(&by_passphrase, None), Err("custody.passphrase"));
    assert_eq!(seal(&by_key, Some(&words)), Err("custody.passphrase"));
}

#[test]
fn a_passphrase_opens_what_it_sealed_and_another_does_not() {
    let words = SecretString::from("correct horse battery staple");
    let file = custody::seal_with_passphrase(&words, b"a small thing").unwrap();
    let open = |words: &str| {
        let identity = CustodianIdentity::of_passphrase(SecretString::from(words));
        custody::open(&file, &identity).map_err(|error| error.code())
    };
    assert_eq!(*open("correct horse battery staple").unwrap(), b"a small thing");
    assert_eq!(open("another").unwrap_err(), "custody.no_match");
    assert!(String::from_utf8_lossy(&file[..80]).contains(" 18\n"), "the cost is fixed");
}

#[test]
fn a_shard_that_was_changed_or_cut_is_refused() {
    let key = age_key(1);
    let made = one_seat(&[key.recipient()]);
    let file = seal_share(&made.shares[0], &made.generation, None).unwrap();
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let refused = open_share(&changed, &key.identity(), &made.generation);
        assert!(refused.is_err(), "byte {at}");
    }
    for end in (0..file.len()).step_by(7) {
        assert!(open_share(&file[..end], &key.identity(), &made.generation).is_err());
    }
    let large = vec![b'x'; MAX_SHARD + 1];
    let refused = custody::open(&large, &key.identity()).unwrap_err();
    assert_eq!(refused.code(), "custody.too_large");
    let other = custody::seal(&[key.recipient().parse().unwrap()], b"something else").unwrap();
    let refused = open_share(&other, &key.identity(), &made.generation).unwrap_err();
    assert_eq!(refused.code(), "shard.foreign");
}

#[test]
fn a_parcel_travels_to_its_seat() {
    let (made, identities) = dealt_to_age();
    let request = approved(&renewal(&made.generation, How::Refresh));
    let (_, parcels) = deal_zero(&made.generation, &request, &memory(), entropy(1)).unwrap();
    let file = seal_parcel(&parcels[4], made.generation.plan(), None).unwrap();
    let opened = open_parcel(&file, &identities[&seat("2.2")]).unwrap();
    assert_eq!(opened.to_bytes(), parcels[4].to_bytes());
    assert!(open_parcel(&file, &identities[&seat("2.1")]).is_err());
}

fn run(program: &str, args: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A program that refuses early may close its end first.
    drop(child.stdin.take().unwrap().write_all(input));
    let output = child.wait_with_output().unwrap();
    output.status.success().then_some(output.stdout)
}

#[test]
fn the_stock_age_opens_a_shard_with_the_custodians_key_and_makes_one_that_opens_here() {
    if !tool("age") {
        return;
    }
    let (key, other) = (age_key(1), age_key(2));
    let made = one_seat(&[key.recipient()]);
    let file = seal_share(&made.shares[0], &made.generation, None).unwrap();
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("key"), key.text()).unwrap();
    std::fs::write(path("other"), other.text()).unwrap();
    let opened = run("age", &["--decrypt", "-i", &path("key")], &file).unwrap();
    assert_eq!(opened, *made.shares[0].to_bytes());
    assert_eq!(run("age", &["--decrypt", "-i", &path("other")], &file), None);
    for armor in [&["--encrypt"][..], &["--encrypt", "--armor"]] {
        let recipient = key.recipient();
        let args = [armor, &["-r", &recipient]].concat();
        let file = run("age", &args, &made.shares[0].to_bytes()).unwrap();
        let share = open_share(&file, &key.identity(), &made.generation).unwrap();
        assert_eq!(share.to_bytes(), made.shares[0].to_bytes());
    }
}

#[test]
fn the_stock_age_opens_a_shard_with_an_ssh_key() {
    if !tool("age") || !tool("ssh-keygen") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let make = |kind: &str, name: &str| {
        let args = ["-q", "-t", kind, "-N", "", "-C", "", "-f", &path(name)];
        assert!(Command::new("ssh-keygen").args(args).status().unwrap().success());
        std::fs::read_to_string(path(&format!("{name}.pub"))).unwrap().trim().to_owned()
    };
    let public = make("ed25519", "id");
    let made = one_seat(&[public]);
    let file = seal_share(&made.shares[0], &made.generation, None).unwrap();
    let opened = run("age", &["--decrypt", "-i", &path("id")], &file).unwrap();
    assert_eq!(opened, *made.shares[0].to_bytes());
    let secret = SecretString::from(std::fs::read_to_string(path("id")).unwrap());
    let identity = CustodianIdentity::from_ssh(&secret).unwrap();
    assert!(open_share(&file, &identity, &made.generation).is_ok());
    let ecdsa = make("ecdsa", "ecdsa");
    assert!(ecdsa.parse::<CustodianRecipient>().is_err());
}
