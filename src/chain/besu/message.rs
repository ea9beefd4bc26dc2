//! Message: what a validator of QBFT or IBFT 2.0 signs, as it is before it is hashed.

use super::{
    BesuError, Form, Header, Kind, Prepared, Proposal, Protocol, View,
    extra_data::SEAL,
    round_change,
    signed::checked_signature,
    view::{read_view, write_view},
};
use crate::{
    Digest,
    chain::{
        address::keccak,
        rlp::{self, Fields, push},
    },
};
use alloc::vec::Vec;

/// The most bytes that a message may have: as many as devp2p carries.
pub const MAX_MESSAGE: usize = 16 * 1024 * 1024;

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
