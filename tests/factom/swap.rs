//! An identity leaves one factomd before it can get into another, whatever happens in between.

use brainswap::{
    HostId, IdentityId, Lanes, Nonce, OrderId, Position, PublicKey, Session, Signature,
    authority::{Authority, KeyWeight},
    chain::factom::{
        Armed, Conf, Ended, LANES, Node, Panel, Plan, Seen, ServerIdentity, Swap, SwapRefusal,
        audit,
    },
    charter::Permissions,
    document::{Document, Envelope},
    evidence::{Approved, FromHost, Signed},
    handover::Release,
    lease::{End, Term},
    order::{At, Move, Order},
};
use ed25519_dalek::{Signer as _, SigningKey};
use secrecy::SecretString;

const CHAIN: &str = "8888881234567890123456789012345678901234567890123456789012345678";
/// How the control panel shows it.
const SHORT: &str = "123456";
/// The height at which the swaps of this file are planned.
const HEIGHT: u32 = 100;

#[test]
fn a_swap_ends_on_one_node_and_then_begins_on_the_other() {
    let old = conf(Some(&server()), 0);
    let new = conf(None, 0);
    let panels = (panel(SHORT, "L___", HEIGHT, 5), panel("000000", "____", HEIGHT, 5));
    let plan = Plan::of(node(&old, &panels.0), node(&new, &panels.1)).unwrap();
    assert_eq!((plan.height(), plan.wait(), plan.identity().to_string().as_str()), (100, 5, CHAIN));

    let world = World::at(plan.height());
    assert_eq!(world.order.document().moves[0].at, plan.at());
    let swap = world.swap();
    let retired = swap.retire(&old).unwrap();
    let armed = swap.armed(node(&retired, &panel(SHORT, "L___", HEIGHT, 7))).unwrap();
    let gone = panel("000000", "____", HEIGHT + 1, 2);
    let ended = armed.confirm(node(&retired, &gone)).unwrap();
    let panel_of_new = panel("000000", "____", HEIGHT + 1, 3);
    let given = ended.give(&world.release(), &server(), node(&new, &panel_of_new)).unwrap();
    assert_eq!((ended.seen(), ended.first(), given.height()), (100, 100, 101));
    assert_eq!(given.conf().change_acks_height(), Ok(101));
    let written = given.conf().identity().unwrap().unwrap();
    assert_eq!((written.chain_id(), written.public_key()), (server().chain_id(), key()));

    let (before, after) = (panel("000000", "____", 101, 9), panel(SHORT, "____", 102, 1));
    let error = ended.begun(node(given.conf(), &before)).unwrap_err();
    assert_eq!(error.code(), "factom.not_begun");
    assert_eq!(ended.begun(node(given.conf(), &after)), Ok(()));
}

