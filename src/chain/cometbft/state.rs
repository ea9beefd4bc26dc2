//! State: where another signer stopped, read as marks; and marks, written as it keeps them.
//!
//! | format | file | step of proposal, prevote, precommit |
//! |---|---|---|
//! | FilePV (a node's own signer, `cosmos/kms`) | `data/priv_validator_state.json` | 1, 2, 3 |
//! | tmkms | `<chain id>_priv_validator_state.json`, or what `state_file` names | 0, 1, 2 |
//! | horcrux | `<chain id>_priv_validator_state.json` and `<chain id>_share_sign_state.json` of every cosigner | 1, 2, 3 |
//!
//! A step read by another format's numbers would understate the mark, so each format takes its own
//! files alone: their fields tell them apart. Sources: CometBFT `privval/file.go`, tmkms
//! `src/chain/state.rs`, horcrux `signer/sign_state.go`.

use super::{
    CometBft, Message, VoteExtension,
    message::{PRECOMMIT_STEP, PREVOTE_STEP, PROPOSAL_STEP},
};
use crate::{Lane, Lanes, Position, ports::NotRead, watermark::Mark};
use alloc::{format, string::String, string::ToString as _, vec::Vec};
use core::fmt;
use serde::{Deserialize, de::IgnoredAny};

/// The most bytes of a state file. Real ones have a few hundred.
pub const MAX_STATE: usize = 16 * 1024;

/// Which signer keeps the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateFormat {
    /// CometBFT's own: `priv_validator_state.json`.
    FilePv,
    /// tmkms, whose steps are one lower.
    Tmkms,
    /// horcrux.
    Horcrux,
}

/// Why a state is not taken over, or not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The file is longer than [`MAX_STATE`].
    #[error("the state file has {got} bytes; at most {MAX_STATE} are read")]
    TooLong {
        /// Its length.
        got: usize,
    },
    /// The bytes are not a state file of this format.
    #[error("not a {format} state file: {reason}")]
    NotAState {
        /// The format asked for.
        format: StateFormat,
        /// What is wrong.
        reason: String,
    },
    /// The state is at height 0.
    #[error("the {format} state is at height 0: nothing was signed, or the file was made anew")]
    NothingSigned {
        /// The format asked for.
        format: StateFormat,
    },
    /// The message that was signed last cannot be read.
    #[error("the last message signed cannot be read: {0}")]
    SignBytes(#[source] NotRead),
    /// The message that was signed last is of another chain.
    #[error("the state is of chain {got:?} instead of {wanted:?}")]
    OtherChain {
        /// The chain of the state.
        got: String,
        /// The chain whose state is wanted.
        wanted: String,
    },
    /// The marks are not those of this chain's lanes.
    #[error("there are marks for {got} lanes; the chain has {wanted}")]
    Lanes {
        /// How many marks came.
        got: usize,
        /// How many lanes the chain has.
        wanted: usize,
    },
    /// A lane has no mark.
    #[error("nothing is known of what was signed in {lane}")]
    NoMark {
        /// Which.
        lane: Lane,
    },
    /// No state file can hold a mark this high.
    #[error("no {format} state file can hold position {position}")]
    TooHigh {
        /// The format asked for.
        format: StateFormat,
        /// The mark's position.
        position: Position,
    },
}

impl StateError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "cometbft.state_too_long",
            Self::NotAState { .. } => "cometbft.not_a_state",
            Self::NothingSigned { .. } => "cometbft.state_says_nothing",
            Self::SignBytes(_) => "cometbft.state_sign_bytes",
            Self::OtherChain { .. } => "cometbft.state_other_chain",
            Self::Lanes { .. } => "cometbft.state_lanes",
            Self::NoMark { .. } => "cometbft.state_no_mark",
            Self::TooHigh { .. } => "cometbft.state_too_high",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLong { .. } | Self::NotAState { .. } => {
                "nothing was taken over; name the format of the signer that wrote the file"
            }
            Self::NothingSigned { .. } => {
                "nothing was taken over; begin above every height that the key can have signed at"
            }
            Self::SignBytes(_) | Self::OtherChain { .. } => {
                "nothing was taken over; check whose state it is, and for which chain"
            }
            Self::Lanes { .. } | Self::NoMark { .. } => {
                "nothing was written; take the marks of the identity's last holder"
            }
            Self::TooHigh { .. } => "nothing was written; check where the mark comes from",
        }
    }
}

