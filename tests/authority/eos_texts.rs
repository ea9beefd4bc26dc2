//! "A key or signature has one text and one form of bytes; every other is refused, and no secret shows."

use crate::Chance;
use brainswap::{
    BadSignature, OrderId, PublicKey,
    authority::{KeyWeight, Level, LevelWeight, Name, WaitWeight, WeightedAuthority},
    document::Envelope,
    eos::{
        Content, EosPublicKey, EosSecretKey, EosSignature, MAX_TEXT, NotEosBytes, NotEosText,
        pack_authority, unpack_authority,
    },
    key::{KeyKind, SecretKey},
    order::Void,
};
use secrecy::{ExposeSecret as _, SecretString};

/// The development key that every Antelope node is documented with.
const WIF: &str = "5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3";
const EOS: &str = "EOS6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV";
const PUB: &str = "PUB_K1_6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5BoDq63";

fn secret(text: &str) -> Result<EosSecretKey, NotEosText> {
    EosSecretKey::from_text(&SecretString::from(text))
}

fn r1() -> EosSecretKey {
    // Scalar 1: the public key is the base point of P-256.
    let payload = [&[0; 31][..], &[1]].concat();
    secret(&text("PVT_R1_", &payload, "R1")).unwrap()
}

/// A text made here: base58 over the payload and the first bytes of RIPEMD-160.
fn text(prefix: &str, payload: &[u8], suffix: &str) -> String {
    use ripemd::Digest as _;
    let checksum = ripemd::Ripemd160::digest([payload, suffix.as_bytes()].concat());
    format!("{prefix}{}", bs58::encode([payload, &checksum[..4]].concat()).into_string())
}

#[test]
fn the_development_key_has_its_published_texts() {
    let key = secret(WIF).unwrap();
    assert_eq!(key.public_key().to_string(), EOS);
    assert_eq!(key.public_key().to_pub_text(), PUB);
    assert_eq!(PUB.parse(), Ok(key.public_key().clone()));
    assert_eq!(EOS.parse(), Ok(key.public_key().clone()));
    assert_eq!(key.to_wif().unwrap().expose_secret(), WIF);
    let again = EosSecretKey::from_text(&key.to_pvt_text()).unwrap();
    assert_eq!(again.public_key(), key.public_key());
    let fio = key.public_key().to_legacy_text("FIO").unwrap();
    assert_eq!(EosPublicKey::from_text(&fio, "FIO"), Ok(key.public_key().clone()));
    let refused = fio.parse::<EosPublicKey>().unwrap_err();
    assert_eq!(refused, NotEosText::Prefix { needed: Content::PublicKey });
}

#[test]
fn a_k1_key_is_one_of_the_crate_s_own_and_can_be_imported() {
    let key = secret(WIF).unwrap();
    let public = key.public_key().to_public_key().unwrap();
    assert_eq!(EosPublicKey::try_from(public), Ok(key.public_key().clone()));
    let own = SecretKey::import(KeyKind::Secp256k1, &key.to_scalar(), &public).unwrap();
    assert_eq!(own.public_key(), public);
    let public = r1().public_key().to_public_key().unwrap();
    assert_eq!(EosPublicKey::try_from(public), Ok(r1().public_key().clone()));
    let ed25519 = EosPublicKey::try_from(PublicKey::Ed25519([1; 32]));
    assert_eq!(ed25519, Err(NotEosText::Kind { content: Content::PublicKey }));
}

#[test]
fn the_wrong_kind_of_text_is_refused_with_its_code_and_a_secret_is_not_repeated() {
    let other = |got, needed| NotEosText::OtherContent { got, needed };
    let (public, private) = (Content::PublicKey, Content::SecretKey);
    let pvt = secret(WIF).unwrap().to_pvt_text();
    for secret_text in [WIF, pvt.expose_secret()] {
        let refused = secret_text.parse::<EosPublicKey>().unwrap_err();
        assert_eq!((refused, refused.code()), (other(private, public), "eos.other_content"));
        assert!(!format!("{refused} {refused:?}").contains(&secret_text[8..]));
        assert!(refused.advice().contains("replace that key"));
    }
    for public_text in [EOS, PUB] {
        assert_eq!(secret(public_text).unwrap_err(), other(public, private));
    }
    let signature = EOS.parse::<EosSignature>().unwrap_err();
    assert_eq!(signature, NotEosText::Prefix { needed: Content::Signature });
    let signature = PUB.parse::<EosSignature>().unwrap_err();
    assert_eq!(signature, other(public, Content::Signature));
    let kind = "PUB_XX_111".parse::<EosPublicKey>().unwrap_err();
    assert_eq!((kind, kind.code()), (NotEosText::Kind { content: public }, "eos.kind"));
    let webauthn = "SIG_WA_111".parse::<EosSignature>().unwrap_err();
    // Its form is right up to the checksum; it is refused in any case.
    assert_eq!(webauthn, NotEosText::Checksum);
    let webauthn = text("SIG_WA_", &[31; 65], "WA").parse::<EosSignature>().unwrap_err();
    assert_eq!(webauthn, NotEosText::Kind { content: Content::Signature });
}

