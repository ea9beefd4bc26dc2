//! Scene: two nodes that can swap, an approved order, and a source's release under it.

use brainswap::{
    HostId, IdentityId, Lanes, Nonce, Position, PublicKey, Session, Signature,
    authority::{Authority, KeyWeight},
    chain::factom::{Conf, LANES, Panel, Swap},
    charter::Permissions,
    document::{Document, Envelope},
    evidence::{Approved, FromHost, Signed},
    handover::Release,
    lease::{End, Term},
    order::{At, Move, Order},
};
use ed25519_dalek::{Signer as _, SigningKey};

/// The server of the old node, and its key.
pub const IDENTITY: &str = "8888881234567890123456789012345678901234567890123456789012345678";
const SEED: [u8; 32] = [0x12; 32];

/// The file of a node.
pub fn conf(network: &str, identity: Option<&str>, height: u32) -> Result<Conf, String> {
    let mut text = format!("[app]\nNetwork = {network}\nChangeAcksHeight = {height}\n");
    if let Some(identity) = identity {
        let public = SigningKey::from_bytes(&SEED).verifying_key().to_bytes();
        let (private, public) = (const_hex::encode(SEED), const_hex::encode(public));
        text += &format!("IdentityChainID = {identity}\nLocalServerPrivKey = {private}\n");
        text += &format!("LocalServerPublicKey = {public}\n");
    }
    Conf::read(text.as_bytes()).map_err(|error| error.to_string())
}

/// The panel of a node that follows the network.
pub fn panel(identity: &str, flags: &str, next: u32, minute: u8) -> Result<Panel, String> {
    let (saved, current) = (next.saturating_sub(2), next.saturating_sub(1));
    let line =
        format!("F[{identity}] {flags} {saved}[000000] {saved}/{current}/{next} -/ {minute}");
    let lists = "OKOKOK".parse().map_err(|_| "no state of lists")?;
    Panel::from_summary(&line, lists).map_err(|error| error.to_string())
}

/// An approved swap at a height, and the release that its source gives.
pub fn swap(
    height: u32,
    chain_id: &str,
    key: PublicKey,
) -> Result<(Swap, FromHost<Release>), String> {
    let [approver, from, to] = [1, 2, 3].map(|seed| SigningKey::from_bytes(&[seed; 32]));
    let identity = IdentityId::from_bytes([9; 32]);
    let until = Lanes::from_fn(LANES, |_| Position::at_height(height.into()));
    let order = Order {
        moves: vec![Move {
            identity,
            charter: identity.into(),
            base: identity.into(),
            term: Term { epoch: 1, number: 1 },
            from: host(&from),
            to: host(&to),
            at: At::Position(until.clone()),
            expires: None,
        }],
        note: String::new(),
    };
    let order = approved(&order, &approver)?;
    let end = End {
        identity,
        to: host(&to),
        nonce: Nonce::from_bits(1),
        until,
        marks: Lanes::from_fn(LANES, |_| None),
        floors: Lanes::from_fn(LANES, |_| 0),
        back: Nonce::from_bits(2),
    };
    let session = Session { number: 1, nonce: 1 };
    let release = Release { order: order.id(), host: host(&from), session, ends: vec![end] };
    let release = FromHost::verify(&signed(&release, &from)?).map_err(|e| e.to_string())?;
    let chain_id = chain_id.parse().map_err(|_| "no chain id")?;
    let swap = Swap::under(&order, identity, chain_id, key).map_err(|error| error.to_string())?;
    Ok((swap, release))
}

fn approved(order: &Order, approver: &SigningKey) -> Result<Approved<Order>, String> {
    let signed = Signed::verify(&signed(order, approver)?).map_err(|error| error.to_string())?;
    let approver = KeyWeight { key: public(approver), weight: 1 };
    let tree = Permissions::flat(1, vec![approver]).to_tree().map_err(|error| error.to_string())?;
    signed.approve([(&tree as &dyn Authority, 0)]).map_err(|error| error.to_string())
}

fn signed<T: Document>(document: &T, key: &SigningKey) -> Result<Envelope, String> {
    let mut envelope = Envelope::of(document).map_err(|error| error.to_string())?;
    let signature = key.sign(&envelope.signed_bytes());
    envelope.add_signature(public(key), &Signature::Ed25519(signature.to_bytes()));
    Ok(envelope)
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::Ed25519(key.verifying_key().to_bytes())
}

fn host(key: &SigningKey) -> HostId {
    HostId::from_bytes(key.verifying_key().to_bytes())
}
