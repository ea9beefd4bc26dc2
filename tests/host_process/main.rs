//! R1, R3, R8: two host processes hand an identity over; only one signs, whatever is done wrong,
//! and whatever stops is resumed.

#![allow(clippy::disallowed_methods, reason = "a test writes files and starts processes")]

#[path = "../../examples/host/host.rs"]
mod host;
mod pair;

use brainswap::{
    Host, IdentityId, Nonce,
    adapters::{Failure, MemoryMedium},
    document::Envelope,
    handover::Attest,
    key::{HostKey, KeyKind, SealedKey, SecretKey},
    lease::Term,
    order::Order,
};
use host::{
    client::{CallError, Client},
    failure::{ErrorObject, Exit, Family},
    request::{Bytes, Dsse, Reply, Request},
    service::Service,
    swap::{Step, drive},
    whereabouts::Whereabouts,
};
use pair::{Pair, Running, command};
use serde_json::Value;
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::{fs::PermissionsExt as _, net::UnixStream},
    sync::Arc,
    time::{Duration, Instant},
};

#[test]
fn two_hosts_hand_an_identity_over_and_only_the_new_holder_signs() {
    let mut pair = Pair::new();
    pair.a.sign(pair.identity, 100).unwrap();
    let last = pair.a.sign(pair.identity, 101).unwrap();
    assert_eq!(pair.b.sign(pair.identity, 102).unwrap_err().code, "lease.none");
    pair.order("order.json", &["--now"]);
    pair.approve("order.json");

    let swapped = pair.done(&["--dir", "a", "swap", "order.json", "--yes", "--receipt", "r.json"]);

    assert_eq!((&swapped["ended"], &swapped["messages"]), (&"done".into(), &3.into()));
    assert_eq!((&swapped["holder"], &swapped["signs"]), (&"ams-2".into(), &true.into()));
    let receipt: Vec<Value> = serde_json::from_slice(&pair.read("r.json")).unwrap();
    assert_eq!(receipt.len(), 4); // order, ready, release, activated
    assert_eq!(pair.a.sign(pair.identity, 102).unwrap_err().code, "lease.outside");
    assert_eq!(pair.b.sign(pair.identity, 100).unwrap_err().code, "lease.outside");
    assert_eq!(pair.b.sign(pair.identity, 101).unwrap(), last); // the last message, once more
    assert_eq!(pair.b.sign(pair.identity, 102).unwrap().len(), 64);
    let [a, b] = pair.statuses();
    assert!(!a.identities[0].signs && b.identities[0].signs);
    // It is done, however often it is asked for; and after a clean stop.
    let order = swapped["order"].as_str().unwrap();
    assert_eq!(pair.done(&["--dir", "a", "resume", order])["messages"], 0);
    assert_eq!(pair.b.stop(), Some(0));
    pair.restart_b();
    assert_eq!(pair.b.sign(pair.identity, 103).unwrap().len(), 64);
    assert_eq!(pair.b.sign(pair.identity, 102).unwrap_err().code, "watermark.below");
}

#[test]
fn an_order_that_nobody_approved_is_refused_and_the_source_goes_on() {
    let pair = Pair::new();
    pair.order("order.json", &["--now"]);
    let refused = pair.refused(&["--dir", "a", "swap", "order.json", "--yes"], 10);
    assert_eq!(refused["error"]["code"], "authority.unapproved");
    let refused = pair.refused(&["--dir", "a", "swap", "order.json"], 10);
    assert_eq!(refused["error"]["code"], "cli.not_confirmed");
    assert_eq!(pair.a.sign(pair.identity, 100).unwrap().len(), 64);
}

#[test]
fn an_order_that_expired_is_refused_and_the_source_goes_on() {
    let pair = Pair::new();
    pair.order("order.json", &["--now", "--expires", "101"]);
    pair.approve("order.json");
    pair.a.sign(pair.identity, 102).unwrap();
    let refused = pair.refused(&["--dir", "a", "swap", "order.json", "--yes"], 20);
    assert_eq!(refused["error"]["code"], "release.expired");
    assert_eq!(pair.a.sign(pair.identity, 103).unwrap().len(), 64);
}