#[test]
fn a_text_with_any_letter_changed_is_refused() {
    for (at, letter) in (0..PUB.len()).flat_map(|at| [(at, '2'), (at, 'z'), (at, '0')]) {
        let mut changed: Vec<char> = PUB.chars().collect();
        if changed[at] == letter {
            continue;
        }
        changed[at] = letter;
        let changed: String = changed.into_iter().collect();
        assert!(changed.parse::<EosPublicKey>().is_err(), "{changed}");
    }
    assert_eq!(PUB[..PUB.len() - 1].parse::<EosPublicKey>(), Err(NotEosText::Checksum));
    assert_eq!(format!("{PUB}0").parse::<EosPublicKey>(), Err(NotEosText::Base58));
}

#[test]
fn lengths_points_and_scalars_that_cannot_be_are_refused_with_their_codes() {
    let long = "PUB_K1_".to_owned() + &"2".repeat(MAX_TEXT);
    let got = long.len();
    assert_eq!(long.parse::<EosPublicKey>(), Err(NotEosText::TooLong { got }));
    assert_eq!(secret(&long).unwrap_err(), NotEosText::TooLong { got });
    let short = text("PUB_K1_", &[2; 32], "K1").parse::<EosPublicKey>();
    assert_eq!(short, Err(NotEosText::Length { got: 32, needed: 33 }));
    for (kind, suffix) in [("PUB_R1_", "R1"), ("PUB_K1_", "K1"), ("EOS", "")] {
        for point in [[0xff; 33], [0; 33]] {
            let refused = text(kind, &point, suffix).parse::<EosPublicKey>().unwrap_err();
            assert_eq!((refused, refused.code()), (NotEosText::Point, "eos.point"));
        }
    }
    for (kind, suffix) in [("PVT_K1_", "K1"), ("PVT_R1_", "R1")] {
        for scalar in [[0; 32], [0xff; 32]] {
            let refused = secret(&text(kind, &scalar, suffix)).unwrap_err();
            assert_eq!((refused, refused.code()), (NotEosText::Scalar, "eos.scalar"));
        }
    }
    let swapped = text("PUB_R1_", &[2; 33], "K1").parse::<EosPublicKey>();
    assert_eq!(swapped, Err(NotEosText::Checksum));
}

#[test]
fn a_wif_is_33_bytes_with_a_double_sha_256_and_nothing_else() {
    use sha2::{Digest as _, Sha256};
    let wif = |payload: &[u8], checksum: &[u8]| {
        secret(&bs58::encode([payload, &checksum[..4]].concat()).into_string())
    };
    let double = |payload: &[u8]| Sha256::digest(Sha256::digest(payload)).to_vec();
    let good = [&[0x80][..], &[7; 32]].concat();
    assert!(wif(&good, &double(&good)).is_ok());
    assert_eq!(wif(&good, &Sha256::digest(&good)).unwrap_err(), NotEosText::Checksum);
    let bitcoin = [&good[..], &[1]].concat();
    let length = NotEosText::Length { got: 34, needed: 33 };
    assert_eq!(wif(&bitcoin, &double(&bitcoin)).unwrap_err(), length);
    let other = [&[0x81][..], &[7; 32]].concat();
    let prefix = NotEosText::Prefix { needed: Content::SecretKey };
    assert_eq!(wif(&other, &double(&other)).unwrap_err(), prefix);
}

