//! OpenSSH: public keys as `ssh-keygen` writes them, and signatures as `ssh-keygen -Y sign` makes them.
//!
//! | OpenSSH's key | here |
//! |---|---|
//! | `ssh-ed25519` | [`PublicKey::Ed25519`] |
//! | `ecdsa-sha2-nistp256` | [`PublicKey::P256`] |
//! | `sk-ssh-ed25519@openssh.com` | [`PublicKey::SkEd25519`] |
//! | `sk-ecdsa-sha2-nistp256@openssh.com` | [`PublicKey::SkP256`] |
//!
//! The two last are FIDO keys: their device signs other bytes, with a counter and with whether
//! somebody touched it. All other kinds are refused.
//!
//! `ssh-key` reads the texts and the bytes, and makes the bytes that are signed. The signature of
//! the curve is checked by [`PublicKey::verify`] as every other one, and presence is checked here.
//! Sources: OpenSSH PROTOCOL.sshsig, PROTOCOL.u2f, and RFC 4251, section 5.
//!
//! [`PublicKey::verify`]: crate::PublicKey::verify
//! [`PublicKey::Ed25519`]: crate::PublicKey::Ed25519
//! [`PublicKey::P256`]: crate::PublicKey::P256
//! [`PublicKey::SkEd25519`]: crate::PublicKey::SkEd25519
//! [`PublicKey::SkP256`]: crate::PublicKey::SkP256

mod key;
mod refusal;
mod signature;

pub use self::{key::public_key, refusal::NotOpenSsh, signature::SshSignature};

/// The namespace that an approval is signed in: `ssh-keygen -Y sign -n brainswap`.
///
/// It has no version: what is signed names the document's kind and version itself.
pub const NAMESPACE: &str = "brainswap";

/// The application that a FIDO key must belong to, which is what `ssh-keygen` takes by itself.
///
/// An application is a part of what is signed. A [`PublicKey`](crate::PublicKey) has no room for
/// it, so one point with two applications would be one approver with two keys.
pub const APPLICATION: &str = "ssh:";

/// The longest text and the longest signature that are read, in bytes.
pub const MAX_OPENSSH: usize = 16 << 10;

/// Refuses what is longer than [`MAX_OPENSSH`].
const fn check_length(got: usize) -> Result<(), NotOpenSsh> {
    if got > MAX_OPENSSH { Err(NotOpenSsh::TooLong { got }) } else { Ok(()) }
}
