//! Secret connection: the encrypted channel between a node and its signer over `tcp://`, as state
//! without a socket.
//!
//! ```text
//! Handshake::new  --hello, 35 bytes-->                   in clear; both sides send first
//!                 <--hello-- meet  --proof, a frame-->   each proves its own Ed25519 key
//! Unproven::check <--proof--                             then messages travel in frames
//! Sealer, Opener  <=> frames of 1,044 bytes, each with up to 1,024 of the stream of messages
//! ```
//!
//! X25519 of fresh keys, a merlin transcript for the challenge that both sign, HKDF-SHA256 for a
//! key in each direction, ChaCha20-Poly1305 with a counter. The same from 0.34 on. Source:
//! CometBFT `p2p/conn/secret_connection.go`, `spec/p2p/legacy-docs/peer.md`.
//!
//! A node has a new key at every start and takes any signer's, so this keeps bystanders out and
//! proves nobody: put the link into a network of your own, or use `unix://`.

use crate::PublicKey;
use alloc::vec::Vec;
use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{Aead as _, KeyInit as _},
};
use core::fmt;
use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use merlin::Transcript;
use sha2::Sha256;
use x25519_dalek::StaticSecret;
use zeroize::Zeroizing;

/// The bytes of a hello: `22 0a 20`, then the fresh X25519 public key.
pub const HELLO: usize = 35;
/// The bytes of a frame, as it travels.
pub const FRAME: usize = PLAIN + 16;
/// The most bytes of the stream that one frame carries.
pub const FRAME_DATA: usize = 1024;

/// The bytes inside a frame: how many of data follow, in 4 bytes little-endian, data, padding.
const PLAIN: usize = 4 + FRAME_DATA;
/// A length, then protobuf `BytesValue` with 32 bytes.
const HELLO_HEAD: [u8; 3] = [0x22, 0x0a, 0x20];
/// The bytes of a proof: length, `AuthSigMessage { pub_key: { ed25519: 32 bytes }, sig: 64 }`.
const PROOF: usize = 103;
const PROOF_HEAD: [u8; 5] = [0x66, 0x0a, 0x22, 0x0a, 0x20];
const PROOF_MIDDLE: [u8; 2] = [0x12, 0x40];

/// Why there is no connection, or no longer. Close it, and begin with a new handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretConnectionError {
    /// The first bytes are not a hello.
    #[error("what came is not the hello of a secret connection")]
    Hello,
    /// The peer's fresh key is our own, or of low order: the shared secret would be known.
    #[error("the peer's fresh key is our own or of low order")]
    WeakKey,
    /// A frame was changed, is out of order, or is of another connection.
    #[error("a frame cannot be opened")]
    Frame,
    /// The peer's key did not sign the challenge.
    #[error("the peer did not prove its key")]
    Proof,
    /// 2^64 - 1 frames were sent or received.
    #[error("the connection carried all frames that it can")]
    Exhausted,
}

impl SecretConnectionError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Hello => "secret_connection.hello",
            Self::WeakKey => "secret_connection.weak_key",
            Self::Frame => "secret_connection.frame",
            Self::Proof => "secret_connection.proof",
            Self::Exhausted => "secret_connection.exhausted",
        }
    }
}

/// A connection that begins: our side of it.
pub struct Handshake {
    secret: StaticSecret,
    public: [u8; 32],
    identity: SigningKey,
}

/// A connection that is encrypted, to whom is not proven yet.
pub struct Unproven {
    challenge: [u8; 32],
    sealer: Sealer,
    opener: Opener,
}

/// A connection: the peer's key, and both directions.
#[derive(Debug)]
pub struct Connection {
    /// The Ed25519 key that the peer proved.
    pub peer: PublicKey,
    /// What we send.
    pub sealer: Sealer,
    /// What we receive.
    pub opener: Opener,
}

/// Makes frames of what is sent.
pub struct Sealer(Direction);

/// Opens the frames that are received.
pub struct Opener {
    direction: Direction,
    is_broken: bool,
}

impl Handshake {
    /// Begins, from 32 random bytes that are used for this connection alone, and the Ed25519 seed
    /// of the key that this end is known by. That is never a validator's key: it signs what the
    /// other end has a part in.
    #[must_use]
    pub fn new(fresh: &Zeroizing<[u8; 32]>, identity: &Zeroizing<[u8; 32]>) -> Self {
        let secret = StaticSecret::from(**fresh);
        let public = x25519_dalek::PublicKey::from(&secret).to_bytes();
        Self { secret, public, identity: SigningKey::from_bytes(identity) }
    }

