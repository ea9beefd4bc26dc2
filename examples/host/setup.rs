//! Setup: from a new host to an identity that two hosts can hold.

use super::{
    cli::{GenesisArgs, NewKey, Report},
    client::Client,
    dir::{self, Dir, io_error, read_json, write_whole},
    failure::{ErrorObject, Failure, While as _},
    keys::{self, Unlock},
    peers::Peer,
    request::{Answer, Bytes, Dsse, Request},
    service::chain_of,
    words,
};
use brainswap::{
    HostCard, IdentityId, Lanes, Position,
    charter::Permissions,
    document::Envelope,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    key::{KeyKind, SealedKey, SecretKey},
};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// `host create`.
pub fn create(
    dir: &Dir,
    unlock: &Unlock,
    name: &str,
    anchor: Option<PathBuf>,
) -> Result<Report, Failure> {
    let card = dir.create(name, unlock, anchor).during("make the host")?;
    Ok(Report { json: json!(card), text: String::new() })
}

/// `host card`.
pub fn card(dir: &Dir) -> Result<Report, Failure> {
    let card = dir.settings().during("read the host's card")?.card;
    Ok(Report { json: json!(card), text: String::new() })
}

/// `host peer add`.
pub fn add_peer(
    dir: &Dir,
    card: &Path,
    address: Option<String>,
    operator: bool,
) -> Result<Report, Failure> {
    let add = || {
        let own = dir.settings()?.card;
        let card = read_card(card)?;
        if card.host == own.host || card.name == own.name {
            return Err(ErrorObject::misuse(
                "peers.self",
                format_args!("{:?} is this host: {:?}", card.name, own.name),
                "give the card of another host",
            ));
        }
        let peer = Peer { card, address, operator };
        dir.peers().add(peer.clone())?;
        Ok(peer)
    };
    let peer = add().during("add the peer")?;
    let may = if peer.operator { "may command this host" } else { "may not command this host" };
    let text = format!("{} {} {may}", peer.card.name, peer.card.host.short());
    Ok(Report { json: json!(peer), text })
}

/// `host peer list`.
pub fn list_peers(dir: &Dir) -> Result<Report, Failure> {
    let peers = dir.peers().list().during("read the peers")?;
    let line = |peer: &Peer| {
        let address = peer.address.as_deref().unwrap_or("-");
        let may = if peer.operator { "operator" } else { "" };
        format!("{:16} {} {address:24} {may}", peer.card.name, peer.card.host.short())
    };
    let mut text: Vec<String> = peers.iter().map(line).collect();
    if text.is_empty() {
        text.push("no peers".into());
    }
    Ok(Report { json: json!(peers), text: text.join("\n") })
}

/// `host genesis`.
pub fn genesis(dir: &Dir, unlock: &Unlock, args: &GenesisArgs) -> Result<Report, Failure> {
    let (envelope, genesis) =
        make_genesis(dir, unlock, args).during("make the genesis document")?;
    let identity = IdentityId::from(envelope.id());
    let text = format!(
        "identity {identity}\n{}\nwritten to {}: next, `host approve` by the approvers, then \
         `host adopt` on every host of the roster",
        words::genesis(&genesis).join("\n"),
        args.out.display()
    );
    let json = json!({ "identity": identity, "public_key": genesis.public_key, "out": args.out });
    Ok(Report { json, text })
}

