//! The scenario of `cometbft/filepv.json`: requests of a node, carried out by a real host.

use super::{block_id, filepv::state_file, timestamp};
use crate::{
    fields::{array, bytes, list, number, text},
    suite::{Outcome, Report, ensure, equal},
};
use base64ct::{Base64, Encoding as _};
use brainswap::{
    Host, IdentityId, Lane, Lanes, Position, PublicKey, Signature,
    adapters::MemoryMedium,
    authority::KeyWeight,
    chain::{
        CometBft,
        cometbft::{
            Message, Proposal, StateFormat, Vote, VoteKind,
            privval::{NodeProposal, NodeVote, Request, Response},
        },
    },
    charter::Permissions,
    document::Envelope,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    key::{HostKey, KeyKind, SecretKey},
    ports::Chain as _,
    watermark::Mark,
};
use serde_json::Value;
use std::{error::Error, sync::Arc};

pub fn scenario(json: &Value, report: &mut Report) {
    report.case("scenario: it begins with a state that says nothing", || {
        state_file(&json["initial_state"])
    });
    let mut signer = None;
    report.case("scenario: its key", || {
        signer = Some(Signer::new(json).map_err(|error| error.to_string())?);
        Ok(())
    });
    for row in list(json, "requests") {
        let name = format!("scenario: {}", row["name"].as_str().unwrap_or("request"));
        report.case(name, || match &mut signer {
            Some(signer) => signer.answers(row),
            None => Err("there is no signer".into()),
        });
    }
}

/// A host with one identity, as an embedder puts it behind a node.
struct Signer {
    host: Host,
    identity: IdentityId,
    chain: CometBft,
    last: Option<Signature>,
}

impl Signer {
    fn new(json: &Value) -> Result<Self, Box<dyn Error>> {
        let seed: Vec<u8> = bytes(json, "ed25519_seed")?;
        let public = PublicKey::Ed25519(array(json, "pub_key")?);
        let key = Arc::new(SecretKey::import(KeyKind::Ed25519, &seed.into(), &public)?);
        let chain = CometBft::new(text(json, "chain_id")?).with_extensions();
        let host_key = HostKey::generate()?;
        let card = host_key.card("signer");
        let approver = SecretKey::generate(KeyKind::Ed25519)?;
        let lanes = chain.lanes().iter();
        let lanes: Vec<_> =
            lanes.map(|l| LaneSpec { name: l.name.into(), floored: l.floored }).collect();
        let each = |position| Lanes::from_fn(lanes.len(), |_| position);
        let mut genesis = Envelope::of(&Genesis {
            network: Network { chain: chain.name().into(), id: chain.chain_id().into() },
            public_key: key.public_key(),
            from: each(Position::START),
            history: History::NewKey,
            to: card.host,
            epoch: Epoch {
                roster: vec![card],
                limit: each(Position::END),
                witnesses: vec![],
                mode: Mode::Direct,
            },
            permissions: Permissions::flat(
                1,
                vec![KeyWeight { key: approver.public_key(), weight: 1 }],
            ),
            lanes,
        })?;
        approver.sign_document(&mut genesis);
        let host = Host::create(Box::new(MemoryMedium::new().create()?), Box::new(host_key))?;
        let identity = host.adopt(&genesis)?;
        host.load_key(identity, key)?;
        Ok(Self { host, identity, chain, last: None })
    }

    /// One request: what is signed, what the node is answered, and the state that remains.
    fn answers(&mut self, row: &Value) -> Outcome {
        let message = message_of(row)?;
        let chain_id = self.chain.chain_id().to_owned();
        equal("sign bytes", &message.sign_bytes(&chain_id), &bytes(row, "sign_bytes")?)?;
        let request = request_of(message, bytes(row, "extension_hex")?, chain_id);
        let before = self.mark(Lane::FIRST);
        let outcome = self.expected(row, &request, message);
        let after = self.mark(Lane::FIRST);
        equal("a mark", &(after != before), &(row["expect"] == "sign_new"))?;
        outcome?;
        self.state(&row["state_after"])
    }

