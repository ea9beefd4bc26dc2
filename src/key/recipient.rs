//! Recipient: whom a key is sealed to, and the identity that opens it (age, X25519).

use super::{
    container::{MAX_CONTAINER, damaged},
    sealed::SealedError,
};
use age::{DecryptError, Decryptor, Encryptor};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::{fmt, iter, str::FromStr};
use secrecy::{ExposeSecret as _, SecretString};
use std::io::{self, Read as _, Write as _};
use zeroize::Zeroizing;

/// The most recipients that one key is sealed to.
pub const MAX_RECIPIENTS: usize = 16;

/// An age X25519 recipient; as text `age1...` (C2SP age.md, "X25519 recipient stanza").
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(age::x25519::Recipient);

/// A text that is not an age X25519 recipient that can be sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an age recipient that can be sealed to: expected \"age1\" and 58 letters and digits")]
pub struct NotARecipient;

impl NotARecipient {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "recipient.not_a_recipient"
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        "copy the recipient again from the card of the host"
    }
}

impl FromStr for Recipient {
    type Err = NotARecipient;

    /// Reads exactly what [`fmt::Display`] writes: lower case, no bits behind the last byte.
    ///
    /// A point of low order is refused: with it, the shared secret is known to everyone (RFC 7748,
    /// section 6.1).
    fn from_str(text: &str) -> Result<Self, NotARecipient> {
        let recipient: age::x25519::Recipient = text.parse().map_err(|_| NotARecipient)?;
        let point = point(text).ok_or(NotARecipient)?;
        if is_of_low_order(point) { Err(NotARecipient) } else { Ok(Self(recipient)) }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The secret that opens what was sealed to its [`Recipient`].
///
/// Kept as a [`SecretKey`](super::SecretKey) is; as text `AGE-SECRET-KEY-1...`, so that the age
/// tools can open a sealed key's age file with it.
///
/// ```compile_fail,E0277
/// fn needs<T: Clone>() {}
/// needs::<brainswap::key::RecipientIdentity>();
/// ```
pub struct RecipientIdentity(Box<age::x25519::Identity>);

impl RecipientIdentity {
    /// A new identity from the operating system's generator.
    ///
    /// # Errors
    ///
    /// [`SealedError::NoRandomness`].
    pub fn generate() -> Result<Self, SealedError> {
        check_randomness()?;
        Ok(Self(Box::new(age::x25519::Identity::generate())))
    }

    /// The identity with this text.
    ///
    /// # Errors
    ///
    /// [`NotARecipient`], which says nothing of the text (R9).
    pub fn from_text(text: &SecretString) -> Result<Self, NotARecipient> {
        let identity = text.expose_secret().parse().map(Box::new).map_err(|_| NotARecipient)?;
        Ok(Self(identity))
    }

    /// The recipient; it may be shown.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The text, for sealing and for nothing else.
    pub(super) fn expose_for_sealing(&self) -> SecretString {
        self.0.to_string()
    }

    /// Opens an age file that was made for this identity's recipient.
    pub(super) fn open(&self, age_file: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let broken = |_| damaged("the age file");
        let mut reader = Decryptor::new_buffered(age_file)
            .and_then(|file| file.decrypt(iter::once(&*self.0 as _)))
            .map_err(|error| match matches!(error, DecryptError::NoMatchingKeys) {
                true => SealedError::NotForThisRecipient { recipient: self.recipient() },
                false => damaged("the age file"),
            })?;
        // The plaintext is shorter than its file: with the room made first, no copy is left behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(age_file.len()));
        let mut piece = Zeroizing::new([0; 256]);
        loop {
            let length = reader.read(piece.as_mut()).map_err(broken)?;
            match piece.get(..length) {
                Some([]) => return Ok(plain),
                Some(bytes) if plain.len() + length <= MAX_CONTAINER => plain.extend(bytes),
                _ => return Err(damaged("the age file")),
            }
        }
    }
}

/// Only the recipient (R9).
impl fmt::Debug for RecipientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecipientIdentity")
            .field("recipient", &self.recipient())
            .finish_non_exhaustive()
    }
}

/// Makes an age file that each of the recipients can open.
pub(super) fn seal(recipients: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, SealedError> {
    if recipients.is_empty() || recipients.len() > MAX_RECIPIENTS {
        return Err(SealedError::Recipients { got: recipients.len(), most: MAX_RECIPIENTS });
    }
    check_randomness()?;
    let encryptor =
        Encryptor::with_recipients(recipients.iter().map(|recipient| &recipient.0 as _))
            .map_err(|_| damaged("the recipients"))?;
    write(encryptor, plain).map_err(|_| damaged("the age file"))
}

fn write(encryptor: Encryptor, plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut writer = encryptor.wrap_output(&mut file)?;
    writer.write_all(plain)?;
    writer.finish()?;
    Ok(file)
}

/// The age crate panics without random bytes; this asks before it does.
fn check_randomness() -> Result<(), SealedError> {
    getrandom::fill(&mut [0; 1]).map_err(|_| SealedError::NoRandomness)
}

/// The 32 bytes in a recipient's text, whose form was checked before (BIP 173, "Bech32").
fn point(text: &str) -> Option<[u8; 32]> {
    const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const CHECKSUM: usize = 6;
    let data = text.strip_prefix("age1")?.as_bytes();
    let mut point = Vec::with_capacity(32);
    let (mut bits, mut count) = (0_u16, 0);
    for letter in data.get(..data.len().checked_sub(CHECKSUM)?)? {
        let value = LETTERS.iter().position(|known| known == letter)?;
        bits = (bits << 5) | u16::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            point.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    point.try_into().ok()
}

/// Whether X25519 with this u-coordinate always gives zero.
///
/// The u-coordinates of the points of order 1, 2, 4 and 8 of Curve25519 and its twist, with the two
/// that are not reduced (D. J. Bernstein, "Curve25519", "validate"). X25519 ignores the top bit.
fn is_of_low_order(mut point: [u8; 32]) -> bool {
    const ORDER_8: [&str; 2] = [
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    ];
    point[31] &= 0x7f;
    let [low, middle @ .., high] = point;
    let all = |value| middle.iter().all(|byte| *byte == value);
    let near_zero = low <= 1 && all(0) && high == 0; // 0 and 1
    let near_prime = (0xec..=0xee).contains(&low) && all(0xff) && high == 0x7f; // p-1, p and p+1
    let text: String = const_hex::encode(point);
    near_zero || near_prime || ORDER_8.contains(&text.as_str())
}
