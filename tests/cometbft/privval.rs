//! A node's request says what is to be signed, and its answer is what nodes read.

use super::*;
use brainswap::{
    PublicKey, Signature,
    chain::cometbft::{
        VoteExtension,
        privval::{
            Dialect, MAX_MESSAGE, NodeProposal, NodeVote, RemoteSignerError, Request, Response,
            Split, delimit, split,
        },
    },
};

#[test]
fn a_request_gives_the_sign_bytes_of_its_vote_or_proposal() {
    let chain = CometBft::new(CHAIN);
    let prevote = Vote { kind: VoteKind::Prevote, ..VOTE };
    let asked = chain.to_sign(&sign_vote(prevote, b"")).unwrap();
    assert_eq!((asked.message, asked.extension), (prevote.sign_bytes(CHAIN), None));
    let asked = chain.to_sign(&sign_proposal(32)).unwrap();
    assert_eq!((asked.message, asked.extension), (PROPOSAL.sign_bytes(CHAIN), None));
}

#[test]
fn a_precommit_for_a_block_brings_its_extension_even_an_empty_one() {
    let chain = CometBft::new(CHAIN).with_extensions();
    for content in [&b"price"[..], b""] {
        let asked = chain.to_sign(&sign_vote(VOTE, content)).unwrap();
        let extension = VoteExtension { height: 10, round: 1, extension: content.to_vec() };
        assert_eq!(asked.message, VOTE.sign_bytes(CHAIN));
        assert_eq!(asked.extension, Some(extension.sign_bytes(CHAIN)));
    }
    for vote in [Vote { block_id: None, ..VOTE }, Vote { kind: VoteKind::Prevote, ..VOTE }] {
        assert_eq!(chain.to_sign(&sign_vote(vote, b"")).unwrap().extension, None);
        let refused = chain.to_sign(&sign_vote(vote, b"x")).unwrap_err();
        assert_eq!(refused.reason, "only a precommit for a block has an extension");
    }
    let Request::SignVote { vote, chain_id, .. } = sign_vote(VOTE, b"price") else { panic!() };
    let skipping = Request::SignVote { vote, chain_id, skip_extension: true };
    assert_eq!(chain.to_sign(&skipping).unwrap().extension, None);
}

