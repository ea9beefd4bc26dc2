//! Key: an OpenSSH public key as a `PublicKey`.

use super::{APPLICATION, NotOpenSsh, check_length, refusal::shown};
use crate::PublicKey;
use ssh_key::{Algorithm, EcdsaCurve, public::KeyData};

/// Reads a line of a `.pub` file: `<kind> <base64> <comment>`. The comment is not kept.
///
/// # Errors
///
/// [`NotOpenSsh`]: no such line, or a kind, an application or a point that is not taken.
pub fn public_key(line: &str) -> Result<PublicKey, NotOpenSsh> {
    check_length(line.len())?;
    let line = line.trim();
    if line.contains('\n') {
        return Err(NotOpenSsh::NotAKey); // more than one
    }
    if let Some((kind, key)) = line.split_once(' ')
        && key.starts_with("AAAA")
    // three bytes of the name's length
    {
        check_kind(kind)?;
    }
    let read = ssh_key::PublicKey::from_openssh(line).map_err(|_| NotOpenSsh::NotAKey)?;
    from_key_data(read.key_data())
}

/// The key in a line or in a signature.
pub(super) fn from_key_data(data: &KeyData) -> Result<PublicKey, NotOpenSsh> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the kinds that are not taken can be more")]
    let key = match data {
        KeyData::Ed25519(key) => PublicKey::Ed25519(key.0),
        KeyData::Ecdsa(key) if is_taken(&key.algorithm()) => {
            PublicKey::P256(compressed(key.as_sec1_bytes())?)
        }
        KeyData::SkEd25519(key) => {
            check_application(key.application())?;
            PublicKey::SkEd25519(key.public_key().0)
        }
        KeyData::SkEcdsaSha2NistP256(key) => {
            check_application(key.application())?;
            PublicKey::SkP256(compressed(key.ec_point().as_bytes())?)
        }
        other => return Err(refused_kind(other.algorithm().as_str())),
    };
    key.checked().map_err(|_| NotOpenSsh::Point)
}

/// Refuses the name of a kind that is not taken; of certificates, `ssh-key` would not say what
/// they are.
pub(super) fn check_kind(name: &str) -> Result<(), NotOpenSsh> {
    let taken = name.parse().is_ok_and(|kind| is_taken(&kind));
    if taken { Ok(()) } else { Err(refused_kind(name)) }
}

fn refused_kind(name: &str) -> NotOpenSsh {
    NotOpenSsh::KeyKind { got: shown(name) }
}

const fn is_taken(kind: &Algorithm) -> bool {
    matches!(
        kind,
        Algorithm::Ed25519
            | Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 }
            | Algorithm::SkEd25519
            | Algorithm::SkEcdsaSha2NistP256
    )
}

fn check_application(got: &str) -> Result<(), NotOpenSsh> {
    if got == APPLICATION { Ok(()) } else { Err(NotOpenSsh::Application { got: shown(got) }) }
}

/// The short form of a point that is written in the long one, as OpenSSH writes every point.
fn compressed(point: &[u8]) -> Result<[u8; 33], NotOpenSsh> {
    let key = match point {
        [4, ..] => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok(),
        _ => None,
    };
    let short = key.map(|key| key.to_sec1_point(true));
    short.and_then(|short| short.as_bytes().try_into().ok()).ok_or(NotOpenSsh::Point)
}
