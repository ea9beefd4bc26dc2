//! Operations: what the bytes of a sequence choose to happen next.

use super::{
    simulation::{Paper, Sent, Simulation},
    world::{HOSTS, lane},
};
use crate::bytes::Bytes;
use brainswap::{
    HostId, Nonce, OrderId, Position,
    evidence::Approved,
    handover::{Input, Record},
    lease::Lease,
    order::{At, Fence, Move, Order, Void},
};
use std::collections::BTreeSet;

/// What the next bytes say. `None`: there are none left.
pub(super) fn next(simulation: &mut Simulation, bytes: &mut Bytes<'_>) -> Option<()> {
    let choice = bytes.byte()?;
    let lost = choice >= 0xe0; // one in eight steps loses the power before its outputs
    match choice % 16 {
        0..=3 => sign(simulation, bytes),
        4..=6 => order(simulation, bytes, lost),
        7..=9 => deliver(simulation, bytes, lost),
        10 => paper(simulation, bytes, lost),
        11 => end(simulation, bytes, lost),
        12 => fence(simulation, bytes, lost),
        13 => void(simulation, bytes),
        14 => restart(simulation, bytes),
        _ => settle(simulation, bytes),
    }
}

fn sign(simulation: &mut Simulation, bytes: &mut Bytes<'_>) -> Option<()> {
    let choice = bytes.byte()?;
    let (host, identity) = (usize::from(choice % 4) % HOSTS, usize::from(choice >> 2 & 1));
    let record = &simulation.machines[host].states[identity].record;
    let mark = record.marks.iter().next().and_then(|(_, mark)| mark.map(|mark| mark.position));
    let ends = record.newest().and_then(|lease| {
        let first = |lanes: &brainswap::Lanes<Position>| lanes.iter().next().map(|(_, p)| *p);
        Some((first(&lease.from)?, first(&lease.until)?))
    });
    let (from, until) = ends.unwrap_or((Position::at_height(1), Position::END));
    let position = match choice >> 3 {
        0..=11 => mark.and_then(Position::next).unwrap_or(from).max(from),
        12..=15 => mark.unwrap_or(from),
        16..=17 => from,
        18..=19 => from.previous()?,
        20..=21 => until,
        22..=23 => until.previous()?,
        other => Position::new(u64::from(other % 6), 0, u32::from(bytes.byte()? % 3)),
    };
    let kind = bytes.byte()?;
    simulation.sign(host, identity, position, kind);
    if kind >= 0x80
        && let Some(next) = position.next()
    {
        simulation.sign(host, identity, next, kind);
    }
    Some(())
}

/// A new order, and as much of its handover as the last byte says.
fn order(simulation: &mut Simulation, bytes: &mut Bytes<'_>, lost: bool) -> Option<()> {
    let choice = bytes.byte()?;
    let which: &[usize] = match choice % 4 {
        0 | 1 => &[0],
        2 => &[1],
        _ => &[0, 1],
    };
    let mut moves = Vec::new();
    for identity in which {
        moves.push(part(simulation, *identity, bytes)?);
    }
    let note = if choice & 0x40 == 0 { String::new() } else { format!("{choice}") };
    let Some(order) = simulation.world.approve(&Order { moves, note }) else { return Some(()) };
    simulation.papers.push(Paper::Order(order.clone()));
    let stages = bytes.byte()? % 8;
    let hosts = |of: fn(&Move) -> HostId| {
        let named: BTreeSet<HostId> = order.document().moves.iter().map(of).collect();
        let world = simulation.world;
        (0..HOSTS).filter(|host| named.contains(&world.host(*host))).collect::<Vec<_>>()
    };
    let (sources, targets) = (hosts(|part| part.from), hosts(|part| part.to));
    if stages > 0 {
        for target in &targets {
            prepare(simulation, *target, &order, true, lost && stages == 1);
        }
    }
    if stages > 1 {
        for source in &sources {
            release(simulation, *source, &order, lost && stages == 2);
        }
    }
    if stages > 3 {
        for target in &targets {
            activate(simulation, *target, &order, stages == 4, lost);
        }
    }
    if stages > 5 {
        targets.iter().for_each(|target| simulation.settle(*target));
    }
    Some(())
}