#[test]
fn a_plan_is_refused_for_everything_that_is_not_as_it_must_be() {
    let good = || {
        (
            conf(Some(&server()), 0),
            panel(SHORT, "L___", HEIGHT, 5),
            conf(None, 0),
            panel("000000", "____", HEIGHT, 5),
        )
    };
    type Scene = (Conf, Panel, Conf, Panel);
    type Change = fn(&mut Scene);
    let cases: [(&str, Change); 19] = [
        ("factom.other_network", |scene| scene.2 = read("[app]\nNetwork = LOCAL\n")),
        ("factom.same_identity", |scene| scene.2 = conf(Some(&server()), 0)),
        ("factom.same_identity", |scene| scene.0 = conf(None, 0)),
        ("factom.conf_incomplete", |scene| {
            scene.0 = read(&format!("[app]\nIdentityChainID = {CHAIN}\n"));
        }),
        ("factom.stated_key", |scene| {
            let text = conf_text(Some(&server()), 0);
            let stated = const_hex::encode(server().stated_public_key());
            scene.0 = read(&text.replace(&stated, &"00".repeat(32)));
        }),
        ("factom.other_running", |scene| scene.1 = panel("000000", "L___", HEIGHT, 5)),
        ("factom.not_ready", |scene| scene.1 = panel(SHORT, "____", HEIGHT, 5)),
        ("factom.not_ready", |scene| scene.1 = panel(SHORT, "L_I_", HEIGHT, 5)),
        ("factom.not_ready", |scene| scene.3 = panel("000000", "_X__", HEIGHT, 5)),
        ("factom.other_authority", |scene| scene.3 = panel("aaaaaa", "A___", HEIGHT, 5)),
        ("factom.runs_already", |scene| scene.3 = panel(SHORT, "____", HEIGHT, 5)),
        ("factom.lists_incomplete", |scene| {
            scene.1.lists = "OKRawNilOK".parse().expect("a state of lists");
        }),
        ("factom.lists_incomplete", |scene| {
            scene.3.lists = "OKOKPrevNil".parse().expect("a state of lists");
        }),
        ("factom.pending", |scene| scene.0 = conf(Some(&server()), HEIGHT)),
        ("factom.pending", |scene| scene.2 = conf(None, HEIGHT + 1)),
        ("factom.minute_zero", |scene| scene.1.minute = 0),
        ("factom.other_height", |scene| scene.3 = panel("000000", "____", HEIGHT + 1, 5)),
        ("factom.other_minute", |scene| scene.3 = panel("000000", "____", HEIGHT, 6)),
        ("factom.height", |scene| {
            (scene.1, scene.3) =
                (panel(SHORT, "L___", u32::MAX, 9), panel("000000", "____", u32::MAX, 9));
        }),
    ];
    for (code, change) in cases {
        let mut scene = good();
        assert!(Plan::of(node(&scene.0, &scene.1), node(&scene.2, &scene.3)).is_ok());
        change(&mut scene);
        let refused = Plan::of(node(&scene.0, &scene.1), node(&scene.2, &scene.3)).unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
        assert!(!refused.advice().is_empty());
    }
}

#[test]
fn a_later_height_is_taken_up_to_an_hour_and_an_earlier_one_never() {
    let (old, new) = (conf(Some(&server()), 0), conf(None, 0));
    let panels = (panel(SHORT, "A___", HEIGHT, 9), panel("000000", "____", HEIGHT, 9));
    let plan = Plan::of(node(&old, &panels.0), node(&new, &panels.1)).unwrap();
    assert_eq!((plan.height(), plan.wait()), (101, 11), "in minute 9 the next block is too close");
    for (height, wait) in [(101, Some(11)), (105, Some(51)), (106, None), (100, None), (0, None)] {
        let moved = plan.at_height(node(&old, &panels.0), height).ok().map(|plan| plan.wait());
        assert_eq!(moved, wait, "{height}");
    }
}

#[test]
fn nothing_is_given_before_the_old_node_was_seen_without_the_identity() {
    let world = World::at(HEIGHT);
    let (swap, kept) = (world.swap(), conf(Some(&server()), HEIGHT));
    let retired = swap.retire(&kept).unwrap();
    let code = |conf: &Conf, panel: &Panel| swap.confirm(node(conf, panel)).unwrap_err().code();
    let (early, late) = (panel("000000", "____", 100, 9), panel("000000", "____", 101, 1));
    assert_eq!(code(&kept, &late), "factom.not_rewritten");
    assert_eq!(code(&conf(None, HEIGHT + 1), &late), "factom.not_rewritten");
    assert_eq!(code(&retired, &early), "factom.not_reached");
    // It jumped over the block, so it never read its file again.
    assert_eq!(code(&retired, &panel(SHORT, "L___", 105, 1)), "factom.still_runs");
    assert!(swap.confirm(node(&retired, &late)).is_ok());
}