fn make_genesis(
    dir: &Dir,
    unlock: &Unlock,
    args: &GenesisArgs,
) -> Result<(Envelope, Genesis), ErrorObject> {
    let host_key = dir.key(unlock)?;
    let own = dir.settings()?.card;
    let network = args.network.split_once(':').filter(|(_, id)| !id.is_empty());
    let (chain, id) = network.ok_or_else(|| {
        let message = format!("{:?} is not a network", args.network);
        ErrorObject::misuse("chain.unknown", message, "write it as CHAIN:ID, such as clique:1337")
    })?;
    let network = Network { chain: chain.into(), id: id.into() };
    let chain = chain_of(&network)?;
    let (key, history) = match (args.new_key, &args.import_key, &args.public_key) {
        (None, Some(file), Some(stated)) => (keys::import(file, stated)?, History::SignedBelow),
        (kind, ..) => {
            let kind = match kind {
                Some(NewKey::Ed25519) => KeyKind::Ed25519,
                Some(NewKey::Secp256k1) | None => KeyKind::Secp256k1,
            };
            (SecretKey::generate(kind)?, History::NewKey)
        }
    };
    let wanted = if network.chain == "clique" { KeyKind::Secp256k1 } else { KeyKind::Ed25519 };
    if key.kind() != wanted {
        let message = format!("the key is {}; {} signs with {wanted}", key.kind(), network.chain);
        return Err(ErrorObject::misuse("key.kind", message, "make or import a key of that kind"));
    }
    let cards = |files: &[PathBuf]| files.iter().map(|file| read_card(file)).collect();
    let mut roster: Vec<HostCard> =
        Result::from_iter(args.roster.iter().map(|file| read_card(file)))?;
    roster.push(own.clone());
    roster.sort_by_key(|card| card.host);
    roster.dedup_by_key(|card| card.host);
    let witnesses: Result<Vec<HostCard>, ErrorObject> = cards(&args.witness);
    let mut witnesses: Vec<_> = witnesses?.iter().map(|card| card.host).collect();
    witnesses.sort();
    let lanes: Vec<LaneSpec> = chain
        .lanes()
        .iter()
        .map(|lane| LaneSpec { name: lane.name.into(), floored: lane.floored })
        .collect();
    let everywhere = |position| Lanes::from_fn(lanes.len(), |_| position);
    let genesis = Genesis {
        network,
        public_key: key.public_key(),
        from: everywhere(Position::at_height(args.from)),
        history,
        to: own.host,
        epoch: Epoch {
            roster,
            limit: everywhere(args.limit.map_or(Position::END, Position::at_height)),
            witnesses,
            mode: Mode::Direct,
        },
        permissions: permissions(args)?,
        lanes,
    };
    let advice = "mend what is named, and make the document again";
    genesis.check().map_err(|error| ErrorObject::misuse("document.form", error, advice))?;
    let envelope = Envelope::of(&genesis)
        .map_err(|error| ErrorObject::misuse(error.code(), &error, advice))?;
    // The key first: a document whose key is nowhere would be worth nothing.
    let sealed = SealedKey::seal_to_recipients(&key, &[host_key.recipient()])?;
    write_whole(&dir.pending_key(envelope.id().into()), &sealed.to_bytes())?;
    write_document(&args.out, &envelope)?;
    Ok((envelope, genesis))
}

/// Who decides what about a new identity.
fn permissions(args: &GenesisArgs) -> Result<Permissions, ErrorObject> {
    let Some(file) = &args.permissions else {
        return Ok(Permissions::flat(args.threshold.unwrap_or_default(), args.approver.clone()));
    };
    let bytes = fs::read(file).map_err(|error| io_error(file, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!("{}: {error}", file.display());
        ErrorObject::misuse("document.payload", message, "compare it with docs/charter.md")
    })
}