#[test]
fn r_and_s_of_k1_are_as_long_as_der_writes_them_without_a_sign() {
    let canonical = |r: [u8; 2], s: [u8; 2]| {
        let mut bytes = [31; 65];
        bytes[1..3].copy_from_slice(&r);
        bytes[33..35].copy_from_slice(&s);
        EosSignature::K1(bytes).is_canonical()
    };
    let good = [[0x7f, 0xff], [0x01, 0x00], [0x00, 0x80], [0x00, 0xff]];
    let bad = [[0x80, 0x00], [0xff, 0xff], [0x00, 0x7f], [0x00, 0x00]];
    for one in good {
        assert!(good.iter().all(|other| canonical(one, *other)));
        assert!(!bad.iter().any(|other| canonical(one, *other) || canonical(*other, one)));
    }
}

#[test]
fn a_secret_key_shows_its_public_key_and_nothing_else() {
    let key = secret(WIF).unwrap();
    assert_eq!(format!("{key:?}"), format!("EosSecretKey {{ public_key: {EOS}, .. }}"));
    assert!(!format!("{:?} {:?}", key.to_wif(), key.to_pvt_text()).contains("PVT_"));
    assert!(!format!("{:?}", key.to_wif()).contains(&WIF[..8]));
}

#[test]
fn every_signature_is_canonical_repeatable_and_leads_back_to_its_key() {
    let mut chance = Chance(5);
    for key in [secret(WIF).unwrap(), r1()] {
        for _ in 0..40 {
            let digest: [u8; 32] = core::array::from_fn(|_| chance.below(256) as u8);
            let signature = key.sign_digest(&digest).unwrap();
            assert!(signature.is_canonical());
            assert_eq!(key.sign_digest(&digest), Ok(signature));
            assert_eq!(signature.recover(&digest), Ok(key.public_key().clone()));
            assert_eq!(signature.to_string().parse(), Ok(signature));
            assert_eq!(EosSignature::unpack(&signature.pack()), Ok(signature));
            let mut other = digest;
            other[0] ^= 1;
            assert_ne!(signature.recover(&other), Ok(key.public_key().clone()));
        }
    }
}

#[test]
fn a_signature_in_its_other_form_is_refused_though_it_is_by_the_same_key() {
    let digest = [7; 32];
    let EosSignature::K1(bytes) = secret(WIF).unwrap().sign_digest(&digest).unwrap() else {
        panic!("not K1")
    };
    let s = k256::ecdsa::Signature::from_slice(&bytes[1..]).unwrap().s();
    let mut other = bytes;
    other[0] = 31 + ((bytes[0] - 31) ^ 1);
    other[33..].copy_from_slice(&(-*s).to_bytes());
    let refused = EosSignature::K1(other).recover(&digest).unwrap_err();
    assert_eq!((refused, refused.code()), (NotEosText::NotCanonical, "eos.not_canonical"));

    let EosSignature::R1(bytes) = r1().sign_digest(&digest).unwrap() else { panic!("not R1") };
    let s = p256::ecdsa::Signature::from_slice(&bytes[1..]).unwrap().s();
    let mut other = bytes;
    other[0] = 31 + ((bytes[0] - 31) ^ 1);
    other[33..].copy_from_slice(&(-*s).to_bytes());
    assert_eq!(EosSignature::R1(other).recover(&digest), Err(NotEosText::NotCanonical));
}

#[test]
fn a_signature_with_a_header_that_no_signer_makes_is_refused() {
    let signature = secret(WIF).unwrap().sign_digest(&[7; 32]).unwrap();
    for got in (0..=26).chain(35..=255) {
        let mut bytes = *signature.as_bytes();
        bytes[0] = got;
        let refused = EosSignature::K1(bytes).recover(&[7; 32]);
        assert_eq!(refused, Err(NotEosText::Header { got }));
    }
    let mut old = *signature.as_bytes();
    old[0] -= 4;
    assert_eq!(EosSignature::K1(old).recover(&[7; 32]), signature.recover(&[7; 32]));
    let zero = EosSignature::K1(core::array::from_fn(|at| if at == 0 { 31 } else { 0 }));
    assert_eq!(zero.recover(&[7; 32]), Err(NotEosText::NotCanonical));
}

fn whole() -> WeightedAuthority<EosPublicKey> {
    let mut keys = vec![
        KeyWeight { key: EOS.parse().unwrap(), weight: 1 },
        KeyWeight { key: r1().public_key().clone(), weight: 0x0102 },
    ];
    keys.sort();
    let permission = Level::of_account("bob".parse().unwrap(), Name::ACTIVE);
    let accounts = vec![LevelWeight { permission, weight: 2 }];
    let waits = vec![WaitWeight { wait_sec: 0x0102_0304, weight: 3 }];
    WeightedAuthority { threshold: 3, keys, accounts, waits }
}

