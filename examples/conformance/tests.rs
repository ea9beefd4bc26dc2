//! "Every published vector passes; a file that is not known, or a changed expectation, fails."

use crate::suite::Report;
use serde_json::{Value, json};
use std::{env, fs, path::PathBuf};

const FILES: &[(&str, usize)] = &[
    ("age/piv-p256/piv_p256_interop.json", 4),
    ("besu/bft_header_hashing.json", 2),
    ("besu/extra_data.json", 4),
    ("besu/ibft2_messages.json", 16),
    ("besu/node_keys.json", 4),
    ("besu/qbft_messages.json", 20),
    ("clique/clef_sign_data.json", 6),
    ("clique/sealed_headers.json", 14),
    ("clique/web3_v3_geth_keystore_files.json", 4),
    ("clique/web3_v3_keystore_vectors.json", 4),
    ("cometbft/filepv.json", 30),
    ("cometbft/privval_messages.json", 34),
    ("cometbft/secret_connection.json", 47),
    ("cometbft/sign_bytes.json", 12),
    ("cometbft/state_formats.json", 15),
    ("cometbft/tmkms_0_15_0_observed.json", 20),
    ("eip3076/eip2333_derivation.json", 9),
    ("eip3076/eip2335_keystores.json", 2),
    ("eip3076/generated/duplicate_pubkey_not_slashable.json", 6),
    ("eip3076/generated/duplicate_pubkey_slashable_block.json", 3),
    ("eip3076/generated/multiple_interchanges_multiple_validators_repeat_idem.json", 9),
    ("eip3076/generated/multiple_interchanges_overlapping_validators_merge_stale.json", 17),
    ("eip3076/generated/multiple_interchanges_overlapping_validators_repeat_idem.json", 6),
    ("eip3076/generated/multiple_interchanges_single_validator_first_surrounds_second.json", 7),
    (
        "eip3076/generated/multiple_interchanges_single_validator_multiple_blocks_out_of_order.json",
        6,
    ),
    ("eip3076/generated/multiple_interchanges_single_validator_second_surrounds_first.json", 7),
    ("eip3076/generated/multiple_interchanges_single_validator_single_att_out_of_order.json", 6),
    ("eip3076/generated/multiple_interchanges_single_validator_single_message_gap.json", 10),
    ("eip3076/generated/multiple_validators_multiple_blocks_and_attestations.json", 23),
    ("eip3076/generated/multiple_validators_same_slot_blocks.json", 1),
    ("eip3076/generated/single_validator_genesis_attestation.json", 2),
    ("eip3076/generated/single_validator_multiple_block_attempts.json", 4),
    ("eip3076/generated/single_validator_multiple_blocks_and_attestations.json", 16),
    ("eip3076/generated/single_validator_out_of_order_attestations.json", 5),
    ("eip3076/generated/single_validator_out_of_order_blocks.json", 4),
    ("eip3076/generated/single_validator_resign_block.json", 10),
    ("eip3076/generated/single_validator_single_attestation.json", 6),
    ("eip3076/generated/single_validator_single_block.json", 5),
    ("eip3076/generated/single_validator_single_block_and_attestation.json", 10),
    ("eip3076/generated/single_validator_slashable_attestations_double_vote.json", 1),
    ("eip3076/generated/single_validator_slashable_attestations_surrounded_by_existing.json", 1),
    ("eip3076/generated/single_validator_slashable_attestations_surrounds_existing.json", 1),
    ("eip3076/generated/single_validator_slashable_blocks.json", 1),
    ("eip3076/generated/single_validator_source_greater_than_target.json", 1),
    ("eip3076/generated/single_validator_source_greater_than_target_sensible_iff_minified.json", 3),
    ("eip3076/generated/single_validator_source_greater_than_target_surrounded.json", 2),
    ("eip3076/generated/single_validator_source_greater_than_target_surrounding.json", 2),
    ("eip3076/generated/wrong_genesis_validators_root.json", 1),
    ("eip3076/web3signer_sign_requests.json", 14),
    ("eos/action_bytes.json", 21),
    ("eos/authority_checker.json", 35),
    ("eos/authority_validate.json", 18),
    ("eos/block_ids.json", 6),
    ("eos/block_signing_legacy.json", 3),
    ("eos/blockvault_cases.json", 3),
    ("eos/bls_keys.json", 13),
    ("eos/finalizer_vote_cases.json", 4),
    ("eos/keosd_http.json", 26),
    ("eos/keys.json", 25),
    ("eos/names.json", 28),
    ("eos/permission_linkauth_cases.json", 8),
    ("eos/production_rules.json", 14),
    ("eos/safety_dat.json", 2),
    ("eos/signatures.json", 26),
    ("eos/transactions.json", 5),
    ("factom/addresses.json", 30),
    ("factom/brainswap_conf_cases.json", 12),
    ("factom/brainswap_script_cases.json", 44),
    ("factom/changeacks_semantics.json", 7),
    ("factom/controlpanel_summary.json", 4),
    ("factom/id_keys_app.json", 11),
    ("factom/identity_entries.json", 10),
    ("factom/identity_keys.json", 21),
    ("factom/messages_derived.json", 9),
    ("factom/server_keys.json", 3),
    ("factom/vm_map.json", 6),
    ("frost/frost-ed25519-vectors-big-identifier.json", 259),
    ("frost/frost-ed25519-vectors.json", 5),
    ("frost/frost-ed25519-vectors_dkg.json", 13),
    ("frost/frost-p256-vectors-big-identifier.json", 259),
    ("frost/frost-p256-vectors.json", 5),
    ("frost/frost-p256-vectors_dkg.json", 13),
    ("frost/frost-ristretto255-vectors-big-identifier.json", 259),
    ("frost/frost-ristretto255-vectors.json", 5),
    ("frost/frost-ristretto255-vectors_dkg.json", 13),
    ("frost/frost-secp256k1-vectors-big-identifier.json", 259),
    ("frost/frost-secp256k1-vectors.json", 5),
    ("frost/frost-secp256k1-vectors_dkg.json", 13),
    ("slip39/wordlist.txt", 1025),
    ("solana/tower_files.json", 5),
];