#[test]
fn an_extension_without_a_lane_another_chain_or_a_message_that_is_none_is_refused() {
    let chain = CometBft::new(CHAIN);
    let reason = |request: &Request| chain.to_sign(request).unwrap_err().reason.into_owned();
    assert_eq!(chain.to_sign(&sign_vote(VOTE, b"")).unwrap().extension, None);
    assert_eq!(
        reason(&sign_vote(VOTE, b"x")),
        "the vote has an extension, and there is no lane for it"
    );
    let Request::SignVote { vote, .. } = sign_vote(VOTE, b"") else { panic!() };
    let other = Request::SignVote { vote, chain_id: "other".into(), skip_extension: false };
    assert_eq!(reason(&other), r#"it is for chain "other" instead of "test_chain_id""#);
    assert_eq!(reason(&sign_proposal(1)), "a proposal has type 1");
    let at_zero = Vote { height: 0, ..VOTE };
    assert_eq!(reason(&sign_vote(at_zero, b"")), "the height is 0, not above 0");
    assert_eq!(reason(&Request::Ping), "the request asks for no signature");
}

#[test]
fn the_answer_has_the_signatures_and_the_timestamp_and_no_extension() {
    let request = sign_vote(VOTE, &[7; 100_000]);
    let (first, second) = (Signature::Ed25519([1; 64]), Signature::Ed25519([2; 64]));
    let answer = request.signed(&first, Some(&second)).unwrap();
    let Response::SignedVote(Ok(vote)) = &answer else { panic!() };
    assert_eq!((vote.vote, vote.validator_index), (VOTE, 9));
    assert_eq!((&vote.signature[..], &vote.extension_signature[..]), (&[1; 64][..], &[2; 64][..]));
    assert!(vote.extension.is_empty());
    assert!(answer.to_bytes(Dialect::V0_34).len() < 10 * 1024, "what nodes before 0.40 read");
    let mut recoverable = [3; 65];
    recoverable[64] = 1;
    let answer = sign_proposal(32).signed(&Signature::Secp256k1(recoverable), None).unwrap();
    let Response::SignedProposal(Ok(proposal)) = answer else { panic!() };
    assert_eq!(proposal.signature, [3; 64]);
    assert_eq!(Request::Ping.signed(&first, None), None);
}

#[test]
fn a_refusal_is_an_answer_of_the_kind_that_was_asked_for() {
    let error = RemoteSignerError { code: 0, description: "no".into() };
    let pub_key = Request::PubKey { chain_id: CHAIN.into() };
    assert_eq!(pub_key.refused("no"), Response::PubKey(Err(error.clone())));
    assert_eq!(sign_vote(VOTE, b"").refused("no"), Response::SignedVote(Err(error.clone())));
    assert_eq!(sign_proposal(32).refused("no"), Response::SignedProposal(Err(error)));
    assert_eq!(Request::Ping.refused("no"), Response::Ping);
}

#[test]
fn a_public_key_is_answered_in_two_dialects_and_neither_reads_the_other() {
    for key in [PublicKey::Ed25519([7; 32]), PublicKey::Secp256k1([2; 33])] {
        let answer = Response::PubKey(Ok(key));
        for (dialect, other) in [(Dialect::V0_34, Dialect::V1), (Dialect::V1, Dialect::V0_34)] {
            let bytes = answer.to_bytes(dialect);
            assert_eq!(Response::from_bytes(dialect, &bytes), Ok(answer.clone()));
            assert!(Response::from_bytes(other, &bytes).is_err());
        }
    }
    let unknown = Response::PubKey(Ok(PublicKey::P256([2; 33]))).to_bytes(Dialect::V0_34);
    let unknown = Response::from_bytes(Dialect::V0_34, &unknown).unwrap();
    assert!(matches!(unknown, Response::PubKey(Err(_))), "a node has no place for it");
}

#[test]
fn raw_bytes_to_sign_and_what_is_no_message_are_refused() {
    let reason = |bytes: &[u8]| Request::from_bytes(bytes).unwrap_err().reason.into_owned();
    for tag in [0x4a, 0x52] {
        assert_eq!(reason(&[tag, 2, 0x0a, 0]), "raw bytes are not signed: they could be a vote");
    }
    assert_eq!(reason(&[]), "the bytes are no privval message that is known");
    assert_eq!(reason(&[0x5a, 0]), "the bytes are no privval message that is known");
    assert_eq!(reason(&[0x3a]), "the bytes are no privval message");
    assert_eq!(reason(&[0x1a, 0]), "there is no vote");
    assert_eq!(reason(&[0x2a, 0]), "there is no proposal");
    assert_eq!(reason(&[0x42, 0]), "it is an answer and no request");
    let answer = Response::from_bytes(Dialect::V1, &[0x3a, 0]).unwrap_err();
    assert_eq!(answer.reason, "it is a request and no answer");
    let inexact = "the encoding is not the one that nodes make";
    assert_eq!(reason(&[0x3a, 0, 0x3a, 0]), inexact, "two messages");
    assert_eq!(reason(&[0x3a, 2, 0x08, 1]), inexact, "a field that is not known");
    let vote = [&[0x1a, 2][..], &[0x0a, 0]].concat();
    assert_eq!(reason(&vote), OTHER_TYPE);
}

#[test]
fn a_message_is_found_in_a_stream_as_soon_as_it_is_whole() {
    let message = sign_vote(VOTE, &[7; 300]).to_bytes();
    let stream = [delimit(&message), delimit(&[0x3a, 0]), delimit(&[])].concat();
    for cut in 0..stream.len() {
        let found = split(&stream[..cut]).unwrap();
        assert_eq!(found.is_some(), cut >= message.len() + 2, "cut at {cut}");
    }
    let Split { message: first, rest } = split(&stream).unwrap().unwrap();
    assert_eq!(first, message);
    let Split { message: second, rest } = split(rest).unwrap().unwrap();
    assert_eq!((second, rest), (&[0x3a, 0][..], &[0][..]));
    assert_eq!(split(rest), Ok(Some(Split { message: &[], rest: &[] })));
}

#[test]
fn a_length_that_is_too_high_or_has_two_forms_is_refused_before_anything_is_kept() {
    let longest = delimit(&vec![7; MAX_MESSAGE]);
    assert!(split(&longest).unwrap().is_some());
    let too_long = format!("a message is longer than {MAX_MESSAGE} bytes");
    let longer = delimit(&vec![7; MAX_MESSAGE + 1]);
    assert_eq!(split(&longer[..4]).unwrap_err().reason, too_long);
    assert_eq!(split(&[0xff; 10]).unwrap_err().reason, too_long);
    assert_eq!(split(&[0xff; 3]), Ok(None));
    let twice = "the length of a message is not the canonical one";
    assert_eq!(split(&[0x82, 0x00, 0x3a, 0]).unwrap_err().reason, twice);
    let huge = vec![0x0a; MAX_MESSAGE + 1];
    assert_eq!(Request::from_bytes(&huge).unwrap_err().reason, too_long);
}

proptest! {
    #[test]
    fn every_request_and_answer_is_read_and_written_exactly(
        message in any_message(),
        extension in prop::collection::vec(any::<u8>(), 0..50),
        signature in prop::collection::vec(any::<u8>(), 0..65),
        flip in any::<prop::sample::Index>(),
        skip_extension in any::<bool>(),
    ) {
        let (request, response) = match message {
            Message::Vote(vote) => {
                let vote = NodeVote { extension, ..node_vote(vote) };
                let signed = NodeVote { signature, ..vote.clone() };
                let chain_id = CHAIN.into();
                (
                    Request::SignVote { vote, chain_id, skip_extension },
                    Response::SignedVote(Ok(signed)),
                )
            }
            Message::Proposal(proposal) => {
                let proposal = NodeProposal { kind: 32, proposal, signature: vec![] };
                let signed = NodeProposal { signature, ..proposal.clone() };
                let chain_id = CHAIN.into();
                (Request::SignProposal { proposal, chain_id }, Response::SignedProposal(Ok(signed)))
            }
        };
        prop_assert_eq!(Request::from_bytes(&request.to_bytes()), Ok(request.clone()));
        let dialect = Dialect::V0_34;
        let bytes = response.to_bytes(dialect);
        prop_assert_eq!(Response::from_bytes(dialect, &bytes), Ok(response));
        let mut flipped = request.to_bytes();
        let bit = flip.index(8 * flipped.len());
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Request::from_bytes(&flipped) {
            prop_assert_eq!(other.to_bytes(), flipped);
            prop_assert_ne!(other, request);
        }
    }
}

fn sign_vote(vote: Vote, extension: &[u8]) -> Request {
    let vote = NodeVote { extension: extension.to_vec(), ..node_vote(vote) };
    Request::SignVote { vote, chain_id: CHAIN.into(), skip_extension: false }
}

fn sign_proposal(kind: i32) -> Request {
    let proposal = NodeProposal { kind, proposal: PROPOSAL, signature: vec![] };
    Request::SignProposal { proposal, chain_id: CHAIN.into() }
}

fn node_vote(vote: Vote) -> NodeVote {
    NodeVote {
        vote,
        validator_address: vec![7; 20],
        validator_index: 9,
        signature: vec![],
        extension: vec![],
        extension_signature: vec![],
    }
}
