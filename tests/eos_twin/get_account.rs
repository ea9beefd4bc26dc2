//! What a node tells of accounts is read, or refused with its reason.

use super::*;
use brainswap::{
    authority::{Approvals, Evaluator, MAX_DEPTH, Minimum, NotATree, NotAnAuthority, NotSound},
    eos::{EosAccount, MAX_ACCOUNT_JSON, MAX_ACCOUNTS, NotAnEosAccount, read_accounts},
};
use serde_json::{Value, json};

/// A key in an authenticator, over the point of the R1 key.
pub(crate) fn webauthn() -> EosPublicKey {
    let EosPublicKey::R1(point) = R1.parse().unwrap() else { panic!() };
    EosPublicKey::unpack(&[&[2][..], &point, &[1, 2], b"bp"].concat()).unwrap()
}

fn key_weight(key: &str, weight: u32) -> Value {
    json!({"key": key, "weight": weight})
}

fn to(level: &str) -> Value {
    let (actor, permission) = level.split_once('@').unwrap();
    json!({"permission": {"actor": actor, "permission": permission}, "weight": 1})
}

fn rule(threshold: u32, keys: Value, accounts: Value, waits: Value) -> Value {
    json!({"threshold": threshold, "keys": keys, "accounts": accounts, "waits": waits})
}

fn permission(name: &str, parent: &str, required_auth: Value, links: Value) -> Value {
    json!({
        "perm_name": name, "parent": parent,
        "required_auth": required_auth, "linked_actions": links,
    })
}

/// An account as Leap 4 tells it, with fields that say nothing about permissions.
fn told(name: &str) -> Value {
    let one = |key| rule(1, json!([key_weight(key, 1)]), json!([]), json!([]));
    let active = rule(
        2,
        json!([key_weight(KEYS[0], 1), key_weight(KEYS[1], 1)]),
        json!([]),
        json!([{"wait_sec": 3600, "weight": 1}]),
    );
    json!({
        "account_name": name,
        "head_block_num": 348_000_000,
        "head_block_time": "2023-12-20T12:00:00.000",
        "privileged": false,
        "core_liquid_balance": "10.0000 EOS",
        "ram_quota": 8_148,
        "net_limit": {"used": 0, "available": 1, "max": 1},
        "permissions": [
            permission("active", "owner", active, json!([])),
            permission("claim", "active", one(KEYS[2]), json!([
                {"account": "eosio", "action": "claimrewards"},
                {"account": "eosio.token"},
                {"account": "eosio.msig", "action": null},
            ])),
            permission("owner", "", one(R1), json!([])),
        ],
        "eosio_any_linked_actions": [{"account": "notes", "action": "write"}],
        "total_resources": null,
        "voter_info": {"producers": ["b", "a"]},
    })
}

fn read(account: &Value) -> Result<EosAccount, NotAnEosAccount> {
    EosAccount::from_json(account.to_string().as_bytes())
}

/// The refusal of `told` with this place changed.
fn refusal(pointer: &str, value: Value) -> NotAnEosAccount {
    let mut account = told("producer1111");
    *account.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    read(&account).unwrap_err()
}

#[test]
fn an_account_is_read_with_its_permissions_and_links() {
    let EosAccount { name: account_name, account, tells_links } =
        read(&told("producer1111")).unwrap();
    assert_eq!((account_name, tells_links), (name("producer1111"), true));
    assert_eq!(account.get(name("claim")).unwrap().authority, one_of(&[2]));
    assert_eq!(account.get(name("claim")).unwrap().parent, Name::ACTIVE);
    let owner = &account.get(Name::OWNER).unwrap().authority;
    assert_eq!(owner.keys[0].key, R1.parse().unwrap());
    assert_eq!(account.get(Name::ACTIVE).unwrap().authority.waits[0].wait_sec, 3600);
    let minimum = |code, action| account.links().minimum(name(code), name(action));
    assert_eq!(minimum("eosio", "claimrewards"), Minimum::Permission(name("claim")));
    assert_eq!(minimum("eosio", "regproducer"), Minimum::Permission(Name::ACTIVE));
    assert_eq!(minimum("eosio.token", "transfer"), Minimum::Permission(name("claim")));
    assert_eq!(minimum("eosio.msig", "approve"), Minimum::Permission(name("claim")));
    assert_eq!(minimum("notes", "write"), Minimum::Any);
}

#[test]
fn a_node_that_tells_no_links_is_read_and_that_is_said() {
    let mut account = told("producer1111");
    account.as_object_mut().unwrap().remove("eosio_any_linked_actions");
    for at in 0..3 {
        account["permissions"][at].as_object_mut().unwrap().remove("linked_actions");
    }
    let account = read(&account).unwrap();
    assert!(!account.tells_links);
    assert_eq!(account.account.links().iter().count(), 0);
    // Half of it is neither the one nor the other.
    let mut half = told("producer1111");
    half["permissions"][2].as_object_mut().unwrap().remove("linked_actions");
    let refused = read(&half).unwrap_err();
    assert_eq!(refused, NotAnEosAccount::HalfOfTheLinks { permission: Name::OWNER });
    assert_eq!(refused.code(), "account.half_of_the_links");
}