#[test]
fn every_case_of_every_known_file_passes() {
    for &(file, cases) in FILES {
        let Some(bytes) = vectors(file) else { return };
        let report = Report::of(file.to_owned(), &bytes);
        assert_eq!(report.failures, [], "{file}");
        assert_eq!(report.cases, cases, "{file}");
    }
}

#[test]
fn a_changed_expectation_fails_its_case_and_no_other() {
    let changes = [
        ("age/piv-p256/piv_p256_interop.json", "/cases/0/plaintext_hex", json!("00")),
        ("age/piv-p256/piv_p256_interop.json", "/cases/2/stanza", json!("piv-p256")),
        ("age/piv-p256/piv_p256_interop.json", "/tag4_hex", json!("00000000")),
        (
            "frost/frost-ed25519-vectors.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0200000000000000000000000000000000000000000000000000000000000000"),
        ),
        ("frost/frost-ed25519-vectors.json", "/inputs/verifying_key_key", json!("00")),
        (
            "frost/frost-ed25519-vectors-big-identifier.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0200000000000000000000000000000000000000000000000000000000000000"),
        ),
        (
            "frost/frost-ed25519-vectors-big-identifier.json",
            "/inputs/verifying_key_key",
            json!("00"),
        ),
        (
            "frost/frost-ed25519-vectors_dkg.json",
            "/inputs/1/signing_shares/2",
            json!("0200000000000000000000000000000000000000000000000000000000000000"),
        ),
        ("frost/frost-ed25519-vectors_dkg.json", "/inputs/2/verifying_share", json!("00")),
        ("frost/frost-ed25519-vectors_dkg.json", "/inputs/verifying_key", json!("00")),
        (
            "frost/frost-p256-vectors.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0000000000000000000000000000000000000000000000000000000000000002"),
        ),
        ("frost/frost-p256-vectors.json", "/inputs/verifying_key_key", json!("00")),
        (
            "frost/frost-p256-vectors-big-identifier.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0000000000000000000000000000000000000000000000000000000000000002"),
        ),
        ("frost/frost-p256-vectors-big-identifier.json", "/inputs/verifying_key_key", json!("00")),
        (
            "frost/frost-p256-vectors_dkg.json",
            "/inputs/1/signing_shares/2",
            json!("0000000000000000000000000000000000000000000000000000000000000002"),
        ),
        ("frost/frost-p256-vectors_dkg.json", "/inputs/2/verifying_share", json!("00")),
        ("frost/frost-p256-vectors_dkg.json", "/inputs/verifying_key", json!("00")),
        (
            "frost/frost-ristretto255-vectors.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0200000000000000000000000000000000000000000000000000000000000000"),
        ),
        ("frost/frost-ristretto255-vectors.json", "/inputs/verifying_key_key", json!("00")),
        (
            "frost/frost-ristretto255-vectors-big-identifier.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0200000000000000000000000000000000000000000000000000000000000000"),
        ),
        (
            "frost/frost-ristretto255-vectors-big-identifier.json",
            "/inputs/verifying_key_key",
            json!("00"),
        ),
        (
            "frost/frost-ristretto255-vectors_dkg.json",
            "/inputs/1/signing_shares/2",
            json!("0200000000000000000000000000000000000000000000000000000000000000"),
        ),
        ("frost/frost-ristretto255-vectors_dkg.json", "/inputs/2/verifying_share", json!("00")),
        ("frost/frost-ristretto255-vectors_dkg.json", "/inputs/verifying_key", json!("00")),
        (
            "frost/frost-secp256k1-vectors.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0000000000000000000000000000000000000000000000000000000000000002"),
        ),
        ("frost/frost-secp256k1-vectors.json", "/inputs/verifying_key_key", json!("00")),
        (
            "frost/frost-secp256k1-vectors-big-identifier.json",
            "/inputs/participant_shares/1/participant_share",
            json!("0000000000000000000000000000000000000000000000000000000000000002"),
        ),
        (
            "frost/frost-secp256k1-vectors-big-identifier.json",
            "/inputs/verifying_key_key",
            json!("00"),
        ),
        (
            "frost/frost-secp256k1-vectors_dkg.json",
            "/inputs/1/signing_shares/2",
            json!("0000000000000000000000000000000000000000000000000000000000000002"),
        ),
        ("frost/frost-secp256k1-vectors_dkg.json", "/inputs/2/verifying_share", json!("00")),
        ("frost/frost-secp256k1-vectors_dkg.json", "/inputs/verifying_key", json!("00")),
        ("besu/bft_header_hashing.json", "/vectors/0/onchain_block_hash", json!("00".repeat(32))),
        ("besu/bft_header_hashing.json", "/vectors/1/commit_seals/2", json!("00".repeat(65))),
        ("besu/extra_data.json", "/vectors/0/vote/add", json!(false)),
        ("besu/extra_data.json", "/vectors/2/encoded_without_seals", json!("c0")),
        ("besu/ibft2_messages.json", "/vectors/0/messages/3/height", json!(2)),
        ("besu/ibft2_messages.json", "/vectors/1/onchain_block_hash", json!("00".repeat(32))),
        ("besu/node_keys.json", "/vectors/1/file_content", json!("0x00")),
        ("besu/node_keys.json", "/vectors/2/address", json!("00".repeat(20))),
        ("besu/qbft_messages.json", "/vectors/0/messages/1/signature", json!("00".repeat(65))),
        ("besu/qbft_messages.json", "/vectors/1/messages/5/prepared/round", json!(0)),
        (
            "besu/qbft_messages.json",
            "/vectors/0/expected_SecurityModule_sign_sequence_proposer/3/dataHash",
            json!("00".repeat(32)),
        ),
        ("clique/clef_sign_data.json", "/vectors/1/response/result", json!("00")),
        ("clique/clef_sign_data.json", "/vectors/2/request/params/1", json!("0x00")),
        ("clique/clef_sign_data.json", "/startup_calls/0/response/result", json!("7.0.0")),
        ("clique/clef_sign_data.json", "/startup_calls/1/request/method", json!("account_new")),
        ("clique/sealed_headers.json", "/vectors/3/recovered_signer", json!("00".repeat(20))),
        ("clique/sealed_headers.json", "/vectors/5/block_hash", json!("00".repeat(32))),
        ("clique/web3_v3_geth_keystore_files.json", "/vectors/1/password", json!("other")),
        (
            "clique/web3_v3_geth_keystore_files.json",
            "/vectors/0/keystore/crypto/cipherparams/iv",
            json!("00".repeat(16)),
        ),
        ("clique/web3_v3_keystore_vectors.json", "/31_byte_key/priv", json!("07".repeat(31))),
        ("clique/web3_v3_keystore_vectors.json", "/30_byte_key/json/crypto/kdfparams/n", json!(4)),
        ("cometbft/filepv.json", "/key_files/1/file/address", json!("00".repeat(20))),
        ("cometbft/filepv.json", "/state_files/1/file/round", json!(1)),
        ("cometbft/filepv.json", "/scenario/requests/3/expect", json!("sign_new")),
        ("cometbft/filepv.json", "/scenario/requests/12/extension_signature", json!(null)),
        ("cometbft/filepv.json", "/scenario/requests/7/state_after/step", json!(3)),
        ("cometbft/privval_messages.json", "/messages/4/message", json!("PingRequest")),
        ("cometbft/privval_messages.json", "/messages/20/on_wire_delimited", json!("023a00")),
        ("cometbft/privval_messages.json", "/inputs/parts_total", json!(7)),
        ("cometbft/secret_connection.json", "/kdf_golden/rows/3/local_is_least", json!(true)),
        (
            "cometbft/secret_connection.json",
            "/handshake/computed_here/merlin_challenge",
            json!("00".repeat(32)),
        ),
        ("cometbft/secret_connection.json", "/frames/frames/1/plaintext_hex", json!("776f726c65")),
        ("cometbft/secret_connection.json", "/low_order_points/points/2", json!("09".repeat(32))),
        ("cometbft/sign_bytes.json", "/votes/1/round", json!(7)),
        ("cometbft/sign_bytes.json", "/vote_extensions/2/extension_hex", json!("00")),
        ("cometbft/state_formats.json", "/step_mapping/tmkms/prevote", json!(2)),
        ("cometbft/state_formats.json", "/tmkms/initial/height", json!("1")),
        ("cometbft/state_formats.json", "/horcrux/minimal/height", json!("-1")),
        ("cometbft/tmkms_0_15_0_observed.json", "/sequence/4/result", json!("signed")),
        ("cometbft/tmkms_0_15_0_observed.json", "/sequence/14/result", json!("signed")),
        ("eip3076/eip2333_derivation.json", "/vectors/3/master_SK", json!("7")),
        ("eip3076/eip2333_derivation.json", "/vectors/2/child_index", json!(7)),
        (
            "eip3076/eip2333_derivation.json",
            "/erc2334_signing_key/path",
            json!("m/12381/3600/1/0/0"),
        ),
        ("eip3076/eip2335_keystores.json", "/vectors/1/password", json!("testpassword")),
        ("eip3076/eip2335_keystores.json", "/vectors/1/secret", json!("07".repeat(32))),
        ("eip3076/eip2335_keystores.json", "/vectors/0/keystore/version", json!(3)),
        (
            "eip3076/web3signer_sign_requests.json",
            "/vectors/0/signing_root",
            json!("00".repeat(32)),
        ),
        ("eip3076/web3signer_sign_requests.json", "/vectors/4/domain", json!("00".repeat(32))),
        ("eip3076/web3signer_sign_requests.json", "/vectors/7/slashable", json!(true)),
        ("eip3076/web3signer_sign_requests.json", "/vectors/13/request/deposit/amount", json!("1")),
        ("eos/action_bytes.json", "/actions/3/data/auth/threshold", json!(3)),
        ("eos/action_bytes.json", "/actions/11/data/producer_authority/1/threshold", json!(1)),
        ("eos/action_bytes.json", "/actions/17/data_hex", json!("00")),
        ("eos/authority_checker.json", "/cases/3/satisfied", json!(false)),
        ("eos/authority_checker.json", "/cases/14/used_keys", json!(["a", "b"])),
        ("eos/authority_validate.json", "/cases/1/valid", json!(true)),
        ("eos/authority_validate.json", "/cases/0/packed_hex", json!("00")),
        ("eos/authority_validate.json", "/key_order_ascending/0", json!("c")),
        ("eos/block_ids.json", "/blocks/0/block_num", json!(7)),
        ("eos/block_ids.json", "/blocks/1/header_digest", json!("00".repeat(32))),
        ("eos/block_ids.json", "/blocks/2/header/confirmed", json!(109)),
        ("eos/block_ids.json", "/blocks/3/header/new_producers/version", json!(1)),
        ("eos/block_ids.json", "/blocks/4/slot", json!(1)),
        ("eos/block_signing_legacy.json", "/blocks/0/blockroot", json!("00".repeat(32))),
        ("eos/block_signing_legacy.json", "/blocks/1/signing_digest", json!("00".repeat(32))),
        ("eos/block_signing_legacy.json", "/blocks/2/active_schedule/version", json!(1)),
        ("eos/blockvault_cases.json", "/cases/0/steps/5/accepted", json!(false)),
        ("eos/blockvault_cases.json", "/cases/1/steps/4/accepted", json!(false)),
        ("eos/bls_keys.json", "/dst_pop", json!("BLS_SIG_")),
        ("eos/bls_keys.json", "/triples/0/pop_affine_le_hex", json!("00".repeat(192))),
        ("eos/bls_keys.json", "/triples/1/private_scalar_le_hex", json!("01".repeat(32))),
        ("eos/bls_keys.json", "/keygen/0/seed_hex", json!("01".repeat(32))),
        ("eos/bls_keys.json", "/signature_primitive/message_hex", json!("00")),
        ("eos/bls_keys.json", "/derived_votes/1/strong", json!(true)),
        ("eos/finalizer_vote_cases.json", "/cases/0/steps/0/decision", json!("weak")),
        ("eos/finalizer_vote_cases.json", "/cases/1/steps/1/monotony_check", json!(true)),
        ("eos/finalizer_vote_cases.json", "/cases/2/steps/19/fsi_after/lock/num", json!(7)),
        ("eos/finalizer_vote_cases.json", "/cases/3/steps/3/comment", json!("an honest step")),
        ("eos/keosd_http.json", "/sign_digest/request_body_example/0", json!("00")),
        ("eos/keosd_http.json", "/errors/0/body/error/what", json!("Something else")),
        ("eos/keosd_http.json", "/error_codes/wallet_locked_exception", json!(7)),
        ("eos/keosd_http.json", "/signature_provider_spec_cases/2/public", json!("PUB_BLS_")),
        ("eos/keosd_http.json", "/signature_provider_spec_cases/5/ok", json!(true)),
        ("eos/keys.json", "/pairs/2/pvt", json!("PVT_R1_x")),
        ("eos/keys.json", "/pairs/0/private_hex", json!("00")),
        ("eos/keys.json", "/webauthn_public/0/public_packed_hex", json!("02")),
        ("eos/names.json", "/encode/4/u64", json!("1")),
        ("eos/names.json", "/invalid/0/name", json!("valid")),
        ("eos/permission_linkauth_cases.json", "/scenarios/1/steps/4/result", json!("no")),
        ("eos/production_rules.json", "/slot_to_producer/0/producer_index", json!(16)),
        ("eos/production_rules.json", "/watermark_cases/3/may_produce", json!(true)),
        ("eos/production_rules.json", "/watermark_cases/2/watermark/block_num", json!(87)),
        ("eos/production_rules.json", "/double_confirm_cases/2/accepted", json!(true)),
        ("eos/safety_dat.json", "/files/0/decoded/entries/1/lock/timestamp_slot", json!(1)),
        ("eos/safety_dat.json", "/files/1/decoded/crc32", json!("0x1")),
        ("eos/signatures.json", "/codec/0/canonical", json!(false)),
        ("eos/signatures.json", "/recover/0/digest_hex", json!("00".repeat(32))),
        ("eos/signatures.json", "/ecdh_shared_secret/shared_hex", json!("00")),
        ("eos/transactions.json", "/chain_ids/EOS~1Vaulta", json!("00".repeat(32))),
        ("eos/transactions.json", "/transactions/0/transaction/ref_block_num", json!(495)),
        ("eos/transactions.json", "/transactions/1/zlib_decompressed_hex", json!("00")),
        ("eos/transactions.json", "/transactions/2/signing_digest", json!("00".repeat(32))),
        ("eos/transactions.json", "/transactions/2/recovered_public_keys/0", json!("EOS")),
        ("factom/addresses.json", "/ranges/3/text", json!("FA")),
        ("factom/addresses.json", "/keys/0/rcd_hash_hex", json!("00".repeat(32))),
        ("factom/addresses.json", "/bip44/koinify/FA", json!("FA")),
        (
            "factom/addresses.json",
            "/invalid/1/text",
            json!("EC1m9mouvUQeEidmqpUYpYtXg8fvTYi6GNHaKg8KMLbdMBrFfmUa"),
        ),
        ("factom/brainswap_conf_cases.json", "/replace/0/change_acks_height", json!(7)),
        ("factom/brainswap_conf_cases.json", "/replace/2/expected_conf", json!("[app]\n")),
        ("factom/brainswap_conf_cases.json", "/parse/1/parsed/network", json!("MAIN")),
        ("factom/brainswap_conf_cases.json", "/parse/3/valid", json!(true)),
        ("factom/brainswap_script_cases.json", "/cases/5/expected", json!(true)),
        ("factom/brainswap_script_cases.json", "/cases/16/expected", json!(true)),
        ("factom/brainswap_script_cases.json", "/cases/39/expected", json!(2_222_222)),
        ("factom/brainswap_script_cases.json", "/cases/42/input/minute", json!(8)),
        ("factom/changeacks_semantics.json", "/cases/2/heights_where_X_runs_twice", json!([])),
        ("factom/changeacks_semantics.json", "/cases/4/nodes/n2/5/identity", json!("X")),
        ("factom/controlpanel_summary.json", "/cases/0/parsed/next_height", json!(64_090)),
        ("factom/controlpanel_summary.json", "/cases/3/parsed/leader_minute", json!("-")),
        ("factom/id_keys_app.json", "/pairs/0/public_hex", json!("00".repeat(32))),
        ("factom/id_keys_app.json", "/prefix_sec", json!("0345ef9de0")),
        ("factom/identity_entries.json", "/chains/1/chain_id", json!("88".repeat(32))),
        ("factom/identity_entries.json", "/entries/4/signature_valid", json!(false)),
        ("factom/identity_entries.json", "/entries/5/ext_ids_hex/3", json!("00030d41")),
        ("factom/identity_keys.json", "/keys/2/public_text", json!("id3")),
        ("factom/identity_keys.json", "/ranges/6/secret_text", json!("sk4")),
        ("factom/messages_derived.json", "/messages/0/msg_hash", json!("00".repeat(32))),
        ("factom/messages_derived.json", "/messages/3/fields/secret_number", json!(7)),
        ("factom/messages_derived.json", "/double_sign_positions/1/position/2", json!("minute")),
        ("factom/server_keys.json", "/keys/0/public_hex", json!("00".repeat(32))),
        ("factom/server_keys.json", "/real_dbsig/header_fields/block_count", json!(4)),
        ("factom/vm_map.json", "/derived/2/map/3/1", json!(2)),
        ("factom/vm_map.json", "/real_process_list_64087/eom_signers/9/0", json!("77a43c")),
        ("solana/tower_files.json", "/vectors/0/votes/1/lockout", json!(8)),
        ("solana/tower_files.json", "/vectors/2/root", json!(1002)),
        ("solana/tower_files.json", "/vectors/3/last_vote_kind", json!("tower_sync")),
        ("solana/tower_files.json", "/vectors/4/last_timestamp/slot", json!(7)),
    ];
    for (file, pointer, value) in changes {
        let Some(bytes) = vectors(file) else { return };
        let mut json: Value = serde_json::from_slice(&bytes).unwrap();
        let place = json.pointer_mut(pointer).unwrap_or_else(|| panic!("{file}{pointer}"));
        assert_ne!(*place, value, "{file}{pointer}");
        *place = value;
        let report = Report::of(file.to_owned(), json.to_string().as_bytes());
        assert_eq!(report.failed(), 1, "{file}{pointer}: {:?}", report.failures);
    }
}

