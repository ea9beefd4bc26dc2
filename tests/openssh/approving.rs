//! "An approver who has only `ssh-keygen -Y sign` can approve."

use super::{approve, believed, key, made, order_withdrawn, written};
use brainswap::{
    PublicKey,
    authority::{Authority, KeyWeight},
    charter::{PermissionTree, Permissions},
    document::Envelope,
    evidence::Signed,
    openssh::SshSignature,
    order::Void,
};

/// One signature of each kind of key, as `ssh-keygen` made it.
const KINDS: [(&str, &str); 4] = [
    ("ed25519", "ed25519.sig"),
    ("ecdsa", "ecdsa-low.sig"),
    ("sk-ed25519", "sk-ed25519.sig"),
    ("sk-ecdsa", "sk-ecdsa-low.sig"),
];

fn all_of(keys: impl IntoIterator<Item = PublicKey>) -> PermissionTree {
    let approvers: Vec<_> = keys.into_iter().map(|key| KeyWeight { key, weight: 1 }).collect();
    let all = u32::try_from(approvers.len()).unwrap();
    Permissions::flat(all, approvers).to_tree().unwrap()
}

#[test]
fn what_ssh_keygen_signed_is_an_approval_of_its_key() {
    for (name, signature) in KINDS {
        let mut envelope = order_withdrawn();
        assert_eq!(approve(&mut envelope, &made(signature)), Ok(key(name)));
        let verified = envelope.verify::<Void>().unwrap();
        assert_eq!(verified.signers().iter().collect::<Vec<_>>(), [&key(name)]);
    }
}

#[test]
fn a_decision_counts_the_keys_of_every_kind_and_misses_none() {
    let mut envelope = order_withdrawn();
    let authority = all_of(KINDS.map(|(name, _)| key(name)));
    for (number, (_, signature)) in (0_u64..).zip(KINDS) {
        let signed = Signed::<Void>::verify(&envelope).unwrap();
        let refused = signed.approve([(&authority as &dyn Authority, 0)]).unwrap_err();
        assert_eq!(refused.code(), "authority.unapproved");
        assert_eq!(refused.to_string(), format!("approved with weight {number}, 4 is needed"));
        approve(&mut envelope, &made(signature)).unwrap();
    }
    let signed = Signed::<Void>::verify(&envelope).unwrap();
    signed.approve([(&authority as &dyn Authority, 0)]).unwrap();
}

#[test]
fn a_fido_key_and_the_same_point_without_a_device_are_two_approvers() {
    for (fido, plain) in [
        (written::Key::SkEd25519, written::Key::Ed25519),
        (written::Key::SkP256, written::Key::P256),
    ] {
        assert_eq!(fido.public().as_bytes(), plain.public().as_bytes());
        assert_ne!(fido.public(), plain.public());
        let signature = fido.sign(&order_withdrawn().signed_bytes()).bytes();
        assert!(believed(fido.public(), &signature));
        assert!(!believed(plain.public(), &signature));
        let signature = plain.sign(&order_withdrawn().signed_bytes()).bytes();
        assert!(believed(plain.public(), &signature));
        assert!(!believed(fido.public(), &signature));
    }
}

#[test]
fn an_approval_travels_in_the_document_and_merges_with_others() {
    let mut all = order_withdrawn();
    for (_, signature) in KINDS {
        let mut one = order_withdrawn();
        approve(&mut one, &made(signature)).unwrap();
        let read = Envelope::from_json(one.to_json().as_bytes()).unwrap();
        assert_eq!(read, one);
        all.merge(&read).unwrap();
    }
    assert_eq!(all.verify::<Void>().unwrap().signers().len(), 4);
}

#[test]
fn sha512_and_sha256_both_count() {
    for signature in ["ed25519.sig", "ed25519-sha256.sig"] {
        assert_eq!(approve(&mut order_withdrawn(), &made(signature)), Ok(key("ed25519")));
    }
    for key in written::KEYS {
        let message = order_withdrawn().signed_bytes();
        let blob = key.sign_as(&message, |blob| blob.hash = "sha256", "ssh:", 1);
        assert_eq!(approve(&mut order_withdrawn(), &blob.armor()), Ok(key.public()));
    }
}

#[test]
fn the_bytes_carried_are_those_that_ssh_keygen_made() {
    for (name, signature) in KINDS {
        let bytes = written::bytes_of(&made(signature));
        assert_eq!(SshSignature::from_armor(&made(signature)).unwrap().to_bytes(), bytes);
        assert!(believed(key(name), &bytes));
    }
}

#[test]
fn a_high_s_is_replaced_in_a_text_and_refused_in_a_document() {
    for (name, signature) in [("ecdsa", "ecdsa-high.sig"), ("sk-ecdsa", "sk-ecdsa-high.sig")] {
        let high = written::bytes_of(&made(signature));
        assert!(!believed(key(name), &high));
        let read = SshSignature::from_armor(&made(signature)).unwrap();
        assert_ne!(read.to_bytes(), high);
        assert!(believed(key(name), &read.to_bytes()));
        assert_eq!(approve(&mut order_withdrawn(), &made(signature)), Ok(key(name)));
    }
    for key in [written::Key::P256, written::Key::SkP256] {
        let low = key.sign(&order_withdrawn().signed_bytes());
        let high = written::with_other_s(&low);
        assert_ne!(high.bytes(), low.bytes());
        assert!(believed(key.public(), &low.bytes()));
        assert!(!believed(key.public(), &high.bytes()));
        assert_eq!(SshSignature::from_armor(&high.armor()).unwrap().to_bytes(), low.bytes());
    }
}

#[test]
fn a_key_that_signs_again_replaces_its_signature() {
    let mut envelope = order_withdrawn();
    approve(&mut envelope, &made("ed25519.sig")).unwrap();
    let once = envelope.clone();
    approve(&mut envelope, &made("ed25519-sha256.sig")).unwrap();
    assert_ne!(envelope, once);
    assert_eq!(envelope.verify::<Void>().unwrap().signers().len(), 1);
    approve(&mut envelope, &made("ed25519.sig")).unwrap();
    assert_eq!(envelope, once);
}

#[test]
fn white_space_around_the_text_and_other_line_ends_do_not_matter() {
    let text = made("ed25519.sig");
    for text in [format!("\n {text}\n\n"), text.replace('\n', "\r\n")] {
        assert_eq!(approve(&mut order_withdrawn(), &text), Ok(key("ed25519")));
    }
}
