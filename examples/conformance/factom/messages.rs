//! `messages_derived.json`, `server_keys.json`: messages with their signatures.

use crate::{
    fields::{array, bytes, flag, list, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    Lane, Position, PublicKey, Signable,
    chain::{
        Factom,
        factom::{
            Ack, BlockHeader, BlockSignature, ChainId, Eom, FullSignature, Heartbeat, Message,
            NetworkId, ServerIdentity, SignedMessage, Timestamp, salt_number,
        },
    },
    ports::Chain as _,
};
use ed25519_dalek::{Signer as _, SigningKey};
use secrecy::SecretString;
use serde_json::Value;

pub fn messages(json: &Value, report: &mut Report) {
    for row in list(json, "messages") {
        report.case(text(row, "type").unwrap_or("message"), || message(json, row));
    }
    for row in list(json, "double_sign_positions") {
        report.case(format!("position of {}", row["a"]), || position(json, row));
    }
}

fn message(json: &Value, row: &Value) -> Outcome {
    let message = message_of(row)?;
    let (signed, full) = (bytes(row, "signed_hex")?, bytes(row, "full_hex")?);
    equal("type", &signed.first().copied(), &Some(number(row, "type_byte")?))?;
    equal("what is signed", &message.signed_bytes(), &signed)?;
    equal("message hash", &message.message_hash(), &array(row, "msg_hash")?)?;
    let travelling = SignedMessage::from_bytes(&full).map_err(|error| error.to_string())?;
    equal("message", &travelling.message, &message)?;
    equal("bytes", &travelling.to_bytes(), &full)?;
    equal("signature", &travelling.verify(), &Ok(()))?;
    let key = SigningKey::from_bytes(&array(json, "signing_seed_hex")?);
    equal("signed again", &travelling.signature, &signature_of(&key, &signed))?;
    equal("key", &travelling.signature.public_key, &array(json, "signing_public_hex")?)?;
    if let Message::BlockSignature(signature) = &message {
        let header = signature.header.to_bytes();
        equal("over the header", &signature.header_signature, &signature_of(&key, &header))?;
    }
    if let (Message::Ack(ack), Some(example)) = (&message, row.get("salt_preimage_example")) {
        let salt: [u8; 32] = array(example, "state_salt_hex")?;
        equal("salt", &salt.first_chunk().copied(), &Some(ack.salt))?;
        equal("salt number", &salt_number(&salt, ack.timestamp), &ack.salt_number)?;
    }
    let reading = chain(&message)?.read(&message.to_unsigned()).map_err(|e| e.to_string())?;
    equal("for the key", &reading.signable, &Signable::Message(signed))
}

fn message_of(row: &Value) -> Result<Message, String> {
    let fields = &row["fields"];
    let millis = number::<i64>(fields, "timestamp_ms")?;
    let timestamp = u64::try_from(millis).ok().and_then(Timestamp::from_millis);
    let timestamp = timestamp.ok_or("no such time")?;
    let db_height = number(fields, "db_height")?;
    Ok(match text(row, "type")? {
        "EOM" => Message::Eom(Eom {
            timestamp,
            identity: chain_id(fields, "chain_id")?,
            minute: number(fields, "minute")?,
            vm_index: number(fields, "vm_index")?,
            factoid_vm: flag(fields, "factoid_vm")?,
            db_height,
            sys_height: number(fields, "sys_height")?,
            sys_hash: [0; 32],
        }),
        "Ack" => Message::Ack(Ack {
            vm_index: number(fields, "vm_index")?,
            timestamp,
            salt: array(fields, "salt8")?,
            salt_number: number(fields, "salt_number")?,
            message_hash: array(fields, "message_hash")?,
            full_message_hash: array(fields, "full_msg_hash")?,
            leader: chain_id(fields, "leader_chain_id")?,
            db_height,
            height: number(fields, "height")?,
            minute: number(fields, "minute")?,
            serial_hash: array(fields, "serial_hash")?,
            balance_hash: match &fields["balance_hash"] {
                Value::Null => None,
                _ => Some(array(fields, "balance_hash")?),
            },
        }),
        "DirectoryBlockSignature" => {
            let signature: Vec<u8> = bytes(row, "header_signature_hex")?;
            let (public_key, signature) =
                signature.split_first_chunk().ok_or("the signature is cut short")?;
            Message::BlockSignature(BlockSignature {
                timestamp,
                sys_height: number(fields, "sys_height")?,
                sys_hash: [0; 32],
                db_height,
                vm_index: number(fields, "vm_index")?,
                header: BlockHeader::from_bytes(&bytes(fields, "header_hex")?)
                    .map_err(|error| error.to_string())?,
                identity: chain_id(fields, "server_identity_chain_id")?,
                header_signature: FullSignature {
                    public_key: *public_key,
                    signature: signature.try_into().map_err(|_| "the signature is cut short")?,
                },
            })
        }
        "Heartbeat" => Message::Heartbeat(Heartbeat {
            timestamp,
            secret_number: number(fields, "secret_number")?,
            db_height,
            block_hash: array(fields, "dblock_hash")?,
            identity: chain_id(fields, "identity_chain_id")?,
        }),
        other => return Err(format!("no message {other} is known")),
    })
}

/// Where a message of each type stands, and which of its fields say so: changing one of those
/// moves it, changing another one does not.
fn position(json: &Value, row: &Value) -> Outcome {
    let what = text(row, "a")?;
    let fields: Vec<&str> = list(row, "position").iter().filter_map(Value::as_str).collect();
    let of = |name: &str| {
        let mut messages = list(json, "messages").iter();
        messages
            .find(|row| row["type"] == name)
            .ok_or("no such message")
            .and_then(|row| message_of(row).map_err(|_| "it is no message"))
    };
    let at = |message: &Message| -> Result<(Lane, Position), String> {
        let reading = chain(message)?.read(&message.to_unsigned());
        reading.map(|r| (r.intent.lane, r.intent.position)).map_err(|error| error.to_string())
    };
    match what {
        "EOM" => {
            equal("fields", &fields, &vec!["db_height", "minute", "vm_index", "chain_id"])?;
            let Message::Eom(eom) = of("EOM")? else { return Err("it is another".into()) };
            let height = u64::from(eom.db_height);
            let wanted = Position::new(height, eom.minute.into(), eom.vm_index.into());
            equal("place", &at(&Message::Eom(eom))?, &(Lane::new(1), wanted))?;
            let other = Eom { timestamp: later(eom.timestamp), ..eom };
            doubles(&Message::Eom(eom), &Message::Eom(other))
        }
        "Ack" => {
            equal("fields", &fields, &vec!["db_height", "vm_index", "height", "leader_chain_id"])?;
            let Message::Ack(ack) = of("Ack")? else { return Err("it is another".into()) };
            let wanted = Position::new(ack.db_height.into(), 0, ack.height);
            equal("place", &at(&Message::Ack(ack))?, &(Lane::new(3 + ack.vm_index), wanted))?;
            doubles(&Message::Ack(ack), &Message::Ack(Ack { message_hash: [1; 32], ..ack }))?;
            doubles(&Message::Ack(ack), &Message::Ack(Ack { serial_hash: [1; 32], ..ack }))
        }
        "DBSig" => {
            equal("fields", &fields, &vec!["header.db_height"])?;
            let message = of("DirectoryBlockSignature")?;
            let header = *message.header().ok_or("it has no header")?;
            let wanted = Position::at_height(u64::from(header.db_height) + 1);
            equal("place", &at(&message)?, &(Lane::FIRST, wanted))?;
            equal("alone", &at(&Message::Header(header))?, &(Lane::FIRST, wanted))?;
            equal("digest", &message.digest(), &header.digest())?;
            let other = BlockHeader { body: [1; 32], ..header };
            doubles(&Message::Header(header), &Message::Header(other))
        }
        "Heartbeat" => {
            equal("fields", &fields, &vec!["db_height", "minute"])?;
            let Message::Heartbeat(beat) = of("Heartbeat")? else { return Err("another".into()) };
            let (lane, place) = at(&Message::Heartbeat(beat))?;
            equal("lane", &lane, &Lane::new(2))?;
            equal("height", &place.height(), &u64::from(beat.db_height))?;
            let next = Heartbeat { timestamp: later(beat.timestamp), ..beat };
            let (_, later) = at(&Message::Heartbeat(next))?;
            ensure(later > place, || "the next heartbeat is not later".into())
        }
        "Election vote" => {
            let wanted = vec!["db_height", "minute", "vm_index", "round", "level"];
            equal("fields", &fields, &wanted)?;
            for kind in [36, 37, 38] {
                let read = Message::from_unsigned(&[kind; 200]);
                ensure(read.is_err(), || format!("an election's message is read: {read:?}"))?;
            }
            Ok(())
        }
        other => Err(format!("no message {other} is known")),
    }
}

/// One place, two digests: the watermark lets one of them be signed.
fn doubles(first: &Message, second: &Message) -> Outcome {
    let chain = chain(first)?;
    let read = |message: &Message| chain.read(&message.to_unsigned()).map_err(|e| e.to_string());
    let (first, second) = (read(first)?.intent, read(second)?.intent);
    equal("place", &(first.lane, first.position), &(second.lane, second.position))?;
    ensure(first.digest != second.digest, || "both have one digest".into())
}

fn later(timestamp: Timestamp) -> Timestamp {
    Timestamp::from_millis(timestamp.millis() + 1).unwrap_or(timestamp)
}

pub fn server_keys(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "keys").iter().enumerate() {
        report.case(format!("key {at}"), || {
            let (seed, public) = (text(row, "private_hex")?, text(row, "public_hex")?);
            for secret in [seed.to_owned(), format!("{seed}{public}")] {
                let secret = SecretString::from(secret);
                let server = ServerIdentity::from_hex(&"88".repeat(32), &secret, public);
                let server = server.map_err(|error| error.to_string())?;
                let wanted = PublicKey::Ed25519(array(row, "public_hex")?);
                equal("public", &server.public_key(), &wanted)?;
                equal("stated", &server.is_stated_right(), &true)?;
            }
            Ok(())
        });
    }
    if let Some(row) = json.get("plain_signature") {
        report.case("plain_signature", || {
            let signature = FullSignature {
                public_key: array(row, "public_hex")?,
                signature: array(row, "signature_hex")?,
            };
            equal("signature", &signature.verify(text(row, "message_utf8")?.as_bytes()), &Ok(()))
        });
    }
    if let Some(row) = json.get("real_dbsig") {
        report.case("real_dbsig", || real(row));
    }
}

