//! geth's calls to an external signer are read as clef reads them, and answered as clef does.

use super::*;
use brainswap::chain::clique::{ClefAsked, ClefCall, ClefError, MAX_CLEF_CALL};
use serde_json::json;

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn address() -> String {
    const_hex::encode_prefixed(address_of(&public(&key())).unwrap())
}

fn sign_data() -> Value {
    json!({
        "jsonrpc": "2.0", "id": 7, "method": "account_signData",
        "params": [
            "application/x-clique-header", address(), const_hex::encode_prefixed(list(&goerli_1())),
        ],
    })
}

fn call(json: &Value) -> Result<ClefCall, ClefError> {
    ClefCall::from_json(json.to_string().as_bytes())
}

fn answer(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_call_for_a_seal_gives_the_header_to_be_read_and_is_answered_with_v_of_0_or_1() {
    let call = call(&sign_data()).unwrap();
    let header = call.header_for(&public(&key())).unwrap();
    assert_eq!(header, list(&goerli_1()));
    let reading = read(header).unwrap();
    let Signable::Prehash(hash) = reading.signable else { panic!("it signs no hash") };
    let seal = sign(&key(), &hash);
    let text = call.sealed(&Signature::Secp256k1(seal)).unwrap();
    let result = const_hex::encode_prefixed(seal);
    assert_eq!(answer(&text), json!({"jsonrpc": "2.0", "id": 7, "result": result}));
    assert!(seal[64] <= 1);
}

#[test]
fn an_address_and_data_may_be_in_either_case() {
    for spell in [str::to_uppercase, str::to_lowercase] {
        let mut json = sign_data();
        for at in [1, 2] {
            let text = json["params"][at].as_str().unwrap().trim_start_matches("0x").to_owned();
            json["params"][at] = json!(format!("0x{}", spell(&text)));
        }
        assert_eq!(call(&json), call(&sign_data()));
    }
}

#[test]
fn a_seal_is_not_made_for_another_account_nor_answered_with_another_signature() {
    let call = call(&sign_data()).unwrap();
    let other = public(&SigningKey::from_slice(&[8; 32]).unwrap());
    assert_eq!(call.header_for(&other), Err(ClefError::OtherAccount));
    assert_eq!(call.header_for(&PublicKey::Ed25519([1; 32])), Err(ClefError::OtherAccount));
    for signature in [Signature::Ed25519([0; 64]), Signature::Secp256k1([27; 65])] {
        assert_eq!(call.sealed(&signature), Err(ClefError::NotASeal));
    }
    assert_eq!(call.version(), Err(ClefError::OtherAnswer));
    assert_eq!(call.accounts(&[]), Err(ClefError::OtherAnswer));
}

#[test]
fn the_calls_at_the_start_are_answered_with_version_and_accounts() {
    let of = |method| call(&json!({"jsonrpc": "2.0", "id": "a", "method": method, "params": []}));
    let version = of("account_version").unwrap();
    assert_eq!(version.asked, ClefAsked::Version);
    let expected = json!({"jsonrpc": "2.0", "id": "a", "result": "6.1.0"});
    assert_eq!(answer(&version.version().unwrap()), expected);
    let accounts = of("account_list").unwrap();
    let list = accounts.accounts(&[[0xab; 20]]).unwrap();
    assert_eq!(answer(&list)["result"], json!([format!("0x{}", "ab".repeat(20))]));
    assert_eq!(version.sealed(&Signature::Secp256k1([0; 65])), Err(ClefError::OtherAnswer));
    assert_eq!(version.header_for(&public(&key())), Err(ClefError::OtherAnswer));
}

#[test]
fn a_refusal_is_answered_as_clef_says_it() {
    let denied = answer(&call(&sign_data()).unwrap().deny());
    assert_eq!(
        denied,
        json!({"jsonrpc": "2.0", "id": 7, "error": {"code": -32000, "message": "request denied"}})
    );
}

#[test]
fn everything_else_is_refused_with_its_reason() {
    let with = |pointer: &str, value: Value| {
        let mut json = sign_data();
        *json.pointer_mut(pointer).unwrap() = value;
        call(&json).unwrap_err().code()
    };
    for (pointer, value, code) in [
        ("/jsonrpc", json!("1.0"), "clef.not_one_call"),
        ("/id", json!(null), "clef.not_one_call"),
        ("/id", json!(1.5), "clef.not_one_call"),
        ("/id", json!({}), "clef.not_one_call"),
        ("/id", json!("x".repeat(65)), "clef.not_one_call"),
        ("/method", json!("account_signTransaction"), "clef.method"),
        ("/method", json!("account_new"), "clef.method"),
        ("/params", json!({}), "clef.not_one_call"),
        ("/params", json!([]), "clef.parameters"),
        ("/params/0", json!("text/plain"), "clef.content_type"),
        ("/params/0", json!("data/typed"), "clef.content_type"),
        ("/params/0", json!(7), "clef.content_type"),
        ("/params/1", json!("0x00"), "clef.parameters"),
        ("/params/1", json!(&address()[2..]), "clef.parameters"),
        ("/params/2", json!("f902"), "clef.parameters"),
        ("/params/2", json!("0x0xf902"), "clef.parameters"),
        ("/params/2", json!("0xf9020"), "clef.parameters"),
    ] {
        assert_eq!(with(pointer, value.clone()), code, "{pointer}: {value}");
    }
    let mut more = sign_data();
    more["params"].as_array_mut().unwrap().push(json!("more"));
    assert_eq!(call(&more).unwrap_err().code(), "clef.parameters");
    let mut unknown = sign_data();
    unknown["more"] = json!(1);
    assert_eq!(call(&unknown), Err(ClefError::NotOneCall));
    assert_eq!(call(&json!([sign_data()])), Err(ClefError::NotOneCall), "a batch");
    let twice = sign_data().to_string().replacen('{', r#"{"method":"account_list","#, 1);
    assert_eq!(ClefCall::from_json(twice.as_bytes()), Err(ClefError::NotOneCall));
    let long = ClefCall::from_json(&vec![b' '; MAX_CLEF_CALL + 1]).unwrap_err();
    assert_eq!(long.code(), "clef.too_large");
}
