//! "No two messages that the watermark let be signed could be held against the server."
//!
//! The oracle is deliberately naive: it keeps everything that was signed, and compares every pair.

use super::*;
use brainswap::{
    Intent,
    chain::factom::leader,
    watermark::{Mark, Verdict, check},
};

const HISTORIES: u64 = 100_000;

/// What a message says, as a person would list it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Block { of: u32, header: u8 },
    Minute { height: u32, minute: u8, vm: u8, time: u64 },
    Place { height: u32, vm: u8, place: u32, content: (u8, u8) },
    Beat { height: u32, time: u64 },
}

/// Two signatures that stop a network: one place, two contents. Heartbeats stop nothing.
fn is_double(a: Said, b: Said) -> bool {
    match (a, b) {
        (Said::Block { of: x, header: p }, Said::Block { of: y, header: q }) => x == y && p != q,
        (
            Said::Minute { height: h, minute: m, vm: v, time: t },
            Said::Minute { height: i, minute: n, vm: w, time: u },
        ) => (h, m, v) == (i, n, w) && t != u,
        (
            Said::Place { height: h, vm: v, place: p, content: c },
            Said::Place { height: i, vm: w, place: q, content: d },
        ) => (h, v, p) == (i, w, q) && c != d,
        _ => false,
    }
}

#[test]
fn a_hundred_thousand_histories_hold_no_pair_that_is_double() {
    let pool = pool();
    let (mut doubles_asked, mut signed_at_all) = (0_u64, 0_u64);
    for seed in 0..HISTORIES {
        let mut random = Random(seed);
        let mut server = Server::new();
        let (mut asked, mut signed) = (Vec::new(), Vec::new());
        for _ in 0..14 {
            let (said, intent) = pool[random.below(pool.len())];
            asked.push(said);
            if server.signs(&intent) {
                signed.push(said);
            }
        }
        doubles_asked += u64::from(has_double(&asked));
        signed_at_all += signed.len() as u64;
        assert!(!has_double(&signed), "seed {seed}: {signed:?}");
    }
    // The histories are such that a server without marks would be caught in most of them.
    assert!(doubles_asked > HISTORIES / 2, "{doubles_asked}");
    assert!(signed_at_all > 4 * HISTORIES, "{signed_at_all}");
}

#[test]
fn no_message_of_an_honest_server_is_refused_restarts_and_resends_included() {
    for seed in 0..400 {
        let mut random = Random(seed);
        let mut server = Server::new();
        let servers = 1 + random.below(12) as u8;
        let me = random.below(usize::from(servers)) as u8;
        let mut time = 1_000_000;
        let mut salt = 0;
        for height in 50..53 {
            let header = BlockHeader { db_height: height - 1, ..header() };
            let mut places = [0_u32; 65];
            server.must_sign(&Message::Header(header));
            for _ in 0..1 + random.below(2) {
                time += 1; // said again by a process that was restarted
                let timestamp = millis(time);
                let message =
                    BlockSignature { timestamp, db_height: height, header, ..signature() };
                server.must_sign(&Message::BlockSignature(message));
            }
            for minute in 0..10 {
                let is_mine = |vm: &u8| leader(height, servers, minute, *vm) == Some(me);
                let vm_index = (0..servers).find(is_mine).expect("every leader has one list");
                for _ in 0..random.below(4) {
                    let place = places[usize::from(vm_index)];
                    places[usize::from(vm_index)] += 1;
                    for _ in 0..1 + random.below(2) {
                        time += 1;
                        salt += random.below(2) as u8;
                        let message = Ack {
                            vm_index,
                            timestamp: millis(time),
                            salt: [salt; 8],
                            db_height: height,
                            height: place,
                            minute,
                            message_hash: [place as u8; 32],
                            ..ack()
                        };
                        server.must_sign(&Message::Ack(message));
                    }
                }
                time += 1;
                let timestamp = millis(time);
                let message =
                    Message::Eom(Eom { timestamp, minute, vm_index, db_height: height, ..eom() });
                server.must_sign(&message);
                server.must_sign(&message);
                // Others lead the other lists meanwhile, and fill them.
                for place in &mut places {
                    *place += random.below(3) as u32;
                }
            }
        }
    }
}

struct Server(Vec<Option<Mark>>);

impl Server {
    fn new() -> Self {
        Self(vec![None; LANES])
    }

    fn signs(&mut self, intent: &Intent) -> bool {
        let mark = &mut self.0[usize::from(intent.lane.number())];
        match check(mark.as_ref(), intent) {
            Ok(Verdict::Advance(advanced)) => {
                *mark = Some(advanced);
                true
            }
            Ok(Verdict::Again) => true,
            Err(_) => false,
        }
    }

    fn must_sign(&mut self, message: &Message) {
        let intent = read(&message.to_unsigned()).unwrap().intent;
        assert!(self.signs(&intent), "{message:?}");
    }
}

fn has_double(said: &[Said]) -> bool {
    said.iter().enumerate().any(|(at, a)| said[..at].iter().any(|b| is_double(*a, *b)))
}

/// Few places and few contents, so that histories meet at them.
fn pool() -> Vec<(Said, Intent)> {
    let mut pool = Vec::new();
    let mut add = |said, message: Message| {
        pool.push((said, read(&message.to_unsigned()).unwrap().intent));
    };
    for height in 1..4_u32 {
        for body in 0..2 {
            let header = BlockHeader { db_height: height, body: [body; 32], ..header() };
            let said = Said::Block { of: height, header: body };
            add(said, Message::Header(header));
            let timestamp = millis(u64::from(body));
            let message =
                BlockSignature { timestamp, db_height: height + 1, header, ..signature() };
            add(said, Message::BlockSignature(message));
        }
        for vm in 0..2 {
            for time in 0..2 {
                let timestamp = millis(time);
                for minute in 0..2 {
                    let message =
                        Eom { timestamp, minute, vm_index: vm, db_height: height, ..eom() };
                    add(Said::Minute { height, minute, vm, time }, Message::Eom(message));
                }
                for place in 0..2 {
                    for content in [(0, 0), (1, 0), (0, 1)] {
                        let message = Ack {
                            vm_index: vm,
                            timestamp,
                            salt: [time as u8; 8],
                            db_height: height,
                            height: place,
                            minute: time as u8,
                            message_hash: [content.0; 32],
                            serial_hash: [content.1; 32],
                            ..ack()
                        };
                        add(Said::Place { height, vm, place, content }, Message::Ack(message));
                    }
                }
            }
        }
        for time in 0..2 {
            let message = Heartbeat { timestamp: millis(time), db_height: height, ..beat() };
            add(Said::Beat { height, time }, Message::Heartbeat(message));
        }
    }
    pool
}

/// splitmix64: a seed means the same history for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % count as u64) as usize
    }
}
