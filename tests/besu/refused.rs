//! What is not exactly one message is refused, with its reason.

use super::*;
use brainswap::chain::besu::{Certificate, ExtraData, MAX_MESSAGE, Prepared, View, Vote};

fn refusal(protocol: Protocol, bytes: &[u8]) -> BesuError {
    assert!(!holds_for_any_bytes(protocol, bytes));
    Message::from_preimage(protocol, bytes).unwrap_err()
}

#[test]
fn a_message_of_the_other_protocol_is_refused() {
    for protocol in PROTOCOLS {
        let other = PROTOCOLS.into_iter().find(|other| *other != protocol).unwrap();
        for kind in KINDS {
            let bytes = Claim::of(kind, 7, 1).preimage(protocol);
            assert!(!holds_for_any_bytes(other, &bytes), "{kind:?}");
            assert!(holds_for_any_bytes(protocol, &bytes), "{kind:?}");
        }
    }
}

#[test]
fn a_type_that_is_none_of_the_protocols_is_refused() {
    for (protocol, codes) in
        [(Protocol::Qbft, [0, 0x11, 0x16, 0x7f]), (Protocol::Ibft2, [4, 0x12, 0x7f, 0xbf])]
    {
        for code in codes {
            let mut fields = view(protocol, 7, 1);
            fields.push(hash(1));
            let error = refusal(protocol, &message(protocol, code, &fields));
            assert_eq!(error, BesuError::Type { got: code });
        }
    }
}

#[test]
fn height_0_and_heights_and_rounds_that_java_cannot_count_are_refused() {
    for protocol in PROTOCOLS {
        for height in [0, 1 << 63, u64::MAX] {
            let error = refusal(protocol, &Claim::of(Kind::Prepare, height, 0).preimage(protocol));
            assert_eq!(error, BesuError::Height { got: height });
            let error =
                refusal(protocol, &Claim::of(Kind::CommitSeal, height, 0).preimage(protocol));
            assert_eq!(error, BesuError::Height { got: height });
        }
        for round in [1 << 31, u32::MAX] {
            for kind in [Kind::Prepare, Kind::CommitSeal] {
                let error = refusal(protocol, &Claim::of(kind, 7, round).preimage(protocol));
                assert_eq!(error, BesuError::Round { got: round });
            }
        }
        let last = Claim::of(Kind::Prepare, i64::MAX as u64, MAX_ROUND).preimage(protocol);
        assert!(holds_for_any_bytes(protocol, &last));
    }
}

#[test]
fn a_round_change_to_round_0_or_from_no_lower_round_is_refused() {
    for protocol in PROTOCOLS {
        let error = refusal(protocol, &Claim::of(Kind::RoundChange, 7, 0).preimage(protocol));
        assert_eq!(error, BesuError::Round { got: 0 });
        for prepared in [2, 3] {
            let claim =
                Claim { prepared: Some((prepared, 1)), ..Claim::of(Kind::RoundChange, 7, 2) };
            let error = refusal(protocol, &claim.preimage(protocol));
            assert_eq!(error, BesuError::Round { got: prepared });
        }
    }
}

#[test]
fn a_proposed_block_of_another_height_or_round_is_refused() {
    for (height, round) in [(8, 1), (7, 0)] {
        let mut fields = view(Protocol::Qbft, 7, 1);
        let header = Claim::of(Kind::Proposal, height, round).header(Protocol::Qbft, true);
        fields.push(list(&[header, list(&[]), list(&[])]));
        let error = refusal(Protocol::Qbft, &message(Protocol::Qbft, 0x12, &fields));
        assert_eq!(error, BesuError::Other { part: "proposed block" });
    }
}

#[test]
fn a_block_with_missing_or_more_lists_or_another_form_is_refused() {
    let header = Claim::of(Kind::Proposal, 7, 1).header(Protocol::Qbft, true);
    let empty = list(&[]);
    let block = |lists: &[Vec<u8>]| {
        let block = list(&[std::slice::from_ref(&header), lists].concat());
        let fields = [view(Protocol::Qbft, 7, 1), vec![block]].concat();
        message(Protocol::Qbft, 0x12, &fields)
    };
    let three = vec![empty.clone(); 3];
    assert!(holds_for_any_bytes(Protocol::Qbft, &block(&three[..2])));
    assert!(holds_for_any_bytes(Protocol::Qbft, &block(&three)));
    for (lists, code) in [
        (vec![], "besu.field"),
        (three[..1].to_vec(), "besu.field"),
        (vec![empty.clone(), string(&[])], "besu.field"),
        (vec![empty; 4], "besu.too_many_fields"),
    ] {
        assert_eq!(refusal(Protocol::Qbft, &block(&lists)).code(), code);
    }
}

