//! What is not exactly one request of the network is refused, with its reason.

use super::*;
use brainswap::chain::ethereum::MAX_REQUEST;

fn reason(body: &Value) -> String {
    reason_of(&body.to_string())
}

fn reason_of(text: &str) -> String {
    let refused = chain().request(text.as_bytes()).unwrap_err();
    assert_eq!((refused.chain, refused.code()), ("ethereum", "chain.not_read"));
    assert_eq!(chain().read(text.as_bytes()), Err(refused.clone()));
    refused.reason.into_owned()
}

/// The request with one place changed; a value of null takes the place out.
fn with(mut body: Value, place: &str, value: Value) -> Value {
    let (parent, name) = place.rsplit_once('/').unwrap();
    let fields = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => fields.remove(name),
        value => fields.insert(name.to_owned(), value),
    };
    body
}

#[test]
fn a_signing_root_other_than_the_computed_one() {
    let root = request(&block(7, 1)).unwrap().signing_root();
    for name in ["signingRoot", "signing_root"] {
        let stated = with(block(7, 1), &format!("/{name}"), json!(hex(&root)));
        assert!(request(&stated).is_ok());
        let other = with(stated, &format!("/{name}"), json!(hex(&[1; 32])));
        let why = format!("it states the signing root {}, and has {}", hex(&[1; 32]), hex(&root));
        assert_eq!(reason(&other), why);
    }
}

#[test]
fn another_network_or_none() {
    let place = "/fork_info/genesis_validators_root";
    let other = with(vote(1, 2, 1), place, json!(hex(&[1; 32])));
    let why = format!("it is for the network {} instead of {}", hex(&[1; 32]), hex(&NETWORK));
    assert_eq!(reason(&other), why);
    for (body, why) in [
        (with(vote(1, 2, 1), "/fork_info", Value::Null), "its fork_info is missing"),
        (with(vote(1, 2, 1), place, Value::Null), "missing field `genesis_validators_root`"),
        (with(vote(1, 2, 1), "/fork_info/fork", Value::Null), "missing field `fork`"),
        (
            with(vote(1, 2, 1), "/fork_info/fork/current_version", Value::Null),
            "missing field `current_version`",
        ),
    ] {
        let reason = reason(&body);
        assert!(reason.starts_with(why), "{reason}");
    }
    for number in [6, 8] {
        let (_, body) = without_position().remove(number);
        let forked = with(body, "/fork_info", fork_info());
        assert_eq!(reason(&forked), "its type is signed for no fork");
    }
}

#[test]
fn a_type_that_is_not_known_or_has_not_its_payload() {
    let payload = vote_data(1, 2, 1);
    for (body, why) in [
        (
            body("ATTESTATION_V9", "attestation", payload.clone()),
            "unknown variant `ATTESTATION_V9`",
        ),
        (body("attestation", "attestation", payload.clone()), "unknown variant `attestation`"),
        (with(vote(1, 2, 1), "/type", Value::Null), "missing field `type`"),
        (with(vote(1, 2, 1), "/attestation", Value::Null), "the payload of its type, attestation,"),
        (body("BLOCK_V2", "attestation", payload), "the payload of its type, beacon_block,"),
        (with(vote(1, 2, 1), "/randao_reveal", json!({"epoch": "1"})), "it holds another payload"),
        (with(vote(1, 2, 1), "/note", json!("x")), "unknown field `note`"),
        (with(vote(1, 2, 1), "/attestation/note", json!("x")), "unknown field `note`"),
    ] {
        let reason = reason(&body);
        assert!(reason.starts_with(why), "{reason}");
    }
}

