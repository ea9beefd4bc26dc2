//! Message: what a server signs, the part that is signed, and the bytes that travel.

use super::{
    ack::Ack,
    block_signature::BlockSignature,
    bytes::Bytes,
    eom::{EOM_UNSIGNED, Eom},
    full_signature::FullSignature,
    header::{BlockHeader, HEADER},
    heartbeat::Heartbeat,
    identity::ChainId,
    refuse,
    timestamp::Timestamp,
};
use crate::{BadSignature, Digest, ports::NotRead};
use alloc::{format, vec::Vec};
use sha2::{Digest as _, Sha256};

/// The first byte of a message: its type (factomd `common/constants`).
pub(super) const EOM: u8 = 0;
pub(super) const ACK: u8 = 1;
pub(super) const BLOCK_SIGNATURE: u8 = 7;
pub(super) const HEARTBEAT: u8 = 10;

/// What a server signs. Messages of elections and of authority changes are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A block's header alone.
    Header(BlockHeader),
    /// A header with its signature.
    BlockSignature(BlockSignature),
    /// The end of a minute.
    Eom(Eom),
    /// An acknowledgement.
    Ack(Ack),
    /// A heartbeat.
    Heartbeat(Heartbeat),
}

/// A message as it travels: with its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedMessage {
    /// The message; never a header alone.
    pub message: Message,
    /// Over the part of the message that is signed.
    pub signature: FullSignature,
}

impl Message {
    /// Reads a message without its signature, or a header of 113 bytes.
    ///
    /// That is the part that is signed; and for the end of a minute also what stands beside it:
    /// height, system height and system hash.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly those that [`to_unsigned`](Self::to_unsigned)
    /// makes of one message.
    pub fn from_unsigned(bytes: &[u8]) -> Result<Self, NotRead> {
        let mut rest = Bytes::new(bytes);
        let message = match (bytes.first(), bytes.len()) {
            (Some(_), HEADER) => Self::Header(BlockHeader::take(&mut rest)?),
            (Some(&EOM), EOM_UNSIGNED) => Self::Eom(Eom::take(&mut rest)?),
            (Some(&ACK), _) => Self::Ack(Ack::take(&mut rest)?),
            (Some(&BLOCK_SIGNATURE), _) => Self::BlockSignature(BlockSignature::take(&mut rest)?),
            (Some(&HEARTBEAT), _) => Self::Heartbeat(Heartbeat::take(&mut rest)?),
            (Some(&EOM), got) => {
                let reason = format!(
                    "it has {got} bytes: a header has {HEADER}, an EOM with its height {EOM_UNSIGNED}"
                );
                return Err(refuse(reason));
            }
            (Some(kind), _) => return Err(refuse(format!("type {kind} is not signed here"))),
            (None, _) => return Err(refuse("it is empty")),
        };
        rest.end()?;
        Ok(message)
    }

    /// The message without its signature.
    #[must_use]
    pub fn to_unsigned(&self) -> Vec<u8> {
        let mut bytes = self.signed_bytes();
        if let Self::Eom(eom) = self {
            eom.put_beside(&mut bytes);
        }
        bytes
    }

    /// The part that the key is put to.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        match self {
            Self::Header(header) => header.to_bytes(),
            Self::BlockSignature(signature) => signature.signed_bytes(),
            Self::Eom(eom) => eom.signed_bytes(),
            Self::Ack(ack) => ack.signed_bytes(),
            Self::Heartbeat(heartbeat) => heartbeat.signed_bytes(),
        }
    }

    /// The SHA-256 of the signed part: the message's name on the network.
    #[must_use]
    pub fn message_hash(&self) -> [u8; 32] {
        Sha256::digest(self.signed_bytes()).into()
    }

    /// What two messages at one place are compared by: the header of a block; an acknowledgement
    /// without its time and salt; of everything else the whole signed part.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Self::Header(header) => header.digest(),
            Self::BlockSignature(signature) => signature.header.digest(),
            Self::Ack(ack) => {
                let still =
                    Ack { timestamp: Timestamp::ZERO, salt: [0; 8], salt_number: 0, ..*ack };
                Digest::of(&still.signed_bytes())
            }
            Self::Eom(_) | Self::Heartbeat(_) => Digest::of(&self.signed_bytes()),
        }
    }

    /// Whose message it is; a header alone does not say.
    #[must_use]
    pub const fn identity(&self) -> Option<ChainId> {
        match self {
            Self::Header(_) => None,
            Self::BlockSignature(signature) => Some(signature.identity),
            Self::Eom(eom) => Some(eom.identity),
            Self::Ack(ack) => Some(ack.leader),
            Self::Heartbeat(heartbeat) => Some(heartbeat.identity),
        }
    }

    /// The header in it, if there is one.
    #[must_use]
    pub const fn header(&self) -> Option<&BlockHeader> {
        match self {
            Self::Header(header) => Some(header),
            Self::BlockSignature(signature) => Some(&signature.header),
            Self::Eom(_) | Self::Ack(_) | Self::Heartbeat(_) => None,
        }
    }
}

impl SignedMessage {
    /// Reads a message as it travels. The signature is not checked: see [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly one message with its signature.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let mut rest = Bytes::new(bytes);
        let message = match bytes.first() {
            Some(&EOM) => Message::Eom(Eom::take(&mut rest)?),
            Some(&ACK) => Message::Ack(Ack::take(&mut rest)?),
            Some(&BLOCK_SIGNATURE) => Message::BlockSignature(BlockSignature::take(&mut rest)?),
            Some(&HEARTBEAT) => Message::Heartbeat(Heartbeat::take(&mut rest)?),
            Some(kind) => return Err(refuse(format!("type {kind} is not signed here"))),
            None => return Err(refuse("it is empty")),
        };
        if is_marked(&message) {
            rest.exactly(1, "it has no signature")?;
        }
        let signature = FullSignature::take(&mut rest)?;
        rest.end()?;
        Ok(Self { message, signature })
    }

    /// The message as it travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.message.to_unsigned();
        if is_marked(&self.message) {
            bytes.push(1);
        }
        bytes.extend(self.signature.to_bytes());
        bytes
    }

    /// Checks the signature over the part that is signed.
    ///
    /// # Errors
    ///
    /// [`BadSignature`].
    pub fn verify(&self) -> Result<(), BadSignature> {
        self.signature.verify(&self.message.signed_bytes())
    }
}

/// Whether a byte says that a signature follows.
const fn is_marked(message: &Message) -> bool {
    match message {
        Message::Eom(_) | Message::Ack(_) => true,
        Message::Header(_) | Message::BlockSignature(_) | Message::Heartbeat(_) => false,
    }
}
