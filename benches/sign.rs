//! Sign: what the rules and the documents cost, without a disk and without a key.

use brainswap::{
    Digest, HostCard, HostId, Intent, Lane, Lanes, Nonce, Position, PublicKey, Reading, Session,
    Signable, Signature,
    authority::KeyWeight,
    charter::Permissions,
    document::Envelope,
    evidence::Signed,
    handover::{Input, Policy, Record, Run, State, step},
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
};
use divan::{Bencher, black_box};
use ed25519_dalek::{Signer as _, SigningKey};

fn main() {
    divan::main();
}

/// Lease and mark of one position: what stands between a message and the journal.
#[divan::bench(name = "step/sign/new-position")]
fn step_sign_new_position(bencher: Bencher<'_, '_>) {
    let state = holder();
    let digest = Digest::from_bytes([7; 32]);
    let intent = Intent { lane: Lane::FIRST, position: Position::at_height(7), floor: 0, digest };
    let signable = Signable::Prehash([7; 32]);
    let input = Input::Sign(Reading { intent, signable });
    bencher.bench_local(|| {
        let sealed = step(&[black_box(&state)], &input).expect("it is held");
        assert_eq!(sealed.changes().len(), 1);
        sealed
    });
}

/// Everything that a host does with a document before a rule sees it.
#[divan::bench(name = "envelope/verify/one-signature")]
fn envelope_verify_one_signature(bencher: Bencher<'_, '_>) {
    let json = genesis().to_json();
    bencher.bench_local(|| {
        let envelope = Envelope::from_json(black_box(json.as_bytes())).expect("an envelope");
        let verified = envelope.verify::<Genesis>().expect("a genesis document");
        assert_eq!(verified.signers().len(), 1);
        verified
    });
}

/// A host that holds its first lease, in a process that may act.
fn holder() -> State {
    let signed = Signed::<Genesis>::verify(&genesis()).expect("the form is right");
    let tree = signed.document().permissions.to_tree().expect("valid permissions");
    let genesis = signed.approve([(&tree as _, 0)]).expect("the approver suffices");
    let record = Record::genesis(host(), &genesis, Nonce::from_bits(1));
    let mut state = State { record, run: Run::STOPPED };
    let session = Session::NONE.next(1).expect("the first");
    let start = Input::Start { session, clean: true, policy: Policy::Disk };
    let sealed = step(&[&state], &start).expect("a start is never refused");
    for change in sealed.changes() {
        if let brainswap::handover::Change::Run(_, run) = change {
            state.run = run.clone();
        }
    }
    state
}

fn genesis() -> Envelope {
    let card = HostCard { name: "a".into(), host: host(), recipient: "age1".into() };
    let document = Genesis {
        network: Network { chain: "bench".into(), id: "1".into() },
        public_key: public(),
        lanes: vec![LaneSpec { name: "block".into(), floored: false }],
        from: Lanes::from(vec![Position::at_height(1)]),
        history: History::NewKey,
        to: host(),
        epoch: Epoch {
            roster: vec![card],
            limit: Lanes::from(vec![Position::END]),
            witnesses: Vec::new(),
            mode: Mode::Direct,
        },
        permissions: Permissions::flat(1, vec![KeyWeight { key: public(), weight: 1 }]),
    };
    let mut envelope = Envelope::of(&document).expect("a document is JSON");
    let signature = key().sign(&envelope.signed_bytes()).to_bytes();
    envelope.add_signature(public(), &Signature::Ed25519(signature));
    envelope
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn public() -> PublicKey {
    PublicKey::Ed25519(key().verifying_key().to_bytes())
}

fn host() -> HostId {
    HostId::from_bytes(key().verifying_key().to_bytes())
}
