//! `eos/finalizer_vote_cases.json`, `eos/safety_dat.json`, `eos/bls_keys.json`: what Savanna's
//! finalizers vote for, what they keep of it, and their keys.

use super::blocks::{parsed, said};
use crate::{
    fields::{array, bytes, flag, list, name_of, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use brainswap::{
    BlsSuite, Lane, Position, Signable, Signature,
    chain::{
        EosFinalizer,
        eos::{
            Because, BlockId, BlockRef, Candidate, FinalizerSafety, NoVote, SafetyDat, Slot, Vote,
        },
    },
    eos::{FinalizerKey, FinalizerSignature, finalizer_secret_of_seed, finalizer_secret_text},
    key::SecretKey,
    ports::Chain as _,
    watermark::{Mark, Verdict, check},
};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn votes(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "cases").iter().enumerate() {
        report.case(name_of(row, "votes", at), || vote_case(row));
    }
}

pub fn safety_dat(json: &Value, report: &mut Report) {
    for (at, row) in list(json, "files").iter().enumerate() {
        report.case(format!("file {at}"), || safety_file(row));
    }
}

pub fn keys(json: &Value, report: &mut Report) {
    if json.get("dst_vote").is_some() {
        report.case("dst_vote", || tag(json, "dst_vote", BlsSuite::Basic.tag()));
    }
    if json.get("dst_pop").is_some() {
        report.case("dst_pop", || tag(json, "dst_pop", FinalizerKey::PROOF_TAG));
    }
    for (at, row) in list(json, "triples").iter().enumerate() {
        report.case(format!("triple {at}"), || triple(row));
    }
    for (at, row) in list(json, "keygen").iter().enumerate() {
        report.case(name_of(row, "keygen", at), || keygen(row));
    }
    if let Some(row) = json.get("signature_primitive") {
        report.case("signature_primitive", || primitive(row));
    }
    for (at, row) in list(json, "derived_votes").iter().enumerate() {
        report.case(format!("vote {at}"), || signed_vote(row));
    }
}

/// A finalizer, its guard, and the blocks that there are.
struct Story {
    blocks: BTreeMap<String, (BlockRef, Option<String>)>,
    safety: FinalizerSafety,
    mark: Option<Mark>,
}

fn vote_case(row: &Value) -> Outcome {
    let genesis = block_ref("genesis", 0, 0);
    let safety = FinalizerSafety { last_vote: genesis, ..FinalizerSafety::new(genesis) };
    let blocks = BTreeMap::from([("genesis".to_owned(), (genesis, None))]);
    let mut story = Story { blocks, safety, mark: None };
    let mut past: BTreeMap<u32, FinalizerSafety> = BTreeMap::new();
    ensure(!list(row, "steps").is_empty(), || "it has no step".into())?;
    for (at, step) in list(row, "steps").iter().enumerate() {
        let restored = step["comment"].as_str().and_then(|comment| {
            let (_, after) = comment.split_once("rolled back to the state after block ")?;
            past.get(&after.split(' ').next()?.parse().ok()?).copied()
        });
        story.step(step, restored).map_err(|why| format!("step {at}: {why}"))?;
        past.insert(number(step, "block_num")?, story.safety);
    }
    Ok(())
}

impl Story {
    fn step(&mut self, step: &Value, restored: Option<FinalizerSafety>) -> Outcome {
        let name = text(step, "block")?;
        let slot = number(step, "timestamp_slot")?;
        let block = block_ref(name, number(step, "block_num")?, slot);
        let parent = text(step, "parent")?.to_owned();
        self.blocks.insert(name.to_owned(), (block, Some(parent.clone())));
        let claimed = number(&step["qc_claim"], "block_num")?;
        let ancestors = self.branch(&parent, number(step, "last_final_block_num")?)?;
        let claim = ancestors.iter().find(|block| block.id.number() == claimed);
        let claim = claim.ok_or("the block claims a quorum for none of its ancestors")?;
        let claim_slot = number(step, "qc_claim_block_timestamp")?;
        equal("slot of the claim", &claim.slot.number(), &claim_slot)?;
        let candidate = Candidate { block, ancestors, claimed };

        let safety = restored.unwrap_or(self.safety);
        let decision = safety.decide(&candidate);
        let (said, later, safe) = match &decision {
            Ok(decision) => {
                let later = decision.because == Because::LaterQuorum;
                (if decision.vote.strong { "strong" } else { "weak" }, later, !later)
            }
            Err(_) => ("no_vote", false, false),
        };
        equal("decision", &said, &text(step, "decision")?)?;
        let is_later = !matches!(decision, Err(NoVote::NotLater { .. }));
        equal("monotony_check", &is_later, &flag(step, "monotony_check")?)?;
        equal("liveness_check", &later, &flag(step, "liveness_check")?)?;
        equal("safety_check", &safe, &flag(step, "safety_check")?)?;
        let after = decision.as_ref().map_or(safety, |decision| decision.next);
        self.remembered(&after, &step["fsi_after"])?;

        if let Ok(decision) = decision {
            let message = decision.vote.to_bytes();
            let reading = EosFinalizer.read(&message).map_err(self::said)?;
            match (check(self.mark.as_ref(), &reading.intent), restored) {
                (Ok(Verdict::Advance(mark)), None) => self.mark = Some(mark),
                (Err(_), Some(_)) => {
                    // The guard knows better than the restored file, and so does what it corrects.
                    let mark = self.mark.ok_or("nothing was voted for")?;
                    let corrected = safety.raised_to(&mark).decide(&candidate);
                    ensure(corrected.is_err(), || "the corrected file votes again".into())?;
                }
                (verdict, _) => return Err(format!("the watermark says {verdict:?}")),
            }
        }
        self.safety = after;
        Ok(())
    }

    /// The blocks from this number up to this one.
    fn branch(&self, to: &str, from: u32) -> Result<Vec<BlockRef>, String> {
        let mut branch = vec![];
        let mut next = Some(to);
        while let Some(name) = next {
            let (block, parent) =
                self.blocks.get(name).ok_or_else(|| format!("there is no block {name}"))?;
            if block.id.number() < from {
                break;
            }
            branch.push(*block);
            next = parent.as_deref();
        }
        branch.reverse();
        Ok(branch)
    }

    fn remembered(&self, safety: &FinalizerSafety, json: &Value) -> Outcome {
        for (what, got) in [("last_vote", safety.last_vote), ("lock", safety.lock)] {
            let needed = &json[what];
            let named =
                block_ref(text(needed, "id")?, number(needed, "num")?, number(needed, "ts")?);
            equal(what, &got, &named)?;
        }
        let other = safety.other_branch_latest.number();
        equal("other branch", &other, &number(json, "other_branch_latest_time")?)
    }
}

/// Blocks have names only: an id and a finality digest are made of them.
fn block_ref(name: &str, number: u32, slot: u32) -> BlockRef {
    let mut digest = [0xee; 32];
    for (to, from) in digest.iter_mut().skip(4).zip(name.bytes()) {
        *to = from;
    }
    let id = BlockId::of(number, digest);
    BlockRef { id, slot: Slot::new(slot), finality_digest: digest }
}

fn safety_file(row: &Value) -> Outcome {
    let given = bytes(row, "file_hex")?;
    equal("size", &given.len(), &number(row, "size")?)?;
    let file = SafetyDat::from_bytes(&given).map_err(said)?;
    equal("bytes", &file.to_bytes(), &given)?;
    let decoded = &row["decoded"];
    equal("version", &file.version(), &number(decoded, "version")?)?;
    let magic = u64::from_str_radix(text(decoded, "magic")?.trim_start_matches("0x"), 16);
    equal("magic", &given.first_chunk(), &magic.ok().map(u64::to_le_bytes).as_ref())?;
    let count: usize = number(decoded, "count")?;
    let entries = list(decoded, "entries");
    equal("entries", &(file.finalizers().len(), entries.len()), &(count, count))?;
    for ((key, safety), entry) in file.finalizers().iter().zip(entries) {
        equal("key", key, &parsed(entry, "finalizer_pubkey_text")?)?;
        equal("key's bytes", key.as_affine(), &array(entry, "finalizer_pubkey_affine_le_hex")?)?;
        equal("last vote", &safety.last_vote, &named_ref(&entry["last_vote"])?)?;
        equal("lock", &safety.lock, &named_ref(&entry["lock"])?)?;
        let other = match entry.get("votes_forked_since_latest_strong_vote") {
            Some(flag) if *flag == json!(0) || *flag == json!(false) => 0,
            Some(_) => safety.last_vote.slot.number(),
            None => number(entry, "other_branch_latest_time_slot")?,
        };
        equal("other branch", &safety.other_branch_latest.number(), &other)?;
        let marks = file.marks_of(&key.public_key()).map_err(said)?;
        let mark = marks.get(Lane::FIRST).copied().flatten().ok_or("no mark")?;
        let last = Position::at_height(u64::from(safety.last_vote.slot.number()));
        ensure(mark.position >= last, || "the mark is below the last vote".into())?;
        equal("lock of the mark", &mark.floor, &u64::from(safety.lock.slot.number()))?;
        equal("a file of this one alone", &again(*key, *safety)?, safety)?;
    }
    match decoded["crc32"].as_str() {
        Some(crc) => {
            let crc = u32::from_str_radix(crc.trim_start_matches("0x"), 16).map_err(said)?;
            equal("checksum", &given.last_chunk(), &Some(&crc.to_le_bytes()))
        }
        None => Ok(()),
    }
}

/// What a finalizer remembers, written to a new file and read from there.
fn again(key: FinalizerKey, safety: FinalizerSafety) -> Result<FinalizerSafety, String> {
    let file = SafetyDat::new(vec![(key, safety)]);
    let file = SafetyDat::from_bytes(&file.to_bytes()).map_err(said)?;
    file.safety_of(&key.public_key()).map_err(said)
}

fn named_ref(json: &Value) -> Result<BlockRef, String> {
    Ok(BlockRef {
        id: parsed(json, "block_id")?,
        slot: Slot::new(number(json, "timestamp_slot")?),
        finality_digest: array(json, "finality_digest")?,
    })
}

fn tag(json: &Value, name: &str, tag: &[u8]) -> Outcome {
    equal(name, &text(json, name)?.as_bytes(), &tag)
}

fn triple(row: &Value) -> Outcome {
    let (public, secret) = pair(row)?;
    equal("public key's bytes", public.as_affine(), &array(row, "public_affine_le_hex")?)?;
    let proof: FinalizerSignature = parsed(row, "proof_of_possession")?;
    equal("proof's text", &proof.to_string().as_str(), &text(row, "proof_of_possession")?)?;
    equal("proof's bytes", proof.as_affine(), &array(row, "pop_affine_le_hex")?)?;
    equal("proof", &public.check_proof(&proof), &Ok(()))?;
    equal("proof made here", &secret.prove_finalizer_key(), &Ok(proof))
}

fn keygen(row: &Value) -> Outcome {
    pair(row)?;
    let seed = SecretSlice::from(bytes(row, "seed_hex")?);
    let scalar = finalizer_secret_of_seed(&seed).map_err(said)?;
    let made = finalizer_secret_text(&scalar).map_err(said)?;
    let made = SecretKey::from_finalizer_text(&made).map_err(said)?;
    let public: FinalizerKey = parsed(row, "public")?;
    equal("key of the seed", &made.public_key(), &public.public_key())
}

/// The keys of a row in all their forms.
fn pair(row: &Value) -> Result<(FinalizerKey, SecretKey), String> {
    let public: FinalizerKey = parsed(row, "public")?;
    equal("public key's text", &public.to_string().as_str(), &text(row, "public")?)?;
    let same = FinalizerKey::from_public_key(&public.public_key());
    equal("public key, compressed and back", &same, &Ok(public))?;
    let secret = SecretKey::from_finalizer_text(&SecretString::from(text(row, "private")?));
    let secret = secret.map_err(said)?;
    equal("key of the secret", &secret.public_key(), &public.public_key())?;
    let mut scalar: [u8; 32] = array(row, "private_scalar_le_hex")?;
    scalar.reverse();
    let written = finalizer_secret_text(&SecretSlice::from(scalar.to_vec())).map_err(said)?;
    let same = written.expose_secret() == text(row, "private")?;
    ensure(same, || "the secret's text is another".into())?;
    Ok((public, secret))
}

fn primitive(row: &Value) -> Outcome {
    tag(row, "dst", BlsSuite::Basic.tag())?;
    let scalar = SecretSlice::from(bytes(row, "sk_bytes_be")?);
    let secret = finalizer_secret_text(&scalar).map_err(said)?;
    let secret = SecretKey::from_finalizer_text(&secret).map_err(said)?;
    let signature = Signature::Bls12381(array(row, "signature_compressed_be_hex")?);
    let point = FinalizerSignature::of(&signature).map_err(said)?;
    equal("signature's bytes", point.as_affine(), &array(row, "signature_affine_le_hex")?)?;
    let message = bytes(row, "message_hex")?;
    let verified = secret.public_key().verify_bls(&message, BlsSuite::Basic, signature.as_bytes());
    equal("signature", &verified, &Ok(()))
}

fn signed_vote(row: &Value) -> Outcome {
    let finality_digest = array(row, "finality_digest")?;
    let block = BlockRef { finality_digest, ..block_ref("block", 2, 9) };
    let vote = Vote { strong: flag(row, "strong")?, block, lock: Slot::new(8) };
    let message = bytes(row, "message_hex")?;
    equal("message", &vote.message(), &message)?;
    let reading = EosFinalizer.read(&vote.to_bytes()).map_err(said)?;
    let signable = Signable::Bls { message: message.clone(), suite: BlsSuite::Basic };
    equal("what is signed", &reading.signable, &signable)?;
    let key: FinalizerKey = parsed(row, "finalizer")?;
    let signature: FinalizerSignature = parsed(row, "signature")?;
    let signature = signature.signature();
    let verified = key.public_key().verify_bls(&message, BlsSuite::Basic, signature.as_bytes());
    equal("signature", &verified, &Ok(()))
}
