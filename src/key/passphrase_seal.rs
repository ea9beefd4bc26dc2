//! Passphrase seal: Argon2id (RFC 9106) makes a key from a passphrase, AES-256-GCM seals with it.

use super::{container::damaged, sealed::SealedError};
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use alloc::vec::Vec;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

pub(super) const SALT_LENGTH: usize = 16;
pub(super) const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// What Argon2id costs: whoever tries passphrases pays it for each of them.
///
/// The default is the second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
/// The costs are stored with the key and bound to it. Costs above the limits are not read, so that
/// no file makes its reader run out of memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Params {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Argon2Params {
    /// The most memory, in KiB: 1 GiB.
    pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    /// The most passes.
    pub const MAX_PASSES: u32 = 16;
    /// The most lanes.
    pub const MAX_LANES: u32 = 16;

    /// Costs of one's own: memory in KiB (at least 8 for each lane), passes, lanes.
    ///
    /// # Errors
    ///
    /// [`SealedError::Parameters`] if one is outside its limits.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, SealedError> {
        if lanes < 1 || lanes > Self::MAX_LANES {
            return Err(outside("lanes", lanes, 1, Self::MAX_LANES));
        }
        if passes < 1 || passes > Self::MAX_PASSES {
            return Err(outside("passes", passes, 1, Self::MAX_PASSES));
        }
        if memory_kib < 8 * lanes || memory_kib > Self::MAX_MEMORY_KIB {
            return Err(outside("KiB of memory", memory_kib, 8 * lanes, Self::MAX_MEMORY_KIB));
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    /// Memory, in KiB (`m` of RFC 9106).
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory (`t`).
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes (`p`).
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }
}

impl Default for Argon2Params {
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }
}

/// One seal: the costs, a fresh salt and a fresh nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PassphraseSeal {
    pub(super) params: Argon2Params,
    pub(super) salt: [u8; SALT_LENGTH],
    pub(super) nonce: [u8; NONCE_LENGTH],
}

impl PassphraseSeal {
    pub(super) fn fresh(params: Argon2Params) -> Result<Self, SealedError> {
        let mut seal = Self { params, salt: [0; SALT_LENGTH], nonce: [0; NONCE_LENGTH] };
        getrandom::fill(&mut seal.salt).map_err(|_| SealedError::NoRandomness)?;
        getrandom::fill(&mut seal.nonce).map_err(|_| SealedError::NoRandomness)?;
        Ok(seal)
    }

    /// Seals a secret; the header is authenticated with it. The tag comes last.
    pub(super) fn seal(
        &self,
        passphrase: &SecretString,
        header: &[u8],
        secret: &[u8],
    ) -> Result<Vec<u8>, SealedError> {
        if passphrase.expose_secret().is_empty() {
            return Err(SealedError::EmptyPassphrase);
        }
        let mut buffer = Vec::with_capacity(secret.len() + TAG_LENGTH); // never moves: no copy left
        buffer.extend_from_slice(secret);
        self.cipher(passphrase)?
            .encrypt_in_place(&self.nonce.into(), header, &mut buffer)
            .map_err(|_| damaged("the secret"))?;
        Ok(buffer)
    }

    pub(super) fn open(
        &self,
        passphrase: &SecretString,
        header: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let mut buffer = Zeroizing::new(sealed.to_vec());
        self.cipher(passphrase)?
            .decrypt_in_place(&self.nonce.into(), header, &mut *buffer)
            .map_err(|_| SealedError::WrongPassphrase)?;
        Ok(buffer)
    }

    fn cipher(&self, passphrase: &SecretString) -> Result<Aes256Gcm, SealedError> {
        let Argon2Params { memory_kib, passes, lanes } = self.params;
        let no_memory = || SealedError::NoMemory { kib: memory_kib };
        let params = Params::new(memory_kib, passes, lanes, None).map_err(|_| no_memory())?;
        let mut blocks = Zeroizing::new(Vec::new());
        blocks.try_reserve_exact(params.block_count()).map_err(|_| no_memory())?;
        blocks.resize(params.block_count(), Block::new());
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.expose_secret().as_bytes(),
                &self.salt,
                key.as_mut(),
                blocks.as_mut_slice(),
            )
            .map_err(|_| no_memory())?;
        Aes256Gcm::new_from_slice(key.as_ref()).map_err(|_| no_memory())
    }
}

const fn outside(what: &'static str, got: u32, least: u32, most: u32) -> SealedError {
    SealedError::Parameters { what, got, least, most }
}
