//! Published requests have the signing roots that they state.

use super::*;

/// ethereum/remote-signing-api v1.1.0, `signing/paths/sign.yaml`, examples `BLOCK_V2 (PHASE 0)`
/// and `BLOCK_V2 (ALTAIR)`: whole blocks, with something in nearly every list.
const WHOLE_BLOCKS: [&str; 2] =
    [include_str!("requests/phase0.json"), include_str!("requests/altair.json")];

#[test]
fn whole_blocks_with_slashings_attestations_deposits_and_exits_have_the_roots_they_state() {
    for text in WHOLE_BLOCKS {
        let mut body: Value = serde_json::from_str(text).unwrap();
        let stated = body["signingRoot"].take();
        let root = body["fork_info"]["genesis_validators_root"].as_str().unwrap();
        let chain = Ethereum::new(const_hex::decode_to_array(root).unwrap());
        let request = chain.request(body.to_string().as_bytes()).unwrap();
        assert_eq!(json!(hex(&request.signing_root())), stated);
        assert_eq!(request.duty(), Duty::Block { slot: 0 });
    }
}

#[test]
fn every_value_in_a_whole_block_counts() {
    for text in WHOLE_BLOCKS {
        let body: Value = serde_json::from_str(text).unwrap();
        let root = body["fork_info"]["genesis_validators_root"].as_str().unwrap();
        let chain = Ethereum::new(const_hex::decode_to_array(root).unwrap());
        let mut places = Vec::new();
        leaves(&body["beacon_block"]["block"], "/beacon_block/block".into(), &mut places);
        assert!(places.len() > 100, "{}", places.len());
        for place in places {
            let mut changed = body.clone();
            let value = changed.pointer_mut(&place).unwrap();
            let text = value.as_str().unwrap();
            let (rest, last) = text.split_at(text.len() - 2); // not the end of a bitlist
            let (rest, digit) = rest.split_at(rest.len() - 1);
            let digit = if digit == "1" { "2" } else { "1" };
            *value = json!(format!("{rest}{digit}{last}"));
            let refused = chain.request(changed.to_string().as_bytes());
            let reason = refused.expect_err(&place).reason;
            assert!(reason.starts_with("it states the signing root"), "{place}: {reason}");
        }
    }
}

/// The places of all texts of more than three characters.
fn leaves(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(value, format!("{at}/{name}"), places));
        }
        Value::Array(list) => {
            let list = list.iter().enumerate();
            list.for_each(|(number, value)| leaves(value, format!("{at}/{number}"), places));
        }
        Value::String(text) if text.len() > 3 => places.push(at),
        _ => {}
    }
}

#[test]
fn every_published_example_has_the_signing_root_that_it_states() {
    let Some(file) = vectors("eip3076/web3signer_sign_requests.json") else { return };
    let rows = file["vectors"].as_array().unwrap();
    assert_eq!(rows.len(), 14);
    let mut slashable = 0;
    for row in rows {
        let root = row["request"]["fork_info"]["genesis_validators_root"].as_str();
        let root = root.map_or([0; 32], |root| const_hex::decode_to_array(root).unwrap());
        let chain = Ethereum::new(root).with_genesis_fork_version([0, 0, 0, 1]);
        let request = chain.request(row["request"].to_string().as_bytes()).unwrap();
        assert_eq!(json!(hex(&request.signing_root())), row["signing_root"], "{}", row["name"]);
        assert_eq!(json!(request.duty().is_slashable()), row["slashable"], "{}", row["name"]);
        slashable += u32::from(request.duty().is_slashable());
    }
    assert_eq!(slashable, 5);
}

/// Ethereum's first fork version and the root of no network are zeros, and so is all of `ForkData`:
/// the domain is that of every deposit on mainnet, and its tail SHA-256 of 64 zero bytes.
#[test]
fn the_domain_of_a_deposit_is_that_of_every_deposit_on_mainnet() {
    let (_, body) = without_position().pop().unwrap();
    let domain = "0x03000000f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a9";
    assert_eq!(hex(&request(&body).unwrap().domain()), domain);
}