/// Of an attempt, one outcome or the other: the crate signs what a minimal history allows, and
/// the same message again as a complete one does.
#[test]
fn every_outcome_that_an_interchange_file_states_counts() {
    let mut changes = 0;
    for (file, _) in FILES.iter().filter(|(file, _)| file.starts_with("eip3076/generated/")) {
        let Some(bytes) = vectors(file) else { return };
        let json: Value = serde_json::from_slice(&bytes).unwrap();
        for (number, step) in json["steps"].as_array().unwrap().iter().enumerate() {
            let at = format!("/steps/{number}");
            assert_eq!(
                failures_if_not(file, &json, &format!("{at}/should_succeed")),
                1,
                "{file}{at}"
            );
            for kind in ["blocks", "attestations"] {
                for attempt in 0..step[kind].as_array().unwrap().len() {
                    let at = format!("{at}/{kind}/{attempt}");
                    let [minimal, complete] = ["should_succeed", "should_succeed_complete"]
                        .map(|name| failures_if_not(file, &json, &format!("{at}/{name}")));
                    assert!(minimal.max(complete) == 1, "{file}{at}: {minimal} and {complete}");
                    changes += 1;
                }
            }
        }
    }
    assert!(changes > 100, "{changes}");
}

/// How many cases fail when one outcome of a file is turned round.
fn failures_if_not(file: &str, json: &Value, place: &str) -> usize {
    let mut changed = json.clone();
    let outcome = changed.pointer_mut(place).unwrap();
    *outcome = json!(!outcome.as_bool().unwrap());
    Report::of(file.to_owned(), changed.to_string().as_bytes()).failed()
}

