//! EOS: keys, signatures and authorities in the texts and bytes of EOS and other Antelope chains.
//!
//! | what | text | read | written |
//! |---|---|---|---|
//! | public key | `EOS...`, `PUB_K1_`, `PUB_R1_`, `PUB_WA_` | all | as nodeos prints it, or the newer form |
//! | secret key | WIF (`5...`), `PVT_K1_`, `PVT_R1_` | all | both, only into a secret |
//! | signature | `SIG_K1_`, `SIG_R1_` | both | both |
//!
//! | authority, action, transaction, proposal | - | packed | packed, signed |
//! | account | the JSON of `get_account` | sound ones | - |
//!
//! A text is base58 over the bytes and four bytes of checksum: RIPEMD-160 of the bytes followed by
//! the two letters of the curve, of the bytes alone for `EOS...`; double SHA-256 for WIF.

mod action;
mod authority;
mod block_signing;
#[cfg(feature = "bls")]
mod bls;
pub(crate) mod bytes;
mod get_account;
mod mirror;
mod msig;
mod on_chain;
mod public_key;
mod rotation;
mod secret_key;
mod signature;
mod signed_transaction;
mod system;
mod text;
mod transaction;

#[cfg(feature = "bls")]
pub use self::bls::{FinalizerKey, FinalizerSignature};
#[cfg(all(feature = "bls", feature = "std"))]
pub use self::bls::{finalizer_secret_of_seed, finalizer_secret_text};
pub use self::{
    action::{Action, PermissionLevel},
    authority::{pack_authority, unpack_authority},
    block_signing::{BlockSigningAuthority, NotABlockSigner},
    bytes::NotEosBytes,
    get_account::{EosAccount, MAX_ACCOUNT_JSON, MAX_ACCOUNTS, NotAnEosAccount, read_accounts},
    mirror::Mirror,
    msig::{MsigAction, NotAProposal, Proposal},
    on_chain::{NotMirrored, account_on_chain, charter_on_chain, on_chain},
    public_key::{EosPublicKey, WebAuthnKey},
    rotation::{
        Activated, Boundary, ChainBlock, NotRotated, OldHost, Pending, Planned, Producer,
        Registered,
    },
    secret_key::EosSecretKey,
    signature::EosSignature,
    signed_transaction::{ChainId, NotSigned, SignedTransaction},
    system::{MAX_URL, SystemAction},
    text::{Content, MAX_TEXT, NotEosText},
    transaction::{BlockReference, MAX_TRANSACTION, Transaction},
};
