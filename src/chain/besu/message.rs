//! Message: what a validator of QBFT or IBFT 2.0 signs, as it is before it is hashed.

use super::{
    BesuError, Form, Header, Prepared, Proposal, Protocol, extra_data::SEAL, round_change,
    signed::checked_signature,
};
use crate::{
    Digest, Lane, Position,
    chain::{
        address::keccak,
        rlp::{self, Fields, push},
    },
};
use alloc::vec::Vec;
use alloy_rlp::Encodable as _;

/// The most bytes that a message may have: as many as devp2p carries.
pub const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// The highest round: Besu counts rounds in a Java `int`.
pub const MAX_ROUND: u32 = i32::MAX as u32;

/// The highest height: Besu counts blocks in a Java `long`.
const MAX_HEIGHT: u64 = i64::MAX as u64;

/// The types of messages, in the order of their lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A block, proposed for a round.
    Proposal,
    /// "I hold the proposal for valid."
    Prepare,
    /// "I have seen a quorum of prepares."
    Commit,
    /// The seal that a commit carries and that the block keeps.
    CommitSeal,
    /// "The round has taken too long": for the round that begins.
    RoundChange,
}

impl Kind {
    /// The lane of the type.
    #[must_use]
    pub const fn lane(self) -> Lane {
        Lane::new(match self {
            Self::Proposal => 0,
            Self::Prepare => 1,
            Self::Commit => 2,
            Self::CommitSeal => 3,
            Self::RoundChange => 4,
        })
    }

    /// The number of the type in a protocol; a commit seal is no message of its own.
    #[must_use]
    pub const fn code(self, protocol: Protocol) -> Option<u8> {
        let first = match protocol {
            Protocol::Qbft => 0x12,
            Protocol::Ibft2 => 0,
        };
        match self {
            Self::Proposal => Some(first),
            Self::Prepare => Some(first + 1),
            Self::Commit => Some(first + 2),
            Self::RoundChange => Some(first + 3),
            Self::CommitSeal => None,
        }
    }

    /// The type with this number.
    pub(super) fn of_code(protocol: Protocol, code: u8) -> Result<Self, BesuError> {
        let kinds = [Self::Proposal, Self::Prepare, Self::Commit, Self::RoundChange];
        let found = kinds.into_iter().find(|kind| kind.code(protocol) == Some(code));
        found.ok_or(BesuError::Type { got: code })
    }
}

/// Where a message stands: the height of its block, and the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View {
    height: u64,
    round: u32,
}

impl View {
    /// The view of a height and round.
    ///
    /// # Errors
    ///
    /// [`BesuError::Height`] unless the height is 1 to 2^63 - 1, [`BesuError::Round`] if the round
    /// is above [`MAX_ROUND`].
    pub fn new(height: u64, round: u32) -> Result<Self, BesuError> {
        Ok(Self { height: checked_height(height)?, round: checked_round(round)? })
    }

    /// The height: the number of the block that is decided.
    #[must_use]
    pub const fn height(self) -> u64 {
        self.height
    }

    /// The round within the height, from 0.
    #[must_use]
    pub const fn round(self) -> u32 {
        self.round
    }

    /// The same height in another round.
    pub(super) const fn in_round(self, round: u32) -> Self {
        Self { round, ..self }
    }

    /// The position in a lane.
    #[must_use]
    pub const fn position(self) -> Position {
        Position::new(self.height, self.round, 0)
    }
}

/// A message of QBFT or IBFT 2.0 that a validator signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    protocol: Protocol,
    view: View,
    body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    Proposal(Proposal),
    Prepare { block: [u8; 32] },
    Commit { block: [u8; 32], seal: [u8; SEAL] },
    CommitSeal(Header),
    RoundChange(Option<Prepared>),
}

impl Message {
    /// A prepare of the block with this hash.
    #[must_use]
    pub const fn prepare(protocol: Protocol, view: View, block: [u8; 32]) -> Self {
        Self { protocol, view, body: Body::Prepare { block } }
    }

    /// A commit of the block with this hash, with the seal that was made for it.
    ///
    /// # Errors
    ///
    /// [`BesuError::Signature`] if the seal has no form of one.
    pub fn commit(
        protocol: Protocol,
        view: View,
        block: [u8; 32],
        seal: [u8; SEAL],
    ) -> Result<Self, BesuError> {
        checked_signature("commit seal", &seal)?;
        Ok(Self { protocol, view, body: Body::Commit { block, seal } })
    }

