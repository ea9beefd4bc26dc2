//! Signed: a payload and its signature, as the messages on the wire carry them.

use super::{BesuError, Kind, MAX_MESSAGE, Message, Protocol, extra_data::SEAL};
use crate::chain::{
    address::{ADDRESS, signer_of},
    rlp::{self, Fields, push},
};
use alloc::vec::Vec;
use k256::ecdsa::Signature;

/// A message with its signature: `RLP([payload, signature])`.
///
/// A prepare and a commit are this on the wire. A proposal and a round change carry more beside it,
/// which nobody signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    message: Message,
    signature: [u8; SEAL],
}

impl Signed {
    /// A message with the signature that was made of its hash, `r || s || v`.
    ///
    /// # Errors
    ///
    /// [`BesuError::Signature`] if it has no form of one; [`BesuError::Field`] for a commit seal,
    /// which has no payload.
    pub fn new(message: Message, signature: [u8; SEAL]) -> Result<Self, BesuError> {
        if message.kind() == Kind::CommitSeal {
            return Err(BesuError::Field { field: "payload" });
        }
        checked_signature("signature", &signature)?;
        Ok(Self { message, signature })
    }

    /// Reads a signed payload of this type from its RLP and nothing else.
    ///
    /// # Errors
    ///
    /// [`BesuError`].
    pub fn from_rlp(protocol: Protocol, kind: Kind, rlp: &[u8]) -> Result<Self, BesuError> {
        if rlp.len() > MAX_MESSAGE {
            return Err(BesuError::TooLarge { got: rlp.len(), most: MAX_MESSAGE });
        }
        let what = "signed payload";
        let mut fields = Fields::of_list(rlp).ok_or(BesuError::NotOneList { what })?;
        let message = Message::from_payload(protocol, kind, fields.list("payload")?)?;
        let signed = Self::new(message, fields.fixed("signature")?)?;
        if !fields.is_empty() {
            return Err(BesuError::TooManyFields { what });
        }
        if signed.to_rlp() == rlp { Ok(signed) } else { Err(BesuError::NotCanonical) }
    }

    /// Its RLP.
    #[must_use]
    pub fn to_rlp(&self) -> Vec<u8> {
        let mut fields = self.message.payload().unwrap_or_default();
        push(&mut fields, &self.signature);
        rlp::list(&fields)
    }

    /// The message.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// The signature, `r || s || v`.
    #[must_use]
    pub const fn signature(&self) -> [u8; SEAL] {
        self.signature
    }

    /// The address whose key signed. Whether it is a validator's, the network decides.
    ///
    /// # Errors
    ///
    /// [`BesuError::Signature`].
    pub fn signer(&self) -> Result<[u8; ADDRESS], BesuError> {
        let signer = signer_of(&self.message.hash(), &self.signature);
        signer.ok_or(BesuError::Signature { field: "signature" })
    }
}

/// The form of a signature: scalars of the curve, low s, `v` 0 or 1.
pub(super) fn checked_signature(
    field: &'static str,
    signature: &[u8; SEAL],
) -> Result<(), BesuError> {
    let [compact @ .., v] = signature;
    match Signature::from_slice(compact) {
        Ok(read) if *v <= 1 && read == read.normalize_s() => Ok(()),
        Ok(_) | Err(_) => Err(BesuError::Signature { field }),
    }
}
