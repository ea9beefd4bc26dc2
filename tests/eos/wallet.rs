//! nodeos asks a wallet for a bare digest: what that is, a guard knows from the block alone.

use super::*;

const KEY: &str = "EOS6KzD4YVbuXV5uBH5d4Ay4sTzuQk88ivmnWfJPLoo6SFrX6iyqj";
const DIGEST: &str = "60692681355289f6c0406560ce01c3ae58b92db4d44979529ae043c84dbb234f";

#[test]
fn a_request_is_read_as_nodeos_writes_it_and_in_no_other_form() {
    let body = format!("[\"{DIGEST}\",\"{KEY}\"]");
    let request = SignDigest::from_body(body.as_bytes()).unwrap();
    assert_eq!(request, SignDigest { digest: DIGEST.parse().unwrap(), key: KEY.parse().unwrap() });
    assert_eq!(request.to_body(), body);
    let newer = request.key.to_pub_text();
    let upper = DIGEST.to_uppercase();
    for (body, code) in [
        (String::new(), "keosd.json"),
        (format!("\"{DIGEST}\""), "keosd.json"),
        (format!("[\"{DIGEST}\"]"), "keosd.json"),
        (format!("[\"{DIGEST}\",\"{KEY}\",\"\"]"), "keosd.json"),
        (format!("[\"{DIGEST}\",7]"), "keosd.json"),
        (format!("{{\"{DIGEST}\":\"{KEY}\"}}"), "keosd.json"),
        (format!("[\"{upper}\",\"{KEY}\"]"), "keosd.digest"),
        (format!("[\"{}\",\"{KEY}\"]", &DIGEST[2..]), "keosd.digest"),
        (format!("[\"{DIGEST}\",\"EOS\"]"), "eos.checksum"),
        (format!("[\"{DIGEST}\", \"{KEY}\"]"), "keosd.other_form"),
        (format!("[\"{DIGEST}\",\"{newer}\"]"), "keosd.other_form"),
        (format!("[\"{DIGEST}\",\"{KEY}\"] "), "keosd.other_form"),
        (format!("[\"\\u0036{}\",\"{KEY}\"]", &DIGEST[1..]), "keosd.other_form"),
        (" ".repeat(9_000), "keosd.too_long"),
    ] {
        let error = SignDigest::from_body(body.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{body}");
        assert!(!error.advice().is_empty());
    }
}

#[test]
fn a_digest_is_told_only_by_the_block_that_it_is_of() {
    let key: EosPublicKey = KEY.parse().unwrap();
    let request = |block: &BlockToSign| SignDigest {
        digest: Digest::from_bytes(block.signing_digest()),
        key: key.clone(),
    };
    let (legacy, savanna) = (legacy_block(), savanna_block());
    assert!(request(&legacy).is_for(&legacy) && request(&savanna).is_for(&savanna));
    assert!(!request(&legacy).is_for(&savanna) && !request(&savanna).is_for(&legacy));
    let other = block(323_978_187, 1_488_981_274, 1);
    assert!(!request(&savanna).is_for(&other), "one number, another slot");
    // The number of a Savanna block can be seen, and of anything else just as well.
    assert_eq!(request(&savanna).number_if_savanna(), 323_978_187);
    assert_ne!(request(&legacy).number_if_savanna(), 323_978_187);
    // What a guard signs is the block that it was given, never the digest that it was asked for.
    let reading = read(&savanna.to_bytes()).unwrap();
    assert_eq!(reading.intent.digest, request(&savanna).digest);
}

#[test]
fn an_answer_is_a_signature_or_a_refusal_that_nodeos_understands() {
    let text = "SIG_K1_JxL8qFxSRMAYKX5wEWyx7j6j2Vitu3k43RShVZ9NL2acATvLx9PyciFLSu7BFC7w1DPL4qwLSm7\
                NxE7vBwGEChV6YFk1NN";
    let signature: EosSignature = text.parse().unwrap();
    let body = signature_to_body(&signature);
    assert_eq!(body, format!("\"{text}\""));
    assert_eq!(signature_from_body(body.as_bytes()), Ok(signature));
    for (body, code) in [
        (text.to_owned(), "keosd.json"),
        (format!(" \"{text}\""), "keosd.other_form"),
        (format!("\"{KEY}\""), "eos.prefix"),
    ] {
        assert_eq!(signature_from_body(body.as_bytes()).unwrap_err().code(), code, "{body}");
    }

    let refused = WalletError::refused("block 7 was signed in slot 9");
    let body = "{\"code\":500,\"message\":\"Internal Service Error\",\"error\":{\"code\":3120006,\
                \"name\":\"wallet_not_available_exception\",\"what\":\"No available wallet\",\
                \"details\":[{\"message\":\"block 7 was signed in slot 9\",\
                \"file\":\"wallet_manager.cpp\",\"line_number\":0,\"method\":\"sign_digest\"}]}}";
    assert_eq!(refused.to_body(), body);
    assert_eq!(WalletError::from_body(body.as_bytes()), Ok(refused));
    let missing = WalletError::missing_key(&KEY.parse().unwrap());
    assert_eq!((missing.code, missing.error.code), (500, 3_120_004));
    let spaced = body.replace(":500", ": 500");
    assert_eq!(WalletError::from_body(spaced.as_bytes()).unwrap_err().code(), "keosd.other_form");
    assert_eq!(WalletError::from_body(b"{}").unwrap_err().code(), "keosd.json");
}

#[test]
fn a_provider_names_the_key_and_where_it_is_and_no_error_shows_a_secret() {
    let secret = "5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3";
    let parse = |line: &str| SignatureProvider::parse(&SecretString::from(line));
    let held = parse(&format!("{KEY}=KEY:{secret}")).unwrap();
    assert_eq!(held.public_key, KEY);
    assert!(matches!(&held.source, KeySource::Key(text) if text.expose_secret() == secret));
    assert!(!format!("{held:?}").contains(secret));
    let padded = parse("PUB_BLS_AA===KEY:PVT_BLS_BB").unwrap();
    assert_eq!(padded.public_key, "PUB_BLS_AA==");
    let asked = parse(&format!("{KEY}=KEOSD:unix:///run/keosd.sock{SIGN_DIGEST_PATH}")).unwrap();
    let socket = WalletUrl::Unix { socket: "/run/keosd.sock".into() };
    assert!(matches!(asked.source, KeySource::Keosd(url) if url == socket));
    for (line, code) in [
        (format!("{KEY}:{secret}"), "provider.no_public_key"),
        (format!("=KEY:{secret}"), "provider.no_public_key"),
        (format!("{KEY}={secret}"), "provider.no_kind"),
        (format!("{KEY}=SE:{secret}"), "provider.kind"),
        (format!("PUB_BLS_AA=KEOSD:http://a{SIGN_DIGEST_PATH}"), "provider.kind"),
        (format!("{KEY}=KEOSD:https://a{SIGN_DIGEST_PATH}"), "provider.url"),
        (format!("{KEY}=KEOSD:http://{SIGN_DIGEST_PATH}"), "provider.url"),
        (format!("{KEY}=KEOSD:http://a/b{SIGN_DIGEST_PATH}"), "provider.url"),
        (format!("{KEY}=KEOSD:unix://keosd.sock{SIGN_DIGEST_PATH}"), "provider.url"),
        (format!("{KEY}=KEOSD:http://127.0.0.1:8900"), "provider.url"),
    ] {
        let error = parse(&line).unwrap_err();
        assert_eq!(error.code(), code, "{line}");
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}
