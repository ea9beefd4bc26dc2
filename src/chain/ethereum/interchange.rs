//! Interchange: what keys have signed, as validator clients hand it on (EIP-3076, version 5).

use super::{
    Ethereum, NAME,
    text::{Decimal, Hex, objects},
};
use crate::{
    Digest, IdentityId, Lane, Lanes, Position, PublicKey,
    evidence::{Approved, FromHost},
    handover::Release,
    identity::{Genesis, History},
    lease::End,
    ports::Chain as _,
    watermark::Mark,
};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt, marker::PhantomData};
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::{Value, json};

objects!(File, Metadata, Entry, SignedBlock, SignedAttestation);

/// The longest interchange that is read, in bytes.
pub const MAX_INTERCHANGE: usize = 64 << 20;

/// The version of the format that is read and written.
const VERSION: &str = "5";

/// What keys of one network have signed at most: for each key and lane one mark.
///
/// That is the minimal form of EIP-3076: of all blocks the highest slot, of all attestations the
/// highest source and the highest target, whichever messages they come from. Whoever keeps to
/// them signs nothing that is slashable together with any message of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interchange {
    genesis_validators_root: [u8; 32],
    keys: BTreeMap<[u8; 48], Lanes<Option<Mark>>>,
}

/// Why there is no interchange, or no history in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InterchangeError {
    /// The text is longer than what is read.
    #[error("the interchange has {got} bytes; at most {MAX_INTERCHANGE} are read")]
    TooLong {
        /// Its length in bytes.
        got: usize,
    },
    /// The text is not an interchange in JSON.
    #[error("not an interchange of EIP-3076: {reason}")]
    Json {
        /// What is wrong with it.
        reason: String,
    },
    /// It has another version of the format.
    #[error("the interchange has the format version {got:?} instead of \"5\"")]
    Version {
        /// What it says.
        got: String,
    },
    /// It is of another network.
    #[error("the interchange is of the network {got} instead of {wanted}")]
    OtherNetwork {
        /// Its genesis validators root.
        got: String,
        /// The one that is needed.
        wanted: String,
    },
    /// It does not mention the key.
    #[error("the interchange says nothing of the key {key}")]
    KeyMissing {
        /// The key.
        key: String,
    },
    /// The release does not end a lease of the identity.
    #[error("the release says nothing of the identity {identity:?}")]
    NotReleased {
        /// The identity.
        identity: IdentityId,
    },
    /// The identity is not a validator of Ethereum, with a BLS key and the two lanes.
    #[error("the identity {identity:?} is no validator of Ethereum")]
    NotEthereum {
        /// The identity.
        identity: IdentityId,
    },
}

impl InterchangeError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "interchange.too_long",
            Self::Json { .. } => "interchange.json",
            Self::Version { .. } => "interchange.version",
            Self::OtherNetwork { .. } => "interchange.network",
            Self::KeyMissing { .. } => "interchange.key_missing",
            Self::NotReleased { .. } => "interchange.not_released",
            Self::NotEthereum { .. } => "interchange.not_ethereum",
        }
    }

    /// The safe next step, for a person.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "export fewer keys, or the minimal form, from the old signer",
            Self::Json { .. } | Self::Version { .. } => {
                "nothing was imported; export again from the stopped signer, in version 5"
            }
            Self::OtherNetwork { .. } => "nothing was imported; take the file of this network",
            Self::KeyMissing { .. } => {
                "export this key from the signer that used it; a file without it proves nothing"
            }
            Self::NotReleased { .. } => "release the identity first",
            Self::NotEthereum { .. } => "only validators of Ethereum have an interchange",
        }
    }
}

impl Interchange {
    /// An interchange of a network that says nothing of any key yet.
    #[must_use]
    pub const fn new(genesis_validators_root: [u8; 32]) -> Self {
        Self { genesis_validators_root, keys: BTreeMap::new() }
    }

    /// Reads an interchange, complete or minimal; a key that occurs more than once is merged.
    ///
    /// Slashable data is read too: what counts is the highest of everything.
    ///
    /// # Errors
    ///
    /// [`InterchangeError`]: too long, no JSON of the format, or another version of it.
    pub fn read(json: &[u8]) -> Result<Self, InterchangeError> {
        if json.len() > MAX_INTERCHANGE {
            return Err(InterchangeError::TooLong { got: json.len() });
        }
        let file: File = serde_json::from_slice(json).map_err(|error| InterchangeError::Json {
            reason: error.to_string().chars().take(200).collect(),
        })?;
        if file.metadata.interchange_format_version != VERSION {
            let got = file.metadata.interchange_format_version;
            return Err(InterchangeError::Version { got: got.chars().take(20).collect() });
        }
        let mut interchange = Self::new(file.metadata.genesis_validators_root.0);
        for entry in file.data {
            let (blocks, attestations) = (entry.signed_blocks.mark, entry.signed_attestations.mark);
            interchange.raise(entry.pubkey.0, &Lanes::from(Vec::from([blocks, attestations])));
        }
        Ok(interchange)
    }

