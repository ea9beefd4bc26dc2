//! Server: the channels of other hosts, from the side that answers. One thread for each.

use super::{
    deadline::Deadline, failure::ErrorObject, frame, request::Reply, service::Service, tls,
};
use brainswap::HostId;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::{
    io,
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// How long a handshake may take, by somebody who has not proven anything.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long a channel may be silent; the other side makes a new one when it needs it.
const SILENCE: Duration = Duration::from_secs(300);
/// How long an answer may take on its way.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many channels may be open.
const MAX_CHANNELS: usize = 64;

/// Answers for ever. Whatever comes over a channel ends at most this channel.
pub fn serve(listener: &TcpListener, config: &Arc<ServerConfig>, service: &Arc<Service>) {
    let channels = Arc::new(AtomicUsize::new(0));
    for socket in listener.incoming() {
        let Ok(socket) = socket else {
            thread::sleep(Duration::from_millis(100)); // out of descriptors: let some go
            continue;
        };
        if channels.fetch_add(1, Ordering::SeqCst) >= MAX_CHANNELS {
            channels.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (config, service, left) = (config.clone(), service.clone(), channels.clone());
        thread::spawn(move || {
            // Why it ended is the business of the other side, which knows.
            let _ended: io::Result<()> = attend(socket, config, &service);
            left.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

fn attend(socket: TcpStream, config: Arc<ServerConfig>, service: &Service) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, Deadline::new(socket, HANDSHAKE));
    while stream.conn.is_handshaking() {
        if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
            // The alert tells an unknown host that it is unknown.
            let _told: io::Result<usize> = stream.conn.write_tls(&mut stream.sock);
            return Err(error);
        }
    }
    let Some(peer) = tls::peer_of(stream.conn.peer_certificates()) else { return Ok(()) };
    loop {
        stream.sock.restart(SILENCE);
        let Some(bytes) = frame::read_bytes(&mut stream, frame::MAX_FRAME)? else { return Ok(()) };
        let reply = answer(&bytes, peer, service);
        stream.sock.restart(PATIENCE);
        frame::write(&mut stream, &reply)?;
    }
}

fn answer(bytes: &[u8], peer: HostId, service: &Service) -> Reply {
    match serde_json::from_slice(bytes) {
        Ok(request) => service.answer(peer, request),
        Err(error) => {
            let advice = "compare the versions of both programs; nothing was done";
            Reply::Error(ErrorObject::misuse("channel.malformed", error, advice))
        }
    }
}