    fn expected(&mut self, row: &Value, request: &Request, message: Message) -> Outcome {
        let expect = text(row, "expect")?;
        let asked = match self.chain.to_sign(request) {
            Ok(asked) => asked,
            Err(error) => {
                equal("refused by its form", &error.reason.contains("extension"), &true)?;
                return refused(row, "unexpected vote extension");
            }
        };
        let signature = match self.host.sign(self.identity, &self.chain, &asked.message) {
            Ok(signature) => signature,
            Err(error) => {
                return match error.code() {
                    "watermark.conflict" => refused(row, "conflicting data"),
                    "watermark.below" => refused(row, "regression"),
                    other => Err(format!("refused with {other}")),
                };
            }
        };
        let earlier = message.with_timestamp(timestamp(&row["response_timestamp"])?);
        let answered = self.sign(&earlier.sign_bytes(self.chain.chain_id()))?;
        let same_time = earlier == message;
        let fits = match expect {
            "sign_new" => same_time,
            "reuse_signature" => same_time && self.last == Some(signature),
            "reuse_signature_and_old_timestamp" => !same_time && self.last == Some(answered),
            _ => false,
        };
        self.last = Some(answered);
        ensure(fits, || format!("it was signed, against \"{expect}\""))?;
        equal("signature", &answered.as_bytes(), &&array::<64>(row, "signature")?[..])?;
        let extension = asked.extension.map(|bytes| self.sign(&bytes)).transpose()?;
        let needed = match row["extension_signature"].is_null() {
            true => None,
            false => Some(Signature::Ed25519(array(row, "extension_signature")?)),
        };
        equal("extension signature", &extension, &needed)?;
        match request.signed(&signature, extension.as_ref()) {
            Some(Response::SignedVote(Ok(vote))) => {
                equal("answer", &&vote.signature[..], &signature.as_bytes())
            }
            Some(Response::SignedProposal(Ok(proposal))) => {
                equal("answer", &&proposal.signature[..], &signature.as_bytes())
            }
            other => Err(format!("the answer is {other:?}")),
        }
    }

    /// The state file that FilePV would have is read as this host's mark, and is written from it.
    fn state(&self, file: &Value) -> Outcome {
        state_file(file)?;
        let given = file.to_string().into_bytes();
        let marks = self.chain.import(StateFormat::FilePv, &given);
        let marks = marks.map_err(|error| error.to_string())?;
        equal("state", &marks.get(Lane::FIRST).copied().flatten(), &self.mark(Lane::FIRST))?;
        let signature = self.last.map(|last| Base64::encode_string(last.as_bytes()));
        equal("last signature", &file["signature"].as_str(), &signature.as_deref())
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, String> {
        self.host.sign(self.identity, &self.chain, message).map_err(|error| error.to_string())
    }

    fn mark(&self, lane: Lane) -> Option<Mark> {
        self.host.standing(self.identity).ok()?.marks.get(lane).copied().flatten()
    }
}

/// FilePV refuses too, for this reason.
fn refused(row: &Value, reason: &str) -> Outcome {
    equal("expected", &text(row, "expect")?, &"refuse")?;
    let error = text(row, "error")?;
    ensure(error.contains(reason), || format!("refused for {reason:?} instead of {error:?}"))
}

fn message_of(row: &Value) -> Result<Message, String> {
    let (height, round) = (number(row, "height")?, number(row, "round")?);
    let (block_id, timestamp) = (block_id(&row["block_id"])?, timestamp(&row["timestamp"])?);
    let vote = |kind| Ok(Message::Vote(Vote { kind, height, round, block_id, timestamp }));
    match text(row, "kind")? {
        "prevote" => vote(VoteKind::Prevote),
        "precommit" => vote(VoteKind::Precommit),
        "proposal" => {
            let block_id = block_id.ok_or("a proposal without a block")?;
            let pol_round = number(row, "pol_round")?;
            Ok(Message::Proposal(Proposal { height, round, pol_round, block_id, timestamp }))
        }
        other => Err(format!("no kind of message: {other}")),
    }
}

fn request_of(message: Message, extension: Vec<u8>, chain_id: String) -> Request {
    match message {
        Message::Vote(vote) => {
            let vote = NodeVote {
                vote,
                validator_address: vec![7; 20],
                validator_index: 3,
                signature: vec![],
                extension,
                extension_signature: vec![],
            };
            Request::SignVote { vote, chain_id, skip_extension: false }
        }
        Message::Proposal(proposal) => {
            let proposal = NodeProposal { kind: 32, proposal, signature: vec![] };
            Request::SignProposal { proposal, chain_id }
        }
    }
}
