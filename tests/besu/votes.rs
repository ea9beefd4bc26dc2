//! A validator is replaced by votes, and the set never shrinks on the way.

use super::*;
use brainswap::chain::besu::{At, MAX_ANSWER, Rotation, ValidatorVote, VoteCalls, VoteError};
use serde_json::{Value, json};

const OLD: [u8; 20] = [0x0a; 20];
const NEW: [u8; 20] = [0x0b; 20];

fn json_of(call: &str) -> Value {
    serde_json::from_str(call).unwrap()
}

#[test]
fn the_calls_are_those_of_the_namespace_of_each_protocol() {
    for (protocol, namespace) in [(Protocol::Qbft, "qbft"), (Protocol::Ibft2, "ibft")] {
        let calls = VoteCalls::new(protocol);
        let old = format!("0x{}", "0a".repeat(20));
        let expected = |method: &str, params: Value| {
            let method = format!("{namespace}_{method}");
            json!({"jsonrpc": "2.0", "id": 3, "method": method, "params": params})
        };
        for (call, method, params) in [
            (
                calls.propose(3, ValidatorVote { validator: OLD, add: true }),
                "proposeValidatorVote",
                json!([old, true]),
            ),
            (
                calls.propose(3, ValidatorVote { validator: OLD, add: false }),
                "proposeValidatorVote",
                json!([old, false]),
            ),
            (calls.discard(3, OLD), "discardValidatorVote", json!([old])),
            (calls.pending(3), "getPendingVotes", json!([])),
            (calls.validators(3, At::Latest), "getValidatorsByBlockNumber", json!(["latest"])),
            (calls.validators(3, At::Pending), "getValidatorsByBlockNumber", json!(["pending"])),
            (calls.validators(3, At::Number(300)), "getValidatorsByBlockNumber", json!(["0x12c"])),
        ] {
            assert_eq!(json_of(&call), expected(method, params));
        }
    }
}

#[test]
fn answers_are_read_and_others_are_refused() {
    let body = |value: Value| value.to_string().into_bytes();
    let result = |value: Value| body(json!({"jsonrpc": "2.0", "id": 3, "result": value}));
    assert_eq!(VoteCalls::done(3, &result(json!(true))), Ok(()));
    assert_eq!(VoteCalls::done(3, &result(json!(false))), Err(VoteError::Result));
    assert_eq!(VoteCalls::done(4, &result(json!(true))), Err(VoteError::NotTheAnswer));
    let address = format!("0x{}", "0a".repeat(20));
    let validators = VoteCalls::read_validators(3, &result(json!([address])));
    assert_eq!(validators, Ok(vec![OLD]));
    let votes = VoteCalls::read_votes(3, &result(json!({&address: false})));
    assert_eq!(votes, Ok(vec![ValidatorVote { validator: OLD, add: false }]));
    for strange in [json!({}), json!([7]), json!(["0x0a"]), json!("x")] {
        let read = VoteCalls::read_validators(3, &result(strange.clone()));
        assert_eq!(read, Err(VoteError::Result), "{strange}");
    }
    for strange in [json!([]), json!({&address: 1}), json!({"0x0a": true})] {
        let read = VoteCalls::read_votes(3, &result(strange.clone()));
        assert_eq!(read, Err(VoteError::Result), "{strange}");
    }
    let message = "x".repeat(199) + "\u{e9}\u{e9}";
    let error = json!({"code": -32601, "message": message});
    let refused =
        VoteCalls::done(3, &body(json!({"jsonrpc": "2.0", "id": 3, "error": error}))).unwrap_err();
    assert_eq!(refused, VoteError::Refused { code: -32601, message: "x".repeat(199) });
    let long = VoteCalls::done(3, &vec![b' '; MAX_ANSWER + 1]).unwrap_err();
    assert_eq!(long.code(), "besu_vote.too_large");
    for none in ["", "[]", r#"{"jsonrpc":"2.0","id":3}"#, r#"{"jsonrpc":"1.0","id":3,"result":1}"#]
    {
        assert_eq!(VoteCalls::done(3, none.as_bytes()), Err(VoteError::NotTheAnswer), "{none}");
    }
}

#[test]
fn the_new_validator_is_voted_in_before_the_old_one_is_voted_out() {
    let rotation = Rotation { old: OLD, new: NEW };
    let add = ValidatorVote { validator: NEW, add: true };
    let drop = ValidatorVote { validator: OLD, add: false };
    let others = [[1; 20], [2; 20], [3; 20]];
    let with = |more: &[[u8; 20]]| rotation.next(&[&others, more].concat());
    assert_eq!(with(&[OLD]), Some(add));
    assert_eq!(with(&[]), Some(add));
    assert_eq!(with(&[OLD, NEW]), Some(drop));
    assert_eq!(with(&[NEW]), None);
    assert_eq!(Rotation { old: NEW, new: NEW }.next(&[NEW]), None, "nothing to replace");
}

#[test]
fn more_than_half_of_the_validators_must_vote() {
    for (validators, needed) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)] {
        assert_eq!(Rotation::votes_needed(validators), needed);
    }
}
