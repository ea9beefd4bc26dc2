//! Frame: one message on a stream: its length in four bytes, big-endian, then JSON.

use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};

/// The longest message that is read or written, in bytes.
pub const MAX_FRAME: usize = 64 << 20;

/// Writes a value as one frame, in one piece.
///
/// # Errors
///
/// Of the stream; `InvalidInput` if the value is too long.
pub fn write<T: Serialize>(stream: &mut impl Write, value: &T) -> io::Result<()> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, value)?;
    let length = frame.len() - 4;
    let head = u32::try_from(length).ok().filter(|_| length <= MAX_FRAME);
    let head = head.ok_or_else(|| too_long(length, io::ErrorKind::InvalidInput))?;
    frame.splice(..4, head.to_be_bytes());
    stream.write_all(&frame)?;
    stream.flush()
}

/// Reads the bytes of one frame; `None` if the stream ends before it.
///
/// # Errors
///
/// Of the stream; `InvalidData` if the frame says that it is longer than `most`.
pub fn read_bytes(stream: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; 4];
    let mut got = 0;
    while let Some(rest @ [_, ..]) = head.get_mut(got..) {
        match stream.read(rest) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(more) => got += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u32::from_be_bytes(head) as usize;
    if length > most.min(MAX_FRAME) {
        return Err(too_long(length, io::ErrorKind::InvalidData));
    }
    // Room grows with what arrives: a length alone claims no memory.
    let mut bytes = Vec::new();
    stream.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() == length { Ok(Some(bytes)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Reads one frame as a value; `None` if the stream ends before it.
///
/// # Errors
///
/// Of the stream; `InvalidData` if it is too long, or not such a value.
pub fn read<T: DeserializeOwned>(stream: &mut impl Read, most: usize) -> io::Result<Option<T>> {
    let bytes = read_bytes(stream, most)?;
    bytes.map(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::from)).transpose()
}

fn too_long(length: usize, kind: io::ErrorKind) -> io::Error {
    io::Error::new(kind, format!("a frame of {length} bytes; at most {MAX_FRAME} are taken"))
}
