//! "The corpus begins with real encodings." `BRAINSWAP_WRITE_SEEDS=1` writes them anew.

#![allow(clippy::disallowed_methods, reason = "the corpus is written here, when that is asked for")]

#[path = "seeds/eos_twin.rs"]
mod eos_twin;
#[path = "seeds/evm.rs"]
mod evm;
#[path = "seeds/factom.rs"]
mod factom;
#[path = "seeds/solana.rs"]
mod solana;

use brainswap::{
    adapters::{FileJournal, JournalOptions},
    authority::Name,
    chain::{
        cometbft::{self, Proposal, Timestamp, Vote, VoteKind},
        eos::{
            BlockId, BlockRef, BlockToSign, Extension, FinalizerSafety, Header, LegacyContext,
            NewProducers, SafetyDat, Slot, Vote as FinalizerVote, WalletError,
        },
    },
    eos::FinalizerKey,
    key::{Argon2Params, KeyKind, SealedKey, SecretKey},
    openssh::SshSignature,
    ports::{Entry, EntryKey, Journal as _},
};
use brainswap_fuzz::{BINDING, random_bytes};
use secrecy::ExposeSecret as _;
use std::{env, fs, path::PathBuf};

#[test]
fn the_seeds_are_what_this_version_writes() {
    let mut seeds: Vec<(&str, String, Vec<u8>)> = Vec::new();
    let mut add = |target, name: &str, bytes| seeds.push((target, name.to_owned(), bytes));
    for (name, envelope) in envelopes() {
        add("envelope_decode", &name, envelope);
    }
    add("clique_read", "legacy", header(&[0x20; 32], &[], false));
    add("clique_read", "checkpoint", header(&[0x20; 72], &[], false));
    add("clique_read", "base-fee", header(&[0x20; 32], &[], true));
    add("clique_read", "sealed", header(&[0x20; 32], &[0x33; 65], true));
    let block_id = cometbft::BlockId { hash: [0xaa; 32], parts_total: 5, parts_hash: [0xbb; 32] };
    let timestamp = Timestamp { seconds: 1_700_000_000, nanos: 7 };
    let vote = |kind, block_id| Vote { kind, height: 10, round: 1, block_id, timestamp };
    add("cometbft_read", "prevote", vote(VoteKind::Prevote, Some(block_id)).sign_bytes("chain"));
    add("cometbft_read", "nil", vote(VoteKind::Precommit, None).sign_bytes("chain"));
    let proposal = Proposal { height: 10, round: 1, pol_round: -1, block_id, timestamp };
    add("cometbft_read", "proposal", proposal.sign_bytes("chain"));
    let extension = cometbft::VoteExtension { height: 10, round: 1, extension: b"price".to_vec() };
    add("cometbft_read", "extension", extension.sign_bytes("chain"));
    let precommit = vote(VoteKind::Precommit, Some(block_id));
    for (name, bytes) in privval(precommit, proposal) {
        add("cometbft_privval_decode", name, bytes);
    }
    for (name, text) in cometbft_states(&precommit.sign_bytes("chain")) {
        add("cometbft_state_import", name, text.into_bytes());
    }
    for (name, key) in [("ed25519", KeyKind::Ed25519), ("secp256k1", KeyKind::Secp256k1)] {
        add("cometbft_key_import", name, cometbft_key(key));
    }
    add("cometbft_key_import", "empty", b"{}".to_vec());
    for (name, text) in [
        ("start", "0"),
        ("height", "24118907"),
        ("round", "7/1/3"),
        ("open", "open"),
        ("term", "1.4"),
        ("digest", &"31".repeat(32)),
        ("fido-key", "sk-p256:036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        ("key", "secp256k1:0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
    ] {
        add("position_parse", name, text.as_bytes().to_vec());
    }
    for (name, text) in [
        ("ed25519", include_str!("../../tests/openssh/made/ed25519.sig")),
        ("ecdsa", include_str!("../../tests/openssh/made/ecdsa-low.sig")),
        ("sk-ed25519", include_str!("../../tests/openssh/made/sk-ed25519.sig")),
        ("sk-ecdsa", include_str!("../../tests/openssh/made/sk-ecdsa-low.sig")),
    ] {
        let signature = SshSignature::from_armor(text).expect("ssh-keygen made it");
        add("openssh_decode", name, signature.to_bytes());
        add("openssh_decode", &format!("{name}-text"), text.as_bytes().to_vec());
    }
    for (name, text) in [
        ("rsa-text", include_str!("../../tests/openssh/made/rsa.sig")),
        ("ed25519-key", include_str!("../../tests/openssh/made/ed25519.pub")),
        ("ecdsa-key", include_str!("../../tests/openssh/made/ecdsa.pub")),
        ("sk-ecdsa-key", include_str!("../../tests/openssh/made/sk-ecdsa.pub")),
        ("certificate", include_str!("../../tests/openssh/made/ed25519-cert.pub")),
    ] {
        add("openssh_decode", name, text.as_bytes().to_vec());
    }
    for (target, name, bytes) in eos().into_iter().chain(eos_twin::seeds()) {
        add(target, name, bytes);
    }
    for (target, name, text) in ethereum() {
        add(target, name, text.into_bytes());
    }
    for (target, name, bytes) in evm::seeds() {
        add(target, &name, bytes);
    }
    for (target, name, bytes) in factom::seeds().into_iter().chain(solana::seeds()) {
        add(target, name, bytes);
    }
    for setup in 0..16_u8 {
        let mut bytes = random_bytes(u64::from(setup));
        bytes[0] = setup;
        add("handover_sequence", &format!("setup-{setup:02}"), bytes);
    }
    for (target, name, bytes) in seeds {
        let path = corpus(target, &name);
        if writes() {
            fs::write(&path, &bytes).expect("the corpus can be written");
        }
        assert_eq!(fs::read(&path).unwrap_or_default(), bytes, "{target}/{name}");
    }
}

/// Spring `tests/TestHarness/launcher.py`.
const PUBLIC: &str = "PUB_BLS_qVbh4IjYZpRGo8U_0spBUM-u-r_G0fMo4MzLZRsKWmm5uyeQTp74YFaMN9IDWPoVVT5rj\
    _Tw1gvps6K9_OZ6sabkJJzug3uGfjA6qiaLbLh5Fnafwv-nVgzzzBlU2kwRrcHc8Q";

/// What Antelope nodes have signed, with values that are easy to see.
fn eos() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let legacy = Header {
        slot: Slot::new(1_488_981_273),
        producer: Name::ACTIVE,
        confirmed: 12,
        previous: BlockId::of(323_978_186, [7; 32]),
        transaction_mroot: [8; 32],
        action_mroot: [9; 32],
        schedule_version: 2_083,
        new_producers: None,
        header_extensions: vec![],
    };
    let finality = Extension { id: 2, bytes: vec![3; 40] };
    let savanna = Header {
        confirmed: 0,
        schedule_version: 1 << 31,
        header_extensions: vec![finality],
        ..legacy.clone()
    };
    let producers = vec![(Name::ACTIVE, [0; 34]), (Name::OWNER, [1; 34])];
    let proposing = NewProducers { version: 2_084, producers };
    let proposing = Header { new_producers: Some(proposing), ..legacy.clone() };
    let context = LegacyContext { blockroot: [1; 32], schedule_hash: [2; 32] };
    let legacy = BlockToSign::legacy(legacy, context).expect("a legacy header");
    let proposing = BlockToSign::legacy(proposing, context).expect("a legacy header");
    let savanna = BlockToSign::savanna(savanna).expect("a Savanna header");
    let slot = Slot::new(203);
    let block = BlockRef { id: BlockId::of(203, [7; 32]), slot, finality_digest: [8; 32] };
    let vote = FinalizerVote { strong: false, block, lock: Slot::new(200) };
    let key: FinalizerKey = PUBLIC.parse().expect("a key of Antelope's test network");
    let safety = FinalizerSafety { last_vote: block, ..FinalizerSafety::new(block) };
    let file = SafetyDat::new(vec![(key, safety)]);
    let mut first = file.to_bytes();
    first.truncate(first.len() - 7); // the checksum, and three bytes of the slot of the fork
    first.splice(8..9, [0]);
    let k1 = "EOS6KzD4YVbuXV5uBH5d4Ay4sTzuQk88ivmnWfJPLoo6SFrX6iyqj";
    let request = format!("[\"{}\",\"{k1}\"]", "31".repeat(32));
    vec![
        ("eos_block_read", "legacy", legacy.to_bytes()),
        ("eos_block_read", "legacy-proposing", proposing.to_bytes()),
        ("eos_block_read", "savanna", savanna.to_bytes()),
        ("eos_safety_dat", "one", file.to_bytes()),
        ("eos_safety_dat", "none", SafetyDat::new(vec![]).to_bytes()),
        ("eos_safety_dat", "first-version", first),
        ("eos_finalizer_text", "key", PUBLIC.as_bytes().to_vec()),
        ("eos_finalizer_text", "request", request.into_bytes()),
        ("eos_finalizer_text", "refusal", WalletError::refused("no").to_body().into_bytes()),
        ("eos_vote_read", "strong", FinalizerVote { strong: true, ..vote }.to_bytes()),
        ("eos_vote_read", "weak", vote.to_bytes()),
        ("eos_vote_read", "of-a-late-lock", FinalizerVote { lock: slot, ..vote }.to_bytes()),
    ]
}

