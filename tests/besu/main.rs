//! "Bytes that are not exactly one message of the network are refused; nothing panics." (Chain, 3)

mod any_bytes;
mod digest_only;
mod histories;
mod published;
mod refused;
mod votes;

use brainswap::{
    Digest, Lane, Lanes, Position, Reading, Signable,
    chain::{
        Besu,
        besu::{BesuError, Encoding, Form, Header, Kind, MAX_ROUND, Message, Protocol, Signed},
    },
    ports::{Chain as _, LaneRule, NotRead},
};
use k256::ecdsa::SigningKey;
use proptest::prelude::*;

const PROTOCOLS: [Protocol; 2] = [Protocol::Qbft, Protocol::Ibft2];
const KINDS: [Kind; 5] =
    [Kind::Proposal, Kind::Prepare, Kind::Commit, Kind::CommitSeal, Kind::RoundChange];
const NUMBER: usize = 8;
const EXTRA: usize = 12;
const MIX_HASH: usize = 13;

/// What a message says, apart from how the crate reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Claim {
    kind: Kind,
    height: u64,
    round: u32,
    /// Which of the blocks of this height and round.
    block: u8,
    /// Round and block that a round change says were prepared.
    prepared: Option<(u32, u8)>,
    /// Another look of the same claim: the encoding of a proposal, the seal in a commit.
    look: u8,
}

impl Claim {
    const fn of(kind: Kind, height: u64, round: u32) -> Self {
        Self { kind, height, round, block: 1, prepared: None, look: 0 }
    }

    /// The bytes to be hashed, written apart from the crate.
    fn preimage(&self, protocol: Protocol) -> Vec<u8> {
        if self.kind == Kind::CommitSeal {
            return self.header(protocol, false);
        }
        let mut fields = view(protocol, self.height, self.round);
        match (self.kind, protocol) {
            (Kind::Proposal, Protocol::Qbft) => {
                let header = self.header(protocol, true);
                fields.push(list(&[header, list(&[]), list(&[])]));
                if self.look == 0 {
                    fields.push(string(&[]));
                }
            }
            (Kind::Proposal, Protocol::Ibft2) | (Kind::Prepare, _) => fields.push(self.hash()),
            (Kind::Commit, _) => fields.extend([self.hash(), string(&signature(self.look))]),
            (Kind::RoundChange, Protocol::Qbft) => {
                let prepared = |(round, block)| vec![integer(u128::from(round)), hash(block)];
                fields.push(list(&self.prepared.map_or_else(Vec::new, prepared)));
            }
            (Kind::RoundChange, Protocol::Ibft2) => {
                fields.push(self.prepared.map_or_else(
                    || string(&[]),
                    |(round, block)| {
                        let mut payload = view(protocol, self.height, round);
                        payload.push(hash(block));
                        let signed = |by| list(&[list(&payload), string(&signature(by))]);
                        list(&[signed(0), list(&[signed(1), signed(2)])])
                    },
                ));
            }
            (Kind::CommitSeal, _) => unreachable!("it is no payload"),
        }
        message(protocol, code(protocol, self.kind), &fields)
    }

    fn hash(&self) -> Vec<u8> {
        hash(self.block)
    }

    fn header(&self, protocol: Protocol, whole: bool) -> Vec<u8> {
        let mut fields = header_fields(self.height, self.block);
        fields[EXTRA] = string(&extra(protocol, self.round, whole));
        list(&fields)
    }
}

#[test]
fn each_type_has_a_lane_and_its_place_is_height_and_round() {
    for protocol in PROTOCOLS {
        for (number, kind) in (0..).zip(KINDS) {
            let reading = read(protocol, &Claim::of(kind, 300, 2).preimage(protocol)).unwrap();
            assert_eq!(reading.intent.lane, Lane::new(number), "{kind:?}");
            assert_eq!(reading.intent.position, Position::new(300, 2, 0), "{kind:?}");
            assert_eq!(reading.intent.floor, 0, "{kind:?}");
        }
    }
    let lanes = ["proposal", "prepare", "commit", "commit-seal", "round-change"];
    let lanes = lanes.map(|name| LaneRule { name, floored: false });
    assert_eq!(chain(Protocol::Qbft).lanes(), lanes);
    assert_eq!(chain(Protocol::Ibft2).lanes(), lanes);
    assert_eq!(chain(Protocol::Qbft).name(), "qbft");
    assert_eq!(chain(Protocol::Ibft2).name(), "ibft2");
    assert_eq!(chain(Protocol::Ibft2).network_id(), None);
}

