//! "A FIDO key counts only if somebody touched it, and only for OpenSSH's own application."

use super::{approve, believed, key, made, order_withdrawn, refusal, written::Key};
use brainswap::{openssh::NotOpenSsh, order::Void};

const FIDO: [Key; 2] = [Key::SkEd25519, Key::SkP256];

#[test]
fn a_touch_counts_with_or_without_a_pin() {
    for fido in FIDO {
        for flags in [0b001, 0b101] {
            let blob = fido.sign_as(&order_withdrawn().signed_bytes(), |_| {}, "ssh:", flags);
            assert_eq!(approve(&mut order_withdrawn(), &blob.armor()), Ok(fido.public()));
            assert!(believed(fido.public(), &blob.bytes()));
        }
    }
    assert_eq!(approve(&mut order_withdrawn(), &made("sk-pin.sig")), Ok(key("sk-pin")));
}

#[test]
fn a_good_signature_without_a_touch_is_refused() {
    for fido in FIDO {
        for flags in [0b000, 0b100, 0b1111_1110] {
            let blob = fido.sign_as(&order_withdrawn().signed_bytes(), |_| {}, "ssh:", flags);
            assert_eq!(refusal(&blob.armor()), "openssh.not_present");
            assert!(!believed(fido.public(), &blob.bytes()));
        }
    }
    assert_eq!(refusal(&made("sk-untouched.sig")), "openssh.not_present");
}

#[test]
fn a_touch_that_is_claimed_afterwards_does_not_match() {
    for fido in FIDO {
        let mut blob = fido.sign_as(&order_withdrawn().signed_bytes(), |_| {}, "ssh:", 0);
        blob.touch[0] = 1;
        assert_eq!(refusal(&blob.armor()), "openssh.bad_signature");
        assert!(!believed(fido.public(), &blob.bytes()));
    }
}

#[test]
fn the_counter_is_covered() {
    for fido in FIDO {
        for at in 1..5 {
            let mut blob = fido.sign(&order_withdrawn().signed_bytes());
            blob.touch[at] ^= 1;
            assert_eq!(refusal(&blob.armor()), "openssh.bad_signature");
        }
    }
}

#[test]
fn another_application_is_refused_as_a_key_and_as_a_signature() {
    for fido in FIDO {
        for application in ["ssh:work", "ssh", "", "SSH:", "https://example.org"] {
            let message = order_withdrawn().signed_bytes();
            let blob = fido.sign_as(&message, |_| {}, application, 1);
            assert_eq!(refusal(&blob.armor()), "openssh.application");
            assert!(!believed(fido.public(), &blob.bytes()));
            let got = application.to_owned();
            let refused = brainswap::openssh::public_key(&fido.line(application));
            assert_eq!(refused, Err(NotOpenSsh::Application { got }));
        }
    }
    assert_eq!(refusal(&made("sk-other.sig")), "openssh.application");
}

#[test]
fn a_signature_for_another_application_cannot_be_relabelled() {
    for fido in FIDO {
        let mut blob = fido.sign_as(&order_withdrawn().signed_bytes(), |_| {}, "ssh:work", 1);
        blob.key = fido.blob("ssh:");
        assert_eq!(refusal(&blob.armor()), "openssh.bad_signature");
    }
}

#[test]
fn a_fido_key_has_no_signature_without_openssh() {
    for (fido, plain) in [(Key::SkEd25519, Key::Ed25519), (Key::SkP256, Key::P256)] {
        let message = order_withdrawn().signed_bytes();
        let curve = match plain {
            Key::Ed25519 => plain.sign(&message).curve,
            _ => vec![0x11; 64],
        };
        for raw in [&curve[..], &[&curve[..], &[1, 0, 0, 0, 7]].concat(), &[]] {
            assert!(!believed(fido.public(), raw));
            assert!(fido.public().verify(&message, raw).is_err());
        }
    }
    // Nor is the plain signature of the same secret one.
    let secret = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let bytes = order_withdrawn().signed_bytes();
    let raw = ed25519_dalek::Signer::sign(&secret, &bytes).to_bytes();
    assert!(believed(Key::Ed25519.public(), &raw));
    assert!(!believed(Key::SkEd25519.public(), &raw));
    assert!(order_withdrawn().verify::<Void>().unwrap().signers().is_empty());
}
