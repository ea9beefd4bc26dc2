//! EOS: texts, packed bytes and a node's answers. What is read has one form, and holds together.

use brainswap::{
    authority::{MAX_DEPTH, Name, WeightedAuthority},
    eos::{
        Action, BlockSigningAuthority, ChainId, EosAccount, EosPublicKey, EosSecretKey,
        EosSignature, Mirror, MsigAction, NotAnEosAccount, PermissionLevel, SignedTransaction,
        SystemAction, Transaction, pack_authority, read_accounts, unpack_authority,
    },
};
use secrecy::SecretString;
use std::{fmt, str::FromStr};

/// A name has one text, and every number is one name.
pub fn eos_name_parse(data: &[u8]) {
    if let Ok(bytes) = <[u8; 8]>::try_from(data) {
        let name = Name::from_u64(u64::from_le_bytes(bytes));
        assert_eq!(name.to_string().parse(), Ok(name));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    one_text::<Name>(text);
    one_text::<PermissionLevel>(text);
    if let Ok(name) = text.parse::<Name>() {
        assert_eq!(Name::from_u64(name.to_u64()), name);
    }
}

/// A key has two texts at most, a signature one; each packs and unpacks as itself.
pub fn eos_text_parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    one_text::<EosSignature>(text);
    one_text::<ChainId>(text);
    if let Ok(signature) = text.parse::<EosSignature>() {
        assert_eq!(EosSignature::unpack(&signature.pack()), Ok(signature));
        if let Ok(key) = signature.recover(&[7; 32]) {
            assert!(signature.is_canonical());
            assert_eq!(key.to_string().parse(), Ok(key));
        }
    }
    for prefix in ["EOS", "FIO"] {
        if let Ok(key) = EosPublicKey::from_text(text, prefix) {
            let legacy = key.to_legacy_text(prefix);
            assert!(legacy.as_deref() == Some(text) || key.to_pub_text() == text);
            assert_eq!(EosPublicKey::unpack(&key.pack()), Ok(key));
        }
    }
    if let Ok(secret) = EosSecretKey::from_text(&SecretString::from(text)) {
        assert!(!format!("{secret:?}").contains(text), "a secret shows");
        let again = EosSecretKey::from_text(&secret.to_pvt_text()).expect("its text is one");
        assert_eq!(again.public_key(), secret.public_key());
    }
}

/// An authority has one packed form; as JSON it is read again as itself, if it is valid.
pub fn eos_authority_unpack(data: &[u8]) {
    let read = WeightedAuthority::<EosPublicKey>::from_json(data);
    if let Ok(authority) = unpack_authority(data) {
        assert_eq!(pack_authority(&authority).as_deref(), Ok(data), "one form");
        let json = json_of(&authority);
        assert_eq!(WeightedAuthority::from_json(json.as_bytes()).ok(), {
            let valid = authority.check().is_ok() && json.len() <= 256 * 1024;
            valid.then_some(authority)
        });
    }
    if let Ok(authority) = read {
        authority.check().expect("what is read is valid");
        if let Ok(packed) = pack_authority(&authority) {
            assert_eq!(unpack_authority(&packed), Ok(authority));
        }
    }
    if let Ok(authority) = BlockSigningAuthority::unpack(data) {
        assert_eq!(authority.pack(), data, "one form");
        if authority.check().is_ok() {
            assert!(!authority.keys.is_empty() && authority.total() > 0);
        }
    }
}

fn json_of(authority: &WeightedAuthority<EosPublicKey>) -> String {
    serde_json::to_string(authority).expect("it can be written")
}

/// An action, a transaction and a signed one have one packed form each, and so has the data of
/// those actions that are known.
pub fn eos_transaction_unpack(data: &[u8]) {
    if let Ok(action) = Action::unpack(data) {
        assert_eq!(action.pack(), data, "one form");
        look_into(&action);
    }
    if let Ok(transaction) = Transaction::unpack(data) {
        assert_eq!(transaction.pack(), data, "one form");
        transaction.actions.iter().for_each(look_into);
    }
    if let Ok(mut signed) = SignedTransaction::unpack(data) {
        assert_eq!(signed.pack(), data, "one form");
        signed.signatures.truncate(4);
        if let Ok(signers) = signed.signers(&ChainId::EOS) {
            assert_eq!(signers.len(), signed.signatures.len());
        }
    }
}

fn look_into(action: &Action) {
    if let Ok(read) = SystemAction::of_action(action) {
        assert_eq!(read.to_action(action.authorization.clone()).as_ref(), Ok(action));
        if let Some(change) = read.to_change() {
            assert_eq!(SystemAction::try_from(change), Ok(read));
        }
    }
    if let Ok(read) = MsigAction::of_action(action) {
        assert_eq!(read.to_action(action.authorization.clone()), *action);
        if let MsigAction::Propose { transaction, .. } = read {
            assert_eq!(Transaction::unpack(&transaction.pack()), Ok(transaction));
        }
    }
}

/// An account that is read is a tree of valid authorities, and needs no change to be itself.
pub fn eos_account_read(data: &[u8]) {
    let Ok(read) = EosAccount::from_json(data) else { return };
    for (name, permission) in read.account.permissions() {
        permission.authority.check().expect("every authority is valid");
        assert!(read.account.satisfies(Name::OWNER, name), "{name} stands below owner");
        let packed = pack_authority(&permission.authority).expect("accounts alone are named");
        assert_eq!(unpack_authority(&packed).as_ref(), Ok(&permission.authority));
    }
    for (_, _, to) in read.account.links().iter() {
        assert!(to == Name::EOSIO_ANY || read.account.get(to).is_some());
    }
    assert!(Mirror::plan(read.name, &read.account, &read.account).is_done());
    match read_accounts([data]) {
        Ok(accounts) => assert_eq!(accounts.check_sound(MAX_DEPTH), Ok(())),
        Err(refused) => assert!(matches!(refused, NotAnEosAccount::Sound(_))),
    }
}

fn one_text<T: FromStr + fmt::Display>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string(), text, "one value, one text");
    }
}
