//! Refusal: why a key or a signature of OpenSSH is not taken, and what to do instead.

use super::{APPLICATION, MAX_OPENSSH, NAMESPACE};
use crate::PublicKey;
use alloc::string::String;

/// The most characters of a foreign name that a refusal repeats.
const SHOWN: usize = 64;

/// Why a text or bytes are not a key or a signature of OpenSSH that counts here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOpenSsh {
    /// More bytes than are read.
    #[error("{got} bytes; at most {MAX_OPENSSH} are read")]
    TooLong {
        /// How many came.
        got: usize,
    },
    /// The text is no public key.
    #[error("not a line of a public key file (<kind> <base64> <comment>)")]
    NotAKey,
    /// The bytes, or the text around them, are no signature, or not written as OpenSSH writes it.
    #[error("not an SSH signature, or not written as ssh-keygen writes it")]
    NotASignature,
    /// RSA, DSA, a certificate, another curve, or a kind that is not known.
    #[error("{got:?} keys are not taken; ssh-ed25519, ecdsa-sha2-nistp256 and their sk- kinds are")]
    KeyKind {
        /// Its name, or how it begins.
        got: String,
    },
    /// A FIDO key of another application.
    #[error("the FIDO key belongs to the application {got:?}; {APPLICATION:?} is needed")]
    Application {
        /// Its application, or how it begins.
        got: String,
    },
    /// The key's bytes are not a usable point of its curve.
    #[error("the key is not a usable point of its curve")]
    Point,
    /// A version of the signature format that is not known.
    #[error("the signature has version {got}; version 1 is read")]
    Version {
        /// Its version.
        got: u32,
    },
    /// The signature was made for something else.
    #[error("the signature was made with -n {got:?}; -n {NAMESPACE:?} is needed")]
    Namespace {
        /// Its namespace, or how it begins.
        got: String,
    },
    /// The reserved field says something.
    #[error("the signature's reserved field is not empty")]
    Reserved,
    /// An algorithm that OpenSSH does not use for such a key: of the hash, or of the signature.
    #[error("the signature names a hash or a kind of signature that does not belong to its key")]
    Algorithm,
    /// Nobody touched the device.
    #[error("the FIDO key signed without a touch")]
    NotPresent,
    /// The signature does not match.
    #[error("the signature of {key} does not match the document")]
    BadSignature {
        /// Whose it says it is.
        key: PublicKey,
    },
}

impl NotOpenSsh {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "openssh.too_long",
            Self::NotAKey => "openssh.not_a_key",
            Self::NotASignature => "openssh.not_a_signature",
            Self::KeyKind { .. } => "openssh.key_kind",
            Self::Application { .. } => "openssh.application",
            Self::Point => "openssh.point",
            Self::Version { .. } => "openssh.version",
            Self::Namespace { .. } => "openssh.namespace",
            Self::Reserved => "openssh.reserved",
            Self::Algorithm => "openssh.algorithm",
            Self::NotPresent => "openssh.not_present",
            Self::BadSignature { .. } => "openssh.bad_signature",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NotAKey | Self::TooLong { .. } => {
                "give the one line of the .pub file, or the whole .sig file"
            }
            Self::NotASignature => "give the .sig file as ssh-keygen wrote it",
            Self::KeyKind { .. } | Self::Point => {
                "make a key for approvals with ssh-keygen -t ed25519 or -t ed25519-sk"
            }
            Self::Application { .. } => {
                "make a FIDO key for approvals without -O application: ssh-keygen -t ed25519-sk"
            }
            Self::Version { .. } | Self::Reserved | Self::Algorithm | Self::Namespace { .. } => {
                "sign the file again: ssh-keygen -Y sign -n brainswap -f <key> <file>"
            }
            Self::NotPresent => {
                "use a FIDO key that needs a touch (made without -O no-touch-required)"
            }
            Self::BadSignature { .. } => {
                "compare the document's id with the one reviewed, write its bytes anew, sign those"
            }
        }
    }
}

/// The beginning of a name that came from outside.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(SHOWN).collect()
}