#[test]
fn an_order_for_another_identity_is_refused() {
    let pair = Pair::new();
    let other = "11".repeat(32);
    let from_a = ["order", "--identity", &other, "--from", "fra-1", "--to", "ams-2", "--now"];
    let args = [&["--dir", "a"], &from_a[..], &["--out", "order.json"]].concat();
    assert_eq!(pair.refused(&args, 10)["error"]["code"], "order.unknown_identity");

    pair.order("order.json", &["--now"]);
    let mut order = pair.envelope("order.json").verify::<Order>().unwrap().document().clone();
    order.moves[0].identity = other.parse().unwrap();
    fs::write(pair.path("order.json"), Envelope::of(&order).unwrap().to_json()).unwrap();
    pair.approve("order.json");
    let refused = pair.refused(&["--dir", "a", "swap", "order.json", "--yes"], 10);
    assert_eq!(refused["error"]["code"], "order.unknown_identity");
}

#[test]
fn a_swap_that_loses_its_target_after_the_release_is_resumed_when_it_is_back() {
    let mut pair = Pair::new();
    pair.a.sign(pair.identity, 100).unwrap();
    pair.order("order.json", &["--now"]);
    pair.approve("order.json");
    let [mut source, mut target] = pair.clients();
    let order = pair.envelope("order.json");
    let b = &mut pair.b;
    let kill = |step: Step| {
        if step.name == "release" {
            b.kill();
        }
    };

    let stopped = drive(&mut source, &mut target, &order, kill).unwrap_err();

    // Nobody knows what became of the target, so nobody is told to go on.
    assert_eq!((stopped.at, stopped.exit), (Whereabouts::Unknown, Exit::Unknown));
    assert_eq!((stopped.step, stopped.messages), ("activate", 2));
    assert_eq!(pair.a.sign(pair.identity, 101).unwrap_err().code, "lease.outside");
    pair.restart_b();
    let at = |pair: &Pair| {
        let [a, b] = pair.statuses();
        let order = order.verify::<Order>().unwrap();
        Whereabouts::of(order.document(), order.id(), [Some(&a), Some(&b)])
    };
    assert_eq!(at(&pair), Whereabouts::Released);
    let id = order.id().to_string();
    assert_eq!(pair.done(&["--dir", "a", "resume", &id])["ended"], "done");
    assert_eq!(at(&pair), Whereabouts::Done);
    assert_eq!(pair.b.sign(pair.identity, 101).unwrap().len(), 64);
}

#[test]
fn a_declined_order_brings_the_identity_home_and_stays_declined() {
    let pair = Pair::new();
    pair.a.sign(pair.identity, 100).unwrap();
    pair.order("order.json", &["--now"]);
    pair.approve("order.json");
    let refused = pair.refused(&["--dir", "a", "decline", "order.json"], 10);
    assert_eq!(refused["error"]["code"], "swap.not_released");
    pair.done(&["--dir", "a", "swap", "order.json", "--yes"]);
    let home = pair.done(&["--dir", "a", "decline", "order.json"]);
    assert_eq!((&home["ended"], &home["holder"]), (&"home".into(), &"fra-1".into()));
    assert_eq!(pair.a.sign(pair.identity, 101).unwrap().len(), 64);
    assert_eq!(pair.b.sign(pair.identity, 102).unwrap_err().code, "lease.outside");
    let refused = pair.refused(&["--dir", "a", "resume", "order.json"], 20);
    assert_eq!(refused["error"]["code"], "swap.declined");
}

#[test]
fn a_swap_at_a_height_that_lies_ahead_lets_the_source_sign_up_to_it() {
    let pair = Pair::new();
    pair.order("order.json", &["--at", "105"]);
    pair.approve("order.json");
    pair.done(&["--dir", "a", "swap", "order.json", "--yes"]);
    assert_eq!(pair.a.sign(pair.identity, 104).unwrap().len(), 64);
    assert_eq!(pair.a.sign(pair.identity, 105).unwrap_err().code, "lease.outside");
    assert_eq!(pair.b.sign(pair.identity, 104).unwrap_err().code, "lease.outside");
    assert_eq!(pair.b.sign(pair.identity, 105).unwrap().len(), 64);
}

