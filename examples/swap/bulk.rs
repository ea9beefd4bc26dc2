//! Bulk: thousands of identities in one order cost as many syncs as one does.
//!
//! Two hosts of the library in this process, each with its journal in a file of its own. Nothing
//! is signed meanwhile, so every sync that is counted belongs to the handover.

use crate::{
    interrupt,
    people::{self, People},
    stage::Stop,
};
use brainswap::{
    Host, HostCard, IdentityId, Lanes, Position,
    adapters::{Binding, FileJournal, JournalOptions, Machine},
    document::Envelope,
    key::{HostKey, KeyKind, SecretKey},
    lease::Term,
    order::{At, MAX_MOVES, Move, Order},
};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc, time::Instant};

/// Moves one identity, then this many in one order, and compares what it cost.
pub(crate) fn run(identities: usize) -> Result<Value, Stop> {
    if !(1..=MAX_MOVES).contains(&identities) {
        return Err(format!("an order moves 1 to {MAX_MOVES} identities, not {identities}").into());
    }
    interrupt::listen()?;
    eprintln!("one identity, then {identities} in one order");
    let one = moved(1)?;
    let many = moved(identities)?;
    let [prepare, release, activate] = many.syncs;
    let line = json!({
        "identities": identities,
        "fsyncs": {"prepare": prepare, "release": release, "activate": activate},
        "same_as_one": one.syncs == many.syncs,
        "milliseconds": {"prepare": many.ms[0], "release": many.ms[1], "activate": many.ms[2]},
        "seconds": many.seconds,
    });
    eprintln!("{line}");
    if one.syncs != many.syncs {
        let (one, many) = (one.syncs, many.syncs);
        return Err(Stop::Broken(format!("syncs differ: one identity {one:?}, many {many:?}")));
    }
    Ok(line)
}

/// What a move cost: the syncs of each step on the host that takes it, and the time.
struct Cost {
    syncs: [u64; 3],
    ms: [u64; 3],
    seconds: f64,
}

fn moved(identities: usize) -> Result<Cost, Stop> {
    let begun = Instant::now();
    let kept = tempfile::Builder::new().prefix("brainswap-bulk-").tempdir()?;
    let (source, giver) = host(&kept.path().join("source"), "source")?;
    let (target, taker) = host(&kept.path().join("target"), "target")?;
    let people = People::new()?;
    let cards = vec![giver, taker];
    let mut moves = Vec::with_capacity(identities);
    let mut left = identities;
    while left > 0 {
        let group = left.min(1000);
        left -= group;
        let made = founded(group, &source, &cards, &people)?;
        // The two hosts wait for their disks at the same time.
        let adopted = std::thread::scope(|scope| {
            let other = scope.spawn(|| adopt(&target, &made));
            let here = adopt(&source, &made);
            other.join().map(|there| here.and(there))
        });
        adopted.map_err(|_| "a thread that adopted identities panicked")??;
        moves.extend(made.iter().map(|(genesis, _)| part(genesis, &source, &target)));
        eprintln!("{} of {identities} identities adopted on both hosts", identities - left);
        if interrupt::is_raised() {
            let says = "identities were being adopted; nothing was moved".into();
            return Err(Stop::Interrupted { says, exit: 20 });
        }
    }
    moves.sort_by_key(|part| part.identity);
    let order = people.approve(&Order { moves, note: "everything at once".into() })?;
    let mut cost = Cost { syncs: [0; 3], ms: [0; 3], seconds: 0.0 };
    let readies = cost.of(0, &target, || target.prepare(&order))?;
    let release = cost.of(1, &source, || source.release(&order, &readies))?;
    cost.of(2, &target, || target.activate(&order, &release))?;
    all_moved(&source, &target, identities)?;
    cost.seconds = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(cost)
}

impl Cost {
    fn of<T>(
        &mut self,
        step: usize,
        host: &Host,
        call: impl FnOnce() -> Result<T, brainswap::Error>,
    ) -> Result<T, Stop> {
        let (before, begun) = (host.syncs(), Instant::now());
        let answer = call()?;
        self.syncs[step] = host.syncs() - before;
        self.ms[step] = begun.elapsed().as_millis() as u64;
        Ok(answer)
    }
}

/// A host with an empty journal.
fn host(dir: &Path, name: &str) -> Result<(Host, HostCard), Stop> {
    let key = HostKey::generate()?;
    let card = key.card(name);
    let binding = Binding { host: card.host, machine: Machine::this() };
    // A journal grows by a sync of its own. One for thousands of identities grows in large steps,
    // so that it has room; with the default steps a commit of megabytes costs that sync as well.
    let options = JournalOptions { limit: 1 << 30, growth: 64 << 20, anchor: None };
    let journal = FileJournal::create_with(dir, &binding, &options)?;
    Ok((Host::create(Box::new(journal), Box::new(key))?, card))
}

/// New identities, approved, to be held by the source first.
fn founded(
    count: usize,
    source: &Host,
    cards: &[HostCard],
    people: &People,
) -> Result<Vec<(Envelope, Arc<SecretKey>)>, Stop> {
    let mut made = Vec::with_capacity(count);
    for _ in 0..count {
        let key = Arc::new(SecretKey::generate(KeyKind::Secp256k1)?);
        let document =
            people::genesis(key.public_key(), source.id(), cards.to_vec(), people.permissions());
        made.push((people.approve(&document)?, key));
    }
    Ok(made)
}

fn adopt(host: &Host, made: &[(Envelope, Arc<SecretKey>)]) -> Result<(), brainswap::Error> {
    for (genesis, key) in made {
        let id = host.adopt(genesis)?;
        host.load_key(id, key.clone())?;
    }
    Ok(())
}

fn part(genesis: &Envelope, source: &Host, target: &Host) -> Move {
    let genesis = genesis.id();
    let identity = IdentityId::from(genesis);
    Move {
        identity,
        charter: genesis,
        base: genesis,
        term: Term { number: Term::FIRST.number + 1, ..Term::FIRST },
        from: source.id(),
        to: target.id(),
        at: At::Position(Lanes::from(vec![Position::at_height(1_000)])),
        expires: None,
    }
}

/// Every identity is held by the target, and by nobody else.
fn all_moved(source: &Host, target: &Host, identities: usize) -> Result<(), Stop> {
    let held = |host: &Host| host.status().iter().filter(|said| said.holds).count();
    match (held(source), held(target)) {
        (0, all) if all == identities => Ok(()),
        (left, came) => Err(Stop::Broken(format!(
            "of {identities} identities the target holds {came} and the source {left}"
        ))),
    }
}
