//! EIP-3076: what a key signed elsewhere comes with it, and what it signed here goes with it.

use super::*;
use brainswap::{
    HostCard, HostId, IdentityId, Nonce, OrderId, PublicKey, Session, Signature,
    authority::KeyWeight,
    chain::ethereum::{Interchange, InterchangeError, MAX_INTERCHANGE},
    charter::Permissions,
    document::{Document, Envelope},
    evidence::{Approved, FromHost, Signed},
    handover::{Record, Release},
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    lease::End,
    watermark::{Mark, check},
};
use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;

/// The generator of G1 (BLS12-381), compressed: some key.
const KEY: &str = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aef\
                   fb3af00adb22c6bb";

fn key() -> [u8; 48] {
    const_hex::decode_to_array(KEY).unwrap()
}

fn file(data: &Value) -> Value {
    let metadata = json!({
        "interchange_format_version": "5",
        "genesis_validators_root": hex(&NETWORK),
    });
    json!({ "metadata": metadata, "data": data })
}

fn entry(blocks: Value, attestations: Value) -> Value {
    json!({ "pubkey": hex(&key()), "signed_blocks": blocks, "signed_attestations": attestations })
}

fn import(file: &Value) -> Result<Interchange, InterchangeError> {
    Interchange::read(file.to_string().as_bytes())
}

fn marks(interchange: &Interchange) -> [Option<Mark>; 2] {
    let (_, marks) = interchange.keys().find(|(other, _)| **other == key()).expect("the key");
    [Ethereum::BLOCK, Ethereum::ATTESTATION].map(|lane| marks.get(lane).copied().flatten())
}

fn mark(height: u64, digest: Option<u8>, floor: u64) -> Mark {
    let digest = digest.map(|byte| Digest::from_bytes([byte; 32]));
    Mark { position: Position::at_height(height), digest, floor }
}

#[test]
fn of_everything_signed_the_highest_counts_whichever_message_it_is_from() {
    let blocks = json!([{ "slot": "9", "signing_root": hex(&[1; 32]) }, { "slot": "7" }]);
    let votes = json!([
        { "source_epoch": "2", "target_epoch": "5", "signing_root": hex(&[2; 32]) },
        { "source_epoch": "3", "target_epoch": "4" },
    ]);
    let read = import(&file(&json!([entry(blocks, votes)]))).unwrap();
    assert_eq!(marks(&read), [Some(mark(9, Some(1), 0)), Some(mark(5, Some(2), 3))]);
}

#[test]
fn two_messages_at_the_highest_position_leave_none_that_may_be_signed_again() {
    let block = |byte| json!({ "slot": "9", "signing_root": hex(&[byte; 32]) });
    for blocks in [json!([block(1), block(2)]), json!([block(1), { "slot": "9" }])] {
        let read = import(&file(&json!([entry(blocks, json!([]))]))).unwrap();
        assert_eq!(marks(&read), [Some(mark(9, None, 0)), None]);
    }
    let read = import(&file(&json!([entry(json!([block(1), block(1)]), json!([]))]))).unwrap();
    assert_eq!(marks(&read)[0], Some(mark(9, Some(1), 0)));
}

#[test]
fn entries_and_files_of_one_key_are_merged() {
    let low =
        entry(json!([{ "slot": "3" }]), json!([{ "source_epoch": "1", "target_epoch": "8" }]));
    let high =
        entry(json!([{ "slot": "4" }]), json!([{ "source_epoch": "2", "target_epoch": "6" }]));
    let wanted = [Some(mark(4, None, 0)), Some(mark(8, None, 2))];
    assert_eq!(marks(&import(&file(&json!([low, high]))).unwrap()), wanted);
    for (one, two) in [(&low, &high), (&high, &low)] {
        let mut merged = import(&file(&json!([one]))).unwrap();
        merged.merge(&import(&file(&json!([two]))).unwrap()).unwrap();
        assert_eq!(marks(&merged), wanted);
        let before = merged.clone();
        merged.merge(&before).unwrap();
        assert_eq!(merged, before);
    }
}

#[test]
fn an_interchange_of_another_network_is_refused_and_changes_nothing() {
    let mut known = Interchange::new([1; 32]);
    let other = import(&file(&json!([entry(json!([{ "slot": "3" }]), json!([]))]))).unwrap();
    let error = known.merge(&other).unwrap_err();
    let (got, wanted) = (hex(&NETWORK), hex(&[1; 32]));
    assert_eq!(error, InterchangeError::OtherNetwork { got, wanted });
    assert_eq!(error.code(), "interchange.network");
    assert_eq!(known, Interchange::new([1; 32]));
}