#[test]
fn a_host_that_is_not_known_or_not_an_operator_commands_nothing() {
    let pair = Pair::new();
    let stranger = HostKey::generate().unwrap();
    let mut client = Client::connect(&pair.a.address, &stranger, pair.a.id).unwrap();
    let refused = client.status().unwrap_err();
    assert!(matches!(refused, CallError::NotAccepted { .. }), "{refused}");

    let card = serde_json::to_vec(&stranger.card("watcher")).unwrap();
    fs::write(pair.path("watcher.card"), card).unwrap();
    pair.done(&["--dir", "a", "peer", "add", "--card", "watcher.card"]);
    assert_eq!(client.status().unwrap().host, pair.a.id);
    let close = Request::Close { order: pair.identity.into() };
    let refused = ErrorObject::from(client.call(&close).unwrap_err());
    assert_eq!(refused.code, "channel.not_an_operator");
}

#[test]
fn whoever_answers_with_another_key_than_expected_is_not_talked_to() {
    let pair = Pair::new();
    let key = pair.key("a");
    let refused = Client::connect(&pair.b.address, &key, pair.a.id).map(|_| ()).unwrap_err();
    assert!(matches!(refused, CallError::WrongPeer { .. }), "{refused}");
    let add = ["--dir", "a", "peer", "add", "--card", "b.card", "--address", &pair.a.address];
    pair.done(&add);
    let refused = pair.refused(&["--dir", "a", "status", "--of", "ams-2"], 10);
    assert_eq!(refused["error"]["code"], "channel.wrong_peer");
}

#[test]
fn a_key_goes_to_hosts_of_the_roster_alone_and_only_the_right_one_is_taken_in() {
    let pair = Pair::new();
    let [mut source, mut target] = pair.clients();
    let stranger = HostKey::generate().unwrap().recipient().to_string();
    let export = Request::ExportKey { identity: pair.identity, recipient: stranger };
    let refused = ErrorObject::from(source.call(&export).unwrap_err());
    assert_eq!(refused.code, "key.not_a_roster_host");

    let other = SecretKey::generate(KeyKind::Ed25519).unwrap();
    let sealed = |to: &HostKey| {
        let sealed = SealedKey::seal_to_recipients(&other, &[to.recipient()]).unwrap();
        Request::ImportKey { identity: pair.identity, sealed: Bytes(sealed.to_bytes()) }
    };
    for (import, code) in [
        (sealed(&pair.key("b")), "key.mismatch"),
        (sealed(&pair.key("a")), "sealed.not_for_this_recipient"),
    ] {
        let refused = ErrorObject::from(target.call(&import).unwrap_err());
        assert_eq!(refused.code, code);
    }
    pair.order("order.json", &["--now"]);
    pair.approve("order.json");
    pair.done(&["--dir", "a", "swap", "order.json", "--yes"]); // the right key is still there
}

#[test]
fn an_identity_with_witnesses_signs_once_they_have_answered() {
    let pair = Pair::new();
    command(pair.place(), &["--dir", "w", "create", "--name", "wit-1"], 0);
    let card = pair.done(&["--dir", "w", "card"]);
    fs::write(pair.path("w.card"), card.to_string()).unwrap();
    pair.done(&["--dir", "w", "peer", "add", "--card", "a.card"]);
    let weighted = format!("{}:1", pair.approver);
    let genesis = [
        ["--dir", "a", "genesis", "--network", "cometbft:witnessed-1", "--from", "1"].as_slice(),
        &["--witness", "w.card", "--approver", &weighted, "--threshold", "1"],
        &["--new-key", "ed25519", "--out", "witnessed.json"],
    ]
    .concat();
    let identity = pair.done(&genesis)["identity"].as_str().unwrap().to_owned();
    pair.approve("witnessed.json");
    pair.done(&["--dir", "a", "adopt", "--genesis", "witnessed.json"]); // a runs: over its channel
    let signs = || {
        let [a, _] = pair.statuses();
        let mut all = a.identities.into_iter();
        all.find(|said| said.identity.to_string() == identity).unwrap().signs
    };
    assert!(!signs());
    let witness = Running::start(pair.place(), "w");
    let add = ["--dir", "a", "peer", "add", "--card", "w.card", "--address", &witness.address];
    pair.done(&add);
    let until = Instant::now() + Duration::from_secs(15);
    while !signs() {
        assert!(Instant::now() < until, "the witness was never asked");
    }
}

