//! Web3 keystore: a secp256k1 key under a password, in the JSON of Web3 Secret Storage, version 3.
//!
//! It is the file that geth, clef and Besu's tools keep an account in:
//!
//! ```json
//! {"address": "40 digits", "crypto": {
//!    "cipher": "aes-128-ctr", "cipherparams": {"iv": "32 digits"}, "ciphertext": "64 digits",
//!    "kdf": "scrypt", "kdfparams": {"dklen": 32, "n": 262144, "p": 1, "r": 8, "salt": "64 digits"},
//!    "mac": "64 digits"}, "id": "a UUID", "version": 3}
//! ```
//!
//! The derived key's first half is the key of AES-128 in counter mode over the secret, with `iv` as
//! the first counter block; `mac` is the Keccak-256 of its second half and the ciphertext.

use super::{
    KdfCost, KdfError, KeyError, KeyKind, SecretKey,
    kdf::Kdf,
    keystore::{CIPHER, NotApplied, apply, fresh, uuid},
};
use crate::{
    PublicKey,
    chain::address::{ADDRESS, address_of, keccak},
};
use alloc::{borrow::ToOwned as _, string::String, vec::Vec};
use core::fmt;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

/// The most bytes that a keystore file may have; more are not read.
pub const MAX_WEB3_KEYSTORE: usize = 16 * 1024;

/// The bytes of the secret; a shorter one is filled up with zeros in front.
const SECRET: usize = 32;
/// The longest id that is read, in bytes. A UUID has 36.
const MAX_ID: usize = 64;
const VERSION: u64 = 3;

/// A secp256k1 key under a password, as geth and clef keep it.
///
/// The password alone protects it, by the costs that the file states: those of foreign files may
/// be low. Nothing in it says what the key has signed (R7).
#[derive(Clone, PartialEq, Eq)]
pub struct Web3Keystore {
    address: Option<[u8; ADDRESS]>,
    kdf: Kdf,
    iv: [u8; 16],
    ciphertext: Vec<u8>,
    mac: [u8; 32],
    id: Option<String>,
}

/// Why a keystore was not read, opened or made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Web3KeystoreError {
    /// More bytes than a keystore may have.
    #[error("the keystore has {got} bytes; at most {most} are read")]
    TooLarge {
        /// What came.
        got: usize,
        /// What is read at most.
        most: usize,
    },
    /// It is not JSON, or not the JSON of a keystore.
    #[error("not a Web3 keystore: {part} is missing or has another form")]
    Malformed {
        /// Where it shows.
        part: &'static str,
    },
    /// It has another version, such as 4 of EIP-2335.
    #[error("the keystore has version {got}; version {needed} is read")]
    Version {
        /// What came.
        got: u64,
        /// What is read.
        needed: u64,
    },
    /// It is encrypted by another cipher.
    #[error("the keystore is not encrypted by aes-128-ctr")]
    Cipher,
    /// The derivation of its key from the password is refused.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The password is not the one it was made with, or the file was altered.
    #[error("the password does not open the keystore")]
    WrongPassword,
    /// No keystore is made with an empty password.
    #[error("the password is empty")]
    EmptyPassword,
    /// Inside is the secret of another address than outside.
    #[error("the secret belongs to address {derived}, not to {stated}")]
    OtherAddress {
        /// The address of the secret inside, 40 digits.
        derived: String,
        /// The address outside.
        stated: String,
    },
    /// Inside is no secret, or that of another public key; or there is no randomness.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Only secp256k1 keys have an address.
    #[error("a {kind} key has no Web3 keystore")]
    Kind {
        /// What was to be kept.
        kind: KeyKind,
    },
}

impl Web3KeystoreError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "web3_keystore.too_large",
            Self::Malformed { .. } => "web3_keystore.malformed",
            Self::Version { .. } => "web3_keystore.version",
            Self::Cipher => "web3_keystore.cipher",
            Self::Kdf(error) => error.code(),
            Self::WrongPassword => "web3_keystore.wrong_password",
            Self::EmptyPassword => "web3_keystore.empty_password",
            Self::OtherAddress { .. } => "web3_keystore.other_address",
            Self::Key(error) => error.code(),
            Self::Kind { .. } => "web3_keystore.kind",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::Malformed { .. } | Self::Version { .. } => {
                "check which file was named; keep it, and fetch another copy of the keystore"
            }
            Self::Cipher => "write the keystore again with the tool that made it, with aes-128-ctr",
            Self::Kdf(error) => error.advice(),
            Self::WrongPassword => "try the password again; the file stays as it is",
            Self::EmptyPassword => "choose a password",
            Self::OtherAddress { .. } => {
                "do not use the file; compare the address with the genesis document's key"
            }
            Self::Key(error) => error.advice(),
            Self::Kind { .. } => "seal the key with SealedKey",
        }
    }
}

impl From<NotApplied> for Web3KeystoreError {
    fn from(_: NotApplied) -> Self {
        Self::Cipher
    }
}

