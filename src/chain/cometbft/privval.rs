//! Privval: what a node and its remote signer say to each other, bytes in and bytes out.
//!
//! The signer dials, the node asks, the signer answers, one request at a time. Over `unix://` the
//! bytes travel as they are, over `tcp://` in the frames of a secret connection.
//!
//! ```text
//! received  --split-->  Request::from_bytes  --CometBft::to_sign-->  sign bytes, each to Host::sign
//!                       Request::signed or Request::refused  -->  Response::to_bytes  --delimit-->
//! ```
//!
//! A refusal is an answer too: a node that loses its connection asks 50 times again. Requests to
//! sign raw bytes (`SignBytes` of 1.0, `SignRawBytes` of Celestia) are refused: they could be a
//! vote. Source: CometBFT `privval/`, `tendermint/privval/types.proto`.

mod convert;
mod framing;
mod wire;

pub use self::framing::{MAX_MESSAGE, Split, delimit, split};

use self::{
    convert::{key_from_bytes, key_from_wire, key_to_wire, no_proposal, no_vote},
    wire::{Outer, Sum},
};
use super::{CometBft, Proposal, Vote, VoteExtension, message::PROPOSAL, refuse};
use crate::{PublicKey, Signature, ports::NotRead};
use alloc::{format, string::String, vec::Vec};
use prost::Message as _;

/// Which form of the protocol a node speaks. Only the answer with the public key differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// CometBFT 0.34 to 0.40: package `tendermint.privval`.
    V0_34,
    /// CometBFT 1.0: package `cometbft.privval.v1`.
    V1,
}

/// What the node asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The public key of the validator on this chain.
    PubKey {
        /// The chain.
        chain_id: String,
    },
    /// A signature on a vote, and on its extension if it has one.
    SignVote {
        /// The vote.
        vote: NodeVote,
        /// The chain.
        chain_id: String,
        /// 1.0: the extension is not to be signed.
        skip_extension: bool,
    },
    /// A signature on a proposal.
    SignProposal {
        /// The proposal.
        proposal: NodeProposal,
        /// The chain.
        chain_id: String,
    },
    /// Whether the signer is there.
    Ping,
}

/// What the signer answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// The public key, or why not.
    PubKey(Result<PublicKey, RemoteSignerError>),
    /// The vote with its signatures, or why not.
    SignedVote(Result<NodeVote, RemoteSignerError>),
    /// The proposal with its signature, or why not.
    SignedProposal(Result<NodeProposal, RemoteSignerError>),
    /// The signer is there.
    Ping,
}

/// A refusal, as the node is told it. The node reads the text and ignores the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteSignerError {
    /// CometBFT's own signer sends 0, tmkms 2 for a double sign.
    pub code: i32,
    /// For a person.
    pub description: String,
}

/// A vote as nodes send it (`tendermint.types.Vote`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeVote {
    /// What is signed.
    pub vote: Vote,
    /// The validator's address.
    pub validator_address: Vec<u8>,
    /// The validator's number in its set.
    pub validator_index: i32,
    /// The signature on the vote; empty in a request.
    pub signature: Vec<u8>,
    /// What the application adds (0.38 and later).
    pub extension: Vec<u8>,
    /// The signature on the extension; empty in a request.
    pub extension_signature: Vec<u8>,
}

/// A proposal as nodes send it (`tendermint.types.Proposal`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeProposal {
    /// The type; 32, or the node is not sane.
    pub kind: i32,
    /// What is signed.
    pub proposal: Proposal,
    /// The signature; empty in a request.
    pub signature: Vec<u8>,
}

/// The bytes that a request asks to have signed, for [`Host::sign`](crate::Host::sign).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSign {
    /// The sign bytes of the vote or proposal: these first.
    pub message: Vec<u8>,
    /// The sign bytes of the extension, where one is to be signed with it. If its vote is refused,
    /// it is not signed.
    pub extension: Option<Vec<u8>>,
}

