//! Seeds of what Besu and geth send, and of their key files.

use super::{head, header, text};
use brainswap::chain::besu::{Certificate, Message, Prepared, Protocol, View, VoteCalls};

/// A published keystore of geth: `accounts/keystore/testdata/very-light-scrypt.json`.
const KEYSTORE: &str = r#"{"address":"45dea0fb0bba44f4fcf290bba71fd57d7117cbb8","crypto":{"cipher":"aes-128-ctr","ciphertext":"b87781948a1befd247bff51ef4063f716cf6c2d3481163e9a8f42e1f9bb74145","cipherparams":{"iv":"dc4926b48a105133d2f16b96833abf1e"},"kdf":"scrypt","kdfparams":{"dklen":32,"n":2,"p":1,"r":8,"salt":"004244bbdc51cadda545b1cfa43cff9ed2ae88e08c61f1479dbb45410722f8f0"},"mac":"39990c1684557447940d4c69e06b1b82b2aceacb43f284df65c956daf3046b85"},"id":"ce541d8d-c79b-40f8-9f8c-20f59616faba","version":3}"#;

/// Target, name and bytes of each.
pub fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let mut add = |target, name: &str, bytes: Vec<u8>| seeds.push((target, name.to_owned(), bytes));
    for protocol in [Protocol::Qbft, Protocol::Ibft2] {
        for (kind, message) in messages(protocol) {
            add("besu_read", &format!("{}-{kind}", protocol.name()), message.to_preimage());
        }
        add("besu_read", &format!("{}-commit-seal", protocol.name()), bft_header(protocol));
        add("besu_answer", protocol.name(), VoteCalls::new(protocol).pending(1).into_bytes());
    }
    let proposal = |legacy: bool| {
        let mut payload = vec![7, 2];
        let block = [bft_header(Protocol::Qbft), vec![0xc0, 0xc0]].concat();
        payload.extend(list(&block));
        if !legacy {
            payload.push(0x80);
        }
        list(&[vec![0x12], list(&payload)].concat())
    };
    add("besu_read", "qbft-proposal", proposal(false));
    add("besu_read", "qbft-proposal-legacy", proposal(true));
    for (name, result) in [
        ("done", "true"),
        ("validators", r#"["0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"]"#),
        ("votes", r#"{"0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a":true}"#),
    ] {
        let answer = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#);
        add("besu_answer", name, answer.into_bytes());
    }
    for (name, method, params) in [
        ("version", "account_version", String::new()),
        ("accounts", "account_list", String::new()),
        ("seal", "account_signData", sign_data()),
    ] {
        let call = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[{params}]}}"#);
        add("clef_call", name, call.into_bytes());
    }
    add("web3_keystore_read", "scrypt", KEYSTORE.into());
    let pbkdf2 = r#""kdf":"pbkdf2","kdfparams":{"c":2,"dklen":32,"prf":"hmac-sha256","salt":"00"}"#;
    let scrypt = KEYSTORE.find(r#""kdf""#).zip(KEYSTORE.find(r#","mac""#)).expect("both are there");
    let with_pbkdf2 = [&KEYSTORE[..scrypt.0], pbkdf2, &KEYSTORE[scrypt.1..]].concat();
    add("web3_keystore_read", "pbkdf2", with_pbkdf2.into_bytes());
    seeds
}

fn messages(protocol: Protocol) -> Vec<(&'static str, Message)> {
    let view = View::new(7, 2).expect("it is one");
    // Scalars of the curve, and low: a signature by its form.
    let mut signature = [1; 65];
    signature[64] = 0;
    let certificate = match protocol {
        Protocol::Qbft => None,
        Protocol::Ibft2 => Some(Certificate { proposal: signature, prepares: vec![signature; 2] }),
    };
    let prepared = Prepared { round: 1, block: [0x55; 32], certificate };
    let commit = Message::commit(protocol, view, [0x55; 32], signature).expect("a seal");
    let change = |prepared| Message::round_change(protocol, view, prepared).expect("a round above");
    let mut messages = vec![
        ("prepare", Message::prepare(protocol, view, [0x55; 32])),
        ("commit", commit),
        ("round-change", change(None)),
        ("round-change-prepared", change(Some(prepared))),
    ];
    if protocol == Protocol::Ibft2 {
        messages.push(("proposal", Message::ibft2_proposal(view, [0x55; 32])));
    }
    messages
}

/// A header of height 7 and round 2, as a commit seal signs it.
fn bft_header(protocol: Protocol) -> Vec<u8> {
    let mut extra = Vec::new();
    text(&mut extra, &[0; 32]);
    let mut validators = Vec::new();
    text(&mut validators, &[0x0a; 20]);
    extra.extend(list(&validators));
    match protocol {
        Protocol::Qbft => extra.extend([0xc0, 2, 0xc0]),
        Protocol::Ibft2 => {
            extra.push(0x80);
            text(&mut extra, &[0, 0, 0, 2]);
        }
    }
    let mut fields = Vec::new();
    let hash = [0x11; 32];
    let fixed: [&[u8]; 7] = [&hash, &hash, &[0; 20], &hash, &hash, &hash, &[0; 256]];
    let numbers: [&[u8]; 5] = [&[1], &[7], &[0x7a, 0x12, 0x00], &[], &[0x65, 0x53, 0xf1, 0x00]];
    let extra = list(&extra);
    let last: [&[u8]; 3] = [&extra, b"ctical byzantine fault tolerance", &[0; 8]];
    for field in fixed.into_iter().chain(numbers).chain(last) {
        text(&mut fields, field);
    }
    list(&fields)
}

fn sign_data() -> String {
    let digits: String =
        header(&[0x20; 32], &[], false).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(r#""application/x-clique-header","0x{}","0x{digits}""#, "0a".repeat(20))
}

fn list(fields: &[u8]) -> Vec<u8> {
    let mut list = Vec::new();
    head(&mut list, 0xc0, fields.len());
    list.extend(fields);
    list
}
