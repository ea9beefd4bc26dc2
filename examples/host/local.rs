//! Local: the socket on which the node of this machine asks for signatures (docs/channel.md).

use super::{deadline::Deadline, failure::ErrorObject, frame, service::Service};
use brainswap::IdentityId;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// The longest request to sign: no network's message is longer.
const MAX_REQUEST: usize = 1 << 20;
/// How long a request or an answer may take on its way.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a node may be silent before it must connect again.
const SILENCE: Duration = Duration::from_secs(24 * 3600);
/// How many nodes may be connected.
const MAX_NODES: usize = 32;

/// A message that the node wants signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// As which identity.
    pub identity: IdentityId,
    /// The message, in hexadecimal, as its network prescribes.
    pub message: String,
}

/// `{"signature": hex}` or `{"error": error}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SignReply {
    /// The signature, in hexadecimal.
    Signature(String),
    /// There is none.
    Error(ErrorObject),
}

/// The node's side of the socket.
pub struct SignSocket {
    stream: Deadline<UnixStream>,
}

impl SignSocket {
    /// Connects to the host's socket.
    ///
    /// # Errors
    ///
    /// Of the operating system.
    pub fn connect(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self { stream: Deadline::new(UnixStream::connect(path)?, PATIENCE) })
    }

    /// Asks for a signature.
    ///
    /// # Errors
    ///
    /// What the host refused; `channel.lost` if its answer did not come.
    pub fn sign(&mut self, identity: IdentityId, message: &[u8]) -> Result<Vec<u8>, ErrorObject> {
        let lost = |error: io::Error| {
            let advice = "connect again, and ask for the same message: it is signed once";
            ErrorObject::unknown("channel.lost", error, advice).retry()
        };
        let request = SignRequest { identity, message: const_hex::encode(message) };
        self.stream.restart(PATIENCE);
        frame::write(&mut self.stream, &request).map_err(lost)?;
        let reply = frame::read(&mut self.stream, MAX_REQUEST).map_err(lost)?;
        match reply.ok_or_else(|| lost(io::ErrorKind::UnexpectedEof.into()))? {
            SignReply::Signature(hex) => {
                const_hex::decode(hex).map_err(|error| lost(io::Error::other(error.to_string())))
            }
            SignReply::Error(error) => Err(error),
        }
    }
}

/// Opens the socket, for this user alone. One that nobody answers on is replaced.
///
/// # Errors
///
/// Of the operating system; `AddrInUse` if somebody answers on it.
pub fn bind(path: &Path) -> io::Result<UnixListener> {
    if UnixStream::connect(path).is_ok() {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // The directory is closed to others, so nobody connects before the mode is set.
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers requests to sign, for ever, one thread for each node.
pub fn serve(listener: &UnixListener, service: &Arc<Service>) {
    let nodes = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            thread::sleep(Duration::from_millis(100)); // out of descriptors: let some go
            continue;
        };
        if nodes.fetch_add(1, Ordering::SeqCst) >= MAX_NODES {
            nodes.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (service, left) = (service.clone(), nodes.clone());
        thread::spawn(move || {
            attend(Deadline::new(stream, SILENCE), &service);
            left.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

fn attend(mut stream: Deadline<UnixStream>, service: &Service) {
    loop {
        stream.restart(SILENCE);
        let Ok(Some(bytes)) = frame::read_bytes(&mut stream, MAX_REQUEST) else { return };
        let reply = match answer(&bytes, service) {
            Ok(signature) => SignReply::Signature(const_hex::encode(signature)),
            Err(error) => SignReply::Error(error),
        };
        stream.restart(PATIENCE);
        if frame::write(&mut stream, &reply).is_err() {
            return;
        }
    }
}

fn answer(bytes: &[u8], service: &Service) -> Result<Vec<u8>, ErrorObject> {
    let malformed = |error: String| {
        let advice = "compare the versions of node and host; nothing was signed";
        ErrorObject::misuse("sign.malformed", error, advice)
    };
    let request: SignRequest =
        serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
    let message =
        const_hex::decode(&request.message).map_err(|error| malformed(error.to_string()))?;
    service.sign(request.identity, &message)
}
