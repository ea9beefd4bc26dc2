//! `clique/sealed_headers.json`, `clique/clef_sign_data.json`: block headers and their seals;
//! below, the key files of their signers.

mod keystores;

use crate::{
    fields::{array, bytes, list, number, text},
    suite::{Outcome, Report, Suite, ensure, equal},
};
use brainswap::{
    Position, PublicKey, Signable, Signature,
    chain::{
        Clique, Policy,
        clique::{ClefCall, ClefError, Header, HeaderError, address_of},
    },
    ports::Chain as _,
};
use k256::ecdsa::SigningKey;
use serde_json::Value;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "clef_sign_data.json" => clef_sign_data,
        "sealed_headers.json" => sealed_headers,
        "web3_v3_geth_keystore_files.json" => keystores::files,
        "web3_v3_keystore_vectors.json" => keystores::vectors,
        _ => return None,
    })
}

fn sealed_headers(json: &Value, report: &mut Report) {
    for row in list(json, "vectors") {
        let name = format!("{} {}", row["network"].as_str().unwrap_or("header"), row["number"]);
        report.case(name, || sealed_header(row));
    }
}

fn clef_sign_data(json: &Value, report: &mut Report) {
    for row in list(json, "vectors") {
        report.case(format!("request {}", row["request"]["id"]), || signed_data(row));
    }
    for row in list(json, "startup_calls") {
        report.case(row["name"].as_str().unwrap_or("startup call"), || startup_call(row));
    }
}

fn sealed_header(row: &Value) -> Outcome {
    let (sealed_rlp, unsealed_rlp) = (bytes(row, "header_rlp")?, bytes(row, "clique_rlp")?);
    let sealed = Header::from_rlp(&sealed_rlp).map_err(said)?;
    let unsealed = Header::from_rlp(&unsealed_rlp).map_err(said)?;
    equal("header", &sealed.to_rlp(), &sealed_rlp)?;
    equal("header without seal", &sealed.unsealed(), &unsealed_rlp)?;
    equal("block hash", &sealed.block_hash(), &Ok(array(row, "block_hash")?))?;
    equal("seal hash", &unsealed.seal_hash(), &array(row, "seal_hash")?)?;
    let seal: [u8; 65] = array(row, "seal")?;
    equal("seal", &sealed.seal(), &Some(seal))?;
    equal("v", &seal[64], &number(row, "v")?)?;
    equal("signer", &sealed.signer(), &Ok(array(row, "recovered_signer")?))?;
    fields(&sealed, row)?;
    equal("sealed again", &unsealed.with_seal(&Signature::Secp256k1(seal)), &Ok(sealed.clone()))?;
    equal("hash to sign", &to_sign(&unsealed_rlp, sealed.number())?, &sealed.seal_hash())?;
    if row["rfc6979_reproduces_seal"] == true {
        let key = key_of(row)?;
        equal("seal made", &signed(&key, &unsealed.seal_hash())?, &seal)?;
    }
    let taken = Clique::new(Policy::OnePerNumber).read(&sealed_rlp).is_ok();
    ensure(!taken, || "a sealed header is read as one to sign".into())
}

fn startup_call(row: &Value) -> Outcome {
    let call = called(row)?;
    let answer = match text(row, "name")? {
        "account_version" => call.version(),
        "account_list" => {
            let addresses = list(&row["response"], "result").iter().filter_map(Value::as_str);
            let addresses =
                addresses.map(const_hex::decode_to_array).collect::<Result<Vec<_>, _>>();
            call.accounts(&addresses.map_err(|error| format!("{error}"))?)
        }
        other => return Err(format!("{other} is no call at the start")),
    };
    answers(answer, &row["response"])
}

fn called(row: &Value) -> Result<ClefCall, String> {
    ClefCall::from_json(row["request"].to_string().as_bytes()).map_err(|error| error.to_string())
}

fn answers(answer: Result<String, ClefError>, expected: &Value) -> Outcome {
    let answer = answer.map_err(|error| error.to_string())?;
    let json = serde_json::from_str::<Value>(&answer).map_err(|error| error.to_string())?;
    equal("answer", &json, expected)
}

fn signed_data(row: &Value) -> Outcome {
    let (call, decoded, key) = (called(row)?, &row["decoded"], key_of(row)?);
    let public = key.verifying_key().to_sec1_point(true);
    let public = PublicKey::Secp256k1(public.as_bytes().try_into().map_err(|_| "no point")?);
    let data = call.header_for(&public).map_err(|error| error.to_string())?.to_vec();
    let header = Header::from_rlp(&data).map_err(said)?;
    fields(&header, decoded)?;
    equal("number", &header.number(), &number(decoded, "number")?)?;
    let hash = to_sign(&data, header.number())?;
    equal("seal hash", &hash, &array(decoded, "seal_hash")?)?;
    equal("address", &address_of(&public), &Some(array(row, "address")?))?;
    let seal = signed(&key, &hash)?;
    equal("result", &seal, &array(&row["response"], "result")?)?;
    answers(call.sealed(&Signature::Secp256k1(seal)), &row["response"])?;
    equal("id", &row["response_legacy_v"]["id"], &row["request"]["id"])?;
    equal("v", &(seal[64] + 27), &array::<65>(&row["response_legacy_v"], "result")?[64])
}

fn fields(header: &Header, row: &Value) -> Outcome {
    equal("number", &header.number(), &number(row, "number")?)?;
    equal("parent hash", &header.parent_hash(), &array(row, "parent_hash")?)?;
    equal("timestamp", &header.timestamp(), &number(row, "timestamp")?)?;
    equal("difficulty", &header.difficulty(), &number(row, "difficulty")?)
}

fn to_sign(unsealed: &[u8], number: u64) -> Result<[u8; 32], String> {
    let reading = Clique::new(Policy::OnePerNumber).read(unsealed);
    let reading = reading.map_err(|error| format!("{error}"))?;
    equal("position", &reading.intent.position, &Position::at_height(number))?;
    match reading.signable {
        Signable::Prehash(hash) => Ok(hash),
        Signable::Message(_) | Signable::CanonicalPrehash(_) | Signable::Bls { .. } => {
            Err("it signs something else than a hash".into())
        }
    }
}

fn key_of(row: &Value) -> Result<SigningKey, String> {
    text(row, "private_key")?;
    SigningKey::from_slice(&bytes(row, "private_key")?).map_err(|error| format!("{error}"))
}

/// `r || s || v`, as the crate's own keys make it.
fn signed(key: &SigningKey, hash: &[u8; 32]) -> Result<[u8; 65], String> {
    let (signature, id) = key.sign_prehash_recoverable(hash);
    let seal = [signature.to_bytes().as_slice(), &[id.to_byte()]].concat();
    seal.try_into().map_err(|_| "the seal has another length".to_owned())
}

fn said(error: HeaderError) -> String {
    error.to_string()
}