impl Web3Keystore {
    /// Encrypts a key under a password, with a fresh salt, counter block and id.
    ///
    /// # Errors
    ///
    /// [`Web3KeystoreError::EmptyPassword`], [`Web3KeystoreError::Kind`], [`KdfError::NoMemory`],
    /// [`KeyError::NoRandomness`].
    pub fn seal(
        key: &SecretKey,
        password: &SecretString,
        cost: KdfCost,
    ) -> Result<Self, Web3KeystoreError> {
        if password.expose_secret().is_empty() {
            return Err(Web3KeystoreError::EmptyPassword);
        }
        let address =
            address_of(&key.public_key()).ok_or(Web3KeystoreError::Kind { kind: key.kind() })?;
        let kdf = Kdf::new(cost, fresh::<32>()?.to_vec());
        let iv = fresh()?;
        let id = uuid(fresh()?);
        let derived = kdf.derive(password.expose_secret().as_bytes())?;
        let mut ciphertext = key.expose_for_sealing().to_vec();
        apply(&derived, &iv, &mut ciphertext)?;
        let mac = mac(&derived, &ciphertext);
        Ok(Self { address: Some(address), kdf, iv, ciphertext, mac, id: Some(id) })
    }

    /// Decrypts the key, which must be the one of this public key.
    ///
    /// # Errors
    ///
    /// [`Web3KeystoreError::WrongPassword`], [`Web3KeystoreError::OtherAddress`],
    /// [`KdfError::NoMemory`], [`KeyError::OtherKey`], [`KeyError::Scalar`].
    pub fn open(
        &self,
        password: &SecretString,
        stated: &PublicKey,
    ) -> Result<SecretKey, Web3KeystoreError> {
        let derived = self.kdf.derive(password.expose_secret().as_bytes())?;
        if mac(&derived, &self.ciphertext) != self.mac {
            return Err(Web3KeystoreError::WrongPassword);
        }
        let mut secret = Zeroizing::new([0; SECRET]);
        let filled = SECRET.saturating_sub(self.ciphertext.len());
        let (_, place) = secret.split_at_mut(filled);
        place.copy_from_slice(&self.ciphertext); // 1 to 32 bytes, as they were read
        apply(&derived, &self.iv, place)?;
        let key =
            SecretKey::import(KeyKind::Secp256k1, &SecretSlice::from(secret.to_vec()), stated)?;
        match (self.address, address_of(stated)) {
            (Some(outside), Some(inside)) if outside != inside => {
                Err(Web3KeystoreError::OtherAddress {
                    derived: const_hex::encode(inside),
                    stated: const_hex::encode(outside),
                })
            }
            _ => Ok(key),
        }
    }

    /// The address that the file states, if it does. Opening proves it.
    #[must_use]
    pub const fn address(&self) -> Option<[u8; ADDRESS]> {
        self.address
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
    /// [`Web3KeystoreError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, Web3KeystoreError> {
        if bytes.len() > MAX_WEB3_KEYSTORE {
            let (got, most) = (bytes.len(), MAX_WEB3_KEYSTORE);
            return Err(Web3KeystoreError::TooLarge { got, most });
        }
        let outer: Value = serde_json::from_slice(bytes).map_err(|_| malformed("the JSON"))?;
        match outer.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(got) => return Err(Web3KeystoreError::Version { got, needed: VERSION }),
            None => return Err(malformed("the version")),
        }
        let File { address, crypto, id, .. } =
            serde_json::from_slice(bytes).map_err(|_| malformed("a field"))?;
        if crypto.cipher != CIPHER {
            return Err(Web3KeystoreError::Cipher);
        }
        let ciphertext =
            const_hex::decode(&crypto.ciphertext).map_err(|_| malformed("the ciphertext"))?;
        if !(1..=SECRET).contains(&ciphertext.len()) {
            return Err(malformed("the ciphertext"));
        }
        let address = match address.as_deref() {
            None | Some("") => None,
            Some(address) => Some(digits(address, "the address")?),
        };
        if id.as_ref().is_some_and(|id| id.len() > MAX_ID) {
            return Err(malformed("the id"));
        }
        Ok(Self {
            address,
            kdf: Kdf::from_json(&crypto.kdf, &crypto.kdfparams)?,
            iv: digits(&crypto.cipherparams.iv, "the iv")?,
            ciphertext,
            mac: digits(&crypto.mac, "the mac")?,
            id,
        })
    }

    /// The file, in one line, with its fields in the order of their names, as geth writes it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (kdf, kdfparams) = self.kdf.to_json();
        let file = File {
            address: self.address.map(const_hex::encode),
            crypto: Crypto {
                cipher: CIPHER.to_owned(),
                ciphertext: const_hex::encode(&self.ciphertext),
                cipherparams: CipherParams { iv: const_hex::encode(self.iv) },
                kdf: kdf.to_owned(),
                kdfparams,
                mac: const_hex::encode(self.mac),
            },
            id: self.id.clone(),
            version: VERSION,
        };
        serde_json::to_string(&file).unwrap_or_default() // numbers and texts: it cannot fail
    }
}

/// The address and the costs.
impl fmt::Debug for Web3Keystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web3Keystore")
            .field("address", &self.address.map(const_hex::encode))
            .field("cost", &self.cost())
            .finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
struct File {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(alias = "Crypto")]
    crypto: Crypto,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Crypto {
    cipher: String,
    ciphertext: String,
    cipherparams: CipherParams,
    kdf: String,
    kdfparams: Value,
    mac: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CipherParams {
    iv: String,
}

fn malformed(part: &'static str) -> Web3KeystoreError {
    Web3KeystoreError::Malformed { part }
}

fn digits<const N: usize>(text: &str, part: &'static str) -> Result<[u8; N], Web3KeystoreError> {
    const_hex::decode_to_array(text).map_err(|_| malformed(part))
}

fn mac(derived: &[u8; 32], ciphertext: &[u8]) -> [u8; 32] {
    let (_, half) = derived.split_at(16);
    let preimage = Zeroizing::new([half, ciphertext].concat());
    keccak(&preimage)
}