#[test]
fn silence_is_not_nothing_signed() {
    let read = import(&file(&json!([]))).unwrap();
    let error = read.history(&key()).unwrap_err();
    assert_eq!(error, InterchangeError::KeyMissing { key: hex(&key()) });
    assert_eq!(error.code(), "interchange.key_missing");
    let empty = import(&file(&json!([entry(json!([]), json!([]))]))).unwrap();
    let none = History::Imported { marks: Lanes::from(vec![None, None]) };
    assert_eq!(empty.history(&key()), Ok(none));
}

#[test]
fn what_is_not_an_interchange_of_version_5_is_refused() {
    let sound = file(&json!([entry(json!([{ "slot": "3" }]), json!([]))]));
    assert!(import(&sound).is_ok());
    let with = |place: &str, value: Value| {
        let mut changed = sound.clone();
        *changed.pointer_mut(place).unwrap() = value;
        changed
    };
    let mut unknown = sound.clone();
    unknown["data"][0]["note"] = json!("x");
    let mut without = sound.clone();
    without["data"][0].as_object_mut().unwrap().remove("signed_attestations");
    for (changed, why) in [
        (with("/data/0/signed_blocks/0/slot", json!(3)), "invalid type: integer"),
        (with("/data/0/signed_blocks/0/slot", json!("03")), "a text is not an integer"),
        (with("/data/0/signed_blocks/0/slot", json!("-1")), "a text is not an integer"),
        (with("/data/0/pubkey", json!("0x11")), "a text is not \"0x\""),
        (with("/data/0/signed_blocks", Value::Null), "invalid type: null"),
        (with("/metadata/genesis_validators_root", Value::Null), "invalid type: null"),
        (with("/data", json!({})), "invalid type: map"),
        (unknown, "unknown field `note`"),
        (without, "missing field `signed_attestations`"),
    ] {
        let InterchangeError::Json { reason } = import(&changed).unwrap_err() else { panic!() };
        assert!(reason.starts_with(why), "{reason}");
    }
    for version in ["4", "6", "", "5.0"] {
        let error = import(&with("/metadata/interchange_format_version", json!(version)));
        assert_eq!(error, Err(InterchangeError::Version { got: version.into() }));
    }
    let text = sound.to_string();
    assert!(Interchange::read(format!("{text}{text}").as_bytes()).is_err());
    assert!(Interchange::read(&text.as_bytes()[1..]).is_err());
    let long = vec![b' '; MAX_INTERCHANGE + 1];
    let error = Interchange::read(&long).unwrap_err();
    assert_eq!(error, InterchangeError::TooLong { got: long.len() });
}

#[test]
fn an_export_says_the_same_when_it_is_read_again() {
    let mut known = Interchange::new(NETWORK);
    let both = Lanes::from(vec![Some(mark(9, Some(1), 0)), Some(mark(5, Some(2), 3))]);
    known.raise(key(), &both);
    known.raise([3; 48], &Lanes::from(vec![None, Some(mark(7, None, 0))]));
    assert_eq!(import(&serde_json::from_str(&known.to_json()).unwrap()), Ok(known.clone()));
    let json: Value = serde_json::from_str(&known.to_json()).unwrap();
    assert_eq!(json["metadata"]["interchange_format_version"], "5");
    assert_eq!(json["data"][1]["signed_blocks"][0]["slot"], "9");
    assert_eq!(json["data"][1]["signed_blocks"][0]["signing_root"], hex(&[1; 32]));
    assert_eq!(json["data"][0]["signed_blocks"], json!([]));
}

/// Marks that no message has: between two positions, and a source above the target.
#[test]
fn an_export_never_says_less_than_the_marks() {
    let last = Position::at_height(10).previous().unwrap();
    let mut known = Interchange::new(NETWORK);
    let between = Mark { position: last, digest: Some(Digest::from_bytes([1; 32])), floor: 12 };
    known.raise(key(), &Lanes::from(vec![Some(Mark { floor: 0, ..between }), Some(between)]));
    let json: Value = serde_json::from_str(&known.to_json()).unwrap();
    assert_eq!(json["data"][0]["signed_blocks"], json!([{ "slot": "9" }]));
    let vote = json!([{ "source_epoch": "12", "target_epoch": "12" }]);
    assert_eq!(json["data"][0]["signed_attestations"], vote);
}

