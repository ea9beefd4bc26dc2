//! `solana/tower_files.json`: towers with the votes that made them, and the keys that signed them.

use crate::{
    fields::{array, bytes, list, name_of, number, text},
    suite::{Outcome, Report, Suite, ensure, equal},
};
use brainswap::{
    Position, PublicKey,
    chain::solana::{Address, LastVote, Lockout, SolanaKeypair, Tower, TowerFile, TowerFileError},
};
use ed25519_dalek::{Signer as _, SigningKey};
use secrecy::ExposeSecret as _;
use serde_json::Value;

/// The suite of a file of this folder.
pub fn suite_of(file: &str) -> Option<Suite> {
    Some(match file {
        "tower_files.json" => tower_files,
        _ => return None,
    })
}

fn tower_files(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "vectors").iter().enumerate() {
        report.case(name_of(row, "tower", at), || tower_file(row));
    }
}

fn tower_file(row: &Value) -> Outcome {
    let owner = text(row, "node_pubkey")?.parse().map_err(|_| "no address")?;
    let given = bytes(row, "file_hex")?;
    let file = TowerFile::read(&given, owner).map_err(|error| error.to_string())?;
    equal("file", &file.to_bytes(), &given)?;
    equal("length", &given.len(), &number(row, "file_len")?)?;
    equal("name", &TowerFile::name(owner), &text(row, "filename")?.to_owned())?;
    equal("data", &file.data().to_vec(), &bytes(row, "data_hex")?)?;
    equal("vote state", &file.vote_state().to_vec(), &bytes(row, "vote_state_1_14_11_hex")?)?;
    equal("signature", &file.signature(), &array(row, "signature_hex")?)?;
    let signature = bs58::encode(file.signature()).into_string();
    equal("signature", &signature, &text(row, "signature")?.to_owned())?;
    equal("last vote", &file.last_vote().to_bytes(), &bytes(row, "last_vote_hex")?)?;
    equal("kind", &kind(file.last_vote()), &text(row, "last_vote_kind")?)?;
    let time = &row["last_timestamp"];
    let time = (number(time, "slot")?, number(time, "timestamp")?);
    equal("last time", &file.last_timestamp(), &time)?;
    equal("root", &file.tower().root(), &root(row)?)?;
    votes(file.tower(), row)?;
    history(file.tower(), row)?;
    keys(&file, row, owner)?;
    freshness(&file)?;
    let other = Address::from_bytes([7; 32]);
    let error = TowerFile::read(&given, other).map(|_| ()).map_err(|error| error.code());
    equal("for another identity", &error, &Err("solana.tower_owner"))
}

fn kind(vote: &LastVote) -> &'static str {
    match vote {
        LastVote::Slots { .. } => "vote",
        LastVote::Update { compact: false, .. } => "vsu",
        LastVote::Update { compact: true, .. } => "compact_vsu",
        LastVote::TowerSync(_) => "tower_sync",
        _ => "another",
    }
}

fn votes(tower: &Tower, row: &Value) -> Outcome {
    let rows = list(row, "votes");
    equal("votes", &tower.votes().len(), &rows.len())?;
    for (vote, row) in tower.votes().iter().zip(rows) {
        equal("slot", &vote.slot, &number(row, "slot")?)?;
        equal("confirmations", &vote.confirmations, &number(row, "confirmation_count")?)?;
        equal("lockout", &vote.length(), &number(row, "lockout")?)?;
        equal("locked", &vote.last_locked_slot(), &number(row, "last_locked_out_slot")?)?;
    }
    Ok(())
}

/// Every vote gives the tower that is told, each tower may follow the one before, and the last is
/// that of the file.
fn history(last: &Tower, row: &Value) -> Outcome {
    let mut tower = Tower::new(vec![], Some(0)).map_err(|error| error.to_string())?;
    for step in list(row, "vote_history_trace") {
        let before = tower.clone();
        tower.vote(number(step, "vote_slot")?).map_err(|error| error.to_string())?;
        let told = list(step, "tower").iter().map(|vote| {
            let slot = vote[0].as_u64().ok_or("no slot")?;
            let confirmations = vote[1].as_u64().and_then(|count| u32::try_from(count).ok());
            Ok(Lockout { slot, confirmations: confirmations.ok_or("no confirmations")? })
        });
        let told = told.collect::<Result<Vec<_>, String>>()?;
        equal("tower", &tower.votes().to_vec(), &told)?;
        equal("root", &tower.root(), &root(step)?)?;
        equal("allowed", &before.allows(&tower), &Ok(()))?;
        ensure(tower.allows(&before).is_err(), || "it may go back".into())?;
    }
    equal("last tower", &tower, last)
}

fn keys(file: &TowerFile, row: &Value, owner: Address) -> Outcome {
    let seed: [u8; 32] = array(row, "seed")?;
    let json = row["keypair_json_bytes"].to_string();
    let keypair = SolanaKeypair::from_json(json.as_bytes()).map_err(|error| error.to_string())?;
    equal("identity", &keypair.address(), &owner)?;
    equal("public", &keypair.public_key(), &PublicKey::Ed25519(*owner.as_bytes()))?;
    ensure(keypair.to_seed().expose_secret() == seed, || "the seed is another".into())?;
    let again = SigningKey::from_bytes(&seed).sign(file.data()).to_bytes();
    equal("signed again", &file.signature(), &again)
}

fn freshness(file: &TowerFile) -> Outcome {
    let Some(last) = file.tower().last_slot() else {
        return equal("marks", &file.marks(), &Err(TowerFileError::Empty));
    };
    equal("fresh", &file.check_fresh(last), &Ok(()))?;
    ensure(file.check_fresh(last + 1).is_err(), || "an older tower is taken".into())?;
    let marks = file.marks().map_err(|error| error.to_string())?;
    let mark = marks.iter().next().and_then(|(_, mark)| *mark).ok_or("no mark")?;
    equal("mark", &mark.position, &Position::at_height(last))?;
    let digest = match file.last_vote() {
        LastVote::TowerSync(sync) => Some(sync.digest()),
        _ => None,
    };
    equal("digest", &mark.digest, &digest)
}

fn root(row: &Value) -> Result<Option<u64>, String> {
    if row["root"].is_null() { Ok(None) } else { number(row, "root").map(Some) }
}