/// The test kit of age: which file does what is in its head.
#[test]
fn every_file_of_the_age_test_kit_behaves_and_a_changed_head_does_not() {
    let Some(folder) = folder().join("age/testdata").read_dir().ok() else {
        return assert!(vectors("age/testdata").is_none());
    };
    let (mut files, mut cases, mut left_out) = (0, 0, 0);
    for entry in folder {
        let path = entry.unwrap().path();
        let name = format!("age/testdata/{}", path.file_name().unwrap().to_str().unwrap());
        let bytes = fs::read(path).unwrap();
        let report = Report::of(name.clone(), &bytes);
        assert_eq!(report.failures, [], "{name}");
        files += 1;
        cases += report.cases;
        left_out += usize::from(report.cases == 0);
        let head = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let (head, rest) = bytes.split_at(head);
        let head = String::from_utf8_lossy(head);
        let changed = if head.contains("expect: success") {
            head.replace("expect: success", "expect: no match")
        } else {
            format!("expect: success{}", &head[head.find('\n').unwrap()..])
        };
        let changed = [changed.as_bytes(), rest].concat();
        let report = Report::of(name.clone(), &changed);
        assert_eq!(report.failed(), report.cases, "{name}");
    }
    assert_eq!((files, left_out), (52, 10));
    assert!(cases >= 42, "{cases}");
}