/// Conditions 1 to 5 of EIP-3076 over a file, as they are written there: whether it lets a
/// message be signed.
fn importer_allows(file: &Value, duty: Duty, root: [u8; 32]) -> bool {
    let number = |line: &Value, name: &str| line[name].as_str().unwrap().parse::<u64>().unwrap();
    let same = |line: &Value| line["signing_root"] == json!(hex(&root));
    let list = |name: &str| file["data"][0][name].as_array().unwrap().clone();
    match duty {
        Duty::Block { slot } => {
            let lines = list("signed_blocks");
            let repeated = lines.iter().any(|line| number(line, "slot") == slot && same(line));
            let lowest = lines.iter().map(|line| number(line, "slot")).min();
            repeated
                || lines.iter().all(|line| number(line, "slot") != slot)
                    && lowest.is_none_or(|lowest| slot > lowest)
        }
        Duty::Attestation { source, target } => {
            let lines = list("signed_attestations");
            let of = |line: &Value| (number(line, "source_epoch"), number(line, "target_epoch"));
            let repeated = lines.iter().any(|line| of(line).1 == target && same(line));
            let slashable = lines.iter().map(of).any(|(s, t)| {
                t == target || (s < source && target < t) || (source < s && t < target)
            });
            let low_source = lines.iter().map(|line| of(line).0).min();
            let low_target = lines.iter().map(|line| of(line).1).min();
            repeated
                || !slashable
                    && low_source.is_none_or(|low| source >= low)
                    && low_target.is_none_or(|low| target > low)
        }
        _ => false,
    }
}

