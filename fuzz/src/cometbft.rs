//! CometBFT: what is signed, what a node asks, and what another signer left behind.

use brainswap::{
    Lane, Signable,
    chain::{
        CometBft,
        cometbft::{
            MAX_CHAIN_ID, MAX_EXTENSION, Message, StateFormat, VoteExtension, export_key,
            import_key,
            privval::{Dialect, Request, Response, delimit, split},
        },
    },
    ports::Chain as _,
};
use secrecy::ExposeSecret as _;

/// A message or extension that is read is written as the same bytes, and is read for its own chain
/// and in its own lane alone.
pub fn cometbft_read(data: &[u8]) {
    let message = Message::from_sign_bytes(data);
    let extension = VoteExtension::from_sign_bytes(data);
    let (chain_id, position, digest) = match (&message, &extension) {
        (Ok((message, chain_id)), Err(_)) => {
            assert_eq!(message.sign_bytes(chain_id), data, "one message, one encoding");
            (chain_id, message.position(), message.digest(chain_id))
        }
        (Err(_), Ok((extension, chain_id))) => {
            assert_eq!(extension.sign_bytes(chain_id), data, "one extension, one encoding");
            assert!(extension.extension.len() <= MAX_EXTENSION);
            (chain_id, extension.position(), extension.digest(chain_id))
        }
        (Ok(_), Ok(_)) => panic!("the same bytes are a message and an extension"),
        (Err(_), Err(_)) => {
            assert!(CometBft::new("chain").with_extensions().read(data).is_err());
            return;
        }
    };
    assert!((1..=MAX_CHAIN_ID).contains(&chain_id.len()));
    let other = CometBft::new(format!("{chain_id}x")).with_extensions();
    assert!(other.read(data).is_err(), "a message for {chain_id:?} was read for another chain");
    let chain = CometBft::new(chain_id.as_str());
    assert_eq!(chain.read(data).is_ok(), message.is_ok(), "extensions need their lane");
    let reading = chain.with_extensions().read(data).expect("what is parsed is read");
    assert_eq!(reading.signable, Signable::Message(data.to_vec()));
    assert_eq!(reading.intent.lane, Lane::new(u8::from(extension.is_ok())));
    assert_eq!(reading.intent.digest, digest);
    assert_eq!(Ok(reading.intent.position), position);
}

/// A request or answer that is read is written as the same bytes, and what it asks to have signed
/// is read by the chain.
pub fn cometbft_privval_decode(data: &[u8]) {
    if let Ok(Some(first)) = split(data) {
        let again = [&delimit(first.message), first.rest].concat();
        assert_eq!(again, data, "one length, one encoding");
    }
    for dialect in [Dialect::V0_34, Dialect::V1] {
        if let Ok(response) = Response::from_bytes(dialect, data) {
            assert_eq!(response.to_bytes(dialect), data, "one answer, one encoding");
        }
    }
    let Ok(request) = Request::from_bytes(data) else { return };
    assert_eq!(request.to_bytes(), data, "one request, one encoding");
    let (Request::SignVote { chain_id, .. } | Request::SignProposal { chain_id, .. }) = &request
    else {
        return;
    };
    let chain = CometBft::new(chain_id.as_str()).with_extensions();
    let Ok(asked) = chain.to_sign(&request) else { return };
    let vote = chain.read(&asked.message).expect("what is to be signed is read").intent;
    if let Some(extension) = asked.extension {
        let extension = chain.read(&extension).expect("and so is its extension").intent;
        assert_eq!((vote.lane, extension.lane), (Lane::FIRST, Lane::new(1)));
        assert_eq!(vote.position, extension.position);
    }
}

/// A state that is taken over gives marks that no format writes lower.
pub fn cometbft_state_import(data: &[u8]) {
    let formats = [StateFormat::FilePv, StateFormat::Tmkms, StateFormat::Horcrux];
    let chain = CometBft::new("chain").with_extensions();
    let mut taken = 0;
    for format in formats {
        let Ok(marks) = chain.import(format, data) else { continue };
        taken += 1;
        let position = |marks: &brainswap::Lanes<Option<_>>| {
            let positions = marks.iter().map(|(_, mark)| {
                let mark: &brainswap::watermark::Mark = mark.as_ref().expect("every lane");
                mark.position
            });
            positions.max().expect("two lanes")
        };
        assert!(position(&marks).height() > 0, "a state at height 0 says nothing");
        for other in formats {
            let Ok(written) = chain.export(other, &marks) else {
                assert_eq!(position(&marks).height(), i64::MAX as u64, "there is room");
                continue;
            };
            let again = chain.import(other, written.as_bytes()).expect("what is written is read");
            assert!(position(&again) >= position(&marks), "understated as {other}");
        }
    }
    assert!(taken <= 1, "a file of one signer was taken for another's");
}

/// A key file that is imported is written as a file of the same key.
pub fn cometbft_key_import(data: &[u8]) {
    let Ok(key) = import_key(&data.to_vec().into()) else { return };
    let written = export_key(&key).expect("what was imported can be written");
    let again = import_key(&written.expose_secret().as_bytes().to_vec().into());
    assert_eq!(again.expect("what is written is read").public_key(), key.public_key());
}
