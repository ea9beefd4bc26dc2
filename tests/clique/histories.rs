//! R1, R2: "Numbers never go back, and two hosts never seal one number", under either policy, and
//! what geth asks for is sealed where the policy says so. A naive oracle, 100,000 random histories.

use super::*;
use brainswap::{
    HostId, Intent, Session,
    lease::{Lease, Term},
    watermark::{self, Mark, Verdict},
};

const HISTORIES: u64 = 100_000;
const REQUESTS: usize = 12;
const NUMBERS: u64 = 6;
const PARENTS: u8 = 2;
const BUILDS: u8 = 2;
const HOSTS: usize = 2;

/// A header by what it says: nothing of how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    number: u64,
    parent: u8,
    /// geth builds the block anew while transactions arrive.
    build: u8,
}

impl Asked {
    fn any(random: &mut Random) -> Self {
        Self {
            number: 1 + random.next() % NUMBERS,
            parent: (random.next() % u64::from(PARENTS)) as u8,
            build: (random.next() % u64::from(BUILDS)) as u8,
        }
    }

    fn rlp(self) -> Vec<u8> {
        let mut fields = goerli_1();
        fields[0] = vec![self.parent; 32];
        fields[NUMBER] = shortest(u128::from(self.number));
        fields[3] = vec![self.build; 32];
        list(&fields)
    }

    fn index(self) -> usize {
        let (parents, builds) = (usize::from(PARENTS), usize::from(BUILDS));
        let number = usize::try_from(self.number - 1).unwrap();
        (number * parents + usize::from(self.parent)) * builds + usize::from(self.build)
    }
}

/// Every header of the histories, as one host reads it.
fn intents(policy: Policy) -> Vec<Intent> {
    let chain = Clique::new(policy);
    (1..=NUMBERS)
        .flat_map(|number| (0..PARENTS).map(move |parent| (number, parent)))
        .flat_map(|(number, parent)| (0..BUILDS).map(move |build| Asked { number, parent, build }))
        .map(|asked| chain.read(&asked.rlp()).unwrap().intent)
        .collect()
}

fn host(number: usize) -> HostId {
    HostId::from_bytes([number as u8 + 1; 32])
}

/// Two hosts that hand one identity to each other, by the rules of leases and marks.
struct World {
    holder: usize,
    leases: [Vec<Lease>; HOSTS],
    marks: [Option<Mark>; HOSTS],
}

impl World {
    fn new() -> Self {
        let leases = [vec![lease(Position::START)], vec![]];
        Self { holder: 0, leases, marks: [None; HOSTS] }
    }

    /// As `handover::step` signs: within the lease or the predecessor's last message, and R2.
    fn signs(&mut self, host: usize, intent: &Intent) -> bool {
        let allows =
            |lease: &Lease| lease.covers(intent) || (lease.resends(intent) && !lease.is_empty());
        if !self.leases[host].iter().any(allows) {
            return false;
        }
        match watermark::check(self.marks[host].as_ref(), intent) {
            Ok(Verdict::Advance(mark)) => {
                self.marks[host] = Some(mark);
                true
            }
            Ok(Verdict::Again) => true,
            Err(_) => false,
        }
    }

    /// The holder's lease ends right after its mark; the other host's begins there (H6, H7).
    fn hands_over(&mut self) {
        let (from, to) = (self.holder, 1 - self.holder);
        let marks = Lanes::from(vec![self.marks[from]]);
        let old = self.leases[from].last_mut().unwrap();
        let end = old.earliest_end(&marks);
        old.end_at(&end);
        let mut new = lease(*end.get(Lane::FIRST).unwrap());
        let last = self.marks[from].and_then(|mark| Some((mark.position, mark.digest?)));
        new.resend = Lanes::from(vec![last]);
        self.leases[to].push(new);
        self.marks[to] = match (self.marks[to], self.marks[from]) {
            (Some(own), Some(theirs)) => Some(own.raised_to(theirs)),
            (own, theirs) => own.or(theirs),
        };
        self.holder = to;
    }
}

fn lease(from: Position) -> Lease {
    Lease {
        id: "00".repeat(32).parse().unwrap(),
        term: Term::FIRST,
        from: Lanes::from(vec![from]),
        until: Lanes::from(vec![Position::END]),
        floors: Lanes::from(vec![0]),
        caps: Lanes::from(vec![u64::MAX]),
        resend: Lanes::from(vec![None]),
        attested: true,
        sources: Vec::<(HostId, Session)>::new(),
        promise: None,
        released: None,
    }
}

/// What was sealed, by whom: nothing here reads bytes, marks or leases.
#[derive(Default)]
struct Oracle {
    sealed: Vec<(usize, Asked)>,
}

impl Oracle {
    fn add(&mut self, host: usize, new: Asked, one_header: bool) -> Result<(), String> {
        for &(other, old) in &self.sealed {
            let whose = format!("host {host} {new:?}, host {other} {old:?}");
            if old.number == new.number {
                // The very same bytes from a successor are H4: sent again, not sealed twice.
                if host != other && old != new {
                    return Err(format!("two hosts, one number: {whose}"));
                }
                if one_header && old != new {
                    return Err(format!("two headers, one number: {whose}"));
                }
            }
            if host == other && new.number < old.number {
                return Err(format!("it went back: {whose}"));
            }
        }
        self.sealed.push((host, new));
        Ok(())
    }
}