fn part(simulation: &Simulation, identity: usize, bytes: &mut Bytes<'_>) -> Option<Move> {
    let (choice, world) = (bytes.byte()?, simulation.world);
    let holds = |host: &usize| {
        let machine = &simulation.machines[*host];
        !machine.gone && machine.states[identity].record.holding().is_some()
    };
    let holder = (0..HOSTS).find(holds);
    let from = if choice >= 0xe0 { bytes.below(HOSTS)? } else { holder.unwrap_or(0) };
    let to = (from + 1 + usize::from(choice & 1)) % HOSTS;
    let record: &Record = &simulation.machines[from].states[identity].record;
    let lease = match choice >> 1 & 7 {
        0 => record.leases.first(),
        _ => record.newest(),
    };
    let (base, term) = match lease {
        Some(lease) => (lease.id, lease.term.next()?),
        None => (world.charter(identity), record.seen.next()?),
    };
    let term = if choice >> 1 & 7 == 1 { term.next()? } else { term };
    let near = |bytes: &mut Bytes<'_>| {
        let mark = record.marks.iter().next().and_then(|(_, mark)| mark.map(|m| m.position));
        let next = mark.and_then(Position::next).unwrap_or(Position::at_height(1));
        let ahead = bytes.byte()?;
        Some(lane(match ahead % 4 {
            0 => next,
            1 => next.next()?.next()?,
            _ => Position::at_height(next.height() + u64::from(ahead % 3)),
        }))
    };
    let at = match choice >> 4 & 3 {
        0 => At::Position(near(bytes)?),
        _ => At::Now,
    };
    let expires = if choice >> 4 & 7 == 7 { Some(near(bytes)?) } else { None };
    Some(Move {
        identity: world.identity(identity),
        charter: world.charter(identity),
        base,
        term,
        from: world.host(from),
        to: world.host(to),
        at,
        expires,
    })
}

fn prepare(s: &mut Simulation, host: usize, order: &Approved<Order>, keys: bool, lost: bool) {
    let nonce = Nonce::from_bits(s.draw());
    let held = (0..2).filter(|_| keys).map(|identity| s.world.identity(identity)).collect();
    let input = Input::Order { order: order.clone(), nonce, keys: held };
    s.carry_out(host, &[0, 1], &input, lost);
}

fn release(s: &mut Simulation, host: usize, order: &Approved<Order>, lost: bool) {
    let promises = s.net.iter().filter_map(|sent| match sent {
        Sent::Ready(ready) if ready.message().order == order.id() => Some(ready.clone()),
        _ => None,
    });
    let readies = promises.collect();
    let back = Nonce::from_bits(s.draw());
    s.carry_out(host, &[0, 1], &Input::Readies { order: order.clone(), readies, back }, lost);
}

fn activate(s: &mut Simulation, host: usize, order: &Approved<Order>, decline: bool, lost: bool) {
    let releases = s.net.iter().filter_map(|sent| match sent {
        Sent::Release(release) if release.message().order == order.id() => Some(release.clone()),
        _ => None,
    });
    for release in releases.collect::<Vec<_>>() {
        let order = order.clone();
        let input = match decline {
            true => Input::Decline { order, release },
            false => Input::Released { order, release },
        };
        s.carry_out(host, &[0, 1], &input, lost);
    }
}

/// Any message ever sent reaches any host, under its own order or, sometimes, another.
fn deliver(simulation: &mut Simulation, bytes: &mut Bytes<'_>, lost: bool) -> Option<()> {
    let choice = bytes.byte()?;
    let host = usize::from(choice) % HOSTS;
    let back = bytes.below(simulation.net.len().max(1))?;
    let Some(sent) = simulation.net.iter().rev().nth(back).cloned() else { return Some(()) };
    let order = match &sent {
        Sent::Ready(message) => message.message().order,
        Sent::Release(message) => message.message().order,
        Sent::Decline(message) => message.message().order,
        Sent::Ack(message) => message.message().order,
        Sent::Tail(tail) => {
            simulation.carry_out(host, &[0, 1], &Input::Tail(tail.clone()), lost);
            return Some(());
        }
        Sent::Attest(attest) => {
            simulation.ask(attest);
            return Some(());
        }
        Sent::Attested(answer) => {
            if !simulation.machines[host].gone {
                simulation.deliver_answer(host, answer);
            }
            return Some(());
        }
    };
    let other = choice >= 0xf0;
    let found = simulation.papers.iter().rev().find(|paper| match paper {
        Paper::Order(order_) => other || order_.id() == order,
        Paper::Fence(fence) => fence.id() == order,
        Paper::Void(_) => false,
    });
    match (found.cloned(), sent) {
        (Some(Paper::Fence(fence)), _) => take(simulation, host, &fence, lost),
        (Some(Paper::Order(order)), Sent::Ready(_)) => release(simulation, host, &order, lost),
        (Some(Paper::Order(order)), Sent::Release(release)) => {
            let input = match choice & 0x18 {
                0 => Input::Decline { order, release },
                _ => Input::Released { order, release },
            };
            simulation.carry_out(host, &[0, 1], &input, lost);
        }
        (Some(Paper::Order(order)), Sent::Decline(decline)) => {
            let input = Input::Declined { order, decline };
            simulation.carry_out(host, &[0, 1], &input, lost);
        }
        _ => {} // no paper of that kind, or none at all
    }
    Some(())
}

