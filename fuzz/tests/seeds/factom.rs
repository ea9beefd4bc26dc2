//! Seeds of Factom: one of each message, and files.

use brainswap::chain::factom::{
    Ack, BlockHeader, BlockSignature, ChainId, Eom, FullSignature, Heartbeat, Message, NetworkId,
    Timestamp,
};

/// One of each message, and the files of two nodes.
pub fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let (identity, hash) = (ChainId::from_bytes([0x88; 32]), [0x11; 32]);
    let timestamp = Timestamp::from_millis(1_548_458_880_123).expect("a time of 48 bits");
    let (network, db_height) = (NetworkId::MAIN, 99);
    let header = BlockHeader {
        network,
        body: hash,
        previous_key: hash,
        previous_hash: hash,
        minutes: 24_018_960,
        db_height: 98,
        count: 3,
    };
    let header_signature = FullSignature { public_key: hash, signature: [0x33; 64] };
    let (sys_height, sys_hash) = (0, [0; 32]);
    let ack = Ack {
        vm_index: 2,
        timestamp,
        salt: [6; 8],
        salt_number: 7,
        message_hash: hash,
        full_message_hash: hash,
        leader: identity,
        db_height,
        height: 4,
        minute: 3,
        serial_hash: hash,
        balance_hash: None,
    };
    let block_signature = BlockSignature {
        timestamp,
        sys_height,
        sys_hash,
        db_height,
        vm_index: 4,
        header,
        identity,
        header_signature,
    };
    let eom = Eom {
        timestamp,
        identity,
        minute: 3,
        vm_index: 2,
        factoid_vm: true,
        db_height,
        sys_height,
        sys_hash,
    };
    let heartbeat =
        Heartbeat { timestamp, secret_number: 11, db_height, block_hash: hash, identity };
    let with_balance = Ack { balance_hash: Some(hash), ..ack };
    let read = "factom_read";
    let conf = "factom_conf_read";
    let key = "12".repeat(32);
    let file = format!(
        "; App\r\n[app]\r\nNetwork = MAIN ; main\r\n; BRAINSWAP_ID_BELOW\r\nIdentityChainID = {}\r\n\
         LocalServerPrivKey = \"{key}\"\r\nLocalServerPublicKey={key}\r\nChangeAcksHeight = 7\r\n",
        "88".repeat(32),
    );
    let panel = "F[208ac8] A___ 0/ 0 0.0% 0.000 64087[5088aa] 64085/64088/64089 -/ 2 31745/6";
    Vec::from([
        (read, "header", Message::Header(header).to_unsigned()),
        (read, "block-signature", Message::BlockSignature(block_signature).to_unsigned()),
        (read, "eom", Message::Eom(eom).to_unsigned()),
        (read, "ack", Message::Ack(ack).to_unsigned()),
        (read, "ack-balance", Message::Ack(with_balance).to_unsigned()),
        (read, "heartbeat", Message::Heartbeat(heartbeat).to_unsigned()),
        (conf, "with-identity", file.into_bytes()),
        (conf, "without", b"[app]\nChangeAcksHeight = 0\n[log]\nLogLevel = debug\n".to_vec()),
        (conf, "panel", panel.as_bytes().to_vec()),
        (conf, "name", b"FA22de5NSG2FA2HmMaD4h8qSAZAJyztmmnwgLPghCQKoSekwYYct".to_vec()),
    ])
}
