//! Authority: the packed form of who can act for a permission.
//!
//! `threshold: u32 || keys || accounts || waits`; a key has a weight, an account is
//! `actor || permission || weight`, a wait `seconds: u32 || weight`; a weight has 16 bits.

use super::{
    EosPublicKey, NotEosBytes,
    bytes::{Reader, put_name, put_varuint, whole},
};
use crate::authority::{Actor, KeyWeight, Level, LevelWeight, WaitWeight, WeightedAuthority};
use alloc::vec::Vec;

/// Packs an authority as it stands; whoever sends it has checked it.
///
/// # Errors
///
/// [`NotEosBytes::NotAnAccount`].
pub fn pack_authority(authority: &WeightedAuthority<EosPublicKey>) -> Result<Vec<u8>, NotEosBytes> {
    let mut packed = Vec::new();
    put_authority(&mut packed, authority)?;
    Ok(packed)
}

/// Unpacks an authority that these bytes hold and nothing else; it may still not be valid.
///
/// # Errors
///
/// [`NotEosBytes`].
pub fn unpack_authority(bytes: &[u8]) -> Result<WeightedAuthority<EosPublicKey>, NotEosBytes> {
    whole(bytes, usize::MAX, read_authority)
}

pub(super) fn put_authority(
    packed: &mut Vec<u8>,
    authority: &WeightedAuthority<EosPublicKey>,
) -> Result<(), NotEosBytes> {
    packed.extend_from_slice(&authority.threshold.to_le_bytes());
    put_key_weights(packed, &authority.keys);
    put_varuint(packed, authority.accounts.len() as u64);
    for entry in &authority.accounts {
        let level = entry.permission;
        let Actor::Account(actor) = level.actor else {
            return Err(NotEosBytes::NotAnAccount { level });
        };
        put_name(packed, actor);
        put_name(packed, level.permission);
        packed.extend_from_slice(&entry.weight.to_le_bytes());
    }
    put_varuint(packed, authority.waits.len() as u64);
    for wait in &authority.waits {
        packed.extend_from_slice(&wait.wait_sec.to_le_bytes());
        packed.extend_from_slice(&wait.weight.to_le_bytes());
    }
    Ok(())
}

pub(super) fn read_authority(
    reader: &mut Reader<'_>,
) -> Result<WeightedAuthority<EosPublicKey>, NotEosBytes> {
    let threshold = reader.u32()?;
    let keys = read_key_weights(reader)?;
    let accounts = reader.list(|reader| {
        let permission = Level::of_account(reader.name()?, reader.name()?);
        Ok(LevelWeight { permission, weight: reader.u16()? })
    })?;
    let waits =
        reader.list(|reader| Ok(WaitWeight { wait_sec: reader.u32()?, weight: reader.u16()? }))?;
    Ok(WeightedAuthority { threshold, keys, accounts, waits })
}

pub(super) fn put_key_weights(packed: &mut Vec<u8>, keys: &[KeyWeight<EosPublicKey>]) {
    put_varuint(packed, keys.len() as u64);
    for entry in keys {
        entry.key.pack_into(packed);
        packed.extend_from_slice(&entry.weight.to_le_bytes());
    }
}

pub(super) fn read_key_weights(
    reader: &mut Reader<'_>,
) -> Result<Vec<KeyWeight<EosPublicKey>>, NotEosBytes> {
    reader.list(|reader| {
        let key = EosPublicKey::read(reader)?;
        Ok(KeyWeight { key, weight: reader.u16()? })
    })
}
