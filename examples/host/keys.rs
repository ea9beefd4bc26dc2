//! Keys: how key files are unlocked, made and imported. No secret is an argument.

use super::{dir, failure::ErrorObject};
use brainswap::{
    PublicKey,
    key::{Argon2Params, HostKey, KeyKind, Passphrase, SecretKey},
};
use secrecy::{SecretSlice, SecretString};
use std::{
    fs::File,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Where the passphrase of a key file comes from; nowhere if the file's mode alone protects it.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Unlock {
    /// File with the passphrase of the key file; only its owner may read it.
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "passphrase_fd")]
    pub passphrase_file: Option<PathBuf>,
    /// Open descriptor with the passphrase of the key file.
    #[arg(long, value_name = "N", global = true)]
    pub passphrase_fd: Option<u32>,
}

impl Unlock {
    /// Writes a new key file.
    ///
    /// # Errors
    ///
    /// The file exists, or the passphrase cannot be read.
    pub fn create(&self, key: &HostKey, path: &Path) -> Result<(), ErrorObject> {
        match self.passphrase()? {
            None => key.create(path)?,
            Some(passphrase) => key.create_sealed(path, &passphrase, Argon2Params::default())?,
        }
        Ok(())
    }

    /// Opens a key file.
    ///
    /// # Errors
    ///
    /// It is missing, open to others, or sealed otherwise.
    pub fn open(&self, path: &Path) -> Result<HostKey, ErrorObject> {
        match self.passphrase()? {
            None => Ok(HostKey::open(path)?),
            Some(passphrase) => Ok(HostKey::open_sealed(path, &passphrase)?),
        }
    }

    fn passphrase(&self) -> Result<Option<SecretString>, ErrorObject> {
        Ok(match (&self.passphrase_file, self.passphrase_fd) {
            (Some(file), _) => Some(Passphrase::from_file(file)?),
            (None, Some(fd)) => Some(Passphrase::from_fd(fd)?),
            (None, None) => None,
        })
    }
}

/// Imports an identity's key from a file: 32 raw bytes, or 64 hexadecimal digits.
///
/// # Errors
///
/// `key.mismatch` if it is not the key of `stated`; `key_file.permissions` if others may read it.
pub fn import(path: &Path, stated: &PublicKey) -> Result<SecretKey, ErrorObject> {
    let io = |error| dir::io_error(path, &error);
    let mut file = File::open(path).map_err(io)?;
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(ErrorObject::misuse(
            "key_file.permissions",
            format_args!("{} has mode {mode:03o}; others may have no rights", path.display()),
            "take the rights away with chmod 600; if others have read it, rotate the key",
        ));
    }
    let mut bytes = Zeroizing::new([0; 128]);
    let mut length = 0;
    while let Some(rest @ [_, ..]) = bytes.get_mut(length..) {
        match file.read(rest).map_err(io)? {
            0 => break,
            more => length += more,
        }
    }
    let bytes = bytes.get(..length).unwrap_or_default();
    let mut raw = Zeroizing::new([0; 32]);
    let hex = if length == 32 { &[] } else { bytes.trim_ascii() };
    let secret = match const_hex::decode_to_slice(hex, raw.as_mut()) {
        Ok(()) => SecretSlice::from(raw.to_vec()),
        Err(_) => SecretSlice::from(bytes.to_vec()),
    };
    let kind = KeyKind::of(stated).ok_or_else(|| {
        ErrorObject::misuse(
            "key_file.fido",
            format_args!("{stated} is a FIDO key: its secret never leaves its device"),
            "nothing was imported; a FIDO key approves documents, it is no identity's key",
        )
    })?;
    Ok(SecretKey::import(kind, &secret, stated)?)
}
