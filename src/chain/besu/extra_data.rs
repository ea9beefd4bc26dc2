//! Extra data: what a header of QBFT or IBFT 2.0 carries besides: validators, a vote, round, seals.

use super::{BesuError, Protocol, view::checked_round};
use crate::chain::{
    address::ADDRESS,
    rlp::{self, Fields, push},
};
use alloc::vec::Vec;
use alloy_rlp::Encodable as _;

/// The bytes of a seal or signature, `r || s || v`.
pub(super) const SEAL: usize = 65;

const VANITY: usize = 32;
const ADD: &[u8] = &[0xff];

/// The extra data of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraData {
    /// Bytes that the proposer may fill freely.
    pub vanity: [u8; VANITY],
    /// The validators, ascending; none where a contract names them.
    pub validators: Vec<[u8; ADDRESS]>,
    /// The proposer's vote, if it casts one.
    pub vote: Option<Vote>,
    /// The round that the block was proposed in.
    pub round: u32,
    /// The commit seals, `r || s || v`.
    pub seals: Vec<[u8; SEAL]>,
}

/// A proposer's vote on a validator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// On whom.
    pub recipient: [u8; ADDRESS],
    /// To add it, or to drop it.
    pub add: bool,
}

/// What of the extra data is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// All of it: what a block carries.
    Whole,
    /// Without the seals: what a commit seal signs.
    WithoutSeals,
    /// Without the seals and the round: what names a block on the chain.
    WithoutSealsAndRound,
}

impl ExtraData {
    /// Reads extra data in one of its forms, whole or without the seals.
    ///
    /// # Errors
    ///
    /// [`BesuError`]. The form for the block's name is never read: it says nothing of the round.
    pub fn from_rlp(protocol: Protocol, form: Form, rlp: &[u8]) -> Result<Self, BesuError> {
        const WHAT: &str = "extra data";
        if form == Form::WithoutSealsAndRound {
            return Err(BesuError::NotCanonical);
        }
        let mut fields = Fields::of_list(rlp).ok_or(BesuError::NotOneList { what: WHAT })?;
        let vanity = fields.fixed("vanity")?;
        let mut list = fields.list("validators")?;
        let mut validators = Vec::new();
        while !list.is_empty() {
            validators.push(list.fixed("validator")?);
        }
        let vote = read_vote(protocol, &mut fields)?;
        let round = checked_round(match protocol {
            Protocol::Qbft => fields.integer("round of the extra data", u32::BITS)?,
            Protocol::Ibft2 => u32::from_be_bytes(fields.fixed("round of the extra data")?),
        })?;
        let mut seals = Vec::new();
        if (protocol, form) != (Protocol::Ibft2, Form::WithoutSeals) {
            let mut list = fields.list("seals")?;
            while !list.is_empty() {
                seals.push(list.fixed("seal")?);
            }
        }
        if form == Form::WithoutSeals && !seals.is_empty() {
            return Err(BesuError::Sealed);
        }
        if !fields.is_empty() {
            return Err(BesuError::TooManyFields { what: WHAT });
        }
        Ok(Self { vanity, validators, vote, round, seals })
    }

    /// The extra data in one of its forms.
    #[must_use]
    pub fn to_rlp(&self, protocol: Protocol, form: Form) -> Vec<u8> {
        let mut fields = Vec::with_capacity(96 + 21 * self.validators.len());
        push(&mut fields, &self.vanity);
        let mut validators = Vec::with_capacity(21 * self.validators.len());
        for validator in &self.validators {
            push(&mut validators, validator);
        }
        fields.extend(rlp::list(&validators));
        write_vote(protocol, self.vote, &mut fields);
        match (protocol, form) {
            (Protocol::Qbft, Form::WithoutSealsAndRound) => 0_u32.encode(&mut fields),
            (Protocol::Qbft, Form::Whole | Form::WithoutSeals) => self.round.encode(&mut fields),
            (Protocol::Ibft2, Form::WithoutSealsAndRound) => return rlp::list(&fields),
            (Protocol::Ibft2, Form::Whole | Form::WithoutSeals) => {
                push(&mut fields, &self.round.to_be_bytes());
            }
        }
        let mut seals = Vec::new();
        match (protocol, form) {
            (Protocol::Ibft2, Form::WithoutSeals | Form::WithoutSealsAndRound) => {
                return rlp::list(&fields);
            }
            (_, Form::Whole) => self.seals.iter().for_each(|seal| push(&mut seals, seal)),
            (Protocol::Qbft, Form::WithoutSeals | Form::WithoutSealsAndRound) => {}
        }
        fields.extend(rlp::list(&seals));
        rlp::list(&fields)
    }
}

fn read_vote(protocol: Protocol, fields: &mut Fields<'_>) -> Result<Option<Vote>, BesuError> {
    const FIELD: &str = "vote";
    let list = match protocol {
        Protocol::Qbft => fields.list(FIELD).map(Some)?.filter(|vote| !vote.is_empty()),
        Protocol::Ibft2 if fields.is_list_next() => Some(fields.list(FIELD)?),
        Protocol::Ibft2 => match fields.bytes(FIELD)? {
            [] => None,
            [..] => return Err(BesuError::Field { field: FIELD }),
        },
    };
    let Some(mut vote) = list else { return Ok(None) };
    let recipient = vote.fixed("vote's recipient")?;
    let add = match vote.bytes(FIELD)? {
        ADD => true,
        drop if drop == dropping(protocol) => false,
        [..] => return Err(BesuError::Field { field: FIELD }),
    };
    if !vote.is_empty() {
        return Err(BesuError::TooManyFields { what: FIELD });
    }
    Ok(Some(Vote { recipient, add }))
}

fn write_vote(protocol: Protocol, vote: Option<Vote>, fields: &mut Vec<u8>) {
    let mut list = Vec::with_capacity(23);
    match (vote, protocol) {
        (Some(Vote { recipient, add }), _) => {
            push(&mut list, &recipient);
            push(&mut list, if add { ADD } else { dropping(protocol) });
        }
        (None, Protocol::Qbft) => {}
        (None, Protocol::Ibft2) => return push(fields, &[]),
    }
    fields.extend(rlp::list(&list));
}

/// A vote to drop: nothing in QBFT, a zero in IBFT 2.0.
const fn dropping(protocol: Protocol) -> &'static [u8] {
    match protocol {
        Protocol::Qbft => &[],
        Protocol::Ibft2 => &[0],
    }
}
