//! Run: the host process, from its start to its clean stop.

use super::{
    dir::{Dir, Running, io_error, write_whole},
    failure::{ErrorObject, Failure, While as _},
    keys::Unlock,
    local, server, tls, witnesses,
};
use brainswap::key::harden;
use serde_json::json;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    fs,
    io::{self, Write as _},
    net::TcpListener,
    path::PathBuf,
    sync::Arc,
    thread,
};

/// Runs until a signal asks to stop. Prints one line of JSON once it serves.
///
/// # Errors
///
/// What is in the way of a start; or, at the end, that the stop could not be made durable.
pub fn run(
    dir: &Dir,
    unlock: &Unlock,
    listen: &str,
    socket: Option<PathBuf>,
) -> Result<(), Failure> {
    let hardening = harden(); // before the first secret is read
    if !hardening.no_core_dumps {
        eprintln!("warning: core dumps could not be switched off: keys may land in one");
    }
    // Whoever asks to stop while it starts is heard once it has started.
    let mut signals = Signals::new([SIGTERM, SIGINT])
        .map_err(|error| ErrorObject::misuse("host.signals", error, "look at the system's limits"))
        .during("start the host")?;
    let key = Arc::new(dir.key(unlock).during("open the host's key")?);
    let service = Arc::new(dir.open(key.clone()).during("open the host's journal")?);
    let listener = TcpListener::bind(listen)
        .and_then(|listener| listener.local_addr().map(|address| (listener, address.to_string())));
    let (listener, address) = listener
        .map_err(|error| {
            let message = format!("{listen}: {error}");
            ErrorObject::misuse("channel.listen", message, "choose another --listen address")
        })
        .during("listen for other hosts")?;
    let socket = socket.unwrap_or_else(|| dir.file("sign.sock"));
    let node = local::bind(&socket)
        .map_err(|error| io_error(&socket, &error))
        .during("listen for the local node")?;
    let accepting = service.clone();
    let config = tls::server_config(&key, move |host| accepting.accepts(host))
        .map_err(|error| ErrorObject::misuse("channel.key", error, "look at the host's key"))
        .during("prepare the channel")?;
    let session = service.session();
    let running = Running { address: address.clone(), socket: socket.clone(), session };
    let json = serde_json::to_vec(&running).unwrap_or_default();
    write_whole(&dir.file("running.json"), &json).during("say where this host listens")?;

    let serving = service.clone();
    thread::spawn(move || server::serve(&listener, &config, &serving));
    let signing = service.clone();
    thread::spawn(move || local::serve(&node, &signing));
    let (asking, peers) = (service.clone(), dir.peers());
    thread::spawn(move || witnesses::ask(&asking, &key, &peers));

    let host = service.id();
    let ready = json!({ "ready": true, "host": host, "address": address,
                        "socket": socket, "session": session });
    println!("{ready}");
    // Nobody may be reading: the host runs all the same.
    let _read: io::Result<()> = io::stdout().flush();

    signals.forever().next();
    let stopped = service.stop().during("note the clean stop");
    for file in [dir.file("running.json"), socket] {
        fs::remove_file(&file).map_err(|error| io_error(&file, &error)).during("tidy up")?;
    }
    stopped
}
