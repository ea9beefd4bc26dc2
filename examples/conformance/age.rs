//! `age/`: files of the age test kit, and files for a key in a slot of a YubiKey.

use crate::{
    fields::{bytes, list, text},
    suite::{Bytes, Outcome, Report, Suite, ensure, equal},
};
use base64ct::{Base64, Encoding as _};
use brainswap::shard::custody::{
    self, CustodianIdentity, CustodianRecipient, PivDevice, PivFailed,
};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use secrecy::SecretString;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    (file == "piv-p256/piv_p256_interop.json").then_some(piv)
}

/// The suite of a file of the test kit.
pub fn bytes_of(file: &str) -> Option<Bytes> {
    file.strip_prefix("testdata/").map(|_| testkit as Bytes)
}

/// A head of `key: value` lines, an empty line, and the age file.
fn testkit(file: &[u8], report: &mut Report) {
    let Some(end) = file.windows(2).position(|pair| pair == b"\n\n") else {
        return report.case("the file", || Err("it has no head".into()));
    };
    let (head, age) = (String::from_utf8_lossy(&file[..end]).into_owned(), &file[end + 2..]);
    let values = |name: &str| -> Vec<String> {
        let pairs = head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).collect()
    };
    if !values("compressed").is_empty() {
        // What they hold is larger than a shard can be.
        return report.not_checked.push("compressed");
    }
    let expected = values("expect").join(" ");
    if values("identity").is_empty() && values("passphrase").is_empty() {
        report.case(format!("{expected}, by anybody"), || {
            let identity = CustodianIdentity::of_passphrase(SecretString::from("anybody"));
            behaves(age, &identity, &expected, &values("payload"))
        });
    }
    for name in values("identity") {
        if name.starts_with("AGE-SECRET-KEY-PQ-") {
            // Identities that nothing here reads; the others of the file are tried.
            report.not_checked.push("post-quantum identity");
            continue;
        }
        report.case(format!("{expected}, by a key"), || {
            let identity = CustodianIdentity::from_text(&SecretString::from(name))
                .map_err(|error| format!("{error}"))?;
            behaves(age, &identity, &expected, &values("payload"))
        });
    }
    for passphrase in values("passphrase") {
        report.case(format!("{expected}, by a passphrase"), || {
            let identity = CustodianIdentity::of_passphrase(SecretString::from(passphrase));
            behaves(age, &identity, &expected, &values("payload"))
        });
    }
}

fn behaves(
    age: &[u8],
    identity: &CustodianIdentity,
    expected: &str,
    payload: &[String],
) -> Outcome {
    match (expected, custody::open(age, identity)) {
        ("success", opened) => {
            let opened = opened.map_err(|error| format!("refused: {error}"))?;
            equal(
                "payload",
                &vec![const_hex::encode(Sha256::digest(opened.as_slice()))],
                &payload.to_vec(),
            )
        }
        ("no match", Err(error)) => equal("code", &error.code(), &"custody.no_match"),
        ("armor failure" | "header failure" | "HMAC failure" | "payload failure", Err(error)) => {
            ensure(error.code() != "custody.no_match", || {
                "it does not open, but as if whole".into()
            })
        }
        (_, Err(error)) => Err(format!("unknown expectation {expected:?}; refused: {error}")),
        (_, Ok(_)) => Err(format!("it opens, and {expected:?} was expected")),
    }
}

/// A P-256 key in memory, in the place of a slot.
struct Slot(p256::SecretKey);

impl PivDevice for Slot {
    fn public_key(&self) -> Result<[u8; 33], PivFailed> {
        let point = self.0.public_key().to_sec1_point(true);
        point.as_bytes().try_into().map_err(|_| PivFailed { reason: "no point".into() })
    }

    fn ecdh(&self, other: &[u8; 33]) -> Result<Zeroizing<[u8; 32]>, PivFailed> {
        let failed = |_| PivFailed { reason: "no point".into() };
        let other = p256::PublicKey::from_sec1_bytes(other).map_err(failed)?;
        let shared = p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), other.as_affine());
        Ok(Zeroizing::new((*shared.raw_secret_bytes()).into()))
    }
}

fn piv(json: &Value, report: &mut Report) {
    let slot = || -> Result<Slot, String> {
        let scalar = bytes(json, "p256_secret_scalar_hex")?;
        p256::SecretKey::from_slice(&scalar).map(Slot).map_err(|error| error.to_string())
    };
    let identity = || -> Result<_, String> { Ok(CustodianIdentity::of_device(Box::new(slot()?))) };
    if json.get("recipient_piv").is_some() {
        report.case("recipient", || {
            let recipient: CustodianRecipient =
                text(json, "recipient_piv")?.parse().map_err(|error| format!("{error}"))?;
            let point = slot()?.public_key().map_err(|error| error.to_string())?;
            let tag: [u8; 32] = Sha256::digest(point).into();
            equal("tag", &tag[..4].to_vec(), &bytes(json, "tag4_hex")?)?;
            let file = custody::seal(&[recipient], b"back").map_err(|error| error.to_string())?;
            let opened = custody::open(&file, &identity()?).map_err(|error| error.to_string())?;
            equal("opened", &opened.as_slice(), &b"back".as_slice())
        });
    }
    for (at, row) in list(json, "cases").iter().enumerate() {
        report.case(format!("file {at}"), || {
            let file = Base64::decode_vec(text(row, "age_file_b64")?)
                .map_err(|error| error.to_string())?;
            match (text(row, "stanza")?, custody::open(&file, &identity()?)) {
                ("piv-p256", opened) => {
                    let opened = opened.map_err(|error| format!("refused: {error}"))?;
                    equal("plaintext", &*opened, &bytes(row, "plaintext_hex")?)
                }
                // A newer kind of stanza, which nothing here makes: it is not ours.
                (_, Err(error)) => equal("code", &error.code(), &"custody.no_match"),
                (stanza, Ok(_)) => Err(format!("{stanza} opens")),
            }
        });
    }
}
