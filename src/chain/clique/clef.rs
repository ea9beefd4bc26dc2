//! Clef: the calls that geth makes to an external signer (`--signer`), and their answers.

use super::address_of;
use crate::{
    PublicKey, Signature,
    chain::json_rpc::{self, Answer, Call, CallId},
};
use alloc::{string::String, vec::Vec};
use serde_json::Value;

/// The most bytes that a call may have; more are not read. A header with 1,000 signers has 41 KB
/// in hexadecimal digits.
pub const MAX_CLEF_CALL: usize = 1024 * 1024;

/// The version of the external signer API that is answered: that of the last clef.
const API_VERSION: &str = "6.1.0";
const CLIQUE_HEADER: &str = "application/x-clique-header";
/// What clef answers when it does not sign, by geth's code for a failed call.
const DENIED: (i64, &str) = (-32000, "request denied");

/// One call of geth to its external signer.
///
/// geth asks for the version and the accounts when it starts, then for a signature whenever it
/// seals a block. Hand the header of that call to [`Clique`](super::Clique), by way of a
/// [`Host`](crate::Host), and answer with what comes back.
///
/// Nothing in a call says who makes it: whoever reaches the signer can ask for seals. The rules
/// hold all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClefCall {
    id: CallId,
    /// What is asked.
    pub asked: ClefAsked,
}

/// What geth asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClefAsked {
    /// `account_version`: which version of the interface is spoken.
    Version,
    /// `account_list`: which accounts can sign.
    Accounts,
    /// `account_signData` with `application/x-clique-header`.
    Seal {
        /// Whose seal.
        address: [u8; 20],
        /// The header in RLP without its seal: a message for [`Clique`](super::Clique).
        header: Vec<u8>,
    },
}

/// Why a body is no call that is answered here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClefError {
    /// More bytes than a call may have.
    #[error("the call has {got} bytes; at most {most} are read")]
    TooLarge {
        /// What came.
        got: usize,
        /// What is read at most.
        most: usize,
    },
    /// It is not exactly one call of JSON-RPC 2.0 with an id.
    #[error("the body is not one call of JSON-RPC 2.0")]
    NotOneCall,
    /// It is a call of something else: nothing but block headers is ever sealed here.
    #[error("the call is neither account_version, account_list nor account_signData")]
    Method,
    /// The content type is not that of a Clique header.
    #[error("the content type is not {CLIQUE_HEADER}")]
    ContentType,
    /// The parameters are not those of the call.
    #[error("the parameters are not those of the call")]
    Parameters,
    /// The seal is asked of another account.
    #[error("the seal is asked of another account than the key's")]
    OtherAccount,
    /// The signature is of another kind of key, or its `v` is neither 0 nor 1.
    #[error("the signature is no seal: r, s, and v of 0 or 1")]
    NotASeal,
    /// The answer does not belong to what was asked.
    #[error("the answer does not belong to what was asked")]
    OtherAnswer,
}

impl ClefError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "clef.too_large",
            Self::NotOneCall => "clef.not_one_call",
            Self::Method => "clef.method",
            Self::ContentType => "clef.content_type",
            Self::Parameters => "clef.parameters",
            Self::OtherAccount => "clef.other_account",
            Self::NotASeal => "clef.not_a_seal",
            Self::OtherAnswer => "clef.other_answer",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLarge { .. }
            | Self::NotOneCall
            | Self::Method
            | Self::ContentType
            | Self::Parameters => {
                "deny it, and look at who asks: a sealing geth sends no such call"
            }
            Self::OtherAccount => "deny it, and set geth's etherbase to the key's address",
            Self::NotASeal | Self::OtherAnswer => "deny the call; nothing was sealed by it",
        }
    }
}

