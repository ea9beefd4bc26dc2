//! Fuzz: the body of every target, as a function of bytes that panics when something is wrong.
//!
//! `cargo fuzz run <target>` drives a body with libFuzzer; `cargo test` replays the corpus.
#![forbid(unsafe_code)]

mod bytes;
mod cometbft;
mod decode;
mod eos;
mod eos_twin;
mod ethereum;
mod evm;
mod factom;
pub mod handover;
mod rest;
mod shard;
mod solana;

pub use bytes::random_bytes;
pub use cometbft::{
    cometbft_key_import, cometbft_privval_decode, cometbft_read, cometbft_state_import,
};
pub use decode::{clique_read, envelope_decode, openssh_decode, position_parse};
pub use eos::{eos_block_read, eos_finalizer_text, eos_safety_dat, eos_vote_read};
pub use eos_twin::{
    eos_account_read, eos_authority_unpack, eos_name_parse, eos_text_parse, eos_transaction_unpack,
};
pub use ethereum::{bls_keystore_decode, ethereum_read, interchange_read};
pub use evm::{besu_answer, besu_read, clef_call, web3_keystore_read};
pub use factom::{factom_conf_read, factom_read};
pub use rest::{BINDING, journal_open, sealed_key_decode};
pub use shard::{shard_decode, shard_manifest_read, shard_paper_read};
pub use solana::{solana_tower_read, solana_vote_read};

/// Any sequence of inputs, on three hosts, keeps every invariant of `docs/protocol.md`, 5.5.
pub fn handover_sequence(data: &[u8]) {
    handover::run(data);
}

/// A body: it returns for every input, or it found something.
pub type Body = fn(&[u8]);

/// Every target by its name, which is also the folder of its corpus.
pub const TARGETS: &[(&str, Body)] = &[
    ("besu_answer", besu_answer),
    ("besu_read", besu_read),
    ("bls_keystore_decode", bls_keystore_decode),
    ("clef_call", clef_call),
    ("clique_read", clique_read),
    ("cometbft_key_import", cometbft_key_import),
    ("cometbft_privval_decode", cometbft_privval_decode),
    ("cometbft_read", cometbft_read),
    ("cometbft_state_import", cometbft_state_import),
    ("envelope_decode", envelope_decode),
    ("eos_account_read", eos_account_read),
    ("eos_authority_unpack", eos_authority_unpack),
    ("eos_block_read", eos_block_read),
    ("eos_finalizer_text", eos_finalizer_text),
    ("eos_name_parse", eos_name_parse),
    ("eos_safety_dat", eos_safety_dat),
    ("eos_text_parse", eos_text_parse),
    ("eos_transaction_unpack", eos_transaction_unpack),
    ("eos_vote_read", eos_vote_read),
    ("ethereum_read", ethereum_read),
    ("factom_conf_read", factom_conf_read),
    ("factom_read", factom_read),
    ("handover_sequence", handover_sequence),
    ("interchange_read", interchange_read),
    ("journal_open", journal_open),
    ("openssh_decode", openssh_decode),
    ("position_parse", position_parse),
    ("sealed_key_decode", sealed_key_decode),
    ("shard_decode", shard_decode),
    ("shard_manifest_read", shard_manifest_read),
    ("shard_paper_read", shard_paper_read),
    ("solana_tower_read", solana_tower_read),
    ("solana_vote_read", solana_vote_read),
    ("web3_keystore_read", web3_keystore_read),
];

/// Runs a body on the files named on the command line: how a finding is looked at on stable.
pub fn replay(body: Body) {
    for path in std::env::args_os().skip(1) {
        match std::fs::read(&path) {
            Ok(data) => body(&data),
            Err(error) => eprintln!("{}: {error}", path.to_string_lossy()),
        }
    }
}

/// Makes a program of a body: libFuzzer's under `cargo fuzz`, a replay everywhere else.
#[macro_export]
macro_rules! target {
    ($body:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$body(data));
        #[cfg(not(fuzzing))]
        fn main() {
            $crate::replay($crate::$body);
        }
    };
}