#[test]
fn a_value_in_another_form_than_the_one_it_has() {
    let epoch = "/attestation/target/epoch";
    for value in
        [json!(2), json!("02"), json!("+2"), json!("0x2"), json!(""), json!("18446744073709551616")]
    {
        let reason = reason(&with(vote(1, 2, 1), epoch, value));
        assert!(reason.contains("an integer below 2^64"), "{reason}");
    }
    let root = "/attestation/target/root";
    let digits = "11".repeat(32);
    for value in [
        json!(digits),
        json!(format!("0x{}", "11".repeat(31))),
        json!(format!("0x{}", "11".repeat(33))),
        json!(format!("0X{digits}")),
        json!(format!("0x0x{}", "11".repeat(31))),
        json!(format!("0x{}zz", "11".repeat(31))),
        json!(7),
    ] {
        let reason = reason(&with(vote(1, 2, 1), root, value));
        assert!(reason.contains("hexadecimal digits"), "{reason}");
    }
}

#[test]
fn a_list_in_place_of_an_object() {
    let checkpoint = json!(["1", hex(&[3; 32])]);
    let reason = reason(&with(vote(1, 2, 1), "/attestation/source", checkpoint));
    assert!(reason.starts_with("invalid type: sequence, expected an object"), "{reason}");
}

#[test]
fn a_field_twice_by_whatever_name() {
    let text = vote(1, 2, 1).to_string();
    let twice = text.replacen("\"index\"", "\"slot\":\"64\",\"index\"", 1);
    assert!(reason_of(&twice).starts_with("duplicate field `slot`"));
    let twice = text.replacen("\"fork_info\"", "\"forkInfo\":null,\"fork_info\"", 1);
    assert!(reason_of(&twice).starts_with("duplicate field `fork_info`"));
}

#[test]
fn text_that_is_no_json_or_more_than_one_or_too_long() {
    let text = block(7, 1).to_string();
    for (text, why) in [
        (String::new(), "EOF"),
        (text[..text.len() - 1].to_owned(), "EOF"),
        (format!("{text}{text}"), "trailing characters"),
        (format!("{text},"), "trailing characters"),
        ("[]".into(), "invalid type: sequence, expected an object"),
        ("null".into(), "invalid type: null, expected an object"),
        ("[".repeat(100_000), "invalid type: sequence, expected an object"),
    ] {
        let reason = reason_of(&text);
        assert!(reason.starts_with(why), "{reason}");
    }
    let long = format!("{text}{}", " ".repeat(MAX_REQUEST));
    let why = format!("it has {} bytes, over {MAX_REQUEST}", long.len());
    assert_eq!(reason_of(&long), why);
}

#[test]
fn an_attestation_whose_source_is_not_below_its_target_unless_both_are_0() {
    assert!(read(&vote(0, 0, 1)).is_ok());
    for (source, target) in [(1, 1), (2, 1), (u64::MAX, 0), (u64::MAX, u64::MAX)] {
        let refused = read(&vote(source, target, 1)).unwrap_err();
        let why = format!("its source epoch {source} is not below its target {target}");
        assert_eq!(refused.reason, why);
    }
}

#[test]
fn a_block_in_another_form_than_its_version_has() {
    let phase0: Value = serde_json::from_str(include_str!("requests/phase0.json")).unwrap();
    let altair: Value = serde_json::from_str(include_str!("requests/altair.json")).unwrap();
    let version =
        |body: &Value, name: &str| with(body.clone(), "/beacon_block/version", json!(name));
    for (body, why) in [
        (version(&block(7, 1), "PHASE0"), "a block before bellatrix is sent whole"),
        (version(&block(7, 1), "ALTAIR"), "a block before bellatrix is sent whole"),
        (version(&block(7, 1), "GLOAS"), "unknown variant `GLOAS`"),
        (version(&phase0, "DENEB"), "a block from bellatrix on is sent as block_header"),
        (version(&phase0, "ALTAIR"), "the block has not the form that its version has"),
        (version(&altair, "PHASE0"), "the block has not the form that its version has"),
        (
            body("BLOCK", "block", altair["beacon_block"]["block"].clone()),
            "a BLOCK is of phase0: send a BLOCK_V2",
        ),
    ] {
        let reason = reason(&body);
        assert!(reason.starts_with(why), "{reason}");
    }
    for version in ["BELLATRIX", "CAPELLA", "DENEB", "ELECTRA", "FULU"] {
        let body = with(block(7, 1), "/beacon_block/version", json!(version));
        assert_eq!(request(&body), request(&block(7, 1)), "{version}");
    }
}

