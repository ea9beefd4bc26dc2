//! Approval: one key's signature under one document, as a line of text for a QR code or paper.

use super::{DocumentError, Envelope, Signed};
use crate::{OrderId, PublicKey};
use alloc::{format, vec::Vec};
use base64ct::{Base64, Encoding as _};
use core::{fmt, str::FromStr};

const PREFIX: &str = "brainswap-approval";

/// One key's signature under one document.
///
/// As text `brainswap-approval/<id of the document>/<key>/<signature in base64>`, the key and the
/// signature as in an envelope. Some 200 letters: it fits a QR code and travels alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    document: OrderId,
    key: PublicKey,
    signature: Vec<u8>,
}

impl Approval {
    /// The document that was approved.
    #[must_use]
    pub const fn document(&self) -> OrderId {
        self.document
    }

    /// The key that approved it.
    #[must_use]
    pub const fn key(&self) -> PublicKey {
        self.key
    }
}

impl Envelope {
    /// The signatures, each with its key, not checked.
    pub fn approvals(&self) -> impl Iterator<Item = Approval> {
        let document = self.id();
        self.signatures.iter().map(move |signed| {
            let signature = signed.signature.clone();
            Approval { document, key: signed.key, signature }
        })
    }

    /// Adds an approval that was made elsewhere; one that its key gave before is replaced.
    ///
    /// # Errors
    ///
    /// [`DocumentError::OtherDocument`] or [`DocumentError::BadSignature`]; the document stays as
    /// it is.
    pub fn add_approval(&mut self, approval: &Approval) -> Result<(), DocumentError> {
        let (got, wanted) = (approval.document, self.id());
        if got != wanted {
            return Err(DocumentError::OtherDocument { got, wanted });
        }
        let key = approval.key;
        let signed = Signed { key, signature: approval.signature.clone() };
        signed.check(&self.signed_bytes()).map_err(|_| DocumentError::BadSignature { key })?;
        self.put_signature(key, signed.signature);
        Ok(())
    }
}

impl fmt::Display for Approval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signature = Base64::encode_string(&self.signature);
        // The signature stands last: base64 has slashes.
        write!(f, "{PREFIX}/{}/{}/{signature}", self.document, self.key)
    }
}

impl FromStr for Approval {
    type Err = DocumentError;

    /// Reads exactly what [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, DocumentError> {
        let malformed = DocumentError::Malformed("the text is not an approval");
        let mut parts = text.splitn(4, '/');
        let (Some(PREFIX), Some(document), Some(key), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed);
        };
        let document = document.parse().map_err(|_| malformed.clone())?;
        let key = key.parse().map_err(|_| malformed.clone())?;
        let signature = Base64::decode_vec(signature).map_err(|_| malformed.clone())?;
        let approval = Self { document, key, signature };
        if format!("{approval}") == text { Ok(approval) } else { Err(malformed) }
    }
}