    /// Takes over what another interchange says: of each mark the higher one.
    ///
    /// # Errors
    ///
    /// [`InterchangeError::OtherNetwork`]; nothing was taken over.
    pub fn merge(&mut self, other: &Self) -> Result<(), InterchangeError> {
        if other.genesis_validators_root != self.genesis_validators_root {
            let [got, wanted] = [other.genesis_validators_root, self.genesis_validators_root]
                .map(const_hex::encode_prefixed);
            return Err(InterchangeError::OtherNetwork { got, wanted });
        }
        for (key, marks) in &other.keys {
            self.raise(*key, marks);
        }
        Ok(())
    }

    /// Notes what a key has signed at most, beside what is known; marks never fall.
    ///
    /// The lanes are those of [`Ethereum`]; others are left out.
    pub fn raise(&mut self, key: [u8; 48], marks: &Lanes<Option<Mark>>) {
        let known = self.keys.entry(key).or_insert_with(|| Lanes::from_fn(2, |_| None));
        *known = known.map(|lane, known| highest(*known, marks.get(lane).copied().flatten()));
    }

    /// The network.
    #[must_use]
    pub const fn genesis_validators_root(&self) -> [u8; 32] {
        self.genesis_validators_root
    }

    /// The keys that it says something of, with the last mark of each lane; none where it says
    /// that nothing was signed.
    pub fn keys(&self) -> impl Iterator<Item = (&[u8; 48], &Lanes<Option<Mark>>)> {
        self.keys.iter()
    }

    /// What a key's genesis document says of its history (R7).
    ///
    /// A lane without signatures counts as [`History::SignedBelow`]: its first lease begins where
    /// the approvers say.
    ///
    /// # Errors
    ///
    /// [`InterchangeError::KeyMissing`]: silence is not "nothing was signed" (R5).
    pub fn history(&self, key: &[u8; 48]) -> Result<History, InterchangeError> {
        let marks = self.keys.get(key).cloned();
        let key = || const_hex::encode_prefixed(key);
        let marks = marks.ok_or_else(|| InterchangeError::KeyMissing { key: key() })?;
        Ok(History::Imported { marks })
    }

    /// What a validator client must know before it signs with a key that was released here.
    ///
    /// It is what the keymanager API returns as `slashing_protection` when it deletes a key: the
    /// releasing host signs nothing beyond it, for ever (R4). Everything below the end of the
    /// lease counts as signed, so the data holds for a release at a later position too. The
    /// release gives the right to its target: another client may take the key only in the
    /// target's place, once it is certain that the target never activates.
    ///
    /// # Errors
    ///
    /// [`InterchangeError`]: the identity is not released, or no validator of Ethereum.
    pub fn of_release(
        genesis: &Approved<Genesis>,
        release: &FromHost<Release>,
    ) -> Result<Self, InterchangeError> {
        let identity = genesis.id().into();
        let (root, key) =
            validator(genesis.document()).ok_or(InterchangeError::NotEthereum { identity })?;
        let mut ends = release.message().ends.iter();
        let end = ends.find(|end| end.identity == identity);
        let end = end.ok_or(InterchangeError::NotReleased { identity })?;
        let mut interchange = Self::new(root);
        interchange.raise(key, &end.until.map(|lane, until| signed_below(end, lane, *until)));
        Ok(interchange)
    }

    /// The interchange in its minimal form: at most one block and one attestation for each key.
    ///
    /// A client that imports it refuses everything that this crate would refuse.
    #[must_use]
    pub fn to_json(&self) -> String {
        let data: Vec<Value> = self.keys.iter().map(|(key, marks)| entry_of(key, marks)).collect();
        let metadata = json!({
            "interchange_format_version": VERSION,
            "genesis_validators_root": const_hex::encode_prefixed(self.genesis_validators_root),
        });
        json!({ "metadata": metadata, "data": data }).to_string()
    }
}

fn highest(known: Option<Mark>, other: Option<Mark>) -> Option<Mark> {
    match (known, other) {
        (Some(known), Some(other)) => Some(known.raised_to(other)),
        (known, other) => known.or(other),
    }
}

