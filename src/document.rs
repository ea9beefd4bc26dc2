//! Document: what people and hosts sign. A DSSE envelope over JSON, signed by several keys.
//!
//! ```text
//! { "payload": base64(json), "payloadType": "application/vnd.brainswap.<kind>.v1+json",
//!   "signatures": [ { "keyid": "<public key text>", "sig": base64(signature) } ] }
//! ```
//!
//! A signature covers the pre-authentication encoding (DSSE v1.0.2, "Signature Definition"):
//! `"DSSEv1" SP len(type) SP type SP len(payload) SP payload`, lengths in decimal. The id of a
//! document is the SHA-256 of the same bytes, so what is named is what was signed, byte for byte.

#[cfg(feature = "openssh")]
use crate::openssh::{NotOpenSsh, SshSignature};
mod approval;

pub use self::approval::Approval;

use crate::{
    digest::OrderId,
    public_key::{BadSignature, PublicKey, Signature},
};
use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

/// The largest envelope that is read, in bytes: room for an order that moves 10,000 identities.
pub const MAX_ENVELOPE: usize = 32 << 20;

/// The most signatures that one envelope may carry.
pub const MAX_SIGNATURES: usize = 256;

/// A kind of document: its payload's fields, and its name in the media type.
pub trait Document: Serialize + DeserializeOwned {
    /// The name in `application/vnd.brainswap.<kind>.v1+json`.
    const KIND: &'static str;
}

/// One key's signature under a document.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signed {
    key: PublicKey,
    signature: Vec<u8>,
}

impl Signed {
    /// Checks the signature: the key's own, or OpenSSH's with that key. Without the feature
    /// `openssh` none of the latter is good.
    fn check(&self, bytes: &[u8]) -> Result<(), BadSignature> {
        #[cfg(feature = "openssh")]
        if let Ok(signature) = SshSignature::from_bytes(&self.signature) {
            return if signature.key() == self.key {
                signature.verify(bytes)
            } else {
                Err(BadSignature)
            };
        }
        self.key.verify(bytes, &self.signature)
    }
}

/// A document with its signatures, as it travels: parsed for form, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    payload_type: String,
    signatures: Vec<Signed>,
}

/// Why bytes are not a document that can be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The bytes are not a DSSE envelope in JSON.
    #[error("not a signed document: {0}")]
    Malformed(&'static str),
    /// More bytes than an envelope may have.
    #[error("the document has {got} bytes; at most {most} are read")]
    TooLarge {
        /// What came.
        got: usize,
        /// What is read at most.
        most: usize,
    },
    /// It is a document, of another kind.
    #[error("the document is a {got:?}; a {wanted:?} is needed")]
    OtherKind {
        /// The media type that came.
        got: String,
        /// The kind that is needed.
        wanted: &'static str,
    },
    /// The payload is not what its kind prescribes.
    #[error("the {kind} has a wrong field: {reason}")]
    Payload {
        /// The kind.
        kind: &'static str,
        /// Which field, and why.
        reason: String,
    },
    /// A signature does not match.
    #[error("the signature of {key} does not match the document")]
    BadSignature {
        /// Whose.
        key: PublicKey,
    },
    /// The approval is of another document.
    #[error("the approval is of document {got}, not of {wanted}")]
    OtherDocument {
        /// What was approved.
        got: OrderId,
        /// What it was to be added to.
        wanted: OrderId,
    },
    /// The key that must have signed has not.
    #[error("{key} has not signed the document")]
    NotSignedBy {
        /// Whose signature is missing.
        key: PublicKey,
    },
}

impl DocumentError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "document.malformed",
            Self::TooLarge { .. } => "document.too_large",
            Self::OtherKind { .. } => "document.other_kind",
            Self::Payload { .. } => "document.payload",
            Self::BadSignature { .. } => "document.bad_signature",
            Self::OtherDocument { .. } => "document.other_document",
            Self::NotSignedBy { .. } => "document.not_signed",
        }
    }
}

/// A document that was parsed, with the keys whose signatures under it are good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    document: T,
    id: OrderId,
    signers: BTreeSet<PublicKey>,
}

impl<T> Verified<T> {
    /// The document.
    pub const fn document(&self) -> &T {
        &self.document
    }

    /// The digest of the exact bytes signed.
    pub const fn id(&self) -> OrderId {
        self.id
    }

    /// The keys whose signatures are good.
    pub const fn signers(&self) -> &BTreeSet<PublicKey> {
        &self.signers
    }

    /// Document, id and signers.
    pub(crate) fn into_parts(self) -> (T, OrderId, BTreeSet<PublicKey>) {
        (self.document, self.id, self.signers)
    }
}

impl Envelope {
    /// A document without signatures yet.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Payload`] if a value cannot be written as JSON.
    pub fn of<T: Document>(document: &T) -> Result<Self, DocumentError> {
        let payload = serde_json::to_vec(document).map_err(|error| DocumentError::Payload {
            kind: T::KIND,
            reason: format!("{error}"),
        })?;
        Ok(Self { payload, payload_type: media_type(T::KIND), signatures: Vec::new() })
    }