    /// What is sent first, in clear.
    #[must_use]
    pub fn hello(&self) -> [u8; HELLO] {
        let mut hello = [0; HELLO];
        let bytes = HELLO_HEAD.iter().chain(&self.public);
        hello.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        hello
    }

    /// Takes the peer's hello. Returns the proof of our own key too, a frame to be sent now.
    ///
    /// # Errors
    ///
    /// [`SecretConnectionError`]: no hello, or a weak key.
    pub fn meet(self, hello: &[u8; HELLO]) -> Result<(Unproven, Vec<u8>), SecretConnectionError> {
        let Some((&HELLO_HEAD, peer)) = hello.split_first_chunk() else {
            return Err(SecretConnectionError::Hello);
        };
        let peer: [u8; 32] = peer.try_into().map_err(|_| SecretConnectionError::Hello)?;
        let shared = self.secret.diffie_hellman(&x25519_dalek::PublicKey::from(peer));
        if !shared.was_contributory() || peer == self.public {
            return Err(SecretConnectionError::WeakKey);
        }
        let (low, high) =
            if self.public < peer { (self.public, peer) } else { (peer, self.public) };
        let challenge = challenge(&low, &high, shared.as_bytes());
        let (mut sealer, opener) = directions(shared.as_bytes(), self.public < peer)?;
        let proof = sealer.seal(&proof(&self.identity, &challenge))?;
        Ok((Unproven { challenge, sealer, opener }, proof))
    }
}

impl Unproven {
    /// What both ends sign.
    #[must_use]
    pub const fn challenge(&self) -> &[u8; 32] {
        &self.challenge
    }

    /// Takes the peer's proof, the first frame that it sends.
    ///
    /// # Errors
    ///
    /// [`SecretConnectionError`]: a frame that cannot be opened, or no proof.
    pub fn check(mut self, frame: &[u8; FRAME]) -> Result<Connection, SecretConnectionError> {
        let proof = self.opener.open(frame)?;
        let proof: &[u8; PROOF] =
            proof.as_slice().try_into().map_err(|_| SecretConnectionError::Proof)?;
        let Some((&PROOF_HEAD, rest)) = proof.split_first_chunk() else {
            return Err(SecretConnectionError::Proof);
        };
        let Some((key, rest)) = rest.split_first_chunk::<32>() else {
            return Err(SecretConnectionError::Proof);
        };
        let Some((&PROOF_MIDDLE, signature)) = rest.split_first_chunk() else {
            return Err(SecretConnectionError::Proof);
        };
        let peer = PublicKey::Ed25519(*key);
        peer.verify(&self.challenge, signature).map_err(|_| SecretConnectionError::Proof)?;
        Ok(Connection { peer, sealer: self.sealer, opener: self.opener })
    }
}

impl Sealer {
    /// A direction with this key, from its first frame on.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Direction::new(key))
    }

    /// The frames that carry these bytes, one after the other; none for none.
    ///
    /// # Errors
    ///
    /// [`SecretConnectionError::Exhausted`].
    pub fn seal(&mut self, data: &[u8]) -> Result<Vec<u8>, SecretConnectionError> {
        let mut frames = Vec::with_capacity(data.len().div_ceil(FRAME_DATA).saturating_mul(FRAME));
        for part in data.chunks(FRAME_DATA) {
            let length = u32::try_from(part.len()).map_err(|_| SecretConnectionError::Frame)?;
            let mut plain = [0; PLAIN];
            let bytes = length.to_le_bytes();
            plain.iter_mut().zip(bytes.iter().chain(part)).for_each(|(to, from)| *to = *from);
            let nonce = self.0.next()?;
            let sealed = self.0.cipher.encrypt(&nonce.into(), plain.as_slice());
            frames.extend(sealed.map_err(|_| SecretConnectionError::Frame)?);
        }
        Ok(frames)
    }
}

