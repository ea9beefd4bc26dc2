//! Pair: two hosts as processes of their own, each with its directory, its channel, its node's socket.

use crate::{
    host::{
        client::{CallError, Client},
        local::SignSocket,
        request::{Answer, Counters, Request, Status},
    },
    network::Ask,
};
use brainswap::{HostCard, HostId, IdentityId, Signature, handover::Standing, key::HostKey};
use std::{
    error::Error,
    ffi::OsStr,
    fs,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The hidden argument with which this program is a host.
pub(crate) const HOST_PROCESS: &str = "host-process";

/// The hosts' names.
pub(crate) const NAMES: [&str; 2] = ["fra-1", "ams-2"];

/// How long a host may take from its start to its first answer.
const START: Duration = Duration::from_secs(20);
/// How long one call may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// Two running hosts. Dropping them kills both, and removes what they kept.
pub(crate) struct Pair {
    hosts: [HostProcess; 2],
    _kept: TempDir,
}

/// One host.
pub(crate) struct HostProcess {
    pub(crate) card: HostCard,
    dir: PathBuf,
    address: String,
    client: Mutex<Client>,
    child: Mutex<Option<Child>>,
}

impl Pair {
    /// Creates two hosts and starts them. They obey this process, as their operator.
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let kept = tempfile::Builder::new().prefix("brainswap-").tempdir()?;
        let operator = HostKey::generate()?;
        let hosts = [
            HostProcess::create(kept.path(), NAMES[0], &operator)?,
            HostProcess::create(kept.path(), NAMES[1], &operator)?,
        ];
        let pair = Self { hosts, _kept: kept };
        pair.run(0)?;
        pair.run(1)?;
        Ok(pair)
    }

    /// One of the two.
    pub(crate) fn host(&self, host: usize) -> &HostProcess {
        &self.hosts[host]
    }

    /// What others must know of the two.
    pub(crate) fn cards(&self) -> Vec<HostCard> {
        self.hosts.iter().map(|host| host.card.clone()).collect()
    }

    /// The id of one of the two.
    pub(crate) fn id(&self, host: usize) -> HostId {
        self.hosts[host].card.host
    }

    /// Starts the process of a host, and waits until it answers.
    pub(crate) fn run(&self, host: usize) -> Result<(), Box<dyn Error>> {
        self.hosts[host].run()
    }

    /// Kills a host as a power cut would: at once, whatever it is doing. Whether it was running.
    pub(crate) fn kill(&self, host: usize) -> bool {
        self.hosts[host].kill()
    }

    /// Asks a host.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub(crate) fn call(&self, host: usize, request: &Request) -> Result<Answer, CallError> {
        self.client(host).call(request)
    }

    /// The channel to a host, for the host program's own coordinator.
    pub(crate) fn client(&self, host: usize) -> MutexGuard<'_, Client> {
        self.hosts[host].client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a host says of itself.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub(crate) fn status(&self, host: usize) -> Result<Status, CallError> {
        self.client(host).status()
    }

    /// What a host says of an identity.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub(crate) fn standing(
        &self,
        host: usize,
        identity: IdentityId,
    ) -> Result<Standing, CallError> {
        let said = self.status(host)?.identities.into_iter().find(|said| said.identity == identity);
        said.ok_or_else(|| self.protocol(host))
    }

    /// What a host has counted since it started.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub(crate) fn counters(&self, host: usize) -> Result<Counters, CallError> {
        let answer = self.call(host, &Request::Counters {})?;
        let Answer::Counters(counters) = answer else { return Err(self.protocol(host)) };
        Ok(counters)
    }

    /// A host answered something else than was asked.
    pub(crate) fn protocol(&self, host: usize) -> CallError {
        self.client(host).protocol()
    }

    /// What the node beside a host does to have something signed.
    pub(crate) fn ask(&self, host: usize, identity: IdentityId) -> Ask {
        let path = self.hosts[host].socket();
        let mut socket = None;
        Box::new(move |message| {
            let mut open = match socket.take() {
                Some(open) => open,
                None => SignSocket::connect(&path).map_err(|error| error.to_string())?,
            };
            let answer = open.sign(identity, message);
            if answer.as_ref().map_or_else(|error| error.code != "channel.lost", |_| true) {
                socket = Some(open);
            }
            let bytes = answer.map_err(|error| error.to_string())?;
            let seal = bytes.try_into().map_err(|_| "the answer is no seal of 65 bytes")?;
            Ok(Signature::Secp256k1(seal))
        })
    }
}

impl HostProcess {
    fn create(root: &Path, name: &str, operator: &HostKey) -> Result<Self, Box<dyn Error>> {
        let dir = root.join(name);
        let address = free_address()?;
        let operator_card = root.join("operator.json");
        fs::write(&operator_card, serde_json::to_vec(&operator.card("operator"))?)?;
        let card = Self::command(&dir, ["create", "--name", name])?;
        let card: HostCard = serde_json::from_str(&card)?;
        Self::command(
            &dir,
            [
                OsStr::new("peer"),
                "add".as_ref(),
                "--operator".as_ref(),
                "--card".as_ref(),
                operator_card.as_ref(),
            ],
        )?;
        let client = Client::lazy(address.clone(), operator, card.host)?.named(name);
        let client = Mutex::new(client.patience(PATIENCE));
        Ok(Self { card, dir, address, client, child: Mutex::new(None) })
    }

    /// Runs a command of the host program to its end; what it prints.
    fn command(
        dir: &Path,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<String, Box<dyn Error>> {
        let mut command = host_program()?;
        command.arg("--dir").arg(dir).args(args).stdin(Stdio::piped());
        let mut child = command.spawn()?;
        let pipe = child.stdin.take(); // a closed pipe would tell it that this process is gone
        let output = child.wait_with_output()?;
        drop(pipe);
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("the host program ended with {}: {said}", output.status).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn run(&self) -> Result<(), Box<dyn Error>> {
        if self.child().as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None))) {
            return Err(format!("{} runs already", self.card.name).into());
        }
        let log = fs::OpenOptions::new().append(true).create(true).open(self.log())?;
        let mut command = host_program()?;
        command.arg("--dir").arg(&self.dir).args(["run", "--listen", &self.address]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log);
        *self.child() = Some(command.spawn()?);
        let until = Instant::now() + START;
        loop {
            let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
            match client.status() {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > until => {
                    return Err(format!(
                        "{} did not start: {error}; {}",
                        self.card.name,
                        self.said()
                    )
                    .into());
                }
                Err(_) => {}
            }
            drop(client);
            if let Some(status) = self.child().as_mut().and_then(|child| child.try_wait().ok()?) {
                return Err(
                    format!("{} ended with {status}: {}", self.card.name, self.said()).into()
                );
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Kills the process and waits until it is gone. Whether it was running.
    fn kill(&self) -> bool {
        let Some(mut child) = self.child().take() else { return false };
        let ran = matches!(child.try_wait(), Ok(None));
        // An error here means that it is gone already.
        if child.kill().is_ok() {
            child.wait().ok();
        }
        ran
    }

    /// Where its node asks for signatures.
    pub(crate) fn socket(&self) -> PathBuf {
        self.dir.join("sign.sock")
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> PathBuf {
        self.dir.with_extension("log")
    }

    /// The end of what the process printed.
    fn said(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// This program, as a host. It is in a group of its own: Ctrl-C reaches it through this process.
fn host_program() -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(HOST_PROCESS).process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command)
}

/// An address that nobody listens on, for now.
fn free_address() -> std::io::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