#[test]
fn a_changed_word_of_the_list_fails() {
    let Some(bytes) = vectors("slip39/wordlist.txt") else { return };
    let changed = String::from_utf8(bytes).unwrap().replacen("academic", "academy", 1);
    assert_eq!(Report::of("slip39/wordlist.txt".to_owned(), changed.as_bytes()).failed(), 1);
}

#[test]
fn a_file_that_is_not_known_is_damaged_or_holds_no_case_has_failed() {
    for (file, bytes, reason) in [
        ("eos/other.json", "{}", "no suite is known for it"),
        ("eos/names.json", "{}", "it holds no case"),
        ("eos/names.json", "[", "it is not JSON: EOF while parsing a list at line 1 column 1"),
    ] {
        let report = Report::of(file.to_owned(), bytes.as_bytes());
        assert_eq!(report.failures, [("the file".to_owned(), reason.to_owned())]);
        let json = report.to_json();
        assert_eq!(json["failures"], json!(["the file"]));
        assert_eq!(
            (&json["cases"], &json["passed"], &json["failed"]),
            (&json!(1), &json!(0), &json!(1))
        );
    }
}

#[test]
fn a_case_that_panics_has_failed() {
    let mut report = Report::of("SOURCES.md".to_owned(), b"");
    report.case("a case", || panic!("on purpose"));
    assert_eq!(report.failures, [("a case".to_owned(), "it panicked".to_owned())]);
}

fn folder() -> PathBuf {
    env::var_os("BRAINSWAP_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        PathBuf::from,
    )
}

fn vectors(file: &str) -> Option<Vec<u8>> {
    match fs::read(folder().join(file)) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let required = env::var_os("BRAINSWAP_REQUIRE_VECTORS").is_some_and(|set| set == "1");
            assert!(!required, "{file} is required: {error}");
            eprintln!("skipped: {file} is not at hand");
            None
        }
    }
}
