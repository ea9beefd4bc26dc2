//! The first inputs for EOS: keys, authorities, transactions and an account that real tools write.

use brainswap::{
    authority::Name,
    authority::{KeyWeight, Level, LevelWeight, WaitWeight, WeightedAuthority},
    chain::eos::BlockId,
    eos::{
        BlockReference, BlockSigningAuthority, ChainId, EosPublicKey, EosSecretKey,
        PermissionLevel, Proposal, SignedTransaction, SystemAction, Transaction, pack_authority,
    },
};
use secrecy::SecretString;

/// The development key that every Antelope node is documented with, and others of its tests.
const WIF: &str = "5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3";
const K1: &str = "EOS6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV";
const R1: &str = "PUB_R1_8E46r5HiQF84o6V8MWQQg1vPpgfjYA4XDqT6xbtaaebxw7XbLu";
const ACCOUNT: &str = r#"{"account_name":"producer1111","ram_quota":8148,"permissions":[
{"perm_name":"active","parent":"owner","required_auth":{"threshold":1,"keys":[{"key":"K1","weight":1}],
"accounts":[],"waits":[]},"linked_actions":[]},
{"perm_name":"claim","parent":"active","required_auth":{"threshold":2,"keys":[{"key":"K1","weight":1}],
"accounts":[{"permission":{"actor":"producer1111","permission":"active"},"weight":1}],
"waits":[{"wait_sec":60,"weight":1}]},"linked_actions":[{"account":"eosio","action":"claimrewards"},{"account":"x"}]},
{"perm_name":"owner","parent":"","required_auth":{"threshold":1,"keys":[{"key":"R1","weight":1}],
"accounts":[],"waits":[]},"linked_actions":[]}],"eosio_any_linked_actions":[{"account":"y","action":"z"}]}"#;

/// Target, name and bytes of each.
pub fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let secret = EosSecretKey::from_text(&SecretString::from(WIF)).expect("a key");
    let key: EosPublicKey = K1.parse().expect("a key");
    let producer: Name = "producer1111".parse().expect("a name");
    let active = PermissionLevel::active(producer);
    let auth = WeightedAuthority {
        threshold: 3,
        keys: [K1, R1]
            .map(|text| KeyWeight { key: text.parse().expect("a key"), weight: 1 })
            .into(),
        accounts: vec![LevelWeight { permission: Level::from(active), weight: 1 }],
        waits: vec![WaitWeight { wait_sec: 60, weight: 1 }],
    };
    let packed = pack_authority(&auth).expect("accounts alone");
    let json = serde_json::to_vec(&auth).expect("JSON");
    let claim = SystemAction::ClaimRewards { owner: producer };
    let register = SystemAction::RegProducer2 {
        producer,
        producer_authority: BlockSigningAuthority::of_key(key.clone()),
        url: "https://bp.example".to_owned(),
        location: 276,
    };
    let permission = "claim".parse().expect("a name");
    let update =
        SystemAction::UpdateAuth { account: producer, permission, parent: Name::ACTIVE, auth };
    let actions =
        [claim, register, update].map(|action| action.to_action(vec![active]).expect("an action"));
    let reference = BlockReference::of_block(&BlockId::from_bytes([7; 32]));
    let transaction = Transaction::new(1_700_000_000, reference, actions.clone().into());
    let mut signed = SignedTransaction::new(transaction.clone());
    signed.sign(&ChainId::EOS, &secret).expect("a signature");
    signed.context_free_data = vec![vec![1], vec![]];
    let proposal = Proposal::new(producer, permission, transaction.clone()).expect("a proposal");
    let propose = proposal.propose(vec![active]).to_action(vec![active]);
    let approve = proposal.approve(active).to_action(vec![active]);
    let signature = signed.signatures.first().expect("a signature").to_string();
    let account = ACCOUNT.replace("K1", K1).replace("R1\"", &format!("{R1}\""));
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("eos_account_read", "linked", text(&account)),
        (
            "eos_account_read",
            "unknown-field",
            text(&account.replace("\"linked_actions\"", "\"x\"")),
        ),
        ("eos_account_read", "empty", text("{}")),
        ("eos_authority_unpack", "packed", packed),
        ("eos_authority_unpack", "json", json),
        (
            "eos_authority_unpack",
            "block-signing",
            BlockSigningAuthority::of_key(key.clone()).pack(),
        ),
        ("eos_name_parse", "name", text("eosio.msig")),
        ("eos_name_parse", "thirteen", text("zzzzzzzzzzzzj")),
        ("eos_name_parse", "level", text("producer1111@active")),
        ("eos_name_parse", "number", vec![0x10, 0x42, 0x08, 0x57, 0x21, 0x9d, 0xe8, 0xad]),
        ("eos_text_parse", "legacy", text(K1)),
        ("eos_text_parse", "k1", text(&key.to_pub_text())),
        ("eos_text_parse", "r1", text(R1)),
        ("eos_text_parse", "wif", text(WIF)),
        ("eos_text_parse", "signature", text(&signature)),
        ("eos_transaction_unpack", "action", actions[1].pack()),
        ("eos_transaction_unpack", "propose", propose.pack()),
        ("eos_transaction_unpack", "approve", approve.pack()),
        ("eos_transaction_unpack", "transaction", transaction.pack()),
        ("eos_transaction_unpack", "signed", signed.pack()),
    ]
}
