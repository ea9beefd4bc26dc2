//! Client: the channel to one host, from the side that asks.

use super::{
    deadline::Deadline,
    failure::{ErrorObject, Family},
    frame,
    request::{Answer, Reply, Request, Status},
    tls,
};
use brainswap::{HostId, key::HostKey};
use rustls::{ClientConfig, ClientConnection, StreamOwned, pki_types::ServerName};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, TcpStream, ToSocketAddrs as _},
    sync::Arc,
    time::Duration,
};

/// How long a connection, and then each call, may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A channel to one host. A connection that broke is made again by the next call.
pub struct Client {
    address: String,
    name: String,
    peer: HostId,
    config: Arc<ClientConfig>,
    stream: Option<Stream>,
    patience: Duration,
}

type Stream = StreamOwned<ClientConnection, Deadline<TcpStream>>;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The host refused, or does not know what became of it.
    #[error("{0}")]
    Refused(ErrorObject),
    /// There was no connection: nothing was asked.
    #[error("{name} at {address} cannot be reached: {reason}")]
    Unreachable {
        /// The host.
        name: String,
        /// Where it was looked for.
        address: String,
        /// What the system said.
        reason: String,
    },
    /// Somebody else answers at the address: nothing was asked.
    #[error("{name} was called at {address}: {reason}")]
    WrongPeer {
        /// The host.
        name: String,
        /// Where.
        address: String,
        /// Who is there, and who is wanted.
        reason: String,
    },
    /// The host does not know the key of the side that asks: nothing was done.
    #[error("{name} at {address} closed the channel: it does not accept this host's key")]
    NotAccepted {
        /// The host.
        name: String,
        /// Where.
        address: String,
    },
    /// The request was sent and the answer did not come: it may have been done.
    #[error("the answer of {name} did not come: {reason}")]
    Lost {
        /// The host.
        name: String,
        /// What the system said.
        reason: String,
    },
    /// The answer is not one of the protocol.
    #[error("{name} answered something else than was asked")]
    Protocol {
        /// The host.
        name: String,
    },
}

impl CallError {
    /// Whether a rule of the host refused: it is reachable, and nothing changed there.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(error) if error.family != Family::OutcomeUnknown)
    }

    /// Whether the host itself does not know what it has on disk.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Refused(error) if error.family == Family::OutcomeUnknown)
    }
}

impl From<CallError> for ErrorObject {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(error) => error,
            CallError::Unreachable { .. } => Self::refusal(
                "channel.unreachable",
                &error,
                "check that the host runs, and its address; then do the same again",
            )
            .retry(),
            CallError::WrongPeer { .. } => Self::refusal(
                "channel.wrong_peer",
                &error,
                "check the address and the host card; do not go on before you know who answers",
            ),
            CallError::NotAccepted { .. } => Self::refusal(
                "channel.not_accepted",
                &error,
                "add this host's card there: `host peer add --operator`",
            ),
            CallError::Lost { .. } => Self::unknown(
                "channel.lost",
                &error,
                "do the same again: what was done is answered as before",
            )
            .retry(),
            CallError::Protocol { .. } => {
                Self::unknown("channel.protocol", &error, "compare the versions of both programs")
            }
        }
    }
}

impl Client {
    /// Connects to a host, which must prove that it has the key `peer`.
    ///
    /// # Errors
    ///
    /// [`CallError::Unreachable`], [`CallError::WrongPeer`].
    pub fn connect(
        address: impl Into<String>,
        key: &HostKey,
        peer: HostId,
    ) -> Result<Self, CallError> {
        let mut client = Self::lazy(address, key, peer)?;
        client.stream = Some(client.open()?);
        Ok(client)
    }

    /// As [`connect`](Self::connect), at the first call.
    ///
    /// # Errors
    ///
    /// The TLS library does not take the key.
    pub fn lazy(
        address: impl Into<String>,
        key: &HostKey,
        peer: HostId,
    ) -> Result<Self, CallError> {
        let (address, name) = (address.into(), peer.short());
        let config = tls::client_config(key, peer).map_err(|error| CallError::Unreachable {
            name: name.clone(),
            address: address.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self { address, name, peer, config, stream: None, patience: PATIENCE })
    }

    /// Gives the host a name for messages; without it, the start of its id is used.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets how long a connection, and then each call, may take.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The host.
    pub const fn peer(&self) -> HostId {
        self.peer
    }

    /// The host's name for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks, and waits for the answer.
    ///
    /// An answer that does not come over a connection that was used before is asked for once more
    /// over a new one: every request may be sent again.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub fn call(&mut self, request: &Request) -> Result<Answer, CallError> {
        let reused = self.stream.is_some();
        match self.exchange(request) {
            Err(CallError::Lost { .. }) if reused => self.exchange(request),
            done => done,
        }
    }

    /// Asks for the host's status.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub fn status(&mut self) -> Result<Status, CallError> {
        let Answer::Status(status) = self.call(&Request::Status {})? else {
            return Err(self.protocol());
        };
        Ok(status)
    }

    /// The host answered something else than was asked.
    pub fn protocol(&self) -> CallError {
        CallError::Protocol { name: self.name.clone() }
    }

    fn exchange(&mut self, request: &Request) -> Result<Answer, CallError> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.open()?,
        };
        stream.sock.restart(self.patience);
        let asked = frame::write(&mut stream, request);
        let reply = asked.and_then(|()| frame::read::<Reply>(&mut stream, frame::MAX_FRAME));
        let reply = reply.and_then(|reply| reply.ok_or(io::ErrorKind::UnexpectedEof.into()));
        match reply {
            Ok(reply) => {
                self.stream = Some(stream);
                match reply {
                    Reply::Ok(answer) => Ok(answer),
                    Reply::Error(error) => Err(CallError::Refused(error)),
                }
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn open(&self) -> Result<Stream, CallError> {
        let socket = self.reach().map_err(|error| self.unreachable(&error))?;
        // The name is not looked at: the key is.
        let name = ServerName::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST).into());
        let connection = ClientConnection::new(self.config.clone(), name);
        let connection = connection.map_err(|error| self.unreachable(&io::Error::other(error)))?;
        let mut stream = StreamOwned::new(connection, Deadline::new(socket, self.patience));
        while stream.conn.is_handshaking() {
            let done = stream.conn.complete_io(&mut stream.sock);
            done.map_err(|error| self.no_handshake(&error))?;
        }
        Ok(stream)
    }

    fn reach(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in self.address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, self.patience) {
                Ok(socket) => {
                    socket.set_nodelay(true)?;
                    return Ok(socket);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn no_handshake(&self, error: &io::Error) -> CallError {
        match tls_error(error) {
            Some(rustls::Error::General(reason)) => CallError::WrongPeer {
                name: self.name.clone(),
                address: self.address.clone(),
                reason: reason.clone(),
            },
            _ => self.unreachable(error),
        }
    }

    fn unreachable(&self, error: &io::Error) -> CallError {
        CallError::Unreachable {
            name: self.name.clone(),
            address: self.address.clone(),
            reason: error.to_string(),
        }
    }

    fn failed(&self, error: &io::Error) -> CallError {
        match tls_error(error) {
            Some(rustls::Error::AlertReceived(_)) => {
                CallError::NotAccepted { name: self.name.clone(), address: self.address.clone() }
            }
            _ => CallError::Lost { name: self.name.clone(), reason: error.to_string() },
        }
    }
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}