impl CometBft {
    /// What a request asks to have signed.
    ///
    /// With [`with_extensions`](Self::with_extensions), a precommit for a block always brings its
    /// extension, an empty one too: a node whose chain has extensions stops without its signature,
    /// and one whose chain has none ignores it.
    ///
    /// # Errors
    ///
    /// [`NotRead`]: another chain, no message that a validator signs, an extension where none may
    /// be, or a request for no signature.
    pub fn to_sign(&self, request: &Request) -> Result<ToSign, NotRead> {
        let (message, extension) = match request {
            Request::SignVote { vote, chain_id, skip_extension } => {
                self.check_chain(chain_id)?;
                let extension = if *skip_extension { None } else { self.extension(vote)? };
                (vote.vote.sign_bytes(chain_id), extension)
            }
            Request::SignProposal { proposal, chain_id } => {
                self.check_chain(chain_id)?;
                if proposal.kind != PROPOSAL {
                    return Err(refuse(format!("a proposal has type {}", proposal.kind)));
                }
                (proposal.proposal.sign_bytes(chain_id), None)
            }
            Request::PubKey { .. } | Request::Ping => {
                return Err(refuse("the request asks for no signature"));
            }
        };
        self.intent(&message)?;
        if let Some(extension) = &extension {
            self.intent(extension)?;
        }
        Ok(ToSign { message, extension })
    }

    fn extension(&self, vote: &NodeVote) -> Result<Option<Vec<u8>>, NotRead> {
        let Vote { height, round, .. } = vote.vote;
        let extended = vote.vote.is_extended();
        if extended && self.extensions {
            let extension = vote.extension.clone();
            let extension = VoteExtension { height, round, extension };
            return Ok(Some(extension.sign_bytes(&self.chain_id)));
        }
        match (vote.extension.is_empty(), extended) {
            (true, _) => Ok(None),
            (false, false) => Err(refuse("only a precommit for a block has an extension")),
            (false, true) => Err(refuse("the vote has an extension, and there is no lane for it")),
        }
    }
}

impl Request {
    /// Reads a request, without its length.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly those that a node makes of a request.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotRead> {
        let request = match decode(bytes)? {
            Sum::PubKeyRequest(asked) => Self::PubKey { chain_id: asked.chain_id },
            Sum::SignVoteRequest(asked) => Self::SignVote {
                vote: NodeVote::from_wire(asked.vote.ok_or_else(|| refuse("there is no vote"))?)?,
                chain_id: asked.chain_id,
                skip_extension: asked.skip_extension_signing,
            },
            Sum::SignProposalRequest(asked) => {
                let proposal = asked.proposal.ok_or_else(|| refuse("there is no proposal"))?;
                let proposal = NodeProposal::from_wire(proposal)?;
                Self::SignProposal { proposal, chain_id: asked.chain_id }
            }
            Sum::PingRequest(_) => Self::Ping,
            Sum::PubKeyResponse(_)
            | Sum::SignedVoteResponse(_)
            | Sum::SignedProposalResponse(_)
            | Sum::PingResponse(_) => return Err(refuse("it is an answer and no request")),
        };
        exactly(request.to_bytes() == bytes).map(|()| request)
    }

    /// The request, without its length.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(match self {
            Self::PubKey { chain_id } => {
                Sum::PubKeyRequest(wire::PubKeyRequest { chain_id: chain_id.clone() })
            }
            Self::SignVote { vote, chain_id, skip_extension } => {
                Sum::SignVoteRequest(wire::SignVoteRequest {
                    vote: Some(vote.to_wire()),
                    chain_id: chain_id.clone(),
                    skip_extension_signing: *skip_extension,
                })
            }
            Self::SignProposal { proposal, chain_id } => {
                Sum::SignProposalRequest(wire::SignProposalRequest {
                    proposal: Some(proposal.to_wire()),
                    chain_id: chain_id.clone(),
                })
            }
            Self::Ping => Sum::PingRequest(wire::Empty {}),
        })
    }

    /// The answer with the signatures; `None` if the request asks for none.
    ///
    /// It holds the vote as it was asked for, timestamp included, without the extension: the node
    /// takes the signatures and the timestamp alone, and reads 10 KiB at most before 0.40.
    #[must_use]
    pub fn signed(&self, message: &Signature, extension: Option<&Signature>) -> Option<Response> {
        let bytes = |signature: &Signature| signature.without_recovery().to_vec();
        match self {
            Self::SignVote { vote, .. } => Some(Response::SignedVote(Ok(NodeVote {
                signature: bytes(message),
                extension: Vec::new(),
                extension_signature: extension.map(bytes).unwrap_or_default(),
                ..vote.clone()
            }))),
            Self::SignProposal { proposal, .. } => {
                let signature = bytes(message);
                Some(Response::SignedProposal(Ok(NodeProposal { signature, ..proposal.clone() })))
            }
            Self::PubKey { .. } | Self::Ping => None,
        }
    }

    /// The answer that says why not, with code 0 as CometBFT's own signer sends it. A ping is
    /// never refused.
    #[must_use]
    pub fn refused(&self, description: impl Into<String>) -> Response {
        let error = RemoteSignerError { code: 0, description: description.into() };
        match self {
            Self::PubKey { .. } => Response::PubKey(Err(error)),
            Self::SignVote { .. } => Response::SignedVote(Err(error)),
            Self::SignProposal { .. } => Response::SignedProposal(Err(error)),
            Self::Ping => Response::Ping,
        }
    }
}

