//! R6. An approval covers the exact bytes of the whole plan; change one byte and it is void.

use crate::world::{Host, Key, approvers, genesis, pair, part, tree};
use brainswap::{
    authority::{Act, Authority, KeyWeight},
    charter::Permissions,
    document::{DocumentError, Envelope},
    evidence::{NotEvidence, Signed},
    identity::Genesis,
    order::{At, Fence, Order},
};

fn approve(envelope: &Envelope) -> Result<(), NotEvidence> {
    let signed = Signed::<Order>::verify(envelope)?;
    signed.approve([(&tree() as &dyn Authority, 0)]).map(|_| ())
}

fn plan() -> Order {
    let (source, target, id) = pair();
    Order { moves: vec![part(id, &source, &target, At::Now)], note: "before the update".into() }
}

fn signed_by(keys: &[Key]) -> Envelope {
    let mut envelope = Envelope::of(&plan()).expect("JSON");
    keys.iter().for_each(|key| key.sign(&mut envelope));
    envelope
}

#[test]
fn enough_weight_approves_and_less_says_what_is_missing() {
    let keys = approvers();
    approve(&signed_by(&keys[..2])).expect("two of three");
    let refusal = approve(&signed_by(&keys[..1])).expect_err("one of three");
    let NotEvidence::Unapproved(decision) = refusal else { panic!("{refusal}") };
    assert_eq!((decision.gathered, decision.needed), (1, 2));
    assert_eq!(decision.missing, [keys[1].public(), keys[2].public()]);
}

#[test]
fn keys_that_are_no_approvers_weigh_nothing() {
    let strangers = [Key::new(7), Key::new(8), Key::new(9)];
    assert_eq!(
        approve(&signed_by(&strangers)).expect_err("refused").code(),
        "authority.unapproved"
    );
}

#[test]
fn a_plan_changed_in_any_byte_after_approval_is_refused() {
    let json = signed_by(&approvers()).to_json();
    let wire: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    use base64ct::Encoding as _;
    let payload = wire["payload"].as_str().expect("text");
    let bytes = base64ct::Base64::decode_vec(payload).expect("base64");
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let mut wire = wire.clone();
        wire["payload"] = base64ct::Base64::encode_string(&changed).into();
        let envelope = Envelope::from_json(wire.to_string().as_bytes()).expect("still an envelope");
        let code = approve(&envelope).expect_err("refused").code();
        let expected = ["document.payload", "document.bad_signature"];
        assert!(expected.contains(&code), "byte {at}: {code}");
    }
}

#[test]
fn the_approvals_of_two_copies_come_together_and_of_two_plans_do_not() {
    let keys = approvers();
    let (mut one, two) = (signed_by(&keys[..1]), signed_by(&keys[1..2]));
    one.merge(&two).expect("the same plan");
    approve(&one).expect("two of three");
    let mut other = plan();
    other.note.push('!');
    let other = keys[2].signed(&other);
    assert_eq!(one.merge(&other).expect_err("another plan").code(), "document.malformed");
}

#[test]
fn a_document_of_another_kind_is_refused() {
    let envelope = signed_by(&approvers());
    let refusal = Signed::<Fence>::verify(&envelope).expect_err("an order is no fence");
    assert_eq!(refusal.code(), "document.other_kind");
}

#[test]
fn one_bad_signature_among_good_ones_refuses_the_document() {
    let mut envelope = signed_by(&approvers()[..2]);
    let stranger = Key::new(9);
    let other = stranger.signed(&Order { moves: vec![], note: String::new() });
    let json = other.to_json();
    let wire: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    use base64ct::Encoding as _;
    let sig = wire["signatures"][0]["sig"].as_str().expect("text");
    let sig = base64ct::Base64::decode_vec(sig).expect("base64");
    let sig = brainswap::Signature::Ed25519(sig.try_into().expect("64 bytes"));
    envelope.add_signature(stranger.public(), &sig);
    let key = stranger.public();
    assert_eq!(approve(&envelope), Err(NotEvidence::Document(DocumentError::BadSignature { key })));
}

#[test]
fn a_genesis_and_a_fence_need_more_than_half_of_all_weight() {
    let keys = approvers().into_iter().map(|key| KeyWeight { key: key.public(), weight: 1 });
    let low = Permissions::flat(1, keys.collect()).to_tree().expect("valid permissions");
    let one = [approvers()[0].public()].into();
    assert!(low.decide(Act::Swap, &one, 0).is_satisfied());
    for act in [Act::Fence, Act::Genesis] {
        let decision = low.decide(act, &one, 0);
        assert_eq!((decision.gathered, decision.needed), (1, 2));
    }
}

#[test]
fn a_genesis_whose_holder_is_off_the_roster_or_its_own_witness_is_refused() {
    let (host, other) = (Host::new(1), Host::new(2));
    let form = |document: &Genesis| {
        let envelope = approvers()[0].signed(document);
        Signed::<Genesis>::verify(&envelope).map(|_| ()).map_err(|error| error.code())
    };
    let good = genesis(50, &host, &[&host]);
    assert_eq!(form(&good), Ok(()));
    let mut off = good.clone();
    off.to = other.id();
    assert_eq!(form(&off), Err("document.form"));
    let mut own = good.clone();
    own.epoch.witnesses = vec![host.id()];
    assert_eq!(form(&own), Err("document.form"));
    let mut empty = good;
    empty.epoch.limit = empty.from.clone();
    assert_eq!(form(&empty), Err("document.form"));
}
