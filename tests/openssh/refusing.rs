//! "Nothing else passes for an approval": every field that is wrong, every bit that is flipped.

use super::{
    believed, key, made, order_withdrawn, refusal,
    written::{self, Blob, KEYS, Key, armor, bytes_of},
};
use brainswap::openssh::SshSignature;

/// A signature over the document that the key really makes, with other fields.
fn signed_with(key: Key, change: impl FnOnce(&mut Blob)) -> Blob {
    key.sign_as(&order_withdrawn().signed_bytes(), change, "ssh:", 1)
}

/// Both ways in: as a text that is handed in, and as an entry that comes with a document.
fn refused(key: Key, blob: &Blob) -> &'static str {
    assert!(!believed(key.public(), &blob.bytes()));
    refusal(&blob.armor())
}

#[test]
fn what_the_test_writes_itself_is_taken_unless_it_is_changed() {
    for key in KEYS {
        let blob = signed_with(key, |_| {});
        assert!(believed(key.public(), &blob.bytes()));
        assert_eq!(SshSignature::from_bytes(&blob.bytes()).unwrap().to_bytes(), blob.bytes());
    }
}

#[test]
fn another_namespace_is_refused() {
    for namespace in ["file", "git", "brainswap@v1", "Brainswap", "brainswap ", "", "brainswa"] {
        for key in KEYS {
            let blob = signed_with(key, |blob| blob.namespace = namespace);
            assert_eq!(refused(key, &blob), "openssh.namespace", "{namespace:?}");
            // and relabelled
            let blob = Blob { namespace: "brainswap", ..blob };
            assert_eq!(refused(key, &blob), "openssh.bad_signature", "{namespace:?}");
        }
    }
    assert_eq!(refusal(&made("ed25519-file.sig")), "openssh.namespace");
}

#[test]
fn another_document_is_refused() {
    for key in KEYS {
        let mut bytes = order_withdrawn().signed_bytes();
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(refused(key, &key.sign(&bytes)), "openssh.bad_signature");
        let payload = order_withdrawn().payload().to_vec();
        assert_eq!(refused(key, &key.sign(&payload)), "openssh.bad_signature");
    }
}

#[test]
fn another_version_is_refused() {
    for version in [0, 2, 256, u32::MAX] {
        for key in KEYS {
            let blob = signed_with(key, |blob| blob.version = version);
            assert_eq!(refused(key, &blob), "openssh.version", "{version}");
        }
    }
}

#[test]
fn a_reserved_field_that_says_something_is_refused() {
    for key in KEYS {
        let blob = signed_with(key, |blob| blob.reserved = "more");
        assert_eq!(refused(key, &blob), "openssh.reserved");
    }
}

#[test]
fn another_hash_is_refused() {
    for hash in ["sha1", "sha384", "SHA512", "", "sha512 "] {
        for key in KEYS {
            let blob = signed_with(key, |blob| blob.hash = hash);
            assert_eq!(refused(key, &blob), "openssh.algorithm", "{hash:?}");
        }
    }
    for key in KEYS {
        let blob = Blob { hash: "sha256", ..signed_with(key, |_| {}) };
        assert_eq!(refused(key, &blob), "openssh.bad_signature");
    }
}

#[test]
fn a_signature_of_another_kind_than_its_key_is_refused() {
    for key in KEYS {
        for other in KEYS.into_iter().filter(|other| *other != key) {
            let blob = signed_with(key, |blob| blob.kind = other.kind());
            let code = refused(key, &blob);
            // What has another length for the other kind is not even a signature.
            assert!(["openssh.algorithm", "openssh.not_a_signature"].contains(&code), "{code}");
        }
        for kind in ["webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "x"] {
            let blob = signed_with(key, |blob| blob.kind = kind);
            assert_eq!(refused(key, &blob), "openssh.algorithm", "{key:?} {kind}");
        }
    }
}

#[test]
fn a_signature_under_another_key_is_refused() {
    assert!(believed(key("ed25519"), &bytes_of(&made("ed25519.sig"))));
    for entry in [key("ecdsa"), key("sk-ed25519"), key("sk-ecdsa"), key("sk-pin")] {
        assert!(!believed(entry, &bytes_of(&made("ed25519.sig"))));
    }
    // The key in the signature is another one of the same kind.
    let mut blob = Key::Ed25519.sign(&order_withdrawn().signed_bytes());
    blob.key =
        [written::string(b"ssh-ed25519"), written::string(key("ed25519").as_bytes())].concat();
    assert_eq!(refusal(&blob.armor()), "openssh.bad_signature");
    assert!(!believed(key("ed25519"), &blob.bytes()));
    assert!(!believed(Key::Ed25519.public(), &blob.bytes()));
}

