//! Signed transaction: a transaction with its signatures, as nodes take it.
//!
//! Packed (`packed_transaction`): `signatures || compression: u8 || context-free data || packed
//! transaction`, the last two as a length and as many bytes. Only what is not compressed is read:
//! one compressed content has many forms.

use super::{
    Action, EosPublicKey, EosSecretKey, EosSignature, MAX_TRANSACTION, NotEosBytes, NotEosText,
    SystemAction, Transaction,
    bytes::{put_bytes, put_varuint, whole},
    transaction::pack_context_free_data,
};
use crate::{
    NotADigest,
    authority::{self, Accounts, Approvals, Level, NotAuthorized},
    digest::from_lower_hex,
};
use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, str::FromStr};

/// Names a chain: what its signatures are for. As text 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId([u8; 32]);

/// A transaction and its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransaction {
    /// What is signed.
    pub transaction: Transaction,
    /// The data of its context-free actions, one for each; none here as a rule.
    pub context_free_data: Vec<Vec<u8>>,
    /// The signatures, in the order in which they are written.
    pub signatures: Vec<EosSignature>,
}

/// Why signatures do not stand for keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSigned {
    /// A signature that the chain refuses.
    #[error("signature {at}: {error}")]
    Signature {
        /// Its place, from 0.
        at: usize,
        /// What is wrong with it.
        error: NotEosText,
    },
    /// Two signatures by one key, which the chain refuses.
    #[error("key {key} has signed twice")]
    Double {
        /// Which.
        key: EosPublicKey,
    },
    /// A system action that is not read.
    #[error(transparent)]
    Bytes(#[from] NotEosBytes),
    /// The signatures are not those that the actions need.
    #[error(transparent)]
    NotAuthorized(#[from] NotAuthorized<EosPublicKey>),
}

impl NotSigned {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Signature { error, .. } => error.code(),
            Self::Double { .. } => "transaction.double_signature",
            Self::Bytes(error) => error.code(),
            Self::NotAuthorized(error) => error.code(),
        }
    }

    /// A safe next step.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Signature { error, .. } => error.advice(),
            Self::Double { .. } => "leave one of the two signatures out",
            Self::Bytes(error) => error.advice(),
            Self::NotAuthorized(error) => error.advice(),
        }
    }
}

impl ChainId {
    /// EOS, which is called Vaulta now.
    pub const EOS: Self = Self([
        0xac, 0xa3, 0x76, 0xf2, 0x06, 0xb8, 0xfc, 0x25, 0xa6, 0xed, 0x44, 0xdb, 0xdc, 0x66, 0x54,
        0x7c, 0x36, 0xc6, 0xc3, 0x3e, 0x3a, 0x11, 0x9f, 0xfb, 0xea, 0xef, 0x94, 0x36, 0x42, 0xf0,
        0xe9, 0x06,
    ]);

    /// The id with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl SignedTransaction {
    /// The transaction, without a signature.
    #[must_use]
    pub const fn new(transaction: Transaction) -> Self {
        Self { transaction, context_free_data: Vec::new(), signatures: Vec::new() }
    }

    /// What is signed on this chain.
    #[must_use]
    pub fn signing_digest(&self, chain: &ChainId) -> [u8; 32] {
        self.transaction.signing_digest_with(chain, &self.context_free_data)
    }

    /// Adds the signature of a person's key.
    ///
    /// # Errors
    ///
    /// [`NotEosText::NotCanonical`] as [`EosSecretKey::sign_digest`].
    pub fn sign(&mut self, chain: &ChainId, key: &EosSecretKey) -> Result<(), NotEosText> {
        self.signatures.push(key.sign_digest(&self.signing_digest(chain))?);
        Ok(())
    }

    /// The keys that have signed for this chain.
    ///
    /// A signature for another chain, or over another transaction, is by some other key: compare
    /// the keys with those that should have signed.
    ///
    /// # Errors
    ///
    /// [`NotSigned`].
    pub fn signers(&self, chain: &ChainId) -> Result<BTreeSet<EosPublicKey>, NotSigned> {
        let digest = self.signing_digest(chain);
        let mut keys = BTreeSet::new();
        for (at, signature) in self.signatures.iter().enumerate() {
            let key =
                signature.recover(&digest).map_err(|error| NotSigned::Signature { at, error })?;
            if !keys.insert(key.clone()) {
                return Err(NotSigned::Double { key });
            }
        }
        Ok(keys)
    }

