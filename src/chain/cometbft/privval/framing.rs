//! Framing: where a message begins and ends in what travels: its length as a varint, then itself.

use super::super::refuse;
use crate::ports::NotRead;
use alloc::{format, vec::Vec};

/// The most bytes of a message, without its length: those of CometBFT 0.40, with an extension of
/// 1 MiB. Nodes before it read 10 KiB, so answers leave the extension out.
pub const MAX_MESSAGE: usize = 1024 * 1024 + 2 * 3309 + 1024;

/// A message at the front of what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split<'a> {
    /// The message, without its length.
    pub message: &'a [u8],
    /// What follows it.
    pub rest: &'a [u8],
}

/// A message with its length in front, as it travels.
#[must_use]
pub fn delimit(message: &[u8]) -> Vec<u8> {
    let mut delimited = Vec::with_capacity(message.len().saturating_add(4));
    let mut length = message.len();
    while length >= 0x80 {
        delimited.push(length as u8 | 0x80);
        length >>= 7;
    }
    delimited.push(length as u8);
    delimited.extend_from_slice(message);
    delimited
}

/// The first message of what was received; `None` if it is not there as a whole: read on.
///
/// # Errors
///
/// [`NotRead`] if what comes is no length, or one above [`MAX_MESSAGE`]: close the connection.
pub fn split(received: &[u8]) -> Result<Option<Split<'_>>, NotRead> {
    let mut length = 0;
    let mut rest = received;
    for shift in [0, 7, 14, 21] {
        let Some((byte, after)) = rest.split_first() else { return Ok(None) };
        rest = after;
        length |= usize::from(byte & 0x7f) << shift;
        if *byte == 0 && shift > 0 {
            return Err(refuse("the length of a message is not the canonical one"));
        }
        if byte & 0x80 != 0 {
            continue;
        }
        if length > MAX_MESSAGE {
            break;
        }
        let parts = rest.split_at_checked(length);
        return Ok(parts.map(|(message, rest)| Split { message, rest }));
    }
    Err(refuse(format!("a message is longer than {MAX_MESSAGE} bytes")))
}