#[test]
fn at_a_head_every_round_of_the_next_height_can_have_been_signed() {
    for (head, height) in [(0, 1), (41, 42), (u64::MAX, u64::MAX)] {
        let last = Position::new(height, MAX_ROUND, 0);
        assert_eq!(chain(Protocol::Qbft).last_signable(head), Lanes::from(vec![last; 5]));
        assert!(last.next().is_some());
    }
}

#[test]
fn a_commit_with_another_seal_is_the_same_message_and_signs_another_hash() {
    for protocol in PROTOCOLS {
        let [first, second] = [0, 1].map(|look| {
            let claim = Claim { look, ..Claim::of(Kind::Commit, 7, 0) };
            read(protocol, &claim.preimage(protocol)).unwrap()
        });
        assert_eq!(first.intent, second.intent);
        assert_ne!(first.signable, second.signable);
    }
}

#[test]
fn a_proposal_in_the_encoding_before_26_1_is_the_same_message() {
    let [current, legacy] = [0, 1].map(|look| {
        let claim = Claim { look, ..Claim::of(Kind::Proposal, 7, 0) };
        let bytes = claim.preimage(Protocol::Qbft);
        let message = Message::from_preimage(Protocol::Qbft, &bytes).unwrap();
        (read(Protocol::Qbft, &bytes).unwrap(), message.proposal().unwrap().encoding())
    });
    assert_eq!((current.1, legacy.1), (Some(Encoding::Current), Some(Encoding::Legacy)));
    assert_eq!(current.0.intent, legacy.0.intent);
    assert_ne!(current.0.signable, legacy.0.signable);
}

#[test]
fn a_block_access_list_makes_another_message() {
    let claim = Claim::of(Kind::Proposal, 7, 0);
    let mut fields = view(Protocol::Qbft, 7, 0);
    let header = claim.header(Protocol::Qbft, true);
    fields.push(list(&[header, list(&[]), list(&[])]));
    fields.push(list(&[integer(1)]));
    let with = read(Protocol::Qbft, &message(Protocol::Qbft, 0x12, &fields)).unwrap();
    let without = read(Protocol::Qbft, &claim.preimage(Protocol::Qbft)).unwrap();
    assert_ne!(with.intent.digest, without.intent.digest);
}

#[test]
fn prepare_commit_and_seal_have_the_blocks_hash_as_their_digest() {
    for protocol in PROTOCOLS {
        let header = Claim::of(Kind::CommitSeal, 7, 3).header(protocol, true);
        let header = Header::from_rlp(protocol, Form::Whole, &header).unwrap();
        let block = header.commit_seal_hash();
        let view = brainswap::chain::besu::View::new(7, 3).unwrap();
        let messages = [
            Message::commit_seal(header).unwrap(),
            Message::prepare(protocol, view, block),
            Message::commit(protocol, view, block, signature(0)).unwrap(),
        ];
        for message in messages {
            let reading = read(protocol, &message.to_preimage()).unwrap();
            assert_eq!(reading.intent.digest, Digest::from_bytes(block), "{:?}", message.kind());
            assert_eq!(reading.signable, Signable::Prehash(message.hash()));
        }
    }
}

/// What must hold whatever the bytes: refused, or read as exactly these bytes. Says which.
fn holds_for_any_bytes(protocol: Protocol, bytes: &[u8]) -> bool {
    if let Ok(header) = Header::from_rlp(protocol, Form::Whole, bytes) {
        assert_eq!(header.to_rlp(Form::Whole), bytes);
    }
    for kind in KINDS {
        if let Ok(signed) = Signed::from_rlp(protocol, kind, bytes) {
            assert_eq!((signed.to_rlp().as_slice(), signed.message().kind()), (bytes, kind));
        }
    }
    match (chain(protocol).read(bytes), Message::from_preimage(protocol, bytes)) {
        (Ok(reading), Ok(message)) => {
            assert_eq!(message.to_preimage(), bytes);
            assert_eq!(reading.intent.lane, message.kind().lane());
            assert_eq!(reading.intent.digest, message.digest());
            assert_eq!(reading.intent.position, message.view().position());
            assert_eq!(reading.signable, Signable::Prehash(message.hash()));
            assert!(message.view().height() > 0);
            true
        }
        (Err(refused), Err(error)) => {
            assert_eq!((refused.chain, refused.code()), (protocol.name(), "chain.not_read"));
            assert_eq!(refused.reason, error.to_string());
            false
        }
        other => panic!("one reads what the other refuses: {other:?}"),
    }
}

