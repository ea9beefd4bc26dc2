//! Keystore: what the password files of Ethereum's accounts and validators share.

use super::KeyError;
use aes::Aes128;
use alloc::{
    format,
    string::{String, ToString as _},
};
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit as _, StreamCipher as _},
};

/// The only cipher that such files name.
pub(super) const CIPHER: &str = "aes-128-ctr";

/// The cipher was given a key or a message that it does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotApplied;

/// AES-128 in counter mode, by the first half of a derived key, with the iv as the first counter
/// block: the same call encrypts and decrypts.
pub(super) fn apply(derived: &[u8; 32], iv: &[u8; 16], bytes: &mut [u8]) -> Result<(), NotApplied> {
    let (key, _) = derived.split_at(16);
    let mut cipher = Ctr128BE::<Aes128>::new_from_slices(key, iv).map_err(|_| NotApplied)?;
    cipher.try_apply_keystream(bytes).map_err(|_| NotApplied)
}

/// Random bytes of the operating system.
pub(super) fn fresh<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}

/// A UUID of version 4 (RFC 9562, section 5.4).
pub(super) fn uuid(random: [u8; 16]) -> String {
    let bits = u128::from_be_bytes(random) & !(0xf << 76) & !(0x3 << 62) | (4 << 76) | (2 << 62);
    let text = format!("{bits:032x}");
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts = parts.map(|(from, to)| text.get(from..to).unwrap_or_default().to_string());
    parts.join("-")
}