prop_compose! {
    fn any_mark()(
        height in 0..6_u64, end in any::<bool>(), digest in prop::option::of(0..2_u8), floor in 0..6_u64,
    ) -> Mark {
        let position = match end {
            true => Position::new(height, u32::MAX, u32::MAX),
            false => Position::at_height(height),
        };
        Mark { position, floor, ..mark(height, digest, 0) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Who imports our export refuses whatever we would.
    #[test]
    fn another_client_is_at_least_as_strict(
        block in prop::option::of(any_mark()),
        vote in prop::option::of(any_mark()),
        asked in prop::collection::vec((0..8_u64, 0..8_u64, 0..3_u8), 1..10),
    ) {
        let block = block.map(|mark| Mark { floor: 0, ..mark });
        let mut known = Interchange::new(NETWORK);
        known.raise(key(), &Lanes::from(vec![block, vote]));
        let file: Value = serde_json::from_str(&known.to_json()).unwrap();
        for (source, target, content) in asked {
            let root = [content; 32];
            for duty in [Duty::Block { slot: target }, Duty::Attestation { source, target }] {
                let Ok(intent) = duty.intent(root) else { continue };
                let mark = marks(&known)[usize::from(intent.lane.number())];
                if check(mark.as_ref(), &intent).is_err() {
                    prop_assert!(!importer_allows(&file, duty, root), "{duty:?} {root:?} {file}");
                }
            }
        }
    }
}

// -- releases --

fn host_key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn host(key: &SigningKey) -> HostId {
    HostId::from_bytes(key.verifying_key().to_bytes())
}

fn signed<T: Document>(document: &T) -> Envelope {
    let mut envelope = Envelope::of(document).unwrap();
    let signature = host_key().sign(&envelope.signed_bytes()).to_bytes();
    let public = PublicKey::Ed25519(host_key().verifying_key().to_bytes());
    envelope.add_signature(public, &Signature::Ed25519(signature));
    envelope
}

fn genesis(history: History) -> Genesis {
    let public = PublicKey::Ed25519(host_key().verifying_key().to_bytes());
    let spec = |lane: &LaneRule| LaneSpec { name: lane.name.into(), floored: lane.floored };
    let card = HostCard { name: "a".into(), host: host(&host_key()), recipient: String::new() };
    Genesis {
        network: Network { chain: "ethereum".into(), id: hex(&NETWORK) },
        public_key: PublicKey::Bls12381(key()),
        lanes: chain().lanes().iter().map(spec).collect(),
        from: Lanes::from([400, 20].map(Position::at_height).to_vec()),
        history,
        to: card.host,
        epoch: Epoch {
            roster: vec![card],
            limit: Lanes::from(vec![Position::END; 2]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
        permissions: Permissions::flat(1, vec![KeyWeight { key: public, weight: 1 }]),
    }
}

fn approved(genesis: &Genesis) -> Approved<Genesis> {
    let signed = Signed::verify(&signed(genesis)).unwrap();
    signed.approve([(&genesis.permissions.to_tree().unwrap() as _, 0)]).unwrap()
}

/// A release of an identity: where it ends, what was signed, the floors.
fn release(
    identity: IdentityId,
    until: [Position; 2],
    marks: [Option<Mark>; 2],
    floor: u64,
) -> FromHost<Release> {
    let end = End {
        identity,
        to: HostId::from_bytes([9; 32]),
        nonce: Nonce::from_bits(1),
        until: Lanes::from(until.to_vec()),
        marks: Lanes::from(marks.to_vec()),
        floors: Lanes::from(vec![0, floor]),
        back: Nonce::from_bits(2),
    };
    let release = Release {
        order: OrderId::from_bytes([3; 32]),
        host: host(&host_key()),
        session: Session { number: 1, nonce: 1 },
        ends: vec![end],
    };
    FromHost::verify(&signed(&release)).unwrap()
}

fn after(mark: Mark) -> Position {
    mark.position.next().unwrap()
}

#[test]
fn a_release_now_exports_what_was_signed_last() {
    let genesis = approved(&genesis(History::NewKey));
    let (block, vote) = (mark(500, Some(1), 0), mark(25, Some(2), 24));
    let release = release(
        genesis.id().into(),
        [after(block), after(vote)],
        [Some(block), Some(vote)],
        vote.floor,
    );
    let exported = Interchange::of_release(&genesis, &release).unwrap();
    assert_eq!(exported.genesis_validators_root(), NETWORK);
    assert_eq!(marks(&exported), [Some(block), Some(vote)]);
}

/// Up to the end of a scheduled release the source goes on: its marks of now are not the last.
#[test]
fn a_release_at_a_position_exports_everything_below_it() {
    let genesis = approved(&genesis(History::NewKey));
    let (block, vote) = (mark(500, Some(1), 0), mark(25, Some(2), 24));
    let until = [700, 30].map(Position::at_height);
    let release = release(genesis.id().into(), until, [Some(block), Some(vote)], 28);
    let json = Interchange::of_release(&genesis, &release).unwrap().to_json();
    let json: Value = serde_json::from_str(&json).unwrap();
    let blocks = json!([{ "slot": "699" }]);
    let votes = json!([{ "source_epoch": "28", "target_epoch": "29" }]);
    assert_eq!(json["data"], json!([entry(blocks, votes)]));
}

#[test]
fn a_lease_that_was_not_used_exports_what_was_signed_before_it() {
    let genesis = approved(&genesis(History::SignedBelow));
    let until = [400, 20].map(Position::at_height);
    let release = release(genesis.id().into(), until, [None, None], 18);
    let json = Interchange::of_release(&genesis, &release).unwrap().to_json();
    let json: Value = serde_json::from_str(&json).unwrap();
    let blocks = json!([{ "slot": "399" }]);
    let votes = json!([{ "source_epoch": "18", "target_epoch": "19" }]);
    assert_eq!(json["data"], json!([entry(blocks, votes)]));
}

#[test]
fn a_new_key_that_signed_nothing_exports_nothing() {
    let genesis = approved(&genesis(History::NewKey));
    let release = release(genesis.id().into(), [Position::START; 2], [None, None], 0);
    let exported = Interchange::of_release(&genesis, &release).unwrap();
    assert_eq!(marks(&exported), [None, None]);
}

#[test]
fn a_release_of_another_identity_or_of_no_validator_exports_nothing() {
    let sound = genesis(History::NewKey);
    let identity: IdentityId = approved(&sound).id().into();
    let other = release(IdentityId::from_bytes([8; 32]), [Position::START; 2], [None, None], 0);
    let error = Interchange::of_release(&approved(&sound), &other).unwrap_err();
    assert_eq!(error, InterchangeError::NotReleased { identity });
    let mut others = vec![sound.clone(), sound.clone(), sound.clone(), sound];
    others[0].network.chain = "clique".into();
    others[1].network.id = "mainnet".into();
    others[2].lanes[1].floored = false;
    others[3].public_key = PublicKey::Ed25519(host_key().verifying_key().to_bytes());
    for other in others {
        let approved = approved(&other);
        let identity = approved.id().into();
        let release = release(identity, [Position::START; 2], [None, None], 0);
        let error = Interchange::of_release(&approved, &release).unwrap_err();
        assert_eq!(error, InterchangeError::NotEthereum { identity });
    }
}

/// R7: from the file of the old signer to the first lease here.
#[test]
fn an_imported_history_bounds_the_first_lease() {
    let votes = json!([{ "source_epoch": "17", "target_epoch": "18" }]);
    let read = import(&file(&json!([entry(json!([{ "slot": "399" }]), votes)]))).unwrap();
    let document = genesis(read.history(&key()).unwrap());
    document.check().unwrap();
    let approved = approved(&document);
    let record = Record::genesis(document.to, &approved, Nonce::from_bits(1));
    let lease = record.newest().unwrap();
    assert_eq!(lease.floors, Lanes::from(vec![0, 17]));
    let covers = |body: &Value| lease.covers(&read_intent(body));
    assert!(!covers(&block(399, 1)) && covers(&block(400, 1)));
    assert!(!covers(&vote(16, 20, 1)) && covers(&vote(17, 20, 1)));
    let mut late = document;
    late.from = Lanes::from([399, 20].map(Position::at_height).to_vec());
    assert!(late.check().is_err());
}

fn read_intent(body: &Value) -> brainswap::Intent {
    super::read(body).unwrap().intent
}
