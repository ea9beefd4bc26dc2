//! BLS keystore: a validator's key under a password, in the JSON of EIP-2335, version 4.
//!
//! It is the file that the deposit tools of Ethereum write and validator clients read:
//!
//! ```json
//! {"crypto": {
//!    "kdf": {"function": "scrypt", "message": "", "params": {
//!      "dklen": 32, "n": 262144, "p": 1, "r": 8, "salt": "64 digits"}},
//!    "checksum": {"function": "sha256", "params": {}, "message": "64 digits"},
//!    "cipher": {"function": "aes-128-ctr", "params": {"iv": "32 digits"}, "message": "64 digits"}},
//!  "description": "a text", "pubkey": "96 digits", "path": "m/12381/3600/0/0/0",
//!  "uuid": "a UUID", "version": 4}
//! ```
//!
//! The derived key's first half is the key of AES-128 in counter mode over the secret, with `iv` as
//! the first counter block; the checksum is the SHA-256 of its second half and the ciphertext.

use super::{
    KdfCost, KdfError, KeyError, KeyKind, SecretKey,
    kdf::Kdf,
    keystore::{CIPHER, NotApplied, apply, fresh, uuid},
};
use crate::PublicKey;
use alloc::{borrow::ToOwned as _, string::String};
use core::fmt;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// The most bytes that a keystore file may have; more are not read.
pub const MAX_BLS_KEYSTORE: usize = 16 * 1024;

const VERSION: u64 = 4;
const CHECKSUM: &str = "sha256";

/// A BLS key under a password, as validator clients keep it.
///
/// The password alone protects it, by the costs that the file states: those of foreign files may
/// be low. Nothing in it says what the key has signed (R7).
#[derive(Clone, PartialEq, Eq)]
pub struct BlsKeystore {
    pubkey: Option<[u8; 48]>,
    path: String,
    uuid: String,
    kdf: Kdf,
    iv: [u8; 16],
    ciphertext: [u8; 32],
    checksum: [u8; 32],
}

/// Why a keystore was not read, opened or made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlsKeystoreError {
    /// More bytes than a keystore may have.
    #[error("the keystore has {got} bytes; at most {MAX_BLS_KEYSTORE} are read")]
    TooLarge {
        /// What came.
        got: usize,
    },
    /// It is not JSON, or not the JSON of a keystore.
    #[error("not a keystore of EIP-2335: {part} is missing or has another form")]
    Malformed {
        /// Where it shows.
        part: &'static str,
    },
    /// It has another version, such as 3 of an account's keystore.
    #[error("the keystore has version {got}; version {VERSION} is read")]
    Version {
        /// What came.
        got: u64,
    },
    /// It is encrypted by another cipher.
    #[error("the keystore is not encrypted by aes-128-ctr")]
    Cipher,
    /// Its checksum is made by another function.
    #[error("the checksum of the keystore is not made by sha256")]
    Checksum,
    /// The derivation of its key from the password is refused.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The password is not the one it was made with, or the file was altered.
    #[error("the password does not open the keystore")]
    WrongPassword,
    /// No keystore is made with an empty password.
    #[error("the password is empty")]
    EmptyPassword,
    /// The file is of another public key, or its secret is; or it is no secret; or there is no
    /// randomness.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Only BLS keys are kept in this form.
    #[error("a {kind} key has no keystore of EIP-2335")]
    Kind {
        /// What was to be kept.
        kind: KeyKind,
    },
}

impl BlsKeystoreError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "bls_keystore.too_large",
            Self::Malformed { .. } => "bls_keystore.malformed",
            Self::Version { .. } => "bls_keystore.version",
            Self::Cipher => "bls_keystore.cipher",
            Self::Checksum => "bls_keystore.checksum",
            Self::Kdf(error) => error.code(),
            Self::WrongPassword => "bls_keystore.wrong_password",
            Self::EmptyPassword => "bls_keystore.empty_password",
            Self::Key(error) => error.code(),
            Self::Kind { .. } => "bls_keystore.kind",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::Malformed { .. } | Self::Version { .. } => {
                "check which file was named; keep it, and fetch another copy of the keystore"
            }
            Self::Cipher | Self::Checksum => {
                "write the keystore again with the tool that made it, with aes-128-ctr and sha256"
            }
            Self::Kdf(error) => error.advice(),
            Self::WrongPassword => "try the password again; the file stays as it is",
            Self::EmptyPassword => "choose a password",
            Self::Key(error) => error.advice(),
            Self::Kind { .. } => "seal the key with SealedKey",
        }
    }
}

