//! Two hosts in one process, one identity, one swap: the whole library in a hundred lines.

use brainswap::{
    Host, HostCard, IdentityId, Lanes, OrderId, Position,
    adapters::MemoryMedium,
    authority::KeyWeight,
    chain::{Clique, Policy, clique::Header},
    charter::Permissions,
    document::Envelope,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    key::{HostKey, KeyKind, SecretKey},
    lease::Term,
    order::{At, Move, Order},
    ports::Chain as _,
};
use std::{error::Error, sync::Arc};

/// Headers of Goerli, a public Clique network; a line is number, hash, RLP.
const GOERLI: &str = include_str!("swap/data/goerli.txt");

fn main() -> Result<(), Box<dyn Error>> {
    // Two hosts. A real one keeps its key in a file and its journal in a `FileJournal`.
    let (fra_key, ams_key) = (HostKey::generate()?, HostKey::generate()?);
    let mut roster = vec![fra_key.card("fra-1"), ams_key.card("ams-2")];
    roster.sort_by_key(|card: &HostCard| card.host);
    let (fra_id, ams_id) = (fra_key.host_id(), ams_key.host_id());
    let fra = Host::create(Box::new(MemoryMedium::new().create()?), Box::new(fra_key))?;
    let ams = Host::create(Box::new(MemoryMedium::new().create()?), Box::new(ams_key))?;

    // An identity, and the approver who decides about it.
    let approver = SecretKey::generate(KeyKind::Ed25519)?;
    let sealer = Arc::new(SecretKey::generate(KeyKind::Secp256k1)?);
    let chain = Clique::new(Policy::OnePerNumber);
    let lanes = chain.lanes().iter();
    let mut genesis = Envelope::of(&Genesis {
        network: Network { chain: chain.name().into(), id: "5".into() },
        public_key: sealer.public_key(),
        lanes: lanes.map(|l| LaneSpec { name: l.name.into(), floored: l.floored }).collect(),
        from: Lanes::from(vec![Position::START]),
        history: History::NewKey,
        to: fra_id,
        epoch: Epoch {
            roster,
            limit: Lanes::from(vec![Position::END]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
        permissions: Permissions::flat(
            1,
            vec![KeyWeight { key: approver.public_key(), weight: 1 }],
        ),
    })?;
    approver.sign_document(&mut genesis);
    let identity: IdentityId = fra.adopt(&genesis)?;
    ams.adopt(&genesis)?;
    fra.load_key(identity, sealer.clone())?;
    ams.load_key(identity, sealer)?;

    // The first host signs a block; the second refuses to.
    let line = GOERLI.lines().find(|line| line.starts_with("1 ")).ok_or("block 1 is missing")?;
    let rlp = line.rsplit(' ').next().ok_or("block 1 has no bytes")?;
    let sealed =
        Header::from_rlp(&const_hex::decode(rlp).map_err(|_| "block 1 is not hexadecimal")?)?;
    let block = Header::from_rlp(&sealed.unsealed())?;
    let seal = fra.sign(identity, &chain, &block.unsealed())?;
    println!("fra-1 sealed block {}", block.number());
    let refusal = ams.sign(identity, &chain, &block.unsealed()).expect_err("it holds no lease");
    println!("ams-2 did not: {refusal}; {}", refusal.advice());

    // The swap: an order, a promise, an end, a beginning.
    let mut order = Envelope::of(&Order {
        moves: vec![Move {
            identity,
            charter: OrderId::from(identity),
            base: OrderId::from(identity),
            term: Term { epoch: 1, number: 1 },
            from: fra_id,
            to: ams_id,
            at: At::Now,
            expires: None,
        }],
        note: "fra-1 gets a new disk".into(),
    })?;
    approver.sign_document(&mut order);
    let ready = ams.prepare(&order)?;
    let release = fra.release(&order, &ready)?;
    ams.activate(&order, &release)?;

    let next = block.with_seal(&seal)?.child(block.timestamp() + 15, 2, [0; 32])?;
    ams.sign(identity, &chain, &next.unsealed())?;
    println!("ams-2 sealed block {}", next.number());
    let refusal = fra.sign(identity, &chain, &next.unsealed()).expect_err("its lease has ended");
    println!("fra-1 did not: {refusal}; {}", refusal.advice());
    println!("fra-1 now: {}", fra.standing(identity)?.says);
    println!("ams-2 now: {}", ams.standing(identity)?.says);
    Ok(())
}
