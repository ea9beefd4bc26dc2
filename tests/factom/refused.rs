//! Bytes that are not exactly one message are refused, and say why.

use super::*;

#[test]
fn a_message_of_another_identity_or_network_is_refused() {
    let other = ChainId::from_bytes([0x77; 32]);
    for message in [
        Message::BlockSignature(BlockSignature { identity: other, ..signature() }),
        Message::Eom(Eom { identity: other, ..eom() }),
        Message::Ack(Ack { leader: other, ..ack() }),
        Message::Heartbeat(Heartbeat { identity: other, ..beat() }),
    ] {
        let reason = format!("it is of identity {other} instead of {IDENTITY}");
        assert_eq!(refusal(&message.to_unsigned()), reason);
    }
    let header = BlockHeader { network: NetworkId::new(7), ..header() };
    for message in
        [Message::Header(header), Message::BlockSignature(BlockSignature { header, ..signature() })]
    {
        let reason = "it is for network 00000007 instead of fa92e5a2";
        assert_eq!(refusal(&message.to_unsigned()), reason);
    }
}

#[test]
fn values_that_no_message_has_are_refused() {
    let changed = |message: Message, at: usize, byte: u8| {
        let mut bytes = message.to_unsigned();
        bytes[at] = byte;
        refusal(&bytes)
    };
    let header_message = Message::Header(header());
    assert_eq!(changed(header_message, 0, 1), "the header is not of version 0");
    assert_eq!(changed(Message::Eom(eom()), 39, 10), "the minute is 10, not 0 to 9");
    assert_eq!(changed(Message::Eom(eom()), 40, 65), "the VM is 65; there are 65");
    let flag = "the factoid flag is neither 0 nor 1";
    assert_eq!(changed(Message::Eom(eom()), 41, 2), flag);
    assert_eq!(changed(Message::Ack(ack()), 1, 65), "the VM is 65; there are 65");
    let area = "the data area is neither empty nor one balance hash";
    let with_balance = Message::Ack(Ack { balance_hash: Some([13; 32]), ..ack() });
    let at = with_balance.to_unsigned().len() - 35;
    assert_eq!(changed(with_balance, at, 33), area);
    assert_eq!(changed(with_balance, at + 1, 2), area);
    assert_eq!(changed(with_balance, at + 2, 31), area);
    for kind in [2, 3, 8, 22, 36, 37, 38] {
        let reason = format!("type {kind} is not signed here");
        assert_eq!(changed(Message::Heartbeat(beat()), 0, kind), reason);
    }
    assert_eq!(refusal(&[]), "it is empty");
    let last = Message::Header(BlockHeader { db_height: u32::MAX, ..header() });
    assert_eq!(refusal(&last.to_unsigned()), "no block follows this height");
}

#[test]
fn a_block_signature_of_another_height_than_its_header_is_refused() {
    for db_height in [0, 97, 98, 100, u32::MAX] {
        let message = Message::BlockSignature(BlockSignature { db_height, ..signature() });
        let reason = format!("it is of height {db_height}, and the header of 98: not one below");
        assert_eq!(refusal(&message.to_unsigned()), reason);
    }
}

#[test]
fn the_signed_part_of_a_minute_without_its_height_is_refused() {
    let reason = "it has 42 bytes: a header has 113, an EOM with its height 82";
    assert_eq!(refusal(&Message::Eom(eom()).signed_bytes()), reason);
}

#[test]
fn a_message_that_is_signed_already_is_refused() {
    let signature = FullSignature { public_key: [1; 32], signature: [2; 64] };
    for message in all().into_iter().skip(1) {
        let bytes = SignedMessage { message, signature }.to_bytes();
        assert!(!holds_for_any_bytes(&bytes), "{message:?}");
    }
}

fn refusal(bytes: &[u8]) -> String {
    let refused = read(bytes).unwrap_err();
    assert_eq!(refused.chain, "factom");
    refused.reason.into_owned()
}