    /// A round change, by a validator that has prepared this block or none.
    ///
    /// # Errors
    ///
    /// [`BesuError::Round`] if the round is 0 or the block was prepared in no lower one,
    /// [`BesuError::Other`] if a certificate is there in QBFT, or missing in IBFT 2.0.
    pub fn round_change(
        protocol: Protocol,
        view: View,
        prepared: Option<Prepared>,
    ) -> Result<Self, BesuError> {
        round_change::check(protocol, view, prepared.as_ref())?;
        Ok(Self { protocol, view, body: Body::RoundChange(prepared) })
    }

    /// A proposal of IBFT 2.0, which signs the block's hash alone.
    #[must_use]
    pub const fn ibft2_proposal(view: View, block: [u8; 32]) -> Self {
        let body = Body::Proposal(Proposal::of_hash(block));
        Self { protocol: Protocol::Ibft2, view, body }
    }

    /// The commit seal of the block with this header, which has no seals.
    ///
    /// # Errors
    ///
    /// [`BesuError::Height`], [`BesuError::Sealed`].
    pub fn commit_seal(header: Header) -> Result<Self, BesuError> {
        let header = header.checked_unsealed()?;
        let view = View::new(header.number(), header.round())?;
        Ok(Self { protocol: header.protocol(), view, body: Body::CommitSeal(header) })
    }

    /// Reads exactly the bytes whose Keccak-256 a validator signs.
    ///
    /// # Errors
    ///
    /// [`BesuError`].
    pub fn from_preimage(protocol: Protocol, bytes: &[u8]) -> Result<Self, BesuError> {
        if bytes.len() > MAX_MESSAGE {
            return Err(BesuError::TooLarge { got: bytes.len(), most: MAX_MESSAGE });
        }
        let message = match protocol {
            Protocol::Qbft => {
                let mut fields = Fields::of_list(bytes).ok_or(NOT_ONE)?;
                if fields.rest().first() == Some(&(0x80 + 32)) {
                    return Self::seal_of(protocol, bytes); // it begins with the parent's hash
                }
                let code = fields.integer("type", u8::BITS)?;
                let payload = fields.list("payload")?;
                if !fields.is_empty() {
                    return Err(BesuError::TooManyFields { what: "message" });
                }
                Self::from_payload(protocol, Kind::of_code(protocol, code)?, payload)?
            }
            Protocol::Ibft2 => match bytes.split_first() {
                Some((code @ ..0xc0, payload)) => {
                    let kind = Kind::of_code(protocol, *code)?;
                    let payload = Fields::of_list(payload).ok_or(NOT_ONE)?;
                    Self::from_payload(protocol, kind, payload)?
                }
                Some(_) => return Self::seal_of(protocol, bytes),
                None => return Err(NOT_ONE),
            },
        };
        // What is hashed is the re-encoding: a decoder that forgives may not make two of one.
        if message.to_preimage() == bytes { Ok(message) } else { Err(BesuError::NotCanonical) }
    }

    fn seal_of(protocol: Protocol, bytes: &[u8]) -> Result<Self, BesuError> {
        Self::commit_seal(Header::from_rlp(protocol, Form::WithoutSeals, bytes)?)
    }

    /// Reads the fields of a payload; the caller compares the bytes.
    pub(super) fn from_payload(
        protocol: Protocol,
        kind: Kind,
        mut fields: Fields<'_>,
    ) -> Result<Self, BesuError> {
        let view = read_view(protocol, &mut fields)?;
        let body = match kind {
            Kind::Proposal => Body::Proposal(Proposal::read(protocol, view, &mut fields)?),
            Kind::Prepare => Body::Prepare { block: fields.fixed("block hash")? },
            Kind::Commit => {
                let block = fields.fixed("block hash")?;
                let seal = fields.fixed("commit seal")?;
                checked_signature("commit seal", &seal)?;
                Body::Commit { block, seal }
            }
            Kind::RoundChange => {
                let prepared = round_change::read(protocol, view, &mut fields)?;
                round_change::check(protocol, view, prepared.as_ref())?;
                Body::RoundChange(prepared)
            }
            Kind::CommitSeal => return Err(BesuError::Field { field: "payload" }),
        };
        if !fields.is_empty() {
            return Err(BesuError::TooManyFields { what: "payload" });
        }
        Ok(Self { protocol, view, body })
    }

    /// The bytes whose Keccak-256 a validator signs.
    #[must_use]
    pub fn to_preimage(&self) -> Vec<u8> {
        if let Body::CommitSeal(header) = &self.body {
            return header.to_rlp(Form::WithoutSeals);
        }
        let payload = self.payload().unwrap_or_default();
        let mut bytes = Vec::with_capacity(payload.len() + 1);
        bytes.extend(self.kind().code(self.protocol)); // below 128: in RLP the byte itself
        bytes.extend_from_slice(&payload);
        match self.protocol {
            Protocol::Qbft => rlp::list(&bytes),
            Protocol::Ibft2 => bytes,
        }
    }

