//! keosd: the bodies by which nodeos asks a wallet to sign a digest, over HTTP.
//!
//! nodeos posts `["<digest>","<public key>"]` to [`SIGN_DIGEST_PATH`] for every block, and waits
//! 5 ms unless it is told otherwise; the answer is a signature as a JSON string, with status 201.
//! Status 500 with a [`WalletError`] is a refusal: nodeos leaves the block out and goes on. Bodies
//! are read in the one form in which nodeos and keosd write them. Source: Antelope Spring
//! `signature_provider_plugin`, `wallet_api_plugin`, `http_plugin`.

use super::BlockToSign;
use crate::{
    Digest,
    eos::{EosPublicKey, EosSignature, MAX_TEXT, NotEosText},
};
use alloc::{borrow::ToOwned as _, format, string::String, vec, vec::Vec};
use serde::{Deserialize, Serialize};

/// Where nodeos posts to.
pub const SIGN_DIGEST_PATH: &str = "/v1/wallet/sign_digest";

/// The most bytes of a body that are read.
pub const MAX_BODY: usize = 8 * 1024;

/// A request for a signature over a bare digest.
///
/// A digest says nothing of what it is the digest of: a block, of which slot, a transaction. So
/// there is no intent in it and no rule that could guard it, and this is no
/// [`Chain`](crate::ports::Chain):
///
/// ```compile_fail,E0277
/// # use brainswap::{chain::eos::SignDigest, ports::Chain};
/// fn needs<T: Chain>() {}
/// needs::<SignDigest>();
/// ```
///
/// A guard is given the block too, by whatever runs beside the node; it reads the block, signs it
/// as such, and uses the request only to see that the node means the same
/// ([`is_for`](Self::is_for)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignDigest {
    /// What is to be signed.
    pub digest: Digest,
    /// By which key.
    pub key: EosPublicKey,
}

/// What keosd answers instead of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletError {
    /// The HTTP status: 500, or 400 for a body that is no request.
    pub code: u16,
    /// What HTTP calls it.
    pub message: String,
    /// What the wallet says.
    pub error: WalletErrorCause,
}

/// Why the wallet refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletErrorCause {
    /// The number of the exception, one of [`WALLET_EXCEPTIONS`]; 0 if it has none.
    pub code: i64,
    /// The name of the exception.
    pub name: String,
    /// What the exception stands for.
    pub what: String,
    /// Where it came from; nodeos shows the messages in its log.
    pub details: Vec<WalletErrorDetail>,
}

/// One line of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletErrorDetail {
    /// For a person.
    pub message: String,
    /// The source file.
    pub file: String,
    /// Its line.
    pub line_number: u64,
    /// The function.
    pub method: String,
}

/// The exceptions of a wallet by name. Source: Antelope `exceptions.hpp`.
pub const WALLET_EXCEPTIONS: [(&str, i64); 11] = [
    ("wallet_exist_exception", 3_120_001),
    ("wallet_nonexistent_exception", 3_120_002),
    ("wallet_locked_exception", 3_120_003),
    ("wallet_missing_pub_key_exception", 3_120_004),
    ("wallet_invalid_password_exception", 3_120_005),
    ("wallet_not_available_exception", 3_120_006),
    ("wallet_unlocked_exception", 3_120_007),
    ("key_exist_exception", 3_120_008),
    ("key_nonexistent_exception", 3_120_009),
    ("unsupported_key_type_exception", 3_120_010),
    ("invalid_lock_timeout_exception", 3_120_011),
];

/// Why a body is not what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAWalletBody {
    /// More bytes than are read.
    #[error("the body has {got} bytes; at most {MAX_BODY} are read")]
    TooLong {
        /// How many came.
        got: usize,
    },
    /// Not the JSON that is asked for.
    #[error("the body is not {needed}")]
    Json {
        /// What was asked for.
        needed: &'static str,
    },
    /// The digest is not 64 lower-case hexadecimal digits.
    #[error("the digest is not 64 lower-case hexadecimal digits")]
    Digest,
    /// The key or the signature cannot be read.
    #[error(transparent)]
    Text(NotEosText),
    /// Something else than nodeos and keosd write: spaces, another form of the key.
    #[error("the body is written in another way than nodeos and keosd do")]
    OtherForm,
}