#[test]
fn a_node_that_can_have_run_it_in_a_block_keeps_the_new_one_out_of_that_block() {
    let world = World::at(HEIGHT);
    let (swap, kept) = (world.swap(), conf(Some(&server()), HEIGHT));
    let retired = swap.retire(&kept).unwrap();
    let before = panel(SHORT, "L___", 100, 9);
    let armed = swap.armed(node(&retired, &before)).unwrap();
    let error = swap.armed(node(&kept, &before)).unwrap_err();
    assert_eq!(error.code(), "factom.not_rewritten");
    let error = swap.armed(node(&retired, &panel(SHORT, "L___", 101, 0))).unwrap_err();
    assert_eq!(error.code(), "factom.begun", "it may have begun the block with the identity");
    let (in_block, later) = (panel("000000", "____", 101, 1), panel("000000", "____", 104, 1));
    let first = |ended: Result<Ended, SwapRefusal>| ended.unwrap().first();
    assert_eq!(first(armed.confirm(node(&retired, &in_block))), 100);
    assert_eq!(first(armed.confirm(node(&retired, &later))), 104, "it jumped over block 100");
    assert_eq!(first(swap.confirm(node(&retired, &in_block))), 101);
    let ended = swap.confirm(node(&retired, &in_block)).unwrap();
    let give = |next| {
        let (conf, panel) = (conf(None, 0), panel("000000", "____", next, 3));
        ended.give(&world.release(), &server(), node(&conf, &panel)).map(|given| given.height())
    };
    assert_eq!(give(101).unwrap_err().code(), "factom.behind");
    assert_eq!(give(102), Ok(102));
}

#[test]
fn a_release_that_is_not_exactly_this_end_gives_nothing() {
    let world = World::at(HEIGHT);
    let swap = world.swap();
    let new = (conf(None, 0), panel("000000", "____", 101, 3));
    let give = |release: &FromHost<Release>| {
        let ended = ended(&swap);
        ended.give(release, &server(), node(&new.0, &new.1)).map(|given| given.height())
    };
    assert_eq!(give(&world.release()), Ok(101));
    let code = |change: fn(&mut Release), signer: u8| {
        let mut release = world.release().message().clone();
        change(&mut release);
        give(&says(signer, &release)).unwrap_err().code()
    };
    assert_eq!(code(|r| r.order = OrderId::from_bytes([7; 32]), FROM), "factom.other_order");
    assert_eq!(code(|r| r.host = host(TO), TO), "factom.other_host");
    assert_eq!(code(|r| r.ends.clear(), FROM), "factom.not_released");
    let twice: fn(&mut Release) = |r| r.ends.push(r.ends[0].clone());
    assert_eq!(code(twice, FROM), "factom.not_released");
    assert_eq!(code(|r| r.ends[0].to = host(FROM), FROM), "factom.not_released");
    let identity: fn(&mut Release) = |r| r.ends[0].identity = IdentityId::from_bytes([1; 32]);
    assert_eq!(code(identity, FROM), "factom.not_released");
    let later: fn(&mut Release) = |r| {
        *r.ends[0].until.get_mut(brainswap::Lane::new(40)).unwrap() = Position::at_height(101);
    };
    assert_eq!(code(later, FROM), "factom.not_released");
    let fewer: fn(&mut Release) = |r| {
        r.ends[0].until = Lanes::from_fn(LANES - 1, |_| Position::at_height(100));
    };
    assert_eq!(code(fewer, FROM), "factom.not_released");
}

#[test]
fn a_new_node_that_does_not_follow_gets_nothing() {
    let world = World::at(HEIGHT);
    let swap = world.swap();
    let ended = ended(&swap);
    let give = |conf: &Conf, panel: &Panel, server: &ServerIdentity| {
        ended.give(&world.release(), server, node(conf, panel)).map(|_| ()).map_err(|e| e.code())
    };
    let (new, other) = (conf(None, 0), panel("000000", "____", 101, 3));
    assert_eq!(give(&new, &other, &server()), Ok(()));
    let behind = panel("000000", "____", 100, 9);
    assert_eq!(give(&new, &behind, &server()), Err("factom.behind"));
    assert_eq!(give(&new, &panel("000000", "____", 101, 0), &server()), Err("factom.minute_zero"));
    assert_eq!(give(&new, &panel("000000", "__W_", 101, 3), &server()), Err("factom.not_ready"));
    let authority = panel("aaaaaa", "L___", 101, 3);
    assert_eq!(give(&new, &authority, &server()), Err("factom.other_authority"));
    assert_eq!(give(&conf(None, 101), &other, &server()), Err("factom.pending"));
    let stranger = server_of("77", "12");
    assert_eq!(give(&new, &other, &stranger), Err("factom.other_identity"));
    let wrong_key = server_of(CHAIN, "13");
    assert_eq!(give(&new, &other, &wrong_key), Err("factom.other_key"));
}