#[test]
fn rsa_dsa_other_curves_and_certificates_are_refused_as_signatures() {
    for name in ["rsa", "dsa", "p384", "p521", "cert"] {
        let code = refusal(&made(&format!("{name}.sig")));
        assert_eq!(code, "openssh.key_kind", "{name}");
        assert!(!believed(key("ed25519"), &bytes_of(&made(&format!("{name}.sig")))));
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    for key in KEYS {
        let good = signed_with(key, |_| {}).bytes();
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                let taken = SshSignature::from_bytes(&bytes).is_ok_and(|signature| {
                    signature.verify(&order_withdrawn().signed_bytes()).is_ok()
                });
                assert!(!taken, "{key:?}: bit {bit} of byte {at}");
                let text = SshSignature::from_armor(&armor(&bytes)).is_ok_and(|signature| {
                    signature.verify(&order_withdrawn().signed_bytes()).is_ok()
                });
                assert!(!text, "{key:?}: bit {bit} of byte {at}, as a text");
            }
            let mut bytes = good.clone();
            bytes[at] ^= 0x20;
            assert!(!believed(key.public(), &bytes), "{key:?}: byte {at}, in a document");
        }
    }
}

#[test]
fn what_is_cut_or_goes_on_is_refused() {
    for key in KEYS {
        let good = signed_with(key, |_| {}).bytes();
        for length in 0..good.len() {
            assert!(SshSignature::from_bytes(&good[..length]).is_err(), "{key:?} {length}");
            assert!(!believed(key.public(), &good[..length]), "{key:?} {length}");
        }
        for more in [&[0][..], b"\n", &good] {
            let bytes = [&good[..], more].concat();
            assert_eq!(refusal(&armor(&bytes)), "openssh.not_a_signature");
            assert!(!believed(key.public(), &bytes));
        }
    }
}

/// A reader that trusts lengths takes these; they are second encodings of a good signature.
#[test]
fn another_encoding_of_a_good_signature_is_refused() {
    for key in KEYS {
        let good = signed_with(key, |_| {});
        let mut longer_key = good.clone();
        longer_key.key.push(0);
        let mut longer_touch = good.clone();
        longer_touch.touch.push(0);
        let mut others = vec![longer_key, longer_touch];
        if key.is_ecdsa() {
            let mut padded = good.clone(); // 00 before r, which needs none or has one already
            padded.curve[3] += 1;
            padded.curve.insert(4, 0);
            let mut trailing = good.clone();
            trailing.curve.push(0);
            others.extend([padded, trailing]);
        }
        for other in others {
            // Not for its signature, which is good: for its form.
            assert_ne!(refused(key, &other), "openssh.bad_signature", "{key:?}");
        }
        // The length before the key: too short by one, so that the rest seems to be behind it.
        let mut bytes = good.bytes();
        bytes[13] -= 1;
        assert!(!believed(key.public(), &bytes));
        assert_ne!(refusal(&armor(&bytes)), "openssh.bad_signature");
    }
    let mut compressed = signed_with(Key::P256, |_| {});
    let point = Key::P256.public();
    compressed.key = [
        written::string(b"ecdsa-sha2-nistp256"),
        written::string(b"nistp256"),
        written::string(point.as_bytes()),
    ]
    .concat();
    assert_eq!(refused(Key::P256, &compressed), "openssh.point");
}

#[test]
fn text_that_is_no_signature_is_refused() {
    let good = made("ed25519.sig");
    for text in [
        String::new(),
        "-----BEGIN SSH SIGNATURE-----".to_owned(),
        good.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        good.replace("-----END SSH SIGNATURE-----", ""),
        format!("{good}{good}"),
        made("ed25519.pub"),
        written::base64(&bytes_of(&good)),
        armor(b"SSHSIG"),
        armor(b""),
        "\u{fffd}".repeat(100),
    ] {
        assert_eq!(refusal(&text), "openssh.not_a_signature", "{text:?}");
    }
    assert_eq!(refusal(&"A".repeat((16 << 10) + 1)), "openssh.too_long");
}
