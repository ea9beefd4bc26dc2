//! Factom: messages and files, as a node or a disk may give them.

use brainswap::{
    Signable,
    chain::{
        Factom,
        factom::{ChainId, Conf, FactomName, Message, NetworkId, Panel, SignedMessage},
    },
    ports::Chain as _,
};

/// A message that is read is written as the same bytes; with its signature too.
pub fn factom_read(data: &[u8]) {
    if let Ok(signed) = SignedMessage::from_bytes(data) {
        assert_eq!(signed.to_bytes(), data, "one message, one encoding");
    }
    let Ok(message) = Message::from_unsigned(data) else { return };
    assert_eq!(message.to_unsigned(), data, "one message, one encoding");
    let identity = message.identity().unwrap_or(ChainId::from_bytes([0; 32]));
    let network = message.header().map_or(NetworkId::MAIN, |header| header.network);
    let Ok(reading) = Factom::new(network, identity).read(data) else { return };
    assert_eq!(reading.signable, Signable::Message(message.signed_bytes()));
    assert_eq!(reading.intent.digest, message.digest());
    assert!(reading.intent.position.next().is_some());
}

/// A file that is read is kept byte for byte, and shows no key; a panel or a name is only read.
pub fn factom_conf_read(data: &[u8]) {
    if let Ok(conf) = Conf::read(data) {
        assert_eq!(conf.expose(), data);
        let shown = format!("{conf:?} {:?}", conf.change_acks_height());
        if let Ok(Some(server)) = conf.identity() {
            let key = String::from_utf8_lossy(data).to_lowercase();
            let shown = format!("{shown} {server:?}").to_lowercase();
            let secret = key.split_once("localserverprivkey").map(|(_, rest)| rest);
            let digits = secret.and_then(|rest| rest.split_once('='));
            let digits = digits.map(|(_, rest)| rest.trim_start().trim_start_matches('"'));
            let private = digits.and_then(|digits| digits.get(..64)).unwrap_or("no key");
            let stated = format!("{}{:?}", server.chain_id(), server.public_key());
            assert!(stated.to_lowercase().contains(private) || !shown.contains(private));
        }
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(name) = text.parse::<FactomName>() {
        assert_eq!(name.to_string(), text, "one name, one text");
    }
    let lists = "OKOKOK".parse().expect("a state of lists");
    if let Ok(panel) = Panel::from_summary(text, lists) {
        assert!(panel.minute < 10 && panel.identity.len() == 6);
    }
}
