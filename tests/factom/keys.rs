//! Texts of keys are read in one form, and no secret shows.

use brainswap::chain::factom::{
    FactomName, FactomSecretKey, NotAServer, NotFactomText, ServerIdentity, TextKind,
};
use proptest::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

const CHAIN: &str = "8888881234567890123456789012345678901234567890123456789012345678";

#[test]
fn a_text_with_any_letter_changed_is_refused() {
    let name = FactomName::of(TextKind::Factoid, &[7; 32]).to_string();
    for at in 0..name.len() {
        for letter in ["1", "z", "O", "7"] {
            let mut changed = name.clone();
            changed.replace_range(at..=at, letter);
            if changed != name {
                assert!(changed.parse::<FactomName>().is_err(), "{changed}");
            }
        }
    }
}

#[test]
fn a_secret_where_a_name_belongs_is_told_and_a_name_is_no_secret() {
    let secret = FactomSecretKey::from_seed(TextKind::EntryCredit, &[7; 32]);
    let text = secret.to_text().expose_secret().to_owned();
    assert_eq!(text.parse::<FactomName>(), Err(NotFactomText::Secret));
    let name = SecretString::from(secret.name().to_string());
    assert_eq!(FactomSecretKey::from_text(&name).map(|_| ()), Err(NotFactomText::Public));
}

#[test]
fn a_server_s_private_key_may_carry_its_own_public_key_and_no_other() {
    let seed = "07".repeat(32);
    let server = |private: String| {
        ServerIdentity::from_hex(CHAIN, &SecretString::from(private), &"00".repeat(32))
    };
    let public = const_hex::encode(server(seed.clone()).unwrap().public_key_bytes());
    assert!(server(format!("{seed}{public}")).is_ok());
    assert!(!server(seed.clone()).unwrap().is_stated_right());
    for wrong in [
        String::new(),
        seed[1..].to_owned(),
        format!("0x{}", &seed[2..]),
        format!("{seed}{}", "00".repeat(32)),
        format!("{seed}zz"),
    ] {
        assert_eq!(server(wrong).map(|_| ()), Err(NotAServer::PrivateKey));
    }
}

#[test]
fn nothing_that_holds_a_secret_shows_it() {
    let seed = [0xa5; 32];
    let secret = FactomSecretKey::from_seed(TextKind::Application, &seed);
    let hex = const_hex::encode(seed);
    let private = SecretString::from(hex.clone());
    let server = ServerIdentity::from_hex(CHAIN, &private, &"00".repeat(32)).unwrap();
    for shown in [format!("{secret:?}"), format!("{secret:#?}"), format!("{server:?}")] {
        let text = secret.to_text();
        let shows = [hex.as_str(), "165, 165", text.expose_secret()];
        assert!(shows.iter().all(|secret| !shown.contains(secret)), "{shown}");
    }
}

trait PublicBytes {
    fn public_key_bytes(&self) -> [u8; 32];
}

impl PublicBytes for ServerIdentity {
    fn public_key_bytes(&self) -> [u8; 32] {
        match self.public_key() {
            brainswap::PublicKey::Ed25519(bytes) => bytes,
            other => panic!("{other}"),
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_or_is_written_as_it_was_read(text in "[ -~]{0,70}") {
        if let Ok(name) = text.parse::<FactomName>() {
            prop_assert_eq!(name.to_string(), text);
        }
    }
}