#[test]
fn packed_bytes_that_are_cut_or_longer_or_hold_a_long_number_are_refused() {
    let packed = pack_authority(&whole()).unwrap();
    assert_eq!(unpack_authority(&packed), Ok(whole()));
    for length in 0..packed.len() {
        assert_eq!(unpack_authority(&packed[..length]), Err(NotEosBytes::Cut), "{length}");
    }
    let longer = [&packed[..], &[0]].concat();
    assert_eq!(unpack_authority(&longer), Err(NotEosBytes::LeftOver { left: 1 }));
    for (number, refused) in [
        (&[0x80, 0x00][..], NotEosBytes::Varuint),
        (&[0xff, 0xff, 0xff, 0xff, 0x1f], NotEosBytes::Varuint),
        (&[0xff, 0xff, 0xff, 0xff, 0xff, 0x01], NotEosBytes::Varuint),
        (&[0x81, 0x80, 0x04], NotEosBytes::TooMany { got: 65_537, limit: 65_536 }),
        (&[0x01, 0x03], NotEosBytes::Kind { kind: 3 }),
    ] {
        let bytes = [&[1, 0, 0, 0], number].concat();
        assert_eq!(unpack_authority(&bytes), Err(refused), "{number:x?}");
    }
}

#[test]
fn an_authority_with_an_identity_has_no_bytes_for_the_chain() {
    let mut whole = whole();
    let identity = brainswap::IdentityId::from_bytes([1; 32]);
    let level = Level { actor: identity.into(), permission: Name::ACTIVE };
    whole.accounts[0].permission = level;
    let refused = pack_authority(&whole).unwrap_err();
    assert_eq!(
        (refused, refused.code()),
        (NotEosBytes::NotAnAccount { level }, "eos.not_an_account")
    );
}

#[test]
fn an_authority_of_an_account_is_read_from_the_json_that_nodes_print() {
    let json = serde_json::to_vec(&whole()).unwrap();
    assert_eq!(WeightedAuthority::from_json(&json), Ok(whole()));
    let text = String::from_utf8(json).unwrap();
    assert!(text.contains(EOS) && text.contains("PUB_R1_"), "{text}");
    let wrong = text.replace(EOS, &EOS.replace('6', "7"));
    let refused = WeightedAuthority::<EosPublicKey>::from_json(wrong.as_bytes()).unwrap_err();
    assert_eq!(refused.code(), "authority.form");
}

/// A wallet signs digests alone: a document's is its id.
#[test]
fn an_eos_signature_of_a_document_s_id_approves_it_for_the_key_that_was_said() {
    let void = Void { order: OrderId::from_bytes([1; 32]), identities: vec![] };
    let bare = Envelope::of(&void).unwrap();
    for (key, other) in [(secret(WIF).unwrap(), r1()), (r1(), secret(WIF).unwrap())] {
        let text = key.sign_digest(bare.id().as_bytes()).unwrap().to_string();
        let signature: EosSignature = text.parse().unwrap();
        let mut envelope = bare.clone();
        envelope.add_eos_signature(key.public_key(), &signature).unwrap();
        let read = Envelope::from_json(envelope.to_json().as_bytes()).unwrap();
        let verified = read.verify::<Void>().unwrap();
        let public = key.public_key().to_public_key().unwrap();
        assert_eq!(verified.signers().iter().collect::<Vec<_>>(), [&public]);
        // Of another key, of another digest, of a key that is not recovered: nothing is added.
        let mut envelope = bare.clone();
        let mut bytes = *signature.as_bytes();
        bytes[0] ^= 1;
        let mislabelled = match signature {
            EosSignature::K1(_) => EosSignature::K1(bytes),
            EosSignature::R1(_) => EosSignature::R1(bytes),
        };
        let refused = envelope.add_eos_signature(key.public_key(), &mislabelled);
        assert_eq!(refused, Err(BadSignature));
        assert_eq!(envelope.add_eos_signature(other.public_key(), &signature), Err(BadSignature));
        let foreign = key.sign_digest(&[7; 32]).unwrap();
        assert_eq!(envelope.add_eos_signature(key.public_key(), &foreign), Err(BadSignature));
        assert_eq!(envelope, bare);
    }
}