#[test]
fn a_mebibyte_is_read_and_a_byte_more_is_refused() {
    let mut json = told("producer1111").to_string().into_bytes();
    json.resize(MAX_ACCOUNT_JSON, b' ');
    assert!(EosAccount::from_json(&json).is_ok());
    json.push(b' ');
    let refused = EosAccount::from_json(&json).unwrap_err();
    assert_eq!(refused, NotAnEosAccount::TooLong { got: 1_048_577 });
    assert_eq!(refused.code(), "account.too_long");
}

#[test]
fn a_permission_with_a_field_that_is_not_known_is_refused() {
    for (pointer, value) in [
        ("/permissions/0/required_auth/keys/0", json!({"key": KEYS[0], "weight": 1, "until": 7})),
        ("/permissions/0/required_auth", json!({"threshold": 1, "keys": [], "accounts": []})),
        ("/permissions/1/linked_actions/0", json!({"account": "eosio", "action": "a", "b": 1})),
        ("/permissions/0/required_auth/threshold", json!(4_294_967_296_u64)),
        ("/permissions/0/required_auth/keys/0/weight", json!(65_536)),
        ("/permissions/0/required_auth/waits/0/wait_sec", json!(-1)),
        ("/permissions", json!(null)),
    ] {
        let refused = refusal(pointer, value);
        assert_eq!(refused.code(), "account.form", "{pointer}");
        assert!(matches!(refused, NotAnEosAccount::Form { line: 1, .. }), "{pointer}");
    }
    let mut account = told("producer1111");
    account["permissions"][0]["expires"] = json!(1);
    assert_eq!(read(&account).unwrap_err().code(), "account.form");
    let twice = r#"{"account_name":"a","account_name":"b","permissions":[]}"#;
    assert_eq!(EosAccount::from_json(twice.as_bytes()).unwrap_err().code(), "account.form");
}

#[test]
fn every_unsound_authority_has_its_own_code() {
    let keys = |keys: &[&str]| json!(keys.iter().map(|key| key_weight(key, 1)).collect::<Vec<_>>());
    let at = |field: &str| format!("/permissions/0/required_auth/{field}");
    for (field, value, code) in [
        ("keys", keys(&[KEYS[1], KEYS[0]]), "authority.unsorted"),
        ("keys", keys(&[R1, KEYS[0]]), "authority.unsorted"),
        ("keys", keys(&[KEYS[0], KEYS[0]]), "authority.double"),
        ("accounts", json!([to("b@active"), to("a@active")]), "authority.unsorted"),
        ("accounts", json!([to("a@active"), to("a@active")]), "authority.double"),
        ("waits", json!([{"wait_sec": 0, "weight": 1}]), "authority.zero_wait"),
        (
            "waits",
            json!([{"wait_sec": 9, "weight": 1}, {"wait_sec": 8, "weight": 1}]),
            "authority.unsorted",
        ),
        ("threshold", json!(0), "authority.zero_threshold"),
        ("threshold", json!(4), "authority.unreachable"),
    ] {
        let refused = refusal(&at(field), value);
        assert_eq!(refused.code(), code, "{field}: {refused}");
        let tree = matches!(
            refused,
            NotAnEosAccount::Tree(NotATree::Authority { permission: Name::ACTIVE, .. })
        );
        assert!(tree, "{field}");
        assert!(!refused.advice().is_empty());
    }
    let unreachable = refusal(&at("threshold"), json!(4));
    let error = NotAnAuthority::Unreachable { threshold: 4, total: 3 };
    let permission = Name::ACTIVE;
    assert_eq!(unreachable, NotAnEosAccount::Tree(NotATree::Authority { permission, error }));
}

#[test]
fn every_wrong_key_has_its_own_code() {
    let webauthn = webauthn().to_pub_text();
    let changed = KEYS[0].replace("GDW5CV", "GDW5CW");
    for (key, code) in [
        (webauthn.as_str(), "account.webauthn"),
        ("PUB_BLS_x", "eos.kind"),
        ("PUB_XX_x", "eos.kind"),
        ("EOS1", "eos.checksum"),
        (changed.as_str(), "eos.checksum"),
        ("", "eos.prefix"),
        (WIF, "eos.other_content"),
    ] {
        let refused = refusal("/permissions/0/required_auth/keys/0/key", json!(key));
        assert_eq!(refused.code(), code, "{key}");
        assert!(!refused.to_string().contains(WIF), "a secret shows");
    }
    let refused = refusal("/permissions/0/required_auth/keys/1/key", json!(webauthn));
    assert_eq!(refused, NotAnEosAccount::WebAuthn { permission: Name::ACTIVE, at: 1 });
}

