//! A file that factomd could read in another way than a person is refused; nothing else changes.

use super::swap::{World, conf_text, server};
use brainswap::chain::factom::{Conf, ConfError, Field};
use proptest::prelude::*;

const ID: &str = "8888881234567890123456789012345678901234567890123456789012345678";

#[test]
fn what_factomd_would_read_in_its_own_way_is_refused() {
    for (text, code) in [
        ("", "factom.conf_no_app"),
        ("Network = MAIN\n[app]\n", "factom.conf_outside_app"),
        ("[app]\n[log]\nChangeAcksHeight = 7\n", "factom.conf_outside_app"),
        ("[app]\n[log]\n[APP]\n", "factom.conf_two_apps"),
        ("[app]\nChangeAcksHeight = 7\nchangeacksheight = 8\n", "factom.conf_twice"),
        ("[app]\nLocalServerPrivKey\n", "factom.conf_no_value"),
        ("[app]\nLocalServerPrivKey =\n", "factom.conf_no_value"),
        ("[app]\nLocalServerPrivKey = ; later\n", "factom.conf_no_value"),
        ("[app]\nIdentityChainID = \"88\n", "factom.conf_no_value"),
        ("[app]\nIdentityChainID = \"88\" 99\n", "factom.conf_no_value"),
        ("[app]\nLogPath = a\\\nChangeAcksHeight = 7\n", "factom.conf_continued"),
        ("[app\n", "factom.conf_section"),
        ("[log]\n; BRAINSWAP_ID_BELOW\n[app]\n", "factom.conf_mark"),
        ("[app]\n; BRAINSWAP_ID_BELOW\n; brainswap_id_below\n", "factom.conf_mark"),
        ("[app]\nNetwork = \u{1}\n", "factom.conf_not_text"),
    ] {
        let error = Conf::read(text.as_bytes()).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), code, "{text:?}");
        assert!(!error.advice().is_empty());
    }
    assert_eq!(Conf::read(&[0xff]).map(|_| ()), Err(ConfError::NotText));
    let large = vec![b' '; (1 << 20) + 1];
    let error = Conf::read(&large).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "factom.conf_too_large");
}

#[test]
fn a_part_of_an_identity_is_no_identity_and_none_is_none() {
    let identity = |lines: &str| {
        let conf = Conf::read(format!("[app]\n{lines}").as_bytes()).unwrap();
        conf.identity().map(|server| server.is_some())
    };
    assert_eq!(identity(""), Ok(false));
    let id = format!("IdentityChainID = {ID}\n");
    let private = format!("LocalServerPrivKey = {}\n", "12".repeat(32));
    let public = format!("LocalServerPublicKey = {}\n", "34".repeat(32));
    assert_eq!(identity(&format!("{id}{private}{public}")), Ok(true));
    let missing = |missing| Err(ConfError::Incomplete { missing });
    assert_eq!(identity(&format!("{private}{public}")), missing(Field::IdentityChainId));
    assert_eq!(identity(&format!("{id}{public}")), missing(Field::PrivateKey));
    assert_eq!(identity(&format!("{id}{private}")), missing(Field::PublicKey));
    for (of, to) in [(ID, &ID[1..]), (&"12".repeat(32), "12"), (&"34".repeat(32), "zz")] {
        assert!(identity(&format!("{id}{private}{public}").replace(of, to)).is_err());
    }
}

#[test]
fn a_height_is_decimal_digits_and_absent_is_zero() {
    let height =
        |text: &str| Conf::read(format!("[app]\n{text}").as_bytes()).unwrap().change_acks_height();
    assert_eq!(height(""), Ok(0));
    assert_eq!(height("ChangeAcksHeight = \"7\" ; soon\n"), Ok(7));
    assert_eq!(height("\tchangeacksheight=4294967295"), Ok(u32::MAX));
    for wrong in ["X", "-1", "+1", "0x7", "4294967296", "7 8"] {
        let text = format!("ChangeAcksHeight = {wrong}\n");
        assert_eq!(height(&text), Err(ConfError::Height), "{wrong}");
    }
}

#[test]
fn a_value_is_found_where_it_stands_even_if_it_stands_elsewhere_too() {
    let conf = Conf::read(b"[app]\n  network   =  network ; network\n#Network = x\n").unwrap();
    assert_eq!((conf.network(), conf.text(Field::Network)), ("network", Some("network")));
    assert_eq!(Conf::read(b"[app]").unwrap().network(), "MAIN");
}

#[test]
fn the_private_key_is_in_the_file_and_nowhere_else() {
    let conf = Conf::read(conf_text(Some(&server()), 7).as_bytes()).unwrap();
    let key = "12".repeat(32);
    assert!(std::str::from_utf8(conf.expose()).unwrap().contains(&key));
    assert_eq!(conf.text(Field::PrivateKey), None);
    let shown = format!("{conf:?} {conf:#?} {:?}", conf.identity());
    assert!(!shown.contains(&key) && !shown.contains("18, 18"), "{shown}");
}

proptest! {
    #[test]
    fn any_text_is_refused_or_kept_byte_for_byte(
        parts in prop::collection::vec(0_usize..14, 0..12),
        crlf in any::<bool>(),
    ) {
        const LINES: [&str; 14] = [
            "[app]", "[log]", "; BRAINSWAP_ID_BELOW", "IdentityChainID = 88", "LocalServerPrivKey=1",
            "  LocalServerPublicKey = \"2\"", "ChangeAcksHeight = 7 ; x", "Network = MAIN", "",
            "; ChangeAcksHeight = 8", "Other = value", "Space", "[app", "x\\",
        ];
        let end = if crlf { "\r\n" } else { "\n" };
        let text: String = parts.iter().map(|at| format!("{}{end}", LINES[*at])).collect();
        if let Ok(conf) = Conf::read(text.as_bytes()) {
            prop_assert_eq!(conf.expose(), text.as_bytes());
        }
    }

    #[test]
    fn a_rewritten_file_differs_in_the_identity_and_the_height_alone(
        before in prop::collection::vec("[A-Za-z ]{0,9}= [a-z]{0,4}|; [ -Z]{0,12}|", 0..6),
        after in prop::collection::vec("[A-Za-z ]{0,9}= [a-z]{0,4}|\\[[a-z]{3}\\]|", 0..6),
        crlf in any::<bool>(),
        height in any::<u32>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let own = conf_text(Some(&server()), 3);
        let lines = before.iter().map(String::as_str).chain(own.lines().skip(1));
        let lines = lines.chain(after.iter().map(String::as_str));
        let text: String =
            std::iter::once("[app]").chain(lines).map(|line| format!("{line}{end}")).collect();
        if let Ok(conf) = Conf::read(text.as_bytes()) {
            let retired = World::at(height).swap().retire(&conf).unwrap();
            prop_assert_eq!(retired.change_acks_height(), Ok(height));
            prop_assert!(retired.identity().unwrap().is_none());
            let rest = |text: &[u8]| {
                let text = String::from_utf8(text.to_vec()).unwrap();
                let ours = ["IdentityChainID", "LocalServer", "ChangeAcksHeight"];
                let is_ours = |line: &&str| ours.iter().any(|name| line.trim().starts_with(name));
                let kept = text.split_inclusive('\n').filter(|line| !is_ours(line));
                kept.collect::<String>()
            };
            prop_assert_eq!(rest(retired.expose()), rest(&text.into_bytes()));
        }
    }
}