    /// The payload in RLP, which the wire carries with the signature. A commit seal has none.
    #[must_use]
    pub fn payload(&self) -> Option<Vec<u8>> {
        let mut fields = Vec::with_capacity(128);
        write_view(self.protocol, self.view, &mut fields);
        match &self.body {
            Body::Proposal(proposal) => proposal.write(&mut fields),
            Body::Prepare { block } => push(&mut fields, block),
            Body::Commit { block, seal } => {
                push(&mut fields, block);
                push(&mut fields, seal);
            }
            Body::RoundChange(prepared) => {
                round_change::write(self.protocol, self.view, prepared.as_ref(), &mut fields);
            }
            Body::CommitSeal(_) => return None,
        }
        Some(rlp::list(&fields))
    }

    /// The hash that the key signs.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        keccak(&self.to_preimage())
    }

    /// What is compared with what was signed before: see [`Besu`](super::Besu).
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest_with(self.hash())
    }

    /// The digest, if this is the hash that the key signs.
    pub(super) fn digest_with(&self, hash: [u8; 32]) -> Digest {
        Digest::from_bytes(match &self.body {
            Body::Prepare { block } | Body::Commit { block, .. } => *block,
            Body::CommitSeal(_) | Body::RoundChange(_) => hash,
            Body::Proposal(proposal) => proposal
                .in_current_encoding()
                .map_or(hash, |proposal| Self { body: Body::Proposal(proposal), ..*self }.hash()),
        })
    }

    /// The type.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.body {
            Body::Proposal(_) => Kind::Proposal,
            Body::Prepare { .. } => Kind::Prepare,
            Body::Commit { .. } => Kind::Commit,
            Body::CommitSeal(_) => Kind::CommitSeal,
            Body::RoundChange(_) => Kind::RoundChange,
        }
    }

    /// The protocol.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Height and round; for a round change the round that begins.
    #[must_use]
    pub const fn view(&self) -> View {
        self.view
    }

    /// The hash of the block that it names, as a commit seal signs it. A round change names the
    /// one that was prepared, if one was.
    #[must_use]
    pub fn block(&self) -> Option<[u8; 32]> {
        match &self.body {
            Body::Proposal(proposal) => Some(proposal.block()),
            Body::Prepare { block } | Body::Commit { block, .. } => Some(*block),
            Body::CommitSeal(header) => Some(header.commit_seal_hash()),
            Body::RoundChange(prepared) => prepared.as_ref().map(|prepared| prepared.block),
        }
    }

    /// The seal that a commit carries.
    #[must_use]
    pub const fn seal(&self) -> Option<[u8; SEAL]> {
        if let Body::Commit { seal, .. } = &self.body { Some(*seal) } else { None }
    }

    /// What a proposal proposes.
    #[must_use]
    pub const fn proposal(&self) -> Option<&Proposal> {
        if let Body::Proposal(proposal) = &self.body { Some(proposal) } else { None }
    }

    /// The block that a round change says was prepared.
    #[must_use]
    pub const fn prepared(&self) -> Option<&Prepared> {
        if let Body::RoundChange(prepared) = &self.body { prepared.as_ref() } else { None }
    }
}

const NOT_ONE: BesuError = BesuError::NotOneList { what: "message" };

pub(super) const fn checked_height(height: u64) -> Result<u64, BesuError> {
    match height {
        1..=MAX_HEIGHT => Ok(height),
        got => Err(BesuError::Height { got }),
    }
}

pub(super) const fn checked_round(round: u32) -> Result<u32, BesuError> {
    match round {
        0..=MAX_ROUND => Ok(round),
        got => Err(BesuError::Round { got }),
    }
}

pub(super) fn read_view(protocol: Protocol, fields: &mut Fields<'_>) -> Result<View, BesuError> {
    match protocol {
        Protocol::Qbft => {
            let height = fields.integer("height", u64::BITS)?;
            View::new(height, fields.integer("round", u32::BITS)?)
        }
        Protocol::Ibft2 => {
            let height = u64::from_be_bytes(fields.fixed("height")?);
            View::new(height, u32::from_be_bytes(fields.fixed("round")?))
        }
    }
}

pub(super) fn write_view(protocol: Protocol, view: View, fields: &mut Vec<u8>) {
    match protocol {
        Protocol::Qbft => {
            view.height.encode(fields);
            view.round.encode(fields);
        }
        Protocol::Ibft2 => {
            push(fields, &view.height.to_be_bytes());
            push(fields, &view.round.to_be_bytes());
        }
    }
}