#[test]
fn one_per_number_never_seals_two_headers_of_a_number_on_one_host_or_two() {
    runs([Policy::OnePerNumber; HOSTS], true);
}

#[test]
fn geth_compatible_never_seals_one_number_on_two_hosts_and_never_goes_back() {
    let policy = |number| Policy::GethCompatible { host: host(number) };
    let again = runs([policy(0), policy(1)], false);
    assert!(again > 10_000, "only {again} numbers were sealed again");
}

#[test]
fn hosts_of_different_policies_never_seal_one_number_both() {
    runs([Policy::GethCompatible { host: host(0) }, Policy::OnePerNumber], false);
}

/// Random requests at random hosts, and handovers in between. Counts what was sealed again.
fn runs(policies: [Policy; HOSTS], one_header: bool) -> u64 {
    let intents = policies.map(intents);
    let (mut sealed, mut refused, mut again, mut moved) = (0_u64, 0_u64, 0_u64, 0_u64);
    for seed in 0..HISTORIES {
        let mut random = Random(seed);
        let (mut world, mut oracle) = (World::new(), Oracle::default());
        for _ in 0..REQUESTS {
            if random.next() % 8 == 7 {
                world.hands_over();
                moved += 1;
                continue;
            }
            let by = (random.next() % HOSTS as u64) as usize;
            let asked = Asked::any(&mut random);
            if !world.signs(by, &intents[by][asked.index()]) {
                refused += 1;
                continue;
            }
            sealed += 1;
            let other_header = |(host, old): &(usize, Asked)| {
                *host == by && old.number == asked.number && *old != asked
            };
            again += u64::from(oracle.sealed.iter().any(other_header));
            if let Err(why) = oracle.add(by, asked, one_header) {
                panic!("history {seed}: {why}");
            }
        }
    }
    assert!(sealed > 100_000 && refused > 100_000, "{sealed} sealed, {refused} refused");
    assert!(moved > 100_000, "{moved} handovers");
    again
}

/// geth up to 1.13: each number is asked for as often as the block is rebuilt, the parent of the
/// last number may change, and the next number follows.
#[test]
fn geth_compatible_seals_all_that_geth_asks_for_before_between_and_after_handovers() {
    let intents = [0, 1].map(|number| intents(Policy::GethCompatible { host: host(number) }));
    for seed in 0..HISTORIES {
        let mut random = Random(seed);
        let mut world = World::new();
        for number in 1..=NUMBERS {
            for _ in 0..=random.next() % 3 {
                let asked = Asked { number, ..Asked::any(&mut random) };
                let by = world.holder;
                let sealed = world.signs(by, &intents[by][asked.index()]);
                assert!(sealed, "history {seed}: {asked:?} was refused");
            }
            if random.next() % 4 == 3 {
                world.hands_over();
            }
        }
    }
}

#[test]
fn one_per_number_loses_what_geth_rebuilds() {
    let intents = intents(Policy::OnePerNumber);
    let mut world = World::new();
    let asked = |number, build| intents[Asked { number, parent: 0, build }.index()];
    assert!(world.signs(0, &asked(1, 0)));
    assert!(!world.signs(0, &asked(1, 1)), "the rebuilt block");
    assert!(world.signs(0, &asked(1, 0)), "the same block");
    assert!(world.signs(0, &asked(2, 1)), "the next number");
}

#[test]
fn after_a_release_the_old_host_seals_its_last_number_again_and_the_new_one_begins_above() {
    let intents = [0, 1].map(|number| intents(Policy::GethCompatible { host: host(number) }));
    let asked =
        |host: usize, number, build| intents[host][Asked { number, parent: 0, build }.index()];
    let mut world = World::new();
    assert!(world.signs(0, &asked(0, 3, 0)));
    world.hands_over();
    assert!(world.signs(0, &asked(0, 3, 1)), "the risk that is documented");
    assert!(!world.signs(0, &asked(0, 4, 0)), "its lease has ended");
    assert!(!world.signs(1, &asked(1, 3, 0)), "the number is the old host's");
    assert!(!world.signs(1, &asked(1, 3, 1)), "the number is the old host's");
    assert!(world.signs(1, &asked(1, 4, 0)));
}

/// What the id of the host in the policy is for.
#[test]
fn two_hosts_that_give_one_id_could_seal_one_number_both() {
    let one = intents(Policy::GethCompatible { host: host(0) });
    let mut world = World::new();
    let asked = |build| one[Asked { number: 3, parent: 0, build }.index()];
    assert!(world.signs(0, &asked(0)));
    world.hands_over();
    assert!(world.signs(1, &asked(1)), "H4 takes it for the predecessor's last message");
}

/// splitmix64: a seed means the same history for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}