/// Any paper reaches any host.
fn paper(simulation: &mut Simulation, bytes: &mut Bytes<'_>, lost: bool) -> Option<()> {
    let choice = bytes.byte()?;
    let host = usize::from(choice) % HOSTS;
    let back = bytes.below(simulation.papers.len().max(1))?;
    match simulation.papers.iter().rev().nth(back).cloned() {
        Some(Paper::Order(order)) => prepare(simulation, host, &order, choice < 0xf0, lost),
        Some(Paper::Void(void)) => {
            simulation.carry_out(host, &[0, 1], &Input::Void(void), lost);
        }
        Some(Paper::Fence(fence)) => {
            let number = number_of(simulation, &fence);
            simulation.carry_out(host, &[number], &Input::Fence(fence), lost);
        }
        None => {}
    }
    Some(())
}

/// H9: a source closes what it released.
fn end(simulation: &mut Simulation, bytes: &mut Bytes<'_>, lost: bool) -> Option<()> {
    let host = bytes.below(HOSTS)?;
    let orders: Vec<OrderId> = simulation.machines[host]
        .states
        .iter()
        .flat_map(|state| &state.record.leases)
        .filter_map(|lease| lease.released.as_ref().map(|released| released.order))
        .collect();
    let chosen = bytes.below(orders.len().max(1))?;
    if let Some(order) = orders.get(chosen) {
        simulation.carry_out(host, &[0, 1], &Input::Close(*order), lost);
    }
    Some(())
}

fn void(simulation: &mut Simulation, bytes: &mut Bytes<'_>) -> Option<()> {
    let back = bytes.below(simulation.papers.len().max(1))?;
    let Some(Paper::Order(order)) = simulation.papers.iter().rev().nth(back) else {
        return Some(());
    };
    let identities = order.document().moves.iter().map(|part| part.identity).collect();
    let void = Void { order: order.id(), identities };
    let void = simulation.world.approve(&void)?;
    simulation.papers.push(Paper::Void(void.clone()));
    let host = bytes.below(HOSTS)?;
    simulation.carry_out(host, &[0, 1], &Input::Void(void), false);
    Some(())
}

/// A fence, as truthful operators make it, and as much of it as the last byte says.
fn fence(simulation: &mut Simulation, bytes: &mut Bytes<'_>, lost: bool) -> Option<()> {
    let choice = bytes.byte()?;
    let (identity, world) = (usize::from(choice & 1), simulation.world);
    let to = usize::from(choice >> 1 & 3) % HOSTS;
    if choice >> 3 & 7 == 7 {
        let lost_host = (to + 1) % HOSTS;
        simulation.machines[lost_host].gone = true; // it never runs again
    }
    if simulation.machines[to].gone {
        return Some(());
    }
    let fences = simulation.papers.iter().filter_map(|paper| match paper {
        Paper::Fence(fence) if number_of(simulation, fence) == identity => Some(fence.document()),
        _ => None,
    });
    let newest = fences.map(|fence| fence.number).max().unwrap_or(1);
    // With every host covered, approvers need no memory: numbers may come again.
    let number = if choice >> 6 == 3 { newest.max(2) } else { newest + 1 };
    let gone = (0..HOSTS).filter(|host| simulation.machines[*host].gone).collect::<Vec<_>>();
    let signed = gone.iter().flat_map(|host| &simulation.machines[*host].signed[identity]).max();
    let above = signed.and_then(|position| position.next()).unwrap_or(Position::START);
    let at = Position::at_height(u64::from(bytes.byte()? % 8)).max(above);
    let limit = match world.setup.limited {
        true => Position::at_height(at.height() + 4),
        false => Position::END,
    };
    let id = |hosts: &[usize]| hosts.iter().map(|host| world.host(*host)).collect::<Vec<_>>();
    let document = Fence {
        identity: world.identity(identity),
        charter: world.charter(identity),
        number,
        to: world.host(to),
        at: lane(at),
        covers: id(&[0, 1, 2]),
        gone: id(&gone),
        evidence: String::new(),
        epoch: world.epoch(limit),
    };
    let Some(fence) = world.approve(&document) else { return Some(()) };
    simulation.papers.push(Paper::Fence(fence.clone()));
    let reached = bytes.byte()?;
    for host in (0..HOSTS).filter(|host| reached >> host & 1 == 0) {
        simulation.carry_out(host, &[identity], &Input::Fence(fence.clone()), false);
    }
    take(simulation, to, &fence, lost);
    simulation.settle(to);
    Some(())
}

