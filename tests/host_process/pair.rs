//! Pair: two real host processes, set up as operators do it.

use super::host::{client::Client, failure::ErrorObject, local::SignSocket, request::Status};
use brainswap::{
    HostId, IdentityId,
    chain::cometbft::{Timestamp, Vote, VoteKind},
    document::Envelope,
    key::HostKey,
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};
use tempfile::TempDir;

const CHAIN: &str = "host-process-1";

/// Two running hosts: `a` ("fra-1") holds an identity, `b` ("ams-2") has its key.
pub struct Pair {
    place: TempDir,
    pub a: Running,
    pub b: Running,
    pub identity: IdentityId,
    /// The approver's public key.
    pub approver: String,
}

impl Pair {
    pub fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let at = place.path();
        for (dir, name) in [("a", "fra-1"), ("b", "ams-2")] {
            let card = command(at, &["--dir", dir, "create", "--name", name], 0);
            fs::write(at.join(format!("{dir}.card")), card.to_string()).unwrap();
        }
        let approver = command(at, &["approver", "new", "--out", "alice.key"], 0);
        let approver = approver["public_key"].as_str().unwrap().to_owned();
        let network = format!("cometbft:{CHAIN}");
        let weighted = format!("{approver}:1");
        let made = [
            ["--dir", "a", "genesis", "--network", &network, "--from", "100"].as_slice(),
            &["--roster", "b.card", "--approver", &weighted, "--threshold", "1"],
            &["--new-key", "ed25519", "--out", "genesis.json"],
        ]
        .concat();
        let identity = command(at, &made, 0)["identity"].as_str().unwrap().parse().unwrap();
        let approve = ["approve", "--key", "alice.key", "--yes", "genesis.json"];
        command(at, &approve, 0);
        command(at, &["--dir", "a", "adopt", "--genesis", "genesis.json"], 0);
        let (a, b) = (Running::start(at, "a"), Running::start(at, "b"));
        let add = ["peer", "add", "--card", "a.card", "--operator", "--address", &a.address];
        command(at, &[&["--dir", "b"], &add[..]].concat(), 0);
        let pair = Self { place, a, b, identity, approver };
        pair.add_b();
        let identity = pair.identity.to_string();
        pair.done(&["--dir", "a", "provision", "--identity", &identity, "--to", "ams-2"]);
        pair
    }

    fn add_b(&self) {
        let add = ["--dir", "a", "peer", "add", "--card", "b.card", "--address", &self.b.address];
        self.done(&add);
    }

    pub fn restart_b(&mut self) {
        self.b = Running::start(self.place.path(), "b");
        self.add_b();
    }

    pub fn order(&self, out: &str, more: &[&str]) {
        let identity = self.identity.to_string();
        let from_a = ["--dir", "a", "order", "--from", "fra-1", "--to", "ams-2", "--out", out];
        self.done(&[&from_a[..], &["--identity", &identity], more].concat());
    }

    pub fn approve(&self, file: &str) {
        self.done(&["approve", "--key", "alice.key", "--yes", file]);
    }

    pub fn done(&self, args: &[&str]) -> Value {
        command(self.place.path(), args, 0)
    }

    pub fn refused(&self, args: &[&str], exit: i32) -> Value {
        let refused = command(self.place.path(), args, exit);
        assert_eq!(refused["exit"], exit, "{refused}");
        assert_ne!(refused["error"]["advice"], "", "{refused}");
        refused
    }

    pub fn place(&self) -> &Path {
        self.place.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub fn envelope(&self, name: &str) -> Envelope {
        Envelope::from_json(&self.read(name)).unwrap()
    }

    pub fn key(&self, dir: &str) -> HostKey {
        HostKey::open(self.path(dir).join("host.key")).unwrap()
    }

    pub fn clients(&self) -> [Client; 2] {
        let key = self.key("a");
        [&self.a, &self.b].map(|host| Client::lazy(&host.address, &key, host.id).unwrap())
    }

    pub fn statuses(&self) -> [Status; 2] {
        self.clients().map(|mut client| client.status().unwrap())
    }
}

/// A host process. It is killed when the test is over.
pub struct Running {
    child: Child,
    pub id: HostId,
    pub address: String,
    pub socket: PathBuf,
}

impl Running {
    pub fn start(place: &Path, dir: &str) -> Self {
        let mut host = Command::new(program());
        host.current_dir(place).args(["--dir", dir, "run"]).stdout(Stdio::piped());
        let mut child = host.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["ready"], true);
        let text = |field: &str| ready[field].as_str().unwrap().to_owned();
        let socket = place.join(text("socket"));
        Self { child, id: text("host").parse().unwrap(), address: text("address"), socket }
    }

    /// Asks the host, as its node, to sign a prevote.
    pub fn sign(&self, identity: IdentityId, height: i64) -> Result<Vec<u8>, ErrorObject> {
        let timestamp = Timestamp { seconds: 1_700_000_000, nanos: 0 };
        let kind = VoteKind::Prevote;
        let vote = Vote { kind, height, round: 0, block_id: None, timestamp };
        SignSocket::connect(&self.socket).unwrap().sign(identity, &vote.sign_bytes(CHAIN))
    }

    pub fn stop(&mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.kill();
        }
    }
}

/// Runs one command to its end, and checks how it ended.
pub fn command(place: &Path, args: &[&str], exit: i32) -> Value {
    let mut host = Command::new(program());
    let ended = host.current_dir(place).arg("--json").args(args).stdin(Stdio::null()).output();
    let ended = ended.unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    let about = format!("{args:?}: {said}{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(ended.status.code(), Some(exit), "{about}");
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {about}"))
}

/// The example as cargo built it beside this test. `cargo test --test` leaves examples out: then it
/// is built now, if it is missing or older than its sources.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let built = test.parent().and_then(Path::parent).unwrap().join("examples/host");
        if is_stale(&built) {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let args = ["build", "--example", "host"];
            assert!(Command::new(cargo).args(args).status().unwrap().success());
        }
        built
    })
}

fn is_stale(built: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|file| file.modified());
    let Ok(when) = changed(built) else { return true };
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/host");
    let mut sources = fs::read_dir(sources).unwrap();
    sources.any(|source| changed(&source.unwrap().path()).unwrap() > when)
}