impl From<NotApplied> for BlsKeystoreError {
    fn from(_: NotApplied) -> Self {
        Self::Cipher
    }
}

impl BlsKeystore {
    /// Encrypts a key under a password, with a fresh salt, counter block and id. The path says
    /// where the key was derived; it is empty if that is not known.
    ///
    /// # Errors
    ///
    /// [`BlsKeystoreError::EmptyPassword`], [`BlsKeystoreError::Kind`],
    /// [`BlsKeystoreError::Malformed`] if the path is longer than a keystore's,
    /// [`KdfError::NoMemory`], [`KeyError::NoRandomness`].
    pub fn seal(
        key: &SecretKey,
        password: &SecretString,
        path: &str,
        cost: KdfCost,
    ) -> Result<Self, BlsKeystoreError> {
        let PublicKey::Bls12381(pubkey) = key.public_key() else {
            return Err(BlsKeystoreError::Kind { kind: key.kind() });
        };
        let password = normalised(password);
        if password.is_empty() {
            return Err(BlsKeystoreError::EmptyPassword);
        }
        let path = short(path.to_owned(), "the path")?;
        let kdf = Kdf::new(cost, fresh::<32>()?.to_vec());
        let (iv, uuid) = (fresh()?, uuid(fresh()?));
        let derived = kdf.derive(password.as_bytes())?;
        let mut ciphertext = *key.expose_for_sealing();
        apply(&derived, &iv, &mut ciphertext)?;
        let checksum = checksum(&derived, &ciphertext);
        Ok(Self { pubkey: Some(pubkey), path, uuid, kdf, iv, ciphertext, checksum })
    }

    /// Decrypts the key, which must be the one of this public key.
    ///
    /// The password counts as EIP-2335 says: NFKD, without control characters, in UTF-8.
    ///
    /// # Errors
    ///
    /// [`BlsKeystoreError::WrongPassword`], [`KdfError::NoMemory`], [`KeyError::OtherKey`] if the
    /// file or the secret is of another key, [`KeyError::Scalar`].
    pub fn open(
        &self,
        password: &SecretString,
        stated: &PublicKey,
    ) -> Result<SecretKey, BlsKeystoreError> {
        if let Some(derived) = self.public_key().filter(|outside| outside != stated) {
            return Err(KeyError::OtherKey { derived, stated: *stated }.into());
        }
        let derived = self.kdf.derive(normalised(password).as_bytes())?;
        if checksum(&derived, &self.ciphertext) != self.checksum {
            return Err(BlsKeystoreError::WrongPassword);
        }
        let mut secret = Zeroizing::new(self.ciphertext);
        apply(&derived, &self.iv, secret.as_mut())?;
        let secret = SecretSlice::from(secret.to_vec());
        Ok(SecretKey::import(KeyKind::Bls12381, &secret, stated)?)
    }

