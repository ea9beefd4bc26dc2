//! Secrets: everything that a whole swap says, writes and panics with is searched for the key. R9.

use crate::{
    adopted,
    fixture::{Plain, message},
    identity_of,
    network::Network,
};
use base64ct::{Base64Unpadded, Encoding as _};
use brainswap::{
    Host,
    document::Envelope,
    key::{Argon2Params, KeyError, KeyKind, SealedKey, SecretKey},
    order::At,
};
use secrecy::SecretSlice;
use std::{
    fmt::Debug,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// 32 bytes of pi, so that no part of it looks like anything else.
const SECRET: [u8; 32] = [
    0x24, 0x3f, 0x6a, 0x88, 0x85, 0xa3, 0x08, 0xd3, 0x13, 0x19, 0x8a, 0x2e, 0x03, 0x70, 0x73, 0x44,
    0xa4, 0x09, 0x38, 0x22, 0x29, 0x9f, 0x31, 0xd0, 0x08, 0x2e, 0xfa, 0x98, 0xec, 0x4e, 0x6c, 0x89,
];

/// factomd wrote the private key to its log when a swap reloaded the identity; the dry run of a
/// brainswap script printed both configurations as a diff, private keys included. Here neither a
/// document, a journal, a status, an error, a `Debug` nor a panic shows any part of the key.
#[test]
fn t19_nothing_that_a_swap_says_or_writes_shows_the_key() {
    let (pair, genesis) = identity_of(known_key(), |_| {});
    let source = adopted(&pair, &genesis, pair.machines[0].create());
    let target = adopted(&pair, &genesis, pair.machines[1].create());
    let (network, order, id) = (Network::of(&pair), pair.order(&At::Now), pair.ids[0]);
    let mut said = Said(Vec::new());
    let sealed = sealed(&pair.keys[0]);
    target.keep_sealed_key(id, &sealed).expect("kept");
    assert_eq!(network.sign(&source, 1, 1), Ok(()));

    let ready = target.prepare(&order).expect("ready");
    let release = source.release(&order, &ready).expect("released");
    let activated = target.activate(&order, &release).expect("activated");
    assert_eq!(network.sign(&target, 2, 2), Ok(()));
    for document in [genesis, order, release].iter().chain(&ready).chain(&activated) {
        said.document(document);
    }
    for host in [&source, &target] {
        said.debug(host);
        said.debug(&host.status());
        said.debug(&host.right(id));
        let refused = host.sign(id, &Plain, &message(1, 9)).expect_err("refused");
        said.text(&format!("{refused} {}", refused.advice()));
        said.debug(&refused);
        said.text(&panic_of(host, &refused));
    }
    said.debug(&pair.keys[0]);
    said.debug(&target.sealed_key(id).map(|sealed| SealedKey::from_bytes(&sealed)));
    let other = SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    let refused = target.load_key(id, std::sync::Arc::new(other)).expect_err("refused");
    said.debug(&refused);
    for machine in &pair.machines {
        for entry in machine.medium.commits().into_iter().flatten() {
            said.0.push(entry.value);
        }
    }
    assert!(said.0.len() > 40 && said.0.iter().map(Vec::len).sum::<usize>() > 20_000);
    for shown in &said.0 {
        assert!(!shows_key(shown), "{}", shown.escape_ascii());
    }
    assert!(shows_key(format!("{SECRET:?}").as_bytes()) && shows_key(&SECRET[4..12]));
    network.assert_never_two();
}

struct Said(Vec<Vec<u8>>);

impl Said {
    fn text(&mut self, text: &str) {
        self.0.push(text.into());
    }

    fn debug(&mut self, value: &dyn Debug) {
        self.text(&format!("{value:?}\n{value:#?}\n{value:x?}\n{value:X?}"));
    }

    fn document(&mut self, document: &Envelope) {
        self.text(&document.to_json());
        self.0.push(document.payload().to_vec());
        self.debug(document);
    }
}

fn known_key() -> SecretKey {
    let import =
        |stated| SecretKey::import(KeyKind::Ed25519, &SecretSlice::from(SECRET.to_vec()), &stated);
    let stranger = SecretKey::generate(KeyKind::Ed25519).expect("random bytes");
    match import(stranger.public_key()) {
        Err(KeyError::OtherKey { derived, .. }) => import(derived).expect("its own key"),
        other => panic!("{other:?}"),
    }
}

fn sealed(key: &SecretKey) -> Vec<u8> {
    let cheap = Argon2Params::new(8, 1, 1).expect("in range");
    SealedKey::seal_with_passphrase(key, &"open sesame".into(), cheap).expect("sealed").to_bytes()
}

/// What a thread that holds a host says when it panics over an error.
fn panic_of(host: &Host, error: &brainswap::Error) -> String {
    let panicked = catch_unwind(AssertUnwindSafe(|| panic!("{host:?}: {error:?}: {error}")));
    let payload = panicked.expect_err("panicked");
    payload.downcast_ref::<String>().expect("a text").clone()
}

/// Whether any eight bytes of the key stand there: raw, in hexadecimal, decimal or base64.
fn shows_key(shown: &[u8]) -> bool {
    let list = |part: &[u8], between| {
        part.iter().map(u8::to_string).collect::<Vec<_>>().join(between).into_bytes()
    };
    SECRET.windows(8).any(|part| {
        let looks = [
            part.to_vec(),
            const_hex::encode(part).into(),
            const_hex::encode_upper(part).into(),
            list(part, ", "),
            list(part, ","),
            Base64Unpadded::encode_string(&part[..6]).into(),
        ];
        looks.iter().any(|look| shown.windows(look.len()).any(|text| text == look))
    })
}