/// The block signature in admin block 1 of the main network, over the header of block 0.
fn real(row: &Value) -> Outcome {
    let given = bytes(row, "header_hex")?;
    let header = BlockHeader::from_bytes(&given).map_err(|error| error.to_string())?;
    let fields = &row["header_fields"];
    let wanted = BlockHeader {
        network: NetworkId::new(u32::from_be_bytes(array(fields, "network_id")?)),
        body: array(fields, "body_mr")?,
        previous_key: array(fields, "prev_key_mr")?,
        previous_hash: array(fields, "prev_full_hash")?,
        minutes: number(fields, "timestamp_minutes")?,
        db_height: number(fields, "db_height")?,
        count: number(fields, "block_count")?,
    };
    equal("header", &header, &wanted)?;
    equal("bytes", &header.to_bytes(), &given)?;
    equal("version", &given.first().copied(), &Some(number(fields, "version")?))?;
    equal("network", &header.network, &NetworkId::MAIN)?;
    let block = bytes(row, "directory_block_0_hex")?;
    ensure(block.starts_with(&given), || "the block begins in another way".into())?;
    let signature = FullSignature {
        public_key: array(row, "public_hex")?,
        signature: array(row, "signature_hex")?,
    };
    equal("signature", &signature.verify(&given), &Ok(()))?;
    let identity = chain_id(row, "identity_chain_id")?;
    let entry = [&[1][..], identity.as_bytes(), &signature.to_bytes()].concat();
    equal("entry", &entry, &bytes(row, "admin_entry_hex")?)?;
    let admin = bytes(row, "admin_block_1_hex")?;
    let found = admin.windows(entry.len()).any(|window| window == entry);
    ensure(found, || "the admin block does not hold the entry".into())?;
    let reading = Factom::new(NetworkId::MAIN, identity).read(&given);
    let reading = reading.map_err(|error| error.to_string())?;
    equal("place", &reading.intent.position, &Position::at_height(1))
}

fn chain(message: &Message) -> Result<Factom, String> {
    let network = message.header().map_or(NetworkId::MAIN, |header| header.network);
    Ok(Factom::new(network, message.identity().unwrap_or(ChainId::from_bytes([0; 32]))))
}

fn signature_of(key: &SigningKey, message: &[u8]) -> FullSignature {
    FullSignature {
        public_key: key.verifying_key().to_bytes(),
        signature: key.sign(message).to_bytes(),
    }
}

fn chain_id(row: &Value, field: &str) -> Result<ChainId, String> {
    text(row, field)?.parse().map_err(|error| format!("\"{field}\": {error}"))
}
