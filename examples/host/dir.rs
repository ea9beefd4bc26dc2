//! Dir: what a host keeps on disk, and how it is opened.
//!
//! ```text
//!   host.json     the host's card, and where its anchor is
//!   host.key      its Ed25519 key and age identity; with or without a passphrase
//!   journal/      marks, leases, orders, sealed keys: everything that must not be lost
//!   peers.json    the hosts it talks to
//!   pending/      sealed keys of identities whose genesis document is not adopted yet
//!   running.json  where the running process listens; there only while it runs
//!   sign.sock     where the local node asks for signatures
//! ```

use super::{
    client::Client,
    failure::ErrorObject,
    keys::Unlock,
    peers::{Peer, Peers},
    request::{Answer, Reply, Request},
    service::Service,
    whole_file,
};
use brainswap::{
    Host, HostCard, IdentityId, Session,
    adapters::{Binding, FileJournal, JournalOptions, Machine},
    handover::Policy,
    key::HostKey,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The data directory of a host.
#[derive(Clone, Debug)]
pub struct Dir {
    path: PathBuf,
}

/// What `host.json` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The host's card.
    pub card: HostCard,
    /// The anchor of the journal, best on another medium.
    pub anchor: Option<PathBuf>,
}

/// What `running.json` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Where the channel is.
    pub address: String,
    /// Where the node's socket is.
    pub socket: PathBuf,
    /// Which process.
    pub session: Session,
}

/// This machine's host: over its channel if it runs, else opened for one command.
pub enum Here {
    /// It runs.
    Running(Box<Client>),
    /// It was opened by this command.
    Opened(Arc<Service>),
}

impl Dir {
    /// The directory at this path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes a new host: a key, and an empty journal.
    ///
    /// # Errors
    ///
    /// Something is there already, or the disk.
    pub fn create(
        &self,
        name: &str,
        unlock: &Unlock,
        anchor: Option<PathBuf>,
    ) -> Result<HostCard, ErrorObject> {
        make_private(&self.path)?;
        make_private(&self.file("pending"))?;
        let key = HostKey::generate()?;
        let card = key.card(name);
        unlock.create(&key, &self.file("host.key"))?;
        let settings = Settings { card: card.clone(), anchor };
        let json = serde_json::to_vec_pretty(&settings).unwrap_or_default();
        write_whole(&self.file("host.json"), &json)?;
        let journal = FileJournal::create_with(
            self.file("journal"),
            &binding(&key),
            &JournalOptions { anchor: settings.anchor, ..JournalOptions::default() },
        )?;
        Host::create(Box::new(journal), Box::new(key))?.stop()?;
        Ok(card)
    }

    /// What `host.json` says.
    ///
    /// # Errors
    ///
    /// It is missing: there is no host here.
    pub fn settings(&self) -> Result<Settings, ErrorObject> {
        read_json(&self.file("host.json"))?.ok_or_else(|| {
            ErrorObject::misuse(
                "host.missing",
                format_args!("there is no host at {}", self.path.display()),
                "check --dir, or make a host with `host create`",
            )
        })
    }

    /// The host's key.
    ///
    /// # Errors
    ///
    /// It is missing, or does not open.
    pub fn key(&self, unlock: &Unlock) -> Result<HostKey, ErrorObject> {
        self.settings()?;
        unlock.open(&self.file("host.key"))
    }

    /// The hosts it talks to.
    pub fn peers(&self) -> Peers {
        Peers::at(self.file("peers.json"))
    }

    /// Opens the journal, starts the host on it, and loads its keys.
    ///
    /// # Errors
    ///
    /// `journal.locked` if it runs already; whatever else is wrong with what it keeps.
    pub fn open(&self, key: Arc<HostKey>) -> Result<Service, ErrorObject> {
        let Settings { card, anchor } = self.settings()?;
        let options = JournalOptions { anchor, ..JournalOptions::default() };
        let (journal, entries) =
            FileJournal::open_with(self.file("journal"), &binding(&key), &options)?;
        let host = Host::open(Box::new(journal), entries, Box::new(key.clone()), Policy::Disk)?;
        Service::new(host, key, card, self.peers())
    }