impl Opener {
    /// A direction with this key, from its first frame on.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self { direction: Direction::new(key), is_broken: false }
    }

    /// The bytes that the next frame carries. After a refusal every later frame is refused too.
    ///
    /// # Errors
    ///
    /// [`SecretConnectionError::Frame`], [`SecretConnectionError::Exhausted`].
    pub fn open(&mut self, frame: &[u8; FRAME]) -> Result<Vec<u8>, SecretConnectionError> {
        if self.is_broken {
            return Err(SecretConnectionError::Frame);
        }
        let opened = self.open_next(frame);
        self.is_broken = opened.is_err();
        opened
    }

    fn open_next(&mut self, frame: &[u8; FRAME]) -> Result<Vec<u8>, SecretConnectionError> {
        let nonce = self.direction.next()?;
        let opened = self.direction.cipher.decrypt(&nonce.into(), frame.as_slice());
        let plain = opened.map_err(|_| SecretConnectionError::Frame)?;
        let (length, rest) = plain.split_first_chunk().ok_or(SecretConnectionError::Frame)?;
        // What follows the data is padding: whatever the sender's buffer held.
        let data = usize::try_from(u32::from_le_bytes(*length)).ok();
        let data = data.and_then(|length| rest.get(..length));
        data.map(<[u8]>::to_vec).ok_or(SecretConnectionError::Frame)
    }
}

/// Both directions of a shared secret, as the end sees them whose fresh key is the lower one, or
/// the other end.
///
/// For tests against other implementations; a connection makes them itself.
///
/// # Errors
///
/// None that happens: HKDF-SHA256 gives far more than the 96 bytes that are asked for.
pub fn directions(
    shared: &[u8; 32],
    is_lower: bool,
) -> Result<(Sealer, Opener), SecretConnectionError> {
    let mut keys = Zeroizing::new([0; 96]); // the last 32 are not used any more
    let expanded = Hkdf::<Sha256>::new(None, shared)
        .expand(b"TENDERMINT_SECRET_CONNECTION_KEY_AND_CHALLENGE_GEN", keys.as_mut_slice());
    let parts = keys.split_first_chunk::<32>();
    let parts = parts.and_then(|(first, rest)| Some((first, rest.first_chunk::<32>()?)));
    let (Ok(()), Some((first, second))) = (expanded, parts) else {
        return Err(SecretConnectionError::WeakKey);
    };
    let (receive, send) = if is_lower { (first, second) } else { (second, first) };
    Ok((Sealer::new(send), Opener::new(receive)))
}

fn challenge(low: &[u8; 32], high: &[u8; 32], shared: &[u8; 32]) -> [u8; 32] {
    let mut transcript = Transcript::new(b"TENDERMINT_SECRET_CONNECTION_TRANSCRIPT_HASH");
    transcript.append_message(b"EPHEMERAL_LOWER_PUBLIC_KEY", low);
    transcript.append_message(b"EPHEMERAL_UPPER_PUBLIC_KEY", high);
    transcript.append_message(b"DH_SECRET", shared);
    let mut challenge = [0; 32];
    transcript.challenge_bytes(b"SECRET_CONNECTION_MAC", &mut challenge);
    challenge
}

fn proof(identity: &SigningKey, challenge: &[u8; 32]) -> [u8; PROOF] {
    let (key, signature) = (identity.verifying_key(), identity.sign(challenge));
    let mut proof = [0; PROOF];
    let parts = PROOF_HEAD.into_iter().chain(key.to_bytes());
    let parts = parts.chain(PROOF_MIDDLE).chain(signature.to_bytes());
    proof.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    proof
}

/// A key, and the number of the next frame; `None` when there is no next one.
struct Direction {
    cipher: ChaCha20Poly1305,
    counter: Option<u64>,
}

impl Direction {
    fn new(key: &[u8; 32]) -> Self {
        Self { cipher: ChaCha20Poly1305::new(key.into()), counter: Some(0) }
    }

    /// 4 bytes of zero, then the number in 8 bytes, little-endian; each once.
    fn next(&mut self) -> Result<[u8; 12], SecretConnectionError> {
        let number = self.counter.ok_or(SecretConnectionError::Exhausted)?;
        self.counter = number.checked_add(1);
        let mut nonce = [0; 12];
        nonce.iter_mut().skip(4).zip(number.to_le_bytes()).for_each(|(to, from)| *to = from);
        Ok(nonce)
    }
}

macro_rules! shows_nothing {
    ($($name:ident),*) => {$(
        /// Nothing that it holds may be shown (R9).
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

shows_nothing!(Handshake, Unproven, Sealer, Opener);
