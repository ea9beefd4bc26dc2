//! Peers: the hosts that this host talks to, and which of them may command it.

use super::{dir, failure::ErrorObject};
use brainswap::{HostCard, HostId};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::PathBuf};

/// A host that this host talks to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Its card.
    pub card: HostCard,
    /// Where its channel is, `name:port`; none if it only calls.
    pub address: Option<String>,
    /// Whether it may command this host: prepare, release, activate, keys.
    pub operator: bool,
}

/// The list in `peers.json`. It is read anew at every use, so that a change needs no restart.
#[derive(Clone, Debug)]
pub struct Peers {
    path: PathBuf,
}

impl Peers {
    /// The list in this file; a missing file is an empty list.
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Everyone on it.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not such a list.
    pub fn list(&self) -> Result<Vec<Peer>, ErrorObject> {
        let advice = "mend the file, or remove it and add the peers again";
        let place = self.path.display();
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                ErrorObject::misuse("peers.malformed", format_args!("{place}: {error}"), advice)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => {
                Err(ErrorObject::misuse("peers.io", format_args!("{place}: {error}"), advice))
            }
        }
    }

    /// One host, if it is on a list that can be read: an unreadable list lets nobody in.
    pub fn find(&self, host: HostId) -> Option<Peer> {
        self.list().ok()?.into_iter().find(|peer| peer.card.host == host)
    }

    /// The host with this name.
    ///
    /// # Errors
    ///
    /// `peers.unknown`, or as [`list`](Self::list).
    pub fn named(&self, name: &str) -> Result<Peer, ErrorObject> {
        let all = self.list()?;
        let known: Vec<&str> = all.iter().map(|peer| peer.card.name.as_str()).collect();
        let unknown = ErrorObject::misuse(
            "peers.unknown",
            format_args!("no peer is called {name:?}; known are {known:?}"),
            "add it with `host peer add --card FILE --address A`",
        );
        all.into_iter().find(|peer| peer.card.name == name).ok_or(unknown)
    }

    /// Adds a host, or replaces what is known of it.
    ///
    /// # Errors
    ///
    /// `peers.name_taken`, or the file cannot be read or written.
    pub fn add(&self, peer: Peer) -> Result<(), ErrorObject> {
        let mut all = self.list()?;
        let same_name = |other: &&Peer| other.card.name == peer.card.name;
        let other = all.iter().filter(|other| other.card.host != peer.card.host).find(same_name);
        if let Some(other) = other {
            return Err(ErrorObject::misuse(
                "peers.name_taken",
                format_args!(
                    "{:?} is the name of {}, and of {}",
                    peer.card.name,
                    other.card.host.short(),
                    peer.card.host.short()
                ),
                "give the host another name in its card",
            ));
        }
        all.retain(|other| other.card.host != peer.card.host);
        all.push(peer);
        let json = serde_json::to_vec_pretty(&all).unwrap_or_default();
        dir::write_whole(&self.path, &json)
    }
}
