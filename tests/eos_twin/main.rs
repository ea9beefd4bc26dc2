//! "What is decided here can be said on the chain, byte for byte; what the chain tells is read, or
//! refused with its reason." (EOS / Antelope)

mod any_bytes;
mod get_account;
mod mirror;
mod packed;
mod refused_bytes;
mod rotation;
mod signing;

use brainswap::{
    authority::{KeyWeight, Name, WeightedAuthority},
    chain::eos::BlockId,
    eos::{
        Action, BlockReference, BlockSigningAuthority, EosPublicKey, EosSecretKey, PermissionLevel,
        SystemAction, Transaction,
    },
};
use secrecy::SecretString;

/// The development key that every Antelope node is documented with.
const WIF: &str = "5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3";

/// Public keys in their order. Source: unit tests of nodeos.
const KEYS: [&str; 3] = [
    "EOS6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV",
    "EOS6RrvujLQN1x5Tacbep1KAk8zzKpSThAQXBCKYFfGUYeABhJRin",
    "EOS7tgwU6E7pAUQJgqEJt66Yi8cWvanTUW8ZfBjeXeJBQvhTU9ypi",
];
const R1: &str = "PUB_R1_8E46r5HiQF84o6V8MWQQg1vPpgfjYA4XDqT6xbtaaebxw7XbLu";

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn level(text: &str) -> PermissionLevel {
    text.parse().unwrap()
}

fn key(at: usize) -> EosPublicKey {
    KEYS[at].parse().unwrap()
}

fn secret() -> EosSecretKey {
    EosSecretKey::from_text(&SecretString::from(WIF)).unwrap()
}

/// Any of these keys alone.
fn one_of(keys: &[usize]) -> WeightedAuthority<EosPublicKey> {
    let keys = keys.iter().map(|&at| KeyWeight { key: key(at), weight: 1 }).collect();
    WeightedAuthority { threshold: 1, keys, accounts: vec![], waits: vec![] }
}

fn block_signer(at: usize) -> BlockSigningAuthority {
    BlockSigningAuthority::of_key(key(at))
}

/// One action that claims rewards, declared by `active`.
fn claim() -> Transaction {
    let owner = name("producer1111");
    let action = SystemAction::ClaimRewards { owner };
    let action = action.to_action(vec![PermissionLevel::active(owner)]).unwrap();
    transaction(vec![action])
}

fn transaction(actions: Vec<Action>) -> Transaction {
    let mut id = [0; 32];
    id[..12].copy_from_slice(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    Transaction::new(1_700_000_000, BlockReference::of_block(&BlockId::from_bytes(id)), actions)
}
