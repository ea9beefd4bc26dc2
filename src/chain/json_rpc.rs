//! JSON-RPC: one call and its answer, version 2.0, as nodes and signers exchange them.

use alloc::{borrow::ToOwned as _, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const VERSION: &str = "2.0";
/// The longest id that is a text, in bytes.
const MAX_ID: usize = 64;

/// The id of a call, which its answer repeats: a number, or a short text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct CallId(Value);

impl From<u64> for CallId {
    fn from(number: u64) -> Self {
        Self(number.into())
    }
}

/// A call: a method and its parameters, in their order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    jsonrpc: String,
    pub(crate) id: CallId,
    pub(crate) method: String,
    #[serde(default)]
    pub(crate) params: Vec<Value>,
}

impl Call {
    #[cfg(feature = "besu")]
    pub(crate) fn new(id: CallId, method: String, params: Vec<Value>) -> Self {
        Self { jsonrpc: VERSION.to_owned(), id, method, params }
    }

    /// Reads one call; a batch of them is none.
    #[cfg(feature = "clique")]
    pub(crate) fn from_json(body: &[u8]) -> Option<Self> {
        let call: Self = serde_json::from_slice(body).ok()?;
        (call.jsonrpc == VERSION && call.id.is_one()).then_some(call)
    }

    #[cfg(feature = "besu")]
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() // texts and numbers: it cannot fail
    }
}

impl CallId {
    /// A number or a short text: an answer is due to it.
    fn is_one(&self) -> bool {
        self.0.is_u64() || self.0.as_str().is_some_and(|text| text.len() <= MAX_ID)
    }
}

/// An answer: a result or an error.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answer {
    jsonrpc: String,
    id: CallId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Fault>,
}

#[derive(Serialize, Deserialize)]
struct Fault {
    code: i64,
    message: String,
}

impl Answer {
    #[cfg(feature = "clique")]
    pub(crate) fn result(id: &CallId, result: Value) -> String {
        Self::written(id, Some(result), None)
    }

    #[cfg(feature = "clique")]
    pub(crate) fn error(id: &CallId, code: i64, message: &str) -> String {
        Self::written(id, None, Some(Fault { code, message: message.to_owned() }))
    }

    #[cfg(feature = "clique")]
    fn written(id: &CallId, result: Option<Value>, error: Option<Fault>) -> String {
        let answer = Self { jsonrpc: VERSION.to_owned(), id: id.clone(), result, error };
        serde_json::to_string(&answer).unwrap_or_default() // texts and numbers: it cannot fail
    }

    /// The result of the call with this id; the error's code and message, if it failed. `None` if
    /// the body is no answer to it.
    #[cfg(feature = "besu")]
    pub(crate) fn of(id: &CallId, body: &[u8]) -> Option<Result<Value, (i64, String)>> {
        let answer: Self = serde_json::from_slice(body).ok()?;
        if answer.jsonrpc != VERSION || !answer.id.is_one() || answer.id != *id {
            return None;
        }
        match (answer.result, answer.error) {
            (Some(result), None) => Some(Ok(result)),
            (None, Some(Fault { code, message })) => Some(Err((code, message))),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }
}

/// Bytes as `0x` and hexadecimal digits, in either case.
pub(crate) fn data(value: &Value) -> Option<Vec<u8>> {
    let digits = value.as_str()?.strip_prefix("0x")?;
    if digits.starts_with("0x") { None } else { const_hex::decode(digits).ok() }
}

/// An address as `0x` and 40 hexadecimal digits, in either case or in both, as EIP-55 has them.
pub(crate) fn address(value: &Value) -> Option<[u8; 20]> {
    data(value)?.try_into().ok()
}

/// Bytes as `0x` and lower-case hexadecimal digits.
pub(crate) fn digits(bytes: impl AsRef<[u8]>) -> Value {
    const_hex::encode_prefixed(bytes).into()
}
