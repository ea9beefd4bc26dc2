//! R1: over a real handover between two hosts, `GethCompatible` leaves no number to both.

use super::*;
use brainswap::{
    Host, HostCard, IdentityId, OrderId,
    adapters::MemoryMedium,
    authority::KeyWeight,
    charter::Permissions,
    document::Envelope,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    key::{HostKey, KeyKind, SecretKey},
    lease::Term,
    order::{At, Move, Order},
};
use std::sync::Arc;

/// A header of a number; geth builds each block anew while transactions arrive.
fn header(number: u64, build: u8) -> Vec<u8> {
    let mut fields = goerli_1();
    fields[NUMBER] = shortest(u128::from(number));
    fields[3] = vec![build; 32];
    list(&fields)
}

#[test]
fn the_old_host_keeps_its_last_number_and_the_new_one_begins_above_it() {
    let keys = [HostKey::generate().unwrap(), HostKey::generate().unwrap()];
    let mut roster: Vec<HostCard> =
        keys.iter().zip(["old", "new"]).map(|(key, name)| key.card(name)).collect();
    roster.sort_by_key(|card| card.host);
    let ids = [keys[0].host_id(), keys[1].host_id()];
    let chains = ids.map(|host| Clique::new(Policy::GethCompatible { host }));
    let hosts = keys.map(|key| {
        let journal = MemoryMedium::new().create().unwrap();
        Host::create(Box::new(journal), Box::new(key)).unwrap()
    });
    let approver = SecretKey::generate(KeyKind::Ed25519).unwrap();
    let sealer = Arc::new(SecretKey::generate(KeyKind::Secp256k1).unwrap());
    let mut genesis = Envelope::of(&Genesis {
        network: Network { chain: "clique".into(), id: "5".into() },
        public_key: sealer.public_key(),
        lanes: vec![LaneSpec { name: "block".into(), floored: false }],
        from: Lanes::from(vec![Position::START]),
        history: History::NewKey,
        to: ids[0],
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
    })
    .unwrap();
    approver.sign_document(&mut genesis);
    let identities = hosts.each_ref().map(|host| host.adopt(&genesis).unwrap());
    let identity: IdentityId = identities[0];
    for host in &hosts {
        host.load_key(identity, sealer.clone()).unwrap();
    }
    let seals = |by: usize, number, build| {
        let signed = hosts[by].sign(identity, &chains[by], &header(number, build));
        signed.map(drop).map_err(|refused| refused.code())
    };
    assert_eq!(seals(0, 7, 0), Ok(()));
    assert_eq!(seals(0, 7, 1), Ok(()), "the rebuilt block");
    assert_eq!(seals(0, 6, 0), Err("watermark.below"));

    let mut order = Envelope::of(&Order {
        moves: vec![Move {
            identity,
            charter: OrderId::from(identity),
            base: OrderId::from(identity),
            term: Term { epoch: 1, number: 1 },
            from: ids[0],
            to: ids[1],
            at: At::Now,
            expires: None,
        }],
        note: "a new disk".into(),
    })
    .unwrap();
    approver.sign_document(&mut order);
    let ready = hosts[1].prepare(&order).unwrap();
    let release = hosts[0].release(&order, &ready).unwrap();
    hosts[1].activate(&order, &release).unwrap();

    assert_eq!(seals(0, 7, 2), Ok(()), "until its lease is closed");
    assert_eq!(seals(0, 8, 0), Err("lease.outside"));
    assert_eq!(seals(1, 7, 0), Err("lease.outside"), "not even the header that was sealed");
    assert_eq!(seals(1, 7, 3), Err("lease.outside"));
    assert_eq!(seals(1, 8, 0), Ok(()));
    assert_eq!(seals(1, 8, 1), Ok(()), "the rebuilt block");
}