    /// Where the running process listens, if there is one.
    pub fn running(&self) -> Option<Running> {
        read_json(&self.file("running.json")).ok().flatten()
    }

    /// This host, running or not.
    ///
    /// # Errors
    ///
    /// It runs and cannot be reached, or does not run and cannot be opened.
    pub fn here(&self, key: Arc<HostKey>) -> Result<Here, ErrorObject> {
        match self.open(key.clone()) {
            Ok(service) => Ok(Here::Opened(Arc::new(service))),
            Err(error) if error.code == "journal.locked" && self.running().is_some() => {
                Ok(Here::Running(Box::new(self.client(&key, None)?)))
            }
            Err(error) => Err(error),
        }
    }

    /// A channel to a host: by name, or to this machine's own.
    ///
    /// # Errors
    ///
    /// Nobody has the name, it has no address, or the host does not run.
    pub fn client(&self, key: &HostKey, name: Option<&str>) -> Result<Client, ErrorObject> {
        let own = self.settings()?.card;
        let (card, address) = match name.filter(|name| *name != own.name) {
            None => {
                let address = self.running().map(|running| running.address);
                (own, address)
            }
            Some(name) => {
                let Peer { card, address, .. } = self.peers().named(name)?;
                (card, address)
            }
        };
        let address = address.ok_or_else(|| {
            ErrorObject::refusal(
                "channel.no_address",
                format_args!("{} does not run here, and no address of it is known", card.name),
                "start it with `host run`, or give its address with `host peer add`",
            )
            .retry()
        })?;
        Ok(Client::lazy(address, key, card.host)?.named(card.name))
    }

    /// The sealed key of an identity that is not adopted yet.
    pub fn pending_key(&self, identity: IdentityId) -> PathBuf {
        self.file("pending").join(format!("{identity}.key"))
    }
}

impl Here {
    /// Asks this host.
    ///
    /// # Errors
    ///
    /// What it refused, or that its channel broke.
    pub fn call(&mut self, request: Request) -> Result<Answer, ErrorObject> {
        match self {
            Self::Running(client) => Ok(client.call(&request)?),
            Self::Opened(service) => match service.answer(service.id(), request) {
                Reply::Ok(answer) => Ok(answer),
                Reply::Error(error) => Err(error),
            },
        }
    }

    /// Closes what was opened.
    ///
    /// # Errors
    ///
    /// The journal.
    pub fn close(self) -> Result<(), ErrorObject> {
        match self {
            Self::Running(_) => Ok(()),
            Self::Opened(service) => service.stop(),
        }
    }
}

fn binding(key: &HostKey) -> Binding {
    Binding { host: key.host_id(), machine: Machine::this() }
}

fn make_private(path: &Path) -> Result<(), ErrorObject> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(io_error(path, &error)),
        _ => Ok(()),
    }
}

/// Reads a file of JSON; `None` if it is missing.
///
/// # Errors
///
/// `file.io`, `file.malformed`.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ErrorObject> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(path, &error)),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        let place = path.display();
        let advice = "check which file was named";
        ErrorObject::misuse("file.malformed", format_args!("{place}: {error}"), advice)
    })
}

/// Writes a file whole or not at all, for this user alone, and durably.
///
/// # Errors
///
/// `file.io`.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ErrorObject> {
    whole_file::write(path, bytes).map_err(|error| io_error(path, &error))
}

/// What the operating system said of a file.
pub fn io_error(path: &Path, error: &io::Error) -> ErrorObject {
    let advice = "check the path, its rights and the disk";
    ErrorObject::misuse("file.io", format_args!("{}: {error}", path.display()), advice)
}