#[test]
fn an_order_that_moves_it_at_no_height_or_at_several_makes_no_swap() {
    let under = |at: At| {
        let order = approved(&order(at));
        Swap::under(&order, identity(), server().chain_id(), key()).map(|swap| swap.height())
    };
    let all = |height| At::Position(Lanes::from_fn(LANES, |_| Position::at_height(height)));
    assert_eq!(under(all(100)), Ok(100));
    let one_less = Lanes::from_fn(LANES - 1, |_| Position::at_height(100));
    let uneven = Lanes::from_fn(LANES, |lane| Position::at_height(100 + u64::from(lane.number())));
    let inside = Lanes::from_fn(LANES, |_| Position::new(100, 1, 0));
    for at in
        [At::Now, At::Position(one_less), At::Position(uneven), At::Position(inside), all(1 << 32)]
    {
        assert_eq!(under(at), Err(SwapRefusal::Order));
    }
    let order = approved(&order(all(100)));
    let other = IdentityId::from_bytes([1; 32]);
    let swap = Swap::under(&order, other, server().chain_id(), key());
    assert_eq!(swap, Err(SwapRefusal::Order));
}

#[test]
fn the_file_of_another_server_is_not_retired() {
    let swap = World::at(HEIGHT).swap();
    let code = |server: &ServerIdentity| {
        swap.retire(&conf(Some(server), 0)).map(|_| ()).unwrap_err().code()
    };
    assert_eq!(code(&server_of("77", "12")), "factom.other_identity");
    assert_eq!(code(&server_of(CHAIN, "13")), "factom.other_key");
    assert!(swap.retire(&conf(None, 3)).is_ok(), "what was retired is retired again");
}

/// factomd, as far as identities go: at a start it takes what its file says; when a block begins
/// it reads the file, and takes what it says if the file names exactly this height.
struct Factomd {
    file: Conf,
    runs: bool,
    height: u32,
}

impl Factomd {
    fn restart(&mut self) {
        self.runs = self.file.identity().unwrap().is_some();
    }

    fn begin(&mut self, height: u32) {
        self.height = height;
        if self.file.change_acks_height() == Ok(height) {
            self.restart();
        }
    }

    fn panel(&self, minute: u8) -> Panel {
        let (identity, flags) = if self.runs { (SHORT, "L___") } else { ("000000", "____") };
        panel(identity, flags, self.height + 1, minute)
    }

    fn seen(&self) -> Seen {
        Seen { height: self.height, identity: self.panel(1).identity }
    }
}

fn nodes() -> [Factomd; 2] {
    let node = |file, runs| Factomd { file, runs, height: 95 };
    [node(conf(Some(&server()), 0), true), node(conf(None, 0), false)]
}

/// The bug this is for: two files with one height, each written without knowing of the other.
#[test]
fn two_files_without_a_proof_run_it_twice_when_the_new_node_is_restarted() {
    let [mut old, mut new] = nodes();
    old.file = conf(None, HEIGHT);
    new.file = conf(Some(&server()), HEIGHT);
    let mut seen = [vec![], vec![]];
    for height in 98..102 {
        old.begin(height);
        new.begin(height);
        if height == 99 {
            new.restart();
        }
        seen[0].push(old.seen());
        seen[1].push(new.seen());
    }
    assert_eq!(audit(SHORT, &seen).twice, [99]);
}