impl Response {
    /// Reads an answer, without its length.
    ///
    /// # Errors
    ///
    /// [`NotRead`] unless the bytes are exactly those that a signer of this dialect answers with.
    pub fn from_bytes(dialect: Dialect, bytes: &[u8]) -> Result<Self, NotRead> {
        let response = match decode(bytes)? {
            Sum::PubKeyResponse(answer) => Self::PubKey(match answer.error {
                Some(error) => Err(RemoteSignerError::from_wire(error)),
                None => Ok(match dialect {
                    Dialect::V0_34 => key_from_wire(answer.pub_key)?,
                    Dialect::V1 => key_from_bytes(&answer.pub_key_type, &answer.pub_key_bytes)?,
                }),
            }),
            Sum::SignedVoteResponse(answer) => Self::SignedVote(match answer.error {
                Some(error) => Err(RemoteSignerError::from_wire(error)),
                None => Ok(NodeVote::from_wire(answer.vote)?),
            }),
            Sum::SignedProposalResponse(answer) => Self::SignedProposal(match answer.error {
                Some(error) => Err(RemoteSignerError::from_wire(error)),
                None => Ok(NodeProposal::from_wire(answer.proposal)?),
            }),
            Sum::PingResponse(_) => Self::Ping,
            Sum::PubKeyRequest(_)
            | Sum::SignVoteRequest(_)
            | Sum::SignProposalRequest(_)
            | Sum::PingRequest(_) => return Err(refuse("it is a request and no answer")),
        };
        exactly(response.to_bytes(dialect) == bytes).map(|()| response)
    }

    /// The answer, without its length.
    #[must_use]
    pub fn to_bytes(&self, dialect: Dialect) -> Vec<u8> {
        encode(match self {
            Self::PubKey(answer) => Sum::PubKeyResponse(key_to_wire(dialect, answer)),
            Self::SignedVote(answer) => Sum::SignedVoteResponse(wire::SignedVoteResponse {
                vote: answer.as_ref().map_or_else(|_| no_vote(), NodeVote::to_wire),
                error: answer.as_ref().err().map(RemoteSignerError::to_wire),
            }),
            Self::SignedProposal(answer) => {
                Sum::SignedProposalResponse(wire::SignedProposalResponse {
                    proposal: answer.as_ref().map_or_else(|_| no_proposal(), NodeProposal::to_wire),
                    error: answer.as_ref().err().map(RemoteSignerError::to_wire),
                })
            }
            Self::Ping => Sum::PingResponse(wire::Empty {}),
        })
    }
}

fn decode(bytes: &[u8]) -> Result<Sum, NotRead> {
    if bytes.len() > MAX_MESSAGE {
        return Err(refuse(format!("a message is longer than {MAX_MESSAGE} bytes")));
    }
    if let [0x4a | 0x52, ..] = bytes {
        return Err(refuse("raw bytes are not signed: they could be a vote"));
    }
    let outer = Outer::decode(bytes).map_err(|_| refuse("the bytes are no privval message"))?;
    outer.sum.ok_or_else(|| refuse("the bytes are no privval message that is known"))
}

fn encode(sum: Sum) -> Vec<u8> {
    Outer { sum: Some(sum) }.encode_to_vec()
}

fn exactly(same: bool) -> Result<(), NotRead> {
    if same { Ok(()) } else { Err(refuse("the encoding is not the one that nodes make")) }
}