#[test]
fn a_sealed_block_is_neither_proposed_nor_sealed() {
    for protocol in PROTOCOLS {
        let header = Claim::of(Kind::CommitSeal, 7, 1).header(protocol, true);
        let header = Header::from_rlp(protocol, Form::Whole, &header).unwrap();
        let sealed = header.with_seals(vec![signature(0)]);
        assert_eq!(Message::commit_seal(sealed.clone()), Err(BesuError::Sealed));
        let rlp = sealed.to_rlp(Form::Whole);
        assert!(!holds_for_any_bytes(protocol, &rlp));
        let mut fields = view(Protocol::Qbft, 7, 1);
        fields.push(list(&[rlp, list(&[]), list(&[])]));
        if protocol == Protocol::Qbft {
            let error = refusal(protocol, &message(protocol, 0x12, &fields));
            assert_eq!(error, BesuError::Sealed);
        }
    }
}

#[test]
fn the_seal_of_ibft2_is_over_four_items_and_that_of_qbft_over_five() {
    let whole = Claim::of(Kind::CommitSeal, 7, 1).header(Protocol::Ibft2, true);
    assert_eq!(refusal(Protocol::Ibft2, &whole), BesuError::TooManyFields { what: "extra data" });
    let mut fields = header_fields(7, 1);
    let validators = list(&[string(&[1; 20])]);
    fields[EXTRA] = string(&list(&[string(&[0; 32]), validators, list(&[]), integer(1)]));
    assert_eq!(refusal(Protocol::Qbft, &list(&fields)), BesuError::Field { field: "seals" });
}

#[test]
fn a_header_without_the_mark_of_these_protocols_is_refused() {
    for protocol in PROTOCOLS {
        let mut fields = header_fields(7, 1);
        fields[EXTRA] = string(&extra(protocol, 1, false));
        fields[MIX_HASH] = string(&[0; 32]);
        assert_eq!(refusal(protocol, &list(&fields)), BesuError::MixHash);
    }
}

#[test]
fn later_fields_of_a_header_are_read_in_their_order_and_a_ninth_is_refused() {
    let h = string(&[9; 32]);
    let later =
        [integer(7), h.clone(), integer(0), integer(0), h.clone(), h.clone(), h, integer(5)];
    let digests: Vec<_> = (0..=later.len())
        .map(|count| {
            let mut fields = header_fields(7, 1);
            fields[EXTRA] = string(&extra(Protocol::Qbft, 1, false));
            fields.extend_from_slice(&later[..count]);
            assert!(holds_for_any_bytes(Protocol::Qbft, &list(&fields)), "{count}");
            let reading = read(Protocol::Qbft, &list(&fields)).unwrap();
            fields.push(string(&[1; 31]));
            if count == later.len() || !matches!(count, 0 | 2 | 3 | 7) {
                assert!(!holds_for_any_bytes(Protocol::Qbft, &list(&fields)), "{count}");
            }
            reading.intent.digest
        })
        .collect();
    let mut distinct = digests.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 9);
}

#[test]
fn a_seal_or_signature_that_is_none_is_refused() {
    let mut high = signature(0);
    let order = hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    let mut borrow = 0;
    for at in (32..64).rev() {
        let difference = i16::from(order[at - 32]) - i16::from(high[at]) - borrow;
        borrow = i16::from(difference < 0);
        high[at] = difference.rem_euclid(256) as u8;
    }
    let mut third = signature(0);
    third[64] = 2;
    for bad in [[0; 65], [0xff; 65], third, high] {
        let view = View::new(7, 1).unwrap();
        for protocol in PROTOCOLS {
            let error = Message::commit(protocol, view, [1; 32], bad).unwrap_err();
            assert_eq!(error, BesuError::Signature { field: "commit seal" });
            let prepare = Message::prepare(protocol, view, [1; 32]);
            let error = Signed::new(prepare, bad).unwrap_err();
            assert_eq!(error, BesuError::Signature { field: "signature" });
        }
        let certificate = Some(Certificate { proposal: signature(0), prepares: vec![bad] });
        let prepared = Prepared { round: 0, block: [1; 32], certificate };
        let error = Message::round_change(Protocol::Ibft2, view, Some(prepared)).unwrap_err();
        assert_eq!(error.code(), "besu.signature");
    }
}

#[test]
fn a_certificate_of_another_height_round_or_block_is_refused() {
    for (first, second) in [
        ((8, 0, 1), (8, 0, 1)),
        ((7, 0, 1), (7, 1, 1)),
        ((7, 0, 1), (8, 0, 1)),
        ((7, 0, 1), (7, 0, 2)),
    ] {
        let signed = |(height, round, block)| {
            let payload = [view(Protocol::Ibft2, height, round), vec![hash(block)]].concat();
            list(&[list(&payload), string(&signature(0))])
        };
        let certificate = list(&[signed(first), list(&[signed(second)])]);
        let fields = [view(Protocol::Ibft2, 7, 2), vec![certificate]].concat();
        let error = refusal(Protocol::Ibft2, &message(Protocol::Ibft2, 3, &fields));
        assert_eq!(error, BesuError::Other { part: "prepared certificate" });
    }
}