#[test]
fn every_wrong_name_and_every_wrong_tree_has_its_own_code() {
    for (pointer, value, code) in [
        ("/account_name", json!("Producer"), "name.letter"),
        ("/permissions/1/perm_name", json!("claim."), "name.dot_at_end"),
        ("/permissions/1/parent", json!("a-name-too-long"), "name.too_long"),
        ("/permissions/1/linked_actions/0/account", json!("EOS"), "name.letter"),
        ("/permissions/1/perm_name", json!("active"), "account.double_permission"),
        ("/permissions/0/perm_name", json!("actives"), "account.no_root"),
        ("/permissions/0/parent", json!(""), "account.parent"),
        ("/permissions/1/parent", json!("claim"), "account.parent"),
        ("/permissions/1/parent", json!("nobody"), "account.parent"),
        ("/permissions/1/parent", json!(""), "account.parent"),
        ("/permissions/2/parent", json!("active"), "account.parent"),
        ("/permissions/1/linked_actions/0/action", json!("updateauth"), "account.link"),
        ("/permissions/0/linked_actions", json!([{"account": "eosio.token"}]), "account.link"),
    ] {
        let refused = refusal(pointer, value);
        assert_eq!(refused.code(), code, "{pointer}: {refused}");
    }
}

/// Accounts whose `active` is another's, as many as there are names; the last one has a key.
fn chain(actors: &[&str]) -> Vec<Vec<u8>> {
    let accounts = actors.iter().enumerate().map(|(at, actor)| {
        let mut account = told(actor);
        if let Some(next) = actors.get(at + 1) {
            account["permissions"][0]["required_auth"] =
                rule(1, json!([]), json!([to(&format!("{next}@active"))]), json!([]));
        }
        account.to_string().into_bytes()
    });
    accounts.collect()
}

fn read_all(answers: &[Vec<u8>]) -> Result<(), NotAnEosAccount> {
    read_accounts(answers.iter().map(Vec::as_slice)).map(|_| ())
}

#[test]
fn accounts_six_deep_are_read_together_and_seven_deep_are_refused() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let six = chain(&names[..6]);
    let accounts = read_accounts(six.iter().map(Vec::as_slice)).unwrap();
    let asked = level("a@active").into();
    let signed = Approvals::of_keys([key(0), key(1)]);
    assert_eq!(Evaluator::new(&accounts, &signed).level(&asked), Ok(()));
    assert!(Evaluator::new(&accounts, &Approvals::of_keys([key(2)])).level(&asked).is_err());
    let refused = read_all(&chain(&names)).unwrap_err();
    let deep = NotSound::TooDeep { level: level("a@active").into(), depth: 7, limit: MAX_DEPTH };
    assert_eq!(refused, NotAnEosAccount::Sound(deep));
    assert_eq!(refused.code(), "authority.too_deep");
}

#[test]
fn accounts_that_lead_back_to_themselves_are_refused() {
    let mut answers = chain(&["a", "b", "a"]);
    answers.pop();
    let refused = read_all(&answers).unwrap_err();
    assert_eq!(refused.code(), "authority.circular");
    assert!(matches!(refused, NotAnEosAccount::Sound(NotSound::Circular { .. })));
}

#[test]
fn an_account_that_is_referred_to_and_not_given_is_named() {
    let mut answers = chain(&["a", "b", "c"]);
    let last = answers.pop().unwrap();
    let refused = read_all(&answers).unwrap_err();
    let (by, level) = (level("b@active").into(), level("c@active").into());
    assert_eq!(refused, NotAnEosAccount::Sound(NotSound::Unknown { by, level }));
    assert_eq!(refused.code(), "authority.unknown_permission");
    answers.push(last);
    assert_eq!(read_all(&answers), Ok(()));
    let refused = read_all(&[answers[0].clone(), answers[0].clone()]).unwrap_err();
    assert_eq!(refused, NotAnEosAccount::Double { name: name("a") });
    assert_eq!(refused.code(), "account.double");
}

#[test]
fn more_accounts_than_can_be_meant_are_refused() {
    let letter = |at: usize| char::from(b'a' + at as u8);
    let name = |at: usize| format!("a{}{}", letter(at / 26), letter(at % 26));
    let mut answers: Vec<_> =
        (0..MAX_ACCOUNTS).map(|at| told(&name(at)).to_string().into_bytes()).collect();
    assert_eq!(read_all(&answers), Ok(()));
    answers.push(told("b").to_string().into_bytes());
    let refused = read_all(&answers).unwrap_err();
    assert_eq!((&refused, refused.code()), (&NotAnEosAccount::TooMany, "account.too_many"));
}
