//! Store: in which order the files of a set are written, so that a crash at any moment leaves the
//! old generation usable, or the new one, or both.
//!
//! | file | holds |
//! |---|---|
//! | `vault` | the vault; written once, first |
//! | `G-M-L.C.age` | a shard: generation, the first 16 digits of the manifest's id, seat |
//! | `G-M.json` | the manifest: written last, so its presence says that the others are whole |
//!
//! No file is written over or removed: a new generation stands beside the old one until people
//! destroy that. Each file is written under another name, made durable, and then given its own.

use super::{generation::Generation, seat::Seat, vault::Vault};
use crate::document::Envelope;
use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

/// The name of the vault's file.
pub const VAULT: &str = "vault";

/// What a file is called before it is whole.
const UNFINISHED: &str = ".new";

/// The largest file that is read, in bytes: a manifest in base64 with its signatures.
pub const MAX_FILE: usize = 4 << 20;

/// One act on the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Writes a new file, in the place of an unfinished one, and makes its bytes durable.
    Write {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Gives a file its name, which no other has.
    Rename {
        /// From.
        from: String,
        /// To.
        to: String,
    },
    /// Makes the names durable.
    SyncFolder,
}

/// The steps that put a generation into a folder: the vault if it is not there, the shards that
/// are to lie here, and the manifest last.
#[must_use]
pub fn steps(
    vault: Option<&Vault>,
    generation: &Generation,
    manifest: &Envelope,
    shards: &BTreeMap<Seat, Vec<u8>>,
) -> Vec<Step> {
    let begin = beginning(generation);
    let mut files = Vec::with_capacity(shards.len() + 2);
    files.extend(vault.map(|vault| (String::from(VAULT), vault.to_bytes())));
    let shard = |(seat, file): (&Seat, &Vec<u8>)| (format!("{begin}-{seat}.age"), file.clone());
    files.extend(shards.iter().map(shard));
    let mut steps = Vec::with_capacity(2 * files.len() + 4);
    let mut put = |name: String, bytes| {
        let unfinished = format!("{name}{UNFINISHED}");
        steps.push(Step::Write { name: unfinished.clone(), bytes });
        steps.push(Step::Rename { from: unfinished, to: name });
    };
    for (name, bytes) in files {
        put(name, bytes);
    }
    let unfinished = format!("{begin}.json{UNFINISHED}");
    // The names of the shards are durable before the manifest says that they are there.
    steps.push(Step::SyncFolder);
    steps.push(Step::Write { name: unfinished.clone(), bytes: manifest.to_json().into_bytes() });
    steps.push(Step::Rename { from: unfinished, to: format!("{begin}.json") });
    steps.push(Step::SyncFolder);
    steps
}

/// A generation as it lies in a folder.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The manifest, with its signatures.
    pub manifest: Envelope,
    /// The generation.
    pub generation: Generation,
    /// The shards that lie here, as they were written.
    pub shards: BTreeMap<Seat, Vec<u8>>,
}

/// What is in a folder, from the names and bytes of its files: the vault and every generation
/// whose manifest is there. Unfinished files, and others, are left alone; damaged ones are named.
#[must_use]
pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Contents {
    let mut contents = Contents { vault: None, generations: Vec::new(), damaged: Vec::new() };
    for (name, bytes) in files {
        if name == VAULT {
            contents.vault = Vault::from_bytes(bytes).ok();
            if contents.vault.is_none() {
                contents.damaged.push(name.clone());
            }
        } else if let Some(begin) = name.strip_suffix(".json") {
            let manifest = Envelope::from_json(bytes).ok();
            let generation = manifest.as_ref().and_then(|m| Generation::read(m).ok());
            match manifest.zip(generation) {
                Some((manifest, generation)) if beginning(&generation) == begin => {
                    let shards = shards_of(begin, files);
                    contents.generations.push(Stored { manifest, generation, shards });
                }
                _ => contents.damaged.push(name.clone()),
            }
        }
    }
    contents.generations.sort_by_key(|stored| stored.generation.number());
    contents
}

/// What is in a folder.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The vault.
    pub vault: Option<Vault>,
    /// The generations, the oldest first.
    pub generations: Vec<Stored>,
    /// The names of files that are not what their names say.
    pub damaged: Vec<String>,
}

fn shards_of(begin: &str, files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<Seat, Vec<u8>> {
    files
        .iter()
        .filter_map(|(name, bytes)| {
            let seat = name.strip_prefix(begin)?.strip_prefix('-')?.strip_suffix(".age")?;
            Some((seat.parse().ok()?, bytes.clone()))
        })
        .collect()
}

fn beginning(generation: &Generation) -> String {
    let id = format!("{}", generation.id());
    format!("{}-{}", generation.number(), id.get(..16).unwrap_or_default())
}