/// Restarts, jumps over blocks, writes that fail, and a coordinator that forgets everything but
/// its order: the identity never runs on both nodes.
#[test]
fn five_hundred_histories_of_two_nodes_never_run_it_twice_and_calm_ones_get_there() {
    let (mut moved, mut calm_absences) = (0, 0);
    for seed in 0..500 {
        let mut random = Random(seed);
        let [mut old, mut new] = nodes();
        let mut coordinator = Coordinator::default();
        let mut seen = [vec![], vec![]];
        let calm = seed % 2 == 0;
        for height in 96..112 {
            for node in [&mut old, &mut new] {
                // A node that falls behind stays in its block, and jumps over the next one.
                if calm || random.below(12) > 0 {
                    node.begin(height);
                }
            }
            for minute in [2, 9] {
                for _ in 0..3 {
                    seen[0].push(old.seen());
                    seen[1].push(new.seen());
                    match random.below(if calm { 20 } else { 10 }) {
                        0 if !calm => old.restart(),
                        1 if !calm => new.restart(),
                        2 if !calm => (coordinator.armed, coordinator.ended) = (None, None),
                        3..6 => {} // nobody does anything
                        _ => {
                            let fails = !calm && random.below(4) == 0;
                            coordinator.advance(&mut old, &mut new, minute, fails);
                        }
                    }
                }
            }
            seen[0].push(old.seen());
            seen[1].push(new.seen());
        }
        let found = audit(SHORT, &seen);
        assert_eq!(found.twice, Vec::<u32>::new(), "seed {seed}");
        moved += u32::from(new.runs);
        if calm {
            assert!(new.runs, "seed {seed} came to nothing");
            assert!(!found.absent.is_empty(), "the price is a block without the identity");
            calm_absences += found.absent.len();
        }
    }
    assert!(moved > 425, "{moved}");
    assert!(calm_absences < 300, "of 250 swaps nearly all cost one block: {calm_absences}");
}

/// Does the next step of a swap, if it can be done now; a write may fail and change nothing.
#[derive(Default)]
struct Coordinator {
    world: Option<World>,
    armed: Option<Armed>,
    ended: Option<Ended>,
}

impl Coordinator {
    fn advance(&mut self, old: &mut Factomd, new: &mut Factomd, minute: u8, fails: bool) {
        let panels = [old.panel(minute), new.panel(minute)];
        let Some(world) = &self.world else {
            let plan = Plan::of(node(&old.file, &panels[0]), node(&new.file, &panels[1]));
            self.world = plan.ok().map(|plan| World::at(plan.height()));
            return;
        };
        let swap = &world.swap;
        if old.file.identity().unwrap().is_some() {
            let retired = swap.retire(&old.file).unwrap();
            if !fails {
                old.file = retired;
            }
        }
        if let Ok(armed) = swap.armed(node(&old.file, &panels[0])) {
            self.armed = Some(armed);
        }
        let here = node(&old.file, &panels[0]);
        let ended = match (&self.ended, &self.armed) {
            (Some(ended), _) => Ok(ended.clone()),
            (None, Some(armed)) => armed.confirm(here),
            (None, None) => swap.confirm(here),
        };
        self.ended = ended.as_ref().ok().cloned();
        match ended {
            Ok(ended) if new.file.identity().unwrap().is_none() => {
                let given = ended.give(&world.release(), &server(), node(&new.file, &panels[1]));
                if let (Ok(given), false) = (given, fails) {
                    new.file = read(std::str::from_utf8(given.conf().expose()).unwrap());
                }
            }
            Ok(ended) => {
                if let Err(SwapRefusal::NotBegun { at, height, .. }) =
                    ended.begun(node(&new.file, &panels[1]))
                    && at > height
                {
                    new.restart(); // as the advice says
                }
            }
            Err(SwapRefusal::StillRuns { .. }) => old.restart(), // as the advice says
            Err(_) => {}
        }
    }
}

fn ended(swap: &Swap) -> Ended {
    let retired = conf(None, HEIGHT);
    let armed = swap.armed(node(&retired, &panel(SHORT, "L___", HEIGHT, 7))).unwrap();
    armed.confirm(node(&retired, &panel("000000", "____", HEIGHT + 1, 2))).unwrap()
}

/// An approved order at a height.
pub struct World {
    order: Approved<Order>,
    swap: Swap,
    height: u32,
}

const APPROVER: u8 = 1;
const FROM: u8 = 2;
const TO: u8 = 3;

impl World {
    pub fn at(height: u32) -> Self {
        let lanes = Lanes::from_fn(LANES, |_| Position::at_height(height.into()));
        let order = approved(&order(At::Position(lanes)));
        let swap = Swap::under(&order, identity(), server().chain_id(), key()).unwrap();
        Self { order, swap, height }
    }

    pub fn swap(&self) -> Swap {
        self.swap.clone()
    }

