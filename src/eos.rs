//! EOS: keys, signatures and authorities in the texts and bytes of EOS and other Antelope chains.
//!
//! | what | text | read | written |
//! |---|---|---|---|
//! | public key | `EOS...`, `PUB_K1_`, `PUB_R1_`, `PUB_WA_` | all | as nodeos prints it, or the newer form |
//! | secret key | WIF (`5...`), `PVT_K1_`, `PVT_R1_` | all | both, only into a secret |
//! | signature | `SIG_K1_`, `SIG_R1_` | both | both |
//!
//! A text is base58 over the bytes and four bytes of checksum: RIPEMD-160 of the bytes followed by
//! the two letters of the curve, of the bytes alone for `EOS...`; double SHA-256 for WIF.

mod bytes;
mod public_key;
mod secret_key;
mod signature;
mod text;

pub use self::{
    bytes::{NotEosBytes, pack_authority, unpack_authority},
    public_key::{EosPublicKey, WebAuthnKey},
    secret_key::EosSecretKey,
    signature::EosSignature,
    text::{Content, MAX_TEXT, NotEosText},
};
