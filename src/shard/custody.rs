//! Custody: shards are age files; each is encrypted to one custodian and opens for him alone.
//!
//! The files are those of `age` (C2SP `age.md`, version 1): any tool that reads them opens them
//! with the custodian's key, without this crate. A passphrase has a fixed cost, so that a slow
//! offline machine can still open what a fast one made.

mod identity;
mod piv;
mod recipient;

pub use self::{
    identity::CustodianIdentity,
    piv::{PivDevice, PivFailed},
    recipient::{CustodianRecipient, NotACustodianRecipient},
};

use super::{Generation, NotOfGeneration, NotRead, PASSPHRASE, Parcel, Plan, Seat, Share};
use age::{DecryptError, Decryptor, Encryptor, armor::ArmoredReader};
use alloc::vec::Vec;
use core::iter;
use secrecy::SecretString;
use std::io::{self, BufReader, Read as _, Write as _};
use zeroize::Zeroizing;

/// The largest shard that is read, in bytes.
pub const MAX_SHARD: usize = 16 * 1024;

/// The most bytes that a shard holds.
const MAX_PLAIN: usize = 4096;

/// The cost of a passphrase: 2^18 iterations of scrypt, about a second.
const WORK_FACTOR: u8 = 18;

/// The highest cost that is paid to open a file, as in other age tools.
const MAX_WORK_FACTOR: u8 = 22;

/// Why a shard was not made or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOpened {
    /// The file is larger than a shard can be.
    #[error("the file has {got} bytes; at most {MAX_SHARD} are read")]
    TooLarge {
        /// What came.
        got: usize,
    },
    /// It is not an age file, or it is cut off or changed.
    #[error("the file is not a whole age file")]
    Damaged,
    /// It is encrypted to somebody else.
    #[error("the file is not encrypted to {who}")]
    NoMatch {
        /// Whose key was tried.
        who: &'static str,
    },
    /// Its passphrase would cost more than is paid.
    #[error("the passphrase costs 2^{got}; at most 2^{MAX_WORK_FACTOR} is paid")]
    Work {
        /// What it would cost.
        got: u8,
    },
    /// The device did not do its part.
    #[error(transparent)]
    Device(#[from] PivFailed),
    /// A recipient of the plan cannot be encrypted to by this build.
    #[error(transparent)]
    Recipient(#[from] NotACustodianRecipient),
    /// The custodian opens with a passphrase, and none was given; or the other way round.
    #[error("seat {seat} {needs}")]
    Passphrase {
        /// Which seat.
        seat: Seat,
        /// What it needs.
        needs: &'static str,
    },
    /// There is no such seat in the plan.
    #[error("there is no seat {seat} in the plan")]
    NoSeat {
        /// Which.
        seat: Seat,
    },
    /// Inside is no share or parcel.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// Inside is another share than the generation's.
    #[error(transparent)]
    Share(#[from] NotOfGeneration),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

impl NotOpened {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "custody.too_large",
            Self::Damaged => "custody.damaged",
            Self::NoMatch { .. } => "custody.no_match",
            Self::Work { .. } => "custody.work",
            Self::Device(error) => error.code(),
            Self::Recipient(error) => error.code(),
            Self::Passphrase { .. } => "custody.passphrase",
            Self::NoSeat { .. } => "custody.no_seat",
            Self::NotRead(error) => error.code(),
            Self::Share(error) => error.code(),
            Self::NoRandomness => "custody.no_randomness",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NoMatch { .. } => "check whose shard it is; try the custodian's other key",
            Self::TooLarge { .. } | Self::Damaged | Self::Work { .. } => {
                "set it aside; take another copy of the shard"
            }
            Self::Device(_) => "check that the device is connected, then try again",
            Self::Recipient(_) | Self::Passphrase { .. } | Self::NoSeat { .. } => {
                "nothing was written; look at the custodian's recipients in the plan"
            }
            Self::NotRead(error) => error.advice(),
            Self::Share(error) => error.advice(),
            Self::NoRandomness => "nothing was written; use another machine",
        }
    }
}

/// Encrypts a share to the recipients that the generation's plan names for its seat, and to no
/// others. A custodian who opens with a passphrase gives it here.
///
/// # Errors
///
/// [`NotOpened`].
pub fn seal_share(
    share: &Share,
    generation: &Generation,
    passphrase: Option<&SecretString>,
) -> Result<Vec<u8>, NotOpened> {
    generation.check(share)?;
    seal_to_seat(generation.plan(), share.seat(), &share.to_bytes(), passphrase)
}

/// Encrypts a parcel to the seat it is for, by the plan that the seat belongs to.
///
/// # Errors
///
/// [`NotOpened`].
pub fn seal_parcel(
    parcel: &Parcel,
    plan: &Plan,
    passphrase: Option<&SecretString>,
) -> Result<Vec<u8>, NotOpened> {
    seal_to_seat(plan, parcel.to(), &parcel.to_bytes(), passphrase)
}

/// Encrypts a share to one recipient more: the machine that combines, as an approved request names
/// it. The custodian compares its words on both screens before he does.
///
/// # Errors
///
/// [`NotOpened`].
pub fn hand_over(share: &Share, recipient: &CustodianRecipient) -> Result<Vec<u8>, NotOpened> {
    seal(core::slice::from_ref(recipient), &share.to_bytes())
}

/// Opens a shard and checks the share inside, alone, against the generation.
///
/// # Errors
///
/// [`NotOpened`].
pub fn open_share(
    file: &[u8],
    identity: &CustodianIdentity,
    generation: &Generation,
) -> Result<Share, NotOpened> {
    let share = Share::from_bytes(&open(file, identity)?)?;
    generation.check(&share)?;
    Ok(share)
}

/// Opens a parcel; [`Succession::receive`](super::Succession::receive) says whether it is right.
///
/// # Errors
///
/// [`NotOpened`].
pub fn open_parcel(file: &[u8], identity: &CustodianIdentity) -> Result<Parcel, NotOpened> {
    Ok(Parcel::from_bytes(&open(file, identity)?)?)
}

/// Opens an age file, binary or armored, of at most 4096 bytes inside.
///
/// # Errors
///
/// [`NotOpened`]; nothing of the content shows in it.
pub fn open(file: &[u8], identity: &CustodianIdentity) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    if file.len() > MAX_SHARD {
        return Err(NotOpened::TooLarge { got: file.len() });
    }
    let who = identity.who();
    let refused = |error| match error {
        DecryptError::NoMatchingKeys => NotOpened::NoMatch { who },
        DecryptError::ExcessiveWork { required, .. } => NotOpened::Work { got: required },
        DecryptError::DecryptionFailed if identity.is_passphrase() => NotOpened::NoMatch { who },
        DecryptError::DecryptionFailed
        | DecryptError::InvalidHeader
        | DecryptError::InvalidMac
        | DecryptError::Io(_)
        | DecryptError::KeyDecryptionFailed
        | DecryptError::UnknownFormat
        | _ => identity.failed().map_or(NotOpened::Damaged, NotOpened::Device),
    };
    let mut binary = Vec::with_capacity(file.len());
    let mut armored = ArmoredReader::new(BufReader::new(file));
    armored.read_to_end(&mut binary).map_err(|_| NotOpened::Damaged)?;
    if !has_short_last_lines(&binary) {
        return Err(NotOpened::Damaged);
    }
    let decryptor = Decryptor::new_buffered(binary.as_slice()).map_err(refused)?;
    let mut reader =
        identity.with(|identity| decryptor.decrypt(iter::once(identity))).map_err(refused)?;
    // With the room made first, no copy is left behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(MAX_PLAIN));
    let mut piece = Zeroizing::new([0; 256]);
    loop {
        let length = reader.read(piece.as_mut()).map_err(|_| NotOpened::Damaged)?;
        match piece.get(..length) {
            Some([]) => return Ok(plain),
            Some(bytes) if plain.len().saturating_add(length) <= MAX_PLAIN => plain.extend(bytes),
            _ => return Err(NotOpened::TooLarge { got: file.len() }),
        }
    }
}

