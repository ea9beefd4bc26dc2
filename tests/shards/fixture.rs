//! A set of shares in three places, dealt from bytes that are always the same.

use brainswap::{
    Digest, HostCard, HostId, IdentityId, Lanes, Nonce, Position, PublicKey,
    authority::KeyWeight,
    charter::{Charter, Permissions},
    document::{Document, Envelope},
    evidence::{Approvable, Approved, Signed},
    identity::{Epoch, Genesis, LaneSpec, Mode, Network},
    key::{KeyKind, SecretKey},
    shard::{
        About, CheckedReceipt, Combination, Custodian, Date, Dealt, Entropy, Generation, How,
        Location, Looked, Memory, NotCombined, Plan, Purpose, Receipt, Renewal, Restored, Seat,
        Secret, Share, Unseal, Vault, deal,
    },
};
use secrecy::SecretSlice;

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn today() -> Date {
    date("2026-11-20")
}

pub fn seat(text: &str) -> Seat {
    text.parse().unwrap()
}

/// A key that anybody can make again: for tests.
pub fn key(number: u8) -> SecretKey {
    let secret = SecretSlice::from(vec![number; 32]);
    let public = ed25519_dalek::SigningKey::from_bytes(&[number; 32]).verifying_key().to_bytes();
    SecretKey::import(KeyKind::Ed25519, &secret, &PublicKey::Ed25519(public)).unwrap()
}

/// The secret of [`key`] with this number, as the bytes that must never show.
pub const VALIDATOR: u8 = 0x5a;

pub fn entropy(number: u8) -> Entropy {
    let mut bytes = [number; 64];
    bytes[0] ^= 0xff;
    Entropy::of_system(&bytes).unwrap()
}

/// The number of the key that signs the receipts of a seat.
pub fn custodian_key(seat: Seat) -> u8 {
    seat.location() * 16 + seat.custodian()
}

pub fn custodian(name: &str, key_number: u8) -> Custodian {
    Custodian {
        name: name.to_owned(),
        key: key(key_number).public_key(),
        recipients: vec![format!("recipient of {key_number}")],
    }
}

/// `needed` locations of those given as (custodians needed, custodians).
pub fn plan_of(needed: u8, locations: &[(u8, u8)]) -> Plan {
    let names = ["Oslo", "Zurich", "Lisbon", "Athens", "Dublin", "Prague"];
    let locations = (1_u8..).zip(locations).map(|(number, (threshold, count))| Location {
        name: names[usize::from(number) - 1].to_owned(),
        threshold: *threshold,
        custodians: (1..=*count)
            .map(|at| {
                let seat = Seat::new(number, at).unwrap();
                custodian(&format!("custodian {seat}"), custodian_key(seat))
            })
            .collect(),
    });
    Plan { threshold: needed, locations: locations.collect() }
}

/// 2 of 3 places; in each 2 of 3 custodians.
pub fn plan() -> Plan {
    plan_of(2, &[(2, 3), (2, 3), (2, 3)])
}

pub fn about() -> About {
    About {
        label: "validator 7".to_owned(),
        identity: Some(identity()),
        charter: Some(identity().into()),
        date: today(),
    }
}

pub fn dealt() -> Dealt {
    dealt_by(&plan(), 1)
}

pub fn dealt_by(plan: &Plan, number: u8) -> Dealt {
    deal(&Secret::of_key(&key(VALIDATOR)), plan, about(), entropy(number)).unwrap()
}