fn chain(protocol: Protocol) -> Besu {
    Besu::new(protocol)
}

fn read(protocol: Protocol, bytes: &[u8]) -> Result<Reading, NotRead> {
    chain(protocol).read(bytes)
}

fn code(protocol: Protocol, kind: Kind) -> u8 {
    let number = match kind {
        Kind::Proposal => 0,
        Kind::Prepare => 1,
        Kind::Commit => 2,
        Kind::RoundChange => 3,
        Kind::CommitSeal => unreachable!("it is no message of its own"),
    };
    if protocol == Protocol::Qbft { 0x12 + number } else { number }
}

/// Type and payload, as they are hashed.
fn message(protocol: Protocol, code: u8, payload: &[Vec<u8>]) -> Vec<u8> {
    match protocol {
        Protocol::Qbft => list(&[integer(u128::from(code)), list(payload)]),
        Protocol::Ibft2 => [vec![code], list(payload)].concat(),
    }
}

fn view(protocol: Protocol, height: u64, round: u32) -> Vec<Vec<u8>> {
    match protocol {
        Protocol::Qbft => vec![integer(u128::from(height)), integer(u128::from(round))],
        Protocol::Ibft2 => vec![string(&height.to_be_bytes()), string(&round.to_be_bytes())],
    }
}

fn hash(block: u8) -> Vec<u8> {
    string(&[block; 32])
}

/// The 15 fields of a header, encoded, with no extra data.
fn header_fields(number: u64, variant: u8) -> Vec<Vec<u8>> {
    let hash = string(&[variant; 32]);
    vec![
        hash.clone(),
        hash.clone(),
        string(&[3; 20]),
        hash.clone(),
        hash.clone(),
        hash,
        string(&[0; 256]),
        integer(1),
        integer(u128::from(number)),
        integer(30_000_000),
        integer(0),
        integer(1_715_495_307),
        string(&[]),
        string(b"ctical byzantine fault tolerance"),
        string(&[0; 8]),
    ]
}

/// Extra data with two validators and no vote, whole or as it is sealed.
fn extra(protocol: Protocol, round: u32, whole: bool) -> Vec<u8> {
    let validators = list(&[string(&[1; 20]), string(&[2; 20])]);
    let mut fields = vec![string(&[0; 32]), validators];
    match protocol {
        Protocol::Qbft => fields.extend([list(&[]), integer(u128::from(round)), list(&[])]),
        Protocol::Ibft2 => {
            fields.extend([string(&[]), string(&round.to_be_bytes())]);
            if whole {
                fields.push(list(&[]));
            }
        }
    }
    list(&fields)
}

/// A signature that is one, of nothing in particular.
fn signature(by: u8) -> [u8; 65] {
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let (signature, id) = key.sign_prehash_recoverable(&[by; 32]);
    let mut bytes = [id.to_byte(); 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes
}

/// RLP, written apart from the crate's.
fn list(items: &[Vec<u8>]) -> Vec<u8> {
    wrap(0xc0, &items.concat())
}

fn string(bytes: &[u8]) -> Vec<u8> {
    match bytes {
        [byte] if *byte < 0x80 => vec![*byte],
        _ => wrap(0x80, bytes),
    }
}

fn integer(number: u128) -> Vec<u8> {
    let shortest: Vec<u8> =
        number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    string(&shortest)
}

fn wrap(offset: u8, payload: &[u8]) -> Vec<u8> {
    let mut item = match payload.len() {
        length @ 0..56 => vec![offset + length as u8],
        length @ 56..256 => vec![offset + 56, length as u8],
        length @ 256..65_536 => vec![offset + 57, (length >> 8) as u8, length as u8],
        length => vec![offset + 58, (length >> 16) as u8, (length >> 8) as u8, length as u8],
    };
    item.extend(payload);
    item
}

fn hex(text: &str) -> Vec<u8> {
    const_hex::decode(text).unwrap()
}