/// `host adopt`.
pub fn adopt(dir: &Dir, unlock: &Unlock, file: &Path) -> Result<Report, Failure> {
    let document = read_document(file).during("read the genesis document")?;
    let key = Arc::new(dir.key(unlock).during("open the host's key")?);
    let pending = dir.pending_key(document.id().into());
    let mut here = dir.here(key).during("open this host")?;
    let adopted = here.call(Request::Adopt { document: Dsse(document.clone()) });
    let identity = match adopted {
        Ok(Answer::Identity(identity)) => identity,
        // Adopted before, and interrupted before its key was taken in.
        Err(error) if error.code == "identity.known" && pending.exists() => document.id().into(),
        Ok(_) => return Err(protocol("adopt the identity")),
        Err(error) => return Err(Failure::new("adopt the identity", error)),
    };
    let has_key = pending.exists();
    if has_key {
        let sealed = fs::read(&pending).map_err(|error| io_error(&pending, &error));
        let sealed = Bytes(sealed.during("read the identity's key")?);
        here.call(Request::ImportKey { identity, sealed }).during("take in the identity's key")?;
    }
    here.close().during("close this host")?;
    if has_key {
        // It lies in the journal now, durably.
        fs::remove_file(&pending).map_err(|error| io_error(&pending, &error)).during("tidy up")?;
    }
    let key = if has_key { "its key is in the journal" } else { "its key is not here yet" };
    let text = format!("identity {identity} is known here; {key}");
    Ok(Report { json: json!({ "identity": identity, "key": has_key }), text })
}

/// `host provision`.
pub fn provision(
    dir: &Dir,
    unlock: &Unlock,
    identity: IdentityId,
    to: &str,
) -> Result<Report, Failure> {
    let key = dir.key(unlock).during("open the host's key")?;
    let mut here = dir.client(&key, None).during("reach this host")?;
    let mut there = dir.client(&key, Some(to)).during(format!("reach {to}"))?;
    let recipient = if to == dir.settings().during("read the card")?.card.name {
        return Err(Failure::new(
            "provision the key",
            ErrorObject::misuse("peers.self", "this host has the key", "name another host"),
        ));
    } else {
        dir.peers().named(to).during("find the peer")?.card.recipient
    };
    let Answer::Document(genesis) = call(&mut here, Request::Genesis { identity })? else {
        return Err(protocol("ask for the genesis document"));
    };
    match there.call(&Request::Adopt { document: genesis }).map_err(ErrorObject::from) {
        Ok(_) => {}
        Err(error) if error.code == "identity.known" => {}
        Err(error) => return Err(Failure::new(format!("adopt the identity on {to}"), error)),
    }
    let Answer::Key { sealed } = call(&mut here, Request::ExportKey { identity, recipient })?
    else {
        return Err(protocol("seal the key"));
    };
    call(&mut there, Request::ImportKey { identity, sealed })?;
    let text =
        format!("{to} has the key of identity {identity}, sealed to itself; it signs nothing");
    Ok(Report { json: json!({ "identity": identity, "to": to }), text })
}

/// Reads a host card.
///
/// # Errors
///
/// `file.io`, `file.malformed`.
pub fn read_card(file: &Path) -> Result<HostCard, ErrorObject> {
    read_json(file)?.ok_or_else(|| io_error(file, &std::io::ErrorKind::NotFound.into()))
}

/// Reads a document: its form, not its truth.
///
/// # Errors
///
/// `file.io`, `document.malformed`.
pub fn read_document(file: &Path) -> Result<Envelope, ErrorObject> {
    let bytes = fs::read(file).map_err(|error| io_error(file, &error))?;
    Envelope::from_json(&bytes).map_err(|error| {
        let advice = "check which file was named";
        ErrorObject::misuse(error.code(), format_args!("{}: {error}", file.display()), advice)
    })
}

/// Writes a document.
///
/// # Errors
///
/// `file.io`.
pub fn write_document(file: &Path, document: &Envelope) -> Result<(), ErrorObject> {
    dir::write_whole(file, document.to_json().as_bytes())
}

fn call(client: &mut Client, request: Request) -> Result<Answer, Failure> {
    let name = client.name().to_owned();
    client.call(&request).during(format!("ask {name}"))
}

/// The host answered something else than it was asked.
pub fn protocol(what: &str) -> Failure {
    let advice = "compare the versions of both programs";
    let message = "the host answered something else than was asked";
    Failure::new(what, ErrorObject::unknown("channel.protocol", message, advice))
}