impl NotAWalletBody {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "keosd.too_long",
            Self::Json { .. } => "keosd.json",
            Self::Digest => "keosd.digest",
            Self::Text(error) => error.code(),
            Self::OtherForm => "keosd.other_form",
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Text(error) => error.advice(),
            Self::TooLong { .. } | Self::Json { .. } | Self::Digest | Self::OtherForm => {
                "answer with status 400, and check who it is that asks"
            }
        }
    }
}

impl SignDigest {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`NotAWalletBody`].
    pub fn from_body(body: &[u8]) -> Result<Self, NotAWalletBody> {
        let (digest, key): (String, String) = json(body, "a digest and a public key")?;
        let request = Self {
            digest: digest.parse().map_err(|_| NotAWalletBody::Digest)?,
            key: key.parse().map_err(NotAWalletBody::Text)?,
        };
        exactly(request.to_body().as_bytes() == body, request)
    }

    /// The body of a request.
    #[must_use]
    pub fn to_body(&self) -> String {
        format!("[\"{}\",\"{}\"]", self.digest, self.key)
    }

    /// Whether this asks for the signature of this block's producer. The key says nothing of the
    /// block: compare it with the identity's own.
    #[must_use]
    pub fn is_for(&self, block: &BlockToSign) -> bool {
        *self.digest.as_bytes() == block.signing_digest()
    }

    /// The number of the block, if this is the digest of a Savanna block; nothing says that it is.
    #[must_use]
    pub fn number_if_savanna(&self) -> u32 {
        super::BlockId::from_bytes(*self.digest.as_bytes()).number()
    }
}

/// The body of an answer that grants a request; its status is 201.
#[must_use]
pub fn signature_to_body(signature: &EosSignature) -> String {
    format!("\"{signature}\"")
}

/// Reads the body of an answer that grants a request.
///
/// # Errors
///
/// [`NotAWalletBody`].
pub fn signature_from_body(body: &[u8]) -> Result<EosSignature, NotAWalletBody> {
    let text: String = json(body, "a signature")?;
    let signature = text.parse().map_err(NotAWalletBody::Text)?;
    exactly(signature_to_body(&signature).as_bytes() == body, signature)
}

impl WalletError {
    /// The key is not here, or may not be used: what a locked wallet says too.
    #[must_use]
    pub fn missing_key(key: &EosPublicKey) -> Self {
        let message = format!("Public key not found in unlocked wallets {key}");
        Self::internal(3_120_004, "Missing public key", message)
    }

    /// A rule refuses: nodeos leaves the block out.
    #[must_use]
    pub fn refused(why: impl Into<String>) -> Self {
        Self::internal(3_120_006, "No available wallet", why.into())
    }

    /// The body was no request.
    #[must_use]
    pub fn invalid_request(what: impl Into<String>) -> Self {
        let name = "invalid_http_request".to_owned();
        let error = WalletErrorCause { code: 0, name, what: what.into(), details: vec![] };
        Self { code: 400, message: "Invalid Request".into(), error }
    }

    /// Reads the body of an answer with the status 400 or 500.
    ///
    /// # Errors
    ///
    /// [`NotAWalletBody`].
    pub fn from_body(body: &[u8]) -> Result<Self, NotAWalletBody> {
        let error: Self = json(body, "a wallet's error")?;
        exactly(error.to_body().as_bytes() == body, error)
    }

    /// The body of an answer whose status is [`code`](Self::code).
    #[must_use]
    pub fn to_body(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn internal(code: i64, what: &str, message: String) -> Self {
        let name = WALLET_EXCEPTIONS.iter().find(|(_, number)| *number == code);
        let detail = WalletErrorDetail {
            message,
            file: "wallet_manager.cpp".into(),
            line_number: 0,
            method: "sign_digest".into(),
        };
        let error = WalletErrorCause {
            code,
            name: name.map_or("", |(name, _)| *name).into(),
            what: what.into(),
            details: vec![detail],
        };
        Self { code: 500, message: "Internal Service Error".into(), error }
    }
}

fn json<'a, T: Deserialize<'a>>(body: &'a [u8], needed: &'static str) -> Result<T, NotAWalletBody> {
    const { assert!(MAX_BODY > 2 * MAX_TEXT) };
    if body.len() > MAX_BODY {
        return Err(NotAWalletBody::TooLong { got: body.len() });
    }
    serde_json::from_slice(body).map_err(|_| NotAWalletBody::Json { needed })
}

fn exactly<T>(same: bool, value: T) -> Result<T, NotAWalletBody> {
    if same { Ok(value) } else { Err(NotAWalletBody::OtherForm) }
}