fn take(simulation: &mut Simulation, host: usize, fence: &Approved<Fence>, lost: bool) {
    let acks = simulation.net.iter().rev().filter_map(|sent| match sent {
        Sent::Ack(ack) if ack.message().order == fence.id() => Some(ack.clone()),
        _ => None,
    });
    let acks = acks.collect();
    let number = number_of(simulation, fence);
    simulation.carry_out(host, &[number], &Input::Acks { fence: fence.clone(), acks }, lost);
}

fn number_of(simulation: &Simulation, fence: &Approved<Fence>) -> usize {
    usize::from(fence.document().identity == simulation.world.identity(1))
}

/// A process ends and another starts; or the disk is copied, or an older copy put back.
fn restart(simulation: &mut Simulation, bytes: &mut Bytes<'_>) -> Option<()> {
    let choice = bytes.byte()?;
    let host = usize::from(choice & 3) % HOSTS;
    if simulation.machines[host].gone {
        return Some(());
    }
    match choice >> 2 & 3 {
        0 => {
            let machine = &mut simulation.machines[host];
            let records = machine.states.clone().map(|state| state.record);
            let signed = machine.signed.iter().map(Vec::len).sum();
            machine.copy = Some((records, machine.session, signed));
        }
        1 if may_go_back(simulation, host) => {
            simulation.restore(host);
            resume(simulation, host);
        }
        2 => resume(simulation, host),
        _ => simulation.start(host, !simulation.machines[host].restored),
    }
    Some(())
}

/// Everything that was ever sent reaches a host again, in the order that a helper would take.
fn resume(simulation: &mut Simulation, host: usize) {
    simulation.see_head(host);
    simulation.settle(host);
    for paper in simulation.papers.clone() {
        if let Paper::Order(order) = paper {
            prepare(simulation, host, &order, true, false);
            release(simulation, host, &order, false);
            activate(simulation, host, &order, false, false);
            take_back(simulation, host, &order);
        }
    }
    simulation.settle(host);
}

fn take_back(s: &mut Simulation, host: usize, order: &Approved<Order>) {
    let declines = s.net.iter().filter_map(|sent| match sent {
        Sent::Decline(decline) if decline.message().order == order.id() => Some(decline.clone()),
        _ => None,
    });
    for decline in declines.collect::<Vec<_>>() {
        let input = Input::Declined { order: order.clone(), decline };
        s.carry_out(host, &[0, 1], &input, false);
    }
}

/// With a witness and a fresh head at every start, any one host may go back in time. Without, the
/// promises' nonces allow it to a host whose copy is older than its promises and has nothing to
/// sign with, if it signed nothing since (`docs/protocol.md`, section 3).
fn may_go_back(simulation: &Simulation, host: usize) -> bool {
    let machine = &simulation.machines[host];
    let Some((records, _, signed)) = &machine.copy else { return false };
    if simulation.world.setup.witnessed {
        let other = |(number, machine): (usize, &super::simulation::Machine)| {
            number != host && machine.restored
        };
        return !simulation.machines.iter().enumerate().any(other);
    }
    let empty = records.iter().all(|record| {
        let idle = |lease: &Lease| !lease.has_room(&record.marks) && !record.is_open(lease);
        record.prepared.is_empty() && record.leases.iter().all(idle)
    });
    empty && *signed == machine.signed.iter().map(Vec::len).sum::<usize>()
}

fn settle(simulation: &mut Simulation, bytes: &mut Bytes<'_>) -> Option<()> {
    let host = bytes.below(HOSTS)?;
    if simulation.machines[host].gone {
        return Some(());
    }
    simulation.see_head(host);
    simulation.settle(host);
    Some(())
}
