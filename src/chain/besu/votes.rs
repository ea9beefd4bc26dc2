//! Votes: the calls by which validators are added and dropped, for a swap by rotation.
//!
//! A validator that may not move its key is replaced: the validators vote a new one in, then the
//! old one out. No key moves, and no two hosts ever share one. Besu takes votes by JSON-RPC, with
//! the namespace `QBFT` or `IBFT` enabled, and casts them in the blocks that it proposes.

use super::Protocol;
use crate::chain::{
    address::ADDRESS,
    json_rpc::{self, Answer, Call, CallId},
};
use alloc::{
    borrow::ToOwned as _,
    collections::BTreeMap,
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use serde_json::Value;

/// The most bytes that an answer may have; more are not read.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// The calls of one protocol's votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteCalls {
    protocol: Protocol,
}

/// The validators of which block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Those that decided the newest block.
    Latest,
    /// Those that decide the next one.
    Pending,
    /// Those that decided this block.
    Number(u64),
}

/// A vote of one validator on another, or on itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidatorVote {
    /// On whom.
    pub validator: [u8; ADDRESS],
    /// To add it, or to drop it.
    pub add: bool,
}

/// One validator that takes another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The one that goes.
    pub old: [u8; ADDRESS],
    /// The one that comes, with a key of its own.
    pub new: [u8; ADDRESS],
}

/// Why an answer gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VoteError {
    /// More bytes than an answer may have.
    #[error("the answer has {got} bytes; at most {most} are read")]
    TooLarge {
        /// What came.
        got: usize,
        /// What is read at most.
        most: usize,
    },
    /// It is no answer of JSON-RPC 2.0 to the call with this id.
    #[error("the body is no answer to this call")]
    NotTheAnswer,
    /// The node refused, such as where a contract names the validators.
    #[error("the node refused the call: {message} ({code})")]
    Refused {
        /// The code of JSON-RPC.
        code: i64,
        /// What the node said, at most 200 bytes of it.
        message: String,
    },
    /// The result is not what this call gives.
    #[error("the result is not what this call gives")]
    Result,
}

impl VoteError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "besu_vote.too_large",
            Self::NotTheAnswer => "besu_vote.not_the_answer",
            Self::Refused { .. } => "besu_vote.refused",
            Self::Result => "besu_vote.result",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::NotTheAnswer | Self::Result => {
                "ask again: votes may be proposed any number of times"
            }
            Self::Refused { .. } => {
                "enable the namespace QBFT or IBFT; where a contract names the validators, use it"
            }
        }
    }
}

impl VoteCalls {
    /// The calls of this protocol.
    #[must_use]
    pub const fn new(protocol: Protocol) -> Self {
        Self { protocol }
    }

    /// `..._proposeValidatorVote`: the node votes so in every block that it proposes, until the
    /// vote is won or discarded, or the node restarts. The answer is for [`done`](Self::done).
    #[must_use]
    pub fn propose(&self, id: u64, vote: ValidatorVote) -> String {
        let params = Vec::from([json_rpc::digits(vote.validator), vote.add.into()]);
        self.call(id, "proposeValidatorVote", params)
    }

    /// `..._discardValidatorVote`: the node votes on this validator no more.
    #[must_use]
    pub fn discard(&self, id: u64, validator: [u8; ADDRESS]) -> String {
        self.call(id, "discardValidatorVote", Vec::from([json_rpc::digits(validator)]))
    }

    /// `..._getPendingVotes`: how the node votes, for [`read_votes`](Self::read_votes). It keeps
    /// this in memory: propose it again to a node that takes another's place.
    #[must_use]
    pub fn pending(&self, id: u64) -> String {
        self.call(id, "getPendingVotes", Vec::new())
    }

    /// `..._getValidatorsByBlockNumber`, for [`read_validators`](Self::read_validators).
    #[must_use]
    pub fn validators(&self, id: u64, at: At) -> String {
        let block = match at {
            At::Latest => "latest".to_owned(),
            At::Pending => "pending".to_owned(),
            At::Number(number) => format!("{number:#x}"),
        };
        self.call(id, "getValidatorsByBlockNumber", Vec::from([block.into()]))
    }

    /// Reads the answer to [`propose`](Self::propose) or [`discard`](Self::discard).
    ///
    /// # Errors
    ///
    /// [`VoteError`].
    pub fn done(id: u64, body: &[u8]) -> Result<(), VoteError> {
        if result(id, body)? == true { Ok(()) } else { Err(VoteError::Result) }
    }

    /// Reads how a node votes.
    ///
    /// # Errors
    ///
    /// [`VoteError`].
    pub fn read_votes(id: u64, body: &[u8]) -> Result<Vec<ValidatorVote>, VoteError> {
        let result = result(id, body)?;
        let votes = result.as_object().ok_or(VoteError::Result)?;
        let votes = votes.iter().map(|(validator, add)| {
            let validator = json_rpc::address(&validator.as_str().into())?;
            Some((validator, add.as_bool()?))
        });
        let votes: BTreeMap<_, _> = votes.collect::<Option<_>>().ok_or(VoteError::Result)?;
        Ok(votes.into_iter().map(|(validator, add)| ValidatorVote { validator, add }).collect())
    }

    /// Reads a set of validators.
    ///
    /// # Errors
    ///
    /// [`VoteError`].
    pub fn read_validators(id: u64, body: &[u8]) -> Result<Vec<[u8; ADDRESS]>, VoteError> {
        let result = result(id, body)?;
        let validators = result.as_array().ok_or(VoteError::Result)?.iter();
        validators.map(json_rpc::address).collect::<Option<_>>().ok_or(VoteError::Result)
    }

    fn call(&self, id: u64, method: &str, params: Vec<Value>) -> String {
        let namespace = match self.protocol {
            Protocol::Qbft => "qbft",
            Protocol::Ibft2 => "ibft",
        };
        Call::new(id.into(), format!("{namespace}_{method}"), params).to_json()
    }
}

impl Rotation {
    /// What is to be voted next, when these are the validators that decide the next block
    /// ([`At::Pending`]); `None` when it is done.
    ///
    /// The new one comes in before the old one goes, so that the set never shrinks.
    #[must_use]
    pub fn next(&self, validators: &[[u8; ADDRESS]]) -> Option<ValidatorVote> {
        if !validators.contains(&self.new) {
            return Some(ValidatorVote { validator: self.new, add: true });
        }
        let old = ValidatorVote { validator: self.old, add: false };
        (self.old != self.new && validators.contains(&self.old)).then_some(old)
    }

    /// How many of so many validators must vote alike, within one epoch: more than half.
    #[must_use]
    pub const fn votes_needed(validators: usize) -> usize {
        validators / 2 + 1
    }
}

fn result(id: u64, body: &[u8]) -> Result<Value, VoteError> {
    if body.len() > MAX_ANSWER {
        return Err(VoteError::TooLarge { got: body.len(), most: MAX_ANSWER });
    }
    let answer = Answer::of(&CallId::from(id), body).ok_or(VoteError::NotTheAnswer)?;
    answer.map_err(|(code, message)| {
        let end = (0..=200).rev().find(|end| message.is_char_boundary(*end)).unwrap_or(0);
        let message = message.get(..end).unwrap_or(&message).to_string();
        VoteError::Refused { code, message }
    })
}
