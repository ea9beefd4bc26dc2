//! Identity: the chain that names a server, and the signed entries in it.

use super::{full_signature::FullSignature, text::hash_of_key};
use alloc::{string::String, vec::Vec};
use core::{fmt, str::FromStr};
use sha2::{Digest as _, Sha256};

/// The byte before a key in an entry: an Ed25519 key follows.
const PREIMAGE: u8 = 1;

/// The seconds that a dated entry may be away from the block that it stands in: 12 hours.
const TOLERANCE: u64 = 12 * 60 * 60;

/// The id of a chain of entries; of an identity's root chain it is the server's name.
///
/// As text 64 hexadecimal digits. Identity chains begin with `888888`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId([u8; 32]);

/// A text that is not a chain id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a chain id: expected 64 hexadecimal digits")]
pub struct NotAChainId;

impl ChainId {
    /// The chain id of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The id of the chain whose first entry has these external ids: the SHA-256 of their SHA-256s.
    #[must_use]
    pub fn of<T: AsRef<[u8]>>(external_ids: &[T]) -> Self {
        let mut hasher = Sha256::new();
        for id in external_ids {
            hasher.update(Sha256::digest(id));
        }
        Self(hasher.finalize().into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The six digits after the first six, by which factomd's control panel shows an identity.
    #[must_use]
    pub fn short(&self) -> String {
        const_hex::encode(self.0.get(3..6).unwrap_or_default())
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode(self.0))
    }
}

impl fmt::Debug for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainId({self})")
    }
}

impl FromStr for ChainId {
    type Err = NotAChainId;

    /// Digits of either case, without a prefix.
    fn from_str(text: &str) -> Result<Self, NotAChainId> {
        digits(text).map(Self).ok_or(NotAChainId)
    }
}

/// 32 bytes of 64 hexadecimal digits, of either case, and nothing else.
pub(super) fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None; // the decoder would take a prefix
    }
    const_hex::decode_to_array(text).ok()
}

/// What a signed entry of an identity decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Title {
    /// The identity is registered.
    RegisterIdentity,
    /// The chain that manages its server is registered.
    RegisterManagement,
    /// Where the reward goes.
    CoinbaseAddress,
    /// A server key in place of the one before.
    NewSigningKey,
    /// A Bitcoin key for anchors.
    NewBitcoinKey,
    /// A Matryoshka hash.
    NewMatryoshkaHash,
    /// Which part of the reward is given up.
    ServerEfficiency,
    /// A reward is called off.
    CoinbaseCancel,
}

const TITLES: [(Title, &str); 8] = [
    (Title::RegisterIdentity, "Register Factom Identity"),
    (Title::RegisterManagement, "Register Server Management"),
    (Title::CoinbaseAddress, "Coinbase Address"),
    (Title::NewSigningKey, "New Block Signing Key"),
    (Title::NewBitcoinKey, "New Bitcoin Key"),
    (Title::NewMatryoshkaHash, "New Matryoshka Hash"),
    (Title::ServerEfficiency, "Server Efficiency"),
    (Title::CoinbaseCancel, "Coinbase Cancel"),
];

/// An entry that an identity key has signed.
///
/// Its external ids are: a zero, the title, the fields, a one with the key, the signature; the
/// signature covers what stands before the key, written one after the other
/// (FactomDocs `Identity.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityEntry {
    title: Title,
    fields: Vec<Vec<u8>>,
    signature: FullSignature,
}

/// Why external ids are no signed entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnEntry {
    /// Version, title, key or signature are not where they belong.
    #[error("the external ids are not those of a signed identity entry")]
    Form,
    /// The title is none of the eight.
    #[error("the title is not that of a signed identity entry")]
    Title,
    /// The key has not signed it.
    #[error("the signature does not match the key and the entry")]
    Signature,
}

impl NotAnEntry {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "factom.entry_form",
            Self::Title => "factom.entry_title",
            Self::Signature => "factom.entry_signature",
        }
    }
}

/// A server key that an identity has announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSigningKey {
    /// The identity.
    pub identity: ChainId,
    /// The Ed25519 key that signs from then on.
    pub public_key: [u8; 32],
    /// When it was announced, in seconds since 1970.
    pub seconds: u64,
}

impl NewSigningKey {
    /// Whether the entry counts in a block of this time: it is at most 12 hours away.
    #[must_use]
    pub const fn counts_at(&self, seconds: u64) -> bool {
        self.seconds.abs_diff(seconds) <= TOLERANCE
    }
}

impl IdentityEntry {
    /// Reads the external ids of an entry, and checks its signature.
    ///
    /// Whether the key is one of the identity's, its root chain says.
    ///
    /// # Errors
    ///
    /// [`NotAnEntry`].
    pub fn read<T: AsRef<[u8]>>(external_ids: &[T]) -> Result<Self, NotAnEntry> {
        let ids: Vec<&[u8]> = external_ids.iter().map(AsRef::as_ref).collect();
        let [[0], title, fields @ .., key, signature] = ids.as_slice() else {
            return Err(NotAnEntry::Form);
        };
        let Some((&PREIMAGE, key)) = key.split_first() else { return Err(NotAnEntry::Form) };
        let signature = FullSignature {
            public_key: key.try_into().map_err(|_| NotAnEntry::Form)?,
            signature: (*signature).try_into().map_err(|_| NotAnEntry::Form)?,
        };
        let known = TITLES.iter().find(|(_, text)| text.as_bytes() == *title);
        let (title, _) = known.ok_or(NotAnEntry::Title)?;
        let fields = fields.iter().map(|field| field.to_vec()).collect();
        let entry = Self { title: *title, fields, signature };
        entry.signature.verify(&entry.signed_bytes()).map_err(|_| NotAnEntry::Signature)?;
        Ok(entry)
    }

    /// What the signature covers.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let title = TITLES.iter().find(|(title, _)| *title == self.title);
        let mut bytes = Vec::from([0]);
        bytes.extend(title.map_or(&[][..], |(_, text)| text.as_bytes()));
        bytes.extend(self.fields.iter().flatten());
        bytes
    }

    /// What it decides.
    #[must_use]
    pub const fn title(&self) -> Title {
        self.title
    }

    /// The identity key that has signed: the double SHA-256 of a one and the key.
    #[must_use]
    pub fn signer(&self) -> [u8; 32] {
        hash_of_key(&self.signature.public_key)
    }

    /// The server key that it announces, if it does.
    #[must_use]
    pub fn new_signing_key(&self) -> Option<NewSigningKey> {
        let (Title::NewSigningKey, [identity, key, seconds]) = (self.title, self.fields.as_slice())
        else {
            return None;
        };
        Some(NewSigningKey {
            identity: ChainId(identity.as_slice().try_into().ok()?),
            public_key: key.as_slice().try_into().ok()?,
            seconds: u64::from_be_bytes(seconds.as_slice().try_into().ok()?),
        })
    }
}