    /// Whether a chain whose accounts are these would take the signatures: every action may be done
    /// by the permissions declared for it, these are satisfied, and no signature is left over.
    ///
    /// Changes of permissions among the actions do not count yet. What the actions then do, and
    /// what they cost, is for the chain to say.
    ///
    /// # Errors
    ///
    /// [`NotSigned`].
    pub fn authorize(
        &self,
        chain: &ChainId,
        accounts: &Accounts<EosPublicKey>,
    ) -> Result<(), NotSigned> {
        let keys = self.signers(chain)?;
        let waited = self.transaction.delay_sec;
        let approvals = Approvals { waited, ..Approvals::of_keys(keys) };
        let actions = self.transaction.actions.iter().map(|action| {
            let declared = action.authorization.iter().map(|level| Level::from(*level)).collect();
            Ok((rule_of(action)?, declared))
        });
        let actions: Vec<_> = actions.collect::<Result<_, NotEosBytes>>()?;
        Ok(accounts.authorize(&actions, &approvals)?)
    }

    /// Packs the signed transaction, uncompressed.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        put_varuint(&mut packed, self.signatures.len() as u64);
        for signature in &self.signatures {
            packed.extend(signature.pack());
        }
        packed.push(0);
        put_bytes(&mut packed, &pack_context_free_data(&self.context_free_data));
        put_bytes(&mut packed, &self.transaction.pack());
        packed
    }

    /// Unpacks a signed transaction that these bytes hold and nothing else. Signatures are not
    /// checked: see [`SignedTransaction::signers`].
    ///
    /// # Errors
    ///
    /// [`NotEosBytes`]; [`NotEosBytes::Alternative`] if it is compressed.
    pub fn unpack(bytes: &[u8]) -> Result<Self, NotEosBytes> {
        whole(bytes, 2 * MAX_TRANSACTION, |reader| {
            let signatures = reader.list(EosSignature::read)?;
            let [compression] = *reader.array()?;
            if compression != 0 {
                let (what, kind) = ("packed transaction", u64::from(compression));
                return Err(NotEosBytes::Alternative { what, kind });
            }
            let context_free_data = match reader.bytes(MAX_TRANSACTION)? {
                [] => Vec::new(),
                data => unpack_context_free_data(data)?,
            };
            let transaction = Transaction::unpack(reader.bytes(MAX_TRANSACTION)?)?;
            Ok(Self { transaction, context_free_data, signatures })
        })
    }

    /// The JSON that a node takes at `/v1/chain/send_transaction` and `/v1/chain/push_transaction`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let signatures: Vec<_> = self.signatures.iter().map(ToString::to_string).collect();
        serde_json::json!({
            "signatures": signatures,
            "compression": "none",
            "packed_context_free_data":
                const_hex::encode(pack_context_free_data(&self.context_free_data)),
            "packed_trx": const_hex::encode(self.transaction.pack()),
        })
        .to_string()
    }
}

/// What the rules look at: a change of permissions is more than a call.
fn rule_of(action: &Action) -> Result<authority::Action<EosPublicKey>, NotEosBytes> {
    let (code, name) = (action.account, action.name);
    if authority::is_unlinkable(code, name)
        && let Some(change) = SystemAction::of_action(action)?.to_change()
    {
        return Ok(authority::Action::Change(change));
    }
    Ok(authority::Action::Call { code, action: name })
}

/// A list with an entry at least: that there is none has another form.
fn unpack_context_free_data(data: &[u8]) -> Result<Vec<Vec<u8>>, NotEosBytes> {
    let data = whole(data, MAX_TRANSACTION, |reader| {
        reader.list(|reader| reader.bytes(MAX_TRANSACTION).map(<[u8]>::to_vec))
    })?;
    if data.is_empty() { Err(NotEosBytes::Varuint) } else { Ok(data) }
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
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        from_lower_hex(text).map(Self).ok_or(NotADigest)
    }
}
