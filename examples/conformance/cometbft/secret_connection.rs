//! `cometbft/secret_connection.json`: the channel over `tcp://`, from its first byte on.

use crate::{
    fields::{array, bytes, flag, list, number},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    PublicKey,
    chain::cometbft::secret_connection::{
        FRAME, HELLO, Handshake, Opener, Sealer, SecretConnectionError, directions,
    },
};
use serde_json::Value;
use zeroize::Zeroizing;

pub fn secret_connection(json: &Value, report: &mut Report) {
    for (at, row) in list(&json["kdf_golden"], "rows").iter().enumerate() {
        report.case(format!("kdf {at}"), || {
            same_keys(row, array(row, "send_secret")?, array(row, "recv_secret")?)
        });
    }
    if json.get("kdf_golden").is_some() {
        report.not_checked.push("legacy_hkdf_challenge");
    }
    let handshake = &json["handshake"];
    if !handshake.is_null() {
        report.case("handshake: the hellos", || hellos(handshake));
        report.case("handshake: the challenge", || challenge(handshake));
        for (name, other) in [("alice", "bob"), ("bob", "alice")] {
            report
                .case(format!("handshake: the proof of {name}"), || proof(handshake, name, other));
        }
        report.case("handshake: the keys", || handshake_keys(handshake));
    }
    let frames = &json["frames"];
    if !frames.is_null() {
        report.case("frames: their keys", || {
            same_keys(frames, array(frames, "send_key")?, array(frames, "recv_key")?)
        });
    }
    for (at, row) in list(frames, "frames").iter().enumerate() {
        report.case(format!("frame {at}"), || frame(frames, at, row));
    }
    for point in list(&json["low_order_points"], "points") {
        report.case(format!("low order {point}"), || low_order(point));
    }
}

/// The two directions of the shared secret have these keys: they make and open the same frames.
fn same_keys(row: &Value, send: [u8; 32], receive: [u8; 32]) -> Outcome {
    let (mut sealer, mut opener) =
        directions(&array(row, "dh_secret")?, flag(row, "local_is_least")?).map_err(said)?;
    let text = b"the same key";
    let sealed = sealer.seal(text).map_err(said)?;
    let needed = Sealer::new(&send).seal(text).map_err(said)?;
    equal("the key to send with", &(sealed == needed), &true)?;
    let received = Sealer::new(&receive).seal(text).map_err(said)?;
    let opened = opener.open(&sized(&received)?).map_err(|_| "the key to receive with differs")?;
    equal("received", &opened, &text.to_vec())
}

fn begun(end: &Value) -> Result<Handshake, String> {
    let fresh = Zeroizing::new(array(end, "x25519_sk")?);
    Ok(Handshake::new(&fresh, &Zeroizing::new(array(end, "ed25519_seed")?)))
}

fn hellos(json: &Value) -> Outcome {
    for name in ["alice", "bob"] {
        let hello = begun(&json[name])?.hello();
        equal("key", &&hello[3..], &&array::<32>(&json[name], "x25519_pk")?[..])?;
        if json[name].get("initial_msg_on_wire").is_some() {
            equal("hello", &hello.to_vec(), &bytes(&json[name], "initial_msg_on_wire")?)?;
        }
    }
    let is_least = array::<32>(&json["alice"], "x25519_pk")? < array(&json["bob"], "x25519_pk")?;
    equal("alice is least", &flag(json, "alice_is_least")?, &is_least)
}

fn challenge(json: &Value) -> Outcome {
    let needed = array(&json["computed_here"], "merlin_challenge")?;
    for (name, other) in [("alice", "bob"), ("bob", "alice")] {
        let (unproven, _) =
            begun(&json[name])?.meet(&begun(&json[other])?.hello()).map_err(said)?;
        equal("challenge", unproven.challenge(), &needed)?;
    }
    Ok(())
}

/// One end proves its key to the other, in the published bytes.
fn proof(json: &Value, name: &str, other: &str) -> Outcome {
    let (hello, other_hello) = (begun(&json[name])?.hello(), begun(&json[other])?.hello());
    let (_, frame) = begun(&json[name])?.meet(&other_hello).map_err(said)?;
    let frame = sized(&frame)?;
    let key = match name {
        "alice" => "alice_send_key",
        _ => "alice_recv_key",
    };
    let plain = Opener::new(&array(&json["computed_here"], key)?).open(&frame).map_err(said)?;
    equal("proof", &plain, &bytes(&json[name], "auth_sig_msg_plaintext_delimited")?)?;
    let (unproven, _) = begun(&json[other])?.meet(&hello).map_err(said)?;
    let connection = unproven.check(&frame).map_err(said)?;
    let needed = PublicKey::Ed25519(array(&json[name], "ed25519_pk")?);
    equal("proven key", &connection.peer, &needed)
}

fn handshake_keys(json: &Value) -> Outcome {
    let computed = &json["computed_here"];
    let (receive, send): ([u8; 32], [u8; 32]) =
        (array(computed, "alice_recv_key")?, array(computed, "alice_send_key")?);
    let derived: [u8; 96] = array(computed, "hkdf_96_bytes")?;
    equal("derived", &&derived[..64], &&[receive, send].concat()[..])?;
    let row = serde_json::json!({
        "dh_secret": computed["dh_secret"],
        "local_is_least": json["alice_is_least"],
    });
    same_keys(&row, send, receive)
}

/// The frame is made at its place in the stream, and opens there.
fn frame(json: &Value, at: usize, row: &Value) -> Outcome {
    let (plain, sealed) = (bytes(row, "plaintext_hex")?, bytes(row, "sealed_frame")?);
    equal("length", &number(row, "plaintext_len")?, &plain.len())?;
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&(at as u64).to_le_bytes());
    equal("nonce", &array(row, "nonce")?, &nonce)?;
    let key = array(json, "send_key")?;
    let (mut sealer, mut opener) = (Sealer::new(&key), Opener::new(&key));
    for _ in 0..at {
        let before = sealer.seal(b"before").map_err(said)?;
        opener.open(&sized(&before)?).map_err(said)?;
    }
    equal("sealed", &(sealer.seal(&plain).map_err(said)? == sealed), &true)?;
    equal("opened", &opener.open(&sized(&sealed)?), &Ok(plain))
}

fn low_order(point: &Value) -> Outcome {
    let point = const_hex::decode(point.as_str().unwrap_or_default());
    let point = point.map_err(|error| error.to_string())?;
    let hello: Result<[u8; HELLO], _> = [&[0x22, 0x0a, 0x20], &point[..]].concat().try_into();
    let hello = hello.map_err(|_| "the point does not have 32 bytes")?;
    let begun = Handshake::new(&Zeroizing::new([7; 32]), &Zeroizing::new([8; 32]));
    let refused = begun.meet(&hello).err();
    ensure(refused == Some(SecretConnectionError::WeakKey), || format!("refused: {refused:?}"))
}

fn sized(frame: &[u8]) -> Result<[u8; FRAME], String> {
    frame.try_into().map_err(|_| format!("a frame has {} bytes", frame.len()))
}

fn said(error: SecretConnectionError) -> String {
    error.to_string()
}
