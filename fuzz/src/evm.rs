//! Evm: what Besu and geth send, and the key files of their accounts.

use brainswap::{
    PublicKey, Signable, Signature,
    chain::{
        Besu, Clique, Policy,
        besu::{Form, Header, Kind, Message, Protocol, Signed, VoteCalls},
        clique::{ClefAsked, ClefCall},
    },
    key::Web3Keystore,
    ports::Chain as _,
};

/// A message or header that is read is written as the same bytes; what is hashed is all of them.
pub fn besu_read(data: &[u8]) {
    for protocol in [Protocol::Qbft, Protocol::Ibft2] {
        for form in [Form::Whole, Form::WithoutSeals] {
            if let Ok(header) = Header::from_rlp(protocol, form, data) {
                assert_eq!(header.to_rlp(form), data, "one header, one encoding");
                drop(header.signers());
                let bare = header.with_seals(vec![]);
                assert!(header.number() == 0 || header.block_hash() == bare.block_hash());
            }
        }
        let kinds =
            [Kind::Proposal, Kind::Prepare, Kind::Commit, Kind::CommitSeal, Kind::RoundChange];
        for kind in kinds {
            if let Ok(signed) = Signed::from_rlp(protocol, kind, data) {
                assert_eq!(signed.to_rlp(), data, "one payload, one encoding");
                assert_eq!(signed.message().kind(), kind);
            }
        }
        let message = Message::from_preimage(protocol, data);
        let Ok(reading) = Besu::new(protocol).read(data) else {
            assert!(message.is_err(), "the chain refuses what is a message");
            continue;
        };
        let message = message.expect("what the chain reads is a message");
        assert_eq!(message.to_preimage(), data, "one message, one encoding");
        assert_eq!(reading.signable, Signable::Prehash(message.hash()));
        assert_eq!(reading.intent.digest, message.digest());
        assert_eq!(reading.intent.position, message.view().position());
        assert!(message.view().height() > 0 && reading.intent.position.next().is_some());
    }
}

/// A call of geth that is read can be answered, and its header is read or refused.
pub fn clef_call(data: &[u8]) {
    let Ok(call) = ClefCall::from_json(data) else { return };
    let answers =
        [call.version(), call.accounts(&[[7; 20]]), call.sealed(&Signature::Secp256k1([0; 65]))];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "one answer fits");
    for answer in answers.into_iter().flatten().chain([call.deny()]) {
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("an answer is JSON");
        assert_eq!(answer["jsonrpc"], "2.0");
    }
    assert!(call.header_for(&PublicKey::Ed25519([1; 32])).is_err());
    if let ClefAsked::Seal { header, .. } = &call.asked {
        drop(Clique::new(Policy::OnePerNumber).read(header));
    }
}

/// An answer of a node on votes is read, or is none.
pub fn besu_answer(data: &[u8]) {
    let validators = VoteCalls::read_validators(1, data);
    let votes = VoteCalls::read_votes(1, data);
    let done = VoteCalls::done(1, data);
    let read = [validators.is_ok(), votes.is_ok(), done.is_ok()];
    assert!(read.iter().filter(|read| **read).count() <= 1, "one answer is one thing");
}

/// A keystore that is read is written as one that is read as the same.
pub fn web3_keystore_read(data: &[u8]) {
    let Ok(keystore) = Web3Keystore::from_json(data) else { return };
    let json = keystore.to_json();
    let again = Web3Keystore::from_json(json.as_bytes()).expect("what was written can be read");
    assert_eq!(again, keystore);
    assert_eq!(again.to_json(), json);
}