impl ClefCall {
    /// Reads the body of one call.
    ///
    /// # Errors
    ///
    /// [`ClefError`]. What has an id can be answered by [`deny`](Self::deny) only if it was read:
    /// close the connection on the rest.
    pub fn from_json(body: &[u8]) -> Result<Self, ClefError> {
        if body.len() > MAX_CLEF_CALL {
            return Err(ClefError::TooLarge { got: body.len(), most: MAX_CLEF_CALL });
        }
        let Call { id, method, params, .. } = Call::from_json(body).ok_or(ClefError::NotOneCall)?;
        let asked = match method.as_str() {
            "account_version" => ClefAsked::Version,
            "account_list" => ClefAsked::Accounts,
            "account_signData" => return Self::seal(id, &params),
            _ => return Err(ClefError::Method),
        };
        if params.is_empty() { Ok(Self { id, asked }) } else { Err(ClefError::Parameters) }
    }

    fn seal(id: CallId, params: &[Value]) -> Result<Self, ClefError> {
        let [content_type, address, data] = params else { return Err(ClefError::Parameters) };
        if content_type.as_str() != Some(CLIQUE_HEADER) {
            return Err(ClefError::ContentType);
        }
        let address = json_rpc::address(address).ok_or(ClefError::Parameters)?;
        let header = json_rpc::data(data).ok_or(ClefError::Parameters)?;
        Ok(Self { id, asked: ClefAsked::Seal { address, header } })
    }

    /// The header to be sealed by this key.
    ///
    /// # Errors
    ///
    /// [`ClefError::OtherAccount`] if another account is asked; [`ClefError::OtherAnswer`] if no
    /// seal is.
    pub fn header_for(&self, key: &PublicKey) -> Result<&[u8], ClefError> {
        let ClefAsked::Seal { address, header } = &self.asked else {
            return Err(ClefError::OtherAnswer);
        };
        if address_of(key) == Some(*address) { Ok(header) } else { Err(ClefError::OtherAccount) }
    }

    /// The answer with a seal: `0x` and 65 bytes `r || s || v`, where `v` is 0 or 1.
    ///
    /// # Errors
    ///
    /// [`ClefError::NotASeal`]; [`ClefError::OtherAnswer`] if no seal was asked for.
    pub fn sealed(&self, seal: &Signature) -> Result<String, ClefError> {
        match (&self.asked, seal) {
            (ClefAsked::Seal { .. }, Signature::Secp256k1(bytes @ [.., 0 | 1])) => {
                Ok(Answer::result(&self.id, json_rpc::digits(bytes)))
            }
            (ClefAsked::Seal { .. }, _) => Err(ClefError::NotASeal),
            (ClefAsked::Version | ClefAsked::Accounts, _) => Err(ClefError::OtherAnswer),
        }
    }

    /// The answer to `account_version`.
    ///
    /// # Errors
    ///
    /// [`ClefError::OtherAnswer`] if something else was asked.
    pub fn version(&self) -> Result<String, ClefError> {
        match &self.asked {
            ClefAsked::Version => Ok(Answer::result(&self.id, API_VERSION.into())),
            ClefAsked::Accounts | ClefAsked::Seal { .. } => Err(ClefError::OtherAnswer),
        }
    }

    /// The answer to `account_list`. geth seals with no account that is not in it.
    ///
    /// # Errors
    ///
    /// [`ClefError::OtherAnswer`] if something else was asked.
    pub fn accounts(&self, addresses: &[[u8; 20]]) -> Result<String, ClefError> {
        match &self.asked {
            ClefAsked::Accounts => {
                let list: Vec<Value> = addresses.iter().map(json_rpc::digits).collect();
                Ok(Answer::result(&self.id, list.into()))
            }
            ClefAsked::Version | ClefAsked::Seal { .. } => Err(ClefError::OtherAnswer),
        }
    }

    /// The answer that nothing is signed, as clef says it. geth logs it and goes on.
    #[must_use]
    pub fn deny(&self) -> String {
        let (code, message) = DENIED;
        Answer::error(&self.id, code, message)
    }
}
