//! Published sign bytes are made and read, or refused with their reason.

use super::*;

#[test]
fn every_published_row_of_sign_bytes_is_made_and_read_or_refused_with_its_reason() {
    let Some(file) = vectors("cometbft/sign_bytes.json") else { return };
    let rows = |kind: &str| file[kind].as_array().unwrap().clone();
    let (votes, proposals, extensions) =
        (rows("votes"), rows("proposals"), rows("vote_extensions"));
    assert_eq!((votes.len(), proposals.len(), extensions.len()), (6, 3, 3));
    let mut read_rows = 0;
    for row in votes.iter().chain(&proposals).chain(&extensions) {
        let name = row["name"].as_str().unwrap();
        let chain_id = row["chain_id"].as_str().unwrap();
        let bytes = hex_of(row, "sign_bytes");
        let refused = match name {
            "prevote h1 r1" => Some("the chain id is empty"),
            "proposal with empty hash, non-zero part set header" => {
                Some("the block hash has 0 bytes instead of 32")
            }
            "proposal without block id" => Some("a proposal has no block id"),
            _ if row["kind"] == "vote_extension" => {
                Some("it is a vote extension, and there is no lane for them")
            }
            _ if row["type"] == 0 && row["height"] == 0 => Some(OTHER_TYPE),
            _ if row["type"] == 0 => Some(NOT_EXTENSION),
            _ => None,
        };
        if let Some(reason) = refused {
            assert_eq!(reason_of(&CometBft::new(chain_id), &bytes), reason, "{name}");
            continue;
        }
        let message = message_of(row);
        assert_eq!(message.sign_bytes(chain_id), bytes, "{name}");
        assert_eq!(Message::from_sign_bytes(&bytes), Ok((message, chain_id.into())), "{name}");
        let reading = CometBft::new(chain_id).read(&bytes).unwrap();
        let height = row["height"].as_u64().unwrap();
        let round = row["round"].as_u64().unwrap() as u32;
        let step = if row["kind"] == "proposal" { 1 } else { 2 };
        assert_eq!(reading.intent.lane, Lane::FIRST, "{name}");
        assert_eq!(reading.intent.position, Position::new(height, round, step), "{name}");
        assert_eq!(reading.intent.floor, 0, "{name}");
        assert_eq!(reading.signable, Signable::Message(bytes), "{name}");
        read_rows += 1;
    }
    assert_eq!(read_rows, 3);
}

#[test]
fn a_published_prevote_for_nil_is_made_byte_for_byte_though_its_chain_id_is_empty() {
    // CometBFT types/vote_test.go, TestVoteSignBytesTestVectors, case 2.
    let vote = Vote {
        kind: VoteKind::Prevote,
        height: 1,
        round: 1,
        block_id: None,
        timestamp: Timestamp { seconds: -62_135_596_800, nanos: 0 },
    };
    let bytes = hex("2108011101000000000000001901000000000000002a0b088092b8c398feffffff01");
    assert_eq!(vote.sign_bytes(""), bytes);
}

#[test]
fn no_message_of_the_signer_socket_is_taken_for_sign_bytes() {
    let Some(file) = vectors("cometbft/privval_messages.json") else { return };
    let rows = file["messages"].as_array().unwrap();
    assert_eq!(rows.len(), 33);
    for row in rows {
        for field in ["bytes", "on_wire_delimited"] {
            assert!(!holds_for_any_bytes(&hex_of(row, field)), "{}", row["name"]);
        }
    }
}

#[test]
fn the_watermark_over_readings_decides_as_filepv_does() {
    let Some(file) = vectors("cometbft/filepv.json") else { return };
    let scenario = &file["scenario"];
    let chain = CometBft::new(scenario["chain_id"].as_str().unwrap());
    let rows = scenario["requests"].as_array().unwrap();
    assert_eq!(rows.len(), 21);
    let mut mark = None;
    for row in rows {
        let name = row["name"].as_str().unwrap();
        if row["error"] == "unexpected vote extension" {
            continue; // the extension is no part of the sign bytes: a matter of the socket
        }
        let intent = chain.read(&hex_of(row, "sign_bytes")).unwrap().intent;
        let verdict = check(mark.as_ref(), &intent);
        match (row["expect"].as_str().unwrap(), row["error"].as_str()) {
            ("sign_new", None) => {
                let Ok(Verdict::Advance(next)) = verdict else { panic!("{name}: {verdict:?}") };
                mark = Some(next);
            }
            ("reuse_signature" | "reuse_signature_and_old_timestamp", None) => {
                assert_eq!(verdict, Ok(Verdict::Again), "{name}");
            }
            ("refuse", Some("conflicting data")) => {
                let at = intent.position;
                assert_eq!(verdict, Err(WatermarkRefusal::Conflict { at }), "{name}");
            }
            ("refuse", Some("step regression" | "round regression" | "height regression")) => {
                let last = mark.unwrap().position;
                let below = WatermarkRefusal::Below { asked: intent.position, last };
                assert_eq!(verdict, Err(below), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}