    fn release(&self) -> FromHost<Release> {
        let end = End {
            identity: identity(),
            to: host(TO),
            nonce: Nonce::from_bits(1),
            until: Lanes::from_fn(LANES, |_| Position::at_height(self.height.into())),
            marks: Lanes::from_fn(LANES, |_| None),
            floors: Lanes::from_fn(LANES, |_| 0),
            back: Nonce::from_bits(2),
        };
        let session = Session { number: 1, nonce: 1 };
        let order = self.order.id();
        says(FROM, &Release { order, host: host(FROM), session, ends: vec![end] })
    }
}

fn order(at: At) -> Order {
    let (identity, term) = (identity(), Term { epoch: 1, number: 1 });
    let (charter, base) = (identity.into(), identity.into());
    let (from, to) = (host(FROM), host(TO));
    Order {
        moves: vec![Move { identity, charter, base, term, from, to, at, expires: None }],
        note: String::new(),
    }
}

fn approved(order: &Order) -> Approved<Order> {
    let approver = KeyWeight { key: public(&secret(APPROVER)), weight: 1 };
    let tree = Permissions::flat(1, vec![approver]).to_tree().unwrap();
    let signed = Signed::verify(&signed(APPROVER, order)).unwrap();
    signed.approve([(&tree as &dyn Authority, 0)]).unwrap()
}

fn says(host: u8, release: &Release) -> FromHost<Release> {
    FromHost::verify(&signed(host, release)).unwrap()
}

fn signed<T: Document>(by: u8, document: &T) -> Envelope {
    let mut envelope = Envelope::of(document).unwrap();
    let signature = secret(by).sign(&envelope.signed_bytes());
    envelope.add_signature(public(&secret(by)), &Signature::Ed25519(signature.to_bytes()));
    envelope
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(key: &SigningKey) -> PublicKey {
    PublicKey::Ed25519(key.verifying_key().to_bytes())
}

fn host(seed: u8) -> HostId {
    HostId::from_bytes(secret(seed).verifying_key().to_bytes())
}

fn identity() -> IdentityId {
    IdentityId::from_bytes([9; 32])
}

pub fn server() -> ServerIdentity {
    server_of(CHAIN, "12")
}

fn key() -> PublicKey {
    server().public_key()
}

fn server_of(chain: &str, seed: &str) -> ServerIdentity {
    let chain = if chain.len() == 64 { chain.to_owned() } else { chain.repeat(32) };
    let bytes = const_hex::decode_to_array(seed.repeat(32)).unwrap();
    let public = const_hex::encode(SigningKey::from_bytes(&bytes).verifying_key().to_bytes());
    let private = SecretString::from(seed.repeat(32));
    ServerIdentity::from_hex(&chain, &private, &public).unwrap()
}

pub fn conf_text(server: Option<&ServerIdentity>, height: u32) -> String {
    use secrecy::ExposeSecret as _;
    let mut text = format!("[app]\nNetwork = MAIN\nChangeAcksHeight = {height}\n");
    if let Some(server) = server {
        let private = const_hex::encode(server.to_seed().expose_secret());
        let public = const_hex::encode(server.stated_public_key());
        text += &format!("IdentityChainID = {}\n", server.chain_id());
        text += &format!("LocalServerPrivKey = {private}\nLocalServerPublicKey = {public}\n");
    }
    text
}

fn conf(server: Option<&ServerIdentity>, height: u32) -> Conf {
    read(&conf_text(server, height))
}

fn read(text: &str) -> Conf {
    Conf::read(text.as_bytes()).unwrap()
}

fn panel(identity: &str, flags: &str, next: u32, minute: u8) -> Panel {
    let (saved, current) = (next - 2, next - 1);
    let line =
        format!("F[{identity}] {flags} {saved}[000000] {saved}/{current}/{next} -/ {minute}");
    Panel::from_summary(&line, "OKOKOK".parse().unwrap()).unwrap()
}

fn node<'a>(conf: &'a Conf, panel: &'a Panel) -> Node<'a> {
    Node { conf, panel }
}

/// splitmix64: a seed means the same history for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % count
    }
}