/// Salts and names of files are random: these are written once, and must go on being read.
#[test]
fn what_was_sealed_and_kept_once_is_still_read() {
    if writes() {
        write_random();
    }
    for name in ["passphrase", "recipient", "secp256k1"] {
        let bytes = fs::read(corpus("sealed_key_decode", name)).expect("a seed");
        assert_eq!(SealedKey::from_bytes(&bytes).expect("it is sealed").to_bytes(), bytes);
    }
    for (name, count) in [("empty", 0), ("three", 3), ("replaced", 1)] {
        let dir = tempfile::tempdir().expect("a temporary directory");
        fs::copy(corpus("journal_open", name), dir.path().join("journal")).expect("a seed");
        let (_journal, entries) = FileJournal::open(dir.path(), &BINDING).expect("it opens");
        assert_eq!(entries.len(), count, "{name}");
    }
}

/// Sign requests of each form, an interchange with each part, keystores of each function.
fn ethereum() -> Vec<(&'static str, &'static str, String)> {
    let root = |byte: u8| format!("\"0x{}\"", format!("{byte:02x}").repeat(32));
    let signature = format!("\"0x{}\"", "05".repeat(96));
    let pubkey = "09".repeat(48);
    let network = root(0x47);
    let fork_info = format!(
        r#""fork_info":{{"fork":{{"previous_version":"0x03000000","current_version":"0x04000000","epoch":"100"}},"genesis_validators_root":{network}}}"#
    );
    let one = root(1);
    let header =
        format!(r#""slot":"3201","proposer_index":"7","parent_root":{one},"state_root":{one}"#);
    let data = format!(
        r#"{{"slot":"3201","index":"0","beacon_block_root":{one},"source":{{"epoch":"99","root":{one}}},"target":{{"epoch":"100","root":{one}}}}}"#
    );
    let attestation =
        format!(r#"{{"aggregation_bits":"0x0101","data":{data},"signature":{signature}}}"#);
    let body = format!(
        r#"{{"randaoReveal":{signature},"eth1Data":{{"depositRoot":{one},"depositCount":"8","blockHash":{one}}},"graffiti":{one},"proposerSlashings":[],"attesterSlashings":[],"attestations":[{attestation}],"deposits":[],"voluntaryExits":[{{"message":{{"epoch":"1","validator_index":"7"}},"signature":{signature}}}]}}"#
    );
    let request =
        |kind: &str, payload: String| format!(r#"{{"type":"{kind}",{fork_info},{payload}}}"#);
    let header_block = format!(
        r#""beacon_block":{{"version":"DENEB","block_header":{{{header},"body_root":{one}}}}}"#
    );
    let registration = format!(
        r#"{{"type":"VALIDATOR_REGISTRATION","validator_registration":{{"fee_recipient":"0x{}","gas_limit":"30000000","timestamp":"1700000000","pubkey":"0x{pubkey}"}}}}"#,
        "08".repeat(20)
    );
    let aggregate = format!(
        r#""aggregate_and_proof":{{"aggregator_index":"1","aggregate":{attestation},"selection_proof":{signature}}}"#
    );
    let metadata = format!(
        r#""metadata":{{"interchange_format_version":"5","genesis_validators_root":{network}}}"#
    );
    let entry = |blocks: &str, votes: &str| {
        format!(
            r#"{{"pubkey":"0x{pubkey}","signed_blocks":[{blocks}],"signed_attestations":[{votes}]}}"#
        )
    };
    let file = |data: String| format!(r#"{{{metadata},"data":[{data}]}}"#);
    let signed_block = format!(r#"{{"slot":"9","signing_root":{one}}},{{"slot":"7"}}"#);
    let vote = r#"{"source_epoch":"3","target_epoch":"4"}"#;
    let upside_down = r#"{"source_epoch":"8","target_epoch":"7"}"#;
    let keystore = |kdf: &str| {
        let digits = "07".repeat(32);
        let iv = "08".repeat(16);
        format!(
            r#"{{"crypto":{{"kdf":{{{kdf},"message":""}},"checksum":{{"function":"sha256","params":{{}},"message":"{digits}"}},"cipher":{{"function":"aes-128-ctr","params":{{"iv":"{iv}"}},"message":"{digits}"}}}},"pubkey":"{pubkey}","path":"m/12381/3600/0/0/0","uuid":"64625def-3331-4eea-ab6f-782f3ed16a83","version":4}}"#
        )
    };
    let scrypt = r#""function":"scrypt","params":{"dklen":32,"n":262144,"p":1,"r":8,"salt":"00"}"#;
    let pbkdf2 =
        r#""function":"pbkdf2","params":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"00"}"#;
    vec![
        ("ethereum_read", "block-header", request("BLOCK_V2", header_block)),
        (
            "ethereum_read",
            "whole-block",
            request("BLOCK", format!(r#""block":{{{header},"body":{body}}}"#)),
        ),
        (
            "ethereum_read",
            "attestation",
            request("ATTESTATION", format!(r#""attestation":{data}"#)),
        ),
        (
            "ethereum_read",
            "randao",
            request("RANDAO_REVEAL", r#""randao_reveal":{"epoch":"3"}"#.into()),
        ),
        ("ethereum_read", "aggregate", request("AGGREGATE_AND_PROOF", aggregate)),
        ("ethereum_read", "registration", registration),
        ("interchange_read", "minimal", file(entry(&signed_block, vote))),
        ("interchange_read", "empty", file(entry("", ""))),
        ("interchange_read", "source-above-target", file(entry("", upside_down))),
        (
            "interchange_read",
            "twice",
            file(format!("{},{}", entry(&signed_block, ""), entry("", vote))),
        ),
        ("bls_keystore_decode", "scrypt", keystore(scrypt)),
        ("bls_keystore_decode", "pbkdf2", keystore(pbkdf2)),
        (
            "bls_keystore_decode",
            "version-3",
            keystore(scrypt).replace("\"version\":4", "\"version\":3"),
        ),
    ]
}

fn write_random() {
    let cheap = Argon2Params::new(32, 1, 1).expect("within the limits");
    let passphrase = secrecy::SecretString::from("correct horse");
    let key = SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    let other = SecretKey::generate(KeyKind::Secp256k1).expect("random bytes");
    let identity = brainswap::key::RecipientIdentity::generate().expect("random bytes");
    let recipients = [identity.recipient()];
    for (name, sealed) in [
        ("passphrase", SealedKey::seal_with_passphrase(&key, &passphrase, cheap)),
        ("recipient", SealedKey::seal_to_recipients(&key, &recipients)),
        ("secp256k1", SealedKey::seal_with_passphrase(&other, &passphrase, cheap)),
    ] {
        let bytes = sealed.expect("it can be sealed").to_bytes();
        fs::write(corpus("sealed_key_decode", name), bytes).expect("the corpus can be written");
    }
    let options = JournalOptions { growth: 1024, ..JournalOptions::default() };
    let entry = |lane: u8, value: &[u8]| Entry {
        key: EntryKey::Mark(brainswap::IdentityId::from_bytes([1; 32]), brainswap::Lane::new(lane)),
        value: value.to_vec(),
    };
    for (name, lanes) in [("empty", &[][..]), ("three", &[0, 1, 2]), ("replaced", &[0, 0, 0])] {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let journal =
            FileJournal::create_with(dir.path(), &BINDING, &options).expect("it can be created");
        for (number, lane) in lanes.iter().enumerate() {
            journal.commit(&[entry(*lane, &[number as u8; 58])]).expect("it takes a commit");
        }
        drop(journal);
        fs::copy(dir.path().join("journal"), corpus("journal_open", name)).expect("a copy");
    }
}

fn writes() -> bool {
    env::var_os("BRAINSWAP_WRITE_SEEDS").is_some()
}

fn corpus(target: &str, name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    if writes() {
        fs::create_dir_all(&dir).expect("the corpus can be written");
    }
    dir.join(name)
}

/// Requests and answers of the remote signer.
fn privval(vote: Vote, proposal: Proposal) -> Vec<(&'static str, Vec<u8>)> {
    use cometbft::privval::{Dialect, NodeProposal, NodeVote, Request, Response};
    let chain_id = || "chain".to_owned();
    let vote = NodeVote {
        vote,
        validator_address: vec![7; 20],
        validator_index: 3,
        signature: vec![],
        extension: b"price".to_vec(),
        extension_signature: vec![],
    };
    let proposal = NodeProposal { kind: 32, proposal, signature: vec![] };
    let asked = Request::SignVote { vote, chain_id: chain_id(), skip_extension: false };
    let key = Response::PubKey(Ok(brainswap::PublicKey::Ed25519([7; 32])));
    vec![
        ("ping", Request::Ping.to_bytes()),
        ("vote", asked.to_bytes()),
        ("proposal", Request::SignProposal { proposal, chain_id: chain_id() }.to_bytes()),
        ("refused", asked.refused("no").to_bytes(Dialect::V0_34)),
        ("key", key.to_bytes(Dialect::V0_34)),
        ("key-v1", key.to_bytes(Dialect::V1)),
    ]
}

/// One state of each signer.
fn cometbft_states(sign_bytes: &[u8]) -> Vec<(&'static str, String)> {
    let signbytes: String = sign_bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    vec![
        (
            "filepv",
            format!(
                r#"{{"height":"10","round":1,"step":3,"signature":"AA==","signbytes":"{signbytes}"}}"#
            ),
        ),
        (
            "tmkms",
            r#"{"height":"5","round":"0","step":1,"block_id":{"hash":"AA","parts":{"total":1,"hash":"AA"}}}"#
                .to_owned(),
        ),
        ("horcrux", r#"{"height":"361402","round":"0","step":3}"#.to_owned()),
    ]
}

/// The key file of a secret that is no secret.
fn cometbft_key(kind: KeyKind) -> Vec<u8> {
    let known = match kind {
        KeyKind::Ed25519 => {
            "ed25519:ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"
        }
        _ => "secp256k1:02989c0b76cb563971fdc9bef31ec06c3560f3249d6ee9e5d83c57625596e05f6f",
    };
    let public = known.parse().expect("a public key");
    let key = SecretKey::import(kind, &vec![7; 32].into(), &public).expect("its secret");
    cometbft::export_key(&key).expect("it has a key file").expose_secret().as_bytes().to_vec()
}

/// The frozen documents, one of each kind.
fn envelopes() -> Vec<(String, Vec<u8>)> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/wire/v1");
    let mut found = Vec::new();
    for file in fs::read_dir(dir).expect("the frozen documents") {
        let path = file.expect("the frozen documents").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = fs::read_to_string(&path).expect("a frozen document");
            let envelope = text.lines().nth(2).expect("its third line").as_bytes().to_vec();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            found.push((name, envelope));
        }
    }
    assert!(found.len() >= 12, "at least one of each kind");
    found
}

/// A block header in RLP (EIP-225), as a signer is handed it, or sealed.
fn header(extra: &[u8], seal: &[u8], base_fee: bool) -> Vec<u8> {
    let mut fields = Vec::new();
    let hash = [0x11; 32];
    let fixed: [&[u8]; 7] = [&hash, &hash, &[0; 20], &hash, &hash, &hash, &[0; 256]];
    for field in fixed {
        text(&mut fields, field);
    }
    let numbers: [&[u8]; 5] = [&[2], &[0x07], &[0x7a, 0x12, 0x00], &[], &[0x65, 0x53, 0xf1, 0x00]];
    for field in numbers {
        text(&mut fields, field);
    }
    text(&mut fields, &[extra, seal].concat());
    text(&mut fields, &[0; 32]);
    text(&mut fields, &[0; 8]);
    if base_fee {
        text(&mut fields, &[7]);
    }
    let mut list = Vec::new();
    head(&mut list, 0xc0, fields.len());
    list.extend(fields);
    list
}

fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    match bytes {
        [byte] if *byte < 0x80 => out.push(*byte),
        _ => {
            head(out, 0x80, bytes.len());
            out.extend(bytes);
        }
    }
}

fn head(out: &mut Vec<u8>, kind: u8, length: usize) {
    if length < 56 {
        out.push(kind + length as u8);
        return;
    }
    let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    out.push(kind + 55 + bytes.len() as u8);
    out.extend(bytes);
}
