//! Proposal: what the proposer of a round signs: in QBFT the block, in IBFT 2.0 its hash.

use super::{BesuError, Form, Header, Protocol, View};
use crate::chain::rlp::{self, Fields, push};
use alloc::vec::Vec;

/// An empty byte string in RLP: no block access list.
const NULL: &[u8] = &[0x80];

/// What a proposal proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal(Proposed);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Proposed {
    Block {
        header: Header,
        body: Vec<u8>,                // the encoded lists after the header
        access_list: Option<Vec<u8>>, // encoded; none before Besu 26.1
    },
    Hash([u8; 32]),
}

/// How a proposal of QBFT is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Height, round and block: before Besu 26.1, with its option for the legacy encoding, and in
    /// GoQuorum.
    Legacy,
    /// And a block access list, or a null in its place: since Besu 26.1.
    Current,
}

impl Proposal {
    pub(super) const fn of_hash(block: [u8; 32]) -> Self {
        Self(Proposed::Hash(block))
    }

    /// Reads what follows the view in the payload.
    ///
    /// Of the block the header is read, which names its height and round; the rest is checked to
    /// be lists, and covered as it is.
    pub(super) fn read(
        protocol: Protocol,
        view: View,
        fields: &mut Fields<'_>,
    ) -> Result<Self, BesuError> {
        if protocol == Protocol::Ibft2 {
            return Ok(Self::of_hash(fields.fixed("block hash")?));
        }
        let mut block = fields.list("block")?;
        let header = Header::from_rlp(protocol, Form::Whole, block.whole_list("header")?)?;
        let header = header.checked_unsealed()?;
        if (header.number(), header.round()) != (view.height(), view.round()) {
            return Err(BesuError::Other { part: "proposed block" });
        }
        let body = block.rest().to_vec();
        block.list("transactions")?;
        block.list("ommers")?;
        if !block.is_empty() {
            block.list("withdrawals")?;
        }
        if !block.is_empty() {
            return Err(BesuError::TooManyFields { what: "block" });
        }
        let access_list = match fields.is_empty() {
            true => None,
            false => Some(read_access_list(fields)?.to_vec()),
        };
        Ok(Self(Proposed::Block { header, body, access_list }))
    }

    pub(super) fn write(&self, fields: &mut Vec<u8>) {
        match &self.0 {
            Proposed::Block { header, body, access_list } => {
                let mut block = header.to_rlp(Form::Whole);
                block.extend_from_slice(body);
                fields.extend(rlp::list(&block));
                fields.extend(access_list.iter().flatten());
            }
            Proposed::Hash(block) => push(fields, block),
        }
    }

    /// The block's hash, as a commit seal signs it.
    #[must_use]
    pub fn block(&self) -> [u8; 32] {
        match &self.0 {
            Proposed::Block { header, .. } => header.commit_seal_hash(),
            Proposed::Hash(block) => *block,
        }
    }

    /// The header of the block, which a proposal of QBFT carries.
    #[must_use]
    pub const fn header(&self) -> Option<&Header> {
        match &self.0 {
            Proposed::Block { header, .. } => Some(header),
            Proposed::Hash(_) => None,
        }
    }

    /// How it is encoded; IBFT 2.0 has one encoding.
    #[must_use]
    pub const fn encoding(&self) -> Option<Encoding> {
        match &self.0 {
            Proposed::Block { access_list: None, .. } => Some(Encoding::Legacy),
            Proposed::Block { access_list: Some(_), .. } => Some(Encoding::Current),
            Proposed::Hash(_) => None,
        }
    }

    /// The same proposal in the encoding of Besu 26.1, if it has another.
    pub(super) fn in_current_encoding(&self) -> Option<Self> {
        let Proposed::Block { header, body, access_list: None } = &self.0 else { return None };
        let (header, body, access_list) = (header.clone(), body.clone(), Some(NULL.to_vec()));
        Some(Self(Proposed::Block { header, body, access_list }))
    }
}

fn read_access_list<'a>(fields: &mut Fields<'a>) -> Result<&'a [u8], BesuError> {
    const FIELD: &str = "block access list";
    if fields.is_list_next() {
        return Ok(fields.whole_list(FIELD)?);
    }
    match fields.bytes(FIELD)? {
        [] => Ok(NULL),
        [..] => Err(BesuError::Field { field: FIELD }),
    }
}