#[test]
fn a_certificate_is_part_of_what_ibft2_signs_and_of_nothing_in_qbft() {
    let view = View::new(7, 2).unwrap();
    let certificate = Certificate { proposal: signature(0), prepares: vec![] };
    for (protocol, certificate) in [(Protocol::Qbft, Some(certificate)), (Protocol::Ibft2, None)] {
        let prepared = Prepared { round: 0, block: [1; 32], certificate };
        let error = Message::round_change(protocol, view, Some(prepared)).unwrap_err();
        assert_eq!(error.code(), "besu.other");
    }
}

#[test]
fn fields_that_are_missing_too_many_or_of_another_length_are_refused() {
    for protocol in PROTOCOLS {
        for kind in [Kind::Proposal, Kind::Prepare, Kind::Commit, Kind::RoundChange] {
            let code = code(protocol, kind);
            let fields = view(protocol, 7, 1);
            refusal(protocol, &message(protocol, code, &fields));
            refusal(protocol, &message(protocol, code, &fields[..1]));
            refusal(protocol, &message(protocol, code, &[]));
        }
        let mut bytes = view(protocol, 7, 1);
        bytes.push(string(&[1; 31]));
        let error = refusal(protocol, &message(protocol, code(protocol, Kind::Prepare), &bytes));
        assert_eq!(error, BesuError::Length { field: "block hash", got: 31, wanted: 32 });
        let mut more = view(protocol, 7, 1);
        more.extend([hash(1), hash(1)]);
        let error = refusal(protocol, &message(protocol, code(protocol, Kind::Prepare), &more));
        assert_eq!(error, BesuError::TooManyFields { what: "payload" });
    }
    let two = list(&[integer(0x13), list(&[integer(7), integer(1), hash(1)]), integer(1)]);
    assert_eq!(refusal(Protocol::Qbft, &two), BesuError::TooManyFields { what: "message" });
}

#[test]
fn a_message_above_the_bound_is_refused_before_it_is_read() {
    let bytes = vec![0; MAX_MESSAGE + 1];
    for protocol in PROTOCOLS {
        let error = Message::from_preimage(protocol, &bytes).unwrap_err();
        assert_eq!(error, BesuError::TooLarge { got: MAX_MESSAGE + 1, most: MAX_MESSAGE });
    }
}

#[test]
fn a_vote_has_one_encoding_in_each_protocol() {
    let extra =
        |vote| ExtraData { vanity: [0; 32], validators: vec![], vote, round: 0, seals: vec![] };
    for protocol in PROTOCOLS {
        let votes = [true, false].map(|add| Some(Vote { recipient: [5; 20], add }));
        for vote in votes.into_iter().chain([None]) {
            let rlp = extra(vote).to_rlp(protocol, Form::Whole);
            let read = ExtraData::from_rlp(protocol, Form::Whole, &rlp);
            assert_eq!(read, Ok(extra(vote)));
            let other = PROTOCOLS.into_iter().find(|other| *other != protocol).unwrap();
            assert!(ExtraData::from_rlp(other, Form::Whole, &rlp).is_err(), "{vote:?}");
        }
    }
    let vote = Some(Vote { recipient: [5; 20], add: true });
    let mut strange = extra(vote).to_rlp(Protocol::Qbft, Form::Whole);
    let at = strange.windows(2).position(|two| two == [0x81, 0xff]).unwrap();
    strange[at + 1] = 0xfe;
    let error = ExtraData::from_rlp(Protocol::Qbft, Form::Whole, &strange).unwrap_err();
    assert_eq!(error, BesuError::Field { field: "vote" });
    let name = extra(None).to_rlp(Protocol::Ibft2, Form::WithoutSealsAndRound);
    let error = ExtraData::from_rlp(Protocol::Ibft2, Form::WithoutSealsAndRound, &name);
    assert_eq!(error, Err(BesuError::NotCanonical));
}

#[test]
fn block_0_is_named_by_its_extra_data_as_it_is() {
    let genesis = |round| {
        let mut fields = header_fields(0, 1);
        fields[EXTRA] = string(&extra(Protocol::Ibft2, round, true));
        Header::from_rlp(Protocol::Ibft2, Form::Whole, &list(&fields)).unwrap().block_hash()
    };
    assert_ne!(genesis(0), genesis(1));
    assert_eq!(NUMBER, 8);
}