/// The network and the key of an identity that is a validator of Ethereum.
fn validator(genesis: &Genesis) -> Option<([u8; 32], [u8; 48])> {
    let PublicKey::Bls12381(key) = genesis.public_key else { return None };
    let digits = genesis.network.id.strip_prefix("0x")?;
    let root = const_hex::decode_to_array(digits).ok()?;
    let lanes = Ethereum::new(root).lanes().iter();
    let lanes = lanes.map(|lane| (lane.name, lane.floored));
    let same = lanes.eq(genesis.lanes.iter().map(|lane| (lane.name.as_str(), lane.floored)));
    (genesis.network.chain == NAME && same).then_some((root, key))
}

/// Everything below the end of a lease, with the highest floor that a message there can have.
fn signed_below(end: &End, lane: Lane, until: Position) -> Option<Mark> {
    let floor = end.floors.get(lane).copied().unwrap_or(u64::MAX);
    let last = end.marks.get(lane).copied().flatten();
    let position = match until.previous() {
        Some(position) => position,
        None if floor == 0 => return None, // the lease began at the start: nothing was signed
        None => Position::START,
    };
    let digest = last.filter(|mark| mark.position == position).and_then(|mark| mark.digest);
    Some(Mark { position, digest, floor })
}

fn entry_of(key: &[u8; 48], marks: &Lanes<Option<Mark>>) -> Value {
    let mark = |lane| marks.get(lane).copied().flatten();
    let blocks = mark(Ethereum::BLOCK).map(|mark| {
        let slot = mark.position.height();
        with_root(json!({ "slot": slot.to_string() }), &mark, slot)
    });
    let attestations = mark(Ethereum::ATTESTATION).map(|mark| {
        // Of two messages, the source may be above the target: no importer takes that.
        let target = mark.position.height().max(mark.floor);
        let (source, target_text) = (mark.floor.to_string(), target.to_string());
        with_root(json!({ "source_epoch": source, "target_epoch": target_text }), &mark, target)
    });
    json!({
        "pubkey": const_hex::encode_prefixed(key),
        "signed_blocks": Vec::from_iter(blocks),
        "signed_attestations": Vec::from_iter(attestations),
    })
}

/// The signing root too, if it is known which message was signed at this height.
fn with_root(mut entry: Value, mark: &Mark, height: u64) -> Value {
    let digest = mark.digest.filter(|_| mark.position == Position::at_height(height));
    if let (Some(digest), Some(fields)) = (digest, entry.as_object_mut()) {
        let root = const_hex::encode_prefixed(digest.as_bytes());
        fields.insert("signing_root".into(), Value::String(root));
    }
    entry
}

#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct File {
    metadata: Metadata,
    data: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Metadata {
    interchange_format_version: String,
    genesis_validators_root: Hex<32>,
}

#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Entry {
    pubkey: Hex<48>,
    signed_blocks: Highest<SignedBlock>,
    signed_attestations: Highest<SignedAttestation>,
}

#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct SignedBlock {
    slot: Decimal,
    signing_root: Option<Hex<32>>,
}

#[derive(Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct SignedAttestation {
    source_epoch: Decimal,
    target_epoch: Decimal,
    signing_root: Option<Hex<32>>,
}

impl From<SignedBlock> for Mark {
    fn from(block: SignedBlock) -> Self {
        let position = Position::at_height(block.slot.0);
        Self { position, digest: digest_of(block.signing_root), floor: 0 }
    }
}

impl From<SignedAttestation> for Mark {
    fn from(attestation: SignedAttestation) -> Self {
        let position = Position::at_height(attestation.target_epoch.0);
        let digest = digest_of(attestation.signing_root);
        Self { position, digest, floor: attestation.source_epoch.0 }
    }
}

fn digest_of(signing_root: Option<Hex<32>>) -> Option<Digest> {
    signing_root.map(|root| Digest::from_bytes(root.0))
}

/// The highest mark of a list, which is not kept: a complete history is long.
struct Highest<T> {
    mark: Option<Mark>,
    of: PhantomData<T>,
}

impl<'de, T: Deserialize<'de> + Into<Mark>> Deserialize<'de> for Highest<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Self { mark: None, of: PhantomData })
    }
}

impl<'de, T: Deserialize<'de> + Into<Mark>> Visitor<'de> for Highest<T> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of what was signed")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self, A::Error> {
        while let Some(signed) = list.next_element::<T>()? {
            self.mark = highest(self.mark, Some(signed.into()));
        }
        Ok(self)
    }
}