impl CometBft {
    /// The marks to begin with, from the state that a signer left. It must be stopped for good
    /// before its file is read.
    ///
    /// The digest is known if the file holds the message that was signed last; a file that
    /// contradicts itself gives the higher position. A mark in the lane of extensions stands at
    /// the same position: no extension is ahead of its precommit. Of several files (horcrux has
    /// two on each cosigner) take all and raise one mark to the other ([`Mark::raised_to`]). A
    /// genesis document begins right above the marks ([`Position::next`]).
    ///
    /// # Errors
    ///
    /// [`StateError`]: another format, another chain, or a state that says nothing.
    pub fn import(
        &self,
        format: StateFormat,
        file: &[u8],
    ) -> Result<Lanes<Option<Mark>>, StateError> {
        let last = LastSigned::from_json(format, file)?;
        let stated = Mark::considered(last.position, 0);
        let Some(bytes) = last.sign_bytes else {
            return Ok(Lanes::from_fn(self.lane_count(), |_| Some(stated)));
        };
        let (message, chain_id) =
            Message::from_sign_bytes(&bytes).map_err(StateError::SignBytes)?;
        if chain_id != self.chain_id {
            let wanted = self.chain_id.clone();
            return Err(StateError::OtherChain { got: chain_id, wanted });
        }
        let position = message.position().map_err(StateError::SignBytes)?;
        if position < last.position {
            return Ok(Lanes::from_fn(self.lane_count(), |_| Some(stated)));
        }
        let extended = extension_of(&message).map(|extension| extension.digest(&chain_id));
        Ok(Lanes::from_fn(self.lane_count(), |lane| {
            let signed = lane == super::CONSENSUS;
            let digest = if signed { Some(message.digest(&chain_id)) } else { extended };
            Some(Mark { position, digest, floor: 0 })
        }))
    }

    /// The state file that another signer goes on from: the highest mark of all lanes.
    ///
    /// The marks are those of the identity's last holder, whose lease has ended and was given to
    /// nobody: those of any other host are too low. The file holds no signature, so the message at
    /// the mark is not signed again. tmkms would sign nil at the mark's own position whatever was
    /// signed there; its file therefore names the position above.
    ///
    /// # Errors
    ///
    /// [`StateError`]: a lane without a mark, other lanes, or a height above 2^63 - 1.
    pub fn export(
        &self,
        format: StateFormat,
        marks: &Lanes<Option<Mark>>,
    ) -> Result<String, StateError> {
        let (got, wanted) = (marks.count(), self.lane_count());
        if got != wanted {
            return Err(StateError::Lanes { got, wanted });
        }
        let mut position = Position::START;
        for (lane, mark) in marks.iter() {
            let mark = mark.as_ref().ok_or(StateError::NoMark { lane })?;
            position = position.max(mark.position);
        }
        LastSigned::to_json(format, position).ok_or(StateError::TooHigh { format, position })
    }
}

/// The extension that goes with a message, without its content.
fn extension_of(message: &Message) -> Option<VoteExtension> {
    match message {
        Message::Vote(vote) if vote.is_extended() => {
            Some(VoteExtension { height: vote.height, round: vote.round, extension: Vec::new() })
        }
        Message::Vote(_) | Message::Proposal(_) => None,
    }
}

/// What a state file says, in our own steps.
struct LastSigned {
    position: Position,
    sign_bytes: Option<Vec<u8>>,
}

