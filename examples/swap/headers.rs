//! Headers: the blocks that the simulated network is made of: real ones first, then their children.

use brainswap::{Signature, chain::clique::Header};
use k256::ecdsa::SigningKey;
use std::{collections::BTreeMap, error::Error};

/// Headers of Goerli as they were published, with their source.
const GOERLI: &str = include_str!("data/goerli.txt");

/// The seconds between two blocks on Goerli. The simulation is faster; its timestamps are not.
const PERIOD: u64 = 15;

/// The difficulty of a block whose signer is in turn (EIP-225).
const IN_TURN: u64 = 2;

/// The real headers by number, their seals taken off.
pub(crate) fn goerli() -> Result<BTreeMap<u64, Header>, Box<dyn Error>> {
    let mut headers = BTreeMap::new();
    for line in GOERLI.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut fields = line.split(' ');
        let (Some(number), Some(hash), Some(rlp), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err("data/goerli.txt: a line is not \"number hash rlp\"".into());
        };
        let published = Header::from_rlp(&unhex(rlp)?)?;
        if published.number() != number.parse::<u64>()? || hex(&published.block_hash()?) != hash {
            return Err(
                format!("data/goerli.txt: header {number} has another number or hash").into()
            );
        }
        headers.insert(published.number(), Header::from_rlp(&published.unsealed())?);
    }
    Ok(headers)
}

/// The block that a node makes on a parent. Its name in the vanity makes it that node's own block:
/// two nodes never ask for the same header, so that two seals at one number are always two blocks.
pub(crate) fn child(parent: &Header, node: &str) -> Result<Header, Box<dyn Error>> {
    Ok(parent.child(parent.timestamp().saturating_add(PERIOD), IN_TURN, vanity(node))?)
}

/// Another validator of the simulated network: it makes the blocks that the identity missed.
pub(crate) struct Neighbour(SigningKey);

impl Neighbour {
    /// A validator with a key of its own. The scalar is 7: nothing rests on its secrecy.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let mut scalar = [0; 32];
        scalar[31] = 7;
        Ok(Self(SigningKey::from_slice(&scalar)?))
    }

    /// Seals the block that takes the place of a missed one.
    pub(crate) fn seal(&self, header: &Header) -> Result<Header, Box<dyn Error>> {
        let (signature, recovery) = self.0.sign_prehash_recoverable(&header.seal_hash());
        let mut seal = [0; 65];
        seal[..64].copy_from_slice(&signature.to_bytes());
        seal[64] = recovery.to_byte();
        Ok(header.with_seal(&Signature::Secp256k1(seal))?)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const_hex::encode(bytes)
}

/// The bytes of hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    const_hex::decode(text).map_err(|error| format!("not hexadecimal: {error}").into())
}

fn vanity(text: &str) -> [u8; 32] {
    let mut vanity = [0; 32];
    for (to, from) in vanity.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    vanity
}
