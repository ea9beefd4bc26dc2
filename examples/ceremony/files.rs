//! Files: documents and charters as they lie on a medium between machines.

use super::{failure::Failure, whole_file};
use brainswap::{
    charter::Log,
    document::{Envelope, MAX_ENVELOPE},
};
use std::{fs::File, io::Read as _, path::Path};

/// Reads a document.
pub fn read_document(path: &Path) -> Result<Envelope, Failure> {
    Ok(Envelope::from_json(&read(path)?)?)
}

/// Writes a document, whole or not at all.
pub fn write_document(path: &Path, document: &Envelope) -> Result<(), Failure> {
    write_whole(path, format!("{}\n", document.to_json()).as_bytes())
}

/// Reads a charter, one document in each line, and replays it.
pub fn read_charter(path: &Path) -> Result<Log, Failure> {
    let bytes = read(path)?;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let documents = lines.map(Envelope::from_json).collect::<Result<Vec<_>, _>>()?;
    let Some((genesis, amendments)) = documents.split_first() else {
        let message = format!("{} holds no document", path.display());
        return Err(Failure::new("charter.empty", message, "name the file of the charter"));
    };
    Ok(Log::replay(genesis, amendments)?)
}

/// Writes a charter, one document in each line, whole or not at all.
pub fn write_charter(path: &Path, log: &Log) -> Result<(), Failure> {
    let lines: String = log.documents().map(|one| format!("{}\n", one.to_json())).collect();
    write_whole(path, lines.as_bytes())
}

/// Reads a file of at most the length of a document.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| Failure::io(path, &error))?;
    let most = u64::try_from(MAX_ENVELOPE).unwrap_or(u64::MAX);
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| Failure::io(path, &error))?;
    Ok(bytes)
}

/// Puts a file in the place of the old one, so that a power cut leaves one of the two.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    whole_file::write(path, bytes).map_err(|error| Failure::io(path, &error))
}