    /// The bytes that every signature covers.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let head = format!(
            "DSSEv1 {} {} {} ",
            self.payload_type.len(),
            self.payload_type,
            self.payload.len()
        );
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// The digest of [`signed_bytes`](Self::signed_bytes): what the document is named by.
    #[must_use]
    pub fn id(&self) -> OrderId {
        OrderId::from_bytes(Sha256::digest(self.signed_bytes()).into())
    }

    /// The kind of document that the envelope says it holds; none if that is no kind of this crate.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        let kind = self.payload_type.strip_prefix("application/vnd.brainswap.")?;
        kind.strip_suffix(".v1+json")
    }

    /// The payload's exact bytes.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Adds a key's signature; one that the key gave before is replaced.
    pub fn add_signature(&mut self, key: PublicKey, signature: &Signature) {
        self.put_signature(key, signature.without_recovery().to_vec());
    }

    /// Adds a signature that `ssh-keygen -Y sign -n brainswap` made over a file with exactly
    /// [`signed_bytes`](Self::signed_bytes); one that its key gave before is replaced.
    ///
    /// # Errors
    ///
    /// [`NotOpenSsh::BadSignature`]; the document stays as it is.
    #[cfg(feature = "openssh")]
    pub fn add_ssh_signature(&mut self, signature: &SshSignature) -> Result<(), NotOpenSsh> {
        let key = signature.key();
        signature
            .verify(&self.signed_bytes())
            .map_err(|BadSignature| NotOpenSsh::BadSignature { key })?;
        self.put_signature(key, signature.to_bytes());
        Ok(())
    }

    /// Takes over the signatures of another copy of the same document.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Malformed`] if the other is not the same document, byte for byte (R6).
    pub fn merge(&mut self, other: &Self) -> Result<(), DocumentError> {
        if self.payload != other.payload || self.payload_type != other.payload_type {
            return Err(DocumentError::Malformed("the two files are not the same document"));
        }
        for signed in &other.signatures {
            if !self.signatures.iter().any(|mine| mine.key == signed.key) {
                self.signatures.push(signed.clone());
            }
        }
        Ok(())
    }

    fn put_signature(&mut self, key: PublicKey, signature: Vec<u8>) {
        self.signatures.retain(|signed| signed.key != key);
        self.signatures.push(Signed { key, signature });
    }

    /// Parses the payload and checks every signature. One bad signature refuses the document.
    ///
    /// # Errors
    ///
    /// [`DocumentError`]; nothing of a refused document may be used.
    pub fn verify<T: Document>(&self) -> Result<Verified<T>, DocumentError> {
        if self.payload_type != media_type(T::KIND) {
            return Err(DocumentError::OtherKind {
                got: self.payload_type.clone(),
                wanted: T::KIND,
            });
        }
        let document = serde_json::from_slice(&self.payload).map_err(|error| {
            DocumentError::Payload { kind: T::KIND, reason: format!("{error}") }
        })?;
        let bytes = self.signed_bytes();
        let mut signers = BTreeSet::new();
        for signed in &self.signatures {
            signed.check(&bytes).map_err(|_| DocumentError::BadSignature { key: signed.key })?;
            signers.insert(signed.key);
        }
        Ok(Verified { document, id: self.id(), signers })
    }

    /// Parses and checks as [`verify`](Self::verify), and requires one key's signature.
    ///
    /// # Errors
    ///
    /// [`DocumentError`].
    pub fn verify_from<T: Document>(&self, key: PublicKey) -> Result<Verified<T>, DocumentError> {
        let verified = self.verify::<T>()?;
        if verified.signers.contains(&key) {
            Ok(verified)
        } else {
            Err(DocumentError::NotSignedBy { key })
        }
    }

    /// The envelope as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let signatures = self
            .signatures
            .iter()
            .map(|signed| WireSignature {
                keyid: format!("{}", signed.key),
                sig: Base64::encode_string(&signed.signature),
            })
            .collect();
        let wire = Wire {
            payload: Base64::encode_string(&self.payload),
            payload_type: self.payload_type.clone(),
            signatures,
        };
        serde_json::to_string(&wire).unwrap_or_default() // strings only: it cannot fail
    }

    /// Reads an envelope from JSON: its form, not its truth.
    ///
    /// # Errors
    ///
    /// [`DocumentError::TooLarge`] or [`DocumentError::Malformed`].
    pub fn from_json(json: &[u8]) -> Result<Self, DocumentError> {
        if json.len() > MAX_ENVELOPE {
            return Err(DocumentError::TooLarge { got: json.len(), most: MAX_ENVELOPE });
        }
        let wire: Wire = serde_json::from_slice(json)
            .map_err(|_| DocumentError::Malformed("the file is not a DSSE envelope in JSON"))?;
        if wire.signatures.len() > MAX_SIGNATURES {
            return Err(DocumentError::Malformed("more than 256 signatures"));
        }
        let payload = Base64::decode_vec(&wire.payload)
            .map_err(|_| DocumentError::Malformed("the payload is not base64"))?;
        let mut signatures: Vec<Signed> = Vec::with_capacity(wire.signatures.len());
        for signature in wire.signatures {
            let key: PublicKey = signature
                .keyid
                .parse()
                .map_err(|_| DocumentError::Malformed("a keyid is not a public key"))?;
            if signatures.iter().any(|other| other.key == key) {
                return Err(DocumentError::Malformed("one key signed twice"));
            }
            let signature = Base64::decode_vec(&signature.sig)
                .map_err(|_| DocumentError::Malformed("a signature is not base64"))?;
            signatures.push(Signed { key, signature });
        }
        Ok(Self { payload, payload_type: wire.payload_type, signatures })
    }
}

fn media_type(kind: &str) -> String {
    format!("application/vnd.brainswap.{kind}.v1+json")
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSignature {
    keyid: String,
    sig: String,
}