#[test]
fn a_host_whose_journal_failed_answers_nothing_more_not_even_a_status() {
    let key = Arc::new(HostKey::generate().unwrap());
    let medium = MemoryMedium::new();
    let host = Host::create(Box::new(medium.create().unwrap()), Box::new(key.clone())).unwrap();
    let peers = host::peers::Peers::at("/nonexistent/peers.json".into());
    let service = Service::new(host, key.clone(), key.card("fra-1"), peers).unwrap();
    let question = Attest {
        identity: IdentityId::from_bytes([7; 32]),
        host: key.host_id(),
        session: service.session(),
        birth: Nonce::from_bits(1),
        term: Term::FIRST,
        lease: None,
        sources: Vec::new(),
    };
    let mut question = Envelope::of(&question).unwrap();
    key.sign_document(&mut question);
    let ask = |request| match service.answer(key.host_id(), request) {
        Reply::Ok(answer) => panic!("{answer:?}"),
        Reply::Error(error) => (error.code, error.family),
    };
    medium.fail_commit(1, Failure::After);
    let failed = ask(Request::Witness { question: Dsse(question) });
    assert_eq!(failed, ("journal.io".into(), Family::OutcomeUnknown));
    assert_eq!(ask(Request::Status {}), ("host.dead".into(), Family::OutcomeUnknown));
}

#[test]
fn bytes_that_are_no_protocol_end_their_connection_and_nothing_else() {
    let pair = Pair::new();
    for bytes in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 4096], &[0x16, 3, 1, 0xff, 0xff]] {
        let mut stream = TcpStream::connect(&pair.a.address).unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut said = Vec::new();
        // Closed with or without an alert; nothing of the host comes back.
        let ended = stream.read_to_end(&mut said);
        assert!(ended.is_err() || said.len() < 64, "{said:?}");
    }
    let mut socket = UnixStream::connect(&pair.a.socket).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket.write_all(b"\xff\xff\xff\xff").unwrap();
    assert_eq!(socket.read(&mut [0]).unwrap(), 0); // longer than any request: closed
    let mut socket = UnixStream::connect(&pair.a.socket).unwrap();
    socket.write_all(b"\0\0\0\x02{}").unwrap();
    let reply: Option<Value> = host::frame::read(&mut socket, 4096).unwrap();
    assert_eq!(reply.unwrap()["error"]["code"], "sign.malformed");
    let mode = fs::metadata(&pair.a.socket).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert_eq!(pair.a.sign(pair.identity, 100).unwrap().len(), 64);
}

#[test]
fn a_second_process_on_one_directory_is_refused() {
    let pair = Pair::new();
    let refused = pair.refused(&["--dir", "a", "run"], 10);
    assert_eq!(refused["error"]["code"], "journal.locked");
    let refused = pair.refused(&["--dir", "a", "create", "--name", "again"], 10);
    assert_eq!(refused["error"]["code"], "host_key.exists");
    assert_eq!(pair.a.sign(pair.identity, 100).unwrap().len(), 64);
}

#[test]
fn a_journal_under_another_host_key_does_not_start() {
    let mut pair = Pair::new();
    assert_eq!(pair.a.stop(), Some(0));
    pair.done(&["--dir", "c", "create", "--name", "par-3"]);
    let journal = fs::read_dir(pair.path("a/journal")).unwrap();
    for file in journal.map(|file| file.unwrap()) {
        fs::copy(file.path(), pair.path("c/journal").join(file.file_name())).unwrap();
    }
    let refused = pair.refused(&["--dir", "c", "run"], 10);
    assert_eq!(refused["error"]["code"], "journal.foreign_host");
}

#[test]
fn an_imported_key_that_is_not_the_stated_one_is_refused() {
    let pair = Pair::new();
    let stated = pair.approver.as_str();
    fs::write(pair.path("raw.key"), "22".repeat(32)).unwrap();
    let approver = format!("{stated}:1");
    let genesis = [
        ["--dir", "a", "genesis", "--network", "cometbft:other-1", "--from", "500"].as_slice(),
        &["--import-key", "raw.key", "--public-key", stated, "--out", "g2.json"],
        &["--approver", &approver, "--threshold", "1"],
    ]
    .concat();
    let refused = pair.refused(&genesis, 10);
    assert_eq!(refused["error"]["code"], "key_file.permissions");
    fs::set_permissions(pair.path("raw.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let refused = pair.refused(&genesis, 10);
    assert_eq!(refused["error"]["code"], "key.mismatch");
    assert!(!refused.to_string().contains(&"22".repeat(32)), "the secret shows");
    assert!(!pair.path("g2.json").exists());
}