/// The identity of the validator's key: two of three approvers decide.
pub fn genesis() -> Genesis {
    let [host, recipient] = [1, 2].map(|number| HostId::from_bytes([number; 32]));
    let keys = [7, 8, 9].map(|number| KeyWeight { key: key(number).public_key(), weight: 1 });
    Genesis {
        network: Network { chain: "cometbft".into(), id: "test".into() },
        public_key: key(VALIDATOR).public_key(),
        lanes: vec![LaneSpec { name: "vote".into(), floored: false }],
        from: Lanes::from(vec![Position::at_height(100)]),
        history: Restored::HISTORY,
        to: host,
        epoch: Epoch {
            roster: vec![HostCard { name: "a".into(), host, recipient: recipient.to_string() }],
            limit: Lanes::from(vec![Position::END]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
        permissions: Permissions::flat(2, keys.into()),
    }
}

pub fn identity() -> IdentityId {
    signed(&genesis(), &[]).id().into()
}

pub fn charter() -> Charter {
    Charter::begin(&genesis(), signed(&genesis(), &[]).id()).unwrap()
}

pub fn signed<T: Document>(document: &T, keys: &[u8]) -> Envelope {
    let mut envelope = Envelope::of(document).unwrap();
    for number in keys {
        key(*number).sign_document(&mut envelope);
    }
    envelope
}

pub fn approved<T: Approvable>(document: &T) -> Approved<T> {
    let signed = Signed::verify(&signed(document, &[7, 8])).unwrap();
    signed.approve([(&charter() as _, 0)]).unwrap()
}

pub fn unseal(generation: &Generation, purpose: Purpose) -> Unseal {
    Unseal {
        set: generation.set(),
        manifest: generation.id(),
        identity: generation.manifest().identity,
        purpose,
        recipient: None,
        software: None,
        nonce: Nonce::from_bits(1),
        from: today(),
        until: date("2026-11-30"),
        note: "a test".to_owned(),
    }
}

pub fn renewal(generation: &Generation, how: How) -> Renewal {
    Renewal {
        set: generation.set(),
        manifest: generation.id(),
        identity: generation.manifest().identity,
        how,
        charter: None,
        date: today(),
        nonce: Nonce::from_bits(2),
        from: today(),
        until: date("2026-11-30"),
        note: "a test".to_owned(),
    }
}

pub fn memory() -> Memory {
    Memory::new(today())
}

/// Combines these shares under an approved request.
pub fn combined<'a>(
    generation: &Generation,
    vault: &Vault,
    shares: impl IntoIterator<Item = &'a Share>,
) -> Result<Restored, NotCombined> {
    let request = approved(&unseal(generation, Purpose::Restore));
    let mut combination = Combination::begin(generation, vault, &request, &memory())?;
    for share in shares {
        combination.add(again(share))?;
    }
    combination.open()
}

/// Whether these shares bring the validator's key back.
pub fn restores<'a>(
    generation: &Generation,
    vault: &Vault,
    shares: impl IntoIterator<Item = &'a Share>,
) -> bool {
    combined(generation, vault, shares).is_ok_and(|restored| {
        let key = restored.into_key().unwrap();
        key.public_key() == self::key(VALIDATOR).public_key()
    })
}

/// The same share, read from its bytes.
pub fn again(share: &Share) -> Share {
    Share::from_bytes(&share.to_bytes()).unwrap()
}

pub fn of<'a>(shares: &'a [Share], seats: &[&str]) -> Vec<&'a Share> {
    seats
        .iter()
        .map(|text| shares.iter().find(|share| share.seat() == seat(text)).unwrap())
        .collect()
}

pub fn receipt(generation: &Generation, seat: Seat, looked: Looked, date: Date) -> Receipt {
    let file = Digest::of(format!("the file of {seat}").as_bytes());
    Receipt { set: generation.set(), manifest: generation.id(), seat, looked, file, date }
}

/// A receipt of each seat that its new share opens.
pub fn all_receipts(generation: &Generation) -> Vec<CheckedReceipt> {
    let plan = generation.plan().clone();
    let seats: Vec<_> = plan.seats().map(|(seat, custodian)| (seat, custodian.key)).collect();
    seats
        .into_iter()
        .map(|(seat, public)| {
            let number = (0..=u8::MAX).find(|number| key(*number).public_key() == public).unwrap();
            let receipt = receipt(generation, seat, Looked::Opened, today());
            CheckedReceipt::read(&signed(&receipt, &[number]), generation).unwrap()
        })
        .collect()
}

/// A share's bytes with these changed, and the checksum made right again.
pub fn altered(share: &Share, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    use sha2::{Digest as _, Sha256};
    let mut bytes = share.to_bytes().to_vec();
    change(&mut bytes);
    let end = bytes.len() - 4;
    let sum = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum[..4]);
    bytes
}

/// Where a share's number stands in its bytes.
pub const NUMBER: std::ops::Range<usize> = 65..97;
