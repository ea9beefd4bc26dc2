//! A header of the main network, and the signature over it, are read as the network means them.

use super::*;
use brainswap::Digest;

/// The header of directory block 0. Source: the public chain.
const HEADER: &str = "00fa92e5a24d0789d16890ec1f96f617d8c802a40ee876d761b076da330d784356ac80f9ab\
     0000000000000000000000000000000000000000000000000000000000000000\
     0000000000000000000000000000000000000000000000000000000000000000016e80100000000000000003";
/// Key and signature in admin block 1.
const KEY: &str = "0426a802617848d4d16d87830fc521f4d136bb2d0c352850919c2679f189613a";
const SIGNATURE: &str = "83efbcbed19b5842e5aa06e66c41d8b61826d95d50c1cbc8bd5373f986c37054\
     7133462a9ffa0dcff025a6ad26747c95f1bdd88e2596fc8c6eaa8a2993c72c05";

#[test]
fn the_first_header_of_the_main_network_is_read_and_its_signature_holds() {
    let bytes = const_hex::decode(HEADER).unwrap();
    let reading = read(&bytes).unwrap();
    assert_eq!(reading.intent.lane, Lane::FIRST);
    assert_eq!(reading.intent.position, Position::at_height(1));
    assert_eq!(reading.intent.digest, Digest::of(&bytes));
    assert_eq!(reading.signable, Signable::Message(bytes.clone()));
    let header = BlockHeader::from_bytes(&bytes).unwrap();
    assert_eq!((header.network, header.db_height, header.count), (NetworkId::MAIN, 0, 3));
    let signature = FullSignature {
        public_key: const_hex::decode_to_array(KEY).unwrap(),
        signature: const_hex::decode_to_array(SIGNATURE).unwrap(),
    };
    assert_eq!(signature.verify(&bytes), Ok(()));
    assert!(signature.verify(&bytes[1..]).is_err());
}

#[test]
fn a_header_and_the_message_that_carries_it_are_one_thing_at_one_place() {
    let alone = read(&Message::Header(header()).to_unsigned()).unwrap().intent;
    for timestamp in [millis(0), millis(7)] {
        let message = Message::BlockSignature(BlockSignature { timestamp, ..signature() });
        assert_eq!(read(&message.to_unsigned()).unwrap().intent, alone);
    }
}

#[test]
fn an_acknowledgement_of_a_restarted_process_is_the_same_and_another_content_is_not() {
    let of = |ack: Ack| read(&Message::Ack(ack).to_unsigned()).unwrap().intent;
    let first = of(ack());
    let again = Ack { timestamp: millis(9), salt: [1; 8], salt_number: 1, ..ack() };
    assert_eq!(of(again), first);
    for other in [
        Ack { message_hash: [1; 32], ..ack() },
        Ack { full_message_hash: [1; 32], ..ack() },
        Ack { serial_hash: [1; 32], ..ack() },
        Ack { minute: 4, ..ack() },
        Ack { balance_hash: Some([1; 32]), ..ack() },
    ] {
        let other = of(other);
        assert_eq!((other.lane, other.position), (first.lane, first.position));
        assert_ne!(other.digest, first.digest);
    }
}
