//! Round change: the block that a validator has prepared, when it asks for the next round.

use super::{
    BesuError, Protocol, View,
    extra_data::SEAL,
    signed::checked_signature,
    view::{read_view, write_view},
};
use crate::chain::rlp::{self, Fields, push};
use alloc::vec::Vec;
use alloy_rlp::Encodable as _;

const CERTIFICATE: &str = "prepared certificate";

/// A block that was prepared, in a round below the one that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The round that it was prepared in.
    pub round: u32,
    /// Its hash, as a commit seal signs it.
    pub block: [u8; 32],
    /// The proof, which is part of what IBFT 2.0 signs; in QBFT it travels beside the signature.
    pub certificate: Option<Certificate>,
}

/// The signatures of a proposal and of prepares, all for the prepared block in its round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The proposer's, of the proposal.
    pub proposal: [u8; SEAL],
    /// The validators', of their prepares.
    pub prepares: Vec<[u8; SEAL]>,
}

pub(super) fn check(
    protocol: Protocol,
    view: View,
    prepared: Option<&Prepared>,
) -> Result<(), BesuError> {
    let round = view.round();
    if round == 0 {
        return Err(BesuError::Round { got: round });
    }
    let Some(prepared) = prepared else { return Ok(()) };
    if prepared.round >= round {
        return Err(BesuError::Round { got: prepared.round });
    }
    match (protocol, &prepared.certificate) {
        (Protocol::Qbft, None) => Ok(()),
        (Protocol::Ibft2, Some(Certificate { proposal, prepares })) => {
            let mut signatures = core::iter::once(proposal).chain(prepares);
            signatures.try_for_each(|signature| checked_signature(CERTIFICATE, signature))
        }
        (Protocol::Qbft, Some(_)) | (Protocol::Ibft2, None) => {
            Err(BesuError::Other { part: CERTIFICATE })
        }
    }
}

/// Reads what follows the view in the payload.
pub(super) fn read(
    protocol: Protocol,
    view: View,
    fields: &mut Fields<'_>,
) -> Result<Option<Prepared>, BesuError> {
    match protocol {
        Protocol::Qbft => {
            let mut prepared = fields.list("prepared block")?;
            if prepared.is_empty() {
                return Ok(None);
            }
            let round = prepared.integer("prepared round", u32::BITS)?;
            let block = prepared.fixed("prepared block's hash")?;
            end(prepared)?;
            Ok(Some(Prepared { round, block, certificate: None }))
        }
        Protocol::Ibft2 if !fields.is_list_next() => match fields.bytes(CERTIFICATE)? {
            [] => Ok(None),
            [..] => Err(BesuError::Field { field: CERTIFICATE }),
        },
        Protocol::Ibft2 => read_certificate(view, fields.list(CERTIFICATE)?).map(Some),
    }
}

fn read_certificate(view: View, mut fields: Fields<'_>) -> Result<Prepared, BesuError> {
    let (proposed, block, proposal) = read_signed(fields.list(CERTIFICATE)?)?;
    let mut list = fields.list(CERTIFICATE)?;
    end(fields)?;
    let mut prepares = Vec::new();
    while !list.is_empty() {
        let (prepared, other, signature) = read_signed(list.list(CERTIFICATE)?)?;
        if (prepared, other) != (proposed, block) {
            return Err(BesuError::Other { part: CERTIFICATE });
        }
        prepares.push(signature);
    }
    if proposed.height() != view.height() {
        return Err(BesuError::Other { part: CERTIFICATE });
    }
    let certificate = Some(Certificate { proposal, prepares });
    Ok(Prepared { round: proposed.round(), block, certificate })
}

/// A proposal or a prepare: both sign height, round and block.
fn read_signed(mut fields: Fields<'_>) -> Result<(View, [u8; 32], [u8; SEAL]), BesuError> {
    let mut payload = fields.list(CERTIFICATE)?;
    let view = read_view(Protocol::Ibft2, &mut payload)?;
    let block = payload.fixed("prepared block's hash")?;
    end(payload)?;
    let signature = fields.fixed("certificate's signature")?;
    end(fields)?;
    Ok((view, block, signature))
}

pub(super) fn write(
    protocol: Protocol,
    view: View,
    prepared: Option<&Prepared>,
    fields: &mut Vec<u8>,
) {
    match (protocol, prepared) {
        (Protocol::Qbft, prepared) => {
            let mut list = Vec::new();
            if let Some(Prepared { round, block, .. }) = prepared {
                round.encode(&mut list);
                push(&mut list, block);
            }
            fields.extend(rlp::list(&list));
        }
        (Protocol::Ibft2, None) => push(fields, &[]),
        (Protocol::Ibft2, Some(prepared)) => write_certificate(view, prepared, fields),
    }
}

fn write_certificate(view: View, prepared: &Prepared, fields: &mut Vec<u8>) {
    let signed = |signature: &[u8; SEAL]| {
        let mut payload = Vec::with_capacity(64);
        write_view(Protocol::Ibft2, view.in_round(prepared.round), &mut payload);
        push(&mut payload, &prepared.block);
        let mut item = rlp::list(&payload);
        push(&mut item, signature);
        rlp::list(&item)
    };
    let mut list = Vec::new();
    if let Some(Certificate { proposal, prepares }) = &prepared.certificate {
        list.extend(signed(proposal));
        list.extend(rlp::list(&prepares.iter().flat_map(signed).collect::<Vec<_>>()));
    }
    fields.extend(rlp::list(&list));
}

const fn end(fields: Fields<'_>) -> Result<(), BesuError> {
    if fields.is_empty() { Ok(()) } else { Err(BesuError::TooManyFields { what: CERTIFICATE }) }
}