#[test]
fn lists_and_bits_of_a_length_that_they_cannot_have() {
    let mut phase0: Value = serde_json::from_str(include_str!("requests/phase0.json")).unwrap();
    phase0["fork_info"] = fork_info();
    phase0["signingRoot"].take();
    assert!(request(&phase0).is_ok());
    let lists = "/beacon_block/block/body";
    let bits = format!("{lists}/attestations/0/aggregation_bits");
    for value in ["0x", "0x00", "0x0100"] {
        let changed = with(phase0.clone(), &bits, json!(value));
        assert_eq!(reason(&changed), "a list in it has a length that it cannot have", "{value}");
    }
    let full = format!("0x{}01", "ff".repeat(256));
    assert!(request(&with(phase0.clone(), &bits, json!(full))).is_ok(), "2048 bits");
    let over = format!("0x{}02", "ff".repeat(256));
    let changed = with(phase0.clone(), &bits, json!(over));
    assert_eq!(reason(&changed), "a list in it has a length that it cannot have", "2049 bits");
    let mut short = phase0.clone();
    short.pointer_mut(&format!("{lists}/deposits/0/proof")).unwrap().as_array_mut().unwrap().pop();
    assert_eq!(reason(&short), "a list in it has a length that it cannot have");
    for (name, most) in [("proposer_slashings", 16), ("attester_slashings", 2), ("deposits", 16)] {
        let place = format!("{lists}/{name}");
        let first = phase0.pointer(&place).unwrap()[0].clone();
        let full = with(phase0.clone(), &place, json!(vec![first.clone(); most]));
        assert!(request(&full).is_ok(), "{most} {name}");
        let over = with(phase0.clone(), &place, json!(vec![first; most + 1]));
        assert!(reason(&over).starts_with("a list has over 2^"), "{name}");
    }
}

#[test]
fn an_aggregate_in_another_form_than_its_type_and_version_have() {
    let bare = |aggregate: Value| body("AGGREGATE_AND_PROOF", "aggregate_and_proof", aggregate);
    let of = |version: &str, data: Value| {
        let aggregate = json!({ "version": version, "data": data });
        body("AGGREGATE_AND_PROOF_V2", "aggregate_and_proof", aggregate)
    };
    let electra = with(aggregate(), "/aggregate/committee_bits", json!("0x0100000000000000"));
    for sound in [bare(aggregate()), of("DENEB", aggregate()), of("ELECTRA", electra.clone())] {
        assert_eq!(request(&sound).unwrap().duty(), Duty::AggregateAndProof);
    }
    assert_eq!(request(&bare(aggregate())), request(&of("PHASE0", aggregate())));
    let wrong = "the aggregate has not the form that its";
    for (body, why) in [
        (bare(electra.clone()), wrong),
        (of("DENEB", electra.clone()), wrong),
        (of("FULU", aggregate()), wrong),
        (bare(json!({ "version": "DENEB", "data": aggregate() })), wrong),
        (body("AGGREGATE_AND_PROOF_V2", "aggregate_and_proof", aggregate()), wrong),
        (
            of("ELECTRA", with(electra, "/aggregate/committee_bits", json!("0x0101"))),
            "a list in it",
        ),
    ] {
        let reason = reason(&body);
        assert!(reason.starts_with(why), "{reason}");
    }
}

#[test]
fn what_is_wrong_is_said_at_a_length_that_can_be_logged() {
    let name = "x".repeat(10_000);
    assert!(reason(&with(vote(1, 2, 1), &format!("/{name}"), json!(1))).len() <= 200);
}
