//! A host signs for a validator: what has a position under its mark, what has none under its lease.

use super::*;
use brainswap::{
    Host, IdentityId, PublicKey, Signature,
    adapters::MemoryMedium,
    authority::KeyWeight,
    charter::Permissions,
    document::Envelope,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    key::{HostKey, KeyKind, SecretKey},
};
use std::sync::Arc;

/// A host that holds a validator which may have signed below slot 3,200 and epoch 100.
fn host() -> (Host, IdentityId, PublicKey) {
    let host_key = Arc::new(HostKey::generate().unwrap());
    let approver = SecretKey::generate(KeyKind::Ed25519).unwrap();
    let key = SecretKey::generate(KeyKind::Bls12381).unwrap();
    let spec = |lane: &LaneRule| LaneSpec { name: lane.name.into(), floored: lane.floored };
    let genesis = Genesis {
        network: Network { chain: "ethereum".into(), id: hex(&NETWORK) },
        public_key: key.public_key(),
        lanes: chain().lanes().iter().map(spec).collect(),
        from: Lanes::from([3_200, 100].map(Position::at_height).to_vec()),
        history: History::SignedBelow,
        to: host_key.host_id(),
        epoch: Epoch {
            roster: vec![host_key.card("a")],
            limit: Lanes::from(vec![Position::END; 2]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
        permissions: Permissions::flat(
            1,
            vec![KeyWeight { key: approver.public_key(), weight: 1 }],
        ),
    };
    let mut envelope = Envelope::of(&genesis).unwrap();
    approver.sign_document(&mut envelope);
    let journal = MemoryMedium::new().create().unwrap();
    let host = Host::create(Box::new(journal), Box::new(host_key)).unwrap();
    let id = host.adopt(&envelope).unwrap();
    let public = key.public_key();
    host.load_key(id, Arc::new(key)).unwrap();
    (host, id, public)
}

fn verifies(key: PublicKey, body: &Value, signature: &Signature) -> bool {
    let root = request(body).unwrap().signing_root();
    key.verify_bls(&root, BlsSuite::ProofOfPossession, signature.as_bytes()).is_ok()
}

#[test]
fn blocks_and_attestations_are_signed_above_their_marks_and_floors_and_nowhere_else() {
    let (host, id, key) = host();
    let sign = |body: &Value| {
        let signed = host.sign(id, &chain(), body.to_string().as_bytes());
        signed.inspect(|signature| assert!(verifies(key, body, signature)))
    };
    let code = |body: &Value| sign(body).unwrap_err().code();
    assert_eq!(code(&block(3_199, 1)), "lease.outside");
    sign(&block(3_200, 1)).unwrap();
    sign(&block(3_200, 1)).unwrap();
    assert_eq!(code(&block(3_200, 2)), "watermark.conflict");
    assert_eq!(code(&vote(97, 100, 1)), "lease.floor", "it would surround (98, 99)");
    sign(&vote(99, 100, 1)).unwrap();
    assert_eq!(code(&vote(99, 100, 2)), "watermark.conflict", "a double vote");
    assert_eq!(code(&vote(98, 101, 1)), "watermark.floor_back", "it surrounds");
    sign(&vote(100, 101, 1)).unwrap();
    assert_eq!(code(&vote(99, 100, 1)), "watermark.below");
}

#[test]
fn every_other_duty_of_a_node_is_signed_without_a_mark() {
    let (host, id, key) = host();
    let syncs = host.syncs();
    for (duty, body) in without_position() {
        let text = body.to_string();
        assert_eq!(host.sign(id, &chain(), text.as_bytes()).unwrap_err().code(), "chain.not_read");
        let signed = host.sign_unplaced(id, &chain(), text.as_bytes());
        match duty {
            Duty::VoluntaryExit | Duty::Deposit => {
                assert_eq!(signed.unwrap_err().code(), "chain.not_read");
            }
            _ => assert!(verifies(key, &body, &signed.unwrap()), "{duty}"),
        }
    }
    assert_eq!(host.syncs(), syncs);
    let vote = vote(99, 100, 1).to_string();
    let error = host.sign_unplaced(id, &chain(), vote.as_bytes()).unwrap_err();
    assert_eq!(error.code(), "chain.not_read");
}

#[test]
fn a_request_for_another_network_is_refused() {
    let (host, id, _) = host();
    let other = Ethereum::new([1; 32]);
    let (_, reveal) = without_position().remove(0);
    let reveal = reveal.to_string();
    for signed in [
        host.sign(id, &other, block(3_200, 1).to_string().as_bytes()),
        host.sign_unplaced(id, &other, reveal.as_bytes()),
    ] {
        assert_eq!(signed.unwrap_err().code(), "chain.other_network");
    }
}