    /// The public key that the file states, if it does. Opening proves it.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        self.pubkey.map(PublicKey::Bls12381)
    }

    /// Where the key was derived, as the file says; empty if that is not known.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it costs to try a password.
    #[must_use]
    pub const fn cost(&self) -> KdfCost {
        self.kdf.cost()
    }

    /// Reads a keystore: its form, not its truth. Fields that it does not know, outside of
    /// `crypto`, are left out.
    ///
    /// # Errors
    ///
    /// [`BlsKeystoreError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, BlsKeystoreError> {
        if bytes.len() > MAX_BLS_KEYSTORE {
            return Err(BlsKeystoreError::TooLarge { got: bytes.len() });
        }
        let outer: Value = serde_json::from_slice(bytes).map_err(|_| malformed("the JSON"))?;
        match outer.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(got) => return Err(BlsKeystoreError::Version { got }),
            None => return Err(malformed("the version")),
        }
        let File { crypto, pubkey, path, uuid, .. } =
            serde_json::from_slice(bytes).map_err(|_| malformed("a field"))?;
        let Crypto { kdf, checksum, cipher } = crypto;
        if cipher.function != CIPHER {
            return Err(BlsKeystoreError::Cipher);
        }
        if checksum.function != CHECKSUM || checksum.params != json!({}) {
            return Err(BlsKeystoreError::Checksum);
        }
        if !kdf.message.is_empty() {
            return Err(malformed("the message of the kdf"));
        }
        let iv = CipherParams::deserialize(&cipher.params).map_err(|_| malformed("the iv"))?.iv;
        let pubkey = pubkey.filter(|pubkey| !pubkey.is_empty());
        Ok(Self {
            pubkey: pubkey.map(|pubkey| digits(&pubkey, "the pubkey")).transpose()?,
            path: short(path, "the path")?,
            uuid: short(uuid, "the uuid")?,
            kdf: Kdf::from_json(&kdf.function, &kdf.params)?,
            iv: digits(&iv, "the iv")?,
            ciphertext: digits(&cipher.message, "the ciphertext")?,
            checksum: digits(&checksum.message, "the checksum")?,
        })
    }

    /// The file, in one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (function, params) = self.kdf.to_json();
        let module = |function: &str, params, message: String| Module {
            function: function.to_owned(),
            params,
            message,
        };
        let iv = json!({ "iv": const_hex::encode(self.iv) });
        let file = File {
            crypto: Crypto {
                kdf: module(function, params, String::new()),
                checksum: module(CHECKSUM, json!({}), const_hex::encode(self.checksum)),
                cipher: module(CIPHER, iv, const_hex::encode(self.ciphertext)),
            },
            pubkey: self.pubkey.map(const_hex::encode),
            path: self.path.clone(),
            uuid: self.uuid.clone(),
            version: VERSION,
        };
        serde_json::to_string(&file).unwrap_or_default() // numbers and texts: it cannot fail
    }
}

/// The public key, the path and the costs.
impl fmt::Debug for BlsKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlsKeystore")
            .field("public_key", &self.public_key())
            .field("path", &self.path)
            .field("cost", &self.cost())
            .finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
struct File {
    crypto: Crypto,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pubkey: Option<String>,
    path: String,
    uuid: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Crypto {
    kdf: Module,
    checksum: Module,
    cipher: Module,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Module {
    function: String,
    params: Value,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CipherParams {
    iv: String,
}

/// The password's bytes: NFKD, without the control characters (C0, C1 and DEL), in UTF-8.
fn normalised(password: &SecretString) -> Zeroizing<String> {
    let characters = || password.expose_secret().nfkd().filter(|character| !character.is_control());
    // A string that grew would leave copies of its beginning behind.
    let mut normalised =
        Zeroizing::new(String::with_capacity(characters().map(char::len_utf8).sum()));
    normalised.extend(characters());
    normalised
}

fn checksum(derived: &[u8; 32], ciphertext: &[u8; 32]) -> [u8; 32] {
    let (_, half) = derived.split_at(16);
    Sha256::new().chain_update(half).chain_update(ciphertext).finalize().into()
}

const fn malformed(part: &'static str) -> BlsKeystoreError {
    BlsKeystoreError::Malformed { part }
}

fn digits<const N: usize>(text: &str, part: &'static str) -> Result<[u8; N], BlsKeystoreError> {
    const_hex::decode_to_array(text).map_err(|_| malformed(part))
}

/// A text of at most 255 bytes, to be kept as it is.
fn short(text: String, part: &'static str) -> Result<String, BlsKeystoreError> {
    if text.len() < 256 { Ok(text) } else { Err(malformed(part)) }
}
