//! Ledger: every seal that came back from any host, checked, and what two of them would mean.

use crate::headers::hex;
use brainswap::{Signature, chain::clique::Header};
use std::collections::BTreeMap;

/// One seal that a host gave.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    /// Which of the two hosts, 0 or 1.
    pub(crate) host: usize,
    /// The header with the seal in it.
    pub(crate) header: Header,
}

/// Every seal by block number, and the numbers that nobody sealed.
#[derive(Debug)]
pub(crate) struct Ledger {
    address: [u8; 20],
    seals: BTreeMap<u64, Vec<Seal>>,
    missed: Vec<u64>,
    checked: u64,
    forged: Vec<String>,
}

impl Ledger {
    /// An empty ledger for the identity with this address.
    pub(crate) const fn new(address: [u8; 20]) -> Self {
        Self { address, seals: BTreeMap::new(), missed: Vec::new(), checked: 0, forged: Vec::new() }
    }

    /// Checks a seal by recovering its signer and enters it. Gives the sealed header; `None` if the
    /// seal is not the identity's, which is noted as a failure.
    pub(crate) fn enter(
        &mut self,
        host: usize,
        header: &Header,
        seal: &Signature,
    ) -> Option<Header> {
        self.checked += 1;
        let number = header.number();
        let sealed = match header.with_seal(seal) {
            Ok(sealed) if sealed.signer() == Ok(self.address) => sealed,
            Ok(_) | Err(_) => {
                let wanted = hex(&self.address);
                self.forged.push(format!("host {host}, block {number}: no seal of 0x{wanted}"));
                return None;
            }
        };
        let seal = Seal { host, header: sealed.clone() };
        self.seals.entry(number).or_default().push(seal);
        Some(sealed)
    }

    /// Notes that no seal came for a block in its slot.
    pub(crate) fn miss(&mut self, number: u64) {
        self.missed.push(number);
    }

    /// The numbers at which two different headers were sealed: what the crate exists to prevent.
    pub(crate) fn double_signed(&self) -> Vec<u64> {
        let differ = |seals: &&Vec<Seal>| {
            let first = seals.first().map(|seal| seal.header.seal_hash());
            seals.iter().any(|seal| Some(seal.header.seal_hash()) != first)
        };
        let twice = self.seals.iter().filter(|(_, seals)| differ(seals));
        twice.map(|(number, _)| *number).collect()
    }

    /// The seals of one block, in the order they came.
    pub(crate) fn seals(&self, number: u64) -> &[Seal] {
        self.seals.get(&number).map_or(&[], Vec::as_slice)
    }

    /// The first seal that a host gave at or after a block.
    pub(crate) fn first_from(&self, host: usize, number: u64) -> Option<&Seal> {
        self.seals.range(number..).flat_map(|(_, seals)| seals).find(|seal| seal.host == host)
    }

    /// The newest seal that a host gave.
    pub(crate) fn last_of(&self, host: usize) -> Option<&Seal> {
        self.seals.values().rev().flatten().find(|seal| seal.host == host)
    }

    /// The blocks that nobody sealed in their slot, in order.
    pub(crate) fn missed(&self) -> &[u64] {
        &self.missed
    }

    /// How many seals were checked.
    pub(crate) const fn checked(&self) -> u64 {
        self.checked
    }

    /// Answers that were no seal of the identity.
    pub(crate) fn forged(&self) -> &[String] {
        &self.forged
    }
}