impl LastSigned {
    fn from_json(format: StateFormat, file: &[u8]) -> Result<Self, StateError> {
        if file.len() > MAX_STATE {
            return Err(StateError::TooLong { got: file.len() });
        }
        let not_a_state = |reason: String| StateError::NotAState { format, reason };
        let not_json = |error: serde_json::Error| not_a_state(error.to_string());
        let (height, round, step, sign_bytes) = match format {
            StateFormat::FilePv => {
                let file: FilePv = serde_json::from_slice(file).map_err(not_json)?;
                (file.height, Some(file.round), file.step, file.signbytes)
            }
            StateFormat::Tmkms => {
                let file: Tmkms = serde_json::from_slice(file).map_err(not_json)?;
                (file.height, number(&file.round), file.step.saturating_add(1), None)
            }
            StateFormat::Horcrux => {
                let file: Horcrux = serde_json::from_slice(file).map_err(not_json)?;
                (file.height, number(&file.round), file.step, file.signbytes)
            }
        };
        let height: i64 =
            number(&height).ok_or_else(|| not_a_state(format!("{height:?} is no height")))?;
        let round: i32 = round.ok_or_else(|| not_a_state("the round is no number".into()))?;
        let (Ok(height), Ok(round)) = (u64::try_from(height), u32::try_from(round)) else {
            return Err(not_a_state("the height or the round is below 0".into()));
        };
        if step > PRECOMMIT_STEP {
            return Err(not_a_state("there is no such step".into()));
        }
        if height == 0 {
            return Err(StateError::NothingSigned { format });
        }
        let sign_bytes = match sign_bytes.as_deref() {
            None | Some("") => None,
            Some(digits) => Some(
                const_hex::decode(digits)
                    .map_err(|_| not_a_state("the signbytes are not hexadecimal".into()))?,
            ),
        };
        Ok(Self { position: Position::new(height, round, step), sign_bytes })
    }

    /// Every message up to this position counts as signed; `None` if the height has no room.
    fn to_json(format: StateFormat, position: Position) -> Option<String> {
        let height = i64::try_from(position.height()).ok()?;
        // What a lease considers signed may stand beyond the last round and step that a node has.
        let (round, step) = match i32::try_from(position.round()) {
            Ok(round) => (round, position.step().min(PRECOMMIT_STEP)),
            Err(_) => (i32::MAX, PRECOMMIT_STEP),
        };
        match format {
            StateFormat::FilePv => Some(format!(
                "{{\n  \"height\": \"{height}\",\n  \"round\": {round},\n  \"step\": {step}\n}}"
            )),
            StateFormat::Tmkms => {
                let (height, round, step) = match step {
                    0 | PROPOSAL_STEP | PREVOTE_STEP => (height, round, step),
                    _ => match round.checked_add(1) {
                        Some(round) => (height, round, 0),
                        None => (height.checked_add(1)?, 0, 0),
                    },
                };
                Some(format!(
                    r#"{{"height":"{height}","round":"{round}","step":{step},"block_id":null}}"#
                ))
            }
            StateFormat::Horcrux => {
                Some(format!(r#"{{"height":"{height}","round":"{round}","step":{step}}}"#))
            }
        }
    }
}

/// A number in decimal digits, as it would be written.
fn number<T: core::str::FromStr + fmt::Display>(text: &str) -> Option<T> {
    text.parse().ok().filter(|number: &T| number.to_string() == text)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePv {
    height: String,
    round: i32,
    step: u32,
    #[serde(default, rename = "signature")]
    _signature: Option<String>,
    #[serde(default)]
    signbytes: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tmkms {
    height: String,
    round: String,
    step: u32,
    /// The block of the last message; without its type and pol_round it makes no digest.
    #[serde(rename = "block_id")]
    _block_id: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Horcrux {
    height: String,
    round: String,
    step: u32,
    #[serde(default, rename = "nonce_public", alias = "ephemeral_public")]
    _nonce_public: Option<String>,
    #[serde(default, rename = "signature")]
    _signature: Option<String>,
    #[serde(default)]
    signbytes: Option<String>,
    #[serde(default, rename = "vote_ext_signature")]
    _vote_ext_signature: Option<String>,
}

impl fmt::Display for StateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FilePv => "FilePV",
            Self::Tmkms => "tmkms",
            Self::Horcrux => "horcrux",
        })
    }
}
