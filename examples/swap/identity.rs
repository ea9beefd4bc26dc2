//! Identity: a new key on two hosts: a genesis document, approved, adopted, and the key provisioned.

use crate::{
    host::request::{Answer, Bytes, Dsse, Request},
    pair::Pair,
    people::{self, People},
};
use brainswap::{
    IdentityId,
    chain::clique::address_of,
    document::Envelope,
    key::{KeyKind, Recipient, SealedKey, SecretKey},
};
use std::error::Error;

/// An identity that both hosts know and have the key of; the first holds it.
pub(crate) struct Identity {
    pub(crate) id: IdentityId,
    pub(crate) address: [u8; 20],
    /// The approved genesis document.
    pub(crate) genesis: Envelope,
}

impl Identity {
    /// Makes the key, has the genesis document approved, adopts it, and provisions the standby.
    pub(crate) fn create(pair: &Pair, people: &People) -> Result<Self, Box<dyn Error>> {
        let secret = SecretKey::generate(KeyKind::Secp256k1)?;
        let key = secret.public_key();
        let address = address_of(&key).ok_or("the key has no address")?;
        let document = people::genesis(key, pair.id(0), pair.cards(), people.permissions());
        let genesis = people.approve(&document)?;
        let id = IdentityId::from(genesis.id());
        for host in 0..2 {
            pair.call(host, &Request::Adopt { document: Dsse(genesis.clone()) })?;
        }
        // The key leaves this process sealed to the first host, and that one seals it to the other.
        let recipient: Recipient = pair.host(0).card.recipient.parse()?;
        let sealed = Bytes(SealedKey::seal_to_recipients(&secret, &[recipient])?.to_bytes());
        drop(secret);
        pair.call(0, &Request::ImportKey { identity: id, sealed })?;
        let recipient = pair.host(1).card.recipient.clone();
        let exported = pair.call(0, &Request::ExportKey { identity: id, recipient })?;
        let Answer::Key { sealed } = exported else {
            return Err(pair.protocol(0).into());
        };
        pair.call(1, &Request::ImportKey { identity: id, sealed })?;
        Ok(Self { id, address, genesis })
    }
}
