//! SSHSIG written by hand from PROTOCOL.sshsig and PROTOCOL.u2f, so that every field can be wrong.

use base64ct::{Base64, Encoding as _};
use brainswap::PublicKey;
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256, Sha512};

/// A signature's fields, as they go on the wire.
#[derive(Clone)]
pub(crate) struct Blob {
    pub(crate) magic: Vec<u8>,
    pub(crate) version: u32,
    pub(crate) key: Vec<u8>,
    pub(crate) namespace: &'static str,
    pub(crate) reserved: &'static str,
    pub(crate) hash: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) curve: Vec<u8>,
    pub(crate) touch: Vec<u8>,
}

impl Blob {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut signature = [string(self.kind.as_bytes()), string(&self.curve)].concat();
        signature.extend_from_slice(&self.touch);
        [
            self.magic.clone(),
            self.version.to_be_bytes().to_vec(),
            string(&self.key),
            string(self.namespace.as_bytes()),
            string(self.reserved.as_bytes()),
            string(self.hash.as_bytes()),
            string(&signature),
        ]
        .concat()
    }

    pub(crate) fn armor(&self) -> String {
        armor(&self.bytes())
    }

    /// The bytes that a key without a device signs, and a device hashes.
    pub(crate) fn signed(&self, message: &[u8]) -> Vec<u8> {
        let hash = match self.hash {
            "sha256" => Sha256::digest(message).to_vec(),
            _ => Sha512::digest(message).to_vec(),
        };
        [
            b"SSHSIG".to_vec(),
            string(self.namespace.as_bytes()),
            string(self.reserved.as_bytes()),
            string(self.hash.as_bytes()),
            string(&hash),
        ]
        .concat()
    }
}

/// A key of each kind, whose secret the test has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Key {
    Ed25519,
    P256,
    SkEd25519,
    SkP256,
}

pub(crate) const KEYS: [Key; 4] = [Key::Ed25519, Key::P256, Key::SkEd25519, Key::SkP256];

impl Key {
    pub(crate) fn public(self) -> PublicKey {
        let short = || {
            let point = p256().verifying_key().to_sec1_point(true);
            point.as_bytes().try_into().unwrap()
        };
        match self {
            Self::Ed25519 => PublicKey::Ed25519(ed25519().verifying_key().to_bytes()),
            Self::P256 => PublicKey::P256(short()),
            Self::SkEd25519 => PublicKey::SkEd25519(ed25519().verifying_key().to_bytes()),
            Self::SkP256 => PublicKey::SkP256(short()),
        }
    }

    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::P256 => "ecdsa-sha2-nistp256",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkP256 => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    pub(crate) const fn is_fido(self) -> bool {
        matches!(self, Self::SkEd25519 | Self::SkP256)
    }

    pub(crate) const fn is_ecdsa(self) -> bool {
        matches!(self, Self::P256 | Self::SkP256)
    }

    /// The key as OpenSSH writes it in bytes.
    pub(crate) fn blob(self, application: &str) -> Vec<u8> {
        let mut bytes = string(self.kind().as_bytes());
        if self.is_ecdsa() {
            bytes.extend(string(b"nistp256"));
            bytes.extend(string(p256().verifying_key().to_sec1_point(false).as_bytes()));
        } else {
            bytes.extend(string(&ed25519().verifying_key().to_bytes()));
        }
        if self.is_fido() {
            bytes.extend(string(application.as_bytes()));
        }
        bytes
    }

    /// The line of a `.pub` file.
    pub(crate) fn line(self, application: &str) -> String {
        format!("{} {} somebody", self.kind(), base64(&self.blob(application)))
    }

    /// A good signature with everything as it should be.
    pub(crate) fn sign(self, message: &[u8]) -> Blob {
        self.sign_as(message, |_| {}, "ssh:", 1)
    }

    /// A signature that this key really makes, after the fields were changed.
    pub(crate) fn sign_as(
        self,
        message: &[u8],
        change: impl FnOnce(&mut Blob),
        application: &str,
        flags: u8,
    ) -> Blob {
        let mut blob = Blob {
            magic: b"SSHSIG".to_vec(),
            version: 1,
            key: self.blob(application),
            namespace: "brainswap",
            reserved: "",
            hash: "sha512",
            kind: self.kind(),
            curve: Vec::new(),
            touch: Vec::new(),
        };
        change(&mut blob);
        let mut signed = blob.signed(message);
        if self.is_fido() {
            blob.touch = [&[flags][..], &7_u32.to_be_bytes()].concat();
            signed = [
                Sha256::digest(application).to_vec(),
                blob.touch.clone(),
                Sha256::digest(&signed).to_vec(),
            ]
            .concat();
        }
        blob.curve = if self.is_ecdsa() {
            let signature: p256::ecdsa::Signature = p256().sign(&signed);
            let (r, s) = signature.normalize_s().split_bytes();
            numbers(&r, &s)
        } else {
            ed25519().sign(&signed).to_bytes().to_vec()
        };
        blob
    }
}

/// The same signature with the other `s`, which fits as well.
pub(crate) fn with_other_s(blob: &Blob) -> Blob {
    let r_length = 4 + usize::from(blob.curve[3]);
    let mut r = [0; 32];
    let mut s = [0; 32];
    fill(&mut r, &blob.curve[4..r_length]);
    fill(&mut s, &blob.curve[r_length + 4..]);
    let signature = p256::ecdsa::Signature::from_scalars(r, s).unwrap();
    let other = p256::ecdsa::Signature::from_scalars(r, (-*signature.s()).to_bytes()).unwrap();
    let (r, s) = other.split_bytes();
    Blob { curve: numbers(&r, &s), ..blob.clone() }
}

fn fill(to: &mut [u8; 32], from: &[u8]) {
    let from = &from[from.len().saturating_sub(32)..];
    to[32 - from.len()..].copy_from_slice(from);
}

/// Two `mpint`s.
fn numbers(r: &[u8], s: &[u8]) -> Vec<u8> {
    [r, s]
        .iter()
        .flat_map(|number| {
            let first = number.iter().position(|byte| *byte != 0).unwrap();
            let pad: &[u8] = if number[first] >= 0x80 { &[0] } else { &[] };
            string(&[pad, &number[first..]].concat())
        })
        .collect()
}

pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// The text around the bytes: lines of 70 characters.
pub(crate) fn armor(bytes: &[u8]) -> String {
    let text = base64(bytes);
    let lines: Vec<&str> =
        text.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let text = lines.join("\n");
    format!("-----BEGIN SSH SIGNATURE-----\n{text}\n-----END SSH SIGNATURE-----\n")
}

/// The bytes in a text.
pub(crate) fn bytes_of(armor: &str) -> Vec<u8> {
    let lines: String = armor.lines().filter(|line| !line.starts_with("-----")).collect();
    Base64::decode_vec(&lines).unwrap()
}

fn ed25519() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[7; 32])
}

fn p256() -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap()
}
