//! "A producer makes no two blocks in one slot or at one number, a finalizer breaks no vote."

mod any_bytes;
mod finality;
mod finalizer_files;
mod headers;
mod producing;
mod voting;
mod wallet;

use brainswap::{
    BlsSuite, Digest, Intent, Lane, Lanes, Position, PublicKey, Reading, Signable,
    authority::Name,
    chain::{
        EosFinalizer, EosProducer,
        eos::{
            BlockId, BlockRef, BlockRoot, BlockToSign, Candidate, Extension, FinalizerSafety,
            Header, KeySource, LegacyContext, NewProducers, NoVote, NotASafetyDat, Produced,
            SIGN_DIGEST_PATH, SafetyDat, SignDigest, SignatureProvider, Slot, Vote, WalletError,
            WalletUrl, signature_from_body, signature_to_body, turn_of,
        },
    },
    eos::{
        EosPublicKey, EosSignature, FinalizerKey, FinalizerSignature, NotEosText,
        finalizer_secret_of_seed, finalizer_secret_text,
    },
    key::{KeyKind, SecretKey},
    ports::{Chain as _, LaneRule, NotRead},
    watermark::{Mark, Verdict, WatermarkRefusal, check},
};
use proptest::prelude::*;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};

const SAVANNA: u32 = 0x8000_0000;

/// A legacy header, the one of EOS block 323978187 but for its roots.
fn legacy_header() -> Header {
    Header {
        slot: Slot::new(1_488_981_273),
        producer: name("ivote4eosusa"),
        confirmed: 0,
        previous: BlockId::of(323_978_186, [7; 32]),
        transaction_mroot: [8; 32],
        action_mroot: [9; 32],
        schedule_version: 2_083,
        new_producers: None,
        header_extensions: vec![],
    }
}

fn savanna_header() -> Header {
    let finality = Extension { id: 2, bytes: vec![3; 40] };
    Header { schedule_version: SAVANNA, header_extensions: vec![finality], ..legacy_header() }
}

const CONTEXT: LegacyContext = LegacyContext { blockroot: [1; 32], schedule_hash: [2; 32] };

fn legacy_block() -> BlockToSign {
    BlockToSign::legacy(legacy_header(), CONTEXT).unwrap()
}

fn savanna_block() -> BlockToSign {
    BlockToSign::savanna(savanna_header()).unwrap()
}

/// A Savanna block of this number and slot, with something that makes it another block.
fn block(number: u32, slot: u32, content: u8) -> BlockToSign {
    let header = Header {
        slot: Slot::new(slot),
        previous: BlockId::of(number - 1, [content; 32]),
        ..savanna_header()
    };
    BlockToSign::savanna(header).unwrap()
}

fn producer() -> EosProducer {
    EosProducer::new(name("ivote4eosusa"))
}

fn read(bytes: &[u8]) -> Result<Reading, NotRead> {
    producer().read(bytes)
}

fn refusal(bytes: &[u8]) -> String {
    let refused = read(bytes).unwrap_err();
    assert_eq!((refused.chain, refused.code()), ("eos-producer", "chain.not_read"));
    refused.reason.into_owned()
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

/// The same sequence for the same seed, for ever: splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}

/// A block of this number and slot, on a fork with this name.
fn block_ref(number: u32, slot: u32, fork: u32) -> BlockRef {
    let mut digest = [0xee; 32];
    digest[8..12].copy_from_slice(&slot.to_le_bytes());
    digest[12..16].copy_from_slice(&fork.to_le_bytes());
    BlockRef { id: BlockId::of(number, digest), slot: Slot::new(slot), finality_digest: digest }
}
