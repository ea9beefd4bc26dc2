//! Node key: the file in which Besu keeps a validator's secret, which is its network identity too.
//!
//! The file `key` in Besu's data directory, or the one named by `--node-private-key-file`: one
//! line, `0x` or nothing, and 64 hexadecimal digits. It is not encrypted.

use super::{KeyError, KeyKind, SECRET_LENGTH, SecretKey};
use crate::PublicKey;
use secrecy::{ExposeSecret as _, SecretSlice};
use zeroize::Zeroizing;

/// Why a node key file was not taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeKeyError {
    /// The file is not one line of 64 hexadecimal digits, with or without `0x`.
    #[error("not a node key: expected one line, 64 hexadecimal digits with or without \"0x\"")]
    Form,
    /// The digits are no secret, or that of another public key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl NodeKeyError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "node_key.form",
            Self::Key(error) => error.code(),
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            // Besu makes a new key where it finds no file: that one belongs to no validator.
            Self::Form => "nothing was imported; check which file was named, and its volume",
            Self::Key(error) => error.advice(),
        }
    }
}

impl SecretKey {
    /// Takes over the content of a node key file of Besu, for the public key that it is said to
    /// have. One newline at its end does not count.
    ///
    /// The file says nothing of what the key has signed: it signs only after its history is
    /// reconciled (R7). While the file exists, Besu can sign without any guard.
    ///
    /// # Errors
    ///
    /// [`NodeKeyError`].
    pub fn import_node_key(
        file: &SecretSlice<u8>,
        stated: &PublicKey,
    ) -> Result<Self, NodeKeyError> {
        let text = file.expose_secret();
        let line = text.strip_suffix(b"\n").unwrap_or(text);
        let line = match line.len() == text.len() {
            true => line,
            false => line.strip_suffix(b"\r").unwrap_or(line),
        };
        let digits = line.strip_prefix(b"0x").unwrap_or(line);
        let mut secret = Zeroizing::new([0; SECRET_LENGTH]);
        // const-hex takes a second "0x" away.
        if digits.len() != 2 * SECRET_LENGTH
            || const_hex::decode_to_slice(digits, secret.as_mut()).is_err()
        {
            return Err(NodeKeyError::Form);
        }
        let secret = SecretSlice::from(secret.to_vec());
        Ok(Self::import(KeyKind::Secp256k1, &secret, stated)?)
    }
}
