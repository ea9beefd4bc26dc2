//! Fields: what a vector's JSON holds, or why it does not.

use serde_json::Value;

/// The entries of a list; a file may leave a list out.
pub fn list<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json[name].as_array().map_or(&[], Vec::as_slice)
}

/// A text.
pub fn text<'a>(json: &'a Value, name: &str) -> Result<&'a str, String> {
    json[name].as_str().ok_or_else(|| format!("the vector has no text \"{name}\""))
}

/// A number.
pub fn number<T: TryFrom<i64>>(json: &Value, name: &str) -> Result<T, String> {
    let number = json[name].as_i64().and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| format!("the vector has no number \"{name}\" of its size"))
}

/// Yes or no.
pub fn flag(json: &Value, name: &str) -> Result<bool, String> {
    json[name].as_bool().ok_or_else(|| format!("the vector has no \"{name}\""))
}

/// Bytes, as hexadecimal digits, with or without `0x`.
pub fn bytes(json: &Value, name: &str) -> Result<Vec<u8>, String> {
    const_hex::decode(text(json, name)?).map_err(|error| format!("\"{name}\": {error}"))
}

/// So many bytes.
pub fn array<const N: usize>(json: &Value, name: &str) -> Result<[u8; N], String> {
    let bytes = bytes(json, name)?;
    let got = bytes.len();
    bytes.try_into().map_err(|_| format!("\"{name}\" has {got} bytes instead of {N}"))
}

/// What to call a case: its name, else this and its place.
pub fn name_of(json: &Value, kind: &str, at: usize) -> String {
    json["name"].as_str().map_or_else(|| format!("{kind} {at}"), |name| format!("{kind} {name}"))
}