/// Whether every stanza ends with a line of fewer than 64 letters, as the format demands. The age
/// crate also takes an older form, which other tools refuse.
fn has_short_last_lines(file: &[u8]) -> bool {
    let mut last_is_full = false;
    for line in file.split(|byte| *byte == b'\n') {
        let ends_stanza = line.starts_with(b"-> ") || line.starts_with(b"---");
        if ends_stanza && last_is_full {
            return false;
        }
        if line.starts_with(b"---") {
            return true;
        }
        last_is_full = !ends_stanza && line.len() == 64;
    }
    true
}

/// Encrypts to each of these recipients.
///
/// # Errors
///
/// [`NotOpened::NoRandomness`].
pub fn seal(recipients: &[CustodianRecipient], plain: &[u8]) -> Result<Vec<u8>, NotOpened> {
    check_randomness()?;
    let recipients = recipients.iter().map(CustodianRecipient::as_age);
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_| NotOpened::Damaged)?;
    write(encryptor, plain)
}

/// Encrypts with a passphrase.
///
/// # Errors
///
/// [`NotOpened::NoRandomness`].
pub fn seal_with_passphrase(passphrase: &SecretString, plain: &[u8]) -> Result<Vec<u8>, NotOpened> {
    check_randomness()?;
    let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor =
        Encryptor::with_recipients(iter::once(&recipient as _)).map_err(|_| NotOpened::Damaged)?;
    write(encryptor, plain)
}

/// The recipient that a restore's request names, if it names one.
///
/// # Errors
///
/// [`NotACustodianRecipient`].
pub fn recipient_of(
    request: &crate::evidence::Approved<super::Unseal>,
) -> Result<Option<CustodianRecipient>, NotACustodianRecipient> {
    request.document().recipient.as_deref().map(str::parse).transpose()
}

fn seal_to_seat(
    plan: &Plan,
    seat: Seat,
    plain: &[u8],
    passphrase: Option<&SecretString>,
) -> Result<Vec<u8>, NotOpened> {
    let custodian = plan.custodian(seat).ok_or(NotOpened::NoSeat { seat })?;
    let by_passphrase = custodian.recipients.iter().any(|recipient| recipient == PASSPHRASE);
    match (by_passphrase, passphrase) {
        (true, Some(passphrase)) => seal_with_passphrase(passphrase, plain),
        (true, None) => Err(NotOpened::Passphrase { seat, needs: "opens with a passphrase" }),
        (false, Some(_)) => {
            Err(NotOpened::Passphrase { seat, needs: "does not open with a passphrase" })
        }
        (false, None) => {
            let recipients: Result<Vec<CustodianRecipient>, _> =
                custodian.recipients.iter().map(|text| text.parse()).collect();
            seal(&recipients?, plain)
        }
    }
}

fn write(encryptor: Encryptor, plain: &[u8]) -> Result<Vec<u8>, NotOpened> {
    let written = || -> io::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut writer = encryptor.wrap_output(&mut file)?;
        writer.write_all(plain)?;
        writer.finish()?;
        Ok(file)
    };
    written().map_err(|_| NotOpened::Damaged)
}

/// The age crate panics without random bytes; this asks before it does.
fn check_randomness() -> Result<(), NotOpened> {
    getrandom::fill(&mut [0; 1]).map_err(|_| NotOpened::NoRandomness)
}
